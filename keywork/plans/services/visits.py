"""Writing up a visit together with what it meant for the plan: one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.services import VisitNotes, Written
from keywork.kernel.errors import Stale
from keywork.plans import queries
from keywork.plans.models import EntryAction, EntryGoal
from keywork.plans.queries import ActionView, GoalView, PlanView
from keywork.plans.services.plan import complete_action, score_goal


@dataclass(frozen=True)
class Score:
    """Where a goal stands now, and how many scores whoever gave it had seen."""

    value: int
    version: int


@dataclass(frozen=True)
class Towards:
    """What of the plan a visit was about."""

    goals: Collection[UUID] = ()
    scores: Mapping[UUID, Score] = field(default_factory=dict)
    """For each goal that was scored; those are among `goals`."""

    actions: Collection[UUID] = ()
    done: Collection[UUID] = ()
    """The actions that are done now; those are among `actions`."""


def record_visit(
    session: Session,
    actor: Actor,
    family: families.FamilyView,
    notes: VisitNotes,
    towards: Towards,
) -> Written:
    """Write a visit up, link it to goals and actions, score goals and finish actions.

    What is said of a protected goal or action never hangs on what the team reads: only on the
    protected entry, if there is one, and on the score's own. Raises Stale, with the field beside
    which it belongs, when somebody scored a goal or finished an action meanwhile.
    """
    plan = queries.plan(session, family.ids)
    goals = [goal for goal in plan.goals if goal.uid in towards.goals]
    written = family_services.record_visit(
        session,
        family,
        notes,
        domains={key for goal in goals if not goal.protected for key in goal.domains},
        protected_domains=_known_to(goals, notes),
    )
    _link(session, family, written, goals, _chosen(plan, towards.actions))
    for uid, score in towards.scores.items():
        _score(session, actor, family.id, uid, score)
    for uid in towards.done:
        _finish(session, actor, family.id, uid)
    session.flush()
    return written


def _known_to(goals: Collection[GoalView], notes: VisitNotes) -> set[str]:
    """The domains of those goals which everybody named may read or be given."""

    def open_to_all(goal: GoalView) -> bool:
        return not goal.protected or (
            {*notes.named_staff} <= {*goal.named_staff}
            and {*notes.named_members} <= {*goal.named_members}
        )

    return {key for goal in goals if open_to_all(goal) for key in goal.domains}


def _link(
    session: Session,
    family: families.FamilyView,
    written: Written,
    goals: Collection[GoalView],
    actions: Collection[ActionView],
) -> None:
    for goal in goals:
        if entry_id := _entry_for(written, goal.protected):
            session.add(EntryGoal(entry_id=entry_id, goal_id=goal.id, family_id=family.id))
    for action in actions:
        if entry_id := _entry_for(written, action.protected):
            session.add(EntryAction(entry_id=entry_id, action_id=action.id, family_id=family.id))
    session.flush()


def _entry_for(written: Written, protected: bool) -> int | None:
    """The entry that something of the plan may hang on."""
    return written.protected if protected else written.team or written.protected


def _chosen(plan: PlanView, uids: Collection[UUID]) -> list[ActionView]:
    return [action for goal in plan.goals for action in goal.actions if action.uid in uids]


def _score(session: Session, actor: Actor, family_id: int, uid: UUID, score: Score) -> None:
    try:
        score_goal(session, actor, family_id, uid, score.value, version=score.version)
    except Stale as stale:
        raise Stale(stale.sentence, f"score_{uid}") from None


def _finish(session: Session, actor: Actor, family_id: int, uid: UUID) -> None:
    try:
        complete_action(session, actor, family_id, uid)
    except Stale as stale:
        raise Stale(stale.sentence, "actions") from None
