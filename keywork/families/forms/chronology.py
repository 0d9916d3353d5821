"""Correcting an entry."""

from keywork.web.fields import Form, Required, TextArea, TextField


class CorrectionForm(Form):
    """The right words for an entry, and why."""

    text = TextArea("What should it say?", [Required("Write what the entry should say")], rows=8)
    reason = TextField(
        "Why is it being corrected?", [Required("Say why the entry is being corrected")]
    )
