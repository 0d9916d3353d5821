"""The mailbox keeps what it is sent, and delivers nothing."""

import os
import smtplib
import socket
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import psutil
import pytest

from keywork.local.program import Program
from keywork.local.valkey import free_port


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    """The port of a mailbox that keeps its messages in `folder/mail`."""
    port, nothing = free_port(), os.open("/dev/null", 0)
    command = [sys.executable, "-m", "keywork.local.mailbox", str(port), str(folder / "mail")]
    mailbox = Program("The mailbox", command, folder / "log", nothing)
    mailbox.start()
    try:
        mailbox.wait_until(lambda: _accepts(port))
        addresses = {c.laddr.ip for c in psutil.Process(mailbox.pid).net_connections("inet")}
        assert addresses == {"127.0.0.1"}
        yield port
    finally:
        mailbox.stop()
        os.close(nothing)
    assert mailbox.how_it_ended() == "exit status 0"


def test_each_message_becomes_a_private_file(port: int, folder: Path) -> None:
    for number in (1, 2):
        message = EmailMessage()
        message["From"], message["To"] = "keywork@example.org", "manager@example.org"
        message["Subject"] = f"Request {number} waits for you and café"
        message.set_content(
            "Sign in to see it.\n.\nA line with a dot of its own comes before this."
        )
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(message)
    files = sorted((folder / "mail").iterdir())
    kept = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert [message["Subject"] for message in kept] == [
        "Request 1 waits for you and café",
        "Request 2 waits for you and café",
    ]
    assert "\n.\n" in kept[0].get_content().replace("\r\n", "\n")
    assert {(file.suffix, file.stat().st_mode & 0o777) for file in files} == {(".eml", 0o600)}


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True
