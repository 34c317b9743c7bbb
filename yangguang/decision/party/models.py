"""What a party handed in, who looked, and the narrow tables through which it came."""

from typing import Any

from django.db import models

from yangguang.casework.models import Case, CaseFact
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file
from yangguang.trail.models import Fact


class Kind(models.TextChoices):
    STATEMENT = "statement", "陈述申辩"
    HEARING = "hearing", "要求听证"
    ADDRESS = "address", "送达地址确认"
    INSPECT = "inspect", "查阅、复制案卷材料"


class PartySession(models.Model):
    """An opened page of a party: the hash of its token.  Only the functions of `sql.py` read and write it."""

    token = models.CharField("令牌摘要", max_length=64, primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="+")
    at = models.DateTimeField("打开时间")
    until = models.DateTimeField("失效时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "当事人查询会话"


class PartyTry(models.Model):
    """A wrong guess at a code, known or not; kept for a day.  Only the functions of `sql.py` read and write it."""

    id = models.BigAutoField("序号", primary_key=True)
    code = models.CharField("编码摘要", max_length=64, db_index=True)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "当事人查询的错误尝试"


class PartyPost(models.Model):
    """The letter box: what the public side put in, until it is written into the trail.

    **Shape** `kind`: a Kind, or "reading" of the page ({}) or of a document ({"item": id}).
    """

    id = models.UUIDField("编号", primary_key=True)
    at = models.DateTimeField("收到时间", db_index=True)
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="+")
    scope = models.TextField("所属机关", db_collation="C")
    kind = models.CharField("种类", max_length=10)
    data = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "当事人来件（待入链）"


@with_the_file
class PartySubmission(Fact):
    """当事人提交: what the party handed in, at the moment the system received it.

    `due` is the last day the rules gave, None where no period ran; `late` says whether it came after it.
    **Shape** `data`: {name, phone, text} of a statement; {name, phone, text, reasons, agent} of a hearing;
    {name, phone, text} of a request to inspect;
    {name, recipient, phone, address, postcode, electronic, email} of an address; `because`: citations as JSON.
    **Clause** 行政处罚法 art. 45, 63, 64.
    """

    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="party_submissions")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    data = models.JSONField("内容")
    notice = models.ForeignKey(
        "decision.Notice", models.PROTECT, verbose_name="针对的告知", null=True, blank=True, related_name="+"
    )
    due = models.DateField("期限届满日", null=True, blank=True)
    late = models.BooleanField("逾期", default=False)
    because = models.JSONField("依据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "当事人提交"
        indexes = [models.Index(fields=["scope", "at"], name="party_submission_when")]

    @property
    def chain(self) -> str:
        return f"case:{self.case_id}"

    @property
    def text(self) -> str:
        return str(self.data.get("text", ""))

    @property
    def who(self) -> str:
        return str(self.data.get("name", ""))


@with_the_file
class PartyAcceptance(CaseFact):
    """收入案卷: an officer took what the party handed in into the file, as this document."""

    submission = models.OneToOneField(
        PartySubmission, models.PROTECT, verbose_name="当事人提交", related_name="acceptance"
    )
    statement = models.OneToOneField(
        "decision.Statement", models.PROTECT, verbose_name="陈述申辩", null=True, blank=True, related_name="+"
    )
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="入卷文书", null=True, blank=True, related_name="+")
    note = models.CharField("处理说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "当事人提交收入案卷"


class PartyReading(Fact):
    """当事人查阅: the page or one served document, once an hour; a chain of its own, so that the case is not disturbed.

    **Clause** QS-3.2.2j.
    """

    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="party_readings")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="文书", null=True, blank=True, related_name="+")
    hour = models.DateTimeField("时段")

    class Meta:
        verbose_name = verbose_name_plural = "当事人查阅"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "item", "hour"], name="party_reading_once_an_hour", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["scope", "at"], name="party_reading_when")]

    @property
    def chain(self) -> str:
        return f"custody:case:{self.case_id}"


def about(row: PartySubmission) -> list[tuple[str, Any]]:
    """What was handed in, line by line, in words."""
    labels = {
        "name": "提交人",
        "phone": "联系电话",
        "recipient": "收件人",
        "address": "送达地址",
        "postcode": "邮政编码",
        "electronic": "同意电子送达",
        "email": "电子邮箱",
        "text": {"statement": "陈述申辩内容", "hearing": "听证请求", "inspect": "要查阅、复制的材料"}.get(
            row.kind, "内容"
        ),
        "reasons": "事实和理由",
        "agent": "委托代理人",
    }
    values = ((label, row.data.get(name)) for name, label in labels.items())
    return [
        (label, ("是" if value else "否") if isinstance(value, bool) else value)
        for label, value in values
        if value not in (None, "")
    ]
