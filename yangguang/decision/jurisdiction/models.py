"""A dispute over jurisdiction and what came of it; a case handed to the body it belongs to.  Each written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class JurisdictionDispute(CaseFact):
    """管辖争议.  **Clause** 行政处罚法 art. 25(2)."""

    class Kind(models.TextChoices):
        BOTH = "both", "都认为自己有管辖权"
        NEITHER = "neither", "都认为自己没有管辖权"

    other = models.CharField("对方机关", max_length=100)
    other_scope = models.TextField("对方机关的位置", blank=True, db_collation="C")  # "" where it is not registered here
    kind = models.CharField("争议", max_length=7, choices=Kind)
    facts = models.TextField("争议情况")
    on = models.DateField("发生日期")

    class Meta:
        verbose_name = verbose_name_plural = "管辖争议"


class JurisdictionTalk(CaseFact):
    """协商.  **Clause** 行政处罚法 art. 25(2)."""

    class Result(models.TextChoices):
        OURS = "ours", "由本机关管辖"
        THEIRS = "theirs", "由对方机关管辖"
        FAILED = "failed", "协商不成"

    dispute = models.ForeignKey(JurisdictionDispute, models.PROTECT, verbose_name="管辖争议", related_name="talks")
    result = models.CharField("结果", max_length=6, choices=Result)
    text = models.TextField("协商情况")
    on = models.DateField("协商日期")

    class Meta:
        verbose_name = verbose_name_plural = "管辖协商"


class JurisdictionReferral(CaseFact):
    """报请指定管辖, with the paper that asks for it.  **Shape** `superior_scope`: "" where it does not work here."""

    dispute = models.OneToOneField(
        JurisdictionDispute, models.PROTECT, verbose_name="管辖争议", related_name="referral"
    )
    superior = models.CharField("共同的上一级行政机关", max_length=100)
    superior_scope = models.TextField("共同上级的位置", blank=True, db_collation="C")
    opinion = models.TextField("本机关的意见")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="报请书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "报请指定管辖"


class JurisdictionDesignation(CaseFact):
    """指定管辖: the superior's answer, by its own people where it works here, else by the notice that came from it."""

    dispute = models.OneToOneField(
        JurisdictionDispute, models.PROTECT, verbose_name="管辖争议", related_name="designation"
    )
    ours = models.BooleanField("指定本案机关管辖")
    organ = models.CharField("指定的机关", max_length=100)
    instrument = models.CharField("通知书文号", max_length=100)
    reason = models.TextField("理由")
    on = models.DateField("指定日期")
    item = models.OneToOneField(
        Item, models.PROTECT, verbose_name="指定管辖通知书", null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "指定管辖"


@with_the_file
class CaseHandover(CaseFact):
    """移送管辖, with the letter and the list of what goes with it.  **Shape** `materials`: [{item, name, pages}]."""

    organ = models.CharField("接受移送的机关", max_length=100)
    reason = models.TextField("移送的理由和依据")
    materials = models.JSONField("移送材料")
    on = models.DateField("移送日期")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="案件移送函", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "移送管辖"


class HandoverReply(CaseFact):
    """接受移送的机关的答复."""

    handover = models.OneToOneField(CaseHandover, models.PROTECT, verbose_name="移送", related_name="reply")
    accepted = models.BooleanField("接受移送")
    instrument = models.CharField("回执或者文书", max_length=100)
    reason = models.TextField("不接受的理由", blank=True)
    on = models.DateField("收到日期")

    class Meta:
        verbose_name = verbose_name_plural = "移送答复"
