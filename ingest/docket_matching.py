"""What an article is evidence of, where it is an entry of a docket: there the court says which case it is of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from uuid import UUID

from disputes.models import Article, Proceeding
from ingest.dockets import proceedings_of
from ingest.matching import Match, Matcher, Reason, ReasonKind
from ingest.matching.scoring import logistic
from ingest.matching.text import Field
from ingest.matching.weights import DOCKET_ENTRY
from ingest.models import DocketEntry


def find_matches(article: Article, present: Matcher, *, waiting: Collection[str] = ()) -> list[Match]:
    """Return the disputes that an article is evidence of, the likeliest first; those in `waiting` whatever they score.

    For an entry of a docket the words that look like a docket number are replaced by what the court says: the
    dispute with this very proceeding is found whatever the entry says besides, and one with the same number before
    another court is not. One query, and another for an entry of a docket.
    """
    return find_all_matches([article], present, waiting={article.pk: waiting})[article.pk]


def find_all_matches(
    articles: Collection[Article], present: Matcher, *, waiting: Mapping[UUID, Collection[str]] = MappingProxyType({})
) -> dict[UUID, list[Match]]:
    """Return for each of some articles what `find_matches` does, by its id. Two queries for all of them.

    `waiting` has the disputes whose candidates wait, by article.
    """
    entries = DocketEntry.objects.in_bulk([article.pk for article in articles])
    tied = proceedings_of(entries.values()) if entries else {}
    return {
        article.pk: _find(
            article, entries.get(article.pk), tied.get(article.pk, ()), present, waiting.get(article.pk, ())
        )
        for article in articles
    }


def _find(
    article: Article,
    entry: DocketEntry | None,
    proceedings: Collection[Proceeding],
    present: Matcher,
    waiting: Collection[str],
) -> list[Match]:
    published = article.published_at.date() if article.published_at else None
    if entry is None and not waiting:
        return present.match(article.title, article.text, published)
    everything = present.match(article.title, article.text, published, at_least=0)
    if entry is None:
        return [one for one in everything if one.score >= present.inbox_of(one.dispute) or one.dispute in waiting]
    tied = {proceeding.dispute_id for proceeding in proceedings}
    found = {match.dispute: match for match in everything}
    followed = {profile.slug for profile in present.profiles}
    matches = [
        _judge(slug, found.get(slug), entry, article.title, present, is_tied=slug in tied)
        for slug in followed & (tied | found.keys())
    ]
    return sorted(
        (one for one in matches if one.score >= present.inbox_of(one.dispute) or one.dispute in waiting),
        key=lambda match: (-match.score, match.dispute),
    )


def _judge(
    dispute: str, found: Match | None, entry: DocketEntry, title: str, present: Matcher, *, is_tied: bool
) -> Match:
    reasons = list(found.reasons) if found else []
    if is_tied or entry.court:
        reasons = [reason for reason in reasons if reason.kind is not ReasonKind.DOCKET_NUMBER]
    if is_tied:
        start = max(title.find(entry.docket_number), 0)
        end = start + len(entry.docket_number)
        weight = DOCKET_ENTRY
        reasons.append(Reason(ReasonKind.DOCKET_NUMBER, title[start:end], weight, Field.TITLE, start, end))
    reasons.sort(key=lambda reason: -reason.weight)
    base = found.base if found else present.base(dispute)
    score = logistic(base + sum(reason.weight for reason in reasons))
    return Match(dispute, score, tuple(reasons), base)
