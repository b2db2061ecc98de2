"""The inbox with 100,000 candidates: plans that begin at an index and stop after a page, and no more queries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import commands
from ingest.admin.inbox.filters import InboxFilters
from ingest.admin.inbox.stories import _heads, _place
from ingest.models import Candidate
from tests.support.screens import log_in

pytestmark = pytest.mark.django_db

INBOX = "/admin/ingest/candidate/"
NUMBER = 100_000
FEW = 5_000
"""Rows that a page may read on its way, of all that wait."""
FILL = (
    """
    INSERT INTO disputes_article (id, url, title, source, author, language, published_at, first_seen_at, captured_at,
        text, digest, erased_by, erased_reason, other_urls, "group")
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'https://press.example/' || n, 'Story ' || n, 'Source ' || n %% 400, '',
        CASE WHEN n %% 1000 = 0 THEN 'fr' WHEN n %% 3 = 0 THEN 'de' ELSE 'en' END,
        now() - n * interval '7 minutes', now() - n * interval '7 minutes', now(), repeat('Reddit sues. ', 40), '', '',
        '', '{}', CASE WHEN n %% 10 < 3 THEN lpad(to_hex(n / 10 * 10), 32, '0')::uuid END
    FROM generate_series(1, %s) AS n
    """,
    """
    INSERT INTO ingest_candidate (article_id, dispute_id, score, reasons, matcher, state, proposed_at, decided_by)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'dispute-' || n %% 50, 0.04 + (n %% 86) / 100.0, '[]', '', 'pending',
        now(), ''
    FROM generate_series(1, %s) AS n
    """,
    """
    INSERT INTO ingest_proposedevent (candidate_id, type, occurred, is_dated_by_publication, standing, data, quote,
        place, start, "end", state, proposed_at, decided_by)
    SELECT id, 'complaint_filed', '{"date": "2025-06", "precision": "month"}', false, 'reported', '{}', 'sues', 'text',
        7, 11, 'open', now(), '' FROM ingest_candidate WHERE id %% 20 = 0 AND %s > 0
    """,
)


def fill(number: int = NUMBER) -> None:
    """Make so many candidates that wait, for fifty disputes; three of ten articles are copies of one story."""
    for each in range(50):
        commands.open_dispute(f"dispute-{each}", title=f"Dispute {each}", kind="threat", summary="S.", by="seeds")
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, [number])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("disputes_article", "ingest_candidate", "ingest_proposedevent", "disputes_evidenceitem"):
            cursor.execute(f"ANALYZE {table}")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def rows_read(statement: str, values: Any) -> dict[str, float]:
    """Run a query and give how many rows each node of its plan went through, by table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        (plan,) = cursor.fetchone()
    (plan,) = json.loads(plan) if isinstance(plan, str) else plan
    read: dict[str, float] = {}
    for node in nodes(plan["Plan"]):
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
        name = node.get("Index Name") or node.get("Relation Name") or node["Node Type"]
        read[name] = read.get(name, 0) + (node["Actual Rows"] + removed) * node["Actual Loops"]
    return read


def test_a_hundred_thousand_candidates_cost_a_page_what_a_few_do() -> None:
    fill()
    choices = [
        InboxFilters(),
        InboxFilters(dispute="dispute-7"),
        InboxFilters(source="Source 7"),
        InboxFilters(language="fr"),
        InboxFilters(score="high"),
        InboxFilters(age="older"),
        InboxFilters(event="yes"),
        InboxFilters(new="yes"),
        InboxFilters(assigned="nobody"),
    ]
    for filters in choices:
        page = _heads(filters, me="carol", before="")[:31]
        deep = Candidate.objects.order_by("-dated_at", "-id")[60_000]
        behind = _heads(filters, me="carol", before=_place(filters, deep))[:31]
        for rows in (page, behind):
            read = rows_read(*rows.query.sql_with_params())
            assert max(read.values()) <= FEW, (filters, read)
    _count_queries()


def _count_queries() -> None:
    client = log_in("curator", name="carol")
    client.get(INBOX)
    with CaptureQueriesContext(connection) as found:
        first, second = list(Candidate.objects.filter(state="pending").order_by("-dated_at", "-id")[:2])
        sent = {"act": "accept", "current": first.pk, "story": first.story, "next": second.story, "back": INBOX}
        assert client.post(f"{INBOX}decide/", sent, headers={"Accept": "application/json"}).status_code == 200
    assert len(found) <= 70, len(found)
    for query in found:
        assert not re.search(r"\bOFFSET\b", query["sql"])
        assert "COUNT(*)" not in query["sql"] or "GROUP BY" in query["sql"] or "LIMIT" in query["sql"], query["sql"]
