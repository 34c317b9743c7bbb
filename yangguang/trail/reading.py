"""What one page asks is asked once.

A page shows one state of the database from its first line to its last; several of its parts ask the same of a case.
Inside `reading()` a function marked `@once` answers the same arguments from the first answer.  An action begins with no
answers, keeps none past a lock it takes or a fact it writes, and leaves none behind: what it decides by was read after
the lock that keeps it true.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """The making of one page: between two writes what `@once` answered stays true."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """An action: nothing that was answered before counts in it, nor after it."""
    before = _answers.get()
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)
        if before is not None:
            before.clear()


def forget() -> None:
    """What was answered so far may no longer be true: a lock was taken, a fact was written."""
    answers = _answers.get()
    if answers is not None:
        answers.clear()


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """Ask once within a reading.

    **Shape** arguments: rows (told apart by table and key), strings, days.  The answer is shared: whoever gets it does
    not change it.
    """

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        question = (ask, args, tuple(sorted(kwargs.items())))
        if question not in answers:
            answers[question] = ask(*args, **kwargs)
        answer: R = answers[question]
        return answer

    return asked
