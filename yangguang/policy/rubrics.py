"""案卷评查标准: the items by which a file is evaluated, laid over the layers, and the score they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from yangguang.policy import checks
from yangguang.policy.answers import Citation
from yangguang.policy.errors import PackError

if TYPE_CHECKING:
    from yangguang.policy.acts import Act
    from yangguang.policy.gates import GateRule
    from yangguang.policy.layers import Context

FILE = "rubric.yaml"


@dataclass(frozen=True, slots=True)
class Item:
    """This is one item of the standard.  **Shape** `cost`: what one breach takes off; a veto item has no points."""

    code: str
    title: str
    group: str
    when: Mapping[str, Any]
    veto: bool
    points: int
    cost: int
    after: str | None
    gates: tuple[str, ...]
    steps: tuple[str, ...]
    deadlines: tuple[str, ...]
    must: Mapping[str, Any]
    look: str
    because: tuple[Citation, ...]
    yields: tuple[str, ...] = ()  # items above it: what failed one of them is not counted here once more
    marks: tuple[str, ...] = ()  # papers that bear one of these are breaches

    @property
    def by_machine(self) -> bool:
        """Whether the facts of the case can answer it."""
        return bool(self.gates or self.steps or self.deadlines or self.must or self.marks)


@dataclass(frozen=True, slots=True)
class Rubric:
    """This is the whole standard.  **Shape** `grades`: (least score, title), the highest first."""

    items: tuple[Item, ...] = ()
    grades: tuple[tuple[int, str], ...] = ()
    vetoed: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """This is what one item got.  **Shape** `state`: passed | failed | na | early | person; `breaches`: how many."""

    item: Item
    state: str
    breaches: int = 0

    @property
    def lost(self) -> int:
        """The points taken off."""
        return min(self.item.points, self.item.cost * self.breaches) if self.state == "failed" else 0


@dataclass(frozen=True, slots=True)
class Score:
    """This is the sum.  `points` of 100, over the items judged so far; None where none was; `open` waits for a person."""

    points: int | None
    grade: str
    judged: int
    open: int
    vetoes: tuple[Item, ...] = field(default=())


def score(rubric: Rubric, marks: Iterable[Mark]) -> Score:
    """Sum up: points of the judged items, scaled to 100; a failed veto item outweighs any score.

    **Why** scaled: what does not apply, or has not come yet, must neither help nor harm.
    """
    found = list(marks)
    vetoes = tuple(mark.item for mark in found if mark.item.veto and mark.state == "failed")
    judged = [mark for mark in found if mark.state in ("passed", "failed")]
    weight = sum(mark.item.points for mark in judged)
    points = (sum(mark.item.points - mark.lost for mark in judged) * 100 // weight) if weight else None
    grade = ""
    if vetoes:
        grade = rubric.vetoed
    elif points is not None:
        grade = next((title for least, title in rubric.grades if points >= least), rubric.vetoed)
    waiting = sum(mark.state == "person" for mark in found)
    return Score(points, grade, len(judged), waiting, vetoes)


def lay(
    context: Context, under: Rubric | None, acts: Mapping[tuple[str, str], Act], gates: Mapping[str, GateRule]
) -> Rubric:
    """Lay the items of one folder over those of its parents; a lower pack adds items, and may set the grades.

    **Raises** PackError.
    """
    form, known = context.layer.rubric, {item.code: item for item in (under.items if under else ())}
    steps = {step.code for act in acts.values() for step in act.steps}
    for code, one in form.rubric.items():
        path = ("rubric", code)
        if code in known:
            raise PackError(
                f"评查项“{code}”上级包已经定义，下级包只能增加评查项。", where=context.layer.at(FILE, *path), key=code,
                mend="换一个编号，或者删去。",
            )  # fmt: skip
        _named(context, one.gates, gates, "关口", *path, "gates")
        _named(context, one.steps, steps, "环节", *path, "steps")
        _named(context, [one.after] if one.after else [], steps, "环节", *path, "after")
        _named(context, one.deadlines, context.deadlines, "期限", *path, "deadlines")
        _named(context, one.yields, known, "写在它前面的评查项", *path, "yields")
        checks.condition(context.layer, context.facts, one.when, FILE, *path, "when")
        checks.condition(context.layer, context.facts, one.must, FILE, *path, "must")
        if one.veto == bool(one.points):
            raise PackError(
                "否决项没有分值，其他评查项要有分值。", where=context.layer.at(FILE, *path), key=f"rubric.{code}",
                accepted="veto: true，或者 points: 1 至 100", mend="二者只写其一。",
            )  # fmt: skip
        known[code] = Item(
            code, one.title, one.group, one.when, one.veto, one.points, one.deduct or one.points, one.after,
            tuple(one.gates), tuple(one.steps), tuple(one.deadlines), one.must, one.look,
            context.cite(one.because, FILE, *path), tuple(one.yields), tuple(one.marks),
        )  # fmt: skip
    grades = tuple((grade.least, grade.title) for grade in form.grades)
    if list(grades) != sorted(grades, reverse=True):
        raise PackError(
            "等次没有从高到低排列。", where=context.layer.at(FILE, "grades"), key="grades", mend="分数高的写在前面。"
        )
    return Rubric(
        tuple(known.values()),
        grades or (under.grades if under else ()),
        form.vetoed or (under.vetoed if under else ""),
    )


def _named(context: Context, names: Sequence[str], known: Iterable[str], word: str, *path: str) -> None:
    accepted = sorted(known)
    for name in names:
        if name not in accepted:
            raise PackError(
                f"{word}“{name}”没有定义。", where=context.layer.at(FILE, *path), key=".".join(path),
                accepted="、".join(accepted), mend=f"改正{word}编号。",
            )  # fmt: skip
