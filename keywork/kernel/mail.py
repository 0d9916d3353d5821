"""Sending one e-mail."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from keywork.kernel import clock

TIMEOUT_SECONDS: Final = 10


@dataclass(frozen=True)
class Letter:
    """A plain-text e-mail to one person."""

    key: str
    """The same for each repeat of one letter, so that a mailbox can tell that it is a repeat."""

    to: str
    subject: str
    body: str


def send(smtp_url: str, sender: str, letter: Letter) -> None:
    """Hand the letter to the mail server, or raise OSError.

    The address begins with `smtps://` for TLS from the start, `smtp+starttls://` for TLS before
    anything is said, or `smtp://` for none; a password is not sent over the last.
    """
    url = urlsplit(smtp_url)
    host, port = url.hostname or "localhost", url.port or 0
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        if url.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS) as server
    ):
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            if url.scheme == "smtp":
                raise smtplib.SMTPNotSupportedError("No password without TLS: use smtps://")
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(_message(sender, letter))


def _message(sender: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message
