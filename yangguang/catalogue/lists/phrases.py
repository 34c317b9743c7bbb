"""Conditions as people write them: “罚款数额≥50000元；直接涉及的重大权益 含 生命健康”, and back.

What is kept is the condition language of the packs; the checker of the packs decides whether it is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from yangguang.policy import checks, conditions
from yangguang.policy.errors import PackError
from yangguang.policy.facts import FactSpec
from yangguang.policy.files import Layer
from yangguang.policy.packs import Pack

SIGNS = (  # longest first: “≥” before “>”, “含其一” before “含”
    ("含其一", "_has_any"),
    ("属于", "_in"),
    ("仅限", "_only"),
    ("不低于", "_gte"),
    ("不少于", "_gte"),
    ("不超过", "_lte"),
    ("大于", "_gt"),
    ("小于", "_lt"),
    ("不是", "_not"),
    ("≥", "_gte"),
    (">=", "_gte"),
    ("≤", "_lte"),
    ("<=", "_lte"),
    ("≠", "_not"),
    ("!=", "_not"),
    ("＞", "_gt"),
    (">", "_gt"),
    ("＜", "_lt"),
    ("<", "_lt"),
    ("含", "_has"),
    ("＝", ""),
    ("=", ""),
    ("：", ""),
    (":", ""),
)
SAID: Mapping[str, str] = {
    "": "＝",
    "_not": "≠",
    "_gte": "≥",
    "_gt": "＞",
    "_lte": "≤",
    "_lt": "＜",
    "_in": " 属于 ",
    "_has": " 含 ",
    "_has_any": " 含其一 ",
    "_only": " 仅限 ",
}
OWN = "catalogue_hit"  # a catalogue cannot be its own condition


class NotACondition(ValueError):
    """**Shape** args: what is wrong, how to mend it."""

    def __init__(self, why: str, mend: str):
        super().__init__(why)
        self.why, self.mend = why, mend


class _Cell:
    """Where a condition of a list stands, for the checker of the packs."""

    def at(self, name: str, *path: str | int) -> str:
        return ""


def vocabulary(pack: Pack) -> Mapping[str, FactSpec]:
    """The facts a condition may name: those that are told, not those that follow from a question."""
    return {name: spec for name, spec in pack.facts.items() if not spec.derived_from and name != OWN}


def read(text: str, pack: Pack) -> dict[str, Any]:
    """The condition a person wrote.  **Raises** NotACondition."""
    known = vocabulary(pack)
    labels = {spec.label: name for name, spec in known.items()}
    found: dict[str, Any] = {}
    for part in re.split(r"[\n；;]+", text):
        if not part.strip():
            continue
        key, value = _part(part.strip(), known, labels)
        if key in found:
            raise NotACondition(f"条件“{part.strip()}”重复", "同一事实的同一比较只写一次")
        found[key] = value
    check(found, pack)
    return found


def check(when: Mapping[str, Any], pack: Pack) -> None:
    """**Raises** NotACondition where the packs' own checker refuses the condition."""
    try:
        checks.condition(cast(Layer, _Cell()), vocabulary(pack), when, "")
    except PackError as error:
        raise NotACondition(
            error.message, f"{error.mend}可接受：{error.accepted}" if error.accepted else error.mend
        ) from error


def _part(text: str, known: Mapping[str, FactSpec], labels: Mapping[str, str]) -> tuple[str, Any]:
    name, rest = _name(text, known, labels)
    for sign, suffix in SIGNS:
        if rest.startswith(sign):
            return name + suffix, _value(known[name], suffix, rest[len(sign) :].strip())
    key, _, value = text.partition(":")
    suffix = conditions.split(key.strip())[1]
    if key.strip() == name + suffix and value:
        return name + suffix, _value(known[name], suffix, value.strip())
    signs = "、".join(dict.fromkeys(said.strip() for said in SAID.values()))
    raise NotACondition(f"“{text}”没有写明怎样比较", f"在“{known[name].label}”之后写 {signs} 和值")


def _name(text: str, known: Mapping[str, FactSpec], labels: Mapping[str, str]) -> tuple[str, str]:
    """The fact a part begins with, and what follows it."""
    for label in sorted(labels, key=len, reverse=True):
        if text.startswith(label):
            return labels[label], text[len(label) :].strip()
    word = re.match(r"[a-z][a-z0-9_]*", text)
    if word:
        name = conditions.split(word[0])[0]
        if name in known:
            return name, text[word.end() :].strip() if word[0] == name else ""
    usual = "、".join(known[name].label for name in USUAL if name in known)
    raise NotACondition(f"“{text}”不是以已知的事实开头", f"写事实的名称，常用的有：{usual}")


USUAL = (
    "fine_fen",
    "confiscation_fen",
    "penalties",
    "touches",
    "party_kind",
    "procedure",
    "hearing_held",
    "major_public_interest",
    "social_risk",
    "major_rights",
    "complex",
    "enforcement_level",
    "enforcement_field",
    "amount_involved_fen",
)


def _value(spec: FactSpec, suffix: str, text: str) -> Any:
    if not text:
        raise NotACondition(f"“{spec.label}”之后没有写值", f"可接受：{spec.accepted}")
    if suffix in conditions.LIST_WANTED:
        return [_one(spec, one.strip()) for one in re.split(r"[、,，]", text.strip("[]")) if one.strip()]
    return _one(spec, text)


def _one(spec: FactSpec, text: str) -> Any:
    match spec.type:
        case "bool":
            if text in ("是", "true"):
                return True
            if text in ("否", "false"):
                return False
            raise NotACondition(f"“{spec.label}”的值“{text}”不是“是”或者“否”", "写“是”或者“否”")
        case "choice" | "choices":
            words = {title: code for code, title in (spec.choices or {}).items()}
            if text in words:
                return words[text]
            if text in (spec.choices or {}):
                return text
            raise NotACondition(f"“{spec.label}”没有“{text}”这个值", f"可选：{'、'.join(words)}")
        case "money_fen":
            return _fen(spec, text)
        case "integer":
            if text.removeprefix("-").isdecimal() and text.isascii():
                return int(text)
            raise NotACondition(f"“{spec.label}”的值“{text}”不是整数", "写整数")
    return text


def _fen(spec: FactSpec, text: str) -> int:
    """An amount: “5万元”, “50000元”; a bare number could be yuan or fen, so it is refused."""
    wanted = re.fullmatch(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万元|元|分)", text)
    if wanted is None:
        raise NotACondition(f"“{spec.label}”的值“{text}”没有写明单位", "写成“50000元”或者“5万元”")
    try:
        fen = Decimal(wanted[1].replace(",", "")) * {"万元": 1_000_000, "元": 100, "分": 1}[wanted[2]]
    except InvalidOperation as error:
        raise NotACondition(f"“{text}”不是金额", "写成“50000元”或者“5万元”") from error
    if fen != fen.to_integral_value() or fen > 2**53:
        raise NotACondition(f"金额“{text}”不是整数分", "最多两位小数")
    return int(fen)


def say(when: Mapping[str, Any], pack: Pack) -> str:
    """The condition in words that `read` takes again."""
    parts = []
    for key, want in when.items():
        name, suffix = conditions.split(key)
        spec = pack.facts[name]
        values = want if isinstance(want, list) else [want]
        parts.append(f"{spec.label}{SAID[suffix]}{'、'.join(_said(spec, value) for value in values)}")
    return "；".join(parts)


def _said(spec: FactSpec, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec.type == "money_fen":
        return f"{Decimal(value) / 100:.2f}元" if value % 100 else f"{value // 100}元"
    return str((spec.choices or {}).get(value, value))


def typed(when: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """The condition with its values in the form facts have: a day that was kept as text is a day again."""
    found: dict[str, Any] = {}
    for key, want in when.items():
        spec = pack.facts[conditions.split(key)[0]]
        plain = spec.type not in ("date", "datetime")
        found[key] = want if plain else [spec.read(v) for v in want] if isinstance(want, list) else spec.read(want)
    return found
