"""变更承办人: a fact beside the case; who handles it now is the latest of them, else the two who applied."""

from django.db import models

from yangguang.record.models import Item
from yangguang.registry.models import Certificate, Officer

from ..models import CaseFact


class HandlerChange(CaseFact):
    """The two handlers from now on, each with the certificate held that day; what was done before stays theirs who did it."""

    handler1 = models.ForeignKey(Officer, models.PROTECT, verbose_name="主办人员", related_name="+")
    handler2 = models.ForeignKey(Officer, models.PROTECT, verbose_name="协办人员", related_name="+")
    handler1_key = models.UUIDField("主办人员编号")
    handler2_key = models.UUIDField("协办人员编号")
    certificate1 = models.ForeignKey(Certificate, models.PROTECT, verbose_name="主办人员执法证", related_name="+")
    certificate2 = models.ForeignKey(Certificate, models.PROTECT, verbose_name="协办人员执法证", related_name="+")
    reason = models.CharField("变更理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "变更承办人"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(handler1_key=models.F("handler2_key")), name="handlerchange_two_officers"
            ),
        ]


class RecusalDecision(CaseFact):
    """回避决定: who asked that whom keep away, and what the head decided; where granted, a `Recusal` stands beside it."""

    class How(models.TextChoices):
        APPLY = "apply", "当事人申请回避"
        SELF = "self", "本人自行回避"
        ORDER = "order", "负责人指令回避"

    person = models.ForeignKey(Officer, models.PROTECT, verbose_name="被申请回避的人员", related_name="+")
    person_key = models.UUIDField("人员编号")
    how = models.CharField("提出方式", max_length=5, choices=How)
    applicant = models.CharField("申请人", max_length=100)
    applied_on = models.DateField("提出日期")
    reason = models.CharField("申请理由", max_length=400)
    granted = models.BooleanField("是否回避")
    grounds = models.CharField("决定的理由", max_length=400)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="决定书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "回避决定"
