"""A process that delivers in children of its own, as a worker does, while somebody kills them.

Takes the milliseconds that a child has at most before it is killed (0: as long as it needs), the position at which a
child kills itself (0: at none), and the file to which the consumer writes. Ends once a child has delivered everything
up to the position in the file beside it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

LIMIT_SECONDS = 60.0


def declare(written: Path, dies_at: int) -> None:
    """Declare the consumer: a row in the database and a line in a file for each event."""
    from django.db import connection  # noqa: PLC0415

    from disputes.recorded import RecordedEvent  # noqa: PLC0415
    from disputes.subscriptions import CONSUMERS, RetryPolicy, Start, consumer  # noqa: PLC0415

    CONSUMERS.clear()

    # Whoever is killed at random may be killed at one event several times, and it is not the event's fault.
    retry = RetryPolicy(attempts=3 if dies_at else 100, first_wait=timedelta(0))

    @consumer("survivor", start=Start.BEGINNING, retry=retry)
    def survive(event: RecordedEvent) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO effect (position) VALUES (%s)", [event.position])
        with written.open("a") as file:
            file.write(f"{event.position}\n")
        if event.position == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


def deliver(goal: Path) -> bool:
    """Deliver until the goal is reached; say whether it is known yet."""
    from disputes.models import Subscription  # noqa: PLC0415
    from disputes.subscriptions import delivery  # noqa: PLC0415

    delivery.ensure_subscriptions()
    while True:
        delivery.deliver("survivor")
        if goal.exists() and Subscription.objects.get(pk="survivor").position >= int(goal.read_text()):
            return True
        time.sleep(0.01)


def main(most_milliseconds: int, dies_at: int, written: Path) -> None:
    """Fork children and kill them, until one gets to its end."""
    django.setup()
    declare(written, dies_at)
    goal = written.with_suffix(".goal")
    killed = 0
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        child = os.fork()
        if not child:
            os._exit(0 if deliver(goal) else 1)
        if most_milliseconds:
            time.sleep(random.uniform(0.2, 1) * most_milliseconds / 1_000)  # noqa: S311
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            written.with_suffix(".killed").write_text(str(killed))
            return
        killed += 1
        # Each that is killed gets more time than the one before, so that it comes to an end.
        most_milliseconds = int(most_milliseconds * 1.1)
    sys.exit("the time is up")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
