"""现场录制 rows: keys of devices, recordings with their links and heads, gaps with their reasons."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yangguang.registry.models import Device, Signed
from yangguang.trail.models import WrittenOnceModel, WrittenOnceQuerySet

from ..rows import with_the_file
from .chain import Link


class DeviceKey(Signed):
    """设备密钥: the public half of a key that one officer's device made and never gives away."""

    officer_key = models.UUIDField("持有人编号", db_index=True)
    label = models.CharField("设备名称", max_length=60)
    public_key = models.CharField("公钥", max_length=64, unique=True)  # Ed25519, hex
    challenge = models.CharField("登记凭证", max_length=64)  # the root of our log that the device signed
    signature = models.CharField("持有证明", max_length=128)
    device = models.ForeignKey(
        Device, models.PROTECT, verbose_name="登记的装备", null=True, blank=True, related_name="+"
    )
    device_key = models.UUIDField("装备编号", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设备密钥"

    @property
    def chain(self) -> str:
        return f"device-key:{self.pk}"

    def __str__(self) -> str:
        return self.label


class DeviceKeyEnd(Signed):
    """停用设备密钥: from now on nothing signed with it is taken."""

    key = models.OneToOneField(DeviceKey, models.PROTECT, verbose_name="设备密钥", related_name="end")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "设备密钥停用"

    @property
    def chain(self) -> str:
        return f"device-key:{self.key_id}"


class LiveFact(Signed):
    """A fact of one recording: it joins the recording's own chain, which no form of the case waits for."""

    recording = models.ForeignKey(
        "record.Recording", models.PROTECT, verbose_name="现场录制", related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return f"recording:{self.recording_id}"


class Recording(Signed):
    """现场录制, begun: what for, with which key, not before which checkpoint of our log.

    **Shape** `opening`: the signed statement, as signed; `genesis`: its SHA-256, which the first link names;
    `began_ms`, `offset_ms`: the device's clock at the beginning, and how far it went before ours.
    """

    class Medium(models.TextChoices):
        VIDEO = "video", "录像"
        AUDIO = "audio", "录音"

    dossier = models.ForeignKey("record.Dossier", models.PROTECT, verbose_name="案卷", related_name="recordings")
    step = models.CharField("环节", max_length=30)
    event = models.CharField("记录事项", max_length=40, blank=True)
    medium = models.CharField("形式", max_length=5, choices=Medium)
    mime = models.CharField("格式", max_length=60)
    title = models.CharField("题名", max_length=200)
    note = models.CharField("证明对象", max_length=400, blank=True)
    place = models.CharField("地点", max_length=200)
    officer_key = models.UUIDField("录制人编号", db_index=True)
    key = models.ForeignKey(DeviceKey, models.PROTECT, verbose_name="设备密钥", related_name="recordings")
    nonce = models.CharField("开始凭证", max_length=64)
    nonce_size = models.BigIntegerField("开始凭证的日志大小")
    began_ms = models.BigIntegerField("设备开始时间")
    offset_ms = models.BigIntegerField("设备时钟偏差")
    opening = models.TextField("开始声明")
    genesis = models.CharField("链首", max_length=64)
    signature = models.CharField("开始签名", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "现场录制"
        indexes = [models.Index(fields=["dossier", "-at"], name="recording_of_dossier")]

    @property
    def chain(self) -> str:
        return f"recording:{self.pk}"

    def __str__(self) -> str:
        return self.title


class LiveLink(WrittenOnceModel):
    """录制链环: one verified link.  No entry of its own: the heads that are logged commit to every link before them."""

    id = models.BigAutoField("序号", primary_key=True)
    recording = models.ForeignKey(Recording, models.PROTECT, verbose_name="现场录制", related_name="links")
    scope = models.TextField("所属机关", db_collation="C")
    kind = models.CharField("种类", max_length=8)
    seq = models.PositiveIntegerField("序")
    t = models.BigIntegerField("设备时间")
    n = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("摘要值", max_length=64, blank=True)
    prev = models.CharField("前一环", max_length=64)
    reason = models.CharField("理由", max_length=200, blank=True)
    signature = models.CharField("签名", max_length=128)
    digest = models.CharField("链头", max_length=64)
    received_at = models.DateTimeField("收到时间")

    objects: ClassVar = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "录制链环"
        constraints = [models.UniqueConstraint(fields=["recording", "seq"], name="live_link_once")]

    @property
    def link(self) -> Link:
        """The link as the device signed it."""
        return Link(
            kind=self.kind,  # type: ignore[arg-type]
            n=self.n,
            prev=self.prev,
            reason=self.reason,
            seq=self.seq,
            sha256=self.sha256,
            t=self.t,
            signature=bytes.fromhex(self.signature),
        )


class LiveHead(LiveFact):
    """录制链头: how far the chain had come when it was logged; what comes before cannot be changed any more."""

    seq = models.PositiveIntegerField("链环数")
    digest = models.CharField("链头", max_length=64)
    size_bytes = models.BigIntegerField("字节数")

    class Meta:
        verbose_name = verbose_name_plural = "录制链头"


class LiveEnd(LiveFact):
    """录制结束: the whole chain, verified once more, and the one object its segments were joined to."""

    class How(models.TextChoices):
        STOPPED = "stopped", "录制人结束"
        UNENDED = "unended", "没有结束标记"

    recording = models.OneToOneField(Recording, models.PROTECT, verbose_name="现场录制", related_name="end")
    how = models.CharField("如何结束", max_length=8, choices=How)
    seq = models.PositiveIntegerField("链环数")
    segments = models.PositiveIntegerField("段数")
    digest = models.CharField("链头", max_length=64)
    item = models.OneToOneField(
        "record.Item", models.PROTECT, verbose_name="收存的材料", null=True, blank=True, related_name="+"
    )  # nothing where not one segment arrived

    class Meta:
        verbose_name = verbose_name_plural = "录制结束"


class LiveGap(LiveFact):
    """录制间断, as the chain itself shows it. **Shape** `reason`: as the officer gave it then; "" is asked for later."""

    class Kind(models.TextChoices):
        PAUSE = "pause", "暂停"
        STALL = "stall", "没有画面"
        OFFLINE = "offline", "离线"
        UNENDED = "unended", "没有结束标记"

    kind = models.CharField("种类", max_length=8, choices=Kind)
    after = models.PositiveIntegerField("在第几环之后")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间")
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "录制间断"


@with_the_file
class Explanation(Signed):
    """间断说明: why a stretch of an event was not recorded. **Clause** QS-3.2.2e, QD-3.2.2c.

    **Shape** without moments: the recordings have none that could be compared.
    """

    dossier = models.ForeignKey("record.Dossier", models.PROTECT, verbose_name="案卷", related_name="explanations")
    step = models.CharField("环节", max_length=30)
    event = models.CharField("记录事项", max_length=40, blank=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    gap = models.OneToOneField(
        LiveGap, models.PROTECT, verbose_name="录制间断", null=True, blank=True, related_name="explanation"
    )
    reason = models.CharField("理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "间断说明"
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="explanation_in_order",
            )
        ]

    @property
    def chain(self) -> str:
        return self.dossier.subject
