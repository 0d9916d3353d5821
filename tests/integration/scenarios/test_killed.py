"""Processes that die at the worst moment: what was asked for is decided all the same, and once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from keywork.kernel import heartbeat
from tests.integration.scenarios.conftest import WORK, NewPlace, ask, assert_approved_once, state
from tests.running import Running, until, within

WAITS = """SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
  AND datname = current_database() AND strpos(query, 'spend') > 0"""
SENT = f"{WORK} WHERE reference = %s AND sent_count > 0"


def test_a_worker_killed_while_it_decides(running: Running, new_place: NewPlace) -> None:
    place = new_place()
    with ExitStack() as held:
        with running.held_up("relay"):
            spend = ask(running, place, 85_00)
            held.enter_context(holding(running, spend))
        until(lambda: running.rows(WAITS))
        running.kill("worker")
    assert state(running, spend) == "reserved"
    running.restart("worker")
    assert_approved_once(running, spend)
    assert running.rows(f"{WORK} WHERE reference = %s AND attempts > 1", spend)


def test_a_relay_killed_between_claiming_and_sending(running: Running, new_place: NewPlace) -> None:
    # A relay that was about to say it is alive when Redis stood still claims nothing: ask again.
    for _ in range(10):
        place = new_place()
        with running.held_up("redis"):
            spend = ask(running, place, 85_00)
            if within(2, partial(running.rows, SENT, spend)):
                running.kill("relay")
                break
        running.wait_until_ready()
    assert state(running, spend) == "reserved"
    running.restart("relay")
    assert_approved_once(running, spend)


def test_redis_emptied_between_asking_and_deciding(running: Running, new_place: NewPlace) -> None:
    place = new_place()
    running.kill("worker")
    spend = ask(running, place, 85_00)
    store = heartbeat.connect(running.redis_url)
    with store:
        until(lambda: store.llen("commissioning"))
        store.flushall()
    assert state(running, spend) == "reserved"
    running.restart("worker")
    assert_approved_once(running, spend)


@contextmanager
def holding(running: Running, spend: str) -> Iterator[None]:
    """Hold a spend's row, so that whoever wants to change it has to wait."""
    with running.database() as connection, connection.transaction():
        connection.execute("SELECT 1 FROM spend WHERE reference = %s FOR UPDATE", (spend,))
        yield
