"""How two people of a family are related."""

from collections.abc import Sequence
from typing import Any

from keywork.families.forms.person import VersionedForm
from keywork.families.policy import PARENTAL_RESPONSIBILITY, kinds
from keywork.families.queries import MemberView, RelationshipView
from keywork.families.services import RelationshipFacts
from keywork.web.fields import (
    Choice,
    DateField,
    Form,
    Radios,
    Required,
    Select,
    TextField,
)


class RelationshipFactsForm(Form):
    """What can be said of a relationship besides who and what."""

    words = TextField(
        "How are they related?",
        description="Only if nothing else fits. For example: aunt, godfather.",
        max_length=200,
    )
    parental_responsibility = Radios(
        "Parental responsibility",
        description="Only for parents, guardians and carers: whether they have it for the child.",
        choices=[Choice(key, name) for key, name in PARENTAL_RESPONSIBILITY.items()],
        govuk={"classes": "govuk-radios--inline"},
    )
    started_on = DateField("When did it begin?", description="If you know and it matters.")

    def facts(self) -> RelationshipFacts:
        """What was answered."""
        return RelationshipFacts(
            parental_responsibility=self.parental_responsibility.data or "not_known",
            words=self.words.data or "",
            started_on=self.started_on.data,
        )


class AddRelationshipForm(RelationshipFactsForm):
    """Who else, and what they are to this person."""

    who = Select("Who is related?", [Required("Choose who is related")])
    what = Select("What are they?", [Required("Choose what they are")])

    def __init__(self, member: MemberView, others: Sequence[MemberView]) -> None:
        super().__init__(data={"parental_responsibility": "not_known"})
        self.person_id = member.person_id
        self.who.choices = [Choice(other.person_id, other.name) for other in others]
        self.what.label.text = f"What are they to {member.name}?"
        self.what.choices = [
            Choice(f"{kind.key}.{end}", words)
            for kind in kinds().values()
            for end, words in (("first", kind.choice), ("second", kind.other_choice))
            if words
        ]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        kind, _, end = self.what.data.partition(".")
        pair = (self.who.data, self.person_id)
        first, second = pair if end == "first" else pair[::-1]
        return {"first": first, "second": second, "kind": kind, "facts": self.facts()}


class ChangeRelationshipForm(VersionedForm, RelationshipFactsForm):
    """How it stands now."""

    separated_on = DateField("When did they separate?")
    ended_on = DateField("When did it end?")

    def __init__(self, shown: RelationshipView) -> None:
        names = ("words", "parental_responsibility", "started_on", "separated_on", "ended_on")
        super().__init__(
            data={name: getattr(shown, name) for name in names} | {"version": shown.version}
        )
        self.ended_on.label.text = ENDED.get(shown.kind.key, self.ended_on.label.text)
        if shown.kind.group != "parent":
            del self.parental_responsibility
        if shown.kind.key != "relative":
            del self.words
        if shown.kind.group != "couple":
            del self.separated_on

    def facts(self) -> RelationshipFacts:
        """What was answered; what this kind of relationship has no question for is as it was."""
        asked = {name: field.data for name, field in self._fields.items() if name in FACTS}
        return RelationshipFacts(**{name: value for name, value in asked.items() if value})


class RemoveRelationshipForm(VersionedForm):
    """That it never was true."""

    def __init__(self, shown: RelationshipView) -> None:
        super().__init__(data={"version": shown.version})


FACTS = frozenset(RelationshipFacts.__dataclass_fields__)

ENDED = {
    "married": "When did they divorce?",
    "civil_partners": "When was it dissolved?",
    "partners": "When did it end for good?",
}
