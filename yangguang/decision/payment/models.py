"""Deferral, surcharge, demand and the way to the court: each a fact of the case, written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class Deferral(CaseFact):
    """延期、分期缴纳罚款的申请.  **Clause** 行政处罚法 art. 66(2)."""

    class Kind(models.TextChoices):
        DEFERRAL = "deferral", "延期缴纳"
        INSTALMENT = "instalment", "分期缴纳"

    decision = models.ForeignKey("decision.Decision", models.PROTECT, verbose_name="决定", related_name="deferrals")
    kind = models.CharField("申请事项", max_length=10, choices=Kind)
    plan = models.TextField("申请的期限或者分期计划")
    reason = models.TextField("经济困难的情况")
    on = models.DateField("申请日期")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="申请书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "延期分期申请"


@with_the_file
class DeferralAnswer(CaseFact):
    """The head's answer.  **Shape** `instalments`: [{due_on, amount}] in fen, in order, together what is still owed."""

    deferral = models.OneToOneField(Deferral, models.PROTECT, verbose_name="申请", related_name="answer")
    granted = models.BooleanField("准许")
    instalments = models.JSONField("准许的期数", default=list)
    opinion = models.CharField("理由", max_length=400)
    approval = models.ForeignKey(Item, models.PROTECT, verbose_name="审批表", related_name="+")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="通知书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "延期分期答复"


@with_the_file
class SurchargePayment(CaseFact):
    """缴纳加处罚款."""

    decision = models.ForeignKey(
        "decision.Decision", models.PROTECT, verbose_name="决定", related_name="surcharge_payments"
    )
    amount_fen = models.BigIntegerField("金额（分）")
    on = models.DateField("缴纳日期")
    receipt_no = models.CharField("票据号", max_length=60)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="缴款凭证", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "加处罚款缴纳"
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="surcharge_payment_positive")]


@with_the_file
class SurchargeRelief(CaseFact):
    """减免加处罚款 in an agreement on performance.  **Clause** 行政强制法 art. 42(1)."""

    decision = models.ForeignKey(
        "decision.Decision", models.PROTECT, verbose_name="决定", related_name="surcharge_reliefs"
    )
    amount_fen = models.BigIntegerField("减免数额（分）")
    reason = models.CharField("理由", max_length=400)
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "加处罚款减免"
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="surcharge_relief_positive")]


class Demand(CaseFact):
    """催告 before the court is asked.  **Clause** 行政强制法 art. 54; D18."""

    decision = models.ForeignKey("decision.Decision", models.PROTECT, verbose_name="决定", related_name="demands")
    principal_fen = models.BigIntegerField("尚欠罚没款（分）")
    surcharge_fen = models.BigIntegerField("加处罚款（分）")
    on = models.DateField("催告日期")
    due_on = models.DateField("履行期限")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="催告书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "催告"


@with_the_file
class CourtApplication(CaseFact):
    """申请人民法院强制执行.  **Clause** 行政强制法 art. 53–55; D17, D18."""

    decision = models.ForeignKey(
        "decision.Decision", models.PROTECT, verbose_name="决定", related_name="court_applications"
    )
    demand = models.ForeignKey(Demand, models.PROTECT, verbose_name="催告", related_name="applications")
    court = models.CharField("受申请的人民法院", max_length=100)
    on = models.DateField("申请日期")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="强制执行申请书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "申请强制执行"


@with_the_file
class CourtOutcome(CaseFact):
    """What the court answered, and what came of the enforcement."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", "已受理"
        NOT_ACCEPTED = "not_accepted", "不予受理"
        ALLOWED = "allowed", "裁定准予执行"
        DENIED = "denied", "裁定不准予执行"
        EXECUTED = "executed", "执行完毕"
        ENDED = "ended", "终结执行"

    application = models.ForeignKey(
        CourtApplication, models.PROTECT, verbose_name="申请强制执行", related_name="outcomes"
    )
    result = models.CharField("结果", max_length=12, choices=Result)
    instrument = models.CharField("文书名称和文号", max_length=100)
    on = models.DateField("文书日期")
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "强制执行结果"
