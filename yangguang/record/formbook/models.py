"""The compilations of forms a body takes over: those of its line system, its province, or its own."""

from django.db import models

from yangguang.registry.models import Signed


class FormSet(Signed):
    """采用的文书样式汇编: one file of forms as it was loaded and checked; a later one replaces form by form.

    **Shape** `forms`: {code: {title, number, edition, since, required, layout, format, ends, base}}, see
    `reading.OneForm`; `base` is the hash of the national form it was checked against; `digest`: SHA-256 of the file.
    """

    class System(models.TextChoices):
        PROVINCE = "province", "省（自治区、直辖市）"
        LINE = "line", "本系统"
        OWN = "own", "本机关"

    system = models.CharField("来源", max_length=8, choices=System)
    title = models.CharField("汇编名称", max_length=200)
    issuer = models.CharField("制定机关", max_length=100)
    source = models.CharField("文件依据", max_length=200)
    forms = models.JSONField("样式")
    digest = models.CharField("文件摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "采用的文书样式汇编"

    @property
    def chain(self) -> str:
        return f"forms:{self.scope}"

    def __str__(self) -> str:
        return self.title
