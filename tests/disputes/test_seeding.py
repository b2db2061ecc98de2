"""Seed files become events: once, later changes as corrections, and never against a curator."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from disputes import commands, ledger
from disputes.models import Article, Event, Party
from disputes.recorded import RecordedEvent
from disputes.seeding import RECORDED_BY, SeedError, load_seeds
from disputes.seeding.identity import Identities
from tests.disputes.seed_files import DISPUTE, PARTIES, write_seeds

pytestmark = pytest.mark.django_db

SLUG = "getty-v-stability"
CLAIM = Identities(f"dispute/{SLUG}", []).first("event/2023-01-claim")

Load = Callable[..., list[RecordedEvent]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write seed files, load them, and give the events that this appended."""

    def load_files(dispute: str = DISPUTE, *, parties: str = PARTIES) -> list[RecordedEvent]:
        before = Event.objects.count()
        reports = list(load_seeds(write_seeds(tmp_path, parties=parties, getty_v_stability=dispute)))
        appended = list(ledger.read_all(after=before))
        assert sum(report.appended for report in reports) == len(appended)
        assert {event.recorded_by for event in appended} <= {RECORDED_BY}
        return appended

    return load_files


def types(events: list[RecordedEvent]) -> list[str]:
    return [event.type for event in events]


def test_it_works(load: Load) -> None:
    load()
    state = commands.load_dispute(SLUG)
    assert state.title == "Getty Images v. Stability AI"
    assert state.conflicts == ["One page says January, another February."]
    assert [(part.party, part.role, part.note) for part in state.participations.values()] == [
        ("getty-images", "plaintiff", None),
        ("stability-ai", "defendant", "The British company."),
    ]
    assert state.watch_rules == [{"kind": "any", "phrases": ["Getty v Stability"], "weight": 4.0}]
    claim, price, hearing = state.occurrences
    assert (claim.event.event_id, claim.occurred) == (CLAIM, {"date": "2023-01", "precision": "month"})
    assert [(item["article"]["url"], item.get("stance")) for item in claim.evidence] == [
        ("https://news.example/getty", None),
        ("https://other.example/getty", "contradicts"),
    ]
    assert price.data["effective"] == {"date": "2023-03", "precision": "month"}
    assert price.data["tiers"][0]["price"]["low"] == "0.10"
    assert hearing.occurred == {"date": "2023-10-31", "precision": "day", "end": "2023-11-01"}
    assert hearing.justification == "Known from the cause list."


def test_sources_are_articles_known_by_their_address_only(load: Load) -> None:
    load()
    assert Article.objects.count() == 3
    assert not any(article.is_captured for article in Article.objects.all())


def test_a_party_keeps_its_former_name_and_its_parent(load: Load) -> None:
    load()
    party = Party.objects.get(slug="stability-ai")
    assert (party.name, party.parent_id) == ("Stability AI Ltd", "getty-images")
    assert party.former_names == [{"name": "Stability Ltd", "until": {"date": "2021", "precision": "year"}}]


def test_a_second_run_appends_nothing(load: Load) -> None:
    load()
    assert load() == []


def test_a_second_run_appends_nothing_after_articles_were_captured(load: Load) -> None:
    load()
    Article.objects.update(digest="0" * 64, title="Captured meanwhile")
    assert load() == []


def test_a_changed_event_is_corrected(load: Load) -> None:
    load()
    (correction,) = load(DISPUTE.replace("occurred: 2023-01\n", "occurred: 2023-01-17\n"))
    assert correction.type == "event_corrected"
    assert correction.data["event"] == str(CLAIM)
    assert "2023-01-claim" in correction.data["reason"]
    state = commands.load_dispute(SLUG)
    assert state.occurrences[0].occurred == {"date": "2023-01-17", "precision": "day"}
    assert load(DISPUTE.replace("occurred: 2023-01\n", "occurred: 2023-01-17\n")) == []


def test_a_change_and_its_undoing_are_two_corrections(load: Load) -> None:
    load()
    load(DISPUTE.replace("sued in London", "sued in Leeds"))
    assert types(load()) == ["event_corrected"]
    assert commands.load_dispute(SLUG).occurrences[0].data["summary"] == "Getty sued in London."
    assert load() == []


def test_an_event_may_change_its_type_and_its_sources(load: Load) -> None:
    load()
    load(
        DISPUTE.replace("type: api_price_announced", "type: price_disclosed")
        .replace("    effective: 2023-03\n", "")
        .replace("https://news.example/price", "https://news.example/list")
    )
    price = commands.load_dispute(SLUG).occurrences[1]
    assert price.type == "price_disclosed"
    assert [item["article"]["url"] for item in price.evidence] == ["https://news.example/list"]


def test_a_removed_event_is_retracted_and_comes_back(load: Load) -> None:
    load()
    without = DISPUTE[: DISPUTE.index("  - key: 2023-10-hearing")]
    (retraction,) = load(without)
    assert retraction.type == "event_retracted"
    assert len(commands.load_dispute(SLUG).occurrences) == 2
    assert load(without) == []
    (restored,) = load(DISPUTE)
    assert restored.data["event"] == str(retraction.event_id)
    assert len(commands.load_dispute(SLUG).occurrences) == 3
    assert load() == []


def test_a_new_event_is_appended(load: Load) -> None:
    load()
    new = "  - {key: 2024-deal, type: licence_signed, occurred: 2024, standing: reported, summary: A deal."
    assert types(load(f"{DISPUTE}{new}, sources: [https://news.example/deal]}}\n")) == ["licence_signed"]


def test_changes_of_the_description_are_curation(load: Load) -> None:
    load()
    changed = (
        DISPUTE.replace("took its pictures", "took its photographs")
        .replace("note: The British company.", "note: Of London.")
        .replace("weight: 4", "weight: 3")
        .replace("another February", "another March")
    )
    assert sorted(types(load(changed))) == [
        "conflict_noted",
        "dispute_described",
        "event_retracted",
        "party_joined",
        "watch_terms_changed",
    ]
    state = commands.load_dispute(SLUG)
    assert state.summary == "Getty says that Stability took its photographs."
    assert state.participations["stability-ai", "defendant"].note == "Of London."
    assert state.conflicts == ["One page says January, another March."]
    assert load(changed) == []


def test_a_party_that_is_removed_leaves_and_joins_again(load: Load) -> None:
    load()
    without = DISPUTE.replace("  - {party: getty-images, role: plaintiff}\n", "")
    assert types(load(without)) == ["party_left"]
    assert types(load()) == ["party_joined"]
    assert load() == []


def test_changes_of_a_party(load: Load) -> None:
    load()
    changed = (
        PARTIES.replace("[Getty]", "[GYI]")
        .replace("name: Getty Images\n", "name: Getty Images, Inc.\n")
        .replace("until: 2021", "until: 2020-12")
        .replace("since: 2024-03", "since: 2024-04")
    )
    assert sorted(types(load(parties=changed))) == ["alias_added", "alias_removed", *["event_corrected"] * 3]
    getty, stability = commands.load_party("getty-images"), commands.load_party("stability-ai")
    assert (getty.name, getty.aliases, getty.former_names) == ("Getty Images, Inc.", ["GYI"], [])
    assert stability.former_names[0].until == {"date": "2020-12", "precision": "month"}
    assert load(parties=changed) == []


def test_a_rename_is_recorded_and_taken_back(load: Load) -> None:
    load()
    renamed = PARTIES.replace(
        "  name: Getty Images\n", "  name: Gettyverse\n  formerly: [{name: Getty Images, until: 2026}]\n"
    )
    assert types(load(parties=renamed)) == ["party_renamed"]
    assert commands.load_party("getty-images").name == "Gettyverse"
    assert types(load()) == ["event_retracted"]
    assert commands.load_party("getty-images").name == "Getty Images"
    assert load() == []


def test_a_curators_correction_stands(load: Load) -> None:
    load()
    said = commands.load_dispute(SLUG).occurrences[0]
    commands.correct_event(
        SLUG,
        event=CLAIM,
        reason="The register of the court says so.",
        occurred="2023-01-16",
        standing="confirmed",
        data=said.data,
        justification="Seen in the register.",
        by="ann",
    )
    commands.describe_dispute(SLUG, title="Getty", kind="litigation", summary="Shorter.", by="ann")
    commands.change_watch_rules(SLUG, rules=[], by="ann")
    commands.remove_party(SLUG, party="stability-ai", role="defendant", by="ann")
    commands.remove_alias("getty-images", alias="Getty", by="ann")
    assert load() == []
    assert commands.load_dispute(SLUG).occurrences[0].occurred == {"date": "2023-01-16", "precision": "day"}


def test_a_curators_retraction_stands_even_where_the_file_changes(load: Load) -> None:
    load()
    commands.retract_event(SLUG, event=CLAIM, reason="It was another claim.", by="ann")
    assert load(DISPUTE.replace("sued in London", "sued in Leeds")) == []


def test_a_curators_own_events_stay(load: Load) -> None:
    load()
    commands.record_event(
        SLUG,
        type="statement_made",
        occurred="2024",
        standing="reported",
        data={"summary": "Said something."},
        justification="Heard it.",
        by="seeds",
    )
    assert load() == []


def test_a_dispute_that_curators_opened_is_joined(load: Load) -> None:
    commands.open_dispute(SLUG, title="Getty", kind="threat", summary="Watch this.", by="ann")
    commands.register_party("getty-images", name="Getty Images (US), Inc.", by="ann")
    load()
    assert commands.load_dispute(SLUG).kind == "litigation"
    assert commands.load_party("getty-images").name == "Getty Images (US), Inc."
    assert commands.load_party("getty-images").aliases == ["Getty"]
    assert load() == []


def test_disputes_may_be_related_whatever_their_order(tmp_path: Path) -> None:
    first = DISPUTE.replace("conflicts:", "related:\n  - {other: z-v-a}\nconflicts:")
    last = DISPUTE.replace(SLUG, "z-v-a").replace("conflicts:", f"related:\n  - {{other: {SLUG}, note: x}}\nconflicts:")
    folder = write_seeds(tmp_path, getty_v_stability=first, z_v_a=last)
    list(load_seeds(folder))
    assert commands.load_dispute(SLUG).related == {"z-v-a": None}
    assert commands.load_dispute("z-v-a").related == {SLUG: "x"}
    list(load_seeds(write_seeds(tmp_path, getty_v_stability=DISPUTE, z_v_a=last)))
    assert commands.load_dispute(SLUG).related == {}


def test_a_file_that_fails_leaves_the_files_before_it_loaded(tmp_path: Path) -> None:
    taken = Identities("dispute/z-v-a", []).first("event/2023-10-hearing")
    commands.open_dispute("other", title="Other", kind="threat", summary="Holds an id.", by="ann", event_id=taken)
    folder = write_seeds(tmp_path, getty_v_stability=DISPUTE, z_v_a=DISPUTE.replace(SLUG, "z-v-a"))
    with pytest.raises(SeedError, match=r"z-v-a\.yaml:1: not loaded: event .* is recorded already"):
        list(load_seeds(folder))
    assert len(commands.load_dispute(SLUG).occurrences) == 3
    assert ledger.stream_version("dispute/z-v-a") == 0


def test_the_command_prints_a_line_for_each_file(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path)
    lines = []
    for _run in range(2):
        out = StringIO()
        call_command("load_seeds", str(folder), stdout=out)
        lines.append(out.getvalue().splitlines())
    assert lines == [
        ["parties: appended 4", f"{SLUG}: appended 8"],
        ["parties: unchanged", f"{SLUG}: unchanged"],
    ]


def test_the_command_names_what_is_wrong(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path, getty_v_stability=DISPUTE.replace("kind: lit", "kind: ilt"))
    with pytest.raises(CommandError, match=r"getty-v-stability\.yaml:3: kind: Input should be 'litigation'"):
        call_command("load_seeds", str(folder))
    assert not Event.objects.exists()
