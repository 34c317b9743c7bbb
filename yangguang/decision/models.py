"""告知、陈述申辩、决定、送达、履行、结案、撤销."""

from functools import cached_property

from django.db import models

from yangguang.casework.models import Case, CaseFact, Proposal
from yangguang.record.models import Item, Number
from yangguang.record.queries import corrections
from yangguang.record.rows import with_the_file
from yangguang.review.models import Review


@with_the_file
class Notice(CaseFact):
    """行政处罚事先告知: what is about to be decided, and the rights against it (行政处罚法 art. 44)."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name="处理意见", related_name="notices")
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="告知书", related_name="+")
    hearing = models.BooleanField("有权要求听证")
    penalties = models.JSONField("拟处罚种类")
    fine_fen = models.BigIntegerField("拟罚款（分）")
    confiscation_fen = models.BigIntegerField("拟没收（分）")

    class Meta:
        verbose_name = verbose_name_plural = "事先告知"


@with_the_file
class Service(CaseFact):
    """送达 of one document, with its 送达回证.  **Clause** 行政处罚法 art. 61, 民事诉讼法 art. 87–95."""

    class Method(models.TextChoices):
        DIRECT = "direct", "直接送达"
        LEAVING = "leaving", "留置送达"
        ELECTRONIC = "electronic", "电子送达"
        MAIL = "mail", "邮寄送达"
        ENTRUSTED = "entrusted", "委托送达"
        FORWARDED = "forwarded", "转交送达"
        ANNOUNCEMENT = "announcement", "公告送达"

    item = models.OneToOneField(Item, models.PROTECT, verbose_name="所送文书", related_name="service")
    code = models.CharField("文书种类", max_length=40)
    method = models.CharField("方式", max_length=14, choices=Method)
    place = models.CharField("地点", max_length=200)
    recipient = models.CharField("收件人", max_length=60)
    relation = models.CharField("与受送达人关系", max_length=60, blank=True)
    on = models.DateField("送达日期")
    witness = models.CharField("见证人", max_length=60, blank=True)
    refusal = models.CharField("拒收理由", max_length=200, blank=True)
    receipt = models.OneToOneField(Item, models.PROTECT, verbose_name="送达回证", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "送达"


@with_the_file
class Statement(CaseFact):
    """陈述申辩: made, waived in so many words, or not made in time."""

    class How(models.TextChoices):
        STATED = "stated", "已陈述申辩"
        WAIVED = "waived", "明确放弃"
        LAPSED = "lapsed", "逾期未提出"

    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="告知", related_name="statements")
    how = models.CharField("情况", max_length=8, choices=How)
    text = models.TextField("内容", blank=True)
    on = models.DateField("日期")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="陈述申辩笔录", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "陈述申辩"


@with_the_file
class Answer(CaseFact):
    """对陈述申辩的复核: taken up or not, with the reason.  Never heavier because of it (art. 45)."""

    class Adopted(models.TextChoices):
        ALL = "all", "采纳"
        PART = "part", "部分采纳"
        NONE = "none", "不予采纳"

    statement = models.OneToOneField(Statement, models.PROTECT, verbose_name="陈述申辩", related_name="answer")
    adopted = models.CharField("是否采纳", max_length=4, choices=Adopted)
    reason = models.TextField("理由")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="复核意见书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "陈述申辩复核"


@with_the_file
class Deliberation(CaseFact):
    """集体讨论 (art. 57(2)).  **Shape** `attendees`: [{name, post, view}]."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name="处理意见", related_name="deliberations")
    attendees = models.JSONField("参加人和意见")
    conclusion = models.TextField("结论")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="集体讨论笔录", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "集体讨论"


@with_the_file
class Decision(CaseFact):
    """The head's decision on exactly the reviewed draft.

    A review that passed this very draft, or the clause that says none is due: the check below and the trigger of
    migration 0001 hold it in the database too (行政处罚法 art. 58; QS-3.3.0).
    """

    case = models.OneToOneField(Case, models.PROTECT, verbose_name="案件", related_name="decision")
    proposal = models.OneToOneField(Proposal, models.PROTECT, verbose_name="处理意见", related_name="decision")
    review = models.OneToOneField(
        Review, models.PROTECT, verbose_name="法制审核", null=True, blank=True, related_name="decision"
    )
    exempt = models.CharField("无须审核的依据", max_length=200, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="事先告知", related_name="+")
    penalties = models.JSONField("处罚种类")
    fine_fen = models.BigIntegerField("罚款（分）")
    confiscation_fen = models.BigIntegerField("没收（分）")
    opinion = models.CharField("负责人意见", max_length=400)
    on = models.DateField("决定日期")

    class Meta:
        verbose_name = verbose_name_plural = "行政处罚决定"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review__isnull=False, exempt="")
                | (models.Q(review__isnull=True) & ~models.Q(exempt="")),
                name="decision_reviewed_or_exempt",
            )
        ]


@with_the_file
class Issuance(CaseFact):
    """印发: the decision document with its number, its bytes and the code on it.  No personal data in this row."""

    decision = models.OneToOneField(
        Decision, models.PROTECT, verbose_name="决定", related_name="issuance", null=True, blank=True
    )  # none where the case follows its course: its document says what was decided
    number = models.OneToOneField(
        Number, models.PROTECT, verbose_name="文书号", related_name="+", null=True, blank=True
    )
    number_text = models.CharField("文书号", max_length=60)
    code = models.CharField("查验码", max_length=12, unique=True)
    item = models.OneToOneField(Item, models.PROTECT, verbose_name="决定书", related_name="+")
    digest = models.CharField("决定书摘要值", max_length=64)
    on = models.DateField("决定日期")

    class Meta:
        verbose_name = verbose_name_plural = "决定书印发"

    @cached_property
    def paper(self) -> Item:
        """The decision document as it stands now: the newest version where it was corrected."""
        return corrections(self.item)[-1]


@with_the_file
class Performance(CaseFact):
    """履行: what the party paid or did.  **Clause** 行政处罚法 art. 66, 67."""

    decision = models.ForeignKey(Decision, models.PROTECT, verbose_name="决定", related_name="performances")
    amount_fen = models.BigIntegerField("金额（分）")
    on = models.DateField("履行日期")
    receipt_no = models.CharField("票据号", max_length=60)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="缴款凭证", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "履行"
        constraints = [models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="performance_positive")]


@with_the_file
class Closure(CaseFact):
    """结案, approved by a head; refused while something required is missing."""

    case = models.OneToOneField(Case, models.PROTECT, verbose_name="案件", related_name="closure")
    how = models.CharField("结案方式", max_length=100)
    on = models.DateField("结案日期")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="结案审批表", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "结案"


@with_the_file
class Revocation(CaseFact):
    """变更、撤销、确认违法、确认无效 of a decision: what makes its publication come down (art. 48(2)).

    **Shape** `document`: the decision document, where what was decided has no row of its own: no penalty, other kinds.
    """

    class Kind(models.TextChoices):
        CHANGED = "changed", "变更"
        REVOKED = "revoked", "撤销"
        ILLEGAL = "illegal", "确认违法"
        VOID = "void", "确认无效"
        REDO = "redo", "责令重新作出"

    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="决定", related_name="revocations", null=True, blank=True
    )
    document = models.ForeignKey(Item, models.PROTECT, verbose_name="决定书", related_name="+", null=True, blank=True)
    kind = models.CharField("种类", max_length=8, choices=Kind)
    organ = models.CharField("作出机关", max_length=100)
    instrument = models.CharField("文书", max_length=100)
    reason = models.TextField("理由")
    on = models.DateField("日期")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="文书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "决定的撤销变更"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, document__isnull=True)
                | models.Q(decision__isnull=True, document__isnull=False),
                name="revocation_of_one",
            )
        ]


# ---- topics of their own -------------------------------------------------------------------------------------------

from .exemption.models import ExemptionAnswer, ExemptionRequest  # noqa: E402
from .handed.models import HandedAnswer, HandedFile  # noqa: E402
from .hearing.models import Hearing, HearingOutcome, HearingReply, HearingReport, HearingRequest  # noqa: E402
from .jurisdiction.models import (  # noqa: E402
    CaseHandover,
    HandoverReply,
    JurisdictionDesignation,
    JurisdictionDispute,
    JurisdictionReferral,
    JurisdictionTalk,
)
from .outward.models import Announcement, FilingReceipt, PenaltyFiling  # noqa: E402
from .party.inspection.models import InspectionAnswer, InspectionDraft  # noqa: E402
from .party.models import PartyAcceptance, PartyPost, PartyReading, PartySession, PartySubmission, PartyTry  # noqa: E402
from .pause.models import Pause, Resumption  # noqa: E402
from .payment.models import (  # noqa: E402
    CourtApplication,
    CourtOutcome,
    Deferral,
    DeferralAnswer,
    Demand,
    SurchargePayment,
    SurchargeRelief,
)
from .remedy.models import Accountability, Refund, Remedy, RemedyResult  # noqa: E402
from .transfer.models import CrimeAnswer, CrimeFollowUp, CrimeReport, CrimeTransfer, PoliceReply  # noqa: E402

__all__ = [
    "Accountability",
    "Announcement",
    "Answer",
    "CaseHandover",
    "Closure",
    "CourtApplication",
    "CourtOutcome",
    "CrimeAnswer",
    "CrimeFollowUp",
    "CrimeReport",
    "CrimeTransfer",
    "Decision",
    "Deferral",
    "DeferralAnswer",
    "Deliberation",
    "Demand",
    "ExemptionAnswer",
    "ExemptionRequest",
    "FilingReceipt",
    "HandedAnswer",
    "HandedFile",
    "HandoverReply",
    "Hearing",
    "HearingOutcome",
    "HearingReply",
    "HearingReport",
    "HearingRequest",
    "InspectionAnswer",
    "InspectionDraft",
    "Issuance",
    "JurisdictionDesignation",
    "JurisdictionDispute",
    "JurisdictionReferral",
    "JurisdictionTalk",
    "Notice",
    "PartyAcceptance",
    "PartyPost",
    "PartyReading",
    "PartySession",
    "PartySubmission",
    "PartyTry",
    "Pause",
    "PenaltyFiling",
    "Performance",
    "PoliceReply",
    "Refund",
    "Remedy",
    "RemedyResult",
    "Resumption",
    "Revocation",
    "Service",
    "Statement",
    "SurchargePayment",
    "SurchargeRelief",
]
