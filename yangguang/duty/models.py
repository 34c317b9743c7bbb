"""职责: one row for each thing the law still asks of somebody, with its clause and its day-by-day proof."""

from django.db import models

from yangguang.trail.models import Fact


class Duty(Fact):
    """What is owed, by whom, until when, and why.

    **Shape** `because`: [{clause, text, source}]; `days`: [{date, counted, why}], the proof of `due_on`.
    """

    rule = models.CharField("规则", max_length=40)  # "D07", "documents", …
    subject = models.CharField("事项", max_length=60, db_index=True)  # "case:<uuid>"
    title = models.CharField("要求", max_length=200)
    role = models.CharField("责任角色", max_length=12)
    owner_key = models.UUIDField("责任人编号", null=True, blank=True)
    start_on = models.DateField("起算日")
    due_on = models.DateField("到期日")  # last day inclusive
    because = models.JSONField("依据")
    outvoted = models.JSONField("被更严规定取代的依据", default=list)
    days = models.JSONField("逐日计算")
    explain = models.TextField("说明")
    provisional = models.BooleanField("暂定", default=False)  # counted over a year whose holidays are not announced yet
    cause = models.BigIntegerField("起因留痕", null=True, blank=True)  # trail entry that opened it

    class Meta:
        verbose_name = verbose_name_plural = "职责"
        indexes = [models.Index(fields=["scope", "due_on"])]

    @property
    def chain(self) -> str:
        return self.subject


class Discharge(Fact):
    """The end of a duty: fulfilled by an act, or no longer owed."""

    class How(models.TextChoices):
        FULFILLED = "fulfilled", "已履行"
        VOID = "void", "不再需要"

    duty = models.OneToOneField(Duty, models.PROTECT, verbose_name="职责", related_name="discharge")
    how = models.CharField("方式", max_length=10, choices=How)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职责了结"

    @property
    def chain(self) -> str:
        return self.duty.subject


class OpenDuty(models.Model):
    """A duty that is not done: a projection the database keeps with the two facts above.  `yangguang rebuild` proves it."""

    duty = models.OneToOneField(Duty, models.PROTECT, verbose_name="职责", primary_key=True, related_name="open")
    scope = models.TextField("所属机关", db_collation="C")
    rule = models.CharField("规则", max_length=40)
    subject = models.CharField("事项", max_length=60)
    due_on = models.DateField("到期日")

    class Meta:
        verbose_name = verbose_name_plural = "未了职责"
        indexes = [
            models.Index(fields=["scope", "due_on"], name="duty_open_scope"),
            models.Index(fields=["due_on", "scope"], name="duty_open_due"),
        ]
