"""Choices that forms about a family share."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms.form import BaseForm

from keywork.families.queries import MemberView, TeamView
from keywork.kernel.errors import Refusal
from keywork.web.fields import Choice, HiddenField, Radios


class LateRadios(Radios):
    """Options that sending the form may use up: it is acted on before they are looked at.

    So a form that is sent twice is led to where it went the first time.
    """

    def pre_validate(self, form: BaseForm) -> None:
        """Nothing: `pick` says whether the answer is one of the options."""

    def pick(self, sentence: str) -> Any:
        """The value of the option that was chosen. Raises Refusal with the sentence if none was."""
        answer = min(self.chosen(), default="")
        if answer not in self.known():
            raise Refusal(sentence, self.name)
        return self.known()[answer]


def members(people: Iterable[MemberView]) -> list[Choice]:
    """A choice for each member."""
    return [Choice(person.id, person.name) for person in people]


def colleagues(team: Sequence[TeamView], staff_id: int) -> list[Choice]:
    """A choice for each other practitioner in the team."""
    return [Choice(t.staff_id, t.name, t.role_name) for t in team if t.staff_id != staff_id]


def version_of(field: HiddenField) -> int:
    """The version a page showed; one that is not ours is no version at all."""
    return int(field.text) if field.text.isdecimal() and len(field.text) < 19 else -1
