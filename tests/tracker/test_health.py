"""The probes say which part does not work, to anyone who asks, whatever name they ask for."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from disputes.models import LedgerAudit
from tracker import health, heartbeat, tasks


def test_healthz_asks_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_is_ready_once_a_worker_has_shown_a_sign_of_life(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["worker"] == {
        "status": "failed",
        "detail": "No worker has shown a sign of life yet.",
    }
    tasks.heartbeat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert {name: part["status"] for name, part in response.json()["parts"].items()} == {
        "database": "ok",
        "redis": "ok",
        "worker": "ok",
        "ledger": "ok",
    }
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_notices_a_worker_that_went_silent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat.record()
    monkeypatch.setattr(heartbeat, "STALE_AFTER", -1.0)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "last sign of life" in response.json()["parts"]["worker"]["detail"]


@pytest.mark.django_db
def test_readyz_notices_a_log_that_was_altered(client: Client) -> None:
    tasks.heartbeat()
    now = timezone.now()
    LedgerAudit.objects.create(
        started_at=now, finished_at=now, size=9, ok=False, first_bad_position=7, problem="another hash"
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["ledger"]["detail"] == "The log is not as it was recorded, first at position 7."


@pytest.mark.django_db
def test_readyz_tells_strangers_no_secrets(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ConnectionError("password=hunter2")

    monkeypatch.setitem(health.PARTS, "redis", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["redis"]["detail"] == "No answer (ConnectionError)."
    assert b"hunter2" not in response.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.django_db
def test_probes_answer_under_any_name_and_only_to_reading(client: Client, path: str) -> None:
    assert client.get(path, headers={"Host": "10.evil.example"}).status_code in {200, 503}
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_probes_are_not_redirected_to_tls(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    fresh = Client()
    assert fresh.get("/healthz").status_code == 200
    assert fresh.get("/").status_code == 301


@pytest.mark.django_db
def test_metrics_count_requests_rows_and_queues(client: Client) -> None:
    heartbeat.record()
    client.get("/")
    text = client.get("/metrics").content.decode()
    assert 'tracker_request_seconds_count{method="GET",route="",status="200"}' in text
    assert 'tracker_table_rows{table="auth_user"}' in text
    assert 'tracker_queue_tasks{queue="poll"} 0.0' in text
    assert "tracker_worker_heartbeat_age_seconds" in text
    assert "process_resident_memory_bytes" in text


@pytest.mark.django_db
def test_strangers_cannot_add_labels(client: Client) -> None:
    client.generic("BREW", "/")
    client.get("/no/such/page/of-a-stranger")
    text = client.get("/metrics").content.decode()
    assert "BREW" not in text
    assert "of-a-stranger" not in text
