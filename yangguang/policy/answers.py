"""These are the answers of a pack: a value, the clauses it stands on, what lost against it, and what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """This is one clause with its exact words and the text it comes from.

    **Shape** `confirm` is true where the words were not re-read in the official text: a local user must confirm.
    """

    clause: str
    text: str
    source: str
    title: str = ""
    confirm: bool = False

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"clause": self.clause, "text": self.text, "source": self.source}
        if self.title:
            shown["title"] = self.title
        if self.confirm:
            shown["confirm"] = True
        return shown


@dataclass(frozen=True, slots=True)
class Outvoted:
    """This is a rule that holds too, but lost against a stricter one."""

    value: Any
    because: tuple[Citation, ...]
    note: str = ""

    def as_json(self) -> list[dict[str, Any]]:
        return [{**c.as_json(), "value": plain(self.value)} for c in self.because]


@dataclass(frozen=True, slots=True)
class Day:
    """This is one day of a count: was it counted, and why."""

    date: dt.date
    counted: bool
    why: str
    number: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"date": self.date.isoformat(), "counted": self.counted, "number": self.number, "why": self.why}


@dataclass(frozen=True, slots=True)
class Answer:
    """This is what the law says to one question.

    **Shape** `value` is None when nothing is set or when an absent fact decides it (then `unknown` names it).
    `details` explains list values item by item; `default` is true when the pack itself sets nothing and the
    answer comes from a parent; `confirm` names the clauses a local user must confirm.
    """

    question: str
    pack: str
    value: Any
    because: tuple[Citation, ...] = ()
    outvoted: tuple[Outvoted, ...] = ()
    unknown: tuple[str, ...] = ()
    explain: str = ""
    days: Sequence[Day] = ()
    details: tuple[Mapping[str, Any], ...] = ()
    default: bool = False
    confirm: tuple[str, ...] = ()
    provisional: bool = False

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "question": self.question,
            "pack": self.pack,
            "value": plain(self.value),
            "because": [c.as_json() for c in self.because],
            "outvoted": [row for lost in self.outvoted for row in lost.as_json()],
            "unknown": list(self.unknown),
            "explain": self.explain,
            "days": [d.as_json() for d in self.days],
            "default": self.default,
            "confirm": list(self.confirm),
            "provisional": self.provisional,
        }
        if self.details:
            shown["details"] = [plain(dict(d)) for d in self.details]
        return shown


@dataclass(frozen=True, slots=True)
class Verdict:
    """This is the finding of one gate: passed, failed or unknown; unknown never opens the gate.

    **Shape** `failures` are the broken requirements in words, `unknown` the fact names that are missing,
    `facts_used` the facts that decided it.
    """

    code: str
    title: str
    state: str
    because: tuple[Citation, ...]
    facts_used: Mapping[str, Any] = field(default_factory=dict)
    mend: str = ""
    failures: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    explain: str = ""

    @property
    def passed(self) -> bool:
        return self.state == "passed"

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "title": self.title,
            "state": self.state,
            "because": [c.as_json() for c in self.because],
            "facts_used": plain(dict(self.facts_used)),
            "failures": list(self.failures),
            "unknown": list(self.unknown),
            "mend": self.mend,
            "explain": self.explain,
        }


def plain(value: Any) -> Any:
    """Turn a value into what JSON can carry: dates to ISO text, tuples to lists."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
