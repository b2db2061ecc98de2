"""Make labelled articles into what the weights are fitted on.

A model that had only seen disputes with watch terms and a long history would be lost on the first day of a new one,
and one that had only seen summaries would be lost on a page. So each article is looked at thrice: as it is, as it would
be for disputes of which only the beginning is known, and as a passage of a page about something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from ingest.matching.evaluation import LabelledArticle
from ingest.matching.features import Feature
from ingest.matching.fitting import Judged, fit
from ingest.matching.matcher import Matcher
from ingest.matching.profiles import DisputeProfile
from ingest.matching.text import sentence_bounds
from ingest.matching.weights import Weights

FIRST_SENTENCES = 2
"""Sentences that describe a dispute on its first day."""

PAGE_WEIGHT = 0.15
"""What an article counts that was set into a page: it is made up, and there are two for each real one."""

LONGEST_SUMMARY = 1_500
"""Characters from which an article is a page already."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def is_held_back(article: LabelledArticle) -> bool:
    """Say whether an article is never fitted on: a third of them, by their ids alone, so that it never changes."""
    return sha256(article.id.encode()).digest()[0] % 3 == 0


def as_introduced(profile: DisputeProfile) -> DisputeProfile:
    """Return a dispute as it is known on its first day: title, parties and two sentences."""
    summary = " ".join(_SENTENCE.split(profile.summary)[:FIRST_SENTENCES])
    return replace(profile, summary=summary, history=(), watch_terms=(), docket_numbers=())


def fit_on(profiles: Sequence[DisputeProfile], articles: Sequence[LabelledArticle], start: Weights) -> Weights:
    """Return weights fitted on labelled articles; some seconds for some hundred of them."""
    blank = replace(start, features=dict.fromkeys(Feature, 0.0))
    known = Matcher(profiles, weights=blank)
    introduced = Matcher(map(as_introduced, profiles), weights=blank)
    pages = list(in_pages(articles))
    judged = [
        *judge(known, articles),
        *judge(introduced, articles),
        *judge(known, pages, weight=PAGE_WEIGHT),
        *judge(introduced, pages, weight=PAGE_WEIGHT),
    ]
    return fit(judged, start)


def judge(
    matcher: Matcher,
    articles: Iterable[LabelledArticle],
    *,
    weight: float = 1.0,
    of: Callable[[str], bool] = lambda _: True,
) -> Iterator[Judged]:
    """Yield what a matcher finds in articles, with what people say of it, for the disputes that are wanted."""
    for article in articles:
        _, found = matcher.examine(article.title, article.text, article.published_at)
        examined = [one for one in found if one.evidence.forbidden is None and of(matcher.profiles[one.dispute].slug)]
        if examined:
            slugs = [matcher.profiles[one.dispute].slug for one in examined]
            yield Judged(
                examined,
                is_right=[slug in article.labels for slug in slugs],
                has_terms=[matcher.has_terms(slug) for slug in slugs],
                weight=weight,
            )


def in_pages(articles: Sequence[LabelledArticle]) -> Iterator[LabelledArticle]:
    """Yield each article as a passage of a page about something else.

    What has two sentences or more in it remains evidence; its first sentence alone is a mention.
    """
    fillers = [article for article in articles if article.kind == "easy_negative"]
    if not fillers:
        return
    for article in articles:
        text = article.text
        sentences = [text[start:end].strip() for start, end in sentence_bounds(text) if text[start:end].strip()]
        if len(text) >= LONGEST_SUMMARY or not sentences:
            continue
        if len(sentences) > 1:
            yield _in_page(article, text, fillers, labels=article.labels)
        if article.labels:
            yield _in_page(article, sentences[0], fillers, labels=frozenset())


def _in_page(
    article: LabelledArticle, passage: str, fillers: Sequence[LabelledArticle], *, labels: frozenset[str]
) -> LabelledArticle:
    seed = int.from_bytes(sha256(article.id.encode()).digest())
    title, before, after = (fillers[seed // divisor % len(fillers)] for divisor in (1, 97, 9973))
    return replace(
        article,
        title=title.title,
        text=f"{title.text} {before.text} {passage} {after.text}",
        labels=labels,
        mentions=article.labels - labels,
    )
