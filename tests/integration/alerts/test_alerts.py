"""Alerts reach the person they are addressed to, once, and nobody else."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts import queries, services
from keywork.kernel.viewer import PUBLIC, current_viewer, set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.accounts import a_hub, a_member_of_staff, as_accounts


@pytest.fixture
def people(session: Session) -> tuple[Actor, Actor]:
    """Two managers, the session reading for somebody else."""
    hub = a_hub(session)
    both = (
        a_member_of_staff(session, "hub_manager", hub),
        a_member_of_staff(session, "hub_manager", hub),
    )
    set_viewer(session, a_member_of_staff(session, "key_worker", hub).viewer)
    return both


def alert(session: Session, *people: Actor, **changes: Any) -> None:
    """Alert these people to a spend."""
    facts: dict[str, Any] = {
        "kind": "spend.waiting",
        "subject": "S-7F3K2QD",
        "about_family_id": None,
        "staff_ids": [person.staff_id for person in people],
        "path": "/spends/S-7F3K2QD",
        "line": "A request waits for your decision",
    }
    services.raise_alert(session, **(facts | changes))


def inbox(session: Session, person: Actor) -> list[queries.AlertLine]:
    """What this person finds."""
    before = current_viewer(session)
    set_viewer(session, person.viewer)
    found = queries.open_alerts(session, person.staff_id)
    set_viewer(session, before)
    return found


def emails(session: Session) -> list[int]:
    """The alerts for which an e-mail has been enqueued."""
    rows = session.scalars(text("SELECT arguments FROM outbox WHERE task = 'alerts.email'"))
    return [
        json.loads(row)["alert_id"] if isinstance(row, str) else row["alert_id"] for row in rows
    ]


def test_an_alert_reaches_each_person_once_until_it_is_resolved(
    session: Session, people: tuple[Actor, Actor]
) -> None:
    one, two = people
    viewer = current_viewer(session)
    alert(session, one)
    alert(session, one, two, one)
    assert [line.line for line in inbox(session, one)] == ["A request waits for your decision"]
    assert len(inbox(session, two)) == 1
    assert len(set(emails(session))) == len(emails(session)) == 2
    assert current_viewer(session) == viewer

    services.resolve_alerts(session, "spend.waiting", "S-OTHER")
    assert len(inbox(session, one)) == 1
    services.resolve_alerts(session, "spend.waiting", "S-7F3K2QD")
    assert inbox(session, one) == inbox(session, two) == []
    alert(session, one)
    assert len(inbox(session, one)) == 1
    assert len(emails(session)) == 3


def test_nobody_reads_an_alert_that_is_not_theirs(
    session: Session, people: tuple[Actor, Actor]
) -> None:
    one, two = people
    alert(session, one)
    everyone_else = (current_viewer(session), two.viewer, PUBLIC, system_task("commissioning"))
    for viewer in everyone_else:
        set_viewer(session, viewer)
        assert queries.open_alerts(session, one.staff_id) == []
        assert session.scalars(text("SELECT count(*) FROM alert")).one() == 0
        assert services.take_for_email(session, emails(session)[0]) is None
    set_viewer(session, two.viewer)
    forged = text(
        "INSERT INTO alert (kind, subject, staff_id, path, line)"
        " VALUES ('spend.waiting', 'S-1', :id, '/', 'Forged')"
    )
    with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
        session.execute(forged, {"id": one.staff_id})


def test_it_is_written_for_the_engine_and_all_else_for_the_viewer(
    session: Session, people: tuple[Actor, Actor]
) -> None:
    viewer = current_viewer(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        alert(session, people[0], line="Two\nlines")
    assert current_viewer(session) == viewer
    heard = session.scalars(text("SELECT current_setting('keywork.viewer')")).one()
    assert heard == viewer


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "//elsewhere.test"},
        {"path": "https://elsewhere.test"},
        {"path": "/\\elsewhere.test"},
        {"path": "/a b"},
        {"line": ""},
        {"line": "x" * 201},
        {"line": "Subject\r\nBcc: x"},
        {"subject": "Leah Brown"},
        {"kind": "waiting"},
    ],
)
def test_what_could_lead_astray_or_name_somebody_is_refused(
    session: Session, people: tuple[Actor, Actor], changes: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        alert(session, people[0], **changes)


def test_nobody_to_alert_is_no_alert(session: Session, people: tuple[Actor, Actor]) -> None:
    alert(session)
    assert emails(session) == []


def test_an_alert_is_emailed_once_and_only_while_it_matters(
    session: Session, people: tuple[Actor, Actor]
) -> None:
    one, two = people
    alert(session, one, two)
    alert(session, one, kind="spend.decided")
    services.resolve_alerts(session, "spend.decided", "S-7F3K2QD")
    with as_accounts(session):
        leave = text("UPDATE staff SET active = false WHERE id = :id")
        session.execute(leave, {"id": two.staff_id})
    session.expire_all()
    set_viewer(session, services.ENGINE)
    found = [services.take_for_email(session, number) for number in emails(session)]
    assert [letter.address for letter in found if letter] == [one.email]
    again = [services.take_for_email(session, number) for number in emails(session)]
    assert again == [None, None, None]


def test_the_inbox_shows_what_is_new_until_it_has_been_seen(
    session: Session, client: PageClient, people: tuple[Actor, Actor]
) -> None:
    one, two = people
    alert(session, one, two)
    session.commit()
    client.sign_in(one.staff_id)
    page = client.get("/alerts")
    assert '<a class="govuk-link" href="/spends/S-7F3K2QD">A request waits' in page.text
    assert "New" in page.text
    newest = inbox(session, one)[0].uid
    alert(session, one, kind="spend.decided", line="Raised while the page was open")
    session.commit()
    done = client.post("/alerts", data={"newest": str(newest), "submission": str(uuid4())})
    assert (done.status_code, done.location) == (303, "/alerts")
    assert [line.is_new for line in inbox(session, one)] == [True, False]
    assert [line.is_new for line in inbox(session, two)] == [True]
    assert client.get("/alerts").text.count("New") == 1


@pytest.mark.parametrize("newest", [None, "", "1", "x" * 50_000, "\x00", "<b>"])
def test_nonsense_is_a_sentence(
    session: Session, client: PageClient, people: tuple[Actor, Actor], newest: str | None
) -> None:
    alert(session, people[0])
    session.commit()
    client.sign_in(people[0].staff_id)
    answer = client.post("/alerts", data={} if newest is None else {"newest": newest})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert inbox(session, people[0])[0].is_new


def test_somebody_elses_alert_or_none_at_all_changes_nothing(
    session: Session, client: PageClient, people: tuple[Actor, Actor]
) -> None:
    one, two = people
    alert(session, one)
    alert(session, two, subject="S-LATER")
    session.commit()
    client.sign_in(one.staff_id)
    for uid in (inbox(session, two)[0].uid, UUID(int=0)):
        assert client.post("/alerts", data={"newest": str(uid)}).status_code == 303
    assert inbox(session, one)[0].is_new
    assert inbox(session, two)[0].is_new


def test_an_empty_inbox_says_so(
    session: Session, client: PageClient, people: tuple[Actor, Actor]
) -> None:
    session.commit()
    assert "Nothing needs you." in client.sign_in(people[0].staff_id).get("/alerts").text
