"""The five articles: those of the shared material where it is at hand, else five texts of the project's own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.product import ROOT
from tests.support.publisher import Item

ARTICLES = ROOT.parent / "shared" / "articles"
OWN = Path(__file__).parent / "articles"

EXPECTED = {
    "twitter-v-microsoft": {"001", "002", "003", "004"},
    "reddit-api-pricing": {"001"},
    "twitter-api-pricing": {"001"},
    "pm-at-v-openai-microsoft": {"000"},
}
"""Which articles are evidence of which dispute, at the least."""


def five_articles() -> list[Item]:
    """Give the five articles, each under an address that ends in its number."""
    return [Item(f"https://press.example/{number}", *said) for number, said in sorted(_texts().items())]


def _texts() -> dict[str, tuple[str, str]]:
    files = sorted(ARTICLES.glob("00?_*.txt")) if ARTICLES.is_dir() else []
    if not files:
        return {path.stem: _title_and_text(path) for path in OWN.glob("*.txt")}
    titles: dict[str, str] = {}
    with (ARTICLES / "dev.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            titles[record["id"]] = record["title"]
    return {
        path.name[:3]: (titles.get(f"seed-{path.name[:3]}", ""), path.read_text(encoding="utf-8")) for path in files
    }


def _title_and_text(path: Path) -> tuple[str, str]:
    title, _, text = path.read_text(encoding="utf-8").partition("\n\n")
    return title, text
