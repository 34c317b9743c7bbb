"""保管期限: holds, the proposal to destroy, its approval, and the tombstone."""

from django.db import models

from yangguang.registry.models import Signed


class DossierFact(Signed):
    """A fact of one file: it joins the chain of its matter, so that a package shows it."""

    dossier = models.ForeignKey("record.Dossier", models.PROTECT, verbose_name="案卷", related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return self.dossier.subject


class Hold(DossierFact):
    """保全: a lawsuit, a reconsideration, an inquiry: the file may not be destroyed while it stands."""

    ground = models.CharField("事由", max_length=40)
    document = models.CharField("依据的文书", max_length=200)
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "保全"


class HoldLifted(DossierFact):
    """解除保全."""

    hold = models.OneToOneField(Hold, models.PROTECT, verbose_name="保全", related_name="lifted")
    reason = models.CharField("解除理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "解除保全"


class DestructionProposal(DossierFact):
    """提出销毁: after the period, on a stated ground; somebody else answers.  **Shape** `due_on`: the last day kept."""

    due_on = models.DateField("保管期满日")
    ground = models.CharField("销毁依据", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "销毁鉴定"


class DestructionAnswer(DossierFact):
    """审批销毁: by a head who did not propose it."""

    proposal = models.OneToOneField(DestructionProposal, models.PROTECT, verbose_name="销毁鉴定", related_name="answer")
    approved = models.BooleanField("同意销毁")
    opinion = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "销毁审批"


class Tombstone(DossierFact):
    """销毁: the bytes go, the lists and every line of the trail stay.

    **Shape** `destroyed`: [{item, title, medium, on, digest, size_bytes, kept}]; `kept`: why the bytes stay (another
    file holds the same), "" where they go.
    """

    dossier = models.OneToOneField("record.Dossier", models.PROTECT, verbose_name="案卷", related_name="tombstone")
    proposal = models.OneToOneField(
        DestructionProposal, models.PROTECT, verbose_name="销毁鉴定", related_name="tombstone"
    )
    ground = models.CharField("销毁依据", max_length=400)
    witness = models.CharField("监销人", max_length=60)
    destroyed = models.JSONField("销毁清册")

    class Meta:
        verbose_name = verbose_name_plural = "销毁记录"
