"""The transfer of a suspected crime: each step a fact of the case, written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class CrimeReport(CaseFact):
    """移送涉嫌犯罪案件的书面报告.  **Clause** 国务院令第730号 art. 5(1)."""

    suspected = models.CharField("涉嫌罪名", max_length=100)
    facts = models.TextField("案件情况")
    reason = models.TextField("移送的理由和依据")

    class Meta:
        verbose_name = verbose_name_plural = "移送报告"


class CrimeAnswer(CaseFact):
    """正职负责人的决定: the transfer approved or not, in three days.  **Clause** art. 5(2); D19."""

    report = models.OneToOneField(CrimeReport, models.PROTECT, verbose_name="移送报告", related_name="answer")
    approved = models.BooleanField("批准移送")
    opinion = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "移送审批"


class CrimeTransfer(CaseFact):
    """向公安机关移送, within twenty-four hours of the approval.  **Clause** art. 5(2), 6; D20.

    **Shape** `materials`: [{name, pages}].
    """

    answer = models.OneToOneField(CrimeAnswer, models.PROTECT, verbose_name="移送审批", related_name="transfer")
    organ = models.CharField("接受移送的公安机关", max_length=100)
    materials = models.JSONField("移送材料")
    goods = models.TextField("涉案物品", blank=True)
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="移送书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "移送公安机关"


class PoliceReply(CaseFact):
    """公安机关的答复: opened, or not and why.  **Clause** art. 8, 9, 12; D21, D22."""

    transfer = models.ForeignKey(CrimeTransfer, models.PROTECT, verbose_name="移送", related_name="replies")
    opened = models.BooleanField("立案")
    instrument = models.CharField("通知书文号", max_length=100)
    received_on = models.DateField("接到日期")
    reason = models.TextField("不予立案的理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公安机关答复"


class CrimeFollowUp(CaseFact):
    """What the agency did with the answer: goods handed over; the refusal contested, or the case taken up again."""

    class How(models.TextChoices):
        HANDED_OVER = "handed_over", "移交涉案物品和材料"
        RECONSIDER = "reconsider", "提请公安机关复议"
        SUPERVISE = "supervise", "建议人民检察院立案监督"
        RESUME = "resume", "依法继续办理行政处罚"

    reply = models.ForeignKey(PoliceReply, models.PROTECT, verbose_name="公安机关答复", related_name="follow_ups")
    how = models.CharField("办理", max_length=11, choices=How)
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "移送后的办理"
