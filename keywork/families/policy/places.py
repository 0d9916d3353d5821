"""Addresses, telephones and the like: how each is written, and when two are the same."""

import re
from typing import Final

RESIDENCE_KINDS: Final = {
    "home": "Home",
    "temporary": "Temporary accommodation",
    "refuge": "Refuge",
    "placement": "Looked after elsewhere",
    "hospital": "Hospital",
    "prison": "Prison",
    "other": "Somewhere else",
}

AFFILIATION_KINDS: Final = {
    "school": "School",
    "nursery": "Nursery",
    "college": "College",
    "gp": "GP practice",
    "dentist": "Dentist",
    "work": "Work",
    "other": "Other",
}

NO_ADDRESS: Final = "Address not recorded"
"""What is said of a member for whom the viewer may read no address, whether there is one or not."""

_POSTCODE = re.compile(r"[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}")
_PHONE = re.compile(r"\+?[0-9]{7,15}")


def postcode(text: str) -> str:
    """A postcode as it is written, `NB1 2AB`. ValueError says what is wrong with what was typed."""
    letters = re.sub(r"[\s.-]", "", text).upper()
    tidy = f"{letters[:-3]} {letters[-3:]}"
    if not _POSTCODE.fullmatch(tidy):
        raise ValueError("Enter a full UK postcode, like LS6 2AB")
    return tidy


def phone(text: str) -> str:
    """A telephone number with the spaces it was typed with. ValueError says what is wrong."""
    readable = re.sub(r"\(0\)" if text.startswith("+") else r"(?!)", "", text)
    readable = " ".join(re.sub(r"[-().]", " ", readable).split())
    if not _PHONE.fullmatch(readable.replace(" ", "")):
        raise ValueError("Enter a telephone number like 07700 900 982 or +44 808 157 0192")
    return readable


def uprn(text: str) -> str:
    """A unique property reference number without leading zeros. ValueError says what is wrong."""
    digits = text.replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,12}", digits) or not digits.strip("0"):
        raise ValueError("The property number (UPRN) must be up to 12 digits")
    return digits.lstrip("0")


def place(address: str, postcode: str, uprn: str) -> str:
    """An address as it is compared: by its property number, or else by its letters and digits."""
    if uprn:
        return f"uprn {uprn}"
    lines = "".join(filter(str.isalnum, address.casefold()))
    return " ".join(filter(None, [postcode, lines]))[:600]
