"""Asking for money, as people do it well and badly."""

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from keywork.commissioning import queries
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.commissioning import (
    TASK,
    Place,
    a_family,
    a_purse,
    ask_and_decide,
    decide,
)
from tests.integration.commissioning.browsing import asked, new_page, signed_in, spends


def test_asking(client: PageClient, session: Session, place: Place) -> None:
    browser = signed_in(client, session, place.worker)
    page = browser.get(new_page(place)).text
    assert "<strong>£1,000.00</strong> left in Early help" in page
    assert "Within your £100 limit" in page
    answer = browser.post(new_page(place), data=asked(place))
    [spend] = spends(session, place)
    assert answer.location == f"/spends/{spend.reference}"
    page = browser.get(answer.location).text
    assert "The money is set aside" in page and "data-done" not in page
    set_viewer(session, TASK)
    decide(session, queries.spend(session, spend.reference))
    session.commit()
    for address in (answer.location, f"{answer.location}/status"):
        page = browser.get(address).text
        assert "Decided by policy: within your £100 limit." in page and "data-done" in page
    tab = browser.get(f"/families/{place.family.reference}/money").text
    assert "cot and blackout blinds" in tab and "<strong>£85.00</strong>" in tab


def test_sending_it_twice_asks_once(client: PageClient, session: Session, place: Place) -> None:
    browser = signed_in(client, session, place.worker)
    form = asked(place)
    first, second = (browser.post(new_page(place), data=form) for _ in range(2))
    assert first.location == second.location
    assert len(spends(session, place)) == 1


@pytest.mark.parametrize(
    ("typed", "pence"), [("£1,234.50", 1_234_50), ("12", 12_00), (" 12.5 ", 12_50)]
)
def test_amounts(
    client: PageClient, session: Session, place: Place, typed: str, pence: int
) -> None:
    a_purse(session, place.lead, place.hub_id, 5_000_00)
    browser = signed_in(client, session, place.worker)
    assert browser.post(new_page(place), data=asked(place, amount=typed)).status_code == 303
    assert [spend.amount_pence for spend in spends(session, place)] == [pence]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12.345", "The amount must be in whole pence"),
        ("-5", "The amount must be more than £0"),
        ("0", "The amount must be more than £0"),
        ("1e9", "Enter an amount in pounds and pence"),
        ("NaN", "Enter an amount in pounds and pence"),
        ("١٢", "Enter an amount in pounds and pence"),
        ("99999999999999999999", "The amount must be £1,000,000.00 or less"),
        ("", "Enter how much it is"),
        ("1000.01", "The purse has £1,000.00 available: ask for less"),
    ],
)
def test_amounts_that_are_none(
    client: PageClient, session: Session, place: Place, typed: str, said: str
) -> None:
    browser = signed_in(client, session, place.worker)
    page = browser.post(new_page(place), data=asked(place, amount=typed))
    assert page.status_code == 200
    assert said in page.text and "Nobody sleeps" in page.text
    assert re.search(r'id="amount-error"', page.text)
    assert spends(session, place) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "yacht"},
        {"what": ""},
        {"what": "x" * 201},
        {"what": "a\x00b"},
        {"members": []},
        {"members": ["999999999"]},
        {"members": ["x", ""]},
        {"goal": str(uuid4())},
        {"goal": "1 OR 1=1"},
        {"paying": "gold"},
        {"needed_by-day": "31", "needed_by-month": "2"},
        {"needed_by-year": "2001"},
        {"why": ""},
        {"why": "x" * 2001},
        {"vat": "85.01"},
        {"vat": "x"},
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    client: PageClient, session: Session, place: Place, changes: dict[str, Any]
) -> None:
    browser = signed_in(client, session, place.worker)
    page = browser.post(new_page(place), data=asked(place, **changes))
    assert page.status_code == 200 and "There is a problem" in page.text
    assert browser.post(new_page(place), data={}).status_code == 200
    assert spends(session, place) == []


def test_the_forecast(client: PageClient, session: Session, place: Place) -> None:
    browser = signed_in(client, session, place.worker)
    address = f"/families/{place.family.reference}/money/forecast"
    for typed, said in {
        "85": "Within your £100 limit: you will be able to buy it straight away.",
        "185": "Goes to the hub manager; usually decided within 4 working hours."
        " Because: over your £100 limit.",
        "5000": "The purse has £1,000.00 available: ask for less",
        "nonsense": "Anything else goes to the hub manager",
    }.items():
        assert said in browser.post(address, data=asked(place, amount=typed)).text
    assert browser.post(address, data={}).status_code == 200


def test_another_hubs_family_is_not_there(
    client: PageClient, session: Session, place: Place
) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    hub = a_hub(session)
    worker = a_member_of_staff(session, "key_worker", hub)
    manager = a_member_of_staff(session, "hub_manager", hub)
    a_family(session, hub, manager, worker)
    browser = signed_in(client, session, worker)
    for address in (
        new_page(place),
        f"/families/{place.family.reference}/money",
        f"/spends/{spend.reference}",
        f"/spends/{spend.reference}/status",
        f"/spends/{spend.reference}/purchase",
        f"/spends/{spend.reference}/receipt",
        f"/spends/{spend.reference}/withdraw",
        f"/purses/{place.purse}",
        "/spends/S-ZZZZZZZ",
        f"/receipts/{uuid4()}",
    ):
        assert browser.get(address).status_code == 404
    assert browser.post(new_page(place), data=asked(place)).status_code == 404
    browser = signed_in(client, session, manager)
    decision = {"decision": "approve", "version": spend.version}
    assert browser.post(f"/spends/{spend.reference}/decide", data=decision).status_code == 404
