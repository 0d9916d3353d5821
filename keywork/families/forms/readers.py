"""Who may read what is being written."""

from typing import Any

from keywork.families.forms.choices import colleagues, members
from keywork.families.queries import FamilyView
from keywork.web.fields import Checkboxes, Choice, Radios, Required


def readers_field(hint: str = "Not for domestic abuse.") -> Radios:
    """Whether the whole team may read it.

    Beside it stand a `named_staff_field` and a `named_members_field`.
    """
    return Radios(
        "Who may read this?",
        [Required("Choose who may read this")],
        choices=[
            Choice("team", "Everyone in the team", hint),
            Choice("named", "Only people I choose, and the hub manager"),
        ],
    )


def named_staff_field() -> Checkboxes:
    """Who, when not everybody; see `offer_readers`."""
    return Checkboxes("Who, besides you and the hub manager?")


def named_members_field() -> Checkboxes:
    """Who in the family may be given it although it is protected; see `offer_readers`."""
    return Checkboxes(
        "May be given to",
        description="Nobody, unless you tick them. A copy made for them can then have this in it.",
    )


def offer_readers(form: Any, family: FamilyView, staff_id: int) -> None:
    """Let a form with the fields above offer the rest of the team, and the family."""
    form.named_staff.choices = colleagues(family.team, staff_id)
    form.named_members.choices = members(m for m in family.members if m.role != "unborn")


def named_staff_of(form: Any) -> list[int] | None:
    """Who was named in a form with the two as `readers` and `named_staff`; None for the team."""
    return list(form.named_staff.data) if form.readers.data == "named" else None
