"""Writing a web archive that viewers open in a browser (WACZ 1.1.1, specs.webrecorder.net/wacz/1.1.1).

The file is a zip with the records as they were received, an index of them in CDXJ, cut into compressed blocks
("ZipNum"), a list of pages, and a description with the digest of each part. Captures come from the database in the
order of the index, so nothing has to be sorted here and nothing is held but one capture at a time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Final, Self
from uuid import NAMESPACE_URL, uuid5

ARCHIVE: Final = "data.warc.gz"
INDEX: Final = "index.cdx.gz"
LINES_IN_BLOCK: Final = 300
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies in the archive, in bytes."""

    offset: int
    length: int


@dataclass(slots=True)
class _Resource:
    path: str
    size: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


class _Part:
    """A file of the zip while it is written: it knows its size and digest."""

    def __init__(self, target: IO[bytes], resource: _Resource) -> None:
        self._target = target
        self._resource = resource

    @property
    def position(self) -> int:
        return self._resource.size

    def write(self, data: bytes) -> None:
        self._target.write(data)
        self._resource.size += len(data)
        self._resource.digest.update(data)


class WaczWriter:
    """Writes one file: the records first, with their lines of index and pages, then everything else at its end.

    A context manager; a file that is left by an error is not complete. Index and pages wait in temporary files, so
    memory stays constant.
    """

    def __init__(self, file: IO[bytes], *, title: str, software: str, created: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._title = title
        self._software = software
        self._created = created
        self._resources: list[_Resource] = []
        self._archive: _Part
        self._blocks = _Blocks()
        self._pages: IO[bytes]
        self._main_page: tuple[str, str] | None = None
        self.description = ""

    def __enter__(self) -> Self:
        self._pages = TemporaryFile()
        self._pages.write(
            _json_line({"format": "json-pages-1.0", "id": "pages", "title": self._title, "hasText": True})
        )
        self._opened = self._part(f"archive/{ARCHIVE}")
        self._archive = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._opened.__exit__(kind, error, trace)
            if kind is None:
                self._finish()
        finally:
            self._blocks.close()
            self._pages.close()
            self._zip.close()

    def add_record(self, member: bytes) -> Place:
        """Write a record, or several that follow each other, which are gzip members already."""
        place = Place(self._archive.position, len(member))
        self._archive.write(member)
        return place

    def add_index_line(self, key: str, fetched_at: datetime, fields: Mapping[str, object], place: Place) -> None:
        """Say where a record is found. Lines must come in the order of their keys and times."""
        line = json.dumps(
            {**fields, "offset": str(place.offset), "length": str(place.length), "filename": ARCHIVE},
            ensure_ascii=True,
        )
        self._blocks.add(f"{key} {fetched_at.astimezone(UTC):%Y%m%d%H%M%S}", line)

    def add_page(self, url: str, fetched_at: datetime, *, title: str, text: str, identity: str) -> None:
        """List a page, with the text by which viewers search."""
        moment = f"{fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
        page = {
            "id": str(uuid5(NAMESPACE_URL, f"{identity} {url} {moment}")),
            "url": url,
            "ts": moment,
            "title": title,
            "text": text,
        }
        self._main_page = self._main_page or (url, moment)
        self._pages.write(_json_line(page))

    def _finish(self) -> None:
        self._blocks.finish()
        for path, content, method in (
            (f"indexes/{INDEX}", self._blocks.data, zipfile.ZIP_STORED),
            ("indexes/index.idx", self._blocks.index, zipfile.ZIP_DEFLATED),
            ("pages/pages.jsonl", self._pages, zipfile.ZIP_DEFLATED),
        ):
            content.seek(0)
            with self._part(path, method) as part:
                for chunk in iter(lambda content=content: content.read(_CHUNK), b""):  # type: ignore[misc]
                    part.write(chunk)
        package = json.dumps(self._package(), indent=2, ensure_ascii=False).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        for name, content_of in (
            ("datapackage.json", package),
            ("datapackage-digest.json", json.dumps(digest, indent=2).encode()),
        ):
            self._zip.writestr(self._info(name, zipfile.ZIP_DEFLATED), content_of)

    def _package(self) -> dict[str, object]:
        created = f"{self._created.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
        package: dict[str, object] = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": self._software,
            "created": created,
            "title": self._title,
            "description": self.description,
            "resources": [
                {
                    "name": resource.path.rpartition("/")[2],
                    "path": resource.path,
                    "hash": f"sha256:{resource.digest.hexdigest()}",
                    "bytes": resource.size,
                }
                for resource in self._resources
            ],
        }
        if self._main_page is not None:
            package |= {"mainPageUrl": self._main_page[0], "mainPageDate": self._main_page[1]}
        return package

    @contextmanager
    def _part(self, path: str, method: int = zipfile.ZIP_STORED) -> Iterator[_Part]:
        resource = _Resource(path)
        self._resources.append(resource)
        with self._zip.open(self._info(path, method), "w", force_zip64=True) as target:
            yield _Part(target, resource)

    def _info(self, path: str, method: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self._created.astimezone(UTC).timetuple()[:6])
        info.compress_type = method
        info.external_attr = 0o644 << 16
        return info


class _Blocks:
    """Lines of CDXJ in compressed blocks, and an index of the blocks by the first line of each."""

    def __init__(self) -> None:
        self.data: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed by close)
        self.index: IO[bytes] = TemporaryFile()  # noqa: SIM115
        header = json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX})
        self.index.write(f"!meta 0 {header}\n".encode())
        self._block: list[str] = []
        self._first = ""

    def add(self, start: str, line: str) -> None:
        self._first = self._first or start
        self._block.append(f"{start} {line}\n")
        if len(self._block) == LINES_IN_BLOCK:
            self.finish()

    def finish(self) -> None:
        if not self._block:
            return
        packed = gzip.compress("".join(self._block).encode(), mtime=0)
        where = {
            "offset": self.data.tell(),
            "length": len(packed),
            "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
        }
        self.index.write(f"{self._first} {json.dumps(where)}\n".encode())
        self.data.write(packed)
        self._block, self._first = [], ""

    def close(self) -> None:
        self.data.close()
        self.index.close()


def _json_line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
