"""A joinder or a severance: asked for, answered, and what one case took over from the other.  Each written once."""

from django.db import models

from yangguang.record.models import Item
from yangguang.record.rows import with_the_file
from yangguang.registry.models import Party

from ..models import CaseFact


@with_the_file
class JoinderRequest(CaseFact):
    """并案、分案的意见.  **Shape** `other`: the case this one is to be joined to; `party` and `cause`: of the new case."""

    class What(models.TextChoices):
        JOIN = "join", "并案"
        SEVER = "sever", "分案"

    what = models.CharField("事项", max_length=5, choices=What)
    other = models.ForeignKey(
        "casework.Case", models.PROTECT, verbose_name="并入的案件", null=True, blank=True, related_name="joins_asked"
    )
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name="分案后的当事人", null=True, blank=True, related_name="+"
    )
    cause = models.CharField("分案后的案由", max_length=200, blank=True)
    ground = models.CharField("情形", max_length=100)
    reason = models.TextField("理由")

    class Meta:
        verbose_name = verbose_name_plural = "并案分案意见"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what="join", other__isnull=False, party__isnull=True)
                | models.Q(what="sever", other__isnull=True, party__isnull=False),
                name="joinder_of_another_or_with_a_party",
            ),
            models.CheckConstraint(condition=~models.Q(other=models.F("case")), name="joinder_not_of_itself"),
        ]


@with_the_file
class JoinderAnswer(CaseFact):
    """负责人的决定: with the form that says so, and the case that was joined to or made.  **Clause** CN-PEN-54.1."""

    request = models.OneToOneField(JoinderRequest, models.PROTECT, verbose_name="并案分案意见", related_name="answer")
    approved = models.BooleanField("批准")
    joined = models.BooleanField("并入另案")  # from then on the case itself only closes and is archived
    opinion = models.CharField("意见", max_length=400)
    other = models.ForeignKey(
        "casework.Case", models.PROTECT, verbose_name="另一案件", null=True, blank=True, related_name="+"
    )
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="审批表", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "并案分案决定"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved=True, other__isnull=False, item__isnull=False)
                | models.Q(approved=False, other__isnull=True, item__isnull=True),
                name="joinder_written_where_approved",
            )
        ]


@with_the_file
class TakenOver(CaseFact):
    """从另一案引用: what this case has of the other one, named and not copied.

    **Shape** `items`: [{item, digest, title}]; `steps`: codes of the steps whose facts stand for this case too; `since`:
    the day from which its clock counts.
    """

    other = models.ForeignKey("casework.Case", models.PROTECT, verbose_name="来源案件", related_name="given_over")
    answer = models.OneToOneField(JoinderAnswer, models.PROTECT, verbose_name="并案分案决定", related_name="taken")
    items = models.JSONField("引用的材料")
    steps = models.JSONField("引用的环节")
    since = models.DateField("期限起算日")
    paper = models.OneToOneField(Item, models.PROTECT, verbose_name="审批表", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "引用另案材料"
