"""A random family, everyone who might look at it, and what can be recorded about it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import NewPerson
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.factories import commissioning as places
from tests.factories.accounts import a_hub, a_member_of_staff

AUTHORS = ("worker", "specialist")
NAMED = ("worker", "specialist", "visitor")
VIEWERS = (
    *("worker", "specialist", "visitor", "colleague", "manager", "other_manager", "outsider"),
    *("lead", "finance", "officer", "emergency", "barred"),
)
TEAM = {"specialist": "specialist", "visitor": "health_visitor", "colleague": "other"}
DOMAINS = ("money", "education", "early_years", "crime", "relationships", "safety", "health")
"""None of them protected of itself, and enough of them that no need is recorded twice."""

ROLES = ("parent", "non_resident_parent", "child", "child", "other_adult", "relative")


@dataclass(frozen=True)
class Wanted:
    """What is to be recorded: of which kind, by whom, about which member, and for whom."""

    kind: str
    author: str
    about: int
    named: frozenset[str] | None
    """None for the whole team."""

    given_to: frozenset[int] = frozenset()
    """Which members may be given what is protected."""


@dataclass
class World:
    """A family with its place, people and, by what an address calls them, what it holds."""

    session: Session
    place: places.Place
    people: dict[str, Actor]
    found: dict[str, list[str]] = field(default_factory=dict)
    domains: Iterator[str] = field(default_factory=lambda: cycle(DOMAINS))

    @property
    def family(self) -> families.FamilyView:
        """The family as it is."""
        return self.place.family

    def may_be_given(self, member: int, wanted: Wanted) -> bool:
        """Whether a copy for the member at this place may hold it, said once more."""
        members = len(self.family.members)
        if wanted.named is None:
            return wanted.about % members == member
        return member in {place % members for place in wanted.given_to}

    def may_read(self, viewer: str, wanted: Wanted) -> bool:
        """The rule, said once more and without the database."""
        if viewer == "manager":
            return True
        if wanted.named is None:
            return viewer in {"worker", "emergency", *TEAM}
        return viewer in {wanted.author, *wanted.named}


def a_world(session: Session, roles: Collection[str]) -> World:
    """A family of a parent, a child and these others."""
    place = places.a_place(session)
    people = {
        "worker": place.worker,
        "manager": place.manager,
        "lead": place.lead,
        "finance": place.finance,
        "specialist": a_member_of_staff(session, "specialist", place.hub_id),
        "visitor": a_member_of_staff(session, "health_visitor", None),
        "colleague": a_member_of_staff(session, "key_worker", place.hub_id),
        "barred": a_member_of_staff(session, "key_worker", place.hub_id),
        "outsider": a_member_of_staff(session, "key_worker", place.hub_id),
        "emergency": a_member_of_staff(session, "specialist", place.hub_id),
        "other_manager": a_member_of_staff(session, "hub_manager", a_hub(session)),
        "officer": a_member_of_staff(session, "information_officer", None),
    }
    set_viewer(session, place.manager.viewer)
    for name, role in (TEAM | {"barred": "other"}).items():
        family_services.join_team(session, place.family.id, people[name].staff_id, role)
    for number, role in enumerate(roles):
        born = clock.today() - timedelta(days=4000 + number) if role == "child" else None
        new = NewPerson(f"Rel{number}", "Marsh", born, None, role)
        family_services.add_person(session, place.manager, place.family, new)
    _bar(session, place, people["barred"])
    _break_glass(session, place, people["emergency"])
    set_viewer(session, place.worker.viewer)
    family = families.family(session, place.family.reference)
    return World(session, places.replace(place, family=family), people)


def _bar(session: Session, place: places.Place, barred: Actor) -> None:
    session.execute(
        text(
            "INSERT INTO conflict_of_interest (staff_id, person_id, family_id, reason, declared_by)"
            " VALUES (:staff, :person, :family, 'A cousin', viewer_staff_id())"
        ),
        {
            "staff": barred.staff_id,
            "person": place.family.members[0].person_id,
            "family": place.family.id,
        },
    )


def _break_glass(session: Session, place: places.Place, hurried: Actor) -> None:
    set_viewer(session, hurried.viewer)
    family_services.break_glass(
        session, hurried, place.family.id, kind="danger", reason="A child is missing"
    )


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Whatever is written inside, commits included, is gone afterwards."""
    session.commit()
    attempt = session.get_bind().begin_nested()  # type: ignore[union-attr]
    try:
        yield
    finally:
        session.rollback()
        session.expunge_all()
        attempt.rollback()
