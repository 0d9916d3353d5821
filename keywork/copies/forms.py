"""Which parts to copy, and what of them to give."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from keywork.copies.policy import PARTS, WAYS, Asked, Item, fingerprint
from keywork.copies.services import Giving
from keywork.kernel import clock
from keywork.sharing.forms import offered
from keywork.sharing.reference import BASES, PURPOSES
from keywork.web.fields import (
    Checkbox,
    Checkboxes,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    Select,
)

USUAL = timedelta(days=91)
"""How far back a chronology goes unless somebody says."""


class PartsForm(Form):
    """Which parts, from the address of the page that shows what would be in the copy."""

    parts = Checkboxes(
        "What should the copy have in it?",
        [Required("Choose what the copy should have in it")],
        choices=[Choice(key, name) for key, name in PARTS.items()],
    )
    since = DateField(
        "From which day?",
        [Required("Enter the first day", when=lambda form: "chronology" in form.parts.data)],
        what="The first day",
    )
    until = DateField(
        "To which day?",
        [Required("Enter the last day", when=lambda form: "chronology" in form.parts.data)],
        what="The last day",
    )

    def __init__(self) -> None:
        asked = MultiDict(request.args)
        today = clock.today()
        usual = {"since": today - USUAL, "until": today}
        super().__init__(formdata=asked or None, data=usual, meta={"csrf": False})
        self.asked = bool(asked)

    def validate_until(self, field: DateField) -> None:
        """The last day is not before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("The last day must not be before the first day")

    def asked_for(self) -> Asked | None:
        """What was asked for; None when nothing was, or not rightly."""
        if not (self.asked and self.validate()):
            return None
        today = clock.today()
        return Asked(self.parts.data, self.since.data or today - USUAL, self.until.data or today)


class CopyForm(Form):
    """What is given of what could be, how, what for, and that somebody has read it."""

    version = HiddenField()
    plan = Checkboxes("Their plan")
    facts = Checkboxes("What is recorded about them")
    chronology = Checkboxes("What happened")
    way = Radios(
        "How will they get it?",
        [Required("Choose how they will get it")],
        description="keywork sends nothing: you print or send it yourself. See how they may be"
        " reached, above.",
        choices=[Choice(key, name) for key, name in WAYS.items()],
    )
    purpose = Select("What is it for?", [Required("Choose what it is for")])
    basis = Select("Lawful basis", [Required("Choose the lawful basis")])
    read = Checkbox(
        "I have read all of this, and nothing in it tells them what they must not know",
        [Required("Read all of it, and say that you have")],
    )

    def __init__(self, items: Sequence[Item]) -> None:
        usual = {
            part: [item.key for item in items if item.part == part and item.suggested]
            for part in PARTS
        }
        super().__init__(data=usual | {"purpose": "own_copy", "version": fingerprint(items)})
        self.purpose.choices = offered(PURPOSES)
        self.basis.choices = offered(BASES)
        for part in PARTS:
            mine = [item for item in items if item.part == part]
            if mine:
                field: Any = self[part]
                field.choices = [Choice(i.key, _title(i), _lines(i.text)) for i in mine]
            else:
                del self[part]

    def keys(self) -> list[str]:
        """What was ticked."""
        return [key for part in PARTS if part in self for key in self[part].data]

    def giving(self) -> Giving:
        """What it is for, and how they get it."""
        return Giving(self.way.data, self.purpose.data, self.basis.data)

    def show_version(self, items: Sequence[Item]) -> None:
        """Let what is sent next be an answer to what the page shows now."""
        self.version.text = fingerprint(items)


def _title(item: Item) -> str:
    return f"{item.title} (protected)" if item.protected else item.title


def _lines(text: str) -> Markup:
    """A text as it was typed, line by line."""
    return Markup("<br>").join(text.splitlines())
