"""One beat at a time: whoever holds a lock of the database sends the tasks, any other waits for it.

Two beats would do no harm, since the tasks only ask the database what is to be done; but they would ask twice.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from celery.beat import Scheduler
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

LOCK: Final = 0x62656174
"""The advisory lock's number: "beat"."""
STANDBY_SECONDS: Final = 2.0
"""How often a beat that waits looks whether the other has gone."""


class Leadership:
    """The database's lock, on a connection of its own, so that it goes when the process or its connection does."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper = connections.create_connection("default")
        self._is_held = False

    def hold(self) -> bool:
        """Take the lock, or see that it is still held; say whether it is. One round trip.

        It is not where the database does not answer: the tasks could do nothing either.
        """
        held = self._ask()
        if held != self._is_held:
            self._is_held = held
            logger.info("This beat sends the tasks now" if held else "This beat no longer sends the tasks")
        return held

    def release(self) -> None:
        """Let another beat take over."""
        self._connection.close()
        self._is_held = False

    def _ask(self) -> bool:
        try:
            with self._connection.cursor() as cursor:
                # Taken a second time by who holds it, the lock would count to two: so it is looked for first.
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                    " AND classid = 0 AND objid = %s AND granted) OR pg_try_advisory_lock(%s)",
                    [LOCK, LOCK],
                )
                return bool(cursor.fetchone()[0])
        except Error as error:
            logger.warning("The database does not say whether this beat may send the tasks: %s", error)
            self._connection.close()
            return False


class LeadingScheduler(Scheduler):
    """Sends what is due while it leads.

    It keeps its times in memory: a task that is sent once too often finds nothing to do. All are sent at the start.
    The file of the schedule only shows that the process lives.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.leadership = Leadership()
        super().__init__(*arguments, **options)

    def setup_schedule(self) -> None:
        """Read the schedule from the settings; everything is overdue."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = datetime(2000, 1, 1, tzinfo=UTC)
        self.sync()

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Send one due task where this beat leads; give the seconds until there is the next to do."""
        if not self.leadership.hold():
            return STANDBY_SECONDS
        return min(float(super().tick(*arguments, **options)), STANDBY_SECONDS)

    def sync(self) -> None:
        """Leave a sign of life."""
        Path(self.app.conf.beat_schedule_filename).touch()

    def close(self) -> None:
        """Let another beat take over at once."""
        self.leadership.release()
        super().close()
