"""Writes of training: plan, hold, cancel, attend, correct; write questions, set an exam, admit, sit, pass."""

from .bank import question
from .errors import (
    AlreadySat,
    AlreadyThere,
    BadDates,
    BadPaper,
    BadQuestion,
    BankTooSmall,
    CalledOff,
    NoPlan,
    NoReason,
    NotAdmitted,
    NotForAuxiliary,
    NotHeldYet,
    NothingChanged,
    NotNow,
    Partial,
    TooLong,
    Unproved,
)
from .exams import admit, record_exam, set_exam
from .lessons import attend, cancel, correct, hold, plan
from .sitting import answer, hand_in, sit

__all__ = [
    "AlreadySat",
    "AlreadyThere",
    "BadDates",
    "BadPaper",
    "BadQuestion",
    "BankTooSmall",
    "CalledOff",
    "NoPlan",
    "NoReason",
    "NotAdmitted",
    "NotForAuxiliary",
    "NotHeldYet",
    "NotNow",
    "NothingChanged",
    "Partial",
    "TooLong",
    "Unproved",
    "admit",
    "answer",
    "attend",
    "cancel",
    "correct",
    "hand_in",
    "hold",
    "plan",
    "question",
    "record_exam",
    "set_exam",
    "sit",
]
