"""The addresses under which there is something to read of the record that the fixture `reddit` makes."""

ADDRESSES = (
    "",
    "disputes/",
    "disputes/reddit-api-pricing/",
    "disputes/reddit-api-pricing/events/",
    "disputes/reddit-api-pricing/evidence/",
    "events/",
    "parties/",
    "parties/reddit/",
    "articles/",
    "vocabulary/",
    "candidates/",
    "feeds/",
)
