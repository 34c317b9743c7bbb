"""Order a record mended, say how it was, accept or return it.  **Clause** QS-3.2.3f; 行政处罚法 art. 47.

The old record stays as it is: what mends it is a new version or another record beside it.
"""

from datetime import date, datetime

from django.utils import timezone

from yangguang.duty import actions as duties
from yangguang.duty.models import Duty
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries as record
from ..models import Dossier, Item
from ..uploads import terms
from . import queries
from .models import RepairAnswer, RepairOrder, RepairReply

RULE = "repair"
SHORTEST = 5


class NotOrdered(Refused):
    """Not by this person, not complete, or not of this file."""


@action("record.order_repair", on="dossier", milestone=True)
def order_repair(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    item: Item | None,
    kind: str,
    ground: str,
    demand: str,
    due_on: date,
) -> RepairOrder:
    """责令改正记录: by who supervises the body and does not handle the matter.  **Raises** NotOrdered."""
    pack = terms.pack_at(dossier.scope, timezone.localdate(at))
    because = queries.clauses(pack) if pack else []
    matter = record.matter(dossier)
    if not any(registry.holds(by, role) for role in queries.ORDERERS):
        raise NotOrdered("责令改正由监督人员提出", because=because, mend="请由监督人员办理")
    if matter is not None and by.key in matter.keepers:
        raise NotOrdered("承办人不能检查自己承办的案卷", because=because, mend="请由其他监督人员办理")
    if item is not None and item.dossier_id != dossier.pk:
        raise NotOrdered("所选记录不在这个案卷里", because=because, mend="重新选择", field="item")
    if (item is None) != (kind == RepairOrder.Kind.LACKING):
        raise NotOrdered(
            "选择有问题的那一件记录；应有而没有的，不选记录", because=because, mend="核对问题和记录", field="item"
        )
    for name, text, label in (("ground", ground, "查明的情况"), ("demand", demand, "改正要求")):
        if len(text.strip()) < SHORTEST:
            raise NotOrdered(f"没有写明{label}", because=because, mend="写明后再提出", field=name)
    if due_on < timezone.localdate(at):
        raise NotOrdered(f"改正期限 {due_on} 已经过去", because=because, mend="写今天或者以后的日期", field="due_on")
    made = RepairOrder.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, item=item, kind=kind, ground=ground.strip(),
        demand=demand.strip(), because=[one.as_json() for one in because], due_on=due_on, by_name=_name(by),
    )  # fmt: skip
    _owe(by, at, made, due_on)
    return made


@action("record.reply_repair", on="order", milestone=True)
def reply_repair(*, by: Officer, at: datetime, order: RepairOrder, item: Item | None, text: str) -> RepairReply:
    """报告记录改正情况: with the record that came beside the old one, or why there can be none.  **Raises** NotOrdered."""
    matter = record.matter(order.dossier)
    if matter is not None and by.key not in matter.keepers:
        raise NotOrdered("由承办人改正", because=order.because, mend="请由本案承办人办理")
    _open(order)
    if RepairReply.objects.filter(order=order, answer__isnull=True).exists():
        raise NotOrdered("已经报告，等候验收", because=order.because, mend="退回以后再补充")
    if item is not None and (item.dossier_id != order.dossier_id or item.at < order.at):
        raise NotOrdered(
            "所选记录不是责令改正以后收存的",
            because=order.because,
            mend="原记录不得更改：另作更正、补录后再选",
            field="item",
        )
    if len(text.strip()) < SHORTEST:
        raise NotOrdered(
            "没有写明改正情况", because=order.because, mend="写明改了什么；不能补的，写明原因", field="text"
        )
    return RepairReply.objects.create(
        by=by, at=at, scope=order.scope, dossier=order.dossier, order=order, item=item, text=text.strip()
    )


@action("record.answer_repair", on="reply", milestone=True)
def answer_repair(
    *, by: Officer, at: datetime, reply: RepairReply, accepted: bool, opinion: str, due_on: date | None = None
) -> RepairAnswer:
    """验收记录改正: accepted, or returned until a new day.  **Raises** NotOrdered."""
    order = reply.order
    matter = record.matter(order.dossier)
    if by.key == reply.by.key or (matter is not None and by.key in matter.keepers):
        raise NotOrdered("承办人不能验收自己的改正", because=order.because, mend="请由监督人员验收")
    if not any(registry.holds(by, role) for role in queries.ORDERERS):
        raise NotOrdered("改正由监督人员验收", because=order.because, mend="请由监督人员办理")
    if RepairAnswer.objects.filter(reply=reply).exists():
        raise NotOrdered("这次改正已经验收", because=order.because, mend="刷新页面查看")
    if len(opinion.strip()) < 2:
        raise NotOrdered("没有写明意见", because=order.because, mend="写明合格或者退回的理由", field="opinion")
    if not accepted and (due_on is None or due_on < timezone.localdate(at)):
        raise NotOrdered("退回的须写明新的改正期限", because=order.because, mend="写今天或者以后的日期", field="due_on")
    made = RepairAnswer.objects.create(
        by=by, at=at, scope=order.scope, dossier=order.dossier, reply=reply, accepted=accepted,
        opinion=opinion.strip(), due_on=None if accepted else due_on, by_name=_name(by),
    )  # fmt: skip
    for duty in _owed(order):
        how, note = ("fulfilled", "") if accepted else ("void", "退回重新改正")
        duties.discharge(by=by, at=at, duty=duty, how=how, note=note)
    if not accepted and due_on is not None:
        _owe(by, at, order, due_on)
    return made


def _open(order: RepairOrder) -> None:
    if RepairAnswer.objects.filter(reply__order=order, accepted=True).exists():
        raise NotOrdered("这项改正已经验收合格", because=order.because, mend="刷新页面查看")


def _title(order: RepairOrder) -> str:
    return f"改正记录：{order}（{order.demand}）"[:200]


def _owed(order: RepairOrder) -> list[Duty]:
    """What this order and its returns opened; another order of the same words on the file has duties of its own."""
    answers = RepairAnswer.objects.filter(reply__order=order, accepted=False).values_list("at", flat=True)
    rows = Duty.objects.filter(subject=order.dossier.subject, rule=RULE, title=_title(order), discharge__isnull=True)
    return list(rows.filter(at__in=[order.at, *answers]))


def _owe(by: Officer, at: datetime, order: RepairOrder, due_on: date) -> None:
    start = timezone.localdate(at)
    duties.open_duty(
        by=by, at=at, scope=order.scope, subject=order.dossier.subject, rule=RULE, title=_title(order), role="officer",
        start_on=start, due_on=due_on, because=order.because, days=[],
        explain=f"{order.by_name}于 {start} 责令改正，限 {due_on} 前改正",
    )  # fmt: skip


def _name(by: Officer) -> str:
    return f"{by.body.name} {by.name}"[:60]
