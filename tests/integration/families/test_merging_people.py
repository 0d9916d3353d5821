"""A merge of two persons and its undoing, over all that may hang on them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import services
from keywork.families.policy import MERGED_FACTS, NewPerson
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import acting_as
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import an_nhs_number
from tests.factories.same_person import NIGHT, opened


@pytest.fixture
def manager(session: Session) -> Actor:
    """A hub manager."""
    return a_member_of_staff(session, "hub_manager", a_hub(session))


@dataclass(frozen=True)
class Tangle:
    """Four people in three families; the first two are to be one."""

    people: list[int]
    families: list[int]

    def further(
        self,
        session: Session,
        places: list[tuple[int, int]],
        related: list[tuple[int, int, str]],
        known: list[str],
    ) -> None:
        """More places in families, relationships and facts, as far as the database lets them be."""
        for who, where in places:
            self._try(session, PLACE, person=self.people[who], family=self.families[where])
        for who, other, kind in related:
            self._try(session, RELATED, a=self.people[who], b=self.people[other], kind=kind)
        for place, what in enumerate(known):
            self._try(session, KNOWN[what], id=self.people[place % 2], nhs=an_nhs_number())

    def _try(self, session: Session, statement: str, **values: Any) -> None:
        attempt = session.begin_nested()
        try:
            session.execute(text(statement), values)
            attempt.commit()
        except DBAPIError:
            attempt.rollback()


PLACE = "INSERT INTO member (family_id, person_id, role) VALUES (:family, :person, 'other_adult')"
RELATED = "INSERT INTO relationship (person_id, other_id, kind) VALUES (:a, :b, :kind)"
KNOWN = {
    "sex": "UPDATE person SET sex = 'female' WHERE id = :id",
    "language": "UPDATE person SET language = 'Welsh ' || id WHERE id = :id",
    "nhs": "UPDATE person SET nhs_number = :nhs WHERE id = :id",
    "alias": "INSERT INTO person_name (person_id, kind, given_name, family_name, name_key)"
    " VALUES (:id, 'alias', 'Al', 'Ias', 'al ias')",
    "ended": "UPDATE member SET ended_on = started_on WHERE id ="
    " (SELECT max(id) FROM member WHERE person_id = :id)",
}


@pytest.fixture
def tangle(session: Session, manager: Actor) -> Tangle:
    """The four, two of them in one family too."""
    born = (date(1960, 1, 1), date(1961, 1, 1), date(1985, 1, 1), date(2012, 1, 1))
    named = [NewPerson(f"P{n}", "Tangle", day, None, "other_adult") for n, day in enumerate(born)]
    families = [opened(session, manager, *these) for these in (named[:1], named[1:2], named[1:])]
    everybody = [*families[0].members, *families[2].members]
    people = {member.given_name: member.person_id for member in everybody}
    return Tangle([people[f"P{n}"] for n in range(4)], [family.id for family in families])


STATE = {
    "person": "SELECT id, to_jsonb(p) - 'version' FROM person p ORDER BY id",
    "member": "SELECT id, to_jsonb(m) FROM member m ORDER BY id",
    "person_name": "SELECT to_jsonb(n) FROM person_name n ORDER BY id",
    "relationship": "SELECT id, to_jsonb(r) - 'version' FROM relationship r ORDER BY id",
}


def state(session: Session) -> dict[str, Any]:
    """Everything that a merge may change."""
    with acting_as(session, NIGHT):
        session.expire_all()
        return {name: session.execute(text(sql)).all() for name, sql in STATE.items()}


KINDS = ("birth_parent", "sibling", "partners", "grandparent", "relative")


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    places=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=6),
    related=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(KINDS)), max_size=6
    ),
    known=st.lists(st.sampled_from(["sex", "language", "nhs", "alias", "ended"]), max_size=6),
    takes=st.sampled_from(["kept", "absorbed"]),
)
def test_a_merge_that_is_undone_leaves_all_as_it_was(
    session: Session,
    manager: Actor,
    tangle: Tangle,
    places: list[tuple[int, int]],
    related: list[tuple[int, int, str]],
    known: list[str],
    takes: str,
) -> None:
    with session.begin_nested() as attempt:
        tangle.further(session, places, related, known)
        before = state(session)
        kept, absorbed, *_ = tangle.people
        chosen = {fact.key: takes for fact in MERGED_FACTS}
        refused = ""
        try:
            uid = services.merge_persons(
                session, manager, kept, absorbed, chosen=chosen, reason="x"
            )
        except Refusal as refusal:
            refused = refusal.sentence
        if refused:
            assert any(said in refused for said in ("birth parents", "ancestor", "younger"))
        else:
            assert state(session) != before
            services.undo_merge(session, manager, uid, reason="x")
            assert state(session) == before
        attempt.rollback()
