"""Run the whole product in one terminal."""

import asyncio
import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from tracker import heartbeat, preparation
from tracker.home import HomeError
from tracker.services import EmbeddedServices, ServiceError
from tracker.supervisor import (
    SUPERVISED_BY,
    Program,
    Supervisor,
    end_orphans,
    make_was_interrupted,
    write_line,
)

# With the supervisor's patience for the processes, a stop stays below ten seconds in all.
SERVER_PATIENCE = 1.5
WATCH_INTERVAL = 0.5
READY_INTERVAL = 0.2
# After this long without readiness, and again each time, the terminal says what is missing.
REMIND_AFTER = 15.0


class Command(BaseCommand):
    """Starts everything that serves, prints the address once it does, and stops all of it on SIGINT or SIGTERM."""

    help = "Run the web server, the worker, beat and, where none are configured, PostgreSQL and Redis."
    requires_system_checks: list[Any] = []  # noqa: RUF012 (they run below, after the cheap refusals)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with settings.HOME.running():
                self._run()
        except (HomeError, ServiceError) as error:
            raise CommandError(str(error)) from error

    def _run(self) -> None:
        services = EmbeddedServices(settings.HOME, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY)
        supervisor = Supervisor(programs(settings.BASE_DIR), environment())
        orphans = end_orphans(settings.HOME.path)
        if orphans:
            supervisor.log(f"ended what a killed run had left: processes {', '.join(map(str, orphans))}")
        require_free_port(settings.PORT)
        # Until the loop takes over, a SIGTERM must pass through the `finally` below, as a SIGINT does.
        interruption = Interruption()
        signal.signal(signal.SIGTERM, interruption.receive)
        try:
            self.check()
            supervisor.log(f"starting in {settings.HOME.path}")
            services.start()
            preparation.collect_static_files(supervisor.log)
            interruption.heed()
            preparation.prepare_database(supervisor.log)
            interruption.heed()
            heartbeat.forget()
            connections.close_all()
            asyncio.run(supervise(supervisor, services))
        except KeyboardInterrupt:
            supervisor.log("interrupted, stopping")
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            services.stop(SERVER_PATIENCE)
        supervisor.log("stopped")


class Interruption:
    """Treats a SIGTERM as a Ctrl-C.

    Python swallows what a signal's handler raises where it meets a destructor or a callback of the garbage collector,
    so whether one came is also kept.
    """

    def __init__(self) -> None:
        self._came = False

    def receive(self, _number: int, _frame: object) -> None:
        """Handle the signal."""
        self._came = True
        raise KeyboardInterrupt

    def heed(self) -> None:
        """Raise KeyboardInterrupt where the signal came and was swallowed."""
        if self._came:
            raise KeyboardInterrupt


def require_free_port(port: int) -> None:
    """Refuse a port that something listens on, before anything is started."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As gunicorn does: the last connections of a stopped server do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used: {error.strerror}. Set PORT to another, such as PORT={port + 1}."
            ) from error


def programs(base: Path) -> list[Program]:
    """Return the processes of the product, with their command lines."""
    binaries = Path(sys.executable).parent
    celery = [str(binaries / "celery"), "--quiet", "--workdir", str(base), "--app", "tracker"]
    web = [str(binaries / "gunicorn"), "--chdir", str(base), "--config", "python:tracker.web", "tracker.wsgi"]
    worker = [*celery, "worker", "--hostname", f"{settings.PORT}@%h", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--pidfile", ""]
    return [Program("web", web), Program("worker", worker), Program("beat", beat)]


def environment() -> dict[str, str]:
    """Return the environment of the processes: ours, with every setting resolved.

    They find the servers by address, as in any other deployment, so none of them starts one by itself.
    """
    return {
        **os.environ,
        SUPERVISED_BY: str(settings.HOME.path),
        "TRACKER_HOME": str(settings.HOME.path),
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "PORT": str(settings.PORT),
        "BIND": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }


async def supervise(supervisor: Supervisor, services: EmbeddedServices) -> None:
    """Run the programs until a signal comes; from here on signals reach the supervisor alone."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop, f"{number.name} received")
    await supervisor.run(announce(supervisor), watch_services(supervisor, services), watch_make(supervisor))


async def announce(supervisor: Supervisor) -> None:
    """Print the address once the probes answer; until then, say now and then what is missing."""
    waited = 0.0
    while True:
        missing = await asyncio.to_thread(probe, settings.PORT)
        if missing is None:
            write_line(f"Ready: http://127.0.0.1:{settings.PORT}/")
            return
        await asyncio.sleep(READY_INTERVAL)
        waited += READY_INTERVAL
        if waited > REMIND_AFTER:
            supervisor.log(f"not ready yet: {missing}")
            waited = 0.0


def probe(port: int) -> str | None:
    """Ask the probes; return None where both say yes, else what is missing."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for path in ("healthz", "readyz"):
            opener.open(f"http://127.0.0.1:{port}/{path}", timeout=10).close()
    except urllib.error.HTTPError as error:
        with error:
            parts: dict[str, dict[str, str]] = json.load(error).get("parts", {})
        failed = [f"{name} ({part.get('detail')})" for name, part in parts.items() if part["status"] != "ok"]
        return ", ".join(failed) or f"the probe answers {error.code}"
    except (OSError, ValueError) as error:
        return f"web does not answer ({error})"
    return None


async def watch_services(supervisor: Supervisor, services: EmbeddedServices) -> None:
    """Start an embedded server again that died; the processes connect again by themselves."""
    delay = WATCH_INTERVAL
    while True:
        await asyncio.sleep(delay)
        dead = await asyncio.to_thread(services.find_dead)
        if not dead:
            delay = WATCH_INTERVAL
            continue
        supervisor.log(f"{' and '.join(dead)} ended, starting again; the log is in {settings.HOME.path}")
        try:
            await asyncio.to_thread(services.start)
        except ServiceError as error:
            supervisor.log(str(error))
        delay = min(delay * 2, 30.0)


async def watch_make(supervisor: Supervisor) -> None:
    """Stop when the `make` around this process was interrupted and did not pass that on."""
    while not make_was_interrupted():  # noqa: ASYNC110 (nothing tells; it must be looked at)
        await asyncio.sleep(WATCH_INTERVAL)
    supervisor.stop("make was interrupted")
