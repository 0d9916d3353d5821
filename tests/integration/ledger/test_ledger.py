"""The ledger keeps its promises in PostgreSQL itself."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from keywork.kernel.viewer import set_viewer, system_task
from keywork.ledger import queries, services
from keywork.ledger.models import Account
from keywork.ledger.services import KeyReused, Move
from tests.conftest import Database

A = Account


@pytest.fixture
def books(scratch: Database) -> Iterator[Session]:
    """A session whose commits are real, as the application role."""
    engine = create_engine(scratch.url)
    with Session(engine) as session:
        set_viewer(session, system_task("commissioning"))
        yield session
    engine.dispose()


@pytest.fixture
def book(books: Session) -> int:
    """A book with £300.00 available."""
    book_id = services.open_book(books, "a purse")
    post(books, "allocation", Move(book_id, A.ALLOCATED, A.AVAILABLE, 300_00))
    return book_id


def post(session: Session, key: str, *moves: Move) -> int:
    """One committed entry."""
    entry = services.post(session, key=key, act="test", reference="T-1", moves=moves).entry_id
    session.commit()
    return entry


def balances(session: Session, book_id: int) -> queries.Balances:
    """What the book holds."""
    return queries.balances(session, [book_id])[book_id]


def refused(session: Session, statement: str) -> str:
    """The constraint or right that PostgreSQL refuses a raw statement by."""

    def attempt() -> None:
        session.execute(text(statement))
        session.commit()

    with pytest.raises((IntegrityError, ProgrammingError)) as caught:
        attempt()
    session.rollback()
    diagnosis = caught.value.orig.diag  # type: ignore[union-attr]
    return diagnosis.constraint_name or diagnosis.message_primary or ""


def test_money_moves_from_allocation_to_spent_and_what_is_left_returns(
    books: Session, book: int
) -> None:
    post(books, "reserve", Move(book, A.AVAILABLE, A.RESERVED, 85_00))
    post(books, "approve", Move(book, A.RESERVED, A.COMMITTED, 85_00))
    post(
        books,
        "buy",
        Move(book, A.COMMITTED, A.SPENT, 79_99),
        Move(book, A.COMMITTED, A.AVAILABLE, 5_01),
    )
    assert balances(books, book) == queries.Balances(300_00, 220_01, 0, 0, 79_99)
    assert queries.broken_invariants(books) == []


def test_a_purse_is_never_overdrawn(books: Session, book: int) -> None:
    with pytest.raises(IntegrityError) as caught:
        post(books, "too much", Move(book, A.AVAILABLE, A.RESERVED, 300_01))
    assert services.NOT_OVERDRAWN in str(caught.value)


def test_the_same_key_and_inputs_again_change_nothing(books: Session, book: int) -> None:
    move = Move(book, A.AVAILABLE, A.RESERVED, 10_00)
    first = post(books, "once", move)
    again = services.post(books, key="once", act="test", reference="T-1", moves=[move])
    assert (again.entry_id, again.repeated) == (first, True)
    assert balances(books, book).reserved == 10_00


def test_the_same_key_with_other_inputs_is_an_error(books: Session, book: int) -> None:
    post(books, "once", Move(book, A.AVAILABLE, A.RESERVED, 10_00))
    with pytest.raises(KeyReused):
        post(books, "once", Move(book, A.AVAILABLE, A.RESERVED, 10_01))


def test_money_goes_from_one_book_to_another_in_one_entry(books: Session, book: int) -> None:
    other = services.open_book(books, "another purse")
    post(books, "vire", Move(book, A.AVAILABLE, A.AVAILABLE, 40_00, to_book=other))
    assert balances(books, book).available == 260_00
    assert balances(books, other).available == 40_00
    assert queries.broken_invariants(books) == []


def test_an_entry_is_reversed_once(books: Session, book: int) -> None:
    entry = post(books, "wrong", Move(book, A.AVAILABLE, A.RESERVED, 10_00))
    services.reverse(books, key="undo", entry_id=entry, reason="entered twice")
    books.commit()
    assert balances(books, book).available == 300_00
    with pytest.raises(IntegrityError):
        services.reverse(books, key="undo again", entry_id=entry, reason="entered twice")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET pence = 1",
        "DELETE FROM posting",
        "UPDATE journal_entry SET act = 'x'",
        "DELETE FROM journal_entry",
        "UPDATE account SET balance_pence = 1",
        "INSERT INTO account (book_id, kind, balance_pence) VALUES (1, 'spent', 5)",
        "INSERT INTO chain_link VALUES (1, 9, 1, '')",
        "DELETE FROM chain_link",
        "TRUNCATE posting",
    ],
)
def test_the_application_has_no_right_to_rewrite_history(
    books: Session, book: int, statement: str
) -> None:
    assert "permission denied" in refused(books, statement)


@pytest.mark.parametrize("table", ["posting", "journal_entry", "chain_link"])
def test_not_even_the_owner_rewrites_history(scratch: Database, book: int, table: str) -> None:
    engine = create_engine(scratch.owner_url)
    with Session(engine) as owner:
        assert refused(owner, f"DELETE FROM {table}") == f"{table}_append_only"
    engine.dispose()


def test_postings_that_do_not_sum_to_zero_are_refused_at_commit(books: Session, book: int) -> None:
    statement = f"""
        WITH entry AS (INSERT INTO journal_entry
          (idempotency_key, inputs_hash, act, reference, recorded_by)
          VALUES ('raw', '', 'test', 'T-1', 'task:commissioning') RETURNING id)
        INSERT INTO posting (entry_id, account_id, pence)
        SELECT entry.id, account.id, 5 FROM entry, account
        WHERE book_id = {book} AND kind IN ('available', 'reserved')"""
    assert refused(books, statement) == "journal_entry_balances"


def test_a_finished_entry_takes_no_more_postings(books: Session, book: int) -> None:
    entry = post(books, "done", Move(book, A.AVAILABLE, A.RESERVED, 10_00))
    statement = f"""
        INSERT INTO posting (entry_id, account_id, pence)
        SELECT {entry}, id, CASE kind WHEN 'spent' THEN 5 ELSE -5 END FROM account
        WHERE book_id = {book} AND kind IN ('spent', 'committed')"""
    assert refused(books, statement) == "posting_with_its_entry"


def test_an_entry_sealed_early_takes_no_more_postings(books: Session, book: int) -> None:
    services.post(
        books,
        key="early",
        act="test",
        reference="T-1",
        moves=[Move(book, A.AVAILABLE, A.RESERVED, 10_00)],
    )
    books.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    statement = f"""
        INSERT INTO posting (entry_id, account_id, pence)
        SELECT j.id, a.id, 77700 FROM journal_entry j, account a
        WHERE j.idempotency_key = 'early' AND a.book_id = {book} AND a.kind = 'committed'"""
    assert refused(books, statement) == "posting_with_its_entry"
    assert queries.broken_invariants(books) == []


def test_tampering_shows_in_the_chain(books: Session, book: int, scratch: Database) -> None:
    post(books, "honest", Move(book, A.AVAILABLE, A.RESERVED, 10_00))
    owner = create_engine(scratch.owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE journal_entry SET reference = 'T-2'"))
    owner.dispose()
    assert [line for line in queries.broken_invariants(books) if "hash follows" in line]


moves = st.lists(
    st.tuples(
        st.sampled_from([A.AVAILABLE, A.RESERVED, A.COMMITTED, A.SPENT]),
        st.sampled_from([A.AVAILABLE, A.RESERVED, A.COMMITTED, A.SPENT]),
        st.integers(1, 400_00),
    ).filter(lambda move: move[0] != move[1]),
    max_size=8,
)


@given(moves)
@settings(max_examples=25)
def test_whatever_is_tried_the_invariants_hold(
    engine: Engine, tried: list[tuple[Account, Account, int]]
) -> None:
    with engine.connect() as connection, Session(connection) as session:
        set_viewer(session, system_task("commissioning"))
        book = services.open_book(session, "a purse")
        held = {A.AVAILABLE: 300_00, A.RESERVED: 0, A.COMMITTED: 0, A.SPENT: 0}
        move = Move(book, A.ALLOCATED, A.AVAILABLE, 300_00)
        services.post(session, key="a", act="allocate", reference="T", moves=[move])
        for number, (source, target, pence) in enumerate(tried):
            possible = held[source] >= pence
            try:
                with session.begin_nested():
                    moved = [Move(book, source, target, pence)]
                    services.post(session, key=str(number), act="t", reference="T", moves=moved)
            except IntegrityError:
                assert not possible
            else:
                assert possible
                held[source] -= pence
                held[target] += pence
        found = balances(session, book)
        assert (found.available, found.reserved, found.committed, found.spent) == tuple(
            held.values()
        )
        session.rollback()
