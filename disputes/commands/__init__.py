"""Every write to the record, as a command with a name on it.

Each takes `by`, who does it: a user name, or "system:…" for the product itself. `event_id` makes a command
repeatable: the same id with the same content records nothing twice. `expected_version` refuses to write on what the
caller has not seen; without it the command waits its turn and is decided on what is there.
"""

from disputes.commands.disputes import (
    add_party,
    change_watch_rules,
    close_dispute,
    describe_dispute,
    note_conflict,
    open_dispute,
    relate_disputes,
    remove_party,
    reopen_dispute,
)
from disputes.commands.erasure import erase_article, erase_subject, erase_subjects
from disputes.commands.events import correct_event, record_event, retract_event
from disputes.commands.evidence import attach_evidence, detach_evidence, reject_evidence
from disputes.commands.execution import load_dispute, load_party
from disputes.commands.merging import merge_disputes, merge_parties, undo_dispute_merge, undo_party_merge
from disputes.commands.parties import (
    add_alias,
    change_parent,
    correct_party_event,
    register_party,
    remove_alias,
    rename_party,
    retract_party_event,
)

__all__ = [
    "add_alias",
    "add_party",
    "attach_evidence",
    "change_parent",
    "change_watch_rules",
    "close_dispute",
    "correct_event",
    "correct_party_event",
    "describe_dispute",
    "detach_evidence",
    "erase_article",
    "erase_subject",
    "erase_subjects",
    "load_dispute",
    "load_party",
    "merge_disputes",
    "merge_parties",
    "note_conflict",
    "open_dispute",
    "record_event",
    "register_party",
    "reject_evidence",
    "relate_disputes",
    "remove_alias",
    "remove_party",
    "rename_party",
    "reopen_dispute",
    "retract_event",
    "retract_party_event",
    "undo_dispute_merge",
    "undo_party_merge",
]
