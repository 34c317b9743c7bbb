"""The page of the workflow: what runs now, every version, and setting a new one."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import facts
from yangguang.policy import packs
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.pages import act, posted

from . import actions, forms, queries
from .models import ReviewFlow


@page("reviewer", "officer", "head", "supervisor")
def flow(request: Asked) -> HttpResponse:
    """审核工作流程: each step with who takes it, what it needs and until when; and every version of the bodies below."""
    caller, on = request.caller, timezone.localdate()
    pack, now = _pack(request), queries.in_force(caller.scope, on)
    titles = queries.documents_of(pack)
    rows = [_row(pack, step, now, titles) for step in queries.pack_steps(pack)]
    return render(
        request,
        "review/flow.html",
        {
            "now": now,
            "rows": rows,
            "versions": queries.versions(caller),
            "may": caller.has("head"),
            "because": pack.act(rules.FLOW).step("submit").because,
            "plan": _plan(pack, on),
        },
    )


def _pack(request: Asked) -> Pack:
    body = registry.body_at(request.caller.scope, timezone.localdate())
    return packs.load((body or request.caller.officer.body).pack)


def _plan(pack: Pack, on: Any) -> str:
    try:
        limit = pack.deadline(reviews.CLOCK, start=on, on=on, provisional=True).limit
    except NoRuleInForce:
        return ""
    return f"{limit.n} 个工作日" if limit.unit == "working_day" else f"{limit.n} 日"


def _row(pack: Pack, step: Any, now: ReviewFlow | None, titles: dict[str, str]) -> dict[str, Any]:
    papers = [one.title for one in step.documents]
    roles, limit = "、".join(pack.role(one) for one in step.roles), ""
    if now is not None and step.code == "submit":
        papers += [titles[code] for code in now.materials if code in titles and titles[code] not in papers]
    if now is not None and step.code == "assign":
        roles = pack.role("head") if now.assigns == ReviewFlow.Assigns.HEAD else roles
        limit = f"{now.assign_days} 个工作日" if now.assign_days else ""
    if step.code == "opinion":
        limit = (
            f"{now.opinion_days} 个工作日"
            if now is not None and now.opinion_days
            else _plan(pack, timezone.localdate())
        )
    must = step.required or (step.code == "counsel" and now is not None and now.counsel)
    because = list(dict.fromkeys(facts.named(one) for one in step.because))
    return {
        "title": step.title,
        "roles": roles,
        "papers": papers,
        "limit": limit,
        "because": because,
        "must": must,
    }


@page("head")
def set_flow(request: Asked) -> HttpResponseBase:
    """编制审核工作流程."""
    pack, on = _pack(request), timezone.localdate()
    now, step = queries.in_force(request.caller.scope, on), pack.act(rules.FLOW).step("opinion")
    first: dict[str, Any] = {"from_on": on}
    if now is not None:
        first |= {
            "instrument": now.instrument, "materials": now.materials, "assigns": now.assigns, "assign_days": now.assign_days,
            "counsel": "yes" if now.counsel else "no", "opinion_days": now.opinion_days,
        }  # fmt: skip
    form = forms.FlowForm(posted(request), initial=first, documents=queries.documents_of(pack))
    plan = _plan(pack, on)
    return act(
        request, form, actions.set_flow, form.given,
        title="编制审核工作流程", label="施行", said="审核工作流程已记入，施行后送审的都按它办理",
        back=reverse("review:flow"), lead="步骤按方案，不得减少；本单位可以定由谁分派、加严材料和时限",
        because=step.because, notes=(f"方案规定的审核时限：{plan or '没有数字，由本单位规定'}",),
        parent=("审核工作流程", reverse("review:flow")),
    )  # fmt: skip
