"""Lists of feeds in the admin: OPML in, with what was left out named, and out again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ingest.models import Feed
from ingest.opml import read_opml
from tests.support.screens import errors_at, find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/ingest/feed/"
IMPORT, EXPORT = f"{LIST}import/", f"{LIST}export/"
OPML = b"""<opml version="2.0"><body>
<outline type="rss" text="The press" xmlUrl="https://press.example/feed"/>
<outline type="rss" text="&lt;b&gt;Bad&lt;/b&gt;" xmlUrl="ftp://bad.example/"/>
</body></opml>"""


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.opml", content, content_type="text/x-opml")


def test_it_works(operator: Client) -> None:
    assert IMPORT in operator.get(LIST).content.decode()
    open_form(operator, IMPORT)
    shown = operator.post(IMPORT, {"file": upload(OPML)})
    said = text_of(shown)
    assert "Would be added: 1" in said
    assert "Would be left out: 1 line 3: '<b>Bad</b>': only http and https are fetched" in said
    assert "<b>Bad</b>" not in shown.content.decode(), "it is shown as text"
    assert not Feed.objects.exists(), "nothing is added before it is confirmed"
    answer = form_in(operator, IMPORT, shown).send(follow=True)
    assert "1 feed added" in text_of(answer)
    assert "line 3: '<b>Bad</b>'" in text_of(answer)
    assert Feed.objects.get().added_by == "oscar"
    again = operator.post(IMPORT, {"file": upload(OPML)})
    assert "Registered already: 1" in text_of(again)
    assert find(again, "//form[@class='command']//button") == [], "there is nothing to add"


def test_what_is_left_out_is_told_in_the_order_of_the_list(operator: Client) -> None:
    lines = [
        b'<outline text="neither"/>',
        b'<outline xmlUrl="ftp://a.example/"/>',
        b'<outline type="rss" text="none"/>',
    ]
    body = b"<opml><body>\n" + b"\n".join(lines) + b"\n</body></opml>"
    shown = operator.post(IMPORT, {"file": upload(body)})
    told = find(shown, "//section[.//h2/@id='problems-heading']//li/text()")
    assert [problem.partition(":")[0] for problem in told] == ["line 2", "line 3", "line 4"]


def test_a_list_that_did_not_arrive_whole_adds_nothing(operator: Client) -> None:
    shown = operator.post(IMPORT, {"file": upload(OPML)})
    whole = form_in(operator, IMPORT, shown).values["list"][0]
    for sent in ("", "rubbish", whole[:-8], "\u00e9"):
        answer = operator.post(IMPORT, {"list": sent})
        assert answer.status_code == 422, sent
    assert not Feed.objects.exists()


def test_the_form_sends_files(operator: Client) -> None:
    assert 'enctype="multipart/form-data"' in operator.get(IMPORT).content.decode()


def test_all_feeds_are_written(operator: Client) -> None:
    form_in(operator, IMPORT, operator.post(IMPORT, {"file": upload(OPML)})).send()
    answer = operator.get(EXPORT)
    assert "attachment" in answer["Content-Disposition"]
    assert [outline.url for outline in read_opml(answer.content).outlines] == ["https://press.example/feed"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"<html></html>"])
def test_what_is_no_list_says_so_at_the_field(operator: Client, content: bytes) -> None:
    answer = operator.post(IMPORT, {"file": upload(content)})
    assert answer.status_code == 422
    assert errors_at(answer, "file")
    assert not Feed.objects.exists()


@pytest.mark.parametrize("path", [IMPORT, EXPORT])
def test_only_operators_may(curator: Client, path: str) -> None:
    assert curator.get(path).status_code == 403
    assert curator.post(path, {"list": "", "file": upload(OPML)}).status_code == 403
    assert path not in curator.get(LIST).content.decode()
