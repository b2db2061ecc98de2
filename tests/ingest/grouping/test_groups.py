"""Groups of copies in the database: one id for each story, whoever comes first and however many work at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zlib import crc32

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Coalesce
from pytest_django import DjangoAssertNumQueries

from disputes.addresses import article_id
from disputes.models import Article
from ingest.articles import text_digest
from ingest.candidates import match_pending
from ingest.erasure import forget_article
from ingest.grouping import compare_waiting, group_articles, sketch_articles
from ingest.models import ArticleCopy, ArticleSketch, CopyKind, PendingMatch, SketchKey
from tests.ingest.grouping.stories import HARVEST, LETTER, OTHER_REPORT, rewritten, shortened

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def store(site: str, text: str, *, minutes: int = 0, title: str = "") -> UUID:
    """Store an article that was first seen so many minutes after noon."""
    url = f"https://{site}.example/{crc32(text.encode())}"
    article = Article.objects.create(
        id=article_id(url), url=url, title=title or f"As told by {site}", text=text,
        digest=text_digest(title, text), captured_at=NOW, published_at=NOW,
    )  # fmt: skip
    Article.objects.filter(pk=article.pk).update(first_seen_at=NOW + timedelta(minutes=minutes))
    return article.pk


def groups() -> dict[UUID, UUID | None]:
    return dict(Article.objects.values_list("pk", "group"))


def test_it_works() -> None:
    original = store("press", LETTER)
    copy = store("mirror", LETTER.upper(), minutes=1)
    spun = store("spinner", rewritten(LETTER, share=0.2), minutes=2)
    short = store("digest", shortened(LETTER, words=80), minutes=3)
    independent, harvest = store("gazette", OTHER_REPORT), store("valley", HARVEST)
    assert group_articles([original, copy, spun, short, independent, harvest]) == 6
    assert groups() == {
        original: original, copy: original, spun: original, short: original, independent: None, harvest: None,
    }  # fmt: skip
    kinds = {copied.second_id: copied.kind for copied in ArticleCopy.objects.filter(first=original)}
    assert kinds == {copy: CopyKind.COPY, spun: CopyKind.REWRITE, short: CopyKind.SHORTENED}
    sources = Article.objects.aggregate(sources=Count(Coalesce("group", "pk"), distinct=True))
    assert sources == {"sources": 3}, "one story counts once"


def test_a_later_copy_does_not_change_the_id_and_an_earlier_one_gives_its_own() -> None:
    first, second = store("press", LETTER, minutes=5), store("mirror", LETTER + " ", minutes=6)
    group_articles([first, second])
    third = store("late", LETTER + "  ", minutes=7)
    group_articles([third])
    assert set(groups().values()) == {first}
    earliest = store("early", LETTER + "   ", minutes=1)
    group_articles([earliest])
    assert set(groups().values()) == {earliest}


def test_two_groups_that_turn_out_to_be_one_keep_the_earlier_id() -> None:
    words = LETTER.split()
    beginning, end = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
    one, two = store("a", beginning, minutes=3), store("b", beginning + " ", minutes=4)
    three, four = store("c", end, minutes=1), store("d", end + " ", minutes=2)
    group_articles([one, two, three, four])
    assert groups() == {one: one, two: one, three: three, four: three}
    whole = store("whole", LETTER, minutes=9)
    group_articles([whole])
    assert set(groups().values()) == {three}


def test_whatever_the_order_the_groups_are_the_same() -> None:
    texts = [LETTER, rewritten(LETTER, share=0.1), shortened(LETTER, words=90), HARVEST, HARVEST + " ", OTHER_REPORT]
    articles = [store(f"site{number}", text, minutes=number) for number, text in enumerate(texts)]
    for article in reversed(articles):
        group_articles([article])
    backwards = groups()
    ArticleCopy.objects.all().delete()
    ArticleSketch.objects.all().delete()
    Article.objects.update(group=None)
    group_articles(articles)
    assert groups() == backwards


def test_grouping_again_compares_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    articles = [store("press", LETTER), store("mirror", LETTER + " ")]
    group_articles(articles)
    with django_assert_num_queries(9):  # stale sketches; twice: savepoint, lock, those that wait, release
        assert group_articles(articles) == 0


def test_an_article_whose_text_changed_is_grouped_anew() -> None:
    original, other, third = store("press", LETTER), store("mirror", LETTER + " ", minutes=1), store("x", LETTER + "\n")
    group_articles([original, other, third])
    Article.objects.filter(pk=other).update(text=HARVEST, digest=text_digest("", HARVEST))
    group_articles([other])
    assert groups()[other] is None
    assert groups()[third] is not None
    Article.objects.filter(pk=third).update(text=HARVEST, digest=text_digest("", HARVEST))
    group_articles([third])
    assert groups()[original] is None, "alone again"
    assert groups()[other] == groups()[third] is not None


def test_what_an_older_method_grouped_is_grouped_anew_and_only_once(capsys: pytest.CaptureFixture[str]) -> None:
    original, copy, stranger = store("press", LETTER), store("mirror", LETTER + " ", minutes=1), store("x", HARVEST)
    group_articles([original, copy, stranger])
    # As the older method left it: other keys, a false pair, and a copy that it did not find.
    ArticleCopy.objects.all().delete()
    ArticleCopy.objects.create(first_id=original, second_id=stranger, kind=CopyKind.REWRITE, likeness=0.3)
    Article.objects.filter(pk__in=[original, stranger]).update(group=original)
    Article.objects.filter(pk=copy).update(group=None)
    ArticleSketch.objects.update(version=1, keys=[1, 2, 3])
    SketchKey.objects.all().delete()
    call_command("regroup_articles")
    assert groups() == {original: original, copy: original, stranger: None}
    assert capsys.readouterr().out.startswith("3 articles sketched anew and 3 compared")
    call_command("regroup_articles")
    assert capsys.readouterr().out.startswith("0 articles sketched anew and 0 compared")


def test_what_waits_from_a_regrouping_does_not_hold_up_new_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_waiting, "__kwdefaults__", {"limit": 2})
    sketch_articles([store(f"site{number}", LETTER + " " * number, minutes=number) for number in range(6)])
    assert group_articles([store("new", HARVEST)]) == 3, "itself, and one batch of those that wait"


def test_articles_are_grouped_before_they_are_matched() -> None:
    articles = [store("press", LETTER), store("mirror", LETTER + " ", minutes=1)]
    PendingMatch.objects.bulk_create(PendingMatch(article_id=article) for article in articles)
    match_pending()
    assert set(groups().values()) == {articles[0]}


def test_a_phrase_that_many_share_hides_no_copy_and_makes_none() -> None:
    phrase = "This article was first sent to those who subscribe to our letter about pictures, and you can do so too. "
    words = LETTER.split()
    strangers = [
        store(f"site{number}", phrase + rewritten(" ".join(words[number:] + words[:number]), share=0.9, seed=number))
        for number in range(60)
    ]
    original = store("press", phrase + LETTER)
    group_articles([original, *strangers])
    copy = store("mirror", phrase + rewritten(LETTER, share=0.2), minutes=1)
    group_articles([copy])
    assert {article: group for article, group in groups().items() if group} == {original: original, copy: original}


def test_what_one_site_puts_on_all_its_pages_hides_no_copy_elsewhere() -> None:
    notice = HARVEST.replace("apples", "pears")
    pages = [
        store("wall", f"{rewritten(OTHER_REPORT, share=0.9, seed=n)} {notice}", title=f"Page {n}") for n in range(20)
    ]
    original = store("wall", f"{LETTER} {notice}", title="The letter")
    group_articles([*pages, original])
    short = store("digest", shortened(LETTER, words=80), minutes=1)
    group_articles([short])
    assert {article: group for article, group in groups().items() if group} == {original: original, short: original}


def test_an_address_without_text_and_an_erased_article_are_left_alone() -> None:
    cited, erased = store("cited", LETTER), store("erased", LETTER + " ")
    Article.objects.filter(pk=cited).update(captured_at=None)
    Article.objects.filter(pk=erased).update(erased_at=NOW)
    assert group_articles([cited, erased]) == 0
    assert not ArticleSketch.objects.exists()


def test_what_an_erased_article_was_found_by_goes() -> None:
    articles = [store("press", LETTER), store("mirror", LETTER + " ", minutes=1)]
    group_articles(articles)
    forget_article(article=articles[1])
    assert list(ArticleSketch.objects.values_list("article_id", flat=True)) == [articles[0]]
    assert groups()[articles[1]] == articles[0]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_one_group() -> None:
    articles = [store(f"site{number}", LETTER + " " * number, minutes=number) for number in range(12)]
    gate = threading.Barrier(4)

    def work(mine: list[UUID]) -> None:
        try:
            gate.wait()
            for article in mine:
                group_articles([article])
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(articles[number::4],)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    group_articles([])
    assert set(groups().values()) == {articles[0]}


@pytest.mark.django_db(transaction=True)
def test_it_never_waits_for_an_article_that_is_being_stored() -> None:
    articles = [store("press", LETTER), store("mirror", LETTER + " ", minutes=1)]
    sketch_articles(articles)
    compared: list[int] = []

    def work() -> None:
        try:
            compared.append(group_articles(articles))
        finally:
            connection.close()

    with transaction.atomic():
        Article.objects.select_for_update().get(pk=articles[1])
        worker = threading.Thread(target=work)
        worker.start()
        worker.join(10)
        assert compared == [0], "they wait for the next round"
    assert group_articles([]) == 2
    assert set(groups().values()) == {articles[0]}
