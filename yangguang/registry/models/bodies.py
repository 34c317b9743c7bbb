"""主体: bodies, their regions and units, who follows whom, who acts in whose name, and who advises them."""

from django.db import models

from yangguang.trail.models import Fact

from .base import Entity


class Body(Entity):
    """行政执法主体, or the 司法行政部门 that supervises them.  Its `scope` is its place in the tree of bodies."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "行政机关"
        AUTHORIZED = "authorized", "法律法规授权组织"
        ENTRUSTED = "entrusted", "受委托组织"
        SUPERVISOR = "supervisor", "行政执法监督机构"

    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    region = models.CharField("行政区划代码", max_length=12)
    pack = models.CharField("适用规则包", max_length=80)
    sign = models.CharField("机关代字", max_length=20)  # before 罚决字 in a document number
    reconsideration = models.CharField("复议机关", max_length=100, blank=True)
    court = models.CharField("管辖法院", max_length=100, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    bank = models.CharField("罚款代收机构", max_length=100, blank=True)
    bank_account = models.CharField("缴款账号", max_length=40, blank=True)
    duties = models.TextField("职责", blank=True)
    authority = models.TextField("权限", blank=True)
    office_hours = models.CharField("办公时间", max_length=100, blank=True)
    complaint_phone = models.CharField("投诉举报电话", max_length=40, blank=True)
    complaint_way = models.CharField("投诉举报方式", max_length=200, blank=True)
    website = models.CharField("网址", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法主体"
        indexes = [models.Index(fields=["scope"])]

    def __str__(self) -> str:
        return self.name


class Region(Entity):
    """行政区划: its code in GB/T 2260 (with the township's three digits where there are any), its name, its parent."""

    code = models.CharField("区划代码", max_length=12, db_index=True)
    name = models.CharField("名称", max_length=100)
    parent = models.CharField("上级区划代码", max_length=12, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name


class Unit(Entity):
    """承办机构: a handling unit inside a body; it never acts in its own name (行政处罚法 art. 24 for townships).

    A village or community of a township is kept here too: the plan is sent to it, and there enforcement takes place and is
    made public (QS-0.1).
    """

    class Kind(models.TextChoices):
        HANDLING = "handling", "承办机构"
        LEGAL = "legal", "法制审核机构"
        VILLAGE = "village", "村（居）"
        OTHER = "other", "其他内设机构"

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="所属主体", related_name="units")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.HANDLING)
    duties = models.TextField("职责", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "承办机构"

    def __str__(self) -> str:
        return self.name


class Succession(Fact):
    """承继: from a day on another body answers for what this one did and was about to do.  **Clause** SY-3.3b.

    **Shape** `powers`: keys of the powers that pass, where a body is split or gives up a part; empty: everything passes.
    """

    predecessor = models.ForeignKey(Body, models.PROTECT, verbose_name="原主体", related_name="+")
    predecessor_key = models.UUIDField("原主体编号", db_index=True)
    predecessor_name = models.CharField("原主体名称", max_length=100)
    successor = models.ForeignKey(Body, models.PROTECT, verbose_name="承继主体", related_name="+")
    successor_key = models.UUIDField("承继主体编号", db_index=True)
    successor_name = models.CharField("承继主体名称", max_length=100)
    on = models.DateField("承继日期")  # the first day of the successor
    instrument = models.CharField("依据文件", max_length=200)
    powers = models.JSONField("随转事项", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "主体承继"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(predecessor_key=models.F("successor_key")), name="succession_of_another"
            ),
        ]

    @property
    def chain(self) -> str:
        return f"body:{self.predecessor_key}"


class Entrustment(Fact):
    """委托执法: the entrusted organisation acts in the entrusting body's name, within the listed powers and days.

    **Clause** 行政处罚法 art. 20, 21.  **Shape** `powers`: keys of powers of the entrusting body; `document`: digest of the
    委托书 in the vault, "" while none was kept.
    """

    entrusting = models.ForeignKey(Body, models.PROTECT, verbose_name="委托机关", related_name="+")
    entrusting_key = models.UUIDField("委托机关编号", db_index=True)
    entrusting_name = models.CharField("委托机关名称", max_length=100)
    entrusted = models.ForeignKey(Body, models.PROTECT, verbose_name="受委托组织", related_name="+")
    entrusted_key = models.UUIDField("受委托组织编号", db_index=True)
    entrusted_name = models.CharField("受委托组织名称", max_length=100)
    powers = models.JSONField("委托事项", default=list)
    instrument = models.CharField("委托书文号", max_length=100)
    document = models.CharField("委托书原件", max_length=64, blank=True)
    valid_from = models.DateField("委托期限自")
    valid_to = models.DateField("委托期限至")  # last day inclusive
    published_on = models.DateField("公布日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "委托执法"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from"))
                & ~models.Q(entrusting_key=models.F("entrusted_key")),
                name="entrustment_sound",
            ),
        ]

    def __str__(self) -> str:
        return self.instrument

    @property
    def chain(self) -> str:
        return f"body:{self.entrusting_key}"


class EntrustmentEnd(Fact):
    """委托终止 before its time."""

    entrustment = models.OneToOneField(Entrustment, models.PROTECT, verbose_name="委托", related_name="end")
    on = models.DateField("终止日期")  # the first day without it
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "委托终止"

    @property
    def chain(self) -> str:
        return self.entrustment.chain


class Counsel(Entity):
    """外聘法律顾问、公职律师: may help the reviewers, never stand in for them.  **Clause** QD-5.2b."""

    class Kind(models.TextChoices):
        EXTERNAL = "external", "外聘法律顾问"
        GOVERNMENT = "government", "公职律师"

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="聘用主体", related_name="counsels")
    name = models.CharField("姓名", max_length=40)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    firm = models.CharField("所在律师事务所或者单位", max_length=100, blank=True)
    licence_no = models.CharField("执业证号", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "法律顾问和公职律师"

    def __str__(self) -> str:
        return self.name


class LeadingGroup(Entity):
    """领导小组: set up by a document, with its members.  **Shape** `members`: [{name, post, role}]."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="设立主体", related_name="leading_groups")
    name = models.CharField("名称", max_length=100)
    instrument = models.CharField("设立文件", max_length=200)
    members = models.JSONField("成员", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "领导小组"

    def __str__(self) -> str:
        return self.name
