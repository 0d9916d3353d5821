"""A page asks the database as often with what is hidden from its reader as without."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests.conftest import PageClient
from tests.leaks.recording import KINDS, record
from tests.leaks.world import Wanted, a_world

PAGES = ("", "/plan", "/chronology", "/money", "/people", "/documents", "/sharing", "/team")


def test_a_page_asks_as_often_whatever_is_protected(
    session: Session, client: PageClient, statements: Callable[[str], int]
) -> None:
    world = a_world(session, ["child"])
    for kind in KINDS:
        record(world, Wanted(kind, "worker", 0, None), "zqopenzq")
    session.commit()

    def asked(who: str) -> dict[str, int]:
        client.sign_in(world.people[who].staff_id)
        return {page: statements(f"/families/{world.family.reference}{page}") for page in PAGES}

    before = {who: asked(who) for who in ("colleague", "manager")}
    for kind in KINDS:
        record(world, Wanted(kind, "worker", 1, frozenset({"specialist"})), "zqhiddenzq")
    session.commit()
    assert {who: asked(who) for who in before} == before
