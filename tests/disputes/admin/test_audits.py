"""The state of the log in the admin: what was found, what was signed, what to take along, and 'Verify now'."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from disputes import tasks
from disputes.models import Event, LedgerAudit
from disputes.proofs.audit import audit_ledger, request_audit
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.keys import configured_keyring
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/disputes/ledgeraudit/"
VERIFY = "/admin/disputes/ledgeraudit/verify/"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


@pytest.fixture
def operator() -> Client:
    return log_in("operator", name="oscar")


def test_it_works(viewer: Client, dispute: str) -> None:
    made = make_checkpoint()
    audit = audit_ledger()
    assert audit is not None
    page = viewer.get(LIST)
    said = text_of(page)
    assert f": {made.size} events in order" in said
    assert f"Last checkpoint {made.size} events ," in said
    assert str(configured_keyring().verifier_keys()[0]) in said
    assert "In order" in said
    assert "the clock" in said
    assert find(page, "//section[@role='alert']") == []
    one = text_of(viewer.get(reverse("admin:disputes_ledgeraudit_change", args=[audit.pk])))
    assert f"{made.size} of {made.size}" in one
    assert "2 signed checkpoints" in one
    checkpoints = viewer.get("/admin/disputes/checkpoint/")
    assert str(made.size) in text_of(checkpoints)
    assert made.note in viewer.get(f"/admin/disputes/checkpoint/{made.size}/change/").content.decode()


def test_what_verifies_the_log_elsewhere_is_downloaded(viewer: Client, dispute: str, tmp_path: Path) -> None:
    for address in ("checkpoint/", "public-keys/"):
        assert viewer.get(LIST + address).status_code == 404, "nothing is signed yet"
    made = make_checkpoint()
    note, keys = viewer.get(LIST + "checkpoint/"), viewer.get(LIST + "public-keys/")
    assert note["Content-Disposition"] == f'attachment; filename="ledger-checkpoint-{made.size}.txt"'
    assert keys["Content-Disposition"] == 'attachment; filename="ledger-public-keys"'
    assert viewer.get(f"/admin/disputes/checkpoint/{made.size}/note/").content == note.content
    kept, public = tmp_path / "kept", tmp_path / "public"
    kept.write_bytes(note.content)
    public.write_bytes(keys.content)
    call_command("verify_ledger", "--against", str(kept), "--public-key", str(public))
    for address in (LIST + "checkpoint/", LIST + "public-keys/", f"/admin/disputes/checkpoint/{made.size}/note/"):
        assert log_in(name=f"nobody-{len(address)}").get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert viewer.get("/admin/disputes/checkpoint/99999/note/").status_code == 404


def test_an_operator_has_the_log_verified_and_sees_how_far_it_is(operator: Client, dispute: str) -> None:
    page = operator.post(VERIFY, follow=True)
    said = text_of(page)
    assert "A worker verifies the log now." in said
    assert "waits for a worker" in said
    assert "Asked for by oscar" in said
    assert find(page, "//button[text()='Verify now']") == [], "one at a time"
    assert find(page, "//*[@data-refresh]/@id") == ["ledger-state"]
    assert "Waiting" in said
    # Asking twice asks once.
    operator.post(VERIFY)
    audit = LedgerAudit.objects.get()
    assert (audit.requested_by, audit.started_at, audit.finished_at) == ("oscar", None, None)

    LedgerAudit.objects.update(started_at=timezone.now(), size=250, log_size=1_000)
    page = operator.post(VERIFY, follow=True)
    assert "It is under way already." in text_of(page)
    assert "250 of 1,000 events are in order so far" in text_of(page)
    assert find(page, "//progress/@value") == ["250"]

    tasks.audit_ledger()
    page = operator.get(LIST)
    audit = LedgerAudit.objects.get()
    assert (audit.ok, audit.size, audit.log_size) == (True, Event.objects.count(), Event.objects.count())
    assert find(page, "//*[@data-refresh]") == []
    assert find(page, "//button[text()='Verify now']") != []
    assert "oscar" in text_of(page)


def test_who_may_not_have_it_verified(viewer: Client, curator: Client, operator: Client) -> None:
    for client in (viewer, curator):
        assert client.post(VERIFY).status_code == 403
        assert find(client.get(LIST), "//button[text()='Verify now']") == []
    assert operator.get(VERIFY).status_code == 405
    assert not LedgerAudit.objects.exists()


def test_the_rounds_take_what_was_asked_for_and_what_is_due(dispute: str) -> None:
    tasks.audit_ledger()
    tasks.audit_ledger()
    assert LedgerAudit.objects.count() == 1, "the next is due in an hour"
    request_audit(by="oscar")
    tasks.audit_ledger()
    assert list(LedgerAudit.objects.order_by("id").values_list("requested_by", "ok")) == [("", True), ("oscar", True)]
    # One whose worker died is taken up again.
    LedgerAudit.objects.filter(requested_by="oscar").update(finished_at=None, ok=None, size=1)
    tasks.audit_ledger()
    assert list(LedgerAudit.objects.order_by("id").values_list("requested_by", "ok")) == [("", True), ("oscar", True)]


def test_what_is_wrong_is_said_with_what_to_do(viewer: Client, dispute: str) -> None:
    now = timezone.now()
    LedgerAudit.objects.create(started_at=now, finished_at=now, size=9, log_size=9, ok=True)
    bad = LedgerAudit.objects.create(
        started_at=now, finished_at=now, size=1, log_size=9, ok=False, first_bad_position=2, problem="a <b>\nand more"
    )
    page = viewer.get(LIST)
    (alarm,) = find(page, "//section[@role='alert']")
    said = " ".join(" ".join(alarm.itertext()).split())
    for part in ("The log is not as it was recorded", "a <b>", "and more", "First bad position 2", "verify_ledger"):
        assert part in said
    assert alarm.xpath(".//a/@href") == [reverse("admin:disputes_event_change", args=[2])]
    one = text_of(viewer.get(reverse("admin:disputes_ledgeraudit_change", args=[bad.pk])))
    assert "Altered" in one
    assert "and more" in one
