"""People who do not exist, as many as wanted: in families, with addresses and NHS numbers.

`people` makes them, the same ones for the same seed; `misspell` and `duplicated` do to them what
happens to names and records; `bench.loading` puts them into a database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from string import ascii_lowercase

from bench.names import men, names, surnames, women
from keywork.families.nhs_number import check_digit

TODAY = date(2026, 9, 1)
HUBS = 40
STREETS = ("Alder", "Bridge", "Chapel", "Church", "Dale", "Elm", "Ferry", "Grange", "High", "Mill")
KINDS = ("Road", "Street", "Lane", "Close", "Avenue", "Gardens")
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Invented:
    """One person as their record says."""

    number: int
    """From 0 up; a duplicate has one of its own."""

    family: int
    """The number of their family, from 0 up."""

    hub: int
    """The number of that family's hub, from 0 up."""

    role: str
    given_name: str
    family_name: str
    known_as: str
    """The given name they prefer, or nothing."""

    former_name: str
    """The family name they had, or nothing."""

    sex: str
    date_of_birth: date | None
    nhs_number: str | None
    address: str
    postcode: str

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"


def people(count: int, seed: int = 1) -> Iterator[Invented]:
    """The first `count` people of a world, family by family; a longer list begins the same."""
    # Each kind of choice has its own source, so that drawing names ahead changes nothing else.
    rng, named = Random(seed), _Names(seed)
    numbers = _nhs_numbers(seed)
    made, family, home = 0, 0, ("", "")
    while made < count:
        if rng.random() > 0.03 or not family:  # else they share the house of the family before
            home = _address(rng)
        for person in _family(rng, named, numbers, family, home):
            if made == count:
                return
            yield replace(person, number=made)
            made += 1
        family += 1


def misspell(name: str, rng: Random) -> str:
    """The name with one typing error: a letter left out, put in, changed, or two swapped."""
    letters = [place for place, letter in enumerate(name) if letter.isalpha()]
    at = rng.choice(letters)
    wrong = rng.choice(ascii_lowercase)
    kind = rng.randrange(4)
    if kind == 0 and len(letters) > 2:
        return name[:at] + name[at + 1 :]
    if kind == 1 and at + 1 in letters and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 2 and wrong != name[at].lower():
        return name[:at] + wrong + name[at + 1 :]
    return name[:at] + wrong + name[at:]


def duplicated(
    persons: Iterable[Invented], share: float, rng: Random, first_number: int = 10_000_000
) -> Iterator[tuple[Invented, int]]:
    """Second records of this share of the persons, each with the number of the person it is of.

    Each differs in something: a misspelt name, the name before marriage, the name they go by, a
    day of birth with its parts swapped or unknown, no NHS number, another address. Each is in a
    family of its own.
    """
    number = first_number
    for person in persons:
        if rng.random() < share:
            yield _second_record(person, number, rng), person.number
            number += 1


class _Names:
    """Where names come from."""

    def __init__(self, seed: int) -> None:
        self.surnames = names(surnames(), Random(seed + 1))
        self.given = {
            "female": names(women(), Random(seed + 2)),
            "male": names(men(), Random(seed + 3)),
        }


def _family(
    rng: Random, named: _Names, numbers: Iterator[str], family: int, home: tuple[str, str]
) -> Iterator[Invented]:
    """Two to six people: one parent or two, their children, a grandparent at times."""
    size = rng.choices((2, 3, 4, 5, 6), (20, 30, 28, 14, 8))[0]
    parents = 1 if size == 2 or rng.random() < 0.4 else 2
    roles = ["parent"] * parents + ["child"] * (size - parents)
    if size > 3 and rng.random() < 0.08:
        roles[-1] = "other_adult"
    shared = next(named.surnames)
    eldest = TODAY.year - rng.randint(20, 45)
    hub = rng.randrange(HUBS)
    for place, role in enumerate(roles):
        sex = "male" if rng.random() < (0.7 if role == "parent" and place else 0.4) else "female"
        own_name = role != "child" and place and rng.random() < 0.4
        grown = role == "parent"
        married = sex == "female" and role != "child" and rng.random() < 0.18
        oldest, youngest = {
            "parent": (eldest - 4, eldest + 4),
            "child": (max(eldest + 17, TODAY.year - 18), TODAY.year - 1),
            "other_adult": (eldest - 35, eldest - 20),
        }[role]
        given = next(named.given[sex])
        yield Invented(
            number=0,
            family=family,
            hub=hub,
            role="non_resident_parent" if grown and place and rng.random() < 0.2 else role,
            given_name=given,
            family_name=next(named.surnames) if own_name else shared,
            known_as=_short(given, rng, named, sex) if rng.random() < 0.05 else "",
            former_name=next(named.surnames) if married else "",
            sex=sex,
            date_of_birth=_day(rng, oldest, youngest) if rng.random() < 0.98 else None,
            nhs_number=next(numbers) if rng.random() < 0.8 else None,
            address=home[0],
            postcode=home[1],
        )


def _short(given: str, rng: Random, named: _Names, sex: str) -> str:
    """What somebody of this name may be called."""
    return given[:3] if len(given) > 4 and rng.random() < 0.6 else next(named.given[sex])


def _day(rng: Random, first_year: int, last_year: int) -> date:
    return date(first_year, 1, 1) + timedelta(
        days=rng.randrange(365 * max(1, last_year - first_year + 1))
    )


def _address(rng: Random) -> tuple[str, str]:
    street = f"{rng.choice(STREETS)}{rng.choice(('', '', 'field', 'side'))} {rng.choice(KINDS)}"
    ending = rng.choice(POSTCODE_LETTERS) + rng.choice(POSTCODE_LETTERS)
    return f"{rng.randint(1, 160)} {street}", f"ZZ{rng.randint(1, 99)} {rng.randrange(10)}{ending}"


def _nhs_numbers(seed: int) -> Iterator[str]:
    """Valid numbers that nobody has been given, each once, in no order; other seeds have others."""
    prime, step, most = 99_999_989, 7_654_321, 2_000_000
    for turn in range(seed * most, (seed + 1) * most):
        stem = str(900_000_000 + turn * step % prime)
        if check_digit(stem) < 10:
            yield f"{stem}{check_digit(stem)}"


def _second_record(person: Invented, number: int, rng: Random) -> Invented:
    """How another worker wrote the same person down."""
    other = replace(
        person,
        number=number,
        family=number,
        hub=rng.randrange(HUBS),
        known_as="",
        former_name="",
        nhs_number=None,
    )
    chance = rng.random()
    if chance < 0.45:
        given = rng.random() < 0.5 and len(person.given_name) > 2
        field = "given_name" if given else "family_name"
        other = replace(other, **{field: misspell(getattr(person, field), rng).title()})
    elif chance < 0.60 and person.former_name:
        other = replace(other, family_name=person.former_name)
    elif chance < 0.75 and person.known_as:
        other = replace(other, given_name=person.known_as)
    born = person.date_of_birth
    if born and born.day <= 12 and rng.random() < 0.08:
        other = replace(other, date_of_birth=date(born.year, born.day, born.month))
    elif rng.random() < 0.04:
        other = replace(other, date_of_birth=None)
    if rng.random() < 0.3:
        address, postcode = _address(rng)
        other = replace(other, address=address, postcode=postcode)
    return other
