"""`manage.py fit_matcher` fits the weights that come with the matcher, and writes them where it is told."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ingest.matching.weights import Weights
from tests.ingest.profiles import seeded_profiles


@pytest.fixture(autouse=True)
def _profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the command the seeded disputes without loading them."""
    monkeypatch.setattr("ingest.management.commands.fit_matcher.load_profiles", seeded_profiles)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Write articles of which half are evidence: enough that some are left when a third is held back."""
    path = tmp_path / "records.jsonl"
    right = {"title": "Getty Images sues Stability AI", "labels": ["getty-v-stability"]}
    wrong = {"title": "Getty Images opens an office", "labels": [], "kind": "hard_negative"}
    lines = [
        json.dumps({"id": str(number), "text": f"{record['title']}, says number {number}."} | record)
        for number in range(20)
        for record in [right if number % 2 else wrong]
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_it_works(records: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("fit_matcher", str(records), "--version-name", "fitted-for-a-test", "--output", tmp_path, stdout=out)
    weights = Weights.from_json(json.loads((tmp_path / "weights.json").read_text(encoding="utf-8")))
    assert weights.version == "fitted-for-a-test"
    assert weights.bias < 0, "an article without evidence is none"
    assert "fitted on" in out.getvalue()


def test_what_can_not_be_fitted_writes_nothing(records: Path, tmp_path: Path) -> None:
    records.write_text(
        json.dumps({"id": "1", "title": "Getty Images opens an office", "text": "In Leeds.", "labels": []}),
        encoding="utf-8",
    )
    with pytest.raises(CommandError, match="There must be articles that were accepted"):
        call_command("fit_matcher", str(records), "--version-name", "none", "--output", tmp_path)
    assert not (tmp_path / "weights.json").exists()
