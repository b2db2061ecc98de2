"""Signed notes and their Ed25519 keys, as C2SP's signed-note specification has them.

The texts of keys are those of Go's sumdb/note package, which the specification grew out of, so that its tools can
read them. Free of Django.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
LONGEST_NOTE = 64_000
"""Characters; a note with 16 signatures, which everyone must accept, is far shorter."""
_PRIVATE_MARK = "PRIVATE+KEY+"
_KEY_SIZE = 32
_ID_SIZE = 4
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(Exception):
    """A note that is not signed as it should be; it must not be believed."""


class UnknownSigner(NoteError):
    """No key that is trusted has signed the note."""


class KeyTextError(ValueError):
    """The text of a key is damaged, or none. The message never holds the text, which may be secret."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key and its name, which verify signatures."""

    name: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key such as `example.org/log+c74f20a3+ARpc2Q…`. Raises KeyTextError."""
        name, key_id, public_key = _parse_key(text.strip(), "a public key", "NAME+ID+BASE64")
        key = cls(name, public_key)
        if key.key_id.hex() != key_id:
            raise KeyTextError(f"the public key of {name} is damaged: its id is {key.key_id.hex()}, not {key_id}")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that signatures name the key by; no more than a label."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public_key).decode()}"

    def verify(self, text: str, signature: bytes) -> None:
        """Check a signature of a text. Raises NoteError."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature as error:
            raise NoteError(f"the signature of {self.name}+{self.key_id.hex()} does not fit the note") from error


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name. It does not show itself when it is printed."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """Make a new key."""
        _check_name(name)
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read a private key such as `PRIVATE+KEY+example.org/log+c74f20a3+AYEK…`. Raises KeyTextError."""
        form = f"{_PRIVATE_MARK}NAME+ID+BASE64"
        text = text.strip()
        if not text.startswith(_PRIVATE_MARK):
            raise KeyTextError(f"this is not a private key, which looks like {form}")
        name, key_id, seed = _parse_key(text.removeprefix(_PRIVATE_MARK), "a private key", form)
        key = cls(name, seed)
        if key.verifier.key_id.hex() != key_id:
            raise KeyTextError(f"the private key of {name} is damaged: its id does not fit it")
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def reveal(self) -> str:
        """Give the key as text, to be kept secret."""
        return f"{_PRIVATE_MARK}{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    def sign(self, text: str) -> str:
        """Sign a text, which ends with a newline, and give the whole note."""
        if not text.endswith("\n") or _CONTROLS.search(text):
            raise ValueError("the text of a note ends with a newline and holds no other control character")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {b64encode(self.verifier.key_id + signature).decode()}\n"


def open_note(note: str, keys: Sequence[VerifierKey]) -> tuple[str, VerifierKey]:
    """Give the text of a note that one of the keys has signed, and that key.

    Signatures of other keys are passed over, as the specification asks. Raises NoteError for a note without form or
    with a signature that does not fit, UnknownSigner where none of the keys has signed it.
    """
    if len(note) > LONGEST_NOTE:
        raise NoteError(f"a note has at most {LONGEST_NOTE} characters, this has {len(note)}")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not text or not signatures.endswith("\n") or _CONTROLS.search(note):
        raise NoteError("this is not a signed note: a text, a blank line, and signatures that begin with an em dash")
    text += "\n"
    known = {(key.name, key.key_id): key for key in keys}
    signer = None
    others = []
    for line in signatures[:-1].split("\n"):
        name, key_id, signature = _parse_signature(line)
        key = known.get((name, key_id))
        if key is None:
            others.append(f"{name}+{key_id.hex()}")
            continue
        key.verify(text, signature)
        signer = signer or key
    if signer is None:
        trusted = ", ".join(f"{name}+{key_id.hex()}" for name, key_id in known) or "none"
        raise UnknownSigner(f"the note is signed by {', '.join(others)}, and trusted is {trusted}")
    return text, signer


def decode_base64(text: str) -> bytes:
    """Decode base64 in its one canonical spelling: two texts never mean the same bytes. Raises ValueError."""
    try:
        data = b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"this is not base64: {error}") from error
    if b64encode(data).decode() != text:
        raise ValueError("this is not canonical base64: bits behind its end are set")
    return data


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    found = _SIGNATURE_LINE.fullmatch(line)
    if found is None:
        raise NoteError("a line among the signatures is not an em dash, a name and base64")
    try:
        data = decode_base64(found[2])
    except ValueError as error:
        raise NoteError(f"the signature of {found[1]} can't be read: {error}") from error
    if len(data) <= _ID_SIZE:
        raise NoteError(f"the signature of {found[1]} is empty")
    return found[1], data[:_ID_SIZE], data[_ID_SIZE:]


def _parse_key(text: str, what: str, form: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise KeyTextError(f"this is not {what}, which looks like {form}")
    name, key_id, encoded = parts
    _check_name(name)
    try:
        data = decode_base64(encoded)
    except ValueError as error:
        # Without its cause, which may quote the key.
        raise KeyTextError(f"{what} of {name} is damaged: its last part is not base64") from error
    if data[:1] != ED25519 or len(data) != 1 + _KEY_SIZE:
        raise KeyTextError(f"{what} of {name} is not an Ed25519 key")
    return name, key_id, data[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name) or not name.isprintable():
        raise KeyTextError("the name of a key is not empty and holds neither spaces nor a plus sign")
