"""The blueprint of the pages about handoffs."""

from flask import Blueprint

blueprint = Blueprint("handoffs", __name__)
