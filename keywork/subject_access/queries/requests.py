"""Reads about requests, and finding the person one is about. Officers alone see any."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.subject_access.models import AccessBundle, AccessPause, AccessRequest
from keywork.subject_access.policy import ASKERS, PAUSES, REFUSALS, STATES, UNDER_WAY, WAYS

FOLDER = "subject_access"
"""Where bundles are kept."""

_FIND = text("SELECT * FROM find_for_access(:name, :born, :nhs, :record, :member)")


@dataclass(frozen=True)
class Found:
    """Somebody whom a request may be about."""

    person_id: int
    member_uid: UUID
    name: str
    date_of_birth: date | None
    records: list[str]


@dataclass(frozen=True)
class Pause:
    """A time during which the clock stands still."""

    kind: str
    words: str
    started_on: date
    ended_on: date | None

    @property
    def name(self) -> str:
        """What is awaited."""
        return PAUSES[self.kind]

    @property
    def days(self) -> int:
        """How long it was, or has been."""
        return ((self.ended_on or clock.today()) - self.started_on).days


@dataclass(frozen=True)
class Bundle:
    """The last bundle that was asked for."""

    id: int
    state: str
    digest: bytes
    asked_at: datetime
    made_at: datetime | None
    stored_name: str | None
    size_bytes: int | None


@dataclass(frozen=True)
class RequestView:
    """A request, for the officers."""

    row: AccessRequest
    pauses: list[Pause]
    bundle: Bundle | None
    registered_by: str
    closed_by: str

    @property
    def reference(self) -> str:
        """What it goes by."""
        return self.row.reference

    @property
    def is_open(self) -> bool:
        """Whether the record may be read for it."""
        return self.row.state == "open"

    @property
    def under_way(self) -> bool:
        """Whether it is neither answered nor refused."""
        return self.row.state in UNDER_WAY

    @property
    def state(self) -> tuple[str, str]:
        """In words, and the tone of its tag."""
        return STATES[self.row.state]

    @property
    def overdue(self) -> bool:
        """Whether the last day for an answer is over."""
        return self.is_open and self.row.due_on < clock.today()

    @property
    def paused(self) -> Pause | None:
        """For what the clock stands still."""
        return next((pause for pause in self.pauses if pause.ended_on is None), None)

    @property
    def asker(self) -> str:
        """Who asks."""
        who = ASKERS[self.row.asked_by]
        return f"{who}: {self.row.asker}" if self.row.asker else who

    @property
    def way(self) -> str:
        """How it came."""
        return WAYS[self.row.way]

    @property
    def refusal(self) -> str:
        """Why it was refused."""
        return REFUSALS[self.row.refusal] if self.row.refusal else ""


def requests(session: Session) -> list[RequestView]:
    """Every request: those under way first, the soonest due at the top; then the latest closed."""
    rows = session.scalars(select(AccessRequest)).all()
    going = sorted((r for r in rows if r.state in UNDER_WAY), key=lambda r: (r.due_on, r.id))
    closed = sorted((r for r in rows if r.state not in UNDER_WAY), key=lambda r: -r.id)
    return [RequestView(row, [], None, "", "") for row in [*going, *closed]]


def request(session: Session, reference: str) -> RequestView:
    """One request. Raises NotVisible for whoever may not know of it."""
    row = session.scalar(select(AccessRequest).where(AccessRequest.reference == reference))
    if row is None:
        raise NotVisible
    return view_of(session, row)


def view_of(session: Session, row: AccessRequest) -> RequestView:
    """A request with what hangs on it."""
    pauses = session.scalars(
        select(AccessPause).where(AccessPause.request_id == row.id).order_by(AccessPause.id)
    )
    names = accounts.staff_by_id(session, {i for i in (row.registered_by, row.closed_by) if i})
    return RequestView(
        row=row,
        pauses=[Pause(p.kind, p.words, p.started_on, p.ended_on) for p in pauses],
        bundle=last_bundle(session, row.id),
        registered_by=names[row.registered_by].name,
        closed_by=names[row.closed_by].name if row.closed_by else "",
    )


def last_bundle(session: Session, request_id: int) -> Bundle | None:
    """The last bundle that was asked for."""
    row = session.scalar(
        select(AccessBundle)
        .where(AccessBundle.request_id == request_id)
        .order_by(AccessBundle.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    return Bundle(
        row.id, row.state, row.digest, row.asked_at, row.made_at, row.stored_name, row.size_bytes
    )


def find(
    session: Session,
    *,
    name: str = "",
    born: date | None = None,
    nhs: str | None = None,
    record: str = "",
) -> list[Found]:
    """Who is meant: by the whole name and date of birth, by NHS number, or all of a record."""
    values = {"name": " ".join(name.split()), "born": born, "nhs": nhs, "record": record}
    return [Found(*row) for row in session.execute(_FIND, values | {"member": None})]


def found(session: Session, member_uid: UUID) -> Found:
    """Somebody who was found. Raises NotVisible where there is no such person for this viewer."""
    values = {"name": "", "born": None, "nhs": None, "record": "", "member": member_uid}
    row = session.execute(_FIND, values).first()
    if row is None:
        raise NotVisible
    return Found(*row)
