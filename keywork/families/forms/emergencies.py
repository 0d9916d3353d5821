"""Opening a record in an emergency, and saying whether it was justified."""

from wtforms import ValidationError

from keywork.families.emergency_rules import emergency_reasons
from keywork.families.forms.finding import SearchField
from keywork.families.queries import EmergencyView, is_exact
from keywork.web.fields import Choice, Form, Radios, Required, TextArea

LEAST = 10
"""How many characters a reason has."""


class EmergencyForm(Form):
    """Whose record, and why it cannot wait."""

    text = SearchField(
        "Whose record do you need?",
        [Required("Enter a reference, an NHS number, or a full name and date of birth")],
        description="A reference, an NHS number, or a full name and a date of birth.",
        what="What you enter",
        autocomplete="off",
    )
    kind = Radios(
        "Why can it not wait?",
        [Required("Choose why it cannot wait")],
        choices=[Choice(key, words) for key, words in emergency_reasons().items()],
    )
    reason = TextArea(
        "What is happening?",
        [Required("Say what is happening")],
        what="What is happening",
        rows=4,
        max_length=1000,
    )

    def validate_text(self, field: SearchField) -> None:
        """It must say exactly who is meant."""
        if field.data and not is_exact(field.data):
            raise ValidationError(
                "Enter a reference, an NHS number, or a full name and date of birth"
            )

    def validate_reason(self, field: TextArea) -> None:
        """Whoever checks it has to understand it."""
        if len(field.data) < LEAST:
            raise ValidationError("Say a little more about what is happening")


class CheckForm(Form):
    """What a manager makes of an emergency."""

    justified = Radios(
        "Was it justified?",
        [Required("Say whether it was justified")],
        choices=[Choice("yes", "Yes"), Choice("no", "No")],
    )
    words = TextArea(
        "What did you find?",
        [Required("Say what you found")],
        what="What you found",
        rows=4,
        max_length=2000,
    )

    def __init__(self, shown: EmergencyView) -> None:
        super().__init__()
        if shown.is_open:
            closes = Choice("no", "No", "The record closes to them at once.")
            self.justified.choices = [Choice("yes", "Yes"), closes]
