"""Whether we know somebody already, asked about people who are written down a second time.

Measured is all that the database does for one answer; the floor is the bare lookup of who was born
that day. The million are those that `bench.finding` has made, if it has.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from bench.loading import load
from bench.measure import Result
from bench.population import Invented, duplicated, people
from bench.world import world
from keywork.families import queries
from keywork.families.policy import NewPerson
from keywork.kernel.viewer import practitioner, set_viewer

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1_000_000"))
ASKED = 500
FIRST = 5
BARE = text("SELECT id, name_key FROM person WHERE date_of_birth = :born")
HELD = text("""
  SELECT p.id AS number, f.id AS family, f.hub_id AS hub, m.role, p.given_name, p.family_name,
    p.known_as, coalesce(n.family_name, '') AS former_name, p.sex, p.date_of_birth, p.nhs_number,
    '' AS address, '' AS postcode, t.staff_id
  FROM person p JOIN member m ON m.person_id = p.id JOIN family f ON f.id = m.family_id
  JOIN team_member t ON t.family_id = f.id LEFT JOIN person_name n ON n.person_id = p.id
  WHERE p.id = ANY (:ids)""")


def run() -> Result:
    """Ask as the key workers of the people asked about."""
    rng = Random(4)
    with world(1) as here:
        with here.engine.connect() as connection:
            held = connection.execute(text("SELECT count(*) FROM person")).scalar_one()
        if held < PEOPLE:
            load(os.environ["KEYWORK_OWNER_DATABASE_URL"], people(PEOPLE, seed=2), PEOPLE)
        return _measure(here.engine, rng)


def _measure(engine: Engine, rng: Random) -> Result:
    floors: list[float] = []
    answers: list[float] = []
    hits = 0
    with engine.connect() as connection:
        asked = list(_asked(connection, rng))
    with Session(engine) as session:
        for person_id, typed, staff_id in asked:
            set_viewer(session, practitioner(staff_id))
            with _timing(session, floors):
                session.execute(BARE, {"born": typed.date_of_birth}).all()
            with _timing(session, answers):
                found = queries.candidates(session, typed, FIRST)
            hits += person_id in {candidate.person_id for candidate in found}
            session.rollback()
    share = hits / len(asked)
    print(f"true person among the first {FIRST}: {share:.3f} of {len(asked)}")
    assert share >= 0.97, share
    floor, measured = statistics.median(floors), statistics.median(answers)
    return Result(
        name=f"do we know one of {PEOPLE:,}, written differently",
        floor=round(floor, 2),
        measured=round(measured, 2),
        unit="ms",
        ratio=round(measured / floor, 2),
        p95_ms=round(statistics.quantiles(answers, n=20)[-1], 2),
        also={f"in_first_{FIRST}": round(share, 3)},
    )


def _asked(connection: Connection, rng: Random) -> Iterator[tuple[int, NewPerson, int]]:
    """The id of somebody we hold, how they are typed in again, and who types."""
    last = connection.execute(text("SELECT max(id) FROM person")).scalar_one()
    ids = [rng.randrange(1, last + 1) for _ in range(ASKED)]
    for row in connection.execute(HELD, {"ids": ids}).mappings():
        facts = dict(row)
        staff_id = facts.pop("staff_id")
        [(again, person_id)] = duplicated([Invented(**facts)], 1.0, rng)
        typed = NewPerson(
            again.given_name,
            again.family_name,
            again.date_of_birth,
            again.nhs_number,
            again.role,
            sex=again.sex,
        )
        yield person_id, typed, staff_id


@contextmanager
def _timing(session: Session, times: list[float]) -> Iterator[None]:
    """Note how long the statements inside take in the database together, over its socket."""
    connection = session.connection()
    began: list[float] = []
    taken: list[float] = []

    def before(*_: Any) -> None:
        began.append(time.perf_counter())

    def after(*_: Any) -> None:
        taken.append((time.perf_counter() - began.pop()) * 1000)

    event.listen(connection, "before_cursor_execute", before)
    event.listen(connection, "after_cursor_execute", after)
    yield
    event.remove(connection, "before_cursor_execute", before)
    event.remove(connection, "after_cursor_execute", after)
    times.append(sum(taken))
