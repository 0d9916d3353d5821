"""How a family may be reached without putting anyone at risk."""

from dataclasses import dataclass
from typing import Final

CONTACT_KINDS: Final = {"mobile": "Mobile", "landline": "Landline", "email": "E-mail"}

CONTACT_WAYS: Final = {
    "mobile": ("may_call", "may_text", "may_leave_message"),
    "landline": ("may_call", "may_leave_message"),
    "email": ("may_write",),
}
"""What can be done with each kind of number or address at all."""


@dataclass(frozen=True)
class SafeContact:
    """How a family may be reached without putting anyone at risk."""

    may_call: bool
    may_text: bool
    may_leave_message: bool
    may_write: bool
    advice: str = ""

    @property
    def sentence(self) -> str:
        """For the banner: `Text only. Do not leave messages. ... Before 15:00.`"""
        ways = {"Call": self.may_call, "text": self.may_text, "write": self.may_write}
        open_ways = [way for way, allowed in ways.items() if allowed]
        said = " or ".join(filter(None, [", ".join(open_ways[:-1]), *open_ways[-1:]]))
        said += " only" if len(open_ways) == 1 else ""
        refused = {
            "Do not call, text or write": not open_ways,
            "Do not leave messages": not self.may_leave_message,
            "Do not write to the home address": bool(open_ways) and not self.may_write,
        }
        sentences = [said, *(words for words, holds in refused.items() if holds), self.advice]
        return " ".join(_sentence(words) for words in sentences if words)


@dataclass(frozen=True)
class ContactRule:
    """What is safe to do with one telephone number or e-mail address."""

    kind: str
    """One of CONTACT_KINDS."""

    may_call: bool = False
    may_text: bool = False
    may_leave_message: bool = False
    may_write: bool = False
    at_times: str = ""
    seen_by: str = ""
    """Who else sees this telephone or reads this e-mail."""

    @property
    def usable(self) -> bool:
        """Whether it may be used in any way."""
        return self.may_call or self.may_text or self.may_write

    @property
    def sentence(self) -> str:
        """`Text only. Do not leave messages. Weekdays before 3pm. Her partner also sees it.`"""
        sentences = [self._ways(), self._messages(), self.at_times if self.usable else ""]
        if self.seen_by:
            does = "read this e-mail" if self.kind == "email" else "see this phone"
            one = not (" and " in self.seen_by or "," in self.seen_by)
            does = does.replace(" ", "s ", 1) if one else does
            sentences.append(f"{self.seen_by.rstrip('.')} also {does}")
        return " ".join(_sentence(words) for words in sentences if words)

    def _ways(self) -> str:
        ways = {"Call": self.may_call, "text": self.may_text, "write": self.may_write}
        allowed = [way for way, open_ in ways.items() if open_]
        only = " only" if self.kind == "mobile" and len(allowed) == 1 else ""
        return (" or ".join(allowed) + only) or "Do not use"

    def _messages(self) -> str:
        if self.kind == "email" or not self.usable:
            return ""
        return "You may leave a message" if self.may_leave_message else "Do not leave messages"


LONGEST_ADVICE: Final = 500
"""The longest advice that a family's safe contact can hold."""


def safest(held: SafeContact, stated: SafeContact) -> SafeContact:
    """Only what both allow: neither may loosen what the other has said is unsafe."""
    advice = "; ".join(dict.fromkeys(part for part in (stated.advice, held.advice) if part))
    if len(advice) > LONGEST_ADVICE:
        pointer = "; earlier advice is in the chronology"
        advice = stated.advice[: LONGEST_ADVICE - len(pointer)] + pointer
    return SafeContact(
        may_call=held.may_call and stated.may_call,
        may_text=held.may_text and stated.may_text,
        may_leave_message=held.may_leave_message and stated.may_leave_message,
        may_write=held.may_write and stated.may_write,
        advice=advice,
    )


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
