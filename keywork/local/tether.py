"""Run a command that is told to stop as soon as whoever started it is gone, even by `kill -9`.

    python -I -S tether.py PARENT SIGNAL COMMAND ARGUMENT...

PARENT is the process id of the starter: if it is no longer our parent, it died before we were tied.
Only Linux can do this; elsewhere the next start stops what a killed one left (see `claim.py`).
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def tether(parent: int, signal_number: int) -> None:
    """Ask the kernel to send this process the signal when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("Whoever started this is already gone.")


if __name__ == "__main__":
    tether(int(sys.argv[1]), int(sys.argv[2]))
    try:
        os.execvp(sys.argv[3], sys.argv[3:])
    except OSError as error:
        sys.exit(f"{sys.argv[3]} could not be started: {error.strerror}.")
