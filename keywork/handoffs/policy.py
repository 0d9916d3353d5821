"""Rules about handoffs: who may do what, and what is protected."""

from collections.abc import Collection
from datetime import date
from typing import Final

from keywork.accounts.policy import Actor
from keywork.families.policy import LONGEST_WAIT, NewPerson
from keywork.plans.domains import domains

WAITING: Final = ("sent", "returned")
"""The stages in which the hub manager has to allocate."""

CONTACT_WAYS: Final = {
    "may_call": "Call",
    "may_text": "Text",
    "may_leave_message": "Leave a message",
    "may_write": "Write to the home address",
}
CONSENT: Final = {
    "agreed": "A parent agreed to this handoff",
    "not_asked": "No parent was asked",
    "not_stated": "Not stated",
}
STEPS: Final = {
    "sent": "Sent",
    "allocated": "Allocated",
    "accepted": "Accepted",
    "returned": "Returned",
    "handed_over": "Handed over",
}
DONE: Final = {
    "sent": "sent this handoff",
    "allocated": "allocated this handoff to {key_worker}",
    "accepted": "accepted this handoff",
    "returned": "returned this handoff",
    "handed_over": "marked this family as handed over",
}
"""What the person who brought a handoff to a stage did."""

CHILDREN: Final = frozenset({"child", "unborn"})
MOST_PEOPLE: Final = 20
STAGES: Final = {
    "sent": ("Waiting", "new"),
    "allocated": ("Allocated", "waiting"),
    "accepted": ("Accepted", "good"),
    "returned": ("Waiting again", "new"),
    "handed_over": ("Handed over", "quiet"),
}
"""Where a handoff stands, in words, and the tone of its tag."""


def may_allocate(actor: Actor, hub_id: int) -> bool:
    """Whether the actor allocates this hub's handoffs."""
    return hub_id in actor.managed_hub_ids


def is_protected(domain_keys: Collection[str]) -> bool:
    """Whether what a handoff says is for named readers alone.

    It is when one of the reasons is (domestic abuse), and when nobody has said what the reasons
    are.
    """
    return not domain_keys or any(domains()[key].protected for key in domain_keys)


def birth_problem(role: str, born: date | None, nhs_number: str | None, today: date) -> str | None:
    """What is wrong with a date of birth, as a sentence, or None."""
    if born is None:
        needed = role == "child" and not nhs_number
        return "Enter the child's date of birth or NHS number" if needed else None
    if born.year <= 1900:
        return "The date of birth must be after 1900"
    latest = today + LONGEST_WAIT if role == "unborn" else today
    if born > latest:
        due = "The due date must be within 10 months" if role == "unborn" else ""
        return due or "The date of birth must be in the past"
    return None


def unfinished(people: Collection[NewPerson], sections: Collection[str]) -> str | None:
    """What a draft still lacks before it can be sent, as a sentence, or None."""
    if not any(person.role in CHILDREN for person in people):
        return "Add at least one child, born or unborn"
    if "why" not in sections:
        return "Say why you are handing this family off"
    if "contact" not in sections:
        return "Say how to make contact safely, and whether a parent agreed"
    return None


def may_answer(actor: Actor, key_worker_id: int | None) -> bool:
    """Whether it is the actor who answers the handoff."""
    return actor.staff_id == key_worker_id
