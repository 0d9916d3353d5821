"""Requests for subject access, as far along as a test wants them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import services as families
from keywork.families.queries import MemberView
from keywork.kernel import clock
from keywork.kernel.viewer import current_viewer, set_viewer, system_task
from keywork.subject_access import queries, services
from keywork.subject_access.queries import Gathered, Item, RequestView
from keywork.subject_access.services import Asked, Identity
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import a_case

TASK = system_task("subject_access")


def an_officer(session: Session) -> Actor:
    """An information officer; the session reads as before."""
    return a_member_of_staff(session, "information_officer", None)


def what_is_asked(known: bool = True, received_on: date | None = None, **changes: Any) -> Asked:
    """The person asks for everything, today."""
    today = received_on or clock.today()
    usual: dict[str, Any] = {
        "received_on": today,
        "way": "email",
        "asked_by": "self",
        "asker": "",
        "authority": "",
        "wanted": "",
        "identity": Identity("Passport seen", today) if known else None,
    }
    return Asked(**(usual | changes))


def a_request(
    session: Session,
    officer: Actor,
    member: MemberView,
    known: bool = True,
    received_on: date | None = None,
    **changes: Any,
) -> RequestView:
    """A request about somebody, open unless it is not known who asks. The session then reads as
    the officer."""
    set_viewer(session, officer.viewer)
    found = queries.found(session, member.uid)
    asked = what_is_asked(known, received_on, **changes)
    return queries.request(session, services.register(session, officer, found, asked))


def decided(
    session: Session,
    officer: Actor,
    request: RequestView,
    item: Item,
    decision: str = "include",
    reason: str = "reasonable",
    **texts: str,
) -> None:
    """An item that was decided on."""
    services.decide(
        session,
        officer,
        request,
        item,
        decision=decision,
        reason=reason,
        words="",
        texts=texts,
        version=item.digest.hex(),
    )


def all_decided(session: Session, officer: Actor, request: RequestView) -> Gathered:
    """Everything that is not decided yet is included."""
    set_viewer(session, officer.viewer)
    for item in queries.gather(session, request).undecided:
        decided(session, officer, request, item)
    return queries.gather(session, request)


def bundled(session: Session, officer: Actor, request: RequestView) -> RequestView:
    """The request with its bundle asked for and made, as the worker makes it."""
    gathered = all_decided(session, officer, request)
    version = gathered.digest.hex()
    services.ask_for_bundle(session, officer, request, gathered, version=version)
    made(session, request)
    set_viewer(session, officer.viewer)
    return queries.request(session, request.reference)


def made(session: Session, request: RequestView) -> None:
    """What the worker does. The session reads as the worker's task afterwards."""
    set_viewer(session, TASK)
    latest = text("SELECT max(id) FROM access_bundle WHERE request_id = :id")
    services.make_bundle(session, session.scalars(latest, {"id": request.row.id}).one())
    session.flush()


@dataclass(frozen=True)
class Asking:
    """An officer, and requests of theirs, each as far along as a form needs it."""

    officer: Actor
    person: UUID
    other: UUID
    item: UUID
    open: str
    waiting: str
    decided: str
    ready: str
    stopping: str
    extending: str
    refusing: str


def asking(session: Session) -> Asking:
    """Make them, about somebody whom no other family knows. The session reads as before."""
    before = current_viewer(session)
    case = a_case(session)
    set_viewer(session, case.key_worker.viewer)
    second, first = case.members[:2]
    about = [first.id, second.id]
    families.record_entry(session, family_id=case.id, kind="note", text="Both.", member_ids=about)
    officer = an_officer(session)
    week = clock.today() - timedelta(days=7)
    requests = [a_request(session, officer, first, received_on=week) for _ in range(6)]
    waiting = a_request(session, officer, first, known=False, received_on=week)
    [item] = queries.gather(session, requests[0]).undecided
    all_decided(session, officer, requests[1])
    ready(session, officer, requests[2])
    set_viewer(session, before)
    of_each = [request.reference for request in requests]
    return Asking(
        officer, first.uid, second.uid, item.key, of_each[0], waiting.reference, *of_each[1:]
    )


def ready(session: Session, officer: Actor, request: RequestView) -> None:
    """The bundle of a request is made, but for its file. The session reads as the officer."""
    gathered = all_decided(session, officer, request)
    values = {"id": request.row.id, "digest": gathered.digest, "staff": officer.staff_id}
    session.execute(
        text("""INSERT INTO access_bundle (request_id, digest, asked_by)
                VALUES (:id, :digest, :staff)"""),
        values,
    )
    values["name"] = uuid4().hex
    session.execute(
        text("INSERT INTO stored_file (name, scan) VALUES (:name, 'not_scanned')"), values
    )
    set_viewer(session, TASK)
    session.execute(
        text("""UPDATE access_bundle SET state = 'made', made_at = now(), stored_name = :name,
                size_bytes = 1, sha256 = sha256('x') WHERE request_id = :id"""),
        values,
    )
    set_viewer(session, officer.viewer)
