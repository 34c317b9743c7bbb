"""These are the answers that take arithmetic of their own: surcharge, annual report, deadline by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yangguang.policy.answers import Answer, Outvoted
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.questions import QUESTIONS, Question
from yangguang.policy.rules import Held, citations, standing

if TYPE_CHECKING:
    from yangguang.policy.packs import Pack


def yearly(pack: Pack, asked: Question, held: Sequence[Held], given: Mapping[str, Any]) -> Answer:
    """Give the earliest month-day of the year after the reported year."""
    year = given.get("year")
    if year is None:
        words = f"不能得出结论，尚不知道：{pack.label('year')}。"
        return Answer(asked.name, pack.id, None, unknown=("year",), explain=words)
    dates = {id(h): _month_day(h.rule.value, year + 1) for h in held if h.certain}
    if not dates:
        return Answer(asked.name, pack.id, None, explain=f"{asked.title}：本包及其上级均未规定。")
    best = min(dates.values())
    winners = [h.rule for h in held if dates.get(id(h)) == best]
    lost = tuple(Outvoted(dates[id(h)], h.rule.because) for h in held if dates.get(id(h), best) > best)
    parts = [f"{asked.title}：{best.isoformat()} 24时前，公开{year}年度数据。"]
    parts += [f"依据{c.source}{c.title}：“{c.text}”" for c in citations(winners)]
    answer = Answer(asked.name, pack.id, best, citations(winners), lost, explain="\n".join(parts))
    return pack.marked(answer, winners)


def _month_day(value: str, year: int) -> dt.date:
    return dt.date.fromisoformat(f"{year}-{value}")


def deadline(pack: Pack, given: Mapping[str, Any], on: dt.date | None, provisional: bool) -> Answer:
    """Answer the question `deadline` from facts `rule` and `start`."""
    absent = tuple(name for name in ("rule", "start") if name not in given)
    if absent:
        words = f"不能得出结论，尚不知道：{'、'.join(pack.label(n) for n in absent)}。"
        return Answer("deadline", pack.id, None, unknown=absent, explain=words)
    facts = {name: value for name, value in given.items() if name not in ("rule", "start")}
    try:
        done = pack.deadline(given["rule"], given["start"], on, facts, provisional=provisional)
    except NoRuleInForce as error:
        # A rule without a number is an answer too: nothing is set, and the explanation says how to set it.
        return Answer("deadline", pack.id, None, explain=str(error))
    return Answer(
        "deadline",
        pack.id,
        done.due,
        done.because,
        done.outvoted,
        done.unknown,
        done.explain,
        done.days,
        default=done.default,
        confirm=done.confirm,
        provisional=done.provisional,
    )


EARLIER = ("D11", 3)  # what the kept editions mean that were written before packs said it in the line itself


def surcharge(pack: Pack, given: Mapping[str, Any], on: dt.date | None, provisional: bool) -> Answer:
    """Compute the surcharge on an unpaid fine, in fen.

    **Clause** 行政处罚法第七十二条第一款第一项、第七十三条第三款: per day late the percentage the pack gives, at most
    the fine, not counted during reconsideration or litigation (`suspensions`); the pack says after which deadline.
    """
    asked = QUESTIONS["surcharge"]
    absent = tuple(name for name in ("fine_fen", "served_on", "paid_on") if name not in given)
    if absent:
        words = f"不能得出结论，尚不知道：{'、'.join(pack.label(n) for n in absent)}。"
        return Answer(asked.name, pack.id, None, unknown=absent, explain=words)
    fine, paid = given["fine_fen"], given["paid_on"]
    rules = [h.rule for h in standing(pack.merged.questions.get("surcharge", ()), given, on or paid) if h.certain]
    if not rules:
        return Answer(asked.name, pack.id, None, explain=f"{asked.title}：本包及其上级均未规定。")
    clock, percent = next(((rule.clock, rule.value) for rule in rules if rule.clock and rule.value), EARLIER)
    due = pack.deadline(clock, given["served_on"], on, provisional=provisional).due
    pauses = given.get("suspensions", ())
    late = 0
    day = due
    while day < paid:
        day += dt.timedelta(days=1)
        late += not any(p["from"] <= day <= p["to"] for p in pauses)
    # Whole fen, rounded down in favour of the party.
    amount = min(fine, fine * percent * late // 100)
    parts = [f"缴款期限 {due.isoformat()}，缴款日 {paid.isoformat()}，逾期计算 {late} 日，加处罚款 {amount} 分"]
    parts[0] += "（已达罚款数额上限）。" if amount == fine and late else "。"
    parts += [f"依据{c.source}{c.title}：“{c.text}”" for c in citations(rules)]
    answer = Answer(asked.name, pack.id, amount, citations(rules), explain="\n".join(parts))
    return pack.marked(answer, rules)


ANSWERS: Mapping[str, Callable[[Any, Mapping[str, Any], dt.date | None, bool], Answer]] = {
    "deadline": deadline,
    "surcharge": surcharge,
}
