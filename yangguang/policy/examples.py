"""This runs the worked examples every pack carries, and reports what does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from yangguang.policy import files, packs
from yangguang.policy.answers import plain
from yangguang.policy.errors import PackError, PolicyError
from yangguang.policy.packs import Pack
from yangguang.policy.schema import Example


@dataclass(frozen=True, slots=True)
class Checked:
    """This is one pack that was checked."""

    id: str
    version: str
    clauses: int
    rules: int
    examples: int


@dataclass(slots=True)
class Report:
    """This is the result of `yangguang law check`."""

    packs: list[Checked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"packs": [asdict(p) for p in self.packs], "faults": self.faults}


def check_all(root: Path = files.ROOT) -> Report:
    """Load every pack and run its examples. A fault of one pack does not hide those of the others."""
    report = Report()
    for name in files.names(root):
        try:
            pack = packs.load_from(root, name)
        except PackError as error:
            report.faults.append(str(error))
            continue
        for example in pack.examples():
            report.faults.extend(f"{name}：{fault}" for fault in faults(pack, example))
        report.packs.append(Checked(name, pack.version, len(pack.clauses), pack.rule_count, len(pack.examples())))
    return report


def faults(pack: Pack, example: Example) -> Iterator[str]:
    """Run one example and say what differs."""
    title = example.title or example.ask or example.deadline or example.gate or "例子"
    try:
        value, clauses, unknown = _run(pack, example)
    except PolicyError as error:
        yield f"例子“{title}”出错：{error}"
        return
    if value != plain(example.expect):
        yield f"例子“{title}”：应为 {plain(example.expect)!r}，实为 {value!r}。"
    absent = [c for c in example.because or [] if c not in clauses]
    if absent:
        yield f"例子“{title}”：应引用 {'、'.join(absent)}，实引 {'、'.join(clauses)}。"
    if example.unknown is not None and set(example.unknown) != set(unknown):
        yield f"例子“{title}”：缺的事实应为 {'、'.join(example.unknown)}，实为 {'、'.join(unknown)}。"


def _run(pack: Pack, example: Example) -> tuple[Any, list[str], tuple[str, ...]]:
    if example.ask:
        answer = pack.ask(example.ask, example.facts, example.on)
        return plain(answer.value), [c.clause for c in answer.because], answer.unknown
    if example.deadline and example.start:
        done = pack.deadline(example.deadline, example.start, example.on, example.facts)
        return done.due.isoformat(), [c.clause for c in done.because], done.unknown
    if example.gate:
        verdict = pack.gate(example.gate, example.facts, example.on)
        return verdict.state, [c.clause for c in verdict.because], verdict.unknown
    raise PackError(
        "例子没有写清问什么。", key=example.title or "", accepted="ask、deadline＋start、gate 之一", mend="补上。"
    )
