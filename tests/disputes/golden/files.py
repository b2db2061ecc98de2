"""The golden files: their form, how one is written, and how a schema is compared with one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid5

import rfc8785
from pydantic import BaseModel

from disputes.events import EVENT_TYPES, EventType, Evidence, upcast
from disputes.events.base import Prose
from disputes.occurred import Occurred
from disputes.vocabulary import Standing
from tests.disputes.golden.examples import NAMESPACE, envelopes, payload_examples

FOLDER = Path(__file__).parent / "files"
MANIFEST = FOLDER / "SHA256SUMS"
"""In the form that `sha256sum --check` reads. Lines are added and never changed."""


class GoldenFileExists(Exception):
    """A golden file is never written a second time."""


ENVELOPE = Path(__file__).parent / "envelope.json"
"""The schema of what stands beside payloads. It has no version, so it stays: only its vocabularies may grow."""


class Envelope(BaseModel):
    """What an occurrence has beside its payload."""

    occurred: Occurred
    standing: Standing
    evidence: tuple[Evidence, ...] = ()
    justification: Prose | None = None


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """One version of one payload type, as it was when it was released."""

    type: str
    version: int
    schema: Mapping[str, Any]
    """JSON Schema of the payload, without titles and descriptions."""
    bodies: Sequence[Mapping[str, Any]]
    """What the ledger stored; canonical JSON of each is the stored text."""
    values: Sequence[Mapping[str, Any]]
    """The payload of each body as this version reads it, defaults filled in."""
    earlier: Mapping[str, Sequence[Mapping[str, Any]]]
    """The same for the bodies of each earlier version, lifted to this one."""

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return path_of(self.type, self.version)


def path_of(name: str, version: int) -> Path:
    """Name the golden file of one version of a type."""
    return FOLDER / f"{name}.{version}.json"


def read_file(path: Path) -> GoldenFile:
    """Read a golden file."""
    return GoldenFile(**json.loads(path.read_text()))


def read_files() -> list[GoldenFile]:
    """Read every golden file there is."""
    return [read_file(path) for path in sorted(FOLDER.glob("*.json"))]


def read_schema(path: Path) -> dict[str, Any]:
    """Read a schema that is kept by itself."""
    schema: dict[str, Any] = json.loads(path.read_text())
    return schema


def read_manifest() -> dict[str, str]:
    """Give the SHA-256 of each golden file as it was when it was written."""
    lines = MANIFEST.read_text().splitlines() if MANIFEST.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def add_file(declaration: type[EventType]) -> Path:
    """Write the golden file of a type as it is declared now, and its line in the manifest.

    Raises GoldenFileExists where this version has one.
    """
    path = path_of(declaration.name, declaration.version)
    if path.exists() or path.name in read_manifest():
        raise GoldenFileExists(
            f"{path.name} is there and is never changed. A payload that differs is a new version: raise the version of "
            f"{declaration.__name__}, write an upcaster, and add the golden file of that version."
        )
    FOLDER.mkdir(exist_ok=True)
    path.write_text(_write(_make(declaration)))
    with MANIFEST.open("a") as manifest:
        manifest.write(f"{digest_of(path)}  {path.name}\n")
    return path


def schema_of(payload: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON Schema of a payload without what is only for people."""
    schema = _bare(payload.model_json_schema())
    assert isinstance(schema, dict)
    return schema


def differences(golden: Any, present: Any, pointer: str = "") -> Iterator[str]:
    """Say where a schema is no longer what it was. A vocabulary that has got further terms is the same."""
    if isinstance(golden, dict) and isinstance(present, dict):
        for name in sorted({*golden, *present}):
            at = f"{pointer}/{name}"
            if name not in present:
                yield f"{at} is gone; it was {json.dumps(golden[name])}"
            elif name not in golden:
                yield f"{at} is new: {json.dumps(present[name])}"
            elif name == "enum":
                gone = [term for term in golden[name] if term not in present[name]]
                if gone:
                    yield f"{at} has lost {', '.join(map(repr, gone))}; put it back, since stored events may use it"
            else:
                yield from differences(golden[name], present[name], at)
    elif golden != present:
        yield f"{pointer} is {json.dumps(present)}; it was {json.dumps(golden)}"


def read_value(name: str, version: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read a stored payload as the present code does: upcast, validated, defaults filled in."""
    return EVENT_TYPES[name].model_validate(upcast(name, version, dict(data))).model_dump(mode="json")


def add_envelope() -> Path:
    """Write the schema of what stands beside payloads. Raises GoldenFileExists."""
    if ENVELOPE.exists():
        raise GoldenFileExists(f"{ENVELOPE.name} is there and is never changed.")
    ENVELOPE.write_text(_lay_out(schema_of(Envelope), 0) + "\n")
    return ENVELOPE


def _make(declaration: type[EventType]) -> GoldenFile:
    name, version = declaration.name, declaration.version
    payloads = payload_examples(declaration)
    earlier = [file for file in read_files() if file.type == name and file.version < version]
    return GoldenFile(
        type=name,
        version=version,
        schema=schema_of(declaration),
        bodies=[_body(declaration, number, data) for number, data in enumerate(payloads)],
        values=[read_value(name, version, data) for data in payloads],
        earlier={
            str(file.version): [read_value(name, file.version, body["data"]) for body in file.bodies]
            for file in earlier
        },
    )


def _body(declaration: type[EventType], number: int, data: Mapping[str, Any]) -> dict[str, Any]:
    lane = "party" if declaration.lane == "party" else "dispute"
    return {
        "id": str(uuid5(NAMESPACE, f"{declaration.name} {declaration.version} {number}")),
        "type": declaration.name,
        "schema": declaration.version,
        "stream": f"{lane}/golden",
        "recorded_by": "curator",
        "data": data,
        **envelopes(declaration, number),
    }


def _write(file: GoldenFile) -> str:
    """Lay a file out so that a difference can be read: the schema in full, each body and value on one line."""
    members = {
        "type": _line(file.type),
        "version": _line(file.version),
        "schema": _lay_out(file.schema, 1),
        "bodies": _lines(file.bodies),
        "values": _lines(file.values),
        "earlier": "{" + ",".join(f"\n  {_line(key)}: {_lines(found)}" for key, found in file.earlier.items()) + "}",
    }
    return "{\n" + ",\n".join(f' "{name}": {text}' for name, text in members.items()) + "\n}\n"


def _lay_out(value: Any, depth: int) -> str:
    """Write what fits on a line on one, and each member of what does not on its own."""
    line = _line(value)
    if len(line) + depth <= _WIDTH or not isinstance(value, dict | list):
        return line
    indent = "\n" + " " * (depth + 1)
    if isinstance(value, list):
        return "[" + ",".join(indent + _lay_out(item, depth + 1) for item in value) + indent[:-1] + "]"
    members = (f"{indent}{_line(name)}: {_lay_out(value[name], depth + 1)}" for name in sorted(value))
    return "{" + ",".join(members) + indent[:-1] + "}"


def _lines(items: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(f"  {_line(item)}" for item in items) + "\n ]"


def _line(value: Any) -> str:
    return rfc8785.dumps(value).decode()


_WIDTH = 116
_FOR_PEOPLE = frozenset({"title", "description"})


def _bare(value: Any, *, names: bool = False) -> Any:
    """Take out what is only for people. Below `properties` and `$defs` keys are names and not keywords."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _bare(item, names=key in {"properties", "$defs"} and not names)
        for key, item in value.items()
        if names or key not in _FOR_PEOPLE
    }
