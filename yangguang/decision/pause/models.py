"""A case suspended and taken up again, each approved by a head and kept with its reason."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class Pause(CaseFact):
    """中止调查.  **Clause** 行政处罚法 art. 60: time is left out only where law says so."""

    reason = models.TextField("理由")
    basis = models.CharField("依据", max_length=200)
    on = models.DateField("中止日期")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="审批表", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "中止调查"


class Resumption(CaseFact):
    """恢复调查."""

    pause = models.OneToOneField(Pause, models.PROTECT, verbose_name="中止", related_name="resumption")
    reason = models.TextField("理由")
    on = models.DateField("恢复日期")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="审批表", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "恢复调查"
