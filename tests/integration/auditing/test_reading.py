"""Who reads what of the audit, and that it gives nothing away."""

import csv
import html
import io
import re
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.auditing import queries, services
from keywork.auditing.reference import figures
from keywork.kernel import audit, clock
from keywork.kernel.viewer import PUBLIC, Viewer, set_viewer, system_task
from keywork.web.spreadsheets import plain_cell
from tests.factories.accounts import a_member_of_staff
from tests.factories.commissioning import a_place, ask
from tests.factories.families import Case, a_case
from tests.integration.auditing.conftest import Browse

OURS = text("SELECT act FROM audit_event WHERE id > :after ORDER BY id")


def done(session: Session, viewer: Viewer, act: str, subject: str, family: int | None) -> None:
    """Somebody did something."""
    set_viewer(session, viewer)
    audit.record(session, act, subject, family_id=family)


def read_by(session: Session, viewer: Viewer, after: int) -> list[str]:
    """The acts that this viewer reads of."""
    set_viewer(session, viewer)
    return list(session.scalars(OURS, {"after": after}))


def conflicted(session: Session, case: Case, someone: Actor) -> None:
    """The manager declares that somebody knows a member of the family."""
    set_viewer(session, case.manager.viewer)
    session.execute(
        text("""
            INSERT INTO conflict_of_interest (staff_id, person_id, family_id, reason, declared_by)
            SELECT :staff, person_id, family_id, 'a cousin', :manager FROM member
            WHERE family_id = :family LIMIT 1"""),
        {"staff": someone.staff_id, "manager": case.manager.staff_id, "family": case.id},
    )


def test_everybody_reads_of_what_is_theirs_to_answer_for(
    session: Session, case: Case, officer: Actor
) -> None:
    other = a_case(session)
    lead = a_member_of_staff(session, "service_lead", None)
    set_viewer(session, officer.viewer)
    after = session.scalar(text("SELECT max(id) FROM audit_event"))
    worker, task = case.key_worker.viewer, system_task("commissioning")
    done(session, worker, "family.close", case.reference, None)
    done(session, worker, "search.asked", "name", None)
    done(session, worker, "person.merge", "somewhere", None)
    done(session, other.key_worker.viewer, "family.split", other.reference, None)
    done(session, task, "spend.lapse", "S-2222222", case.id)
    done(session, PUBLIC, "search.run", "name", None)
    done(session, case.manager.viewer, "family.reopen", other.reference, None)
    everything = read_by(session, officer.viewer, after)
    assert len(everything) == 7
    own = ["family.close", "search.asked", "person.merge"]
    assert read_by(session, worker, after) == own
    theirs = ["family.close", "search.asked", "spend.lapse", "family.reopen"]
    assert read_by(session, case.manager.viewer, after) == theirs
    assert read_by(session, other.manager.viewer, after) == ["family.split", "family.reopen"]
    assert read_by(session, lead.viewer, after) == ["search.asked"]
    for nobody in (case.specialist.viewer, case.outsider.viewer, task, services.TASK, PUBLIC):
        assert read_by(session, nobody, after) == [], nobody
    set_viewer(session, services.TASK)
    assert services.seal(session) == []
    session.execute(text("SELECT set_config('keywork.viewer', '', true)"))
    assert session.scalars(OURS, {"after": 0}).all() == []


def test_who_has_a_conflict_of_interest_reads_nothing_of_the_family(
    session: Session, case: Case, officer: Actor, browse: Browse
) -> None:
    done(session, case.outsider.viewer, "family.read", case.reference, None)
    for someone in (officer, case.outsider):
        set_viewer(session, someone.viewer)
        mine = text("SELECT count(*) FROM audit_event WHERE family_id = :id")
        assert session.scalar(mine, {"id": case.id})
        conflicted(session, case, someone)
        set_viewer(session, someone.viewer)
        assert not session.scalar(mine, {"id": case.id})
    page = browse(officer)
    assert page.get(f"/families/{case.reference}/audit").status_code == 404
    assert "no family with this reference" in page.get(f"/audit?family={case.reference}").text
    assert case.reference not in page.get("/audit").text


def test_a_refusal_looks_the_same_whether_the_record_is_there_or_not(
    session: Session, case: Case, browse: Browse
) -> None:
    page = browse(case.outsider)
    for reference in (case.reference, "KW-98765"):
        assert page.get(f"/families/{reference}/chronology").status_code == 404
    mine = page.get("/audit/mine").text
    assert mine.count("Asked for a record that could not be opened") == 2
    assert case.reference not in mine and "KW-98765" not in mine
    page = browse(case.manager)
    assert "Asked for a record" in page.get(f"/families/{case.reference}/audit").text


def test_a_reference_is_shown_to_who_may_read_the_thing_and_else_the_kind_of_act(
    session: Session, officer: Actor, browse: Browse
) -> None:
    place = a_place(session)
    spend = ask(session, place)
    family = place.family.reference
    shown = {
        actor: browse(actor).get(f"/families/{family}/audit").text
        for actor in (place.manager, officer)
    }
    assert all("Asked for money" in page for page in shown.values())
    assert spend.reference in shown[place.manager]
    assert spend.reference not in shown[officer]
    assert spend.reference not in browse(officer).get("/audit").text
    assert spend.reference not in browse(place.lead).get("/audit/mine").text


def test_each_page_is_for_whom_it_is(
    session: Session, case: Case, officer: Actor, browse: Browse
) -> None:
    other = a_case(session)
    lead = a_member_of_staff(session, "service_lead", None)
    done(session, case.key_worker.viewer, "search.asked", "name+born", None)
    done(session, case.key_worker.viewer, "family.read", case.reference, None)
    set_viewer(session, officer.viewer)
    uid = queries_uid(session, case.key_worker)
    for actor, of_family, of_worker in (
        (case.key_worker, 403, 403),
        (case.manager, 200, 200),
        (other.manager, 404, 404),
        (officer, 200, 200),
        (lead, 403, 200),
    ):
        page = browse(actor)
        assert page.get(f"/families/{case.reference}/audit").status_code == of_family
        answer = page.get(f"/audit/staff/{uid}")
        assert answer.status_code == of_worker
        if of_worker == 200:
            assert "Searched by: name, born" in answer.text
            assert ("Opened the record" in answer.text) == (actor is not lead)
        assert page.get("/audit/mine").status_code == 200
    said = browse(officer).get("/audit", query_string={"worker": uid, "act": "search.asked"}).text
    assert case.key_worker.name in said and "Searched by: name, born" in said
    assert page.get("/audit?since-day=31&since-month=2&since-year=2026").status_code == 200


def queries_uid(session: Session, actor: Actor) -> str:
    """By what name somebody's page is addressed."""
    return next(str(w.uid) for w in queries.workers(session) if w.id == actor.staff_id)


def test_nothing_is_lost_between_two_pages(
    session: Session, case: Case, officer: Actor, browse: Browse
) -> None:
    for number in range(queries.SHOWN + 20):
        done(session, case.key_worker.viewer, "family.read", f"KW-{number:04}", case.id)
    page, address = browse(officer), f"/families/{case.reference}/audit"
    opened = 0
    while address:
        shown = page.get(address).text
        opened += shown.count("Opened the record")
        found = re.search(r'href="([^"]+)"[^>]*rel="next"', shown)
        address = html.unescape(found[1]) if found else ""
    assert opened == queries.SHOWN + 20
    assert page.get(f"/families/{case.reference}/audit?before=nonsense").status_code == 200


def test_a_spreadsheet_is_audited_and_holds_no_formula(
    session: Session, case: Case, officer: Actor, browse: Browse
) -> None:
    answer = browse(officer).get(f"/audit/export?family={case.reference.lower()}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {row["Family"] for row in rows} == {case.reference}
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert plain_cell("=1+1") == "'=1+1"
    set_viewer(session, officer.viewer)
    last = text("SELECT act FROM audit_event ORDER BY id DESC LIMIT 1")
    assert session.scalar(last) == "export.audit"


def test_what_stands_out_is_listed(
    session: Session, case: Case, officer: Actor, browse: Browse
) -> None:
    chosen = figures(clock.today())
    busy, stranger = case.specialist, case.outsider
    for number in range(chosen.families_in_an_hour):
        done(session, busy.viewer, "family.read", f"KW-{number:04}", 10_000_000 + number)
    for number in range(chosen.refusals_in_a_day):
        done(session, busy.viewer, "family.refused", f"KW-9{number:04}", None)
    done(session, stranger.viewer, "family.read", case.reference, None)
    done(session, case.key_worker.viewer, "family.read", case.reference, None)
    done(session, stranger.viewer, "glass.broken", case.reference, None)
    set_viewer(session, officer.viewer)
    found = queries.worth_a_look(session, chosen, clock.today())
    ours = {
        kind: [(row.who, row.family, row.times) for row in rows if row.family == case.reference]
        for kind, rows in found.items()
    }
    assert ours["strangers"] == [(stranger.name, case.reference, 1)]
    assert ours["emergencies"] == [(stranger.name, case.reference, 1)]
    assert (busy.name, chosen.families_in_an_hour) in [(r.who, r.times) for r in found["many"]]
    assert [(r.who, r.times) for r in found["refused"]] == [(busy.name, chosen.refusals_in_a_day)]
    later = clock.today() + timedelta(days=chosen.look_back_days + 1)
    assert not any(queries.worth_a_look(session, chosen, later).values())
    assert case.reference in browse(case.manager).get("/audit/worth-a-look").text
    other = a_case(session).manager
    assert case.reference not in browse(other).get("/audit/worth-a-look").text


def test_the_operator_verifies(session: Session, case: Case, browse: Browse) -> None:
    runner = browse(case.manager).application.test_cli_runner()
    assert "Every sealed day is as it was sealed." in runner.invoke(args=["audit", "verify"]).output
