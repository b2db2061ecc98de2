"""The lists: what they find, how they filter, and that their queries do not grow with the rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken

from disputes import commands
from tests.support.screens import find, log_in, text_of

pytestmark = pytest.mark.django_db

LISTS = ("disputes_dispute", "disputes_party", "disputes_article", "disputes_event", "auth_user", "knox_authtoken")


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(reverse("admin:disputes_dispute_changelist") + query)
    return [text.strip() for text in find(page, "//table[@id='result_list']//tbody//a/text()") if text.strip()]


@pytest.fixture
def others(dispute: str) -> None:
    commands.register_party("x-corp", name="Twitter, Inc.", aliases=["Tweet people"], by="seeds")
    commands.rename_party("x-corp", name="X Corp.", effective="2023-03", by="seeds")
    commands.open_dispute(
        "twitter-api",
        title="Twitter API",
        kind="api_pricing",
        summary="Fees.",
        data_types=["api_stream", "social_posts"],
        by="seeds",
    )
    commands.add_party("twitter-api", party="x-corp", role="data_holder", by="seeds")


def test_it_works(viewer: Client, others: None) -> None:
    said = text_of(viewer.get(reverse("admin:disputes_dispute_changelist")))
    assert "Reddit v. Anthropic" in said
    assert "Litigation" in said
    assert "4 June 2025: Complaint filed" in said
    assert "Watching" in said, "before its first occurrence a dispute is watched"
    assert "nothing yet" in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=anthropic", ["Reddit v. Anthropic"]),
        ("?q=scraped", ["Reddit v. Anthropic"]),
        ("?q=tweet+people", ["Twitter API"]),
        ("?q=Twitter,+Inc.", ["Twitter API"]),
        ("?q=x+corp", ["Twitter API"]),
        ("?q=nobody", []),
        ("?party=nobody", ["Twitter API", "Reddit v. Anthropic"]),
        ("?kind=litigation", ["Reddit v. Anthropic"]),
        ("?status=watching", ["Twitter API"]),
        ("?party=x-corp", ["Twitter API"]),
        ("?data_type=api_stream", ["Twitter API"]),
        ("?data_type=books", []),
        ("?party=x-corp&kind=litigation", []),
    ],
)
def test_disputes_are_found_and_filtered(viewer: Client, others: None, query: str, found: list[str]) -> None:
    assert titles(viewer, query) == found


def test_disputes_can_be_ordered_by_every_column(viewer: Client, others: None) -> None:
    for column in range(1, 7):
        assert len(titles(viewer, f"?o={column}")) == 2
        assert len(titles(viewer, f"?o=-{column}")) == 2


@pytest.mark.parametrize("name", LISTS)
def test_the_number_of_queries_does_not_grow_with_the_rows(name: str, dispute: str) -> None:
    root = log_in(name="root", is_superuser=True)
    address = reverse(f"admin:{name}_changelist")
    root.get(address)
    with CaptureQueriesContext(connection) as few:
        root.get(address)
    for number in range(8):
        slug = f"number-{number}"
        commands.register_party(slug, name=f"Party {number}", aliases=["A", "B"], by="seeds")
        commands.change_parent(slug, parent="reddit", by="seeds")
        commands.open_dispute(slug, title=slug, kind="threat", summary="Again.", by="seeds")
        commands.add_party(slug, party=slug, role="sender", by="seeds")
        commands.attach_evidence(slug, article=f"https://press.example/{number}", by="seeds")
        user = log_in("curator", name=slug)
        AuthToken.objects.create(user.get(reverse("admin:index")).wsgi_request.user)
    with CaptureQueriesContext(connection) as many:
        answer = root.get(address)
    assert answer.status_code == 200
    assert len(many) == len(few), [query["sql"][:120] for query in many]


def test_an_empty_list_says_what_to_do(curator: Client) -> None:
    assert "load_seeds" in text_of(curator.get(reverse("admin:disputes_dispute_changelist")))
    assert "Open a dispute" in text_of(curator.get(reverse("admin:disputes_dispute_changelist")))
    assert "Register a party" in text_of(curator.get(reverse("admin:disputes_party_changelist")))


def test_a_viewer_is_offered_no_button(viewer: Client, dispute: str) -> None:
    for name, button in (("dispute", "Open a dispute"), ("party", "Register a party")):
        assert button not in text_of(viewer.get(reverse(f"admin:disputes_{name}_changelist")))


def test_parties_are_found_by_any_name_also_as_one_types(viewer: Client, others: None) -> None:
    said = text_of(viewer.get(reverse("admin:disputes_party_changelist") + "?q=Twitter"))
    assert "X Corp." in said
    assert "Anthropic" not in said
    lookup = {"app_label": "disputes", "model_name": "participation", "field_name": "party", "term": "tweet"}
    assert viewer.get(reverse("admin:autocomplete"), lookup).json()["results"] == [{"id": "x-corp", "text": "X Corp."}]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/disputes/dispute/?q=%00",
        "/admin/disputes/dispute/?party=%00&status=%00&kind=x",
        "/admin/disputes/dispute/?o=99&p=-1",
        "/admin/disputes/event/?type=%00",
        "/admin/disputes/article/?captured=%00",
        "/admin/disputes/party/?q=%00",
        "/admin/autocomplete/?app_label=disputes&model_name=participation&field_name=party&term=%00",
    ],
)
def test_an_odd_address_breaks_no_screen(viewer: Client, others: None, address: str) -> None:
    assert viewer.get(address).status_code in {200, 302}


@pytest.mark.parametrize("key", ["%00", "a%00b", "nowhere", "9" * 40, "_5F", "../x"])
def test_an_odd_key_is_not_found(viewer: Client, others: None, key: str) -> None:
    for model in ("dispute", "party", "article", "event"):
        assert viewer.get(f"/admin/disputes/{model}/{key}/change/").status_code == 404, model
