"""The canonical address: one document, one spelling."""

import socket
import uuid
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.addresses import (
    MAXIMUM_LENGTH,
    AddressError,
    article_id,
    canonical_url,
    registrable_domain,
)


def test_it_works() -> None:
    assert (
        canonical_url("HTTP://User:secret@Example.ORG:80/a/../b/%7Eme?utm_source=rss&z=1&a=2#top")
        == "https://example.org/b/~me?a=2&z=1"
    )


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org?", "https://example.org/"),
        ("https://example.org./", "https://example.org/"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://example.org/x", "https://example.org/x"),
        ("http://127.0.0.1:8990/x", "http://127.0.0.1:8990/x"),
        ("http://example.org:443/x", "http://example.org:443/x"),
        ("https://example.org:80/x", "https://example.org:80/x"),
        ("https://example.org/a/", "https://example.org/a/"),
        ("https://example.org/a", "https://example.org/a"),
        ("https://example.org/a//b", "https://example.org/a//b"),
        ("https://example.org/a/./b/../../..", "https://example.org/"),
        ("https://example.org/%2e%2E/x", "https://example.org/x"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/caf\u00e9 1", "https://example.org/caf%C3%A9%201"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a\\b", "https://example.org/a%5Cb"),
        ("https://example.org/s;jsessionid=0A1B/x", "https://example.org/s/x"),
        ("https://B\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("https://\u66f8\u7c4d\u3002example/", "https://xn--rovu88b.example/"),
        ("https://[2001:DB8:0:0::1]/", "https://[2001:db8::1]/"),
        (" https://example.org/x \n", "https://example.org/x"),
    ],
)
def test_spellings_of_one_page_meet(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=rss&UTM_Medium=feed",
        "fbclid=x",
        "gclid=x&gclsrc=y",
        "mc_cid=1&mc_eid=2",
        "ref=rss",
        "source=rss----7f60cf5620c9---4",
        "mod=rss_Technology",
        "partner=rss&emc=rss",
        "at_medium=RSS&at_campaign=KARANGA",
        "ut%6D_source=x",
        "&&",
    ],
)
def test_tracking_parameters_are_removed(query: str) -> None:
    assert canonical_url(f"https://example.org/p?{query}") == "https://example.org/p"


@pytest.mark.parametrize("query", ["id=1", "uid=7", "cid=7", "reference=9", "ref=1234", "session=2", "p=", "p"])
def test_parameters_that_select_a_document_stay(query: str) -> None:
    assert canonical_url(f"https://example.org/p?{query}") == f"https://example.org/p?{query}"


def test_parameters_are_sorted_by_name_and_repeated_ones_keep_their_order() -> None:
    assert canonical_url("https://example.org/p?b=2&a=9&b=1") == "https://example.org/p?a=9&b=2&b=1"


def test_a_bare_parameter_keeps_its_place() -> None:
    url = "https://ecf.nysd.uscourts.gov/cgi-bin/DktRpt.pl?612345&a=1"
    assert canonical_url(url) == url


def test_a_fragment_names_a_filing_on_docket_hosts_only() -> None:
    docket = "https://www.courtlistener.com/docket/67/x-v-y/"
    assert canonical_url(f"{docket}#entry-1") == f"{docket}#entry-1"
    assert canonical_url(f"{docket}#entry-1") != canonical_url(f"{docket}#entry-2")
    assert canonical_url(f"{docket}#entry-1:~:text=order") == f"{docket}#entry-1"
    assert canonical_url("https://ecf.cand.uscourts.gov/x#1").endswith("#1")
    assert canonical_url("https://notcourtlistener.com/x#1") == "https://notcourtlistener.com/x"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("file:///etc/passwd", "http"),
        ("javascript:alert(1)", "http"),
        ("//example.org/x", "http"),
        ("example.org/x", "http"),
        ("https://", "host"),
        ("https:///x", "host"),
        ("https://user@/x", "host"),
        ("https://a b.example/", "host name"),
        ("https://exa%6Dple.org/", "host name"),
        ("https://example..org/", "host name"),
        ("https://good.example\\@evil.example/", "backslash"),
        ("https://-a.example/", "host name"),
        ("https://2130706434/", "IPv4"),
        ("https://0x7f.0.0.2/", "IPv4"),
        ("https://0177.0.0.2/", "IPv4"),
        ("https://[::1/", "read"),
        ("https://[::g]/", "read|IPv6"),
        ("https://[fe80::1%25eth0]/", "read|zone"),
        ("https://example.org:99999/", "read"),
        ("https://example.org:x/", "read"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org/a\nb", "control"),
        ("https://example.org/\x00", "control"),
        ("https://example.org/\ud800", "control"),
        ("https://example.org/" + "a" * MAXIMUM_LENGTH, "characters"),
        ("https://example.org/" + "\u00e9" * 700, "escaped"),
    ],
)
def test_what_names_no_document_is_refused_with_its_cause(url: str, cause: str) -> None:
    with pytest.raises(AddressError, match=cause):
        canonical_url(url)


_pieces = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "/",
            "..",
            ".",
            "%",
            "%2",
            "%2e",
            "%2F",
            "%C3%A9",
            "?",
            "&",
            "=",
            "#",
            ";jsessionid=",
            "utm_source=",
            "\u00e9",
        ]
    ),
)


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["example.org", "www.courtlistener.com", "B\u00fccher.example", "127.0.0.2:81", "u:p@example.org:80"]
    ),
    st.lists(_pieces, max_size=12).map("".join),
)
def test_the_canonical_address_is_a_fixed_point(scheme: str, authority: str, rest: str) -> None:
    try:
        canonical = canonical_url(f"{scheme}://{authority}/{rest}")
    except AddressError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert len(canonical) <= MAXIMUM_LENGTH


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_an_address_error(text: str) -> None:
    try:
        canonical = canonical_url(text)
    except AddressError:
        return
    assert canonical_url(canonical) == canonical


def test_the_article_id_is_stable() -> None:
    canonical = canonical_url("http://example.org/a?utm_campaign=x")
    assert article_id(canonical) == uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/a")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("ecf.cand.uscourts.gov", "uscourts.gov"),
        ("feeds.BBCI.co.uk", "bbci.co.uk"),
        ("someone.github.io", "github.io"),
        ("example.org.", "example.org"),
        ("news.platform.example", "platform.example"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("co.uk", "co.uk"),
        ("", ""),
    ],
)
def test_registrable_domain(host: str, domain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the list of public suffixes must come from the package, not from the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    registrable_domain.cache_clear()
    assert registrable_domain(host) == domain
