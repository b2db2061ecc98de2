"""The limit: plain psycopg on a table with the indexes of the ledger's and all of its columns but the hash.

It has none of the ledger's promises.
"""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks.contestants import samples
from benchmarks.contestants.serving import Run, serve

Row = tuple[str, str, int, str, int, str, str]
SCHEMA = """
CREATE TABLE IF NOT EXISTS plain_event (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    stream varchar(120) NOT NULL,
    version integer NOT NULL,
    type varchar(50) NOT NULL,
    schema smallint NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    recorded_by varchar(150) NOT NULL,
    body text NOT NULL,
    UNIQUE (stream, version)
)
"""
INSERT = """
INSERT INTO plain_event (event_id, stream, version, type, schema, recorded_by, body)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
COPY = "COPY plain_event (event_id, stream, version, type, schema, recorded_by, body) FROM STDIN"
SELECT = """
SELECT position, event_id, stream, version, type, schema, recorded_at, recorded_by, body
FROM plain_event WHERE stream = %s ORDER BY version
"""

connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def insert(transactions: int) -> Run:
    """Insert one row a transaction."""
    rows = _rows(transactions)

    def run() -> int:
        for row in rows:
            connection.execute(INSERT, row)
        return transactions

    return _ready(run)


def insert_many(transactions: int, size: int) -> Run:
    """Insert many rows a transaction, with psycopg's `executemany`."""
    rows = _rows(transactions * size)
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]

    def run() -> int:
        for batch in batches:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(INSERT, batch)
        return transactions * size

    return _ready(run)


def copy(transactions: int, size: int) -> Run:
    """Copy many rows in, each time in a transaction."""
    rows = _rows(transactions * size)
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]

    def run() -> int:
        for batch in batches:
            with connection.cursor() as cursor, cursor.copy(COPY) as stream:
                for row in batch:
                    stream.write_row(row)
        return transactions * size

    return _ready(run)


def read_stream(length: int) -> Run:
    """Read the rows of one stream, bodies as text."""
    _fill("dispute/read", length)

    def run() -> int:
        return len(_read("dispute/read"))

    return run


def parse_stream(length: int, repeat: int) -> Run:
    """Read the rows of one stream and parse their bodies; an operation is one such reading."""
    _fill("dispute/parse", length)

    def run() -> int:
        for _ in range(repeat):
            for row in _read("dispute/parse"):
                json.loads(row[-1])
        return repeat

    return run


def _read(stream: str) -> list[tuple[Any, ...]]:
    return connection.execute(SELECT, [stream]).fetchall()


def _fill(stream: str, length: int) -> None:
    connection.execute(SCHEMA)
    if not _read(stream):
        with connection.cursor() as cursor, cursor.copy(COPY) as target:
            for row in _rows(length, stream):
                target.write_row(row)


def _rows(amount: int, stream: str | None = None) -> list[Row]:
    stream = stream or f"dispute/{uuid4().hex}"
    rows = []
    for number in range(amount):
        sample = samples.statement(number)
        body = samples.body(sample, stream=stream)
        rows.append((sample["id"], stream, number + 1, sample["type"], 1, samples.RECORDED_BY, body))
    return rows


def _ready(run: Run) -> Run:
    connection.execute(SCHEMA)
    return run


if __name__ == "__main__":
    serve(
        {
            "insert": insert,
            "insert_many": insert_many,
            "copy": copy,
            "read_stream": read_stream,
            "parse_stream": parse_stream,
        }
    )
