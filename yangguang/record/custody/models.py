"""保管、调阅、对外提供: facts of their own chain (`custody:<事项>`), so that a reading never disturbs the case."""

from django.db import models

from yangguang.registry.models import Device, Officer, Party, Signed


def clock(milliseconds: int) -> str:
    """A place in a recording: 0:01:30."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class DeviceIssue(Signed):
    """设备领用.  **Clause** QD-3.2.2(1)c, DH-2.2.3d, SY-2.2.2c."""

    device = models.ForeignKey(Device, models.PROTECT, verbose_name="设备", related_name="+")
    device_key = models.UUIDField("设备编号", db_index=True)
    holder = models.ForeignKey(Officer, models.PROTECT, verbose_name="领用人", related_name="+")
    holder_key = models.UUIDField("领用人编号", db_index=True)
    purpose = models.CharField("用途", max_length=200)
    back_by = models.DateField("约定归还日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设备领用"
        indexes = [models.Index(fields=["scope", "at"], name="device_issue_when")]

    @property
    def docked(self) -> "DeviceDocking | None":
        return getattr(self, "docking", None)

    @property
    def chain(self) -> str:
        return f"device:{self.device_key}"


class DeviceReturn(Signed):
    """设备归还: in what state, and whether everything recorded on it was taken into the files."""

    class State(models.TextChoices):
        SOUND = "sound", "完好"
        FAULTY = "faulty", "有故障"
        DAMAGED = "damaged", "损坏"
        LOST = "lost", "遗失"

    issue = models.OneToOneField(DeviceIssue, models.PROTECT, verbose_name="领用", related_name="returned")
    state = models.CharField("设备状况", max_length=8, choices=State)
    uploaded = models.BooleanField("记录已全部收存")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设备归还"

    @property
    def chain(self) -> str:
        return self.issue.chain


class DeviceDocking(Signed):
    """补存记录: what lay on a device came into the system after all, or is lost, and why.  **Clause** SY-2.2.2d."""

    issue = models.OneToOneField(DeviceIssue, models.PROTECT, verbose_name="领用", related_name="docking")
    whole = models.BooleanField("记录已全部存入")
    note = models.CharField("说明", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "补存设备记录"

    @property
    def chain(self) -> str:
        return self.issue.chain


class Reading(Signed):
    """查阅: one person, one item, one hour; further looks within the hour leave no further row.

    **Clause** QS-3.2.2j: every view and copy is logged; QS-3.2.3e.
    """

    class How(models.TextChoices):
        VIEW = "view", "查看"
        COPY = "copy", "下载"

    item = models.ForeignKey("record.Item", models.PROTECT, verbose_name="材料", related_name="readings")
    reader_key = models.UUIDField("查阅人编号")
    hour = models.DateTimeField("时段")
    how = models.CharField("方式", max_length=4, choices=How)
    keeper = models.BooleanField("本案承办人")  # as it was then

    class Meta:
        verbose_name = verbose_name_plural = "查阅"
        constraints = [
            models.UniqueConstraint(fields=["item", "reader_key", "hour", "how"], name="reading_once_an_hour")
        ]
        indexes = [models.Index(fields=["scope", "at"], name="reading_when")]

    @property
    def chain(self) -> str:
        return f"custody:{self.item.dossier.subject}"


class CallUp(Signed):
    """调阅: everything about one party or one case, called up for a stated purpose.  **Clause** QS-3.2.3b, QS-3.2.3e.

    **Shape** `dossiers`: the files that were found, as strings; `items`: how much material lay in them.
    """

    class About(models.TextChoices):
        PARTY = "party", "相对人"
        CASE = "case", "案件"

    about = models.CharField("调阅对象", max_length=5, choices=About)
    party = models.ForeignKey(Party, models.PROTECT, verbose_name="相对人", null=True, blank=True, related_name="+")
    dossier = models.ForeignKey(
        "record.Dossier", models.PROTECT, verbose_name="案卷", null=True, blank=True, related_name="callups"
    )
    named = models.CharField("对象名称", max_length=300)
    purpose = models.CharField("用途", max_length=60)
    reason = models.CharField("具体事由", max_length=400)
    dossiers = models.JSONField("案卷")
    items = models.PositiveIntegerField("材料件数")

    class Meta:
        verbose_name = verbose_name_plural = "调阅"
        indexes = [models.Index(fields=["scope", "at"], name="callup_when")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(about="party", party__isnull=False, dossier__isnull=True)
                | models.Q(about="case", dossier__isnull=False, party__isnull=True),
                name="callup_about_one",
            )
        ]

    @property
    def chain(self) -> str:
        return f"callup:{self.scope}"


class Extract(Signed):
    """副本: a clip or a masked copy; a new object that names its original, which stays as it is.

    **Shape** `from_ms`, `to_ms`: the range of a clip that was asked for; `starts_ms`: where the copy really begins (a
    picture can only start at a key frame).  **Clause** QS-3.2.2i.
    """

    class Kind(models.TextChoices):
        CLIP = "clip", "片段"
        MASKED = "masked", "遮挡副本"

    parent = models.ForeignKey("record.Item", models.PROTECT, verbose_name="原件", related_name="extracts")
    parent_digest = models.CharField("原件摘要值", max_length=64)
    kind = models.CharField("种类", max_length=6, choices=Kind)
    from_ms = models.BigIntegerField("起点（毫秒）", null=True, blank=True)
    to_ms = models.BigIntegerField("终点（毫秒）", null=True, blank=True)
    starts_ms = models.BigIntegerField("实际起点（毫秒）", null=True, blank=True)
    digest = models.CharField("摘要值", max_length=64, db_index=True)
    size_bytes = models.BigIntegerField("字节数")
    mime = models.CharField("格式", max_length=60)
    note = models.CharField("说明", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "副本"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="masked", from_ms__isnull=True, to_ms__isnull=True)
                | models.Q(kind="clip", from_ms__gte=0, to_ms__gt=models.F("from_ms")),
                name="extract_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.parent.title}（{self.get_kind_display()}）"

    @property
    def span(self) -> str:
        """The range of a clip in words; "" for other copies."""
        if self.from_ms is None or self.to_ms is None:
            return ""
        told = f"取自 {clock(self.from_ms)} 至 {clock(self.to_ms)}"
        return told + (f"（实际自 {clock(self.starts_ms)} 起）" if self.starts_ms is not None else "")

    @property
    def chain(self) -> str:
        return f"custody:{self.parent.dossier.subject}"


class ReleaseRequest(Signed):
    """申请对外提供.  **Clause** QS-3.2.2j: nothing recorded leaves or is published without recorded approval."""

    class Manner(models.TextChoices):
        PROVIDE = "provide", "提供给单位或者个人"
        PUBLISH = "publish", "向社会公开"

    item = models.ForeignKey("record.Item", models.PROTECT, verbose_name="材料", related_name="releases")
    extract = models.ForeignKey(
        Extract, models.PROTECT, verbose_name="副本", null=True, blank=True, related_name="releases"
    )
    digest = models.CharField("摘要值", max_length=64)
    manner = models.CharField("方式", max_length=7, choices=Manner)
    recipient = models.CharField("接收者或者公开渠道", max_length=200)
    ground = models.CharField("理由和依据", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "对外提供申请"
        indexes = [models.Index(fields=["scope", "at"], name="release_when")]

    @property
    def chain(self) -> str:
        return f"custody:{self.item.dossier.subject}"


class ReleaseAnswer(Signed):
    """审批对外提供: by a head who did not ask for it.  The database holds that too."""

    request = models.OneToOneField(ReleaseRequest, models.PROTECT, verbose_name="申请", related_name="answer")
    approved = models.BooleanField("同意")
    opinion = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "对外提供审批"

    @property
    def chain(self) -> str:
        return self.request.chain


class ReleaseExport(Signed):
    """对外提供: handed over, to whom and how; only after the approval."""

    request = models.OneToOneField(ReleaseRequest, models.PROTECT, verbose_name="申请", related_name="export")
    digest = models.CharField("摘要值", max_length=64)
    recipient = models.CharField("实际接收者", max_length=200)
    means = models.CharField("交付方式", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "对外提供交付"

    @property
    def chain(self) -> str:
        return self.request.chain


class PaperLink(Signed):
    """纸质原件的扫描件: which page of the scan is which page of the document.  **Clause** QD-3.2.1d, WC-2.2.2d.

    **Shape** `pages`: [[page of the document, page of the scan]], in order; the latest link of a document counts.
    """

    document = models.ForeignKey("record.Item", models.PROTECT, verbose_name="文书", related_name="scans")
    scan = models.ForeignKey("record.Item", models.PROTECT, verbose_name="扫描件", related_name="scan_of")
    pages = models.JSONField("页码对应")
    place = models.CharField("纸质原件存放处", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "纸质原件扫描"

    @property
    def chain(self) -> str:
        return f"custody:{self.document.dossier.subject}"
