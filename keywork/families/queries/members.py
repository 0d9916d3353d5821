"""Who is in a family, as a row of a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, case, func, select
from sqlalchemy.orm import Session

from keywork.families.models import Member, MemberPastRole, Person
from keywork.families.policy import MEMBER_ROLES, age_in_words, full_name, long_day
from keywork.kernel import clock


@dataclass(frozen=True)
class MemberView:
    """Somebody's place in a family."""

    id: int
    uid: UUID
    person_id: int
    given_name: str
    family_name: str
    known_as: str
    date_of_birth: date | None
    birth: str
    """What the date is: exact, estimated or expected."""

    died_on: date | None
    sex: str
    nhs_number: str | None
    role: str
    since: date
    until: date | None = None
    end_reason: str = ""

    @property
    def name(self) -> str:
        """Given name, what they are called if it is another, family name."""
        return full_name(self.given_name, self.family_name, self.known_as)

    @property
    def role_name(self) -> str:
        """The role in words."""
        return MEMBER_ROLES[self.role]

    @property
    def is_child(self) -> bool:
        """Whether this is a child who can be seen."""
        return self.role == "child" and self.died_on is None

    @property
    def age(self) -> str:
        """How old they are today, in words."""
        return self.age_on(clock.today())

    @property
    def born(self) -> str:
        """When they were born or are due, or about how old they are."""
        if self.date_of_birth is None or self.birth == "estimated":
            return self.age[0].upper() + self.age[1:]
        day = long_day(self.date_of_birth)
        return day if self.birth == "expected" else f"{day} ({self.age})"

    def age_on(self, day: date) -> str:
        """How old they were on a day, in words."""
        return age_in_words(self.date_of_birth, self.birth, day, self.died_on)


MEMBER_ORDER = (
    case({"parent": 0, "child": 2, "unborn": 2}, value=Member.role, else_=1),
    Person.date_of_birth,
    Member.id,
)
"""Of the members of a family: parents first, children last, the oldest first."""


def current_members(session: Session, family_id: int) -> list[MemberView]:
    """Who is in a family now."""
    statement = member_rows().where(Member.family_id == family_id, Member.ended_on.is_(None))
    return member_views(session.execute(statement.order_by(*MEMBER_ORDER)).all())


def members_on(session: Session, family_id: int, day: date) -> list[MemberView]:
    """Who was in a family on a day, each in the role they had then."""
    statement = member_rows(day).where(
        Member.family_id == family_id,
        Member.started_on <= day,
        Member.ended_on.is_(None) | (Member.ended_on > day),
    )
    return member_views(session.execute(statement.order_by(*MEMBER_ORDER)).all())


def member_rows(day: date | None = None) -> Select[*tuple[Any, ...]]:
    """The rows that `member_views` takes, with the role of today or of a `day`."""
    role = Member.role if day is None else func.coalesce(_past_role(day), Member.role)
    return select(Member, Person, role).join(Person, Person.id == Member.person_id)


def member_views(rows: Sequence[Any]) -> list[MemberView]:
    """A view of each row of `member_rows`."""
    return [
        MemberView(
            id=member.id,
            uid=member.uid,
            person_id=person.id,
            given_name=person.given_name,
            family_name=person.family_name,
            known_as=person.known_as,
            date_of_birth=person.date_of_birth,
            birth=person.birth,
            died_on=person.died_on,
            sex=person.sex,
            nhs_number=person.nhs_number,
            role=role,
            since=member.started_on,
            until=member.ended_on,
            end_reason=member.end_reason,
        )
        for member, person, role in rows
    ]


def _past_role(day: date) -> ScalarSelect[str]:
    return (
        select(MemberPastRole.role)
        .where(MemberPastRole.member_id == Member.id, MemberPastRole.ended_on > day)
        .order_by(MemberPastRole.ended_on)
        .limit(1)
        .scalar_subquery()
    )
