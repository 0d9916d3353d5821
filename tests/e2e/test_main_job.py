"""The main job from end to end: three people, real processes, one at a desk, two on the phone."""

import re

import pytest

from tests.e2e import handing_off, money, record
from tests.e2e.conftest import SignIn
from tests.e2e.town import Town, a_town
from tests.running import Running, until

FAMILY_NAMES = ("Hartley", "Leanne", "Callum", "Poppy")


@pytest.fixture
def town(running: Running) -> Town:
    """A hub of this journey's own, with £1,000 to spend."""
    with running.session() as session:
        return a_town(session, 1, 1_000_00)


def test_the_main_job(running: Running, town: Town, sign_in: SignIn) -> None:
    nadia = sign_in(town.email("Nadia Rahman"), width=1280)
    handoff = handing_off.hands_off(nadia, town)
    helen = sign_in(town.email("Helen Marsh"))
    handing_off.allocates(helen, handoff)
    tom = sign_in(town.email("Tom Okafor"))
    family = handing_off.accepts(tom, handoff)
    handing_off.sees_it_accepted(nadia, handoff)

    record.opens_the_record(tom, family)
    record.writes_up_a_visit(tom, family)
    record.starts_the_plan(tom, family)

    cot = money.asks_within_his_limit(tom, family)
    bed = money.asks_above_it(tom, family)
    money.decides(helen, bed, letter_to(running, town.email("Helen Marsh"), bed))
    money.sees_the_decision(tom, bed)
    money.buys(tom, cot, town)

    handing_off.tells_what_came_of_it(tom, handoff)
    handing_off.sees_what_came_of_it(nadia, handoff)
    for private in (f"/families/{family}", f"/families/{family}/chronology", f"/spends/{cot}"):
        assert nadia.goto(private).status in (403, 404)


def letter_to(running: Running, address: str, spend: str) -> str:
    """The link in the e-mail about a spend, which names nobody in the family."""

    def about_it() -> list[str]:
        texts = [letter["Subject"] + letter.get_content() for letter in running.letters(address)]
        return [text for text in texts if spend in text]

    [letter] = until(about_it)
    assert not [name for name in FAMILY_NAMES if name in letter]
    link = re.search(rf"{re.escape(running.base_url)}(\S*{spend}\S*)", letter)
    assert link
    return link[1]
