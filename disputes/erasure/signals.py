"""What others do when something was erased: they wipe what they took from it. Sent inside of the transaction."""

from django.dispatch import Signal

personal_data_erased = Signal()
"""`names`: what the person was called, for the last time."""

article_erased = Signal()
"""`article`: the id of the article whose words were erased."""
