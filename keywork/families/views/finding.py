"""Finding a family or a person."""

from flask import render_template
from flask.typing import ResponseReturnValue

from keywork.families import queries
from keywork.families.forms import FindForm
from keywork.families.views.blueprint import READERS, blueprint
from keywork.kernel import audit
from keywork.kernel.database import transaction
from keywork.web.access import allow
from keywork.web.db import db


@blueprint.route("/find", methods=["GET", "POST"])
@allow(*READERS)
def finding() -> ResponseReturnValue:
    """A search box, and whom it found. It posts, since addresses are logged and names are not."""
    form = FindForm()
    search = form.text.data if form.validate_on_submit() else None
    if search is None:
        return render_template("families/finding.html", form=form)
    with transaction(db.session):
        audit.record(db.session, "search.asked", search.kinds)
    found = queries.find(db.session, search)
    held = queries.is_held_elsewhere(db.session, search)
    return render_template(
        "families/finding.html",
        form=form,
        found=found,
        more=len(found) == queries.SHOWN,
        held_elsewhere=queries.HELD_ELSEWHERE if held else "",
    )
