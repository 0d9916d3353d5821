"""Reads of families. The database leaves out what the session's viewer may not see."""

from keywork.families.queries.chronology import (
    EntryView,
    Page,
    SubjectView,
    chronology,
    entry,
    latest_entries,
)
from keywork.families.queries.lookup import Match, find_existing, known_persons
from keywork.families.queries.records import (
    FAMILIES_READ,
    FamilyLine,
    FamilyView,
    MemberView,
    StoredContact,
    TeamView,
    caseload,
    caseload_counts,
    families_by_id,
    family,
    in_record,
    member_names,
    safe_contact,
)

__all__ = [
    "FAMILIES_READ",
    "EntryView",
    "FamilyLine",
    "FamilyView",
    "Match",
    "MemberView",
    "Page",
    "StoredContact",
    "SubjectView",
    "TeamView",
    "caseload",
    "caseload_counts",
    "chronology",
    "entry",
    "families_by_id",
    "family",
    "find_existing",
    "in_record",
    "known_persons",
    "latest_entries",
    "member_names",
    "safe_contact",
]
