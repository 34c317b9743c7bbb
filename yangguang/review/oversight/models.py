"""上级意见 and 责任追究: what the legal office above says of a review, and a breach from its opening to its end."""

from django.db import models

from yangguang.casework.models import CaseFact


class Remark(CaseFact):
    """上级意见 on a review: said, never a change of the opinion.  **Clause** QD-3.3.5c."""

    submission = models.ForeignKey("review.Submission", models.PROTECT, verbose_name="送审", related_name="remarks")
    text = models.CharField("意见", max_length=1000)
    by_name = models.CharField("提出人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "对审核的监督意见"


class Breach(CaseFact):
    """责任追究立案: a named breach of the rules of review, who answers for it, and what shows it.

    **Clause** QD-3.3.4b, QD-3.3.4c, QS-3.3.3f, DH-2.3.4c, WC-2.3.3d.
    **Shape** `persons`: [{key, name, part}]; `shown`: what the file itself shows, in words; `because`: [{clause, text, source}].
    """

    submission = models.ForeignKey(  # none where the breach is that nothing was submitted
        "review.Submission", models.PROTECT, verbose_name="送审", null=True, blank=True, related_name="breaches"
    )
    ground = models.CharField("事由", max_length=20)
    text = models.CharField("情况", max_length=1000)
    shown = models.CharField("卷内记载", max_length=400, blank=True)
    persons = models.JSONField("责任人员")
    because = models.JSONField("依据")
    by_name = models.CharField("提出人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "审核责任追究"
        indexes = [models.Index(fields=["scope", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ground="skipped", submission__isnull=True)
                | (~models.Q(ground="skipped") & models.Q(submission__isnull=False)),
                name="breach_of_a_submission_or_skipped",
            )
        ]


class BreachEnd(CaseFact):
    """责任追究办结."""

    class Result(models.TextChoices):
        FOUND = "found", "属实，已追究责任"
        UNFOUNDED = "unfounded", "不属实"
        PASSED_ON = "passed_on", "移送任免机关、监察机关"

    breach = models.OneToOneField(Breach, models.PROTECT, verbose_name="责任追究", related_name="end")
    result = models.CharField("结果", max_length=10, choices=Result)
    text = models.CharField("查明的情况和处理", max_length=1000)
    by_name = models.CharField("办结人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "审核责任追究办结"
