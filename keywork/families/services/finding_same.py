"""The nightly search for persons recorded twice: set-based, over everybody at once."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.families.policy import matching
from keywork.families.queries import FACTS, scored

# Big joins in memory, and longer than a page may take.
_ROOM: Final = (
    "SET LOCAL work_mem = '128MB'",
    "SET LOCAL statement_timeout = '110s'",
    "SET LOCAL jit = off",
)

# Names that more than one person in a thousand has.
_COMMON: Final = (
    "DELETE FROM common_name",
    *(
        f"""
    INSERT INTO common_name (part, name)
    SELECT '{part}', split_part(name_key, ' ', {place}) FROM person WHERE merged_into_id IS NULL
    GROUP BY 2 HAVING count(*) > (SELECT count(*) / 1000 + 5 FROM person)"""  # noqa: S608 - words of ours
        for part, place in (("given", 1), ("family", 2))
    ),
    "ANALYZE common_name",
)

_COMPARED: Final = (
    f"""
    CREATE TEMP TABLE compared ON COMMIT DROP AS
    SELECT f.*, CASE WHEN date_part('day', born) <= 12 AND date_part('day', born) <>
      date_part('month', born) THEN make_date(date_part('year', born)::int,
      date_part('day', born)::int, date_part('month', born)::int) END AS turned
    FROM ({FACTS} WHERE p.merged_into_id IS NULL) f""",  # noqa: S608 - SQL of ours
    "CREATE UNIQUE INDEX ON compared (id)",
    # Every name that somebody goes or went by.
    """
    CREATE TEMP TABLE called ON COMMIT DROP AS
    SELECT id, given, family, born FROM compared
    UNION SELECT c.id, g, c.family, c.born FROM compared c, unnest(c.givens) g
    UNION SELECT c.id, c.given, f, c.born FROM compared c, unnest(c.families) f""",
    "ANALYZE compared",
    "ANALYZE called",
)

# Two persons are compared when they were born on one day and a name begins alike, or have one name
# and dates of birth that a slip may have kept apart. More than these find hardly any more.
_PAIRS: Final = """
  CREATE TEMP TABLE pair ON COMMIT DROP AS
  SELECT a.id AS a_id, b.id AS b_id FROM compared a JOIN compared b
    ON b.born = a.born AND left(b.given, 1) = left(a.given, 1) AND b.id > a.id
  UNION SELECT a.id, b.id FROM compared a JOIN compared b
    ON b.born = a.born AND left(b.family, 1) = left(a.family, 1) AND b.id > a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM compared a JOIN compared b
    ON b.born = a.turned AND left(b.given, 1) = left(a.given, 1)
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM compared a JOIN compared b
    ON b.born = a.turned AND left(b.family, 1) = left(a.family, 1)
  UNION SELECT a.id, b.id FROM compared a JOIN compared b
    ON b.born = a.born AND b.given = a.family AND b.family = a.given AND b.id > a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM called a JOIN called b
    ON b.given = a.given AND b.family = a.family
      AND date_part('year', b.born) = date_part('year', a.born) AND b.id <> a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM called a JOIN called b
    ON b.given = a.given AND b.family = a.family
      AND to_char(b.born, 'MMDD') = to_char(a.born, 'MMDD') AND b.id <> a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM called a JOIN called b
    ON b.given = a.given AND b.family = a.family AND a.born IS NULL AND b.id <> a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM compared a JOIN compared b
    ON b.family = a.family AND left(b.given, 1) = left(a.given, 1)
      AND a.born IS NULL AND NOT a.family_common AND b.id <> a.id
  UNION SELECT least(a.id, b.id), greatest(a.id, b.id) FROM compared a JOIN compared b
    ON b.given = a.given AND left(b.family, 2) = left(a.family, 2)
      AND a.born IS NULL AND NOT a.given_common AND b.id <> a.id
"""

_COMPARE: Final = (
    "FROM pair JOIN compared a ON a.id = pair.a_id JOIN compared b ON b.id = pair.b_id"
)

_DIGEST: Final = "md5(ROW(a.*)::text || ROW(b.*)::text)"

# What was decided stands until what was compared changes. An open pair follows the facts.
_KEEP: Final = f"""
  INSERT INTO same_person (a_id, b_id, score, reasons, facts)
  SELECT f.a_id, f.b_id, f.score, f.reasons, {_DIGEST}
  FROM found f JOIN compared a ON a.id = f.a_id JOIN compared b ON b.id = f.b_id
  ON CONFLICT (a_id, b_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons,
    facts = excluded.facts, state = 'open', words = '', decided_by = NULL, decided_at = NULL,
    found_on = CASE same_person.state WHEN 'open' THEN same_person.found_on
      ELSE excluded.found_on END
  WHERE same_person.facts <> excluded.facts
    OR (same_person.state = 'open' AND same_person.score <> excluded.score)
"""  # noqa: S608 - SQL of ours
_FORGET: Final = """
  DELETE FROM same_person s WHERE s.state = 'open'
    AND NOT EXISTS (SELECT FROM found f WHERE f.a_id = s.a_id AND f.b_id = s.b_id)
"""


def find_same_people(session: Session) -> None:
    """Keep the list of pairs of persons who may be one as the facts have it.

    Runs for the viewer `task:families`. A pair that somebody has decided on comes back only when
    what is compared has changed since.
    """
    found = scored(_COMPARE, matching(), matching().possible)
    statements = (
        *_ROOM,
        *_COMMON,
        *_COMPARED,
        _PAIRS,
        "ANALYZE pair",
        f"CREATE TEMP TABLE found ON COMMIT DROP AS {found}",
        _KEEP,
        _FORGET,
        *(f"DROP TABLE {table}" for table in ("found", "pair", "called", "compared")),
    )
    for statement in statements:
        session.execute(text(statement))
