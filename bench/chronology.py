"""The chronology's page of a family with 2,000 entries among 200,000 of others."""

from dataclasses import replace
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from bench.measure import Result, compare
from bench.world import World, signed_in, world

FAMILIES = 101
MANY, FEW = 2_000, 20
ROUNDS = 40

ENTRIES = text("""
  INSERT INTO entry (family_id, kind, happened_at, author, source, text, readers, domains)
  SELECT f.id, (ARRAY['visit', 'call', 'note', 'meeting'])[1 + n % 4],
    now() - n * interval '5 hours', :author, 'own_observation',
    'Entry ' || n || ': we talked about sleep, school and ' ||
      CASE WHEN n % 500 = 0 THEN 'rabbits' ELSE 'the rent' END || repeat(' and so on', 20),
    ARRAY[:author], ARRAY[CASE WHEN n % 10 = 0 THEN 'housing' ELSE 'education' END]
  FROM family f,
    generate_series(1, CASE WHEN f.id = :few THEN :few_entries ELSE :many_entries END) n
  WHERE f.hub_id = :hub
""")
SUBJECTS = text("""
  INSERT INTO entry_subject (entry_id, family_id, member_id, seen)
  SELECT e.id, e.family_id, m.id, true FROM entry e JOIN member m ON m.family_id = e.family_id
  WHERE m.role = 'parent'
""")


def run() -> Result:
    """Measure whole requests, each against the newest page of a family with 20 entries."""
    with world(FAMILIES) as here:
        with here.engine.begin() as connection:
            few, many, member = _fill(connection, here)
        client = signed_in(here)
        oldest = _oldest(here, many)
        others = {
            "oldest_page": f"?before={oldest}",
            "one_member": f"?member={member}",
            "rare_words": "?words=rabbits",
            "kind_and_domain": "?kind=note&domain=housing",
        }

        def measured(query: str) -> Result:
            return compare(
                f"chronology page, {MANY:,} entries",
                lambda: _page(client, few, ""),
                lambda: _page(client, many, query),
                ROUNDS,
            )

        also = {f"{name}_ratio": measured(query).ratio for name, query in others.items()}
        return replace(measured(""), also=also)


def _fill(connection: Connection, here: World) -> tuple[str, str, UUID]:
    """Write the entries as the key worker; the references of two families, and a member."""
    author = f"staff:{here.staff_id}"
    connection.execute(text("SELECT set_config('keywork.viewer', :v, true)"), {"v": author})
    families = connection.execute(
        text("SELECT id, reference FROM family WHERE hub_id = :hub ORDER BY id LIMIT 2"),
        {"hub": here.hub_id},
    ).all()
    few, many = families
    sizes = {"few": few.id, "few_entries": FEW, "many_entries": MANY, "hub": here.hub_id}
    connection.execute(ENTRIES, sizes | {"author": author})
    connection.execute(SUBJECTS)
    member = connection.scalar(
        text("SELECT uid FROM member WHERE family_id = :id AND role = 'parent'"), {"id": many.id}
    )
    assert member
    return few.reference, many.reference, member


def _oldest(here: World, reference: str) -> UUID:
    """The entry before the last page."""
    with here.engine.begin() as connection:
        viewer = f"staff:{here.staff_id}"
        connection.execute(text("SELECT set_config('keywork.viewer', :v, true)"), {"v": viewer})
        found = connection.scalar(
            text(
                "SELECT e.uid FROM entry e JOIN family f ON f.id = e.family_id"
                " WHERE f.reference = :reference ORDER BY e.happened_at, e.id OFFSET :few LIMIT 1"
            ),
            {"reference": reference, "few": FEW},
        )
    assert found
    return found


def _page(client: FlaskClient, reference: str, query: str) -> None:
    answer = client.get(f"/families/{reference}/chronology{query}")
    assert answer.text.count("<article") >= 4, answer.status
