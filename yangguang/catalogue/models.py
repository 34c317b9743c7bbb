"""清单: versions of a body's lists, who approved them, where they were made public, and where they were filed."""

from django.db import models

from yangguang.registry.models import Signed

from .versions import Approval, Version

PORTAL = "portal"  # the channel that is this system's own public pages


class ListFact(Signed):
    """A fact about one version of a list: it joins the chain of the list."""

    version = models.ForeignKey(
        "catalogue.ListVersion", models.PROTECT, verbose_name="清单版本", related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return self.version.chain


class ListVersion(Version):
    """One version of a list.  **Shape** `rows`: [{column: value}] by the columns of `lists.kinds`; `pack`: the rules then."""

    kind = models.CharField("清单种类", max_length=30)
    number = models.PositiveIntegerField("版本号")
    title = models.CharField("名称", max_length=100)
    rows = models.JSONField("内容")
    in_force_from = models.DateField("施行日期")
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单版本"
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "number"], name="list_version_number")]

    def __str__(self) -> str:
        return f"《{self.title}》第 {self.number} 版"

    @property
    def chain(self) -> str:
        return f"list:{self.scope}{self.kind}"

    @property
    def subject(self) -> str:
        """What the duties about this version speak of."""
        return f"list:{self.pk}"


class ListApproval(Approval):
    """审核: whether a version may come into force."""

    version = models.OneToOneField(ListVersion, models.PROTECT, verbose_name="清单版本", related_name="approval")
    office = models.CharField("审核机构", max_length=60, blank=True)  # where the plan names one

    class Meta:
        verbose_name = verbose_name_plural = "清单审核"

    @property
    def chain(self) -> str:
        return self.version.chain


class ListPublication(ListFact):
    """公布: one channel on which a version was made public.

    **Shape** `shown`, only for the portal: {title, number, body, in_force_from, columns: [label], rows: [[text]]}; the
    public reads this copy and nothing else of a list.
    """

    channel = models.CharField("渠道", max_length=40)
    on = models.DateField("公布日期")
    proof = models.CharField("证明", max_length=400, blank=True)
    kind = models.CharField("清单种类", max_length=30)
    shown = models.JSONField("公布的内容", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "清单公布"
        constraints = [models.UniqueConstraint(fields=["version", "channel"], name="list_publication_channel")]


class Filing(ListFact):
    """备案: a version was sent to the office that keeps it."""

    addressee = models.CharField("报送机关", max_length=100)
    on = models.DateField("报送日期")
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备案"


class FilingReceipt(Signed):
    """备案回执."""

    filing = models.OneToOneField(Filing, models.PROTECT, verbose_name="备案", related_name="receipt")
    number = models.CharField("备案号", max_length=60)
    on = models.DateField("备案日期")

    class Meta:
        verbose_name = verbose_name_plural = "备案回执"

    @property
    def chain(self) -> str:
        return self.filing.chain


from .before import models as before  # noqa: E402, F401  the tables of the sub-areas belong to the stage too
from .pilot import models as pilot  # noqa: E402, F401
