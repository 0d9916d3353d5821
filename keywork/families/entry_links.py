"""Where an entry of the chronology leads; each capability contributes what it keeps of one."""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from flask import Flask, current_app, request, url_for

_LINKS: Final = "keywork.entry_links"


@dataclass(frozen=True)
class EntryLink:
    """Words that lead to an endpoint; it takes the family's `reference`, the entry's `uid`."""

    text: str
    endpoint: str


class Linked(Protocol):
    """What is to be known of an entry."""

    kind: str
    uid: UUID


def register_entry_link(app: Flask, kind: str, link: EntryLink) -> None:
    """Let entries of a kind lead somewhere."""
    app.extensions.setdefault(_LINKS, {})[kind] = link


def entry_link(entry: Linked) -> dict[str, str] | None:
    """The words and address for an entry on one of its family's pages; None when it has none."""
    link: EntryLink | None = current_app.extensions.get(_LINKS, {}).get(entry.kind)
    reference = (request.view_args or {}).get("reference")
    if link is None or reference is None:
        return None
    return {"text": link.text, "href": url_for(link.endpoint, reference=reference, uid=entry.uid)}
