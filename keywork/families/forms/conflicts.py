"""Saying that one of us knows somebody in a family."""

from collections.abc import Mapping, Sequence

from keywork.families.forms.choices import members
from keywork.families.queries import MemberView
from keywork.web.fields import Checkboxes, Choice, Form, Required, Select, TextField


class ConflictForm(Form):
    """Whom somebody knows, and how."""

    people = Checkboxes("Whom do you know?", [Required("Choose whom you know")])
    reason = TextField(
        "How do you know them?",
        [Required("Say how you know them")],
        description="For example: he is my cousin. The hub manager will see this.",
        what="How you know them",
        max_length=500,
    )

    def __init__(self, people: Sequence[MemberView]) -> None:
        super().__init__()
        self.people.choices = members(people)


class ColleagueConflictForm(Form):
    """The same of a colleague."""

    staff = Select("Which colleague?", [Required("Choose the colleague")], blank="Choose")
    people = Checkboxes("Whom do they know?", [Required("Choose whom they know")])
    reason = TextField(
        "How do they know them?",
        [Required("Say how they know them")],
        what="How they know them",
        max_length=500,
    )

    def __init__(self, people: Sequence[MemberView], colleagues: Mapping[int, str]) -> None:
        super().__init__()
        self.staff.choices = [Choice(id_, name) for id_, name in colleagues.items()]
        self.people.choices = members(people)
