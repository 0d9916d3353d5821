"""Arranging who stands in for whom."""

from collections.abc import Sequence

from keywork.accounts.queries import StaffView
from keywork.web.fields import Choice, DateField, Form, Required, Select, TextField


class CoverForm(Form):
    """Who is away, who stands in, from when to when and why."""

    absent = Select("Who is away?", [Required("Choose who is away")])
    cover = Select(
        "Who stands in?",
        [Required("Choose who stands in")],
        description="They can open and do whatever the colleague can, for these days.",
    )
    first = DateField("First day", [Required("Enter the first day")])
    last = DateField("Last day", [Required("Enter the last day")])
    reason = TextField(
        "Why?",
        [Required("Say why")],
        description="One or two words, such as annual leave. Write nothing about anybody's health.",
        what="The reason",
        max_length=200,
    )

    def __init__(self, absent: Sequence[StaffView], stand_ins: Sequence[StaffView]) -> None:
        super().__init__()
        self.absent.choices = [Choice(person.id, person.name) for person in absent]
        self.cover.choices = [Choice(person.id, person.name) for person in stand_ins]


class EndCoverForm(Form):
    """Ending it early."""
