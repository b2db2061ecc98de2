"""Writers and tailing readers in processes of their own, of which somebody kills writers at random moments.

Takes a folder, to which each reader writes what it saw. Forks everybody from here, before any of them is connected.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import django

WRITERS = 8
READERS = 2
CYCLES = 100
SINGLES = 5
"""Appends of one event in each cycle of a writer, before one of a batch."""
BATCH = 120
EACH = CYCLES * (SINGLES + BATCH)
EVERYTHING = WRITERS * EACH
KILLS = 30
LIMIT_SECONDS = 120.0
SHARED = "dispute/shared"


def id_of(writer: int, number: int) -> UUID:
    """Name an event by what it is, so that one whose writer was killed is appended once all the same."""
    return UUID(int=(writer + 1) << 64 | number)


def steps(writer: int) -> list[tuple[str, range]]:
    """Plan what a writer appends: the stream and the numbers of the events, transaction by transaction."""
    own = f"dispute/of-{writer}"
    planned, at = [], 0
    for _ in range(CYCLES):
        for single in range(SINGLES):
            # Half of the writers meet in one stream.
            planned.append((SHARED if writer % 2 and single % 2 else own, range(at, at + 1)))
            at += 1
        planned.append((own, range(at, at + BATCH)))
        at += BATCH
    return planned


class Progress:
    """How many steps each writer has taken for certain; shared with those who are forked."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8 * WRITERS)

    def __getitem__(self, writer: int) -> int:
        (taken,) = struct.unpack_from("q", self._memory, 8 * writer)
        return int(taken)

    def __setitem__(self, writer: int, taken: int) -> None:
        struct.pack_into("q", self._memory, 8 * writer, taken)


def write(writer: int, progress: Progress) -> None:
    """Append what is left of the plan. The last step of one who was killed is taken once more."""
    from disputes import ledger  # noqa: PLC0415
    from disputes.events.curation import ConflictNoted  # noqa: PLC0415
    from disputes.ledger import NewEvent, VersionConflict  # noqa: PLC0415

    versions: dict[str, int] = {}
    planned = steps(writer)
    for step in range(progress[writer], len(planned)):
        stream, numbers = planned[step]
        events = [NewEvent(id_of(writer, number), ConflictNoted(text=f"Note {number}")) for number in numbers]
        while True:
            expected = versions.get(stream)
            if expected is None:
                expected = ledger.stream_version(stream)
            try:
                recorded = ledger.append(stream, events, expected_version=expected, recorded_by=f"writer-{writer}")
            except VersionConflict as clash:
                versions[stream] = clash.actual
            else:
                versions[stream] = max(expected, recorded[-1].version)
                break
        progress[writer] = step + 1


def tail(seen_by: Path) -> None:
    """Follow the log to its end and write down what was seen; end at once where an event is missed or doubled."""
    from disputes import ledger  # noqa: PLC0415

    last, rounds = 0, 0
    versions: dict[str, int] = {}
    digest = sha256()
    while last < EVERYTHING:
        before = last
        for event in ledger.read_all(after=last):
            if event.position != last + 1 or event.version != versions.get(event.stream, 0) + 1:
                sys.exit(f"{event.position} came after {last}, version {event.version} of {event.stream} out of turn")
            last = event.position
            versions[event.stream] = event.version
            digest.update(event.event_id.bytes)
        rounds += 1
        if last == before:
            time.sleep(0.002)
    seen_by.write_text(json.dumps({"events": last, "rounds": rounds, "ids": digest.hexdigest()}))


def main(folder: Path) -> None:
    """Fork readers and writers, kill writers and put others in their place until the plan is carried out."""
    django.setup()
    chance = random.Random()  # noqa: S311 (no secret)
    deadline = time.monotonic() + LIMIT_SECONDS
    progress = Progress()
    readers = [fork(partial(tail, folder / f"reader-{number}")) for number in range(READERS)]
    writers = {fork(partial(write, writer, progress)): writer for writer in range(WRITERS)}
    killed = 0
    next_kill = time.monotonic() + 0.3
    while writers:
        if time.monotonic() > deadline:
            sys.exit("the time is up")
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in writers:
            writer = writers.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            if code == -signal.SIGKILL:
                writers[fork(partial(write, writer, progress))] = writer
            elif code:
                sys.exit(f"writer {writer} failed")
        elif pid:
            readers.remove(pid)
            if status:
                sys.exit("a reader failed")
        elif killed < KILLS and time.monotonic() > next_kill:
            os.kill(chance.choice(list(writers)), signal.SIGKILL)
            killed += 1
            next_kill = time.monotonic() + chance.uniform(0.005, 0.25)
        else:
            time.sleep(0.002)
    for reader in readers:
        if os.waitpid(reader, 0)[1]:
            sys.exit("a reader failed")
    (folder / "killed").write_text(str(killed))


def fork(work: Callable[[], None]) -> int:
    """Start a process that does the work and ends."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except SystemExit as ended:
        sys.stderr.write(f"{ended.code}\n")
    except Exception:  # noqa: BLE001 (whatever it is, the process ends with it)
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
