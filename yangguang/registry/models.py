"""主体、人员、事项、相对人, each row one version of a thing; and the accounts that act for them.

A fact about a case points at the version that was in force when it happened, so an old file always shows the officer,
the power and the party as they were.  `key` names the thing itself across its versions.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yangguang.trail.ids import uuid7
from yangguang.trail.models import Fact


class Entity(Fact):
    """One version of a registered thing; the latest with `valid_from` not in the future is the current one."""

    key = models.UUIDField("编号", default=uuid7, db_index=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)  # last day inclusive

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return f"{self._meta.model_name}:{self.key}"


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

    class Meta:
        verbose_name = verbose_name_plural = "执法主体"
        indexes = [models.Index(fields=["scope"])]

    def __str__(self) -> str:
        return self.name


class Unit(Entity):
    """承办机构: a handling unit inside a body; it never acts in its own name (行政处罚法 art. 24 for townships)."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="所属主体", related_name="units")
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "承办机构"

    def __str__(self) -> str:
        return self.name


class Officer(Entity):
    """A person on the staff of a body.  Only one who holds a valid certificate may enforce."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="所属主体", related_name="officers")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="所在机构", null=True, blank=True)
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60, blank=True)
    auxiliary = models.BooleanField("执法辅助人员", default=False)  # may assist, never act

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return f"registry.officer:{self.pk}"


class Signed(Fact):
    """A fact some person answers for by name."""

    by = models.ForeignKey(Officer, models.PROTECT, verbose_name="经办人", related_name="+")

    class Meta:
        abstract = True


class Certificate(Fact):
    """行政执法证, granted after a passed exam.  **Clause** QD-3.1.2(1)b, QS-3.1.2a, QS-4.6b."""

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="持证人", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    number = models.CharField("证号", max_length=40)
    issuer = models.CharField("发证机关", max_length=100)
    exam_passed_on = models.DateField("考试合格日期")
    covers = models.JSONField("执法领域", default=list)  # fields of powers; empty: all powers of the body (综合执法)
    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至")  # last day inclusive

    class Meta:
        verbose_name = verbose_name_plural = "行政执法证"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="certificate_number"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from"))
                & models.Q(valid_from__gte=models.F("exam_passed_on")),
                name="certificate_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"


class CertificateChange(Fact):
    """暂扣、恢复、注销: the state of a certificate from a day on."""

    class State(models.TextChoices):
        SUSPENDED = "suspended", "暂扣"
        RESTORED = "restored", "恢复"
        REVOKED = "revoked", "注销"

    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="执法证", related_name="changes")
    state = models.CharField("状态", max_length=10, choices=State)
    on = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "执法证变动"

    @property
    def chain(self) -> str:
        return self.certificate.chain


class Qualification(Fact):
    """法制审核人员资格.  **Clause** 行政处罚法 art. 58(2), QS-3.3.1b."""

    class Kind(models.TextChoices):
        LAW_DEGREE = "law_degree", "法律专业背景"
        LEGAL_PROFESSIONAL = "legal_professional", "国家统一法律职业资格"

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="人员", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    kind = models.CharField("资格", max_length=20, choices=Kind)
    number = models.CharField("证书编号", max_length=40)
    valid_from = models.DateField("取得日期")

    class Meta:
        verbose_name = verbose_name_plural = "法制审核资格"

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"


class Power(Entity):
    """执法事项 of the 权责清单, with its legal basis and discretion benchmark.  **Clause** QS-3.1.1b.

    **Shape** `basis`: [{law, article, text}]; `discretion`: [{grade, when, fine_min_fen, fine_max_fen}].
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="实施主体", related_name="powers")
    code = models.CharField("事项编码", max_length=40)
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("行为种类", max_length=24)
    field = models.CharField("领域", max_length=40, blank=True)
    basis = models.JSONField("法律依据")
    instrument = models.CharField("赋权依据", max_length=200)  # the document that gave this body this power
    published_on = models.DateField("公布日期", null=True, blank=True)
    discretion = models.JSONField("裁量基准", default=list)

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


class Role(models.TextChoices):
    """What an account may be trusted with.  The three administrators are never one person (等保 2.0)."""

    OFFICER = "officer", "执法人员"
    REVIEWER = "reviewer", "法制审核人员"
    HEAD = "head", "负责人"
    DISCLOSURE = "disclosure", "公示专员"
    SUPERVISOR = "supervisor", "执法监督人员"
    ARCHIVIST = "archivist", "档案员"
    ADMIN = "admin", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDITOR = "auditor", "审计管理员"


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username):
        # Nothing of the person is read with it: before the sign-in nobody's rows are in scope.
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A sign-in.  The only mutable row of the registry: it holds the password hash and the last sign-in."""

    username = models.CharField("用户名", max_length=60, unique=True)
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="人员", related_name="accounts")
    is_active = models.BooleanField("启用", default=True)
    must_change = models.BooleanField("首次登录须改密码", default=False)

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.username


class RoleGrant(Fact):
    """A role given to an account, or taken away: the latest row for a role counts."""

    account = models.ForeignKey(Account, models.PROTECT, verbose_name="账号", related_name="grants")
    role = models.CharField("角色", max_length=12, choices=Role)
    granted = models.BooleanField("授予", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "角色授予"

    @property
    def chain(self) -> str:
        return f"account:{self.account_id}"


class Recusal(Signed):
    """回避: an officer who must keep away from a matter.  **Clause** 行政处罚法 art. 43."""

    class Ground(models.TextChoices):
        INTEREST = "interest", "与案件有直接利害关系"
        OTHER = "other", "有其他关系可能影响公正执法"

    subject = models.CharField("事项", max_length=60, db_index=True)  # "clue:<uuid>" or "case:<uuid>"
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="回避人员", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    ground = models.CharField("事由", max_length=10, choices=Ground)
    note = models.CharField("说明", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "回避"

    @property
    def chain(self) -> str:
        return self.subject
