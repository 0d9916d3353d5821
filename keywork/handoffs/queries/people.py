"""People in a handoff, for showing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from keywork.families.nhs_number import format_nhs_number
from keywork.families.policy import MEMBER_ROLES, NewPerson
from keywork.handoffs.policy import CHILDREN
from keywork.plans.domains import domains


@dataclass(frozen=True)
class PersonLine:
    """A person in a handoff, for showing."""

    key: str
    """By which a draft's person is removed."""

    name: str
    role: str
    date_of_birth: date | None
    nhs_number: str


def person_line(person: NewPerson, key: str = "") -> PersonLine:
    """A person for showing."""
    return PersonLine(
        key=key,
        name=_name(person),
        role=MEMBER_ROLES[person.role],
        date_of_birth=person.date_of_birth,
        nhs_number=format_nhs_number(person.nhs_number) if person.nhs_number else "",
    )


def title_of(people: Sequence[NewPerson]) -> str:
    """Whom it is about: the children's names, or everyone's when there is no child."""
    children = [person for person in people if person.role in CHILDREN]
    return ", ".join(_name(person) for person in children or people)


def domain_names(keys: Collection[str]) -> list[str]:
    """The names of need domains, in the order of a plan."""
    return [domain.name for key, domain in domains().items() if key in keys]


def _name(person: NewPerson) -> str:
    return f"{person.given_name} {person.family_name}"
