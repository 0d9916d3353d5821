"""Handing off a family, allocating it, and answering."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from wtforms.validators import ValidationError

from keywork.accounts.queries import HubView, StaffView
from keywork.families.forms import NhsNumberField
from keywork.families.policy import MEMBER_ROLES, UNBORN_NAME, NewPerson
from keywork.families.queries import Match
from keywork.handoffs import policy
from keywork.kernel import clock
from keywork.plans.domains import domains
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
    TextArea,
    TextField,
)
from keywork.web.filters import plural

NEW_RECORD = "new"
ROLES = ("child", "unborn", "parent", "non_resident_parent", "other_adult")


class ShortText(TextArea):
    """A few lines of text."""

    max_length = 1000


class VersionedForm(Form):
    """A form about something that another person may change meanwhile."""

    version = HiddenField()

    def seen_version(self) -> int:
        """The version that the page showed; one that is not ours is no version at all."""
        text = self.version.text
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class PersonForm(Form):
    """Somebody in the family."""

    role = Radios(
        "Who is this?",
        [Required("Choose who this person is")],
        choices=[Choice(key, MEMBER_ROLES[key]) for key in ROLES],
    )
    given_name = TextField(
        "First name",
        [Required("Enter the first name", when=lambda form: form.role.data != "unborn")],
    )
    family_name = TextField("Last name", [Required("Enter the last name")])
    nhs_number = NhsNumberField("NHS number", description="If you have it, like 943 476 5919")
    date_of_birth = DateField("Date of birth", description="For an unborn child, when it is due")

    def validate_date_of_birth(self, field: DateField) -> None:
        """A child is known by this or by the NHS number."""
        role, number = self.role.data, self.nhs_number.data
        if problem := policy.birth_problem(role, field.data, number or None, clock.today()):
            raise ValidationError(problem)

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was filled in."""
        typed = (self.given_name, self.family_name, self.nhs_number)
        parts = any(self.date_of_birth.parts.values())
        return not (any(field.text for field in typed) or parts or self.role.chosen())

    def person(self) -> NewPerson:
        """Whom it describes."""
        return NewPerson(
            given_name=self.given_name.data or UNBORN_NAME,
            family_name=self.family_name.data,
            date_of_birth=self.date_of_birth.data,
            nhs_number=self.nhs_number.data or None,
            role=self.role.data,
        )


class RemoveForm(Form):
    """Take somebody out again."""

    person = HiddenField("Person", [Required("Choose whom to remove")])


class WhyForm(Form):
    """Why the family is handed off, and what has been tried."""

    domains = Checkboxes("What is this about?", [Required("Choose at least one reason")])
    why = TextArea(
        "What is happening?",
        [Required("Say in a few sentences what is happening")],
        description="What worries you, and what the family wants to change.",
        max_length=5000,
    )
    tried = TextArea(
        "What has been tried, and did it help?",
        [Required("Say what has been tried, or that nothing has")],
        max_length=5000,
    )

    def __init__(self, data: dict[str, Any] | None) -> None:
        super().__init__(data=data)
        self.domains.choices = [Choice(key, domain.name) for key, domain in domains().items()]

    def values(self) -> dict[str, Any]:
        """What the draft keeps."""
        return {"domains": self.domains.data, "why": self.why.data, "tried": self.tried.data}


class ContactForm(Form):
    """How to make contact safely, whether a parent agreed, and where the family lives."""

    ways = Checkboxes(
        "What is safe to do?",
        description="Choose only what you know is safe.",
        choices=[Choice(key, name) for key, name in policy.CONTACT_WAYS.items()],
    )
    advice = TextField(
        "Anything else to know before making contact",
        [Required("Say how to make contact safely", when=lambda form: not form.ways.data)],
        description="For example: before 3pm only. Everyone who works with the family will see it.",
        max_length=240,
    )
    contact_details = ShortText(
        "Phone number and address to use",
        [Required("Enter a phone number or address to use")],
        rows=3,
    )
    consent = Radios(
        "Has a parent agreed to this handoff?",
        [Required("Say whether a parent agreed")],
        choices=[
            Choice("agreed", "Yes, a parent agreed"),
            Choice("not_asked", "No, nobody was asked"),
        ],
    )
    consent_reason = ShortText(
        "Why was nobody asked?",
        [Required("Say why nobody was asked", when=lambda form: form.consent.data == "not_asked")],
        rows=2,
    )
    hub = Select("Or choose the hub", blank="Choose by postcode")
    postcode = TextField(
        "Postcode of the child's home",
        description="It tells us which hub this goes to.",
        width=10,
        autocomplete="off",
        max_length=20,
    )

    def __init__(
        self,
        data: dict[str, Any] | None,
        hubs: Sequence[HubView],
        hub_for: Callable[[str], HubView | None],
    ) -> None:
        super().__init__(data=data)
        self.hub.choices = [Choice(hub.id, hub.name) for hub in hubs]
        self.hub_for = hub_for
        self.found: HubView | None = None

    def validate_postcode(self, field: TextField) -> None:
        """The hub is the one chosen, or else the one that the postcode says."""
        if self.hub.data:
            return
        if not field.data:
            raise ValidationError("Enter the child's postcode, or choose the hub")
        self.found = self.hub_for(field.data)
        if self.found is None:
            raise ValidationError("That postcode is in no hub's patch. Check it, or choose the hub")

    def values(self) -> dict[str, Any]:
        """What the draft keeps."""
        not_asked = self.consent.data == "not_asked"
        return {
            "ways": self.ways.data,
            "advice": self.advice.data,
            "contact_details": self.contact_details.data,
            "consent": self.consent.data,
            "consent_reason": self.consent_reason.data if not_asked else "",
            "postcode": self.postcode.data,
            "hub": self.hub.data,
            "hub_id": self.found.id if self.found else self.hub.data,
        }


class AllocateForm(VersionedForm):
    """Which key worker is to have it, and in which record."""

    family = Radios(
        "Which record does it belong to?", [Required("Choose a family, or a new record")]
    )
    key_worker = Radios("Who is to be its key worker?", [Required("Choose a key worker")])
    reads = Checkbox(
        "May read what was protected for the key worker before",
        description="From when they take the handoff on, in this family alone.",
    )

    def __init__(
        self,
        version: int,
        staff: Sequence[StaffView],
        open_families: dict[int, int],
        matches: Sequence[Match] | None,
        chosen: int | None,
    ) -> None:
        """`matches` is None when the record was settled before."""
        current = next((match.key_worker_id for match in matches or ()), None)
        super().__init__(data={"version": version, "key_worker": chosen or current})
        own = {match.key_worker_id: match.family_reference for match in matches or ()}
        self.key_worker.choices = [
            Choice(person.id, person.name, _room(open_families[person.id], own.get(person.id)))
            for person in staff
        ]
        if matches:
            self.family.choices = [
                *(_family_choice(match) for match in matches),
                Choice(NEW_RECORD, "Open a new record", "For a different family"),
            ]
        else:
            del self.family
        if matches is not None and not any(own):
            del self.reads

    def family_reference(self) -> str | None:
        """The record to attach it to, or None for a new one."""
        chosen = self.family.data if self.family else None
        return None if chosen in (None, NEW_RECORD) else str(chosen)


class AcceptForm(VersionedForm):
    """Accepting needs no words."""


class GiveBackForm(VersionedForm):
    """Why the key worker cannot take it on."""

    reason = ShortText(
        "Why are you returning this handoff?",
        [Required("Say why you are returning it")],
        description="The hub manager will see this. The health visitor will not.",
    )


class HandOverForm(VersionedForm):
    """What the health visitor is told at the end."""

    message = ShortText(
        "What came of it?",
        [Required("Write what the health visitor should hear")],
        description="The health visitor will see this. Leave out what she does not need to know.",
    )


def _room(count: int, family_reference: str | None) -> str:
    theirs = f", key worker of {family_reference}" if family_reference else ""
    return f"{plural(count, 'open family', 'open families')}{theirs}"


def _family_choice(match: Match) -> Choice:
    worker = f", key worker {match.key_worker_name}" if match.key_worker_name else ""
    surnames = ", ".join(match.surnames)
    return Choice(
        match.family_reference,
        f"Attach to {match.family_reference}, {surnames}{worker}",
        match.reason,
    )


def not_here(matches: Collection[Match], hub_id: int) -> list[Match]:
    """The families among these that another hub holds."""
    return [match for match in matches if match.hub_id != hub_id]
