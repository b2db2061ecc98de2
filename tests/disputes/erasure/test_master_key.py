"""The master key: kept in the home with mode 600, and never made anew behind the back of what it wrapped."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from disputes.erasure.boxes import SubjectCipher
from disputes.erasure.master_key import MasterKey, MasterKeyProblem, MasterKeyring


@pytest.fixture
def keyring(tmp_path: Path) -> MasterKeyring:
    return MasterKeyring(home=tmp_path / "home")


def test_it_works(keyring: MasterKeyring) -> None:
    assert keyring.load() == []
    made = keyring.make()
    (kept,) = keyring.load()
    assert kept.id == made.id
    key = SubjectCipher.new_key()
    assert kept.unwrap(made.wrap(key, "party/a"), "party/a") == key


def test_the_file_is_for_its_owner_alone(keyring: MasterKeyring) -> None:
    keyring.make()
    assert keyring.file.stat().st_mode & 0o777 == 0o600
    keyring.file.chmod(0o640)
    with pytest.raises(MasterKeyProblem, match=r"has mode 0640.*chmod 600"):
        keyring.load()


def test_two_processes_make_one_key(keyring: MasterKeyring) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({key.id for key in pool.map(lambda _: keyring.make(), range(8))}) == 1


@pytest.mark.parametrize("text", ["", "not base64!\n", "c2hvcnQ=\n", "ü\n"])
def test_a_damaged_file_is_an_error_and_not_a_new_key(keyring: MasterKeyring, text: str) -> None:
    keyring.home.mkdir()
    keyring.file.write_text(text)
    keyring.file.chmod(0o600)
    with pytest.raises(MasterKeyProblem, match="copy"):
        keyring.load()
    assert keyring.file.read_text() == text


def test_a_new_key_stands_in_front_until_the_old_one_is_destroyed(keyring: MasterKeyring) -> None:
    old = keyring.make()
    new = keyring.add()
    assert [key.id for key in keyring.load()] == [new.id, old.id]
    keyring.keep_only(new)
    assert [key.id for key in keyring.load()] == [new.id]
    assert [path.name for path in keyring.home.iterdir()] == [keyring.file.name], "no draft is left"
    assert keyring.file.stat().st_mode & 0o777 == 0o600


def test_keys_may_be_given(tmp_path: Path) -> None:
    first, second = MasterKey.generate(), MasterKey.generate()
    given = MasterKeyring(home=tmp_path, given=f"{first.reveal()}, {second.reveal()}")
    assert [key.id for key in given.load()] == [first.id, second.id]
    assert first.reveal() not in repr(given)
    with pytest.raises(MasterKeyProblem, match="SUBJECT_MASTER_KEY"):
        given.add()
    with pytest.raises(MasterKeyProblem, match="SUBJECT_MASTER_KEY"):
        MasterKeyring(home=tmp_path, given="nonsense").load()


def test_a_wrapped_key_is_of_its_subject_and_its_master(keyring: MasterKeyring) -> None:
    master, other = MasterKey.generate(), MasterKey.generate()
    wrapped = master.wrap(SubjectCipher.new_key(), "party/a")
    for attempt, subject in ((master, "party/b"), (other, "party/a")):
        with pytest.raises(InvalidTag):
            attempt.unwrap(wrapped, subject)


def test_a_person_is_found_whatever_the_case_and_the_spaces() -> None:
    master = MasterKey.generate()
    assert master.find_by("A  Line\u00a0of Text ") == master.find_by("a line of text")
    assert master.find_by("another line") != master.find_by("a line of text")
    assert MasterKey.generate().find_by("a line of text") != master.find_by("a line of text")


def test_keys_of_the_first_form_still_open() -> None:
    """Rows of the table, and backups of it, outlive the code that wrapped them."""
    golden = json.loads((Path(__file__).parent / "golden_box.json").read_text())
    master = MasterKey.parse(golden["master"])
    assert master.id == golden["master_id"]
    assert master.unwrap(bytes.fromhex(golden["wrapped"]), golden["subject"]).hex() == golden["key"]
    assert master.find_by(golden["name"]).hex() == golden["lookup"]
