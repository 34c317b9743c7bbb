"""Reconsideration and litigation against a decision, and what they lead to: facts of the case, written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class Remedy(CaseFact):
    """行政复议、行政诉讼.  **Clause** 行政处罚法 art. 73: execution goes on unless it was stopped; the surcharge pauses.

    **Shape** `document`: the decision document, where what was decided has no row of its own: no penalty, other kinds.
    """

    class Kind(models.TextChoices):
        RECONSIDERATION = "reconsideration", "行政复议"
        LITIGATION = "litigation", "行政诉讼"

    decision = models.ForeignKey(
        "decision.Decision", models.PROTECT, verbose_name="决定", related_name="remedies", null=True, blank=True
    )
    document = models.ForeignKey(Item, models.PROTECT, verbose_name="决定书", related_name="+", null=True, blank=True)
    kind = models.CharField("种类", max_length=15, choices=Kind)
    organ = models.CharField("复议机关或者人民法院", max_length=100)
    number = models.CharField("案号", max_length=60)
    on = models.DateField("申请或者起诉日期")
    stopped = models.BooleanField("停止执行")
    stopped_because = models.CharField("停止执行的依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "复议诉讼"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, document__isnull=True)
                | models.Q(decision__isnull=True, document__isnull=False),
                name="remedy_against_one",
            )
        ]


@with_the_file
class RemedyResult(CaseFact):
    """复议、诉讼的结果; one that does not keep the decision is also a Revocation."""

    class Outcome(models.TextChoices):
        REJECTED = "rejected", "不予受理或者驳回"
        WITHDRAWN = "withdrawn", "撤回"
        UPHELD = "upheld", "维持或者驳回诉讼请求"
        CHANGED = "changed", "变更"
        REVOKED = "revoked", "撤销"
        REDO = "redo", "撤销并责令重新作出"
        ILLEGAL = "illegal", "确认违法"
        VOID = "void", "确认无效"

    remedy = models.OneToOneField(Remedy, models.PROTECT, verbose_name="复议诉讼", related_name="result")
    outcome = models.CharField("结果", max_length=9, choices=Outcome)
    instrument = models.CharField("文书名称和文号", max_length=100)
    reason = models.TextField("理由")
    on = models.DateField("文书日期")
    received_on = models.DateField("收到日期")
    fine_fen = models.BigIntegerField("变更后的罚没款（分）", null=True, blank=True)
    revocation = models.OneToOneField(
        "decision.Revocation", models.PROTECT, verbose_name="撤销变更", null=True, blank=True, related_name="result"
    )

    class Meta:
        verbose_name = verbose_name_plural = "复议诉讼结果"


class Refund(CaseFact):
    """退还 what was paid under a decision that does not stand."""

    decision = models.ForeignKey("decision.Decision", models.PROTECT, verbose_name="决定", related_name="refunds")
    amount_fen = models.BigIntegerField("退还金额（分）")
    on = models.DateField("退还日期")
    receipt_no = models.CharField("凭证号", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "退还罚没款"
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="refund_positive")]


class Accountability(CaseFact):
    """提请责任追究 after a decision was found unlawful."""

    result = models.OneToOneField(
        RemedyResult, models.PROTECT, verbose_name="复议诉讼结果", related_name="accountability"
    )
    to = models.CharField("提请机构", max_length=100)
    finding = models.TextField("责任认定和处理意见")
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "提请责任追究"
