"""Views that curators keep: filters under a name, for themselves or for all."""

import pytest
from django.test import Client

from ingest.models import SavedView
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

INBOX = "/admin/ingest/candidate/"
SAVE, REMOVE = f"{INBOX}views/save/", f"{INBOX}views/remove/"


def views(client: Client) -> list[str]:
    found: list[str] = find(client.get(INBOX), "//*[@class='inbox-view']/a/text()")
    return found


def test_it_works(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    sent = {"name": " High  scores ", "back": f"{INBOX}?score=high&story=x&new=yes&evil=1"}
    assert "is saved" in text_of(curator.post(SAVE, sent, follow=True))
    assert views(curator) == ["High scores"]
    assert SavedView.objects.get().query == "score=high&new=yes"
    curator.post(SAVE, sent | {"back": f"{INBOX}?state=snoozed"})
    assert SavedView.objects.get().query == "state=snoozed", "saved again under the same name"
    curator.post(REMOVE, {"view": SavedView.objects.get().pk})
    assert views(curator) == []


def test_a_view_is_seen_by_others_where_it_is_shared_and_removed_by_its_owner(curator: Client) -> None:
    curator.post(SAVE, {"name": "Mine", "back": INBOX})
    curator.post(SAVE, {"name": "Ours", "back": f"{INBOX}?new=yes", "is_shared": "on"})
    dave = log_in("curator", name="dave")
    assert views(dave) == ["Ours"]
    assert "by carol" in text_of(dave.get(INBOX))
    for view in SavedView.objects.all():
        assert "Nothing was removed" in text_of(dave.post(REMOVE, {"view": view.pk}, follow=True))
    assert views(curator) == ["Mine", "Ours"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_is_none_is_refused(curator: Client, name: str) -> None:
    assert "The view was not saved" in text_of(curator.post(SAVE, {"name": name, "back": INBOX}, follow=True))
    assert "Nothing was removed" in text_of(curator.post(REMOVE, {"view": "x"}, follow=True))
