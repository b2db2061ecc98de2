"""A dispute's captures as a file that viewers of web archives open."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cdxj_indexer.main import CDXJIndexer
from django.core.management import CommandError, call_command
from django.utils import timezone
from wacz.validate import Validation
from warcio.archiveiterator import ArchiveIterator

from disputes import commands
from disputes.articles import reference, register_address
from disputes.models import Article
from ingest.capture import keep, link, wacz
from ingest.models import Capture, Feed
from tests.ingest.capture.press import ITEMS, answer, get, take
from tests.support.publisher import Item, Publisher, rss

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dispute.wacz"


def attach(dispute: str, url: str) -> Article:
    article = register_address(url)
    commands.attach_evidence(dispute, article=reference(article), by="curator")
    return article


def export(dispute: str, file: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("export_evidence", dispute, str(file), *options, stdout=out, stderr=out)
    return out.getvalue()


def lines_of_index(package: zipfile.ZipFile) -> list[str]:
    return gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()


def index_by_the_reference(package: zipfile.ZipFile, folder: Path) -> list[str]:
    """Index the records by the program of those who wrote the specification."""
    package.extract("archive/data.warc.gz", folder)
    out = io.StringIO()
    CDXJIndexer(out, [str(folder / "archive/data.warc.gz")], sort=True).process_all()
    # It lists the record about the file itself as well, which has no address.
    return [line for line in out.getvalue().splitlines() if not line.startswith("- ")]


def test_it_works(feed: Feed, dispute: str, file: Path) -> None:
    take(feed)
    article = attach(dispute, ITEMS[0].link)
    assert "1 of the 1 articles" in export(dispute, file)
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        header, page = map(json.loads, package.read("pages/pages.jsonl").splitlines())
        with package.open("archive/data.warc.gz") as archive:
            records = {
                record.rec_type: (record.rec_headers, record.content_stream().read())
                for record in ArchiveIterator(archive, check_digests="raise")
            }
    assert header["format"] == "json-pages-1.0"
    assert (page["url"], page["text"]) == (feed.url, ITEMS[0].text)
    assert records["response"][1] == rss(*ITEMS)
    about, words = records["conversion"]
    assert hashlib.sha256(words).hexdigest() == article.digest, "whoever has the log can check the words"
    assert about.get_header("WARC-Target-URI") == ITEMS[0].link
    assert about.get_header("WARC-Refers-To") == records["response"][0].get_header("WARC-Record-ID")


def test_the_reference_validator_finds_nothing_wrong(feed: Feed, dispute: str, file: Path) -> None:
    take(feed)
    attach(dispute, ITEMS[0].link)
    export(dispute, file)
    validation = Validation(str(file))
    assert validation.version == "1.1.1"
    assert validation.check_required_contents() == 0
    for check in (
        validation.frictionless_validate,
        validation.check_file_paths,
        validation.check_file_hashes,
        validation.check_compression,
        validation.check_indexes,
        validation.check_data_package_hash_and_sig,
    ):
        assert check(), check.__name__


def test_the_index_is_the_one_that_the_reference_indexer_makes(
    publisher: Publisher, feed: Feed, dispute: str, file: Path, tmp_path: Path
) -> None:
    feeds = [feed, *(Feed.objects.create(url=f"{publisher.url}?Z=2&a={number}") for number in (2, 10))]
    for number, one in enumerate(feeds):
        item = Item(f"https://press.example/of-{number}", f"Of {number}", f"The words of {number}.")
        publisher.answer = lambda _request, item=item: answer(rss(item))  # type: ignore[misc]
        take(one)
        attach(dispute, item.link)
    export(dispute, file)
    with zipfile.ZipFile(file) as package:
        ours = lines_of_index(package)
        theirs = index_by_the_reference(package, tmp_path)
    assert len(ours) == 3
    assert ours == sorted(ours)
    for line, other in zip(ours, theirs, strict=True):
        assert line.partition("{")[0] == other.partition("{")[0]
        assert json.loads("{" + line.partition("{")[2]) == json.loads("{" + other.partition("{")[2])


def test_the_blocks_of_a_long_index_are_found_by_their_first_lines(
    publisher: Publisher, feed: Feed, dispute: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wacz, "LINES_IN_BLOCK", 2)
    for number in range(5):
        publisher.answer = lambda _request, number=number: answer(  # type: ignore[misc]
            rss(Item(f"https://press.example/{number}", f"{number}", f"Words {number}."))
        )
        take(feed)
        attach(dispute, f"https://press.example/{number}")
    export(dispute, file)
    with zipfile.ZipFile(file) as package:
        data = package.read("indexes/index.cdx.gz")
        meta, *blocks = package.read("indexes/index.idx").decode().splitlines()
        assert json.loads(meta.removeprefix("!meta 0 "))["filename"] == "index.cdx.gz"
        assert len(blocks) == 3
        for block in blocks:
            start, _, where = block.partition(" {")
            place = json.loads("{" + where)
            text = gzip.decompress(data[place["offset"] : place["offset"] + place["length"]]).decode()
            assert text.startswith(start)


def test_bytes_that_came_twice_are_written_once(
    publisher: Publisher, feed: Feed, dispute: str, file: Path, tmp_path: Path
) -> None:
    take(feed)
    other = Feed.objects.create(url=f"{publisher.url}?other", title="Another press")
    publisher.answer = lambda _request: answer(rss(ITEMS[0]))
    take(other)
    publisher.answer = lambda _request: answer(rss(*ITEMS))
    take(other)
    attach(dispute, ITEMS[1].link)
    capture = Capture.objects.filter(feed=other, is_original=False).get()
    capture.articles.create(article=Article.objects.get(url=ITEMS[1].link), digest="0" * 64)
    export(dispute, file)
    with zipfile.ZipFile(file) as package, package.open("archive/data.warc.gz") as archive:
        kinds = [(record.rec_type, record.rec_headers) for record in ArchiveIterator(archive)]
        assert len(lines_of_index(package)) == 2
        assert [line.partition("{")[0] for line in lines_of_index(package)] == [
            line.partition("{")[0] for line in index_by_the_reference(package, tmp_path)
        ]
    (revisit,) = [about for kind, about in kinds if kind == "revisit"]
    assert revisit.get_header("WARC-Refers-To-Target-URI") == feed.url
    assert [kind for kind, _about in kinds].count("response") == 1


def test_what_was_never_captured_is_named(feed: Feed, dispute: str, file: Path) -> None:
    attach(dispute, "https://press.example/cited")
    with pytest.raises(
        CommandError, match=r"Nothing is captured of the 1 articles.*\n.*cited: never captured, known by"
    ):
        export(dispute, file)
    assert not file.exists()
    take(feed)
    attach(dispute, ITEMS[0].link)
    said = export(dispute, file)
    assert "1 of the 2 articles" in said
    assert "Not in it: https://press.example/cited: never captured" in said


def test_what_was_erased_is_not_in_it(publisher: Publisher, feed: Feed, dispute: str, file: Path) -> None:
    take(feed)
    attach(dispute, ITEMS[0].link)
    publisher.answer = lambda _request: answer(rss(Item("https://press.example/3", "3", "The third.")))
    take(feed)
    attach(dispute, "https://press.example/3")
    commands.erase_article(Article.objects.get(url=ITEMS[0].link).pk, reason="Asked for.", by="admin")
    assert "its words were erased" in export(dispute, file)
    with zipfile.ZipFile(file) as package:
        packed = package.read("archive/data.warc.gz") + package.read("pages/pages.jsonl")
        with package.open("archive/data.warc.gz") as archive:
            content = b"".join(record.raw_stream.read() for record in ArchiveIterator(archive))
    assert ITEMS[0].text.encode() not in packed + content
    assert b"The third." in content


def test_a_file_is_replaced_only_when_told_to(feed: Feed, dispute: str, file: Path) -> None:
    take(feed)
    attach(dispute, ITEMS[0].link)
    file.write_bytes(b"kept")
    with pytest.raises(CommandError, match=r"there already.*--force"):
        export(dispute, file)
    assert file.read_bytes() == b"kept"
    export(dispute, file, "--force")
    assert zipfile.is_zipfile(file)
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == [file.name]


def test_a_damaged_capture_is_left_out_and_named(feed: Feed, dispute: str, file: Path, storage: Path) -> None:
    capture = take(feed)
    attach(dispute, ITEMS[0].link)
    (storage / capture.body.name).write_bytes(b"rubbish")
    with pytest.raises(CommandError, match=r"(?s)Nothing is captured.*feed\.xml.*"):
        export(dispute, file)
    assert not file.exists()


def test_bad_input_is_refused_with_a_next_step(dispute: str, file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no dispute 'unknown'"):
        export("unknown", file)
    with pytest.raises(CommandError, match="has no evidence yet"):
        export(dispute, file)
    with pytest.raises(CommandError, match=r"does not end in \.wacz"):
        export(dispute, tmp_path / "dispute.zip")
    with pytest.raises(CommandError, match="can't be written"):
        export(dispute, tmp_path / "nowhere" / "dispute.wacz")


def test_an_export_holds_one_capture_at_a_time(feed: Feed, dispute: str, file: Path) -> None:
    take(feed)
    article = attach(dispute, ITEMS[0].link)
    now = timezone.now()
    for number in range(30):
        body = random.Random(number).randbytes(1_000_000)  # noqa: S311 (not to be guessed by anybody)
        result = replace(get(feed.url), url=f"{feed.url}?{number}", wire_body=body)
        link(keep(result, fetched_at=now, stored_at=now), [(article.pk, article.digest)])
    tracemalloc.start()
    try:
        export(dispute, file)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 30_000_000
    assert most < 12_000_000
