"""Whoever gets past the triggers is found, with the first bad position."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from disputes.models import Checkpoint, Event, LedgerAudit, TreeNode
from disputes.proofs import audit
from disputes.proofs.checkpoint import KEPT_FILE, make_checkpoint
from disputes.proofs.health import ledger_health
from disputes.proofs.keys import Keyring
from disputes.proofs.leaves import LEAVES_FILE, KeptLeaves
from disputes.proofs.signed_note import SigningKey
from disputes.proofs.tree_head import TreeHead
from disputes.proofs.verification import verify_database
from disputes.tasks import audit_ledger
from tests.disputes.proofs.conftest import Append, Superuser, unguarded
from tests.support.waiting import wait_until


@pytest.mark.django_db
def test_it_works(append: Append) -> None:
    append(3)
    make_checkpoint()
    append(2)
    first = make_checkpoint()
    append(1)
    report = verify_database()
    assert report.findings == ()
    # Two in the database, and the newer of them once more outside.
    assert (report.size, report.checkpoints, report.first_bad_position) == (6, 3, None)
    assert first.size == 5


@pytest.mark.django_db
def test_an_empty_log_is_in_order() -> None:
    assert verify_database().is_in_order
    make_checkpoint()
    assert verify_database().is_in_order


REHASH = """UPDATE disputes_event SET leaf_hash = sha256('\\x00'::bytea || convert_to(
    '{"body":' || body || ',"position":' || position || ',"recorded_at":"'
    || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","version":' || version || '}',
    'UTF8')) WHERE position = """

TAMPERINGS: dict[str, tuple[int, list[str]]] = {
    "text": (17, ["UPDATE disputes_event SET body = replace(body, 'Note 16', 'Note 61') WHERE position = 17"]),
    "not JSON": (17, ["UPDATE disputes_event SET body = '{' || body WHERE position = 17", REHASH + "17"]),
    "not canonical": (
        17,
        ["UPDATE disputes_event SET body = replace(body, ':{', ': {') WHERE position = 17", REHASH + "17"],
    ),
    "an added key": (
        17,
        ["UPDATE disputes_event SET body = body || ',\"extra\":1' WHERE position = 17", REHASH + "17"],
    ),
    "leaf hash": (17, ["UPDATE disputes_event SET leaf_hash = sha256(leaf_hash) WHERE position = 17"]),
    "stream": (17, ["UPDATE disputes_event SET stream = 'dispute/other' WHERE position = 17"]),
    "type": (17, ["UPDATE disputes_event SET type = 'dispute_opened' WHERE position = 17"]),
    "schema": (17, ["UPDATE disputes_event SET schema = 2 WHERE position = 17"]),
    "event id": (17, ["UPDATE disputes_event SET event_id = gen_random_uuid() WHERE position = 17"]),
    "recorded by": (17, ["UPDATE disputes_event SET recorded_by = 'somebody' WHERE position = 17"]),
    "version": (17, ["UPDATE disputes_event SET version = 100 WHERE position = 17", REHASH + "17"]),
    "recorded at, unhashed": (17, ["UPDATE disputes_event SET recorded_at = now() WHERE position = 17"]),
    "recorded at, going back": (
        17,
        ["UPDATE disputes_event SET recorded_at = '2020-01-01Z' WHERE position = 17", REHASH + "17"],
    ),
    "deleted": (17, ["DELETE FROM disputes_event WHERE position = 17"]),
    "the first deleted": (1, ["DELETE FROM disputes_event WHERE position = 1"]),
    "the last deleted": (40, ["DELETE FROM disputes_event WHERE position = 40"]),
    "all deleted": (1, ["DELETE FROM disputes_event"]),
    "all truncated, checkpoints too": (1, ["TRUNCATE disputes_event, disputes_checkpoint"]),
    "swapped": (
        17,
        [
            "UPDATE disputes_event SET position = -position WHERE position IN (17, 20)",
            "UPDATE disputes_event SET position = 37 + position WHERE position < 0",
        ],
    ),
    "moved to the end": (17, ["UPDATE disputes_event SET position = 1000 WHERE position = 17"]),
    "added before the beginning": (
        -7,
        [
            """INSERT INTO disputes_event SELECT -7, gen_random_uuid(), stream, 1000, type, schema,
                recorded_at, recorded_by, body, leaf_hash FROM disputes_event WHERE position = 40"""
        ],
    ),
    "added behind the end": (
        41,
        [
            """INSERT INTO disputes_event SELECT 41, gen_random_uuid(), stream, 1000, type, schema,
                recorded_at, recorded_by, body, leaf_hash FROM disputes_event WHERE position = 40"""
        ],
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_a_superuser_changes_is_found(name: str, append: Append, superuser: Superuser) -> None:
    """With the triggers switched off for it and on again, so that only the log itself tells."""
    position, statements = TAMPERINGS[name]
    append(40)
    make_checkpoint()
    with unguarded(superuser):
        for statement in statements:
            assert superuser.execute(statement.encode()).rowcount != 0
    report = verify_database()
    assert report.first_bad_position == position, report.findings
    audit_ledger()
    health = ledger_health()
    assert (health.ok, health.first_bad_position) == (False, position)


def test_a_leaf_hash_that_was_made_to_fit_is_found_by_what_is_kept_elsewhere(
    append: Append, superuser: Superuser, keyring: Keyring
) -> None:
    append(200)
    make_checkpoint()
    append(400)
    make_checkpoint()
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position IN (300, 301)")
        superuser.execute((REHASH + "300").encode())
        superuser.execute((REHASH + "301").encode())
    (finding,) = verify_database().findings
    assert finding.position == 300
    assert "event 300 is not the one that the checkpoint of 600 events was signed for" in finding.detail
    leaves = keyring.home / LEAVES_FILE
    kept = leaves.read_bytes()
    # Leaves that do not hash to the signed root are not believed; then the stored node over 257 to 512 narrows what
    # the checkpoints of 200 and 600 leave.
    for damaged in (kept[: 100 * 32] + bytes(32) + kept[101 * 32 :], kept[:-32], kept[:-1], b""):
        leaves.write_bytes(damaged)
        (finding,) = verify_database().findings
        assert (finding.position, "between 257 and 512" in finding.detail) == (257, True)
    leaves.unlink()
    # Without stored nodes, or with nodes made to fit as well, the checkpoints tell.
    TreeNode.objects.all().delete()
    (finding,) = verify_database().findings
    assert (finding.position, "between 201 and 600" in finding.detail) == (201, True)


@pytest.mark.django_db
def test_the_kept_leaves_grow_with_the_checkpoints(append: Append, keyring: Keyring) -> None:
    leaves = KeptLeaves(keyring.home)
    assert leaves.count() == 0
    append(5)
    make_checkpoint()
    append(7)
    make_checkpoint()
    append(1)
    stored = [bytes(found) for found in Event.objects.order_by("position").values_list("leaf_hash", flat=True)]
    assert list(leaves.read(12)) == stored[:12]
    assert leaves.count() == 12
    # Cut short, as by a crash, or lost: the next checkpoint puts it right.
    leaves.path.write_bytes(leaves.path.read_bytes()[:-40])
    make_checkpoint()
    assert list(leaves.read(13)) == stored
    leaves.path.unlink()
    append(1)
    make_checkpoint()
    assert leaves.count() == 14
    # Where the checkpoint is moved away the log is another one on purpose.
    (keyring.home / KEPT_FILE).unlink()
    leaves.path.write_bytes(bytes(32 * 100))
    make_checkpoint()
    assert list(leaves.read(100))[:13] == stored
    assert leaves.count() == 14


FORGERIES: dict[str, Callable[[Keyring], tuple[bytes, str]]] = {
    "signed by another key": lambda _keyring: _signed(SigningKey.generate("example.org/log"), 3),
    "not signed": lambda keyring: (b"", _signed(keyring.signing_key(), 3)[1].replace("— ", "- ")),
    "of another size": lambda keyring: _signed(keyring.signing_key(), 2),
    "nonsense": lambda _keyring: (b"", "nonsense"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_checkpoint_that_does_not_hold_is_found(
    name: str, append: Append, keyring: Keyring, superuser: Superuser
) -> None:
    append(3)
    make_checkpoint()
    root, note = FORGERIES[name](keyring)
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_checkpoint SET root = %s, note = %s", [root, note])
    (finding,) = verify_database().findings
    assert finding.detail.startswith("the checkpoint of 3 events")


def test_a_checkpoint_of_other_events_is_found(append: Append, keyring: Keyring, superuser: Superuser) -> None:
    append(3)
    make_checkpoint()
    root, note = _signed(keyring.signing_key(), 3)
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_checkpoint SET root = %s, note = %s", [root, note])
    (finding,) = verify_database().findings
    assert (finding.position, "between 1 and 3" in finding.detail) == (1, True)


@pytest.mark.django_db
def test_checkpoints_without_any_key_are_not_believed(append: Append, keyring: Keyring) -> None:
    append(3)
    make_checkpoint()
    keyring.public_file.unlink()
    details = [found.detail for found in verify_database().findings]
    assert any("There is no public key" in detail for detail in details)


def test_an_old_backup_is_found_by_the_checkpoint_outside(
    append: Append, keyring: Keyring, superuser: Superuser
) -> None:
    append(3)
    make_checkpoint()
    append(3)
    make_checkpoint()
    with unguarded(superuser):
        superuser.execute("DELETE FROM disputes_event WHERE position > 3")
        superuser.execute("DELETE FROM disputes_checkpoint WHERE size > 3")
    (finding,) = verify_database().findings
    assert finding.position == 4
    assert f"{keyring.home / KEPT_FILE} was signed for 6" in finding.detail
    append(4)
    (finding,) = verify_database().findings
    assert finding.position == 4
    assert f"event 4 is not the one that the checkpoint in {keyring.home / KEPT_FILE} was signed for" in finding.detail


@pytest.mark.django_db(transaction=True)
def test_what_is_appended_and_signed_meanwhile_does_not_look_altered(append: Append) -> None:
    append(5)
    finished = threading.Event()

    def write() -> None:
        try:
            for _ in range(30):
                append(3)
                make_checkpoint()
        finally:
            finished.set()
            connections.close_all()

    rounds = 0
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        while not finished.is_set():
            assert verify_database().findings == ()
            assert ledger_health().ok
            rounds += 1
        writer.result()
    assert rounds > 1
    assert verify_database().size == 95


@pytest.mark.django_db
def test_a_wrong_node_is_found_and_stored_anew(append: Append) -> None:
    append(300)
    make_checkpoint()
    TreeNode.objects.update(hash=b"\x00" * 32)
    (finding,) = verify_database().findings
    assert finding.position is None
    assert "--rebuild-tree" in finding.detail


@pytest.mark.django_db
def test_the_result_of_an_audit_stays_and_turns_health(append: Append) -> None:
    assert ledger_health().detail == "not audited yet"
    append(3)
    audit_ledger()
    found = LedgerAudit.objects.get()
    assert (found.ok, found.size, found.first_bad_position, found.problem) == (True, 3, None, "")
    assert found.started_at is not None
    assert found.finished_at is not None
    assert timedelta() <= found.finished_at - found.started_at < timedelta(minutes=1)
    assert ledger_health().ok
    assert ledger_health().detail.endswith("3 events in order")
    assert not Checkpoint.objects.exists()


def test_two_audits_do_not_run_at_once(append: Append, superuser: Superuser) -> None:
    """A lock of the session, which ends with the process that holds it, however that ends."""
    append(3)
    superuser.execute("SELECT pg_advisory_lock(69622014)")
    assert audit.audit_ledger() is None
    assert not LedgerAudit.objects.exists()
    superuser.close()
    wait_until(audit.audit_ledger, 30, "the lock is still held")
    assert LedgerAudit.objects.get().ok


@pytest.mark.django_db
def test_those_that_found_something_are_kept_for_good(append: Append, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_KEPT_AUDITS", 3)
    now = timezone.now()
    bad = LedgerAudit.objects.create(started_at=now, finished_at=now, ok=False)
    for _ in range(6):
        audit.audit_ledger()
    kept = list(LedgerAudit.objects.order_by("id"))
    assert [found.ok for found in kept] == [False, True, True, True]
    assert kept[0] == bad


def _signed(key: SigningKey, size: int) -> tuple[bytes, str]:
    root = b"\x01" * 32
    return root, TreeHead("example.org/log", size, root).sign(key)
