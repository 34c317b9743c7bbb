"""重点试点单位和试点种类: what a county marks and what a body declares; the latest row that has come counts."""

from django.db import models

from yangguang.registry.models import Body, Signed


class PilotFact(Signed):
    """A fact about what a body pilots."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    since = models.DateField("自何日起")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return f"pilot:{self.scope}"


class KeyUnit(PilotFact):
    """重点试点单位: the body is the unit the plan names.  **Clause** QD-2.2c, QD-5.4a.

    **Shape** `unit`: the plan's own word for it, of the parameter `key_units`; "" where the body is none any more.
    """

    unit = models.CharField("方案中的名称", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "重点试点单位"
        indexes = [models.Index(fields=["scope", "since"])]


class PilotChoice(PilotFact):
    """自选试点种类, by the body itself.  **Clause** QD-2.2b.  **Shape** `kinds`: codes of the vocabulary."""

    kinds = models.JSONField("试点的执法行为")

    class Meta:
        verbose_name = verbose_name_plural = "试点种类"
        indexes = [models.Index(fields=["scope", "since"])]
