"""Which addresses a fetch may reach, judged where nobody can change them any more: at the socket."""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Final

from yarl import URL

from disputes.addresses import MAXIMUM_LENGTH
from ingest.fetching.errors import BadAddressError, BadSchemeError, ForbiddenAddressError, ForbiddenPortError
from ingest.fetching.policy import FetchPolicy

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NUMERIC_LABEL: Final = re.compile(r"\d+|0[xX][0-9a-fA-F]*", re.ASCII)


class ForbiddenSocketAddressError(OSError):
    """Refuses a socket.

    The text is the same for every address, since aiohappyeyeballs melts errors with different texts into
    another class.
    """

    def __init__(self, address: str) -> None:
        super().__init__("the address is not public")
        self.address = address


def guarded_sockets(policy: FetchPolicy) -> "Callable[[AddrInfoType], socket.socket]":
    """Return a socket factory for aiohttp that refuses what the policy does not permit.

    It is called with the very address that connect() gets, after DNS, on every hop and for every attempt, so
    a name that changes between check and use gains nothing.
    """

    def open_socket(address_info: "AddrInfoType") -> socket.socket:
        family, kind, protocol, _, socket_address = address_info
        host, port = socket_address[0], socket_address[1]
        if not isinstance(host, str) or not policy.permits(ip_address(host.partition("%")[0]), port):
            raise ForbiddenSocketAddressError(str(host))
        return socket.socket(family, kind, protocol)

    return open_socket


def check_url(url: str, policy: FetchPolicy) -> URL:
    """Return an address that may be asked for, without its fragment.

    What a name stands for is judged later, by guarded_sockets; a literal address in any spelling is judged
    here as well, so that the error can say so. Raises BadAddressError or ForbiddenAddressError.
    """
    url = url.strip(" \t\r\n\f")
    if not url:
        raise BadAddressError("the address is empty; give one that starts with https://")
    if len(url) > MAXIMUM_LENGTH:
        raise BadAddressError(f"the address has {len(url):,} characters; at most {MAXIMUM_LENGTH:,} are allowed")
    if _CONTROL.search(url):
        raise BadAddressError("the address holds control characters; copy it again without line breaks")
    try:
        parsed = URL(url)
        host, port = parsed.raw_host, parsed.port
    except ValueError as error:
        raise BadAddressError(f"the address {url[:200]!r} cannot be read: {error}") from error
    if parsed.scheme not in {"http", "https"}:
        raise BadSchemeError(f"only http and https are fetched, not {parsed.scheme[:30] or 'no scheme'!r}")
    if not host or port is None:
        raise BadAddressError(f"the address {url[:200]!r} names no host")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise BadAddressError("the address holds a user name or password; feeds are fetched without any")
    if not policy.permits_port(port):
        raise ForbiddenPortError(f"port {port} is not fetched; use 80 or 443, or name the address in FETCH_ALLOW")
    _check_literal(host, port, policy)
    return parsed.with_fragment(None)


def _check_literal(host: str, port: int, policy: FetchPolicy) -> None:
    usual = True
    try:
        if "%" in host:
            raise BadAddressError(f"{host!r} has a meaning on one machine only")
        address = ip_address(host)
    except ValueError:
        if not _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return
        # Only an address ends in a number. The system's resolver would read octal, hexadecimal, a single
        # integer and fewer than four numbers, so those spellings are read the same way to say what they hide.
        usual = False
        try:
            address = IPv4Address(socket.inet_aton(host.rstrip(".")))
        except (OSError, ValueError) as error:
            raise BadAddressError(f"{host[:100]!r} is neither a name nor an address") from error
    if not policy.permits(address, port):
        raise ForbiddenAddressError(
            f"{host} on port {port} is not a public address; FETCH_ALLOW can make an exception for it"
        )
    if not usual:
        raise BadAddressError(f"{host!r} is an odd spelling; write {address}")
