"""Sealed texts: encrypted under the key of the person they speak of, bound to their place in the log.

AES-SIV (RFC 5297) with a key of 512 bits. It is deterministic, so the same event sealed again gives the same bytes
and stays idempotent; and it authenticates: a box that was altered, or moved to another event, place or person, does
not open. The place goes in as associated data. Texts are padded to a multiple of 32 bytes (PKCS #7), so that a box
tells little of their length when the key is gone.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.padding import PKCS7

from disputes.erasure.errors import Unreadable

KEY_BITS = 512
_FORM = b"ledger-sealed/1"
_BLOCK = PKCS7(32 * 8)


class BrokenBox(Unreadable):
    """A box does not open: it is not what was sealed, not where it was put, or the key is another."""


class Place(NamedTuple):
    """Where a text stands in the log, and of whom it speaks."""

    subject: str
    event_id: str
    """In its canonical form, small letters with hyphens."""
    pointer: str
    """RFC 6901, from the root of what is recorded: "/data/judge"."""

    def bound(self) -> list[bytes]:
        """Give the associated data; RFC 5297 keeps the parts apart."""
        return [_FORM, self.subject.encode(), self.event_id.encode(), self.pointer.encode()]


class SubjectCipher:
    """Seals and opens the texts of one subject."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    @staticmethod
    def new_key() -> bytes:
        """Make a key from the operating system's random numbers; 64 bytes."""
        return AESSIV.generate_key(KEY_BITS)

    def seal(self, text: str, place: Place) -> str:
        """Give the box of a text as base64; the same for the same text and place. Some 5 µs."""
        padder = _BLOCK.padder()
        padded = padder.update(text.encode()) + padder.finalize()
        return b64encode(self._cipher.encrypt(padded, place.bound())).decode()

    def open(self, box: str, place: Place) -> str:
        """Give the text of a box. Raises BrokenBox; never gives anything but what was sealed. Some 5 µs."""
        try:
            padded = self._cipher.decrypt(b64decode(box, validate=True), place.bound())
            unpadder = _BLOCK.unpadder()
            return (unpadder.update(padded) + unpadder.finalize()).decode()
        except (InvalidTag, Base64Error, ValueError) as error:
            raise BrokenBox(
                f"the text sealed at {place.pointer} of event {place.event_id} does not open with the key of "
                f"{place.subject}: it is not what was sealed there, or the key is another"
            ) from error
