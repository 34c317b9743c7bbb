"""案卷: what was written, photographed and filmed.  A dossier does not know what it is the dossier of."""

from django.db import models
from django.db.models import Func, Q

from yangguang.registry.models import Signed

from .rows import with_the_file


@with_the_file
class Dossier(Signed):
    subject = models.CharField("事项", max_length=60, unique=True)  # "case:<uuid>", also the chain of its facts
    title = models.CharField("题名", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "案卷"

    @property
    def chain(self) -> str:
        return self.subject


@with_the_file
class Item(Signed):
    """One document or recording.  `digest` names the bytes in the vault.

    **Shape** `data`: the fields a document was rendered from; `meta`: what a probe found in a recording.
    """

    class Medium(models.TextChoices):
        TEXT = "text", "文书"
        PHOTO = "photo", "照片"
        AUDIO = "audio", "录音"
        VIDEO = "video", "录像"

    dossier = models.ForeignKey(Dossier, models.PROTECT, verbose_name="案卷", related_name="items")
    step = models.CharField("环节", max_length=30)
    event = models.CharField("记录事项", max_length=40, blank=True)
    medium = models.CharField("形式", max_length=5, choices=Medium)
    code = models.CharField("文书种类", max_length=40, blank=True)
    title = models.CharField("题名", max_length=300)
    digest = models.CharField("摘要值", max_length=64, db_index=True)
    size_bytes = models.BigIntegerField("字节数")
    mime = models.CharField("格式", max_length=60)
    name = models.CharField("原文件名", max_length=200, blank=True)
    number = models.CharField("文书号", max_length=60, blank=True)
    on = models.DateField("文书日期")
    data = models.JSONField("文书数据", default=dict)
    meta = models.JSONField("技术信息", default=dict)
    note = models.CharField("证明对象或者说明", max_length=400, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, verbose_name="更正", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "卷内材料"
        indexes = [
            models.Index(fields=["number"], name="record_item_number", condition=~Q(number="")),
            models.Index(Func("number", function="reverse"), name="record_item_number_end", condition=~Q(number="")),
        ]

    @property
    def chain(self) -> str:
        return self.dossier.subject


@with_the_file
class Waiver(Signed):
    """A recording left out because the text suffices, with the reason.  **Clause** QS-3.2.2d, QS-3.2.2f."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, verbose_name="案卷", related_name="waivers")
    step = models.CharField("环节", max_length=30)
    event = models.CharField("记录事项", max_length=40)
    reason = models.CharField("理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "不作音像记录的说明"

    @property
    def chain(self) -> str:
        return self.dossier.subject


class Number(Signed):
    """A document number, allotted at issue: per body, word and year without a gap (GB/T 9704-2012)."""

    word = models.CharField("机关代字和文种", max_length=40)  # "青执罚决字"
    year = models.PositiveSmallIntegerField("年度")
    n = models.PositiveIntegerField("序号")
    subject = models.CharField("事项", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "文书号"
        constraints = [models.UniqueConstraint(fields=["scope", "word", "year", "n"], name="number_once")]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.n}号"

    @property
    def chain(self) -> str:
        return self.subject


@with_the_file
class Archive(Signed):
    """归档: the dossier as it was bound into its volumes; from then on nothing in it changes (G23).

    **Shape** `contents`: [{volume: main|sub, no, item, code, medium, number, author, title, on, page_from, pages, digest,
    note}] in the order of the volumes, `page_from` 0 for what has no paper pages; `checked`: [{kind, step, title, clause,
    met: [item], reason}], what the rules asked for and what met it (QS-3.2.0b).
    """

    class Retention(models.TextChoices):
        PERMANENT = "permanent", "永久"
        YEARS_30 = "years_30", "三十年"
        YEARS_10 = "years_10", "十年"

    dossier = models.OneToOneField(Dossier, models.PROTECT, verbose_name="案卷", related_name="archive")
    number = models.OneToOneField(Number, models.PROTECT, verbose_name="归档序号", related_name="+")
    archive_no = models.CharField("归档号", max_length=12)
    retention = models.CharField("保管期限", max_length=9, choices=Retention)
    on = models.DateField("归档日期")
    contents = models.JSONField("卷内目录")
    checked = models.JSONField("齐备检查")
    items = models.PositiveIntegerField("件数")
    pages = models.PositiveIntegerField("页数")
    index_item = models.OneToOneField(Item, models.PROTECT, verbose_name="卷宗封面和目录", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "归档"
        constraints = [models.UniqueConstraint(fields=["scope", "archive_no"], name="archive_no_once")]

    def __str__(self) -> str:
        return self.archive_no

    @property
    def chain(self) -> str:
        return self.dossier.subject


class Seal(models.Model):
    """What the verify page may know of sealed bytes: no personal data, found only by who holds the bytes.

    A projection of issued documents and publications; rebuilt by `yangguang rebuild`.
    """

    digest = models.CharField("摘要值", max_length=64, primary_key=True)
    code = models.CharField("查验码", max_length=12, db_index=True)
    what = models.CharField("种类", max_length=20)  # original | public
    fact_ref = models.CharField("留痕对象", max_length=80)
    title = models.CharField("题名", max_length=300)
    number = models.CharField("文书号", max_length=60)
    body_name = models.CharField("机关", max_length=100)
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "存证索引"


# ---- topics of their own -------------------------------------------------------------------------------------------

from .uploads.models import Derivative, Placement, Received, Scrub, Transfer, VaultFinding  # noqa: E402

__all__ = [
    "Archive",
    "Derivative",
    "Dossier",
    "Item",
    "Number",
    "Placement",
    "Received",
    "Scrub",
    "Seal",
    "Transfer",
    "VaultFinding",
    "Waiver",
]


from .borrowing import models as borrowing  # noqa: E402, F401
from .custody import models as custody  # noqa: E402, F401  the sub-areas' tables belong to the stage too
from .formbook import models as formbook  # noqa: E402, F401
from .live import models as live  # noqa: E402, F401
from .package import models as package  # noqa: E402, F401
from .passkeys import models as passkeys  # noqa: E402, F401
from .repair import models as repair  # noqa: E402, F401
from .retention import models as retention  # noqa: E402, F401
from .signing import models as signing  # noqa: E402, F401
