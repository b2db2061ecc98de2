"""Make labelled articles into what the weights are fitted on.

A model that had only seen disputes with watch terms and a long history would be lost on the first day of a new one,
and one that had only seen summaries would be lost on a page. So each article is looked at thrice: as it is, as it would
be for disputes of which only the beginning is known, and as a passage of a page about something else.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from operator import ne

from ingest.matching.evaluation import LabelledArticle, ScoredArticle, scored_article
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


def as_introduced(profile: DisputeProfile) -> DisputeProfile:
    """Return a dispute as it is known on its first day: title, parties and two sentences."""
    first = sentence_bounds(profile.summary)[:FIRST_SENTENCES]
    summary = profile.summary[: first[-1][1]].rstrip()
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


def leave_one_out(
    profiles: Sequence[DisputeProfile],
    fitted_on: Sequence[LabelledArticle],
    articles: Sequence[LabelledArticle],
    start: Weights,
) -> list[ScoredArticle]:
    """Score articles for each dispute as if it had been opened today: by title, parties and two sentences.

    The weights are those of the other disputes, fitted anew for each; a second for each dispute.
    """
    blank = replace(start, features=dict.fromkeys(Feature, 0.0))
    known = Matcher(profiles, weights=blank)
    introduced = Matcher(map(as_introduced, profiles), weights=blank)
    pages = list(in_pages(fitted_on))
    scores: dict[str, dict[str, float]] = {article.id: {} for article in articles}
    for left_out in profiles:
        others = partial(ne, left_out.slug)
        judged = [
            *judge(known, fitted_on, of=others),
            *judge(introduced, fitted_on, of=others),
            *judge(known, pages, weight=PAGE_WEIGHT, of=others),
            *judge(introduced, pages, weight=PAGE_WEIGHT, of=others),
        ]
        unseen = [as_introduced(profile) if profile is left_out else profile for profile in profiles]
        matcher = Matcher(unseen, weights=fit(judged, start))
        for article in articles:
            found = scored_article(matcher, article).scores
            if left_out.slug in found:
                scores[article.id][left_out.slug] = found[left_out.slug]
    return [ScoredArticle(article, scores[article.id]) for article in articles]


def judge(
    matcher: Matcher,
    articles: Iterable[LabelledArticle],
    *,
    weight: float = 1.0,
    of: Callable[[str], bool] = lambda _: True,
    decided: Container[tuple[str, str]] | None = None,
) -> Iterator[Judged]:
    """Yield what a matcher finds in articles, with what people say of it, for the disputes that are wanted.

    What is no label was judged not to be one, unless `decided` names the pairs of article and dispute that were
    judged at all; the others are looked at as rivals only.
    """
    for article in articles:
        _, found = matcher.examine(article.title, article.text, article.published_at)
        slugs = [matcher.profiles[one.dispute].slug for one in found]
        pairs = [
            (one, slug) for one, slug in zip(found, slugs, strict=True) if one.evidence.forbidden is None and of(slug)
        ]
        if pairs:
            yield Judged(
                examined=[one for one, _ in pairs],
                is_right=[slug in article.labels for _, slug in pairs],
                has_terms=[matcher.has_terms(slug) for _, slug in pairs],
                weights=[weight if decided is None or (article.id, slug) in decided else 0.0 for _, slug in pairs],
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
