"""Making checkpoints, proofs over the database's log, and what is never signed."""

import random
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from disputes.models import Checkpoint, Event, LedgerAudit, TreeNode
from disputes.proofs import merkle, tree
from disputes.proofs.checkpoint import KEPT_FILE, latest_checkpoint, make_checkpoint
from disputes.proofs.health import ledger_health
from disputes.proofs.keys import KeyProblem, Keyring
from disputes.proofs.tree_head import open_checkpoint
from disputes.proofs.walk import Altered
from disputes.tasks import make_checkpoint as make_checkpoint_task
from tests.disputes.proofs.conftest import Append, Superuser, restore_backup, unguarded


@pytest.mark.django_db
def test_it_works(append: Append, keyring: Keyring) -> None:
    append(5)
    made = make_checkpoint()
    head = open_checkpoint(made.note, keyring.verifier_keys())
    leaf_hashes = [bytes(found) for found in Event.objects.order_by("position").values_list("leaf_hash", flat=True)]
    assert (head.origin, head.size, head.root) == ("example.org/log", 5, merkle.root_of(leaf_hashes))
    assert (made.size, bytes(made.root)) == (5, head.root)
    assert latest_checkpoint() == made
    assert (keyring.home / KEPT_FILE).read_text() == made.note


@pytest.mark.django_db
def test_where_nothing_is_new_nothing_is_signed(append: Append) -> None:
    assert make_checkpoint().size == 0
    append(2)
    make_checkpoint_task()
    make_checkpoint_task()
    assert make_checkpoint() == latest_checkpoint()
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [0, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disputes_checkpoint SET note = ''",
        "DELETE FROM disputes_checkpoint",
        "TRUNCATE disputes_checkpoint",
        "SET session_replication_role = replica; DELETE FROM disputes_checkpoint",
        "INSERT INTO disputes_checkpoint SELECT 1, root, note, made_at FROM disputes_checkpoint",
        "INSERT INTO disputes_checkpoint SELECT 3, root, note, made_at FROM disputes_checkpoint",
        "INSERT INTO disputes_checkpoint SELECT -1, root, note, made_at FROM disputes_checkpoint",
    ],
)
def test_checkpoints_are_append_only(statement: str, append: Append) -> None:
    append(2)
    made = make_checkpoint()
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.Error)
    assert refusal.value.__cause__.sqlstate in {"LG004", "42501"}
    assert Checkpoint.objects.get() == made


@pytest.mark.django_db
def test_proofs_over_a_log_with_stored_nodes(append: Append) -> None:
    """600 events: two stored nodes, and leaves behind them."""
    append(600)
    make_checkpoint()
    assert list(TreeNode.objects.order_by("index").values_list("height", "index")) == [(8, 0), (8, 1)]
    append(60)
    leaf_hashes = [bytes(found) for found in Event.objects.order_by("position").values_list("leaf_hash", flat=True)]
    chance = random.Random(9162)  # noqa: S311 (no secret)
    sizes = [1, 2, 255, 256, 257, 512, 513, 600, 660, *(chance.randint(1, 660) for _ in range(20))]
    for size in sizes:
        root = merkle.root_of(leaf_hashes[:size])
        position = chance.randint(1, size)
        found = tree.prove_inclusion(position, size)
        assert found.root == root
        assert merkle.hash_leaf(found.leaf.encode()) == leaf_hashes[position - 1]
        merkle.verify_inclusion(
            index=position - 1, size=size, leaf_hash=leaf_hashes[position - 1], path=found.path, root=root
        )
        old = chance.randint(1, size)
        joined = tree.prove_consistency(old, size)
        assert (joined.old_root, joined.new_root) == (merkle.root_of(leaf_hashes[:old]), root)
        merkle.verify_consistency(
            old=old, new=size, old_root=joined.old_root, new_root=joined.new_root, path=joined.path
        )


@pytest.mark.django_db
def test_a_proof_costs_few_queries(append: Append) -> None:
    append(600)
    make_checkpoint()
    with CaptureQueriesContext(connection) as queries:
        tree.prove_inclusion(100, 599)
    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    # The size; leaves and nodes of the tree at two heights.
    assert len(reads) == 3, reads


@pytest.mark.django_db
def test_nodes_can_be_thrown_away(append: Append) -> None:
    append(600)
    made = make_checkpoint()
    before = list(TreeNode.objects.values_list("height", "index", "hash"))
    proof = tree.prove_inclusion(100, 600)
    TreeNode.objects.all().delete()
    assert tree.prove_inclusion(100, 600) == proof
    assert tree.rebuild() == bytes(made.root)
    assert list(TreeNode.objects.values_list("height", "index", "hash")) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("position", "size"), [(0, 5), (6, 5), (-1, 5), (1, 6), (1, 0)])
def test_a_proof_of_what_is_not_there_is_refused(position: int, size: int, append: Append) -> None:
    append(5)
    with pytest.raises(tree.NoSuchProof, match="5 events"):
        tree.prove_inclusion(position, size)


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 4), (5, 6), (-1, 5), (0, 0)])
def test_a_proof_between_logs_that_are_not_there_is_refused(old: int, new: int, append: Append) -> None:
    append(5)
    with pytest.raises(tree.NoSuchProof, match=r"\d events"):
        tree.prove_consistency(old, new)


@pytest.mark.django_db
def test_without_a_safe_key_nothing_is_signed(append: Append, keyring: Keyring) -> None:
    append(2)
    keyring.signing_key()
    keyring.private_file.chmod(0o644)
    with pytest.raises(KeyProblem, match="has mode 0644"):
        make_checkpoint()
    assert not Checkpoint.objects.exists()


def test_a_restored_backup_is_not_signed_for(append: Append, superuser: Superuser, keyring: Keyring) -> None:
    append(7)
    make_checkpoint()
    restore_backup(superuser, 4)
    health = ledger_health()
    assert (health.ok, health.first_bad_position) == (False, 5)
    assert "events 5 to 7 are lost" in health.detail
    with pytest.raises(Altered, match=f"events 5 to 7 are lost.*move the file {KEPT_FILE} away"):
        make_checkpoint()
    # Neither when it has grown again: other events than those that were signed for.
    append(6)
    with pytest.raises(Altered, match="the first 7 events are not those of the checkpoint in"):
        make_checkpoint()
    (keyring.home / KEPT_FILE).unlink()
    assert make_checkpoint().size == 10
    assert ledger_health().ok


def test_altered_events_are_not_signed_for(append: Append, superuser: Superuser) -> None:
    append(300)
    make_checkpoint()
    append(5)
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = 302")
    with pytest.raises(Altered, match="event 302") as new:
        make_checkpoint()
    assert new.value.finding.position == 302
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_event SET body = replace(body, 'Lie', 'Note') WHERE position = 302")
        superuser.execute("UPDATE disputes_event SET leaf_hash = sha256(leaf_hash) WHERE position = 290")
    with pytest.raises(Altered, match="the first 300 events are not those of the newest checkpoint"):
        make_checkpoint()


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "nonsense", "\x00"])
def test_a_damaged_checkpoint_outside_is_not_passed_over(content: str, append: Append, keyring: Keyring) -> None:
    append(1)
    make_checkpoint()
    path: Path = keyring.home / KEPT_FILE
    path.write_text(content)
    with pytest.raises(Altered, match="does not hold"):
        make_checkpoint()
    assert not ledger_health().ok


def test_the_task_has_an_altered_log_audited_at_once(
    append: Append, superuser: Superuser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)
    append(3)
    make_checkpoint_task()
    with unguarded(superuser):
        superuser.execute("DELETE FROM disputes_event WHERE position = 2")
    make_checkpoint_task()
    audit = LedgerAudit.objects.get()
    assert (audit.ok, audit.first_bad_position) == (False, 2)
    assert "No checkpoint is made, since the log was altered" in caplog.text
    # Known by now; it is not audited again and again.
    make_checkpoint_task()
    assert LedgerAudit.objects.count() == 1


@pytest.mark.django_db
def test_the_task_says_what_is_wrong_with_the_key(
    append: Append, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    append(1)
    keyring.signing_key()
    keyring.private_file.chmod(0o644)
    make_checkpoint_task()
    assert "No checkpoint is made" in caplog.text
    assert "chmod 600" in caplog.text


@pytest.mark.django_db
def test_a_checkpoint_is_made_on_demand_and_can_be_kept(append: Append, keyring: Keyring) -> None:
    append(3)
    told = StringIO()
    call_command("make_checkpoint", stdout=told)
    head = open_checkpoint(told.getvalue(), keyring.verifier_keys())
    assert head.size == 3
    again = StringIO()
    call_command("make_checkpoint", stdout=again)
    assert again.getvalue() == told.getvalue(), "nothing is new"
    keyring.private_file.chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        call_command("make_checkpoint")


def test_the_command_signs_nothing_that_contradicts(append: Append, superuser: Superuser) -> None:
    append(3)
    make_checkpoint()
    restore_backup(superuser, 1)
    with pytest.raises(CommandError, match=r"Nothing is signed.*First bad position: 2\."):
        call_command("make_checkpoint")
