"""What is in a purse, and putting money in."""

from uuid import uuid4

from sqlalchemy.orm import Session

from keywork.kernel import clock
from tests.conftest import PageClient
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.commissioning import (
    Place,
    a_family,
    a_purse,
    ask_and_decide,
    buy,
)
from tests.factories.families import a_case
from tests.integration.commissioning.browsing import asked, new_page, signed_in


def test_purse_pages(client: PageClient, session: Session, place: Place) -> None:
    spend = buy(session, place, ask_and_decide(session, place), 79_99)
    for actor, postings in (
        (place.worker, False),
        (place.manager, True),
        (place.lead, True),
        (place.finance, True),
    ):
        browser = signed_in(client, session, actor)
        assert place.purse in browser.get("/purses").text
        page = browser.get(f"/purses/{place.purse}").text
        assert spend.reference in page
        assert (f"/spends/{spend.reference}" in page) == (actor in (place.worker, place.manager))
        assert (f"/purses/{place.purse}/postings/spent" in page) == postings
        if postings:
            listed = browser.get(f"/purses/{place.purse}/postings/spent").text
            assert "£79.99" in listed and spend.reference in listed
            assert browser.get(f"/purses/{place.purse}/postings/x").status_code == 404


def test_putting_money_in(client: PageClient, session: Session, place: Place) -> None:
    hub = a_hub(session)
    browser = signed_in(client, session, place.lead)
    year = clock.financial_year(clock.today())
    form = {"hub": str(hub), "fund": "CRF", "year": str(year), "amount": "£1,000"}
    form["submission"] = str(uuid4())
    answers = [browser.post("/purses/allocate", data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert "£1,000.00 available of £1,000.00" in browser.get(answers[0].location).text
    again = form | {"submission": str(uuid4()), "amount": "500"}
    assert browser.post("/purses/allocate", data=again).location == answers[0].location
    assert "£1,500.00 available of £1,500.00" in browser.get(answers[0].location).text
    for wrong in ({"hub": "0"}, {"fund": "GOLD"}, {"year": "1066"}, {"amount": "-1"}):
        page = browser.post("/purses/allocate", data=form | wrong)
        assert page.status_code == 200 and "There is a problem" in page.text
    assert signed_in(client, session, place.manager).get("/purses/allocate").status_code == 403


def test_two_funds_and_no_purse(client: PageClient, session: Session, place: Place) -> None:
    a_purse(session, place.lead, place.hub_id, 50_00, "CRF")
    browser = signed_in(client, session, place.worker)
    assert "Crisis and Resilience Fund" in browser.get(new_page(place)).text
    assert "Choose the fund" in browser.post(new_page(place), data=asked(place)).text
    year = clock.financial_year(clock.today())
    code = place.purse.removesuffix(f"-EH-{year}")
    form = asked(place, purse=f"{code}-CRF-{year}")
    assert "The purse has £50.00 available" in browser.post(new_page(place), data=form).text
    hub = a_hub(session)
    worker = a_member_of_staff(session, "key_worker", hub)
    manager = a_member_of_staff(session, "hub_manager", hub)
    family, _ = a_family(session, hub, manager, worker)
    browser = signed_in(client, session, worker)
    page = browser.get(f"/families/{family.reference}/money/new").text
    assert "has no purse for this financial year" in page


def test_whoever_sees_no_goal_is_led_to_the_plan(
    client: PageClient, session: Session, place: Place
) -> None:
    case = a_case(session, hub_id=place.hub_id)
    browser = signed_in(client, session, case.key_worker)
    page = browser.get(f"/families/{case.reference}/money/new").text
    assert f'href="/families/{case.reference}/plan">Add a goal to the plan' in page


def test_commands(client: PageClient, session: Session) -> None:
    session.commit()
    runner = client.application.test_cli_runner()
    assert "The policy is filed" in runner.invoke(args=["policy", "load"]).output
    assert "filed already" in runner.invoke(args=["policy", "load"]).output
    assert "Everything holds" in runner.invoke(args=["ledger", "prove"]).output
