"""Two managers at the same moment, with real commits: one does it, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.families.policy import KEPT, MERGED_FACTS
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal, refusal_of
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import a_case
from tests.factories.same_person import a_pair

Act = Callable[[Session, Actor], Any]


@pytest.fixture
def managers(engine_of_own: Engine) -> tuple[Actor, Actor]:
    """Two hub managers of one hub."""
    with Session(engine_of_own) as session, transaction(session):
        case = a_case(session)
        return case.manager, a_member_of_staff(session, "hub_manager", case.hub_id)


def at_once(engine: Engine, managers: tuple[Actor, Actor], *acts: Act) -> list[str]:
    """What came of it when each manager did one of these at the same moment."""
    start = Barrier(2)

    def try_it(manager: Actor, act: Act) -> str:
        with Session(engine) as session:
            set_viewer(session, manager.viewer)
            try:
                with transaction(session):
                    start.wait()
                    act(session, manager)
            except Refusal as refusal:
                return refusal.sentence
            except IntegrityError as error:
                if told := refusal_of(error):
                    return told.sentence
                raise
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(try_it, managers, acts))


def test_two_records_are_joined_one_way_alone(
    engine_of_own: Engine, managers: tuple[Actor, Actor]
) -> None:
    with Session(engine_of_own) as session, transaction(session):
        [hub_id] = managers[0].managed_hub_ids
        one, other = a_case(session, hub_id=hub_id).id, a_case(session, "Okafor", hub_id).id

    def join(into: int, family: int) -> Act:
        return lambda session, manager: services.join_families(
            session, manager, into, family, reason="same_family"
        )

    said = at_once(engine_of_own, managers, join(one, other), join(other, one))
    assert said.count("done") == 1, said
    assert all(len(sentence) > 10 for sentence in said if sentence != "done")


def test_a_pair_is_merged_once(engine_of_own: Engine, managers: tuple[Actor, Actor]) -> None:
    with Session(engine_of_own) as session, transaction(session):
        pair = queries.same_person(session, a_pair(session, managers[0]))

    def merge(session: Session, manager: Actor) -> None:
        services.merge_people(
            session,
            manager,
            pair.uid,
            version=pair.version,
            chosen={fact.key: KEPT for fact in MERGED_FACTS},
            reason="Same school",
        )

    said = at_once(engine_of_own, managers, merge, merge)
    assert said.count("done") == 1, said
    with Session(engine_of_own) as session:
        set_viewer(session, managers[0].viewer)
        assert queries.same_people_count(session) == 0
