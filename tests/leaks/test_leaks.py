"""What is protected from somebody might as well not be there: every page is the same without it."""

import json
import os
import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.copies import queries as copies
from keywork.copies.policy import PARTS, Asked, pages
from keywork.families import queries as families
from keywork.kernel import clock, paper
from keywork.kernel.viewer import set_viewer, system_task
from tests.conftest import PageClient
from tests.leaks.recording import KINDS, record
from tests.leaks.ways import MOVING, addresses, nothing, of_things, plain, ways, with_thing
from tests.leaks.world import (
    AUTHORS,
    NAMED,
    ROLES,
    VIEWERS,
    Wanted,
    World,
    a_world,
    undone,
)

SHARES = 2
"""For as many processes."""

LOOKS = 10
"""How many pages each family is looked at from; each is a case."""

CASES = int(os.environ.get("KEYWORK_LEAK_CASES", "60"))
"""How many cases to try: `make leaks` tries 2,000 and more."""

MAKERS = ("worker", "specialist", "manager", "colleague")

wanted = st.builds(
    Wanted,
    kind=st.sampled_from(sorted(KINDS)),
    author=st.sampled_from(AUTHORS),
    about=st.integers(0, 5),
    named=st.frozensets(st.sampled_from(NAMED), max_size=2),
    given_to=st.frozensets(st.integers(0, 5), max_size=1),
)
for_the_team = wanted.map(lambda w: Wanted(w.kind, w.author, w.about, None))
looks = st.tuples(st.sampled_from(VIEWERS), st.integers(0, 10_000))


@pytest.mark.parametrize("share", range(SHARES))
@settings(
    max_examples=CASES // LOOKS // SHARES,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    roles=st.lists(st.sampled_from(ROLES), max_size=3),
    open_things=st.lists(for_the_team, max_size=3),
    hidden=st.lists(wanted, min_size=1, max_size=3),
    seen_from=st.lists(looks, min_size=LOOKS, max_size=LOOKS),
    pick=st.tuples(st.sampled_from(MAKERS), st.integers(0, 5)),
)
def test_a_page_is_the_same_whether_or_not_something_is_hidden_from_its_reader(
    app: Flask,
    client: PageClient,
    session: Session,
    share: int,
    roles: list[str],
    open_things: list[Wanted],
    hidden: list[Wanted],
    seen_from: list[tuple[str, int]],
    pick: tuple[str, int],
) -> None:
    with undone(session):
        world = a_world(session, roles)
        for number, thing in enumerate(open_things):
            for called, uid in record(world, thing, f"zqopen{number}zq").items():
                world.found.setdefault(called, []).append(uid)
        session.commit()
        paths = addresses(app, world)
        pages = [(who, paths[which % len(paths)]) for who, which in seen_from]
        before = [_look(client, world, who, path) for who, path in pages]
        markers, things = [], []
        for number, thing in enumerate(hidden):
            markers.append(f"zqhidden{number}x{uuid4().hex[:6]}zq")
            things.append(record(world, thing, markers[-1]))
        session.commit()
        for (who, path), was in zip(pages, before, strict=True):
            now = _look(client, world, who, path)
            told = zip(hidden, markers, things, strict=True)
            secret = [(m, known) for thing, m, known in told if not world.may_read(who, thing)]
            for marker, known in secret:
                lines = {"spends"} if path.startswith("/purses") else set()
                for word in (marker, *(known[name] for name in known.keys() - lines)):
                    assert word not in now, f"{who} read {word} at {path}"
            if len(secret) == len(hidden) and not MOVING.search(path):
                _same(was, now, f"{who} can tell at {path} that something is hidden")
        _hidden_things_are_unknown(app, client, world, hidden, things)
        _nothing_leaves_in_the_background(world, markers)
        open_markers = [f"zqopen{number}zq" for number in range(len(open_things))]
        _copies_hold_no_more(
            world, pick, dict(zip([*open_markers, *markers], [*open_things, *hidden], strict=True))
        )


def _look(client: PageClient, world: World, who: str, path: str) -> str:
    client.sign_in(world.people[who].staff_id)
    answer = client.get(path)
    assert answer.status_code < 500, path
    body = f"{answer.status_code} {answer.location or ''}\n{answer.get_data().decode('latin-1')}"
    answer.close()
    return plain(body)


def _same(was: str, now: str, sentence: str) -> None:
    if was == now:
        return
    pairs = zip(was.splitlines(), now.splitlines(), strict=False)
    first = next(((a, b) for a, b in pairs if a != b), ("", "one page is longer"))
    pytest.fail(f"{sentence}:\n  {first[0].strip()}\n  {first[1].strip()}")


def _hidden_things_are_unknown(
    app: Flask, client: PageClient, world: World, hidden: list[Wanted], things: list[dict[str, str]]
) -> None:
    """The address of what is hidden answers as one that leads to nothing."""
    for thing, named in zip(hidden, things, strict=True):
        who = next(
            (w for w in ("colleague", "visitor") if not world.may_read(w, thing)), "outsider"
        )
        ways_to = ((rule, called) for rule in ways(app) for called in of_things(rule) & set(named))
        for rule, called in ways_to:
            known, unknown = named[called], nothing(named[called])
            path = with_thing(world, rule, called, known)
            if path:
                real = _look(client, world, who, path).replace(known, "")
                unreal = _look(client, world, who, path.replace(known, unknown))
                _same(unreal.replace(unknown, ""), real, f"{who} finds something at {path}")


def _nothing_leaves_in_the_background(world: World, markers: list[str]) -> None:
    """E-mails, work in the background and the audit hold references alone."""
    officer = world.people["officer"].viewer
    for viewer, statement in (
        (system_task("alerts"), "SELECT line || path || subject FROM alert"),
        (system_task("alerts"), "SELECT arguments::text FROM outbox"),
        (officer, "SELECT act || ' ' || subject FROM audit_event"),
    ):
        set_viewer(world.session, viewer)
        said = world.session.scalars(text(statement)).all()
        assert said, f"{viewer} could not look"
        assert not re.search("|".join(markers), "\n".join(said)), statement


def _copies_hold_no_more(world: World, pick: tuple[str, int], said: dict[str, Wanted]) -> None:
    """What is printed for a member is what may reach both them and whoever prints it."""
    maker, place = world.people[pick[0]], pick[1] % len(world.family.members)
    set_viewer(world.session, maker.viewer)
    family = families.family(world.session, world.family.reference)
    member = next(m for m in family.members if m.id == world.family.members[place].id)
    today = clock.today()
    asked = Asked(tuple(PARTS), today - timedelta(days=9), today)
    items = copies.content(world.session, family, member, asked)
    data = {"title": "Your record", "person": member.name, "reference": "C-2222222"}
    made = {"made_on": "Today", "made_by": maker.name, **pages(items)}
    printed = paper.render("record", data | made, made_at=clock.now())
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages)
    for marker, thing in said.items():
        if not (world.may_be_given(place, thing) and world.may_read(pick[0], thing)):
            assert marker not in json.dumps([item.text for item in items], default=str)
            assert marker not in text, f"{thing} was printed for member {place}"
