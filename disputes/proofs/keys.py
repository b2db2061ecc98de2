"""Where the keys of the log are kept: the private one under TRACKER_HOME or in a setting, the public ones beside it."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from disputes.proofs.signed_note import KeyTextError, SigningKey, VerifierKey

DEFAULT_ORIGIN = "data-licensing-dispute-tracker"
PRIVATE_FILE = "ledger-signing-key"
PUBLIC_FILE = "ledger-public-keys"


class KeyProblem(Exception):
    """A key is missing or can't be used; the message names the file or setting and what to do."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one installation."""

    home: Path
    origin: str
    """The name of the log."""
    given: str = field(default="", repr=False)
    """The text of the private key, where it is given rather than kept in the home."""

    @property
    def private_file(self) -> Path:
        """Where the private key is kept, with mode 600."""
        return self.home / PRIVATE_FILE

    @property
    def public_file(self) -> Path:
        """Every public key that this installation ever signed with, one a line: what it trusts."""
        return self.home / PUBLIC_FILE

    def signing_key(self) -> SigningKey:
        """Give the private key, made on the first call; its public half is then among the trusted ones.

        Two processes that call at the same moment get the same key. Raises KeyProblem where others may read the
        file, where its text is damaged, or where the key is that of another origin.
        """
        key = self._given_key() if self.given else self._kept_key()
        if key.name != self.origin:
            where = "LEDGER_SIGNING_KEY" if self.given else str(self.private_file)
            raise KeyProblem(
                f"The key in {where} signs for {key.name}, and LEDGER_ORIGIN is {self.origin}. "
                "Set LEDGER_ORIGIN to the key's name, or use a key of this origin."
            )
        self._trust(key.verifier)
        return key

    def verifier_keys(self) -> list[VerifierKey]:
        """Give the public keys that are trusted, the newest last. Raises KeyProblem where there is none."""
        keys = self._public_keys()
        if self.given:
            keys.append(self._given_key().verifier)
        if not keys:
            raise KeyProblem(
                f"There is no public key in {self.public_file}, where the first checkpoint puts it. "
                "Name one with --public-key."
            )
        return list(dict.fromkeys(keys))

    def _given_key(self) -> SigningKey:
        try:
            return SigningKey.parse(self.given)
        except KeyTextError as error:
            raise KeyProblem(f"LEDGER_SIGNING_KEY can't be used: {error}.") from error

    def _kept_key(self) -> SigningKey:
        path = self.private_file
        if not path.exists():
            self._make_key()
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyProblem(
                f"{path} has mode {mode:04o}, so other users may have read the key. If none did, run "
                f"`chmod 600 {path}`; otherwise delete it to get a new key, and publish the new {PUBLIC_FILE}."
            )
        try:
            return SigningKey.parse(path.read_text())
        except (KeyTextError, UnicodeDecodeError) as error:
            raise KeyProblem(
                f"{path} can't be used: {error}. Put a copy of it back, or delete it for a new key."
            ) from error

    def _make_key(self) -> None:
        try:
            key = SigningKey.generate(self.origin)
        except KeyTextError as error:
            raise KeyProblem(f"LEDGER_ORIGIN {self.origin!r} can't be used: {error}.") from error
        # Trusted first: a key whose public half is not kept could sign what nobody can verify.
        self.home.mkdir(parents=True, exist_ok=True)
        # A complete file appears under the name or none at all: link(2) refuses to replace what exists.
        draft = self.home / f".{PRIVATE_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key.reveal() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.private_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _public_keys(self) -> list[VerifierKey]:
        return read_verifier_keys(self.public_file) if self.public_file.exists() else []

    def _trust(self, key: VerifierKey) -> None:
        if key in self._public_keys():
            return
        # One short write in append mode: two processes at once leave the line twice, which does no harm.
        with self.public_file.open("a") as file:
            file.write(f"{key}\n")


def configured_keyring() -> Keyring:
    """Give the keys of this installation, as the settings say."""
    return Keyring(
        home=Path(settings.TRACKER_HOME),
        origin=getattr(settings, "LEDGER_ORIGIN", DEFAULT_ORIGIN),
        given=getattr(settings, "LEDGER_SIGNING_KEY", ""),
    )


def read_verifier_keys(path: Path) -> list[VerifierKey]:
    """Read a file of public keys, one a line. Raises KeyProblem."""
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip()]
        return [VerifierKey.parse(line) for line in lines]
    except (OSError, UnicodeDecodeError, KeyTextError) as error:
        raise KeyProblem(f"The public keys in {path} can't be read: {error}.") from error


def given_verifier_keys(text_or_path: str) -> list[VerifierKey]:
    """Read what --public-key was given: the text of a key, or a file of such. Raises KeyProblem."""
    path = Path(text_or_path)
    try:
        return [VerifierKey.parse(text_or_path)]
    except KeyTextError as error:
        # What was given is not repeated: it may be a private key by mistake.
        if not _is_file(path):
            raise KeyProblem(f"--public-key is given neither a file of public keys nor one: {error}.") from error
    keys = read_verifier_keys(path)
    if not keys:
        raise KeyProblem(f"{path} holds no public key.")
    return keys


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # longer than any name, or with a NUL
        return False
