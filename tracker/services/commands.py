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

# Of verify_ledger, and of every command of Django's.
OPTIONS_WITH_VALUE = frozenset({"--against", "--public-key", "--settings", "--pythonpath", "--verbosity", "-v"})


def needs_services(arguments: list[str]) -> bool:
    """Tell from the words after `manage.py` whether the command works with the database or the queue."""
    if not arguments or arguments[0].startswith("-") or {"-h", "--help"} & set(arguments):
        return False
    if arguments[0] == "verify_ledger":
        # A file is verified by itself; without one it is the database's log that is verified.
        return not _names_file(arguments[1:])
    return arguments[0] not in COMMANDS_WITHOUT_SERVICES


def _names_file(arguments: list[str]) -> bool:
    """Tell whether a word is left beside the options and their values."""
    previous = ""
    for argument in arguments:
        if not argument.startswith("-") and previous not in OPTIONS_WITH_VALUE:
            return True
        previous = argument
    return False
