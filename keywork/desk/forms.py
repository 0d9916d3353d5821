"""Closing a record, and joining another to it."""

from collections.abc import Sequence

from keywork.families.forms import reason_field
from keywork.families.queries import TeamView
from keywork.web.fields import Checkboxes, Choice, Form, Required, TextArea, TextField


class CloseForm(Form):
    """Why the help ends."""

    reason = reason_field("Why is it closed?", "closing")
    words = TextArea("What was achieved, and what is left? (optional)", rows=4, max_length=2000)


class ChooseRecordForm(Form):
    """Which record belongs to this one."""

    other = TextField(
        "What is the other record's reference?",
        [Required("Enter the other record's reference")],
        description="It stands at the top of each of its pages, for example KW-0042.",
        what="The reference",
        max_length=20,
        width=10,
    )


class JoinForm(Form):
    """Why two records are read as one, and who of the other's team goes on with the family."""

    reason = reason_field("Why are they joined?", "joining")
    words = TextArea("Anything to add? (optional)", rows=3, max_length=2000)
    staff = Checkboxes(
        "Who of the other team goes on with the family? (optional)",
        description="Whoever you leave out can no longer open it.",
    )

    def __init__(self, moving: Sequence[TeamView]) -> None:
        super().__init__(data={"staff": [worker.staff_id for worker in moving]})
        self.staff.choices = [Choice(w.staff_id, w.name, w.role_name) for w in moving]
