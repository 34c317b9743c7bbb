"""Convene a panel on a draft, vote on it, and close it with the minutes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from yangguang.casework import facts as known
from yangguang.casework import queries as cases
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.models import Item
from yangguang.registry.models import LeadingGroup, Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Review, Submission
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused

from . import queries
from .models import Minutes, Panel, Vote


class NotCollegial(Refused):
    """The pack has one person review, or sets no rules for a panel."""


class NotMember(Refused):
    """Somebody who does not sit, must not vote, or has voted."""


class NoQuorum(Refused):
    """The votes do not carry a conclusion yet.  WC-2.3.1(1)a."""


@action("review.convene", milestone=True)
def convene(*, by: Officer, at: datetime, submission: Submission, group: LeadingGroup, chair: str, place: str) -> Panel:
    """组成集体审核: every member of the group in force that day; handlers and recused members do not vote.

    **Clause** WC-2.3.1(1)a.  **Raises** NotCollegial, NotMember.
    """
    case, on = submission.case, timezone.localdate(at)
    because = rules.clauses(case, "deliberate")
    _still_open(submission)
    if not rules.collegial(case):
        raise NotCollegial("本地方案没有规定由合议机构审核", because=because, mend="由审核人员出具意见")
    if by.key in case.ever_handled:
        raise NotMember(f"{by.name}是本案承办人", because=because, mend="由审核机构召集")
    if hasattr(submission, "panel"):
        raise NotCollegial("本稿已经组成集体审核", because=because, mend="继续表决")
    members = queries.seats(submission, group, on)
    least = queries.quorum(rules.parameter(case, "review_quorum").value, len(members))
    vote = rules.parameter(case, "review_vote").value
    if least is None or vote is None:
        raise NotCollegial(
            "本地规则包没有规定集体审核的法定人数和表决规则",
            because=rules.parameter(case, "review_signature").because or because,
            mend="先由本机关确定议事规则，写入规则包",
        )
    voters = [one["name"] for one in members if not one["barred"]]
    if len(voters) < least:
        raise NoQuorum(
            f"{group.name}能够表决的只有 {len(voters)} 人，法定人数 {least} 人",
            because=because,
            mend="由设立机关调整领导小组成员，或者移请上级审核",
            field="group",
        )
    if chair not in voters:
        raise NotMember(f"“{chair}”不是能够表决的成员", because=because, mend="从成员中选主持人", field="chair")
    return Panel.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        group_key=group.key,
        group_name=group.name,
        members=members,
        quorum=least,
        majority=vote,
        chair=chair,
        place=place.strip(),
    )


@action("review.vote")
def vote(
    *,
    by: Officer,
    at: datetime,
    panel: Panel,
    vote: str,
    view: str,
    member: str = "",
    paper: Item | None = None,
) -> Vote:
    """集体审核表决: each member their own, bound to the hash of the draft; or what a signed paper in the file shows.

    **Clause** WC-2.3.1(1)a.  **Raises** NotMember.
    """
    case = panel.case
    because = rules.clauses(case, "deliberate")
    lock(panel.chain)
    _still_open(panel.submission)
    if hasattr(panel, "minutes"):
        raise NotMember("集体审核已经结束", because=because, mend="需要改变结论的，由承办人提出新的一稿再送审")
    seat = _seat(panel, by, member, paper)
    if seat["barred"]:
        raise NotMember(f"{seat['name']}：{seat['barred']}", because=because, mend="由其他成员表决", field="member")
    if panel.votes.filter(member=seat["name"]).exists():
        raise NotMember(f"{seat['name']}已经表决", because=because, mend="表决不能更改", field="member")
    if not view.strip():
        raise NotMember("没有写明意见", because=because, mend="写明同意或者不同意的理由", field="view")
    return Vote.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        panel=panel,
        member=seat["name"],
        member_key=UUID(seat["key"]) if seat["key"] else None,
        vote=vote,
        view=view.strip(),
        draft_digest=panel.submission.proposal.digest,
        paper=paper,
    )


def _seat(panel: Panel, by: Officer, member: str, paper: Item | None) -> dict[str, Any]:
    """The seat this vote is of: the voter's own, or with a signed paper of the file any other's."""
    because = rules.clauses(panel.case, "deliberate")
    own = next((one for one in panel.members if one["key"] == str(by.key)), None)
    if not member or (own is not None and own["name"] == member):
        if own is None:
            raise NotMember(f"{by.name}不是本次集体审核的成员", because=because, mend="由成员本人表决", field="member")
        return dict(own)
    found = next((one for one in panel.members if one["name"] == member), None)
    if found is None:
        raise NotMember(f"“{member}”不是本次集体审核的成员", because=because, mend="选择成员", field="member")
    if by.key in panel.case.ever_handled:
        raise NotMember(f"{by.name}是本案承办人，不得登记表决", because=because, mend="由审核人员登记", field="member")
    if not reviews.signed_paper(panel.case, paper):
        raise NotMember(
            f"登记{member}的表决须有本人签字的原件",
            because=because,
            mend="由承办人把签字原件扫描收入案卷后选择，或者由本人登录表决",
            field="paper",
        )
    return dict(found)


@action("review.minutes", milestone=True)
def conclude(*, by: Officer, at: datetime, panel: Panel) -> Minutes:
    """形成集体审核会议记录: what the votes come to; filed with each member's view, dissent with the rest.

    **Clause** WC-2.3.1(1)a, WC-2.3.1(1)b.  **Raises** NoQuorum naming what lacks.
    """
    case = panel.case
    because = rules.clauses(case, "deliberate")
    lock(panel.chain)
    _still_open(panel.submission)
    if hasattr(panel, "minutes"):
        raise NoQuorum("集体审核已经结束", because=because, mend="由审核人员按结论出具意见")
    if by.key in case.ever_handled:
        raise NotMember(f"{by.name}是本案承办人", because=because, mend="由审核人员形成记录")
    found = queries.count(panel)
    if found.lacking:
        raise NoQuorum("；".join(found.lacking), because=because, mend="由其他成员表决后再形成会议记录")
    posts = {one["name"]: one["post"] for one in panel.members}
    word = queries.WORDS[found.outcome]
    against = len(found.dissenting)
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="collegial_review_minutes",
        data=known.merge(
            documents.pick("collegial_review_minutes", known.known(case)),
            {
                "matter": f"{case.title}（{panel.submission.proposal}）",
                "started_at": panel.at.isoformat(),
                "ended_at": at.isoformat(),
                "place": panel.place,
                "chair": panel.chair,
                "recorder": by.name,
                "members": [
                    {
                        "name": one.member,
                        "post": posts[one.member],
                        "view": one.view,
                        "vote": queries.WORDS[one.vote] + ("（签字原件在卷）" if one.paper_id else ""),
                    }
                    for one in found.votes
                ],
                "collegial_text": f"{panel.group_name}应到 {len(panel.members)} 人，表决 {len(found.votes)} 人，"
                f"{len(found.votes) - against} 人主张“{word}”，{against} 人持不同意见，结论：{word}。",
            },
        ),
        on=timezone.localdate(at),
    )
    return Minutes.objects.create(
        by=by, at=at, scope=case.scope, case=case, panel=panel, outcome=found.outcome, item=item
    )


def _still_open(submission: Submission) -> None:
    """**Raises** NotCollegial where the draft has its opinion or was replaced."""
    if Review.objects.filter(submission=submission, outcome__in=reviews.FINAL).exists():
        raise NotCollegial("本稿已有审核结论", mend="需要改变结论的，由承办人提出新的一稿再送审")
    newest = cases.latest_proposal(submission.case)
    if newest is not None and newest.pk != submission.proposal_id:
        raise NotCollegial(f"本稿已被{newest}取代", mend=f"对{newest}送审后再集体审核")
