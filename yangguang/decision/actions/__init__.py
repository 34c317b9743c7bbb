"""Notify, hear, decide, issue, serve, collect, close, revoke."""

from .deciding import decide, deliberate, issue, issue_course
from .ending import archive, close, must_archive, revoke, served_again, unfounded
from .notice import answer_defence, notify, reviewed, take_statement
from .serving import perform, serve

__all__ = [
    "answer_defence",
    "archive",
    "close",
    "decide",
    "deliberate",
    "issue",
    "issue_course",
    "must_archive",
    "notify",
    "perform",
    "reviewed",
    "revoke",
    "serve",
    "served_again",
    "take_statement",
    "unfounded",
]
