"""Pages as publishers send them, and what they send in the place of an article."""

from __future__ import annotations

import json

TITLE = "Getty and the makers of a model settle over licences"
SUMMARY = "Two companies settle their quarrel over photographs that taught a model."
SENTENCES = [
    f"Paragraph {number} tells how the two companies settle their quarrel over photographs that taught a model."
    for number in range(30)
]


def article(*, sentences: list[str] = SENTENCES, head: str = "", extra: str = "", lang: str = "en-GB") -> bytes:
    """An honest page: navigation, an article, a footer with the usual invitations."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>{TITLE}</title>{head}</head><body>'
        '<nav><a href="/">Home</a> <a href="/login">Sign in</a> Already a subscriber?</nav>'
        f"<main><article><h1>{TITLE}</h1>{paragraphs}{extra}</article></main>"
        "<footer>We value your privacy. Subscribe to our newsletter.</footer></body></html>"
    ).encode()


def free(*, is_free: object) -> str:
    data = {"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "isAccessibleForFree": is_free}]}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


TEASER = SENTENCES[:2]
PAYWALL = article(
    sentences=TEASER, extra='<div class="paywall"><p>Subscribe to continue reading. Already a subscriber?</p></div>'
)
DECLARED_PAYWALL = article(head=free(is_free=False))
LOCKED = article(head='<meta property="article:content_tier" content="locked">')
CONSENT = (
    b"<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1>"
    b"<p>We and our partners store and/or access information on a device, such as cookies.</p>"
    b"<button>Accept all</button><button>Manage settings</button></body></html>"
)
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    b"<noscript>Enable JavaScript and cookies to continue</noscript><form id='challenge-form'></form></body></html>"
)
CAPTCHA = (
    b"<html><head><title>press.example</title></head><body><div class='g-recaptcha'></div>"
    b"<p>Please verify you are a human</p></body></html>"
)
LOGIN = (
    b"<html><head><title>Sign in</title></head><body><form><label>E-mail <input name='m'></label>"
    b"<label>Password <input type='password' name='p'></label><button>Sign in</button></form></body></html>"
)
ELSEWHERE = article(
    sentences=[f"Our shop has moved; number {n} of our catalogue lists chairs, tables and lamps." for n in range(30)]
).replace(TITLE.encode(), b"Welcome to our shop")
