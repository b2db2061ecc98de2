"""What publishers put in the place of an article is recognised, said, and not stored as its text."""

from __future__ import annotations

import pytest

from ingest.models import Capture, PageState
from ingest.reading.extraction import extract
from tests.ingest.reading import pages
from tests.ingest.reading.conftest import Serve, Site
from tests.support.publisher import Answer

WALLS = {
    "paywall": (pages.PAYWALL, PageState.PAYWALL),
    "declared paywall": (pages.DECLARED_PAYWALL, PageState.PAYWALL),
    "declared in words": (pages.article(head=pages.free(is_free="False")), PageState.PAYWALL),
    "locked tier": (pages.LOCKED, PageState.PAYWALL),
    "consent": (pages.CONSENT, PageState.CONSENT),
    "challenge": (pages.CHALLENGE, PageState.CHALLENGE),
    "captcha": (pages.CAPTCHA, PageState.CHALLENGE),
    "login": (pages.LOGIN, PageState.LOGIN),
    "about something else": (pages.ELSEWHERE, PageState.UNREADABLE),
    "empty": (b"", PageState.UNREADABLE),
    "noarchive": (pages.article(head='<META NAME="ROBOTS" content="index, NOARCHIVE">'), PageState.RESERVED),
    "text and data mining": (pages.article(head='<meta name="tdm-reservation" content="1">'), PageState.RESERVED),
}


def state(body: bytes, *, url: str = "https://press.example/1", **headers: str) -> tuple[str, str]:
    said = {"content-type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    found = extract(body, headers=said, url=url, expected=f"{pages.TITLE} {pages.SUMMARY}")
    return found.state, found.reason


@pytest.mark.django_db
def test_it_works(serve: Serve) -> None:
    site = serve(pages.PAYWALL)
    page = site.read(site.page())
    assert page.state == PageState.PAYWALL
    assert "Subscribe to continue" in page.reason
    assert page.article.text == pages.SUMMARY
    assert page.next_try_at is None
    assert not Capture.objects.exists()


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_told_from_an_article(name: str) -> None:
    body, wanted = WALLS[name]
    found, reason = state(body)
    assert found == wanted
    assert reason


@pytest.mark.parametrize(
    "body",
    [
        pages.article(),
        pages.article(sentences=pages.SENTENCES[:5]),
        pages.article(head=pages.free(is_free=True)),
        pages.article(head='<meta name="robots" content="max-image-preview:large">'),
        pages.article(head='<meta property="article:content_tier" content="free">'),
        # Comments behind a captcha, a newsletter, an invitation to subscribe: the article is there all the same.
        pages.article(extra="<div class='g-recaptcha'></div><p>Subscribe to continue getting our letters.</p>"),
        pages.article(extra='<script type="application/ld+json">{"broken": </script>'),
    ],
)
def test_an_article_is_not_taken_for_a_wall(body: bytes) -> None:
    assert state(body) == (PageState.READ, "")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://consent.press.example/?continue=https://press.example/1", PageState.CONSENT),
        ("https://press.example/consent?to=1", PageState.CONSENT),
        ("https://press.example/login?next=/1", PageState.LOGIN),
        ("https://press.example/accounts/sign-in", PageState.LOGIN),
        ("https://press.example/2023/login-data-of-millions-leaked", PageState.READ),
    ],
)
def test_the_address_where_it_ends_tells_as_well(url: str, wanted: PageState) -> None:
    assert state(pages.article(), url=url)[0] == wanted


@pytest.mark.parametrize(
    "headers", [{"x_robots_tag": "noarchive"}, {"x_robots_tag": "otherbot: noindex, none"}, {"tdm_reservation": "1"}]
)
def test_what_the_publisher_reserves_in_a_header_is_not_kept(headers: dict[str, str]) -> None:
    assert state(pages.article(), **headers)[0] == PageState.RESERVED


def test_a_story_is_known_in_a_language_without_spaces() -> None:
    sentences = [
        f"第{number}の段落では写真を学習に使った二つの会社の争いと和解について詳しく述べている。"
        for number in range(30)
    ]
    summary = "、".join(sentence.rstrip("。") for sentence in sentences[:8])
    body = pages.article(sentences=sentences, lang="ja").replace(pages.TITLE.encode(), "写真の争い".encode())
    headers = {"content-type": "text/html; charset=utf-8"}
    found = extract(body, headers=headers, url="https://press.example/1", expected=summary)
    assert (found.state, found.language) == (PageState.READ, "ja")
    other = extract(pages.ELSEWHERE, headers=headers, url="https://press.example/1", expected=summary)
    assert other.state == PageState.UNREADABLE


def test_what_is_no_html_is_not_read() -> None:
    assert state(b"%PDF-1.7", content_type="application/pdf") == (
        PageState.UNREADABLE,
        "The page is no HTML but application/pdf",
    )


@pytest.mark.parametrize(
    ("encoding", "declared", "head"),
    [
        ("cp1252", "text/html; charset=windows-1252", ""),
        ("cp1252", "text/html", '<meta charset="windows-1252">'),
        ("utf-8", "text/html", ""),
        ("utf-16", "text/html; charset=nonsense", ""),
        ("cp1252", "text/html", ""),
    ],
)
def test_pages_are_decoded_as_browsers_do(encoding: str, declared: str, head: str) -> None:
    sentences = [f"{sentence} It said “no” in the café." for sentence in pages.SENTENCES]
    body = pages.article(sentences=sentences, head=head).decode().encode(encoding)
    found = extract(body, headers={"content-type": declared}, url="https://press.example/1", expected="")
    assert "“no” in the café" in found.text


def test_markup_and_what_cannot_be_seen_stay_outside() -> None:
    sentences = [
        *pages.SENTENCES,
        "<script>steal()</script>The words <b>in bold</b> and <img src=x onerror=steal()> stay.",
        "Not so what nobody sees: \u202e right to left, \u200b nothing at all.",
    ]
    found = extract(pages.article(sentences=sentences), headers={}, url="https://press.example/1", expected="")
    assert found.state == PageState.READ
    assert "steal" not in found.text
    assert not {"\u202e", "\u200b", "<"} & set(found.text)


@pytest.mark.django_db
def test_a_redirect_to_a_consent_page_is_recognised(site: Site) -> None:
    site.answers["/1"] = Answer(status=302, headers={"Location": "/consent?back=/1"})
    page = site.read(site.page())
    assert page.state == PageState.CONSENT
    assert page.article.text == pages.SUMMARY
