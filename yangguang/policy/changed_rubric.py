"""This compares the standards by which two packs evaluate files, item by item."""

from __future__ import annotations

from collections.abc import Iterator

from yangguang.policy.changes import Both, Change, When, clause_ids, frozen_form, wider
from yangguang.policy.rubrics import Item, Rubric


def rubric(both: Both) -> Iterator[Change]:
    """Name each item that came, went or changed, and the grades where they did."""
    before = {item.code: item for item in both.old.rubric.items}
    after = {item.code: item for item in both.new.rubric.items}
    for code in dict.fromkeys([*before, *after]):
        old, new = before.get(code), after.get(code)
        item = new or old
        assert item is not None
        if old is None or new is None:
            what, effect = ("added", "tightened") if old is None else ("removed", "loosened")
            yield _change(item, what, _worth(item), (item.when,), effect)
        elif told := _differences(both, old, new):
            yield _change(new, _verdict(old, new), "；".join(told), (old.when, new.when))
        elif (old.title, old.group, old.look) != (new.title, new.group, new.look):
            both.notes.append(f"评查项 {code} 的名称、类别或者看点有改动。")
    if (said := _grades(both.old.rubric)) != (now := _grades(both.new.rubric)):
        yield Change("rubric", "grades", "案卷的等次", "changed", f"由“{said or '无'}”改为“{now or '无'}”")


def _change(item: Item, what: str, words: str, whens: tuple[When, ...], effect: str = "") -> Change:
    return Change("rubric", item.code, item.title, what, words, effect, clause_ids(item.because), whens=whens)


def _worth(item: Item) -> str:
    return "否决项" if item.veto else f"{item.points} 分，一处扣 {item.cost} 分"


def _differences(both: Both, old: Item, new: Item) -> list[str]:
    """What differs between two forms of an item, in words."""
    pairs = [
        ("分值", _worth(old), _worth(new)),
        ("适用", both.words(old.when), both.words(new.when)),
        ("办到", old.after or "随时", new.after or "随时"),
        ("看关口", "、".join(old.gates), "、".join(new.gates)),
        ("看环节", "、".join(old.steps), "、".join(new.steps)),
        ("看期限", "、".join(old.deadlines), "、".join(new.deadlines)),
        ("不重复计的评查项", "、".join(old.yields), "、".join(new.yields)),
        ("要求", both.words(old.must) if old.must else "", both.words(new.must) if new.must else ""),
        ("依据", "、".join(clause_ids(old.because)), "、".join(clause_ids(new.because))),
    ]
    return [f"{label}由“{was or '无'}”改为“{now or '无'}”" for label, was, now in pairs if was != now]


def _verdict(old: Item, new: Item) -> str:
    """Whether an item got harder on the file: only where nothing else of it changed than its weight or its reach."""
    same = (old.after, old.gates, old.steps, old.deadlines, frozen_form(old.must)) == (
        new.after, new.gates, new.steps, new.deadlines, frozen_form(new.must)
    )  # fmt: skip
    reach = wider(old.when, new.when)
    weight = (new.veto - old.veto) or (new.cost > old.cost) - (new.cost < old.cost)
    if not same or reach is None or (reach and weight and (reach > 0) != (weight > 0)):
        return "changed"
    total = reach + weight
    return "tightened" if total > 0 else "loosened" if total < 0 else "changed"


def _grades(rubric: Rubric) -> str:
    return "、".join(f"{title} {least} 分以上" for least, title in rubric.grades) + (
        f"；有否决项的{rubric.vetoed}" if rubric.vetoed else ""
    )
