"""Pages of counsel: who is engaged, and an opinion on a draft."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.pages import act, back_to, posted, submission_or_404
from yangguang.trail import queries as trail

from . import actions, forms, queries


@page("reviewer", "head", "supervisor")
def engagements(request: Asked) -> HttpResponse:
    """聘请的法律顾问: who may sign in to review as counsel, and what the pack lets them do."""
    body = registry.body_at(request.caller.scope, timezone.localdate()) or request.caller.body
    pack = packs.load(body.pack)
    return render(
        request,
        "review/engagements.html",
        {
            "rows": list(queries.engagements(request.caller)[:200]),
            "today": timezone.localdate(),
            "may": request.caller.has("head"),
            "alone": pack.parameter("external_reviewer_may_conclude"),
        },
    )


@page("head")
def engage(request: Asked) -> HttpResponseBase:
    """聘请参加审核."""
    on = timezone.localdate()
    body = registry.body_at(request.caller.scope, on) or request.caller.body
    counsels, people = queries.pairs(body, on)
    form = forms.EngageForm(posted(request), counsels=counsels, people=people, initial={"valid_from": on})
    return act(
        request, form, actions.engage, form.given,
        title="聘请法律顾问参加审核", label="聘请", said="已登记聘请", back=reverse("review:engagements"),
        because=packs.load(body.pack).parameter("counsel_role").because,
        notes=() if counsels else ("本机关没有登记法律顾问、公职律师：先在执法主体的页面登记",),
        parent=("聘请的法律顾问", reverse("review:engagements")),
    )  # fmt: skip


@page("reviewer", "head")
def advise(request: Asked, pk: UUID) -> HttpResponseBase:
    """法律顾问、公职律师参与审核."""
    submission, on = submission_or_404(request, pk), timezone.localdate()
    own = reviews.engagement(request.caller.officer, on)
    held = [one for one in queries.counsels(submission, on) if own is None or one.key == own.counsel_key]
    form = forms.AdviseForm(
        posted(request), seen=trail.head(submission.case.chain), counsels=held, initial={"asked_on": on, "given_on": on}
    )
    return act(
        request, form, actions.advise, lambda: {"submission": submission, **form.given()},
        title="法律顾问（公职律师）意见", label="出具意见", said="意见书已入卷", back=back_to(submission),
        lead=f"{submission.case.title} {submission.proposal}；意见供审核人员参考，不能代替审核结论",
        because=rules.clauses(submission.case, "counsel"),
        notes=() if held else ("本机关没有登记法律顾问、公职律师：先在执法主体的页面登记",),
        parent=(f"审核：{submission.case.title}", back_to(submission)),
    )  # fmt: skip
