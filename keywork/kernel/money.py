"""Money in whole pence: never floats, never fractions of a penny."""

import re
from typing import Final

LARGEST_PENCE: Final = 1_000_000_00
"""The largest amount a person may type: £1,000,000.00."""

_AMOUNT: Final = re.compile(r"£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?")


class MoneyError(ValueError):
    """What was typed is not an amount; the message is the sentence to show."""


def parse_pounds(text: str, *, zero: bool = False) -> int:
    """The pence in an amount as people type it: `85`, `£85.50`, `1,234.5`.

    £0 is an amount only where `zero` says so. Raises MoneyError for anything else, with a
    sentence that says what to do.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        if text.strip().replace("£", "").strip().startswith(("-", "\N{MINUS SIGN}")):
            raise MoneyError("The amount must be more than £0")
        raise MoneyError("Enter an amount in pounds and pence, like 85 or 85.50")
    pounds, pence = match[1].replace(",", ""), match[2] or ""
    if len(pence) > 2:
        raise MoneyError("The amount must be in whole pence, like 12.34")
    total = int(pounds[:12]) * 100 + int(pence.ljust(2, "0"))
    if len(pounds.lstrip("0")) > 9 or total > LARGEST_PENCE:
        raise MoneyError(f"The amount must be {format_pence(LARGEST_PENCE)} or less")
    if total == 0 and not zero:
        raise MoneyError("The amount must be more than £0")
    return total


def format_pence(pence: int) -> str:
    """An amount for reading: 123450 is `£1,234.50`, and -5 is `-£0.05`."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}.{rest:02}"
