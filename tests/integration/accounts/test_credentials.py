"""Nobody but `task:accounts` reads what proves who somebody is, whatever query they can run."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from keywork.accounts import services
from keywork.accounts.policy import Actor
from keywork.kernel.viewer import PUBLIC, set_viewer, system_task
from tests.factories.accounts import a_hub, a_member_of_staff, as_accounts, with_app

SECRETS = {
    "credential": "password_hash",
    "second_factor": "sealed_secret",
    "recovery_code": "code_hash",
    "staff_session": "token_hash",
    "password_reset": "token_hash",
}


@pytest.fixture
def lead(session: Session) -> Actor:
    """A service lead with one row in each table."""
    lead = a_member_of_staff(session, "service_lead", None)
    with_app(session, lead.staff_id)
    with as_accounts(session):
        services.begin_session(session, lead.staff_id, way="password", browser="A browser")
        services.ask_reset(session, lead.email)
    return lead


@pytest.mark.parametrize(
    "viewer",
    [
        lambda lead: lead.viewer,
        lambda lead: PUBLIC,
        lambda lead: system_task("families"),
        lambda lead: "",
    ],
    ids=["oneself", "nobody", "another task", "no viewer"],
)
def test_a_secret_is_neither_read_nor_changed(
    session: Session, lead: Actor, viewer: Callable[[Actor], str]
) -> None:
    for table, column in SECRETS.items():
        with as_accounts(session):
            assert session.execute(text(f"SELECT {column} FROM {table}")).all(), table
    session.execute(text("SELECT set_config('keywork.viewer', :v, true)"), {"v": viewer(lead)})
    for table, column in SECRETS.items():
        assert session.execute(text(f"SELECT {column} FROM {table}")).all() == [], table
    assert not session.execute(
        text("UPDATE credential SET second_factor = 'waived' RETURNING 1")
    ).all()
    assert not session.execute(text("UPDATE staff_session SET awaits = NULL RETURNING 1")).all()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO credential (staff_id, password_hash) VALUES (:id, 'x')",
        "INSERT INTO second_factor (staff_id, sealed_secret, last_step) VALUES (:id, 'x', 0)",
        "INSERT INTO recovery_code (staff_id, code_hash) VALUES (:id, 'x')",
        "INSERT INTO staff_session (token_hash, staff_id, way, browser)"
        " VALUES ('x', :id, 'password', '')",
        "INSERT INTO password_reset (staff_id) VALUES (:id)",
    ],
)
def test_nobody_gives_themselves_a_way_in(session: Session, statement: str) -> None:
    worker = a_member_of_staff(session, "hub_manager", a_hub(session))
    with as_accounts(session):
        session.execute(text("UPDATE staff_session SET ended_at = now()"))
    set_viewer(session, worker.viewer)
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(text(statement), {"id": worker.staff_id})


def test_what_somebody_typed_is_kept_for_them_alone(session: Session, lead: Actor) -> None:
    worker = a_member_of_staff(session, "key_worker", a_hub(session))
    keep = text("INSERT INTO kept_form (staff_id, address, content) VALUES (:id, '/x', '{}')")
    set_viewer(session, worker.viewer)
    session.execute(keep, {"id": worker.staff_id})
    for viewer in (lead.viewer, PUBLIC, services.ACCOUNTS):
        set_viewer(session, viewer)
        assert session.execute(text("SELECT content FROM kept_form")).all() == [], viewer
    set_viewer(session, lead.viewer)
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(keep, {"id": worker.staff_id})
