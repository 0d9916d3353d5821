"""What a sign-in still lacks, and how things are called."""

import pytest

from keywork.accounts.known_device import network
from keywork.accounts.policy.steps import browser_name, next_step

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("must_change", "enrolled", "waived", "code_given", "lacks"),
    [
        (False, True, False, False, "code"),
        (True, True, True, False, "code"),
        (True, True, False, True, "new_password"),
        (True, False, False, False, "new_password"),
        (False, False, False, False, "second_factor"),
        (False, False, True, False, None),
        (False, True, False, True, None),
    ],
)
def test_each_thing_is_asked_for_in_its_turn(
    must_change: bool, enrolled: bool, waived: bool, code_given: bool, lacks: str | None
) -> None:
    asked = {"must_change": must_change, "enrolled": enrolled, "waived": waived}
    assert next_step(**asked, code_given=code_given) == lacks


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME.format("Windows NT 10.0; Win64; x64"), "Chrome on Windows"),
        (CHROME.format("Windows NT 10.0") + " Edg/131.0.0.0", "Edge on Windows"),
        (CHROME.format("Linux; Android 14; Pixel 8"), "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Firefox/132.0", "Firefox on Mac"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_has_a_name_in_plain_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


def test_a_home_counts_as_one_network_however_many_addresses_it_has() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("192.0.2.7") == "192.0.2.7"
    assert network(None) == network("nonsense") == "unknown"
