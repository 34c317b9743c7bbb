"""事后公开: what the public sees of a decision, in its versions, and how it came down."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.catalogue.models import ListVersion
from yangguang.decision.models import Issuance, Revocation
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file


@with_the_file
class Publication(CaseFact):
    """公示, one version.  The original stays in the file; this row holds only what may be seen.

    **Shape** `summary`: {body, party, kind, conclusion, …}; `marks`: [{field, start, end, shown, ground, clause,
    source, confirmed}] without the hidden words; `channels`: [code].
    """

    issuance = models.ForeignKey(Issuance, models.PROTECT, verbose_name="决定书", related_name="publications")
    version = models.PositiveSmallIntegerField("版本")
    summary = models.JSONField("摘要信息")
    marks = models.JSONField("隐去处")
    text = models.TextField("公开全文")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="公开版", related_name="+")
    digest = models.CharField("公开版摘要值", max_length=64)
    channels = models.JSONField("公开渠道")
    until = models.DateField("公示截止日", null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, verbose_name="更正", null=True, blank=True, related_name="+"
    )
    correction = models.CharField("更正说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        constraints = [models.UniqueConstraint(fields=["issuance", "version"], name="publication_version")]


class ErrorFound(CaseFact):
    """发现公开的信息不准确.  **Clause** QS-3.1.4c."""

    publication = models.ForeignKey(Publication, models.PROTECT, verbose_name="公示", related_name="errors")
    what = models.CharField("不准确之处", max_length=400)
    found_on = models.DateField("发现日期")

    class Meta:
        verbose_name = verbose_name_plural = "公开信息差错"


class Withholding(CaseFact):
    """不予公开, of a decision nobody has published: only with a law that is named.

    **Clause** 行政处罚法 art. 48(1), QD-3.1.3(1)b, QS-3.1.3d, DH-2.1.4a, QD-3.1.3(1)c.
    **Shape** `version` and `line`: the list in force that says so, None where the body has none.
    """

    issuance = models.OneToOneField(Issuance, models.PROTECT, verbose_name="决定书", related_name="withholding")
    basis = models.CharField("法律、法规及条款", max_length=400)
    reason = models.CharField("理由", max_length=400)
    version = models.ForeignKey(
        ListVersion, models.PROTECT, verbose_name="决定公开清单", null=True, blank=True, related_name="+"
    )
    line = models.PositiveIntegerField("清单的行", null=True, blank=True)
    because = models.JSONField("依据")

    class Meta:
        verbose_name = verbose_name_plural = "不予公开"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(basis__contains="《") & models.Q(basis__contains="条"), name="withheld_by_law"
            ),
        ]


class Takedown(CaseFact):
    """撤下, with the reason made public.  **Clause** 行政处罚法 art. 48(2), QS-3.1.4b."""

    publication = models.OneToOneField(Publication, models.PROTECT, verbose_name="公示", related_name="takedown")
    revocation = models.ForeignKey(
        Revocation, models.PROTECT, verbose_name="撤销", null=True, blank=True, related_name="+"
    )
    reason = models.CharField("公开的理由", max_length=400)
    because = models.JSONField("依据")

    class Meta:
        verbose_name = verbose_name_plural = "撤下"


class PublicDecision(models.Model):
    """What the portal reads: a projection of publications.  The portal's role sees this table and no case.

    A withdrawn decision keeps its row as a tombstone; its words are gone from here.
    """

    class State(models.TextChoices):
        SHOWN = "shown", "公示中"
        WITHDRAWN = "withdrawn", "已撤下"

    code = models.CharField("查验码", max_length=12, primary_key=True)
    state = models.CharField("状态", max_length=10, choices=State)
    version = models.PositiveSmallIntegerField("版本")
    body_name = models.CharField("执法机关", max_length=100)
    region = models.CharField("行政区划代码", max_length=12)
    kind = models.CharField("执法类别", max_length=24)
    field = models.CharField("领域", max_length=40, blank=True)
    title = models.CharField("题名", max_length=300)
    number = models.CharField("文书号", max_length=60)
    party = models.CharField("执法对象", max_length=200)
    fine_fen = models.BigIntegerField("罚款（分）", default=0)
    decided_on = models.DateField("决定日期")
    published_at = models.DateTimeField("公开时间")
    summary = models.JSONField("摘要信息", default=dict)
    text = models.TextField("公开全文", blank=True)
    marks = models.JSONField("隐去处", default=list)  # [{start, end, ground, clause}], places in the text, in order
    digest = models.CharField("公开版摘要值", max_length=64, blank=True)
    fact_ref = models.CharField("留痕对象", max_length=80)
    history = models.JSONField("版本记录", default=list)  # [{version, at, what}]
    tombstone = models.JSONField("撤下说明", default=dict)  # {at, reason, because: […]}
    tsv = SearchVectorField("检索词", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开的决定"
        indexes = [
            models.Index(fields=["-decided_on", "-code"]),
            models.Index(fields=["region", "-decided_on"]),
        ]
