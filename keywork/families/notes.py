"""What other capabilities say under an entry of the chronology; each contributes its lines."""

from collections.abc import Callable, Collection, Mapping
from typing import Final
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

Lines = Mapping[UUID, list[str]]
"""A few words each, by the uid of the entry they stand under."""

Notes = Callable[[Session, Collection[UUID]], Lines]

_NOTES: Final = "keywork.entry_notes"


def register_entry_notes(app: Flask, notes: Notes) -> None:
    """Let a capability say something under entries: in as many statements for many as for one."""
    app.extensions.setdefault(_NOTES, []).append(notes)


def entry_notes(session: Session, uids: Collection[UUID]) -> Lines:
    """Everything that is said under these entries and the session's viewer may know."""
    found: dict[UUID, list[str]] = {}
    sources: list[Notes] = current_app.extensions.get(_NOTES, [])
    for notes in sources:
        for uid, lines in notes(session, uids).items():
            found.setdefault(uid, []).extend(lines)
    return found
