"""One person: everything that is known of them, and the families they are in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from keywork.families.ethnicities import ethnicities
from keywork.families.models import Family, Member, MemberPastRole, Person, PersonName
from keywork.families.policy import DISABILITY, MEMBER_ROLES, SEND, SEXES, full_name
from keywork.families.queries.members import (
    MEMBER_ORDER,
    MemberView,
    member_rows,
    member_views,
    members_on,
)
from keywork.families.queries.records import FamilyView, in_record, may_be_opened
from keywork.kernel.errors import NotVisible


@dataclass(frozen=True)
class OtherName:
    """Another name somebody has, or had."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True)
class OtherFamily:
    """Another family somebody is or was in."""

    reference: str
    role_name: str
    current: bool


@dataclass(frozen=True)
class PastRole:
    """What somebody was in the family until a day."""

    role_name: str
    until: date


@dataclass(frozen=True)
class PersonView:
    """One person, for the page about them in a family."""

    member: MemberView
    """Their place in the family now, or the last they had."""

    version: int
    gender: str
    ethnicity: str
    language: str
    interpreter_needed: bool | None
    disability: str
    send: str
    adjustments: str
    upn: str | None
    names: list[OtherName]
    past_roles: list[PastRole]
    families: list[OtherFamily]
    """Those besides this one that the viewer may open."""

    @property
    def current(self) -> bool:
        """Whether they are in the family now."""
        return self.member.until is None

    @property
    def sex_name(self) -> str:
        """The sex in words."""
        return SEXES[self.member.sex]

    @property
    def ethnicity_name(self) -> str:
        """The ethnic group in words."""
        return ethnicities().get(self.ethnicity, "Not known")

    @property
    def disability_name(self) -> str:
        """Whether they are disabled, in words."""
        return DISABILITY[self.disability]

    @property
    def send_name(self) -> str:
        """Special educational needs in words."""
        return SEND[self.send]


def members(session: Session, family: FamilyView, at: date) -> list[MemberView]:
    """Who was in the family on a day, each in the role they had then."""
    return members_on(session, family.id, at)


def former_members(session: Session, family: FamilyView) -> list[MemberView]:
    """Those who were in the family and no longer are, as they were last."""
    now = {member.person_id for member in family.members}
    rows = session.execute(
        member_rows()
        .where(Member.family_id == family.id, Member.ended_on.is_not(None))
        .where(Member.person_id.not_in(now))
        .order_by(Member.ended_on.desc(), *MEMBER_ORDER)
    ).all()
    latest: dict[int, MemberView] = {}
    for view in member_views(rows):
        latest.setdefault(view.person_id, view)
    return list(latest.values())


def person(session: Session, family: FamilyView, member_uid: UUID) -> PersonView:
    """Whoever had this place in the family. Raises NotVisible when nobody did."""
    row = session.execute(
        member_rows()
        .where(Member.person_id == _person_of(family, member_uid).scalar_subquery())
        .where(in_record(Member.family_id, family.ids))
        .order_by(
            (Member.family_id == family.id).desc(),
            Member.ended_on.is_(None).desc(),
            Member.ended_on.desc(),
            Member.id.desc(),
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotVisible
    found: Person = row[1]
    [member] = member_views([row])
    return PersonView(
        member=member,
        version=found.version,
        gender=found.gender,
        ethnicity=found.ethnicity,
        language=found.language,
        interpreter_needed=found.interpreter_needed,
        disability=found.disability,
        send=found.send,
        adjustments=found.adjustments,
        upn=found.upn,
        names=_names(session, found.id),
        past_roles=_past_roles(session, member.id),
        families=_families(session, found.id, family.ids),
    )


def person_id_of(session: Session, family: FamilyView, member_uid: UUID) -> int:
    """The id of whoever had this place in the family. Raises NotVisible when nobody did."""
    found = session.scalar(_person_of(family, member_uid))
    if found is None:
        raise NotVisible
    return found


def may_know(session: Session, person_id: int) -> bool:
    """Whether the person is, or was, in a family that the session's viewer may open."""
    places = select(Member.id).where(Member.person_id == person_id, may_be_opened(Member.family_id))
    return session.scalar(places.limit(1)) is not None


def _person_of(family: FamilyView, member_uid: UUID) -> Select[int]:
    return select(Member.person_id).where(
        Member.uid == member_uid, in_record(Member.family_id, family.ids)
    )


def _names(session: Session, person_id: int) -> list[OtherName]:
    rows = session.scalars(
        select(PersonName).where(PersonName.person_id == person_id).order_by(PersonName.id)
    )
    return [OtherName(r.id, r.kind, full_name(r.given_name, r.family_name)) for r in rows]


def _past_roles(session: Session, member_id: int) -> list[PastRole]:
    rows = session.scalars(
        select(MemberPastRole)
        .where(MemberPastRole.member_id == member_id)
        .order_by(MemberPastRole.ended_on.desc())
    )
    return [PastRole(MEMBER_ROLES[row.role], row.ended_on) for row in rows]


def _families(session: Session, person_id: int, ours: Sequence[int]) -> list[OtherFamily]:
    rows = session.execute(
        select(Family.reference, Member.role, Member.ended_on)
        .join(Family, Family.id == Member.family_id)
        .where(Member.person_id == person_id, may_be_opened(Family.id), Family.id.not_in(ours))
        .order_by(Member.ended_on.is_not(None), Family.id, Member.id.desc())
    )
    found: dict[str, OtherFamily] = {}
    for reference, role, ended_on in rows:
        view = OtherFamily(reference, MEMBER_ROLES[role], ended_on is None)
        found.setdefault(reference, view)
    return list(found.values())
