"""案卷包的导出: who took a whole case file out, for what, and how far it reached."""

from django.db import models

from yangguang.registry.models import Officer
from yangguang.trail.models import Fact


class PackageExport(Fact):
    """导出案卷包.  The entry of this row goes into the package: its head and count show that no end was cut off.

    **Shape** `by` null: exported by the operator of the installation at the command line; `keys`: [{chain, count, head}],
    how far the trail of every key and live recording reached that the file rests on, so that the end of none can be cut
    off (the revocation of a key, say).
    **Clause** QS-3.2.2j: every export is recorded; QS-3.2.3c.
    """

    by = models.ForeignKey(Officer, models.PROTECT, verbose_name="导出人", null=True, blank=True, related_name="+")
    dossier = models.ForeignKey("record.Dossier", models.PROTECT, verbose_name="案卷", related_name="exports")
    chain_exported = models.CharField("事项链", max_length=60)
    purpose = models.CharField("事由", max_length=200)
    recipient = models.CharField("接收单位", max_length=200, blank=True)
    head = models.CharField("末条承诺值", max_length=64)
    count = models.PositiveIntegerField("事件数")
    files = models.PositiveIntegerField("文件数")
    size_bytes = models.BigIntegerField("字节数")
    keys = models.JSONField("密钥和录制的留痕", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "案卷包导出"
        indexes = [models.Index(fields=["scope", "at"], name="package_export_when")]

    @property
    def who(self) -> str:
        """Who took it out; a person of a body above the reader's is not told by name."""
        if self.by_id is None:
            return "系统运行人员（命令行）"
        return self.by.name if self.by else "上级机关人员"

    @property
    def chain(self) -> str:
        return f"custody:{self.chain_exported}"
