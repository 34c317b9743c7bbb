"""The list a handler prepared for a party that asks to read its file, and a head's answer.  Each written once."""

from django.db import models
from django.db.models import Q

from yangguang.casework.models import CaseFact

from ..models import PartySubmission


class Way(models.TextChoices):
    ORIGINAL = "original", "可以查阅、复制"
    COPY = "copy", "可以查阅、复制遮挡副本"
    OFFICE = "office", "到机关当面查阅"
    WITHHELD = "withheld", "不提供"


class InspectionDraft(CaseFact):
    """拟定查阅清单: every item of the file, whether it may be read, else on what ground it is withheld.

    **Shape** `rows`: [{item, title, way, ground, digest, mime}], the digest of exactly what may be read.
    """

    submission = models.ForeignKey(
        PartySubmission, models.PROTECT, verbose_name="查阅申请", related_name="inspection_drafts"
    )
    rows = models.JSONField("查阅清单")
    opinion = models.TextField("承办人意见")

    class Meta:
        verbose_name = verbose_name_plural = "拟定查阅清单"


class InspectionAnswer(CaseFact):
    """答复查阅申请, by a head who does not handle the case.  **Clause** QS-3.2.3d."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", "同意，按拟定的清单提供"
        REFUSED = "refused", "不予提供"
        RETURNED = "returned", "退回承办人重新拟定"

    submission = models.ForeignKey(
        PartySubmission, models.PROTECT, verbose_name="查阅申请", related_name="inspection_answers"
    )
    draft = models.OneToOneField(InspectionDraft, models.PROTECT, verbose_name="拟定的清单", related_name="answer")
    outcome = models.CharField("答复", max_length=8, choices=Outcome)
    ground = models.CharField("不予提供的理由", max_length=200, blank=True)
    opinion = models.TextField("答复意见")

    class Meta:
        verbose_name = verbose_name_plural = "答复查阅申请"
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=~Q(outcome="returned"), name="inspection_answered_once"
            )
        ]
