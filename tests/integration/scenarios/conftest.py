"""What the scenarios share: a hub at work, and what became of a request for money."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from keywork.ledger.queries import broken_invariants
from tests.factories import commissioning
from tests.factories.accounts import PASSWORD
from tests.factories.commissioning import Place
from tests.running import Running, until
from tests.visitor import Visitor

WORK = "SELECT 1 FROM outbox JOIN spend ON (arguments->>'spend_id')::bigint = spend.id"
"""The work that a spend has made."""

NewPlace = Callable[..., Place]
SignIn = Callable[[str], Visitor]


@pytest.fixture
def new_place(running: Running) -> NewPlace:
    """Makes a hub at work, with so many pence in its purse."""

    def make(pence: int = 1_000_00) -> Place:
        with running.session() as session:
            return commissioning.a_place(session, pence)

    return make


@pytest.fixture(scope="session")
def sign_in(running: Running) -> SignIn:
    """Signs somebody in by the page; who has signed in once stays so."""

    @cache
    def sign_in(email: str) -> Visitor:
        return Visitor(running.base_url).sign_in(email, PASSWORD)

    return sign_in


@pytest.fixture(autouse=True)
def _books_balance(running: Running) -> Iterator[None]:
    """After every scenario, whatever happened in it."""
    yield
    with running.session() as session:
        assert broken_invariants(session) == []


def ask(running: Running, place: Place, pence: int) -> str:
    """Ask for money, and return the spend's reference."""
    with running.session() as session:
        return commissioning.ask(session, place, amount_pence=pence).reference


def state(running: Running, reference: str) -> str:
    """Where a spend stands."""
    return str(running.rows("SELECT state FROM spend WHERE reference = %s", reference)[0][0])


def until_state(running: Running, reference: str, wanted: str) -> None:
    """Wait until a spend stands there."""
    until(lambda: state(running, reference) == wanted)


def acts(running: Running, reference: str) -> list[str]:
    """What the journal says of a spend, in order."""
    found = running.rows(
        "SELECT act FROM journal_entry WHERE reference = %s ORDER BY id", reference
    )
    return [act for (act,) in found]


def assert_approved_once(running: Running, reference: str) -> None:
    """One posting, one line in the chronology, no work left over."""
    until_state(running, reference, "approved")
    until(lambda: running.rows(f"{WORK} WHERE reference = %s AND done_at IS NOT NULL", reference))
    assert acts(running, reference) == ["reserve", "approve"]
    said = running.rows("SELECT text FROM entry WHERE text LIKE %s", f"Approved%({reference})")
    assert len(said) == 1
