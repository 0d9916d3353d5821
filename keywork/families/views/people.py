"""Who is in the family."""

from flask import render_template
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.families import queries
from keywork.families.forms import AsAtForm
from keywork.families.views.blueprint import READERS, WRITERS, blueprint
from keywork.kernel import clock
from keywork.web.access import allow
from keywork.web.db import db


@blueprint.get("/families/<reference>/people")
@allow(*READERS)
def people(reference: str) -> ResponseReturnValue:
    """Households, the team around them, and how to reach them: today, or `?at=` another day."""
    family = queries.family(db.session, reference)
    form = AsAtForm()
    shown = queries.as_at(db.session, family, form.day) if form.day else family
    on = form.day or clock.today()
    return render_template(
        "families/people.html",
        family=family,
        shown=shown,
        form=form,
        day=form.day,
        shown_on=on,
        households=queries.households(db.session, shown, on),
        before=[] if form.day else queries.former_members(db.session, family),
        changes=queries.household_changes(db.session, family),
        may_write=actor().has(*WRITERS) and not form.day,
    )
