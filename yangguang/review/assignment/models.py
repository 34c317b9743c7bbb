"""分派, 请假 and 报请指定: written once; the latest assignment of a submission counts."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file
from yangguang.registry.models import Officer, Signed


@with_the_file
class Assignment(CaseFact):
    """分派审核人员.  **Clause** 行政处罚法 art. 58, QS-3.3.1a.

    **Shape** `load`: how many reviews the reviewer had open then; names are kept because an assigner of the organ above is
    not seen from below.  The database holds that the reviewer is no handler: migration 0002.
    """

    class How(models.TextChoices):
        EVEN = "even", "按工作量分派"
        TAKEN = "taken", "本人领办"
        CHOSEN = "chosen", "负责人分派"
        DESIGNATED = "designated", "上级指定"

    submission = models.ForeignKey("review.Submission", models.PROTECT, verbose_name="送审", related_name="assignments")
    reviewer = models.ForeignKey(Officer, models.PROTECT, verbose_name="审核人员", related_name="+")
    reviewer_key = models.UUIDField("审核人员编号", db_index=True)
    reviewer_name = models.CharField("审核人员姓名", max_length=40)
    how = models.CharField("方式", max_length=10, choices=How)
    load = models.PositiveSmallIntegerField("当时在审件数")
    reason = models.CharField("说明", max_length=400, blank=True)
    by_name = models.CharField("分派人", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "审核分派"


class Leave(Signed):
    """审核人员请假: nothing is assigned to them on these days."""

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="人员", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    from_on = models.DateField("自")
    to_on = models.DateField("至")  # last day inclusive
    reason = models.CharField("事由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "审核人员请假"
        constraints = [models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="leave_days")]

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"


class LeaveEnd(Signed):
    """销假 before the last day."""

    leave = models.OneToOneField(Leave, models.PROTECT, verbose_name="请假", related_name="end")
    on = models.DateField("返岗日期")  # the first day back

    class Meta:
        verbose_name = verbose_name_plural = "审核人员销假"

    @property
    def chain(self) -> str:
        return self.leave.chain


class Referral(CaseFact):
    """移请审核: nobody here can review, so the organ above is asked to name who does.  **Clause** QS-3.3.1a, QS-3.3.1c."""

    submission = models.OneToOneField("review.Submission", models.PROTECT, verbose_name="送审", related_name="referral")
    referred_to = models.CharField("移请的机构", max_length=100)
    reason = models.CharField("理由", max_length=1000)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="移请函", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "移请审核"
