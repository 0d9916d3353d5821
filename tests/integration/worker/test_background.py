"""Work from the outbox is done once, whatever is killed, emptied or cut off on the way."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from flask import Flask

from keywork.kernel import outbox
from keywork.local.databases import connect
from keywork.local.program import Program
from keywork.local.stack import Stack
from tests.background import RELAY, Background, eventually
from tests.conftest import Database, application

Alerted = Callable[[], tuple[int, str]]


@pytest.fixture
def web(background: Background, tmp_path: Path) -> Flask:
    """The application, on the servers of the worker and the relay."""
    return application(
        Database(background.env["KEYWORK_DATABASE_URL"], "", background.env["KEYWORK_REDIS_URL"]),
        tmp_path,
    )


def done_once(background: Background, work: tuple[int, str]) -> None:
    """Wait for the work to be done, and see that it was done once."""
    eventually(partial(background.is_done, work[0]))
    assert len(background.mail.to(work[1])) == 1


def test_work_is_done_within_moments_of_the_commit(
    background: Background, alerted: Alerted
) -> None:
    for _ in range(4):  # the first of each process also connects
        work = alerted()
        done_once(background, work)
    row = background.row(work[0])
    assert row.attempts == 1
    assert (row.done_at - row.recorded_at).total_seconds() < 1
    (message,) = background.mail.to(work[1])
    assert message["Subject"] == "A request waits for your decision"
    assert message["From"] == "keywork <no-reply@keywork.invalid>"
    body = message.get_content().replace("\r\n", "\n")
    assert "A request waits for your decision\n" in body
    assert re.search(r"^Reference: S-\d+$", body, re.MULTILINE)
    assert "https://keywork.example.test/approvals\n" in body


def test_work_that_is_delivered_again_and_again_is_done_once(
    background: Background, alerted: Alerted
) -> None:
    background.mail.let_in.clear()
    work = alerted()
    eventually(lambda: background.mail.at_the_door == 1)
    background.deliver("alerts.email", alert_id=0, outbox_id=work[0])
    eventually(lambda: needless(background, work[0]) == 1)
    background.mail.let_in.set()
    done_once(background, work)
    background.deliver("alerts.email", alert_id=0, outbox_id=work[0])
    eventually(lambda: needless(background, work[0]) == 2)
    done_once(background, work)
    assert background.row(work[0]).attempts == 1


def needless(background: Background, outbox_id: int) -> int:
    """How often the worker found a piece of work done, or in other hands."""
    lines = background.said("worker").splitlines()
    return sum(f'"outbox_id": {outbox_id},' in line and "nothing to do" in line for line in lines)


def test_a_relay_killed_between_claiming_and_sending_loses_nothing(
    background: Background, alerted: Alerted
) -> None:
    background.store.execute_command("CLIENT", "PAUSE", "4000", "WRITE")
    work = alerted()
    eventually(lambda: background.row(work[0]).sent_count == 1)
    background.kill(background.relay)
    background.store.execute_command("CLIENT", "UNPAUSE")
    background.start("relay")
    done_once(background, work)


def test_redis_emptied_between_sending_and_doing_loses_nothing(
    background: Background, alerted: Alerted
) -> None:
    background.worker.stop()
    work = alerted()
    eventually(lambda: background.store.llen("alerts"))
    background.store.flushdb()
    background.start("worker")
    done_once(background, work)


def test_a_worker_killed_in_the_middle_does_it_once_after_all(
    background: Background, alerted: Alerted
) -> None:
    background.mail.let_in.clear()
    work = alerted()
    eventually(lambda: background.mail.at_the_door == 1)
    background.kill(background.worker)
    background.mail.let_in.set()
    background.start("worker")
    done_once(background, work)
    assert background.row(work[0]).attempts == 2


def test_the_processes_of_a_worker_killed_in_the_middle_are_replaced(
    background: Background, alerted: Alerted
) -> None:
    background.mail.let_in.clear()
    work = alerted()
    eventually(lambda: background.mail.at_the_door == 1)
    for child in psutil.Process(background.worker.pid).children():
        child.kill()
    background.mail.let_in.set()
    done_once(background, work)


def test_work_that_fails_is_tried_again(background: Background, alerted: Alerted) -> None:
    background.mail.refuses = True
    work = alerted()
    eventually(lambda: background.row(work[0]).attempts >= 2)
    background.mail.refuses = False
    done_once(background, work)
    assert "SMTPSenderRefused" in background.said("worker")
    assert work[1] not in background.said("worker") + background.said("relay")


def test_connections_that_are_cut_are_made_again(
    background: Background, alerted: Alerted, stack: Stack
) -> None:
    done_once(background, alerted())
    assert cut_postgresql(background, stack) >= 2
    done_once(background, alerted())
    assert cut_redis(background) >= 2
    done_once(background, alerted())


def cut_postgresql(background: Background, stack: Stack) -> int:
    """End every connection to the database of these processes; how many there were."""
    background.engine.dispose()
    with connect(stack.superuser_url) as superuser:
        ended = superuser.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s",
            (background.engine.url.database,),
        ).fetchone()
    assert ended
    return int(ended[0])


def cut_redis(background: Background) -> int:
    """End every connection but our own to the Redis database of these processes."""
    ours = background.store.client_info()
    clients = [each for each in background.store.client_list() if each["db"] == str(ours["db"])]
    others = [each["id"] for each in clients if each["id"] != str(ours["id"])]
    return sum(background.store.client_kill_filter(_id=each) for each in others)


@pytest.fixture
def other_relay(background: Background) -> Iterator[Program]:
    """A second relay at work on the same outbox."""
    relay = background.program("other relay", *RELAY)
    relay.start()
    relay.wait_until(lambda: "started" in background.said("other relay"))
    yield relay
    relay.stop()


def test_two_relays_never_send_the_same_claim_and_stop_when_told(
    background: Background, other_relay: Program
) -> None:
    with background.session() as session:
        before = background.newest_work(session)
        for _ in range(40):
            outbox.enqueue(session, "alerts.email", alert_id=0)
        ours = range(before + 1, background.newest_work(session) + 1)
    assert len(ours) == 40
    eventually(lambda: all(background.is_done(number) for number in ours))
    other_relay.stop()
    assert other_relay.how_it_ended() == "exit status 0"
    sent = Counter(
        int(number)
        for said in (background.said("relay"), background.said("other relay"))
        for number in re.findall(r'"outbox_id": (\d+), "event": "sent"', said)
    )
    for number in ours:
        assert sent[number] == background.row(number).sent_count


def test_ready_when_every_part_is_at_work_and_not_when_one_has_died(
    web: Flask, background: Background
) -> None:
    browser = web.test_client()
    assert browser.get("/health/live").json == {"web": "ok"}
    answer = browser.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {
        "database": "ok",
        "redis": "ok",
        "worker": "ok",
        "outbox_lag_seconds": pytest.approx(0, abs=5),
    }

    for kind in ("worker", "relay"):
        background.kill(getattr(background, kind))
    died = time.monotonic()
    eventually(lambda: browser.get("/health/ready").status_code == 503)
    eventually(lambda: browser.get("/health/ready").json["worker"] == "no worker and no relay")
    assert time.monotonic() - died < 15
    background.start()
    assert browser.get("/health/ready").status_code == 200
