"""Why a fetch gave no usable answer."""

from typing import ClassVar


class FetchError(Exception):
    """No usable answer came; `reason` is a stable code, the message a sentence for the operator."""

    reason: ClassVar[str] = "fetch"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadAddressError(FetchError):
    """The address is not one that can be fetched: no host, user information, too long, an odd spelling."""

    reason = "bad_address"


class BadSchemeError(BadAddressError):
    """The address is neither http nor https."""

    reason = "bad_scheme"


class ForbiddenPortError(BadAddressError):
    """The port is neither 80 nor 443 and FETCH_ALLOW does not name it."""

    reason = "forbidden_port"


class ForbiddenAddressError(FetchError):
    """The host stands for an address that is not public and that FETCH_ALLOW does not name."""

    reason = "forbidden_address"


class NameNotFoundError(FetchError):
    """The host has no address in the DNS."""

    reason = "dns"


class ConnectionFailedError(FetchError):
    """The server refused the connection, could not be reached, or hung up before it answered."""

    reason = "connection"


class TLSFailedError(FetchError):
    """The server could not prove who it is, or does not speak TLS."""

    reason = "tls"


class TimedOutError(FetchError):
    """The whole exchange took longer than the policy allows."""

    reason = "timeout"


class BadResponseError(FetchError):
    """The answer is not HTTP, has too many or too long headers, or makes no sense for the request."""

    reason = "bad_response"


class TooManyRedirectsError(FetchError):
    """More redirects than the policy allows."""

    reason = "too_many_redirects"


class RedirectLoopError(FetchError):
    """A redirect led back to an address of the same fetch."""

    reason = "redirect_loop"


class BadRedirectError(FetchError):
    """A redirect without a target, or with one that may not be fetched."""

    reason = "bad_redirect"


class TooLargeError(FetchError):
    """The body is larger than the policy allows, on the wire or once decoded."""

    reason = "too_large"


class TruncatedError(FetchError):
    """The body ended before its declared length or its end mark."""

    reason = "truncated"


class BadEncodingError(FetchError):
    """The body has an encoding that was not asked for, or does not decode."""

    reason = "bad_encoding"


class PublisherSilentError(FetchError):
    """The publisher to whom a redirect leads has asked to be left alone."""

    reason = "publisher_silent"
