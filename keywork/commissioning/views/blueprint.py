"""The blueprint of the pages about money, and who may use them."""

from flask import Blueprint

SPENDERS = ("key_worker", "specialist", "hub_manager")
"""Who asks for money; for which families is the database's to say."""

DECIDERS = ("hub_manager", "service_lead")
READERS = (*SPENDERS, "service_lead")
"""Who reads spends: those of their families, and service leads those that have come to them."""

PURSE_READERS = (*READERS, "finance")

blueprint = Blueprint("commissioning", __name__)
