"""合议: the panel as it was convened on one draft, a vote of each member bound to the hash of that draft, the minutes."""

from django.db import models

from yangguang.casework.models import CaseFact
from yangguang.record.models import Item

OUTCOMES = [("passed", "通过"), ("revise", "修改后再审"), ("refused", "不通过"), ("transfer", "移送")]


class Panel(CaseFact):
    """合议组成: the members of the leading group in force that day.  **Clause** WC-2.3.1(1)a.

    **Shape** `members`: [{name, post, key, barred, decides}]; `key`: of the person on the staff, "" where there is none or
    more than one of that name; `barred`: why this member does not vote, "" when they do; `decides`: also decides the case.
    `quorum` and `majority`: how many must vote and agree, as the pack said then.
    """

    submission = models.OneToOneField("review.Submission", models.PROTECT, verbose_name="送审", related_name="panel")
    group_key = models.UUIDField("领导小组编号")
    group_name = models.CharField("领导小组", max_length=100)
    members = models.JSONField("成员")
    quorum = models.PositiveSmallIntegerField("法定人数")
    majority = models.CharField("表决规则", max_length=20)
    chair = models.CharField("主持人", max_length=40)
    place = models.CharField("地点", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "合议审核"


class Vote(CaseFact):
    """表决: one member's own view and vote, or the vote a signed paper shows.  The hash is the draft's: migration 0002."""

    panel = models.ForeignKey(Panel, models.PROTECT, verbose_name="合议", related_name="votes")
    member = models.CharField("成员", max_length=40)
    member_key = models.UUIDField("人员编号", null=True, blank=True)
    vote = models.CharField("表决", max_length=10, choices=OUTCOMES)
    view = models.CharField("意见", max_length=1000)
    draft_digest = models.CharField("所审稿摘要值", max_length=64)
    paper = models.ForeignKey(Item, models.PROTECT, verbose_name="签字原件", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "合议表决"
        constraints = [models.UniqueConstraint(fields=["panel", "member"], name="vote_once")]


class Minutes(CaseFact):
    """集体审核会议记录: what the panel concluded; only this outcome can be given as the opinion."""

    panel = models.OneToOneField(Panel, models.PROTECT, verbose_name="合议", related_name="minutes")
    outcome = models.CharField("结论", max_length=10, choices=OUTCOMES)
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="会议记录", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "合议记录"
