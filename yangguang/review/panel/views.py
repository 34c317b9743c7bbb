"""Pages of collegial review: convene, vote, enter a vote from paper, close with the minutes."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from yangguang.registry.forms import ActionForm
from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Submission
from yangguang.review.pages import act, back_to, posted, submission_or_404
from yangguang.trail import queries as trail

from . import actions, forms, queries
from .models import Panel


@page("reviewer", "head")
def convene(request: Asked, pk: UUID) -> HttpResponseBase:
    """组成集体审核."""
    submission = submission_or_404(request, pk)
    on = timezone.localdate()
    seats = [(group, one) for group in queries.groups(submission, on) for one in queries.seats(submission, group, on)]
    form = forms.ConveneForm(
        posted(request),
        seen=trail.head(submission.case.chain),
        groups=dict.fromkeys(group for group, _ in seats),
        voters=[one["name"] for _, one in seats if not one["barred"]],
    )
    notes = [
        "，".join(
            (
                f"{group.name}：{one['name']}（{one['post']}）",
                *([one["barred"]] if one["barred"] else []),
                *(["兼任决定人"] if one["decides"] else []),
            )
        )
        for group, one in seats
    ]
    return act(
        request, form, actions.convene, lambda: {"submission": submission, **form.given()},
        title="组成集体审核", label="组成", said="已组成集体审核，请各成员登录表决", back=back_to(submission),
        lead=f"{submission.case.title} {submission.proposal}", because=rules.clauses(submission.case, "deliberate"),
        notes=tuple(notes or ["没有登记领导小组：先在执法主体的页面登记设立文件和成员"]), parent=_parent(submission),
        barred=_sits(submission),
    )  # fmt: skip


def _sits(submission: Submission) -> actions.NotCollegial | None:
    """Why nobody is called together: a panel sits on this draft already."""
    if not hasattr(submission, "panel"):
        return None
    because = rules.clauses(submission.case, "deliberate")
    return actions.NotCollegial("本稿已经组成集体审核", because=because, mend="由成员表决，形成会议记录")


def _parent(submission: Submission) -> tuple[str, str]:
    return f"审核：{submission.case.title}", back_to(submission)


def _sitting(request: Asked, pk: UUID) -> tuple[Submission, Panel]:
    submission = submission_or_404(request, pk)
    panel = queries.panel_of(submission)
    if panel is None:
        raise Http404("没有组成集体审核")
    panel.submission, panel.case = submission, submission.case
    return submission, panel


@page("reviewer", "head", "officer", "supervisor")
def vote(request: Asked, pk: UUID) -> HttpResponseBase:
    """集体审核表决: the member's own."""
    submission, panel = _sitting(request, pk)
    form = forms.VoteForm(posted(request), seen=trail.head(submission.case.chain))
    return act(
        request, form, actions.vote, lambda: {"panel": panel, **form.given()},
        title="集体审核表决", label="表决并署名", said="已表决", back=back_to(submission),
        lead=f"{submission.case.title} {submission.proposal}，只对本稿有效",
        because=rules.clauses(submission.case, "deliberate"), parent=_parent(submission),
        barred=_not_a_member(request, panel),
    )  # fmt: skip


def _not_a_member(request: Asked, panel: Panel) -> actions.NotMember | None:
    own = next((one for one in panel.members if one["key"] == str(request.caller.officer.key)), None)
    because = rules.clauses(panel.case, "deliberate")
    if own is None:
        return actions.NotMember("您不是本次集体审核的成员", because=because, mend="由成员本人表决")
    if own["barred"]:
        return actions.NotMember(f"{own['name']}：{own['barred']}", because=because, mend="由其他成员表决")
    if hasattr(panel, "minutes"):
        return actions.NotMember("集体审核已经结束", because=because, mend="由审核人员按结论出具意见")
    if panel.votes.filter(member=own["name"]).exists():
        return actions.NotMember(f"{own['name']}已经表决", because=because, mend="表决不能更改；等候形成会议记录")
    return None


@page("reviewer", "head")
def paper(request: Asked, pk: UUID) -> HttpResponseBase:
    """登记纸质表决: what a signed paper in the file shows."""
    submission, panel = _sitting(request, pk)
    voted = {one.member for one in panel.votes.all()}
    members = [one["name"] for one in panel.members if not one["barred"] and one["name"] not in voted]
    papers = reviews.papers(submission.case)
    form = forms.PaperForm(posted(request), seen=trail.head(submission.case.chain), members=members, papers=papers)
    return act(
        request, form, actions.vote, lambda: {"panel": panel, **form.given()},
        title="登记纸质表决", label="登记", said="已登记", back=back_to(submission),
        lead="成员不能登录的，凭其签字的原件登记", because=rules.clauses(submission.case, "deliberate"),
        parent=_parent(submission),
    )  # fmt: skip


@page("reviewer", "head")
def conclude(request: Asked, pk: UUID) -> HttpResponseBase:
    """形成会议记录: what the votes come to, or what still lacks."""
    submission, panel = _sitting(request, pk)
    found = queries.count(panel)
    form = ActionForm(posted(request), seen=trail.head(submission.case.chain))
    notes = [f"{one.member}：{queries.WORDS[one.vote]}。{one.view}" for one in found.votes]
    if found.outcome:
        notes.append(f"多数意见：{queries.WORDS[found.outcome]}")
    return act(
        request, form, actions.conclude, lambda: {"panel": panel},
        title="形成集体审核会议记录", label="形成会议记录", said="会议记录已入卷，请审核人员按结论出具意见",
        back=back_to(submission), lead=f"{submission.case.title} {submission.proposal}",
        because=rules.clauses(submission.case, "deliberate"),
        notes=(*notes, *(f"还不能形成记录：{one}" for one in found.lacking)), parent=_parent(submission),
    )  # fmt: skip
