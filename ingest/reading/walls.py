"""Telling the text of an article from what publishers put in its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement  # type: ignore[import-untyped]

SHORT: Final = 1_500
"""Characters: words that also stand around whole articles tell a wall only where the page has less text than this."""
_SCAN: Final = 400_000
_DEEPEST: Final = 12

# What Cloudflare, DataDome, PerimeterX, Imperva, Akamai and others show while they look at the visitor.
_CHALLENGE: Final = re.compile(
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:robot|human)|checking your browser"
    r"|enable javascript and cookies to continue|unusual traffic|press (?:and|&) hold"
    r"|complete the (?:security check|captcha)"
    r"|access to this page has been denied|pardon our interruption|ddos protection by|please enable (?:js|javascript)",
    re.IGNORECASE,
)
_CHALLENGE_TITLE: Final = re.compile(
    r"just a moment|attention required|access denied|are you a robot|security check|bot verification|pardon our",
    re.IGNORECASE,
)
_CHALLENGE_MARKUP: Final = re.compile(
    r"cf-chl|challenge-platform|challenge-form|captcha-delivery|px-captcha|_incapsula_resource|awswaf|g-recaptcha|h-captcha",
    re.IGNORECASE,
)
_PAYWALL: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read|unlock)|to (?:continue|keep) reading|(?:for|only to) subscribers"
    r"|subscribers? only|subscriber[- ]exclusive|already a (?:subscriber|member)|become a (?:subscriber|member)"
    r"|unlock (?:this|the full) (?:article|story)|this (?:article|content|story) is (?:reserved|exclusive)"
    r"|you(?:'|’)ve (?:reached|read) your|start your (?:free )?trial"
    r"|nur für abonnenten|jetzt abonnieren|réservé aux abonnés|solo para suscriptores|riservato agli abbonati",
    re.IGNORECASE,
)
_PAYWALL_MARKUP: Final = re.compile(r"paywall|piano-offer|tp-modal|regwall|metered-content", re.IGNORECASE)
_CONSENT: Final = re.compile(
    r"(?:we value|about) your privacy|before you continue|(?:accept|agree to) (?:all|the use of) cookies|accept all"
    r"|manage (?:your )?(?:cookie|privacy) (?:settings|preferences|choices)|consent to (?:the|our) use"
    r"|(?:we|our partners)[^.]{0,60} store and/or access information|zustimmen und weiter|accepter et continuer"
    r"|alle akzeptieren|tout accepter",
    re.IGNORECASE,
)
_CONSENT_ADDRESS: Final = re.compile(
    r"^(?:consent|privacy|cmp|guce)\.|[./]consent(?:[/?.]|$)|cookie-?wall", re.IGNORECASE
)
_LOGIN: Final = re.compile(
    r"(?:log|sign) in to (?:continue|read|view|see|access)|(?:please|you must) (?:log|sign) in"
    r"|create (?:a free|an) account"
    r"|register (?:for free )?to (?:continue|read)|anmelden, um|connectez-vous pour",
    re.IGNORECASE,
)
_LOGIN_ADDRESS: Final = re.compile(
    r"/(?:log-?in|sign-?in|sso|oauth2?|authwall|account/begin)(?:[/?.]|$)", re.IGNORECASE
)
_PASSWORD: Final = re.compile(r"<input\b[^<>]{0,300}\btype\s*=\s*[\"']?password", re.IGNORECASE)
_HUMAN: Final = "The server asks for proof of a human reader (a captcha or a browser check)"
_RESERVED: Final = frozenset({"noarchive", "none", "noai"})


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands in the place of the text; `kind` is a value of PageState."""

    kind: str
    reason: str


def reservation(headers: dict[str, str], tree: HtmlElement) -> Wall | None:
    """Say whether the publisher keeps the right to hold copies of a page, or to mine it.

    By X-Robots-Tag or meta robots ("noarchive", "none", "noai") or by TDMRep (W3C community group report of 2024:
    tdm-reservation: 1, the machine-readable form of article 4 of directive (EU) 2019/790). Header names in lower case.
    """
    if any(value.strip() == "1" for value in [headers.get("tdm-reservation", ""), *_meta(tree, "tdm-reservation")]):
        return Wall("reserved", "The publisher reserves text and data mining (tdm-reservation: 1)")
    tags = ",".join([headers.get("x-robots-tag", ""), *_meta(tree, "robots")])
    for tag in re.split(r"[,\s]+", tags.lower()):
        if tag in _RESERVED:
            return Wall("reserved", f"The publisher does not want the page to be kept (robots: {tag})")
    return None


def find_wall(tree: HtmlElement, markup: str, text: str, *, title: str, url: str) -> Wall | None:
    """Say what stands in the place of an article, or nothing where its text is there.

    What the publisher declares counts always: schema.org's isAccessibleForFree, the content tier. Phrases count where
    there is little text, since "already a subscriber?" stands around whole articles as well.
    """
    declared = _declared_paywall(tree)
    if declared:
        return Wall("paywall", declared)
    parts = urlsplit(url)
    if _CONSENT_ADDRESS.search(f"{parts.hostname or ''}{parts.path}"):
        return Wall("consent", f"The server sends visitors to a consent page, {parts.hostname}")
    if _LOGIN_ADDRESS.search(parts.path):
        return Wall("login", "The server sends visitors to a login page")
    if len(text) >= SHORT:
        return None
    return _wall_by_words(tree, markup[:_SCAN], text, title)


def _wall_by_words(tree: HtmlElement, markup: str, text: str, title: str) -> Wall | None:
    visible = f"{title}\n{text}\n{_visible(tree)}"
    said = [
        (_CHALLENGE_TITLE, title, SHORT, "challenge", _HUMAN),
        (_CHALLENGE, visible, SHORT, "challenge", _HUMAN),
        (_PAYWALL, text, SHORT, "paywall", "The text is behind a paywall: “{}”"),
        (_PAYWALL, visible, SHORT / 2, "paywall", "The text is behind a paywall: “{}”"),
        (_LOGIN, visible, SHORT / 3, "login", "The text is for those who log in: “{}”"),
        (_CONSENT, visible, SHORT / 3, "consent", "The server wants consent first: “{}”"),
        (_PASSWORD, markup, SHORT / 3, "login", "The page is a login form"),
        (_CHALLENGE_MARKUP, markup, SHORT / 3, "challenge", _HUMAN),
        (_PAYWALL_MARKUP, markup, SHORT / 3, "paywall", "The page has a paywall and hardly any text"),
    ]
    for pattern, where, limit, kind, reason in said:
        if len(text) < limit and (match := pattern.search(where)):
            return Wall(kind, reason.format(match[0]))
    return None


def _declared_paywall(tree: HtmlElement) -> str:
    for name in ("article:content_tier", "article.content_tier"):
        if any(value.strip().lower() == "locked" for value in _meta(tree, name)):
            return "The publisher declares that the text is locked (article:content_tier)"
    for script in tree.xpath("//script[@type='application/ld+json']")[:50]:
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for value in _values_of(data, "isAccessibleForFree"):
            if str(value).strip().lower() == "false":
                return "The publisher declares that the text is not free (isAccessibleForFree)"
    return ""


def _values_of(data: Any, key: str, depth: int = 0) -> Iterator[Any]:
    """Find what a page says of itself; not of the parts of it, such as a video for subscribers."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _values_of(item, key, depth + 1)
    elif isinstance(data, dict):
        if key in data:
            yield data[key]
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if name in data:
                yield from _values_of(data[name], key, depth + 1)


def _meta(tree: HtmlElement, name: str) -> list[str]:
    found = tree.xpath("//meta[translate(@name, $upper, $lower) = $name or @property = $name]/@content",
                       name=name, upper="ABCDEFGHIJKLMNOPQRSTUVWXYZ", lower="abcdefghijklmnopqrstuvwxyz")  # fmt: skip
    return [str(value) for value in found[:20]]


def _visible(tree: HtmlElement) -> str:
    """Give what a reader sees outside of the parts that are the same on every page of a site."""
    hidden = " or ".join(f"ancestor::{name}" for name in ("script", "style", "noscript", "nav", "header", "footer"))
    texts = tree.xpath(f"//body//text()[not({hidden})]")
    return " ".join(" ".join(str(text) for text in texts[:3_000]).split())[:20_000]
