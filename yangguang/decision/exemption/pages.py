"""The pages of a decision to give no penalty."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.policy.answers import Citation
from yangguang.record.documents import values
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed
from ..deed import Told
from . import actions, queries
from .forms import AnswerForm, RequestForm
from .models import ExemptionRequest

READERS = ("officer", "reviewer", "head", "supervisor", "archivist")


def past(case: Case) -> list[Told]:
    """What was asked and answered, in order."""
    found = []
    for one in (
        ExemptionRequest.objects.filter(case=case).select_related("answer__item", "answer__by", "by").order_by("at")
    ):
        found.append(Told(f"{one.by.name}提出不予行政处罚：{one.get_reason_display()}", one.why))
        answer = getattr(one, "answer", None)
        if answer is not None:
            words = "决定不予行政处罚" if answer.approved else "不同意，退回"
            found.append(Told(f"{answer.by.name}{words}", answer.opinion, answer.item))
    service = queries.served(case)
    if service is not None:
        found.append(Told(f"{values.on_words(service.on)}送达", service.recipient, service.receipt))
    return found


def _named(clauses: list[Citation]) -> str:
    return "、".join(facts.named(one) for one in clauses)


def _may_ask(request: Asked, case: Case) -> Refused | None:
    return act.not_handler(request, case) or act.barred(actions.may_ask, case)


def _steps(request: Asked, case: Case) -> list[tuple[str, str]]:
    handles = request.caller.has("officer") and cases.handles(request.caller.officer, case)
    heads = request.caller.has("head") and not cases.handles(request.caller.officer, case)
    made, asked = queries.granted(case), queries.waiting(case)
    steps = []
    if handles and act.barred(actions.may_ask, case) is None:
        steps.append(("提出不予行政处罚的意见", reverse("decision:exemption_request", args=[case.pk])))
    if heads and asked is not None:
        steps.append(("决定是否不予行政处罚", reverse("decision:exemption_answer", args=[case.pk])))
    if handles and made is not None and made.item is not None and queries.served(case) is None:
        steps.append(("送达不予行政处罚决定书", reverse("decision:serve", args=[case.pk, made.item.pk])))
    if heads and queries.served(case) is not None and not hasattr(case, "closure"):
        steps.append(("审批结案", reverse("decision:close", args=[case.pk])))
    return steps


def rules(case: Case) -> list[tuple[str, Any]]:
    """Each reason with the clause it rests on, as the case's edition has it."""
    pack, rows = cases.pack_of(case), []
    for reason in ExemptionRequest.Reason:
        clauses = queries.cite(pack, queries.CLAUSES[reason.value])
        rows.append((reason.label, _named(clauses)))
    return rows


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """不予行政处罚的办理情况."""
    case = act.the_case(request, pk)
    done = past(case)
    rows = [] if done else [("办理情况", "没有提出不予行政处罚的意见"), *rules(case)]
    shown = deed.Page("不予行政处罚", "", past=done, steps=_steps(request, case), rows=rows)
    return deed.run(request, case, shown, None)


def _then(case: Case) -> str:
    return reverse("decision:exemption", args=[case.pk])


@page("officer")
def ask(request: Asked, pk: UUID) -> HttpResponse:
    """提出不予行政处罚的意见."""
    case = act.the_case(request, pk)
    said: dict[str, Any] = next((one.facts for one in reversed(cases.taken(case)) if one.step == "conclude"), {})
    opened: dict[str, Any] = next((one.facts for one in cases.taken(case) if one.step == "open"), {})
    sources = {"facts": "调查终结写明的事实"} if said.get("violation_facts") else {}
    if opened.get("violation_ended_on"):
        sources["ended_on"] = "立案申请"
    return deed.run(
        request,
        case,
        deed.Page("提出不予行政处罚的意见", "提出", rows=rules(case), past=past(case), sources=sources),
        RequestForm,
        actions.request,
        barred=_may_ask(request, case),
        done="已提出，请负责人决定",
        then=_then(case),
        initial={"facts": said.get("violation_facts", ""), "ended_on": opened.get("violation_ended_on")},
        given={"case": case},
    )


@page("head")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """决定是否不予行政处罚."""
    case = act.the_case(request, pk)
    asked = queries.waiting(case)
    barred = act.not_head(request, case)
    if barred is None and asked is None:
        barred = act.not_yet("没有等候决定的不予行政处罚意见", "由承办人先提出意见")
    return deed.run(
        request,
        case,
        deed.Page("决定是否不予行政处罚", "作出决定", rows=_shown(case, asked), past=past(case)),
        AnswerForm,
        actions.answer,
        barred=barred,
        done="已决定",
        then=_then(case),
        asked=asked,
    )


def _shown(case: Case, asked: ExemptionRequest | None) -> list[tuple[str, Any]]:
    """The request as the head reads it."""
    if asked is None:
        return []
    clauses = queries.cite(cases.pack_of(case), queries.CLAUSES[asked.reason], queries.EDUCATION)
    rows: list[tuple[str, Any]] = [
        ("不予处罚的情形", asked.get_reason_display()),
        ("依据", _named(clauses)),
        ("查明的事实", asked.facts),
        ("理由", asked.why),
        ("教育内容", asked.education or "违法事实不能成立，没有教育内容"),
    ]
    return rows if asked.ended_on is None else [*rows[:2], ("违法行为终了之日", asked.ended_on), *rows[2:]]
