"""These put rules into words: conditions, values, periods, amounts, as a reader of the law expects them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from yangguang.policy import wording
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, Question
from yangguang.policy.schema import Limit, Parameter
from yangguang.policy.workdays import WEEK, day_of

# The groups of parameters, as the comparison of the plans numbers them.
TABLES = {
    "a.1": "发文与依据",
    "a.2": "适用的执法行为",
    "a.3": "事前公开",
    "a.4": "事中公示",
    "a.5": "事后公开",
    "a.6": "调整",
    "a.7": "文字记录与案卷",
    "a.8": "音像记录",
    "a.9": "审核机构和人员",
    "a.10": "审核范围",
    "a.11": "审核内容",
    "a.12": "审核程序和责任",
    "a.13": "组织、期限和考核",
}
ALWAYS = "任何情形"
UNKNOWN = "尚不能判断"
UNSET = "没有规定"
YES_NO = {
    "any": ("是", "否"),
    "bars": ("可以", "不可以"),
    "permits": ("可以", "不可以"),
}
HOW = {
    "any": "有一条规则成立，答案就是“是”。",
    "bars": "没有禁止的规则成立，答案才是“可以”。",
    "permits": "国家规定允许而没有禁止的，才可以；下级只能禁止，不能放开。",
    "graded": "几条规则都成立的，取最严的一级。",
    "clock": "几条期限都适用的，取最早的一天。",
    "union": "各级规定合在一起。",
    "nearest": "取最近一级的规定。",
    "yearly": "几条规定都适用的，取最早的一天。",
    "computed": "按条文计算。",
}


def day(found: dt.date | dt.datetime | str) -> str:
    """Say a day as documents write it: 2026年9月18日."""
    on = day_of(dt.date.fromisoformat(found[:10]) if isinstance(found, str) else found)
    return f"{on.year}年{on.month}月{on.day}日"


def weekday(on: dt.date) -> str:
    return WEEK[on.weekday()].replace("星期", "周")


def yuan(fen: int) -> str:
    """Say an amount: 123456 → 1,234.56元, 50000 → 500元."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}元" if rest else f"{whole:,}元"


def condition(pack: Pack, when: Mapping[str, Any]) -> str:
    """Say a condition in the words of flowchart and guide; the empty one holds in any case."""
    return wording.condition(pack, when) or ALWAYS


def fact(spec: FactSpec | None, value: Any) -> str:
    """Say the value of a fact: a choice by its name, money in yuan, a day as documents write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec is None or value is None:
        return "不知道" if value is None else str(value)
    if spec.type == "periods":
        return "；".join(f"{day(p['from'])}至{day(p['to'])}（{p['reason']}）" for p in value) or "没有"
    if isinstance(value, (list, tuple)):
        return "、".join(fact(spec, item) for item in value) or "一项也没有"
    if spec.type == "money_fen" and isinstance(value, int):
        return yuan(value)
    if spec.type == "date" and not isinstance(value, (list, tuple)):
        return day(value)
    if spec.choices and value in spec.choices:
        return spec.choices[value]
    return f"{value}{spec.unit}" if isinstance(value, int) else str(value)


def given(pack: Pack, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say facts as pairs of label and value."""
    return [(pack.facts[n].label if n in pack.facts else n, fact(pack.facts.get(n), v)) for n, v in facts.items()]


def month_day(value: str) -> str:
    month, number = value.split("-")
    return f"次年{int(month)}月{int(number)}日前"


def value(asked: Question, value: Any, details: Mapping[str, str] | None = None) -> str:
    """Say the value of a line or an answer of a question."""
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return YES_NO.get(asked.how, ("是", "否"))[0 if value else 1]
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, (list, tuple)):
        return "；".join((details or {}).get(item, item) for item in value) or "（无）"
    if asked.how == "yearly":
        return month_day(value)
    if asked.name == "surcharge" and isinstance(value, int):
        return yuan(value)
    return GRADE_WORDS.get(value, str(value))


def limit(found: Limit | None, direction: str = "within") -> str:
    """Say a period with what a reader must know of its days."""
    if found is None:
        return ""
    natural = "（自然日）" if found.unit == "calendar_day" and found.n else ""
    rolled = "，末日遇节假日顺延" if found.roll == "next_working_day" else ""
    return f"{wording.period(found, direction)}{natural}{rolled}"


def table(code: str) -> str:
    """Name a group of parameters; one without a name here is shown as the pack writes it."""
    return TABLES.get(code, code)


def span(since: dt.date | None, until: dt.date | None) -> str:
    """Say from when until when a rule applies."""
    first = f"{day(since)}起" if since else ""
    last = f"{day(until)}止" if until else ""
    return "，".join(filter(None, [first, last]))


def parameter(form: Parameter, value: Any) -> str:
    """Say the value of a parameter."""
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "；".join(str(item) for item in value) or "（无）"
    if isinstance(value, dt.date):
        return day(value)
    if form.type == "month_day":
        month, number = str(value).split("-")
        return f"{int(month)}月{int(number)}日"
    return (form.choices or {}).get(str(value), f"{value}{form.unit or ''}")


def parts(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """Cut a text at the words that were looked for: (words, is it one of them)."""
    found = [(text, False)]
    for word in wanted:
        cut: list[tuple[str, bool]] = []
        for piece, hit in found:
            if hit:
                cut.append((piece, True))
                continue
            low, start = piece.lower(), 0
            while (at := low.find(word.lower(), start)) >= 0:
                cut += [(piece[start:at], False), (piece[at : at + len(word)], True)]
                start = at + len(word)
            cut.append((piece[start:], False))
        found = [one for one in cut if one[0]]
    return found
