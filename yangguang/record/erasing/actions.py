"""Ask for an erasure and agree to it: whose hands may, and on which of the rules' grounds.  The trail does the rest."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from yangguang.registry.access import roles_of_person
from yangguang.registry.models import Officer
from yangguang.trail.erasure import actions as trail
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry, Erasure, ErasureOrder

from . import queries

LEAST = 5


class NotEraser(Refused):
    """Only a head or a supervisor of the body, or of one above it, may."""


class NoGround(Refused):
    """What is said to be the ground is none of the rules of this body.  个人信息保护法 art. 47."""


def order(
    *, by: Officer, at: datetime, entry: Entry, clause: str, reason: str, columns: list[str], **once: Any
) -> ErasureOrder:
    """Ask that the words of a line go.  **Raises** NotEraser, NoGround, and what trail.order_erasure refuses."""
    _may(by, entry.scope)
    ground = next((one for one in queries.grounds(entry.scope, timezone.localdate(at)) if one.clause == clause), None)
    if ground is None:
        raise NoGround("所选的情形不是本机关规则所列的清除依据", mend="从列出的情形中选择", field="clause")
    if len(reason.strip()) < LEAST:
        raise NoGround("没有写明理由", mend="写明这一情形怎样适用于这条记录，例如谁在何时撤回了同意", field="reason")
    if ErasureOrder.objects.filter(entry_erased=entry, erasure__isnull=True).exists():
        raise trail.NotErasable("这条留痕已有清除申请，正在等另一人同意", mend="在清除申请中查看")
    offered = {one.name for one in queries.columns(entry)}
    if stays := [name for name in columns if name not in offered]:
        raise trail.NotErasable(f"字段“{stays[0][:60]}”不能清空", mend="只能清空页面列出的字段", field="columns")
    words = f"{ground.source}{ground.title}（{ground.clause}）"
    return trail.order_erasure(
        by=by, at=at, entry=entry, clause=words, ground=ground.text, reason=reason, columns=columns, **once
    )


def agree(*, by: Officer, at: datetime, order: ErasureOrder, **once: Any) -> Erasure:
    """Agree, as another person than who asked.  **Raises** NotEraser, trail.SamePerson, trail.NotErasable."""
    _may(by, order.scope)
    asked = queries.asked_by(order)
    if asked is not None and asked.key == by.key:  # a person may stand in the register in several versions
        raise trail.SamePerson(
            "清除须由申请人以外的另一人同意", mend="请由另一名负责人或者执法监督人员办理", field="by"
        )
    return trail.erase(by=by, at=at, order=order, **once)


def _may(by: Officer, scope: str) -> None:
    roles = roles_of_person(by.key)
    own = "head" in roles and by.scope == scope
    if not (own or ("supervisor" in roles and scope.startswith(by.scope))):
        raise NotEraser("清除留痕原文由本机关负责人或者执法监督人员办理", mend="请由其中两人分别申请、同意")
