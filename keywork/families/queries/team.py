"""The team around a family: who was in it, and who outside the council works with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import Professional, TeamMember
from keywork.families.policy import TEAM_ROLES, Term, continuity, members_of, staff_of
from keywork.families.queries.records import FamilyView, in_record
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class FormerView:
    """A practitioner who was in the team."""

    staff_id: int
    name: str
    role: str
    since: date
    until: date
    reason: str

    @property
    def role_name(self) -> str:
        """The role in words."""
        return TEAM_ROLES[self.role]


@dataclass(frozen=True)
class ProfessionalView:
    """Somebody without an account who works with the family, or did."""

    uid: UUID
    family_id: int
    name: str
    role: str
    organisation: str
    contact: str
    since: date
    until: date | None
    protected: bool
    named_staff: list[int]
    """Who may read this, besides the hub manager, when it is protected."""

    named_members: list[int]
    """Who in the family may be given a copy of this, when it is protected."""


@dataclass(frozen=True)
class KeyWorkerHistory:
    """The key workers a family has had."""

    terms: list[Term]
    sentence: str
    """How many in how long; empty when there was none."""


@dataclass(frozen=True)
class Network:
    """Everybody who works with a family, and who did."""

    professionals: list[ProfessionalView]
    former: list[FormerView]
    former_professionals: list[ProfessionalView]
    key_workers: KeyWorkerHistory


def network(session: Session, family: FamilyView) -> Network:
    """Who works and worked with a family, besides its present team."""
    rows = _places(session, family.ids)
    ended = [row for row in rows if row.ended_on is not None]
    staff = accounts.staff_by_id(session, {row.staff_id for row in ended})
    outside = professionals(session, family.ids)
    return Network(
        professionals=[view for view in outside if view.until is None],
        former=[
            FormerView(
                staff_id=row.staff_id,
                name=staff[row.staff_id].name,
                role=row.role,
                since=row.started_on,
                until=row.ended_on,
                reason=row.end_reason,
            )
            for row in ended
            if row.ended_on is not None
        ],
        former_professionals=[view for view in outside if view.until is not None],
        key_workers=_history(rows),
    )


def key_worker_history(session: Session, family: FamilyView) -> KeyWorkerHistory:
    """The key workers that a family has had, and how long they stayed."""
    return _history(_places(session, family.ids))


def professionals(
    session: Session, family_ids: Sequence[int], uid: UUID | None = None
) -> list[ProfessionalView]:
    """Who outside works with the family or did, as far as the viewer may know; with `uid` one."""
    where = in_record(Professional.family_id, family_ids)
    rows = session.scalars(
        select(Professional)
        .where(where & (Professional.uid == uid) if uid else where)
        .order_by(Professional.started_on, Professional.id)
        .execution_options(populate_existing=True)
    )
    return [
        ProfessionalView(
            uid=row.uid,
            family_id=row.family_id,
            name=row.name,
            role=row.role,
            organisation=row.organisation,
            contact=row.contact,
            since=row.started_on,
            until=row.ended_on,
            protected=row.visibility == "protected",
            named_staff=staff_of(row.readers) if row.visibility == "protected" else [],
            named_members=members_of(row.readers),
        )
        for row in rows
    ]


def professional(session: Session, family_ids: Sequence[int], uid: UUID) -> ProfessionalView:
    """One of them. Raises NotVisible when the viewer may not know of it."""
    found = professionals(session, family_ids, uid)
    if not found:
        raise NotVisible
    return found[0]


def _places(session: Session, family_ids: Sequence[int]) -> Sequence[TeamMember]:
    return session.scalars(
        select(TeamMember)
        .where(in_record(TeamMember.family_id, family_ids))
        .order_by(TeamMember.ended_on.desc(), TeamMember.id.desc())
    ).all()


def _history(rows: Sequence[TeamMember]) -> KeyWorkerHistory:
    terms = [
        Term(row.staff_id, row.started_on, row.ended_on) for row in rows if row.role == "key_worker"
    ]
    return KeyWorkerHistory(terms, continuity(terms, clock.today()))
