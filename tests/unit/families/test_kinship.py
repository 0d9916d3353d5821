"""What people are to each other, from either end, and what follows from who is whose parent."""

import pytest

from keywork.families.policy import Kinship, follows, kinds

MOTHER, FATHER, ANN, BEN, OTHER, GRAN = range(1, 7)


def born_to(child: int, *parents: int) -> list[Kinship]:
    """The rows for a child and its parents."""
    return [Kinship(parent, child, "birth_parent") for parent in parents]


def what_is(first: int, second: int, sex: str, rows: list[Kinship]) -> list[str]:
    """What follows of the first person, of this sex, to the second."""
    return [
        kinds()[row.kind].word(sex, second=row.first == second)
        for row in follows(rows)
        if {row.first, row.second} == {first, second}
    ]


@pytest.mark.parametrize(
    ("kind", "sex", "first", "second"),
    [
        ("birth_parent", "female", "mother", "daughter"),
        ("birth_parent", "male", "father", "son"),
        ("birth_parent", "not_known", "parent", "child"),
        ("step_parent", "male", "stepfather", "stepson"),
        ("foster_carer", "female", "foster carer", "foster daughter"),
        ("grandparent", "indeterminate", "grandparent", "grandchild"),
        ("married", "male", "husband", "husband"),
        ("civil_partners", "female", "civil partner", "civil partner"),
        ("sibling", "female", "sister", "sister"),
    ],
)
def test_one_row_has_a_word_for_each_end(kind: str, sex: str, first: str, second: str) -> None:
    assert kinds()[kind].word(sex) == first
    assert kinds()[kind].word(sex, second=True) == second


def test_children_of_both_parents_are_siblings() -> None:
    rows = born_to(ANN, MOTHER, FATHER) + born_to(BEN, MOTHER, FATHER)
    assert follows(rows) == [Kinship(ANN, BEN, "sibling")]
    assert what_is(ANN, BEN, "female", rows) == ["sister"]
    assert what_is(BEN, ANN, "male", rows) == ["brother"]


def test_with_different_fathers_they_are_half_siblings() -> None:
    rows = born_to(ANN, MOTHER, FATHER) + born_to(BEN, MOTHER, OTHER)
    assert follows(rows) == [Kinship(ANN, BEN, "half_sibling")]


def test_whose_father_nobody_knows_is_not_called_half() -> None:
    rows = born_to(ANN, MOTHER, FATHER) + born_to(BEN, MOTHER)
    assert follows(rows) == [Kinship(ANN, BEN, "sibling")]


def test_an_adopted_child_is_a_sibling_too() -> None:
    rows = [*born_to(ANN, MOTHER), Kinship(MOTHER, BEN, "adoptive_parent")]
    assert what_is(BEN, ANN, "male", rows) == ["brother"]


def test_a_foster_child_is_nobodys_sibling_by_that() -> None:
    assert follows([*born_to(ANN, MOTHER), Kinship(MOTHER, BEN, "foster_carer")]) == []


def test_a_parents_parent_is_a_grandparent() -> None:
    rows = born_to(MOTHER, GRAN) + born_to(ANN, MOTHER)
    assert what_is(GRAN, ANN, "female", rows) == ["grandmother"]
    assert what_is(ANN, GRAN, "female", rows) == ["granddaughter"]


def test_what_is_recorded_does_not_follow_again() -> None:
    rows = born_to(MOTHER, GRAN) + born_to(ANN, MOTHER) + born_to(BEN, MOTHER)
    recorded = [Kinship(GRAN, ANN, "grandparent"), Kinship(BEN, ANN, "half_sibling")]
    assert follows(rows + recorded) == [Kinship(GRAN, BEN, "grandparent")]
