"""How far each subscription is behind, in Prometheus' metrics."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from disputes.subscriptions import commands
from disputes.subscriptions.lag import subscription_lags
from tests.disputes.subscriptions.conftest import LATER, SOON, Recorder, append

pytestmark = pytest.mark.django_db


def metric(client: Client, name: str, labels: str = 'subscription="recorder"') -> float:
    text = client.get("/metrics").content.decode()
    found = re.search(rf"^tracker_subscription_{name}{{{re.escape(labels)}}} (\S+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found[1])


def state(client: Client) -> set[str]:
    text = client.get("/metrics").content.decode()
    return set(
        re.findall(r'^tracker_subscription_state{state="(\w+)",subscription="recorder"} 1.0$', text, re.MULTILINE)
    )


def test_it_works(client: Client) -> None:
    recorder = Recorder()
    assert metric(client, "lag_events") == 0
    assert metric(client, "lag_seconds") == 0
    append(*"abc")
    assert metric(client, "lag_events") == 3
    first = metric(client, "lag_seconds")
    assert 0 < first < 60
    assert metric(client, "lag_seconds") > first, "it grows while nothing is delivered"
    recorder.deliver()
    assert (metric(client, "lag_events"), metric(client, "lag_seconds")) == (0, 0)


def test_what_is_parked_is_counted_apart(client: Client) -> None:
    recorder = Recorder(retry=SOON)
    append(*"aab")
    recorder.fails_at = {1}
    recorder.until_parked()
    assert metric(client, "lag_events") == 0
    assert metric(client, "parked_streams") == 1
    assert metric(client, "parked_seconds") > 0


def test_the_state_is_named(client: Client) -> None:
    recorder = Recorder(retry=LATER)
    assert state(client) == {"running"}
    append("a")
    recorder.fails_at = {1}
    recorder.deliver()
    assert state(client) == {"failing"}
    commands.pause_subscription("recorder", by="oscar")
    assert state(client) == {"paused"}


def test_one_query_tells_of_all() -> None:
    for name in ("one", "two", "three"):
        Recorder(name)
    append(*"abc")
    with CaptureQueriesContext(connection) as queries:
        assert [lag.events for lag in subscription_lags()] == [3, 3, 3]
    assert len(queries) == 1
