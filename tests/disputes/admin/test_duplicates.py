"""Possible duplicates among the parties: which are suggested, and what curators say of them."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.duplicates import comparable_name, suspected_duplicates, tell_apart
from disputes.errors import NotFound, Unfit
from disputes.models import DistinctParties, Party
from tests.support.screens import find, log_in, open_form, text_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:disputes_party_duplicates")


def register(*names: str) -> None:
    for number, name in enumerate(names):
        commands.register_party(f"p{number}", name=name, by="seeds")


def pairs() -> list[tuple[str, str]]:
    return [(found.first.slug, found.second.slug) for found in suspected_duplicates()]


@pytest.mark.parametrize(
    "names",
    [
        ("Getty Images, Inc.", "GETTY IMAGES (INC)", "The Getty Images", "getty-images Incorporated", "Getty Images"),
        ("Le Monde S.A.", "Le Monde SA", "le monde", "LE MONDE S.A.S."),
        ("Axel Springer SE", "Axel Springer GmbH & Co. KG", "Axel Springer"),
        ("Moody’s Corp.", "Moodys Corporation", "Moody's"),
        ("Société Générale", "Societe Generale, S.A."),
        ("Simon & Schuster, Inc.", "Simon and Schuster"),
    ],
)
def test_spellings_of_a_name_compare_as_one(names: tuple[str, ...]) -> None:
    assert len({comparable_name(name) for name in names}) == 1, [comparable_name(name) for name in names]


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Open AI", "OpenAI"),
        ("Getty Images", "Getty"),
        ("Inc.", "Ltd."),
        ("Company", "The Company Store"),
        ("Reddit", "Reddit UK"),
    ],
)
def test_other_names_stay_apart(one: str, another: str) -> None:
    assert comparable_name(one) != comparable_name(another)


def test_it_works(curator: Client) -> None:
    register("Getty Images, Inc.", "Stability AI Ltd", "GETTY IMAGES")
    assert LIST in curator.get(reverse("admin:disputes_party_changelist")).content.decode()
    page = curator.get(LIST)
    assert "1 pair" in text_of(page)
    assert "Getty Images, Inc. / GETTY IMAGES" in text_of(page)
    (merge, _other) = find(page, "//a[contains(., 'Merge…') or contains(., 'Other way')]/@href")
    preview = open_form(curator, merge)
    assert preview.send({"reason": "The same company."}).status_code == 302
    assert pairs() == []
    assert "No two parties have a name in common" in text_of(curator.get(LIST))


def test_aliases_and_former_names_count_and_relatives_do_not() -> None:
    register("X Corp.", "Twitter Inc.", "Alphabet Inc.", "Google LLC")
    commands.add_alias("p0", alias="TWITTER", by="seeds")
    commands.add_alias("p2", alias="Google", by="seeds")
    assert pairs() == [("p2", "p3"), ("p0", "p1")]
    commands.change_parent("p3", parent="p2", by="seeds")
    assert pairs() == [("p0", "p1")]


def test_what_a_curator_says_are_two_is_suggested_no_more(curator: Client) -> None:
    register("Apple Inc.", "Apple Corps", "Apple")
    apart = reverse("admin:disputes_party_tell_apart", args=["p2", "p0"])
    assert curator.get(apart).status_code == 405
    said = text_of(curator.post(apart, follow=True))
    assert "they are not suggested any more" in said
    assert "said by carol" in said
    curator.post(apart)
    assert DistinctParties.objects.get().said_by == "carol"
    assert pairs() == []
    curator.post(reverse("admin:disputes_party_suggest_again", args=["p0", "p2"]))
    assert pairs() == [("p0", "p2")]
    assert curator.post(reverse("admin:disputes_party_tell_apart", args=["p0", "nobody"])).status_code == 404
    with pytest.raises(Unfit):
        tell_apart("p0", "p0", by="carol")
    with pytest.raises(NotFound):
        tell_apart("p0", "nobody", by="carol")


def test_only_who_manages_parties_may(viewer: Client) -> None:
    register("Apple Inc.", "Apple")
    operator = log_in("operator")
    for client in (viewer, operator):
        assert client.get(LIST).status_code == 403
        assert LIST not in client.get(reverse("admin:disputes_party_changelist")).content.decode()
        assert client.post(reverse("admin:disputes_party_tell_apart", args=["p0", "p1"])).status_code == 403
    assert not DistinctParties.objects.exists()


def test_ten_thousand_parties_are_compared_at_once(curator: Client) -> None:
    now = timezone.now()
    Party.objects.bulk_create(
        Party(
            slug=f"party-{number}",
            name=f"Number {number} Publishing, Inc.",
            aliases=[f"Number {number}", f"N{number} Ltd."],
            former_names=[{"name": f"Older {number} GmbH", "until": None}],
            version=1,
            updated_at=now,
        )
        for number in range(10_000)
    )
    register("NUMBER 7 PUBLISHING")
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        found = pairs()
        took = time.perf_counter() - started
    assert found == [("p0", "party-7")]
    assert len(queries) == 2
    assert took < 3.0, "0.3 s on an idle machine"
    with CaptureQueriesContext(connection) as queries:
        curator.get(LIST)
    assert len(queries) <= 12
