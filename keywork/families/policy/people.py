"""Who is in a family, and when two names are the same."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

MEMBER_ROLES: Final = {
    "parent": "Parent or carer",
    "child": "Child",
    "other_adult": "Other adult",
    "non_resident_parent": "Parent living elsewhere",
    "unborn": "Unborn child",
}


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be put into a family: known already, perhaps."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    nhs_number: str | None
    role: str
    """One of MEMBER_ROLES."""

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return name_key(self.given_name, self.family_name)


def name_key(given_name: str, family_name: str) -> str:
    """A name as it is compared: case, accents, spaces and punctuation do not matter."""
    return f"{_letters(given_name)} {_letters(family_name)}"


def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
