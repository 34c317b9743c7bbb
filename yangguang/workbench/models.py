"""Drafts: ordinary rows outside the law, until an action makes facts of them."""

from django.db import models

from yangguang.registry.models import Account


class Draft(models.Model):
    """What a person typed into a form and has not submitted.  One row per person and form."""

    account = models.ForeignKey(Account, models.CASCADE, verbose_name="账号", related_name="+")
    scope = models.TextField("所属机关", db_collation="C")
    form = models.CharField("表单", max_length=120)  # path of the page
    data = models.JSONField("内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [models.UniqueConstraint(fields=["account", "form"], name="draft_once")]
