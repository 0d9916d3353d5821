"""What is held about a person, wherever it stands: one query across the rooms.

The rooms' own queries read for a page about a family; this one reads for a person, across every
record they were ever in, and asks the tables themselves. What a row says is a JSON object, whose
keys are those of the file that the person gets: docs/subject-access.md. The database lets an
officer read these rows while a request is open, and no others (migration 0022).
"""

# ruff: noqa: S608 - the queries are put together from words that stand in this file alone
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Row:
    """A row that is about the person."""

    source: str
    ref: str
    row_id: int
    family_id: int | None
    at: datetime
    entry_id: int | None
    visibility: str
    readers: list[str]
    facts: dict[str, Any]


def _moment(column: str) -> str:
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


def _facts(*columns: str, **others: str) -> str:
    """A JSON object of columns, each under its own name, and of other expressions."""
    named = {column.rpartition(".")[2]: column for column in columns} | others
    if "recorded_at" in named:
        named["recorded_at"] = _moment(named["recorded_at"])
    return "jsonb_build_object(" + ", ".join(f"'{k}', {v}" for k, v in named.items()) + ")"


def _rows(
    source: str,
    facts: str,
    found: str,
    *,
    of: str = "",
    ref: str = "uid::text",
    at: str = "recorded_at",
    family: str = "family_id",
    entry: str = "entry_id",
    filtered: bool = True,
) -> str:
    """The rows of one source: `found` is what comes after FROM, `of` the alias of its table."""
    dot = f"{of}." if of else ""
    readers = f"{dot}visibility, {dot}readers" if filtered else "'team', '{}'::text[]"
    columns = f"{dot}id, {family}, {at}, {entry}, {readers}, {facts}"
    return f"SELECT '{source}'::text, {ref}, {columns} FROM {found}"


NOWHERE: Final = "NULL::bigint"
ABOUT_THEM: Final = "SELECT entry_id FROM entry_subject WHERE member_id = ANY (:members)"

ENTRIES: Final = _rows(
    "entry",
    _facts(
        *("e.kind", "e.minutes", "e.author", "e.source", "e.source_name", "e.text", "e.next_on"),
        *("e.correction_reason", "s.seen", "s.seen_alone", "s.voice", "e.recorded_at"),
        happened_at=_moment("e.happened_at"),
        domains="to_jsonb(e.domains)",
        corrected="EXISTS (SELECT FROM entry later WHERE later.supersedes_id = e.id)",
    ),
    f"""entry e CROSS JOIN LATERAL (
      SELECT bool_or(seen) AS seen, bool_or(seen_alone) AS seen_alone,
        coalesce(string_agg(voice, ' ' ORDER BY member_id) FILTER (WHERE voice <> ''), '') AS voice
      FROM entry_subject WHERE entry_id = e.id AND member_id = ANY (:members)) s
    WHERE e.id IN ({ABOUT_THEM})""",
    of="e",
    ref="e.uid::text",
    at="e.happened_at",
    entry="e.id",
)

PERSONS: Final = _rows(
    "person",
    _facts(
        *("given_name", "family_name", "known_as", "date_of_birth", "birth", "sex", "gender"),
        *("ethnicity", "language", "interpreter_needed", "disability", "send", "adjustments"),
        *("nhs_number", "upn", "died_on"),
    ),
    "person WHERE id = ANY (:persons)",
    ref="id::text",
    family=NOWHERE,
    entry=NOWHERE,
    filtered=False,
)

NAMES: Final = _rows(
    "name",
    _facts("kind", "given_name", "family_name", "recorded_at"),
    "person_name WHERE person_id = ANY (:persons)",
    ref="id::text",
    family=NOWHERE,
    entry=NOWHERE,
    filtered=False,
)

MEMBERS: Final = _rows(
    "member",
    _facts(
        *("m.role", "m.started_on", "m.ended_on", "m.end_reason", "f.reference"),
        *("f.opened_on", "f.closed_on"),
        past_roles="""coalesce((SELECT jsonb_agg(jsonb_build_object('role', r.role,
          'ended_on', r.ended_on) ORDER BY r.ended_on) FROM member_past_role r
          WHERE r.member_id = m.id), '[]')""",
    ),
    "member m JOIN family f ON f.id = m.family_id WHERE m.id = ANY (:members)",
    of="m",
    at="m.started_on::timestamp AT TIME ZONE 'Europe/London'",
    entry=NOWHERE,
    filtered=False,
)

RELATIONSHIPS: Final = _rows(
    "relationship",
    _facts(
        *("kind", "parental_responsibility", "words", "started_on", "separated_on", "ended_on"),
        *("removed_on", "person_id", "other_id", "recorded_at"),
    ),
    "relationship WHERE person_id = ANY (:persons) OR other_id = ANY (:persons)",
    family=NOWHERE,
    entry=NOWHERE,
    filtered=False,
)


def _of_member(source: str, *columns: str) -> str:
    facts = _facts(*columns, "started_on", "ended_on", "recorded_at")
    return _rows(source, facts, f"{source} WHERE member_id = ANY (:members)")


NEEDS: Final = _rows(
    "need",
    _facts(
        *("domain", "type", "words", "recorded_at"),
        severities=f"""coalesce((SELECT jsonb_agg(jsonb_build_object('severity', s.severity,
          'recorded_at', {_moment("s.recorded_at")}) ORDER BY s.number)
          FROM need_severity s WHERE s.need_id = need.id), '[]')""",
    ),
    "need WHERE member_id = ANY (:members)",
)

GOALS: Final = _rows(
    "goal",
    _facts(
        *("words", "baseline", "recorded_at"),
        scores=f"""coalesce((SELECT jsonb_agg(jsonb_build_object('score', s.score,
          'recorded_at', {_moment("s.recorded_at")}) ORDER BY s.number)
          FROM goal_score s WHERE s.goal_id = goal.id), '[]')""",
    ),
    "goal WHERE id = ANY (:goals)",
)

ACTIONS: Final = _rows(
    "action",
    _facts(
        *("words", "partner_name", "due_on", "done_on", "goal_id", "member_id", "recorded_at"),
        practitioner="'staff:' || staff_id",
    ),
    "action WHERE member_id = ANY (:members) OR goal_id = ANY (:goals)",
)

SPENDS: Final = _rows(
    "spend",
    _facts(
        *("s.reference", "s.category", "s.what", "s.why", "s.amount_pence", "s.state"),
        *("s.decision_reason", "p.paid_pence", "p.supplier", "p.bought_on"),
        requested_at=_moment("s.requested_at"),
    ),
    """spend s LEFT JOIN purchase p ON p.spend_id = s.id
    WHERE s.id IN (SELECT spend_id FROM spend_member WHERE member_id = ANY (:members))""",
    of="s",
    ref="s.reference",
    at="s.requested_at",
    entry=NOWHERE,
)

CONSENTS: Final = _rows(
    "consent",
    _facts(
        *("purpose", "organisation", "state", "basis", "way", "words", "decided_by"),
        *("valid_until", "member_id", "decided_by_id", "recorded_at"),
    ),
    "consent WHERE member_id = ANY (:members) OR decided_by_id = ANY (:members)",
)

DISCLOSURES: Final = _rows(
    "disclosure",
    _facts(
        *("shared", "happened_on", "organisation_kind", "organisation", "person", "purpose"),
        *("what", "basis", "reason", "recorded_at"),
    ),
    f"disclosure WHERE entry_id IN ({ABOUT_THEM})",
)

DOCUMENTS: Final = _rows(
    "document",
    _facts(
        *("d.title", "d.media_type", "d.size_bytes", "d.author", "d.stored_name", "d.recorded_at"),
        sha256="encode(d.sha256, 'hex')",
    ),
    f"document d JOIN entry e ON e.id = d.entry_id WHERE d.entry_id IN ({ABOUT_THEM})",
    of="d",
    ref="e.uid::text",
    at="d.recorded_at",
    family="d.family_id",
    entry="d.entry_id",
)

HANDOFFS: Final = _rows(
    "handoff",
    _facts(
        *("reference", "source_name", "source_organisation", "why", "tried", "note", "stage"),
        *("contact_details", "advice", "consent", "consent_reason"),
        sent_at=_moment("sent_at"),
        author="'staff:' || author_id",
        domains="to_jsonb(domains)",
    ),
    "handoff WHERE id = ANY (:handoffs)",
    ref="reference",
    at="sent_at",
    entry=NOWHERE,
    filtered=False,
)

COPIES: Final = _rows(
    "copy",
    _facts("reference", parts="to_jsonb(parts)", made_at=_moment("made_at")),
    "copy WHERE member_id = ANY (:members)",
    ref="uid::text",
    at="made_at",
)

ALL: Final = (
    *(ENTRIES, PERSONS, NAMES, MEMBERS, RELATIONSHIPS, NEEDS, GOALS, ACTIONS, SPENDS),
    _of_member("residence", "kind", "address", "postcode", "uprn"),
    _of_member(
        "contact_point",
        *("kind", "value", "may_call", "may_text", "may_leave_message", "may_write"),
        *("at_times", "seen_by"),
    ),
    _of_member("affiliation", "kind", "name"),
    *(CONSENTS, DISCLOSURES, DOCUMENTS, HANDOFFS, COPIES),
)
_ROWS: Final = text(
    "WITH found (source, ref, row_id, family_id, at, entry_id, visibility, readers, facts) AS ("
    + " UNION ALL ".join(ALL)
    + ") SELECT * FROM found ORDER BY at, source, ref"
)


def rows_about(session: Session, keys: dict[str, list[int]]) -> list[Row]:
    """Every row that is about a person, oldest first. `keys` has the ids of the `persons` they
    are, of their `members`, and of the `goals` and `handoffs` that are about them."""
    return [Row(*row) for row in session.execute(_ROWS, keys)]
