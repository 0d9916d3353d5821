"""Whether we know somebody already, asked about people who are written down a second time.

Measured is all that the database does for one answer; the floor is the bare lookup of who was born
that day. Each is asked three times, and the quickest answer counts. The million are those that
`bench.finding` has made, if it has.
"""

import os
from collections.abc import Iterator
from random import Random

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from bench.loading import load
from bench.measure import TURNS, Result, asked, in_database
from bench.population import Invented, duplicated, people
from bench.world import World, world
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
        with here.owner.connect() as connection:
            held = connection.execute(text("SELECT count(*) FROM person")).scalar_one()
        if held < PEOPLE:
            load(os.environ["KEYWORK_OWNER_DATABASE_URL"], people(PEOPLE, seed=2), PEOPLE)
        return _measure(here, rng)


def _measure(here: World, rng: Random) -> Result:
    floors: list[float] = []
    answers: list[float] = []
    hits = 0
    with here.owner.connect() as connection:
        questions = list(_questions(connection, rng))
    with Session(here.engine) as session, Session(here.owner) as everything:
        for person_id, typed, staff_id in questions:
            for _ in range(TURNS):
                set_viewer(session, practitioner(staff_id))
                with in_database(everything, floors):
                    everything.execute(BARE, {"born": typed.date_of_birth}).all()
                with in_database(session, answers):
                    found = queries.candidates(session, typed, FIRST)
                session.rollback()
            hits += person_id in {candidate.person_id for candidate in found}
    share = hits / len(questions)
    print(f"true person among the first {FIRST}: {share:.3f} of {len(questions)}")
    assert share >= 0.97, share
    name = f"do we know one of {PEOPLE:,}, written differently"
    return asked(name, floors, answers, **{f"in_first_{FIRST}": round(share, 3)})


def _questions(connection: Connection, rng: Random) -> Iterator[tuple[int, NewPerson, int]]:
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
