"""Whoever kept a checkpoint, or a copy, can tell later whether the log, or another copy, still begins with it."""

import random
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from disputes.models import Event
from disputes.proofs import merkle
from disputes.proofs.checkpoint import KEPT_FILE, make_checkpoint
from disputes.proofs.export import checkpoint_line, event_line, header_line
from disputes.proofs.health import ledger_health
from disputes.proofs.keys import Keyring
from disputes.proofs.leaves import LEAVES_FILE
from disputes.proofs.signed_note import SigningKey
from disputes.proofs.tree_head import TreeHead
from disputes.proofs.verification import verify_database
from disputes.proofs.walk import Altered, leaf_text
from tests.disputes.proofs.conftest import (
    Append,
    Superuser,
    connected_as,
    restore_backup,
    unguarded,
)


def keep(path: Path) -> Path:
    """Keep a checkpoint of what there is now, as somebody elsewhere would."""
    path.write_text(make_checkpoint().note)
    return path


def export(path: Path) -> Path:
    call_command("export_ledger", str(path), stdout=StringIO())
    return path


def verify(*arguments: object) -> tuple[int, str]:
    """Give the exit status and what is said."""
    told = StringIO()
    try:
        call_command("verify_ledger", *map(str, arguments), stdout=told)
    except SystemExit as ended:
        return int(str(ended.code)), told.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, told.getvalue()


@pytest.mark.django_db
def test_it_works(append: Append, tmp_path: Path) -> None:
    append(5)
    note = keep(tmp_path / "note")
    copy = export(tmp_path / "five.gz")
    append(4)
    newer = export(tmp_path / "nine")
    for arguments in ((), (newer,)):
        status, said = verify(*arguments, "--against", note, "--against", copy)
        assert status == 0
        assert f"It begins with the 5 events of the checkpoint in {note}." in said
        assert f"It begins with the 5 events of the copy in {copy}." in said


def test_a_restore_to_any_earlier_moment_is_found(
    append: Append, superuser: Superuser, keyring: Keyring, tmp_path: Path
) -> None:
    """At once by the checkpoint outside of the database; where that was set back too, by one kept elsewhere."""
    homes = {}
    for size in range(9):
        append(min(size, 1))
        make_checkpoint()
        homes[size] = {name: (keyring.home / name).read_bytes() for name in (KEPT_FILE, LEAVES_FILE)}
    note = keep(tmp_path / "note")
    with connected_as(superuser.info.user):
        for size in range(8):
            with transaction.atomic(), connection.cursor() as cursor:
                restore_backup(cursor, size)
                health = ledger_health()
                assert (health.ok, health.first_bad_position) == (False, size + 1)
                assert verify_database().first_bad_position == size + 1
                with pytest.raises(Altered, match=f"events {size + 1} to 8 are lost"):
                    make_checkpoint()
                for name, content in homes[size].items():
                    (keyring.home / name).write_bytes(content)
                assert ledger_health().ok, "the home was restored as well, and nothing here knows better"
                status, said = verify("--against", note)
                assert (status, f"First bad position: {size + 1}\n" in said) == (1, True), said
                assert f"the checkpoint in {note} was signed for 8" in said
                for name, content in homes[8].items():
                    (keyring.home / name).write_bytes(content)
                transaction.set_rollback(True)
    assert verify("--against", note)[0] == 0


def test_a_log_that_went_on_from_an_old_backup_is_found(
    append: Append, superuser: Superuser, keyring: Keyring, tmp_path: Path
) -> None:
    append(6)
    note, copy = keep(tmp_path / "note"), export(tmp_path / "copy.gz")
    restore_backup(superuser, 3)
    for name in (KEPT_FILE, LEAVES_FILE):
        (keyring.home / name).unlink()
    append(7)
    assert verify()[0] == 0, "signed anew by the same key"
    status, said = verify("--against", note)
    assert (status, "First bad position: 1\n" in said) == (1, True), said
    assert f"an event between 1 and 6 is not the one that the checkpoint in {note} was signed for" in said
    # A copy tells it exactly. So it does of another copy.
    for arguments in ((), (export(tmp_path / "other"),)):
        status, said = verify(*arguments, "--against", note, "--against", copy)
        assert (status, "First bad position: 4\n" in said) == (1, True), said
        assert f"event 4 is not the one that the copy in {copy} was signed for" in said


@pytest.mark.django_db
def test_a_copy_that_ends_before_a_checkpoint_is_not_whole(append: Append, tmp_path: Path) -> None:
    append(5)
    copy = export(tmp_path / "copy")
    append(3)
    status, said = verify(copy, "--against", keep(tmp_path / "note"))
    assert (status, "First bad position: 6\n" in said) == (1, True)
    assert "was signed for 8" in said


@pytest.mark.django_db
def test_every_altered_event_of_a_copy_is_named_by_another(append: Append, keyring: Keyring, tmp_path: Path) -> None:
    """Although the hashes beside the events were made to fit, which a copy alone can't tell."""
    append(40)
    copy, forged = export(tmp_path / "copy"), tmp_path / "forged"
    append(3)
    longer = export(tmp_path / "longer.gz")
    lines = copy.read_bytes().splitlines(keepends=True)
    chance = random.Random(8785)  # noqa: S311 (no secret)
    for _ in range(20):
        first, second = sorted(chance.sample(range(1, 41), 2))
        changed = list(lines)
        for position in (first, second):
            row = Event.objects.get(position=position)
            moment = f"{row.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}"
            leaf = leaf_text(row.body.replace("Note", "Lie"), position, moment, row.version)
            changed[position] = event_line(leaf, merkle.hash_leaf(leaf.encode()))
        forged.write_bytes(b"".join(changed))
        assert "First bad position: 1\n" in verify(forged)[1]
        for reference in (copy, longer):
            status, said = verify(forged, "--against", reference)
            assert (status, f"First bad position: {first}\n" in said) == (1, True), said


def test_every_altered_event_of_the_database_is_named_by_a_copy(
    append: Append, superuser: Superuser, keyring: Keyring, tmp_path: Path
) -> None:
    append(9)
    copy = export(tmp_path / "copy")
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = 7")
        superuser.execute(
            """UPDATE disputes_event SET leaf_hash = sha256('\\x00'::bytea || convert_to(
            '{"body":' || body || ',"position":' || position || ',"recorded_at":"'
            || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            || '","version":' || version || '}', 'UTF8'))"""
        )
    (keyring.home / LEAVES_FILE).unlink()
    assert "First bad position: 1\n" in verify()[1]
    status, said = verify("--against", copy)
    assert (status, "First bad position: 7\n" in said) == (1, True), said


@pytest.mark.django_db
def test_what_proves_nothing_is_said(append: Append, keyring: Keyring, tmp_path: Path) -> None:
    append(3)
    copy, note = export(tmp_path / "copy"), keep(tmp_path / "note")
    forger = SigningKey.generate("example.org/log")
    by_another = tmp_path / "by-another"
    by_another.write_text(TreeHead("example.org/log", 3, merkle.EMPTY_ROOT).sign(forger))
    copy_by_another = tmp_path / "copy-by-another"
    copy_by_another.write_bytes(
        header_line("example.org/log", 0)
        + checkpoint_line(TreeHead("example.org/log", 0, merkle.EMPTY_ROOT).sign(forger))
    )
    altered, short = tmp_path / "altered", tmp_path / "short"
    altered.write_bytes(copy.read_bytes().replace(b"Note 1", b"Note 7"))
    short.write_bytes(copy.read_bytes()[:-300])
    nonsense, picture = tmp_path / "nonsense", tmp_path / "picture"
    nonsense.write_text("nonsense")
    picture.write_bytes(b"\x89PNG\xff\xfe")
    for path, problem in (
        (by_another, f"signed by {forger.name}+"),
        (copy_by_another, f"signed by {forger.name}+"),
        (altered, "event 2 does not have the content"),
        (short, "cut short"),
        (nonsense, "not a signed note"),
        (picture, "neither a checkpoint nor a file that export_ledger wrote"),
        (tmp_path / "missing", "can't be read"),
        (tmp_path, "can't be read"),
    ):
        for arguments in ((), (copy,)):
            status, said = verify(*arguments, "--against", path)
            assert (status, problem in said) == (2, True), (path, said)
    # A stranger names the key, also for the database.
    keyring.public_file.rename(tmp_path / "keys")
    assert verify("--against", note, "--public-key", forger.verifier)[0] == 2
    assert verify(copy, "--against", note, "--public-key", tmp_path / "keys")[0] == 0
    assert "There is no public key" in verify("--against", note)[1]
