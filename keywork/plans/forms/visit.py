"""Writing up a visit, a call, a message, a meeting or a note."""

from collections.abc import Hashable
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from keywork.families.forms import members, named_members_field, offer_readers
from keywork.families.kinds import contacts
from keywork.families.queries import FamilyView, MemberView
from keywork.families.services import VisitNotes
from keywork.kernel import clock
from keywork.plans.queries import ActionView, PlanView
from keywork.plans.services import Score, Towards
from keywork.web.fields import (
    Checkboxes,
    Choice,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    Radios,
    Required,
    ScoreField,
    TextArea,
    TextField,
    TimeField,
)
from keywork.web.widgets import render

_SOURCE_WORDS = {
    "own_observation": "I was there, or wrote or heard it myself",
    "family": "The family told me afterwards",
    "partner": "Somebody else told me",
}


class VisitForm(Form):
    """One visit, for everybody it concerned. Made by `visit_form`, which adds a box for each
    child's voice and for each goal's score.
    """

    keeps_draft = True

    version = HiddenField(max_length=10_000)
    kind = Radios(
        "What was it?",
        [Required("Choose what it was")],
        choices=[Choice(kind.key, kind.name) for kind in contacts()],
        default="visit",
    )
    on = DateField("When was it?", [Required("Enter the date")], what="The date")
    at = TimeField("What time?", [Required("Enter the time, like 2:30pm")], what="The time")
    minutes = IntegerField(
        "How long did it last?",
        [Required("Enter how many minutes it lasted", when=lambda form: form.kind.data == "visit")],
        what="How long it lasted",
        least=1,
        most=1440,
        govuk={"suffix": {"text": "minutes"}},
    )
    who = Checkboxes(
        "Who was it about?",
        [
            Required(
                "Tick who the visit was about",
                when=lambda form: form.kind.data == "visit" and bool(form.who.choices),
            )
        ],
        description="Whoever you tick counts as seen at a visit or meeting, unless you say not.",
    )
    seen_alone = Checkboxes("Seen alone")
    not_seen = Checkboxes("Not seen, only talked about")
    text = TextArea(
        "What happened?",
        [Required("Write what happened", when=lambda form: not form.protected_text.data)],
        description="Everyone in the team around the family can read this.",
    )
    source = Radios(
        "Where does this come from?",
        [Required("Choose where this comes from")],
        choices=[Choice(key, words) for key, words in _SOURCE_WORDS.items()],
        default="own_observation",
    )
    source_name = TextField(
        "Who, and where do they work?",
        [Required("Enter who told you", when=lambda form: form.source.data == "partner")],
        what="Who told you",
    )
    goals = Checkboxes(
        "Which goals was it about?", description="Whoever may read a goal may read its score."
    )
    actions = Checkboxes("Which actions was it about?")
    done = Checkboxes("Done")
    protected_text = TextArea(
        "Is there anything that must be protected?",
        description="Such as domestic abuse, or a new address. If nobody else may know that it "
        "took place at all, leave “What happened?” empty: what a child said is then protected too.",
        rows=3,
    )
    named_staff = Checkboxes(
        "Who may read what is protected?",
        description="You and the hub manager always can. Nobody else will know that it is there.",
    )
    named_members = named_members_field()
    next_on = DateField("When will you next see the family? (optional)", what="The next date")

    def __init__(self, family: FamilyView, plan: PlanView, staff_id: int) -> None:
        super().__init__(data={"on": clock.today(), "version": _versions(plan)})
        self.people = family.members
        self.plan = plan
        self.who.choices = members(family.members)
        self.not_seen.choices = members(m for m in family.members if m.role != "unborn")
        self.seen_alone.choices = members(m for m in family.members if m.is_child)
        offer_readers(self, family, staff_id)
        self.goals.choices = [Choice(goal.uid, f"“{goal.words}”") for goal in plan.goals]
        shown = self.open_actions()
        self.actions.choices = [Choice(a.uid, a.words, a.owner) for a in shown]
        self.done.choices = [Choice(action.uid, "It is done") for action in shown]

    def open_actions(self) -> list[ActionView]:
        """What can be ticked: what is not done yet, or was not when the page was opened."""
        ticked = {*(self.actions.posted or ()), *(self.done.posted or ())}
        actions = (action for goal in self.plan.goals for action in goal.actions)
        return [a for a in actions if a.done_on is None or str(a.uid) in ticked]

    def about_members(self) -> dict[int, Markup]:
        """For each member what to say of them once they are ticked."""
        return {m.id: self._about(m) for m in self.people if m.role != "unborn"}

    def about_goals(self) -> dict[UUID, Markup]:
        """For each goal its score."""
        return {goal.uid: self[f"score_{goal.uid}"]() for goal in self.plan.goals}

    def about_actions(self) -> dict[UUID, Markup]:
        """For each action whether it is done."""
        return {a.uid: _box(self.done, a.uid, "It is done", a.words) for a in self.open_actions()}

    def show_versions(self, plan: PlanView) -> None:
        """Once somebody has been told what changed, what they send next knows of it."""
        self.version.text = _versions(plan)

    def notes(self) -> VisitNotes:
        """What was written. "Alone" and a voice count only for somebody who was ticked."""
        assert self.on.data is not None and self.at.data is not None
        about = set(self.who.data)
        seen = about - set(self.not_seen.data)
        return VisitNotes(
            kind=self.kind.data,
            happened_at=datetime.combine(self.on.data, self.at.data, clock.LONDON),
            minutes=self.minutes.data,
            about=about,
            seen=seen & {int(value) for value in self.not_seen.known()},
            seen_alone=seen & set(self.seen_alone.data),
            voices={c: self[f"said_{c}"].data for c in self._children() if c in about},
            text=self.text.data,
            protected_text=self.protected_text.data,
            named_staff=self.named_staff.data,
            named_members=self.named_members.data,
            source=self.source.data,
            source_name=self.source_name.data if self.source.data == "partner" else "",
            next_on=self.next_on.data,
        )

    def towards(self) -> Towards:
        """What of the plan it was about. A score, or "done", counts for what was ticked."""
        seen = dict(pair.rsplit(":", 1) for pair in self.version.text.split() if ":" in pair)
        scores = {uid: self[f"score_{uid}"].data for uid in self.goals.data}
        return Towards(
            goals=self.goals.data,
            scores={
                uid: Score(value, _number(seen.get(str(uid), "")))
                for uid, value in scores.items()
                if value is not None
            },
            actions=self.actions.data,
            done=set(self.done.data) & set(self.actions.data),
        )

    def _children(self) -> list[int]:
        return [int(value) for value in self.seen_alone.known()]

    def _about(self, member: MemberView) -> Markup:
        not_seen = _box(self.not_seen, member.id, "Not seen, only talked about", member.name)
        if not member.is_child:
            return not_seen
        alone = _box(self.seen_alone, member.id, "Seen alone", member.name)
        return alone + not_seen + self[f"said_{member.id}"]()


def visit_form(family: FamilyView, plan: PlanView, staff_id: int) -> VisitForm:
    """The form for this family, with a box for each child's voice and for each goal's score."""
    voices = {
        f"said_{child.id}": TextArea(
            f"What did {child.given_name} say or show? (optional)", rows=2, max_length=2000
        )
        for child in family.members
        if child.is_child
    }
    scores = {
        f"score_{goal.uid}": ScoreField(
            f"Where are they now with “{goal.words}”? (optional)",
            what="The score",
            description=f"0 is as far away as can be, 10 is there. It was {goal.latest}.",
        )
        for goal in plan.goals
    }
    made = type("ThisVisitForm", (VisitForm,), voices | scores)
    form: VisitForm = made(family, plan, staff_id)
    return form


def _box(field: Checkboxes, value: Hashable, text: str, whose: str) -> Markup:
    """One of a field's boxes by itself; the first has the id that errors lead to."""
    first = next(iter(field.known()), "") == str(value)
    name = Markup('{}<span class="govuk-visually-hidden">: {}</span>').format(text, whose)
    box = {"value": str(value), "html": name, "checked": str(value) in field.chosen()}
    return render(
        "checkboxes",
        {
            "name": field.name,
            "idPrefix": field.id if first else f"{field.id}-{value}",
            "classes": "govuk-checkboxes--small",
            "items": [box],
        },
    )


def _versions(plan: PlanView) -> str:
    """How many scores each goal has, as the page carries it along."""
    return " ".join(f"{goal.uid}:{len(goal.scores)}" for goal in plan.goals)


def _number(text: str) -> int:
    """The count a page carried; one that is not ours is none at all."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1
