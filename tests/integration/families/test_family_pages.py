"""The family's pages, as people use them."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from keywork.families import queries, services
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.auditing import audited
from tests.factories.families import Case
from tests.factories.visits import visit_form


@pytest.fixture
def page(client: PageClient, session: Session, case: Case) -> PageClient:
    """A browser in which the key worker is signed in."""
    session.commit()
    return client.sign_in(case.key_worker.staff_id)


def post_visit(page: PageClient, case: Case, **changed: Any) -> TestResponse:
    """Send the form."""
    return page.post(f"/families/{case.reference}/visits/new", data=visit_form(case, **changed))


def visits(session: Session, case: Case) -> list[queries.EntryView]:
    """What there is of visits, for the key worker."""
    session.expire_all()
    set_viewer(session, case.key_worker.viewer)
    entries = queries.chronology(session, [case.id]).entries
    return [entry for entry in entries if entry.kind == "visit"]


def test_a_family_of_others_is_not_found(page: PageClient, session: Session, case: Case) -> None:
    page.sign_in(case.outsider.staff_id)
    paths = ("chronology", "people", "visits/new", "safe-contact", f"chronology/{uuid4()}/correct")
    for path in paths:
        assert page.get(f"/families/{case.reference}/{path}").status_code == 404


def test_a_correction_stands_beside_what_it_corrects(
    page: PageClient, session: Session, case: Case
) -> None:
    post_visit(page, case, protected_text="At 12 High Street.", text="")
    [wrong] = visits(session, case)
    path = f"/families/{case.reference}/chronology/{wrong.uid}/correct"
    right = {"text": "At 21 High Street.", "reason": "Wrong number"}
    assert "Change what the entry says" in page.post(path, data={**right, "text": wrong.text}).text
    assert page.post(path, data=right).status_code == 303
    new, old = visits(session, case)
    assert (new.corrects, old.corrected_by) == (old.uid, new.uid)
    assert (new.protected, new.subjects, new.happened_at) == (True, old.subjects, old.happened_at)
    late = page.post(path, data={**right, "text": "At 22 High Street."})
    assert f"{case.key_worker.name} has corrected this entry since" in late.text
    assert "At 22 High Street." in late.text
    latest = [entry.text for entry in queries.latest_entries(session, [case.id])]
    assert right["text"] in latest and wrong.text not in latest


def test_only_author_and_manager_correct(page: PageClient, session: Session, case: Case) -> None:
    post_visit(page, case)
    [visit] = visits(session, case)
    path = f"/families/{case.reference}/chronology/{visit.uid}/correct"
    right = {"text": "Right.", "reason": "Wrong"}
    page.sign_in(case.specialist.staff_id)
    assert "Only the author" in page.post(path, data=right).text
    assert path not in page.get(f"/families/{case.reference}/chronology").text
    page.sign_in(case.manager.staff_id)
    assert page.post(path, data=right).status_code == 303


def test_what_is_protected_cannot_be_corrected_by_those_it_is_hidden_from(
    page: PageClient, session: Session, case: Case
) -> None:
    post_visit(page, case, text="", protected_text="Hidden.")
    [visit] = visits(session, case)
    page.sign_in(case.specialist.staff_id)
    for uid in (visit.uid, uuid4()):
        path = f"/families/{case.reference}/chronology/{uid}/correct"
        assert page.get(path).status_code == page.post(path, data={}).status_code == 404


def test_safe_contact_is_above_everything_and_can_change(
    page: PageClient, session: Session, case: Case
) -> None:
    banner = "Text only. Do not leave messages. Do not write to the home address. Before 3pm."
    for path in ("chronology", "people", "visits/new", "safe-contact"):
        assert banner in page.get(f"/families/{case.reference}/{path}").text
    path = f"/families/{case.reference}/safe-contact"
    version = session.scalar(text("SELECT max(id) FROM safe_contact"))
    form = {"version": version, "ways": ["may_call"], "advice": "ask for L"}
    assert page.post(path, data={**form, "advice": "x" * 501}).status_code == 200
    assert page.post(path, data=form).status_code == 303
    assert "Call only." in page.get(f"/families/{case.reference}/people").text


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 30])
def test_safe_contact_that_somebody_changed_meanwhile_is_not_overwritten(
    page: PageClient, session: Session, case: Case, version: str
) -> None:
    path = f"/families/{case.reference}/safe-contact"
    answer = page.post(path, data={"version": version, "ways": ["may_write"], "advice": "kept"})
    assert f"{case.manager.name} has changed safe contact since" in answer.text
    assert 'value="kept"' in answer.text
    latest = session.scalar(text("SELECT max(id) FROM safe_contact"))
    assert f'name="version" type="hidden" value="{latest}"' in answer.text


def test_opening_a_family_is_audited_and_so_is_being_refused(
    page: PageClient, session: Session, case: Case
) -> None:
    page.get(f"/families/{case.reference}/chronology")
    page.get(f"/families/{case.reference}/people/{uuid4()}")
    page.sign_in(case.outsider.staff_id).get(f"/families/{case.reference}/chronology")
    noted = [(e.viewer, e.act) for e in audited(session, "family.re%") if e.family_id == case.id]
    assert noted == [
        (case.key_worker.viewer, "family.read"),
        (case.key_worker.viewer, "family.read"),
        (case.outsider.viewer, "family.refused"),
    ]


def test_a_wrong_place_in_the_chronology_is_its_beginning(page: PageClient, case: Case) -> None:
    path = f"/families/{case.reference}/chronology"
    assert "Safe contact" in page.get(f"{path}?before=nonsense").text
    assert page.get(f"{path}?before={uuid4()}").status_code == 200


def test_record_entry_is_for_the_session_viewer(session: Session, case: Case) -> None:
    services.record_entry(session, family_id=case.id, kind="visit", text="x")
    assert visits(session, case)[0].author == case.key_worker.viewer
