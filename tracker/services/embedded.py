"""Sharing the embedded servers of one home between all its processes."""

import atexit
import os
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tracker.home import Home, lock, open_lock, try_lock
from tracker.services.postgres import PostgresServer
from tracker.services.process import ServiceError
from tracker.services.valkey import ValkeyServer

# The longest that another process may hold the lock: its server's recovery after a crash.
LOCK_TIMEOUT = 150.0


class EmbeddedServices:
    """The servers of one home, started by its first user and stopped by its last.

    Users are counted by a shared flock(2) on a file of the home, which the kernel releases however a process
    ends. So a command that finishes while the supervisor runs stops nothing, a command that runs alone
    cleans up behind itself, and servers whose starter was killed are found by the next user, who becomes
    their last.
    """

    def __init__(self, home: Home, *, postgres: bool = True, valkey: bool = True) -> None:
        self.home = home
        postgres_server, valkey_server = PostgresServer(home), ValkeyServer(home)
        # The last user may not be the one that asked for a server, so each stops whatever runs in the home.
        self._known: list[PostgresServer | ValkeyServer] = [valkey_server, postgres_server]
        self._wanted: list[PostgresServer | ValkeyServer] = []
        if postgres:
            self._wanted.append(postgres_server)
        if valkey:
            self._wanted.append(valkey_server)
        self._held = ExitStack()
        self._process_id: int | None = None

    def start(self) -> None:
        """Count this process as a user and make sure that the servers answer.

        Registered to end with the process; calling it twice is harmless, and restarts a server that died.
        Raises ServiceError where one cannot be had.
        """
        if not self._wanted:
            return
        self.home.create()
        joins = self._process_id != os.getpid()
        try:
            with ExitStack() as locked:
                self._lock(locked)
                if joins:
                    users = self._held.enter_context(open_lock(self.home.services_users_file))
                    lock(users, exclusive=False, timeout=LOCK_TIMEOUT)
                    self._users = users
                    self._process_id = os.getpid()
                    atexit.register(self.leave)
                for server in self._wanted:
                    server.ensure_running()
        except ServiceError:
            if joins:
                self.leave()
            raise

    def leave(self) -> None:
        """Stop counting as a user; the last one stops the servers. Harmless where this process is no user."""
        # A forked child has a copy of this object, but not its duties.
        if self._process_id != os.getpid():
            return
        with ExitStack() as locked:
            # Somebody may have removed the home, and with it whatever could be shared.
            if self.home.path.exists():
                self._lock(locked)
            if try_lock(self._users, exclusive=True):
                for server in self._known:
                    server.stop()
            self._release()

    def stop(self, patience: float) -> None:
        """Stop the servers, even under other users: what the supervisor owes to whoever stops it.

        Each server has `patience` seconds to bring its files in order, and one more to end.
        """
        if self._process_id != os.getpid():
            return
        with ExitStack() as locked:
            if self.home.path.exists():
                self._lock(locked)
            for server in self._known:
                server.stop(patience)
            self._release()

    def find_dead(self) -> list[str]:
        """Return the names of the servers that should run and do not; reads two pid files."""
        return [server.name for server in self._wanted if not server.is_running()]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def _lock(self, stack: ExitStack) -> None:
        descriptor = stack.enter_context(open_lock(self.home.services_lock_file))
        try:
            lock(descriptor, exclusive=True, timeout=LOCK_TIMEOUT)
        except TimeoutError as error:
            raise ServiceError(
                f"Another process has been starting or stopping the services of {self.home.path} for "
                f"{LOCK_TIMEOUT:.0f} s. Find it with `fuser {self.home.services_lock_file}`."
            ) from error

    def _release(self) -> None:
        self._held.close()
        self._process_id = None
        atexit.unregister(self.leave)


def ensure_services() -> EmbeddedServices:
    """Start or join the servers that the settings leave to the home, for as long as this process lives.

    Does nothing where DATABASE_URL and REDIS_URL are both set. Raises HomeError or ServiceError.
    """
    from django.conf import settings  # noqa: PLC0415 (the settings import this package)

    services = EmbeddedServices(settings.HOME, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY)
    services.start()
    return services
