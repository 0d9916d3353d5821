"""Finding one of a million persons by a name with a typing error in it, as different people do.

Measured is the statement that finds the candidates; the floor is the bare lookup, among everybody,
of what the typed words may have been. Each is asked three times, and the quickest answer counts.
"""

import os
import statistics
from collections.abc import Iterator
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.loading import Loaded, load
from bench.measure import TURNS, Result, asked, in_database, p95, quickest
from bench.population import Invented, misspell, people
from bench.world import World, world
from keywork.families.policy import Search, parse_search
from keywork.families.queries import finding
from keywork.kernel.viewer import practitioner, set_viewer

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1_000_000"))
SEARCHES = 400
FIRST = 10
WITH_BIRTH = 0.3
BARE = text("""
  SELECT id FROM person WHERE name_variants && (SELECT name_variants(ARRAY[:one]))
    AND name_variants && (SELECT name_variants(ARRAY[:other]))""")


def run() -> Result:
    """Search as key workers and as hub managers, each for people of their own."""
    rng = Random(3)
    sample: list[Invented] = []
    with world(1) as here:
        loaded = load(os.environ["KEYWORK_OWNER_DATABASE_URL"], _noting(sample, rng), PEOPLE)
        managers = [(person, loaded.managers[person.hub]) for person in sample[:SEARCHES]]
        workers = [(person, loaded.key_workers[person.family]) for person in sample[SEARCHES:]]
        floors, as_manager, hits = _search(here, loaded, managers, rng)
        _, as_worker, worker_hits = _search(here, loaded, workers, rng)
    assert min(hits, worker_hits) >= 0.95, (hits, worker_hits)
    return asked(
        f"find one of {PEOPLE:,}, misspelt, as hub manager",
        floors,
        as_manager,
        **{
            f"in_first_{FIRST}": round(hits, 3),
            "key_worker_ms": round(statistics.median(quickest(as_worker)), 2),
            "key_worker_p95_ms": p95(quickest(as_worker)),
            f"key_worker_in_first_{FIRST}": round(worker_hits, 3),
        },
    )


def _noting(sample: list[Invented], rng: Random) -> Iterator[Invented]:
    """Everybody; two for each search, from all over, are put into the sample on the way."""
    chosen = set(rng.sample(range(PEOPLE), 2 * SEARCHES))
    for person in people(PEOPLE, seed=2):
        if person.number in chosen:
            sample.append(person)
        yield person
    rng.shuffle(sample)


def _search(
    here: World, loaded: Loaded, sought: list[tuple[Invented, int]], rng: Random
) -> tuple[list[float], list[float], float]:
    """Milliseconds of the bare lookups and searches, and the share that found the person."""
    floors: list[float] = []
    searches: list[float] = []
    hits = 0
    with Session(here.engine) as session, Session(here.owner) as everything:
        for person, staff_id in sought:
            search = _typed(person, rng)
            one, other = (search.words * 2)[:2]
            for _ in range(TURNS):
                set_viewer(session, practitioner(staff_id))
                with in_database(everything, floors):
                    everything.execute(BARE, {"one": one, "other": other}).all()
                with in_database(session, searches):
                    rows = finding.matches(session, search)
                session.rollback()
            best = finding.ranked(search, rows)[:FIRST]
            hits += loaded.person + person.number in {row.id for row in best}
    return floors, searches, hits / len(sought)


def _typed(person: Invented, rng: Random) -> Search:
    """The name in either order with one error in it; at times another name, or the birth too."""
    given, family = person.given_name, person.family_name
    if person.known_as and rng.random() < 0.5:
        given = person.known_as
    if person.former_name and rng.random() < 0.5:
        family = person.former_name
    names = [given, family]
    rng.shuffle(names)
    typed = misspell(" ".join(names), rng)
    if person.date_of_birth and rng.random() < WITH_BIRTH:
        typed += f" {person.date_of_birth:%d/%m/%Y}"
    return parse_search(typed)
