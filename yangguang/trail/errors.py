"""What an action can answer instead of acting."""

from collections.abc import Iterable
from typing import Any, Protocol


class Cited(Protocol):
    """Anything that can stand as the reason of a refusal; `yangguang.policy.Citation` is one."""

    @property
    def clause(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...


class Refused(Exception):
    """A breach of a rule: what is wrong, which clause says so, how to mend it, at which form field.

    Subclasses stand beside the action and are named for the broken rule (`NotReviewed`).
    """

    def __init__(
        self,
        message: str,
        because: Iterable[Any] = (),
        mend: str = "",
        field: str | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.because: tuple[Cited, ...] = tuple(because)
        self.mend = mend
        self.field = field

    def __str__(self) -> str:
        return self.message


class WrittenOnce(Refused):
    """An attempt to change or remove what is written once."""


class OutsideAction(Refused):
    """An attempt to write a fact without an action, that is, without a trail entry."""
