"""Two people, or two windows, at the same moment: one effect. The commits here are real."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.handoffs import queries, services
from keywork.handoffs.fhir import read_message
from keywork.kernel.database import transaction
from keywork.kernel.errors import Stale
from keywork.kernel.viewer import Viewer, set_viewer, system_task
from tests.conftest import Database
from tests.factories.handoffs import WHY, Place, a_handoff, a_place, allocated, contact, two_people
from tests.factories.messages import a_message, written

Act = Callable[[Session], Any]


@pytest.fixture
def engine(scratch: Database) -> Iterator[Engine]:
    """A database of the test's own."""
    engine = create_engine(scratch.url, hide_parameters=True)
    yield engine
    engine.dispose()


def done(engine: Engine, act: Act, viewer: Viewer | None = None) -> Any:
    """Do it in a transaction of its own, for this viewer."""
    with Session(engine) as session, transaction(session):
        if viewer:
            set_viewer(session, viewer)
        return act(session)


def at_once(engine: Engine, viewer: Viewer, *acts: Act) -> list[Any]:
    """Do these at the same moment; what each returned or raised."""
    start = Barrier(len(acts))

    def attempt(act: Act) -> Any:
        start.wait()
        try:
            return done(engine, act, viewer)
        except (Stale, IntegrityError) as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(attempt, acts))


def rows(engine: Engine, viewer: Viewer, query: str) -> Any:
    """The only value a query finds for this viewer."""
    return done(engine, lambda session: session.scalar(text(query)), viewer)


def test_two_windows_send_one_handoff(engine: Engine) -> None:
    place: Place = done(engine, a_place)
    author = place.health_visitor

    def write(session: Session) -> Any:
        uid = services.start(session, author, two_people()[0])
        services.save_section(session, uid, "why", WHY)
        services.save_section(session, uid, "contact", contact(place))
        return uid, queries.draft(session, uid).version

    uid, version = done(engine, write, author.viewer)
    sends = [lambda session: services.send(session, author, uid, version)] * 4
    assert len(set(at_once(engine, author.viewer, *sends))) == 1
    assert rows(engine, author.viewer, "SELECT count(*) FROM handoff") == 1


def test_two_managers_open_one_family(engine: Engine) -> None:
    place: Place = done(engine, a_place)
    sent = done(engine, lambda session: a_handoff(session, place))
    workers: list[Actor] = [place.key_worker, place.second]
    acts = [lambda session, to=to: allocated(session, place, sent, to) for to in workers]
    results = at_once(engine, place.manager.viewer, *acts)
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert rows(engine, place.manager.viewer, "SELECT count(*) FROM family") == 1
    stages = "SELECT string_agg(stage, ' ' ORDER BY id) FROM handoff_stage"
    assert rows(engine, place.manager.viewer, stages) == "sent allocated"


def test_one_message_through_two_doors_is_stored_once(engine: Engine) -> None:
    place: Place = done(engine, a_place)
    message = read_message(written(a_message()))
    task = system_task("handoffs")

    def receive(session: Session) -> Any:
        return services.receive(session, message.source, message.content(place.hub_id))

    results = at_once(engine, task, receive, receive)
    stored = [result for result in results if not isinstance(result, IntegrityError)]
    assert sum(result.is_new for result in stored) == 1
    assert done(engine, receive, task) == services.Received(stored[0].reference, is_new=False)
    assert rows(engine, task, "SELECT count(*) FROM handoff") == 1
