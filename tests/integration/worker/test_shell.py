"""What the shell around a task does when the task fails, and what a person then sees."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from config.settings import settings
from keywork.alerts import queries
from keywork.kernel import outbox
from keywork.kernel.viewer import current_viewer, practitioner, set_viewer
from keywork.web.db import db
from tests.conftest import Database
from tests.factories.accounts import a_member_of_staff

TYPED = "what a person typed"


@pytest.fixture
def shell(live_app: Flask) -> Iterator[Any]:
    """The shell, on the database of this test."""
    from worker.tasks import shell

    yield shell
    shell._sessions(settings().database_url.get_secret_value()).kw["bind"].dispose()
    with live_app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(scratch: Database) -> Iterator[Session]:
    """A session on the database of this test, its commits real."""
    engine = create_engine(scratch.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def work(session: Session) -> int:
    """The id of a piece of work."""
    outbox.enqueue(session, "alerts.email", alert_id=0)
    session.commit()
    return int(session.scalars(text("SELECT id FROM outbox")).one())


def failing(session: Session) -> None:
    """A task that writes something and then fails."""
    outbox.enqueue(session, "alerts.email", alert_id=1)
    raise ValueError(TYPED)


def test_a_task_reads_as_its_capability_and_is_done_with_what_it_wrote(
    shell: Any, session: Session, work: int
) -> None:
    seen = []
    shell.do_work("alerts.email", work, lambda task: seen.append(current_viewer(task)))
    assert seen == ["task:alerts"]
    assert session.scalars(text("SELECT done_at IS NOT NULL FROM outbox")).all() == [True]


def test_a_task_that_fails_leaves_nothing_but_a_later_try(
    shell: Any, session: Session, work: int, caplog: pytest.LogCaptureFixture
) -> None:
    shell.do_work("alerts.email", work, failing)
    row = session.execute(text("SELECT attempts, send_at > now(), done_at, failed_at FROM outbox"))
    assert row.all() == [(1, True, None, None)]
    (record,) = caplog.records
    assert '"error": "ValueError", "at": "worker/tasks/shell.py:' in said(record)
    assert f'"outbox_id": {work}' in said(record)
    assert TYPED not in said(record)


def said(record: logging.LogRecord) -> str:
    """A log record as it is written."""
    return logging.getLogger().handlers[0].format(record)


def test_work_given_up_is_told_to_service_leads_once_and_taken_up_again_by_command(
    shell: Any, session: Session, work: int, live_app: Flask
) -> None:
    lead = a_member_of_staff(session, "service_lead", None)
    session.execute(text("UPDATE outbox SET attempts = :n"), {"n": outbox.MOST_ATTEMPTS - 1})
    session.commit()
    shell.do_work("alerts.email", work, failing)
    set_viewer(session, practitioner(lead.staff_id))
    (alert,) = queries.open_alerts(session, lead.staff_id)
    assert "(alerts.email) keeps failing" in alert.line
    session.rollback()

    run = live_app.test_cli_runner().invoke
    listed = run(args=["outbox", "list"]).output
    assert f'{work}  alerts.email {{"alert_id": 0}}' in listed
    assert "given up" in listed
    refused = run(args=["outbox", "retry", str(work), "99999"])
    assert refused.exit_code == 1
    assert "will be done now" in refused.output
    assert "Not given up, so not touched: 99999." in refused.output
    assert queries.open_alerts(session, lead.staff_id) == []
    assert run(args=["outbox", "retry", "-1"]).exit_code != 0
    shell.do_work("alerts.email", work, lambda task: None)
    session.rollback()
    session.execute(text("UPDATE outbox SET done_at = now()"))
    session.commit()
    assert run(args=["outbox", "list"]).output == "Nothing is late and nothing was given up.\n"


def test_an_alert_that_cannot_be_sent_does_not_beget_more(
    shell: Any, session: Session, work: int
) -> None:
    a_member_of_staff(session, "service_lead", None)
    session.commit()
    for _ in range(2):
        session.execute(text("UPDATE outbox SET attempts = :n"), {"n": outbox.MOST_ATTEMPTS})
        session.commit()
        for each in session.scalars(text("SELECT id FROM outbox")).all():
            session.rollback()
            shell.do_work("alerts.email", each, failing)
    assert session.scalars(text("SELECT count(*) FROM outbox")).one() == 2


def test_work_that_kills_its_workers_is_given_up_without_another_try(
    shell: Any, session: Session, work: int, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(text("UPDATE outbox SET attempts = :n"), {"n": outbox.MOST_ATTEMPTS})
    session.commit()
    tried: list[Session] = []
    shell.do_work("alerts.email", work, tried.append)
    assert tried == []
    assert "TooManyAttempts" in said(caplog.records[0])
    assert session.scalars(text("SELECT failed_at IS NOT NULL FROM outbox")).one()


def test_of_many_beats_at_once_one_is_heard(shell: Any, session: Session) -> None:
    heard: list[str] = []

    def act(task: Session) -> None:
        heard.append("first")
        shell.do_periodic("outbox.prune", lambda other: heard.append("second"))

    shell.do_periodic("outbox.prune", act)
    assert heard == ["first"]


def test_what_beat_asks_for_and_fails_is_told_until_it_works_again(
    shell: Any, session: Session
) -> None:
    lead = a_member_of_staff(session, "service_lead", None)
    session.commit()
    set_viewer(session, practitioner(lead.staff_id))
    for act, alerts in ((failing, 1), (failing, 1), (lambda task: None, 0)):
        run: Callable[..., None] = act
        shell.do_periodic("outbox.prune", run)
        assert len(queries.open_alerts(session, lead.staff_id)) == alerts
        session.rollback()


def test_everything_that_beat_sends_can_be_done(
    shell: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = shell.app
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        app.tasks[entry["task"]].run()
    assert {record.levelname for record in caplog.records} == {"INFO"}
    assert len(caplog.records) == len(app.conf.beat_schedule)
