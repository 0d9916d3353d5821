"""How a family may be reached without putting anyone at risk."""

from dataclasses import dataclass


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


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
