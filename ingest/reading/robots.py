"""What robots.txt says (RFC 9309). Pure; a file of rules may be made to be slow, so it is read in isolation."""

from typing import Final

from protego import Protego
from pydantic import BaseModel, ConfigDict

PRODUCT: Final = "data-licensing-dispute-tracker"
"""The name by which a robots.txt addresses us; the same as in the User-Agent."""
MOST_BYTES: Final = 512_000
"""Of a file of rules; RFC 9309, section 2.5, asks for at least 500 KiB."""
LONGEST_DELAY: Final = 3_600.0


class Permission(BaseModel):
    """Whether an address may be asked for."""

    model_config = ConfigDict(frozen=True)

    is_allowed: bool
    delay: float = 0.0
    """Seconds that the file wants between two requests (Crawl-delay), up to an hour."""


def permission(rules: str, url: str) -> Permission:
    """Ask the rules of a host about one of its addresses."""
    parsed = Protego.parse(rules)
    delay = parsed.crawl_delay(PRODUCT)
    return Permission(
        is_allowed=bool(parsed.can_fetch(url, PRODUCT)), delay=min(max(float(delay or 0), 0.0), LONGEST_DELAY)
    )
