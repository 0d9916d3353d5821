"""What is worth a look: lists of facts, without scores, for a person to make sense of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.auditing.queries.events import (
    family_references,
    midnight,
    staff_named,
    who_said,
)
from keywork.auditing.reference import Figures

# Of each the latest hundred. What happened within an hour or a day is counted together.
_LOOKS: Final = {
    "emergencies": text("""
        SELECT viewer, family_id, recorded_at AS at, 1 AS times FROM audit_event
        WHERE act = 'glass.broken' AND recorded_at >= :since AND starts_with(viewer, 'staff:')
        ORDER BY at DESC LIMIT 100"""),
    "strangers": text("""
        WITH opened AS MATERIALIZED (
          SELECT viewer, family_id, max(recorded_at) AS at, count(*) AS times FROM audit_event
          WHERE act = 'family.read' AND recorded_at >= :since AND starts_with(viewer, 'staff:')
            AND family_id IS NOT NULL
          GROUP BY viewer, family_id
        ), theirs AS MATERIALIZED (
          SELECT viewer, works_with(substr(viewer, 7)::bigint) AS ids
          FROM (SELECT DISTINCT viewer FROM opened) AS reader
        )
        SELECT viewer, family_id, at, times FROM opened JOIN theirs USING (viewer)
        WHERE family_id <> ALL (ids) ORDER BY at DESC LIMIT 100"""),
    "many": text("""
        SELECT viewer, NULL::bigint AS family_id, max(recorded_at) AS at,
          count(DISTINCT family_id) AS times
        FROM audit_event
        WHERE act = 'family.read' AND recorded_at >= :since AND starts_with(viewer, 'staff:')
        GROUP BY viewer, date_trunc('hour', recorded_at)
        HAVING count(DISTINCT family_id) >= :families_in_an_hour ORDER BY at DESC LIMIT 100"""),
    "refused": text("""
        SELECT viewer, NULL::bigint AS family_id, max(recorded_at) AS at,
          count(DISTINCT subject) AS times
        FROM audit_event
        WHERE act = 'family.refused' AND recorded_at >= :since AND starts_with(viewer, 'staff:')
        GROUP BY viewer, (recorded_at AT TIME ZONE 'Europe/London')::date
        HAVING count(DISTINCT subject) >= :refusals_in_a_day ORDER BY at DESC LIMIT 100"""),
}


@dataclass(frozen=True)
class Notable:
    """One thing to look at: who, when last, how often or how many, and in which record."""

    at: datetime
    who: str
    staff: UUID | None
    times: int
    family: str | None


def worth_a_look(session: Session, figures: Figures, today: date) -> dict[str, list[Notable]]:
    """By kind, the latest first; what the viewer may not read of is not counted either."""
    values = {
        "since": midnight(today - timedelta(days=figures.look_back_days)),
        "families_in_an_hour": figures.families_in_an_hour,
        "refusals_in_a_day": figures.refusals_in_a_day,
    }
    found = {
        kind: session.execute(look, {name: values[name] for name in look.compile().params}).all()
        for kind, look in _LOOKS.items()
    }
    rows = [row for listed in found.values() for row in listed]
    staff = staff_named(session, {row.viewer for row in rows})
    families = family_references(session, {row.family_id for row in rows})
    return {
        kind: [
            Notable(
                row.at,
                *who_said(row.viewer, staff),
                times=row.times,
                family=families.get(row.family_id),
            )
            for row in listed
        ]
        for kind, listed in found.items()
    }
