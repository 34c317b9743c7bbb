"""A body's own workflow of review: each version written once; the latest in force counts."""

from django.db import models

from yangguang.registry.models import Signed


class ReviewFlow(Signed):
    """本单位法制审核工作流程.  **Clause** QD-3.3.4a.

    **Shape** days are working days from the submission, None where only the plan's limit runs; `materials`: codes of
    documents that must lie in the file before a draft is sent.
    """

    class Assigns(models.TextChoices):
        EVEN = "even", "按工作量自动分派，审核人员可以领办"
        HEAD = "head", "由本机关负责人分派"

    instrument = models.CharField("流程文件名称、文号", max_length=200)
    from_on = models.DateField("施行日期")
    assigns = models.CharField("分派", max_length=4, choices=Assigns)
    assign_days = models.PositiveSmallIntegerField("分派时限（工作日）", null=True, blank=True)
    counsel = models.BooleanField("法律顾问、公职律师必须参加")
    opinion_days = models.PositiveSmallIntegerField("出具意见时限（工作日）", null=True, blank=True)
    materials = models.JSONField("送审必备的文书")

    class Meta:
        verbose_name = verbose_name_plural = "审核工作流程"
        indexes = [models.Index(fields=["scope", "at"], name="review_flow_scope")]

    @property
    def chain(self) -> str:
        return f"body:{self.scope}"
