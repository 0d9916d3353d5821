"""The life of a request: the clock, reminders, refusing and answering; who finds whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts import queries as alerts
from keywork.kernel import clock
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.viewer import set_viewer
from keywork.subject_access import queries, services
from keywork.subject_access.policy import due_on
from keywork.subject_access.queries import RequestView
from tests.factories.families import Case, a_case
from tests.factories.subject_access import TASK, a_request, an_officer, bundled

pytestmark = pytest.mark.usefixtures("app")

TODAY = clock.today()
WORKS_ON = clock.working_time().works_on


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team."""
    return a_case(session)


@pytest.fixture
def officer(session: Session) -> Actor:
    """Who registers."""
    return an_officer(session)


def ago(days: int) -> date:
    """A day in the past."""
    return TODAY - timedelta(days=days)


def again(session: Session, request: RequestView) -> RequestView:
    """The request as it stands."""
    return queries.request(session, request.reference)


def told(session: Session, actor: Actor) -> list[str]:
    """What somebody is alerted to."""
    set_viewer(session, actor.viewer)
    return sorted(
        alert.kind.removeprefix("access.")
        for alert in alerts.open_alerts(session, actor.staff_id)
        if alert.kind.startswith("access.")
    )


def test_the_clock_stands_still_until_it_is_known_who_asks(
    session: Session, case: Case, officer: Actor
) -> None:
    request = a_request(session, officer, case.members[0], known=False, received_on=ago(10))
    assert (request.row.state, request.paused and request.paused.kind) == ("waiting", "identity")
    with pytest.raises(Refusal, match="Say how you checked"):
        services.start_clock(session, request.reference, on=ago(3), identity=None, version=1)
    identity = services.Identity("Passport", ago(3))
    services.start_clock(session, request.reference, on=ago(3), identity=identity, version=1)
    request = again(session, request)
    assert (request.row.state, request.row.identity_way) == ("open", "Passport")
    assert request.row.due_on == due_on(ago(10), WORKS_ON, paused_days=7)
    services.stop_clock(
        session,
        request.reference,
        kind="clarification",
        words="Which years?",
        since=ago(2),
        version=2,
    )
    services.start_clock(session, request.reference, on=TODAY, identity=None, version=3)
    assert again(session, request).row.due_on == due_on(ago(10), WORKS_ON, paused_days=9)


def test_the_time_is_extended_once_and_before_it_is_over(
    session: Session, case: Case, officer: Actor
) -> None:
    late = a_request(session, officer, case.members[0], received_on=ago(60))
    with pytest.raises(Refusal, match="before the answer is due"):
        services.extend(session, late.reference, reason="Many records", version=1)
    request = a_request(session, officer, case.members[1], received_on=ago(5))
    services.extend(session, request.reference, reason="Many records", version=1)
    assert again(session, request).row.due_on == due_on(ago(5), WORKS_ON, extended=True)
    with pytest.raises(Stale):
        services.extend(session, request.reference, reason="More", version=1)
    with pytest.raises(Refusal, match="once"):
        services.extend(session, request.reference, reason="More", version=2)


def test_officers_alone_are_reminded_once_of_what_is_due(
    session: Session, case: Case, officer: Actor
) -> None:
    colleague = an_officer(session)
    soon = a_request(session, officer, case.members[0], received_on=ago(25))
    late = a_request(session, officer, case.members[1], received_on=ago(60))
    a_request(session, officer, case.members[2], known=False, received_on=ago(60))
    a_request(session, officer, case.members[3])
    for _ in range(2):
        set_viewer(session, TASK)
        services.remind(session)
    assert told(session, officer) == ["due_soon", "overdue"]
    assert told(session, colleague) == ["due_soon", "overdue", *["received"] * 4]
    assert told(session, case.manager) == told(session, case.key_worker) == []
    set_viewer(session, officer.viewer)
    services.extend(session, soon.reference, reason="Many records", version=1)
    services.refuse(
        session, officer, late.reference, refusal="excessive", words="The third", version=1
    )
    assert told(session, officer) == []
    assert told(session, colleague) == ["received"] * 3
    set_viewer(session, officer.viewer)
    assert again(session, late).row.told_on == TODAY


def test_a_request_is_answered_with_its_bundle(
    session: Session, case: Case, officer: Actor
) -> None:
    request = a_request(session, officer, case.members[0])
    request = bundled(session, officer, request)
    services.answer(
        session, officer, request.reference, sent_on=TODAY, sent_way="By hand", version=1
    )
    request = again(session, request)
    assert (request.row.state, request.closed_by) == ("answered", officer.name)
    with pytest.raises(Stale):
        services.refuse(
            session, officer, request.reference, refusal="excessive", words="x", version=2
        )
    set_viewer(session, case.key_worker.viewer)
    kinds = session.scalars(text("SELECT DISTINCT kind FROM entry")).all()
    assert not {"disclosure", "subject_access"} & set(kinds)


def test_nobody_is_found_who_is_not_meant_exactly(
    session: Session, case: Case, officer: Actor
) -> None:
    set_viewer(session, officer.viewer)
    tom = case.members[0]
    leah = case.members[1]

    def names(**asked: object) -> list[str]:
        return [found.name for found in queries.find(session, **asked)]  # type: ignore[arg-type]

    assert names(name="tom MARSH", born=tom.date_of_birth) == ["Tom Marsh"]
    assert names(name="Tom", born=tom.date_of_birth) == []
    assert names(name="Tom Marsh", born=ago(3000)) == names(name="Tom Marsh") == []
    assert names(nhs=leah.nhs_number) == ["Leah Marsh"]
    assert names(record=case.reference) == ["Ava Marsh", "Leah Marsh", "Noah Marsh", "Tom Marsh"]
    assert names() == []
