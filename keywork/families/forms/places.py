"""Where members live and belong, and how each is reached."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from keywork.families import policy
from keywork.families.forms.choices import members, version_of
from keywork.families.forms.readers import (
    named_members_field,
    named_staff_field,
    named_staff_of,
    offer_readers,
    readers_field,
)
from keywork.families.queries import ContactView, FamilyView, MemberView, PlaceView, ResidenceView
from keywork.families.services import Address, Readers
from keywork.kernel import clock
from keywork.web.fields import (
    Checkbox,
    Checkboxes,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    TextArea,
    TextField,
)
from keywork.web.fields.text import EMAIL

WAYS = {
    "may_call": "Call",
    "may_text": "Text",
    "may_leave_message": "Leave a message",
    "may_write": "Write",
}

ENDED = {
    "addresses": "They have moved out",
    "contacts": "It is no longer used",
    "affiliations": "They no longer go there",
}


class PostcodeField(TextField):
    """A UK postcode."""

    max_length = 20
    width = 10

    def parse(self, text: str) -> str:
        """The postcode as it is written."""
        return policy.postcode(text)


class UprnField(TextField):
    """A unique property reference number."""

    max_length = 20
    width = 20
    inputmode = "numeric"

    def parse(self, text: str) -> str:
        """Its digits."""
        return policy.uprn(text)


def _choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(key, name) for key, name in words.items()]


def _since() -> DateField:
    return DateField("Since when?", [Required("Enter the date it began")], what="The date")


class PlaceForm(Form):
    """A form that asks who may read what it records."""

    readers: Radios
    named_staff: Checkboxes
    named_members: Checkboxes

    def chosen_readers(self) -> Readers:
        """Who may read it."""
        named = named_staff_of(self)
        return Readers.chosen(named, self.named_members.data)


class AddressForm(PlaceForm):
    """An address at which several members live."""

    who = Checkboxes("Who lives there?", [Required("Choose who lives there")])
    kind = Radios(
        "What kind of address is it?",
        [Required("Choose what kind of address it is")],
        choices=_choices(policy.RESIDENCE_KINDS),
    )
    readers = readers_field("Not for a refuge, or where somebody must not find them.")
    named_staff = named_staff_field()
    named_members = named_members_field()
    address = TextArea(
        "Address",
        [Required("Enter the address, or the postcode", when=lambda form: not form.postcode.text)],
        description="Without the postcode.",
        rows=3,
        max_length=500,
    )
    postcode = PostcodeField("Postcode", autocomplete="off")
    uprn = UprnField(
        "Property number (UPRN), if you know it", what="The property number", autocomplete="off"
    )
    since = _since()
    leaves = Checkbox(
        "They no longer live where they lived before",
        description="The team can read that they left, but not a protected new address.",
    )

    def __init__(
        self, family: FamilyView, staff_id: int, who: MemberView | None, like: ResidenceView | None
    ) -> None:
        known = {}
        if like:
            known = {name: getattr(like, name) for name in ("kind", "address", "postcode", "uprn")}
            known["readers"] = "named" if like.protected else "team"
            known["named_staff"] = like.readers
            known["named_members"] = like.given_to
        super().__init__(data=known | {"who": [who.id] if who else []})
        self.who.choices = members(family.members)
        offer_readers(self, family, staff_id)

    def validate_readers(self, field: Radios) -> None:
        """A refuge is never for the whole team to read unless each is chosen."""
        if self.kind.data == "refuge" and field.data == "team":
            raise ValidationError(
                "A refuge is always protected: choose the people who may read this"
            )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "member_ids": self.who.data,
            "address": Address(
                self.kind.data, self.address.data, self.postcode.data, self.uprn.data
            ),
            "since": self.since.data,
            "leaves": self.leaves.data,
            "readers": self.chosen_readers(),
        }


class ContactForm(PlaceForm):
    """A telephone number or e-mail address, and what is safe to do with it."""

    kind = Radios(
        "What is it?", [Required("Choose what it is")], choices=_choices(policy.CONTACT_KINDS)
    )
    value = TextField(
        "Number or e-mail address",
        [Required("Enter the number or e-mail address")],
        max_length=254,
        autocomplete="off",
    )
    ways = Checkboxes(
        "What is safe to do?",
        choices=_choices(WAYS),
        description="Tick nothing if it must not be used.",
    )
    at_times = TextField(
        "When? (optional)", description="For example: weekdays before 3pm.", what="When"
    )
    seen_by = TextField(
        "Who else sees this phone or reads this e-mail? (optional)",
        description="For example: her partner.",
        what="Who else sees it",
    )
    readers = readers_field("Not for a number that somebody must not learn.")
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int, old: ContactView | None) -> None:
        known: dict[str, object] = {}
        if old:
            known = {
                "kind": old.kind,
                "value": old.value,
                "ways": [way for way in WAYS if getattr(old.rule, way)],
                "at_times": old.rule.at_times,
                "seen_by": old.rule.seen_by,
                "readers": "named" if old.protected else "team",
                "named_staff": old.readers,
                "named_members": old.given_to,
            }
        super().__init__(data=known)
        offer_readers(self, family, staff_id)

    def validate_value(self, field: TextField) -> None:
        """A number for a telephone, an address for e-mail."""
        if self.kind.data == "email":
            if not EMAIL.fullmatch(field.data):
                raise ValidationError("Enter an email address like name@example.com")
        elif self.kind.data:
            try:
                field.data = policy.phone(field.data)
            except ValueError as problem:
                raise ValidationError(str(problem)) from None

    def validate_ways(self, field: Checkboxes) -> None:
        """Nobody can text a landline, or leave a message without calling."""
        allowed = policy.CONTACT_WAYS.get(self.kind.data, tuple(WAYS))
        if not set(field.data) <= set(allowed):
            name = policy.CONTACT_KINDS[self.kind.data].lower()
            ways = " or ".join(WAYS[way].lower() for way in allowed)
            raise ValidationError(f"A{'n' * (name[0] == 'e')} {name} is only to {ways}")
        if "may_leave_message" in field.data and "may_call" not in field.data:
            raise ValidationError("Choose Call too: a message is left when nobody answers")

    def rule(self) -> policy.ContactRule:
        """What is safe to do."""
        return policy.ContactRule(
            self.kind.data,
            **{way: way in self.ways.data for way in WAYS},
            at_times=self.at_times.data,
            seen_by=self.seen_by.data,
        )


class AffiliationForm(PlaceForm):
    """A school, GP practice or the like."""

    kind = Radios(
        "What is it?", [Required("Choose what it is")], choices=_choices(policy.AFFILIATION_KINDS)
    )
    name = TextField(
        "Name", [Required("Enter its name")], description="With the town, if it could be another."
    )
    readers = readers_field("Not if its name would tell somebody where they live.")
    named_staff = named_staff_field()
    named_members = named_members_field()
    since = _since()
    leaves = Checkbox("It takes the place of the one of this kind before")

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__()
        offer_readers(self, family, staff_id)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "kind": self.kind.data,
            "name": self.name.data,
            "since": self.since.data,
            "leaves": self.leaves.data,
            "readers": self.chosen_readers(),
        }


class EndForm(Form):
    """That something holds no longer, or never did."""

    version = HiddenField()
    who = Checkboxes("Who is it about?", [Required("Choose who it is about")])
    how = Radios(
        "What has happened?",
        [Required("Choose what has happened")],
    )
    on = DateField(
        "When did it end?",
        [Required("Enter the date it ended", when=lambda form: form.how.data == "ended")],
        what="The date",
    )

    def __init__(self, view: PlaceView, together: Sequence[PlaceView]) -> None:
        super().__init__(data={"who": [view.uid], "on": view.until or clock.today()})
        self.who.choices = [Choice(other.uid, other.member_name) for other in together]
        self.how.choices = [
            Choice("ended", ENDED[view.what]),
            Choice("mistake", "It was recorded by mistake"),
        ]
        self.together = len(together) > 1
        if not self.together:
            del self.who
        if not self.is_submitted():
            self.show_version(view)

    def uids(self, view: PlaceView) -> list[UUID]:
        """Which have ended."""
        return list(self.who.data) if self.together else [view.uid]

    def had_ended(self) -> bool | None:
        """Whether the page showed it as ended; None when that page is not ours."""
        return {0: False, 1: True}.get(version_of(self.version))

    def show_version(self, view: PlaceView) -> None:
        """Let what is sent next be an answer to what the page shows now."""
        self.version.text = str(int(view.until is not None))

    def day(self) -> date | None:
        """When it ended; None when it never was so."""
        return self.on.data if self.how.data == "ended" else None
