"""What is true of every HTML page, whichever view made it.

`assert_page(response)` is made to be called on all responses of a test client: it looks at HTML
only, leaves redirects alone, and asks of a fragment (fetched by live.js) only what a fragment can
keep: nothing inline, ids that are unique, inputs with labels, links that lead somewhere.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from werkzeug.test import TestResponse

SERVICE = "keywork"
VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
LABELLED = frozenset({"input", "select", "textarea"})
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
ADDRESSES = ("href", "src", "action", "data-live")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")

Attributes = dict[str, str]


def assert_page(response: TestResponse) -> None:
    """Raise an AssertionError that names every rule this response breaks."""
    if response.mimetype != "text/html" or 300 <= response.status_code < 400:
        return
    html = response.get_data(as_text=True)
    page = Page(html)
    whole = html.lstrip().lower().startswith("<!doctype html")
    problems = page.problems() + (page.skeleton_problems() if whole else [])
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        problems.append(f"Content-Security-Policy is {policy!r}")
    address = f"{response.request.method} {response.request.path}"
    assert not problems, f"{address} ({response.status_code}): " + "; ".join(problems)


class Page(HTMLParser):
    """The parts of an HTML document that the rules are about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, Attributes]] = []
        self.inside_label: list[Attributes] = []
        self.titles: list[str] = []
        self.headings: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and begin the text of a title or h1."""
        attributes = {name: value or "" for name, value in attrs}
        self.found.append((tag, attributes))
        if tag in LABELLED and "label" in self.open:
            self.inside_label.append(attributes)
        if tag == "title" and "svg" not in self.open:
            self.titles.append("")
        if tag == "h1":
            self.headings.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content, such as <rect/>."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave the element and whatever was left open within it."""
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Collect the text of titles and headings."""
        if "title" in self.open and "svg" not in self.open:
            self.titles[-1] += data
        if "h1" in self.open:
            self.headings[-1] += data

    def problems(self) -> list[str]:
        """The rules broken that hold for a whole page and for a fragment."""
        return [*self.inline(), *self.repeated_ids(), *self.unlabelled(), *self.dead_ends()]

    def inline(self) -> list[str]:
        """Script and style that the content security policy would block."""
        broken = []
        for tag, attributes in self.found:
            if tag == "style" or (tag == "script" and not attributes.get("src")):
                broken.append(f"inline <{tag}>")
            broken += [
                f"<{tag} {name}>" for name in attributes if name == "style" or name[:2] == "on"
            ]
            if any(attributes.get(name, "").startswith("javascript:") for name in ADDRESSES):
                broken.append(f"<{tag}> with a javascript: address")
        return broken

    def ids(self) -> Counter[str]:
        """How often each id occurs."""
        return Counter(attributes["id"] for _, attributes in self.found if "id" in attributes)

    def repeated_ids(self) -> list[str]:
        """Ids that do not name one element."""
        return [f"id {name!r} {count} times" for name, count in self.ids().items() if count > 1]

    def unlabelled(self) -> list[str]:
        """Inputs that a screen reader could not name."""
        labels = {attributes.get("for") for tag, attributes in self.found if tag == "label"}
        return [
            f"<{tag} name={attributes.get('name')!r}> without a label"
            for tag, attributes in self.found
            if tag in LABELLED
            and attributes.get("type") not in UNLABELLED_TYPES
            and attributes.get("id") not in labels
            and not attributes.get("aria-label")
            and not attributes.get("aria-labelledby")
            and attributes not in self.inside_label
        ]

    def dead_ends(self) -> list[str]:
        """Addresses that are empty, and references to ids that the page does not have."""
        broken, ids = [], self.ids()
        for tag, attributes in self.found:
            broken += [
                f"<{tag}> with an empty {name}"
                for name in ADDRESSES
                if name in attributes and attributes[name].strip() in ("", "#", "None")
            ]
            named = [word for name in REFERENCES for word in attributes.get(name, "").split()]
            if tag == "a" and attributes.get("href", "").startswith("#"):
                named.append(attributes["href"][1:])
            broken += [f"<{tag}> refers to #{name}" for name in named if name and name not in ids]
        return broken

    def skeleton_problems(self) -> list[str]:
        """The rules broken that hold for a whole page alone."""
        broken = []
        tags = Counter(tag for tag, _ in self.found)
        first = dict(reversed(self.found))
        if not first.get("html", {}).get("lang"):
            broken.append("no lang")
        if tags["main"] != 1:
            broken.append(f"{tags['main']} main landmarks")
        if tags["h1"] != 1 or len(self.titles) != 1:
            return [*broken, f"{tags['h1']} h1 and {len(self.titles)} titles"]
        title, heading = (" ".join(text.split()) for text in (self.titles[0], self.headings[0]))
        failed = any("govuk-error-summary" in found.get("class", "") for _, found in self.found)
        expected = ("Error: " if failed else "") + heading
        if not heading or not title.startswith(expected) or not title.endswith(f" - {SERVICE}"):
            broken.append(f"title {title!r} for the h1 {heading!r}")
        return broken
