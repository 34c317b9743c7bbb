"""This is the vocabulary of facts: every name once, with type, unit, Chinese label and privacy class."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yangguang.policy.errors import UnknownFact, WrongFactType
from yangguang.policy.schema import Fact as FactForm
from yangguang.policy.workdays import day_of


@dataclass(frozen=True, slots=True)
class FactSpec:
    """This is one fact name. **Shape** `required` is set where a step asks for the fact."""

    name: str
    label: str
    type: str
    privacy: str
    unit: str = ""
    choices: Mapping[str, str] | None = None
    min: int | None = None
    max: int | None = None
    derived_from: str | None = None
    supplied_by: str = ""
    note: str = ""
    required: bool = False

    @classmethod
    def of(cls, name: str, form: FactForm) -> FactSpec:
        return cls(
            name=name,
            label=form.label,
            type=form.type,
            privacy=form.privacy,
            unit=form.unit or "",
            choices=form.choices,
            min=form.min,
            max=form.max,
            derived_from=form.derived_from,
            supplied_by=form.supplied_by or "",
            note=form.note or "",
        )

    @property
    def accepted(self) -> str:
        """Say in Chinese which values are accepted."""
        shown = {
            "bool": "true 或 false",
            "integer": "整数",
            "money_fen": "整数，单位：分",
            "date": "真实存在的日期 YYYY-MM-DD，1900 至 2200 年",
            "datetime": "真实存在的时间 YYYY-MM-DDTHH:MM，1900 至 2200 年",
            "text": "文字",
            "long_text": "文字",
            "periods": '列表，每项 {"from": 日期, "to": 日期, "reason": 文字}',
        }
        if self.type in ("choice", "choices"):
            listed = "、".join(f"{code}（{title}）" for code, title in (self.choices or {}).items())
            return f"{'列表，取自' if self.type == 'choices' else '其一'}：{listed}"
        low = f"，不小于 {self.min}" if self.min is not None else ""
        return shown[self.type] + low + (f"，不大于 {self.max}" if self.max is not None else "")

    def read(self, value: Any) -> Any:
        """Check one value and bring it into its Python form (ISO text becomes a date). **Raises** WrongFactType."""
        checked = _READERS[self.type](self, value)
        if checked is _WRONG:
            raise WrongFactType(self.name, self.label, value, self.accepted)
        return checked


_WRONG = object()
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")


def _bool(_: FactSpec, value: Any) -> Any:
    return value if isinstance(value, bool) else _WRONG


def _integer(spec: FactSpec, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return _WRONG
    low = 0 if spec.type == "money_fen" and spec.min is None else spec.min
    if (low is not None and value < low) or (spec.max is not None and value > spec.max):
        return _WRONG
    return value


def as_date(value: Any) -> dt.date | None:
    """Read a date or ISO text; None when it is neither."""
    if isinstance(value, dt.date):
        return day_of(value)
    if isinstance(value, str) and _ISO_DAY.match(value):  # Python also reads weeks: "2026-W01-1"
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return None


def plausible(day: dt.date) -> bool:
    """Tell whether a day can belong to a case; counting beyond the calendar of Python must never be tried."""
    return 1900 <= day.year <= 2200


def _date(_: FactSpec, value: Any) -> Any:
    found = as_date(value)
    return found if found and plausible(found) else _WRONG


def _datetime(_: FactSpec, value: Any) -> Any:
    found = value
    if isinstance(value, str) and _ISO_MOMENT.match(value):  # a day alone is no moment: midnight would be invented
        try:
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            return _WRONG
    return found if isinstance(found, dt.datetime) and plausible(found) else _WRONG


def _choice(spec: FactSpec, value: Any) -> Any:
    return value if isinstance(value, str) and value in (spec.choices or {}) else _WRONG


def _choices(spec: FactSpec, value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return _WRONG
    return tuple(value) if all(isinstance(v, str) and v in (spec.choices or {}) for v in value) else _WRONG


def _text(_: FactSpec, value: Any) -> Any:
    return value if isinstance(value, str) else _WRONG


def _periods(_: FactSpec, value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return _WRONG
    found = []
    for item in value:
        if not isinstance(item, Mapping) or set(item) - {"from", "to", "reason"}:
            return _WRONG
        first, last, reason = as_date(item.get("from")), as_date(item.get("to")), item.get("reason")
        if first is None or last is None or not plausible(first) or not plausible(last) or last < first:
            return _WRONG
        if not isinstance(reason, str) or not reason.strip():
            return _WRONG
        found.append({"from": first, "to": last, "reason": reason})
    return tuple(found)


_READERS = {
    "bool": _bool,
    "integer": _integer,
    "money_fen": _integer,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
    "long_text": _text,
    "periods": _periods,
}


def read_all(
    facts: Mapping[str, Any], vocabulary: Mapping[str, FactSpec], relevant: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Check names and types of the given facts; facts given as None count as absent.

    **Raises** UnknownFact naming the accepted ones (the relevant ones first), WrongFactType.
    """
    found: dict[str, Any] = {}
    for name, value in facts.items():
        spec = vocabulary.get(name)
        if spec is None:
            hint = f"这个问题用到的事实：{'、'.join(relevant)}。" if relevant else ""
            raise UnknownFact(str(name), sorted(vocabulary), hint)
        if spec.derived_from:
            raise WrongFactType(name, spec.label, value, f"不可手填：由问题“{spec.derived_from}”推出")
        if value is not None:
            found[name] = spec.read(value)
    return found
