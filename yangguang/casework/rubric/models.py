"""What a person found when evaluating a file; what the machine finds is computed, never written."""

from django.db import models

from yangguang.registry.models import Signed


class Finding(Signed):
    """评查意见 on one item of the standard; the last one about an item counts.

    A chain of its own: an evaluation does not disturb the case it looks at.
    **Shape** `item`: a code of the pack's rubric; `title`, `because`: as they stood when the finding was made.
    """

    class Verdict(models.TextChoices):
        PASSED = "passed", "符合"
        FAILED = "failed", "不符合"
        NA = "na", "不适用"

    case = models.ForeignKey("casework.Case", models.PROTECT, verbose_name="案件", related_name="findings")
    item = models.CharField("评查项", max_length=20)
    title = models.CharField("评查项名称", max_length=100)
    because = models.JSONField("依据")
    verdict = models.CharField("结论", max_length=6, choices=Verdict)
    breaches = models.PositiveSmallIntegerField("不符合几处", default=0)
    note = models.CharField("评查意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评查意见"
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(verdict="failed", breaches__gt=0) & ~models.Q(note=""))
                | (~models.Q(verdict="failed") & models.Q(breaches=0)),
                name="finding_says_what",
            )
        ]

    @property
    def chain(self) -> str:
        return f"rubric:case:{self.case_id}"
