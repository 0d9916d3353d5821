"""Purses, families that can be helped from them, and spends as far along as a test wants."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from config.settings import ROOT
from keywork.accounts.policy import Actor
from keywork.commissioning import queries, services
from keywork.commissioning.queries import SpendView
from keywork.commissioning.services import Purchased, Wish
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import NewPerson
from keywork.families.queries import FamilyView
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer, system_task
from keywork.plans import services as plans
from tests.factories.accounts import a_hub, a_member_of_staff

POLICY = (ROOT / "config" / "policy" / "approval.toml").read_text(encoding="utf-8")
TASK = system_task("commissioning")


@dataclass(frozen=True)
class Place:
    """A hub with a purse, its people, and a family with a goal."""

    hub_id: int
    worker: Actor
    manager: Actor
    second_manager: Actor
    lead: Actor
    finance: Actor
    family: FamilyView
    wish: Wish
    purse: str
    """The purse's reference."""


def a_place(session: Session, pence: int = 1_000_00, domain: str = "housing") -> Place:
    """A hub as it is on an ordinary day. The session reads as its key worker afterwards."""
    set_viewer(session, TASK)
    services.load_policy(session, POLICY)
    hub_id = a_hub(session)
    worker, manager, second = (
        a_member_of_staff(session, role, hub_id)
        for role in ("key_worker", "hub_manager", "hub_manager")
    )
    lead, finance = (a_member_of_staff(session, role, None) for role in ("service_lead", "finance"))
    purse = a_purse(session, lead, hub_id, pence)
    family, goal = a_family(session, hub_id, manager, worker, domain)
    wish = Wish(
        purse_id=queries.purse(session, lead, purse).id,
        goal=goal,
        member_ids=[member.id for member in family.members],
        category="bed",
        what="cot and blackout blinds",
        why="Nobody sleeps",
        amount_pence=85_00,
        vat_pence=None,
        paying="card",
        needed_by=clock.today() + timedelta(days=4),
    )
    return Place(hub_id, worker, manager, second, lead, finance, family, wish, purse)


def a_purse(session: Session, lead: Actor, hub_id: int, pence: int, fund: str = "EH") -> str:
    """A purse with money in it, for this year."""
    set_viewer(session, lead.viewer)
    year = clock.financial_year(clock.today())
    reference = services.open_purse(session, lead, hub_id, fund, year)
    services.allocate(session, lead, reference, pence)
    return reference


def a_family(
    session: Session, hub_id: int, manager: Actor, worker: Actor, domain: str = "housing"
) -> tuple[FamilyView, Any]:
    """A parent and a child with one goal. The session reads as the key worker afterwards."""
    set_viewer(session, manager.viewer)
    born = clock.today() - timedelta(days=700)
    people = [
        NewPerson("Leah", "Marsh", None, None, "parent"),
        NewPerson("Ivo", "Marsh", born, None, "child"),
    ]
    opened = family_services.open_family(session, manager, hub_id, people)
    family_services.join_team(session, opened.id, worker.staff_id, "key_worker")
    set_viewer(session, worker.viewer)
    family = families.family(session, opened.reference)
    parent = family.members[0].id
    need = plans.add_need(session, worker, family.id, member_id=parent, domain=domain, severity=2)
    goal = plans.add_goal(
        session, worker, family.id, words="Everyone sleeps through", baseline=3, need_uids=[need]
    )
    return family, goal


def ask(session: Session, place: Place, actor: Actor | None = None, **changes: Any) -> SpendView:
    """Ask for the place's wish, with changes."""
    actor = actor or place.worker
    set_viewer(session, actor.viewer)
    wish = replace(place.wish, **changes)
    reference = services.ask_for_money(session, actor, place.family, wish)
    return queries.spend(session, reference)


def decide(session: Session, spend: SpendView) -> SpendView:
    """Let policy look, as the worker does."""
    set_viewer(session, TASK)
    services.decide(session, spend.id)
    return queries.spend(session, spend.reference)


def ask_and_decide(session: Session, place: Place, **changes: Any) -> SpendView:
    """A spend that policy has looked at."""
    return decide(session, ask(session, place, **changes))


def buy(session: Session, place: Place, spend: SpendView, pence: int) -> SpendView:
    """Record the purchase of an approved spend."""
    set_viewer(session, place.worker.viewer)
    bought = Purchased(pence, None, "Norbridge Reuse", clock.today())
    services.record_purchase(session, place.worker, spend.reference, spend.version, bought)
    return queries.spend(session, spend.reference)


def held(session: Session, place: Place) -> tuple[int, int, int, int]:
    """Available, reserved, committed and spent in the place's purse."""
    found = queries.purse(session, place.lead, place.purse).balances
    return found.available, found.reserved, found.committed, found.spent


def time_passes(session: Session, spend: SpendView, *columns: str) -> None:
    """Let deadlines of a waiting spend be over, as time would."""
    sets = ", ".join(f"{column} = now() - interval '1 minute'" for column in columns)
    set_viewer(session, TASK)
    session.execute(
        text(f"UPDATE spend SET {sets}, version = version + 1 WHERE reference = :reference"),
        {"reference": spend.reference},
    )
