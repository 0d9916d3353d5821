"""Correcting an entry, and looking for some."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request

from keywork.families.kinds import SOURCES, domain_names, kinds
from keywork.families.queries import Sought
from keywork.web.fields import Checkbox, Choice, Form, Required, Select, TextArea, TextField


class CorrectionForm(Form):
    """The right words for an entry, and why."""

    text = TextArea("What should it say?", [Required("Write what the entry should say")], rows=8)
    reason = TextField(
        "Why is it being corrected?", [Required("Say why the entry is being corrected")]
    )


class SoughtForm(Form):
    """What to look for in a chronology. It is read from the address."""

    words = TextField("Words", max_length=100)
    member = Select("About", blank="Anybody")
    kind = Select("Kind", blank="Any kind")
    source = Select("Source", blank="Any source")
    domain = Select("Need domain", blank="Any domain")
    significant = Checkbox("Significant only")

    def __init__(self, people: Mapping[UUID, str]) -> None:
        super().__init__(request.args, meta={"csrf": False})
        self.member.choices = [Choice(uid, name) for uid, name in people.items()]
        self.kind.choices = [Choice(kind.key, kind.name) for kind in kinds().values()]
        self.source.choices = [Choice(key, name) for key, name in SOURCES.items()]
        self.domain.choices = [Choice(key, name) for key, name in domain_names().items()]

    def sought(self) -> Sought:
        """What is looked for, once validated; what could not be understood does not matter."""
        return Sought(
            member=self.member.data,
            kind=self.kind.data or "",
            source=self.source.data or "",
            domain=self.domain.data or "",
            significant=self.significant.data,
            words=self.words.data,
        )

    def applied(self) -> dict[str, str]:
        """What each filter that is on says, by its name."""
        return {
            field.name: self._shown(field)
            for field in self
            if field.name != "submission" and field.data
        }

    def query(self) -> dict[str, str]:
        """The filters that are on, as they stand in an address."""
        return {name: request.args[name] for name in self.applied()}

    def _shown(self, field: Any) -> str:
        if field is self.significant:
            return field.label.text
        if field is self.words:
            return f"Words: {field.data}"
        chosen = next(choice.text for choice in field.choices if choice.value == field.data)
        return f"{field.label.text}: {chosen}"
