"""Settings that make no sense are refused with the name of the setting and what it must be."""

import os
import subprocess
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.support.product import ROOT
from tracker import environment


def test_it_works() -> None:
    assert environment.fetch_allow("FETCH_ALLOW", "127.0.0.1:8990, [::1]:80,") == {
        (ip_address("127.0.0.1"), 8990),
        (ip_address("::1"), 80),
    }
    assert environment.fetch_allow("FETCH_ALLOW", "") == frozenset()


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1", "localhost:80",
        "::1:80", "[::1]", "256.0.0.1:80", "127.0.0.1:80;127.0.0.1:81", "http://127.0.0.1:80", "[127.0.0.1:80",
        "127.0.0.1:８０",
    ],
)  # fmt: skip
def test_fetch_allow_takes_only_addresses_with_ports(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FETCH_ALLOW"):
        environment.fetch_allow("FETCH_ALLOW", value)


@pytest.mark.parametrize("value", ["", "desk@tracker.example", "https://tracker.example/contact"])
def test_a_contact_is_an_address_or_a_url(value: str) -> None:
    assert environment.contact("FETCH_CONTACT", value) == value


@pytest.mark.parametrize("value", ["nobody", "ftp://tracker.example", "a@b\r\nX-Header: 1", "https://", "mü@x.example"])
def test_a_contact_that_would_break_a_header_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FETCH_CONTACT"):
        environment.contact("FETCH_CONTACT", value)


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (environment.port_number, ["", "0", "65536", "http", "-1", "8000.0", "٨٠"]),
        (environment.positive_number, ["", "0", "-1", "nan", "inf", "fast"]),
        (environment.throttle_rate, ["", "600", "0/min", "600/fortnight", "-1/min"]),
        (environment.log_level, ["", "LOUD"]),
        (environment.retention, ["", "0", "-1", "1.5", "a year", "100000", "٣"]),
    ],
)
def test_nonsense_is_refused_by_name(read: Callable[[str, str], object], values: list[str]) -> None:
    for value in values:
        with pytest.raises(ImproperlyConfigured, match="THE_SETTING"):
            read("THE_SETTING", value)


@pytest.mark.parametrize(
    ("url", "queue", "cache"),
    [
        ("redis://cache.example:6379", "redis://cache.example:6379", "redis://cache.example:6379/1"),
        ("rediss://:secret@cache.example/3", "rediss://:secret@cache.example/3", "rediss://:secret@cache.example/4"),
        ("unix:///a%20b/s.sock?db=0", "redis+socket:///a%20b/s.sock?virtual_host=0", "unix:///a%20b/s.sock?db=1"),
    ],
)
def test_queue_and_cache_share_a_server_and_no_database(url: str, queue: str, cache: str) -> None:
    assert environment.celery_broker_url(url) == queue
    assert environment.next_redis_database(url) == cache


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "http", "PORT is 'http'; it must be a port number"),
        ("DATABASE_URL", "sqlite:///db", "DATABASE_URL begins with 'sqlite'; it must be a URL of one of postgres"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL begins with 'localhost'"),
        ("REDIS_URL", "redis://localhost/queue", "the database 'queue'; it must be a number"),
        ("FETCH_ALLOW", "127.0.0.1:http", "The port in FETCH_ALLOW is 'http'"),
        ("FETCH_TIME_SCALE", "fast", "FETCH_TIME_SCALE is 'fast'; it must be a number above 0"),
        ("DEBUG", "perhaps", "DEBUG"),
        ("TRACKER_HOME", "/dev/null/home", "Set TRACKER_HOME to a folder"),
    ],
)
def test_a_command_tells_the_cause_in_one_line(tmp_path: Path, name: str, value: str, message: str) -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, "TRACKER_HOME": str(tmp_path / "home"), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr


def test_a_key_that_others_may_read_stops_every_command(tmp_path: Path) -> None:
    tmp_path.joinpath("secret_key").write_text("x" * 64)
    tmp_path.joinpath("secret_key").chmod(0o644)
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, "TRACKER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "mode 0644" in result.stderr
    assert "chmod 600" in result.stderr


def test_commands_without_data_start_no_server(tmp_path: Path) -> None:
    home = tmp_path / "home"
    subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, "TRACKER_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    assert [path.name for path in home.iterdir() if path.is_file()] == ["secret_key"]
    assert not (home / "postgres").exists()
