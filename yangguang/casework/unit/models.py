"""One opinion of a handling unit, on exactly one thing put before it."""

from django.db import models

from yangguang.record.rows import with_the_file
from yangguang.registry.models import Unit

from ..models import CaseFact


@with_the_file
class UnitOpinion(CaseFact):
    """承办机构意见: the head of the unit agrees, or says why not; a later draft or request needs a later opinion.

    **Shape** `about`: the reference of what was put before the unit ("casework.proposal:<uuid>"); a closing is of the case.
    **Clause** CN-118-4.4, QS-3.3.3a: the unit answers for what it hands on.
    """

    class What(models.TextChoices):
        OPENING = "opening", "立案申请"
        PROPOSAL = "proposal", "拟处理意见"
        REQUEST = "request", "提请批准"
        CLOSING = "closing", "结案"

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="承办机构", related_name="+")
    what = models.CharField("所签事项", max_length=8, choices=What)
    about = models.CharField("所签对象", max_length=80)
    agreed = models.BooleanField("同意")
    opinion = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "承办机构意见"
        constraints = [models.UniqueConstraint(fields=["about"], name="unitopinion_once")]
