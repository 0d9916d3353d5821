"""What the start page and the family overview bring together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.alerts import queries as alerts
from keywork.commissioning import queries as money
from keywork.families import queries as families
from keywork.handoffs import queries as handoffs
from keywork.kernel import clock
from keywork.plans import queries as plans


@dataclass(frozen=True)
class MyDay:
    """What a practitioner sees first."""

    alerts: list[alerts.AlertLine]
    due: list[plans.DueAction]
    unfinished: list[money.FamilySpend]
    """What they have yet to buy, or to bring the receipt for."""

    families: list[families.FamilyLine]
    references: dict[int, str]
    """The reference of each family in `due`."""

    purses: list[money.PurseView]

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
    workers: list[WorkerLoad]


@dataclass(frozen=True)
class Overview:
    """A family at a glance."""

    family: families.FamilyView
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


def my_day(session: Session, actor: Actor) -> MyDay:
    """What needs this person now and this week, and their families."""
    due = plans.due_actions(session, actor.staff_id, clock.today() + timedelta(days=7))
    mine = families.caseload(session, actor.staff_id)
    known = {line.id: line.reference for line in mine}
    others = {action.family_id for action in due} - set(known)
    if others:
        known |= {i: x.reference for i, x in families.families_by_id(session, others).items()}
    return MyDay(
        alerts=[a for a in alerts.open_alerts(session, actor.staff_id) if a.is_new or a.to_do],
        due=due,
        unfinished=money.unfinished(session, actor),
        families=mine,
        references=known,
        purses=money.purses(session, actor),
    )


def hub_today(session: Session, actor: Actor) -> HubToday:
    """What waits for the manager of these hubs, and who has room."""
    return HubToday(
        to_allocate=len(handoffs.waiting(session, actor.managed_hub_ids)),
        to_decide=len(money.waiting_for(session, actor)),
        workers=_loads(session, actor.managed_hub_ids),
    )


def overview(session: Session, reference: str) -> Overview:
    """One family at a glance, with nothing the viewer may not see."""
    family = families.family(session, reference)
    return Overview(
        family=family,
        plan=plans.plan(session, family.id),
        entries=families.latest_entries(session, family.ids, 5),
        spent_pence=money.family_total(session, family.id),
    )


def _loads(session: Session, hub_ids: Collection[int]) -> list[WorkerLoad]:
    workers = {
        worker.id: worker.name
        for hub_id in hub_ids
        for worker in accounts.staff_at(session, hub_id, "key_worker")
    }
    counts = families.caseload_counts(session, list(workers))
    loads = [WorkerLoad(name, counts[id_]) for id_, name in workers.items()]
    return sorted(loads, key=lambda load: (-load.families, load.name))
