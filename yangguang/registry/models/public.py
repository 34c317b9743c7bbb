"""公开的名录: what the public may know of bodies, officers and powers.  Views of the database; nothing is written here."""

from django.db import models


class PublicRow(models.Model):
    """A row of a view: the version in force today, its public columns."""

    class Meta:
        abstract = True


class PublicBody(PublicRow):
    """执法主体 as the public sees it."""

    key = models.UUIDField("编号", primary_key=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=12)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    region = models.CharField("行政区划代码", max_length=12)
    pack = models.CharField("适用规则包", max_length=80)
    address = models.CharField("地址", max_length=200)
    phone = models.CharField("办公电话", max_length=40)
    office_hours = models.CharField("办公时间", max_length=100)
    duties = models.TextField("职责")
    authority = models.TextField("权限")
    complaint_phone = models.CharField("投诉举报电话", max_length=40)
    complaint_way = models.CharField("投诉举报方式", max_length=200)
    website = models.CharField("网址", max_length=200)
    reconsideration = models.CharField("复议机关", max_length=100)
    court = models.CharField("管辖法院", max_length=100)

    class Meta:
        managed = False
        db_table = "registry_public_body"
        verbose_name = verbose_name_plural = "公开的执法主体"


class PublicOfficer(PublicRow):
    """执法人员 as the public sees them: certified, in service, never auxiliary.

    **Shape** `standing`: valid | suspended | expired | unchecked, on the day of asking.
    """

    number = models.CharField("证号", max_length=40, primary_key=True)
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60)
    unit = models.CharField("所在机构", max_length=100)
    kinds = models.JSONField("执法种类")
    service_matters = models.TextField("服务事项")
    covers = models.JSONField("执法领域")
    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至")
    standing = models.CharField("证件状态", max_length=10)
    body_key = models.UUIDField("所属主体编号")
    body_name = models.CharField("所属主体", max_length=100)
    pack = models.CharField("适用规则包", max_length=80)

    class Meta:
        managed = False
        db_table = "registry_public_officer"
        verbose_name = verbose_name_plural = "公开的执法人员"


class PublicPower(PublicRow):
    """执法事项 as the public sees it: published, in force."""

    key = models.UUIDField("编号", primary_key=True)
    code = models.CharField("事项编码", max_length=40)
    national_code = models.CharField("国家基本目录编码", max_length=40)
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("行为种类", max_length=24)
    field = models.CharField("领域", max_length=40)
    basis = models.JSONField("法律依据")
    instrument = models.CharField("赋权依据", max_length=200)
    published_on = models.DateField("公布日期")
    discretion = models.JSONField("裁量基准")
    guide = models.JSONField("服务指南")
    delegation = models.CharField("省级赋权决定", max_length=200)
    delegation_published_on = models.DateField("省级赋权决定公布日期", null=True)
    delegated_from = models.CharField("原实施部门", max_length=100)
    body_key = models.UUIDField("实施主体编号")
    body_name = models.CharField("实施主体", max_length=100)
    pack = models.CharField("适用规则包", max_length=80)

    class Meta:
        managed = False
        db_table = "registry_public_power"
        verbose_name = verbose_name_plural = "公开的执法事项"


class PublicDevice(PublicRow):
    """电子技术监控设备设置地点, once made public.  **Clause** 行政处罚法 art. 41."""

    key = models.UUIDField("编号", primary_key=True)
    place = models.CharField("设置地点", max_length=200)
    published_on = models.DateField("公布日期")
    body_key = models.UUIDField("设置主体编号")
    body_name = models.CharField("设置主体", max_length=100)

    class Meta:
        managed = False
        db_table = "registry_public_device"
        verbose_name = verbose_name_plural = "公开的监控设备设置地点"


class PublicSuccession(PublicRow):
    """承继 that has come about.  **Shape** `whole`: everything passed, not some powers only."""

    id = models.UUIDField(primary_key=True)
    predecessor_key = models.UUIDField("原主体编号")
    predecessor_name = models.CharField("原主体", max_length=100)
    successor_key = models.UUIDField("承继主体编号")
    successor_name = models.CharField("承继主体", max_length=100)
    on = models.DateField("承继日期")
    instrument = models.CharField("依据文件", max_length=200)
    whole = models.BooleanField("全部职权")

    class Meta:
        managed = False
        db_table = "registry_public_succession"
        verbose_name = verbose_name_plural = "公开的主体承继"


class PublicEntrustment(PublicRow):
    """委托执法 that holds today and was published.  **Shape** `powers`: names of the powers."""

    id = models.UUIDField(primary_key=True)
    entrusting_key = models.UUIDField("委托机关编号")
    entrusting_name = models.CharField("委托机关", max_length=100)
    entrusted_key = models.UUIDField("受委托组织编号")
    entrusted_name = models.CharField("受委托组织", max_length=100)
    instrument = models.CharField("委托书文号", max_length=100)
    valid_from = models.DateField("委托期限自")
    valid_to = models.DateField("委托期限至")
    published_on = models.DateField("公布日期")
    powers = models.JSONField("委托事项")

    class Meta:
        managed = False
        db_table = "registry_public_entrustment"
        verbose_name = verbose_name_plural = "公开的委托执法"
