"""Where real people's records are kept, keywork does not start with what was made for a demo."""

from collections.abc import Iterator

import pytest

from config.settings import Settings, settings

REAL = {
    "database_url": "postgresql://somewhere/keywork",
    "redis_url": "redis://somewhere/0",
    "secret_key": "x" * 32,
    "base_url": "https://keywork.council.example",
}
WRONG = {
    "KEYWORK_SECRET_KEY must be": {"secret_key": "short"},
    "KEYWORK_SECRET_KEY was made for invented people": {"secret_key": "local-" + "f" * 64},
    "KEYWORK_SECRET_KEYS_BEFORE must be": {"secret_keys_before": "short"},
    "KEYWORK_DEMO": {"demo": "true"},
    "KEYWORK_MAILBOX_DIR": {"mailbox_dir": "mailbox"},
    "KEYWORK_SECOND_FACTOR_WAIVERS": {"second_factor_waivers": "true"},
    "KEYWORK_REQUEST_LIMITS_TIMES": {"request_limits_times": "1000"},
    "KEYWORK_BASE_URL": {"base_url": "http://keywork.council.example"},
    "KEYWORK_SECURE_COOKIES": {"secure_cookies": "false"},
    "KEYWORK_PRODUCTION": {"production": "false", "base_url": "https://keywork.council.gov.uk"},
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says what is right, and nothing of the machine's own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KEYWORK_{name.upper()}", raising=False)
    for name, value in REAL.items():
        monkeypatch.setenv(f"KEYWORK_{name.upper()}", value)
    settings.cache_clear()
    return monkeypatch


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    """What was read here is not what the next test reads."""
    yield
    settings.cache_clear()


def test_what_is_right_starts_and_former_keys_still_hold(said: pytest.MonkeyPatch) -> None:
    said.setenv("KEYWORK_SECRET_KEYS_BEFORE", f"{'a' * 32}, {'b' * 40}")
    said.setenv("KEYWORK_OTHER_HOSTS", "10.0.0.7")
    chosen = settings()
    assert chosen.production
    assert chosen.former_secret_keys == ["a" * 32, "b" * 40]
    assert chosen.hosts == ["keywork.council.example", "10.0.0.7"]


@pytest.mark.parametrize("sentence", WRONG)
def test_what_was_made_for_invented_people_is_refused(
    said: pytest.MonkeyPatch, sentence: str
) -> None:
    for name, value in WRONG[sentence].items():
        said.setenv(f"KEYWORK_{name.upper()}", value)
    with pytest.raises(SystemExit) as refusal:
        settings()
    assert f"keywork does not start: {sentence}" in str(refusal.value)
    assert not any(
        value in str(refusal.value) for value in WRONG[sentence].values() if "-" in value
    )


def test_invented_people_are_served_on_this_machine_alone(said: pytest.MonkeyPatch) -> None:
    said.setenv("KEYWORK_PRODUCTION", "false")
    said.setenv("KEYWORK_DEMO", "true")
    said.setenv("KEYWORK_SECRET_KEY", "only for tests")
    for address in ("http://localhost:8000", "http://127.0.0.1:8000", "https://a.test"):
        said.setenv("KEYWORK_BASE_URL", address)
        settings.cache_clear()
        assert settings().demo


def test_a_secret_that_is_missing_is_said_without_quoting_the_others(
    said: pytest.MonkeyPatch,
) -> None:
    said.delenv("KEYWORK_REDIS_URL")
    with pytest.raises(ValueError, match="redis_url") as missing:
        settings()
    assert REAL["secret_key"] not in str(missing.value)
