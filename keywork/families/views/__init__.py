"""Pages of the family record; importing a module adds its pages to the blueprint."""

from keywork.families.views import (
    chronology,
    conflicts,
    contact,
    emergencies,
    finding,
    life,
    membership,
    people,
    person,
    places,
    relationships,
    same_person,
    team,
    tree,
)
from keywork.families.views.blueprint import (
    READERS,
    WRITERS,
    audit_reads,
    blueprint,
    lead_to_joined,
)
from keywork.families.views.emergencies import CHECKERS

__all__ = [
    "CHECKERS",
    "READERS",
    "WRITERS",
    "audit_reads",
    "blueprint",
    "chronology",
    "conflicts",
    "contact",
    "emergencies",
    "finding",
    "lead_to_joined",
    "life",
    "membership",
    "people",
    "person",
    "places",
    "relationships",
    "same_person",
    "team",
    "tree",
]
