"""The outbox: who gets which work, when it comes round again, and when it is given up."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from keywork.kernel import outbox
from tests.conftest import Database


@pytest.fixture(scope="module")
def engine(new_database: Callable[[str], Database]) -> Iterator[Engine]:
    """A database in which commits are real."""
    engine = create_engine(new_database("outbox").url)
    yield engine
    engine.dispose()


@pytest.fixture
def one(engine: Engine) -> Iterator[Session]:
    """A session, and an outbox in which three pieces of work wait."""
    with Session(engine) as session:
        session.execute(text("DELETE FROM outbox"))
        for number in (1, 2, 3):
            outbox.enqueue(session, "alerts.email", alert_id=number)
        session.commit()
        yield session


@pytest.fixture
def other(engine: Engine) -> Iterator[Session]:
    """Another session, at the same time."""
    with Session(engine) as session:
        yield session


def delay(session: Session, outbox_id: int) -> float:
    """In how many seconds the work is sent again."""
    found = text(
        "SELECT extract(epoch FROM send_at - clock_timestamp()) FROM outbox WHERE id = :id"
    )
    return float(session.scalars(found, {"id": outbox_id}).one())


def test_what_one_claims_no_other_gets(one: Session, other: Session) -> None:
    mine = outbox.claim(one, 2, 60)
    rest = outbox.claim(other, 10, 60)
    assert [work.arguments for work in mine] == [{"alert_id": 1}, {"alert_id": 2}]
    assert [work.arguments for work in rest] == [{"alert_id": 3}]
    one.commit()
    assert outbox.claim(other, 10, 60) == []


def test_what_could_not_be_sent_comes_back_at_once(one: Session, other: Session) -> None:
    ids = [work.id for work in outbox.claim(one, 3, 60)]
    outbox.release(one, ids[1:])
    one.commit()
    assert [work.id for work in outbox.claim(other, 3, 60)] == ids[1:]


def test_what_is_not_done_is_sent_later_and_later_up_to_a_limit(one: Session) -> None:
    (work, *_) = outbox.claim(one, 1, 60)
    for doublings in (0, 1, 2, 3, 4, 4):
        assert 0.74 * 60 * 2**doublings < delay(one, work.id) <= 60 * 2**doublings
        one.execute(text("UPDATE outbox SET send_at = now()"))
        assert work in outbox.claim(one, 3, 60)


def test_work_in_other_hands_or_done_is_left_alone(one: Session, other: Session) -> None:
    (work, *_) = outbox.claim(one, 1, 0)
    assert outbox.begin(one, work.id) == 1
    one.commit()
    assert outbox.take(one, work.id)
    assert outbox.begin(other, work.id) is None
    assert not outbox.take(other, work.id)
    assert work not in outbox.claim(other, 3, 0)
    outbox.finish(one, work.id)
    one.commit()
    other.rollback()
    assert outbox.begin(other, work.id) is None
    assert not outbox.take(other, work.id)
    assert work not in outbox.claim(other, 3, 0)
    assert not outbox.set_back(other, work.id, 0)


def test_work_that_keeps_failing_waits_longer_until_it_is_given_up(one: Session) -> None:
    (work, *_) = outbox.claim(one, 1, 0)
    delays = []
    for attempt in range(1, outbox.MOST_ATTEMPTS + 1):
        assert outbox.begin(one, work.id) == attempt
        given_up = outbox.set_back(one, work.id, 20)
        delays.append(delay(one, work.id))
    assert given_up
    assert delays[0] <= 20
    assert delays[:9] == sorted(delays[:9])
    assert sum(delays) > 4 * 3600
    assert outbox.begin(one, work.id) is None
    assert [row.id for row in outbox.troubled(one, timedelta(hours=1))] == [work.id]
    assert outbox.failed_tasks(one) == {"alerts.email"}


def test_work_that_was_given_up_can_be_asked_for_again(one: Session) -> None:
    first, second, _ = outbox.claim(one, 3, 60)
    one.execute(
        text("UPDATE outbox SET failed_at = now(), attempts = 12 WHERE id = :id"), {"id": first.id}
    )
    assert outbox.retry(one, [first.id, second.id, 0]) == [first]
    assert outbox.failed_tasks(one) == set()
    assert outbox.claim(one, 3, 60) == [first]
    assert outbox.begin(one, first.id) == 1


def test_the_lag_is_the_age_of_what_nobody_has_begun(one: Session) -> None:
    works = outbox.claim(one, 3, 60)
    one.execute(
        text("UPDATE outbox SET send_at = now() + interval '1 day', attempts = 1 WHERE id = :id"),
        {"id": works[0].id},
    )
    assert 0 < outbox.lag(one) < 5
    for work in works[1:]:
        outbox.finish(one, work.id)
    assert outbox.lag(one) == 0


def test_only_what_was_done_long_ago_is_deleted(one: Session) -> None:
    old, new, _ = outbox.claim(one, 3, 60)
    outbox.finish(one, new.id)
    one.execute(
        text("UPDATE outbox SET done_at = now() - interval '31 days' WHERE id = :id"),
        {"id": old.id},
    )
    outbox.prune(one, timedelta(days=30))
    left = one.scalars(text("SELECT arguments->>'alert_id' FROM outbox ORDER BY id"))
    assert list(left) == ["2", "3"]
