"""Two people remove the words of one entry on a named ground; the log says that it was done, never what it was."""

from datetime import datetime
from typing import Any, Protocol

from django.apps import apps
from django.db import models

from yangguang.trail import queries
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry, Erasure, ErasureOrder, Fact, Kind, json_safe

FIXED = frozenset({"id", "at", "scope"})  # without these nobody could say which row it was, when and whose


class Person(Protocol):
    """Whoever acts; an officer of the registry is one."""

    ref: str


class NotErasable(Refused):
    """The entry, the ground or a column does not allow an erasure."""


class SamePerson(Refused):
    """Who asked for the erasure may not also agree to it."""


@action("trail.order_erasure", kind="erasure")
def order_erasure(
    *,
    by: Person | None,
    at: datetime,
    entry: Entry,
    clause: str,
    ground: str,
    reason: str,
    columns: list[str] | None = None,
) -> ErasureOrder:
    """申请清除留痕原文.  **Clause** 个人信息保护法 art. 47.

    **Shape:** `clause` names the provision, `ground` quotes it, `reason` says why it applies here; `columns` are the columns
    of the row the entry speaks of that are emptied with it.
    **Raises:** NotErasable, queries.NotLogged.
    """
    for name, text in (("clause", clause), ("ground", ground), ("reason", reason)):
        if not text.strip() or "\0" in text:
            raise NotErasable("清除须写明依据条款、依据原文和理由", mend="请逐项写明", field=name)
    if by is None:
        raise NotErasable("清除须由具名的人员申请", field="by")
    if entry.kind == Kind.ERASURE:
        raise NotErasable("清除的记录本身不得清除", field="entry")
    if not bytes(entry.salt):
        raise NotErasable("这条留痕的原文已经清除", field="entry")
    if queries.leaf_of(entry) is None:
        raise queries.NotLogged("该记录尚未汇入公开日志，不能清除", mend="日志每秒汇总一次，请稍后再试")
    wanted = list(dict.fromkeys(columns or []))
    if wanted:
        blanked(fact_of(entry), wanted)
    order = ErasureOrder(
        at=at,
        scope=entry.scope,
        entry_erased=entry,
        line=entry.chain,
        clause=clause.strip(),
        ground=ground.strip(),
        reason=reason.strip(),
        columns=wanted,
    )
    order.save()
    return order


@action("trail.erase", kind="erasure", milestone=True)
def erase(*, by: Person | None, at: datetime, order: ErasureOrder) -> Erasure:
    """同意清除留痕原文.  **Clause** 个人信息保护法 art. 47.

    The words go as soon as this line, too, stands in the signed log: `sequencer.carry_out_erasures`.
    **Raises:** SamePerson, NotErasable, queries.NotLogged.
    """
    asked = queries.entry_of(order)
    if by is None or asked is None or by.ref == asked.by_ref:
        raise SamePerson("清除须由申请人以外的另一人同意", mend="请由另一名有权人员办理", field="by")
    if queries.leaf_of(asked) is None:
        raise queries.NotLogged("清除申请尚未汇入公开日志", mend="日志每秒汇总一次，请稍后再试")
    entry = order.entry_erased
    if Erasure.objects.filter(entry_erased=entry).exists():
        raise NotErasable("这条留痕已有人同意清除", field="order")
    fact = fact_of(entry)
    erasure = Erasure(
        at=at,
        scope=order.scope,
        order=order,
        entry_erased=entry,
        line=order.line,
        remains={"entry": about(entry), "row": fact.as_written() | blanked(fact, order.columns)},
    )
    erasure.save()
    return erasure


def about(entry: Entry) -> dict[str, Any]:
    """What an entry says outside its words; kept provable when the words go."""
    names = ("verb", "by_ref", "fact_ref", "scope", "chain", "seq", "prev", "kind")
    said = {name: getattr(entry, name) for name in names}
    cause = bytes(entry.cause.commitment).hex() if entry.cause else None
    return said | {"recorded_at": json_safe(entry.recorded_at), "cause": cause}


def fact_of(entry: Entry) -> Fact:
    """The row an entry speaks of.  Raises NotErasable where there is none."""
    label, _, key = entry.fact_ref.partition(":")
    try:
        row = apps.get_model(label)._base_manager.filter(pk=key).first()
    except (LookupError, ValueError) as error:
        raise NotErasable(f"所记的“{label}”不是本系统的记录类型", field="entry") from error
    if not isinstance(row, Fact):
        raise NotErasable("所记的事实不在数据库中", field="entry")
    return row


def blanked(fact: Fact, columns: list[str]) -> dict[str, Any]:
    """These columns as they are once emptied.  Raises NotErasable for one that cannot be."""
    fields = {str(field.column): field for field in fact._meta.concrete_fields}
    empty: dict[str, Any] = {}
    for name in columns:
        field = fields.get(name)
        if field is None or name in FIXED:
            raise NotErasable(f"“{fact._meta.verbose_name}”没有可以清空的字段“{name[:60]}”", field="columns")
        if field.null:
            empty[name] = None
        elif isinstance(field, models.JSONField):
            empty[name] = {}
        elif isinstance(field, models.TextField | models.CharField):
            empty[name] = ""
        else:
            raise NotErasable(f"字段“{field.verbose_name}”不能留空，不能清空", field="columns")
    return empty
