"""Recording consent, and decisions to share or not to."""

from collections.abc import Iterable
from typing import Any

from wtforms import ValidationError

from keywork.families.forms import (
    members,
    named_members_field,
    named_staff_field,
    offer_readers,
    readers_field,
    version_of,
)
from keywork.families.queries import FamilyView
from keywork.kernel import clock
from keywork.sharing.policy import ANSWERS, BY_CONSENT, STATES, UNSAFE, next_states
from keywork.sharing.queries import ConsentView
from keywork.sharing.reference import BASES, ORGANISATION_KINDS, PURPOSES, WAYS, terms
from keywork.sharing.services import Decision, Given, Question
from keywork.web.fields import (
    Checkboxes,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
)

SHARED, NOT_SHARED = "shared", "not_shared"


def offered(list_: str) -> list[Choice]:
    """A choice for each term that holds today."""
    return [Choice(t.key, t.name) for t in terms(list_).values() if t.holds_on(clock.today())]


class ConsentForm(Form):
    """Who was asked about what, and the answer. Without its first three fields, a later answer."""

    version = HiddenField()
    member = Radios("Who is it about?", [Required("Choose who it is about")])
    purpose = Select("What is it for?", [Required("Choose what it is for")])
    organisation = TextField(
        "With which organisation?",
        what="The organisation",
        description="Leave empty for anyone who helps the family.",
    )
    state = Radios("What is the answer?", [Required("Choose what the answer is")])
    valid_until = DateField("Until when? (optional)", what="The date")
    decider = Radios(
        "Who decided?",
        [Required("Choose who decided", when=lambda form: form.state.data in ANSWERS)],
        description="For a young child, who decided for them.",
    )
    decided_by = TextField(
        "Who is that?",
        [Required("Enter who decided", when=lambda form: form.decider.data == "other")],
    )
    way = Radios(
        "How did they answer?",
        [Required("Choose how they answered", when=lambda form: form.state.data in ANSWERS)],
    )
    basis = Select("Lawful basis", [Required("Choose the lawful basis")])
    words = TextArea("In their words, or why not asked (optional)", rows=3, max_length=2000)
    readers = readers_field()
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int, seen: list[ConsentView]) -> None:
        latest = seen[0] if seen else None
        before: dict[str, Any] = {"version": len(seen)}
        if latest and latest.protected:
            before |= {"readers": "named", "named_staff": latest.named_staff}
            before["named_members"] = latest.named_members
        super().__init__(data=before)
        born = [member for member in family.members if member.role != "unborn"]
        self.decider.choices = [*members(born), Choice("other", "Someone else")]
        self.way.choices = offered(WAYS)
        self.basis.choices = offered(BASES)
        offer_readers(self, family, staff_id)
        self.seen = seen
        self.asked = latest.answer if latest else None
        self.own_record = latest is None or latest.family_id == family.id
        if self.asked:
            del self.member, self.purpose, self.organisation
        else:
            del self.version
            self.member.choices = members(family.members)
            self.purpose.choices = offered(PURPOSES)
        # An answer to a page that is no longer true is read in full: the service says what changed.
        self._offer(STATES if self.seen_version() != len(seen) else self._next())

    def validate_readers(self, field: Radios) -> None:
        """That it would be unsafe to ask is not for the whole team, unless each is chosen."""
        if self.state.data == UNSAFE and field.data == "team":
            raise ValidationError(
                "That it would be unsafe is always protected: choose the people who may read this"
            )

    def seen_version(self) -> int:
        """How many answers the page showed."""
        return version_of(self.version) if "version" in self else 0

    def show_version(self) -> None:
        """Let what is sent next be an answer to what the page now shows."""
        if self.seen:
            self.version.text = str(len(self.seen))
        self._offer(self._next())

    def _next(self) -> Iterable[str]:
        return next_states(self.seen[0].answer.state if self.seen else None)

    def _offer(self, states: Iterable[str]) -> None:
        self.state.choices = [Choice(state, STATES[state]) for state in states]

    def question(self) -> Question:
        """What it is about."""
        if self.asked:
            return Question(self.asked.member_id, self.asked.purpose, self.asked.organisation)
        return Question(self.member.data, self.purpose.data, self.organisation.data)

    def given(self) -> Given:
        """The answer. Who decided and how counts only for one that was decided."""
        answered = self.state.data in ANSWERS
        return Given(
            state=self.state.data,
            basis=self.basis.data,
            way=self.way.data if answered else None,
            words=self.words.data,
            valid_until=self.valid_until.data if self.state.data == "given" else None,
            **(self._decider() if answered else {}),
        )

    def _decider(self) -> dict[str, Any]:
        """Who decided, if it was not the member. About a record that was joined to this one it is
        kept by name, for they are no member of that."""
        chosen = self.decider.data
        if chosen == "other":
            return {"decided_by": self.decided_by.data}
        if chosen == self.question().member_id:
            return {}
        if self.own_record:
            return {"decided_by_id": chosen}
        return {"decided_by": dict(self._names())[chosen]}

    def _names(self) -> Iterable[tuple[Any, str]]:
        return ((c.value, c.text) for c in self.decider.choices if isinstance(c, Choice))


class DecisionForm(Form):
    """What was shared with whom, what for and on what basis, or why it was not."""

    shared = Radios(
        "What was decided?",
        [Required("Choose what was decided")],
        choices=[Choice(SHARED, "To share"), Choice(NOT_SHARED, "Not to share")],
    )
    happened_on = DateField("When?", [Required("Enter the date")], what="The date")
    members = Checkboxes("Who is it about?", [Required("Choose who it is about")])
    organisation_kind = Select("Kind of organisation", [Required("Choose a kind of organisation")])
    organisation = TextField("Organisation", [Required("Enter the organisation")])
    person = TextField("Who there? (optional)", what="Who there")
    purpose = Select("What is it for?", [Required("Choose what it is for")])
    what = TextArea(
        "What information?",
        [Required("Write what information it is about")],
        what="The information",
        description="Say what kind, such as “attendance since September”, not the information.",
        max_length=2000,
        rows=2,
    )
    basis = Select(
        "Lawful basis",
        [Required("Choose the lawful basis", when=lambda form: form.shared.data == SHARED)],
        description="If it was shared.",
    )
    reason = TextArea(
        "Why?",
        [Required("Write why", when=lambda form: form.needs_reason())],
        what="The reason",
        description="Needed unless it was shared with consent.",
        max_length=2000,
        rows=3,
    )
    readers = readers_field()
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__(data={"happened_on": clock.today()})
        self.members.choices = members(family.members)
        self.organisation_kind.choices = offered(ORGANISATION_KINDS)
        self.purpose.choices = offered(PURPOSES)
        self.basis.choices = offered(BASES)
        offer_readers(self, family, staff_id)

    def needs_reason(self) -> bool:
        """Whether it must be said why."""
        return not (self.shared.data == SHARED and self.basis.data == BY_CONSENT)

    def decision(self) -> Decision:
        """What was decided."""
        shared = self.shared.data == SHARED
        return Decision(
            shared=shared,
            happened_on=self.happened_on.data or clock.today(),
            member_ids=self.members.data,
            purpose=self.purpose.data,
            organisation_kind=self.organisation_kind.data,
            organisation=self.organisation.data,
            person=self.person.data,
            what=self.what.data,
            basis=self.basis.data if shared else None,
            reason=self.reason.data,
        )
