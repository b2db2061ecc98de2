"""What is recorded of a party can be corrected and retracted; nothing vanishes."""

import uuid

import pytest

from disputes import commands, ledger
from disputes.errors import Invalid, NotFound, Unfit
from disputes.models import Party
from disputes.recorded import RecordedEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered() -> RecordedEvent:
    return commands.register_party("x-corp", name="Twiter, Inc.", aliases=["Twitter"], by="ann")


def test_it_works(registered: RecordedEvent) -> None:
    commands.correct_party_event(
        "x-corp", event=registered.event_id, reason="Misspelt.", data={"party_name": "Twitter, Inc."}, by="ben"
    )
    party = Party.objects.get(slug="x-corp")
    assert (party.name, party.aliases) == ("Twitter, Inc.", [])
    assert [event.type for event in ledger.read_stream("party/x-corp")] == ["party_registered", "event_corrected"]


def test_a_rename_that_never_was_is_retracted(registered: RecordedEvent) -> None:
    rename = commands.rename_party("x-corp", name="X Corp.", by="ann")
    commands.retract_party_event("x-corp", event=rename.event_id, reason="Not yet.", by="ben")
    party = Party.objects.get(slug="x-corp")
    assert (party.name, party.former_names) == ("Twiter, Inc.", [])
    with pytest.raises(Unfit, match="is retracted already"):
        commands.retract_party_event("x-corp", event=rename.event_id, reason="Again.", by="ben")
    with pytest.raises(Unfit, match="is retracted already"):
        commands.correct_party_event("x-corp", event=rename.event_id, reason="So.", data={"new_name": "X"}, by="ben")


def test_what_is_refused(registered: RecordedEvent) -> None:
    with pytest.raises(Unfit, match="merge the party into another instead"):
        commands.retract_party_event("x-corp", event=registered.event_id, reason="Gone.", by="ben")
    with pytest.raises(Invalid, match="party_name"):
        commands.correct_party_event("x-corp", event=registered.event_id, reason="So.", data={"name": "X"}, by="ben")
    with pytest.raises(NotFound, match="has no event"):
        commands.correct_party_event("x-corp", event=uuid.uuid4(), reason="So.", data={}, by="ben")
