"""Django settings: everything that differs between two installations comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from kombu import Queue

from tracker import environment, heartbeat
from tracker.home import Home, HomeError
from tracker.services import postgres, valkey

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# Where this installation keeps its state. Importing the settings makes the secret key there and starts
# nothing.
TRACKER_HOME = Path(env.str("TRACKER_HOME", default=str(BASE_DIR / "var"))).expanduser().resolve()
HOME = Home(TRACKER_HOME)
PORT = environment.port_number("PORT", env.str("PORT", default="8000"))

DEBUG = environment.switch("DEBUG", env.str("DEBUG", default=""))
SECRET_KEY: str = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    try:
        SECRET_KEY = HOME.secret_key()
    except (HomeError, OSError) as error:
        raise ImproperlyConfigured(f"There is no SECRET_KEY, and none can be kept: {error}") from error
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=sorted(LOOPBACK_HOSTS))

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    "disputes",
    "ingest",
    "tracker",
]

MIDDLEWARE = [
    "tracker.health.ProbeMiddleware",
    "tracker.metrics.MetricsMiddleware",
    "tracker.content_security.ContentSecurityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # What goes before the theme's template of the same name.
        "DIRS": [BASE_DIR / "tracker" / "overrides"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The database: the embedded PostgreSQL unless DATABASE_URL names another. `tracker.services` starts it.
DATABASE_URL: str = env.str("DATABASE_URL", default="")
EMBEDDED_POSTGRES = not DATABASE_URL
if EMBEDDED_POSTGRES:
    DATABASE_URL = postgres.database_url(HOME)
environment.service_url("DATABASE_URL", DATABASE_URL, frozenset({"postgres", "postgresql"}))
DATABASES: dict[str, Any] = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL),
        # The ledger stays locked for as long as a transaction lasts that appends, so transactions begin
        # where they are needed; and at PostgreSQL's own level, READ COMMITTED, since a snapshot would
        # hide what was appended while the lock was waited for.
        "ATOMIC_REQUESTS": False,
        # Each thread keeps its connection, and finds out at the next request that the server was restarted.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
# A server that does not answer at all must not hold a request for minutes.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# The few statements that `disputes.prepared` runs are kept prepared by the server; Django's own never are.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)

# Redis: the embedded Valkey unless REDIS_URL names another. The queue has the database of the URL, the
# cache the next one, since clearing a cache empties its database.
REDIS_URL: str = env.str("REDIS_URL", default="")
EMBEDDED_VALKEY = not REDIS_URL
if EMBEDDED_VALKEY:
    REDIS_URL = valkey.redis_url(HOME)
environment.service_url("REDIS_URL", REDIS_URL, frozenset({"redis", "rediss", "unix"}))
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.next_redis_database(REDIS_URL),
        "KEY_PREFIX": "tracker",
        "OPTIONS": {"socket_connect_timeout": 5, "socket_timeout": 5},
    }
}

# Who signs the ledger's checkpoints, and with which key; unset, the key is made once and kept in the home.
LEDGER_ORIGIN: str = env.str("LEDGER_ORIGIN", default="data-licensing-dispute-tracker")
LEDGER_SIGNING_KEY: str = env.str("LEDGER_SIGNING_KEY", default="")
# Wraps the keys under which names of persons are sealed, see docs/erasure.md; unset: made once, kept in the home.
SUBJECT_MASTER_KEY: str = env.str("SUBJECT_MASTER_KEY", default="")

# The poller's bounds; `ingest` reads them.
FETCH_ALLOW = environment.fetch_allow("FETCH_ALLOW", env.str("FETCH_ALLOW", default=""))
FETCH_CONTACT = environment.contact("FETCH_CONTACT", env.str("FETCH_CONTACT", default=""))
# Whether a new installation starts with the feeds of seeds/feeds.opml.
SEED_FEEDS = environment.switch("SEED_FEEDS", env.str("SEED_FEEDS", default="on"))
# Whether a new installation starts with the sample of articles in seeds/articles.xml.
SEED_ARTICLES = environment.switch("SEED_ARTICLES", env.str("SEED_ARTICLES", default="on"))
# How long the log of fetches and the captured bytes are kept; what evidence was taken from stays for good.
KEEP_FETCHES = environment.retention("KEEP_FETCHES", env.str("KEEP_FETCHES", default="90"))
KEEP_CAPTURES = environment.retention("KEEP_CAPTURES", env.str("KEEP_CAPTURES", default="365"))
# Whether pages of articles are read of which feeds carry a summary only.
READ_PAGES = environment.switch("READ_PAGES", env.str("READ_PAGES", default="on"))
FETCH_TIME_SCALE = environment.positive_number("FETCH_TIME_SCALE", env.str("FETCH_TIME_SCALE", default="1"))

# Celery. The database holds all state and the queue is a doorbell, so a task is acknowledged when it is done and
# comes back when its worker dies; running it twice does no harm.
TASK_QUEUES = ("default", "poll", "parse", "read", "match", "deliver")
CELERY_BROKER_URL = environment.celery_broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in TASK_QUEUES]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
# How long Redis waits before it gives an unacknowledged task to another worker: longer than any task may run, an audit
# of the log included. Nothing waits for that: beat asks for the same again within seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 5}


def every(seconds: float, task: str) -> dict[str, Any]:
    """Schedule a round of the poller in its own time; one that finds no worker before the next is dropped."""
    interval = max(1.0, seconds / FETCH_TIME_SCALE)
    return {"task": task, "schedule": interval, "options": {"expires": interval}}


CELERY_BEAT_SCHEDULER = "tracker.beat:LeadingScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME.beat_schedule)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {
        "task": "tracker.tasks.heartbeat",
        "schedule": heartbeat.INTERVAL,
        # While no worker runs, signs of life must not pile up.
        "options": {"expires": heartbeat.STALE_AFTER},
    },
    # The database knows what is due; these only ask it.
    "poll": every(10, "ingest.tasks.poll_due_feeds"),
    "read": every(5, "ingest.tasks.read_pages"),
    "match": every(15, "ingest.tasks.match_articles"),
    "wake": every(600, "ingest.tasks.wake_candidates"),
    # Days are kept, so hours do not matter; a run that is cut off goes on where it was.
    "prune": {"task": "ingest.tasks.prune", "schedule": 6 * 3600.0, "options": {"expires": 3600.0}},
    "retrain": {"task": "ingest.tasks.retrain", "schedule": 7 * 86_400.0, "options": {"expires": 86_400.0}},
    # The doorbell wakes subscriptions at once; this finds what it missed, and what is to be tried again.
    "deliver": {
        "task": "disputes.tasks.wake_subscriptions",
        "schedule": 10.0,
        "options": {"expires": 10.0, "queue": "deliver"},
    },
    # What the ledger signs can be proven later. An audit reads all of it; the database knows when one is due.
    "checkpoint": {"task": "disputes.tasks.make_checkpoint", "schedule": 60.0, "options": {"expires": 60.0}},
    "audit": {"task": "disputes.tasks.audit_ledger", "schedule": 60.0, "options": {"expires": 60.0}},
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Static files, served by whitenoise: compressed, and named by their content so that browsers keep them for good.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static" / "collected"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # What was received from publishers, byte for byte: in the home, or in a bucket that all machines reach.
    "captures": environment.capture_storage(
        HOME.captures,
        bucket=env.str("CAPTURE_S3_BUCKET", default=""),
        endpoint=env.str("CAPTURE_S3_ENDPOINT", default=""),
    ),
}

# Security. BEHIND_TLS says that a proxy serves the site over https and sets X-Forwarded-Proto itself.
BEHIND_TLS = environment.switch("BEHIND_TLS", env.str("BEHIND_TLS", default=""))
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
if BEHIND_TLS:
    # Browsers take a cookie of such a name from this host alone, and over https alone.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Everybody who logs in is staff: a day's work, then the password again.
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What a browser may load and run. A script or a style in a page itself needs `nonce="{{ request.csp_nonce }}"`; in a
# handler or in the attribute `style` it is refused. The admin is allowed one thing more, see the middleware.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Arrows and ticks stand as data in the stylesheets of the theme and of the API's documentation.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
CSRF_FAILURE_VIEW = "tracker.pages.csrf_failure"
# Whether browsers preload a domain is for its owner to say, in a list outside of this program.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if not BEHIND_TLS and set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
    # Nobody but this machine can name the site, so there is no network that TLS could protect it from. With a
    # public name and without BEHIND_TLS, `check --deploy` warns, as it should.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
# For whoever comes to the form by itself; the theme's names no place to go.
LOGIN_REDIRECT_URL = "admin:index"

# Logging in: five wrong passwords for a name from an address, and that address waits a quarter of an hour before it may
# try that name again. Nobody can lock another out from elsewhere. Tries while it waits neither count nor prolong.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "tracker.login.client_address"
AXES_LOCKOUT_CALLABLE = "tracker.login.answer_locked_out"
# Where people log in from is kept no longer than it is counted, and our own screen shows it.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The API. Its own rules (errors, pages, filters) are in `disputes.api`.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "disputes.api.problems.handle",
    "DEFAULT_THROTTLE_CLASSES": [
        "disputes.api.throttling.AnonymousThrottle",
        "disputes.api.throttling.UserThrottle",
        "disputes.api.throttling.ScopedThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": environment.throttle_rate("THROTTLE_ANON", env.str("THROTTLE_ANON", default="600/min")),
        "user": environment.throttle_rate("THROTTLE_USER", env.str("THROTTLE_USER", default="3000/min")),
        # What makes the tracker fetch from others.
        "fetch": environment.throttle_rate("THROTTLE_FETCH", env.str("THROTTLE_FETCH", default="60/min")),
    },
    "NUM_PROXIES": 1 if BEHIND_TLS else 0,
}
# Pages of any site may read the API, with or without a token, and none may write or send a reader's cookies along.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS")
CORS_ALLOW_HEADERS = ("accept", "authorization", "if-none-match", "last-event-id")
CORS_EXPOSE_HEADERS = ("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After")
# Tokens are stored as hashes and live until they are deleted in the admin.
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Data-licensing dispute tracker",
    "DESCRIPTION": "Who may use whose data: disputes, their events, parties and evidence.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["disputes.api.schema.add_components"],
    # From the package drf-spectacular-sidecar, so that the documentation needs no other site.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Dispute tracker",
    "SITE_HEADER": "Dispute tracker",
    "SITE_SUBHEADER": "Data-licensing disputes",
    "SITE_SYMBOL": "balance",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("tracker/icon.svg")},
    ],
    "STYLES": [
        "disputes.admin.assets.palette",
        "disputes.admin.assets.frame",
        "disputes.admin.assets.stylesheet",
    ],
    "SCRIPTS": ["disputes.admin.assets.theme_script"],
    "GLOBAL_CALLBACK": "disputes.admin.assets.context",
    "SIDEBAR": {"navigation": "ingest.admin.navigation.navigation"},
    "DASHBOARD_CALLBACK": "ingest.admin.dashboard.dashboard",
}

# Everything goes to stderr; whoever runs the processes keeps it.
LOG_LEVEL = environment.log_level("LOG_LEVEL", env.str("LOG_LEVEL", default="INFO"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # It logs to its own handlers otherwise, and twice.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A line for each heartbeat and each poll says nothing; failures are logged higher.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Nor does one for each login.
        "axes": {"level": "WARNING"},
    },
}
