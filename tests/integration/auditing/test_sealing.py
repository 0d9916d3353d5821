"""Each day is sealed when it is over, and whoever alters it afterwards is found out."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.auditing import services
from keywork.kernel import audit, clock
from keywork.kernel.viewer import practitioner, set_viewer
from tests.conftest import Database
from tests.factories.accounts import a_member_of_staff

DAYS = [clock.today() - timedelta(days=n) for n in (4, 3, 2, 1)]
AN_EVENT = text("""
    INSERT INTO audit_event (viewer, act, subject, recorded_at)
    VALUES ('staff:7', 'family.read', :subject, :at)""")
Tamper = Callable[[Session], Any]


@pytest.fixture
def owner(scratch: Database) -> Iterator[Session]:
    """The owner of a database with two events on each of four days but one, none of them sealed."""
    engine = create_engine(scratch.owner_url)
    with Session(engine) as session:
        set_viewer(session, practitioner(7))
        for day in (DAYS[0], DAYS[1], DAYS[3]):
            for hour in (0, 23):
                at = datetime.combine(day, time(hour, 59), clock.LONDON)
                session.execute(AN_EVENT, {"subject": f"KW-{hour:04}", "at": at})
        session.commit()
        set_viewer(session, services.TASK)
        yield session
    engine.dispose()


def without_triggers(*statements: str) -> Tamper:
    """What only the owner can do, having put the guards away."""
    return lambda session: [
        session.execute(text(statement))
        for statement in (
            "ALTER TABLE audit_event DISABLE TRIGGER USER",
            "ALTER TABLE audit_seal DISABLE TRIGGER USER",
            "CREATE POLICY anything ON audit_event TO CURRENT_USER USING (true)",
            "CREATE POLICY anything ON audit_seal TO CURRENT_USER USING (true)",
            "SET LOCAL keywork.viewer = 'staff:7'",
            *statements,
            "SET LOCAL keywork.viewer = 'task:auditing'",
        )
    ]


THAT_DAY = f"(recorded_at AT TIME ZONE 'Europe/London')::date = '{DAYS[1]}'"
TAMPERED: dict[str, tuple[str, list[date]]] = {
    "an altered event": (
        f"UPDATE audit_event SET subject = 'KW-9999' WHERE {THAT_DAY} AND subject = 'KW-0000'",
        [DAYS[1]],
    ),
    "a removed event": (
        f"DELETE FROM audit_event WHERE {THAT_DAY} AND subject = 'KW-0023'",
        [DAYS[1]],
    ),
    "an event slipped in": (
        "INSERT INTO audit_event (viewer, act, subject, recorded_at)"
        f" VALUES ('staff:7', 'x.y', 'z', '{DAYS[2]} 12:00')",
        [DAYS[2]],
    ),
    "an event moved to another day": (
        f"UPDATE audit_event SET recorded_at = recorded_at - interval '1 day' WHERE {THAT_DAY}"
        " AND subject = 'KW-0023'",
        DAYS[:2],
    ),
    "an event before the first day": (
        "INSERT INTO audit_event (viewer, act, subject, recorded_at)"
        " VALUES ('staff:7', 'x.y', 'z', '2020-01-01')",
        [DAYS[0]],
    ),
    "a seal made to fit": (
        f"UPDATE audit_seal SET hash = sha256('x') WHERE day = '{DAYS[1]}'",
        DAYS[1:3],
    ),
    "a removed seal": (f"DELETE FROM audit_seal WHERE day = '{DAYS[1]}'", DAYS[1:3]),
}


def test_every_finished_day_is_sealed_in_order_and_tampering_is_found(owner: Session) -> None:
    assert services.seal(owner) == DAYS
    assert services.seal(owner) == []
    assert services.verify(owner) == []
    owner.commit()
    for what, (statement, days) in TAMPERED.items():
        without_triggers(statement)(owner)
        assert services.verify(owner) == days, what
        owner.rollback()
    assert services.verify(owner) == []


def test_a_seal_can_be_worked_out_elsewhere(owner: Session) -> None:
    services.seal(owner)
    rows = owner.execute(text("SELECT * FROM audit_event ORDER BY id")).all()
    seals = owner.execute(text("SELECT day, events, hash FROM audit_seal ORDER BY day")).all()
    chained = b""
    for day, count, sealed in seals:
        theirs = [row for row in rows if row.recorded_at.astimezone(clock.LONDON).date() == day]
        facts = (
            {
                "at": round(row.recorded_at.timestamp() * 1_000_000),
                "id": row.id,
                "act": row.act,
                "family": row.family_id,
                "viewer": row.viewer,
                "subject": row.subject,
            }
            for row in theirs
        )
        hashes = b"".join(hashlib.sha256(json.dumps(fact).encode()).digest() for fact in facts)
        chained = hashlib.sha256(chained + day.isoformat().encode() + hashes).digest()
        assert (count, sealed) == (len(theirs), chained)


def test_nothing_is_added_to_a_sealed_day_and_who_answers_is_told(owner: Session) -> None:
    services.seal(owner)
    owner.commit()
    set_viewer(owner, practitioner(7))
    late = {"subject": "KW-1", "at": datetime.combine(DAYS[3], time(12), clock.LONDON)}
    with pytest.raises(DBAPIError, match="that day is sealed"):
        owner.execute(AN_EVENT, late)
    owner.rollback()
    audit.record(owner, "family.read", "KW-0001")
    owner.commit()
    set_viewer(owner, services.TASK)
    officer = a_member_of_staff(owner, "information_officer", None)
    without_triggers(TAMPERED["a removed event"][0])(owner)
    services.verify(owner)
    services.verify(owner)
    set_viewer(owner, officer.viewer)
    alerts = owner.execute(text("SELECT subject, staff_id, line FROM alert")).all()
    [(subject, staff_id, line)] = alerts
    assert (subject, staff_id) == (DAYS[1].isoformat(), officer.staff_id)
    assert subject in line and "KW-" not in line


REFUSED = (
    "SELECT * FROM seal_audit_day()",
    "INSERT INTO audit_seal (day, events, previous, hash) VALUES ('2020-01-01', 0, '', sha256(''))",
    "UPDATE audit_seal SET events = 0",
    "DELETE FROM audit_seal",
    "UPDATE audit_event SET subject = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "INSERT INTO audit_event (viewer, act, subject) VALUES ('staff:1', 'family.read', 'KW-0001')",
    "INSERT INTO audit_event (viewer, act, subject, recorded_at)"
    " VALUES ('staff:2', 'family.read', 'KW-0001', '2020-01-01')",
    "ALTER TABLE audit_event DISABLE TRIGGER USER",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_role_can_alter_nothing(session: Session, statement: str) -> None:
    set_viewer(session, practitioner(2))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
