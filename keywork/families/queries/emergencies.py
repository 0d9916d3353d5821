"""Records opened in an emergency, and who answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, Text, any_, case, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families.emergency_rules import emergency_reasons
from keywork.families.models import BreakGlass
from keywork.families.policy import Search
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible

LISTED = 200
"""How many emergencies the list shows at most."""


@dataclass(frozen=True)
class EmergencyView:
    """A record that was opened in an emergency."""

    reference: str
    family_reference: str
    staff_id: int
    name: str
    """Of whoever opened it."""

    kind: str
    reason: str
    broken_at: datetime
    ended_at: datetime | None
    """None while it lasts."""

    ends_at: datetime
    checked_by: str
    checked_at: datetime | None
    justified: bool | None
    check_words: str
    may_open: bool
    """Whether the viewer manages the family."""

    @property
    def is_open(self) -> bool:
        """Whether it lasts."""
        return self.ended_at is None


def emergencies(session: Session) -> list[EmergencyView]:
    """Those that the viewer answers for: the open ones first, then what nobody has checked."""
    lasting = BreakGlass.given_back_at.is_(None) & (BreakGlass.ends_at > func.now())
    order = case((lasting, 0), (BreakGlass.checked_at.is_(None), 1), else_=2)
    shown = _statement().order_by(order, BreakGlass.id.desc()).limit(LISTED)
    return _views(session, session.execute(shown).all())


def emergency(session: Session, reference: str) -> EmergencyView:
    """One of them. Raises NotVisible when the viewer may not know of it."""
    shown = _statement().where(BreakGlass.reference == reference)
    found = session.execute(shown.execution_options(populate_existing=True)).all()
    if not found:
        raise NotVisible
    return _views(session, found)[0]


def sought_in_emergency(session: Session, search: Search) -> int | None:
    """The id of the record with this reference, or of exactly this person, whoever may open it."""
    if search.reference:
        return session.scalar(select(func.family_behind(search.reference)))
    if not is_exact(search):
        return None
    names = cast(search.name_keys, ARRAY(Text))
    return session.scalar(select(func.family_around(search.nhs_number, search.born, names)))


def is_exact(search: Search) -> bool:
    """Whether it says which record or person is meant, if there is one."""
    person = search.nhs_number or (search.born and search.name_keys)
    return bool(search.reference or person)


def is_barred(session: Session, family_id: int) -> bool:
    """Whether a conflict of interest keeps the viewer from this record."""
    barred = session.scalars(select(func.barred_families(type_=ARRAY(BigInteger)))).one()
    return family_id in barred


def reference_of(session: Session, family_id: int) -> str:
    """A record's reference, for those who answer for it without opening it."""
    return session.scalars(select(func.reference_of(family_id, type_=Text))).one()


def managers_of(session: Session, family_id: int) -> list[int]:
    """The ids of those who manage a family's hub today, or stand in for who does, if not barred."""
    found = session.scalars(select(func.managers_of(family_id, type_=ARRAY(BigInteger)))).one()
    return list(found)


def _statement() -> Select[*tuple[Any, ...]]:
    hubs = select(func.managed_families(type_=ARRAY(BigInteger))).scalar_subquery()
    managed = BreakGlass.family_id == any_(cast(hubs, ARRAY(BigInteger)))
    return select(BreakGlass, func.reference_of(BreakGlass.family_id), managed)


def _views(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[EmergencyView]:
    ids = {id_ for row, *_ in rows for id_ in (row.staff_id, row.checked_by) if id_}
    staff = accounts.staff_by_id(session, ids)
    now = clock.now()
    return [
        EmergencyView(
            reference=row.reference,
            family_reference=family,
            staff_id=row.staff_id,
            name=staff[row.staff_id].name,
            kind=emergency_reasons()[row.kind],
            reason=row.reason,
            broken_at=row.broken_at,
            ended_at=row.given_back_at or (row.ends_at if row.ends_at <= now else None),
            ends_at=row.ends_at,
            checked_by=staff[row.checked_by].name if row.checked_by else "",
            checked_at=row.checked_at,
            justified=row.justified,
            check_words=row.check_words,
            may_open=managed,
        )
        for row, family, managed in rows
    ]
