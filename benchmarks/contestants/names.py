"""Names that stand for this machine, so that many publishers can live on loopback.

Politeness is owed to a registrable domain, and a feed reader has to look up a name for each; on loopback there is no
DNS to ask. The standard library only, since the peer's environment runs it too.
"""

from __future__ import annotations

import socket
from typing import Any

RESERVED = ".example"
"""Names under it belong to nobody and are in no DNS (RFC 2606)."""
LOOPBACK = "127.0.0.1"


def resolve_on_loopback() -> None:
    """Have this process, and those that it forks, find every reserved name on loopback. Other names stay as they are.

    It costs less than asking DNS would, and the same for every contestant.
    """
    resolve = socket.getaddrinfo

    def getaddrinfo(host: bytes | str | None, port: bytes | str | int | None, *more: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        return resolve(LOOPBACK if name is not None and name.endswith(RESERVED) else host, port, *more, **named)

    socket.getaddrinfo = getaddrinfo
