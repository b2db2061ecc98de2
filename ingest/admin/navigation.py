"""The sidebar: one link for each screen that the user may open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from ingest.admin.front_page.counting import counted
from ingest.models import Candidate, CandidateState

MOST = 999
"""What the badge of the inbox counts to; one more query over an index of many would say nothing more."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the groups of links; one query counts what waits in the inbox, for those who may see it."""
    inbox = _item(request, "Inbox", "inbox", "ingest", "candidate")
    if inbox["permission"](request):
        waiting = counted(Candidate.objects.filter(state=CandidateState.PENDING), most=MOST)
        if waiting:
            inbox |= {"badge": str(waiting), "badge_variant": "primary"}
    disputes = _item(request, "Disputes", "balance", "disputes", "dispute")
    # The calendar has an address below that of the disputes, and an item of its own.
    calendar = disputes | {
        "title": "Calendar",
        "icon": "calendar_month",
        "link": reverse("admin:disputes_dispute_calendar"),
    }
    calendar["active"] = request.path == calendar["link"]
    disputes["active"] = disputes["active"] and not calendar["active"]
    return [
        {
            "items": [
                {"title": "Front page", "icon": "dashboard", "link": reverse("admin:index")},
                disputes,
                calendar,
                _item(request, "Parties", "groups", "disputes", "party"),
                inbox,
                _item(request, "Articles", "article", "disputes", "article"),
                _item(request, "Feeds", "rss_feed", "ingest", "feed"),
                _item(request, "Pages", "article_shortcut", "ingest", "page"),
                _item(request, "Rules for pages", "rule", "ingest", "fulltextrule"),
                _item(request, "Thresholds", "tune", "ingest", "thresholds"),
                _item(request, "Learned", "school", "ingest", "matcherversion"),
                _item(request, "Captures", "archive", "ingest", "capture"),
                _item(request, "Ledger", "list_alt", "disputes", "event"),
                _item(request, "Audits", "verified_user", "disputes", "ledgeraudit"),
                _item(request, "Subscriptions", "notifications", "disputes", "subscription"),
            ],
        },
        {
            "title": "People",
            "separator": True,
            "items": [
                _item(request, "Sealed persons", "enhanced_encryption", "disputes", "subjectkey"),
                _item(request, "Users", "person", "auth", "user"),
                _item(request, "Roles", "badge", "auth", "group"),
                _item(request, "Tokens", "key", "knox", "authtoken"),
                _item(request, "Failed logins", "lock_person", "axes", "accessattempt"),
            ],
        },
    ]


def _item(request: HttpRequest, title: str, icon: str, application: str, model: str) -> dict[str, Any]:
    link = reverse(f"admin:{application}_{model}_changelist")
    return {
        "title": title,
        "icon": icon,
        "link": link,
        # Not by a part of the path, which "…/party/" would share with a party of that name.
        "active": request.path.startswith(link),
        "permission": lambda request: request.user.has_perm(f"{application}.view_{model}"),
    }
