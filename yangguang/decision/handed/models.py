"""A file that went from one body of this system to another: what went, what was answered.  Each written once."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.inspection.models import Clue
from yangguang.registry.models import Signed

from ..jurisdiction.models import CaseHandover


class HandedFile(CaseFact):
    """移送的案卷: written with the handover, in the body that hands over; the body that receives reads what it lists.

    **Clause** 行政处罚法 art. 22, 25.  **Shape** `receiver`: the place of the receiving body; `items`: the materials that
    went, as strings, the letter among them; `withheld`: [{name}], the papers of this house that did not go.
    """

    handover = models.OneToOneField(CaseHandover, models.PROTECT, verbose_name="移送", related_name="handed")
    receiver = models.TextField("接受机关的位置", db_collation="C", db_index=True)
    title = models.CharField("案件", max_length=300)
    items = models.JSONField("移送的材料")
    withheld = models.JSONField("没有移送的材料")

    class Meta:
        verbose_name = verbose_name_plural = "移送的案卷"
        constraints = [
            models.CheckConstraint(condition=~models.Q(receiver=models.F("scope")), name="handed_to_another_body")
        ]


class HandedAnswer(Signed):
    """对移送的答复: in the body that received; with it the clue of its own where it took the matter over."""

    handed = models.OneToOneField(HandedFile, models.PROTECT, verbose_name="移送的案卷", related_name="answer")
    accepted = models.BooleanField("接受移送")
    reason = models.CharField("理由", max_length=400, blank=True)
    clue = models.OneToOneField(
        Clue, models.PROTECT, verbose_name="登记的线索", null=True, blank=True, related_name="handed"
    )

    class Meta:
        verbose_name = verbose_name_plural = "移送的答复"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted=True, clue__isnull=False) | models.Q(accepted=False, clue__isnull=True),
                name="handed_taken_in_as_a_clue",
            )
        ]

    @property
    def chain(self) -> str:
        return f"handed:{self.handed_id}"
