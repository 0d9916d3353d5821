"""Asking ClamAV's daemon, clamd, whether a file is harmful; its own protocol, INSTREAM."""

import socket
import struct
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from keywork.kernel.errors import Refusal

CHUNK: Final = 128 * 1024
SECONDS: Final = 20
"""How long clamd may take over one step before it counts as not answering."""

CLEAN: Final = "clean"
NOT_SCANNED: Final = "not_scanned"


def scan(url: str, content: bytes) -> str:
    """CLEAN when clamd at `url` finds nothing, NOT_SCANNED when there is no `url`.

    `url` is `tcp://host:port` or `unix:///path`. Raises Refusal when it finds something, and when
    it does not answer: what could not be checked is not kept.
    """
    if not url:
        return NOT_SCANNED
    try:
        answer = _ask(url, content)
    except (OSError, ValueError):
        answer = ""
    if answer.endswith(" FOUND"):
        raise Refusal("A virus was found in this file. It was not kept", "file")
    if answer != "stream: OK":
        raise Refusal(
            "The file could not be checked for viruses, so it was not kept. Try again later", "file"
        )
    return CLEAN


def _ask(url: str, content: bytes) -> str:
    with closing(_connect(url)) as peer:
        peer.sendall(b"zINSTREAM\x00")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            peer.sendall(struct.pack("!I", len(chunk)) + chunk)
        peer.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\x00") and (more := peer.recv(4096)):
            answer += more
    return answer.rstrip(b"\x00").decode(errors="replace")


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS)
    if parts.scheme != "unix":
        raise ValueError("clamd is at tcp://host:port or unix:///path")
    peer = socket.socket(socket.AF_UNIX)
    try:
        peer.settimeout(SECONDS)
        peer.connect(parts.path)
    except OSError:
        peer.close()
        raise
    return peer
