"""线索: where a case comes from."""

from django.db import models

from yangguang.catalogue.models import ListVersion
from yangguang.record.models import Item
from yangguang.registry.models import Certificate, Officer, Party, Power, Signed


class Clue(Signed):
    """A clue as it was received.  The informant stays confidential."""

    class Source(models.TextChoices):
        INSPECTION = "inspection", "日常检查"
        RANDOM = "random", "随机抽查"
        REPORT = "report", "投诉举报"
        TRANSFER = "transfer", "其他机关移送"
        ASSIGNED = "assigned", "上级交办"
        MONITORING = "monitoring", "监测发现"

    source = models.CharField("来源", max_length=12, choices=Source)
    found_on = models.DateField("发现日期")
    summary = models.TextField("内容摘要")
    place = models.CharField("地点", max_length=200)
    party = models.ForeignKey(
        Party, models.PROTECT, verbose_name="涉及的相对人", null=True, blank=True, related_name="+"
    )
    power = models.ForeignKey(
        Power, models.PROTECT, verbose_name="涉及的执法事项", null=True, blank=True, related_name="+"
    )
    informant = models.CharField("举报人（保密）", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "线索"

    @property
    def chain(self) -> str:
        return f"clue:{self.pk}"


class RandomMatter(Signed):
    """随机抽查的事项: the line of the list in force under which a clue was found or an activity was done.

    **Clause** QS-3.1.1c, WC-2.1.2(2)a, QD-A3.公示.4(②)b.  **Shape** `subject`: "clue:<id>" or "activity:<id>".
    """

    subject = models.CharField("线索或者活动", max_length=60, unique=True)
    version = models.ForeignKey(ListVersion, models.PROTECT, verbose_name="随机抽查事项清单", related_name="+")
    line = models.PositiveIntegerField("清单的行")
    matter = models.CharField("抽查事项", max_length=400)
    on = models.DateField("抽查日期")

    class Meta:
        verbose_name = verbose_name_plural = "随机抽查的事项"

    def __str__(self) -> str:
        return self.matter

    @property
    def chain(self) -> str:
        return self.subject


class Declined(Signed):
    """不予立案, with the reason."""

    clue = models.OneToOneField(Clue, models.PROTECT, verbose_name="线索", related_name="declined")
    reason = models.CharField("理由", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "不予立案"

    @property
    def chain(self) -> str:
        return self.clue.chain


class ActivityRecord(Signed):
    """现场执法活动记录: an activity that belongs to no case yet — who came, how they made themselves known, what they told.

    **Clause** QD-3.1.2(1)c, QS-3.1.2b–e, SY-2.1.2a, DH-2.1.3d, WC-2.1.3.0.
    **Shape** `told`: words of the pack's parameter `must_tell`; `remedies`: the lines the pack gives, as they stand in the
    paper; `identity_rule`: what the pack asked for then.
    """

    class Uniform(models.TextChoices):
        WORN = "worn", "已按规定着装、佩戴标识"
        NOT_PRESCRIBED = "not_prescribed", "本领域没有统一着装的规定"
        NOT_WORN = "not_worn", "没有着装"

    class Acknowledged(models.TextChoices):
        SIGNED = "signed", "当事人签名确认"
        REFUSED = "refused", "当事人拒绝签名"
        ABSENT = "absent", "当事人不在场，由见证人签名"

    second = models.ForeignKey(Officer, models.PROTECT, verbose_name="另一名执法人员", related_name="+")
    by_key = models.UUIDField("执法人员编号", db_index=True)
    second_key = models.UUIDField("另一名执法人员编号", db_index=True)
    certificate1 = models.ForeignKey(Certificate, models.PROTECT, verbose_name="执法证", related_name="+")
    certificate2 = models.ForeignKey(Certificate, models.PROTECT, verbose_name="另一名的执法证", related_name="+")
    kind = models.CharField("行为种类", max_length=24)
    activity = models.CharField("执法活动", max_length=60)
    power = models.ForeignKey(Power, models.PROTECT, verbose_name="执法事项", null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, verbose_name="被检查人", null=True, blank=True, related_name="+")
    present = models.CharField("现场人员", max_length=100, blank=True)
    place = models.CharField("地点", max_length=200)
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间")
    reason = models.TextField("执法事由")
    basis = models.TextField("执法依据")
    rights = models.TextField("告知的权利义务")
    told = models.JSONField("已告知的内容")
    explained = models.TextField("说明解释", blank=True)
    identity_rule = models.CharField("表明身份的要求", max_length=14)
    worn = models.BooleanField("佩戴执法证件")
    shown = models.BooleanField("主动出示执法证件")
    throughout = models.BooleanField("全程公示身份")
    uniform = models.CharField("着装", max_length=14, choices=Uniform)
    uniform_note = models.CharField("没有着装的原因", max_length=200, blank=True)
    document = models.CharField("出具或者出示的文书", max_length=200, blank=True)
    findings = models.TextField("现场情况")
    remedies = models.JSONField("告知的救济")
    acknowledged = models.CharField("当事人的确认", max_length=8, choices=Acknowledged)
    acknowledged_note = models.CharField("拒绝的理由或者见证人", max_length=200, blank=True)
    pack = models.CharField("规则包", max_length=80)
    pack_version = models.CharField("规则包版本", max_length=64)
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="记录文书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "现场执法活动记录"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(by_key=models.F("second_key")) & models.Q(ended_at__gte=models.F("started_at")),
                name="activity_two_officers",
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledged="signed") | ~models.Q(acknowledged_note=""),
                name="activity_acknowledged",
            ),
            models.CheckConstraint(
                condition=~models.Q(uniform="not_worn") | ~models.Q(uniform_note=""), name="activity_uniform"
            ),
            models.CheckConstraint(condition=models.Q(worn=True) | models.Q(shown=True), name="activity_identified"),
        ]
        indexes = [models.Index(fields=["scope", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.activity}：{self.place}"

    @property
    def chain(self) -> str:
        return f"activity:{self.pk}"
