"""公告送达, and 重大行政处罚决定备案 with its receipt."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item


class Announcement(CaseFact):
    """送达公告 of one document.  The service is counted on `due_on`.  **Clause** CN-CIV-95."""

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="所送文书", related_name="announcements")
    paper = models.OneToOneField(Item, models.PROTECT, verbose_name="送达公告", related_name="+")
    published_on = models.DateField("公告日期")
    channel = models.CharField("公告方式", max_length=200)
    reason = models.CharField("公告送达的原因", max_length=400)
    due_on = models.DateField("视为送达之日")

    class Meta:
        verbose_name = verbose_name_plural = "公告送达"


class PenaltyFiling(CaseFact):
    """重大行政处罚决定备案, sent to who supervises the body."""

    decision = models.OneToOneField("decision.Decision", models.PROTECT, verbose_name="处罚决定", related_name="filing")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="备案表", related_name="+")
    filing_with = models.CharField("备案机关", max_length=100)
    on = models.DateField("报备日期")

    class Meta:
        verbose_name = verbose_name_plural = "重大处罚备案"


class FilingReceipt(CaseFact):
    """备案回执."""

    filing = models.OneToOneField(PenaltyFiling, models.PROTECT, verbose_name="备案", related_name="receipt")
    number = models.CharField("回执文号", max_length=60)
    on = models.DateField("收到日期")
    opinion = models.CharField("备案审查意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备案回执"
