"""From a valid form to its one effect: claim, act, commit, redirect."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from keywork.kernel import submissions
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal, refusal_of
from keywork.web.db import db
from keywork.web.drafts import discard_of_page
from keywork.web.fields import Form
from keywork.web.kept import shown_again


def sent_before(form: Form) -> ResponseReturnValue | None:
    """Go where this filling-in of the form led, if it did: for a form that it took options from."""
    led_to = submissions.led_to(db.session, form.submission.data) if form.is_submitted() else None
    return redirect(led_to, 303) if led_to else None


def submit_once(
    form: Form, act: Callable[[], str], *, said: str = ""
) -> ResponseReturnValue | None:
    """Run `act` once for this filling-in of the form, in one transaction.

    `act` makes one service call and returns the address to go to; a repeat of the same
    submission goes there without acting. `said` is the good news shown there, once. Returns None
    when the act was refused: the sentence stands beside its field, nothing was stored, and the
    caller shows the form again.
    """
    if shown_again():
        return None
    key = form.submission.data
    try:
        with transaction(db.session):
            done = submissions.claim(db.session, key)
            location = done.location if done else act()
            if location is not None and done is None:
                submissions.finish(db.session, key, location)
            if form.keeps_draft:
                discard_of_page()
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return None
    except IntegrityError as error:
        explained = refusal_of(error)
        if explained is None:
            raise
        form.add_error(explained.field, explained.sentence)
        return None
    if location is None:
        form.add_error(None, "This form was already sent by someone else. Open the page again.")
        return None
    if said and done is None:
        flash(said, "success")
    return redirect(location, 303)
