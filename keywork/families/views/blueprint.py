"""The family pages: who may open them, and the audit of who did."""

import re
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, request, url_for

from keywork.families import queries
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.db import db

READERS = ("key_worker", "specialist", "hub_manager", "health_visitor")
"""Who may open a family they work with; which families those are is the database's to say."""


WRITERS = ("key_worker", "specialist", "hub_manager")


REFERENCE: Final = re.compile(r"KW-[0-9]{4,12}")

blueprint = Blueprint("families", __name__)


def lead_to_joined(response: Response) -> Any:
    """Send who asked for a record that was joined to another to the same page of that one."""
    joined = db.session.info.pop(queries.JOINED_READ, {})
    asked = dict(request.view_args or {})
    if request.method != "GET" or response.status_code != 200 or not request.endpoint:
        return response
    if asked.get("reference") not in joined:
        return response
    asked["reference"] = joined[asked["reference"]]
    address, said = url_for(request.endpoint, **asked), request.query_string.decode()
    return redirect(f"{address}?{said}" if said else address, 303)


def audit_reads(response: Response) -> Response:
    """Note who opened which family on this request, or was refused it, before its page goes out.

    Whether the record they asked for is there makes no difference to what is noted.
    """
    opened = db.session.info.pop(queries.FAMILIES_READ, ())
    asked = str((request.view_args or {}).get("reference", ""))
    refused = response.status_code == 404 and not opened and REFERENCE.fullmatch(asked)
    if opened or (refused and g.get("actor")):
        with transaction(db.session):
            for reference in opened:
                audit.record(db.session, "family.read", reference)
            if refused:
                audit.record(db.session, "family.refused", asked)
    return response
