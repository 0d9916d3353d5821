"""Who may read what is being written."""

from typing import Any

from keywork.web.fields import Checkboxes, Choice, Radios, Required


def readers_field(hint: str = "Not for domestic abuse.") -> Radios:
    """Whether the whole team may read it; beside it stands a `named_staff_field`."""
    return Radios(
        "Who may read this?",
        [Required("Choose who may read this")],
        choices=[
            Choice("team", "Everyone in the team", hint),
            Choice("named", "Only people I choose, and the hub manager"),
        ],
    )


def named_staff_field() -> Checkboxes:
    """Who, when not everybody; its choices are the `colleagues`."""
    return Checkboxes("Who, besides you and the hub manager?")


def named_staff_of(form: Any) -> list[int] | None:
    """Who was named in a form with the two as `readers` and `named_staff`; None for the team."""
    return list(form.named_staff.data) if form.readers.data == "named" else None
