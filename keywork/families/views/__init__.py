"""Pages of the family record; importing a module adds its pages to the blueprint."""

from keywork.families.views import (
    chronology,
    contact,
    finding,
    life,
    people,
    person,
    places,
    relationships,
    same_person,
    team,
    tree,
)
from keywork.families.views.blueprint import READERS, audit_reads, blueprint

__all__ = [
    "READERS",
    "audit_reads",
    "blueprint",
    "chronology",
    "contact",
    "finding",
    "life",
    "people",
    "person",
    "places",
    "relationships",
    "same_person",
    "team",
    "tree",
]
