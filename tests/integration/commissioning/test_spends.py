"""A spend from request to receipt: who may do what, and where the money is."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.alerts import queries as alerts
from keywork.commissioning import queries, services
from keywork.commissioning.models import State
from keywork.commissioning.queries import SpendView
from keywork.commissioning.services import Purchased
from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_hub, a_member_of_staff, as_accounts
from tests.factories.commissioning import (
    TASK,
    Place,
    a_family,
    a_place,
    a_purse,
    ask,
    ask_and_decide,
    buy,
    decide,
    held,
    time_passes,
)


def inbox(session: Session, staff_id: int, subject: str) -> list[str]:
    """The lines of a person's open alerts about this."""
    set_viewer(session, f"staff:{staff_id}")  # type: ignore[arg-type]
    return [a.line for a in alerts.open_alerts(session, staff_id) if a.subject == subject]


def test_asking_sets_the_money_aside(session: Session, place: Place) -> None:
    spend = ask(session, place)
    assert spend.state == State.RESERVED
    assert held(session, place) == (915_00, 85_00, 0, 0)
    queued = session.execute(text("SELECT task, arguments FROM outbox ORDER BY id DESC LIMIT 1"))
    assert tuple(queued.one()) == ("commissioning.decide", {"spend_id": spend.id})
    entry = families.latest_entries(session, [place.family.id], 1)[0]
    assert (entry.kind, entry.text) == (
        "spend",
        f"Asked for £85.00: cot and blackout blinds ({spend.reference})",
    )


def test_within_the_limit_policy_approves(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    assert spend.state == State.APPROVED
    assert [rule.to_asker for rule in spend.fired] == ["within your £100 limit"]
    assert spend.decider is None
    assert held(session, place) == (915_00, 0, 85_00, 0)


def test_a_second_delivery_changes_nothing(session: Session, place: Place) -> None:
    once = ask_and_decide(session, place)
    twice = decide(session, once)
    assert twice == once


def test_over_the_limit_it_waits_for_every_hub_manager(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    assert (spend.state, spend.decider_role) == (State.WAITING, "hub_manager")
    assert [rule.sentence for rule in spend.fired] == ["over the £100 limit"]
    assert held(session, place) == (815_00, 185_00, 0, 0)
    line = ["A request for £185.00 waits for your decision"]
    for manager in (place.manager, place.second_manager):
        assert inbox(session, manager.staff_id, spend.reference) == line
        assert [s.reference for s in queries.waiting_for(session, manager)] == [spend.reference]
    assert inbox(session, place.worker.staff_id, spend.reference) == []


def test_over_the_managers_limit_it_goes_to_the_service_lead(
    session: Session, place: Place
) -> None:
    spend = ask_and_decide(session, place, amount_pence=600_00)
    assert spend.decider_role == "service_lead"
    assert inbox(session, place.lead.staff_id, spend.reference) != []
    set_viewer(session, place.manager.viewer)
    with pytest.raises(Refusal, match="not yours to decide"):
        services.approve(session, place.manager, spend.reference, spend.version)
    set_viewer(session, place.lead.viewer)
    services.approve(session, place.lead, spend.reference, spend.version)
    assert queries.spend(session, spend.reference).decider == place.lead.name


def test_a_manager_approves_and_the_asker_is_told(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    set_viewer(session, place.manager.viewer)
    services.approve(session, place.manager, spend.reference, spend.version, "They need it")
    spend = queries.spend(session, spend.reference)
    assert (spend.state, spend.decider) == (State.APPROVED, place.manager.name)
    assert held(session, place) == (815_00, 0, 185_00, 0)
    assert inbox(session, place.second_manager.staff_id, spend.reference) == []
    told = inbox(session, place.worker.staff_id, spend.reference)
    assert told == ["Your request for £185.00 was approved"]


def test_declining_needs_a_reason_and_returns_the_money(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    set_viewer(session, place.manager.viewer)
    with pytest.raises(Refusal) as refused:
        services.decline(session, place.manager, spend.reference, spend.version, "  ")
    assert refused.value.field == "reason"
    services.decline(session, place.manager, spend.reference, spend.version, "Ask housing first")
    spend = queries.spend(session, spend.reference)
    assert (spend.state, spend.decision_reason) == (State.DECLINED, "Ask housing first")
    assert held(session, place) == (1_000_00, 0, 0, 0)


def test_who_comes_second_hears_who_decided_what(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    set_viewer(session, place.manager.viewer)
    services.approve(session, place.manager, spend.reference, spend.version)
    set_viewer(session, place.second_manager.viewer)
    with pytest.raises(Stale, match=f"{place.manager.name} has approved this already, on"):
        services.decline(session, place.second_manager, spend.reference, spend.version, "No")


def test_nobody_decides_their_own(session: Session, place: Place) -> None:
    spend = decide(session, ask(session, place, place.manager, amount_pence=185_00))
    assert inbox(session, place.manager.staff_id, spend.reference) == []
    assert queries.waiting_for(session, place.manager) == []
    set_viewer(session, place.manager.viewer)
    with pytest.raises(Refusal, match="your own"):
        services.approve(session, place.manager, spend.reference, spend.version)


def test_the_only_managers_own_request_goes_to_the_service_lead(
    session: Session, place: Place
) -> None:
    with as_accounts(session):
        session.execute(
            text("UPDATE post SET ended_on = london_today() WHERE staff_id = :id"),
            {"id": place.second_manager.staff_id},
        )
    spend = decide(session, ask(session, place, place.manager, amount_pence=185_00))
    assert spend.decider_role == "service_lead"
    assert inbox(session, place.lead.staff_id, spend.reference) != []


def test_an_overdue_decision_goes_on_once_and_both_may_decide(
    session: Session, place: Place
) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    set_viewer(session, place.lead.viewer)
    with pytest.raises(NotVisible):
        queries.spend(session, spend.reference)
    time_passes(session, spend, "decide_by")
    for _ in range(2):
        services.escalate_overdue(session)
    assert len(inbox(session, place.lead.staff_id, spend.reference)) == 1
    escalated = queries.spend(session, spend.reference)
    assert escalated.version == spend.version + 2
    assert escalated.decider_role == "service_lead"
    for actor in (place.lead, place.manager):
        set_viewer(session, actor.viewer)
        assert [s.reference for s in queries.waiting_for(session, actor)] == [spend.reference]
    with pytest.raises(Stale, match="gone on to the service leads"):
        services.approve(session, place.manager, spend.reference, spend.version)
    services.approve(session, place.manager, spend.reference, escalated.version)


def test_what_nobody_decides_lapses(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    time_passes(session, spend, "decide_by", "lapse_at")
    services.escalate_overdue(session)
    assert queries.spend(session, spend.reference).state == State.LAPSED
    assert held(session, place) == (1_000_00, 0, 0, 0)
    assert inbox(session, place.manager.staff_id, spend.reference) == []
    assert len(inbox(session, place.worker.staff_id, spend.reference)) == 1


@pytest.mark.parametrize("amount", [85_00, 185_00])
def test_the_asker_may_withdraw(session: Session, place: Place, amount: int) -> None:
    spend = ask_and_decide(session, place, amount_pence=amount)
    set_viewer(session, place.manager.viewer)
    with pytest.raises(Refusal, match="Only the person who asked"):
        services.withdraw(session, place.manager, spend.reference, spend.version)
    set_viewer(session, place.worker.viewer)
    services.withdraw(session, place.worker, spend.reference, spend.version)
    assert held(session, place) == (1_000_00, 0, 0, 0)
    with pytest.raises(Stale, match="has withdrawn this"):
        services.withdraw(session, place.worker, spend.reference, spend.version)


def test_what_is_left_over_goes_back(session: Session, place: Place) -> None:
    spend = buy(session, place, ask_and_decide(session, place), 79_99)
    assert spend.state == State.BOUGHT
    assert held(session, place) == (1_000_00 - 79_99, 0, 0, 79_99)


def test_a_little_more_is_taken_from_the_purse(session: Session, place: Place) -> None:
    spend = buy(session, place, ask_and_decide(session, place), 93_50)
    assert spend.purchase is not None and spend.purchase.paid_pence == 93_50
    assert held(session, place) == (1_000_00 - 93_50, 0, 0, 93_50)


def refused_purchase(session: Session, place: Place, spend: SpendView, **changes: object) -> str:
    """The field beside which a purchase is refused, and why."""
    bought = replace(Purchased(79_99, None, "Reuse", clock.today()), **changes)  # type: ignore[arg-type]
    set_viewer(session, place.worker.viewer)
    with pytest.raises(Refusal) as refused:
        services.record_purchase(session, place.worker, spend.reference, spend.version, bought)
    return f"{refused.value.field}: {refused.value.sentence}"


def test_purchases_that_cannot_be(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    today = clock.today()
    said = refused_purchase(session, place, spend, paid_pence=93_51)
    assert said.startswith("paid: £85.00 was approved, and it may cost at most £8.50 more.")
    assert refused_purchase(session, place, spend, vat_pence=80_00).startswith("vat: ")
    tomorrow = today + timedelta(days=1)
    assert "in the past" in refused_purchase(session, place, spend, bought_on=tomorrow)
    yesterday = today - timedelta(days=1)
    assert "before the money" in refused_purchase(session, place, spend, bought_on=yesterday)


def test_an_overrun_the_purse_cannot_pay(session: Session) -> None:
    place = a_place(session, 90_00)
    spend = ask_and_decide(session, place)
    said = refused_purchase(session, place, spend, paid_pence=91_00)
    assert said.startswith("paid: The purse has £5.00 available")


def test_buying_twice(session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    buy(session, place, spend, 79_99)
    with pytest.raises(Stale, match="bought already"):
        buy(session, place, spend, 79_99)


def test_a_short_purse_says_what_it_has(session: Session) -> None:
    place = a_place(session, 12_00)
    with pytest.raises(Refusal) as refused:
        ask(session, place)
    assert refused.value.field == "amount"
    assert refused.value.sentence == (
        "The purse has £12.00 available: ask for less, or speak to the hub manager"
    )


def test_wishes_that_cannot_be(session: Session, place: Place) -> None:
    other_hub = a_hub(session)
    manager = a_member_of_staff(session, "hub_manager", other_hub)
    worker = a_member_of_staff(session, "key_worker", other_hub)
    purse = a_purse(session, place.lead, other_hub, 500_00)
    family, goal = a_family(session, other_hub, manager, worker)
    theirs = queries.purse(session, place.lead, purse).id
    wrong = {
        "purse": {"purse_id": theirs},
        "goal": {"goal": goal},
        "members": {"member_ids": [family.members[0].id]},
        "category": {"category": "yacht"},
        "paying": {"paying": "gold"},
        "needed_by": {"needed_by": clock.today() - timedelta(days=1)},
        "vat": {"vat_pence": 86_00},
    }
    for field, changes in wrong.items():
        with pytest.raises(Refusal) as refused:
            ask(session, place, **changes)
        assert refused.value.field == field
    with pytest.raises(Refusal):
        ask(session, place, goal=uuid4())


def test_small_spends_of_one_kind_count_as_one(session: Session, place: Place) -> None:
    ask_and_decide(session, place, amount_pence=60_00)
    spend = ask_and_decide(session, place, amount_pence=60_00)
    assert [rule.code for rule in spend.fired] == ["split"]
    other = ask_and_decide(session, place, amount_pence=60_00, category="white_goods")
    assert other.state == State.APPROVED


def test_a_familys_twelve_weeks(session: Session, place: Place) -> None:
    for category in ("white_goods", "household", "baby"):
        ask_and_decide(session, place, amount_pence=100_00, category=category)
    spend = ask_and_decide(session, place, amount_pence=10_00)
    assert [rule.code for rule in spend.fired] == ["family_limit"]
    set_viewer(session, place.worker.viewer)
    assert queries.family_total(session, place.family.ids) == 310_00
    services.withdraw(session, place.worker, spend.reference, spend.version)
    assert queries.family_total(session, place.family.ids) == 300_00


def test_the_books_agree_with_every_spend(session: Session, place: Place) -> None:
    ask(session, place, amount_pence=20_00)
    ask_and_decide(session, place, amount_pence=185_00)
    buy(session, place, ask_and_decide(session, place, category="baby"), 79_99)
    spend = ask_and_decide(session, place, amount_pence=200_00)
    set_viewer(session, place.manager.viewer)
    services.decline(session, place.manager, spend.reference, spend.version, "No")
    set_viewer(session, TASK)
    # What a savepoint cannot do: seal entries in the chain. See test_real_commits.
    sealed = "Every entry is sealed in the chain of every book it touches."
    assert services.prove_ledger(session) == [sealed]
