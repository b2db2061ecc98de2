"""What Prometheus reads: the process, its requests, the queues, and what the database counts cheaply."""

import logging
import time
from collections.abc import Callable, Iterable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tracker import heartbeat

logger = logging.getLogger(__name__)

REQUEST_SECONDS = Histogram(
    "tracker_request_seconds",
    "Time to answer a request, by route; the count is the number of requests.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class LazyCollector(Collector):
    """A collector that is asked for nothing before the first scrape, so that starting needs no database."""

    def describe(self) -> Iterable[Metric]:
        return []


class DatabaseCollector(LazyCollector):
    """Row counts and size, from PostgreSQL's statistics: two queries, no table is read."""

    def collect(self) -> Iterable[Metric]:
        rows = GaugeMetricFamily(
            "tracker_table_rows", "Live rows of a table, as PostgreSQL's statistics estimate them.", labels=["table"]
        )
        size = GaugeMetricFamily("tracker_database_bytes", "Size of the database on disk.")
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY relname")
                for table, count in cursor.fetchall():
                    rows.add_metric([table], count)
                cursor.execute("SELECT pg_database_size(current_database())")
                size.add_metric([], cursor.fetchone()[0])
        except DatabaseError as error:
            logger.warning("The database's metrics are left out: %s", error)
            return
        yield rows
        yield size


class QueueCollector(LazyCollector):
    """Tasks that wait in each queue, and the age of the worker's last sign of life."""

    def collect(self) -> Iterable[Metric]:
        lengths = GaugeMetricFamily("tracker_queue_tasks", "Tasks that wait in a queue.", labels=["queue"])
        signs = GaugeMetricFamily("tracker_worker_heartbeat_age_seconds", "Age of a worker's last sign of life.")
        client = redis.Redis.from_url(settings.REDIS_URL)
        try:
            for queue in settings.TASK_QUEUES:
                lengths.add_metric([queue], client.llen(queue))
            age = heartbeat.age()
        except redis.RedisError as error:
            logger.warning("The queues' metrics are left out: %s", error)
            return
        finally:
            client.close()
        if age is not None:
            signs.add_metric([], age)
        yield lengths
        yield signs


class SubscriptionCollector(LazyCollector):
    """How far each consumer of the log is behind: one query."""

    def collect(self) -> Iterable[Metric]:
        # This module is imported before the applications are loaded.
        from disputes.subscriptions.lag import CONDITIONS, subscription_lags  # noqa: PLC0415

        labels = ["subscription"]
        events = GaugeMetricFamily(
            "tracker_subscription_lag_events", "Events of the log that a subscription has not seen yet.", labels=labels
        )
        seconds = GaugeMetricFamily(
            "tracker_subscription_lag_seconds", "Age of the oldest event that it has not seen yet.", labels=labels
        )
        parked = GaugeMetricFamily(
            "tracker_subscription_parked_streams", "Streams held up by an event that keeps failing.", labels=labels
        )
        parked_seconds = GaugeMetricFamily(
            "tracker_subscription_parked_seconds", "For how long the longest parked stream is parked.", labels=labels
        )
        state = GaugeMetricFamily(
            "tracker_subscription_state", "1 for the state that a subscription is in.", labels=[*labels, "state"]
        )
        try:
            lags = subscription_lags()
        except DatabaseError as error:
            logger.warning("The subscriptions' metrics are left out: %s", error)
            return
        for lag in lags:
            name = lag.subscription.name
            events.add_metric([name], lag.events)
            seconds.add_metric([name], lag.seconds)
            parked.add_metric([name], lag.parked_streams)
            parked_seconds.add_metric([name], lag.parked_seconds)
            for condition in CONDITIONS:
                state.add_metric([name, condition], condition == lag.condition)
        yield from (events, seconds, parked, parked_seconds, state)


class FeedCollector(LazyCollector):
    """How the feeds do, and what came of the fetches of the last hour: two queries."""

    def collect(self) -> Iterable[Metric]:
        # This module is imported before the applications are loaded.
        from ingest.health import poller_health  # noqa: PLC0415

        feeds = GaugeMetricFamily("tracker_feeds", "Feeds, by state.", labels=["state"])
        due = GaugeMetricFamily("tracker_feeds_due", "Feeds whose time has come and that nobody fetched yet.")
        lag = GaugeMetricFamily("tracker_feeds_lag_seconds", "For how long the longest overdue feed has been due.")
        fetches = GaugeMetricFamily(
            "tracker_fetches_last_hour", "Fetches that began in the last hour, by outcome.", labels=["outcome"]
        )
        articles = GaugeMetricFamily("tracker_new_articles_last_hour", "New articles of these fetches.")
        parsing = GaugeMetricFamily(
            "tracker_parse_seconds_last_hour", "Time to parse one document of these fetches.", labels=["quantile"]
        )
        try:
            health = poller_health()
        except DatabaseError as error:
            logger.warning("The feeds' metrics are left out: %s", error)
            return
        for state, count in health.feeds.items():
            feeds.add_metric([state], count)
        due.add_metric([], health.due)
        lag.add_metric([], health.lag_seconds)
        for outcome, count in health.fetches.items():
            fetches.add_metric([outcome], count)
        articles.add_metric([], health.new_articles)
        for quantile, seconds in health.parse_seconds.items():
            parsing.add_metric([quantile], seconds)
        yield from (feeds, due, lag, fetches, articles, parsing)


class PageCollector(LazyCollector):
    """What became of the pages of articles: one query."""

    def collect(self) -> Iterable[Metric]:
        # This module is imported before the applications are loaded.
        from ingest.reading.health import reading_health  # noqa: PLC0415

        pages = GaugeMetricFamily("tracker_pages", "Pages of articles, by state.", labels=["state"])
        due = GaugeMetricFamily("tracker_pages_due", "Pages whose time has come and that nobody read yet.")
        lag = GaugeMetricFamily("tracker_pages_lag_seconds", "For how long the longest overdue page has been due.")
        try:
            health = reading_health()
        except DatabaseError as error:
            logger.warning("The pages' metrics are left out: %s", error)
            return
        for state, count in health.pages.items():
            pages.add_metric([state], count)
        due.add_metric([], health.due)
        lag.add_metric([], health.lag_seconds)
        yield from (pages, due, lag)


class MatchingCollector(LazyCollector):
    """What waits for the matcher, and how far the stored articles are matched anew: two to four queries."""

    def collect(self) -> Iterable[Metric]:
        # This module is imported before the applications are loaded.
        from ingest.looking_back import look_back_progress  # noqa: PLC0415

        waiting = GaugeMetricFamily("tracker_articles_waiting_for_matcher", "Articles that wait to be matched.")
        running = GaugeMetricFamily("tracker_look_back_running", "1 while stored articles have yet to be matched anew.")
        articles = GaugeMetricFamily(
            "tracker_look_back_articles",
            "Articles that are matched anew, all of them (stored) and those that are gone through (passed).",
            labels=["part"],
        )
        try:
            progress = look_back_progress()
        except DatabaseError as error:
            logger.warning("The matcher's metrics are left out: %s", error)
            return
        waiting.add_metric([], progress.waiting)
        running.add_metric([], progress.is_running)
        articles.add_metric(["stored"], progress.stored)
        articles.add_metric(["passed"], progress.passed)
        yield from (waiting, running, articles)


def register_collectors() -> None:
    """Add the collectors to the registry; called once, when the application is ready."""
    for collector in (
        DatabaseCollector(),
        QueueCollector(),
        SubscriptionCollector(),
        FeedCollector(),
        PageCollector(),
        MatchingCollector(),
    ):
        REGISTRY.register(collector)


def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer with everything that is registered, in Prometheus' text format; some ten queries."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class MetricsMiddleware:
    """Measures each request under the route that answered it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        # Labels come from closed sets: a stranger must not be able to fill the memory with new ones.
        method = request.method if request.method in KNOWN_METHODS else "other"
        match = request.resolver_match
        route = match.route if match is not None else "unmatched"
        REQUEST_SECONDS.labels(method, route, response.status_code).observe(time.perf_counter() - started)
        return response
