"""The tables of the family record; columns only."""

from keywork.families.models.access import BreakGlass, ConflictOfInterest
from keywork.families.models.chronology import Entry, EntrySubject, SignificantEntry
from keywork.families.models.life import FamilyJoin, OpenPeriod, Professional
from keywork.families.models.people import Person, PersonName, Relationship
from keywork.families.models.places import Affiliation, ContactPoint, Residence
from keywork.families.models.records import (
    Family,
    Member,
    MemberPastRole,
    SafeContactRow,
    TeamMember,
)
from keywork.families.models.same_person import PersonMerge, SamePerson

__all__ = [
    "Affiliation",
    "BreakGlass",
    "ConflictOfInterest",
    "ContactPoint",
    "Entry",
    "EntrySubject",
    "Family",
    "FamilyJoin",
    "Member",
    "MemberPastRole",
    "OpenPeriod",
    "Person",
    "PersonMerge",
    "PersonName",
    "Professional",
    "Relationship",
    "Residence",
    "SafeContactRow",
    "SamePerson",
    "SignificantEntry",
    "TeamMember",
]
