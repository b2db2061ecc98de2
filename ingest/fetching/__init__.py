"""Fetching over HTTP from servers that may be hostile: nothing here trusts what it is told.

`Fetcher` keeps one client for many fetches at once; `fetch` makes one fetch with a client of its own. Both
give a `FetchResult` for whatever the server answered, 304, 410 and 429 included, and raise a `FetchError`
whose `reason` is stable where there was no usable answer. `BackgroundFetcher` does the fetches of a poll in a thread
of its own, and asks before it follows a redirect to another publisher.
"""

from ingest.fetching.background import Answer, Arrived, BackgroundFetcher, PassageWanted
from ingest.fetching.client import Fetcher, fetch
from ingest.fetching.errors import (
    BadAddressError,
    BadEncodingError,
    BadRedirectError,
    BadResponseError,
    BadSchemeError,
    ConnectionFailedError,
    FetchError,
    ForbiddenAddressError,
    ForbiddenPortError,
    NameNotFoundError,
    PublisherSilentError,
    RedirectLoopError,
    TimedOutError,
    TLSFailedError,
    TooLargeError,
    TooManyRedirectsError,
    TruncatedError,
)
from ingest.fetching.pacing import publisher_of
from ingest.fetching.policy import FetchPolicy
from ingest.fetching.result import FetchResult

__all__ = [
    "Answer",
    "Arrived",
    "BackgroundFetcher",
    "BadAddressError",
    "BadEncodingError",
    "BadRedirectError",
    "BadResponseError",
    "BadSchemeError",
    "ConnectionFailedError",
    "FetchError",
    "FetchPolicy",
    "FetchResult",
    "Fetcher",
    "ForbiddenAddressError",
    "ForbiddenPortError",
    "NameNotFoundError",
    "PassageWanted",
    "PublisherSilentError",
    "RedirectLoopError",
    "TLSFailedError",
    "TimedOutError",
    "TooLargeError",
    "TooManyRedirectsError",
    "TruncatedError",
    "fetch",
    "publisher_of",
]
