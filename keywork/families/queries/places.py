"""Where members live and belong, and how each is reached, as far as the viewer may know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.models import Affiliation, ContactPoint, Member, Person, Residence
from keywork.families.policy import (
    AFFILIATION_KINDS,
    CONTACT_KINDS,
    RESIDENCE_KINDS,
    ContactRule,
    full_name,
    members_of,
    staff_of,
)
from keywork.families.queries.members import MemberView
from keywork.families.queries.records import FamilyView, in_record
from keywork.kernel.errors import NotVisible

PlaceRow = Residence | ContactPoint | Affiliation


@dataclass(frozen=True)
class _Dated:
    """What is known of a member for a time."""

    id: int
    uid: UUID
    family_id: int
    """The record it was written into."""

    member_id: int
    member_uid: UUID
    person_id: int
    member_name: str
    kind: str
    since: date
    until: date | None
    """The first day on which it was no longer so."""

    ended_by: int | None
    protected: bool
    readers: tuple[int, ...]
    """The ids of the members of staff named for it, its author among them."""

    given_to: tuple[int, ...]
    """The ids of the members who may be given a copy of it, if it is protected."""

    def holds_on(self, day: date) -> bool:
        """Whether it was so on a day. What was recorded by mistake held on none."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def mistaken(self) -> bool:
        """Whether it never was so."""
        return self.since == self.until


@dataclass(frozen=True)
class ResidenceView(_Dated):
    """A member's living somewhere for a time."""

    table: ClassVar[type[PlaceRow]] = Residence
    what: ClassVar[str] = "addresses"

    address: str
    postcode: str
    uprn: str
    place: str

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return RESIDENCE_KINDS[self.kind]

    @property
    def label(self) -> str:
        """The address in one short line: its first line and the postcode."""
        return ", ".join(filter(None, [self.address.partition("\n")[0].rstrip(","), self.postcode]))

    @property
    def lines(self) -> list[str]:
        """The address as on an envelope."""
        return [line for line in (*self.address.split("\n"), self.postcode) if line]


@dataclass(frozen=True)
class ContactView(_Dated):
    """A telephone number or e-mail address of a member, with what is safe to do with it."""

    table: ClassVar[type[PlaceRow]] = ContactPoint
    what: ClassVar[str] = "contacts"

    value: str
    rule: ContactRule

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return CONTACT_KINDS[self.kind]

    @property
    def label(self) -> str:
        """Which it is, without the number: an entry keeps what a rule no longer allows."""
        return self.kind_name

    @property
    def href(self) -> str:
        """Where a link leads that calls or writes; empty when that is not safe."""
        if self.rule.may_call:
            return "tel:" + self.value.replace(" ", "")
        return f"mailto:{self.value}" if self.rule.may_write else ""


@dataclass(frozen=True)
class AffiliationView(_Dated):
    """A member's school, nursery, GP practice or the like."""

    table: ClassVar[type[PlaceRow]] = Affiliation
    what: ClassVar[str] = "affiliations"

    name: str

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return AFFILIATION_KINDS[self.kind]

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name


PlaceView = ResidenceView | ContactView | AffiliationView


@dataclass(frozen=True)
class MemberPlaces:
    """What is known of one member today, and what was so before, the latest first."""

    residences: list[ResidenceView]
    contacts: list[ContactView]
    affiliations: list[AffiliationView]
    before: list[PlaceView]
    reader_names: dict[UUID, list[str]]
    """Who may read each protected one besides the hub manager."""


def residences(session: Session, family_ids: Sequence[int]) -> list[ResidenceView]:
    """Every residence in the record, past ones too, in order of their beginning."""
    rows = session.execute(_statement(Residence, family_ids))
    return [_residence(*row) for row in rows]


def place(session: Session, family: FamilyView, kind: type[PlaceRow], uid: UUID) -> PlaceView:
    """One residence, contact point or affiliation. Raises NotVisible."""
    found = session.execute(_statement(kind, family.ids).where(kind.uid == uid)).one_or_none()
    if found is None:
        raise NotVisible
    view: PlaceView = _VIEWS[kind](*found)
    return view


def places(session: Session, family: FamilyView, member: MemberView, at: date) -> MemberPlaces:
    """Where a member lives and belongs on a day, and how they are reached, in four statements."""
    residences, contacts, affiliations = (
        [
            _VIEWS[kind](*row)
            for row in session.execute(
                _statement(kind, family.ids).where(Member.person_id == member.person_id)
            )
        ]
        for kind in (Residence, ContactPoint, Affiliation)
    )
    everything = [*residences, *contacts, *affiliations]
    before = [v for v in everything if not v.mistaken and v.until and v.until <= at]
    return MemberPlaces(
        residences=[view for view in residences if view.holds_on(at)],
        contacts=[view for view in contacts if view.holds_on(at)],
        affiliations=[view for view in affiliations if view.holds_on(at)],
        before=sorted(before, key=lambda view: view.until or at, reverse=True),
        reader_names=_reader_names(session, everything),
    )


def _reader_names(session: Session, views: Iterable[PlaceView]) -> dict[UUID, list[str]]:
    protected = [view for view in views if view.protected]
    staff = accounts.staff_by_id(session, {id_ for view in protected for id_ in view.readers})
    return {
        view.uid: sorted(staff[id_].name for id_ in view.readers if id_ in staff)
        for view in protected
    }


def _statement(kind: type[PlaceRow], family_ids: Sequence[int]) -> Any:
    return (
        select(kind, Member, Person)
        .join(Member, Member.id == kind.member_id)
        .join(Person, Person.id == Member.person_id)
        .where(in_record(kind.family_id, family_ids))
        .order_by(kind.started_on, kind.id)
    )


def _dated(row: PlaceRow, member: Member, person: Person) -> dict[str, Any]:
    return {
        "id": row.id,
        "uid": row.uid,
        "family_id": row.family_id,
        "member_id": member.id,
        "member_uid": member.uid,
        "person_id": person.id,
        "member_name": full_name(person.given_name, person.family_name, person.known_as),
        "kind": row.kind,
        "since": row.started_on,
        "until": row.ended_on,
        "ended_by": row.ended_by,
        "protected": row.visibility == "protected",
        "readers": tuple(staff_of(row.readers)),
        "given_to": tuple(members_of(row.readers)),
    }


def _residence(row: Residence, member: Member, person: Person) -> ResidenceView:
    return ResidenceView(
        **_dated(row, member, person),
        address=row.address,
        postcode=row.postcode,
        uprn=row.uprn,
        place=row.place,
    )


def _contact(row: ContactPoint, member: Member, person: Person) -> ContactView:
    rule = ContactRule(
        kind=row.kind,
        may_call=row.may_call,
        may_text=row.may_text,
        may_leave_message=row.may_leave_message,
        may_write=row.may_write,
        at_times=row.at_times,
        seen_by=row.seen_by,
    )
    return ContactView(**_dated(row, member, person), value=row.value, rule=rule)


def _affiliation(row: Affiliation, member: Member, person: Person) -> AffiliationView:
    return AffiliationView(**_dated(row, member, person), name=row.name)


_VIEWS: dict[Any, Any] = {
    Residence: _residence,
    ContactPoint: _contact,
    Affiliation: _affiliation,
}
