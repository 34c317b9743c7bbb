"""Lists executed: which lines of the review catalogue a draft meets, which recordings the list asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy.answers import Citation
from yangguang.policy.conditions import holds
from yangguang.policy.facts import read_all
from yangguang.policy.packs import Pack
from yangguang.policy.questions import RECORDING

from . import phrases
from .kinds import SHORT_LEVELS
from .tables import Row


@dataclass(frozen=True)
class Line:
    """One line of a list in force, as the reason of what follows from it."""

    number: int
    source: str  # 青山镇人民政府《音像记录事项清单》第 2 版
    text: str

    @property
    def title(self) -> str:
        return f"第 {self.number} 行"

    @property
    def because(self) -> Citation:
        return Citation(clause=f"清单{self.title}", text=self.text, source=self.source, title=self.title)


@dataclass(frozen=True)
class Listing:
    """What the catalogue in force says of a draft.

    **Shape** `value`: True where a line is met, False where none can be, None where a fact is missing (`unknown`).
    """

    value: bool | None
    lines: tuple[Line, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demand:
    """What one line of the recording list asks for."""

    line: Line
    event: str
    kinds: tuple[str, ...]
    powers: tuple[str, ...]
    level: str

    def covers(self, kind: str, power: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.powers or power in self.powers)


@dataclass(frozen=True)
class Governing:
    """The line of the list of published decisions that governs a decision.  **Shape** `basis`: the law it names."""

    line: Line
    publish: bool
    basis: str


@dataclass(frozen=True)
class Matter:
    """One matter of the list of random inspections.  **Shape** `powers`: the powers it exercises, () where it names none."""

    line: Line
    matter: str
    powers: tuple[str, ...]


def _applies(row: Row, kind: str, power: str) -> bool:
    kinds, powers = row.get("kinds") or (), row.get("powers") or ()
    return (not kinds or kind in kinds) and (not powers or power in powers)


def listed(rows: Sequence[Row], source: str, pack: Pack, power: str, facts: Mapping[str, Any]) -> Listing:
    """Compare the facts of a draft with every line of the catalogue."""
    vocabulary = phrases.vocabulary(pack)
    known = read_all({name: value for name, value in facts.items() if name in vocabulary}, pack.facts)
    met: list[Line] = []
    unknown: list[str] = []
    for number, row in enumerate(rows, start=1):
        if not _applies(row, str(facts.get("kind", "")), power):
            continue
        answer, absent = holds(phrases.typed(row.get("when") or {}, pack), known)
        if answer:
            met.append(Line(number, source, f"{row['matter']}：{row['reason']}"))
        elif answer is None:
            unknown += absent
    value = True if met else None if unknown else False
    return Listing(value, tuple(met), tuple(dict.fromkeys(unknown)))


def demands(rows: Sequence[Row], source: str, events: Mapping[str, str]) -> tuple[Demand, ...]:
    """The lines of the recording list, each as a reason."""
    return tuple(
        Demand(
            Line(
                number,
                source,
                f"{events.get(row['event'], row['event'])}：{SHORT_LEVELS[row['level']]}，{row['place']}",
            ),
            row["event"],
            tuple(row.get("kinds") or ()),
            tuple(row.get("powers") or ()),
            row["level"],
        )
        for number, row in enumerate(rows, start=1)
    )


def governing(rows: Sequence[Row], source: str, kind: str, power: str) -> Governing | None:
    """The line that names the power, else the one for the whole kind, else None."""
    found = [(number, row) for number, row in enumerate(rows, start=1) if row["kind"] == kind]
    named = [one for one in found if power in (one[1].get("powers") or ())]
    chosen = next(iter([*named, *(one for one in found if not one[1].get("powers"))]), None)
    if chosen is None:
        return None
    number, row = chosen
    words = f"{'公开' if row['publish'] else '不公开'}，{row['basis']}"
    return Governing(Line(number, source, words), row["publish"], row["basis"])


SAID = (("object", "抽查对象"), ("ratio", "抽查比例"), ("frequency", "抽查频次"), ("manner", "抽查方式"))


def matters(rows: Sequence[Row], source: str) -> tuple[Matter, ...]:
    """The lines of the list of random inspections, each with what it says of how the matter is drawn."""
    found = []
    for number, row in enumerate(rows, start=1):
        told = [
            f"{label}{row[name]}{'%' if name == 'ratio' else ''}" for name, label in SAID if row.get(name) is not None
        ]
        text = "，".join([row["matter"], *told])
        found.append(Matter(Line(number, source, text), row["matter"], tuple(row.get("powers") or ())))
    return tuple(found)


def strictest(
    level: str | None, because: tuple[Any, ...], event: str, lines: Iterable[Demand]
) -> tuple[str | None, tuple[Any, ...]]:
    """The stricter of the rules and the list, with the reason of whichever asks for it; both where they agree."""
    for one in lines:
        if one.event != event:
            continue
        mine, theirs = RECORDING.index(one.level), RECORDING.index(level or "none")
        if mine > theirs:
            level, because = one.level, (one.line.because, *because)
        elif mine == theirs and one.level != "none":
            because = (*because, one.line.because)
    return level, because
