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
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from disputes.models import Article
from ingest.grouping.likeness import compare
from ingest.grouping.sketch import ENOUGH, SHARE_OF_KEYS, VERSION, WEIGHTS, hash_of, keys
from ingest.grouping.story import Story
from ingest.models import ArticleCopy, ArticleSketch

logger = logging.getLogger(__name__)

CHUNK: Final = 200
"""Articles that are compared in one transaction."""
READ_OF_A_KEY: Final = 40
"""Articles with one key that are looked at, the newest first: a key that more share is a phrase of many."""
COMPARED: Final = 12
"""Neighbours with which an article is compared word by word."""
_SKETCHES, _GROUPS = 7_406_101, 7_406_102
"""Keys of PostgreSQL's advisory locks under which sketches and groups are written, by one worker at a time each."""

_KEEP: Final = """
    WITH made AS (
        SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::text[])
            AS made(article_id, digest, site, heading, keys)
    ), kept AS (
        INSERT INTO ingest_articlesketch AS present (article_id, version, digest, site, heading, keys, is_compared)
        SELECT article_id, %s, made.digest, made.site, made.heading, made.keys::bigint[], false
        -- A text that was captured anew meanwhile has joined the queue again with it.
        FROM made JOIN disputes_article AS article ON article.id = made.article_id AND article.digest = made.digest
        -- In the order in which _COMPARED locks them, so that neither waits for the other.
        ORDER BY made.article_id
        ON CONFLICT (article_id) DO UPDATE SET version = excluded.version, digest = excluded.digest,
            site = excluded.site, heading = excluded.heading, keys = excluded.keys, is_compared = false
        RETURNING id, keys
    )
    -- In order, so that neighbouring pages of the index are written together.
    INSERT INTO ingest_sketchkey (key, sketch_id) SELECT unnest(keys) AS key, id FROM kept ORDER BY key
"""
_UNINDEX: Final = """
    DELETE FROM ingest_sketchkey AS present USING ingest_articlesketch AS sketch, unnest(sketch.keys) AS gone(key)
    WHERE sketch.article_id = ANY(%s) AND present.key = gone.key AND present.sketch_id = sketch.id
"""
_STALE: Final = """
    SELECT article.id, article.digest, article.url, article.title, article.text FROM disputes_article AS article
    LEFT JOIN ingest_articlesketch AS sketch ON sketch.article_id = article.id
    WHERE article.id = ANY(%s) AND article.captured_at IS NOT NULL AND article.erased_at IS NULL
    AND (sketch.version = %s AND sketch.digest = article.digest) IS NOT TRUE
"""
_WAITING: Final = """
    SELECT article_id, digest FROM ingest_articlesketch
    WHERE NOT is_compared AND (%s::uuid[] IS NULL OR article_id = ANY(%s)) ORDER BY made_at LIMIT %s
"""
_KNOWN: Final = """
    SELECT id, first_id, second_id FROM ingest_articlecopy WHERE first_id = ANY(%s)
    UNION SELECT id, first_id, second_id FROM ingest_articlecopy WHERE second_id = ANY(%s)
"""
# One whose text was captured anew meanwhile goes on waiting.
_COMPARED: Final = """
    WITH done AS (
        SELECT sketch.id FROM ingest_articlesketch AS sketch
        JOIN unnest(%s::uuid[], %s::text[]) AS done(article_id, digest) USING (article_id, digest)
        ORDER BY sketch.article_id FOR NO KEY UPDATE OF sketch
    )
    UPDATE ingest_articlesketch AS sketch SET is_compared = true FROM done WHERE sketch.id = done.id
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

    Those whose text is as it was when they were last compared cost nothing but two queries for all. Of any others that
    wait, such as those of `regroup`, a batch is compared as well. Not to be called in a transaction: between
    sketching and comparing it commits.
    """
    sketch_articles(article_ids)
    compared = 0
    while done := compare_waiting(article_ids):
        compared += done
    return compared + compare_waiting()


def sketch_articles(article_ids: Collection[UUID]) -> int:
    """Make the sketches of articles that have none of their present text; give their number. They wait from then on."""
    made = [
        (article_id, digest, Story.of(url=url, title=title, text=text, moment=None))
        for article_id, digest, url, title, text in _rows(_STALE, [list(article_ids), VERSION])
    ]
    if made:
        with transaction.atomic(), connection.cursor() as cursor:
            _lock(_SKETCHES)
            cursor.execute(_UNINDEX, [[article_id for article_id, _, _ in made]])
            cursor.execute(
                _KEEP,
                [
                    [article_id for article_id, _, _ in made],
                    [digest for _, digest, _ in made],
                    [hash_of(story.site) for _, _, story in made],
                    [hash_of(" ".join(story.words_of_title)) for _, _, story in made],
                    # Arrays of arrays have to be of one length.
                    [f"{{{','.join(map(str, keys(story)))}}}" for _, _, story in made],
                    VERSION,
                ],
            )
    return len(made)


def regroup(progress: Callable[[str, int, int], None] | None = None) -> tuple[int, int]:
    """Find the copies anew of all articles that an older method grouped; give how many were sketched, and compared.

    Works in batches, each a transaction or two, and may be stopped and run again. Articles stay in their groups until
    they are compared, and those that arrive meanwhile are grouped first. 1 to 2 ms an article. Tells the progress: what
    it does, how many are done, of how many.
    """
    outdated = (
        Article.objects.filter(captured_at__isnull=False, erased_at__isnull=True)
        .exclude(Exists(ArticleSketch.objects.filter(article=OuterRef("pk"), version=VERSION)))
        .order_by("pk")
    )
    everything, sketched, last = outdated.count(), 0, None
    while chosen := list((outdated.filter(pk__gt=last) if last else outdated).values_list("pk", flat=True)[:CHUNK]):
        sketched += sketch_articles(chosen)
        last = chosen[-1]
        if progress is not None:
            progress("Sketched", sketched, everything)
    waiting, compared = ArticleSketch.objects.filter(is_compared=False).count(), 0
    while done := compare_waiting():
        compared += done
        if progress is not None:
            progress("Compared", compared, waiting)
    return sketched, compared


def _lock(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def compare_waiting(article_ids: Collection[UUID] | None = None, *, limit: int = CHUNK) -> int:
    """Compare articles that wait for it with their neighbours, and group them; give their number.

    Of these articles, or of all that wait.

    One transaction. Never waits for a row that another holds: where a feed is being stored that carries one of the
    articles, all of these wait for the next round, and 0 is given.
    """
    try:
        with transaction.atomic():
            return _compare(article_ids, limit)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        logger.info("Articles to be grouped are being stored just now; the next round takes them")
        return 0


def forget_article(article_id: UUID) -> None:
    """Wipe what an article's copies are found by. It stays in its group, which says nothing of its words."""
    with connection.cursor() as cursor:
        cursor.execute(_UNINDEX, [[article_id]])
    ArticleSketch.objects.filter(article=article_id).delete()


def _compare(article_ids: Collection[UUID] | None, limit: int) -> int:
    _lock(_GROUPS)
    among = None if article_ids is None else list(article_ids)
    digests: dict[UUID, str] = dict(_rows(_WAITING, [among, among, limit]))
    waiting = list(digests)
    if not waiting:
        return 0
    neighbours = _neighbours(waiting)
    stories = _stories({*neighbours, *(near for found in neighbours.values() for near in found)})
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
    gone = {(first, second): key for key, first, second in _rows(_KNOWN, [waiting, waiting])}
    lost = [key for pair, key in gone.items() if pair not in copies]
    touched = {each for pair in {*gone, *copies} for each in pair}
    if touched:
        ArticleCopy.objects.filter(pk__in=lost).delete()
        ArticleCopy.objects.bulk_create(
            copies.values(),
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["kind", "likeness"],
        )
        _regroup(touched)
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, [waiting, list(digests.values())])
    return len(waiting)


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    # Lists of hundreds of ids are one parameter here, where the ORM would make hundreds of them.
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _neighbours(article_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Give for each article those that are most likely its copies. One query."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for article_id, near in _rows(_NEIGHBOURS, [list(article_ids)]):
        found[article_id].append(near)
    return found


def _stories(article_ids: Iterable[UUID]) -> dict[UUID, tuple[Story, datetime]]:
    """Read articles as they are compared, each with when it was first seen. One query."""
    articles = Article.objects.filter(pk__in=list(article_ids)).values_list(
        "pk", "url", "title", "text", "published_at", "first_seen_at"
    )
    return {
        article_id: (Story.of(url=url, title=title, text=text, moment=published_at or first_seen_at), first_seen_at)
        for article_id, url, title, text, published_at, first_seen_at in articles
    }


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
