"""Consent and sharing: recorded by rules that the database holds too, read by whoever may."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import PUBLIC, set_viewer, system_task
from keywork.sharing import queries
from tests.conftest import PageClient
from tests.factories import handoffs
from tests.factories.families import Case, a_case
from tests.factories.sharing import SCHOOL, a_consent, a_decision


@pytest.fixture
def case(session: Session) -> Case:
    """A family with its team; the session reads for its key worker."""
    return a_case(session)


def answer(
    session: Session, case: Case, state: str, version: int = 0, by: Actor | None = None, **more: Any
) -> UUID:
    """An answer of the first member's, recorded by the key worker unless someone else is given."""
    return a_consent(session, by or case.key_worker, case.reference, state, version, **more)


def decide(session: Session, case: Case, **changes: Any) -> None:
    """The key worker shares with the school."""
    a_decision(session, case.key_worker, case.reference, **changes)


def now(session: Session, case: Case, actor: Actor | None = None) -> list[str]:
    """Where the first member stands, as somebody sees it."""
    set_viewer(session, (actor or case.key_worker).viewer)
    found = queries.consents(session, families.family(session, case.reference))
    return [view.state for view in found[0].now]


def test_the_latest_answer_holds_and_every_answer_stays(session: Session, case: Case) -> None:
    for version, state in enumerate(("asked", "given", "withdrawn")):
        answer(session, case, state, version)
    answer(session, case, "refused", organisation="")
    assert now(session, case) == ["Refused", "Withdrawn"]
    [person, *others] = queries.consents(session, families.family(session, case.reference))
    assert [view.answer.state for view in person.history] == [
        *("refused", "withdrawn", "given", "asked")
    ]
    assert [other.history for other in others] == [[]] * 3


def test_consent_given_for_a_time_runs_out(session: Session, case: Case) -> None:
    with pytest.raises(Refusal, match="today or later"):
        answer(session, case, "given", valid_until=clock.today() - timedelta(days=1))
    answer(session, case, "given", valid_until=clock.today())
    assert now(session, case) == ["Given"]


def test_answers_that_cannot_follow_are_refused(session: Session, case: Case) -> None:
    with pytest.raises(Refusal, match="only after it was given"):
        answer(session, case, "withdrawn")
    answer(session, case, "given")
    with pytest.raises(Refusal, match="withdrawn or given again"):
        answer(session, case, "refused", 1)
    with pytest.raises(Refusal, match="about this already"):
        answer(session, case, "given", organisation=SCHOOL.upper())
    answer(session, case, "withdrawn", 1, by=case.specialist)
    with pytest.raises(Stale, match=f"{case.specialist.name} has recorded “Withdrawn”"):
        answer(session, case, "given", 1)


def test_that_it_would_be_unsafe_is_protected_and_stands_in_nobodys_way(
    session: Session, case: Case
) -> None:
    answer(session, case, "not_asked_unsafe", words="He reads her letters")
    assert now(session, case) == ["Not asked: it would be unsafe"]
    assert now(session, case, case.specialist) == []
    answer(session, case, "asked", by=case.specialist)
    said = families.chronology(session, [case.id]).entries
    assert "letters" not in " ".join(entry.text for entry in said)


def test_sharing_needs_a_reason_or_consent_that_covers_it(session: Session, case: Case) -> None:
    decide(session, case, shared=False, basis=None, reason="It would put her at risk")
    with pytest.raises(Refusal, match="no consent for Tom Marsh"):
        decide(session, case, basis="consent", reason="")
    answer(session, case, "given")
    decide(session, case, basis="consent", reason="")
    with pytest.raises(Refusal, match="no consent for Leah Marsh"):
        decide(session, case, basis="consent", member_ids=[m.id for m in case.members])
    with pytest.raises(Refusal, match="today or in the past"):
        decide(session, case, happened_on=clock.today() + timedelta(days=1))
    page = queries.disclosures(session, [case.id], limit=1)
    assert [(d.shared, d.basis) for d in page.decisions] == [(True, "Consent")]
    older = queries.disclosures(session, [case.id], page.older)
    assert [(d.shared, d.reason) for d in older.decisions] == [(False, "It would put her at risk")]


@pytest.mark.parametrize("table", ["consent", "disclosure"])
def test_the_database_filters_and_holds_it(session: Session, case: Case, table: str) -> None:
    named = [case.specialist.staff_id]
    answer(session, case, "given", named=named)
    decide(session, case, named=named)
    family_services.join_team(session, case.id, case.outsider.staff_id, "specialist")
    elsewhere = a_case(session)
    for viewer, seen in (
        (case.key_worker.viewer, 1),
        (case.specialist.viewer, 1),
        (case.manager.viewer, 1),
        (case.outsider.viewer, 0),
        (elsewhere.key_worker.viewer, 0),
        (PUBLIC, 0),
        (system_task("handoffs"), 0),
    ):
        set_viewer(session, viewer)
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == seen
    set_viewer(session, case.specialist.viewer)
    for statement in (f"UPDATE {table} SET purpose = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(text(statement))


CONSENT = """INSERT INTO consent (family_id, entry_id, author, purpose, basis, visibility, readers,
  member_id, state, valid_until) SELECT family_id, entry_id, :author, purpose, basis, visibility,
  readers, member_id, :state, :until FROM consent WHERE author = :mine"""
DISCLOSURE = """INSERT INTO disclosure (family_id, entry_id, author, purpose, basis, visibility,
  readers, shared, happened_on, organisation_kind, organisation, what, reason) SELECT family_id,
  entry_id, author, purpose, :basis, visibility, readers, :shared, happened_on, organisation_kind,
  organisation, what, :reason FROM disclosure"""


def test_the_database_refuses_what_the_rules_refuse(session: Session, case: Case) -> None:
    answer(session, case, "given", organisation="")
    decide(session, case)
    mine, other = case.key_worker.viewer, case.specialist.viewer
    for query, values, why in (
        (CONSENT, {"state": "refused"}, "given until it is withdrawn"),
        (CONSENT, {"state": "given", "author": other}, "row-level security"),
        (CONSENT, {"state": "withdrawn", "until": clock.today()}, "consent_check"),
        (CONSENT, {"state": "not_asked_unsafe"}, "given until it is withdrawn"),
        (DISCLOSURE, {"shared": False, "basis": None, "reason": ""}, "has_reason"),
        (DISCLOSURE, {"shared": True, "basis": "public_task", "reason": ""}, "has_reason"),
        (DISCLOSURE, {"shared": False, "basis": "consent", "reason": "x"}, "disclosure_check"),
    ):
        with pytest.raises(DBAPIError, match=why), session.begin_nested():
            session.execute(text(query), {"author": mine, "mine": mine, "until": None} | values)
    withdraw = {"state": "withdrawn", "author": mine, "mine": mine, "until": None}
    session.execute(text(CONSENT), withdraw)
    with pytest.raises(DBAPIError, match="unsafe_is_protected"), session.begin_nested():
        session.execute(
            text(CONSENT + " AND state = 'given'"), withdraw | {"state": "not_asked_unsafe"}
        )


def test_what_a_handoff_says_of_consent_is_the_first_answer(session: Session) -> None:
    place = handoffs.a_place(session)
    accepted = handoffs.accepted(session, place, handoffs.a_handoff(session, place))
    assert accepted.family_id is not None
    line = families.families_by_id(session, [accepted.family_id])[accepted.family_id]
    family = families.family(session, line.reference)
    for person in queries.consents(session, family):
        [view] = person.now
        assert (view.state, view.organisation) == ("Given", "Health visiting")
        assert view.decided_by == "A parent"


def test_the_pages(client: PageClient, session: Session, case: Case) -> None:
    decider = case.members[1].id
    uid = answer(session, case, "given", decided_by_id=decider, way="phone", words="Go on")
    decide(session, case)
    elsewhere = a_case(session)
    session.commit()
    client.sign_in(case.key_worker.staff_id)
    address = f"/families/{case.reference}/sharing"
    page = client.get(address).text
    for said in (SCHOOL, "Go on", "Decided by Leah Marsh", "By phone", "Ms Okoro", "Public task"):
        assert said in page
    form = {"basis": "consent", "readers": "team", "version": "1", "decider": "other"}
    unsafe = client.post(f"{address}/consent/{uid}", data=form | {"state": "withdrawn"})
    for said in ("Enter who decided", "Choose how they answered"):
        assert said in unsafe.text
    form |= {"decided_by": "Her solicitor", "way": "message", "state": "withdrawn"}
    assert client.post(f"{address}/consent/{uid}", data=form).location == address
    stale = client.post(f"{address}/consent/{uid}", data=form | {"submission": str(uuid4())})
    assert f"{case.key_worker.name} has recorded “Withdrawn” since" in stale.text
    assert "Her solicitor" in stale.text
    assert client.get(f"{address}/consent/{uuid4()}").status_code == 404
    client.sign_in(elsewhere.key_worker.staff_id)
    assert client.get(f"{address}/consent/{uid}").status_code == 404
    other = f"/families/{elsewhere.reference}/sharing/consent/{uid}"
    assert client.get(other).status_code == 404
    set_viewer(session, elsewhere.key_worker.viewer)
    with pytest.raises(NotVisible):
        queries.series_of(session, [case.id, elsewhere.id], uid)
