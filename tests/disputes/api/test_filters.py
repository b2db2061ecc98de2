"""Filters of the lists: each finds what it should and nothing else, and says what it can't read."""

import pytest
from rest_framework.test import APIClient

from disputes import commands

pytestmark = pytest.mark.django_db


@pytest.fixture
def getty() -> str:
    """A second dispute, unlike the first in everything that can be asked."""
    commands.register_party("getty-images", name="Getty Images (US), Inc.", aliases=["Getty"], by="seeds")
    commands.register_party("stability-ai", name="StabilityAI Ltd", by="seeds")
    commands.rename_party("stability-ai", name="Stability AI Ltd", effective="2022-08", by="seeds")
    slug = "getty-v-stability"
    commands.open_dispute(
        slug,
        title="Getty Images v. Stability AI",
        kind="litigation",
        summary="Photographs used to train Stable Diffusion.",
        data_types=["images"],
        jurisdictions=["UK", "US"],
        by="seeds",
    )
    commands.add_party(slug, party="getty-images", role="plaintiff", by="seeds")
    commands.add_party(slug, party="stability-ai", role="defendant", by="seeds")
    for proceeding, court, number, claims in (
        ("delaware", "District of Delaware", "1:23-cv-00135-GBW", ["trademark_infringement"]),
        ("london", "High Court of Justice", "IL-2023-000007", ["secondary_infringement"]),
    ):
        commands.record_event(
            slug,
            type="complaint_filed",
            occurred="2023-02-03",
            standing="confirmed",
            data={
                "summary": "Filed.",
                "proceeding": proceeding,
                "court": court,
                "docket_number": number,
                "claims": claims,
            },
            justification="For the tests",
            by="seeds",
        )
    commands.record_event(
        slug,
        type="dismissed_voluntarily",
        occurred="2025-08-14",
        standing="confirmed",
        data={"summary": "Given up.", "proceeding": "delaware"},
        justification="For the tests",
        by="seeds",
    )
    return slug


GETTY, REDDIT = "getty-v-stability", "reddit-api-pricing"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=litigation", [GETTY]),
        ("kind=litigation,api_pricing", [GETTY, REDDIT]),
        ("status=pleadings,discovery&on_date=2025-07-01", [GETTY, REDDIT]),
        ("status=pleadings&on_date=2023-12-31", [GETTY]),
        ("status=watching,dormant&on_date=2025-07-01", []),
        ("status=watching&on_date=2023-04-30", [REDDIT]),
        ("status=settled", []),
        ("party=reddit", [REDDIT]),
        ("party=nobody", []),
        ("role=defendant", [GETTY]),
        ("party=getty-images&role=plaintiff", [GETTY]),
        ("party=getty-images&role=defendant", []),
        ("data_type=images", [GETTY]),
        ("data_type=images,social_posts", [GETTY, REDDIT]),
        ("jurisdiction=UK", [GETTY]),
        ("jurisdiction=US", [GETTY, REDDIT]),
        ("court=delaware", [GETTY]),
        ("docket_number=23-cv-135", [GETTY]),
        ("docket_number=1:23-CV-00135", [GETTY]),
        ("docket_number=il-2023-000007", [GETTY]),
        ("docket_number=23-cv-136", []),
        ("court=high court&docket_number=IL-2023-000007", [GETTY]),
        ("court=high court&docket_number=23-cv-135", []),
        ("claim=trespass_to_chattels", [REDDIT]),
        ("claim=trademark_infringement&court=high court", []),
        ("opened_after=2023-02-03", [GETTY, REDDIT]),
        ("opened_after=2023-02-04", [REDDIT]),
        ("opened_after=2023-03", [REDDIT]),
        ("opened_before=2023-02-02", []),
        ("opened_before=2023-02", [GETTY]),
        ("opened_before=2023", [GETTY, REDDIT]),
        ("updated_after=2020-01-01T00:00:00Z", [GETTY, REDDIT]),
        ("updated_after=2199-01-01", []),
        ("q=stable diffusion", [GETTY]),
        ("q=GETTY", [GETTY]),
        ("q=stabilityai", [GETTY]),
        ("q=anthropic pricing", [REDDIT]),
        ("q=effective", []),
        ("q=100%", []),
    ],
)
def test_disputes_are_found(reader: APIClient, reddit: str, getty: str, query: str, found: list[str]) -> None:
    answer = reader.get(f"/api/v1/disputes/?{query}&count=on")
    assert answer.status_code == 200, answer.json()
    assert [dispute["slug"] for dispute in answer.json()["results"]] == found
    assert answer.json()["count"] == len(found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status=pleading", "did you mean 'pleadings'"),
        ("status=", "none of watching"),
        ("kind=war", "none of litigation"),
        ("role=plaintiff,boss", "'boss' is none of"),
        ("data_type=smells", "none of news"),
        ("claim=theft", "none of direct_infringement"),
        ("opened_after=yesterday", "write 2023, 2023-04 or 2023-04-19"),
        ("opened_before=2023-02-30", "write 2023"),
        ("opened_before=2023-W01-1", "write 2023"),
        ("updated_after=2023-01-01T00:00:00", "2023-04-19T12:00:00Z"),
        ("updated_after=9999-12-31T23:59:59-23:00", "2023-04-19T12:00:00Z"),
        ("on_date=2023-04", "write it as 2023-04-19"),
        ("q=", "say what to look for"),
        ("q=a%00b", "U+0000"),
        ("party=%00", "U+0000"),
        ("q=" + "x" * 301, "at most 300"),
        ("ordering=colour", "none of latest, -latest"),
        ("page_size=0", "from 1 to 200"),
        ("page_size=201", "from 1 to 200"),
        ("page_size=ten", "from 1 to 200"),
        ("page_size=²", "from 1 to 200"),
        ("count=yes", "neither on nor off"),
        ("fields=slug,colour", "'colour' is none of slug"),
        ("expand=events", "none of parties"),
        ("cursor=abc", "cursor is broken"),
    ],
)
def test_a_wrong_value_is_refused_and_says_what_would_be_right(reader: APIClient, query: str, words: str) -> None:
    answer = reader.get(f"/api/v1/disputes/?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/api/problems/invalid-parameter"
    assert words in problem["detail"]
    name = query.partition("=")[0]
    assert [error["pointer"] for error in problem["errors"]] == [f"/{name}"]


def test_a_party_is_found_by_its_former_names_and_aliases(reader: APIClient, getty: str) -> None:
    def found(query: str) -> list[str]:
        return [party["slug"] for party in reader.get(f"/api/v1/parties/?{query}").json()["results"]]

    assert found("q=StabilityAI") == ["stability-ai"]
    assert found("q=getty") == ["getty-images"]
    assert found("q=precision") == []
    assert found("role=defendant") == ["stability-ai"]
    assert found(f"dispute={getty}") == ["getty-images", "stability-ai"]
    assert found(f"dispute={getty}&role=plaintiff") == ["getty-images"]
    assert found("parent=getty-images") == []
