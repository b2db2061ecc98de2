"""Run a command that ends with the process that started it: `python -I bound.py PARENT COMMAND …`.

Run as a file, with nothing but the standard library, so that it costs some 20 ms before it turns into the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Ask the kernel for a SIGTERM at the parent's death, then become the command.

    Linux only; elsewhere the next start of the same home ends what a killed supervisor has left.
    """
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        # It may have died before the request was made.
        if os.getppid() != parent:
            sys.exit("The supervisor is gone.")
    try:
        os.execv(command[0], command)  # noqa: S606 (a command of the supervisor's)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")


if __name__ == "__main__":
    main()
