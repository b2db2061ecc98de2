"""What a fetch brought back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """An answer, whatever its status: 304, 410, 429 and 503 are answers too."""

    status: int
    url: str
    """Where the answer came from, after redirects."""
    permanent_redirect: str | None
    """Where the address has moved for good: the end of the run of 301 and 308 at the start, if any."""
    body: bytes
    """Decoded; empty unless the status is 2xx, because nothing else is read."""
    etag: str | None
    """To be sent back byte for byte; None where that is not possible."""
    last_modified: str | None
    """As etag."""
    content_type: str | None
    retry_after: int | None
    """Seconds from the end of the fetch."""
    max_age: int | None
    """Seconds for which the answer says that it stays fresh."""
    wire_bytes: int
    """Of the body as it was sent."""
    duration: float
    """Seconds from the first connection to the last byte, without waiting for a busy publisher."""
    wire_body: bytes = b""
    """The body as it was sent, still in its Content-Encoding."""
    request_headers: tuple[tuple[str, str], ...] = ()
    """What was sent to `url`."""
    response_headers: tuple[tuple[str, str], ...] = ()
    """What came back, in its order and spelling; bytes that are not UTF-8 as surrogates."""
    redirect: str | None = None
    """Where the answer leads, where redirects were not to be followed."""

    @property
    def is_success(self) -> bool:
        """Whether the body is what was asked for."""
        return 200 <= self.status < 300

    @property
    def is_not_modified(self) -> bool:
        """Whether the server says that nothing has changed since the validators that were sent."""
        return self.status == 304
