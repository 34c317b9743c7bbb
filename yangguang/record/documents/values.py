"""Checks the data of a document against its template and puts dates, money and choices into the words it prints."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yangguang.record.documents import money
from yangguang.record.documents.errors import BadField
from yangguang.record.documents.templates import Field, Template

MASK_OPEN, MASK_CLOSE = "⟦", "⟧"
SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MASK = re.compile(r"⟦[^⟦⟧]*⟧")


def mask(text: str) -> str:
    """Marks a run as masked: the public variant prints it on grey, so that nobody takes a mask for the real words."""
    return f"{MASK_OPEN}{text}{MASK_CLOSE}"


def on_words(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def at_words(at: datetime) -> str:
    return f"{on_words(at.date())}{at.hour}时{at.minute:02d}分"


# ---- reading nested data --------------------------------------------------------------------------------------------
def look(data: dict[str, Any], name: str) -> Any:
    """The value at a dotted name, None when absent."""
    value: Any = data
    for part in name.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    for part in folders:
        data = data.setdefault(part, {})
    data[last] = value


def _names(data: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _names(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def missing(template: Template, data: dict[str, Any]) -> list[Field]:
    """The required fields that are not given, lists that are too short among them."""
    found = []
    for field in template.fields:
        value = look(data, field.name)
        if (field.required and empty(value)) or (field.type == "list" and value and len(value) < field.min):
            found.append(field)
        elif field.type == "list" and isinstance(value, list):
            for index, row in enumerate(value, start=1):
                found += [
                    Field(
                        f"{field.name}.{index - 1}.{inner.name}", f"{field.label}第{index}项的{inner.label}", inner.type
                    )
                    for inner in field.of
                    if inner.required and isinstance(row, dict) and empty(row.get(inner.name))
                ]
    return found


def pick(template: Template, facts: dict[str, Any]) -> dict[str, Any]:
    """Of a larger set of facts only what this document asks for."""
    chosen: dict[str, Any] = {}
    for field in template.fields:
        value = look(facts, field.name)
        if value is not None:
            if field.type == "list" and field.of:
                if not all(isinstance(row, dict) for row in value):
                    continue  # a fact of the same name and another shape, such as the kinds of penalty: not this list
                value = [{k.name: row[k.name] for k in field.of if row.get(k.name) is not None} for row in value]
            _put(chosen, field.name, value)
    return chosen


# ---- checking -------------------------------------------------------------------------------------------------------
def checked(template: Template, data: dict[str, Any], *, public: bool = False) -> dict[str, Any]:
    """The data in one normal form (ISO dates, \\n line ends), or a refusal that names the field.

    **Raises** BadField.
    """
    known = {field.name for field in template.fields}
    for name in _names(data):
        if name not in known and not any(k.startswith(name + ".") for k in known):
            raise BadField(
                f"《{template.title}》没有名为“{name}”的字段",
                mend=f"可用的字段：{'、'.join(sorted(known))}",
                field=name,
            )
    normal: dict[str, Any] = {}
    for field in template.fields:
        value = look(data, field.name)
        if not empty(value):
            _put(normal, field.name, _value(field, field.name, field.label, value, public))
    return normal


def _value(field: Field, name: str, label: str, value: Any, public: bool) -> Any:
    if public and isinstance(value, str) and _MASK.search(value):
        return _text(field, name, label, value, public)  # a masked date or number is words from here on
    match field.type:
        case "text" | "long":
            return _text(field, name, label, value, public)
        case "date":
            return _date(name, label, value).isoformat()
        case "datetime" if field.day and _DAY.fullmatch(str(value)):
            return _date(name, label, value).isoformat()
        case "datetime":
            return _datetime(name, label, value).isoformat()
        case "fen":
            try:
                money.yuan(value)
            except money.BadMoney as error:
                raise BadField(f"“{label}”的{error}", mend="请以“分”为单位填写整数", field=name) from error
            return value
        case "int":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
                raise BadField(f"“{label}”应为整数，现为“{value!r}”", mend="请填写整数", field=name)
            return value
        case "flag":
            if not isinstance(value, bool):
                raise BadField(f"“{label}”应为是或否，现为“{value!r}”", mend="请选择是或否", field=name)
            return value
        case "choice":
            if value not in dict(field.options):
                accepted = "、".join(f"{key}（{words}）" for key, words in field.options)
                raise BadField(f"“{label}”没有“{value}”这一选项", mend=f"可选：{accepted}", field=name)
            return value
        case "list":
            return _list(field, name, label, value, public)


def _list(field: Field, name: str, label: str, value: Any, public: bool) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, dict) for row in value):
        raise BadField(f"“{label}”应为列表，每项含 {'、'.join(f.name for f in field.of)}", field=name)
    if len(value) > field.max:
        raise BadField(f"“{label}”有 {len(value)} 项，最多 {field.max} 项", mend="请分多份文书制作", field=name)
    known = {inner.name for inner in field.of}
    rows = []
    for index, row in enumerate(value):
        if unknown := set(row) - known:
            raise BadField(
                f"“{label}”第 {index + 1} 项没有名为“{'、'.join(sorted(unknown))}”的内容",
                mend=f"可用：{'、'.join(f.name for f in field.of)}",
                field=f"{name}.{index}",
            )
        rows.append(
            {
                inner.name: _value(
                    inner,
                    f"{name}.{index}.{inner.name}",
                    f"{label}第{index + 1}项的{inner.label}",
                    row[inner.name],
                    public,
                )
                for inner in field.of
                if not empty(row.get(inner.name))
            }
        )
    return rows


def _text(field: Field, name: str, label: str, value: Any, public: bool) -> str:
    if not isinstance(value, str):
        raise BadField(f"“{label}”应为文字，现为“{value!r}”", mend="请填写文字", field=name)
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) > field.max:
        raise BadField(
            f"“{label}”有 {len(value)} 个字，最多 {field.max} 个字", mend="请精简，或作为附件另附", field=name
        )
    for place, character in enumerate(value, start=1):
        if character == "\n" and field.type == "long":
            continue
        if character == "\n":
            raise BadField(f"“{label}”第 {place} 个字处有换行，此处只能填一行", mend="请删去换行", field=name)
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            raise BadField(
                f"“{label}”第 {place} 个字是看不见的控制字符（U+{ord(character):04X}）",
                mend="请删去后重新输入",
                field=name,
            )
    if not public and (MASK_OPEN in value or MASK_CLOSE in value):
        raise BadField(f"“{label}”含有脱敏标记 ⟦ ⟧，只有公开版可以使用", mend="请删去标记或制作公开版", field=name)
    if public and (MASK_OPEN in _MASK.sub("", value) or MASK_CLOSE in _MASK.sub("", value)):
        raise BadField(f"“{label}”的脱敏标记 ⟦ ⟧ 不成对", mend="请改正标记", field=name)
    return value


def _date(name: str, label: str, value: Any) -> date:
    if isinstance(value, datetime):
        return _datetime(name, label, value).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadField(
            f"“{label}”应为日期（如 2026-09-18），现为“{value}”", mend="请重新填写日期", field=name
        ) from error


def _datetime(name: str, label: str, value: Any) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadField(
            f"“{label}”应为时间（如 2026-09-18T09:30+08:00），现为“{value}”", mend="请重新填写时间", field=name
        ) from error
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


# ---- words ----------------------------------------------------------------------------------------------------------
def worded(template: Template, normal: dict[str, Any]) -> dict[str, Any]:
    """The normal form as the template prints it; every declared field is there, None or [] when not given."""
    view: dict[str, Any] = {}
    for field in template.fields:
        value = look(normal, field.name)
        _put(view, field.name, _words(field, value))
        if field.type == "choice":
            _put(view, f"{field.name}_code", value)
    return view


def _words(field: Field, value: Any) -> Any:
    if field.type == "list":
        return [_row(field, row) for row in value or []]
    if value is None or (isinstance(value, str) and MASK_OPEN in value):
        return {"yuan": value, "words": value} if value is not None and field.type == "fen" else value
    match field.type:
        case "date":
            return on_words(date.fromisoformat(value))
        case "datetime" if _DAY.fullmatch(value):
            return on_words(date.fromisoformat(value))
        case "datetime":
            return at_words(datetime.fromisoformat(value))
        case "fen":
            return {"yuan": money.yuan(value), "words": money.in_words(value)}
        case "choice":
            return dict(field.options)[value]
    return value


def _row(field: Field, row: dict[str, Any]) -> dict[str, Any]:
    words = {inner.name: _words(inner, row.get(inner.name)) for inner in field.of}
    codes = {f"{inner.name}_code": row.get(inner.name) for inner in field.of if inner.type == "choice"}
    return words | codes


def holding(template: Template, normal: dict[str, Any], character: str) -> tuple[str, str | None]:
    """Label and name of the first field whose text holds these characters; empty when it is the template's own text."""
    for field in template.fields:
        value = look(normal, field.name)
        if isinstance(value, str) and character in value:
            return field.label, field.name
        if isinstance(value, list):
            for index, row in enumerate(value):
                for inner in field.of:
                    if character in str(row.get(inner.name) or ""):
                        return f"{field.label}第{index + 1}项的{inner.label}", f"{field.name}.{index}.{inner.name}"
    return "", None
