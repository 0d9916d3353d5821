"""Forms that were sent after the sign-in had run out: kept, and shown again as they were sent.

Any form: once the same person has signed in again, the view that was sent to is run once more with
what was posted, except that the form is not valid and so does nothing but show itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import current_app, g, has_request_context, request, session
from flask.ctx import RequestContext
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder

from keywork.kernel import kept_forms
from keywork.kernel.database import transaction
from keywork.kernel.kept_forms import KeptForm
from keywork.kernel.viewer import practitioner
from keywork.web.db import db
from keywork.web.drafts import SAVE, page_of_draft, typed_content

NAVIGATION: Final = "navigate"


def by_hand() -> bool:
    """Whether somebody opened or sent a page, rather than a script of ours a part of one."""
    return request.headers.get("Sec-Fetch-Mode", NAVIGATION) == NAVIGATION


def keep_posted(staff_id: int) -> UUID | None:
    """Keep what this request posts for whoever was signed in; returns what to ask for it by.

    None when it is no form of theirs. Files and passwords are not kept.
    """
    if request.method != "POST" or "submission" not in request.form or not by_hand():
        return None
    if request.form.get("begun_by") != practitioner(staff_id):
        return None
    address = page_of_draft() if request.endpoint == SAVE else request.full_path.rstrip("?")
    if len(address) > kept_forms.LONGEST_ADDRESS:
        return None
    with transaction(db.session):
        return kept_forms.keep(db.session, staff_id, address, typed_content())


def shown_again() -> bool:
    """Whether this request only shows a form that was sent before."""
    return has_request_context() and g.get("shown_again", False)


def show_again(kept: KeptForm, expect_access: Callable[[str], None]) -> ResponseReturnValue:
    """The page with the form as it was sent, its submission the same and its token new.

    `expect_access` ends the request unless the person may use that route.
    """
    posted = MultiDict((name, value) for name, values in kept.content.items() for value in values)
    environ = EnvironBuilder(
        path=kept.address, base_url=request.host_url, method="POST", data=posted
    ).get_environ()
    # The same application and cookie, so that what a page adds to the cookie is not lost.
    context = RequestContext(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        environ,
        session=session._get_current_object(),  # type: ignore[attr-defined]
    )
    g.shown_again = True
    with context:
        if request.endpoint:
            expect_access(request.endpoint)
        return current_app.dispatch_request()
