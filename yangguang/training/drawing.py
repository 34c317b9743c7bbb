"""抽题和评分, pure: the same pool, numbers and seed draw the same questions in the same order, on any machine."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Protocol

ORDER = ("single", "multiple", "judgement")


class Drawn(Protocol):
    """What drawing knows of a question."""

    @property
    def pk(self) -> object: ...
    @property
    def type(self) -> str: ...


class Marked(Drawn, Protocol):
    """What marking knows of a question."""

    @property
    def answer(self) -> list[str]: ...


class TooFew(ValueError):
    """The bank has not enough questions of a kind.  **Shape** `short`: kind → (wanted, there)."""

    def __init__(self, short: Mapping[str, tuple[int, int]]):
        super().__init__(str(dict(short)))
        self.short = short


def draw(pool: Iterable[Drawn], wanted: Mapping[str, int], seed: str) -> list[str]:
    """The ids of the drawn questions in the order they are asked.

    **Why** each question's place is SHA-256(seed, id): anybody recomputes it without our random generator.
    **Raises** TooFew.
    """
    by_kind: dict[str, list[str]] = {kind: [] for kind in ORDER}
    for question in pool:
        by_kind[question.type].append(str(question.pk))
    short = {k: (n, len(by_kind[k])) for k, n in wanted.items() if n > len(by_kind[k])}
    if short:
        raise TooFew(short)
    drawn: list[str] = []
    for kind in ORDER:
        drawn += sorted(by_kind[kind], key=lambda one: _place(seed, one))[: wanted.get(kind, 0)]
    return drawn


def _place(seed: str, one: str) -> str:
    return hashlib.sha256(f"{seed}|{one}".encode()).hexdigest()


def score(questions: Iterable[Marked], given: Mapping[str, list[str]], points: Mapping[str, int]) -> int:
    """The points reached: a question counts whole or not at all."""
    return sum(points[one.type] for one in questions if right(one, given.get(str(one.pk), [])))


def right(question: Marked, chosen: list[str]) -> bool:
    return sorted(chosen) == sorted(question.answer)
