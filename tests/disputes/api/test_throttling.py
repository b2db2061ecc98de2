"""A reader may ask for so much in a minute, is told what is left of it, and is never refused for want of a counter."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from redis import ConnectionPool
from rest_framework.test import APIClient

from disputes.api import throttling
from disputes.api.throttling import AnonymousThrottle, ScopedThrottle, UserThrottle
from tests.disputes.api.test_problems import assert_problem

pytestmark = pytest.mark.django_db

FIELD = re.compile(r'"anon";r=(\d+);t=(\d+)', re.ASCII)


def allow(monkeypatch: pytest.MonkeyPatch, **rates: str) -> None:
    for throttle in (AnonymousThrottle, UserThrottle, ScopedThrottle):
        monkeypatch.setattr(
            throttle, "THROTTLE_RATES", {"anon": "600/min", "user": "600/min", "fetch": "9/min"} | rates
        )


def storage() -> RedisStorage:
    found = throttling._limiter().storage
    assert isinstance(found, RedisStorage)
    return found


def test_what_is_left_is_told(reader: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, anon="5/min")
    left = []
    for _ in range(3):
        answer = reader.get("/api/v1/")
        assert answer.headers["RateLimit-Policy"] == '"anon";q=5;w=60'
        found = FIELD.fullmatch(answer.headers["RateLimit"])
        assert found is not None
        left.append(int(found[1]))
        assert 1 <= int(found[2]) <= 60
    assert left == [4, 3, 2]


def test_too_many_requests(reader: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, anon="2/min")
    assert [reader.get("/api/v1/").status_code for _ in range(2)] == [200, 200]
    answer = reader.get("/api/v1/")
    assert_problem(answer, 429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["RateLimit"].startswith('"anon";r=0;t=')


def test_requests_at_the_same_moment_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = RateLimitItemPerSecond(5, 60)
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: throttling._limiter().hit(rate, "somebody"), range(40)))
    assert sum(allowed) == 5


def test_a_reader_with_an_account_has_a_rate_of_its_own(
    reader: APIClient, writer: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, anon="1/min", user="7/min")
    assert reader.get("/api/v1/").status_code == 200
    assert reader.get("/api/v1/").status_code == 429
    answer = writer("viewer").get("/api/v1/")
    assert answer.status_code == 200
    assert answer.headers["RateLimit-Policy"] == '"user";q=7;w=60'


def test_a_rate_for_one_thing_is_told_beside_the_callers(
    writer: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, fetch="2/min")
    operator = writer("operator")
    answer = operator.post("/api/v1/feeds/", {"url": "nonsense"}, format="json")
    assert answer.headers["RateLimit-Policy"] == '"user";q=600;w=60, "fetch";q=2;w=60'
    assert '"fetch";r=1;t=' in answer.headers["RateLimit"]


def test_without_a_counter_nobody_is_refused(
    reader: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    allow(monkeypatch, anon="1/min")
    nobody = ConnectionPool.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    monkeypatch.setattr(storage().storage, "connection_pool", nobody)
    for _ in range(3):
        answer = reader.get("/api/v1/")
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers
    assert "not counted" in caplog.text


def test_pages_of_other_sites_may_read_and_not_write(reader: APIClient) -> None:
    origin = {"Origin": "https://paper.example"}
    answer = reader.get("/api/v1/", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {**origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    preflight = reader.options("/api/v1/disputes/", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in reader.get("/admin/login/", headers=origin).headers


def test_the_counters_lie_beside_the_cache() -> None:
    pool = storage().storage.connection_pool
    assert settings.CACHES["default"]["LOCATION"].split("?")[0].endswith(str(pool.connection_kwargs["path"]))
