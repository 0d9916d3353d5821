"""Whom in the family something protected may be given to, as the forms ask and the record keeps."""

from html import unescape
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.kernel.viewer import copying_for, set_viewer
from keywork.plans import queries as plans
from keywork.plans import services as plan_services
from tests.conftest import PageClient
from tests.factories import commissioning
from tests.factories.copies import Story
from tests.factories.families import Case
from tests.factories.visits import visit_form

TOLD = "It may be given to {}."


def readers(session: Session, table: str, case: Case) -> list[str]:
    """Of the newest row of the family's."""
    session.expire_all()
    set_viewer(session, case.manager.viewer)
    sql = f"SELECT readers FROM {table} WHERE family_id = :id ORDER BY id DESC LIMIT 1"
    found: list[str] = session.execute(text(sql), {"id": case.id}).scalar_one()
    return found


def test_every_form_about_who_may_read_asks_whom_it_may_be_given_to(
    session: Session, client: PageClient, story: Story
) -> None:
    case, mother = story.case, story.mother
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    family = f"/families/{case.reference}"
    person = f"{family}/people/{mother.uid}"
    since = dict(zip(("since-day", "since-month", "since-year"), ("1", "6", "2026"), strict=True))
    named: dict[str, Any] = {"readers": "named", "named_members": [mother.id]}
    forms: dict[str, tuple[str, dict[str, Any]]] = {
        "need": (
            f"{family}/plan/needs/new",
            {"member": mother.id, "need": "money.", "severity": "2"},
        ),
        "residence": (
            f"{family}/addresses/new",
            {"who": [mother.id], "kind": "temporary", "address": "1 New Road", **since},
        ),
        "contact_point": (
            f"{person}/contacts/new",
            {"kind": "mobile", "value": "07700 900111", "ways": ["may_text"]},
        ),
        "affiliation": (f"{person}/affiliations/new", {"kind": "gp", "name": "Lime", **since}),
        "professional": (
            f"{family}/team/professionals/new",
            {"name": "Ada Bell", "role": "IDVA", **since},
        ),
    }
    for table, (address, answers) in forms.items():
        sent = {"submission": str(uuid4()), **answers}
        assert client.post(address, data=sent | named).status_code == 303, table
        assert f"member:{mother.id}" in readers(session, table, case), table
        again = sent | named | {"submission": str(uuid4()), "named_members": ["999999999"]}
        assert "Choose from the options" in client.post(address, data=again).text, table


def test_a_visit_says_to_its_readers_whom_it_may_be_given_to(
    session: Session, client: PageClient, story: Story
) -> None:
    case = story.case
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    sent = visit_form(case, protected_text="She has a plan", named_members=[story.mother.id])
    assert client.post(f"/families/{case.reference}/visits/new", data=sent).status_code == 303
    assert f"member:{story.mother.id}" in readers(session, "entry", case)
    chronology = f"/families/{case.reference}/chronology"
    assert TOLD.format("Leah Marsh") in unescape(client.get(chronology).text)
    client.sign_in(case.specialist.staff_id)
    assert "may be given to" not in client.get(chronology).text


def test_what_follows_from_a_need_may_be_given_to_the_same(session: Session, story: Story) -> None:
    case = story.case
    goal = plans.goal(session, [case.id], story.goal)
    assert goal.named_members == [story.mother.id]
    both = [
        plan_services.add_need(
            session,
            case.key_worker,
            case.id,
            member_id=story.mother.id,
            domain=domain,
            severity=1,
            protected=True,
            named_members=members,
        )
        for domain, members in (("housing", [story.mother.id]), ("crime", [story.father.id]))
    ]
    shared = plan_services.add_goal(
        session, case.key_worker, case.id, words="x", baseline=1, need_uids=both
    )
    assert plans.goal(session, [case.id], shared).named_members == []


def test_a_spend_may_be_given_to_whom_its_goal_may(session: Session) -> None:
    place = commissioning.a_place(session)
    mother, child = place.family.members
    need = plan_services.add_need(
        session,
        place.worker,
        place.family.id,
        member_id=mother.id,
        domain="domestic_abuse",
        severity=2,
        named_members=[mother.id],
    )
    goal = plan_services.add_goal(
        session, place.worker, place.family.id, words="Safe", baseline=1, need_uids=[need]
    )
    hers = commissioning.ask_and_decide(session, place, goal=goal, member_ids=[mother.id])
    theirs = commissioning.ask_and_decide(session, place, goal=goal)
    others = commissioning.ask_and_decide(session, place, member_ids=[child.id])
    set_viewer(session, place.worker.viewer)
    with copying_for(session, mother.person_id):
        for table in ("spend", "spend_line"):
            assert set(session.scalars(text(f"SELECT reference FROM {table}"))) == {hers.reference}
        told = " ".join(session.scalars(text("SELECT text FROM entry WHERE kind = 'spend'")))
    assert hers.reference in told and others.reference not in told
    assert theirs.reference in told
    with copying_for(session, child.person_id):
        assert set(session.scalars(text("SELECT reference FROM spend"))) == {others.reference}
    set_viewer(session, place.finance.viewer)
    with copying_for(session, mother.person_id):
        assert set(session.scalars(text("SELECT reference FROM spend_line"))) <= {hers.reference}
