"""Publish, withhold, correct, take down."""

from .errors import Leak, NoGround, NotConfirmed, NotPublishable
from .publishing import (
    ABSTRACT,
    SECRECY,
    WORDING,
    correct,
    index,
    publish,
    report_error,
    show,
    summary_of,
    take_down,
    withdraw,
    words,
)
from .withholding import barred_by_list, listed_public, withhold

__all__ = [
    "ABSTRACT",
    "SECRECY",
    "WORDING",
    "Leak",
    "NoGround",
    "NotConfirmed",
    "NotPublishable",
    "barred_by_list",
    "correct",
    "index",
    "listed_public",
    "publish",
    "report_error",
    "show",
    "summary_of",
    "take_down",
    "withdraw",
    "withhold",
    "words",
]
