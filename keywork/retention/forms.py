"""Deciding what becomes of a record, and holds."""

from datetime import date

from keywork.accounts.policy import Actor
from keywork.families.forms import version_of
from keywork.retention.queries import HoldView, ReviewView
from keywork.web.fields import (
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    TextArea,
    TextField,
)

ERASE, KEEP, TAKE_BACK = "erase", "keep", "take_back"
LIFT = "lift"


class VersionedForm(Form):
    """A form that says which state of a thing its page showed."""

    version = HiddenField()

    def seen_version(self) -> int:
        """That version."""
        return version_of(self.version)


class ReviewForm(VersionedForm):
    """What becomes of a record whose day has come."""

    decision = Radios("What should happen?", [Required("Choose what should happen")])
    until = DateField(
        "Until when?",
        [Required("Enter until when", when=lambda form: form.decision.data == KEEP)],
        what="The day",
    )
    reason = TextArea(
        "Why?",
        [Required("Write why", when=lambda form: form.decision.data == KEEP)],
        what="The reason",
        description="Name nobody: this can be read without opening the record.",
        max_length=500,
        rows=3,
    )

    def __init__(self, review: ReviewView, actor: Actor) -> None:
        super().__init__(data={"version": review.version})
        self.decision.choices = list(_decisions(review, actor))

    def show_version(self, review: ReviewView, actor: Actor) -> None:
        """Let what is sent next be about what the page now shows."""
        self.version.text = str(review.version)
        self.decision.choices = list(_decisions(review, actor))

    def day(self) -> date:
        """Until when it is kept."""
        assert self.until.data is not None
        return self.until.data


def _decisions(review: ReviewView, actor: Actor) -> list[Choice]:
    """What this person may decide now: nobody confirms their own proposal."""
    choices = [Choice(KEEP, "Keep it longer")]
    if review.state == "open" and actor.has("information_officer") and not review.held:
        choices.insert(0, Choice(ERASE, "Propose to erase it"))
    if review.may_be_confirmed_by(actor) and not review.held:
        choices.insert(0, Choice(ERASE, "Erase it for good"))
    if review.state == "proposed":
        choices.append(Choice(TAKE_BACK, "Do not erase it now: leave it in the queue"))
    return choices


class HoldForm(Form):
    """What may not be erased, why, and until when that holds without another look."""

    subject = TextField(
        "Which record or person?",
        [Required("Enter a reference or an NHS number")],
        what="The reference or number",
        description="Such as KW-0412. For every record of a person, the NHS number.",
        max_length=20,
    )
    reference = TextField(
        "Reference of the case or inquiry",
        [Required("Enter the reference of the case or inquiry")],
        what="The case reference",
        max_length=100,
    )
    reason = TextArea(
        "Why?",
        [Required("Write why")],
        what="The reason",
        description="Name nobody.",
        max_length=500,
        rows=3,
    )
    look_again_on = DateField(
        "When should it be looked at again?", [Required("Enter when")], what="The day"
    )

    def wanted(self) -> str:
        """A reference in capitals, or a number without its spaces."""
        return "".join(self.subject.data.split()).upper()

    def day(self) -> date:
        """When it is looked at again."""
        assert self.look_again_on.data is not None
        return self.look_again_on.data


class HeldForm(VersionedForm):
    """Whether a hold stays or is lifted."""

    decision = Radios(
        "What should happen?",
        [Required("Choose what should happen")],
        choices=[Choice(KEEP, "It stays"), Choice(LIFT, "Lift it")],
    )
    look_again_on = DateField(
        "When should it be looked at again?",
        [Required("Enter when", when=lambda form: form.decision.data == KEEP)],
        what="The day",
    )
    reason = TextArea(
        "Why is it lifted?",
        [Required("Write why", when=lambda form: form.decision.data == LIFT)],
        what="The reason",
        description="Name nobody.",
        max_length=500,
        rows=3,
    )

    def __init__(self, hold: HoldView) -> None:
        super().__init__(data={"version": hold.version})

    def day(self) -> date:
        """When it is looked at again."""
        assert self.look_again_on.data is not None
        return self.look_again_on.data
