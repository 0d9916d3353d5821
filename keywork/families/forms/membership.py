"""Coming into a family, leaving it, coming back, being born into it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from wtforms import ValidationError

from keywork.families.forms.choices import LateRadios
from keywork.families.forms.person import BirthFields, NhsNumberField, VersionedForm
from keywork.families.policy import CHOSEN_ROLES, MEMBER_ROLES, SEXES, UNBORN_NAME, NewPerson
from keywork.families.queries import HELD_ELSEWHERE, Candidate, PersonView
from keywork.kernel import clock
from keywork.web.fields import Choice, DateField, Radios, Required, TextField

SOMEBODY_NEW: Final = "new"
MAY_BE_KNOWN: Final = "We may know this person already: say whether it is one of these people"
_SEX_CHOICES: Final = [Choice(key, name) for key, name in SEXES.items()]


class AddPersonForm(BirthFields):
    """Somebody to be put into the family."""

    role = Radios(
        "Who is this?",
        [Required("Choose who this person is")],
        choices=[Choice(key, name) for key, name in MEMBER_ROLES.items()],
    )
    given_name = TextField(
        "First name",
        [Required("Enter the first name", when=lambda form: form.role.data != "unborn")],
        description="An unborn child may have none yet.",
    )
    family_name = TextField("Last name", [Required("Enter the last name")])
    known_as = TextField("Known as", description="Only if people call them by another first name.")
    sex = Radios("Sex", choices=_SEX_CHOICES)
    nhs_number = NhsNumberField("NHS number", description="If you have it, like 943 476 5919")
    same = LateRadios("Is it one of these people?")

    def validate_nhs_number(self, field: NhsNumberField) -> None:
        """It is given at birth."""
        if field.data and self.role.data == "unborn":
            raise ValidationError("An unborn child has no NHS number yet")

    def __init__(self, find: Callable[[NewPerson], Sequence[Candidate]]) -> None:
        super().__init__(data={"sex": "not_known"})
        self.find = find
        self.held_elsewhere = ""
        """What to say of somebody whose record may not be opened."""

    def person(self) -> NewPerson:
        """Whom it describes."""
        return NewPerson(
            given_name=self.given_name.data or UNBORN_NAME,
            family_name=self.family_name.data,
            nhs_number=self.nhs_number.data or None,
            role=self.role.data,
            known_as=self.known_as.data,
            sex=self.sex.data or "not_known",
            **self.birth_facts(),
        )

    def same_as(self) -> int | None:
        """The id of the person we know that this is, if it is one.

        Raises Refusal when there are some that it may be, and nobody has said.
        """
        found = self.find(self.person())
        known = [candidate for candidate in found if candidate.person_id is not None]
        self.held_elsewhere = HELD_ELSEWHERE if len(known) < len(found) else ""
        if not found:
            return None
        self.same.choices = [
            *(Choice(c.person_id, c.name, _likeness(c)) for c in known),
            Choice(SOMEBODY_NEW, "No, add a new person"),
        ]
        chosen = self.same.pick(MAY_BE_KNOWN)
        return chosen if isinstance(chosen, int) else None


class RoleForm(VersionedForm):
    """What somebody is in the family, and since when."""

    role = Radios("What are they in this family?", [Required("Choose what they are")])
    on = DateField("Since when?", [Required("Enter the date")], what="The date")

    def __init__(self, shown: PersonView) -> None:
        data = {"version": shown.version, "role": shown.member.role, "on": clock.today()}
        super().__init__(data=data)
        expected = shown.member.birth == "expected"
        roles = {"unborn": MEMBER_ROLES["unborn"]} if expected else CHOSEN_ROLES
        self.role.choices = [Choice(key, name) for key, name in roles.items()]


class LeaveForm(VersionedForm):
    """When somebody left the family, and why."""

    on = DateField("When did they leave the family?", [Required("Enter the date")], what="The date")
    reason = TextField(
        "Why?",
        [Required("Say why they are no longer in the family")],
        description="Everyone in the team can read this. Do not write where they are now.",
    )

    def __init__(self, shown: PersonView) -> None:
        super().__init__(data={"version": shown.version, "on": clock.today()})


class BornForm(VersionedForm):
    """A child is born."""

    given_name = TextField("First name", [Required("Enter the first name")])
    family_name = TextField("Last name", [Required("Enter the last name")])
    date_of_birth = DateField("Date of birth", [Required("Enter the date of birth")])
    sex = Radios("Sex", [Required("Choose the sex, or not known")], choices=_SEX_CHOICES)
    nhs_number = NhsNumberField("NHS number", description="If you have it, like 943 476 5919")

    def __init__(self, shown: PersonView) -> None:
        given = shown.member.given_name
        super().__init__(
            data={
                "version": shown.version,
                "given_name": "" if given == UNBORN_NAME else given,
                "family_name": shown.member.family_name,
            }
        )

    def facts(self) -> dict[str, Any]:
        """What was answered."""
        return {
            "given_name": self.given_name.data,
            "family_name": self.family_name.data,
            "date_of_birth": self.date_of_birth.data,
            "sex": self.sex.data,
            "nhs_number": self.nhs_number.data or None,
        }


def _likeness(candidate: Candidate) -> str:
    """How likely it is the same person, why, and where they are."""
    reasons = [
        *candidate.reasons,
        *(f"but {words[0].lower()}{words[1:]}" for words in candidate.against),
    ]
    said = "; ".join(words[0].lower() + words[1:] for words in reasons)
    families = ", ".join(line.reference for line in candidate.families)
    return f"{candidate.how_likely}: {said}. In {families}"
