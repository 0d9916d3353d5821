"""NHS numbers: ten digits, the last of which checks the others."""

import re


def parse_nhs_number(text: str) -> str:
    """The ten digits of an NHS number typed with or without spaces and dashes.

    Raises ValueError with a sentence that says what to do.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise ValueError("The NHS number must be 10 digits, like 943 476 5919")
    if check_digit(digits[:9]) != int(digits[9]):
        raise ValueError("Check the NHS number: a digit is wrong or two have changed places")
    return digits


def format_nhs_number(digits: str) -> str:
    """For reading: 943 476 5919."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def check_digit(first_nine: str) -> int:
    """The tenth digit that belongs to nine; 10 when no NHS number begins with them."""
    weighed = sum(int(digit) * (10 - place) for place, digit in enumerate(first_nine))
    return -weighed % 11
