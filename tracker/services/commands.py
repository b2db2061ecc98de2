"""Which management commands need the embedded servers."""

# Their work is with files and code alone, or they see to the servers themselves (`up`).
COMMANDS_WITHOUT_SERVICES = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "spectacular",
        "startapp",
        "startproject",
        "test",
        "up",
        "version",
    }
)


def needs_services(arguments: list[str]) -> bool:
    """Tell from the words after `manage.py` whether the command works with the database or the queue."""
    if not arguments or arguments[0].startswith("-") or {"-h", "--help"} & set(arguments):
        return False
    return arguments[0] not in COMMANDS_WITHOUT_SERVICES
