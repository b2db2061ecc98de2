"""Django settings: everything that differs between two installations comes from the environment."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from tracker import environment
from tracker.home import Home, HomeError
from tracker.services import postgres, valkey

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# Where this installation keeps its state. Importing the settings makes the secret key there and starts
# nothing.
TRACKER_HOME = Path(env.str("TRACKER_HOME", default=str(BASE_DIR / "var"))).expanduser().resolve()
HOME = Home(TRACKER_HOME)
PORT = environment.port_number("PORT", env.str("PORT", default="8000"))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    try:
        SECRET_KEY = HOME.secret_key()
    except (HomeError, OSError) as error:
        raise ImproperlyConfigured(f"There is no SECRET_KEY, and none can be kept: {error}") from error
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

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
    "disputes",
    "ingest",
    "tracker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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
        # The ledger's head row stays locked for as long as a transaction lasts, so transactions begin
        # where they are needed; and at PostgreSQL's own level, READ COMMITTED, since a snapshot would
        # make the head row fail.
        "ATOMIC_REQUESTS": False,
        # Each thread keeps its connection, and finds out at the next request that the server was restarted.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

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
    }
}
CELERY_BROKER_URL = environment.celery_broker_url(REDIS_URL)

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static" / "collected"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
