"""A handoff about a child whom the hub knows already joins the record there is."""

from dataclasses import replace

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from keywork.families import services as families
from keywork.kernel.viewer import set_viewer
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories import handoffs
from tests.running import Running

PHONE = 320


def test_the_manager_attaches_it(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        place = handoffs.a_place(session)
        known = a_family_with_the_child(session, place)
        handoff = handoffs.a_handoff(session, place)
    page = sign_in(place.manager.email, PHONE)
    page.goto(f"/allocation/{handoff.reference}")
    attach = page.get_by_role("radio", name=f"Attach to {known}, Kettlewell")
    expect(attach).to_have_accessible_description("Rosa Kettlewell: same name and date of birth")
    attach.check()
    page.get_by_role("radio", name=place.key_worker.name).check()
    look(page, "allocate-known-family")
    page.get_by_role("button", name="Allocate").click()
    expect(page.get_by_role("main")).to_contain_text("waiting for its key worker")

    worker = sign_in(place.key_worker.email, PHONE)
    worker.goto(f"/handoffs/{handoff.reference}")
    worker.get_by_role("button", name="Accept").click()
    worker.goto(f"/families/{known}/people")
    expect(worker.get_by_role("rowheader", name="Joy Kettlewell")).to_be_visible()
    opened = "SELECT count(*) FROM family WHERE hub_id = %s"
    assert running.rows(opened, place.hub_id) == [(1,)]
    assert running.rows("SELECT count(*) FROM person WHERE given_name = 'Rosa'") == [(1,)]


def a_family_with_the_child(session: Session, place: handoffs.Place) -> str:
    """The reference of a family that the child of the handoff is in."""
    child = replace(handoffs.two_people()[0], nhs_number=None)
    set_viewer(session, place.manager.viewer)
    return families.open_family(session, place.manager, place.hub_id, [child]).reference
