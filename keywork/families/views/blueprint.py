"""The family pages: who may open them, and the audit of who did."""

from flask import Blueprint, Response

from keywork.families import queries
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.db import db

READERS = ("key_worker", "specialist", "hub_manager", "health_visitor")
"""Who may open a family they work with; which families those are is the database's to say."""


WRITERS = ("key_worker", "specialist", "hub_manager")


blueprint = Blueprint("families", __name__)


def audit_reads(response: Response) -> Response:
    """Note who opened which family on this request, before its page goes out."""
    opened = db.session.info.pop(queries.FAMILIES_READ, ())
    if opened:
        with transaction(db.session):
            for reference in opened:
                audit.record(db.session, "family.read", reference)
    return response
