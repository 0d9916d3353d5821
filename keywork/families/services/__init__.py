"""Writes of families: one function, one business act."""

from keywork.families.policy import NewPerson, SafeContact
from keywork.families.services.chronology import (
    VisitNotes,
    Written,
    correct_entry,
    mark_significant,
    record_entry,
    record_visit,
    unmark_significant,
)
from keywork.families.services.conflicts import colleagues, declare_conflict, lift_conflict
from keywork.families.services.contact import set_safe_contact
from keywork.families.services.dated import Readers, end_places
from keywork.families.services.emergencies import (
    break_glass,
    check_emergency,
    find_in_emergency,
    give_back,
)
from keywork.families.services.finding_same import find_same_people
from keywork.families.services.joining import join_families, undo_join
from keywork.families.services.life import (
    Split,
    close_family,
    lock_records,
    reopen_family,
    split_family,
)
from keywork.families.services.members import add_person, bring_back, change_role, end_member
from keywork.families.services.merging import merge_persons
from keywork.families.services.opening import Opened, add_members, open_family
from keywork.families.services.person import (
    add_other_name,
    change_person,
    record_birth,
    remove_other_name,
)
from keywork.families.services.places import (
    Address,
    add_affiliation,
    add_contact,
    add_residence,
)
from keywork.families.services.professionals import (
    NewProfessional,
    add_professional,
    end_professional,
)
from keywork.families.services.relationships import (
    RelationshipFacts,
    add_relationship,
    change_relationship,
    remove_relationship,
)
from keywork.families.services.same_person import keep_apart, merge_people
from keywork.families.services.taking_over import end_taking_over, key_worker_id, take_over
from keywork.families.services.team import (
    PRACTITIONERS,
    add_practitioner,
    change_key_worker,
    end_place,
    join_team,
    leave_team,
    set_key_worker,
)
from keywork.families.services.unmerging import undo_merge

__all__ = [
    "PRACTITIONERS",
    "Address",
    "NewPerson",
    "NewProfessional",
    "Opened",
    "Readers",
    "RelationshipFacts",
    "SafeContact",
    "Split",
    "VisitNotes",
    "Written",
    "add_affiliation",
    "add_contact",
    "add_members",
    "add_other_name",
    "add_person",
    "add_practitioner",
    "add_professional",
    "add_relationship",
    "add_residence",
    "break_glass",
    "bring_back",
    "change_key_worker",
    "change_person",
    "change_relationship",
    "change_role",
    "check_emergency",
    "close_family",
    "colleagues",
    "correct_entry",
    "declare_conflict",
    "end_member",
    "end_place",
    "end_places",
    "end_professional",
    "end_taking_over",
    "find_in_emergency",
    "find_same_people",
    "give_back",
    "join_families",
    "join_team",
    "keep_apart",
    "key_worker_id",
    "leave_team",
    "lift_conflict",
    "lock_records",
    "mark_significant",
    "merge_people",
    "merge_persons",
    "open_family",
    "record_birth",
    "record_entry",
    "record_visit",
    "remove_other_name",
    "remove_relationship",
    "reopen_family",
    "set_key_worker",
    "set_safe_contact",
    "split_family",
    "take_over",
    "undo_join",
    "undo_merge",
    "unmark_significant",
]
