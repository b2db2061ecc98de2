"""The product as a user starts it: real processes in a home of their own, on a free port."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.waiting import wait_until
from tracker.supervisor import BOUND

ROOT = Path(__file__).resolve().parent.parent.parent
SEEDED_DISPUTES = len(list((ROOT / "seeds" / "disputes").glob("*.yaml")))
"""How many disputes there are after the first start."""

# Settings of whoever runs the tests; the product's home decides in their place.
OWN_SETTINGS = (
    "ALLOWED_HOSTS", "BEHIND_TLS", "DATABASE_URL", "DEBUG", "FETCH_ALLOW", "FETCH_CONTACT", "FETCH_TIME_SCALE",
    "LOG_LEVEL", "REDIS_URL", "SECRET_KEY", "THROTTLE_ANON", "THROTTLE_USER", "WEB_CONCURRENCY",
)  # fmt: skip

START_TIMEOUT = 90.0
STOP_TIMEOUT = 10.0  # what the contract grants


def free_port() -> int:
    """Return a port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Product:
    """`manage.py up` in a home of its own; use the fixture `product`, or `start` and `stop` by hand."""

    admin_username = "admin"
    admin_password = "correct horse battery staple"

    def __init__(self, home: Path, port: int | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}/"
        self.log = self.home.with_name(self.home.name + ".log")
        inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "TRACKER_HOME": str(self.home),
            "PORT": str(self.port),
            "DJANGO_SUPERUSER_USERNAME": self.admin_username,
            "DJANGO_SUPERUSER_PASSWORD": self.admin_password,
            # The tests fetch from nobody; the default feeds would be due within the hour.
            "SEED_FEEDS": "off",
            # Tests bring their own articles.
            "SEED_ARTICLES": "off",
            # Nor from those whom their articles link to; a test that is about pages turns it on.
            "READ_PAGES": "off",
            **(settings or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start everything and wait for the line that says it serves; some 5 s in a new home, 2 s later."""
        assert self.process is None, "The product runs already."
        start_of_run = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                # Bound to this process, so that a killed test run takes its product along.
                [sys.executable, "-I", str(BOUND), str(os.getpid()), sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

        def is_ready() -> bool:
            assert self.process is not None
            text = self.log.read_bytes()[start_of_run:].decode(errors="replace")
            if self.process.poll() is not None:
                raise AssertionError(f"The product ended with {self.process.returncode}:\n{text}")
            if text.count("starting it again") > 3:
                raise AssertionError(f"A process of the product does not stay up:\n{text}")
            return re.search(rf"^Ready: {re.escape(self.base_url)}$", text, re.MULTILINE) is not None

        try:
            wait_until(is_ready, START_TIMEOUT, "The product is not ready")
        except AssertionError as error:
            error.add_note(self.output())
            self.kill()
            raise

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop everything and return the exit status; an AssertionError where it takes longer than 10 s."""
        assert self.process is not None, "The product does not run."
        self.process.send_signal(number)
        try:
            return self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"The product did not stop in {STOP_TIMEOUT:g} s:\n{self.output()}") from None
        finally:
            self.process = None

    def restart(self) -> None:
        """Stop and start again, in the same home and on the same port."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill the supervisor as a crash would; the next start finds what it left."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def manage(self, *arguments: str, expect: int = 0) -> str:
        """Run a management command on this home, also while the product runs; return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == expect, f"manage.py {arguments[0]} failed:\n{result.stdout}{result.stderr}"
        return result.stdout if expect == 0 else result.stderr

    def create_token(self, username: str | None = None) -> str:
        """Return a new API token, of the administrator unless another is named."""
        return self.manage("create_api_token", username or self.admin_username).strip()

    def output(self) -> str:
        """Return what the product has printed so far, in all its runs."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def clean_up(self) -> None:
        """Leave no process behind, whatever a test did to the product."""
        if self.process is not None:
            self.stop()
        else:
            # After a kill: a command that runs alone is the servers' last user and stops them.
            self.manage("showmigrations", "--plan", "--skip-checks")
