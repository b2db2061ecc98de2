"""Near-duplicates against labelled pairs, whose texts are summaries of one to three sentences.

Stories that resemble each other are of one half, so that the hardest pairs, two reports of one event, are all counted.
The thresholds were chosen on the first half. The second is no longer unseen: its wrong and missed pairs had been read
under an earlier method, whose groups had a precision of 0.35 there, and its figures were looked at for three variants
of this one. Rewrites whose summaries share no words are out of reach of any comparison of words, and two outlets that
choose the same headline for reports of their own are taken for copies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from ingest.grouping import Story, compare
from tests.ingest.grouping.stories import spun

ARTICLES = Path(__file__).resolve().parents[4] / "shared" / "articles"

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the labelled articles are not beside this checkout")


def read_stories() -> dict[str, Story]:
    records = map(json.loads, ARTICLES.joinpath("dev.jsonl").read_text().splitlines())
    return {
        record["id"]: Story.of(
            url=record["url"], title=record["title"], text=record["text"], moment=read_day(record["date"])
        )
        for record in records
    }


def read_day(date: str | None) -> datetime | None:
    return datetime.fromisoformat(date).replace(tzinfo=UTC) if date and len(date) == len("2023-04-19") else None


def read_pairs() -> dict[frozenset[str], str]:
    lines = ARTICLES.joinpath("near_duplicates.tsv").read_text().splitlines()[1:]
    return {frozenset((one, two)): group for one, two, _relation, group in (line.split("\t") for line in lines)}


def components(articles: Iterable[str], pairs: Iterable[frozenset[str]]) -> dict[str, str]:
    """Give for each article the least of those that the pairs connect it with."""
    least = {article: article for article in articles}
    changed = True
    while changed:
        changed = False
        for one, other in map(tuple, pairs):
            if least[one] != least[other]:
                least[one] = least[other] = min(least[one], least[other])
                changed = True
    return least


def resemble(one: Story, other: Story) -> bool:
    def share(mine: frozenset[str], theirs: frozenset[str]) -> float:
        return len(mine & theirs) / max(1, len(mine | theirs))

    return share(one.telling, other.telling) + share(one.telling_of_title, other.telling_of_title) / 2 >= 0.42


@pytest.mark.parametrize(("half", "precision", "recall"), [(0, 0.88, 0.52), (1, 0.7, 0.43)])
def test_labelled_pairs_are_grouped(half: int, precision: float, recall: float) -> None:
    stories, pairs = read_stories(), read_pairs()
    alike = {frozenset(pair) for pair in combinations(stories, 2) if resemble(stories[pair[0]], stories[pair[1]])}
    event = components(stories, alike | set(pairs))
    chosen = [article for article in stories if sha256(event[article].encode()).digest()[0] % 2 == half]
    found = {frozenset(pair) for pair in combinations(chosen, 2) if compare(stories[pair[0]], stories[pair[1]])}
    group = components(chosen, found)
    grouped = {frozenset(pair) for pair in combinations(chosen, 2) if group[pair[0]] == group[pair[1]]}
    wanted = {pair for pair in pairs if pair <= set(chosen)}
    right = len(grouped & wanted)
    assert right / len(grouped) >= precision, f"{right} of {len(grouped)}"
    assert right / len(wanted) >= recall, f"{right} of {len(wanted)}"


def test_the_five_articles_are_five_stories() -> None:
    texts = [path.read_text() for path in sorted(ARTICLES.glob("00*.txt"))]
    stories = [Story("", text, f"site{number}.example") for number, text in enumerate(texts)]
    assert [pair for pair in combinations(stories, 2) if compare(*pair)] == []


def test_a_machine_rewrite_of_a_real_article_is_recognised_by_names_and_numbers_alone() -> None:
    """Let a program exchange every ordinary word of 003, itself a program's rewrite: of the five it is 003's alone."""
    for path in ARTICLES.glob("00*.txt"):
        (original,) = ARTICLES.glob("003_*.txt")
        machine = Story("", spun(original.read_text()), "spinner.example")
        assert (compare(Story("", path.read_text(), "one.example"), machine) is not None) == (path == original)


def test_a_machine_rewrite_of_a_real_article_is_recognised() -> None:
    """003 was spun word by word; put back what its program exchanged most, and both are one story."""
    (path,) = ARTICLES.glob("003_*.txt")
    spun = path.read_text()
    exchanged = {
        "information": "data", "corporate": "company", "corporations": "companies", "needs": "wants",
        "the most recent": "the latest", "in opposition to": "against", "method": "approach",
        "buyers": "investors", "regardless that": "even though", "program": "platform", "Instances": "Times",
        "expertise": "technologies", "income": "revenue", "advertising and marketing": "marketing",
        "taking on": "tackling", "promoting": "advertising", "attention-grabbing": "interesting",
        "despatched": "sent", "it is": "it's", "additionally": "also", "underneath": "under", "shall": "will",
        "money": "cash", "folks": "people", "selections": "decisions", "photos": "views", "stated": "said",
        "arduous": "hard", "impression": "impact", "important": "significant", "issues": "things",
    }  # fmt: skip
    original = spun
    for word, was in exchanged.items():
        original = original.replace(word, was)
    assert compare(Story("", original, "one.example"), Story("", spun, "two.example")) is not None
