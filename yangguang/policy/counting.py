"""This answers "until when": it counts every line that holds, lets the tightest win and shows the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from yangguang.policy import combine
from yangguang.policy.answers import Answer, Outvoted
from yangguang.policy.deadlines import Count, Deadline, count, say
from yangguang.policy.errors import NoRuleInForce, UnknownRule, WrongFactType
from yangguang.policy.facts import plausible
from yangguang.policy.questions import Question
from yangguang.policy.rules import Held, Rule, citations, standing, to_confirm, yielding
from yangguang.policy.workdays import day_of

if TYPE_CHECKING:
    from yangguang.policy.layers import DeadlineRule
    from yangguang.policy.packs import Pack

Start = dt.date | dt.datetime


def clock(pack: Pack, asked: Question, given: Mapping[str, Any], on: dt.date | None, provisional: bool) -> Answer:
    """Answer a question whose value is a date; None when an absent fact could make it tighter."""
    start = given.get(asked.start)
    if start is None:
        words = f"不能得出结论，尚不知道：{pack.label(asked.start)}。"
        return Answer(asked.name, pack.id, None, unknown=(asked.start,), explain=words)
    held = yielding(_lines(pack, asked, given, on))
    counted = {id(h): _count(pack, h.rule, start, given, provisional) for h in held}
    sure = [h for h in held if h.certain]
    best = min((counted[id(h)].due for h in sure), default=None)
    tighter = [h for h in held if not h.certain and (best is None or counted[id(h)].due < best)]
    if tighter or best is None:
        unknown = combine.absent(tighter)
        named = "、".join(pack.label(n) for n in unknown)
        words = f"不能得出结论，尚不知道：{named}。" if unknown else f"{asked.title}：本包及其上级均未规定。"
        return Answer(asked.name, pack.id, None, unknown=unknown, explain=words)
    winners = [h.rule for h in sure if counted[id(h)].due == best]
    losers = [h.rule for h in sure if counted[id(h)].due > best]
    chosen = next(counted[id(h)] for h in sure if counted[id(h)].due == best)
    lost = _lost([(counted[id(h)].due, h.rule) for h in sure if counted[id(h)].due > best])
    limit = winners[0].limit
    assert limit is not None
    parts = [
        f"{asked.title}：{best.isoformat()}。自{pack.label(asked.start)} {start.isoformat()} 起（当日不计），{say(limit)}。",
        *_grounds(winners, lost),
    ]
    if chosen.provisional:
        parts.append(PROVISIONAL)
    answer = Answer(
        asked.name,
        pack.id,
        best,
        citations(winners),
        lost,
        (),
        "\n".join(parts),
        chosen.days,
        provisional=chosen.provisional,
    )
    return pack.marked(answer, winners, losers)


PROVISIONAL = "（暂定：有年份的放假通知尚未录入，通知发布后须重算。）"


def _lines(pack: Pack, asked: Question, given: Mapping[str, Any], on: dt.date | None) -> list[Held]:
    """Collect the deadline lines behind a question, each once."""
    found: dict[int, Held] = {}
    for outer in standing(pack.merged.questions.get(asked.name, ()), given, on):
        rule = named(pack, outer.rule.clock or "")
        for inner in standing(rule.lines, given, on):
            # A gap-filling reference stays a gap-filler even where the clock's own line is not one.
            merged = inner.rule if inner.rule.default or not outer.rule.default else replace(inner.rule, default=True)
            held = Held(merged, outer.certain and inner.certain, (*outer.absent, *inner.absent))
            known = found.get(id(inner.rule))
            if known is None or (held.certain and not known.certain):
                found[id(inner.rule)] = held
    return list(found.values())


def _lost(rows: Sequence[tuple[dt.date, Rule]]) -> tuple[Outvoted, ...]:
    """Show each losing clause once, although two clocks may carry it."""
    seen: dict[tuple[Any, ...], Outvoted] = {}
    for due, rule in rows:
        seen.setdefault((due, *(c.clause for c in rule.because)), Outvoted(due, rule.because, rule.note))
    return tuple(seen.values())


def _grounds(winners: Sequence[Rule], lost: Sequence[Outvoted]) -> list[str]:
    return [
        *(f"依据{c.source}{c.title}：“{c.text}”" for c in citations(winners)),
        *(f"较宽的期限不采用：{o.value.isoformat()}（{'、'.join(c.clause for c in o.because)}）。" for o in lost),
        *(f"说明：{note}" for note in dict.fromkeys(r.note for r in winners if r.note)),
    ]


def named(pack: Pack, code: str) -> DeadlineRule:
    """Find a deadline rule. **Raises** UnknownRule naming the rules there are."""
    if code not in pack.merged.deadlines:
        raise UnknownRule(code, pack.merged.deadlines)
    return pack.merged.deadlines[code]


def _count(pack: Pack, rule: Rule, start: Start, given: Mapping[str, Any], provisional: bool) -> Count:
    assert rule.limit is not None
    found = named(pack, rule.clock or "")
    return count(
        start,
        rule.limit,
        pack.calendar,
        direction=found.direction,
        provisional=provisional,
        pauses=given.get("suspensions", ()) if found.pausable else (),
    )


def deadline(
    pack: Pack, code: str, start: Start, on: dt.date | None, given: Mapping[str, Any], provisional: bool
) -> Deadline:
    """Count one deadline rule; see `Pack.deadline`."""
    found = named(pack, code)
    if not plausible(start):
        raise WrongFactType("start", "起算日", start.isoformat(), "1900 至 2200 年的日期 YYYY-MM-DD")
    day = day_of(start)
    held = standing(found.lines, given, on or day)
    if not held:
        raise NoRuleInForce(
            f"期限 {code}（{found.title}）：{pack.id} 及其上级在 {(on or day).isoformat()} 没有可适用的数字规定。"
            "修改办法：由本地依据补一条期限，写入该包的 deadlines.yaml。"
        )
    counted = [(_count(pack, h.rule, start, given, provisional), h.rule) for h in held]
    # A later earliest day is the stricter demand; otherwise the earlier last day is.
    best = (max if found.direction == "not_before" else min)(done.due for done, _ in counted)
    chosen = next(done for done, _ in counted if done.due == best)
    winners = [rule for done, rule in counted if done.due == best]
    losers = [rule for done, rule in counted if done.due != best]
    lost = _lost([(done.due, rule) for done, rule in counted if done.due != best])
    limit = winners[0].limit
    assert limit is not None
    safe = (
        _safe(pack, best, limit.roll, provisional) if found.direction != "not_before" and limit.unit != "hour" else None
    )
    unknown = combine.absent([h for h in held if not h.certain])
    confirm = to_confirm(winners)
    last = {"within": "届满日", "before": "最迟日", "not_before": "届满日（次日起方可）"}[found.direction]
    back = "往前数（当日不计）" if found.direction == "before" else "起（当日不计）"
    parts = [
        f"{found.title}：{found.trigger} → {found.must}。自 {day.isoformat()} {back}，{say(limit)}，"
        f"{last} {best.isoformat()}。",
        *_grounds(winners, lost),
    ]
    if safe and safe != best:
        parts.append(f"{best.isoformat()} 不是工作日，条文没有规定可以顺延，应在 {safe.isoformat()} 前办结。")
    if unknown:
        parts.append(f"尚不知道：{'、'.join(pack.label(n) for n in unknown)}，已按从严计算。")
    if confirm:
        parts.append(f"（须由当地用户核对后使用：{'、'.join(confirm)}。）")
    if chosen.provisional:
        parts.append(PROVISIONAL)
    return Deadline(
        rule=code,
        pack=pack.id,
        title=found.title,
        due=best,
        start=day,
        days=chosen.days,
        because=citations(winners),
        outvoted=lost,
        unknown=unknown,
        provisional=chosen.provisional,
        explain="\n".join(parts),
        limit=limit,
        direction=found.direction,
        holder=found.holder,
        safe=safe,
        opens=best + dt.timedelta(days=1) if found.direction == "not_before" else None,
        at=chosen.at,
        default=all(r.depth < pack.depth for r in (*winners, *losers)),
        confirm=confirm,
    )


def _safe(pack: Pack, due: dt.date, roll: str, provisional: bool) -> dt.date | None:
    """Give the last working day up to `due`; None where the calendar of that year is not entered."""
    if roll != "none":
        return due
    year = pack.calendar.years.get(due.year)
    if (year is None or year.provisional) and not provisional:
        return None
    return pack.calendar.last_working(due, provisional)
