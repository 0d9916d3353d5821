"""The invented people of the benchmarks."""

from random import Random

from bench.population import duplicated, misspell, people
from keywork.families.nhs_number import parse_nhs_number
from keywork.families.policy import Search
from keywork.families.policy.finding import distance


def test_the_same_seed_makes_the_same_people_however_many() -> None:
    made = list(people(2_000, seed=4))
    assert made[:500] == list(people(500, seed=4))
    assert [person.number for person in made] == list(range(2_000))
    assert made != list(people(2_000, seed=5))


def test_they_are_as_people_are() -> None:
    made = list(people(3_000))
    numbers = [person.nhs_number for person in made if person.nhs_number]
    assert [parse_nhs_number(number) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)
    assert 10 < sum(person.family_name == "Smith" for person in made) < 100
    assert 0.06 < sum(bool(p.known_as or p.former_name) for p in made) / len(made) < 0.14
    assert len({person.hub for person in made}) == 40


def test_a_misspelt_name_has_one_typing_error() -> None:
    rng = Random(1)
    for _ in range(200):
        typed = misspell("Leanne Hartley", rng)
        assert typed != "Leanne Hartley"
        assert distance(Search(name=typed), "Leanne", "Hartley") == 1


def test_a_second_record_says_whose_it_is() -> None:
    made = list(people(1_000))
    second = list(duplicated(made, 0.1, Random(1), first_number=1_000))
    assert 60 < len(second) < 140
    assert [person.number for person, _ in second] == list(range(1_000, 1_000 + len(second)))
    assert all(person.nhs_number is None for person, _ in second)
    assert {person.family for person, _ in second}.isdisjoint(p.family for p in made)
