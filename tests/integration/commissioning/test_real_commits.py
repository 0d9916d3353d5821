"""What only real commits show: races, deferred checks, the chain."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.commissioning import queries, services
from keywork.commissioning.models import State
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import Database
from tests.factories.auditing import audited
from tests.factories.commissioning import TASK, Place, a_place, ask, ask_and_decide, buy, held


@pytest.fixture
def engine(scratch: Database) -> Iterator[Engine]:
    """A database of the test's own, with room for many at once."""
    engine = create_engine(scratch.url, pool_size=25, max_overflow=0, hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> Place:
    """A hub with £300.00 in its purse."""
    with Session(engine) as session, transaction(session):
        return a_place(session, 300_00)


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What each of `count` threads returned or raised, all of them starting together."""
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def as_actor(engine: Engine, actor: Actor, act: Callable[[Session], object]) -> object:
    """Do something in a committed transaction of the actor's own."""
    with Session(engine) as session:
        set_viewer(session, actor.viewer)
        with transaction(session):
            return act(session)


def proven(engine: Engine) -> list[str]:
    """What does not hold."""
    with Session(engine) as session:
        set_viewer(session, TASK)
        return services.prove_ledger(session)


def test_fifty_ask_at_once_and_thirty_get_it(engine: Engine, place: Place) -> None:
    wish = replace(place.wish, amount_pence=10_00)

    def one(number: int) -> object:
        return as_actor(
            engine,
            place.worker,
            lambda session: services.ask_for_money(session, place.worker, place.family, wish),
        )

    with ThreadPoolExecutor(2) as both:
        waves = both.map(lambda _: at_once(10, one), range(5))
        results = [result for wave in waves for result in wave]
    refusals = [result for result in results if isinstance(result, Refusal)]
    assert (len(results), len(refusals)) == (50, 20)
    assert {refusal.field for refusal in refusals} == {"amount"}
    assert any("The purse has £0.00 available" in refusal.sentence for refusal in refusals)
    with Session(engine) as session:
        set_viewer(session, place.lead.viewer)
        assert held(session, place) == (0, 300_00, 0, 0)
        set_viewer(session, TASK)
        made = session.execute(text("SELECT count(*), sum(amount_pence) FROM spend")).one()
        assert tuple(made) == (30, 300_00)
    assert proven(engine) == []


def test_two_managers_approve_at_once(engine: Engine, place: Place) -> None:
    with Session(engine) as session, transaction(session):
        spend = ask_and_decide(session, place, amount_pence=185_00)
    managers = (place.manager, place.second_manager)

    def one(number: int) -> object:
        actor = managers[number]
        return as_actor(
            engine,
            actor,
            lambda session: services.approve(session, actor, spend.reference, spend.version),
        )

    first, second = sorted(at_once(2, one), key=lambda result: result is not None)
    assert first is None
    assert isinstance(second, Stale) and "has approved this already" in second.sentence
    with Session(engine) as session:
        set_viewer(session, place.lead.viewer)
        assert held(session, place) == (115_00, 0, 185_00, 0)
    assert proven(engine) == []


def test_a_decision_delivered_five_times_at_once(engine: Engine, place: Place) -> None:
    with Session(engine) as session, transaction(session):
        spend = ask(session, place, amount_pence=185_00)

    def one(number: int) -> object:
        with Session(engine) as session:
            set_viewer(session, TASK)
            with transaction(session):
                services.decide(session, spend.id)
        return None

    assert at_once(5, one) == [None] * 5
    with Session(engine) as session:
        set_viewer(session, place.worker.viewer)
        assert queries.spend(session, spend.reference).state == State.WAITING
        set_viewer(session, TASK)
        assert len(audited(session, "spend.route")) == 1
        alerts = "SELECT count(*) FROM outbox WHERE task = 'alerts.email'"
        assert session.execute(text(alerts)).scalar_one() == 2


def test_withdrawn_and_approved_at_once(engine: Engine, place: Place) -> None:
    with Session(engine) as session, transaction(session):
        spend = ask_and_decide(session, place, amount_pence=185_00)
    acts = (
        (place.worker, services.withdraw),
        (place.manager, services.approve),
    )

    def one(number: int) -> object:
        actor, act = acts[number]
        return as_actor(
            engine, actor, lambda session: act(session, actor, spend.reference, spend.version)
        )

    results = at_once(2, one)
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert proven(engine) == []


def test_the_proof_finds_a_spend_that_disagrees(engine: Engine, place: Place) -> None:
    with Session(engine) as session, transaction(session):
        bought = buy(session, place, ask_and_decide(session, place), 79_99)
        spend = ask(session, place, amount_pence=20_00)
    assert proven(engine) == []
    with Session(engine) as session:
        set_viewer(session, TASK)
        with transaction(session):
            session.execute(
                text("""UPDATE spend SET state = 'withdrawn', version = version + 1,
                    decided_at = now() WHERE reference = :reference"""),
                {"reference": spend.reference},
            )
        with transaction(session):
            broken = services.prove_ledger(session)
        assert broken == ["What was declined, withdrawn or lapsed holds no money."]
        told = "SELECT count(*) FROM outbox WHERE task = 'alerts.email'"
        assert session.execute(text(told)).scalar_one() == 2
    assert bought.purchase is not None
