"""The inbox."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts.guard import actor
from keywork.alerts import queries, services
from keywork.alerts.forms import SeenForm
from keywork.web.access import signed_in
from keywork.web.db import db
from keywork.web.submit import submit_once

blueprint = Blueprint("alerts", __name__)


@blueprint.route("/alerts", methods=["GET", "POST"])
@signed_in
def inbox() -> ResponseReturnValue:
    """What needs this person, newest first; posting says that all of it has been seen."""
    form = SeenForm()
    if form.validate_on_submit():
        done = submit_once(form, lambda: _seen(form))
        if done:
            return done
    alerts = queries.open_alerts(db.session, actor().staff_id)
    if alerts:
        form.newest.text = str(alerts[0].uid)
    return render_template("alerts/inbox.html", form=form, alerts=alerts)


def _seen(form: SeenForm) -> str:
    services.mark_seen(db.session, actor(), form.newest.data)
    return url_for("alerts.inbox")
