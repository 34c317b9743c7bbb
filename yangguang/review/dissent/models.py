"""异议 and 协调: neither of them changes the opinion; the only way on is a new draft and a new review."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class Objection(CaseFact):
    """不同意审核意见: by a handler, with the reasons.  **Clause** WC-2.3.3c, DH-2.3.4a."""

    review = models.OneToOneField("review.Review", models.PROTECT, verbose_name="审核意见", related_name="objection")
    text = models.CharField("异议和理由", max_length=4000)

    class Meta:
        verbose_name = verbose_name_plural = "对审核意见的异议"


@with_the_file
class Coordination(CaseFact):
    """协调: presided over by a head who does not handle the case; its result always returns to the gate.

    **Clause** WC-2.3.3c.  **Shape** `attendees`: [{name, post}].
    """

    class Result(models.TextChoices):
        REVISE = "revise", "按审核意见修改，提出新的一稿重新送审"
        AGAIN = "again", "提出新的一稿，另行分派人员重新审核"

    objection = models.OneToOneField(Objection, models.PROTECT, verbose_name="异议", related_name="coordination")
    result = models.CharField("结果", max_length=10, choices=Result)
    text = models.CharField("协调的情况", max_length=4000)
    attendees = models.JSONField("参加人员")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="协调记录", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "意见不一致的协调"
