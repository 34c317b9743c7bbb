"""Ask, approve, hand over: recordings and papers leave the house only so.  **Clause** QS-3.2.2j."""

from datetime import datetime

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ...models import Item
from ..models import Extract, ReleaseAnswer, ReleaseExport, ReleaseRequest


class NotReleased(Refused):
    """Not approved, not by this person, or not complete.  QS-3.2.2j."""


@action("record.ask_release")
def ask_release(
    *, by: Officer, at: datetime, item: Item, extract: Extract | None, manner: str, recipient: str, ground: str
) -> ReleaseRequest:
    """申请对外提供.  **Raises** NotReleased."""
    if by.scope != item.scope:
        raise NotReleased("只有保存该材料的机关可以对外提供", mend=f"请由该机关的人员申请，您属于{by.body.name}")
    if extract is not None and extract.parent_id != item.pk:
        raise NotReleased("所选副本不是这份材料的副本", mend="重新选择", field="what")
    for name, value, label in (("recipient", recipient, "接收者或者公开渠道"), ("ground", ground, "理由和依据")):
        if len(value.strip()) < 2:
            raise NotReleased(f"没有写明{label}", mend="写明后再申请", field=name)
    return ReleaseRequest.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        item=item,
        extract=extract,
        digest=extract.digest if extract else item.digest,
        manner=manner,
        recipient=recipient.strip(),
        ground=ground.strip(),
    )


@action("record.answer_release", on="request")
def answer_release(
    *, by: Officer, at: datetime, request: ReleaseRequest, approved: bool, opinion: str
) -> ReleaseAnswer:
    """审批对外提供: by a head of the same body who did not ask.  **Raises** NotReleased."""
    if by.scope != request.scope:
        raise NotReleased("只能由保存该材料的机关的负责人审批", mend="转交该机关的负责人")
    if by.key == request.by.key:
        raise NotReleased("申请人不能审批自己的申请", mend="请由其他负责人审批")
    if ReleaseAnswer.objects.filter(request=request).exists():
        raise NotReleased("这项申请已经审批", mend="刷新页面查看")
    if len(opinion.strip()) < 2:
        raise NotReleased("没有写明审批意见", mend="写明同意或者不同意的理由", field="opinion")
    return ReleaseAnswer.objects.create(
        by=by, at=at, scope=request.scope, request=request, approved=approved, opinion=opinion.strip()
    )


@action("record.release", kind="disclosure", on="request")
def release(*, by: Officer, at: datetime, request: ReleaseRequest, recipient: str, means: str) -> ReleaseExport:
    """对外提供: handed over to whom and how, once, after the approval.  **Raises** NotReleased."""
    answer = ReleaseAnswer.objects.filter(request=request).first()
    if answer is None or not answer.approved:
        raise NotReleased(
            "这项申请还没有批准，材料不得对外提供", mend="等候负责人审批" if answer is None else "未获同意的，不得提供"
        )
    if by.key != request.by.key:
        raise NotReleased("由申请人办理交付", mend=f"请由{request.by.name}办理")
    if ReleaseExport.objects.filter(request=request).exists():
        raise NotReleased("这项申请已经交付", mend="再次提供的，另行申请")
    for name, value, label in (("recipient", recipient, "实际接收者"), ("means", means, "交付方式")):
        if len(value.strip()) < 2:
            raise NotReleased(f"没有写明{label}", mend="写明后再办理", field=name)
    return ReleaseExport.objects.create(
        by=by,
        at=at,
        scope=request.scope,
        request=request,
        digest=request.digest,
        recipient=recipient.strip(),
        means=means.strip(),
    )
