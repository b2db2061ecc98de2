"""Names of streams: a category and a key, such as "dispute/getty-v-stability"."""

DISPUTE = "dispute"
PARTY = "party"


def dispute_stream(slug: str) -> str:
    """Name the stream of a dispute."""
    return f"{DISPUTE}/{slug}"


def party_stream(slug: str) -> str:
    """Name the stream of a party."""
    return f"{PARTY}/{slug}"


def split_stream(stream: str) -> tuple[str, str]:
    """Give the category and the key of a stream's name."""
    category, _, key = stream.partition("/")
    return category, key
