"""Looking back at a family."""

from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from keywork.kernel import clock
from keywork.web.fields import DateField, Form, Required


class AsAtForm(Form):
    """The day on which to show a family, from the address: `?at=2026-05-01`."""

    at = DateField(
        "Show the family as at",
        [Required("Enter the date to look back to")],
        what="The date",
        description="For example, 1 5 2026.",
    )

    def __init__(self) -> None:
        asked = {name: value for name, value in request.args.items() if name.startswith("at-")}
        if "at" in request.args:
            asked = {"at-day": request.args["at"]}
        super().__init__(formdata=MultiDict(asked) if asked else None)
        self.asked = bool(asked)
        if self.asked and self.at.validate(self, [type(self).validate_at]) and self.at.data:
            self.at.process_data(self.at.data)

    def validate_at(self, field: DateField) -> None:
        """Nobody can look ahead."""
        if field.data and field.data > clock.today():
            raise ValidationError("The date must be today or earlier")

    @property
    def day(self) -> date | None:
        """The day in the past that was asked for; None for today, and for what is no such day."""
        known = self.asked and not self.at.errors and self.at.data != clock.today()
        return self.at.data if known else None
