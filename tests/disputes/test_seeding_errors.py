"""A mistake in a seed file is named with its file, its line, its field and what would be right."""

from pathlib import Path

import pytest

from disputes.seeding import SeedError, read_seeds
from tests.disputes.seed_files import DISPUTE, PARTIES, write_seeds

DISPUTE_FILE = "disputes/getty-v-stability.yaml"


def complaints(folder: Path, *, dispute: str = DISPUTE, parties: str = PARTIES) -> list[str]:
    """Read files that are wrong and give what is said of them, with the folder left out."""
    write_seeds(folder, parties=parties, getty_v_stability=dispute)
    with pytest.raises(SeedError) as caught:
        read_seeds(folder)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_it_works(tmp_path: Path) -> None:
    """What the other tests spoil is right before they do."""
    seeds = read_seeds(write_seeds(tmp_path))
    assert [len(dispute.events) for _path, dispute in seeds.disputes] == [3]


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("kind: litigation", "kind: litigaton", "3: kind: Input should be 'litigation', 'api_pricing'"),
        ("title:", "titel:", "2: titel: there is no such field; did you mean 'title'? (allowed: conflicts, "),
        ("title: Getty Images v. Stability AI\n", "", "1: the field `title` is missing"),
        ("role: plaintiff", "role: plantiff", "7: parties[0].role: Input should be 'rights_holder', "),
        ("party: getty-images", "party: gety-images", "7: parties[0].party: 'gety-images' is no party; did you mean"),
        ("phrases:", "phrase:", "10: watch_rules[0].phrase: there is no such field; did you mean 'phrases'?"),
        ("type: complaint_filed", "type: complaint_field", "15: events[0].type: 'complaint_field' is no type of an ev"),
        ("type: complaint_filed", "type: dispute_opened", "15: events[0].type: 'dispute_opened' is no type of an ev"),
        ("    type: complaint_filed\n", "", "14: events[0]: the field `type` is missing; one of access_paused, "),
        ("occurred: 2023-01\n", "occurred: 2023-13\n", "16: events[0].occurred: '2023-13' is not a month that exists"),
        ("occurred: 2023-01\n", "occurred: Jan\n", "16: events[0].occurred: 'Jan' is not a date: write 2023, 2023-04"),
        ("end: 2023-11-01", "end: 2023-10-30", "38: events[2].end: the end 2023-10-30 is not after the beginning"),
        ("effective: 2023-03", "effective: 2023-02-30", "31: events[1].effective: '2023-02-30' is not a day that ex"),
        ("standing: reported", "standing: rumoured", "29: events[1].standing: Input should be 'alleged', 'reported'"),
        ("high:", "hi:", "33: events[1].tiers[0].price.hi: there is no such field; did you mean 'high'? (allowed: app"),
        ("low: 0.10", "low: ten", "33: events[1].tiers[0].price.low: Input should be a valid decimal"),
        ("occurred: 2023-02-03", "occured: 2023-02-03", "28: events[1].occured: there is no such field; did you mean"),
        ("[direct_infringement]", "[theft]", "21: events[0].claims[0]: Input should be 'direct_infringement', "),
        ("https://news.example/price", "news.example/price", "34: events[1].sources[0].url: 'news.example/price' do"),
        ("https://news.example/price", "https://news_.example:0/", "34: events[1].sources[0]: port 0 cannot be reac"),
        ("stance: contradicts", "stance: denies", "25: events[0].sources[1].stance: Input should be 'supports' or"),
        ("    justification: Known from the cause list.\n", "", "35: events[2]: give sources, or say in a justificat"),
        ("actors: [getty-images]", "actors: [getty]", "22: events[0].actors: 'getty' is no party"),
        ("key: 2023-02-price", "key: 2023-01-claim", "26: events[1].key: '2023-01-claim' is given twice, first on"),
        (
            "heard the sides.\n    proceeding: london",
            "heard.\n    proceeding: lndon",
            "41: events[2].proceeding: 'lndon'",
        ),
        ("slug: getty-v-stability", "slug: getty", "1: slug: the file of getty is called getty.yaml"),
        ("conflicts:", "related: [{other: x}]\nconflicts:", "11: related[0].other: 'x' is no other dispute"),
        ("kind: litigation", "kind: litigation\nkind: threat", "4: kind: given twice, first on line 3"),
        ("conflicts:", "conflicts: [", "12: this is no YAML: "),
        ("[Getty v Stability]", "&a [*a]", "10: watch_rules[0].phrases[0]: anchors and aliases are not used here"),
    ],
)
def test_a_mistake_in_a_dispute(tmp_path: Path, written: str, instead: str, complaint: str) -> None:
    assert written in DISPUTE
    said = complaints(tmp_path, dispute=DISPUTE.replace(written, instead, 1))
    assert any(line.startswith(f"{DISPUTE_FILE}:{complaint}") for line in said), said


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("aliases:", "alias:", "3: [0].alias: there is no such field; did you mean 'aliases'?"),
        ("slug: stability-ai", "slug: getty-images", "4: [1].slug: 'getty-images' is given twice, first on line 1"),
        ("slug: stability-ai", "slug: Stability_AI", "4: [1].slug: 'Stability_AI' does not have the form ^[a-z0-9]+"),
        ("until: 2021", "until: 21", "7: [1].formerly[0].until: '21' is not a date: write 2023, 2023-04 or"),
        ("party: getty-images", "party: getty", "8: [1].parent.party: 'getty' is no party"),
    ],
)
def test_a_mistake_among_the_parties(tmp_path: Path, written: str, instead: str, complaint: str) -> None:
    assert written in PARTIES
    said = complaints(tmp_path, parties=PARTIES.replace(written, instead, 1))
    assert any(line.startswith(f"parties.yaml:{complaint}") for line in said), said


def test_all_mistakes_are_named_at_once_in_order(tmp_path: Path) -> None:
    dispute = DISPUTE.replace("kind: litigation", "kind: x").replace("standing: reported", "standing: x")
    said = complaints(tmp_path, dispute=dispute, parties=PARTIES.replace("aliases:", "alias:"))
    assert [line.split(": ")[0] for line in said] == [f"{DISPUTE_FILE}:3", f"{DISPUTE_FILE}:29", "parties.yaml:3"]


@pytest.mark.parametrize("text", ["", "just words", "[a, list]"])
def test_a_file_of_another_kind(tmp_path: Path, text: str) -> None:
    assert complaints(tmp_path, dispute=text) == [
        f"{DISPUTE_FILE}:1: the fields of a dispute are expected here, `slug` first"
    ]


def test_an_event_of_another_kind(tmp_path: Path) -> None:
    said = complaints(tmp_path, dispute=DISPUTE.replace("  - key: 2023-01-claim", "  - words\n  - key: 2023-01-claim"))
    assert said == [f"{DISPUTE_FILE}:14: events[0]: the fields of an event are expected here, `key` first"]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path)
    (folder / DISPUTE_FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedError, match="the file can't be read"):
        read_seeds(folder)


def test_a_folder_without_seeds(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"holds neither parties\.yaml nor disputes"):
        read_seeds(tmp_path / "nowhere")


def test_parties_and_disputes_of_the_record_may_be_named(tmp_path: Path) -> None:
    dispute = DISPUTE.replace("conflicts:", "related: [{other: reddit-api-pricing}]\nconflicts:")
    folder = write_seeds(tmp_path, getty_v_stability=dispute)
    (folder / "parties.yaml").unlink()
    known = {"getty-images", "stability-ai"}
    assert read_seeds(folder, known_parties=known, known_disputes={"reddit-api-pricing"}).parties == ()
