"""Measure how well weights do on articles that they have never seen, with every article having its turn.

One part held back says little where there are a hundred records: which of them it holds moves each figure by some
hundredths, and whoever looks at it while building begins to fit to it. So all records are dealt into folds, each is
scored by weights fitted on the others, and that again with other folds, which shows how far chance moves a figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256

from ingest.matching.evaluation import Evaluation, LabelledArticle, ScoredArticle, evaluate_scores, scored_article
from ingest.matching.matcher import Matcher
from ingest.matching.profiles import DisputeProfile
from ingest.matching.training import fit_on
from ingest.matching.weights import Weights

FOLDS = 5
REPEATS = 5


def cross_validate(
    profiles: Sequence[DisputeProfile],
    articles: Sequence[LabelledArticle],
    start: Weights,
    *,
    folds: int = FOLDS,
    repeats: int = REPEATS,
) -> Iterator[Evaluation]:
    """Yield for each repetition an evaluation of all articles, each scored by weights that never saw its story.

    Some seconds for each fold of a few hundred articles. Raises ValueError where a fold leaves nothing to fit on.
    """
    slugs = [profile.slug for profile in profiles]
    for repeat in range(repeats):
        scored: list[ScoredArticle] = []
        for held_back in deal(articles, folds=folds, repeat=repeat):
            apart = {article.id for article in held_back}
            weights = fit_on(profiles, [article for article in articles if article.id not in apart], start)
            matcher = Matcher(profiles, weights=weights)
            scored += [scored_article(matcher, article) for article in held_back]
        yield evaluate_scores(scored, slugs, automatic=start.automatic, inbox=start.inbox)


def deal(articles: Sequence[LabelledArticle], *, folds: int, repeat: int) -> list[list[LabelledArticle]]:
    """Deal articles into folds of about equal size, those of one story into one; the same for the same `repeat`."""
    stories = _stories(articles)
    sizes = Counter(stories.values())
    dealt: dict[int, int] = {}
    room = [0] * folds
    # The largest first, so that one that comes last does not tip a fold; chance decides between equals.
    for story in sorted(sizes, key=lambda story: (-sizes[story], _chance(repeat, articles[story].id))):
        fold = min(range(folds), key=lambda number: (room[number], _chance(repeat, str(number))))
        dealt[story] = fold
        room[fold] += sizes[story]
    return [
        [article for place, article in enumerate(articles) if dealt[stories[place]] == fold] for fold in range(folds)
    ]


def _stories(articles: Sequence[LabelledArticle]) -> dict[int, int]:
    """Return for the place of each article that of the first of its story.

    Copies and rewrites are one story, and so are articles of one month that are evidence of the same dispute: they
    tell of one event, mostly in the same words.
    """
    first: dict[int, int] = {place: place for place in range(len(articles))}

    def root(place: int) -> int:
        while first[place] != place:
            place = first[place]
        return place

    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        if article.story:
            alike["copies", article.story].append(place)
        if article.published_at is not None:
            for label in article.labels:
                alike["event", label, f"{article.published_at:%Y-%m}"].append(place)
    for places in alike.values():
        for place in places[1:]:
            one, other = sorted((root(places[0]), root(place)))
            first[other] = one
    return {place: root(place) for place in first}


def _chance(repeat: int, name: str) -> bytes:
    return sha256(f"{repeat}:{name}".encode()).digest()
