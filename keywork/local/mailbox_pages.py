"""The page that shows what the local mailbox was sent; there is none unless one is set."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from config.settings import settings
from keywork.web.access import public

NEWEST: Final = 100

blueprint = Blueprint("mailbox", __name__)


@dataclass(frozen=True)
class Message:
    """An e-mail, as much of it as its reader sees."""

    to: str
    subject: str
    sent_at: datetime
    body: str


def register_mailbox(app: Flask) -> None:
    """Show the local mailbox at /mailbox, where there is one."""
    if settings().mailbox_dir:
        app.register_blueprint(blueprint)


@blueprint.get("/mailbox")
@public
def inbox() -> ResponseReturnValue:
    """The newest messages to anyone. Only a machine of one's own has this page."""
    folder = settings().mailbox_dir
    files = sorted(folder.glob("*.eml"), reverse=True)[:NEWEST] if folder else []
    return render_template("mailbox/inbox.html", messages=[_read(file) for file in files])


def _read(file: Path) -> Message:
    parsed = message_from_bytes(file.read_bytes(), policy=default)
    body = parsed.get_body(("plain",))
    return Message(
        to=parsed.get("To", ""),
        subject=parsed.get("Subject", ""),
        sent_at=parsed["Date"].datetime,
        body=body.get_content() if body else "",
    )
