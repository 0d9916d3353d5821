"""Finding persons recorded twice, against splink on the same data; whom we know at registration."""

import os
import time
from dataclasses import replace
from random import Random

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.loading import Loaded, load
from bench.measure import Result
from bench.population import duplicated, people
from bench.splinked import Pair, Scored, ordered, pairs_by_splink
from bench.world import world
from keywork.families import queries, services
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer, system_task

PEOPLE = int(os.environ.get("BENCH_TWICE", "100_000"))
SHARE_TWICE = 0.1
NEAR_ENOUGH = 0.01


def run() -> Result:
    """Measure both from the people as they are recorded to the pairs that may be one person."""
    with world(1) as here:
        truth = _recorded_twice(os.environ["KEYWORK_OWNER_DATABASE_URL"])
        first = min(min(pair) for pair in truth)
        began = time.perf_counter()
        ours = _by_night(here.engine)
        our_seconds = time.perf_counter() - began
        with here.owner.connect() as connection:
            rows = (
                connection.execute(text(f"{queries.FACTS} WHERE p.id >= {first}")).mappings().all()
            )
        began = time.perf_counter()
        theirs = pairs_by_splink([dict(row) for row in rows])
        their_seconds = time.perf_counter() - began
    ours = [(score, pair) for score, pair in ours if pair[0] >= first]
    best, yardstick = f1(ours, truth), f1(theirs, truth)
    print(f"same person, F1: keywork {best:.4f}, splink {yardstick:.4f}")
    assert best >= yardstick - NEAR_ENOUGH, (best, yardstick)
    return Result(
        name=f"persons recorded twice among {PEOPLE:,}",
        floor=round(their_seconds, 1),
        measured=round(our_seconds, 1),
        unit="s",
        ratio=round(our_seconds / their_seconds, 2),
        p95_ms=round(our_seconds * 1000),
    )


def f1(found: Scored, truth: set[Pair]) -> float:
    """The best F1 that any threshold gives."""
    best, right = 0.0, 0
    ranked = sorted(found, reverse=True)
    for place, (score, pair) in enumerate(ranked, 1):
        right += pair in truth
        if place == len(ranked) or ranked[place][0] != score:
            best = max(best, 2 * right / (place + len(truth)))
    return best


def _recorded_twice(owner_url: str) -> set[Pair]:
    """Fill the database; the pairs of ids that are one person."""
    persons = list(people(PEOPLE, seed=50_000_000))
    twice = list(duplicated(persons, SHARE_TWICE, Random(5), first_number=PEOPLE))
    # The database holds each NHS number once, so a second record has it at most by mistake.
    seconds = (replace(second, nhs_number=None) for second, _ in twice)
    loaded: Loaded = load(owner_url, [*persons, *seconds], PEOPLE + len(twice))
    return {ordered(loaded.person + s.number, loaded.person + of) for s, of in twice}


def _by_night(engine: Engine) -> Scored:
    with Session(engine) as session:
        set_viewer(session, system_task("families"))
        with transaction(session):
            services.find_same_people(session)
        rows = session.execute(text("SELECT score, a_id, b_id FROM same_person"))
        return [(float(score), (a, b)) for score, a, b in rows]
