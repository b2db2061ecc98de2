"""How often a proposal is made for labelled articles, and how often it agrees with an event that is known."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import NamedTuple

import pytest
import yaml

from disputes.occurred import Occurred
from ingest.matching.evaluation import LabelledArticle, read_records
from ingest.proposing import KnownDispute, KnownParty, KnownProceeding, StatedEvent, akin, overlaps, propose_events
from tests.ingest.profiles import ARTICLES, SEEDS

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the labelled articles are not beside this clone")

NEAR = timedelta(days=7)


class Seeded(NamedTuple):
    """A dispute of the seeds, and its events by type and date."""

    known: KnownDispute
    events: list[tuple[str, Occurred]]


@cache
def seeded() -> dict[str, Seeded]:
    parties = {row["slug"]: row for row in yaml.safe_load((SEEDS / "parties.yaml").read_text(encoding="utf-8"))}
    found = {}
    for path in (SEEDS / "disputes").glob("*.yaml"):
        seed = yaml.safe_load(path.read_text(encoding="utf-8"))
        roles: dict[str, set[str]] = {}
        for part in seed["parties"]:
            roles.setdefault(part["party"], set()).add(part["role"])
        named = [
            KnownParty(
                slug,
                (
                    parties[slug]["name"],
                    *parties[slug].get("aliases", ()),
                    *(former["name"] for former in parties[slug].get("formerly", ())),
                ),
                frozenset(said),
            )
            for slug, said in roles.items()
        ]
        cases = {event["proceeding"]: str(event["occurred"]) for event in seed["events"] if event.get("proceeding")}
        found[seed["slug"]] = Seeded(
            KnownDispute(
                seed["slug"],
                seed["title"],
                tuple(named),
                tuple(KnownProceeding(key, filed=filed) for key, filed in cases.items()),
            ),
            [(event["type"], Occurred.parse(str(event["occurred"]))) for event in seed["events"]],
        )
    return found


def positives() -> list[tuple[LabelledArticle, str]]:
    with (ARTICLES / "dev.jsonl").open(encoding="utf-8") as lines:
        return [(article, label) for article in read_records(lines) for label in article.labels]


def verdict(event: StatedEvent, events: list[tuple[str, Occurred]]) -> str:
    """Say how near a known event is: of the type and date, of its kin, of its kin within a week, or none."""
    if any(kind == event.type and overlaps(event.occurred, at.first_day, at.last_day) for kind, at in events):
        return "type and date"
    kin = [at for kind, at in events if akin(kind, event.type)]
    if any(overlaps(event.occurred, at.first_day, at.last_day) for at in kin):
        return "kin and date"
    if any(overlaps(event.occurred, at.first_day - NEAR, at.last_day + NEAR) for at in kin):
        return "kin within a week"
    return "no known event"


def test_most_articles_get_a_proposal_and_most_proposals_agree_with_the_record() -> None:
    verdicts: Counter[str] = Counter()
    dated = with_proposal = 0
    for article, label in positives():
        dispute = seeded()[label]
        events = propose_events(article.title, article.text, article.published_at, dispute.known)
        for event in events:
            said = {"title": article.title, "text": article.text}[event.place]
            assert said[event.start : event.end] == event.quote
            verdicts[verdict(event, dispute.events)] += 1
        if article.published_at:
            dated += 1
            with_proposal += bool(events)
    total = sum(verdicts.values())
    assert with_proposal / dated >= 0.65, (with_proposal, dated)
    assert verdicts["type and date"] / total >= 0.55, verdicts
    assert (total - verdicts["no known event"]) / total >= 0.75, verdicts
