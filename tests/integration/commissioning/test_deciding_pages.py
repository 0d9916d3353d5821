"""Deciding, in the order and out of it."""

import pytest
from sqlalchemy.orm import Session

from keywork.commissioning.models import State
from tests.conftest import PageClient
from tests.factories.commissioning import (
    Place,
    ask,
    ask_and_decide,
    decide,
)
from tests.integration.commissioning.browsing import decide_page, signed_in, spends


def test_deciding(client: PageClient, session: Session, place: Place) -> None:
    earlier = ask_and_decide(session, place, amount_pence=60_00, category="baby", what="a pram")
    spend = ask_and_decide(session, place, amount_pence=185_00, what="two beds")
    browser = signed_in(client, session, place.worker)
    page = browser.get(f"/spends/{spend.reference}").text
    assert "Waiting for the hub manager: because over your £100 limit; usually decided by" in page
    browser = signed_in(client, session, place.manager)
    assert "two beds" in browser.get("/approvals").text
    page = browser.get(decide_page(spend)).text
    for said in ("over the £100 limit", "Nobody sleeps", "Everyone sleeps through", "a pram"):
        assert said in page
    assert earlier.reference in page
    answer = browser.post(
        decide_page(spend), data={"decision": "decline", "version": spend.version, "reason": ""}
    )
    assert "Say why you decline it" in answer.text
    answer = browser.post(
        decide_page(spend), data={"decision": "approve", "version": spend.version}
    )
    assert answer.location == "/approvals"
    assert browser.get(decide_page(spend)).location == f"/spends/{spend.reference}"


def test_deciding_after_somebody_else(client: PageClient, session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    form = {"decision": "decline", "version": spend.version, "reason": "Ask housing first"}
    first = signed_in(client, session, place.manager)
    assert first.post(decide_page(spend), data=form).status_code == 303
    second = signed_in(client, session, place.second_manager)
    page = second.post(decide_page(spend), data=form | {"decision": "approve"}).text
    assert f"{place.manager.name} has declined this already" in page
    assert "Ask housing first</textarea>" in page


@pytest.mark.parametrize("decision", ["", "both", "APPROVE"])
def test_a_decision_that_is_none(
    client: PageClient, session: Session, place: Place, decision: str
) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    browser = signed_in(client, session, place.manager)
    form = {"decision": decision, "version": spend.version, "reason": "No"}
    assert "Choose Approve or Decline" in browser.post(decide_page(spend), data=form).text
    assert spends(session, place)[0].state == State.WAITING


@pytest.mark.parametrize("version", ["", "x", "-1", "999999999999999999999", "²"])
def test_a_version_that_is_none(
    client: PageClient, session: Session, place: Place, version: str
) -> None:
    spend = ask_and_decide(session, place, amount_pence=185_00)
    browser = signed_in(client, session, place.manager)
    page = browser.post(decide_page(spend), data={"decision": "approve", "version": version})
    assert page.status_code == 200 and "Look at it again" in page.text
    assert spends(session, place)[0].state == State.WAITING


def test_ones_own_request_is_not_there_to_decide(
    client: PageClient, session: Session, place: Place
) -> None:
    spend = decide(session, ask(session, place, place.manager, amount_pence=185_00))
    browser = signed_in(client, session, place.manager)
    assert "Nothing waits for your decision" in browser.get("/approvals").text
    assert browser.get(decide_page(spend)).status_code == 303
    form = {"decision": "approve", "version": spend.version}
    assert "You cannot decide your own" in browser.post(decide_page(spend), data=form).text


def test_a_service_lead_decides_without_the_familys_record(
    client: PageClient, session: Session, place: Place
) -> None:
    spend = ask_and_decide(session, place, amount_pence=600_00)
    browser = signed_in(client, session, place.lead)
    page = browser.get(decide_page(spend)).text
    assert "Nobody sleeps" in page
    for hidden in ("Everyone sleeps through", place.family.reference, "Leah", "Ivo"):
        assert hidden not in page
    assert "One you cannot open" in browser.get("/approvals").text
    form = {"decision": "approve", "version": spend.version}
    assert browser.post(decide_page(spend), data=form).status_code == 303
