"""Reading the settings that come from the environment, with an error for each value that makes no sense."""

import re
from datetime import timedelta
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured


def switch(name: str, value: str) -> bool:
    """Return whether a switch is on; raises ImproperlyConfigured for what is neither on nor off."""
    word = value.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0, on or off.")


def port_number(name: str, value: str) -> int:
    """Return a TCP port of 1 to 65535; raises ImproperlyConfigured that names the setting."""
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a port number from 1 to 65535.")
    return int(value)


def positive_number(name: str, value: str) -> float:
    """Return a finite number above zero; raises ImproperlyConfigured that names the setting."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number above 0, such as 1 or 1440.")
    return number


def retention(name: str, value: str) -> timedelta | None:
    """Return for how many days something is kept, or None for ever; raises ImproperlyConfigured."""
    if value.strip().lower() == "forever":
        return None
    if re.fullmatch(r"[1-9][0-9]{0,4}", value) is None:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number of days from 1 to 99999, or forever.")
    return timedelta(days=int(value))


def fetch_allow(name: str, value: str) -> frozenset[tuple[IPv4Address | IPv6Address, int]]:
    """Parse `address:port,[address]:port` into pairs of address and port.

    Only literal addresses: a name could come to mean another address later, which is what the guard is for.
    Raises ImproperlyConfigured that quotes the item.
    """
    pairs = set()
    for item in filter(None, (part.strip() for part in value.split(","))):
        match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([^:]*)", item)
        if match is None:
            raise ImproperlyConfigured(
                f"{name} has {item!r}; each item must be address:port, such as 127.0.0.1:8990 or [::1]:8990."
            )
        try:
            address = ip_address(match[1] or match[2])
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has {item!r}, whose address is not an IP address.") from error
        pairs.add((address, port_number(f"The port in {name}", match[3])))
    return frozenset(pairs)


def throttle_rate(name: str, value: str) -> str:
    """Return a number of requests per period, such as 600/min; raises ImproperlyConfigured."""
    if re.fullmatch(r"[1-9][0-9]*/(s|sec|second|m|min|minute|h|hour|d|day)", value) is None:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be like 600/min, with s, min, h or day.")
    return value


def log_level(name: str, value: str) -> str:
    """Return the name of a log level in capitals; raises ImproperlyConfigured that lists them."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if value.upper() not in levels:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(levels)}.")
    return value.upper()


def contact(name: str, value: str) -> str:
    """Return the URL or mail address that publishers may write to, or "" where there is none.

    It goes into a header of every request, so control characters are refused. Raises ImproperlyConfigured.
    """
    value = value.strip()
    if not value:
        return ""
    is_mail = re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+", value) is not None
    is_url = urlsplit(value).scheme in {"http", "https"} and bool(urlsplit(value).hostname)
    if not value.isprintable() or not value.isascii() or not (is_mail or is_url):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must be a mail address or an http(s) URL that a publisher can write to."
        )
    return value


def service_url(name: str, value: str, schemes: frozenset[str]) -> str:
    """Return the URL if its scheme is one of `schemes`; raises ImproperlyConfigured that lists them."""
    scheme = value.split(":", 1)[0]
    if scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} begins with {scheme!r}; it must be a URL of one of {', '.join(sorted(schemes))}."
        )
    return value


def redis_database(url: str) -> int:
    """Return the number of the database that a Redis URL names: in its path, or as `db` of a Unix socket."""
    parts = urlsplit(url)
    text = parse_qs(parts.query).get("db", ["0"])[-1] if parts.scheme == "unix" else parts.path.strip("/") or "0"
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"REDIS_URL names the database {text!r}; it must be a number, as in …:6379/0.")
    return int(text)


def next_redis_database(url: str) -> str:
    """Return the URL of the database after the one that `url` names, on the same server."""
    parts = urlsplit(url)
    number = redis_database(url) + 1
    if parts.scheme == "unix":
        query = {**{key: values[-1] for key, values in parse_qs(parts.query).items()}, "db": str(number)}
        return f"unix://{parts.netloc}{parts.path}?{urlencode(query)}"  # urlunsplit would drop the empty host
    return urlunsplit(parts._replace(path=f"/{number}"))


def celery_broker_url(url: str) -> str:
    """Return the Redis URL as Celery writes it, which has a spelling of its own for Unix sockets."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={redis_database(url)}"


def capture_storage(folder: Path, *, bucket: str, endpoint: str) -> dict[str, Any]:
    """Return Django's configuration of the storage for captured bodies: a folder, or a bucket of an S3 service.

    Credentials and region come from where every program for S3 finds them (AWS_ACCESS_KEY_ID and its like). Raises
    ImproperlyConfigured where a bucket is named and the package that speaks S3 is not installed; it brings a large
    client, which nobody needs who keeps the bodies on disk.
    """
    if not bucket:
        if endpoint:
            raise ImproperlyConfigured("CAPTURE_S3_ENDPOINT is set without a bucket; set CAPTURE_S3_BUCKET as well.")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": folder,
                "base_url": None,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "CAPTURE_S3_BUCKET needs a package more: pip install 'django-storages[s3]', or unset it to keep the "
            "captured bodies on disk."
        )
    # A large client, for those who keep bodies in a bucket.
    from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415

    options = {
        "bucket_name": bucket,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        # A poll waits for it with rows locked; what fails is told, and tried again with the next poll.
        "client_config": Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 2}),
    }
    if endpoint:
        options["endpoint_url"] = service_url("CAPTURE_S3_ENDPOINT", endpoint, frozenset({"http", "https"}))
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
