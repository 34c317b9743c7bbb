"""What of a file was not written as it should be: outside the forms, on a form replaced by then, or later than the act.

**Clause** QD-3.2.1b, QS-3.2.1a, QS-3.2.1b.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import yaml
from django.utils import timezone

from yangguang.record import documents
from yangguang.record.documents.templates import PACKS

from ..models import Item
from . import queries

MOMENTS = PACKS / "cn" / "documents" / "_moments.yaml"
OUTSIDE, REPLACED, OLDER, LATE = "outside", "replaced", "older", "late"
WORDS = {OUTSIDE: "未用文书样式", REPLACED: "样式已更换", OLDER: "样式已有新版", LATE: "补记"}
CLAUSE = {OUTSIDE: "QS-3.2.1a", REPLACED: "QD-3.2.1b", OLDER: "QD-3.2.1b", LATE: "QS-3.2.1b"}


@dataclass(frozen=True)
class Mark:
    """One thing to know of a paper.  **Shape** `counts`: whether it is a deviation that the evaluation counts."""

    kind: str
    text: str
    mend: str

    @property
    def word(self) -> str:
        return WORDS[self.kind]

    @property
    def counts(self) -> bool:
        return self.kind != OLDER


@dataclass(frozen=True)
class Want:
    """A document that a step still asks for."""

    step: str
    title: str


def of(item: Item, *, wanted: Iterable[Want], days: int, scanned: frozenset[Any] = frozenset()) -> list[Mark]:
    """The marks of one paper.

    **Shape** `wanted`: the documents its matter still lacks; `days`: how much later than the act it may be written;
    `scanned`: uploads that are the paper originals of documents made here.
    """
    if item.medium != Item.Medium.TEXT or "handed" in item.meta:  # the paper of another body is judged in its own file
        return []
    found = []
    if not item.code:
        lacking = [one.title for one in wanted if one.step == item.step]
        if lacking and item.pk not in scanned:
            named = "、".join(f"《{one}》" for one in lacking)
            found.append(
                Mark(
                    OUTSIDE,
                    f"不是用文书样式制作的，而本环节应有的{named}还没有制作",
                    f"用样式制作{named}，本件作为附件或者关联为纸质原件",
                )
            )
    elif item.event != "public":
        found += _form(item)
    if (late := late_days(item)) > days:
        told = acted_on(item)
        found.append(
            Mark(
                LATE,
                f"所记行为在 {told}，{timezone.localdate(item.at)} 才写成，晚 {late} 日",
                "属于补记：在备注或者情况说明中写明迟延的原因",
            )
        )
    return found


def _form(item: Item) -> list[Mark]:
    if item.code not in documents.catalogue():
        return [Mark(OUTSIDE, "所用的样式已不在文书样式汇编中", "确需使用的，用现行样式重新制作")]
    used = queries.edition_in(item.scope, item.code, item.meta)
    due, now = (
        queries.in_force(item.scope, item.code, item.on),
        queries.in_force(item.scope, item.code, timezone.localdate()),
    )
    held = used.words if used else "国家样式"
    if _other(due, used) and due is not None and due.set.at < item.at:
        return [Mark(REPLACED, f"用{held}制作，而 {due.since} 起应当用{due.words}", "用现行样式重新制作，旧件留存备查")]
    if _other(now, used):
        new = f"{now.since} 起改用{now.words}" if now else "现已改用国家样式"
        return [Mark(OLDER, f"制作时用{held}；{new}", "已经送达的不必重做；还没有签发的，签发时系统用现行样式")]
    return []


def _other(one: queries.Edition | None, other: queries.Edition | None) -> bool:
    return (one.set.pk if one else None) != (other.set.pk if other else None)


@lru_cache
def _moments() -> tuple[tuple[str, ...], dict[str, dict[str, list[str]]]]:
    given = yaml.safe_load(MOMENTS.read_text("utf-8"))
    return tuple(given["names"]), given["except"]


def acted_on(item: Item) -> date | None:
    """The day of the act a paper tells of, as the paper itself says; none where it tells of no act, or of a later one."""
    names, spared = _moments()
    if not item.code:
        return _day(item.meta.get("stated", {}).get("taken_at"))
    if not isinstance(item.data, dict):
        return None
    if any(item.data.get(name) in values for name, values in spared.get(item.code, {}).items()):
        return None
    return next((day for name in names if (day := _day(item.data.get(name))) is not None), None)


def late_days(item: Item) -> int:
    """By how many days the paper was written later than the act; a correction is as old as what it corrects."""
    told = acted_on(item) if item.replaces_id is None else None
    return max((timezone.localdate(item.at) - told).days, 0) if told else 0


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return timezone.localdate(moment) if moment.tzinfo else date.fromisoformat(value[:10])


def lacking(item: Item) -> list[str]:
    """What the form of a document asks for and the document does not say; nothing for one made here and now."""
    if not item.code or item.code not in documents.catalogue() or item.event == "public":
        return []
    form = queries.form_in(item.scope, item.code, item.meta)
    return [field.label for field in documents.lacking(form, item.data)]
