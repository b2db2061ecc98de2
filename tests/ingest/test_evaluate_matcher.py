"""`manage.py evaluate_matcher` measures the matcher over the disputes of the database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ingest.matching import DisputeProfile
from ingest.matching.weights import stored_weights
from tests.ingest.profiles import seeded_profiles

RECORDS = [
    {
        "id": "1",
        "title": "Getty Images sues Stability AI",
        "text": "Getty Images has sued Stability AI for copyright infringement.",
        "labels": ["getty-v-stability", "nobody-v-nobody"],
    },
    {"id": "2", "title": "Getty Images opens an office", "text": "In Leeds.", "labels": [], "kind": "hard_negative"},
]


@pytest.fixture(autouse=True)
def _profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the command the seeded disputes without loading them; reading them is tested where it is written."""
    monkeypatch.setattr("ingest.management.commands.evaluate_matcher.load_profiles", seeded_profiles)
    monkeypatch.setattr("ingest.management.commands.evaluate_matcher.present_weights", stored_weights)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in RECORDS), encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("evaluate_matcher", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_works(records: Path) -> None:
    table = run(records)
    assert "2 records, 34 disputes" in table
    assert "Left out: 1 labels of 1 disputes that are not in the database (nobody-v-nobody)" in table
    assert "0/1 0.0%" in table
    assert "1 / 0 / 0" in table


def test_a_program_gets_json(records: Path) -> None:
    answer = json.loads(run(records, "--json"))
    assert answer["records"] == 2
    assert answer["ignored_labels"] == {"nobody-v-nobody": 1}
    assert answer["automatic"]["threshold"] == stored_weights().automatic
    assert answer["automatic"]["micro"]["precision"] == 1
    assert answer["inbox"]["negatives"]["hard_negative"] == {"share": 0, "attached": 0, "total": 1}
    assert set(answer["best"]["disputes"]) == {profile.slug for profile in seeded_profiles()}


def test_a_bad_record_is_named(records: Path) -> None:
    with records.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "3"}')
    with pytest.raises(CommandError, match=r"records\.jsonl, line 3: 'labels'"):
        run(records)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none\\.jsonl cannot be read: No such file"):
        run(tmp_path / "none.jsonl")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(CommandError, match="no record"):
        run(tmp_path / "empty.jsonl")


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="not UTF-8"):
        run(tmp_path / "bytes.jsonl")


def test_without_disputes_the_next_step_is_named(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none: tuple[DisputeProfile, ...] = ()
    monkeypatch.setattr("ingest.management.commands.evaluate_matcher.load_profiles", lambda: none)
    with pytest.raises(CommandError, match="load_seeds"):
        run(records)
