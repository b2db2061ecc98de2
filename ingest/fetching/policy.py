"""What a fetch may do: limits, exceptions, and how it introduces itself."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Self

from django.conf import settings

from ingest.fetching.public_addresses import is_public
from ingest.schedule import REQUEST_PAUSE

PROJECT: Final = "data-licensing-dispute-tracker/0.1"
PUBLIC_PORTS: Final = frozenset((80, 443))

_CONTACT: Final = re.compile(r"[!-'*-~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits of one fetch. Sizes in bytes, times in seconds."""

    allow: frozenset[tuple[IPv4Address | IPv6Address, int]] = frozenset()
    """Addresses, with their port, that may be fetched although they are not public."""
    contact: str = ""
    """URL or mail address of the operator, for publishers who wish to complain."""
    total_seconds: float = 15.0
    """For the whole exchange with all its redirects, whatever the drip; waiting for a busy publisher excepted."""
    maximum_wire_bytes: int = 5_000_000
    maximum_decoded_bytes: int = 10_000_000
    maximum_redirects: int = 5
    maximum_headers: int = 100
    maximum_header_bytes: int = 8_190
    """Of the status line and of each header alone."""
    connections: int = 100
    """Open at once in one Fetcher; to one publisher there is never more than one."""
    pause_seconds: float = 0.0
    """Between the end of one request to a publisher and the next; `from_settings` gives what politeness asks for."""

    def __post_init__(self) -> None:
        if not _CONTACT.fullmatch(self.contact):
            raise ValueError(
                f"FETCH_CONTACT {self.contact!r} cannot stand in a User-Agent; "
                "give one URL or mail address in ASCII, without spaces or brackets"
            )

    @classmethod
    def from_settings(cls) -> Self:
        """Return the policy of FETCH_ALLOW, FETCH_CONTACT and FETCH_TIME_SCALE, as the settings have read them."""
        pause = REQUEST_PAUSE.total_seconds() / settings.FETCH_TIME_SCALE
        return cls(allow=settings.FETCH_ALLOW, contact=settings.FETCH_CONTACT, pause_seconds=pause)

    @property
    def user_agent(self) -> str:
        """Name the project and whom to ask about it."""
        return f"{PROJECT} (+{self.contact})" if self.contact else PROJECT

    def permits_port(self, port: int) -> bool:
        """Whether any address at all may be fetched on this port."""
        return port in PUBLIC_PORTS or any(port == allowed for _, allowed in self.allow)

    def permits(self, address: IPv4Address | IPv6Address, port: int) -> bool:
        """Whether a connection may be opened to this address and port."""
        return (address, port) in self.allow or (port in PUBLIC_PORTS and is_public(address))
