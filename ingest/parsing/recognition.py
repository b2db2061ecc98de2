"""What a document that is no feed seems to be, so that the operator reads a cause and not a shrug."""

import re
from typing import Final

from ingest.parsing.model import NotAFeed

FEED_ROOTS: Final = frozenset(("rss", "feed", "rdf", "channel", "entry", "item"))
"""Local names, in lower case, of root elements that may hold a feed."""

_ROOTS: Final = {
    "html": "html_page", "head": "html_page", "body": "html_page", "div": "html_page", "script": "html_page",
    "p": "html_page", "br": "html_page", "a": "html_page", "img": "html_page", "h1": "html_page",
    "meta": "html_page", "title": "html_page", "center": "html_page", "table": "html_page", "b": "html_page",
    "span": "html_page", "link": "html_page", "style": "html_page",
    "urlset": "sitemap", "sitemapindex": "sitemap", "opml": "opml",
}  # fmt: skip
_SENTENCES: Final = {
    "challenge_page": "the server asks for proof of a human reader (a captcha or a browser check) instead of a feed",
    "html_page": "the address gives an HTML page, not a feed; look on it for the feed's own address",
    "sitemap": "the address gives a sitemap, which lists pages for search engines, not a feed",
    "opml": "the address gives an OPML list of feeds, not a feed; import it instead",
    "json": "the document is JSON but not a JSON Feed",
    "xml": "the document is XML but not a feed",
    "text": "the document is plain text, not a feed",
    "binary": "the document is not text at all",
}
# Phrases and names of the pages that Cloudflare, DataDome, PerimeterX, Imperva, Akamai, AWS and others show.
_CHALLENGE: Final = re.compile(
    r"captcha|cf-chl|challenge-platform|challenge-form|just a moment\.\.\.|attention required! \| cloudflare"
    r"|checking your browser|enable javascript and cookies|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you (?:a )?(?:robot|human)|unusual traffic|ddos protection by|ddos-guard|datadome|px-captcha|perimeterx"
    r"|_incapsula_resource|awswaf|aws-waf|access to this page has been denied|pardon our interruption|bot manager",
    re.IGNORECASE,
)
_FIRST_ELEMENT: Final = re.compile(r"<(?:[\w.-]{1,50}:)?([A-Za-z][\w.-]{0,50})", re.ASCII)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_SCAN: Final = 100_000


def root_name(text: str) -> str:
    """Return the local name of the element that a tidy document begins with, in lower case, or an empty text."""
    match = _FIRST_ELEMENT.match(text)
    return match[1].lower() if match else ""


def not_a_feed(text: str, doctype: str = "", root: str | None = None) -> NotAFeed:
    """Return the error that says what a document seems to be; the caller raises it."""
    reason = _reason(text, doctype, root_name(text) if root is None else root)
    return NotAFeed(reason, _SENTENCES[reason])


def _reason(text: str, doctype: str, root: str) -> str:
    head = text[:_SCAN]
    if head[:1] in {"{", "["}:
        return "json"
    reason = "html_page" if doctype == "html" else _ROOTS.get(root, "")
    if not reason:
        if head.startswith("<") and root:
            return "xml"
        if len(_NOT_TEXT.findall(head)) > len(head) // 100:
            return "binary"
        reason = "text"
    if reason in {"html_page", "text"} and _CHALLENGE.search(head):
        return "challenge_page"
    return reason
