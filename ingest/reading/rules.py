"""Whose pages are read: what operators say, and what is known of sources that nobody asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from disputes.errors import FieldError, Invalid, NotFound
from ingest.models import Feed, FullTextRule, FullTextWish

NEVER: Final[Mapping[str, str]] = {
    "uscourts.gov": "PACER charges for each page",
    "courtlistener.com": "its docket feeds are whole, and Free Law Project asks to be asked before pages are read",
    "news.google.com": "it gives redirects, not articles, and its terms allow a personal feed reader only",
    "bing.com": "its terms allow a personal feed reader only",
    "import.invalid": "it is a file, not a server",
}
"""Domains whose pages are not read unless an operator says so."""
_DOMAIN: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
SUMMARY: Final = 1_000
"""Characters; a text of fewer is taken for a summary."""
_CUT_OFF: Final = (
    "…",
    "...",
    "[…]",
    "[...]",
    "read more",
    "continue reading",
    "read the full story",
    "read full article",
)


class Rules:
    """What is wished, read once for many articles."""

    def __init__(self, rules: Iterable[FullTextRule]) -> None:
        by_kind = list(rules)
        self._of_feed = {rule.feed_id: rule for rule in by_kind if rule.feed_id is not None}
        self._of_domain = {rule.domain: rule for rule in by_kind if rule.domain}

    @classmethod
    def load(cls) -> Rules:
        """Read them. One query."""
        return cls(FullTextRule.objects.all())

    def wish(self, url: str, feeds: Iterable[int]) -> tuple[FullTextWish, str]:
        """Say whether a page is to be read that these feeds carry, and who says so.

        "Never" from anybody comes first: from a feed, from the page's domain, or known of that domain. The nearest
        domain counts, so that a rule for a part of a site can differ from that for the whole.
        """
        own = [self._of_feed[feed] for feed in feeds if feed in self._of_feed]
        domain = self._domain_rule(urlsplit(url).hostname or "")
        for rule in [*own, *([domain] if domain else [])]:
            if rule.wish == FullTextWish.NEVER:
                return FullTextWish.NEVER, rule.reason or f"An operator said so ({rule.set_by or 'unknown'})"
        if own:
            return FullTextWish(own[0].wish), own[0].reason
        if domain is not None:
            return FullTextWish(domain.wish), domain.reason
        known = next((reason for name, reason in NEVER.items() if name in _domains(urlsplit(url).hostname or "")), "")
        return (FullTextWish.NEVER, known) if known else (FullTextWish.SUMMARIES, "")

    def _domain_rule(self, host: str) -> FullTextRule | None:
        return next((self._of_domain[name] for name in _domains(host) if name in self._of_domain), None)


def is_summary(length: int, end: str) -> bool:
    """Say whether a text of so many characters that ends so seems to be less than its article: short, or cut off."""
    end = end.rstrip()
    return length < SUMMARY or end.endswith(_CUT_OFF) or end.casefold().rstrip(" .»›>→").endswith(_CUT_OFF)


def _domains(host: str) -> list[str]:
    """Give a host and the domains that it belongs to, the nearest first."""
    labels = host.casefold().split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def set_rule(source: str, wish: FullTextWish | None, *, reason: str = "", by: str) -> FullTextRule | None:
    """Say which pages of a source are read; None takes what was said back, so that what is usual holds.

    `source` is the number of a feed, or a domain, which stands for its subdomains as well. Holds from now on, also
    for pages that wait already. Raises Invalid where it is neither, NotFound for a feed that there is not.
    """
    source = source.strip().casefold().rstrip(".")
    named: dict[str, Any]
    if source.isascii() and source.isdigit():
        if not Feed.objects.filter(pk=int(source)).exists():
            raise NotFound(f"there is no feed {source}")
        named = {"feed_id": int(source)}
    elif _DOMAIN.fullmatch(source):
        named = {"domain": source}
    else:
        raise Invalid(
            f"{source!r} is no source",
            [FieldError("/source", "give a domain such as press.example, or a feed's number")],
        )
    if wish is None:
        FullTextRule.objects.filter(**named).delete()
        return None
    said = {"wish": wish, "reason": reason.strip()[:300], "set_by": by}
    return FullTextRule.objects.update_or_create(**named, defaults=said)[0]
