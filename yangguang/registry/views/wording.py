"""What a registered thing says of itself, in words, column by column."""

from datetime import date
from typing import Any

from django.db.models import Model

from yangguang.policy import guides, packs
from yangguang.policy.answers import Verdict
from yangguang.policy.packs import Pack

from ..access import Caller, may_read
from ..models import Entity, Power
from ..queries import Version

LEFT_OUT = {"id", "at", "scope", "key", "reason", "keeper_key", "party_key", "photo", "basis", "discretion", "guide"}
OF_A_PARTY = {"party"}


def day(value: date | None) -> str:
    return f"{value:%Y-%m-%d}" if value else ""


def short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def facts(thing: Entity, caller: Caller) -> list[tuple[str, Any]]:
    """Label and value of each column that is said in one line; the rest has panels of its own."""
    said = []
    for field in thing._meta.concrete_fields:
        if field.name in LEFT_OUT or (field.name in OF_A_PARTY and not may_read(caller, "party")):
            continue
        value = getattr(thing, field.name)
        if field.name == "valid_to" and value is None:
            continue
        said.append((str(field.verbose_name), worded(thing, field.name, value)))
    return said


def worded(thing: Entity, name: str, value: Any) -> Any:
    """One value in words."""
    if value is None or value == "" or value == []:
        return "未登记"
    if name == "kinds" or (name == "kind" and isinstance(thing, Power)):
        words = packs.load(thing.body.pack).facts["kind"].choices or {}  # type: ignore[attr-defined]
        return "、".join(words.get(one, one) for one in (value if isinstance(value, list) else [value]))
    if name == "pack":
        return packs.load(value).title if value in packs.names() else value
    told = getattr(thing, f"get_{name}_display", None)
    if told:
        return told()
    return plain(value)


def plain(value: Any) -> Any:
    """A value of any column as text: lists line by line, amounts in yuan."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, dict):
        return "\n".join(f"{guides.ITEM.get(k, k)}：{plain(v)}" for k, v in value.items()) or "未登记"
    if isinstance(value, list):
        return (
            "\n".join(
                " | ".join(_cell(k, v) for k, v in row.items()) if isinstance(row, dict) else str(row) for row in value
            )
            or "未登记"
        )
    return value if value not in (None, "") else "未登记"


def _cell(name: str, value: Any) -> str:
    return f"{value / 100:g}元" if name.endswith("_fen") and isinstance(value, int) else str(value)


def verdict(pack: Pack, one: Verdict) -> dict[str, Any]:
    """A verdict for the page, its facts under their names in the pack."""
    return {
        "code": one.code,
        "title": one.title,
        "state": one.state,
        "because": one.because,
        "failures": one.failures,
        "unknown": [pack.facts[name].label for name in one.unknown],
        "facts_used": [
            (pack.facts[name].label, f"{value}{pack.facts[name].unit}" if pack.facts[name].unit else value)
            for name, value in one.facts_used.items()
        ],
        "mend": one.mend,
    }


def changes(version: Version, caller: Caller) -> list[dict[str, Any]]:
    """What a version changed, as texts to compare."""
    told = []
    for one in version.changed:
        if one.field in OF_A_PARTY and not may_read(caller, "party"):
            continue
        if one.field == "photo":
            told.append({"label": one.label, "before": "原照片" if one.before else "未登记", "after": "新照片"})
            continue
        of_pack = one.field in ("kinds", "pack") or (one.field == "kind" and isinstance(version.row, Power))
        before, after = (
            worded(version.row, one.field, value) if of_pack else plain(value) for value in (one.before, one.after)
        )
        told.append({"label": one.label, "before": before, "after": after})
    return told
