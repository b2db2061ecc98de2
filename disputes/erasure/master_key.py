"""The master key: it wraps the keys of persons, and lies outside of the database.

So a copy of the database alone opens no sealed text. The file holds one key a line, the one in use first; the others
still open what they wrapped, until it is wrapped anew. See docs/erasure.md.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from disputes.erasure.errors import Unreadable

FILE = "subject-master-key"
SETTING = "SUBJECT_MASTER_KEY"
_SECRET_BYTES = 32


class MasterKeyProblem(Unreadable):
    """The master key is missing or can't be used; the message names the file or setting and what to do."""


class MasterKey:
    """One master key: wraps the keys of persons, and finds a person by name."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _SECRET_BYTES:
            raise ValueError(f"a master key has {_SECRET_BYTES} bytes, not {len(secret)}")
        self.id = hashlib.sha256(b"subject-master-key/1" + secret).hexdigest()[:16]
        """Tells which key wrapped what; says nothing about the key."""
        self._secret = secret
        self._wrapping = AESSIV(_derive(secret, b"subject-key-wrapping/1", 64))
        self._lookup = _derive(secret, b"subject-lookup/1", 32)

    @classmethod
    def generate(cls) -> MasterKey:
        """Make a key from the operating system's random numbers."""
        return cls(secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> MasterKey:
        """Read a key from its text. Raises ValueError, which does not repeat it."""
        try:
            return cls(urlsafe_b64decode(text.strip().encode("ascii")))
        except (Base64Error, UnicodeEncodeError) as error:
            raise ValueError("it is not base64") from error

    def reveal(self) -> str:
        """Give the text of the key."""
        return urlsafe_b64encode(self._secret).decode()

    def wrap(self, key: bytes, subject: str) -> bytes:
        """Encrypt the key of a subject; it opens as that subject's alone."""
        return self._wrapping.encrypt(key, [b"subject-key/1", subject.encode()])

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        """Decrypt the key of a subject. Raises InvalidTag."""
        return self._wrapping.decrypt(wrapped, [b"subject-key/1", subject.encode()])

    def find_by(self, name: str) -> bytes:
        """Give what the key of a person is found by, however the name is written; 32 bytes."""
        return hmac.digest(self._lookup, plain_name(name).encode(), "sha256")


def plain_name(name: str) -> str:
    """Give a name without what people write one way or the other: case, spaces, composed characters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(frozen=True, slots=True)
class MasterKeyring:
    """The master keys of one installation."""

    home: Path
    given: str = field(default="", repr=False)
    """The text of the keys, separated by commas, where they are given rather than kept in the home."""

    @property
    def file(self) -> Path:
        """Where the keys are kept, with mode 600."""
        return self.home / FILE

    @property
    def where(self) -> str:
        """Where to look for them, in words."""
        return f"the setting {SETTING}" if self.given else str(self.file)

    def load(self) -> list[MasterKey]:
        """Give the keys, the one in use first; none where there is none yet.

        Raises MasterKeyProblem where others may read the file or a text is damaged.
        """
        if self.given:
            lines: Sequence[str] = self.given.split(",")
        else:
            lines = self._read()
        try:
            return [_parsed(line.strip()) for line in lines if line.strip()]
        except ValueError as error:
            raise MasterKeyProblem(
                f"A master key in {self.where} can't be used: {error}. Put its copy back."
            ) from error

    def make(self) -> MasterKey:
        """Make the first key. Two processes that call at the same moment get the same one."""
        self._write([MasterKey.generate()], replace=False)
        return self.load()[0]

    def add(self) -> MasterKey:
        """Make a key and put it in front of those that are kept. Raises MasterKeyProblem where they are given."""
        self._require_file()
        key = MasterKey.generate()
        self._write([key, *self.load()], replace=True)
        return key

    def keep_only(self, key: MasterKey) -> None:
        """Destroy every key but one. What they wrapped can't be opened any more."""
        self._require_file()
        self._write([key], replace=True)

    def _require_file(self) -> None:
        if self.given:
            raise MasterKeyProblem(
                f"The master key is given by {SETTING}. Put a new one in front of it there, separated by a comma, run "
                "this again, and then take the old one out."
            )

    def _read(self) -> list[str]:
        try:
            with self.file.open() as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                text = file.read()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise MasterKeyProblem(f"The master key in {self.file} can't be read: {error}.") from error
        if mode & 0o077:
            raise MasterKeyProblem(
                f"{self.file} has mode {mode:04o}, so other users may have read the key. Run `chmod 600 {self.file}`, "
                "and where somebody may have read it `manage.py renew_master_key`."
            )
        if not text.strip():
            raise MasterKeyProblem(f"{self.file} is empty. Put a copy of it back.")
        return text.splitlines()

    def _write(self, keys: Sequence[MasterKey], *, replace: bool) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        draft = self.home / f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.writelines(f"{key.reveal()}\n" for key in keys)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                draft.replace(self.file)
            else:
                # A complete file appears under the name or none at all: link(2) refuses to replace what exists.
                os.link(draft, self.file)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
        _sync(self.home)


def configured_master_keys() -> MasterKeyring:
    """Give the master keys of this installation, as the settings say."""
    return MasterKeyring(home=Path(settings.TRACKER_HOME), given=getattr(settings, SETTING, ""))


@lru_cache(maxsize=16)
def _parsed(text: str) -> MasterKey:
    """Derive the parts of a key once."""
    return MasterKey.parse(text)


def _derive(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret)


def _sync(folder: Path) -> None:
    """Have the folder's entry reach the disk: a key that a crash took with it opens nothing."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = [
    "FILE",
    "SETTING",
    "InvalidTag",
    "MasterKey",
    "MasterKeyProblem",
    "MasterKeyring",
    "configured_master_keys",
    "plain_name",
]
