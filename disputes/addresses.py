"""The address under which a document is known, whichever feed or curator names it."""

import re
import uuid
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import idna
from tld import get_fld, is_tld

MAXIMUM_LENGTH: Final = 2048
"""The longest address we keep, in characters, before and after it is made canonical."""

DOCKET_HOSTS: Final = ("courtlistener.com", "uscourts.gov")
"""Sites, with their subdomains, on which two links that differ only in the fragment are two filings."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# courlan's list of trackers is made for crawling: it matches by prefix and would drop uid=, cid=, session=
# and even reference=, which on many sites say which document it is. Here a wrong removal makes two documents
# one, so a name is listed only where it never selects content.
_TRACKING_PREFIXES: Final = (
    "utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "vero_", "oly_", "itm_", "at_custom", "at_link",
    "_hs", "__hs", "guce_",
)  # fmt: skip
_TRACKING_NAMES: Final = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "yclid", "ysclid",
    "ttclid", "li_fat_id", "igshid", "igsh", "epik", "gad_source", "gad_campaignid", "srsltid", "ef_id",
    "s_kwcid", "_ga", "_gl", "_openstat", "wickedid", "rb_clickid", "mc_cid", "mc_eid", "mkt_tok",
    "hsctatracking", "xtor", "at_medium", "at_campaign", "cm_mmc", "cmpid", "icid", "ncid", "s_cid",
    "wt_mc", "wt.mc_id", "ftag", "smid", "guccounter", "taid", "leadsource", "sref",
    "__twitter_impression", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee",
))  # fmt: skip
# Names that mean content on one site and "came from the feed" on another: the value decides.
_ORIGIN_NAMES: Final = frozenset((
    "ref", "source", "src", "from", "via", "partner", "emc", "feature", "ito", "ocid", "cmp", "mod", "rss",
))  # fmt: skip
_ORIGIN_VALUE: Final = re.compile(r"rss(?:$|[^a-z])|feed$|feedburner", re.IGNORECASE)

_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL: Final = re.compile(r"\d+|0x[0-9a-f]*")
_SESSION: Final = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
# RFC 3986: unreserved, sub-delims, ":", "@" and the delimiters of path and query stay; all else is escaped.
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_CLEAN: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_UNCLEAN: Final = re.compile(r"%[0-9A-Fa-f]{2}|%|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+")


class AddressError(ValueError):
    """An address that cannot name a document; the message says why and what to do."""


def canonical_url(url: str) -> str:
    """Return the one spelling under which a document is known.

    Two spellings of a page give the same text, and the result is a fixed point: applying it again changes
    nothing. The rules, after RFC 3986 section 6:

    - Scheme and host in lower case, the host in punycode (UTS 46) without a final dot, user names dropped.
    - Default ports dropped, and then http read as https: both schemes of a site serve the same pages. With
      another port the scheme stays, since the address has to keep working.
    - Percent-encoding in its shortest form, in upper case; dot segments resolved; an empty path becomes "/".
      Any other final slash stays: "/a" and "/a/" may be two pages, and one of them may not exist.
    - Tracking parameters and session ids dropped. The others are sorted by name, repeated names in their
      order, unless one has no "=", because then position is likely to carry meaning (PACER, forums).
    - Fragments dropped, save on DOCKET_HOSTS.

    Raises AddressError for an address that is empty, longer than MAXIMUM_LENGTH, not http or https, without a
    valid host, or holding control characters. Never touches the network; some five microseconds.
    """
    parts, host, port = _split(url)
    scheme = parts.scheme
    if port is None or port == _DEFAULT_PORTS[scheme]:
        authority, scheme = host, "https"
    else:
        authority = f"{host}:{port}"
    query = _canonical_query(parts.query)
    fragment = _canonical_fragment(parts.fragment) if is_docket_host(host) else ""
    canonical = (
        f"{scheme}://{authority}{_canonical_path(parts.path)}"
        f"{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"
    )
    if len(canonical) > MAXIMUM_LENGTH:
        raise AddressError(
            f"the address has {len(canonical):,} characters once escaped; at most {MAXIMUM_LENGTH:,} are kept"
        )
    return canonical


def article_id(canonical: str) -> uuid.UUID:
    """Return the id of the document at an address, which MUST come from canonical_url.

    It is a version 5 UUID in the URL namespace (RFC 9562 section 5.5), so a seed file and a feed that name
    the same page meet without asking the database.
    """
    return uuid.uuid5(uuid.NAMESPACE_URL, canonical)


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the domain that its owner registered: "ecf.cand.uscourts.gov" gives "uscourts.gov".

    Public suffixes come from the list inside the tld package, ICANN section only, so that all pages of one
    hosting company count as one publisher. An address or a bare name such as "localhost" is returned as it
    is.
    """
    name = host.strip("[]").rstrip(".").lower()
    if ":" in name or "." not in name or _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        return name
    found = get_fld(f"https://{name}", fail_silently=True, search_private=False)
    if found is None and not is_tld(name, search_private=False):
        return ".".join(name.split(".")[-2:])
    return found or name


def is_docket_host(host: str) -> bool:
    """Say whether a host shows dockets, on which one page holds many filings."""
    return any(host == site or host.endswith(f".{site}") for site in DOCKET_HOSTS)


def _split(url: str) -> tuple[SplitResult, str, int | None]:
    trimmed = url.strip(" \t\r\n\f")
    if not trimmed:
        raise AddressError("the address is empty; give one that starts with https://")
    if len(trimmed) > MAXIMUM_LENGTH:
        raise AddressError(f"the address has {len(trimmed):,} characters; at most {MAXIMUM_LENGTH:,} are kept")
    if _FORBIDDEN.search(trimmed):
        raise AddressError("the address holds control characters; copy it again without line breaks")
    try:
        parts = urlsplit(trimmed)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"the address cannot be read: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS:
        scheme = parts.scheme[:30] or "none"
        raise AddressError(f"only http and https addresses name documents here, not scheme {scheme!r}")
    if "\\" in parts.netloc:
        # Browsers read it as "/", so that the host would not be the one that urlsplit sees.
        raise AddressError("the address holds a backslash before its path; write it with slashes")
    if port == 0:
        raise AddressError("port 0 cannot be reached; leave the port out")
    return parts, _canonical_host(parts.hostname or ""), port


@lru_cache(maxsize=4096)
def _canonical_host(host: str) -> str:
    if not host:
        raise AddressError("the address names no host, as in https://example.org/page")
    if ":" in host:
        if "%" in host:
            raise AddressError("an IPv6 address with a zone has a meaning on one machine only")
        try:
            return f"[{IPv6Address(host).compressed}]"
        except AddressValueError as error:
            raise AddressError(f"{host[:100]!r} is not an IPv6 address") from error
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise AddressError(f"{host[:100]!r} is not a valid international host name: {error}") from error
    host = host.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"{host[:100]!r} is not a valid host name")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        # Only an IPv4 address ends in a number, and only its usual spelling is accepted: no octal, no hex.
        try:
            return str(IPv4Address(host))
        except AddressValueError as error:
            raise AddressError(f"{host!r} is not an IPv4 address in its usual spelling") from error
    return host


def _canonical_path(path: str) -> str:
    path = _canonical_escapes(path)
    if ";" in path:
        path = _SESSION.sub("", path)
    if "/." in path:
        path = _without_dot_segments(path)
    return path or "/"


def _without_dot_segments(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            if segments:
                segments.pop()
        elif segment != ".":
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return "/" + "/".join(segments)


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    kept = [part for part in _canonical_escapes(query).split("&") if part and not _is_tracking(part)]
    if all("=" in part for part in kept):
        kept.sort(key=lambda part: part.partition("=")[0])
    return "&".join(kept)


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = unquote(name).lower()
    return (
        name in _TRACKING_NAMES
        or name.startswith(_TRACKING_PREFIXES)
        or (name in _ORIGIN_NAMES and _ORIGIN_VALUE.match(value) is not None)
    )


def _canonical_fragment(fragment: str) -> str:
    # A text fragment (#:~:text=…) points into a page and is the reader's, not the filing's.
    return _canonical_escapes(fragment.partition(":~:")[0])


def _canonical_escapes(part: str) -> str:
    return part if _CLEAN.fullmatch(part) else _UNCLEAN.sub(_canonical_escape, part)


def _canonical_escape(match: re.Match[str]) -> str:
    text = match[0]
    if text == "%":
        return "%25"
    if text.startswith("%"):
        character = chr(int(text[1:], 16))
        return character if character in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode())
