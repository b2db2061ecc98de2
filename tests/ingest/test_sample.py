"""The sample of the press: it comes in once, by the way of every feed, and nobody is asked for its pages."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from disputes.models import Article
from disputes.seeding import read_seeds
from ingest.matching import watch_terms_from_json
from ingest.models import Feed, FeedState, Page
from ingest.sample import load_sample

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    assert load_sample() == Article.objects.count() > 60
    feed = Feed.objects.get()
    assert feed.state == FeedState.PAUSED
    assert not any(article.text == "" for article in Article.objects.all())


def test_a_second_start_adds_nothing() -> None:
    load_sample()
    assert load_sample() == 0
    assert Feed.objects.count() == 1


def test_no_page_of_it_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "READ_PAGES", True)
    load_sample()
    assert not Page.objects.exists()


def test_what_is_new_in_the_file_comes_in(tmp_path: Path) -> None:
    item = "<item><title>{0} sues</title><link>https://press.example/{0}</link><description>{0}.</description></item>"
    path = tmp_path / "articles.xml"

    def write(*names: str) -> None:
        items = "".join(item.format(name) for name in names)
        path.write_text(f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>')

    write("Getty")
    assert load_sample(path) == 1
    write("Getty", "Reddit")
    assert load_sample(path) == 1


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.xml can't be read"):
        call_command("load_articles", str(tmp_path / "none.xml"))


def test_every_watch_rule_of_the_seeds_can_be_used() -> None:
    """One that can't be would stop the matching of everything."""
    for _path, dispute in read_seeds(Path(settings.BASE_DIR, "seeds")).disputes:
        watch_terms_from_json([rule.to_data() for rule in dispute.watch_rules])
