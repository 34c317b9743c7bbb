"""责令改正记录: the order, what the handler did about it, and whether it is enough."""

from django.db import models

from ..retention.models import DossierFact


class RepairOrder(DossierFact):
    """责令改正: what is wrong with a record, by which clause, and until when it is mended.  **Clause** QS-3.2.3f.

    **Shape** `item`: the record, none where it is lacking; `because`: [{clause, text, source}].
    """

    class Kind(models.TextChoices):
        FORM = "form", "不规范"
        LAW = "law", "不合法"
        EFFECT = "effect", "不能证明应当证明的内容"
        LACKING = "lacking", "应有而没有"

    item = models.ForeignKey(
        "record.Item", models.PROTECT, verbose_name="记录", null=True, blank=True, related_name="repair_orders"
    )
    kind = models.CharField("问题", max_length=7, choices=Kind)
    ground = models.CharField("查明的情况", max_length=400)
    demand = models.CharField("改正要求", max_length=400)
    because = models.JSONField("依据")
    due_on = models.DateField("改正期限")
    by_name = models.CharField("提出人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "责令改正记录"
        indexes = [models.Index(fields=["scope", "at"], name="repair_order_when")]

    def __str__(self) -> str:
        return self.item.title if self.item else self.get_kind_display()


class RepairReply(DossierFact):
    """改正情况: a record that came beside the old one, or why there can be none."""

    order = models.ForeignKey(RepairOrder, models.PROTECT, verbose_name="责令改正", related_name="replies")
    item = models.ForeignKey(
        "record.Item", models.PROTECT, verbose_name="改正后的记录", null=True, blank=True, related_name="+"
    )
    text = models.CharField("改正情况", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "记录改正情况"

    @property
    def answered(self) -> "RepairAnswer | None":
        return getattr(self, "answer", None)


class RepairAnswer(DossierFact):
    """改正验收: enough, or once more, until a new day."""

    reply = models.OneToOneField(RepairReply, models.PROTECT, verbose_name="改正情况", related_name="answer")
    accepted = models.BooleanField("合格")
    opinion = models.CharField("意见", max_length=400)
    due_on = models.DateField("重新改正的期限", null=True, blank=True)
    by_name = models.CharField("验收人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "记录改正验收"
