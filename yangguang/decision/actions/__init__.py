"""Notify, hear, decide, issue, serve, collect, close, revoke."""

from .deciding import decide, deliberate, issue, issue_course
from .ending import SERVED, SETTLE, archive, close, elsewhere, must_archive, not_yet, revoke, served_again, unfounded
from .notice import answer_defence, notify, reviewed, take_statement
from .serving import perform, serve

__all__ = [
    "SERVED",
    "SETTLE",
    "answer_defence",
    "archive",
    "close",
    "decide",
    "deliberate",
    "elsewhere",
    "issue",
    "issue_course",
    "must_archive",
    "not_yet",
    "notify",
    "perform",
    "reviewed",
    "revoke",
    "serve",
    "served_again",
    "take_statement",
    "unfounded",
]
