"""A database that goes away in mid-request: a clear answer, and no restart needed when it is back."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings

from tests.support.product import ROOT, free_port
from tests.support.waiting import wait_until
from tracker.services.postgres import PostgresServer

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not settings.EMBEDDED_POSTGRES, reason="the database of DATABASE_URL is not ours to stop"),
]


def fetch(url: str, cookie: str = "") -> tuple[int, str, str]:
    """Return status, content type and body."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 (our own address)
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()
    except OSError:
        return 0, "", ""


@pytest.fixture
def web(committed_database: str) -> Iterator[str]:
    """Start a web process on the test's database and give its address."""
    port = free_port()
    url = f"postgres://tracker@/{committed_database}?host={quote(str(settings.HOME.postgres_sockets), safe='')}"
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:tracker.web", "tracker.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: fetch(f"{base}/healthz")[0] == 200, 20, "The web process does not answer")
        yield base
    finally:
        process.terminate()
        process.wait(10)


def test_it_says_so_and_recovers(web: str) -> None:
    server = PostgresServer(settings.HOME)
    assert fetch(f"{web}/api/v1/disputes/")[0] == 200
    server.stop()
    try:
        status, content_type, body = fetch(f"{web}/api/v1/disputes/")
        problem = json.loads(body)
        assert (status, content_type, problem["status"]) == (503, "application/problem+json", 503)
        assert "does not answer" in problem["detail"]

        status, content_type, body = fetch(f"{web}/admin/", cookie="sessionid=" + "a" * 32)
        assert (status, content_type) == (503, "text/html; charset=utf-8")
        assert "does not answer" in body
        assert fetch(f"{web}/healthz")[0] == 200
        status, _, body = fetch(f"{web}/readyz")
        assert status == 503
        assert json.loads(body)["parts"]["database"]["status"] == "failed"
        assert json.loads(body)["parts"]["redis"]["status"] == "ok"
        assert fetch(f"{web}/metrics")[0] == 200
    finally:
        server.ensure_running()
    assert fetch(f"{web}/api/v1/disputes/")[0] == 200
