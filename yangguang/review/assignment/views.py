"""Pages of assignment: who reviews a submission, leave, and asking the organ above."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry.forms import ActionForm
from yangguang.registry.web import Asked, page
from yangguang.review import rules
from yangguang.review.models import Submission
from yangguang.review.pages import act, back_to, posted, submission_or_404
from yangguang.trail import queries as trail

from . import actions, forms, queries


@page("reviewer", "head", "supervisor")
def assign(request: Asked, pk: UUID) -> HttpResponseBase:
    """指定审核人员: everybody who could, with what each has in hand and why the others cannot."""
    submission = submission_or_404(request, pk)
    on, above = timezone.localdate(), request.caller.scope != submission.scope
    people = queries.qualified_people(submission, on) if above else queries.of_the_body(submission)
    found = queries.candidates(submission, on, people, above)
    form = forms.AssignForm(
        posted(request), seen=trail.head(submission.case.chain), people=[one.officer for one in found if not one.barred]
    )
    return act(
        request, form, actions.assign, lambda: {"submission": submission, **form.given()},
        title="指定审核人员", label="确定", said="已分派", back=back_to(submission),
        lead=f"{submission.case.title} {submission.proposal}",
        because=rules.clauses(submission.case, "assign"),
        notes=_stands(submission, found),
        parent=(f"审核：{submission.case.title}", back_to(submission)),
        extra={"candidates": found},
    )  # fmt: skip


def _stands(submission: Submission, found: list[queries.Candidate]) -> tuple[str, ...]:
    now = queries.current(submission)
    said = [f"现在由{now.reviewer_name}审核（{now.get_how_display()}）" if now else "还没有分派"]
    if not any(not one.barred for one in found):
        said.append(f"没有可以审核本案的人员：{actions.fallback(submission)}")
    return tuple(said)


@page("reviewer", "head")
def refer(request: Asked, pk: UUID) -> HttpResponseBase:
    """移请上级指定审核人员."""
    submission = submission_or_404(request, pk)
    said = rules.parameter(submission.case, "review_fallback").value
    form = forms.ReferForm(posted(request), seen=trail.head(submission.case.chain))
    barred = [f"{one.officer.name}：{one.barred}" for one in queries.candidates(submission, timezone.localdate())
              if one.barred]  # fmt: skip
    return act(
        request, form, actions.refer, lambda: {"submission": submission, **form.given()},
        title="移请法制审核", label="移请", said="已移请，移请函已入卷；指定人员之前不得作出决定",
        back=back_to(submission), lead=f"{submission.case.title} {submission.proposal}",
        because=rules.clauses(submission.case, "refer"),
        notes=(*([f"本地规定：{said}"] if said else []), *(barred or ["没有登记审核人员"])),
        parent=(f"审核：{submission.case.title}", back_to(submission)),
    )  # fmt: skip


@page("reviewer", "head", "supervisor")
def leaves(request: Asked) -> HttpResponse:
    """审核人员请假: who is away until when; entering it hands on what they have in hand."""
    on = timezone.localdate()
    rows = list(queries.leaves(request.caller, on)[:200])
    return render(
        request,
        "review/leaves.html",
        {"rows": [_row(request, one) for one in rows], "may": request.caller.has("reviewer", "head"), "today": on},
    )


def _row(request: Asked, leave: Any) -> dict[str, Any]:
    own = leave.scope == request.caller.scope
    mine = request.caller.has("head") or leave.officer_key == request.caller.officer.key
    return {"leave": leave, "may": own and mine and not hasattr(leave, "end")}


@page("reviewer", "head")
def leave(request: Asked) -> HttpResponseBase:
    """登记请假."""
    on = timezone.localdate()
    form = forms.LeaveForm(
        posted(request), people=queries.staff_of(request.caller, on), initial={"from_on": on, "to_on": on}
    )
    return act(
        request, form, actions.leave, form.given,
        title="登记审核人员请假", label="登记", said="已登记请假；手头的审核已改派他人，无人可改派的仍在本人名下",
        back=reverse("review:leaves"), lead="请假期间不再分派新的审核", parent=("审核人员请假", reverse("review:leaves")),
    )  # fmt: skip


@page("reviewer", "head")
def end_leave(request: Asked, pk: UUID) -> HttpResponseBase:
    """登记销假."""
    found = get_object_or_404(queries.leaves(request.caller, timezone.localdate()), pk=pk)
    if not _row(request, found)["may"]:
        barred = actions.NotForYou("只能为本机关、本人登记销假", mend="由本人或者本机关负责人登记")
    else:
        barred = None
    form = ActionForm(posted(request))
    return act(
        request, form, actions.end_leave, lambda: {"leave": found}, barred=barred,
        title=f"销假：{found.officer.name}", label="销假", said="已销假", back=reverse("review:leaves"),
        lead=f"{found.from_on} 至 {found.to_on}，{found.reason}", parent=("审核人员请假", reverse("review:leaves")),
    )  # fmt: skip
