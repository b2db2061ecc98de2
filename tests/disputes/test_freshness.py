"""Read models that other code has told are found out, and rebuilt before the product serves."""

import pytest
from django.db import connection

from disputes import commands, projections
from disputes.models import Dispute
from tracker.preparation import refresh_read_models


@pytest.mark.django_db
def test_what_other_code_told_is_rebuilt_once() -> None:
    commands.open_dispute("a-v-b", title="A v. B", kind="litigation", summary="About data.", by="curator")
    Dispute.objects.update(title="As an older release told it")
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE disputes_timelineentry IS 'the digest of an older release'")
    assert not projections.are_current()
    said: list[str] = []
    refresh_read_models(said.append)
    assert (said, Dispute.objects.get().title) == (["rebuilding the read models"], "A v. B")
    assert projections.are_current()
    refresh_read_models(said.append)
    assert len(said) == 1
