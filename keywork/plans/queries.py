"""Reads of plans. The database leaves out what the session's viewer may not see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.families import queries as families
from keywork.families.policy import members_of, staff_of
from keywork.families.queries import in_record
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.plans.domains import SEVERITIES, Domain, domains
from keywork.plans.models import Action, Goal, GoalNeed, GoalScore, Need, NeedSeverity


@dataclass(frozen=True)
class Mark:
    """A severity or a score, with who gave it when."""

    value: int
    given_at: datetime
    given_by: str


@dataclass(frozen=True)
class NeedView:
    """A need, with each severity it has had."""

    id: int
    uid: UUID
    family_id: int
    member_id: int
    person_id: int
    member_name: str
    domain: Domain
    type: str
    words: str
    protected: bool
    named_staff: list[int]
    """Who may read it, besides the hub manager, when it is protected."""

    severities: list[Mark]

    @property
    def title(self) -> str:
        """Domain and type."""
        return self.domain.describe(self.type)

    @property
    def severity(self) -> int:
        """How severe it is now."""
        return self.severities[-1].value

    @property
    def severity_name(self) -> str:
        """How severe it is now, in words."""
        return SEVERITIES[self.severity]

    @property
    def direction(self) -> str:
        """Whether the last change was for the better or the worse; empty when there was none."""
        if len(self.severities) < 2 or self.severity == self.severities[-2].value:
            return ""
        return "better" if self.severity < self.severities[-2].value else "worse"


@dataclass(frozen=True)
class ActionView:
    """Who does what by when."""

    id: int
    uid: UUID
    goal_id: int
    words: str
    owner: str
    due_on: date
    done_on: date | None
    protected: bool

    @property
    def overdue(self) -> bool:
        """Whether it should have been done by now."""
        return self.done_on is None and self.due_on < clock.today()


@dataclass(frozen=True)
class DueAction:
    """Something that one practitioner is to do, for whichever family."""

    family_id: int
    words: str
    due_on: date

    @property
    def overdue(self) -> bool:
        """Whether it should have been done by now."""
        return self.due_on < clock.today()


@dataclass(frozen=True)
class GoalView:
    """A goal, with its scores and actions."""

    id: int
    uid: UUID
    family_id: int
    words: str
    baseline: int
    scores: list[Mark]
    needs: list[str]
    """What needs it answers to, in words."""

    domains: list[str]
    """The keys of their domains."""

    member_ids: list[int]
    """Whose needs those are."""

    actions: list[ActionView]
    visibility: str
    named_staff: list[int]
    """Who may read it, besides the hub manager, when it is protected."""

    named_members: list[int]
    """Who in the family may be given a copy of it, when it is protected."""

    @property
    def latest(self) -> int:
        """Where it stands now."""
        return self.scores[-1].value if self.scores else self.baseline

    @property
    def protected(self) -> bool:
        """Whether only named practitioners may read it."""
        return self.visibility == "protected"


@dataclass(frozen=True)
class PlanView:
    """A family's plan."""

    needs: list[NeedView]
    goals: list[GoalView]

    @property
    def domains(self) -> list[Domain]:
        """The columns of the grid: the three parental domains, then each that somebody needs."""
        needed = {need.domain.key for need in self.needs}
        return [d for d in domains().values() if d.parental or d.key in needed]

    def rows(self, members: Sequence[families.MemberView]) -> list[families.MemberView]:
        """The rows of the grid: the family that is helped, and whoever else has a need."""
        needy = {need.person_id for need in self.needs}
        return [m for m in members if m.role != "relative" or m.person_id in needy]

    def needs_of(self, person_id: int, domain: Domain) -> list[NeedView]:
        """What stands in one cell of the grid, in whichever of a family's records it is."""
        return [n for n in self.needs if (n.person_id, n.domain) == (person_id, domain)]


def plan(session: Session, family_ids: Sequence[int]) -> PlanView:
    """The family's plan, as far as the viewer may see it."""
    goals = _goals(session, in_record(Goal.family_id, family_ids))
    return PlanView(needs(session, family_ids), goals)


def due_actions(session: Session, staff_ids: Collection[int], until: date) -> list[DueAction]:
    """What these practitioners have still to do by a day, the most overdue first."""
    rows = session.execute(
        select(Action.family_id, Action.words, Action.due_on)
        .where(Action.staff_id.in_(staff_ids), Action.done_on.is_(None), Action.due_on <= until)
        .order_by(Action.due_on, Action.id)
    )
    return [DueAction(*row) for row in rows]


def plan_lines(session: Session, family_ids: Sequence[int]) -> list[str]:
    """The plan in three lines: needs, goals, actions."""
    found = plan(session, family_ids)
    current = [need for need in found.needs if need.severity]
    high = sum(need.severity == max(SEVERITIES) for need in current)
    people = len({need.person_id for need in current})
    goals = [f"“{goal.words}” {goal.baseline} → {goal.latest}" for goal in found.goals]
    actions = [action for goal in found.goals for action in goal.actions if not action.done_on]
    overdue = sum(action.overdue for action in actions)
    return [
        f"Needs: {len(current)}, {high} of them high, for {people} of the family"
        if current
        else "Needs: none",
        f"Goals: {'; '.join(goals) or 'none'}",
        f"Actions: {len(actions)} open, {overdue} overdue" if actions else "Actions: none open",
    ]


def needs(session: Session, family_ids: Sequence[int], uid: UUID | None = None) -> list[NeedView]:
    """The family's needs, in the order of the domains; with `uid` that one alone."""
    where = in_record(Need.family_id, family_ids) & ((Need.uid == uid) if uid else True)
    rows = session.scalars(select(Need).where(where).order_by(Need.id)).all()
    severities = session.scalars(
        select(NeedSeverity)
        .where(NeedSeverity.need_id.in_([row.id for row in rows]))
        .order_by(NeedSeverity.number)
    ).all()
    staff = _staff_names(session, (mark.author for mark in severities))
    marks = defaultdict(list)
    for mark in severities:
        marks[mark.need_id].append(Mark(mark.severity, mark.recorded_at, staff[mark.author]))
    people = families.members_by_id(session, {row.member_id for row in rows})
    order = list(domains())
    views = [_need_view(row, people[row.member_id], marks[row.id]) for row in rows]
    return sorted(views, key=lambda view: order.index(view.domain.key))


def need(session: Session, family_ids: Sequence[int], uid: UUID) -> NeedView:
    """One need of this family. Raises NotVisible when the viewer may not see it."""
    found = needs(session, family_ids, uid)
    if not found:
        raise NotVisible
    return found[0]


def goal(session: Session, family_ids: Sequence[int], uid: UUID) -> GoalView:
    """One goal of this family. Raises NotVisible when the viewer may not see it."""
    found = _goals(session, in_record(Goal.family_id, family_ids) & (Goal.uid == uid))
    if not found:
        raise NotVisible
    return found[0]


def action(session: Session, family_ids: Sequence[int], uid: UUID) -> ActionView:
    """One action of this family. Raises NotVisible when the viewer may not see it."""
    found = _actions(session, in_record(Action.family_id, family_ids) & (Action.uid == uid))
    if not found:
        raise NotVisible
    return found[0]


def goals_by_id(session: Session, ids: Collection[int]) -> dict[int, GoalView]:
    """Those of these goals that the viewer may see."""
    return {view.id: view for view in _goals(session, Goal.id.in_(ids))}


def _need_view(row: Need, member: families.NamedMember, marks: list[Mark]) -> NeedView:
    return NeedView(
        id=row.id,
        uid=row.uid,
        family_id=row.family_id,
        member_id=row.member_id,
        person_id=member.person_id,
        member_name=member.name,
        domain=domains()[row.domain],
        type=row.type,
        words=row.words,
        protected=row.visibility == "protected",
        named_staff=staff_of(row.readers) if row.visibility == "protected" else [],
        severities=marks,
    )


def _goals(session: Session, where: ColumnElement[bool]) -> list[GoalView]:
    rows = session.scalars(select(Goal).where(where).order_by(Goal.id)).all()
    ids = [row.id for row in rows]
    scores = session.scalars(
        select(GoalScore).where(GoalScore.goal_id.in_(ids)).order_by(GoalScore.number)
    ).all()
    answered = session.execute(
        select(GoalNeed.goal_id, Need)
        .join(Need, Need.id == GoalNeed.need_id)
        .where(GoalNeed.goal_id.in_(ids))
        .order_by(Need.id)
    ).all()
    actions = _actions(session, Action.goal_id.in_(ids))
    staff = _staff_names(session, (score.author for score in scores))
    return [
        _goal_view(
            row,
            [Mark(s.score, s.recorded_at, staff[s.author]) for s in scores if s.goal_id == row.id],
            [need for goal_id, need in answered if goal_id == row.id],
            [action for action in actions if action.goal_id == row.id],
        )
        for row in rows
    ]


def _goal_view(
    row: Goal, scores: list[Mark], needs: Sequence[Need], actions: list[ActionView]
) -> GoalView:
    described = (domains()[need.domain].describe(need.type) for need in needs)
    return GoalView(
        id=row.id,
        uid=row.uid,
        family_id=row.family_id,
        words=row.words,
        baseline=row.baseline,
        scores=scores,
        needs=list(dict.fromkeys(described)),
        domains=sorted({need.domain for need in needs}),
        member_ids=list(dict.fromkeys(need.member_id for need in needs)),
        actions=actions,
        visibility=row.visibility,
        named_staff=staff_of(row.readers) if row.visibility == "protected" else [],
        named_members=members_of(row.readers),
    )


def _actions(session: Session, where: ColumnElement[bool]) -> list[ActionView]:
    rows = session.scalars(
        select(Action).where(where).order_by(Action.done_on.nulls_first(), Action.due_on, Action.id)
    ).all()
    staff = accounts.staff_by_id(session, {row.staff_id for row in rows if row.staff_id})
    members = families.member_names(session, {r.member_id for r in rows if r.member_id})
    return [
        ActionView(
            id=row.id,
            uid=row.uid,
            goal_id=row.goal_id,
            words=row.words,
            owner=row.partner_name
            or (staff[row.staff_id].name if row.staff_id else members[row.member_id or 0]),
            due_on=row.due_on,
            done_on=row.done_on,
            protected=row.visibility == "protected",
        )
        for row in rows
    ]


def _staff_names(session: Session, authors: Iterable[str]) -> dict[str, str]:
    found = set(authors)
    staff = accounts.staff_by_id(session, set(staff_of(found)))
    named = {f"staff:{id_}": view.name for id_, view in staff.items()}
    return dict.fromkeys(found, "keywork") | named
