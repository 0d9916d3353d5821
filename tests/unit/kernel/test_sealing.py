"""What was sealed with a former secret is read while that is named; nobody else's ever is."""

from collections.abc import Callable, Iterator

import pytest

from config.settings import settings
from keywork.kernel.sealing import Unreadable, seal, unseal

Use = Callable[[str, str], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Has this process use a secret, with these former ones."""

    def choose(secret: str, before: str = "") -> None:
        monkeypatch.setenv("KEYWORK_PRODUCTION", "false")
        monkeypatch.setenv("KEYWORK_BASE_URL", "http://localhost")
        monkeypatch.setenv("KEYWORK_DATABASE_URL", "postgresql://")
        monkeypatch.setenv("KEYWORK_REDIS_URL", "redis://")
        monkeypatch.setenv("KEYWORK_SECRET_KEY", secret)
        monkeypatch.setenv("KEYWORK_SECRET_KEYS_BEFORE", before)
        settings.cache_clear()

    yield choose
    settings.cache_clear()


def test_a_new_secret_reads_what_the_one_before_it_sealed(use: Use) -> None:
    use("first", "")
    sealed = seal("totp", "7", b"a seed")
    use("second", "first")
    assert unseal("totp", "7", sealed) == b"a seed"
    for purpose, whose in (("totp", "8"), ("other", "7")):
        with pytest.raises(Unreadable):
            unseal(purpose, whose, sealed)
    use("second", "")
    with pytest.raises(Unreadable):
        unseal("totp", "7", sealed)
