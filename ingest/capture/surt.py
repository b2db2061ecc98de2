"""The form of addresses by which indexes of web archives are sorted."""

import re
from typing import Final
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_WWW: Final = re.compile(r"www\d*\.")


def sort_key(url: str) -> str:
    """Give the SURT of an http or https address: "https://www.News.example/A?b=2&a=1" is "example,news)/a?a=1&b=2".

    The scheme, "www", the default port, the fragment and the case of letters do not count, and the parts of a query
    are sorted: so readers of CDXJ look addresses up (Sort-friendly URI Reordering Transform, as pywb has it).
    """
    parts = urlsplit(url.lower())
    host = parts.hostname or ""
    host = _WWW.sub("", host, count=1) if _WWW.match(host) else host
    key = ",".join(reversed(host.split(".")))
    if parts.port is not None and parts.port != _DEFAULT_PORTS.get(parts.scheme):
        key += f":{parts.port}"
    path = parts.path.rstrip("/") if len(parts.path) > 1 else "/"
    key += f"){path or '/'}"
    return f"{key}?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else key
