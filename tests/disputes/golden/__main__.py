"""Add golden files: `python -m tests.disputes.golden TYPE …`, or `--all` for every type whose version has none."""

from __future__ import annotations

import argparse
import sys

from disputes.events import EVENT_TYPES
from tests.disputes.golden import files


def main() -> int:
    """Write the files that were asked for; what is there is never overwritten."""
    parser = argparse.ArgumentParser(prog="python -m tests.disputes.golden", description=__doc__)
    parser.add_argument("types", nargs="*", metavar="TYPE", choices=[*EVENT_TYPES, []], help="an event type")
    parser.add_argument("--all", action="store_true", help="every type whose present version has no file")
    asked = parser.parse_args()
    names = asked.types or []
    if asked.all:
        names = [name for name, found in EVENT_TYPES.items() if not files.path_of(name, found.version).exists()]
    elif not names:
        parser.error("name an event type, or give --all")
    for name in names:
        try:
            written = files.add_file(EVENT_TYPES[name])
        except (files.GoldenFileExists, NotImplementedError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.write(f"{written}\nRead it, and commit it together with {files.MANIFEST.name}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
