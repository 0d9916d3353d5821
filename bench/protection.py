"""What the filter costs: the record of a family that is protected against one that is not.

Both show the same to their key worker: 400 entries and 40 homes a parent. In the one all of it is
the team's; in the other it is protected and names the key worker among others, and as many entries
again are hidden from them.
"""

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from bench.measure import Result, compare
from bench.world import World, signed_in, world

FAMILIES = 101
SHOWN = 400
PLACES = 40
ROUNDS = 40

ENTRIES = text("""
  INSERT INTO entry (family_id, kind, happened_at, author, source, text, readers, visibility)
  SELECT :family, (ARRAY['visit', 'call', 'note', 'meeting'])[1 + n % 4],
    now() - n * interval '5 hours', :viewer, 'own_observation',
    'Entry ' || n || repeat(' and so on', 20), :readers, :visibility
  FROM generate_series(1, :many) n
""")
SUBJECTS = text("""
  INSERT INTO entry_subject (entry_id, family_id, member_id, seen)
  SELECT e.id, e.family_id, m.id, true FROM entry e JOIN member m ON m.family_id = e.family_id
  WHERE m.role = 'parent' AND e.family_id = :family
    AND NOT EXISTS (SELECT FROM entry_subject s WHERE s.entry_id = e.id)
""")
HOMES = text("""
  INSERT INTO residence (family_id, member_id, entry_id, author, started_on, kind, address,
    postcode, place, readers, visibility)
  SELECT m.family_id, m.id, (SELECT min(id) FROM entry WHERE family_id = m.family_id), :viewer,
    london_today() - n, 'home', n || ' Elm Road', 'NB1 2AB', n || ' elm road', :readers, :visibility
  FROM member m, generate_series(1, :many) n WHERE m.family_id = :family AND m.role = 'parent'
""")


def run() -> Result:
    """Measure whole requests for the overview, against the open family's."""
    with world(FAMILIES) as here:
        with here.engine.begin() as connection:
            plain, kept = _fill(connection, here)
        client = signed_in(here)

        def measured(page: str) -> Result:
            return compare(
                "family page, all of it protected",
                lambda: _page(client, plain, page),
                lambda: _page(client, kept, page),
                ROUNDS,
            )

        pages = {"chronology": "/chronology", "people": "/people"}
        also = {f"{name}_ratio": measured(page).ratio for name, page in pages.items()}
        return replace(measured(""), also=also)


def _fill(connection: Connection, here: World) -> tuple[str, str]:
    """Write as the key worker, and then what is hidden from them as a colleague."""
    viewer = f"staff:{here.staff_id}"
    _read_as(connection, viewer)
    plain, kept = connection.execute(
        text("SELECT id, reference FROM family WHERE hub_id = :hub ORDER BY id LIMIT 2"),
        {"hub": here.hub_id},
    ).all()
    named = [viewer, *(f"staff:{here.staff_id + n}" for n in range(1, 6))]
    _write(connection, plain.id, viewer, "team", [viewer])
    _write(connection, kept.id, viewer, "protected", named)
    colleague = f"staff:{here.manager_id}"
    _read_as(connection, colleague)
    _write(connection, kept.id, colleague, "protected", [colleague])
    return plain.reference, kept.reference


def _write(
    connection: Connection, family: int, viewer: str, visibility: str, readers: list[str]
) -> None:
    common = {"family": family, "viewer": viewer, "visibility": visibility, "readers": readers}
    connection.execute(ENTRIES, common | {"many": SHOWN})
    connection.execute(SUBJECTS, common)
    connection.execute(HOMES, common | {"many": PLACES})


def _read_as(connection: Connection, viewer: str) -> None:
    connection.execute(text("SELECT set_config('keywork.viewer', :v, true)"), {"v": viewer})


def _page(client: FlaskClient, reference: str, page: str) -> None:
    answer = client.get(f"/families/{reference}{page}")
    assert answer.status_code == 200, answer.status
