"""A mail server that keeps what it is sent in a folder and delivers nothing.

    python -m keywork.local.mailbox PORT FOLDER

It listens on this machine only. Each message becomes one `.eml` file; the names sort by time of
arrival.
"""

import asyncio
import secrets
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from keywork.local.files import write_private

HOST = "127.0.0.1"


class Mailbox:
    """What aiosmtpd calls for each message that arrives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message as it came, in a file that is never seen half-written."""
        arrived = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        name = f"{arrived}-{secrets.token_hex(4)}.eml"
        content = envelope.content or b""
        write_private(
            self.folder / name, content if isinstance(content, bytes) else content.encode()
        )
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    """Accept messages until told to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(Mailbox(folder), hostname="localhost", enable_SMTPUTF8=True), HOST, port
    )
    async with server:
        await stopped.wait()


def main(arguments: list[str]) -> None:
    """Serve on the port and into the folder given on the command line."""
    port, folder = int(arguments[0]), Path(arguments[1])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(port, folder))


if __name__ == "__main__":
    main(sys.argv[1:])
