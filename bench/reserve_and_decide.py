"""Asking for £10 and having policy approve it, against the least SQL that leaves the same rows."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.measure import Result, compare
from bench.world import World, world
from keywork.accounts import queries as accounts
from keywork.accounts import services as accounts_services
from keywork.accounts.policy import Actor
from keywork.commissioning import queries as money
from keywork.commissioning import services as commissioning
from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.references import new_reference
from keywork.kernel.viewer import set_viewer, system_task
from keywork.plans import services as plans

TASK = system_task("commissioning")
ROUNDS = 60

VIEWER = "SELECT set_config('keywork.viewer', %(viewer)s, true)"
POST = """
  WITH entry AS (
    INSERT INTO journal_entry (idempotency_key, inputs_hash, act, reference, recorded_by)
    VALUES (%(key)s, sha256('x'), %(act)s, %(reference)s, %(viewer)s) RETURNING id)
  INSERT INTO posting (entry_id, account_id, pence)
  SELECT entry.id, a.id, CASE a.kind WHEN %(source)s THEN -1000 ELSE 1000 END
  FROM entry, account a WHERE a.book_id = %(book)s AND a.kind IN (%(source)s, %(target)s)
  ORDER BY a.id"""
ENTRY = """
  INSERT INTO entry (family_id, kind, happened_at, author, source, text, readers, uid)
  VALUES (%(family)s, 'spend', now(), %(viewer)s, 'system', 'x', ARRAY[%(viewer)s], %(uid)s)"""
SUBJECT = """
  INSERT INTO entry_subject (entry_id, family_id, member_id)
  SELECT id, family_id, %(member)s FROM entry WHERE uid = %(uid)s"""
ASK = (
    """INSERT INTO spend (reference, family_id, goal_id, purse_id, category, what, why,
         amount_pence, paying, needed_by, requested_by, readers)
       VALUES (%(reference)s, %(family)s, %(goal)s, %(purse)s, 'bed', 'x', 'x', 1000, 'card',
         current_date, %(staff)s, ARRAY[%(viewer)s])""",
    """INSERT INTO spend_member SELECT id, family_id, %(member)s FROM spend
       WHERE reference = %(reference)s""",
    """INSERT INTO outbox (task, arguments) VALUES ('commissioning.decide', '{}')""",
    """INSERT INTO audit_event (viewer, act, subject)
       VALUES (%(viewer)s, 'spend.ask', %(reference)s)""",
)
DECIDE = """UPDATE spend SET state = 'approved', version = version + 1, policy_version_id = 1,
  decided_at = now() WHERE reference = %(reference)s"""


def run() -> Result:
    """Measure from the request to the decision, both committed."""
    with world(1) as here, Session(here.engine) as session:
        worker = _prepare(session, here)
        family, goal = _plan(session, worker)
        [purse] = money.purses_to_ask(session, here.hub_id)
        known = {
            "family": family.id,
            "member": family.members[0].id,
            "goal": _goal_id(session, goal),
            "purse": purse.id,
            "book": purse.book_id,
            "staff": worker.staff_id,
        }
        session.commit()
        url = here.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as raw:
            return compare(
                "reserve and decide one spend",
                lambda: _floor(raw, known, worker),
                lambda: _real(session, worker, family, goal, purse.id),
                ROUNDS,
            )


def _goal_id(session: Session, uid: UUID) -> int:
    """The id of a goal."""
    found = session.execute(text("SELECT id FROM goal WHERE uid = :uid"), {"uid": uid})
    return int(found.scalar_one())


def _prepare(session: Session, here: World) -> Actor:
    """A purse with enough in it."""
    set_viewer(session, system_task("accounts"))
    post = ("service_lead", None)
    lead_id = accounts_services.add_staff(session, "lead@bench.test", "A lead", "", post)
    lead = accounts.actor(session, lead_id)
    worker = accounts.actor(session, here.staff_id)
    assert lead is not None
    assert worker is not None
    set_viewer(session, lead.viewer)
    year = clock.financial_year(clock.today())
    purse = commissioning.open_purse(session, lead, here.hub_id, "EH", year)
    commissioning.allocate(session, lead, purse, 100_000_00)
    session.commit()
    set_viewer(session, worker.viewer)
    return worker


def _plan(session: Session, worker: Actor) -> tuple[families.FamilyView, UUID]:
    [line] = families.caseload(session, worker.staff_id)
    family = families.family(session, line.reference)
    need = plans.add_need(
        session, worker, family.id, member_id=family.members[0].id, domain="housing", severity=2
    )
    goal = plans.add_goal(
        session, worker, family.id, words="A bed each", baseline=3, need_uids=[need]
    )
    session.commit()
    return family, goal


def _real(
    session: Session, worker: Actor, family: families.FamilyView, goal: UUID, purse_id: int
) -> None:
    set_viewer(session, worker.viewer)
    wish = commissioning.Wish(
        purse_id=purse_id,
        goal=goal,
        member_ids=[family.members[0].id],
        category="bed",
        what="x",
        why="x",
        amount_pence=10_00,
        vat_pence=None,
        paying="card",
        needed_by=clock.today() + timedelta(days=1),
    )
    reference = commissioning.ask_for_money(session, worker, family, wish)
    session.commit()
    set_viewer(session, TASK)
    spend_id = session.execute(
        text("SELECT id FROM spend WHERE reference = :r"), {"r": reference}
    ).scalar_one()
    commissioning.decide(session, spend_id)
    session.commit()


def _floor(
    raw: psycopg.Connection[tuple[object, ...]], known: dict[str, int], worker: Actor
) -> None:
    reference = new_reference("S")
    for viewer, act, moved, first in (
        (worker.viewer, "reserve", ("available", "reserved"), ASK),
        (TASK, "approve", ("reserved", "committed"), (DECIDE,)),
    ):
        values = {
            **known,
            "reference": reference,
            "viewer": viewer,
            "key": f"{reference}/{act}",
            "act": act,
            "source": moved[0],
            "target": moved[1],
            "uid": uuid4(),
        }
        for statement in (VIEWER, *first, ENTRY, SUBJECT, POST):
            raw.execute(statement, values)
        raw.commit()
