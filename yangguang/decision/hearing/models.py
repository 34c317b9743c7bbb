"""What is kept of a hearing: each a fact of the case, written once."""

from django.db import models

from yangguang.casework.models import CaseFact, Proposal
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file
from yangguang.registry.models import Officer


@with_the_file
class HearingRequest(CaseFact):
    """要求听证, or the right to it given up or not used in time.  **Clause** 行政处罚法 art. 64(1)."""

    class How(models.TextChoices):
        REQUESTED = "requested", "要求听证"
        WAIVED = "waived", "明确放弃听证"
        LAPSED = "lapsed", "期满未要求听证"

    notice = models.ForeignKey(
        "decision.Notice", models.PROTECT, verbose_name="事先告知", related_name="hearing_requests"
    )
    how = models.CharField("情况", max_length=9, choices=How)
    text = models.TextField("听证请求和理由，或者放弃的原话", blank=True)
    on = models.DateField("日期")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="听证申请书", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "要求听证"


@with_the_file
class Hearing(CaseFact):
    """组织听证: when and where, and who presides; a later one of the same request takes the place of an earlier one."""

    request = models.ForeignKey(HearingRequest, models.PROTECT, verbose_name="要求听证", related_name="hearings")
    host = models.ForeignKey(Officer, models.PROTECT, verbose_name="听证主持人", related_name="+")
    clerk = models.CharField("记录员", max_length=60, blank=True)
    opens_at = models.DateTimeField("听证时间")
    place = models.CharField("听证地点", max_length=200)
    public = models.BooleanField("公开举行")
    closed_because = models.CharField("不公开的理由", max_length=200, blank=True)
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="听证通知书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "组织听证"


@with_the_file
class HearingOutcome(CaseFact):
    """听证的终结: held with its transcript, or withdrawn, or the party stayed away without good reason."""

    class How(models.TextChoices):
        HELD = "held", "已举行"
        WITHDRAWN = "withdrawn", "当事人撤回听证要求"
        ABSENT = "absent", "无正当理由拒不出席或者中途退出"

    hearing = models.OneToOneField(Hearing, models.PROTECT, verbose_name="听证", related_name="outcome")
    how = models.CharField("情况", max_length=9, choices=How)
    on = models.DateField("日期")
    text = models.TextField("说明", blank=True)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="听证笔录", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "听证终结"


class HearingReport(CaseFact):
    """听证报告 of the person who presided."""

    outcome = models.OneToOneField(HearingOutcome, models.PROTECT, verbose_name="听证", related_name="report")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="听证报告", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "听证报告"


class HearingReply(CaseFact):
    """对听证笔录的回应: how the draft made after the hearing follows what was said at it.  **Clause** art. 65; G8.

    **Shape** `points`: [{point, adopted, reason}]; `digest` is the draft's.
    """

    outcome = models.ForeignKey(HearingOutcome, models.PROTECT, verbose_name="听证", related_name="replies")
    proposal = models.OneToOneField(Proposal, models.PROTECT, verbose_name="处理意见", related_name="hearing_reply")
    points = models.JSONField("逐项回应")
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "对听证笔录的回应"
