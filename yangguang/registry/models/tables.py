"""导入、导出: which file was taken into a register, what became of its rows, and who took a register out."""

from django.db import models

from yangguang.trail.models import Fact


class RegisterImport(Fact):
    """A file handed in for a register: kept in the vault, read and checked, nothing entered yet.

    **Shape** `digest`: the file in the vault; `fresh`, `changed`, `same`, `refused`: rows as they were found that day;
    `valid_from`, `reason`: for rows that say none themselves.
    """

    register = models.CharField("登记簿", max_length=12)
    digest = models.CharField("文件摘要", max_length=64)
    filename = models.CharField("文件名", max_length=200)
    size_bytes = models.BigIntegerField("字节数")
    rows = models.PositiveIntegerField("行数")
    fresh = models.PositiveIntegerField("新登记")
    changed = models.PositiveIntegerField("新版本")
    same = models.PositiveIntegerField("没有变化")
    refused = models.PositiveIntegerField("不能登记")
    valid_from = models.DateField("生效日期")
    reason = models.CharField("变更说明", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "导入文件"

    def __str__(self) -> str:
        return self.filename

    @property
    def chain(self) -> str:
        return f"import:{self.pk}"


class ImportStep(Fact):
    """Some rows of a file, entered together.

    **Shape** rows are numbered as in the file; `refusals`: [{row, field, why, mend}] of those the actions refused.
    """

    run = models.ForeignKey(RegisterImport, models.PROTECT, verbose_name="导入文件", related_name="steps")
    first_row = models.PositiveIntegerField("自第几行")
    last_row = models.PositiveIntegerField("至第几行")
    fresh = models.PositiveIntegerField("新登记")
    changed = models.PositiveIntegerField("新版本")
    same = models.PositiveIntegerField("没有变化")
    refused = models.PositiveIntegerField("没有登记")
    refusals = models.JSONField("没有登记的原因", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "导入进度"

    @property
    def chain(self) -> str:
        return self.run.chain


class RegisterExport(Fact):
    """A register that was taken out as a file.  **Shape** `private`: with the columns that name a natural person."""

    register = models.CharField("登记簿", max_length=12)
    on = models.DateField("截至日期")
    form = models.CharField("格式", max_length=4)
    rows = models.PositiveIntegerField("行数")
    private = models.BooleanField("含公民身份号码等个人信息")
    purpose = models.CharField("用途", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导出登记簿"
