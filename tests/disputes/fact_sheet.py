"""Where the seeds are, and the sheet of facts that they are told from, where it is beside this checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
FACTS = ROOT.parent / "shared" / "facts" / "disputes.yaml"
SLUGS = sorted(path.stem for path in (SEEDS / "disputes").glob("*.yaml"))

Facts = dict[str, Any]


def read_facts() -> dict[str, Facts]:
    """Give the sheet's disputes by slug; skips the test where the sheet is not there. Half a second."""
    if not FACTS.exists():
        pytest.skip("the fact sheet ../shared/facts/disputes.yaml is not here")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {dispute["slug"]: dispute for dispute in yaml.load(FACTS.read_text(), Loader=loader)}  # noqa: S506
