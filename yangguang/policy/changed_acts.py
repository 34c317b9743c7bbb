"""This compares the acts of two packs, step by step and document by document, and what stands around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy.acts import Act, DocumentNeed, Step
from yangguang.policy.answers import Citation
from yangguang.policy.changes import (
    Both,
    Change,
    When,
    clause_ids,
    frozen_form,
    verdict,
    wider,
)
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack

# ---- acts --------------------------------------------------------------------------------------------------------


def acts(both: Both) -> Iterator[Change]:
    old, new = both.old.merged.acts, both.new.merged.acts
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if before is None or after is None:
            act = after or before
            assert act is not None
            what = "added" if after else "removed"
            words = f"{len(act.steps)}个步骤：{'、'.join(step.title for step in act.steps)}"
            yield Change(
                "steps", "/".join(key), act.title, what, words, clauses=clause_ids(act.because),
                acts=frozenset([key]), steps=tuple((*key, step.code) for step in act.steps),
            )  # fmt: skip
            continue
        if clause_ids(before.because) != clause_ids(after.because):
            yield Change(
                "steps", "/".join(key), after.title, "changed", "程序的依据有改动", clauses=clause_ids(after.because),
                acts=frozenset([key]),
            )  # fmt: skip
        yield from _steps(both, key, before, after)


def _steps(both: Both, key: tuple[str, str], before: Act, after: Act) -> Iterator[Change]:
    old, new = {s.code: s for s in before.steps}, {s.code: s for s in after.steps}
    order = [code for code in before.codes if code in new], [code for code in after.codes if code in old]
    if order[0] != order[1]:
        words = f"步骤次序改为 {' → '.join(after.codes)}"
        yield Change("steps", "/".join(key), after.title, "changed", words, acts=frozenset([key]))
    for code in {**old, **new}:
        was, now = old.get(code), new.get(code)
        step = now or was
        assert step is not None
        found = _Step(both, key, step)
        if was is None or now is None:
            must = step.required
            effect = ("tightened" if now else "loosened") if must else ""
            words = "步骤" + ("（必经）" if must else "")
            yield found.change("added" if now else "removed", words, step.because, effect)
            yield from found.documents(was.documents if was else (), now.documents if now else ())
            continue
        yield from found.changed(was, now)
        yield from found.documents(was.documents, now.documents)


@dataclass(frozen=True)
class _Step:
    """This is one step being compared."""

    both: Both
    key: tuple[str, str]
    step: Step

    def change(
        self, what: str, words: str, because: Iterable[Citation] = (), effect: str = "", *, group: str = "steps",
        item: str = "", title: str = "", when: When | None = None,
    ) -> Change:  # fmt: skip
        return Change(
            group, "/".join((*self.key, self.step.code, *([item] if item else []))), title or self.step.title, what,
            words, effect, clauses=clause_ids(because) or clause_ids(self.step.because),
            acts=frozenset([self.key]), steps=((*self.key, self.step.code),), whens=(when,) if when else (),
        )  # fmt: skip

    def changed(self, was: Step, now: Step) -> Iterator[Change]:
        if was.required != now.required:
            what = "tightened" if now.required else "loosened"
            yield self.change(what, "改为必经步骤" if now.required else "不再是必经步骤", now.because)
        elif frozen_form(was.required_when) != frozen_form(now.required_when):
            words = "；".join(self.both.words(when) for when in now.required_when) or "无"
            more = set(map(frozen_form, now.required_when)), set(map(frozen_form, was.required_when))
            what = "tightened" if more[0] > more[1] else "loosened" if more[0] < more[1] else "changed"
            yield self.change(what, f"必经的情形改为：{words}", now.because)
        for label, name in (("关口", "gates"), ("音像记录环节", "recordings"), ("期限", "deadlines")):
            yield from self.listed(label, getattr(was, name), getattr(now, name))
        yield from self.listed("必填事实", _required(was), _required(now))
        if {f.name for f in was.facts} != {f.name for f in now.facts} and _required(was) == _required(now):
            yield self.change("changed", f"选填事实改为 {'、'.join(f.label for f in now.facts if not f.required)}")
        if was.roles != now.roles:
            yield self.change("changed", f"由谁办理改为 {'、'.join(self.both.new.role(r) for r in now.roles)}")
        if [(w.to, frozen_form(w.when)) for w in was.ways] != [(w.to, frozen_form(w.when)) for w in now.ways]:
            ways = "；".join(f"{w.to}（{self.both.words(w.when)}）" for w in now.ways) or "终点"
            yield self.change("changed", f"下一步改为 {ways}", now.because)
        for event in was.recordings:
            if event in now.recordings:
                old, new = was.recording_when.get(event, {}), now.recording_when.get(event, {})
                if old != new:
                    words = f"音像记录环节 {event} 的情形改为“{self.both.words(new)}”"
                    yield self.change(verdict([wider(old, new)]), words)
        if clause_ids(was.because) != clause_ids(now.because):
            yield self.change("changed", f"依据改为 {'、'.join(clause_ids(now.because))}", now.because)
        if (was.title, was.public, [w.why for w in was.ways]) != (now.title, now.public, [w.why for w in now.ways]):
            self.both.notes.append(f"步骤 {'/'.join((*self.key, now.code))} 的名称、指南文字或者说明有改动。")

    def listed(self, label: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
        for item in now:
            if item not in was:
                yield self.change("tightened", f"新增{label} {item}")
        for item in was:
            if item not in now:
                yield self.change("loosened", f"删去{label} {item}")

    def documents(self, was: Sequence[DocumentNeed], now: Sequence[DocumentNeed]) -> Iterator[Change]:
        old, new = {d.code: d for d in was}, {d.code: d for d in now}
        for code in {**old, **new}:
            before, after = old.get(code), new.get(code)
            form = after or before
            assert form is not None

            def change(what: str, words: str, effect: str = "", form: DocumentNeed = form) -> Change:
                return self.change(
                    what, words, form.because, effect, group="documents", item=form.code, title=form.title,
                    when=form.when,
                )  # fmt: skip

            if before is None or after is None:
                effect = ("tightened" if after else "loosened") if _owed(form) else ""
                yield change("added" if after else "removed", self._owing(form), effect)
            elif (before.required, frozen_form(before.when)) != (after.required, frozen_form(after.when)):
                parts = [_owed(after) - _owed(before)]
                if _owed(before) and _owed(after):
                    parts = [wider(before.when, after.when), int(after.required) - int(before.required)]  # type: ignore[list-item]
                yield change(verdict(parts), f"原为“{self._owing(before)}”，现为“{self._owing(after)}”")
            elif clause_ids(before.because) != clause_ids(after.because):
                yield change("changed", "依据有改动")
            elif before.title != after.title:
                yield change("changed", f"名称由“{before.title}”改为“{after.title}”")

    def _owing(self, form: DocumentNeed) -> str:
        if form.when:
            return f"{self.both.words(form.when)}时应有"
        return "必有" if form.required else "可以有"


def _owed(form: DocumentNeed) -> bool:
    return form.required or bool(form.when)


def _required(step: Step) -> tuple[str, ...]:
    return tuple(fact.name for fact in step.facts if fact.required)


# ---- parameters, clauses, facts, calendar ------------------------------------------------------------------------


def parameters(both: Both) -> Iterator[Change]:
    old, new = both.old.merged.parameters, both.new.merged.parameters
    for name in {**old, **new}:
        form = new.get(name) or old[name]
        if both.old.merged.values.get(name) == both.new.merged.values.get(name) and old.get(name) == new.get(name):
            continue
        was = both.old.parameter(name) if name in old else None
        now = both.new.parameter(name) if name in new else None
        if was is None and (now is None or now.value is None):
            continue
        before, after = was.value if was else None, now.value if now else None
        ids = clause_ids(now.because) if now else clause_ids(was.because) if was else ()
        if before != after:
            what = "added" if before is None else "removed" if after is None else "changed"
            words = f"由“{Pack.shown(form, before)}”改为“{Pack.shown(form, after)}”"
            yield Change("parameters", name, form.label, what, words, clauses=ids)
        elif was and now and clause_ids(was.because) != ids:
            yield Change("parameters", name, form.label, "changed", "依据有改动", clauses=ids)


def clauses(both: Both) -> Iterator[Change]:
    old, new = both.old.clauses, both.new.clauses
    for clause in {**old, **new}:
        before, after = old.get(clause), new.get(clause)
        row = after or before
        assert row is not None
        if before == after:
            continue
        at, found = both.citing.get(clause, (set(), []))
        steps, whens = tuple(sorted(at)), tuple({frozen_form(when): when for when in found}.values())

        def change(
            what: str, words: str, title: str = row.title, key: str = clause,
            steps: tuple[tuple[str, str, str], ...] = steps, whens: tuple[When, ...] = whens,
        ) -> Change:  # fmt: skip
            return Change("clauses", key, title, what, words, clauses=(key,), steps=steps, whens=whens)

        if before is None or after is None:
            yield change("added" if after else "removed", f"{row.source_title}：“{row.text}”")
        elif before.text != after.text:
            yield change("changed", f"原文由“{before.text}”改为“{after.text}”")
        elif before.source_title != after.source_title:
            yield change("changed", f"出处由“{before.source_title}”改为“{after.source_title}”")
        elif before.confirm != after.confirm:
            yield change("changed", "标为须核对原文" if after.confirm else "原文已核对")
        elif before.title != after.title:
            both.notes.append(f"条款 {clause} 的标题有改动。")


def facts(both: Both) -> Iterator[Change]:
    old, new = both.old.facts, both.new.facts
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        spec = after or before
        if before == after or spec is None:
            continue
        whens = _asking(both, name)

        def change(
            what: str, words: str, effect: str = "", spec: FactSpec = spec, whens: tuple[When, ...] = whens
        ) -> Change:
            return Change("facts", spec.name, spec.label, what, words, effect, whens=whens)

        if before is None or after is None:
            yield change("added" if after else "removed", f"类型 {spec.type}，公开级别 {spec.privacy}")
            continue
        terms = {
            "type": "类型",
            "privacy": "公开级别",
            "unit": "单位",
            "choices": "可选值",
            "min": "最小",
            "max": "最大",
        }
        for term, label in {**terms, "derived_from": "推出自"}.items():
            was: Any = getattr(before, term)
            now: Any = getattr(after, term)
            if was == now:
                continue
            if term == "choices":
                was, now = _codes(was, now), _codes(now, was)
            what = "changed"
            if term == "privacy":
                order = ("public", "redact", "internal")
                what = "tightened" if order.index(now) > order.index(was) else "loosened"
            if was != now:
                yield change(what, f"{label}由“{was or '无'}”改为“{now or '无'}”")
            else:
                both.notes.append(f"事实 {name} 的选项名称有改动。")
        if (before.label, before.note) != (after.label, after.note):
            both.notes.append(f"事实 {name} 的名称或者说明有改动。")


def _codes(one: Mapping[str, str] | None, other: Mapping[str, str] | None) -> str:
    """Name the choices only one of two lists has."""
    return "、".join(code for code in one or {} if code not in (other or {}))


def _asking(both: Both, fact: str) -> tuple[When, ...]:
    found = [
        {"kind": kind, "procedure": procedure}
        for pack in (both.old, both.new)
        for (kind, procedure), act in pack.merged.acts.items()
        if fact in act.facts
    ]
    return tuple({frozen_form(when): when for when in found}.values())


def calendar(both: Both) -> Iterator[Change]:
    old, new = both.old.calendar.years, both.new.calendar.years
    for year in sorted({**old, **new}):
        before, after = old.get(year), new.get(year)
        either = after or before
        assert either is not None
        if before is None or after is None or before.provisional != after.provisional:
            what = "removed" if after is None else "added" if before is None else "changed"
            state = "暂定" if either.provisional else "正式"
            yield Change("calendar", str(year), either.notice, what, f"{year}年放假安排（{state}）",
                         since=dt.date(year, 1, 1), until=dt.date(year, 12, 31))  # fmt: skip
            continue
        off = {day for day in {**before.off, **after.off} if (day in before.off) != (day in after.off)}
        work = {day for day in {**before.work, **after.work} if (day in before.work) != (day in after.work)}
        if days := sorted(off | work):
            words = "、".join(f"{day.isoformat()} {'放假' if day in after.off else '上班' if day in after.work else '照常'}"
                             for day in days)  # fmt: skip
            yield Change("calendar", str(year), after.notice, "changed", words, since=days[0], until=days[-1])
        elif before != after:
            both.notes.append(f"{year}年放假安排的说明有改动。")


def readers(both: Both) -> None:
    """Note what differs for readers only."""
    old, new = both.old, both.new
    if old.merged.roles != new.merged.roles:
        both.notes.append("角色的叫法有改动。")
    if old.merged.resolutions != new.merged.resolutions:
        both.notes.append("歧义的处理意见有改动（其效果见各条规则）。")
    if [e.model_dump() for e in old.examples()] != [e.model_dump() for e in new.examples()]:
        both.notes.append("例子有改动。")
    if (old.title, old.jurisdiction, old.checklist) != (new.title, new.jurisdiction, new.checklist):
        both.notes.append("名称、法域或者审核要点的名称有改动。")
