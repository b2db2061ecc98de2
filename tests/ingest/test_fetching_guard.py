"""No address that is not public is reached, however it is written or hidden."""

import asyncio
from ipaddress import ip_address

import pytest

from ingest.fetching import (
    BadAddressError,
    BadSchemeError,
    Fetcher,
    FetchError,
    FetchPolicy,
    ForbiddenAddressError,
    ForbiddenPortError,
    NameNotFoundError,
)
from ingest.fetching.guard import check_url
from ingest.fetching.public_addresses import is_public
from tests.ingest.hostile_server import (
    FORBIDDEN_HOST,
    HostileServer,
    ScriptedResolver,
    always,
    answer,
    redirect,
)

SPELLINGS = [
    "127.0.0.2",
    "127.0.0.2.",
    "127.2",
    "127.0.2",
    "2130706434",
    "0x7f000002",
    "0x7f.0.0.2",
    "0X7F.0.0.0X2",
    "017700000002",
    "0177.0.0.02",
    "0177.0.0.2.",
    "%31%32%37.0.0.2",
    "\uff11\uff12\uff17.0.0.2",
    "\u2460\u2461\u2466.0.0.\u2461",
    "127\u3002.0\u30020\u30022",
    "127\u30020\u30020\u30022",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[0:0:0:0:0:ffff:127.0.0.2]",
    "[::127.0.0.2]",
    "[::ffff:0:127.0.0.2]",
    "[2002:7f00:2::]",
    "[2002:7f00:2::1]",
    "[64:ff9b::127.0.0.2]",
    "[64:ff9b:1::7f00:2]",
    "[2001:0:7f00:2::80ff:fffd]",
    "[2001::7f00:2]",
]


def test_it_works() -> None:
    with pytest.raises(ForbiddenAddressError, match="not a public address") as caught:
        check_url(f"http://{FORBIDDEN_HOST}/", FetchPolicy())
    assert caught.value.reason == "forbidden_address"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_literal_address_is_refused_in_every_spelling(spelling: str) -> None:
    with pytest.raises((ForbiddenAddressError, BadAddressError)):
        check_url(f"http://{spelling}/", FetchPolicy())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_redirect_to_the_forbidden_host_is_refused_in_every_spelling(spelling: str) -> None:
    async def main() -> None:
        async with HostileServer(always(b"")) as server:
            server.respond = always(redirect(f"http://{spelling}:{server.port}/"))
            async with (
                HostileServer(always(answer()), host=FORBIDDEN_HOST, port=server.port) as forbidden,
                Fetcher(server.policy()) as fetcher,
            ):
                with pytest.raises(FetchError) as caught:
                    await fetcher.fetch(server.url())
                assert caught.value.reason in {"forbidden_address", "bad_address", "bad_redirect"}
        assert len(server.requests) == 1
        assert forbidden.requests == []

    asyncio.run(main())


def test_a_name_that_stands_for_a_forbidden_address_is_refused_at_the_socket() -> None:
    async def main() -> None:
        async with (
            HostileServer(always(answer())) as server,
            HostileServer(always(answer()), host=FORBIDDEN_HOST, port=server.port) as forbidden,
            Fetcher(server.policy(), resolver=ScriptedResolver([FORBIDDEN_HOST])) as fetcher,
        ):
            with pytest.raises(ForbiddenAddressError, match=r"feed\.example stands for 127\.0\.0\.2"):
                await fetcher.fetch(f"http://feed.example:{server.port}/")
        assert forbidden.requests == []

    asyncio.run(main())


def test_a_name_that_changes_between_two_hops_gains_nothing() -> None:
    async def main() -> None:
        async with HostileServer(always(b"")) as server:
            # Two names, because answers of the DNS are kept for some seconds.
            server.respond = always(redirect(f"http://two.example:{server.port}/"))
            resolver = ScriptedResolver(["127.0.0.1"], [FORBIDDEN_HOST])
            async with (
                HostileServer(always(answer()), host=FORBIDDEN_HOST, port=server.port) as forbidden,
                Fetcher(server.policy(), resolver=resolver) as fetcher,
            ):
                with pytest.raises(ForbiddenAddressError):
                    await fetcher.fetch(f"http://one.example:{server.port}/")
        assert resolver.questions == ["one.example", "two.example"]
        assert len(server.requests) == 1
        assert forbidden.requests == []

    asyncio.run(main())


def test_of_several_addresses_only_the_permitted_one_is_reached() -> None:
    async def main() -> None:
        async with (
            HostileServer(always(answer(200, body=b"good"))) as server,
            HostileServer(always(answer(200, body=b"bad")), host=FORBIDDEN_HOST, port=server.port) as forbidden,
            Fetcher(server.policy(), resolver=ScriptedResolver([FORBIDDEN_HOST, "127.0.0.1"])) as fetcher,
        ):
            assert (await fetcher.fetch(f"http://feed.example:{server.port}/")).body == b"good"
        assert forbidden.requests == []

    asyncio.run(main())


def test_several_forbidden_addresses_are_still_called_forbidden() -> None:
    async def main() -> None:
        resolver = ScriptedResolver([FORBIDDEN_HOST, "127.0.0.3", "::1"])
        async with Fetcher(FetchPolicy(), resolver=resolver) as fetcher:
            with pytest.raises(ForbiddenAddressError):
                await fetcher.fetch("http://feed.example/")

    asyncio.run(main())


def test_localhost_is_reached_only_where_it_is_allowed() -> None:
    async def main() -> None:
        async with HostileServer(always(answer(200, body=b"home"))) as server:
            resolver = ScriptedResolver(["127.0.0.1"])
            async with Fetcher(server.policy(), resolver=resolver) as fetcher:
                assert (await fetcher.fetch(f"http://localhost:{server.port}/")).body == b"home"
            async with Fetcher(FetchPolicy(), resolver=resolver) as fetcher:
                with pytest.raises(ForbiddenAddressError):
                    await fetcher.fetch("http://localhost/")

    asyncio.run(main())


def test_an_unknown_name_is_an_error_of_its_own() -> None:
    async def main() -> None:
        resolver = ScriptedResolver(OSError(-2, "Name or service not known"))
        async with Fetcher(FetchPolicy(), resolver=resolver) as fetcher:
            with pytest.raises(NameNotFoundError, match=r"feed\.example has no address"):
                await fetcher.fetch("http://feed.example/")

    asyncio.run(main())


@pytest.mark.parametrize("port", [22, 25, 8080, 8990, 65535])
def test_other_ports_are_refused_unless_allowed(port: int) -> None:
    with pytest.raises(ForbiddenPortError, match=f"port {port}"):
        check_url(f"http://example.org:{port}/", FetchPolicy())


def test_an_exception_opens_one_port_of_one_address() -> None:
    policy = FetchPolicy(allow=frozenset({(ip_address("127.0.0.1"), 8990)}))
    assert policy.permits(ip_address("127.0.0.1"), 8990)
    assert not policy.permits(ip_address("127.0.0.1"), 80)
    assert not policy.permits(ip_address(FORBIDDEN_HOST), 8990)
    assert not policy.permits(ip_address("2606:4700::1"), 8990)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", BadAddressError),
        ("file:///etc/passwd", BadSchemeError),
        ("FILE://127.0.0.1/x", BadSchemeError),
        ("ftp://example.org/", BadSchemeError),
        ("//example.org/", BadSchemeError),
        ("example.org", BadSchemeError),
        ("http://", BadAddressError),
        ("http:///x", BadAddressError),
        ("http://user@example.org/", BadAddressError),
        ("http://:secret@example.org/", BadAddressError),
        ("http://example.org\\@127.0.0.2/", BadAddressError),
        ("http://[fe80::1%25lo]/", BadAddressError),
        ("http://256.1.1.1/", BadAddressError),
        ("http://1.2.3.4.5/", BadAddressError),
        ("http://0x08080808/", BadAddressError),
        ("http://example.org:99999/", BadAddressError),
        ("http://example.org/\r\nX: y", BadAddressError),
        ("http://example.org/" + "x" * 2_048, BadAddressError),
    ],
)
def test_what_cannot_be_fetched_is_refused_before_any_connection(url: str, error: type[FetchError]) -> None:
    with pytest.raises(error):
        check_url(url, FetchPolicy())


def test_a_usual_address_passes_without_its_fragment() -> None:
    assert str(check_url(" https://example.org/feed?a=1#x", FetchPolicy())) == "https://example.org/feed?a=1"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to refuse, not to bind
        "127.0.0.2",
        "192.88.99.1",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.2",
        "::8.8.8.8",
        "::ffff:127.0.0.2",
        "64:ff9b::7f00:2",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "ff0e::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
