"""These are the checks of a pack beyond its form: known names, fitting values, nothing that loosens the parent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from yangguang.policy import conditions
from yangguang.policy.errors import PackError, WrongFactType
from yangguang.policy.facts import FactSpec
from yangguang.policy.files import Layer
from yangguang.policy.questions import QUESTIONS, Question
from yangguang.policy.schema import CalendarFile, Line, Parameter, ParameterValue
from yangguang.policy.yamlread import dotted

Path = tuple[str | int, ...]
NUMBERS = ("_gte", "_gt", "_lte", "_lt")
LISTS = ("_has", "_has_any", "_only")


def condition(
    layer: Layer, facts: Mapping[str, FactSpec], when: Mapping[str, Any], file: str, *path: str | int
) -> None:
    """Check that a condition uses known facts and values of their type. **Raises** PackError."""
    for key, want in when.items():
        name, suffix = conditions.split(key)
        where, shown = layer.at(file, *path, key), dotted((*path, key))
        spec = facts.get(name)
        if spec is None:
            raise PackError(
                f"条件里的事实“{name}”不在词表中。",
                where=where,
                key=shown,
                accepted="、".join(sorted(facts)),
                mend="改正事实名；条件后缀可用 " + "、".join(conditions.OPERATORS),
            )
        if suffix in NUMBERS and spec.type not in ("integer", "money_fen", "date"):
            raise PackError(
                f"“{spec.label}”不能比大小。",
                where=where,
                key=shown,
                accepted="整数、金额、日期",
                mend="改用相等条件。",
            )
        if suffix in LISTS and spec.type != "choices":
            raise PackError(
                f"“{spec.label}”不是列表。", where=where, key=shown, accepted="列表型事实", mend="改用 _in 或相等条件。"
            )
        if (spec.type == "choices" and suffix not in LISTS) or spec.type == "periods":
            # A list is never equal to one of its items: such a line would never hold, and nobody would be told.
            raise PackError(
                f"“{spec.label}”是列表，不能与单个值比较。", where=where, key=shown, accepted="、".join(LISTS),
                mend="改用列表的条件后缀。",
            )  # fmt: skip
        if spec.type == "datetime":
            raise PackError(
                f"“{spec.label}”是时刻，条件里不能写时刻。", where=where, key=shown, accepted="日期型事实",
                mend="改用日期型的事实。",
            )  # fmt: skip
        if (suffix in conditions.LIST_WANTED) != isinstance(want, list):
            form = "列表" if suffix in conditions.LIST_WANTED else "单个值"
            raise PackError(
                f"条件 {key} 的值应为{form}。", where=where, key=shown, accepted=form, mend="改正值的写法。"
            )
        _condition_value(spec, suffix, want, where, shown)


def _condition_value(spec: FactSpec, suffix: str, want: Any, where: str, shown: str) -> None:
    wanted = want if isinstance(want, list) else [want]
    for value in wanted:
        asked = [value] if spec.type == "choices" else value
        try:
            # Compared as it is written: a quoted date stays text, and no date is equal to a text.
            good = list(spec.read(asked)) == asked if spec.type == "choices" else spec.read(asked) == asked
        except WrongFactType:
            good = False
        if not good:
            raise PackError(
                f"条件的值 {value!r} 不是“{spec.label}”可有的值。",
                where=where,
                key=shown,
                accepted=spec.accepted,
                mend="从可接受的写法中选；日期不加引号。",
            )


def fact_names(layer: Layer, named: Mapping[str, FactSpec]) -> None:
    """Check that no fact name ends like a condition suffix, and that choices stand where they belong."""
    for name, spec in named.items():
        where = layer.at("facts.yaml", "facts", name)
        if conditions.split(name)[1]:
            raise PackError(
                "事实名不能以条件后缀结尾。",
                where=where,
                key=name,
                accepted="不以 " + "、".join(conditions.OPERATORS) + " 结尾",
                mend="改名。",
            )
        if (spec.type in ("choice", "choices")) != bool(spec.choices):
            raise PackError(
                "choices 与类型不符。",
                where=where,
                key=f"{name}.choices",
                accepted="choice、choices 型必须写 choices，其他类型不写",
                mend="补上或删去 choices。",
            )
        if spec.derived_from and spec.derived_from not in QUESTIONS:
            raise PackError(
                f"没有问题“{spec.derived_from}”。",
                where=where,
                key=f"{name}.derived_from",
                accepted="、".join(QUESTIONS),
                mend="改正问题名。",
            )


def runs(layer: Layer, facts: Mapping[str, FactSpec], steps: Collection[str], known: Collection[str]) -> None:
    """Check when deadlines run: from a known day, until known steps. **Raises** PackError."""
    for code, form in layer.deadlines.deadlines.items():
        told = getattr(form, "runs", None)
        if told is None:
            continue
        path = ("deadlines", code, "runs")
        days = sorted(name for name, spec in facts.items() if spec.type in ("date", "datetime"))
        if told.start not in days:
            raise PackError(
                f"期限“{code}”的起算事实“{told.start}”不是日期或者时间。",
                where=layer.at("deadlines.yaml", *path, "start"), key=dotted((*path, "start")),
                accepted="、".join(days), mend="填写日期型的事实名。",
            )  # fmt: skip
        if unknown := [one for one in told.until if one not in steps]:
            raise PackError(
                f"期限“{code}”写到的环节“{unknown[0]}”没有任何程序规定。",
                where=layer.at("deadlines.yaml", *path, "until"), key=dotted((*path, "until")),
                accepted="、".join(sorted(steps)), mend="改正环节代码。",
            )  # fmt: skip
        if told.instead_of is not None and told.instead_of not in known:
            raise PackError(
                f"期限“{code}”要代替的期限“{told.instead_of}”没有定义。",
                where=layer.at("deadlines.yaml", *path, "instead_of"), key=dotted((*path, "instead_of")),
                accepted="、".join(known), mend="改正期限编号。",
            )  # fmt: skip
        condition(layer, facts, told.when, "deadlines.yaml", *path, "when")


def question_name(layer: Layer, name: str) -> None:
    if name not in QUESTIONS:
        raise PackError(
            f"没有问题“{name}”。",
            where=layer.at("pack.yaml", "questions", name),
            key=f"questions.{name}",
            accepted="、".join(QUESTIONS),
            mend="改正问题名。",
        )


def line_value(
    layer: Layer, question: Question, line: Line, depth: int, deadlines: Mapping[str, Any], path: Path
) -> None:
    """Check that a line's value fits its question and does not loosen the parent. **Raises** PackError."""
    where, key = layer.at("pack.yaml", *path), dotted(path)
    if question.how == "clock":
        if line.clock not in deadlines or line.value is not None:
            raise PackError(
                f"期限类问题引用期限规则，不写 value（写的是 clock: {line.clock}）。",
                where=where,
                key=f"{key}.clock",
                accepted="、".join(deadlines),
                mend="写 clock: 期限编号。",
            )
        return
    if line.clock is not None and (question.name != "surcharge" or line.clock not in deadlines):
        raise PackError("这个问题不用 clock。", where=where, key=f"{key}.clock", accepted="value", mend="改写 value。")
    accepted = _accepted(question)
    if not _fits(question, line.value):
        raise PackError(
            f"值 {line.value!r} 不对。", where=where, key=f"{key}.value", accepted=accepted, mend="改成可接受的写法。"
        )
    stray = set(line.details) - set(line.value if isinstance(line.value, list) else [])
    if stray:
        raise PackError(
            f"details 里的“{'、'.join(sorted(stray))}”不在 value 中。",
            where=where,
            key=f"{key}.details",
            mend="details 的键必须是 value 里的项。",
        )
    if depth > 0 and question.how == "permits" and line.value is True:
        raise PackError(
            "下级包不得放宽：这个问题只有国家法律能够许可，下级只能限制。",
            where=where,
            key=f"{key}.value",
            accepted="false",
            mend="删去这一行，或改成限制（false）。",
        )


def _accepted(question: Question) -> str:
    shown = {
        "any": "true",
        "bars": "true 或 false",
        "permits": "true 或 false",
        "union": "文字列表",
        "nearest": "true、false 或文字",
        "yearly": "月-日，如 01-31",
        "computed": "留空（由程序计算）；surcharge 写每日加处的百分比（整数）",
    }
    return "、".join(question.order) if question.how == "graded" else shown[question.how]


def _fits(question: Question, value: Any) -> bool:
    if question.how == "graded":
        return value in question.order
    if question.how == "any":
        return value is True
    if question.how in ("bars", "permits"):
        return isinstance(value, bool)
    if question.how == "union":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if question.how == "yearly":
        return isinstance(value, str) and _month_day(value)
    if question.how == "computed":
        percent = question.name == "surcharge" and isinstance(value, int) and not isinstance(value, bool)
        return value is None or (percent and 0 < value <= 100)
    return isinstance(value, (bool, str))


def _month_day(value: str) -> bool:
    """Tell whether every year has this day: 02-29 is none."""
    if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        dt.date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True


def checklist(layer: Layer, points: Mapping[str, Any]) -> None:
    """Check that the review checklist uses the shared keys, so that results compare across plans."""
    for index, line in enumerate(layer.pack.questions.get("review_checklist", ())):
        for item in line.value if isinstance(line.value, list) else ():
            if item not in points:
                path = ("questions", "review_checklist", index, "value")
                raise PackError(
                    f"没有审核要点“{item}”。",
                    where=layer.at("pack.yaml", *path),
                    key=dotted(path),
                    accepted="、".join(points),
                    mend="改用已有的要点，措辞写在 details 里。",
                )


def calendar(
    layer: Layer, form: CalendarFile, off: Mapping[dt.date, str], work: Mapping[dt.date, str], depth: int
) -> None:
    """Check one calendar year: days of that year, none both off and worked, only weekends made working days."""
    name = f"calendar/{form.year}.yaml"
    for day in (*off, *work):
        if day.year != form.year:
            raise PackError(
                f"{day} 不在 {form.year} 年。", where=layer.at(name), key=str(day), mend="移到该年份的文件。"
            )
    for day in off.keys() & work.keys():
        raise PackError(f"{day} 既放假又上班。", where=layer.at(name), key=str(day), mend="对照通知删去一处。")
    for day in work:
        if day.weekday() < 5:
            raise PackError(
                f"{day} 不是周末，不能写作调休上班日。", where=layer.at(name), key=str(day), mend="对照通知改正日期。"
            )
    if depth > 0 and work:
        raise PackError(
            "地方日历只能增加放假日，不能把休息日改为工作日。",
            where=layer.at(name, "workdays"),
            key="workdays",
            mend="删去 workdays。",
        )


_SHAPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,), "list": (list,), "bool": (bool,), "integer": (int,), "date": (dt.date,), "month_day": (str,),
    "choice": (str,),
}  # fmt: skip
_SHAPE_WORDS: Mapping[str, str] = {
    "text": "文字", "list": "文字的列表", "bool": "true 或 false", "integer": "整数", "date": "日期 YYYY-MM-DD",
    "month_day": "月-日，如 01-31",
}  # fmt: skip


def parameter_value(layer: Layer, name: str, form: Parameter, given: ParameterValue) -> None:
    """Check that a value has the form its parameter asks for. **Raises** PackError."""
    where = layer.at("parameters.yaml", "values", name)
    if given.strength == "unset":
        if given.value is not None:
            raise PackError(
                f"参数“{name}”写了值，又写 unset。",
                where=where,
                key=name,
                accepted="unset 时不写 value",
                mend="删去一处。",
            )
        return
    good = isinstance(given.value, _SHAPES[form.type]) and isinstance(given.value, bool) == (form.type == "bool")
    if good and form.type == "choice":
        good = given.value in (form.choices or {})
    if good and form.type == "list":
        good = all(isinstance(item, str) for item in given.value)
    if good and form.type == "month_day":
        good = _month_day(given.value)
    if not good:
        accepted = "、".join(form.choices or {}) if form.type == "choice" else _SHAPE_WORDS[form.type]
        raise PackError(
            f"参数“{name}”的值 {given.value!r} 不合要求。", where=where, key=name, accepted=accepted,
            mend="改成可接受的写法；方案没有规定的，写 strength: unset。",
        )  # fmt: skip
