"""Groups of copies: finding them in the database, and keeping one stable id for each.

A group is what the known pairs of copies connect, and its id is that of its earliest article; so a copy that comes
later never changes it, and of two groups that turn out to be one the earlier remains. An article without a copy is in
no group: it stands for itself, and independent sources are counted by `group`, else by the article's own id.

Every step may run twice or die half-way: sketches are committed first and then compared, so that of two copies that
two workers take at the same moment at least one finds the other.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q

from disputes.models import Article
from ingest.grouping.likeness import compare
from ingest.grouping.sketch import ENOUGH, SHARE_OF_KEYS, VERSION, WEIGHTS, hash_of, keys
from ingest.grouping.story import Story
from ingest.models import ArticleCopy, ArticleSketch

logger = logging.getLogger(__name__)

CHUNK: Final = 50
"""Articles that are compared in one transaction."""
READ_OF_A_KEY: Final = 40
"""Articles with one key that are looked at, the newest first: a key that more share is a phrase of many."""
COMPARED: Final = 12
"""Neighbours with which an article is compared word by word."""
_SKETCHES, _GROUPS = 7_406_101, 7_406_102
"""Keys of PostgreSQL's advisory locks under which sketches and groups are written, by one worker at a time each."""

_INDEX: Final = """
    INSERT INTO ingest_sketchkey (key, sketch_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])
    ON CONFLICT DO NOTHING
"""
_UNINDEX: Final = """
    DELETE FROM ingest_sketchkey AS present USING unnest(%s::bigint[], %s::bigint[]) AS gone(key, sketch_id)
    WHERE present.key = gone.key AND present.sketch_id = gone.sketch_id
"""
_WEIGHTS: Final = ", ".join(f"({kind}, {weight})" for kind, weight in WEIGHTS.items())
_NEIGHBOURS: Final = f"""
    WITH shared AS (
        SELECT mine.article_id, mine.site, mine.heading, cardinality(mine.keys) AS own_keys, hit.sketch_id,
            sum(worth.weight) AS weight
        FROM ingest_articlesketch AS mine
        CROSS JOIN LATERAL unnest(mine.keys) AS of_mine(key)
        JOIN (VALUES {_WEIGHTS}) AS worth(kind, weight) ON worth.kind = of_mine.key >> 32
        CROSS JOIN LATERAL (
            SELECT near.sketch_id FROM ingest_sketchkey AS near WHERE near.key = of_mine.key
            ORDER BY near.sketch_id DESC LIMIT {READ_OF_A_KEY}
        ) AS hit
        WHERE mine.article_id = ANY(%s) AND hit.sketch_id <> mine.id
        GROUP BY mine.id, hit.sketch_id
    ), ranked AS (
        SELECT shared.article_id, other.article_id AS near,
            row_number() OVER (PARTITION BY shared.article_id ORDER BY weight DESC, sketch_id DESC) AS place
        FROM shared JOIN ingest_articlesketch AS other ON other.id = shared.sketch_id
        WHERE weight >= {ENOUGH} AND weight >= {SHARE_OF_KEYS} * least(own_keys, cardinality(other.keys))
        AND (other.site <> shared.site OR other.site = 0 OR other.heading = shared.heading)
    )
    SELECT article_id, near FROM ranked WHERE place <= {COMPARED}
"""  # noqa: S608 (numbers from above)


def group_articles(article_ids: Collection[UUID]) -> int:
    """Bring articles into their groups; give the number of those that were compared.

    Those whose text is as it was when they were last compared cost nothing but one query for all. Any others that wait
    are compared as well. Not to be called in a transaction: between sketching and comparing it commits.
    """
    sketch_articles(article_ids)
    compared = 0
    while done := compare_waiting():
        compared += done
    return compared


def sketch_articles(article_ids: Collection[UUID]) -> int:
    """Make the sketches of articles that have none of their present text; give their number. They wait from then on."""
    stale = (
        Article.objects.filter(pk__in=article_ids, captured_at__isnull=False, erased_at__isnull=True)
        .exclude(Q(sketch__digest=F("digest")) & Q(sketch__version=VERSION))
        .only("url", "title", "text", "digest", "published_at", "first_seen_at")
        .order_by("pk")
    )
    made = {article.pk: _sketch(article) for article in stale}
    if made:
        with transaction.atomic():
            _keep(made)
    return len(made)


def _sketch(article: Article) -> ArticleSketch:
    story = _story(article)
    return ArticleSketch(
        article=article,
        version=VERSION,
        digest=article.digest,
        site=hash_of(story.site),
        heading=hash_of(" ".join(story.words_of_title)),
        keys=keys(story),
    )


def _keep(made: dict[UUID, ArticleSketch]) -> None:
    """Store sketches and index their keys. Six queries."""
    _lock(_SKETCHES)
    # A text that was captured anew meanwhile has joined the queue again with it.
    present = dict(Article.objects.filter(pk__in=made).values_list("pk", "digest"))
    former = {
        (key, number)
        for number, numbers in ArticleSketch.objects.filter(article__in=made).values_list("pk", "keys")
        for key in numbers
    }
    sketches = ArticleSketch.objects.bulk_create(
        [sketch for article_id, sketch in made.items() if present.get(article_id) == sketch.digest],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["version", "digest", "site", "heading", "keys", "is_compared"],
    )
    wanted = {(key, sketch.pk) for sketch in sketches for key in sketch.keys}
    held = {sketch.pk for sketch in sketches}
    _index(_UNINDEX, {pair for pair in former - wanted if pair[1] in held})
    _index(_INDEX, wanted - former)


def _index(statement: str, pairs: Collection[tuple[int, int]]) -> None:
    if pairs:
        with connection.cursor() as cursor:
            # In order, so that neighbouring pages of the index are written together.
            cursor.execute(statement, [list(column) for column in zip(*sorted(pairs), strict=True)])


def _lock(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def compare_waiting(*, limit: int = CHUNK) -> int:
    """Compare articles that wait for it with their neighbours, and group them; give their number.

    One transaction. Never waits for a row that another holds: where a feed is being stored that carries one of the
    articles, all of these wait for the next round, and 0 is given.
    """
    try:
        with transaction.atomic():
            return _compare(limit)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        logger.info("Articles to be grouped are being stored just now; the next round takes them")
        return 0


def forget_article(article_id: UUID) -> None:
    """Wipe what an article's copies are found by. It stays in its group, which says nothing of its words."""
    sketch = ArticleSketch.objects.filter(article=article_id).first()
    if sketch is not None:
        _index(_UNINDEX, {(key, sketch.pk) for key in sketch.keys})
        sketch.delete()


def _compare(limit: int) -> int:
    _lock(_GROUPS)
    waiting = list(
        ArticleSketch.objects.select_for_update(skip_locked=True)
        .filter(is_compared=False)
        .order_by("made_at")
        .values_list("article_id", flat=True)[:limit]
    )
    if not waiting:
        return 0
    neighbours = _neighbours(waiting)
    stories = _stories({*waiting, *(near for found in neighbours.values() for near in found)})
    copies: dict[tuple[UUID, UUID], ArticleCopy] = {}
    for article_id, found in neighbours.items():
        for near in found:
            pair = sorted((article_id, near), key=lambda each: (stories[each][1], each))
            first, second = pair[0], pair[1]
            likeness = compare(stories[first][0], stories[second][0])
            if likeness is not None:
                copies[first, second] = ArticleCopy(
                    first_id=first, second_id=second, kind=likeness.kind, likeness=round(likeness.share, 3)
                )
    known = ArticleCopy.objects.filter(Q(first__in=waiting) | Q(second__in=waiting))
    gone = {(copy.first_id, copy.second_id): copy.pk for copy in known}
    lost = [key for pair, key in gone.items() if pair not in copies]
    touched = {each for pair in {*gone, *copies} for each in pair}
    ArticleCopy.objects.filter(pk__in=lost).delete()
    ArticleCopy.objects.bulk_create(
        copies.values(),
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["kind", "likeness"],
    )
    if touched:
        _regroup(touched)
    ArticleSketch.objects.filter(article__in=waiting).update(is_compared=True)
    return len(waiting)


def _neighbours(article_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Give for each article those that are most likely its copies. One query."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, [list(article_ids)])
        for article_id, near in cursor.fetchall():
            found[article_id].append(near)
    return found


def _stories(article_ids: Iterable[UUID]) -> dict[UUID, tuple[Story, datetime]]:
    """Read articles as they are compared, each with when it was first seen. One query."""
    articles = Article.objects.filter(pk__in=list(article_ids)).only(
        "url", "title", "text", "published_at", "first_seen_at"
    )
    return {article.pk: (_story(article), article.first_seen_at) for article in articles}


def _story(article: Article) -> Story:
    return Story.of(
        url=article.url,
        title=article.title,
        text=article.text,
        moment=article.published_at or article.first_seen_at,
    )


def _regroup(article_ids: Collection[UUID]) -> None:
    """Give every article that is connected with one of these its group. Three queries, and one for each change."""
    groups = Article.objects.filter(pk__in=article_ids, group__isnull=False).values("group")
    # NOWAIT, see compare_waiting: whoever stores a feed holds articles in an order of their own.
    members = {
        article.pk: article
        for article in Article.objects.select_for_update(nowait=True, no_key=True)
        .filter(Q(pk__in=article_ids) | Q(group__in=groups))
        .only("group", "first_seen_at")
    }
    joined = _components(
        members,
        ArticleCopy.objects.filter(first__in=members, second__in=members).values_list("first_id", "second_id"),
    )
    wanted: dict[UUID | None, list[UUID]] = defaultdict(list)
    for component in joined:
        earliest = min(component, key=lambda each: (members[each].first_seen_at, each))
        group = earliest if len(component) > 1 else None
        wanted[group] += [each for each in component if members[each].group != group]
    for group, changed in wanted.items():
        if changed:
            Article.objects.filter(pk__in=changed).update(group=group)


def _components(members: Iterable[UUID], pairs: Iterable[tuple[UUID, UUID]]) -> list[list[UUID]]:
    """Give the connected components. Linear in members and pairs."""
    near: dict[UUID, list[UUID]] = {member: [] for member in members}
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    found: list[list[UUID]] = []
    seen: set[UUID] = set()
    for member in near:
        if member in seen:
            continue
        seen.add(member)
        component, ahead = [], [member]
        while ahead:
            each = ahead.pop()
            component.append(each)
            fresh = [other for other in near[each] if other not in seen]
            seen.update(fresh)
            ahead += fresh
        found.append(component)
    return found
