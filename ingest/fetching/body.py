"""Reading a body to its end, and no further than a limit."""

import zlib
from collections.abc import AsyncIterator
from typing import Final, Protocol

from ingest.fetching.errors import BadEncodingError, TooLargeError, TruncatedError

ACCEPT_ENCODING: Final = "gzip, deflate"

# RFC 1952 lets gzip members follow each other. A body made of a million empty ones would cost a million
# decompressors, so only a few are read.
_MAXIMUM_MEMBERS: Final = 32
_GZIP_MAGIC: Final = 0x1F


async def read_body(
    chunks: AsyncIterator[bytes],
    *,
    content_encoding: str,
    maximum_wire_bytes: int,
    maximum_decoded_bytes: int,
) -> tuple[bytes, int]:
    """Return the decoded body and its size on the wire, holding at most the limits in memory.

    Raises BadEncodingError for anything but gzip, deflate or none, TooLargeError, and TruncatedError where a
    compressed body has no end mark.
    """
    decoder = _decoder(content_encoding, maximum_decoded_bytes)
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        if wire > maximum_wire_bytes:
            raise TooLargeError(f"the body is larger than {maximum_wire_bytes:,} bytes on the wire")
        decoder.feed(chunk)
    return decoder.finish(), wire


def decode_body(content: bytes, *, content_encoding: str, maximum_decoded_bytes: int) -> bytes:
    """Decode a body that was received before. Raises as `read_body` does."""
    decoder = _decoder(content_encoding, maximum_decoded_bytes)
    decoder.feed(content)
    return decoder.finish()


class _Decoder(Protocol):
    def feed(self, data: bytes) -> None: ...

    def finish(self) -> bytes: ...


def _decoder(content_encoding: str, limit: int) -> _Decoder:
    match content_encoding.strip().lower():
        case "" | "identity":
            return _Verbatim(limit)
        case "gzip" | "x-gzip":
            return _Inflater(limit, gzip=True)
        case "deflate":
            return _Inflater(limit, gzip=False)
        case other:
            raise BadEncodingError(f"the body is encoded as {other[:50]!r}, and only {ACCEPT_ENCODING} was asked for")


class _Verbatim:
    """A body as it came."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._output = bytearray()

    def feed(self, data: bytes) -> None:
        self._output += data
        _check_size(self._output, self._limit)

    def finish(self) -> bytes:
        return bytes(self._output)


class _Inflater:
    """A body in gzip or deflate, decoded as it comes; a bomb is stopped one byte past the limit."""

    def __init__(self, limit: int, *, gzip: bool) -> None:
        self._limit = limit
        self._gzip = gzip
        self._output = bytearray()
        self._pending = b""
        self._members = 0
        self._stream: zlib._Decompress | None = None
        self._complete = False

    def feed(self, data: bytes) -> None:
        if self._complete:
            return
        self._pending += data
        while self._pending:
            if self._stream is None:
                self._stream = self._open()
                if self._stream is None:
                    return
            self._inflate(self._stream)

    def finish(self) -> bytes:
        untouched = self._members == 0 and not self._pending
        if not untouched and (self._members == 0 or self._stream is not None):
            raise TruncatedError("the compressed body ends before its end mark; the server cut it off")
        return bytes(self._output)

    def _open(self) -> "zlib._Decompress | None":
        """Start the next member, or return None: more bytes are needed, or the rest is padding."""
        if self._members and not (self._gzip and self._pending[0] == _GZIP_MAGIC):
            # Servers pad with zeros; everybody ignores what follows the end mark.
            self._complete = True
            return None
        if not self._gzip and len(self._pending) < 2:
            return None
        self._members += 1
        if self._members > _MAXIMUM_MEMBERS:
            raise BadEncodingError(f"the body is made of more than {_MAXIMUM_MEMBERS} gzip members")
        if self._gzip:
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        # "deflate" means the zlib format (RFC 9110 section 8.4.1.2), yet many servers send it bare; the two
        # bytes of the zlib header tell them apart.
        is_zlib = self._pending[0] & 0x0F == 8 and int.from_bytes(self._pending[:2]) % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def _inflate(self, stream: "zlib._Decompress") -> None:
        try:
            self._output += stream.decompress(self._pending, self._limit + 1 - len(self._output))
        except zlib.error as error:
            raise BadEncodingError(f"the body does not decode: {error}") from error
        _check_size(self._output, self._limit)
        self._pending = stream.unconsumed_tail
        if stream.eof:
            self._pending = stream.unused_data
            self._stream = None


def _check_size(output: bytearray, limit: int) -> None:
    if len(output) > limit:
        raise TooLargeError(f"the body is larger than {limit:,} bytes once decoded")
