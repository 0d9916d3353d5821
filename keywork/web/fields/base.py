"""What all fields share: their component, their errors, and reading what was posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from keywork.web.widgets import GovukWidget, Params

Validators = Iterable[Callable[..., object]]

UNSTORABLE = "contains a character that cannot be saved. Delete it and type it again"


class GovukField(Field):
    """A field that renders a GOV.UK component.

    `what` is how error sentences name the answer ("Date of birth must be a real date"); without it
    they use the label. `description` is the hint. `govuk` holds parameters for the macro.
    """

    component: str
    widget: Any = GovukWidget()

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        what: str = "",
        govuk: Params | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.what = what or label
        self.govuk = govuk or {}

    @property
    def focus_id(self) -> str:
        """The id of the input that the error summary sends the user to."""
        return self.id

    def params(self) -> Params:
        """The macro's parameters for the field as it stands."""
        params: Params = {"id": self.id, "name": self.name, "label": {"text": self.label.text}}
        if self.description:
            params["hint"] = {"text": self.description}
        if self.errors:
            params["errorMessage"] = {"text": self.errors[0]}
        return params

    def pre_validate(self, form: BaseForm) -> None:
        """An answer that could not be read gets that one error and no more."""
        if self.process_errors:
            raise StopValidation


class Required:
    """Refuses an empty answer with a sentence of the form's own: "Enter the child's first name".

    With `when` it does so only if that is true of the form:
    `Required("Say why not", when=lambda form: form.agreed.data == "no")`. Fields are checked in the
    order of the form, so declare the one it looks at first.
    """

    def __init__(self, sentence: str, when: Callable[[Any], bool] = lambda form: True) -> None:
        self.sentence = sentence
        self.when = when

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop with the sentence if nothing was given."""
        empty = field.data is None or field.data is False or field.data in ("", [])
        if empty and self.when(form):
            raise StopValidation(self.sentence)


def posted_text(values: Iterable[Any]) -> str:
    """The first text among the values posted under a name: files and repeats do not count."""
    return next((value for value in values if isinstance(value, str)), "")
