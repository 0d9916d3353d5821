"""Invented people put into a database, a million in a few minutes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, LiteralString

import click
import psycopg
from psycopg import sql

from bench.population import HUBS, Invented
from keywork.families.policy import name_key
from keywork.local.databases import connect

PERSON = """COPY person (id, given_name, family_name, known_as, date_of_birth, nhs_number, sex,
  name_key, birth) FROM STDIN"""
MEMBER = "COPY member (family_id, person_id, role) FROM STDIN"
FORMER = "COPY person_name (person_id, kind, given_name, family_name, name_key) FROM STDIN"
STAFF = "COPY staff (id, email, name) FROM STDIN"
CHUNK = 20_000

Database = psycopg.Connection[tuple[Any, ...]]


@dataclass
class Loaded:
    """Where the people are: what to add to each of their numbers to get an id."""

    person: int
    family: int
    hub: int
    families: dict[int, int] = field(default_factory=dict)
    """The hub's number for each family's."""

    managers: list[int] = field(default_factory=list)
    """The ids of the hub managers, by the number of the hub."""

    key_workers: dict[int, int] = field(default_factory=dict)
    """The key worker's id for each family's number."""


def load(owner_url: str, persons: Iterable[Invented], total: int) -> Loaded:
    """Put these people into the database, with their families, hubs and teams.

    Each hub has a manager, and a key worker for every fifteen families. `total` is for the bar
    that shows how far it is.
    """
    with connect(owner_url) as database:
        loaded = Loaded(*(_last(database, table) + 1 for table in ("person", "family", "hub")))
        indexes = _drop_indexes(database)
        _switch(database, "DISABLE TRIGGER USER")  # the people are invented within the rules
        _switch(database, "NO FORCE ROW LEVEL SECURITY")  # COPY cannot obey it
        _hubs(database, loaded)
        with click.progressbar(length=total, label="Inventing people") as bar:
            chunk: list[Invented] = []
            for person in persons:
                chunk.append(person)
                if len(chunk) == CHUNK:
                    _copy(database, loaded, chunk)
                    bar.update(CHUNK)
                    chunk.clear()
            _copy(database, loaded, chunk)
            bar.update(len(chunk))
        _teams(database, loaded)
        _switch(database, "FORCE ROW LEVEL SECURITY")
        _switch(database, "ENABLE TRIGGER USER")
        database.execute("SET maintenance_work_mem = '512MB'")
        with click.progressbar(indexes, label="Indexing them ") as remaining:
            for index in remaining:
                database.execute(index)
        for table in ("person", "family", "hub", "staff"):
            database.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                (table, _last(database, table) + 1),
            )
        database.execute("VACUUM ANALYZE")
    return loaded


def _drop_indexes(database: Database) -> list[sql.SQL]:
    """Drop what slows loading down, but what keeps rows right; says how to make it again."""
    rows = database.execute("""
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid IN ('person'::regclass, 'member'::regclass, 'person_name'::regclass)
          AND NOT indisunique""").fetchall()
    for name, _ in rows:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [sql.SQL(definition) for _, definition in rows]


TABLES = ("hub", "staff", "post", "family", "person", "member", "person_name", "team_member")


def _switch(database: Database, what: LiteralString) -> None:
    for table in TABLES:
        alter = sql.SQL("ALTER TABLE {} " + what)
        database.execute(alter.format(sql.Identifier(table)))


def _copy(database: Database, loaded: Loaded, people: list[Invented]) -> None:
    new = {p.family: p.hub for p in people if p.family not in loaded.families}
    loaded.families |= new
    with database.transaction(), database.cursor() as cursor:
        with cursor.copy("COPY family (id, hub_id) FROM STDIN") as rows:
            for family, hub in new.items():
                rows.write_row((loaded.family + family, loaded.hub + hub))
        with cursor.copy(PERSON) as rows:
            for p in people:
                key = name_key(p.given_name, p.family_name)
                named = (p.given_name, p.family_name, p.known_as)
                born = (p.date_of_birth, p.nhs_number, p.sex)
                rows.write_row((loaded.person + p.number, *named, *born, key, "exact"))
        with cursor.copy(MEMBER) as rows:
            for p in people:
                rows.write_row((loaded.family + p.family, loaded.person + p.number, p.role))
        with cursor.copy(FORMER) as rows:
            for p in people:
                if p.former_name:
                    key = name_key(p.given_name, p.former_name)
                    named = ("former", p.given_name, p.former_name, key)
                    rows.write_row((loaded.person + p.number, *named))


def _hubs(database: Database, loaded: Loaded) -> None:
    for number in range(HUBS):
        database.execute(
            "INSERT INTO hub (id, code, name, postcode_districts) OVERRIDING SYSTEM VALUE"
            " VALUES (%s, %s, %s, '{}')",
            (loaded.hub + number, f"BENCH{loaded.hub + number}", f"Hub {loaded.hub + number}"),
        )


def _teams(database: Database, loaded: Loaded) -> None:
    """A manager for each hub, and key workers with fifteen families each."""
    first = _last(database, "staff") + 1
    by_hub: dict[int, list[int]] = {number: [] for number in range(HUBS)}
    for family, hub in loaded.families.items():
        by_hub[hub].append(family)
    staff: list[tuple[str, int]] = []
    for hub, families in by_hub.items():
        loaded.managers.append(first + len(staff))
        staff.append(("hub_manager", hub))
        for start in range(0, len(families), 15):
            worker = dict.fromkeys(families[start : start + 15], first + len(staff))
            loaded.key_workers |= worker
            staff.append(("key_worker", hub))
    with database.cursor() as cursor:
        with cursor.copy(STAFF) as rows:
            for id_ in range(first, first + len(staff)):
                rows.write_row((id_, f"{id_}@bench.test", f"Worker {id_}"))
        with cursor.copy("COPY post (staff_id, role, hub_id) FROM STDIN") as rows:
            for id_, (role, hub) in enumerate(staff, first):
                rows.write_row((id_, role, loaded.hub + hub))
        with cursor.copy("COPY team_member (family_id, staff_id, role) FROM STDIN") as rows:
            for family, worker_id in loaded.key_workers.items():
                rows.write_row((loaded.family + family, worker_id, "key_worker"))


def _last(database: Database, table: str) -> int:
    """The highest id there is in a table."""
    query = sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table))
    [(highest,)] = database.execute(query).fetchall()
    return int(highest)
