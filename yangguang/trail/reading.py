"""What one page asks is asked once.

A page shows one state of the database from its first line to its last; several of its parts ask the same of a case.
Inside `reading()` a function marked `@once` answers the same arguments from the first answer.  An action begins with no
answers, keeps none past a lock it takes or a fact it writes, and leaves none behind: what it decides by was read after
the lock that keeps it true.  Where the page itself took that lock before it read (`actions.hold`), the action goes on
with what the page read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from django.db import DEFAULT_DB_ALIAS, connections

P = ParamSpec("P")
R = TypeVar("R")

# What an answer hangs on: facts of a kind, or those for which a function says so.
Hook = type | Callable[[Any], bool]
# Question → the answer, and what it hangs on (None: any fact).
_answers: ContextVar[dict[tuple[Any, ...], tuple[Any, tuple[Hook, ...] | None]] | None] = ContextVar(
    "answers", default=None
)
_inside: ContextVar[bool] = ContextVar("inside", default=False)  # an action is running
# The chains this page holds until its transaction ends, each with its last line, and the submissions it asked for, each
# with what they left before; None where there is no such page.
held: ContextVar[dict[Any, Any] | None] = ContextVar("held", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """The making of one page: between two writes what `@once` answered stays true."""
    # A page without a transaction of its own cannot hold anything until it ends.
    may_hold = connections[DEFAULT_DB_ALIAS].in_atomic_block
    token, held_token = _answers.set({}), held.set({} if may_hold else None)
    try:
        yield
    finally:
        _answers.reset(token)
        held.reset(held_token)


@contextmanager
def writing() -> Iterator[None]:
    """An action: nothing that was answered before counts in it, nor after it, unless it was read under its lock.

    An action inside another shares its answers.
    """
    before, nested = _answers.get(), _inside.get()
    answers = before if before is not None and (nested or held.get()) else {}
    token, inside_token = _answers.set(answers), _inside.set(True)
    try:
        yield
    except BaseException:
        answers.clear()  # what was answered of rows that are taken back
        raise
    finally:
        _answers.reset(token)
        _inside.reset(inside_token)
        if before is not None and not nested:
            before.clear()


def forget(written: Any = None) -> None:
    """What was answered so far may no longer be true: a lock was taken, or this fact was written."""
    answers = _answers.get()
    if answers is None:
        return
    for question, (answer, hangs_on) in list(answers.items()):
        if isinstance(answer, Forgetful):
            gone = answer.forget(written)
        else:
            gone = written is None or hangs_on is None or any(_hangs(written, one) for one in hangs_on)
        if gone:
            del answers[question]


@runtime_checkable
class Forgetful(Protocol):
    """An answer that knows itself what a written fact (None: a lock that was taken) makes of it."""

    def forget(self, written: Any) -> bool:
        """Whether the whole answer is gone."""


def is_reading() -> bool:
    """Whether what is answered now is kept for the page or the action."""
    return _answers.get() is not None


def _hangs(written: Any, hook: Hook) -> bool:
    return isinstance(written, hook) if isinstance(hook, type) else hook(written)


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """Ask once within a reading.

    **Shape** arguments: rows (told apart by table and key), strings, days.  The answer is shared: whoever gets it does
    not change it.
    """
    return _once(ask, None)


def once_until(*written: Hook) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Ask once until one of these facts is written: those that the answer, and all it asks itself, hang on.

    **Shape** `written`: kinds of fact, or functions that say of a fact whether the answer hangs on it.
    """

    def decorate(ask: Callable[P, R]) -> Callable[P, R]:
        return _once(ask, written)

    return decorate


def _once(ask: Callable[P, R], hangs_on: tuple[Hook, ...] | None) -> Callable[P, R]:
    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        question = (ask, args, tuple(sorted(kwargs.items())))
        if question not in answers:
            answers[question] = ask(*args, **kwargs), hangs_on
        answer: R = answers[question][0]
        return answer

    return asked
