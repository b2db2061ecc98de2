"""Sealing what is personal when an event is appended, and opening it when it is read.

What the ledger records of an event is a JSON object. A text that is sealed is taken out of its place, where null
stands instead, and put into the member `sealed`:

    {"data": {"judge": null, …}, …, "sealed": {"/data/judge": {"box": "…", "subject": "person/…"}}}

So leaves, proofs and exports cover the ciphertext, and hold when the key of the subject is destroyed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any, NamedTuple

from disputes.erasure.boxes import Place
from disputes.erasure.errors import Unreadable
from disputes.erasure.master_key import plain_name
from disputes.erasure.subjects import (
    PERSON,
    Subject,
    is_subject_id,
    make_party_subject,
    make_person,
    subjects_by_id,
    subjects_by_name,
)
from disputes.errors import FieldError, Invalid, Unfit
from disputes.events.personal import ERASED, Erasure, Personal, find_personal, is_personal
from disputes.streams import PARTY, split_stream
from disputes.vocabulary import PartyKind

Record = dict[str, Any]
"""What the ledger records of one event, as `NewEvent` gives it."""
SEALED, LOST = "sealed", "erased"
_PERSON_KIND = str(PartyKind.PERSON)


class MissingKey(Unreadable):
    """The log holds a text that is sealed under a key which is not there; the message names the event and the place."""

    def __init__(self, event_id: str, pointer: str, subject: str) -> None:
        super().__init__(
            f"the text at {pointer} of event {event_id} is sealed under the key of {subject}, which is not in the "
            "table disputes_subjectkey. Put that table back from a backup."
        )


class NotSealable(Invalid):
    """What was chosen to be sealed is not there, or is no free text."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(f"{pointer} can't be sealed: {why}", [FieldError(pointer, why)])


class SubjectErased(Unfit):
    """Something was to be recorded about a person whose data were erased."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(
            f"the personal data of {subject.id} were erased on {subject.erased_at:%-d %B %Y}; "
            "nothing that speaks of this person is recorded any more"
        )
        self.subject = subject.id


class Wish(NamedTuple):
    """One text that is to be sealed, and whom it speaks of."""

    pointer: str
    about: str
    """The id of a subject, or a name."""
    is_own: bool = False
    """Whether it is about the party of the stream, and so is sealed only where that is a person."""


def wishes(record: Record, chosen: Mapping[str, str]) -> list[Wish]:
    """Say what is to be sealed of an event: what its type declares as personal, and what was chosen besides.

    Pure; for a type without personal fields one dictionary access.
    """
    found = [Wish(pointer, about) for pointer, about in chosen.items()]
    if not is_personal(record["type"]):
        return found
    in_party = split_stream(record["stream"])[0] == PARTY
    for member in find_personal(record["type"], record["data"]):
        if member.pointer in chosen or member.text == ERASED:
            continue
        if member.about is Personal.NAME:
            found.append(Wish(member.pointer, member.text))
        elif in_party:
            found.append(Wish(member.pointer, record["stream"], is_own=True))
    return found


def seal(records: Sequence[Record], wanted: Sequence[Sequence[Wish]], stored: Mapping[str, Record]) -> list[Record]:
    """Give records with their texts sealed, to be appended; those of which nothing is sealed are the same objects.

    `stored` are the records of those events that the log has already, by id. They are sealed as they were then, so
    that the same event gives the same bytes; what was erased since then is taken over from there, since nothing can
    be compared with it. Keys that are missing are made. The ledger is locked, so that none is destroyed meanwhile.
    Two queries at most, and one for each key that is made. Raises SubjectErased, NotSealable, MissingKey.
    """
    subjects = _Subjects(records, wanted, stored)
    sealed = []
    for record, wishes_of_it in zip(records, wanted, strict=True):
        before = stored.get(record["id"])
        result = deepcopy(record) if wishes_of_it or before is not None else record
        if before is not None:
            _seal_as_before(result, before, subjects)
        else:
            for wish in wishes_of_it:
                subject = subjects.whom(wish, record)
                if subject is not None:
                    _seal_one(result, wish.pointer, subject)
        sealed.append(result)
    return sealed


def open_sealed(records: Sequence[Record]) -> None:
    """Put the sealed texts of records back into their places; changes the records.

    The member `sealed` goes. Where a key was destroyed a placeholder is put, and the member `erased` holds an Erasure
    for each. One query for all of them together. Raises MissingKey, BrokenBox, MasterKeyProblem.
    """
    subjects = subjects_by_id({item["subject"] for record in records for item in record.get(SEALED, {}).values()})
    for record in records:
        lost = tuple(_open_one(record, subjects))
        if lost:
            record[LOST] = lost


def sealed_about(record: Record, subject: str) -> list[str]:
    """Give the pointers to what a record holds sealed about a subject."""
    return [pointer for pointer, item in record.get(SEALED, {}).items() if item["subject"] == subject]


def text_at(record: Any, pointer: str) -> Any:
    """Give what stands at an RFC 6901 pointer. Raises LookupError."""
    holder, last = _holder(record, pointer)
    return holder[last]


def blank(record: Any, pointer: str) -> None:
    """Put the placeholder where a pointer leads to a text; where it leads to none, nothing is done."""
    try:
        holder, last = _holder(record, pointer)
    except LookupError:
        return
    if isinstance(holder[last], str):
        holder[last] = ERASED


class _Subjects:
    """The subjects that some events speak of, looked up together."""

    def __init__(
        self, records: Sequence[Record], wanted: Sequence[Sequence[Wish]], stored: Mapping[str, Record]
    ) -> None:
        pairs = zip(records, wanted, strict=True)
        about = {wish.about for record, found in pairs if record["id"] not in stored for wish in found}
        before = {item["subject"] for record in stored.values() for item in record.get(SEALED, {}).values()}
        self._by_id = subjects_by_id({text for text in about if is_subject_id(text)} | before)
        self._by_name = subjects_by_name({text for text in about if not is_subject_id(text)})

    def get(self, subject: str) -> Subject | None:
        return self._by_id.get(subject)

    def whom(self, wish: Wish, record: Record) -> Subject | None:
        """Give the subject under whose key to seal; None where the text is not personal after all."""
        if not is_subject_id(wish.about):
            name = plain_name(wish.about)
            if name not in self._by_name:
                made = make_person(wish.about)
                self._by_name[name] = self._by_id[made.id] = made
            return self._by_name[name]
        subject = self._by_id.get(wish.about)
        if subject is None:
            if wish.is_own and not _says_person(record):
                return None
            if wish.about.startswith(f"{PERSON}/"):
                raise NotSealable(wish.pointer, f"there is no subject {wish.about}; give the person's name instead")
            subject = self._by_id[wish.about] = make_party_subject(wish.about)
        if subject.is_erased:
            raise SubjectErased(subject)
        return subject


def _says_person(record: Record) -> bool:
    """Whether the event says that the party of its stream is a person."""
    data = record["data"]
    if record["type"] == "event_corrected":
        data = data["reading"]["data"]
    return bool(data.get("kind") == _PERSON_KIND)


def _seal_one(record: Record, pointer: str, subject: Subject) -> None:
    if subject.cipher is None:
        raise SubjectErased(subject)
    try:
        holder, last = _holder(record, pointer)
        text = holder[last]
    except LookupError as error:
        raise NotSealable(pointer, "there is nothing") from error
    if not isinstance(text, str) or pointer.split("/")[1] not in _SEALABLE:
        raise NotSealable(pointer, "it is no free text of the event")
    box = subject.cipher.seal(text, Place(subject.id, record["id"], pointer))
    holder[last] = None
    record.setdefault(SEALED, {})[pointer] = {"box": box, "subject": subject.id}


_SEALABLE = frozenset({"data", "evidence", "justification"})


def _seal_as_before(record: Record, before: Record, subjects: _Subjects) -> None:
    for pointer, item in before.get(SEALED, {}).items():
        try:
            holder, last = _holder(record, pointer)
            there = holder[last]
        except LookupError:
            # It has other content now, which the ledger will say.
            continue
        subject = subjects.get(item["subject"])
        if subject is None:
            raise MissingKey(record["id"], pointer, item["subject"])
        if not subject.is_erased:
            _seal_one(record, pointer, subject)
        elif isinstance(there, str):
            holder[last] = None
            record.setdefault(SEALED, {})[pointer] = item


def _open_one(record: Record, subjects: Mapping[str, Subject]) -> Iterator[Erasure]:
    for pointer, item in record.pop(SEALED, {}).items():
        subject = subjects.get(item["subject"])
        if subject is None:
            raise MissingKey(record["id"], pointer, item["subject"])
        holder, last = _holder(record, pointer)
        if subject.cipher is not None:
            holder[last] = subject.cipher.open(item["box"], Place(subject.id, record["id"], pointer))
        elif subject.erased_at is not None:
            holder[last] = ERASED
            yield Erasure(pointer, subject.id, subject.erased_at)


def _holder(record: Any, pointer: str) -> tuple[Any, Any]:
    """Give the object or list that holds what a pointer names, and the key or index in it. Raises LookupError."""
    *path, last = _parts(pointer)
    holder = record
    for part in path:
        holder = holder[_step(holder, part)]
    step = _step(holder, last)
    if isinstance(holder, dict) and step not in holder:
        raise LookupError(pointer)
    return holder, step


@lru_cache(maxsize=1_000)
def _parts(pointer: str) -> tuple[str, ...]:
    """Split an RFC 6901 pointer; there are few, since they name fields."""
    if not pointer.startswith("/"):
        raise LookupError(pointer)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def _step(holder: Any, part: str) -> str | int:
    if isinstance(holder, dict):
        return part
    if isinstance(holder, list) and part.isascii() and part.isdigit() and int(part) < len(holder):
        return int(part)
    raise LookupError(part)
