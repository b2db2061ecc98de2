"""Signed notes and checkpoints, against the example of the format's first implementation."""

import re

import pytest

from disputes.proofs.merkle import EMPTY_ROOT
from disputes.proofs.signed_note import (
    LONGEST_NOTE,
    KeyTextError,
    NoteError,
    SigningKey,
    UnknownSigner,
    VerifierKey,
    open_note,
)
from disputes.proofs.tree_head import TreeHead, open_checkpoint

# The example in the documentation of golang.org/x/mod/sumdb/note (BSD-3-Clause), published key and all. Ed25519 is
# deterministic, so the very same note has to come out.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"


def test_it_works() -> None:
    key = SigningKey.generate("example.org/log")
    head = TreeHead("example.org/log", 0, EMPTY_ROOT)
    assert open_checkpoint(head.sign(key), [key.verifier]) == head


def test_the_example_of_the_first_implementation() -> None:
    key = SigningKey.parse(GO_PRIVATE)
    assert key.sign(GO_TEXT) == GO_NOTE
    assert str(key.verifier) == GO_PUBLIC
    assert key.reveal() == GO_PRIVATE
    assert open_note(GO_NOTE, [VerifierKey.parse(GO_PUBLIC)]) == (GO_TEXT, key.verifier)


def test_a_checkpoint_has_the_form_of_the_specification() -> None:
    key = SigningKey.generate("example.org/log")
    note = TreeHead("example.org/log", 20852163, EMPTY_ROOT).sign(key)
    assert re.fullmatch("example.org/log\n20852163\n[A-Za-z0-9+/]{43}=\n\n— example.org/log [A-Za-z0-9+/]{91}=\n", note)


def test_every_change_of_one_byte_is_noticed() -> None:
    """Of the base64 as well, whose last letter before the end mark has bits that mean nothing."""
    keys = [VerifierKey.parse(GO_PUBLIC)]
    note = GO_NOTE.encode()
    for place in range(len(note)):
        for byte in {note[place] ^ 1, note[place] ^ 4, ord("A"), ord("\n")} - {note[place]}:
            changed = note[:place] + bytes([byte]) + note[place + 1 :]
            with pytest.raises((NoteError, UnicodeDecodeError)):
                open_note(changed.decode(), keys)


def test_signatures_of_others_are_passed_over() -> None:
    own, other = SigningKey.generate("example.org/log"), SigningKey.generate("example.org/witness")
    text = TreeHead("example.org/log", 0, EMPTY_ROOT).text
    note = own.sign(text) + other.sign(text).rpartition("\n\n")[2]
    assert open_note(note, [own.verifier]) == (text, own.verifier)
    with pytest.raises(UnknownSigner, match=r"signed by example\.org/witness\+.*trusted is example\.org/log\+"):
        open_note(other.sign(text), [own.verifier])


def test_a_key_of_the_same_name_is_another_key() -> None:
    own, forger = SigningKey.generate("example.org/log"), SigningKey.generate("example.org/log")
    head = TreeHead("example.org/log", 0, EMPTY_ROOT)
    with pytest.raises(UnknownSigner):
        open_checkpoint(head.sign(forger), [own.verifier])


def test_a_key_signs_for_its_own_log_only() -> None:
    key = SigningKey.generate("example.org/other")
    with pytest.raises(ValueError, match="does not sign for"):
        TreeHead("example.org/log", 0, EMPTY_ROOT).sign(key)
    with pytest.raises(NoteError, match="speaks for"):
        open_checkpoint(key.sign(TreeHead("example.org/log", 0, EMPTY_ROOT).text), [key.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "log\n0\n",
        "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n",
        "log\n007\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n٣\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n",
        "log\n1\nnonsense\n",
    ],
)
def test_a_signed_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    key = SigningKey.generate("log")
    with pytest.raises(NoteError):
        open_checkpoint(key.sign(text), [key.verifier])


@pytest.mark.parametrize(
    "note", ["", "text", "text\n", "text\n\n", "\n\n— a b\n", GO_TEXT, GO_NOTE[:-1], GO_NOTE + "x"]
)
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [VerifierKey.parse(GO_PUBLIC)])


def test_an_endless_note_is_refused() -> None:
    with pytest.raises(NoteError, match="at most"):
        open_note("a" * LONGEST_NOTE + GO_NOTE, [VerifierKey.parse(GO_PUBLIC)])


@pytest.mark.parametrize("text", ["no newline", "a\tb\n", "a\rb\n"])
def test_what_no_note_may_hold_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        SigningKey.parse(GO_PRIVATE).sign(text)


def test_a_damaged_key_is_refused_and_never_shown() -> None:
    secret = GO_PRIVATE.rpartition("+A")[2]
    for place in range(len(GO_PRIVATE)):
        changed = GO_PRIVATE[:place] + ("B" if GO_PRIVATE[place] != "B" else "C") + GO_PRIVATE[place + 1 :]
        with pytest.raises(KeyTextError) as refusal:
            SigningKey.parse(changed)
        assert secret[:20] not in str(refusal.value)
        assert secret[-20:] not in str(refusal.value)
    for place in range(len(GO_PUBLIC)):
        with pytest.raises(KeyTextError):
            VerifierKey.parse(GO_PUBLIC[:place] + ("B" if GO_PUBLIC[place] != "B" else "C") + GO_PUBLIC[place + 1 :])
    assert "AYEK" not in repr(SigningKey.parse(GO_PRIVATE))


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_no_key_may_have_is_refused(name: str) -> None:
    with pytest.raises(KeyTextError, match="name of a key"):
        SigningKey.generate(name)
