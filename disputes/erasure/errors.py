"""What keeps sealed texts from being read, other than that they were erased."""


class Unreadable(Exception):
    """A sealed text can't be opened, though it was not erased; the message says why, and what to put back."""
