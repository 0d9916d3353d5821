"""Whatever is posted to a form: a page that says so, what was typed still in it, nothing stored."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.scenarios.conftest import SignIn
from tests.integration.scenarios.forms import ELSEWHERE, Case, cases
from tests.integration.scenarios.sites import Site, a_site
from tests.running import Running, until
from tests.visitor import Answer, HtmlForm, Visitor

OURS = frozenset({"csrf_token", "submission", "begun_by", "version", "person"})
"""Fields that the page carries along."""

NOT_COUNTED = frozenset({"audit_event", "staff_session", "submission"})
TOO_LONG, UNSTORABLE = "x" * 20_000, "<b>a\x00b"
WRONG_IDS = ("999999999", "9" * 30, "nonsense", str(uuid4()))
WRONG_VERSIONS = ("4000", "9" * 30, "nonsense", "")

Sites = tuple[Site, Site]


@pytest.fixture(scope="module")
def sites(running: Running) -> Sites:
    """Two hubs that have nothing to do with each other."""
    with running.session() as session:
        return a_site(session), a_site(session)


def test_every_form_is_tried(bare_app: Any) -> None:
    rules = [rule for rule in bare_app.url_map.iter_rules() if "POST" in rule.methods]
    tried = {case.endpoint for case in cases()}
    assert {rule.endpoint for rule in rules} - set(ELSEWHERE) == tried


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.endpoint)
def test_a_form_takes_anything(case: Case, running: Running, sites: Sites, sign_in: SignIn) -> None:
    here, there = sites
    visitor = sign_in(here.email(case.who))
    page = visitor.get(case.address(here))
    form = the_form(page, case)
    before = counts(running)
    for nonsense in answers_that_are_wrong(form, case):
        answer = send(visitor, page, form, nonsense)
        assert answer.status < 500, nonsense
        assert_still_typed(answer, form, nonsense)
    for stale in WRONG_VERSIONS if "version" in form.values else ():
        answer = send(visitor, page, form, case.right(here) | {"version": stale})
        assert answer.status == 200, stale
        assert_still_typed(answer, form, case.right(here))
    others = [] if case.everywhere else foreign(visitor, case, here, there, sign_in)
    assert counts(running) == before, "something was stored"
    assert all(answer.status in (200, 403, 404) for answer in others)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.endpoint)
def test_a_form_sent_twice_does_it_once(
    case: Case, running: Running, sites: Sites, sign_in: SignIn
) -> None:
    site = sites[0]
    visitor = sign_in(site.email(case.who))
    page = visitor.get(case.address(site))
    form = the_form(page, case)
    first = send(visitor, page, form, case.right(site))
    assert first.status == 200
    assert not the_errors(first), first.text
    after = counts(running)
    again = send(visitor, page, form, case.right(site))
    assert (again.status, again.path) == (200, first.path)
    assert counts(running) == after


def the_form(page: Answer, case: Case) -> HtmlForm:
    """The form of this case on its page."""
    assert page.status == 200, page.text
    ending = case.sent_to or page.path
    return next(form for form in page.forms if form.action.endswith(ending))


def send(visitor: Visitor, page: Answer, form: HtmlForm, changes: dict[str, Any]) -> Answer:
    """Send the form with these values, its first button pressed."""
    pressed = dict(form.buttons[:1])
    pressed.pop("", None)
    return visitor.submit(page, form, **(pressed | changes))


def answers_that_are_wrong(form: HtmlForm, case: Case) -> list[dict[str, Any]]:
    """Nothing at all, and nonsense in every field."""
    boxes = form.values.keys() - form.choices.keys() - OURS
    choices = (*form.choices, *form.files)
    nothing: dict[str, Any] = {name: [] for name in (*boxes, *choices)}
    wrong = [] if case.may_be_empty else [nothing, dict.fromkeys((*boxes, *choices), "")]
    if boxes:
        texts = (*boxes, "submission", "then", "decision")
        wrong += [nothing | dict.fromkeys(texts, text) for text in (TOO_LONG, UNSTORABLE)]
    if choices:
        wrong += [nothing | dict.fromkeys(choices, id_) for id_ in WRONG_IDS]
    if form.files:
        wrong += [{"file": ("till.png", b"<html>")}, {"file": ("", b"")}]
    return wrong


def assert_still_typed(answer: Answer, form: HtmlForm, sent: dict[str, Any]) -> None:
    """The form is there again with what was typed."""
    typed = {
        name: text.replace("\x00", "")
        for name, text in sent.items()
        if name in form.values and name not in form.choices and name not in OURS and text
    }
    shown = [again.values for again in answer.forms if typed.keys() <= again.values.keys()]
    assert shown, answer.text
    assert {name: shown[0][name] for name in typed} == {n: [text] for n, text in typed.items()}


def foreign(visitor: Visitor, case: Case, here: Site, there: Site, sign_in: SignIn) -> list[Answer]:
    """What comes of another hub's ids: in the address, and in each field that offers a choice."""
    other = sign_in(there.email(case.who))
    theirs = the_form(other.get(case.address(there)), case)
    page = visitor.get(case.address(here))
    form = the_form(page, case)
    answers = []
    if case.address(here) != case.address(there):
        answers += [visitor.get(case.address(there))]
        answers += [visitor.post(theirs.action, form.values)]
        assert {answer.status for answer in answers} <= {403, 404}
    for name, offered in theirs.choices.items():
        for value in set(offered) - set(form.choices.get(name, [])):
            answers.append(send(visitor, page, form, case.right(here) | {name: value}))
    return answers


def the_errors(answer: Answer) -> bool:
    """Whether the page says that there is a problem."""
    return "There is a problem" in answer.text


def counts(running: Running) -> dict[str, int]:
    """How many rows there are in each table, once the worker has nothing left to do."""
    until(lambda: not running.rows("SELECT 1 FROM outbox WHERE done_at IS NULL"))
    tables = running.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = sorted({name for (name,) in tables} - NOT_COUNTED)
    counted = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in names)
    return dict(zip(names, running.rows(f"SELECT {counted}")[0], strict=True))
