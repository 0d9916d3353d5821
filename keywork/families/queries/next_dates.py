"""When families will next be seen."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from keywork.families.models import Entry
from keywork.kernel import clock


def next_dates(session: Session, family_ids: Collection[int]) -> dict[int, date]:
    """For each of these records the date from today on that was agreed last, if there is one."""
    rows = session.execute(
        select(Entry.family_id, Entry.next_on)
        .where(Entry.family_id.in_(family_ids), Entry.next_on >= clock.today())
        .ext(distinct_on(Entry.family_id))
        .order_by(Entry.family_id, Entry.happened_at.desc(), Entry.id.desc())
    )
    return {row.family_id: row.next_on for row in rows}
