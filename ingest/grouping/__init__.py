"""Near-duplicates: copies, rewrites and shortened copies of one story form one group.

Finding takes two steps. A `sketch` gives each article some hundred keys such that copies share one, so that a new
article finds its neighbours by an index; `likeness` then compares the words themselves. `groups` keeps what was found
and gives every group a stable id.
"""

from ingest.grouping.groups import compare_waiting, forget_article, group_articles, regroup, sketch_articles
from ingest.grouping.likeness import Likeness, compare
from ingest.grouping.story import Story

__all__ = [
    "Likeness",
    "Story",
    "compare",
    "compare_waiting",
    "forget_article",
    "group_articles",
    "regroup",
    "sketch_articles",
]
