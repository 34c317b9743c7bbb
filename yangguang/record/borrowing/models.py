"""借阅: asked, answered, brought back."""

from django.db import models

from ..retention.models import DossierFact


class Loan(DossierFact):
    """借阅申请: who wants an archived file, for what, and for how long.  **Clause** DH-2.2.2c, QS-3.2.3g."""

    class Way(models.TextChoices):
        ROOM = "room", "在档案室查阅"
        OUT = "out", "借出"

    way = models.CharField("方式", max_length=4, choices=Way)
    purpose = models.CharField("用途", max_length=200)
    until = models.DateField("归还日期")

    class Meta:
        verbose_name = verbose_name_plural = "借阅"
        indexes = [models.Index(fields=["scope", "at"], name="loan_when")]

    @property
    def answered(self) -> "LoanAnswer | None":
        return getattr(self, "answer", None)

    @property
    def came_back(self) -> "LoanReturn | None":
        return getattr(self, "back", None)


class LoanAnswer(DossierFact):
    """借阅审批: by whom the rules of the body name, never by who asked."""

    loan = models.OneToOneField(Loan, models.PROTECT, verbose_name="借阅", related_name="answer")
    approved = models.BooleanField("同意")
    opinion = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "借阅审批"


class LoanReturn(DossierFact):
    """归还: counted and looked through by the archivist."""

    loan = models.OneToOneField(Loan, models.PROTECT, verbose_name="借阅", related_name="back")
    whole = models.BooleanField("完整无损")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "案卷归还"
