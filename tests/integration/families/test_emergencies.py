"""A record opened in an emergency: for a time, under the eyes of its managers, never for all."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.alerts.queries import open_alerts
from keywork.families import queries, services
from keywork.families.emergency_rules import emergency_hours
from keywork.families.policy import parse_search
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import Database, PageClient
from tests.factories.access import RIGHT, an_emergency, knows
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.families import Case, a_case
from tests.factories.places import REFUGE, lives_at, named

REFUSED = "This record cannot be opened this way. Ask a hub manager."


@pytest.fixture
def stranger(session: Session) -> Actor:
    """A key worker of another hub."""
    return a_member_of_staff(session, "key_worker", a_hub(session))


def told(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The kind and path of each alert that somebody has."""
    set_viewer(session, actor.viewer)
    return [(alert.kind, alert.path) for alert in open_alerts(session, actor.staff_id)]


def acts(session: Session, prefix: str) -> list[tuple[str, str, str]]:
    """What the audit says of these acts, to an information officer."""
    set_viewer(session, a_member_of_staff(session, "information_officer", None).viewer)
    said = text("SELECT act, viewer, subject FROM audit_event WHERE act LIKE :like ORDER BY id")
    return [tuple(row) for row in session.execute(said, {"like": f"{prefix}.%"})]


def the_form(page: str) -> str:
    """A page without what is of this one filling-in."""
    return re.sub(r'KW-\d+|[0-9a-f-]{36}|csrf_token" value="[^"]+"', "", page)


def test_an_emergency_opens_a_record_and_its_managers_know_at_once(
    session: Session, client: PageClient, case: Case, stranger: Actor
) -> None:
    session.commit()
    address = f"/families/{case.reference}"
    client.sign_in(stranger.staff_id)
    assert client.get(address).status_code == 404
    asked = client.get(f"{address}/emergency")
    nowhere = client.get("/families/KW-9999999/emergency")
    assert the_form(asked.text) == the_form(nowhere.text)
    opened = client.post(f"{address}/emergency", data=RIGHT | {"text": case.reference})
    assert (opened.status_code, opened.location) == (303, address)
    page = client.get(f"{address}/chronology").text
    assert "You opened this record in an emergency." in page
    at = clock.now() + timedelta(hours=emergency_hours(clock.today()))
    assert f"It closes at {at.astimezone(clock.LONDON).strftime('%-I').lower()}" in page
    [(kind, path)] = told(session, case.manager)
    assert (kind, told(session, case.key_worker)) == ("glass.broken", [])
    own = client.sign_in(case.key_worker.staff_id).get(f"{address}/chronology").text
    assert "in an emergency" not in own
    listed = client.sign_in(case.manager.staff_id).get("/emergencies").text
    assert case.reference in listed and stranger.name in listed and "Open until" in listed
    client.sign_in(stranger.staff_id).post(f"{address}/emergency/close")
    assert client.get(address).status_code == 404
    client.sign_in(case.manager.staff_id)
    done = client.post(path, data={"justified": "yes", "words": "The child was found"})
    assert done.location == "/emergencies"
    assert "Justified" in client.get("/emergencies").text
    assert told(session, case.manager) == []
    viewers = (stranger.viewer, stranger.viewer, case.manager.viewer)
    done_acts = ("glass.broken", "glass.given_back", "glass.checked")
    assert acts(session, "glass") == [
        (act, viewer, case.reference) for act, viewer in zip(done_acts, viewers, strict=True)
    ]


def test_whoever_is_barred_learns_no_more_than_of_a_record_there_is_not(
    session: Session, client: PageClient, case: Case, stranger: Actor
) -> None:
    knows(session, case, case.outsider)
    session.commit()
    client.sign_in(case.outsider.staff_id)
    pages = []
    for reference in (case.reference, "KW-9999999"):
        answer = client.post("/emergency", data=RIGHT | {"text": reference})
        assert answer.status_code == 200 and REFUSED in answer.text
        assert RIGHT["reason"] in answer.text
        pages.append(the_form(answer.text))
    assert pages[0] == pages[1]
    assert told(session, case.outsider) == []
    set_viewer(session, case.manager.viewer)
    conflicts = f"/families/{case.reference}/team/conflicts"
    assert ("glass.refused", conflicts) in told(session, case.manager)
    tried = [subject for _, _, subject in acts(session, "glass")]
    assert tried == [case.reference, "KW-9999999"]


def test_somebody_found_exactly_is_opened_without_a_reference(
    session: Session, client: PageClient, case: Case, stranger: Actor
) -> None:
    session.commit()
    client.sign_in(stranger.staff_id)
    typed = "ava marsh 2/8/2019"
    found = client.post("/find", data={"text": typed}).text
    assert queries.HELD_ELSEWHERE in found and "KW-" not in found
    begun = client.post("/emergency", data={"text": typed})
    assert f'value="{typed}"' in begun.text and "There is a problem" not in begun.text
    vague = client.post("/emergency", data=RIGHT | {"text": "ava marsh"}).text
    assert "full name and date of birth" in vague
    opened = client.post("/emergency", data=RIGHT | {"text": typed})
    assert opened.location == f"/families/{case.reference}"
    unknown = client.post("/emergency", data=RIGHT | {"text": "ava marsh 3/8/2019"})
    assert REFUSED in unknown.text


def test_two_of_one_name_and_day_are_not_told_apart(session: Session, stranger: Actor) -> None:
    for _ in range(2):
        a_case(session, "Twosome")
    set_viewer(session, stranger.viewer)
    assert queries.sought_in_emergency(session, parse_search("leah twosome 17/5/1994")) is None


def test_what_is_protected_stays_with_whom_it_names(
    session: Session, case: Case, stranger: Actor
) -> None:
    lives_at(session, case, REFUGE, "Leah", readers=named(case.specialist))
    an_emergency(session, case, stranger)
    family = queries.family(session, case.reference)
    leah = next(member for member in family.members if member.given_name == "Leah")
    assert queries.places(session, family, leah, clock.today()).residences == []


def test_an_emergency_is_checked_once_and_by_nobody_for_themselves(
    session: Session, client: PageClient, case: Case
) -> None:
    other = a_member_of_staff(session, "hub_manager", a_hub(session))
    second = a_member_of_staff(session, "hub_manager", case.hub_id)
    officer = a_member_of_staff(session, "information_officer", None)
    reference = an_emergency(session, case, other)
    check = {"justified": False, "words": "Nobody was in danger"}
    with pytest.raises(NotVisible):
        services.check_emergency(session, other, reference, **check)
    session.commit()
    client.sign_in(officer.staff_id)
    assert "Save" not in client.get(f"/emergencies/{reference}").text
    assert client.sign_in(case.manager.staff_id).get("/emergencies/E-2222222").status_code == 404
    set_viewer(session, case.manager.viewer)
    services.check_emergency(session, case.manager, reference, **check)
    assert not queries.emergency(session, reference).is_open
    set_viewer(session, second.viewer)
    with pytest.raises(Stale, match=f"{case.manager.name} has checked this already"):
        services.check_emergency(session, second, reference, justified=True, words="Fine")
    set_viewer(session, other.viewer)
    with pytest.raises(NotVisible):
        queries.family(session, case.reference)
    with pytest.raises(DBAPIError, match="not to be one"):
        an_emergency(session, case, other)


def test_where_nobody_manages_the_hub_the_service_leads_are_told(
    session: Session, case: Case, stranger: Actor
) -> None:
    lead = a_member_of_staff(session, "service_lead", None)
    knows(session, case, case.manager)
    reference = an_emergency(session, case, stranger)
    assert ("glass.broken", f"/emergencies/{reference}") in told(session, lead)
    assert told(session, case.manager) == []
    set_viewer(session, lead.viewer)
    services.check_emergency(session, lead, reference, justified=True, words="A child was missing")
    assert ("glass.broken", f"/emergencies/{reference}") not in told(session, lead)


def test_an_emergency_ends_by_itself(scratch: Database, engine_of_own: Engine) -> None:
    with Session(engine_of_own) as session:
        case = a_case(session)
        stranger = a_member_of_staff(session, "key_worker", a_hub(session))
        an_emergency(session, case, stranger)
        session.commit()
        assert queries.family(session, case.reference).closes_at
        session.rollback()
        owner = create_engine(scratch.owner_url)
        with owner.begin() as connection:
            for force in ("NO FORCE", "FORCE"):
                connection.execute(text(f"ALTER TABLE break_glass {force} ROW LEVEL SECURITY"))
                if force == "NO FORCE":
                    connection.execute(
                        text("UPDATE break_glass SET broken_at = broken_at - interval '5 hours',"
                             " ends_at = now()")
                    )  # fmt: skip
        owner.dispose()
        with pytest.raises(NotVisible):
            queries.family(session, case.reference)


BREAK = (
    "INSERT INTO break_glass (reference, family_id, staff_id, kind, reason, ends_at) VALUES"
    " ('E-2345678', {family}, {staff}, 'danger', 'Somebody is in danger', now() + {hours})"
)
FOUR, DAY = "interval '4 hours'", "interval '25 hours'"


def test_the_database_lets_nobody_break_the_glass_otherwise(
    session: Session, case: Case, stranger: Actor
) -> None:
    knows(session, case, case.outsider)
    finance = a_member_of_staff(session, "finance", None)
    family, own = case.id, stranger.staff_id
    tried = [
        (
            stranger,
            BREAK.format(family=family, staff=case.outsider.staff_id, hours=FOUR),
            "row-level",
        ),
        (stranger, BREAK.format(family=family, staff=own, hours=DAY), "break_glass_check"),
        (finance, BREAK.format(family=family, staff=finance.staff_id, hours=FOUR), "row-level"),
        (
            case.outsider,
            BREAK.format(family=family, staff=case.outsider.staff_id, hours=FOUR),
            "row-level",
        ),
    ]
    an_emergency(session, case, stranger)
    manager = case.manager.staff_id
    tried += [
        (stranger, "UPDATE break_glass SET ends_at = now() + interval '9 days'", "permission"),
        (
            stranger,
            f"UPDATE break_glass SET checked_by = {manager}, justified = true, checked_at = now()",
            "checked once",
        ),
        (
            stranger,
            f"UPDATE break_glass SET checked_by = {own}, justified = true, checked_at = now()",
            "check",
        ),
        (case.manager, "UPDATE break_glass SET given_back_at = now()", r"row-level|over"),
        (stranger, "DELETE FROM break_glass", "permission"),
    ]
    for actor, statement, problem in tried:
        set_viewer(session, actor.viewer)
        with pytest.raises(DBAPIError, match=problem), session.begin_nested():
            session.execute(text(statement))
