"""Who is in the family."""

from flask import render_template
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.web.access import allow
from keywork.web.db import db


@blueprint.get("/families/<reference>/people")
@allow(*READERS)
def people(reference: str) -> ResponseReturnValue:
    """Members, the team around them, and how to reach them."""
    family = queries.family(db.session, reference)
    return render_template("families/people.html", family=family, may_write=actor().has(*WRITERS))
