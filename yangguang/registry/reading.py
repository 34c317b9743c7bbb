"""What one page asks is asked once.

A page that is only read shows one state of the database from its first line to its last; several of its parts ask the
same of a case.  Inside `reading()` a function marked `@once` answers the same arguments from the first answer.  Outside,
and so in every action, it asks each time.
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
    """A stretch in which nothing is written: what `@once` answered stays true until its end."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


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
