"""The acts on cases that belong together: merge and undo, split, reopen, join an incident, say whether two are one."""

from amur.procedures.ties.acts.joining import answer_joined, join_case, leave_incident
from amur.procedures.ties.acts.merging import merge_case, undo_merge
from amur.procedures.ties.acts.reopening import reopen_case
from amur.procedures.ties.acts.saying import say_likeness
from amur.procedures.ties.acts.splitting import split_case

__all__ = [
    "answer_joined",
    "join_case",
    "leave_incident",
    "merge_case",
    "reopen_case",
    "say_likeness",
    "split_case",
    "undo_merge",
]
