"""The keys of persons: find them, make them, open them, destroy them.

Keys are made and destroyed while the head of the ledger is held, so an event is never sealed under a key that goes
in the same moment. Reading takes no lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from disputes.erasure.boxes import Place, SubjectCipher
from disputes.erasure.master_key import (
    InvalidTag,
    MasterKey,
    MasterKeyProblem,
    configured_master_keys,
    plain_name,
)
from disputes.models import SubjectKey
from disputes.streams import PARTY

PERSON = "person"
_NAME = "name"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person whose words are sealed."""

    id: str
    """ "party/…" for a party, "person/…" with a random id for anybody else; it names nobody."""
    cipher: SubjectCipher | None
    """None when the key was destroyed."""
    erased_at: datetime | None

    @property
    def is_erased(self) -> bool:
        """Whether the key is gone."""
        return self.cipher is None


def is_subject_id(text: str) -> bool:
    """Tell the id of a subject from a name."""
    return text.startswith((f"{PARTY}/", f"{PERSON}/"))


def subjects_by_id(ids: Collection[str]) -> dict[str, Subject]:
    """Open the keys of these subjects; unknown ones are absent. One query, and some 5 µs for each."""
    rows = list(SubjectKey.objects.filter(pk__in=ids)) if ids else []
    return _open(rows)


def subjects_by_name(names: Collection[str]) -> dict[str, Subject]:
    """Find the persons who have these names, by plain name; who is unknown, or erased, is absent. One query."""
    masters = configured_master_keys().load() if names else []
    wanted = {master.find_by(name): plain_name(name) for name in names for master in masters}
    if not wanted:
        return {}
    rows = list(SubjectKey.objects.filter(lookup__in=list(wanted)))
    opened = _open(rows)
    return {wanted[bytes(row.lookup)]: opened[row.subject] for row in rows if row.lookup is not None}


def make_party_subject(subject: str) -> Subject:
    """Make the key of a party, whose subject is named like its stream. The ledger is held."""
    return _make(subject, lookup=None, name="")


def make_person(name: str) -> Subject:
    """Make the key of somebody who is no party. The ledger is held."""
    return _make(f"{PERSON}/{uuid4()}", lookup=name, name=name)


def name_of(row: SubjectKey) -> str:
    """Give the name of a person who is no party; nothing for a party, and when the key is gone."""
    return names_of([row]).get(row.subject, "")


def names_of(rows: Iterable[SubjectKey]) -> dict[str, str]:
    """Give the names of many persons by subject, as `name_of` gives that of one. Opens the master keys once."""
    named = [row for row in rows if row.key is not None and row.name]
    opened = _open(named)
    return {
        row.subject: cipher.open(row.name, _name_place(row.subject)) if (cipher := opened[row.subject].cipher) else ""
        for row in named
    }


def destroy_key(subject: str, *, at: datetime, by: str, reason: str) -> bool:
    """Destroy the key of a subject for good; say whether there was one. The ledger is held."""
    changed = SubjectKey.objects.filter(pk=subject, key__isnull=False).update(
        key=None, lookup=None, name="", erased_at=at, erased_by=by, reason=reason
    )
    return changed == 1


def wrap_anew(master: MasterKey) -> int:
    """Wrap every key under this master key, and give their number. The ledger is held."""
    rows = list(SubjectKey.objects.filter(key__isnull=False).exclude(master=master.id))
    masters = _masters_by_id()
    for row in rows:
        key = _unwrap(row, masters)
        if row.name:
            row.lookup = master.find_by(SubjectCipher(key).open(row.name, _name_place(row.subject)))
        row.key, row.master = master.wrap(key, row.subject), master.id
    SubjectKey.objects.bulk_update(rows, ["key", "master", "lookup"], batch_size=500)
    return len(rows)


def _make(subject: str, *, lookup: str | None, name: str) -> Subject:
    master = _master_in_use()
    key = SubjectCipher.new_key()
    cipher = SubjectCipher(key)
    SubjectKey.objects.create(
        subject=subject,
        key=master.wrap(key, subject),
        master=master.id,
        lookup=None if lookup is None else master.find_by(lookup),
        name=cipher.seal(name, _name_place(subject)) if name else "",
    )
    return Subject(subject, cipher, None)


def _master_in_use() -> MasterKey:
    keyring = configured_master_keys()
    keys = keyring.load()
    if keys:
        return keys[0]
    if SubjectKey.objects.filter(key__isnull=False).exists():
        # A new one would leave every sealed name unreadable, and nobody would notice until a backup is gone.
        raise MasterKeyProblem(_missing("the master key", keyring.where))
    return keyring.make()


def _open(rows: Iterable[SubjectKey]) -> dict[str, Subject]:
    masters: dict[str, MasterKey] | None = None
    opened = {}
    for row in rows:
        cipher = None
        if row.key is not None:
            masters = masters if masters is not None else _masters_by_id()
            cipher = SubjectCipher(_unwrap(row, masters))
        opened[row.subject] = Subject(row.subject, cipher, row.erased_at)
    return opened


def _masters_by_id() -> dict[str, MasterKey]:
    return {key.id: key for key in configured_master_keys().load()}


def _unwrap(row: SubjectKey, masters: dict[str, MasterKey]) -> bytes:
    master = masters.get(row.master)
    if master is None or row.key is None:
        raise MasterKeyProblem(_missing(f"the master key {row.master}", configured_master_keys().where))
    try:
        return master.unwrap(bytes(row.key), row.subject)
    except InvalidTag as error:
        raise MasterKeyProblem(
            f"The key of {row.subject} is not what the master key {row.master} wrapped: the row was altered. "
            "Put disputes_subjectkey back from a backup of the database."
        ) from error


def _missing(what: str, where: str) -> str:
    return f"Names in the log are sealed, and {what} that opens them is not in {where}. Put its copy back there."


def _name_place(subject: str) -> Place:
    return Place(subject, event_id="", pointer=_NAME)
