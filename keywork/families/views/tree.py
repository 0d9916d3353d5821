"""The family tree."""

from flask import render_template
from flask.typing import ResponseReturnValue

from keywork.families import queries
from keywork.families.forms import AsAtForm
from keywork.families.tree import drawn_tree
from keywork.families.views.blueprint import READERS, blueprint
from keywork.kernel import clock
from keywork.web.access import allow
from keywork.web.db import db


@blueprint.get("/families/<reference>/tree")
@allow(*READERS)
def tree(reference: str) -> ResponseReturnValue:
    """The family as a picture and as a table: today, or `?at=` another day."""
    family = queries.family(db.session, reference)
    form = AsAtForm()
    day = form.day or clock.today()
    shown = queries.as_at(db.session, family, form.day) if form.day else family
    drawn = drawn_tree(
        queries.tree(db.session, family, day), queries.households(db.session, shown, day)
    )
    return render_template("families/tree.html", family=family, form=form, drawn=drawn)
