"""The tables of the family record; columns only."""

from keywork.families.models.chronology import Entry, EntrySubject, SignificantEntry
from keywork.families.models.life import FamilyJoin, OpenPeriod, Professional
from keywork.families.models.people import Person, PersonName, Relationship
from keywork.families.models.places import Affiliation, ContactPoint, Residence
from keywork.families.models.records import Family, Member, SafeContactRow, TeamMember

__all__ = [
    "Affiliation",
    "ContactPoint",
    "Entry",
    "EntrySubject",
    "Family",
    "FamilyJoin",
    "Member",
    "OpenPeriod",
    "Person",
    "PersonName",
    "Professional",
    "Relationship",
    "Residence",
    "SafeContactRow",
    "SignificantEntry",
    "TeamMember",
]
