"""Deciding whether two persons are one."""

from typing import Any

from keywork.families.policy import ABSORBED, KEPT, MERGED_FACTS
from keywork.families.queries import PairView
from keywork.web.fields import Choice, Form, HiddenField, Radios, Required, TextField


class KeepApartForm(Form):
    """Why they are two persons."""

    words = TextField(
        "How do you know that they are different people?",
        [Required("Say how you know that they are different people")],
        max_length=500,
    )


class MergeForm(Form):
    """Whose fact stays where both are known and differ: a question for each, by its key."""

    version = HiddenField()
    reason: TextField

    def show_version(self, pair: PairView) -> None:
        """Let what is sent next be an answer to the two as the page now shows them."""
        self.version.text = pair.version

    def questions(self) -> list[Any]:
        """The facts to choose between."""
        return [self[fact.key] for fact in MERGED_FACTS if fact.key in self]

    def chosen(self) -> dict[str, str]:
        """Whose fact stays, by its key."""
        return {field.name: field.data for field in self.questions()}


def merge_form(pair: PairView) -> MergeForm:
    """A form that asks about what differs between these two."""
    asked = {
        fact.key: Radios(
            f"{fact.label}: which is right?",
            [Required(f"Choose the right answer for: {fact.label.lower()}")],
            choices=[
                Choice(KEPT, fact.words(pair.first.facts)),
                Choice(ABSORBED, fact.words(pair.second.facts)),
            ],
        )
        for fact in pair.differences
    }
    reason = TextField(
        "How do you know that they are one person?",
        [Required("Say how you know that they are one person")],
        max_length=500,
    )
    fields = {**asked, "reason": reason}
    form: MergeForm = type("MergeForm", (MergeForm,), fields)(data={"version": pair.version})
    return form


class UndoMergeForm(Form):
    """Why they are two persons after all."""

    reason = TextField(
        "Why are they different people after all?",
        [Required("Say why they are different people after all")],
        max_length=500,
    )
