"""人员: officers, their certificates through life, and who is qualified to review."""

from django.db import models

from yangguang.trail.models import Fact

from .base import Entity
from .bodies import Body, Unit


class Officer(Entity):
    """A person on the staff of a body.  Only one who holds a valid certificate may enforce.

    **Shape** `kinds`: kinds of act (执法种类) the person enforces; `photo`: digest in the vault, "" while there is none.
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="所属主体", related_name="officers")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="所在机构", null=True, blank=True)
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60, blank=True)
    auxiliary = models.BooleanField("执法辅助人员", default=False)  # may assist, never act
    kinds = models.JSONField("执法种类", default=list, blank=True)
    service_matters = models.TextField("服务事项", blank=True)
    photo = models.CharField("照片", max_length=64, blank=True)

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


class Exam(Fact):
    """执法资格考试成绩: what a certificate rests on.  **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a.

    **Shape** `regime`: which exam it is in the words of the body's pack (parameter `exam_regimes`), "" where the pack names
    none; `source`: the result here that it was taken from ("training.result:<uuid>"); the marks of an imported one may be
    unknown.
    """

    class How(models.TextChoices):
        SAT = "sat", "在本系统考试"
        OUTSIDE = "outside", "外部考试登记"
        IMPORTED = "imported", "随名册导入"

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="考生", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    regime = models.CharField("执法资格考试种类", max_length=60, blank=True)
    title = models.CharField("考试名称", max_length=100)
    organiser = models.CharField("举办机关", max_length=100)
    on = models.DateField("考试日期")
    how = models.CharField("方式", max_length=10, choices=How)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    total = models.PositiveSmallIntegerField("满分", null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField("合格分数", null=True, blank=True)
    passed = models.BooleanField("合格")
    proof = models.CharField("成绩单、合格证编号", max_length=100, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法资格考试成绩"
        indexes = [models.Index(fields=["scope", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(how="imported", score__isnull=True, total__isnull=True, pass_mark__isnull=True)
                | models.Q(
                    models.Q(passed=True, score__gte=models.F("pass_mark"))
                    | models.Q(passed=False, score__lt=models.F("pass_mark")),
                    score__isnull=False,
                    pass_mark__isnull=False,
                    total__isnull=False,
                    score__lte=models.F("total"),
                    pass_mark__lte=models.F("total"),
                ),
                name="exam_marks",
            ),
            models.CheckConstraint(
                condition=(models.Q(how="sat") & ~models.Q(source=""))
                | (models.Q(how="outside", source="") & ~models.Q(proof=""))
                | models.Q(how="imported", source=""),
                name="exam_proved",
            ),
            models.UniqueConstraint(fields=["source"], condition=~models.Q(source=""), name="exam_of_one_source"),
            models.UniqueConstraint(
                fields=["officer_key", "proof"], condition=~models.Q(proof=""), name="exam_of_one_proof"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.on} {self.verdict}，{self.marks}）"

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"

    @property
    def marks(self) -> str:
        """The marks in words; what an import did not say is said to be unknown."""
        return "分数未登记" if self.score is None else f"{self.score}/{self.total} 分"

    @property
    def verdict(self) -> str:
        return "合格" if self.passed else "不合格"


class Certificate(Fact):
    """行政执法证, granted on a passed exam that is on record.  **Clause** QD-3.1.2(1)b, QS-3.1.2a, QS-4.6b.

    **Shape** `family`: the kind of certificate in the words of the body's pack (parameter `certificate_families`).
    """

    class IssuerFamily(models.TextChoices):
        NATIONAL = "national", "国家统一制发"
        PROVINCIAL = "provincial", "省级人民政府制发"
        DEPARTMENT = "department", "其他有关部门依法制发"

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="持证人", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    number = models.CharField("证号", max_length=40)
    issuer = models.CharField("发证机关", max_length=100)
    issuer_family = models.CharField("制发类别", max_length=10, choices=IssuerFamily, default=IssuerFamily.PROVINCIAL)
    family = models.CharField("证件名称", max_length=60, blank=True)
    # null only in rows older than the register of exams; the database takes no new one without
    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name="所凭考试", null=True, related_name="certificates")
    exam_passed_on = models.DateField("考试合格日期")  # the day of that exam
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


class CertificateCheck(Fact):
    """年度审验: a failed one stops the certificate from its day until a later one is passed.  **Clause** QS-4.6b."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="执法证", related_name="checks")
    year = models.PositiveSmallIntegerField("审验年度")
    passed = models.BooleanField("合格")
    on = models.DateField("审验日期")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "执法证年度审验"

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
