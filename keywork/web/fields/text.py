"""Answers typed as text."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from markupsafe import Markup, escape
from wtforms import widgets

from keywork.web.fields.base import UNSTORABLE, GovukField, Validators, posted_text
from keywork.web.widgets import Params

# What browsers themselves accept for <input type="email">, plus a dot in the domain.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that look like a space: Hangul fillers, and Braille without a dot."""


def is_visible(character: str) -> bool:
    """Whether there is anything to see of it, unlike a zero-width space or a joiner alone."""
    unseen = unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp")
    return not (unseen or character in BLANK_LETTERS)


class TypedField(GovukField):
    """A box to type in. `text` is what it shows, `data` what that means.

    Kinds of it say how to `tidy` the text, `parse` it (a ValueError is the sentence for the user)
    and `show` a value. `width` is the box's width in characters, as GOV.UK Frontend has them.
    """

    component = "input"
    blank: Any = None
    text = ""
    max_length = 200
    width: int | None = None
    autocomplete: str | None = None
    inputmode: str | None = None

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        max_length: int | None = None,
        width: int | None = None,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.max_length = max_length or self.max_length
        self.width = width or self.width
        self.autocomplete = autocomplete or self.autocomplete
        self.inputmode = inputmode or self.inputmode

    def tidy(self, text: str) -> str:
        """The text on one line, without stray spaces."""
        return " ".join(text.split())

    def parse(self, text: str) -> Any:
        """The value that a text which is neither empty nor too long stands for."""
        return text

    def show(self, value: Any) -> str:
        """The text for a value that was not typed here."""
        return str(value)

    def process_data(self, value: Any) -> None:
        """Start from a value of ours."""
        self.data = self.blank if value is None else value
        self.text = "" if value is None else self.show(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; what is missing is empty."""
        posted = posted_text(valuelist)
        typed = self.tidy(posted) if any(map(is_visible, posted)) else ""
        self.text = typed.replace("\x00", "")
        self.data = self.blank
        if self.text != typed:
            raise ValueError(f"{self.what} {UNSTORABLE}")
        if len(self.text) > self.max_length:
            raise ValueError(f"{self.what} must be {self.max_length:,} characters or fewer")
        if self.text:
            self.data = self.parse(self.text)

    def params(self) -> Params:
        """The macro's parameters, with the text as typed."""
        params = super().params() | {
            "value": self.text,
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode,
        }
        if self.width:
            params["classes"] = f"govuk-input--width-{self.width}"
        return params


class TextField(TypedField):
    """One line of text."""

    data: str
    blank = ""


class EmailField(TextField):
    """An email address."""

    max_length = 254
    autocomplete = "email"

    def parse(self, text: str) -> str:
        """The address, if it has the shape of one."""
        if not EMAIL.fullmatch(text):
            raise ValueError("Enter an email address like name@example.com")
        return text

    def params(self) -> Params:
        """The macro's parameters for an email keyboard."""
        return super().params() | {"type": "email", "spellcheck": False}


class PasswordField(TextField):
    """A password: taken as typed, never shown again."""

    component = "password-input"

    def tidy(self, text: str) -> str:
        """A password may hold any spaces."""
        return text

    def params(self) -> Params:
        """The macro's parameters, without the password."""
        return super().params() | {"value": ""}


class TextArea(TypedField):
    """Several lines of text. Given a `max_length` it counts the characters that are left."""

    component = "textarea"
    data: str
    blank = ""
    max_length = 10_000

    def __init__(
        self, label: str, validators: Validators = (), *, rows: int = 5, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.rows = rows
        if "max_length" in options:
            self.component = "character-count"

    def tidy(self, text: str) -> str:
        """The text with one kind of line ending, without empty lines around it."""
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def params(self) -> Params:
        """The macro's parameters.

        Line breaks are written as character references: the macros indent what stands inside a
        fieldset, and would otherwise put spaces into the user's text each time it is shown.
        """
        params = super().params() | {
            "value": escape(self.text).replace("\n", Markup("&#10;")),
            "rows": self.rows,
        }
        if self.component == "character-count":
            params |= {"maxlength": self.max_length, "threshold": 75}
        return params


class HiddenField(TypedField):
    """Something the page carries along, such as the version of the record it shows."""

    blank = ""
    widget = widgets.HiddenInput()

    def __init__(
        self, label: str = "This page", validators: Validators = (), **options: Any
    ) -> None:
        super().__init__(label, validators, **options)

    def _value(self) -> str:
        return self.text
