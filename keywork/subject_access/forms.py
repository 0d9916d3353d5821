"""What an information officer may type."""

from typing import Any

from wtforms import ValidationError

from keywork.families.forms import FindForm, version_of
from keywork.families.policy import Search
from keywork.kernel import clock
from keywork.subject_access.policy import (
    ANSWERS,
    ASKERS,
    DECISIONS,
    PAUSES,
    REFUSALS,
    WAYS,
    Verdict,
)
from keywork.subject_access.queries import Item
from keywork.subject_access.reference import reasons
from keywork.subject_access.services import Asked, Identity
from keywork.web.fields import (
    Checkbox,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
)
from keywork.web.fields.text import TypedField

EXACTLY = "Enter a whole name and date of birth, an NHS number, or a family's reference"


def _choices(words: dict[Any, str]) -> list[Choice]:
    return [Choice(str(key), text) for key, text in words.items()]


class FindPersonForm(FindForm):
    """One box; what is typed must mean one person, or one family."""

    def validate_text(self, field: TypedField) -> None:
        """That it is exact: nobody browses for people."""
        search: Search | None = field.data
        exact = search and (
            search.nhs_number or search.reference or (" " in search.name and search.born)
        )
        if search and not exact:
            raise ValidationError(EXACTLY)


class RegisterForm(Form):
    """What came, from whom, and whether they are who they say."""

    received_on = DateField("When did it come?", [Required("Enter the date")], what="The date")
    way = Radios("How did it come?", [Required("Choose how it came")], choices=_choices(WAYS))
    asked_by = Radios("Who asks?", [Required("Choose who asks")], choices=_choices(ASKERS))
    asker = TextField(
        "Their name",
        [Required("Enter their name", when=lambda form: form.for_another())],
        description="If it is not the person.",
    )
    authority = TextField(
        "How do we know that they may?",
        [Required("Enter how we know that they may", when=lambda form: form.for_another())],
        what="How we know",
        description="Such as: birth certificate seen, signed authority of 3 November.",
        max_length=500,
    )
    wanted = TextArea(
        "What do they ask for?",
        what="What they ask for",
        description="In their words. Leave empty for everything we hold.",
        rows=3,
        max_length=2000,
    )
    identity = Radios(
        "Do we know that they are who they say?",
        [Required("Choose whether we know who they are")],
        choices=[Choice("yes", "Yes"), Choice("no", "Not yet: the clock stands still until then")],
    )
    identity_way = TextField(
        "How was it checked?",
        [Required("Enter how it was checked", when=lambda form: form.identity.data == "yes")],
        what="How it was checked",
    )
    identity_on = DateField(
        "When was it checked?",
        [Required("Enter the date", when=lambda form: form.identity.data == "yes")],
        what="The date",
    )

    def for_another(self) -> bool:
        """Whether somebody else asks than the person."""
        return bool(self.asked_by.data) and self.asked_by.data != "self"

    def validate_received_on(self, field: DateField) -> None:
        """Nothing comes tomorrow."""
        _not_in_future(field)

    def validate_identity_on(self, field: DateField) -> None:
        """Nor was anything seen tomorrow."""
        _not_in_future(field)

    def asked(self) -> Asked:
        """What came."""
        known = self.identity.data == "yes" and self.identity_on.data
        other = self.for_another()
        return Asked(
            received_on=self.received_on.data or clock.today(),
            way=self.way.data,
            asked_by=self.asked_by.data,
            asker=self.asker.data if other else "",
            authority=self.authority.data if other else "",
            wanted=self.wanted.data,
            identity=Identity(self.identity_way.data, known) if known else None,
        )


class OfRequest(Form):
    """A form about a request as the page showed it."""

    version = HiddenField()

    def seen(self) -> int:
        """The version that the page showed."""
        return version_of(self.version)


class StopForm(OfRequest):
    """For what we wait."""

    kind = Radios(
        "What do we wait for?", [Required("Choose what we wait for")], choices=_choices(PAUSES)
    )
    words = TextField("What did you ask them?", [Required("Enter what you asked")], max_length=500)
    since = DateField("When did you ask?", [Required("Enter the date")], what="The date")


class StartForm(OfRequest):
    """What we waited for has come."""

    on = DateField("When did it come?", [Required("Enter the date")], what="The date")
    identity_way = TextField("How did you check who they are?", what="How you checked")

    def identity(self) -> Identity | None:
        """How and when it was checked who they are, if it was now."""
        if not (self.identity_way.data and self.on.data):
            return None
        return Identity(self.identity_way.data, self.on.data)


class ExtendForm(OfRequest):
    """Two months more."""

    reason = TextArea("Why is more time needed?", [Required("Write why")], rows=3, max_length=1000)
    told = Checkbox(
        "They have been told that it takes longer, and why",
        [Required("Tell them first, then tick the box")],
    )


class RefuseForm(OfRequest):
    """Why the request is refused."""

    refusal = Radios("Why?", [Required("Choose why")], choices=_choices(REFUSALS))
    words = TextArea(
        "What makes it so?", [Required("Write what makes it so")], rows=4, max_length=2000
    )
    told = Checkbox(
        "They have been told why, that they can complain to us and to the Information"
        " Commissioner's Office, and that they can go to court",
        [Required("Tell them first, then tick the box")],
    )


class AnswerForm(OfRequest):
    """How and when the bundle was sent."""

    sent_on = DateField("When was it sent?", [Required("Enter the date")], what="The date")
    sent_way = TextField(
        "How was it sent?",
        [Required("Enter how it was sent")],
        description="To an address or in a way that is safe for them.",
    )


class BundleForm(Form):
    """Having looked at everything, have it made."""

    version = HiddenField()
    read = Checkbox(
        "I have read what is included because it is about nobody else",
        [Required("Read it first, then tick the box")],
    )


class DecideForm(Form):
    """What becomes of one item."""

    version = HiddenField()
    decision = Radios(
        "What becomes of it?",
        [Required("Choose what becomes of it")],
        choices=_choices(DECISIONS),
    )
    reason = Select("Why?", [Required("Choose why")])
    words = TextArea("More about why (optional)", what="More about why", rows=2, max_length=1000)

    def validate_reason(self, field: Select) -> None:
        """A reason for leaving out is none for including."""
        chosen = reasons().get(field.data or "")
        if chosen and self.decision.data and self.decision.data not in chosen.decisions:
            raise ValidationError("Choose a reason that fits what becomes of it")

    def texts(self) -> dict[str, str]:
        """What is left of each text."""
        prefix = "text_"
        return {f.name[len(prefix) :]: f.data for f in self if f.name.startswith(prefix)}


def decide_form(item: Item) -> DecideForm:
    """The form for an item: a box for each of its texts, to take words out of."""
    free = [said for said in item.said if said.field.free]
    boxes = {
        f"text_{said.field.key}": TextArea(
            said.field.label,
            default=said.sent,
            rows=min(12, 2 + len(said.sent) // 60),
            max_length=20_000,
        )
        for said in free
    }
    form: DecideForm = type("DecideItemForm", (DecideForm,), boxes)()
    today = clock.today()
    form.reason.choices = [Choice(r.key, r.name) for r in reasons().values() if r.holds_on(today)]
    if item.source.key == "document":
        # The file itself cannot be edited here.
        whole = {k: v for k, v in DECISIONS.items() if k != Verdict.INCLUDE_PART}
        form.decision.choices = _choices(whole)
    return form


class ConsentForm(Form):
    """What somebody else says."""

    answer = Radios(
        "What do they say?", [Required("Choose what they say")], choices=_choices(ANSWERS)
    )
    words = TextField("In their words (optional)", what="Their words", max_length=500)


def _not_in_future(field: DateField) -> None:
    if field.data and field.data > clock.today():
        raise ValidationError(f"{field.what} must not be in the future")
