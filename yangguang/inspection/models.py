"""线索: where a case comes from."""

from django.db import models

from yangguang.registry.models import Party, Power, Signed


class Clue(Signed):
    """A clue as it was received.  The informant stays confidential."""

    class Source(models.TextChoices):
        INSPECTION = "inspection", "日常检查"
        REPORT = "report", "投诉举报"
        TRANSFER = "transfer", "其他机关移送"
        ASSIGNED = "assigned", "上级交办"
        MONITORING = "monitoring", "监测发现"

    source = models.CharField("来源", max_length=12, choices=Source)
    found_on = models.DateField("发现日期")
    summary = models.TextField("内容摘要")
    place = models.CharField("地点", max_length=200)
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name="涉及的相对人", null=True, blank=True, related_name="+"
    )
    power = models.ForeignKey(
        Power, models.PROTECT, verbose_name="涉及的执法事项", null=True, blank=True, related_name="+"
    )
    informant = models.CharField("举报人（保密）", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "线索"

    @property
    def chain(self) -> str:
        return f"clue:{self.pk}"


class Declined(Signed):
    """不予立案, with the reason."""

    clue = models.OneToOneField(Clue, models.PROTECT, verbose_name="线索", related_name="declined")
    reason = models.CharField("理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "不予立案"

    @property
    def chain(self) -> str:
        return self.clue.chain
