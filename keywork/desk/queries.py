"""What the start page and the family overview bring together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts import queries as alerts
from keywork.commissioning import queries as money
from keywork.families import queries as families
from keywork.families.tree import DrawnTree, drawn_tree
from keywork.handoffs import queries as handoffs
from keywork.kernel import clock
from keywork.plans import queries as plans

ORDERS: Final = {"": "Open longest", "name": "Name", "next": "Next date"}
"""The orders that a person may put their families in."""


@dataclass(frozen=True)
class MyDay:
    """What a practitioner sees first."""

    alerts: list[alerts.AlertLine]
    due: list[plans.DueAction]
    unfinished: list[money.FamilySpend]
    """What they have yet to buy, or to bring the receipt for."""

    families: list[families.FamilyLine]
    """Those in whose team they are."""

    covered: dict[int, str]
    """Whose those are in which somebody else is for whom they stand in."""

    next_dates: dict[int, date]
    """When those of them are next seen for whom it was agreed."""

    references: dict[int, str]
    """The reference of each family in `due`."""

    purses: list[money.PurseView]
    limit_pence: int
    """Up to how much they may be allowed to spend at once."""

    @property
    def late(self) -> dict[int, int]:
        """How many actions are overdue, by family."""
        counts: dict[int, int] = {}
        for action in self.due:
            if action.overdue:
                counts[action.family_id] = counts.get(action.family_id, 0) + 1
        return counts


@dataclass(frozen=True)
class WorkerLoad:
    """A key worker and how many families they have."""

    name: str
    families: int


@dataclass(frozen=True)
class HubToday:
    """What a hub manager sees first."""

    to_allocate: int
    to_decide: int
    same_people: int
    """Pairs of people who may be one and the same."""

    left_behind: int
    """Families whose key worker has left."""

    workers: list[WorkerLoad]


@dataclass(frozen=True)
class Overview:
    """A family at a glance."""

    family: families.FamilyView
    next_on: date | None
    """When it will next be seen."""

    drawn: DrawnTree
    plan: plans.PlanView
    entries: list[families.EntryView]
    spent_pence: int

    @property
    def open_actions(self) -> int:
        """How many actions are still to be done."""
        return sum(a.done_on is None for goal in self.plan.goals for a in goal.actions)

    @property
    def overdue_actions(self) -> int:
        """How many of them are late."""
        return sum(a.overdue for goal in self.plan.goals for a in goal.actions)


@dataclass(frozen=True)
class BeforeClosing:
    """What a family's record still holds when it is to be closed."""

    spends: list[money.FamilySpend]
    handoffs: list[handoffs.HandoffLine]
    """Those not yet handed over."""

    actions: int
    """How many are open: they may be, when there is a reason."""

    @property
    def in_the_way(self) -> bool:
        """Whether something must be finished first."""
        return bool(self.spends or self.handoffs)


@dataclass(frozen=True)
class Side:
    """One of two records that may be of one family."""

    family: families.FamilyView
    hub_name: str
    needs: list[plans.NeedView]
    spends: list[money.FamilySpend]
    """What is still to be decided, bought or proved."""


def my_day(session: Session, actor: Actor, sort: str = "") -> MyDay:
    """What needs this person now and this week, and their families in an order of ORDERS."""
    due = plans.due_actions(session, actor.acts_for, clock.today() + timedelta(days=7))
    mine = families.caseload(session, *actor.acts_for)
    dates = families.next_dates(session, [line.id for line in mine])
    known = {line.id: line.reference for line in mine}
    others = {action.family_id for action in due} - set(known)
    if others:
        lines = families.families_by_id(session, others)
        known |= {line.id: line.reference for line in lines.values()}
        due = _of_open_families(due, lines)
    return MyDay(
        alerts=[a for a in alerts.open_alerts(session, actor.staff_id) if a.is_new or a.to_do],
        due=due,
        unfinished=money.unfinished(session, actor),
        families=_in_order(mine, sort, dates),
        covered=_covered(session, actor),
        next_dates=dates,
        references=known,
        purses=money.purses(session, actor),
        limit_pence=money.limit_at_once(session, actor.roles),
    )


def hub_today(session: Session, actor: Actor) -> HubToday:
    """What waits for the manager of these hubs, and who has room."""
    return HubToday(
        to_allocate=len(handoffs.waiting(session, actor.managed_hub_ids)),
        to_decide=len(money.waiting_for(session, actor)),
        same_people=families.same_people_count(session),
        left_behind=len(left_behind(session, actor)),
        workers=_loads(session, actor.managed_hub_ids),
    )


def left_behind(session: Session, actor: Actor) -> list[families.FamilyLine]:
    """The open families of these hubs whose key worker has left or is one no longer."""
    workers = families.key_workers_of(session, actor.managed_hub_ids)
    gone = accounts.no_longer(session, workers, "key_worker")
    lines = families.caseload(session, *gone) if gone else []
    return [line for line in lines if line.key_worker_id in gone]


def overview(session: Session, reference: str) -> Overview:
    """One family at a glance, with nothing the viewer may not see."""
    family = families.family(session, reference)
    today = clock.today()
    return Overview(
        family=family,
        next_on=min(families.next_dates(session, family.ids).values(), default=None),
        drawn=drawn_tree(
            families.tree(session, family, today), families.households(session, family, today)
        ),
        plan=plans.plan(session, family.ids),
        entries=families.latest_entries(session, family.ids, 5),
        spent_pence=money.family_total(session, family.ids),
    )


def _covered(session: Session, actor: Actor) -> dict[int, str]:
    """Whose a family is that is the actor's only for as long as they stand in for somebody."""
    if not actor.stands_in:
        return {}
    names = {absent.staff_id: absent.name for absent in actor.stands_in}
    return {
        family_id: ", ".join(names[id_] for id_ in names if id_ in workers)
        for family_id, workers in families.in_teams(session, actor.acts_for).items()
        if actor.staff_id not in workers
    }


def _in_order(
    lines: list[families.FamilyLine], order: str, dates: Mapping[int, date]
) -> list[families.FamilyLine]:
    """The lines, which come in the order of ORDERS that has no name, in another."""
    if order == "name":
        return sorted(lines, key=lambda line: [name.casefold() for name in line.surnames])
    if order == "next":
        return sorted(lines, key=lambda line: (line.id not in dates, dates.get(line.id)))
    return lines


def before_closing(session: Session, family: families.FamilyView) -> BeforeClosing:
    """What stands in the way of closing a family's record, and what is to be known before."""
    goals = plans.plan(session, family.ids).goals
    return BeforeClosing(
        spends=money.unfinished_for(session, family.ids),
        handoffs=handoffs.going_on(session, family.ids),
        actions=sum(action.done_on is None for goal in goals for action in goal.actions),
    )


def side(session: Session, family: families.FamilyView) -> Side:
    """A record as it is shown beside another."""
    hubs = {hub.id: hub.name for hub in accounts.hubs(session)}
    return Side(
        family=family,
        hub_name=hubs[family.hub_id],
        needs=[need for need in plans.needs(session, family.ids) if need.severity],
        spends=money.unfinished_for(session, family.ids),
    )


def _of_open_families(
    due: Sequence[plans.DueAction], lines: Mapping[int, families.FamilyLine]
) -> list[plans.DueAction]:
    """What is due for families not closed; that of a joined record for the one it is read with."""
    found = [(action, lines.get(action.family_id)) for action in due]
    return [
        replace(action, family_id=line.id) if line else action
        for action, line in found
        if line is None or line.closed_on is None
    ]


def _loads(session: Session, hub_ids: Collection[int]) -> list[WorkerLoad]:
    workers = {
        worker.id: worker.name
        for hub_id in hub_ids
        for worker in accounts.staff_at(session, hub_id, "key_worker")
    }
    counts = families.caseload_counts(session, list(workers))
    loads = [WorkerLoad(name, counts[id_]) for id_, name in workers.items()]
    return sorted(loads, key=lambda load: (-load.families, load.name))
