"""Exporting what was captured for a dispute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from disputes.models import Article, ArticleRevision, Dispute, EvidenceItem
from ingest.capture.store import original_of, verified_file
from ingest.capture.wacz import ARCHIVE, Place, WaczWriter
from ingest.capture.warc import DamagedCaptureError, Exchange, conversion, warcinfo
from ingest.fetching.policy import PROJECT
from ingest.models import ArticleCapture, Capture

SHOWN = 20
"""Articles without bytes that a report names; the others are counted."""
_AT_ONCE = 50

Progress = Callable[[int, int], None]
"""Told how many captures are done, of how many."""


@dataclass(slots=True)
class Report:
    """What an export holds, and what it could not hold."""

    articles: int = 0
    """Evidence of the dispute, each article once."""
    missing: int = 0
    """Articles of which no bytes are held."""
    missing_named: list[str] = field(default_factory=list)
    """The first of them, with the reason."""
    captures: int = 0
    pages: int = 0
    damaged: list[str] = field(default_factory=list)
    """Captures that are not what was stored, with what is wrong."""


def export_evidence(dispute: Dispute, file: IO[bytes], progress: Progress | None = None) -> Report:
    """Write what was captured of the evidence of a dispute as WACZ, and say what could not be.

    Every capture of every article that is attached now, whichever version of its words it gave, with these words as
    records of their own: their SHA-256 is the digest in the log. Constant in memory; a query for each 50 captures and
    for each earlier version of a text.
    """
    evidence = EvidenceItem.objects.filter(dispute=dispute, article=OuterRef("pk"))
    articles = Article.objects.filter(Exists(evidence))
    report = Report(articles=articles.count())
    _name_missing(articles, report)
    links = ArticleCapture.objects.filter(article__in=articles.values("pk"))
    wanted = Capture.objects.filter(body__erased_at=None).filter(
        Q(Exists(links.filter(capture=OuterRef("pk"))))
        # Where a body came again, its file holds the exchange that brought it first.
        | Q(is_original=True, body__in=Capture.objects.filter(pk__in=links.values("capture")).values("body"))
    )
    total = wanted.count()
    created = timezone.now()
    with WaczWriter(file, title=dispute.title, software=PROJECT, created=created) as writer:
        fields = {"software": PROJECT, "format": "WARC File Format 1.1", "isPartOf": dispute.title}
        writer.add_record(warcinfo(ARCHIVE, fields, at=created))
        ordered = (
            wanted.order_by("sort_key", "fetched_at", "pk")
            .select_related("body", "feed")
            .prefetch_related(Prefetch("articles", links.select_related("article"), to_attr="evidence_links"))
        )
        for done, capture in enumerate(ordered.iterator(chunk_size=_AT_ONCE), start=1):
            _write(writer, capture, report)
            if progress is not None:
                progress(done, total)
        writer.description = (
            f"What was captured for {report.articles - report.missing} of the {report.articles} articles that are "
            f"evidence of the dispute {dispute.slug}."
        )
    return report


def _write(writer: WaczWriter, capture: Capture, report: Report) -> None:
    exchange = Exchange(
        url=capture.url,
        fetched_at=capture.fetched_at,
        status=capture.status,
        request_headers=[(name, value) for name, value in capture.request_headers],
        response_headers=[(name, value) for name, value in capture.response_headers],
    )
    body = capture.body
    try:
        content = verified_file(body)
    except DamagedCaptureError as error:
        report.damaged.append(f"{capture}: {error}")
        return
    if capture.is_original:
        place = Place(writer.add_record(content).offset, body.response_size)
        mime = capture.content_type.partition(";")[0].strip() or "application/octet-stream"
    else:
        first = original_of(body)
        place = writer.add_record(exchange.revisit(body.digest, original_url=first.url, original_at=first.fetched_at))
        writer.add_record(exchange.request())
        mime = "warc/revisit"
    fields = {"url": capture.url, "mime": mime, "status": str(capture.status), "digest": f"sha256:{body.digest}"}
    writer.add_index_line(capture.sort_key, capture.fetched_at, fields, place)
    report.captures += 1
    for link in getattr(capture, "evidence_links", []):
        _write_words(writer, capture, exchange, link, report)


def _write_words(
    writer: WaczWriter, capture: Capture, exchange: Exchange, link: ArticleCapture, report: Report
) -> None:
    words = _words(link)
    if words is None:
        return
    title, text = words
    writer.add_record(conversion(link.article.url, f"{title}\n{text}".encode(), of=exchange))
    where = f" (in the feed {capture.feed})" if capture.feed is not None else ""
    writer.add_page(
        capture.url,
        capture.fetched_at,
        title=f"{title or link.article.url}{where}",
        text=text,
        identity=f"{link.article_id} {link.digest}",
    )
    report.pages += 1


def _words(link: ArticleCapture) -> tuple[str, str] | None:
    """Give title and text with the digest of a link; None where only the bytes are left of them."""
    article = link.article
    if article.erased_at is not None:
        return None
    if article.digest == link.digest:
        return article.title, article.text
    revision = ArticleRevision.objects.filter(article=article, digest=link.digest).first()
    return (revision.title, revision.text) if revision is not None else None


def _name_missing(articles: QuerySet[Article], report: Report) -> None:
    held = ArticleCapture.objects.filter(article=OuterRef("pk"), capture__body__erased_at=None)
    missing = articles.filter(~Exists(held)).order_by("url").defer("text")
    report.missing = missing.count()
    report.missing_named = [f"{article.url}: {_why_missing(article)}" for article in missing[:SHOWN]]


def _why_missing(article: Article) -> str:
    if article.erased_at is not None:
        return "its words were erased, and the bytes with them"
    if not article.is_captured:
        return "never captured, known by its address only"
    return "its text is held, but no bytes: it came from a file, before bytes were kept, or they were deleted since"
