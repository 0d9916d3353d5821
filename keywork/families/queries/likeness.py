"""What agrees between two persons, worked out in the database: one way for one pair or millions.

A score is the sum of the weights of what agrees and what does not; the weights are data, and are
written into the statement from `policy.matching()`, never from what anybody typed.
"""

from typing import Final

from keywork.families.policy import FEATURES, Matching

FACTS: Final = """
  SELECT p.id, split_part(p.name_key, ' ', 1) AS given, split_part(p.name_key, ' ', 2) AS family,
    CASE WHEN p.known_as = '' AND n.givens IS NULL THEN NULL
      ELSE array_remove(ARRAY[split_part(p.name_key, ' ', 1),
        lower(regexp_replace(p.known_as, '[^[:alnum:]]', '', 'g'))] || n.givens, '') END AS givens,
    CASE WHEN n.families IS NULL THEN NULL
      ELSE n.families || split_part(p.name_key, ' ', 2) END AS families,
    EXISTS (SELECT FROM common_name c WHERE c.part = 'given'
      AND c.name = split_part(p.name_key, ' ', 1)) AS given_common,
    EXISTS (SELECT FROM common_name c WHERE c.part = 'family'
      AND c.name = split_part(p.name_key, ' ', 2)) AS family_common,
    p.date_of_birth AS born, p.birth <> 'exact' AS rough, p.nhs_number AS nhs, p.upn,
    nullif(p.sex, 'not_known') AS sex
  FROM person p LEFT JOIN LATERAL (
    SELECT array_agg(split_part(o.name_key, ' ', 1)) AS givens,
      array_agg(split_part(o.name_key, ' ', 2)) AS families
    FROM person_name o WHERE o.person_id = p.id) n ON true
"""
"""The facts of persons that are compared, one row each; add `WHERE` on `p`."""

AS_FACTS: Final = """
  SELECT 0::bigint AS id, :given AS given, :family AS family,
    CASE WHEN :known_as = '' THEN NULL ELSE ARRAY[:given, :known_as] END AS givens,
    NULL::text[] AS families, CAST(:born AS date) AS born, CAST(:rough AS boolean) AS rough,
    CAST(:nhs AS text) AS nhs, CAST(:upn AS text) AS upn, nullif(:sex, 'not_known') AS sex
"""
"""The facts of one who is not recorded yet."""

_CROSSED: Final = "a.given = b.family AND a.family = b.given AND a.given <> a.family"
_TOGETHER: Final = """EXISTS (SELECT FROM member x JOIN member y ON y.family_id = x.family_id
  WHERE x.person_id = a.id AND y.person_id = b.id AND x.ended_on IS NULL AND y.ended_on IS NULL)"""
_SHARED: Final = """EXISTS (SELECT FROM member x JOIN member xs ON xs.family_id = x.family_id
  JOIN member ys ON ys.person_id = xs.person_id JOIN member y ON y.family_id = ys.family_id
  WHERE x.person_id = a.id AND y.person_id = b.id AND xs.person_id NOT IN (a.id, b.id))"""

_LEVELS: Final = {
    "given": f"""CASE WHEN a.given = b.given AND b.given_common THEN 'common'
      WHEN {_CROSSED} THEN 'swapped' ELSE names_agree(a.given, b.given,
      coalesce(a.givens, ARRAY[a.given]), coalesce(b.givens, ARRAY[b.given])) END""",
    "family": f"""CASE WHEN a.family = b.family AND b.family_common THEN 'common'
      WHEN {_CROSSED} THEN NULL ELSE names_agree(a.family, b.family,
      coalesce(a.families, ARRAY[a.family]), coalesce(b.families, ARRAY[b.family])) END""",
    "born": """CASE WHEN NOT (a.rough OR b.rough) THEN births_agree(a.born, b.born)
      WHEN abs(a.born - b.born) <= 366 THEN 'year'
      WHEN abs(a.born - b.born) > 5 * 366 THEN 'different' END""",
    "nhs": "CASE WHEN a.nhs = b.nhs THEN 'same' WHEN a.nhs <> b.nhs THEN 'different' END",
    "upn": "CASE WHEN a.upn = b.upn THEN 'same' WHEN a.upn <> b.upn THEN 'different' END",
    "sex": "CASE WHEN a.sex = b.sex THEN 'same' WHEN a.sex <> b.sex THEN 'different' END",
}
_RELATIVE: Final = f"""CASE WHEN {_TOGETHER} THEN 'together'
  WHEN {_SHARED} THEN 'same' END"""


def compared(pairs: str) -> str:
    """A statement for the pairs `a`, `b` of facts that `pairs` selects from: `FROM … a JOIN … b`.

    It gives a_id, b_id and reasons (`{feature.level}`). Relatives are not looked for.
    """
    columns = ", ".join(f"{sql} AS {name}" for name, sql in _LEVELS.items())
    reasons = ", ".join(f"'{name}.' || {name}" for name in _LEVELS)
    return f"""
      SELECT a_id, b_id, array_remove(ARRAY[{reasons}], NULL) AS reasons
      FROM (SELECT a.id AS a_id, b.id AS b_id, {columns} {pairs} OFFSET 0) levels"""  # noqa: S608 - SQL of ours


def scored(pairs: str, matching: Matching, least: float | None = None) -> str:
    """A statement for the pairs `a`, `b` of facts that `pairs` selects from: `FROM … a JOIN … b`.

    It gives a_id, b_id, score and reasons (`{feature.level}`), from the score `least` on.
    """
    columns = ", ".join(f"{sql} AS {name}" for name, sql in _LEVELS.items())
    at_once = " + ".join(_weight(name, matching) for name in _LEVELS)
    reasons = ", ".join(f"'{name}.' || {name}" for name in FEATURES)
    most = max(matching.weights["relative.same"], 0)
    enough = "" if least is None else f"WHERE first + {most} >= {least}"
    complete = "" if least is None else f"WHERE score >= {least}"
    return f"""
      SELECT a_id, b_id, round(score, 1) AS score, reasons FROM (
        SELECT a_id, b_id, first + {_weight("relative", matching)} AS score,
          array_remove(ARRAY[{reasons}], NULL) AS reasons
        FROM (
          SELECT close.*, {_RELATIVE} AS relative FROM (
            SELECT levels.*, {at_once} AS first FROM (
              SELECT a.id AS a_id, b.id AS b_id, {columns} {pairs} OFFSET 0
            ) levels
          ) close CROSS JOIN LATERAL (SELECT a_id AS id) a CROSS JOIN LATERAL (SELECT b_id AS id) b
          {enough} OFFSET 0
        ) whole
      ) scored {complete}"""  # noqa: S608 - weights, and SQL of ours


def _weight(feature: str, matching: Matching) -> str:
    """The weight of a feature's level: nothing when it is not known."""
    levels = {
        key.removeprefix(f"{feature}."): weight
        for key, weight in matching.weights.items()
        if key.startswith(f"{feature}.")
    }
    cases = " ".join(f"WHEN '{level}' THEN {float(weight)}" for level, weight in levels.items())
    return f"CASE {feature} {cases} ELSE 0 END"
