"""A person at a browser without JavaScript or a screen, as many at once as a test likes."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from uuid import uuid4

from tests.conventions.page import Page as Rules

Values = dict[str, list[str]]
BUTTONS = frozenset({"submit", "button", "image", "reset"})
TEXT_TYPE = "application/x-www-form-urlencoded"


@dataclass
class HtmlForm:
    """A form as the page shows it: where it goes, and what it would send now."""

    action: str = ""
    method: str = "get"
    enctype: str = TEXT_TYPE
    values: Values = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    choices: Values = field(default_factory=dict)
    """What can be chosen, by name: radios, checkboxes and selects."""

    buttons: list[tuple[str, str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Finds the forms of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.words: list[str] = []
        self._open: HtmlForm | None = None
        self._typed_in = ""
        self._select = ""
        self._chosen = False
        self._silent = 0
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """The words of the page, as somebody reads them."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and what is in them."""
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style", "title")
        if tag == "form":
            self._open = HtmlForm(
                given.get("action", ""), given.get("method", "get"), given.get("enctype", TEXT_TYPE)
            )
            self.forms.append(self._open)
        elif self._open is not None:
            self._note(self._open, tag, given)

    def _note(self, form: HtmlForm, tag: str, given: dict[str, str]) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if tag == "button" or (tag == "input" and kind in BUTTONS):
            form.buttons.append((name, value))
        elif tag == "input" and kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "input" and name:
            form.values.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._typed_in = name
            form.values.setdefault(name, []).append("")
        elif tag == "select":
            self._select, self._chosen = name, False
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given or not self._chosen:
                form.values[self._select] = [value]
                self._chosen = True

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        self._silent -= tag in ("script", "style", "title")
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._typed_in = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        """Text of the page, or text in a box of a form."""
        if self._open is not None and self._typed_in:
            self._open.values[self._typed_in][-1] += data
        elif not self._silent:
            self.words.append(data)


@dataclass(frozen=True)
class Answer:
    """A page that came back."""

    url: str
    status: int
    html: str
    kind: str

    @property
    def path(self) -> str:
        """The path of its address."""
        return urllib.parse.urlsplit(self.url).path

    @property
    def text(self) -> str:
        """Its words."""
        return Reader(self.html).text

    @property
    def forms(self) -> list[HtmlForm]:
        """Its forms, without the one to sign out."""
        forms = Reader(self.html).forms
        return [form for form in forms if not form.action.endswith("/sign-out")]


class Visitor:
    """Follows links and fills in forms, in a browser session of their own."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._cookies = CookieJar()

    def twin(self) -> "Visitor":
        """Another window of the same browser, which another thread may use."""
        twin = Visitor(self.base_url)
        for cookie in self._cookies:
            twin._cookies.set_cookie(cookie)
        return twin

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Sign in by the page."""
        answer = self.submit(self.get("/sign-in"), email=email, password=password)
        assert answer.path != "/sign-in", answer.text
        return self

    def get(self, path: str) -> Answer:
        """Go to an address."""
        return self._open(urllib.request.Request(self._whole(path)))

    def submit(
        self, page: Answer, /, form: HtmlForm | None = None, button: str = "", **changes: Any
    ) -> Answer:
        """Send the page's form (its first unless given) with these values changed."""
        form = form or page.forms[0]
        values = form.values | {name: _list(value) for name, value in changes.items()}
        values |= {name: [value] for name, value in form.buttons if button and value == button}
        return self.post(form.action or page.url, values, enctype=form.enctype)

    def post(
        self,
        path: str,
        values: Mapping[str, list[Any]],
        *,
        enctype: str = TEXT_TYPE,
    ) -> Answer:
        """Send values; a file is a (name, bytes) pair."""
        pairs = [(name, value) for name, listed in values.items() for value in listed]
        if enctype == TEXT_TYPE:
            body, kind = urllib.parse.urlencode(pairs).encode(), enctype
        else:
            body, kind = _multipart(pairs)
        address = urllib.parse.urljoin(self._whole(path), path)
        return self._open(urllib.request.Request(address, body, {"Content-Type": kind}))

    def _whole(self, path: str) -> str:
        return urllib.parse.urljoin(self.base_url, path)

    def _open(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )
        try:
            response = opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            html = response.read().decode(errors="replace")
            kind = response.headers.get_content_type()
            answer = Answer(response.url, response.status, html, kind)
        _assert_rules(answer)
        return answer


def _assert_rules(answer: Answer) -> None:
    """Hold a page to the rules of the house."""
    if answer.kind == "text/html":
        page = Rules(answer.html)
        whole = answer.html.lstrip().lower().startswith("<!doctype html")
        problems = page.problems() + (page.skeleton_problems() if whole else [])
        assert not problems, f"{answer.path} ({answer.status}): {'; '.join(problems)}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _multipart(pairs: list[tuple[str, Any]]) -> tuple[bytes, str]:
    boundary = uuid4().hex
    parts = []
    for name, value in pairs:
        filename, content = value if isinstance(value, tuple) else ("", str(value).encode())
        given = f'; filename="{filename}"' if isinstance(value, tuple) else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{given}\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(
        [*parts, f"--{boundary}--\r\n".encode()]
    ), f"multipart/form-data; boundary={boundary}"
