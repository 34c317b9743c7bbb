"""This says conditions, time limits and duties in plain Chinese, the same words in flowchart, guide and checklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy import conditions
from yangguang.policy.acts import Act, Step
from yangguang.policy.answers import Citation, plain
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack
from yangguang.policy.rules import Rule, citations, standing, to_confirm
from yangguang.policy.schema import Limit

UNIT_WORDS: Mapping[str, str] = {"working_day": "个工作日", "calendar_day": "日", "month": "个月", "hour": "小时"}
HOLDERS: Mapping[str, str] = {"agency": "行政机关", "party": "当事人", "court": "人民法院", "police": "公安机关"}
BRIEF = 34
GENERAL = "一般情形"
ALWAYS, NEVER_BOUND = "必经步骤", "视情形进行的步骤"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """This is one deadline rule of a step in words.

    **Shape** `words` is the tightest line that holds for the act as such, "" when there is none; `cases` are lines that
    bind only under a condition: (condition, words). `confirm` names clauses a local user must confirm.
    """

    code: str
    title: str
    trigger: str
    must: str
    holder: str
    words: str
    cases: tuple[tuple[str, str], ...]
    because: tuple[Citation, ...]
    confirm: tuple[str, ...]
    breach: str

    @property
    def short(self) -> str:
        """Say it on one line, "" where no text gives a number: "办案期限：90日"."""
        said = "；".join(
            [*([self.words] if self.words else []), *(f"{_of(case)}{words}" for case, words in self.cases)]
        )
        return f"{self.title}：{said}{'※' if self.confirm else ''}" if said else ""

    @property
    def brief(self) -> str:
        """Say it on a chart: where the conditions are long, only which periods there are."""
        if len(self.short) <= BRIEF or not self.cases:
            return self.short
        periods = dict.fromkeys([*([self.words] if self.words else []), *(words for _, words in self.cases)])
        return f"{self.title}：{'或者'.join(periods)}（视情形）{'※' if self.confirm else ''}"

    @property
    def sentence(self) -> str:
        """Say it in full, also where no text gives a number."""
        parts = [self.words] if self.words else []
        parts += [f"{_of(case)}{words}" for case, words in self.cases]
        said = "；".join(parts) or "应当及时（本方案及其上级没有规定天数）"
        return f"{self.title}：{said}。起算：{self.trigger}；要办的事：{self.must}（{self.holder}）"

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code, "title": self.title, "trigger": self.trigger, "must": self.must, "holder": self.holder,
            "words": self.words, "cases": [{"when": c, "words": w} for c, w in self.cases],
            "because": [c.as_json() for c in self.because], "confirm": list(self.confirm), "breach": self.breach,
        }  # fmt: skip


def _of(case: str) -> str:
    return case if case == GENERAL else f"{case}的，"


def known(pack: Pack, act: Act) -> dict[str, Any]:
    """Give the facts an act itself settles: its kind and its procedure, where the vocabulary has them."""
    given = {"kind": act.kind, "procedure": act.procedure}
    return {n: v for n, v in given.items() if n in pack.facts and v in (pack.facts[n].choices or {})}


# ---- time limits -------------------------------------------------------------------------------------------------


def period(limit: Limit, direction: str = "within") -> str:
    """Say a period: "7个工作日", "2年", "提前7个工作日", "满10个工作日后"."""
    said = f"{limit.n}{UNIT_WORDS[limit.unit]}"
    if limit.unit == "month" and limit.n % 12 == 0:
        said = f"{limit.n // 12}年"
    if limit.n == 0:
        return "当日"
    return {"within": said, "before": f"提前{said}", "not_before": f"满{said}后"}[direction]


def time_limits(pack: Pack, act: Act, step: Step, on: dt.date | None = None) -> tuple[TimeLimit, ...]:
    """Give the deadline rules of a step, with the tightest line of this jurisdiction in force on that day."""
    return tuple(_time_limit(pack, act, code, on) for code in step.deadlines)


def _time_limit(pack: Pack, act: Act, code: str, on: dt.date | None) -> TimeLimit:
    rule = pack.deadlines[code]
    given = known(pack, act)
    held = standing(rule.lines, given, on)
    sure = [h.rule for h in held if h.certain]
    tight = _tightest(sure, rule.direction)
    open_ended = [h.rule for h in held if not h.certain]
    cases: dict[str, list[Rule]] = {}
    for line in open_ended:
        cases.setdefault(_case(pack, {k: v for k, v in line.when.items() if k not in given}, open_ended), []).append(
            line
        )
    chosen = {case: _tightest([*lines, *sure], rule.direction) for case, lines in cases.items()}
    said = {case: _say(lines, rule.direction) for case, lines in chosen.items()}
    words = _say(tight, rule.direction)
    stricter = {case: text for case, text in said.items() if text != words}
    used = [*tight, *(line for case in stricter for line in chosen[case])]
    return TimeLimit(
        code, rule.title, rule.trigger, rule.must, HOLDERS[rule.holder], words, tuple(stricter.items()),
        citations(used), to_confirm(used), rule.breach,
    )  # fmt: skip


def _case(pack: Pack, when: Mapping[str, Any], others: Sequence[Rule]) -> str:
    """Say the condition of a line; where another line says the same thing affirmed, this one is the general case."""
    for name, want in when.items():
        if want is False and len(when) == 1 and any(line.when.get(name) is True for line in others):
            return GENERAL
    return condition(pack, when)


def _tightest(lines: Sequence[Rule], direction: str) -> list[Rule]:
    """Keep the strictest line per unit; different units cannot be compared without a start day, so all of them stand."""
    # A long wait and an early warning are the strict ones; to act, a short term is.
    pick: Callable[..., int] = min if direction == "within" else max
    by_unit: dict[str, list[Rule]] = {}
    for line in lines:
        if line.limit:
            by_unit.setdefault(line.limit.unit, []).append(line)
    kept = []
    for group in by_unit.values():
        best = pick(line.limit.n for line in group if line.limit)
        kept += [line for line in group if line.limit and line.limit.n == best]
    return kept


def _say(lines: Sequence[Rule], direction: str) -> str:
    said = list(dict.fromkeys(period(line.limit, direction) for line in lines if line.limit))
    if len(said) > 1:
        return f"{'、'.join(said)}，以{'后' if direction == 'not_before' else '先'}到者为准"
    return "".join(said)


# ---- conditions --------------------------------------------------------------------------------------------------


def condition(pack: Pack, when: Mapping[str, Any]) -> str:
    """Say a condition by the labels of its facts; "" for the empty one."""
    return "，并且".join(_part(pack.facts[conditions.split(k)[0]], conditions.split(k)[1], v) for k, v in when.items())


def either(pack: Pack, whens: Iterable[Mapping[str, Any]]) -> str:
    """Say alternatives: one of them is enough."""
    return "，或者".join(condition(pack, when) for when in whens)


def _part(spec: FactSpec, sign: str, want: Any) -> str:
    label = spec.label.removeprefix("是否")
    if isinstance(want, bool):
        # Not the opposite: `_not: true` also lets through what is simply false.
        return label if want is (sign != "_not") else f"“{label}”不成立"
    shown = _value(spec, want)
    if sign == "_lte" and want == 0:
        return f"{label}为{shown}"
    forms = {
        "": f"{label}：{shown}",
        "_in": f"{label}：{shown}",
        "_not": f"{label}不是{shown}",
        "_gte": f"{label}不少于{shown}",
        "_gt": f"{label}超过{shown}",
        "_lte": f"{label}不超过{shown}",
        "_lt": f"{label}不到{shown}",
        "_has": f"{label}含{shown}",
        "_has_any": f"{label}含{shown}",
        "_only": f"{label}仅限{shown}",
    }
    return forms[sign]


def _value(spec: FactSpec, want: Any) -> str:
    if isinstance(want, (list, tuple)):
        return "或者".join(_value(spec, item) for item in want)
    if spec.choices:
        return spec.choices.get(str(want), str(want))
    if spec.type == "money_fen":
        return f"{want // 100 if want % 100 == 0 else want / 100}元"
    return f"{plain(want)}{spec.unit if spec.unit not in ('分',) else ''}"


def cited(because: Iterable[Citation]) -> str:
    """Name clauses by law and article, each law once: "行政处罚法第五十四条第一款、第四十七条；……"."""
    by_source: dict[str, dict[str, None]] = {}
    for one in because:
        by_source.setdefault(one.source, {})[one.title] = None
    return "；".join(f"{source}{'、'.join(title for title in titles if title)}" for source, titles in by_source.items())


# ---- steps -------------------------------------------------------------------------------------------------------


def who(pack: Pack, step: Step) -> str:
    """Name who takes a step, by the names of this jurisdiction."""
    return "、".join(pack.role(role) for role in step.roles)


def need(pack: Pack, act: Act, step: Step) -> str:
    """Say whether a step must be taken, and if not in every case, in which."""
    due = pack.step_required(step, known(pack, act))
    if due:
        return ALWAYS
    if due is None:
        return f"{either(pack, step.required_when)}的，为必经步骤"
    return NEVER_BOUND


def branch(pack: Pack, step: Step, to: str) -> str:
    """Say when a case goes on from a step to another one; "" where nothing is asked."""
    said = [way.why or condition(pack, way.when) for way in step.ways if way.to == to]
    return "；".join(dict.fromkeys(text for text in said if text))


def since(pack: Pack, on: dt.date | None = None) -> dt.date | None:
    """Give the day from which the youngest rule of this pack applies, the date a chart or guide is drawn by."""
    merged = pack.merged
    lines = [
        line for group in (*merged.questions.values(), *(d.lines for d in merged.deadlines.values())) for line in group
    ]
    days = [line.since for line in lines if line.since] + [
        n.since for g in merged.gates.values() for n in g.needs if n.since
    ]
    return max((day for day in days if on is None or day <= on), default=None)
