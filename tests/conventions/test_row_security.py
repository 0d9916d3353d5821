"""Every table says who reads its rows, and the application's role has no way round that."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.local.databases import APP
from tests.factories.families import a_case

WITHOUT: Final = {
    "alembic_version": "Which migrations have run. The application has no right to it",
    "outbox": "Tasks with ids and references only; the relay reads it for nobody",
    "stored_file": "Names that say nothing, so that what no row names can be removed by whoever"
    " may see no row",
    "policy_version": "The approval policy, which everybody may know",
    "purse": "Which hub has which fund; nothing of a family",
    "book": "The ledger's books, by label; nothing of a family",
    "account": "Balances, changed by nothing but postings",
    "posting": "Pence between accounts, taken only in the transaction of their entry, whose policy"
    " says who may write it",
    "chain_link": "Hashes, which the database alone writes",
    "erasure_step": "What an erasure does, in order. The application has no right to it",
    "erasure_under_way": "Held by an erasure while it lasts. The application has no right to it",
}
"""The tables without a row policy, and why."""

READ_AS_OWNER: Final = {
    "conflict_reach": "Asked by functions alone: the application has no right to it",
    "spend_line": "A purse's list, without the family: finance and service leads read each spend's"
    " line, others those of the spends they may read",
}
"""The views that do not read as whoever looks, and why."""

TABLES = text("""
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity
      AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')""")


def guarded(session: Session) -> dict[str, bool]:
    """Every table, and whether its rows are forced through a policy."""
    return {name: bool(forced) for name, forced in session.execute(TABLES)}


def test_every_table_has_forced_row_security_or_a_reason(session: Session) -> None:
    tables = guarded(session)
    assert {name for name, forced in tables.items() if not forced} == set(WITHOUT)


def test_without_a_viewer_nothing_is_read(session: Session) -> None:
    a_case(session)
    session.execute(text("SELECT set_config('keywork.viewer', '', true)"))
    read = {
        name: session.scalar(text(f"SELECT count(*) FROM {name}"))
        for name, forced in guarded(session).items()
        if forced
    }
    assert {name: rows for name, rows in read.items() if rows} == {}


def test_the_application_has_no_way_round(session: Session) -> None:
    role = session.execute(
        text("""
            SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication,
              EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),
              EXISTS (SELECT FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o'
                AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))
            FROM pg_roles r WHERE rolname = :role"""),
        {"role": APP},
    ).one()
    assert tuple(role) == (False, False, False)
    assert session.scalar(text("SELECT current_user")) == APP


def test_functions_that_run_as_the_owner_say_where_they_look(session: Session) -> None:
    adrift = text("""
        SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
          AND NOT coalesce('search_path=public, pg_temp' = ANY (proconfig), false)""")
    assert session.scalars(adrift).all() == []


def test_a_view_reads_as_whoever_looks_or_has_a_reason(session: Session) -> None:
    as_owner = text("""
        SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')
          AND relnamespace = 'public'::regnamespace
          AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)""")
    assert set(session.scalars(as_owner)) == set(READ_AS_OWNER)


def test_what_tells_of_hidden_people_is_not_for_the_application(session: Session) -> None:
    callable_ = text("""
        SELECT proname FROM pg_proc WHERE proname IN ('persons_like', 'exact_persons')
          AND has_function_privilege(oid, 'EXECUTE')""")
    assert session.scalars(callable_).all() == []
