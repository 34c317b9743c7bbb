"""The decision to give no penalty: asked for and answered, each written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item, Number
from yangguang.record.rows import with_the_file


@with_the_file
class ExemptionRequest(CaseFact):
    """不予行政处罚的意见.  **Clause** 行政处罚法 art. 30, 31, 33, 36, 57(1)."""

    class Reason(models.TextChoices):
        MINOR = "minor", "违法行为轻微并及时改正，没有造成危害后果"
        FIRST_TIME = "first_time", "初次违法且危害后果轻微并及时改正"
        NO_FAULT = "no_fault", "有证据足以证明没有主观过错"
        UNDER_14 = "under_14", "违法时不满十四周岁"
        INCAPABLE = "incapable", "在不能辨认或者不能控制自己行为时有违法行为"
        LIMITATION = "limitation", "违法行为在法定期限内未被发现"
        NOT_ESTABLISHED = "not_established", "违法事实不能成立"

    reason = models.CharField("不予处罚的情形", max_length=16, choices=Reason)
    ended_on = models.DateField("违法行为终了之日", null=True, blank=True)
    facts = models.TextField("查明的事实")
    why = models.TextField("理由")
    education = models.TextField("教育内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "不予处罚意见"


@with_the_file
class ExemptionAnswer(CaseFact):
    """负责人的决定: with the document where no penalty is given.  **Clause** 行政处罚法 art. 33(3), 57(1)."""

    request = models.OneToOneField(ExemptionRequest, models.PROTECT, verbose_name="不予处罚意见", related_name="answer")
    approved = models.BooleanField("不予行政处罚")
    opinion = models.CharField("意见", max_length=400)
    item = models.OneToOneField(
        Item, models.PROTECT, verbose_name="不予行政处罚决定书", null=True, blank=True, related_name="+"
    )
    number = models.OneToOneField(
        Number, models.PROTECT, verbose_name="文书号", null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "不予处罚决定"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved=True, item__isnull=False, number__isnull=False)
                | models.Q(approved=False, item__isnull=True, number__isnull=True),
                name="exemption_written_where_approved",
            )
        ]
