"""What was received, to be read: decoded as its headers say, with nothing in it that a screen would obey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingest.capture.store import body_bytes
from ingest.fetching import FetchError, FetchPolicy
from ingest.fetching.body import decode_body
from ingest.models import Capture
from ingest.parsing.decoding import decode

# Control characters but tab and line feed, and those that turn the direction of what follows.
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class CapturedText:
    """The text of a capture."""

    text: str
    """Characters that a screen would obey are written as ⟨U+202E⟩."""
    faults: tuple[str, ...]
    """What was wrong with its encoding, in sentences."""


def captured_text(capture: Capture) -> CapturedText:
    """Read a capture as text; one file of some megabytes at most, and as much memory as a fetch of it.

    Raises DamagedCaptureError where the bytes are gone or are others; what does not decode is told in `faults`.
    """
    body = body_bytes(capture.body)
    encoding = ",".join(value for name, value in capture.response_headers if name.lower() == "content-encoding")
    faults: list[str] = []
    try:
        limit = FetchPolicy.from_settings().maximum_decoded_bytes
        body = decode_body(body, content_encoding=encoding, maximum_decoded_bytes=limit)
    except FetchError as error:
        faults.append(f"{error}; these are the bytes as they were sent")
    text, wrong = decode(body, capture.content_type)
    text = text.replace("\r\n", "\n")
    return CapturedText(_OBEYED.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text), (*faults, *wrong))
