"""Answers chosen from a list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from keywork.web.fields.base import GovukField, Validators, posted_text
from keywork.web.widgets import Params


@dataclass(frozen=True)
class Choice:
    """One option. `value` may be of any kind (an id, an enum member): the field gives it back."""

    value: Hashable
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Divider:
    """A word between the options, usually "or"."""

    text: str = "or"


class ChoiceField(GovukField):
    """A list of options. Set `choices` on the form's field when they depend on the record."""

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        choices: Iterable[Choice | Divider] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.choices: Sequence[Choice | Divider] = list(choices)
        self.posted: list[str] | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was posted until the choices are known."""
        self.posted = [text for text in valuelist if isinstance(text, str) and text]
        self.data = None

    def chosen(self) -> set[str]:
        """The values to show as chosen."""
        if self.posted is not None:
            return set(self.posted)
        values = self.data if isinstance(self.data, list | tuple | set) else [self.data]
        return {str(value) for value in values if value is not None}

    def known(self) -> dict[str, Hashable]:
        """The value of each option by the text that stands for it in the page."""
        options = (choice for choice in self.choices if isinstance(choice, Choice))
        return {str(choice.value): choice.value for choice in options}

    @property
    def focus_id(self) -> str:
        """The first option; empty where there is none to choose."""
        return self.id if self.known() else ""

    def params(self) -> Params:
        """The macro's parameters, with an item for each option."""
        chosen = self.chosen()
        params = super().params() | {"group": True, "idPrefix": self.id}
        params["items"] = [item(choice, chosen) for choice in self.choices]
        return params


class Radios(ChoiceField):
    """One of a few options, all in view."""

    component = "radios"

    def pre_validate(self, form: BaseForm) -> None:
        """Turn what was posted into the option's own value."""
        super().pre_validate(form)
        if self.posted:
            known = self.known()
            if self.posted[0] not in known:
                raise StopValidation("Choose one of the options")
            self.data = known[self.posted[0]]


class Select(Radios):
    """One of many options. It starts on an empty one, whose text is `blank`."""

    component = "select"

    def __init__(
        self, label: str, validators: Validators = (), *, blank: str = "", **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.blank = blank

    def params(self) -> Params:
        """The macro's parameters, led by the empty option."""
        chosen = self.chosen()
        items: list[Params] = [{"value": "", "text": self.blank}]
        for choice in self.choices:
            if isinstance(choice, Choice):
                value = str(choice.value)
                items.append({"value": value, "text": choice.text, "selected": value in chosen})
        return GovukField.params(self) | {"items": items}


class Checkboxes(ChoiceField):
    """Any number of options."""

    component = "checkboxes"
    data: list[Any]

    def process_data(self, value: Any) -> None:
        """Start from values of ours."""
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was posted until the choices are known."""
        super().process_formdata(valuelist)
        self.data = []

    def pre_validate(self, form: BaseForm) -> None:
        """Turn what was posted into the options' own values, each once, in the options' order."""
        super().pre_validate(form)
        if self.posted is not None:
            known, chosen = self.known(), self.chosen()
            if not chosen <= known.keys():
                raise StopValidation("Choose from the options")
            self.data = [value for text, value in known.items() if text in chosen]


class Checkbox(GovukField):
    """One box to tick; the label stands beside it."""

    component = "checkboxes"
    data: bool

    def process_data(self, value: Any) -> None:
        """Start from a value of ours."""
        self.data = bool(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Ticked or not: anything but our own value is not."""
        self.data = posted_text(valuelist) == "yes"

    def params(self) -> Params:
        """The macro's parameters for a single box."""
        params = super().params()
        box = {"value": "yes", "text": self.label.text, "checked": self.data}
        if hint := params.pop("hint", None):
            box["hint"] = hint
        return params | {"idPrefix": self.id, "items": [box]}


def item(choice: Choice | Divider, chosen: set[str]) -> Params:
    """What the radios and checkboxes macros need to know of an option."""
    if isinstance(choice, Divider):
        return {"divider": choice.text}
    value = str(choice.value)
    params: Params = {"value": value, "text": choice.text, "checked": value in chosen}
    if choice.hint:
        params["hint"] = {"html" if isinstance(choice.hint, Markup) else "text": choice.hint}
    return params
