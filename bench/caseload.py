"""My day for a key worker with 400 families, against one SQL statement and a bare template."""

from flask import render_template_string
from sqlalchemy import text

from bench.measure import Result, compare
from bench.world import World, signed_in, world

FAMILIES = 400
FLOOR_SQL = text("""
  SELECT f.reference, array_agg(DISTINCT p.family_name) AS surnames,
    max(p.date_of_birth) AS youngest
  FROM team_member t JOIN family f ON f.id = t.family_id
  JOIN member m ON m.family_id = f.id JOIN person p ON p.id = m.person_id
  WHERE t.staff_id = :staff GROUP BY f.reference ORDER BY f.reference
""")
FLOOR_PAGE = """<table>{% for row in rows %}<tr><td>{{ row.reference }}</td>
<td>{{ row.surnames | join(", ") }}</td><td>{{ row.youngest }}</td></tr>{% endfor %}</table>"""


def run() -> Result:
    """Measure the whole request, from the test client to the last byte."""
    with world(FAMILIES) as here:
        client = signed_in(here)

        def page() -> None:
            answer = client.get("/")
            assert answer.text.count("/families/KW-") >= FAMILIES, answer.status

        return compare(f"caseload page, {FAMILIES} families", lambda: _floor(here), page, 40)


def _floor(here: World) -> str:
    with here.owner.connect() as connection, here.app.app_context():
        rows = connection.execute(FLOOR_SQL, {"staff": here.staff_id}).all()
        return render_template_string(FLOOR_PAGE, rows=rows)
