"""聘为审核人员 and 参与审核: who of the counsel may sign in to review, and each opinion they gave."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.registry.models import Counsel, Officer, Signed


class Engagement(Signed):
    """聘请参加审核: this person of the register of people is that counsel, so the pack's rules on counsel apply to them.

    **Clause** QD-A3.审核.2(续①), DH-2.3.1b.
    """

    counsel = models.ForeignKey(Counsel, models.PROTECT, verbose_name="法律顾问、公职律师", related_name="+")
    counsel_key = models.UUIDField("法律顾问编号")
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="登录人员", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    valid_from = models.DateField("聘期自")
    valid_to = models.DateField("聘期至")  # last day inclusive
    terms = models.CharField("聘请的范围", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "聘请参加审核"
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="engagement_days")
        ]

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"


class CounselOpinion(CaseFact):
    """法律顾问（公职律师）意见: beside the reviewer's conclusion, never in its place.  **Clause** QD-3.3.1e."""

    submission = models.ForeignKey(
        "review.Submission", models.PROTECT, verbose_name="送审", related_name="counsel_opinions"
    )
    counsel = models.ForeignKey(Counsel, models.PROTECT, verbose_name="法律顾问、公职律师", related_name="+")
    name = models.CharField("姓名", max_length=40)
    asked_on = models.DateField("征询日期")
    given_on = models.DateField("出具日期")
    agrees = models.BooleanField("同意拟作出的决定")
    opinion = models.CharField("意见", max_length=4000)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="意见书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "法律顾问意见"
