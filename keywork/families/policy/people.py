"""Who is in a family, and when two names are the same."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keywork.kernel.ages import age_on, months_between

MEMBER_ROLES: Final = {
    "parent": "Parent or carer",
    "child": "Child",
    "other_adult": "Other adult",
    "non_resident_parent": "Parent living elsewhere",
    "unborn": "Unborn child",
    "relative": "Wider family",
}
"""What somebody is in the family."""

CHOSEN_ROLES: Final = {key: name for key, name in MEMBER_ROLES.items() if key != "unborn"}
"""What somebody who is born may be."""

SEXES: Final = {
    "female": "Female",
    "male": "Male",
    "indeterminate": "Indeterminate",
    "not_known": "Not known",
}

DISABILITY: Final = {"yes": "Yes", "no": "No", "not_known": "Not known"}

SEND: Final = {
    "none": "None",
    "support": "SEN support",
    "plan": "Education, health and care plan",
    "not_known": "Not known",
}
"""Special educational needs and disabilities, as schools record them."""


LONGEST_WAIT: Final = timedelta(days=310)
"""From the first day a child can be expected to the birth."""

UNBORN_NAME: Final = "Unborn"
"""The first name of a child who has none yet."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be put into a family: known already, perhaps."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    nhs_number: str | None
    role: str
    """One of MEMBER_ROLES."""

    known_as: str = ""
    birth: str = "exact"
    """What the date of birth is: exact or estimated; an unborn child's is expected anyway."""

    sex: str = "not_known"
    upn: str | None = None

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return name_key(self.given_name, self.family_name)


def full_name(given_name: str, family_name: str, known_as: str = "") -> str:
    """A name as it is shown: `Leanne Hartley`, or `Leanne (Lee) Hartley` who is called Lee."""
    return f"{given_name} ({known_as}) {family_name}" if known_as else f"{given_name} {family_name}"


def age_in_words(born: date | None, birth: str, on: date, died_on: date | None = None) -> str:
    """How old somebody is on a day.

    `3 years`, `about 34`, `due 1 March 2027`, `died aged 80 years`, `not known`.
    """
    if birth == "expected":
        return f"due {long_day(born)}" if born else "not yet born"
    until = min(died_on or on, on)
    age = "not known" if born is None else age_on(born, until)
    if born and birth == "estimated":
        age = f"about {months_between(born, until) // 12}"
    if died_on and died_on <= on:
        return f"died aged {age}" if born else "died"
    return age


def long_day(day: date) -> str:
    """A date within a sentence: 3 November 2026."""
    return f"{day.day} {day:%B %Y}"


def name_key(given_name: str, family_name: str) -> str:
    """A name as it is compared: case, accents, spaces and punctuation do not matter."""
    return f"{_letters(given_name)} {_letters(family_name)}"


def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
