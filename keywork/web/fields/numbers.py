"""Numbers, scores and amounts of money."""

from __future__ import annotations

import re
from typing import Any

from keywork.kernel.money import format_pence, parse_pounds
from keywork.web.fields.base import Validators
from keywork.web.fields.text import TypedField
from keywork.web.widgets import Params


class IntegerField(TypedField):
    """A whole number from `least` to `most`."""

    data: int | None
    width = 4
    inputmode = "numeric"
    least = 0
    most = 999_999_999

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        least: int | None = None,
        most: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.least = self.least if least is None else least
        self.most = self.most if most is None else most

    def parse(self, text: str) -> int:
        """The number, written in the digits 0 to 9, with or without commas."""
        digits = text.replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,18}", digits):
            raise ValueError(f"{self.what} must be a whole number, like {self.least + 2}")
        number = int(digits)
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.what} must be from {self.least:,} to {self.most:,}")
        return number


class ScoreField(IntegerField):
    """A score from 0 to 10."""

    width = 2
    most = 10

    def params(self) -> Params:
        """The macro's parameters, saying what the score is out of."""
        return super().params() | {"suffix": {"text": f"out of {self.most}"}}


class MoneyField(TypedField):
    """An amount in pounds, held as whole pence; `zero` says that £0 is one."""

    data: int | None
    width = 5
    inputmode = "decimal"

    def __init__(
        self, label: str, validators: Validators = (), *, zero: bool = False, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.zero = zero

    def parse(self, text: str) -> int:
        """The pence in an amount of pounds."""
        return parse_pounds(text, zero=self.zero)

    def show(self, value: int) -> str:
        """The amount without its pound sign, which stands before the box."""
        return format_pence(value).removeprefix("£")

    def params(self) -> Params:
        """The macro's parameters, with the pound sign."""
        return super().params() | {"prefix": {"text": "£"}, "spellcheck": False}
