"""A record is erased with all that hangs on it; the ledger and other records stay whole."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config.settings import settings
from keywork.accounts.policy import Actor
from keywork.commissioning import services as spending
from keywork.families import queries as families
from keywork.families import services
from keywork.families.policy import NewPerson
from keywork.handoffs import queries as handoffs
from keywork.kernel import files
from keywork.kernel.database import transaction
from keywork.kernel.errors import NotVisible, Refusal, refusal_of
from keywork.kernel.viewer import set_viewer
from keywork.retention import queries
from keywork.retention import services as retention
from tests.conftest import PageClient
from tests.factories.retention import (
    SURNAME,
    WORDS,
    a_closed_record,
    a_whole_record,
    erased,
    officers,
    review_of,
    reviewed,
)
from tests.integration.retention.conftest import Rows

MONEY = spending.common.TASK
ASKED_FOR = {f"access_{name}" for name in ("request", "pause", "item", "consent", "bundle")}
"""Of requests for subject access, which this record has none of."""

LEDGER = """
    SELECT (SELECT jsonb_agg(to_jsonb(a) ORDER BY id) FROM account a),
      (SELECT jsonb_agg(to_jsonb(j) ORDER BY id) FROM journal_entry j),
      (SELECT jsonb_agg(to_jsonb(p) ORDER BY id) FROM posting p),
      (SELECT jsonb_agg(to_jsonb(c) ORDER BY book_id, sequence) FROM chain_link c)"""
SHELLS = """SELECT reference, purse_id, category, amount_pence, state, decided_by, requested_at,
  decided_at FROM spend ORDER BY id"""


def tables(rows: Rows) -> list[str]:
    """Every table."""
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def saying(rows: Rows, *words: str) -> list[str]:
    """The tables with a row in which one of these words stands, in whatever column."""
    wanted = "|".join(words)
    return [
        name for name in tables(rows) if rows(f"SELECT FROM {name} t WHERE t::text ~* %s", wanted)
    ]


def proven(engine: Engine) -> list[str]:
    """The sentences about the money that do not hold."""
    with Session(engine) as session, transaction(session):
        set_viewer(session, MONEY)
        return spending.prove_ledger(session)


@pytest.mark.usefixtures("at_once")
def test_nothing_is_left_of_an_erased_record(
    engine_of_own: Engine, rows: Rows, live_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(engine_of_own) as session, transaction(session):
        people = officers(session)
        whole = a_whole_record(session, people)
        reviewed(session)
    with Session(engine_of_own) as session, transaction(session):
        set_viewer(session, MONEY)
        assert spending.prove_ledger(session) == []
    before = rows(LEDGER), rows(SHELLS)
    named = rows("SELECT name FROM stored_file")
    assert len(named) == 3
    with Session(engine_of_own) as session, transaction(session):
        erased(session, people, whole.reference)
        set_viewer(session, people.first.viewer)
        [certificate] = queries.erasures(session)
    steps = {name for (name,) in rows("SELECT table_name FROM erasure_step")}
    assert {step for step in steps - set(certificate.counts) if step not in ASKED_FOR} == set()
    assert set(certificate.with_references) == {whole.joined, whole.handoff}
    assert saying(rows, SURNAME, WORDS, "Hester", "Hettie", "Jorah", whole.nhs_number) == []
    assert (rows(LEDGER), rows(SHELLS)) == before
    assert proven(engine_of_own) == []
    assert rows("SELECT name FROM stored_file") == []
    assert rows("SELECT FROM outbox WHERE task = 'files.remove_unnamed'")
    assert len(list(Path(settings().files_dir).glob("*/*"))) == 2
    monkeypatch.setattr(files, "GRACE", files.GRACE * 0)
    with Session(engine_of_own) as session:
        assert files.sweep(session) == 2
    _others_stay(engine_of_own, live_app, whole, people.first)


def _others_stay(engine: Engine, app: Flask, whole: Any, officer: Actor) -> None:
    place = whole.place
    with Session(engine) as session, transaction(session):
        set_viewer(session, place.manager.viewer)
        other = families.family(session, whole.other)
        assert [member.name for member in other.members] == ["Orla Brightwater"]
        barred = session.scalar(text("SELECT count(*) FROM conflict_of_interest"))
        assert barred == 1
        again = services.open_family(
            session,
            place.manager,
            place.hub_id,
            [NewPerson("Hester", "Newcomer", None, whole.nhs_number, "parent")],
        )
        assert families.family(session, again.reference).members[0].name == "Hester Newcomer"
        set_viewer(session, whole.health_visitor.viewer)
        assert handoffs.sent_by(session, whole.health_visitor.staff_id) == []
    app.test_client_class = PageClient
    client: Any = app.test_client()
    for actor, paths in (
        (place.manager, [f"/families/{whole.reference}", f"/families/{whole.joined}/people"]),
        (place.worker, [f"/spends/{whole.spend}", f"/families/{whole.reference}/plan"]),
        (place.finance, [f"/spends/{whole.spend}"]),
        (whole.health_visitor, [f"/handoffs/{whole.handoff}"]),
    ):
        client.sign_in(actor.staff_id)
        assert {client.get(path).status_code for path in paths} <= {403, 404}
    client.sign_in(place.finance.staff_id)
    assert whole.spend in client.get(f"/purses/{place.purse}").text
    client.sign_in(whole.health_visitor.staff_id)
    assert client.get("/handoffs").status_code == 200
    client.sign_in(officer.staff_id)
    assert whole.reference in client.get("/retention/erased").text


@pytest.mark.usefixtures("at_once")
def test_of_erasing_and_reopening_one_comes_first(engine_of_own: Engine, rows: Rows) -> None:
    with Session(engine_of_own) as session, transaction(session):
        people = officers(session)
        manager = _a_manager(session)
        record = a_closed_record(session, manager)
        reviewed(session)
    with Session(engine_of_own) as session, transaction(session):
        review = review_of(session, people.first, record.reference)
        retention.propose(session, people.first, review.uid, review.version)
    said = _at_once(
        engine_of_own,
        (
            people.second,
            lambda s, a: retention.confirm(s, a, review.uid, review.version + 1),
        ),
        (manager, lambda s, a: services.reopen_family(s, a, record.id, reason="new_needs")),
    )
    assert sorted(answer == "done" for answer in said) == [False, True], said
    left = rows("SELECT closed_on FROM family WHERE id = %s", record.id)
    assert left == ([] if said[0] == "done" else [(None,)])


def _at_once(engine: Engine, *acts: tuple[Actor, Callable[[Session, Actor], object]]) -> list[str]:
    start = Barrier(len(acts))

    def try_it(pair: tuple[Actor, Callable[[Session, Actor], object]]) -> str:
        actor, act = pair
        with Session(engine) as session:
            set_viewer(session, actor.viewer)
            try:
                with transaction(session):
                    start.wait()
                    act(session, actor)
            except NotVisible:
                return "no such record"
            except Refusal as refusal:
                return refusal.sentence
            except IntegrityError as error:
                if told := refusal_of(error):
                    return told.sentence
                raise
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(try_it, acts))


def _a_manager(session: Session) -> Actor:
    from tests.factories.accounts import a_hub, a_member_of_staff

    return a_member_of_staff(session, "hub_manager", a_hub(session))
