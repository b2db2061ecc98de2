"""Where the log's keys are kept, and what is refused."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from disputes.proofs.keys import KeyProblem, Keyring, given_verifier_keys
from disputes.proofs.signed_note import SigningKey


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(home=tmp_path / "home", origin="example.org/log")


def test_it_works(keyring: Keyring) -> None:
    key = keyring.signing_key()
    assert keyring.signing_key() == key
    assert stat.S_IMODE(keyring.private_file.stat().st_mode) == 0o600
    assert keyring.verifier_keys() == [key.verifier]
    assert [found.name for found in keyring.home.iterdir() if found.name.startswith(".")] == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_read_is_refused(keyring: Keyring, mode: int) -> None:
    keyring.signing_key()
    keyring.private_file.chmod(mode)
    with pytest.raises(KeyProblem, match=rf"has mode {mode:04o}.*chmod 600"):
        keyring.signing_key()


@pytest.mark.parametrize("content", ["", "nonsense", "PRIVATE+KEY+example.org/log+00000000+AAAA"])
def test_a_damaged_key_file_is_refused(keyring: Keyring, content: str) -> None:
    keyring.signing_key()
    keyring.private_file.write_text(content)
    with pytest.raises(KeyProblem, match=r"can't be used.*Put a copy of it back"):
        keyring.signing_key()


def test_two_processes_at_once_make_one_key(keyring: Keyring) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {found.result().seed for found in [pool.submit(keyring.signing_key) for _ in range(8)]}
    assert len(keys) == 1


def test_a_key_can_be_given_by_setting(keyring: Keyring) -> None:
    key = SigningKey.generate("example.org/log")
    given = replace(keyring, given=key.reveal())
    keyring.home.mkdir()
    assert given.signing_key() == key
    assert not keyring.private_file.exists()
    assert given.verifier_keys() == [key.verifier]
    assert key.reveal() not in repr(given)
    with pytest.raises(KeyProblem, match="LEDGER_SIGNING_KEY can't be used"):
        replace(keyring, given="nonsense").signing_key()


def test_a_key_of_another_log_is_refused(keyring: Keyring) -> None:
    keyring.signing_key()
    with pytest.raises(KeyProblem, match=r"signs for example\.org/log, and LEDGER_ORIGIN is example\.org/other"):
        replace(keyring, origin="example.org/other").signing_key()
    with pytest.raises(KeyProblem, match="LEDGER_ORIGIN 'two words' can't be used"):
        replace(keyring, home=keyring.home / "new", origin="two words").signing_key()


def test_what_was_signed_before_a_new_key_stays_trusted(keyring: Keyring) -> None:
    old = keyring.signing_key()
    keyring.private_file.unlink()
    new = keyring.signing_key()
    assert keyring.verifier_keys() == [old.verifier, new.verifier]


def test_without_a_key_nothing_is_trusted(keyring: Keyring) -> None:
    with pytest.raises(KeyProblem, match="Name one with --public-key"):
        keyring.verifier_keys()


def test_a_public_key_is_given_as_text_or_as_a_file(keyring: Keyring) -> None:
    key = keyring.signing_key().verifier
    assert given_verifier_keys(str(key)) == given_verifier_keys(str(keyring.public_file)) == [key]


def test_a_private_key_given_as_public_is_not_shown(keyring: Keyring, tmp_path: Path) -> None:
    secret = keyring.signing_key().reveal()
    for wrong in (secret, "x" * 5_000, str(tmp_path / "missing"), str(tmp_path), "\x00"):
        with pytest.raises(KeyProblem) as refusal:
            given_verifier_keys(wrong)
        assert secret[-20:] not in str(refusal.value)
    (tmp_path / "empty").touch()
    with pytest.raises(KeyProblem, match="holds no public key"):
        given_verifier_keys(str(tmp_path / "empty"))
