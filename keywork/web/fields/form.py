"""The form that all our forms are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from flask import request
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms.widgets import HiddenInput

from keywork.kernel.drafts import Draft
from keywork.web.drafts import begun_by_another, draft_of_page, viewer_of_request
from keywork.web.fields.base import posted_text
from keywork.web.fields.files import FileField
from keywork.web.fields.text import HiddenField
from keywork.web.kept import shown_again

if TYPE_CHECKING:
    import wtforms

    class FlaskForm(wtforms.Form):
        """What mypy is to know of Flask-WTF, which has no types of its own."""

        def is_submitted(self) -> bool:
            """Whether the request posts something."""

        def validate_on_submit(self) -> bool:
            """Whether the request posts something valid."""
else:
    from flask_wtf import FlaskForm


BEGUN_BY_ANOTHER = (
    "Somebody else has signed in in this browser since you opened this page, so nothing was sent."
    " Copy what you need, then sign in as yourself"
)


class SubmissionField(HiddenField):
    """Names one filling-in of a form, so that sending it twice does it once."""

    data: UUID

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The id the page was given; one that is missing or not ours stays the new one."""
        try:
            self.data = UUID(posted_text(valuelist))
        except ValueError:
            return
        self.text = str(self.data)


class Form(FlaskForm):
    """A form with protection against forgery, a `submission` id and errors for the summary."""

    keeps_draft = False
    """Whether it is kept on the server while it is filled in: see keywork/web/drafts.py."""

    draft: Draft | None = None
    """What was typed before, which the form now shows again."""

    submission = SubmissionField(default=uuid4)
    begun_by = HiddenField(default=viewer_of_request)
    """For whom the page was made: in a shared browser somebody else may have signed in since."""

    class Meta:
        """How the form reads the request."""

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """Form fields and files only, and an empty post as one in which all is missing."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                form.draft = draft_of_page() if form.keeps_draft else None
                return MultiDict(form.draft.content) if form.draft else None
            return CombinedMultiDict([request.files, request.form])

    def validate(self, *args: Any, **options: Any) -> bool:
        """Whether the answers are right, and given by whoever was shown the form."""
        if shown_again():
            return False
        valid = super().validate(*args, **options)
        if begun_by_another(self.begun_by.text):
            self.form_errors.append(BEGUN_BY_ANOTHER)
            return False
        return valid

    def add_error(self, field: str | None, sentence: str) -> None:
        """Show what a service refused: beside the field of that name, or else for the page."""
        at = self._fields.get(field) if field else None
        if at is None:
            self.form_errors.append(sentence)
        else:
            at.errors = [*at.errors, sentence]

    @property
    def error_list(self) -> list[dict[str, str]]:
        """What the error summary says, each with the input it leads to."""
        found = [{"text": str(sentence)} for sentence in self.form_errors]
        for field in self:
            if field.errors and isinstance(field.widget, HiddenInput):
                found.append({"text": field.errors[0]})
            elif field.errors:
                focus = getattr(field, "focus_id", field.id)
                link = {"href": f"#{focus}"} if focus else {}
                found.append({"text": field.errors[0]} | link)
        return found

    @property
    def has_file(self) -> bool:
        """Whether the form must be sent as multipart."""
        return any(isinstance(field, FileField) for field in self)

    def hidden_tag(self) -> Markup:
        """The hidden inputs, without ids, so that a page may hold several forms."""
        hidden = (field for field in self if isinstance(field.widget, HiddenInput))
        return Markup("\n").join(field(id=False) for field in hidden)
