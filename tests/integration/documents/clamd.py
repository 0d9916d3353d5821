"""A peer that speaks clamd's INSTREAM: ClamAV's own signatures would have to come from outside."""

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

HARMFUL = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Take a stream in chunks and say what is in it, or say nothing of what is not one."""
        if self.rfile.read(10) != b"zINSTREAM\x00":
            return
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        if b"hang up" in content:
            return
        found = b"Eicar-Test-Signature FOUND" if HARMFUL in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\x00")


@contextmanager
def clamd(address: str = "") -> Iterator[str]:
    """A scanner on a free port, or on a Unix socket at `address`; gives its URL."""
    if address:
        server: socketserver.BaseServer = socketserver.ThreadingUnixStreamServer(address, _Session)
        url = f"unix://{address}"
    else:
        tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        server, url = tcp, f"tcp://127.0.0.1:{tcp.server_address[1]}"
    with server:
        thread = Thread(target=lambda: server.serve_forever(0.01))
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
