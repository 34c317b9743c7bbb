"""法规库: editions of the packs, kept so that a case is judged by the law it was opened under; and sign-offs of rules."""

from django.db import models

from yangguang.registry.models import Signed
from yangguang.trail.models import Fact


class Edition(Fact):
    """法条包版本: the files of a pack and its parents, as bytes in the vault.  **Shape** `version`: 12 hex digits."""

    pack = models.CharField("法条包", max_length=80)
    title = models.CharField("名称", max_length=200)
    version = models.CharField("版本", max_length=64, unique=True)
    digest = models.CharField("存档摘要", max_length=64)  # SHA-256 of the archive in the vault
    size_bytes = models.PositiveBigIntegerField("字节数")
    layers = models.JSONField("层次")  # the national floor first

    class Meta:
        verbose_name = verbose_name_plural = "法条包版本"
        indexes = [models.Index(fields=["pack", "at"])]

    @property
    def chain(self) -> str:
        return f"law:{self.pack}"

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class SignOff(Signed):
    """规则签认: a lawyer read these words of a rule and agrees, or objects.  It holds for these words only."""

    class Opinion(models.TextChoices):
        AGREED = "agreed", "同意"
        OBJECTED = "objected", "有异议"

    layer = models.CharField("法条包", max_length=80)
    key = models.CharField("规则", max_length=200)
    digest = models.CharField("规则文字摘要", max_length=64)
    words = models.TextField("规则文字")
    opinion = models.CharField("意见", max_length=10, choices=Opinion)
    note = models.CharField("说明", max_length=400, blank=True)
    name = models.CharField("签认人", max_length=40)
    qualification = models.CharField("法律职业资格证书号", max_length=40)
    on = models.DateField("签认日期")

    class Meta:
        verbose_name = verbose_name_plural = "规则签认"
        indexes = [models.Index(fields=["layer", "key", "at"])]

    @property
    def chain(self) -> str:
        return f"law:{self.layer}"
