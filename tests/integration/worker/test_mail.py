"""Sending e-mail, and the page that shows what a local mailbox was sent."""

import smtplib
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from keywork.kernel.mail import Letter, send
from keywork.local.mailbox import Mailbox
from keywork.local.valkey import free_port
from tests.background import MailServer
from tests.conftest import Database, PageClient, application

LETTER = Letter("1f6a", "manager@example.test", "A request waits", "See\n<b>https://k.test/a</b>\n")
SENDER = "keywork <no-reply@keywork.invalid>"


def test_a_letter_says_that_a_machine_wrote_it_and_keeps_its_id() -> None:
    with MailServer() as mail:
        for _ in range(2):
            send(f"smtp://127.0.0.1:{mail.port}", SENDER, LETTER)
        first, second = mail.kept
    assert first["Message-ID"] == second["Message-ID"] == "<1f6a@keywork.invalid>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_password_is_not_sent_without_tls() -> None:
    with MailServer() as mail, pytest.raises(smtplib.SMTPNotSupportedError, match="without TLS"):
        send(f"smtp://someone:secret@127.0.0.1:{mail.port}", SENDER, LETTER)


def test_tls_that_is_asked_for_is_not_done_without() -> None:
    with MailServer() as mail:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            send(f"smtp+starttls://127.0.0.1:{mail.port}", SENDER, LETTER)
        assert mail.kept == []


def test_the_mailbox_page_is_there_only_where_there_is_a_mailbox(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = application(database, tmp_path)
    assert without.test_client().get("/mailbox").status_code == 404

    folder = tmp_path / "mailbox"
    folder.mkdir()
    monkeypatch.setenv("KEYWORK_MAILBOX_DIR", str(folder))
    browser = PageClient(application(database, tmp_path), without.response_class)
    assert "Nothing has been sent yet." in browser.get("/mailbox").text
    mailbox = Controller(Mailbox(folder), hostname="127.0.0.1", port=free_port())
    mailbox.start()
    send(f"smtp://127.0.0.1:{mailbox.port}", SENDER, LETTER)
    mailbox.stop()
    page = browser.get("/mailbox").text
    assert "To manager@example.test" in page
    assert "&lt;b&gt;" in page
