"""From an article to the event that it states: proposed with its candidate, recorded when a curator confirms it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import commands
from disputes.errors import Invalid, NotFound, Unfit
from disputes.models import Article, Dispute, EvidenceItem, TimelineEntry
from ingest import candidates, proposals
from ingest.models import Candidate, CandidateState, ProposedEvent
from ingest.profiles import matcher
from tests.ingest.articles import DISPUTE, SUIT, open_dispute, propose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def dispute() -> str:
    return open_dispute()


def event_of(candidate: Candidate, kind: str = "complaint_filed") -> ProposedEvent:
    return ProposedEvent.objects.get(candidate=candidate, type=kind)


def timeline(kind: str = "complaint_filed") -> list[TimelineEntry]:
    return list(TimelineEntry.objects.filter(type=kind, retracted_by__isnull=True))


def test_it_works() -> None:
    candidate = propose(SUIT)
    proposed = event_of(candidate)
    assert not timeline(), "nothing is recorded by itself"
    assert (proposed.occurred["date"], proposed.standing) == ("2025-06-04", "reported")
    proposals.confirm_event(proposed.pk, by="alice")
    (entry,) = timeline()
    assert (entry.recorded_by, entry.standing, entry.occurred) == (
        "alice",
        "reported",
        {"date": "2025-06-04", "precision": "day"},
    )
    assert entry.data["actors"] == ["reddit"]
    (cited,) = entry.evidence
    assert cited["article"]["id"] == str(candidate.article_id)
    assert cited["quote"] in candidate.article.text
    candidate.refresh_from_db()
    assert (candidate.state, candidate.decided_by, candidate.decision) == ("accepted", "alice", entry.event_id)
    assert EvidenceItem.objects.get().article_id == candidate.article_id


def test_it_is_confirmed_once() -> None:
    proposed = event_of(propose(SUIT))
    proposals.confirm_event(proposed.pk, by="alice")
    with pytest.raises(Unfit, match="confirmed already, by alice"):
        proposals.confirm_event(proposed.pk, by="bob")
    with pytest.raises(NotFound, match="no proposed event 0"):
        proposals.confirm_event(0, by="bob")
    assert len(timeline()) == 1


def test_what_the_record_has_is_offered_as_further_evidence() -> None:
    first, second = propose(SUIT), propose("Reddit sued Anthropic on June 4, a paper reports.")
    proposals.confirm_event(event_of(first).pk, by="alice")
    known = proposals.find_known_events([event_of(second)])[event_of(second).pk]
    assert known.event_id == timeline()[0].event_id
    assert not known.is_cited
    proposals.confirm_event(event_of(second).pk, by="bob")
    (entry,) = timeline()
    cited = EvidenceItem.objects.filter(event_id=entry.event_id)
    assert {item.article_id for item in cited} == {first.article_id, second.article_id}
    assert cited.get(article=second.article).quote == "Reddit sued Anthropic on June 4, a paper reports."


def test_a_curator_may_say_that_it_is_another_event() -> None:
    proposals.confirm_event(event_of(propose(SUIT)).pk, by="alice")
    second = event_of(propose("Reddit sued Anthropic in June 2025."))
    proposals.confirm_event(second.pk, by="bob", as_new=True)
    assert len(timeline()) == 2


def test_a_ruling_that_the_press_calls_otherwise_is_the_same_ruling() -> None:
    proposals.confirm_event(event_of(propose(SUIT)).pk, by="alice")
    ruling = propose("A judge on June 5 dismissed the claims of Reddit against Anthropic.")
    proposals.confirm_event(event_of(ruling, "claim_dismissed").pk, by="alice")
    other = event_of(propose("A judge ruled on June 5 against Reddit."), "order_issued")
    assert proposals.find_known_events([other])[other.pk].type == "claim_dismissed"


def test_undo_takes_back_what_was_recorded() -> None:
    candidate = propose(SUIT)
    proposed = event_of(candidate)
    proposals.confirm_event(proposed.pk, by="alice")
    proposals.undo_event(proposed.pk, by="bob")
    candidate.refresh_from_db()
    proposed.refresh_from_db()
    assert (candidate.state, proposed.state, timeline()) == ("pending", "open", [])
    assert not EvidenceItem.objects.exists()
    with pytest.raises(Unfit, match="nothing was decided"):
        proposals.undo_event(proposed.pk, by="bob")
    proposals.confirm_event(proposed.pk, by="bob")
    assert len(timeline()) == 1, "it can be confirmed anew"


def test_undoing_the_candidate_takes_back_what_was_confirmed_from_it() -> None:
    candidate = propose(SUIT)
    candidates.accept_candidate(candidate.pk, by="alice")
    proposals.confirm_event(event_of(candidate).pk, by="alice")
    candidates.undo_candidate(candidate.pk, by="bob")
    candidate.refresh_from_db()
    assert (candidate.state, timeline(), event_of(candidate).state) == ("pending", [], "open")
    assert not EvidenceItem.objects.exists()
    proposals.confirm_event(event_of(candidate).pk, by="bob")
    candidates.undo_candidate(candidate.pk, by="bob")
    assert (timeline(), event_of(candidate).state) == ([], "open"), "also where the confirmation accepted it"


def test_what_was_dismissed_is_not_proposed_again() -> None:
    candidate = propose(SUIT)
    proposals.dismiss_event(event_of(candidate).pk, by="alice")
    candidates.propose(candidate.article, matcher())
    assert event_of(candidate).state == "dismissed"
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING
    proposals.undo_event(event_of(candidate).pk, by="alice")
    assert event_of(candidate).state == "open"


def test_what_is_captured_anew_states_what_it_says_now() -> None:
    candidate = propose(SUIT)
    candidates.accept_candidate(candidate.pk, by="alice")
    stale = event_of(candidate)
    Article.objects.update(text="On May 2 Reddit and Anthropic settled. Reddit and Anthropic said no more.")
    with pytest.raises(Unfit, match="no longer says this"):
        proposals.confirm_event(stale.pk, by="alice")
    proposals.propose_stated_events(Article.objects.get(), [candidate])
    assert event_of(candidate, "settlement_reported").occurred["date"] == "2025-05-02"
    assert not ProposedEvent.objects.filter(type="complaint_filed").exists()


def test_what_is_matched_anew_keeps_its_number() -> None:
    """A curator may be looking at it while the stored articles are gone through."""
    candidate = propose(SUIT)
    shown = event_of(candidate)
    proposals.propose_stated_events(candidate.article, [candidate])
    assert event_of(candidate).pk == shown.pk
    proposals.confirm_event(shown.pk, by="alice")


def test_a_rejected_candidate_confirms_nothing() -> None:
    candidate = propose(SUIT)
    candidates.reject_candidate(candidate.pk, by="alice")
    with pytest.raises(Unfit, match="rejected by alice"):
        proposals.confirm_event(event_of(candidate).pk, by="bob")


def test_a_ruling_needs_a_proceeding_that_the_record_has() -> None:
    ruling = event_of(propose("A judge on June 5 dismissed the claims of Reddit against Anthropic."), "claim_dismissed")
    with pytest.raises(Invalid, match="record the complaint that began it first"):
        proposals.confirm_event(ruling.pk, by="alice")
    proposals.confirm_event(event_of(propose(SUIT)).pk, by="alice")
    key = Dispute.objects.get(slug=DISPUTE).proceedings.get().key
    with pytest.raises(Invalid, match="choose one of"):
        proposals.confirm_event(ruling.pk, by="alice")
    proposals.confirm_event(ruling.pk, by="alice", proceeding=key)
    assert timeline("claim_dismissed")[0].data["proceeding"] == key


def test_words_that_name_a_person_are_sealed() -> None:
    commands.register_party("jane-doe", name="Jane Doe", kind="person", by="seeds")
    commands.add_party(DISPUTE, party="jane-doe", role="plaintiff", by="seeds")
    proposals.confirm_event(event_of(propose("Jane Doe and Reddit sued Anthropic on June 4, 2025.")).pk, by="alice")
    assert "Jane Doe" in timeline()[0].summary
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM disputes_event WHERE body LIKE '%%complaint_filed%%'")
        ((body,),) = cursor.fetchall()
    assert "Jane Doe" not in body


def test_what_is_told_by_another_dispute_since_a_merge_is_found_there() -> None:
    first, second = propose(SUIT), propose(SUIT)
    proposals.confirm_event(event_of(first).pk, by="alice")
    candidates.accept_candidate(second.pk, by="alice")
    commands.open_dispute("other", title="Other", kind="litigation", summary="The same.", by="seeds")
    commands.merge_disputes(DISPUTE, into="other", reason="One quarrel", by="alice")
    known = proposals.find_known_events([event_of(second)])[event_of(second).pk]
    assert (known.dispute, known.type) == ("other", "complaint_filed")
    proposals.confirm_event(event_of(second).pk, by="alice")
    assert len(timeline()) == 1


def test_what_the_record_has_is_found_in_three_queries() -> None:
    proposed = [event_of(propose(SUIT)) for _number in range(5)]
    rows = list(ProposedEvent.objects.filter(pk__in=[each.pk for each in proposed]).select_related("candidate"))
    with CaptureQueriesContext(connection) as captured:
        proposals.find_known_events(rows)
    assert len(captured) == 3
