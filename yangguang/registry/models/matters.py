"""事项、相对人、设备、场所: what is enforced, against whom, with what, and where."""

from django.db import models

from yangguang.trail.models import Fact

from .base import Entity
from .bodies import Body
from .people import Officer


class Power(Entity):
    """执法事项 of the 权责清单, with its legal basis and discretion benchmark.  **Clause** QS-1.1, QS-3.1.1b.

    **Shape** `basis`: [{law, article, text}]; `discretion`: [{grade, when, fine_min_fen, fine_max_fen}]; `guide`: keys of
    `yangguang.policy.guides.ITEM`, each a text or a list of texts.  `delegation` is the decision of the province that gave
    a department's power to a township (行政处罚法 art. 24), `delegated_from` that department.
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="实施主体", related_name="powers")
    code = models.CharField("事项编码", max_length=40)
    national_code = models.CharField("国家基本目录编码", max_length=40, blank=True)
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("行为种类", max_length=24)
    field = models.CharField("领域", max_length=40, blank=True)
    basis = models.JSONField("法律依据")
    instrument = models.CharField("赋权依据", max_length=200)  # the document that gave this body this power
    published_on = models.DateField("公布日期", null=True, blank=True)
    discretion = models.JSONField("裁量基准", default=list)
    guide = models.JSONField("服务指南", default=dict, blank=True)
    delegation = models.CharField("省级赋权决定", max_length=200, blank=True)
    delegation_published_on = models.DateField("省级赋权决定公布日期", null=True, blank=True)
    delegated_from = models.CharField("原实施部门", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法事项"

    def __str__(self) -> str:
        return self.name


class Party(Entity):
    """行政相对人.  Privacy: everything but an organisation's name and code is never public as it stands."""

    class Kind(models.TextChoices):
        NATURAL = "natural", "自然人"
        LEGAL = "legal", "法人或者其他组织"
        SELF_EMPLOYED = "self_employed", "个体工商户"

    kind = models.CharField("类别", max_length=14, choices=Kind)
    name = models.CharField("姓名或者名称", max_length=200)
    id_no = models.CharField("公民身份号码", max_length=18, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    legal_rep = models.CharField("法定代表人或者负责人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("住址或者住所", max_length=200, blank=True)
    trade_name = models.CharField("字号", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政相对人"

    def __str__(self) -> str:
        return self.name


class PartyMerge(Fact):
    """同一相对人: two keys that are one person or organisation.  Nothing is rewritten; readings follow it."""

    kept = models.ForeignKey(Party, models.PROTECT, verbose_name="保留", related_name="+")
    kept_key = models.UUIDField("保留编号", db_index=True)
    merged = models.ForeignKey(Party, models.PROTECT, verbose_name="并入", related_name="+")
    merged_key = models.UUIDField("并入编号")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "相对人合并"
        constraints = [
            models.UniqueConstraint(fields=["merged_key"], name="party_merged_once"),
            models.CheckConstraint(condition=~models.Q(kept_key=models.F("merged_key")), name="party_merge_of_two"),
        ]

    @property
    def chain(self) -> str:
        return f"party:{self.kept_key}"


class Device(Entity):
    """执法装备: body cameras, docking stations, electronic monitoring.  A change of keeper or place is a new version."""

    class Kind(models.TextChoices):
        BODY_CAMERA = "body_camera", "执法记录仪"
        STATION = "station", "采集工作站"
        E_MONITORING = "e_monitoring", "电子技术监控设备"
        OTHER = "other", "其他装备"

    class State(models.TextChoices):
        IN_USE = "in_use", "在用"
        IDLE = "idle", "库存"
        REPAIR = "repair", "维修"
        LOST = "lost", "遗失"
        RETIRED = "retired", "报废"

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="所属主体", related_name="devices")
    kind = models.CharField("类别", max_length=14, choices=Kind)
    serial = models.CharField("设备编号", max_length=60)
    model = models.CharField("型号", max_length=100, blank=True)
    keeper = models.ForeignKey(Officer, models.PROTECT, verbose_name="保管人", null=True, blank=True, related_name="+")
    keeper_key = models.UUIDField("保管人编号", null=True, blank=True, db_index=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.IN_USE)
    place = models.CharField("存放或者设置地点", max_length=200, blank=True)
    published_on = models.DateField("设置地点公布日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法装备"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial}"


class DeviceReview(Fact):
    """设备审核: 法制审核 or 技术审核 of a monitoring device.  **Clause** 行政处罚法 art. 41."""

    class Kind(models.TextChoices):
        LEGAL = "legal", "法制审核"
        TECHNICAL = "technical", "技术审核"

    device = models.ForeignKey(Device, models.PROTECT, verbose_name="设备", related_name="+")
    device_key = models.UUIDField("设备编号", db_index=True)
    kind = models.CharField("审核种类", max_length=10, choices=Kind)
    passed = models.BooleanField("通过")
    organ = models.CharField("审核机构", max_length=100)
    document_no = models.CharField("审核文号", max_length=60)
    on = models.DateField("审核日期")

    class Meta:
        verbose_name = verbose_name_plural = "设备审核"

    @property
    def chain(self) -> str:
        return f"device:{self.device_key}"


class Premises(Entity):
    """场所: where a party does business, or where a body works with people."""

    class Kind(models.TextChoices):
        BUSINESS = "business", "生产经营场所"
        SITE = "site", "施工现场"
        PUBLIC = "public", "公共场所"
        ENFORCEMENT = "enforcement", "执法办案场所"
        WINDOW = "window", "办事窗口"
        OTHER = "other", "其他场所"

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="登记主体", related_name="premises")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    address = models.CharField("地址", max_length=200)
    party = models.ForeignKey(Party, models.PROTECT, verbose_name="相对人", null=True, blank=True, related_name="+")
    party_key = models.UUIDField("相对人编号", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "场所"

    def __str__(self) -> str:
        return self.name
