"""The inbox: candidates with their reasons, to be accepted or rejected, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import CommandUrl, ReadOnlyAdmin, address
from disputes.admin.timeline import domain_of
from disputes.errors import Refused
from disputes.ledger import LedgerError
from disputes.models import Article, EvidenceItem
from ingest import candidates
from ingest.admin.proposed_events import CURATE, DecideEventView, StatedEvent, stated_events
from ingest.admin.returning import back_to_inbox
from ingest.models import Candidate, CandidateState, ProposedEvent, ProposedEventState

JUDGE = "ingest.judge_candidate"
PER_PAGE = 25
STATED = "stated"
"""In the place of a state: candidates whose article states an event that nobody has judged."""
CONTEXT = 90
"""Characters shown on both sides of a word that was found in the text."""
REASONS = (
    "About something else",
    "The same story as one that is attached",
    "No facts: comment or opinion",
    "Too old, or out of date",
    "Not to be trusted",
)
"""What curators usually say; any other reason can be written."""


class Found(NamedTuple):
    """A reason of the matcher, with the words around what it found."""

    kind: str
    text: str
    weight: float
    before: str
    hit: str
    after: str


class Card(NamedTuple):
    """A candidate as it is shown."""

    candidate: Candidate
    domain: str
    is_link: bool
    found: Sequence[Found]
    copies: int
    """Other articles that tell the same story."""
    is_told: bool
    """Whether one of these is evidence for the dispute already."""
    stated: Sequence[StatedEvent]
    """Events that the article states of the dispute."""


def _cards(candidates: Sequence[Candidate]) -> list[Card]:
    """Prepare candidates to be shown.

    One query, two more where any has copies, and up to four more where any states an event.
    """
    stated = stated_events(candidates)
    groups = {candidate.article.group for candidate in candidates if candidate.article.group}
    sizes: dict[UUID | None, int] = {}
    told: set[tuple[UUID | None, str]] = set()
    if groups:
        sizes = dict(Article.objects.filter(group__in=groups).order_by().values_list("group").annotate(Count("pk")))
        told = set(EvidenceItem.objects.filter(article__group__in=groups).values_list("article__group", "dispute"))
    return [
        _card(
            candidate,
            copies=max(sizes.get(candidate.article.group, 1) - 1, 0),
            is_told=(candidate.article.group, candidate.dispute_id) in told,
            stated=stated.get(candidate.pk, ()),
        )
        for candidate in candidates
    ]


def _card(candidate: Candidate, *, copies: int, is_told: bool, stated: Sequence[StatedEvent]) -> Card:
    article = candidate.article
    return Card(
        stated=stated,
        copies=copies,
        is_told=is_told,
        candidate=candidate,
        domain=domain_of(article.url),
        is_link=urlsplit(article.url).scheme in {"http", "https"},
        found=[_found(reason, {"title": article.title, "text": article.text}) for reason in candidate.reasons],
    )


def _found(reason: Mapping[str, Any], fields: Mapping[str, str]) -> Found:
    text, start, end = fields.get(str(reason.get("field", "")), ""), reason.get("start"), reason.get("end")
    before = hit = after = ""
    # The text may have been captured anew since, so the place is shown only where the words still stand there.
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        hit = text[start:end]
        before = ("…" if start > CONTEXT else "") + text[max(0, start - CONTEXT) : start]
        after = text[end : end + CONTEXT] + ("…" if end + CONTEXT < len(text) else "")
    return Found(
        str(reason.get("kind", "")).replace("_", " "),
        str(reason.get("text", "")),
        float(reason.get("weight", 0)),
        before,
        hit,
        after,
    )


class Decision(NamedTuple):
    """What can be decided of a candidate, and the words for it."""

    carry_out: Callable[..., Candidate]
    done: str
    takes_reason: bool = False


DECISIONS: dict[str, Decision] = {
    "accept": Decision(candidates.accept_candidate, "accepted"),
    "reject": Decision(candidates.reject_candidate, "rejected", takes_reason=True),
    "snooze": Decision(candidates.snooze_candidate, "put off for a week"),
    "undo": Decision(candidates.undo_candidate, "put back into the inbox"),
}


class DecideView(PermittedView):
    """Carry out one decision about one or several candidates."""

    permission = JUDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide each by itself, so that one that can't be decided does not hold up the others."""
        action, wanted = _asked_for(request.POST)
        decision = DECISIONS.get(action)
        if decision is None or not wanted:
            messages.warning(request, "Tick the candidates first, or use the buttons of one.")
            return HttpResponseRedirect(back_to_inbox(self.admin, request))
        options: dict[str, Any] = {"by": request.user.get_username()}
        if decision.takes_reason:
            options["reason"] = _reason(request.POST)
        done: list[int] = []
        for number in wanted:
            try:
                decision.carry_out(number, **options)
            except Refused as refusal:
                messages.error(request, f"Candidate {number}: {refusal}")
            except LedgerError as error:
                messages.error(request, f"Candidate {number} was left as it is, try again: {error}")
            else:
                done.append(number)
        if done:
            what = "1 candidate" if len(done) == 1 else f"{len(done)} candidates"
            messages.success(request, f"{what} {decision.done}.")
        return HttpResponseRedirect(back_to_inbox(self.admin, request, undo=done if action != "undo" else ()))


def _asked_for(data: QueryDict) -> tuple[str, list[int]]:
    """Find out which button was pressed: one of a card, or one for all that are ticked."""
    for action in DECISIONS:
        number = data.get(action, "")
        if number.isdecimal():
            return action, [int(number)]
    return data.get("many", ""), [int(number) for number in data.getlist("candidate") if number.isdecimal()]


def _reason(data: QueryDict) -> str | None:
    one = data.get("reject", "")
    named = (f"reason-{one}", f"note-{one}") if one else ("reason", "note")
    said = [data.get(name, "").strip() for name in named]
    return ". ".join(part for part in said if part) or None


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin[Candidate]):
    """Proposed links between articles and disputes."""

    page_template = "admin/ingest/candidate.html"
    command_urls = (
        CommandUrl("decide/", "decide", DecideView),
        CommandUrl("decide-event/", "decide_event", DecideEventView),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the inbox: what waits, newest first.

        `?state=` shows what was decided, or with `stated` what states an event that nobody has judged; `?dispute=` one
        dispute.
        """
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        state = request.GET.get("state", "")
        if state not in {*CandidateState.values, STATED}:
            state = CandidateState.PENDING.value
        dispute = request.GET.get("dispute", "").replace("\x00", "")
        rows = _in_state(state).select_related("article", "dispute")
        counts = Candidate.objects.all()
        states_event = _in_state(STATED)
        if dispute:
            rows, counts = rows.filter(dispute=dispute), counts.filter(dispute=dispute)
            states_event = states_event.filter(dispute=dispute)
        if state in {CandidateState.ACCEPTED, CandidateState.REJECTED}:
            rows = rows.order_by("-decided_at", "-id")
        elif state == STATED:
            # What is hardly about the dispute states little of it.
            rows = rows.order_by("-score", "-id")
        by_state = dict(counts.order_by().values_list("state").annotate(Count("id")))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Inbox",
            "cards": _cards(list(page.object_list)),
            "page": page,
            "state": state,
            "states": [
                (choice.label, choice == state, by_state.get(choice.value, 0), self._query(choice.value, dispute))
                for choice in CandidateState
            ]
            + [("State an event", state == STATED, states_event.count(), self._query(STATED, dispute))],
            "disputes": _waiting_disputes(state),
            "dispute": dispute,
            "undo": [number for number in request.GET.get("undo", "").split(",") if number.isdecimal()],
            "reasons": REASONS,
            "may_judge": request.user.has_perm(JUDGE),
            "may_record": request.user.has_perm(CURATE),
            "decide_event_url": address(self, "decide_event"),
            "back": request.get_full_path(),
            "decide_url": address(self, "decide"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/ingest/inbox.html", context)

    @staticmethod
    def _query(state: str, dispute: str) -> str:
        return "?" + urlencode({"state": state} | ({"dispute": dispute} if dispute else {}))

    def page(self, request: HttpRequest, row: Candidate) -> Mapping[str, Any]:
        """Show one candidate with the whole text."""
        return {
            "title": row.article.title or row.article.url,
            "card": _cards([row])[0],
            "may_judge": request.user.has_perm(JUDGE),
            "may_record": request.user.has_perm(CURATE),
            "decide_event_url": address(self, "decide_event"),
            "reasons": REASONS,
            "back": address(self, "changelist"),
            "decide_url": address(self, "decide"),
        }


def _in_state(state: str) -> QuerySet[Candidate]:
    if state != STATED:
        return Candidate.objects.filter(state=state)
    is_open = Exists(ProposedEvent.objects.filter(candidate=OuterRef("pk"), state=ProposedEventState.OPEN))
    return Candidate.objects.filter(is_open).exclude(state=CandidateState.REJECTED)


def _waiting_disputes(state: str) -> list[tuple[str, str, int]]:
    rows = _in_state(state).order_by("dispute__title")
    return list(rows.values_list("dispute", "dispute__title").annotate(Count("id")))
