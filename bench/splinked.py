"""Persons recorded twice, as splink 5 finds them: the yardstick of `bench.same_person`."""

from datetime import date
from typing import Any

Pair = tuple[int, int]
Scored = list[tuple[float, Pair]]
"""Pairs of ids, the lower first, each with how much says that they are one person."""


def ordered(one: int, other: int) -> Pair:
    """A pair of ids, the lower first."""
    return min(one, other), max(one, other)


def pairs_by_splink(rows: list[dict[str, Any]]) -> Scored:
    """The pairs among rows of `queries.FACTS`, by weights that splink learns from these rows.

    It makes the same comparisons among the same pairs as the nightly search, and weighs each name
    by how rare it is.
    """
    import pyarrow as pa
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[
            block_on("born", "substr(given, 1, 1)"),
            block_on("born", "substr(family, 1, 1)"),
            block_on("given", "family"),
            "l.born = r.turned AND substr(l.given, 1, 1) = substr(r.given, 1, 1)",
            "l.born = r.turned AND substr(l.family, 1, 1) = substr(r.family, 1, 1)",
            "l.born = r.born AND l.given = r.family AND l.family = r.given",
            "l.family = r.family AND substr(l.given, 1, 1) = substr(r.given, 1, 1)"
            " AND (l.born IS NULL OR r.born IS NULL)",
            "l.given = r.given AND substr(l.family, 1, 2) = substr(r.family, 1, 2)"
            " AND (l.born IS NULL OR r.born IS NULL)",
        ],
        retain_matching_columns=False,
    )
    table = DuckDBAPI().register(pa.Table.from_pylist([_row(row) for row in rows]))
    linker = Linker(table, settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("given", "family", "born")], recall=0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    for alike in (block_on("born"), block_on("given", "family")):
        training.estimate_parameters_using_expectation_maximisation(
            alike, estimate_without_term_frequencies=True, record_sample_proportion=1.0
        )
    found = linker.inference.predict(threshold_match_weight=-5)
    columns = found.as_duckdbpyrelation().project("match_weight, id_l, id_r").fetchall()
    return [(weight, ordered(a, b)) for weight, a, b in columns]


def _row(facts: dict[str, Any]) -> dict[str, Any]:
    """As splink takes it: each a list of all names, the date of birth and the one turned round."""
    born = facts["born"]
    turns = born is not None and born.day <= 12 and born.day != born.month
    return {
        **{name: facts[name] for name in ("id", "given", "family", "nhs", "sex", "born")},
        "turned": date(born.year, born.day, born.month) if turns else None,
        "digits": f"{born:%Y%m%d}" if born else None,
        "givens": facts["givens"] or [facts["given"]],
        "families": facts["families"] or [facts["family"]],
    }


def _comparisons() -> list[Any]:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    def name(column: str, every: str, other: str) -> Any:
        return comparisons.CustomComparison(
            output_column_name=column,
            comparison_levels=[
                levels.NullLevel(column),
                levels.ExactMatchLevel(column, term_frequency_adjustments=True),
                levels.ColumnsReversedLevel(column, other, symmetrical=True),
                levels.ArrayIntersectLevel(every),
                levels.DamerauLevenshteinLevel(column, 1),
                levels.ElseLevel(),
            ],
        )

    born = comparisons.CustomComparison(
        output_column_name="born",
        comparison_levels=[
            levels.NullLevel("born"),
            levels.ExactMatchLevel("born"),
            levels.CustomLevel("born_l = turned_r", "Day and month turned round"),
            levels.DamerauLevenshteinLevel("digits", 1),
            levels.CustomLevel("year(born_l) = year(born_r)", "Same year"),
            levels.ElseLevel(),
        ],
    )
    return [
        name("given", "givens", "family"),
        name("family", "families", "given"),
        born,
        comparisons.ExactMatch("nhs"),
        comparisons.ExactMatch("sex"),
    ]
