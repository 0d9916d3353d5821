"""The next key worker reads what was protected for the one before, if the manager says so."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries, services
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import Case

SECRET = "He knows where she works"


def protected(session: Session, case: Case) -> None:
    """The key worker writes something that nobody else is named in."""
    set_viewer(session, case.key_worker.viewer)
    services.record_entry(
        session, family_id=case.id, kind="note", text=SECRET, visibility="protected"
    )


def reads(session: Session, case: Case, actor: Actor) -> bool:
    """Whether somebody reads that."""
    set_viewer(session, actor.viewer)
    return any(entry.text == SECRET for entry in queries.chronology(session, [case.id]).entries)


def change(session: Session, case: Case, to: Actor, *, take: bool) -> None:
    """The manager gives the family another key worker."""
    set_viewer(session, case.manager.viewer)
    session.expire_all()
    family = queries.family(session, case.reference)
    assert family.key_worker
    services.change_key_worker(
        session, case.manager, family, to.staff_id, "Leave", seen=family.key_worker[0], reads=take
    )


def test_a_new_key_worker_reads_only_if_the_manager_ticks_the_box(
    session: Session, client: PageClient, case: Case
) -> None:
    protected(session, case)
    third = a_member_of_staff(session, "key_worker", case.hub_id)
    fourth = a_member_of_staff(session, "key_worker", case.hub_id)
    session.commit()
    address = f"/families/{case.reference}/team"
    client.sign_in(case.manager.staff_id)
    page = client.get(f"{address}/key-worker").text
    assert f"May read what was protected for {case.key_worker.name} in this family" in page
    version = str(case.key_worker.staff_id)
    right = {"key_worker": str(case.outsider.staff_id), "reason": "Leave", "version": version}
    assert client.post(f"{address}/key-worker", data=right | {"reads": "yes"}).status_code == 303
    assert reads(session, case, case.outsider)
    change(session, case, third, take=True)
    assert reads(session, case, third), "and for whomever the one before read"
    set_viewer(session, case.manager.viewer)
    shown = accounts.readings(session, [case.id])
    assert {(row.name, row.before) for row in shown} == {
        (third.name, case.outsider.name),
        (third.name, case.key_worker.name),
    }
    session.commit()
    page = client.get(address).text
    assert "Who reads what was protected for others" in page
    for row in shown:
        assert client.post(f"{address}/reads-for/{row.uid}/end").status_code == 303
    assert not reads(session, case, third)
    change(session, case, fourth, take=False)
    assert not reads(session, case, fourth)


def test_it_holds_only_while_they_are_the_key_worker(session: Session, case: Case) -> None:
    protected(session, case)
    set_viewer(session, case.manager.viewer)
    before = case.key_worker.staff_id
    services.take_over(
        session, case.manager, case.id, case.specialist.staff_id, before=before, reads=True
    )
    assert not reads(session, case, case.specialist)
    set_viewer(session, case.manager.viewer)
    services.set_key_worker(session, case.id, case.specialist.staff_id)
    assert reads(session, case, case.specialist)


COVER = (
    "INSERT INTO cover (absent_id, cover_id, family_id, reason, arranged_by, ended_on)"
    " VALUES ({absent}, {cover}, {family}, 'x', {by}, london_today() + 9)"
)


def test_the_database_lets_nobody_give_themselves_cover(session: Session, case: Case) -> None:
    manager, worker, specialist = (
        actor.staff_id for actor in (case.manager, case.key_worker, case.specialist)
    )
    tried = [
        (case.specialist, worker, specialist, case.id, specialist),
        (case.specialist, worker, specialist, case.id, manager),
        (case.specialist, worker, specialist, "NULL", specialist),
        (case.specialist, worker, case.outsider.staff_id, case.id, specialist),
        (case.manager, worker, manager, case.id, manager),
    ]
    for actor, absent, cover, family, by in tried:
        set_viewer(session, actor.viewer)
        statement = COVER.format(absent=absent, cover=cover, family=family, by=by)
        with pytest.raises(DBAPIError, match=r"row-level|oneself"), session.begin_nested():
            session.execute(text(statement))
    set_viewer(session, case.manager.viewer)
    right = COVER.format(absent=worker, cover=specialist, family=case.id, by=manager)
    session.execute(text(right))
    set_viewer(session, case.specialist.viewer)
    longer = session.execute(text("UPDATE cover SET ended_on = ended_on + 900"))
    assert longer.rowcount == 0  # type: ignore[attr-defined]
