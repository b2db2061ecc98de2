"""A copy of the log is verified with nothing but the file and the public key, and whatever was done to it is found."""

import gzip
import json
import os
import random
import re
import subprocess
import sys
from base64 import b64encode
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from disputes.models import Event
from disputes.proofs import merkle
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.copying import export_log
from disputes.proofs.export import (
    FORMAT,
    LONGEST_LINE,
    checkpoint_line,
    event_line,
    header_line,
    verify_export,
)
from disputes.proofs.keys import Keyring
from disputes.proofs.signed_note import SigningKey
from disputes.proofs.tree_head import TreeHead
from disputes.proofs.walk import Altered, leaf_text
from tests.disputes.proofs.conftest import Append, Superuser, unguarded

EVENTS = 60
BODY = '{"data":{},"id":"","recorded_by":"curator","schema":1,"stream":"dispute/a","type":"conflict_noted"}'


@pytest.mark.django_db
def test_it_works(append: Append, keyring: Keyring, tmp_path: Path) -> None:
    append(5)
    for name in ("log.ndjson", "log.ndjson.gz"):
        path = tmp_path / name
        told = StringIO()
        call_command("export_ledger", str(path), stdout=told)
        assert told.getvalue() == f"5 events and their checkpoint are in {path}.\n"
        call_command("verify_ledger", str(path), "--public-key", str(keyring.public_file), stdout=told)
        assert f"{path} holds the first 5 events of example.org/log, complete and unchanged" in told.getvalue()
        call_command("verify_ledger", str(path), stdout=told)
    lines = (tmp_path / "log.ndjson").read_bytes().splitlines()
    assert gzip.decompress((tmp_path / "log.ndjson.gz").read_bytes()).splitlines() == lines
    assert json.loads(lines[0]) == {"events": 5, "format": FORMAT, "origin": "example.org/log"}
    assert json.loads(lines[-1]) == {"checkpoint": make_checkpoint().note}
    for event, line in zip(Event.objects.order_by("position"), lines[1:-1], strict=True):
        record = json.loads(line)
        assert record["leaf"]["body"] == json.loads(event.body)
        assert (record["leaf"]["position"], record["leaf"]["version"]) == (event.position, event.version)
        assert record["hash"] == b64encode(event.leaf_hash).decode()
    assert sorted(found.name for found in tmp_path.iterdir()) == ["home", "log.ndjson", "log.ndjson.gz"]


@pytest.mark.django_db
def test_a_file_is_verified_without_a_database(append: Append, keyring: Keyring, tmp_path: Path) -> None:
    """In another process, whose home is empty and whose database does not exist."""
    append(3)
    path = tmp_path / "log.ndjson"
    call_command("export_ledger", str(path), stdout=StringIO())
    environment = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "TRACKER_HOME": str(tmp_path / "elsewhere"),
    }
    command = [sys.executable, "manage.py", "verify_ledger", str(path), "--public-key", str(keyring.verifier_keys()[0])]
    good = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    path.write_bytes(path.read_bytes().replace(b"Note 1", b"Note 9"))
    bad = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "First bad position: 2\n" in bad.stdout


@pytest.fixture
def exported(append: Append, keyring: Keyring, tmp_path: Path, db: None) -> list[bytes]:
    """Export a log and give the lines of the file."""
    append(EVENTS)
    path = tmp_path / "exported"
    export_log(path, make_checkpoint(), keyring)
    return path.read_bytes().splitlines(keepends=True)


def first_bad(lines: list[bytes], keyring: Keyring, tmp_path: Path) -> int | None:
    """Verify an altered copy, which must not pass, and give the position that is named."""
    path = tmp_path / "altered"
    path.write_bytes(b"".join(lines))
    with pytest.raises(Altered) as found:
        verify_export(path, keyring.verifier_keys())
    return found.value.finding.position


def test_a_thousand_changes_are_found_with_the_first_bad_position(
    exported: list[bytes], keyring: Keyring, tmp_path: Path
) -> None:
    """The first line counts as position 0, that of the checkpoint as the one behind the last event."""
    chance = random.Random(20260131)  # noqa: S311 (no secret)
    last = len(exported) - 1
    for _ in range(400):
        place = chance.randint(0, last)
        line = bytearray(exported[place])
        at = chance.randrange(len(line))
        line[at] = chance.choice([byte for byte in range(256) if byte != line[at]])
        changed = [*exported[:place], bytes(line), *exported[place + 1 :]]
        assert first_bad(changed, keyring, tmp_path) == place, (place, at)
    for _ in range(200):
        place = chance.randint(1, last - 1)
        fewer = exported[:place] + exported[place + 1 :]
        assert first_bad(fewer, keyring, tmp_path) == place
    for _ in range(200):
        one, other = sorted(chance.sample(range(1, last), 2))
        swapped = exported.copy()
        swapped[one], swapped[other] = exported[other], exported[one]
        assert first_bad(swapped, keyring, tmp_path) == one
    whole = b"".join(exported)
    for _ in range(200):
        size = chance.randrange(len(whole))
        complete = whole[:size].count(b"\n")
        assert first_bad([whole[:size]], keyring, tmp_path) == complete


def test_every_place_of_the_first_and_the_last_line_counts(
    exported: list[bytes], keyring: Keyring, tmp_path: Path
) -> None:
    """Base64 has letters with bits that mean nothing: changing only those is found as well."""
    for place in (0, len(exported) - 1):
        for at in range(len(exported[place])):
            for mask in (1, 2, 4):
                line = bytearray(exported[place])
                line[at] ^= mask
                changed = [*exported[:place], bytes(line), *exported[place + 1 :]]
                assert first_bad(changed, keyring, tmp_path) == place


def test_added_lines_are_found(exported: list[bytes], keyring: Keyring, tmp_path: Path) -> None:
    assert first_bad([*exported[:6], exported[5], *exported[6:]], keyring, tmp_path) == 6
    assert first_bad([*exported[:-1], exported[-2], exported[-1]], keyring, tmp_path) == EVENTS + 1
    assert first_bad([*exported, b"\n"], keyring, tmp_path) == EVENTS + 1
    assert first_bad([*exported, exported[-1]], keyring, tmp_path) == EVENTS + 1
    assert first_bad([], keyring, tmp_path) == 0
    assert first_bad([b"\xef\xbb\xbf", *exported], keyring, tmp_path) == 0
    assert first_bad([b"\r\n".join(line.rstrip(b"\n") for line in exported)], keyring, tmp_path) == 0


def test_a_shorter_log_under_an_old_first_line_is_found(
    exported: list[bytes], keyring: Keyring, tmp_path: Path
) -> None:
    """Whoever cuts off the newest events and puts the number right is told on by the checkpoint."""
    cut = [header_line("example.org/log", 40), *exported[1:41], exported[-1]]
    assert first_bad(cut, keyring, tmp_path) == 41


def test_hashes_that_were_made_to_fit_are_found_by_the_root(
    exported: list[bytes], keyring: Keyring, tmp_path: Path
) -> None:
    record = json.loads(exported[9])["leaf"]
    body = json.dumps(record["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("Note", "Lie")
    leaf = leaf_text(body, record["position"], record["recorded_at"], record["version"])
    forged = [*exported[:9], event_line(leaf, merkle.hash_leaf(leaf.encode())), *exported[10:]]
    path = tmp_path / "forged"
    path.write_bytes(b"".join(forged))
    with pytest.raises(Altered, match="hashes were altered too"):
        verify_export(path, keyring.verifier_keys())


def test_a_checkpoint_signed_by_another_key_is_refused(exported: list[bytes], keyring: Keyring, tmp_path: Path) -> None:
    root = merkle.root_of(
        bytes(found) for found in Event.objects.order_by("position").values_list("leaf_hash", flat=True)
    )
    forger = SigningKey.generate("example.org/log")
    note = TreeHead("example.org/log", EVENTS, root).sign(forger)
    path = tmp_path / "forged"
    path.write_bytes(b"".join([*exported[:-1], checkpoint_line(note)]))
    with pytest.raises(Altered, match=rf"signed by {re.escape(forger.name)}\+.*and trusted is"):
        verify_export(path, keyring.verifier_keys())
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", str(path), stdout=told)
    assert ended.value.code == 1
    assert f"First bad position: {EVENTS + 1}\n" in told.getvalue()


def test_a_log_of_another_origin_is_refused(exported: list[bytes], keyring: Keyring, tmp_path: Path) -> None:
    assert first_bad([header_line("example.org/other", EVENTS), *exported[1:]], keyring, tmp_path) == 0


def test_what_the_compression_hides_is_found(exported: list[bytes], keyring: Keyring, tmp_path: Path) -> None:
    """A change of the compressed bytes is found, or changes nothing: a time in the header, or a reference to other
    bytes that say the same.
    """
    whole = b"".join(exported)
    packed = gzip.compress(whole, mtime=0)
    path = tmp_path / "packed.gz"
    chance = random.Random(1952)  # noqa: S311 (no secret)
    unnoticed = 0
    for _ in range(300):
        changed = bytearray(packed)
        changed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            verify_export(path, keyring.verifier_keys())
        except Altered:
            continue
        assert gzip.decompress(bytes(changed)) == whole
        unnoticed += 1
    assert unnoticed < 10
    for size in (1, 9, 100, len(packed) - 9, len(packed) - 1):
        path.write_bytes(packed[:size])
        with pytest.raises(Altered):
            verify_export(path, keyring.verifier_keys())
    path.write_bytes(packed + packed)
    with pytest.raises(Altered, match="something follows"):
        verify_export(path, keyring.verifier_keys())


def sealed(lines: list[tuple[str, bytes]], key: SigningKey) -> bytes:
    """Make a file that is signed rightly, whatever the leaves hold: what only the walk can find."""
    root = merkle.root_of(leaf_hash for _leaf, leaf_hash in lines)
    note = TreeHead(key.name, len(lines), root).sign(key)
    return b"".join([header_line(key.name, len(lines)), *(event_line(*line) for line in lines), checkpoint_line(note)])


@pytest.mark.parametrize(
    ("leaf", "problem"),
    [
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2), None),
        (leaf_text(BODY, 3, "2026-01-01T00:00:00.000000Z", 2), "event 2 is missing"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 3), "has version 3 of 'dispute/a', and 2 is due"),
        (leaf_text(BODY, 2, "2025-12-31T23:59:59.999999Z", 2), "before the event ahead"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00Z", 2), "form of an event"),
        (leaf_text(BODY, 2, "yesterday", 2), "form of an event"),
        (leaf_text("[]", 2, "2026-01-01T00:00:00.000000Z", 2), "form of an event"),
        (leaf_text("{}", 2, "2026-01-01T00:00:00.000000Z", 2), "form of an event"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace(":{}", ": {}"), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", '{"b":1,"a":2}'), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", '{"a":1,"a":2}'), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", '[{"b":1,"a":2}]'), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", '"\\u0041"'), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "1.0"), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "1e21"), "not canonical"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "1e+21"), None),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "0.5"), None),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "NaN"), "not JSON"),
        (leaf_text(BODY, 2, "2026-01-01T00:00:00.000000Z", 2).replace("{}", "[" * 5_000 + "]" * 5_000), "not JSON"),
        ('{"position":2}', "form of an event"),
        ("2", "form of an event"),
        ("nonsense", "not JSON"),
    ],
)
def test_what_the_ledger_would_not_have_recorded_is_found_though_it_is_signed(
    leaf: str, problem: str | None, keyring: Keyring, tmp_path: Path
) -> None:
    first = leaf_text(BODY, 1, "2026-01-01T00:00:00.000000Z", 1)
    key = keyring.signing_key()
    path = tmp_path / "sealed"
    path.write_bytes(sealed([(found, merkle.hash_leaf(found.encode())) for found in (first, leaf)], key))
    if problem is None:
        assert verify_export(path, [key.verifier]).size == 2
        return
    with pytest.raises(Altered, match=problem) as found:
        verify_export(path, [key.verifier])
    assert found.value.finding.position == 2


def test_a_line_without_end_does_not_fill_the_memory(keyring: Keyring, tmp_path: Path) -> None:
    key = keyring.signing_key().verifier
    path = tmp_path / "endless.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header_line("example.org/log", 1))
        file.write(b'{"hash":"')
        for _ in range(3 * LONGEST_LINE // 1_000_000):
            file.write(b"A" * 1_000_000)
    with pytest.raises(Altered, match="longer than any event"):
        verify_export(path, [key])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["missing"], "can't be read"),
        (["."], "can't be read"),
        (["missing", "--public-key", "nonsense"], "neither a file of public keys nor one"),
        (["missing", "--rebuild-tree"], "for the database"),
        (["--public-key", "nonsense"], "for a FILE"),
    ],
)
def test_what_can_not_be_verified_is_said(arguments: list[str], problem: str, keyring: Keyring) -> None:
    keyring.signing_key()
    with pytest.raises(CommandError, match=problem) as refusal:
        call_command("verify_ledger", *arguments)
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_the_database_is_verified_without_a_file(append: Append) -> None:
    append(3)
    make_checkpoint()
    told = StringIO()
    call_command("verify_ledger", stdout=told)
    assert "The log holds 3 events, complete and unchanged" in told.getvalue()
    call_command("verify_ledger", "--rebuild-tree", stdout=told)


def test_an_altered_database_is_reported_and_not_exported(append: Append, superuser: Superuser, tmp_path: Path) -> None:
    append(9)
    with unguarded(superuser):
        superuser.execute("UPDATE disputes_event SET recorded_by = 'somebody' WHERE position = 7")
        superuser.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = 4")
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=told)
    assert ended.value.code == 1
    assert "First bad position: 4\n" in told.getvalue()
    with pytest.raises(CommandError, match="First bad position: 4"):
        call_command("export_ledger", str(tmp_path / "log.ndjson"))
    assert not (tmp_path / "log.ndjson").exists()


@pytest.mark.django_db
def test_a_file_that_can_not_be_written_is_said(append: Append, keyring: Keyring, tmp_path: Path) -> None:
    append(1)
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_ledger", str(tmp_path / "no" / "such" / "folder"))
    keyring.private_file.chmod(0o644)
    with pytest.raises(CommandError, match="chmod 600"):
        call_command("export_ledger", str(tmp_path / "log.ndjson"))
