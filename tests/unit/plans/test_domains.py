"""The need domains as they are delivered."""

from keywork.plans.domains import domains


def test_the_three_parental_domains_come_first() -> None:
    parental = [domain.key for domain in domains().values() if domain.parental]
    assert parental == ["domestic_abuse", "substance_misuse", "parental_mental_health"]
    assert list(domains())[:3] == parental


def test_each_headline_outcome_has_a_domain() -> None:
    assert len({domain.outcome for domain in domains().values()}) == 10
    assert domains()["domestic_abuse"].outcome == "Safe from domestic abuse"


def test_domestic_abuse_alone_is_protected() -> None:
    assert [d.key for d in domains().values() if d.protected] == ["domestic_abuse"]


def test_a_need_is_described_by_domain_and_type() -> None:
    housing = domains()["housing"]
    assert housing.describe("") == "Housing"
    assert housing.describe("overcrowding") == "Housing: overcrowding"
