"""What was ever stored is still read: one golden file for each version of each payload type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import pytest
import rfc8785
from django.db import connection

from disputes import ledger
from disputes.events import EVENT_TYPES, EventType
from disputes.vocabulary import Lane
from tests.disputes.golden import files

GOLDEN = files.read_files()
BY_NAME = {file.path.name: file for file in GOLDEN}
WHAT_TO_DO = """
Stored events of {type} stay as they were written, in version {version}, so the payload may not change under them.
1. Give {name} the class argument version={next}.
2. Write an upcaster from version {version} and enter it in UPCASTERS, in disputes/events/upcasting.py.
3. Run `python -m tests.disputes.golden {type}`, read the file it writes, and commit it.
Was the version never released? Then take back the change, or this version's golden file together with its line in
SHA256SUMS, and add the file anew."""


def test_it_works() -> None:
    assert len(GOLDEN) >= len(EVENT_TYPES) > 80
    assert files.read_file(files.path_of("statement_made", 1)).bodies


def test_every_version_of_every_type_has_its_file() -> None:
    missing = [
        f"{name}.{version}.json"
        for name, declaration in EVENT_TYPES.items()
        for version in range(1, declaration.version + 1)
        if not files.path_of(name, version).exists()
    ]
    assert not missing, f"no golden files {missing}; add each with `python -m tests.disputes.golden TYPE`"


def test_every_file_has_a_type() -> None:
    orphans = [
        name
        for name, file in BY_NAME.items()
        if file.type not in EVENT_TYPES or not 1 <= file.version <= EVENT_TYPES[file.type].version
    ]
    assert not orphans, f"{orphans} are of no type that is declared; a type that was ever stored is declared for ever"
    assert {path.name for path in files.FOLDER.iterdir()} == {*BY_NAME, files.MANIFEST.name}


def test_no_file_was_changed_since_it_was_added() -> None:
    digests = {name: files.digest_of(file.path) for name, file in BY_NAME.items()}
    assert digests == files.read_manifest(), "golden files, and their lines in SHA256SUMS, are added and never changed"


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_changed_payload_is_a_new_version(name: str) -> None:
    declaration = EVENT_TYPES[name]
    golden = files.read_file(files.path_of(name, declaration.version))
    changed = list(files.differences(golden.schema, files.schema_of(declaration)))
    assert not changed, "\n".join(
        [
            f"The payload of {name} is not what its version {declaration.version} was:",
            *changed,
            WHAT_TO_DO.format(
                type=name,
                name=declaration.__name__,
                version=declaration.version,
                next=declaration.version + 1,
            ),
        ]
    )


def test_what_stands_beside_payloads_stays() -> None:
    golden = files.read_schema(files.ENVELOPE)
    changed = list(files.differences(golden, files.schema_of(files.Envelope)))
    assert not changed, "\n".join(
        ["Every stored occurrence has these, and they have no version: only their vocabularies may grow.", *changed]
    )


@pytest.mark.parametrize("name", BY_NAME)
def test_stored_payloads_are_read_with_the_values_stated(name: str) -> None:
    file = BY_NAME[name]
    present = files.read_file(files.path_of(file.type, EVENT_TYPES[file.type].version))
    stated = present.values if present.version == file.version else present.earlier[str(file.version)]
    assert [files.read_value(file.type, file.version, body["data"]) for body in file.bodies] == list(stated)


@pytest.mark.parametrize("name", BY_NAME)
def test_bodies_fill_in_every_field_and_say_what_they_are(name: str) -> None:
    file = BY_NAME[name]
    filled = {field for body in file.bodies for field in body["data"]}
    assert filled == set(file.schema.get("properties", {}))
    assert {(body["type"], body["schema"]) for body in file.bodies} == {(file.type, file.version)}
    for body in file.bodies:
        if EVENT_TYPES[file.type].is_occurrence:
            files.Envelope.model_validate(
                {field: body[field] for field in files.Envelope.model_fields if field in body}
            )
        assert rfc8785.dumps(body).decode() in file.path.read_text(), "byte for byte, and on one line"


@pytest.mark.django_db
def test_the_ledger_reads_every_body() -> None:
    """Stored with plain SQL, as a release of the past left them."""
    bodies = [body for file in GOLDEN for body in file.bodies]
    with connection.cursor() as cursor:
        for body in bodies:
            cursor.execute(
                "SELECT ledger_append(%s, (SELECT count(*)::integer FROM disputes_event WHERE stream = %s), "
                "%s, %s, %s, %s, %s)",
                [
                    body["stream"],
                    body["stream"],
                    body["id"],
                    body["type"],
                    str(body["schema"]),
                    body["recorded_by"],
                    rfc8785.dumps(body).decode(),
                ],
            )
    events = list(ledger.read_all())
    assert len(events) == len(bodies)
    for event, body in zip(events, bodies, strict=True):
        assert (str(event.event_id), event.occurred, event.standing, list(event.evidence), event.justification) == (
            body["id"],
            body.get("occurred"),
            body.get("standing"),
            body.get("evidence", []),
            body.get("justification"),
        )
        read = event.declaration.model_validate(event.data).model_dump(mode="json")
        assert read == files.read_value(body["type"], body["schema"], body["data"])


class TestDifferences:
    """What the comparison of schemas finds, on a type that nobody stores."""

    @staticmethod
    def compare(before: type[EventType], after: type[EventType]) -> list[str]:
        return list(files.differences(files.schema_of(before), files.schema_of(after)))

    def test_the_same_is_the_same_whatever_it_is_called(self) -> None:
        class Before(EventType):
            """Says something."""

            text: str

        class After(EventType):
            """Says the same in other words."""

            text: str

        assert self.compare(Before, After) == []

    def test_a_vocabulary_may_grow_and_not_shrink(self) -> None:
        class Few(EventType):
            term: Literal["one", "two"]

        class More(EventType):
            term: Literal["zero", "one", "two"]

        assert self.compare(Few, More) == []
        (lost,) = self.compare(More, Few)
        assert lost == "/properties/term/enum has lost 'zero'; put it back, since stored events may use it"

    def test_a_field_more_a_field_less_and_another_default_are_changes(self) -> None:
        class Before(EventType):
            text: str
            judge: str | None = None

        class After(EventType):
            text: str = "nothing"
            court: str | None = None

        changed = "\n".join(self.compare(Before, After))
        assert "/properties/court is new" in changed
        assert "/properties/judge is gone" in changed
        assert "/required is gone" in changed
        assert '/properties/text/default is new: "nothing"' in changed

    def test_a_field_named_like_a_keyword_is_not_overlooked(self) -> None:
        class Before(EventType):
            title: str

        class After(EventType):
            description: str

        assert len(self.compare(Before, After)) == 3, "gone, new, and what is required"


class TestTheCommand:
    """`python -m tests.disputes.golden`."""

    def test_it_refuses_to_overwrite(self) -> None:
        root = Path(__file__).parents[2]
        run = subprocess.run(
            [sys.executable, "-m", "tests.disputes.golden", "statement_made"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 1
        assert "statement_made.1.json is there and is never changed" in run.stderr

    def test_it_writes_what_the_tests_then_accept(self, tmp_path: Path) -> None:
        with patch.dict(EVENT_TYPES), patch.multiple(files, FOLDER=tmp_path, MANIFEST=tmp_path / "SHA256SUMS"):

            class Noted(EventType, name="noted_for_the_test", label="Noted", lane=Lane.CURATION):
                text: str

            path = files.add_file(Noted)
            written = files.read_file(path)
            assert list(files.differences(written.schema, files.schema_of(Noted))) == []
            assert written.values == [files.read_value(written.type, 1, body["data"]) for body in written.bodies]
            assert files.read_manifest() == {path.name: files.digest_of(path)}
            path.unlink()
            with pytest.raises(files.GoldenFileExists):
                files.add_file(Noted)
