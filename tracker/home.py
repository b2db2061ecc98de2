"""The folder that holds everything one installation keeps: its databases, its keys, its locks."""

import fcntl
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# struct sockaddr_un has room for 108 bytes on Linux and 104 on macOS, with the closing NUL among them.
SOCKET_PATH_LIMIT = 103
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"

# Not tempfile.gettempdir(): all processes of a home must come to the same folder, whatever their TMPDIR
# says.
SHORT_SOCKET_PARENT = Path("/tmp")  # noqa: S108 (ownership and mode are verified below)


class HomeError(Exception):
    """The home cannot be used as it is; the message names the path and what to do."""


@dataclass(frozen=True)
class Home:
    """Where each thing lives under TRACKER_HOME.

    Run as root, the folders on the way to PostgreSQL's data may be passed through by others (mode 0711),
    since PostgreSQL refuses to run as root and gets a user of its own; secrets keep mode 0600 or 0700.
    """

    path: Path

    @property
    def secret_key_file(self) -> Path:
        return self.path / "secret_key"

    @property
    def postgres_data(self) -> Path:
        return self.path / "postgres"

    @property
    def postgres_log(self) -> Path:
        return self.path / "postgres.log"

    @property
    def valkey_data(self) -> Path:
        return self.path / "valkey"

    @property
    def valkey_log(self) -> Path:
        return self.path / "valkey.log"

    @property
    def captures(self) -> Path:
        return self.path / "captures"

    @property
    def beat_schedule(self) -> Path:
        return self.path / "beat_schedule"

    @property
    def run_lock_file(self) -> Path:
        return self.path / "run.lock"

    @property
    def services_lock_file(self) -> Path:
        return self.path / "services.lock"

    @property
    def services_users_file(self) -> Path:
        return self.path / "services.users"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets.

        It lies in the home, unless the home's path is too long for a socket address, or has a comma, at which
        libpq splits it: then it is a short private folder whose name derives from the home's path.
        """
        inside = self.path / "sockets"
        if "," not in str(inside) and len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return SHORT_SOCKET_PARENT / f"tracker-{os.geteuid()}-{digest}"

    @property
    def postgres_sockets(self) -> Path:
        return self.sockets / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def create(self) -> None:
        """Make the home and its socket folder with their modes; what exists is kept.

        Raises HomeError where a folder cannot be made or the socket folder belongs to someone else.
        """
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(mode)
            self.sockets.mkdir(mode=mode, exist_ok=True)
        except OSError as error:
            raise HomeError(
                f"TRACKER_HOME {self.path} cannot be used: {error}. "
                "Set TRACKER_HOME to a folder that this user may create and write."
            ) from error
        # In a folder that all users share, somebody may have made this one first in order to read along.
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise HomeError(
                f"{self.sockets} is not a folder of this user; remove it, or set TRACKER_HOME to a shorter path."
            )
        self.sockets.chmod(mode)

    def secret_key(self) -> str:
        """Return the installation's own key, made on the first call and kept with mode 0600.

        Two processes that call at the same moment get the same key. Raises HomeError where others may
        read the file, or where it is empty.
        """
        path = self.secret_key_file
        if not path.exists():
            self.create()
            # A complete file appears under the name or none at all: link(2) refuses to replace what exists.
            draft = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64) + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise HomeError(
                f"{path} has mode {mode:04o}, so other users may have read the key. "
                f"Run `chmod 600 {path}`, or delete the file to get a new key (every session then ends)."
            )
        key = path.read_text().strip()
        if not key:
            raise HomeError(f"{path} is empty; delete it to get a new key.")
        return key

    @contextmanager
    def running(self) -> Iterator[None]:
        """Hold the claim that one supervisor runs this home.

        Raises HomeError at once where another holds it, with its process id. The claim ends with the process,
        however that ends.
        """
        self.create()
        with open_lock(self.run_lock_file) as descriptor:
            if not try_lock(descriptor, exclusive=True):
                holder = self.run_lock_file.read_text().strip() or "unknown"
                raise HomeError(
                    f"The tracker already runs in {self.path} (process {holder}). Stop it first, "
                    "or set TRACKER_HOME and PORT to run another one beside it."
                )
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield


@contextmanager
def open_lock(path: Path) -> Iterator[int]:
    """Open a lock file that no child process inherits; closing it at the end gives up whatever is held."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(descriptor: int, *, exclusive: bool) -> bool:
    """Take the flock(2) or say at once that it is not to be had; a lock already held is converted."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock(descriptor: int, *, exclusive: bool, timeout: float) -> None:
    """Take the flock(2), waiting up to `timeout` seconds; raises TimeoutError after that."""
    deadline = time.monotonic() + timeout
    while not try_lock(descriptor, exclusive=exclusive):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
