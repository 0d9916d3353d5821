"""Refusals: what may not be done, in a sentence for the person who tried."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError


class Refusal(Exception):
    """Something that may not be done.

    `sentence` is for the person who tried; `field` names the form field it belongs beside.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Stale(Refusal):
    """The thing has changed since the page was opened."""


class NotVisible(Exception):
    """There is no such thing, or this actor may not know of it; the two are never told apart."""


@dataclass(frozen=True)
class _Explanation:
    sentence: str
    field: str | None


_EXPLANATIONS: Final[dict[str, _Explanation]] = {}


def explain_constraint(name: str, sentence: str, field: str | None = None) -> None:
    """Say what a person is told when the database constraint `name` refuses what they did."""
    _EXPLANATIONS[name] = _Explanation(sentence, field)


def refusal_of(error: IntegrityError) -> Refusal | None:
    """The refusal a broken constraint stands for, or None when nobody has explained it."""
    diagnosis = getattr(error.orig, "diag", None)
    explanation = _EXPLANATIONS.get(getattr(diagnosis, "constraint_name", None) or "")
    return Refusal(explanation.sentence, explanation.field) if explanation else None
