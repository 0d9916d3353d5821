"""Opening a record again, splitting it, and undoing a join."""

from collections.abc import Mapping, Sequence

from keywork.accounts.queries import StaffView
from keywork.families.forms.choices import members
from keywork.families.forms.team import key_workers
from keywork.families.life_reasons import reasons
from keywork.families.queries import FamilyView
from keywork.families.services import Split
from keywork.kernel import clock
from keywork.web.fields import Checkboxes, Choice, DateField, Form, Radios, Required, TextArea


def reason_field(label: str, act: str) -> Radios:
    """Why a record is closed, opened again, split or joined."""
    choices = [Choice(key, words) for key, words in reasons(act).items()]
    return Radios(label, [Required("Choose a reason")], choices=choices)


class ReopenForm(Form):
    """Why a family is helped again, and by whom."""

    reason = reason_field("Why is it opened again?", "reopening")
    words = TextArea("Anything to add? (optional)", rows=3, max_length=2000)
    key_worker = Radios("Who is the key worker?", [Required("Choose the key worker")])

    def __init__(self, people: Sequence[StaffView], families: Mapping[int, int]) -> None:
        super().__init__()
        self.key_worker.choices = key_workers(people, families)


class SplitForm(Form):
    """Who goes into a record of their own."""

    leaving = Checkboxes("Who is only in the new record?")
    in_both = Checkboxes(
        "Who is in both? (optional)", description="Such as children who live with each parent."
    )
    on = DateField("Since when?", [Required("Enter since when")], what="The date")
    reason = reason_field("Why?", "splitting")
    words = TextArea("Anything to add? (optional)", rows=3, max_length=1900)
    key_worker = Radios(
        "Who is the key worker of the new record?", [Required("Choose the key worker")]
    )

    def __init__(
        self, family: FamilyView, people: Sequence[StaffView], families: Mapping[int, int]
    ) -> None:
        super().__init__(data={"on": clock.today()})
        self.leaving.choices = members(family.members)
        self.in_both.choices = members(family.members)
        self.key_worker.choices = key_workers(people, families)

    def split(self) -> Split:
        """What was answered."""
        assert self.on.data is not None
        return Split(
            leaving=self.leaving.data,
            in_both=self.in_both.data,
            on=self.on.data,
            reason=self.reason.data,
            words=self.words.data,
            key_worker_id=self.key_worker.data,
        )


class UndoJoinForm(Form):
    """Why two records are to be two again."""

    words = TextArea(
        "Why are they two families?",
        [Required("Say why")],
        what="The reason",
        rows=3,
        max_length=2000,
    )
