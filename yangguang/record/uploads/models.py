"""A transfer is on its way; what arrived whole is a fact, and so is what became of it."""

from django.db import models

from yangguang.registry.models import Device, Officer, Signed
from yangguang.trail.ids import uuid7
from yangguang.trail.models import Fact


class Transfer(models.Model):
    """传输: one file on its way in.  The bytes and how far they reach lie in the spool (spool.py), not here.

    Mutable: it ends as a Received fact, or is refused, given up, or runs out.  A large one that came whole is verified after
    its sender was answered (finishing.py).
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "传输中"
        VERIFYING = "verifying", "正在核验"
        KEPT = "kept", "已收存"
        REPEATED = "repeated", "已有同一文件"
        REFUSED = "refused", "未收存"
        EXPIRED = "expired", "已过期"

    id = models.UUIDField("编号", primary_key=True, default=uuid7, editable=False)
    scope = models.TextField("所属机关", db_collation="C")
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name="上传人", related_name="+")
    by_key = models.UUIDField("上传人编号", db_index=True)
    name = models.CharField("文件名", max_length=200)
    size_bytes = models.BigIntegerField("字节数")
    declared = models.CharField("发送方给出的摘要值", max_length=64, blank=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.RECEIVING)
    message = models.CharField("说明", max_length=400, blank=True)
    received = models.ForeignKey(
        "record.Received", models.PROTECT, verbose_name="收到的文件", null=True, blank=True, related_name="+"
    )
    began_at = models.DateTimeField("开始时间")
    expires_at = models.DateTimeField("过期时间", db_index=True)

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "传输"


class Received(Signed):
    """收到的文件: a file that arrived whole, was probed and is in the vault; it waits to be placed in a dossier.

    **Shape** `meta`: what the probe found; `clock`: {offset_s, basis, notes: […]} what is known of the device's clock;
    `sidecar`: {name, digest, fields} what the device wrote beside the file; absent means unknown.
    """

    class Source(models.TextChoices):
        BROWSER = "browser", "浏览器上传"
        STATION = "station", "采集站导入"

    by_key = models.UUIDField("收存人编号", db_index=True)
    source = models.CharField("来源", max_length=7, choices=Source)
    device = models.ForeignKey(Device, models.PROTECT, verbose_name="设备", null=True, blank=True, related_name="+")
    device_key = models.UUIDField("设备编号", null=True, blank=True, db_index=True)
    name = models.CharField("原文件名", max_length=200)
    medium = models.CharField("形式", max_length=5)
    mime = models.CharField("格式", max_length=60)
    digest = models.CharField("摘要值", max_length=64, db_index=True)
    part_root = models.CharField("分段摘要树根", max_length=64)
    size_bytes = models.BigIntegerField("字节数")
    taken_at = models.DateTimeField("文件自带时间", null=True, blank=True)
    meta = models.JSONField("技术信息", default=dict)
    clock = models.JSONField("设备时钟", default=dict)
    sidecar = models.JSONField("随附信息", default=dict)

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "收到的文件"
        constraints = [models.UniqueConstraint(fields=["by_key", "digest"], name="received_once_each")]

    def __str__(self) -> str:
        return self.name

    @property
    def chain(self) -> str:
        return f"received:{self.pk}"


class Placement(Signed):
    """归入: which item of which dossier a received file became, or why it is set aside."""

    received = models.OneToOneField(Received, models.PROTECT, verbose_name="收到的文件", related_name="placement")
    item = models.ForeignKey("record.Item", models.PROTECT, verbose_name="卷内材料", null=True, related_name="+")
    reason = models.CharField("不归入的理由", max_length=400, blank=True)

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "归入"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, reason="")
                | (models.Q(item__isnull=True) & ~models.Q(reason="")),
                name="placed_or_set_aside",
            )
        ]

    @property
    def chain(self) -> str:
        return self.received.chain


class Derivative(Fact):
    """播放件: a copy made to be played in a browser; it names the digest of its original, which is never changed.

    **Shape** `how`: the exact way it was made, {tool, video, audio, …}; a failed making has no digest and says `why`.
    """

    parent_digest = models.CharField("原件摘要值", max_length=64, db_index=True)
    digest = models.CharField("摘要值", max_length=64, blank=True)
    mime = models.CharField("格式", max_length=60, blank=True)
    size_bytes = models.BigIntegerField("字节数", default=0)
    how = models.JSONField("制作方法", default=dict)
    why = models.CharField("未能制作的原因", max_length=400, blank=True)

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "播放件"
        constraints = [models.UniqueConstraint(fields=["scope", "parent_digest"], name="derivative_once")]

    @property
    def chain(self) -> str:
        return f"media:{self.parent_digest}"


class Scrub(Fact):
    """巡检: one reading of a share of the vault, what it counted and how many faults it found.  Seen by every body."""

    share = models.CharField("份额", max_length=9)  # "3/7"
    store = models.CharField("存储", max_length=20)
    began_at = models.DateTimeField("开始时间")
    objects_read = models.PositiveIntegerField("读出件数")
    bytes_read = models.BigIntegerField("读出字节数")
    faults = models.PositiveIntegerField("异常件数")
    healed = models.PositiveIntegerField("恢复件数")

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "存证巡检"

    @property
    def chain(self) -> str:
        return "vault"


class VaultFinding(Fact):
    """存证异常: an object of a body that was found lost or changed, or found sound again."""

    class What(models.TextChoices):
        MISSING = "missing", "丢失"
        DAMAGED = "damaged", "内容被改变"
        HEALED = "healed", "已恢复"

    digest = models.CharField("摘要值", max_length=64, db_index=True)
    what = models.CharField("发现", max_length=7, choices=What)
    about = models.CharField("涉及", max_length=300)
    scrub = models.CharField("巡检份额", max_length=9)

    class Meta:
        app_label = "record"
        verbose_name = verbose_name_plural = "存证异常"

    @property
    def chain(self) -> str:
        return f"vault:{self.digest}"
