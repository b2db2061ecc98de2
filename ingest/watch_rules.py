"""Watch rules before they are saved: which can be used, and what they would find among the stored articles."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Any, Final, cast
from uuid import UUID

from disputes.commands.execution import build_payload, payload_check
from disputes.errors import FieldError, Unfit, unknown_dispute
from disputes.events import EventType
from disputes.events.curation import WatchTermsChanged
from disputes.models import Article, Dispute, EvidenceItem
from ingest.candidates import MATCHER
from ingest.docket_matching import find_all_matches
from ingest.matching import DisputeProfile, Match, WatchTerm, WatchTermError, watch_terms_from_json
from ingest.models import Candidate, CandidateState
from ingest.profiles import load_profiles, matcher_of, window_of

SECONDS: Final = 15.0
"""How long a curator waits for a trial at most; it says how far it came."""
SHOWN: Final = 50
"""Articles that a trial lists; it counts them all."""
CHUNK: Final = 1_000
"""Articles that are read at once."""


@payload_check("watch_terms_changed")
def check_rules(payload: EventType) -> Iterator[FieldError]:
    """Refuse a rule that the matcher could not look for: one such rule would stop the matching of everything."""
    for number, rule in enumerate(cast("WatchTermsChanged", payload).rules):
        try:
            WatchTerm.from_json(rule.to_data())
        except WatchTermError as error:
            yield FieldError(f"/data/rules/{number}/phrases", str(error))


class Standing(StrEnum):
    """How an article that would be found stands to the dispute now."""

    NEW = "new"
    WAITING = "waiting"
    ATTACHED = "attached"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that the rules would find."""

    article: Article
    """Without its text."""
    match: Match
    would_attach: bool
    """Whether by itself; else it would wait in the inbox."""
    standing: Standing

    @property
    def is_new(self) -> bool:
        """Whether saving the rules would change anything for it."""
        return self.standing is Standing.NEW or (self.standing is Standing.WAITING and self.would_attach)


@dataclass(frozen=True, slots=True)
class Trial:
    """What rules would find among the stored articles."""

    stored: int
    looked_at: int
    """The newest so many; fewer than are stored where time was up."""
    attached: int
    """Would be evidence by themselves, those that are already included."""
    newly_attached: int
    waiting: int
    """Would wait in the inbox, those that wait already included."""
    newly_waiting: int
    no_longer_found: int
    """Were attached by the matcher, and would not be found by these rules. They stay attached."""
    articles: Sequence[FoundArticle]
    """At most `SHOWN`: what is new first, then by score."""

    @property
    def is_complete(self) -> bool:
        """Whether every stored article was looked at."""
        return self.looked_at >= self.stored

    @property
    def unlisted(self) -> int:
        """How many would be found and are not listed."""
        return self.attached + self.waiting - len(self.articles)


def try_rules(
    slug: str,
    rules: Sequence[Mapping[str, Any]],
    *,
    since: Mapping[str, Any] | None = None,
    until: Mapping[str, Any] | None = None,
    seconds: float = SECONDS,
) -> Trial:
    """Look through the stored articles, the newest first, for what a dispute would have with these rules.

    Nothing is written. Ends when time is up, and says how far it came; some 7,000 articles a second. Raises NotFound;
    Unfit where the dispute is closed or merged; Invalid where a rule can't be used, with a pointer such as
    "/data/rules/0/phrases".
    """
    deadline = time.monotonic() + seconds
    data = {"rules": list(rules), "since": since, "until": until}
    profiles = _profiles_with(slug, build_payload("watch_terms_changed", data).to_data())
    alone = matcher_of(profile for profile in profiles if profile.slug == slug)
    hits: list[Article] = []
    matched_before, looked_at = _attached_by_matcher(slug), 0
    no_longer: set[UUID] = set()
    rows = Article.objects.filter(captured_at__isnull=False).order_by("-first_seen_at", "id")
    stored = rows.count()
    reading = rows.only(*_READ).iterator(chunk_size=CHUNK)
    # One chunk at least, however busy the machine is.
    while chunk := list(islice(reading, CHUNK)):
        looked_at += len(chunk)
        found = find_all_matches(chunk, alone)
        hits += [article for article in chunk if found[article.pk]]
        no_longer |= {article.pk for article in chunk if article.pk in matched_before and not found[article.pk]}
        if time.monotonic() >= deadline:
            break
    return _count(slug, profiles, hits, stored=stored, looked_at=looked_at, no_longer=no_longer)


_READ: Final = ("title", "text", "url", "source", "published_at", "captured_at")


def _profiles_with(slug: str, data: Mapping[str, Any]) -> list[DisputeProfile]:
    profiles = list(load_profiles())
    dispute = Dispute.objects.filter(slug=slug).first()
    if dispute is None or not any(profile.slug == slug for profile in profiles):
        if dispute is None:
            raise unknown_dispute(slug)
        raise Unfit(f"{slug} is closed or was merged, so nothing is looked for; reopen it or use the one it goes on as")
    terms = watch_terms_from_json(data.get("rules", []))
    window = window_of(data, dispute.opened_on)
    return [replace(each, watch_terms=terms, window=window) if each.slug == slug else each for each in profiles]


def _attached_by_matcher(slug: str) -> set[UUID]:
    rows = EvidenceItem.objects.filter(dispute=slug, attached_by=MATCHER)
    return set(rows.values_list("article", flat=True))


def _count(
    slug: str,
    profiles: Sequence[DisputeProfile],
    hits: Sequence[Article],
    *,
    stored: int,
    looked_at: int,
    no_longer: set[UUID],
) -> Trial:
    """Judge what was found beside all other disputes, which can only weaken it, and say how each stands now."""
    among_all = matcher_of(profiles) if hits else None
    matches = find_all_matches(hits, among_all) if among_all else {}
    standings = _standings(slug, [article.pk for article in hits])
    found = []
    for article in hits:
        match = next((match for match in matches[article.pk] if match.dispute == slug), None)
        if match is None or among_all is None:
            continue
        standing = standings.get(article.pk, Standing.NEW)
        found.append(FoundArticle(article, match, match.score >= among_all.automatic_of(slug), standing))
    attached = [each for each in found if each.would_attach]
    waiting = [each for each in found if not each.would_attach]
    found.sort(key=lambda each: (not each.is_new, -each.match.score, str(each.article.pk)))
    return Trial(
        stored=stored,
        looked_at=looked_at,
        attached=len(attached),
        newly_attached=sum(each.is_new for each in attached),
        waiting=len(waiting),
        newly_waiting=sum(each.is_new for each in waiting),
        no_longer_found=len(no_longer),
        articles=found[:SHOWN],
    )


def _standings(slug: str, articles: Sequence[UUID]) -> dict[UUID, Standing]:
    """Say how articles stand to a dispute; those that are unknown to it are absent. Three queries."""
    states = Candidate.objects.filter(dispute=slug, article__in=articles).values_list("article", "state")
    found = {
        article: {
            CandidateState.ACCEPTED.value: Standing.ATTACHED,
            CandidateState.REJECTED.value: Standing.REJECTED,
        }.get(state, Standing.WAITING)
        for article, state in states
    }
    rejected = Dispute.objects.filter(slug=slug).values_list("rejected_articles", flat=True).first() or ()
    found |= dict.fromkeys(set(rejected) & set(articles), Standing.REJECTED)
    evidence = EvidenceItem.objects.filter(dispute=slug, article__in=articles).values_list("article", flat=True)
    return found | dict.fromkeys(evidence, Standing.ATTACHED)
