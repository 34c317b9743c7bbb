"""One signature, or one refusal to sign, under one document."""

from django.db import models
from django.db.models import Q

from yangguang.registry.models import Signed


class Signature(Signed):
    """A hand-written signature under a document, or the refusal of it with reason and witness.

    **Shape** `digest`: what was signed, the SHA-256 of the document's bytes; `image`: the strokes, kept in the dossier;
    what a passkey signed lies in its `Assertion`.
    **Clause** 行政处罚法 art. 55; 行政强制法 art. 18(8): a refusal is noted; 民事诉讼法 art. 89.
    """

    class Who(models.TextChoices):
        PARTY = "party", "当事人"
        INTERVIEWEE = "interviewee", "被询问人"
        PRESENT = "present", "现场人员"
        RECEIVER = "receiver", "收件人"
        WITNESS = "witness", "见证人"
        OFFICER = "officer", "执法人员"
        RECORDER = "recorder", "记录人"
        UNIT = "unit", "承办机构"
        LEGAL = "legal", "法制审核人员"
        HEAD = "head", "负责人"

    class How(models.TextChoices):
        PAD = "pad", "当面手写签名"
        REFUSED = "refused", "拒绝签名"
        PASSKEY = "passkey", "通行密钥签名"

    item = models.ForeignKey("record.Item", models.PROTECT, verbose_name="文书", related_name="signatures")
    digest = models.CharField("所签文书的摘要值", max_length=64)
    who = models.CharField("身份", max_length=11, choices=Who)
    name = models.CharField("姓名", max_length=60)
    how = models.CharField("方式", max_length=7, choices=How)
    image = models.OneToOneField(
        "record.Item", models.PROTECT, verbose_name="签名笔迹", null=True, blank=True, related_name="+"
    )
    reason = models.CharField("拒绝签名的情况", max_length=400, blank=True)
    witness = models.CharField("见证人", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名"
        constraints = [
            models.UniqueConstraint(fields=["item", "who", "name"], name="signature_once"),
            models.CheckConstraint(
                condition=Q(how="pad", image__isnull=False, reason="")
                | Q(how="refused", image__isnull=True) & ~Q(reason="")
                | Q(how="passkey", image__isnull=True, reason="", witness=""),
                name="signature_or_refusal",
            ),
        ]

    @property
    def chain(self) -> str:
        return self.item.dossier.subject
