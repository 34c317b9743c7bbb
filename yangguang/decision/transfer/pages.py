"""The pages of a transfer to the police."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews

from .. import act, clock, deed
from ..deed import Told
from . import actions, queries
from .forms import AnswerForm, FollowForm, ReplyForm, ReportForm, TransferForm
from .models import CrimeReport, PoliceReply

READERS = ("officer", "reviewer", "head", "supervisor", "archivist")


def past(case: Case) -> list[Told]:
    """What was done about the transfer, in order."""
    done: list[tuple[Any, Told]] = []
    for one in CrimeReport.objects.filter(case=case).select_related("answer__transfer__item"):
        done.append((one.at, Told(f"报请移送：涉嫌{one.suspected}", one.reason)))
        answer = getattr(one, "answer", None)
        if answer is None:
            continue
        done.append((answer.at, Told("批准移送" if answer.approved else "不批准移送", answer.opinion)))
        letter = getattr(answer, "transfer", None)
        if letter:
            done.append((letter.at, Told("移送公安机关", letter.organ, letter.item)))
    for reply in PoliceReply.objects.filter(case=case):
        words = "公安机关立案" if reply.opened else f"公安机关{'退回案件' if queries.given_back(reply) else '不予立案'}"
        done.append((reply.at, Told(f"{reply.received_on} {words}", f"{reply.instrument}。{reply.reason}")))
    for follow in queries.follow_ups(case):
        done.append((follow.at, Told(f"{follow.on} {follow.get_how_display()}", follow.note)))
    return [told for _, told in sorted(done, key=lambda row: row[0])]


def _steps(request: Asked, case: Case) -> list[tuple[str, str]]:
    handles = request.caller.has("officer") and cases.handles(request.caller.officer, case)
    heads = request.caller.has("head") and not cases.handles(request.caller.officer, case)
    report, answer = queries.report_of(case), queries.answer_of(case)
    letter, reply = queries.transfer_of(case), queries.reply_of(case)
    offered = [
        (handles and (report is None or (answer is not None and not answer.approved)), "报请移送", "crime_report"),
        (heads and report is not None and answer is None, "批准移送", "crime_answer"),
        (handles and answer is not None and answer.approved and letter is None, "移送公安机关", "crime_transfer"),
        (
            handles and letter is not None,
            "登记公安机关退回案件" if reply and reply.opened else "登记公安机关的答复",
            "crime_reply",
        ),
        (handles and reply is not None, "登记移送后的办理", "crime_follow"),
    ]
    return [(words, reverse(f"decision:{name}", args=[case.pk])) for may, words, name in offered if may]


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """移送情况."""
    case = act.the_case(request, pk)
    shown = deed.Page(
        "移送涉嫌犯罪案件",
        "",
        past=past(case),
        steps=_steps(request, case),
        rows=() if queries.report_of(case) else [("移送情况", "没有报请移送")],
    )
    return deed.run(request, case, shown, None)


def _clock_note(case: Case) -> str:
    if not queries.with_police(case):
        return ""
    told = "；".join(f"《{one.source}》{one.title}：{one.text}" for one in cases.clauses_of(case, *clock.GROUNDS))
    return f"在公安机关的时间不计入办案期限和审核期限；不予立案或者退回的，自接到通知书的次日起继续计算。{told}"


def _then(case: Case) -> str:
    return reverse("decision:crime", args=[case.pk])


@page("officer")
def report(request: Asked, pk: UUID) -> HttpResponse:
    """报请移送."""
    case = act.the_case(request, pk)
    concluded = cases.taken(case)
    said: dict[str, Any] = next((one.facts for one in reversed(concluded) if one.step == "conclude"), {})
    found = reviews.suspected(case)
    sources = {"facts": "调查终结写明的事实"} if said else {}
    if found:
        sources["reason"] = "法制审核意见"
    return deed.run(
        request,
        case,
        deed.Page("报请移送涉嫌犯罪案件", "报请移送", past=past(case), sources=sources),
        ReportForm,
        actions.report,
        barred=act.not_handler(request, case),
        done="已报请移送，请负责人在三日内决定",
        then=_then(case),
        initial={"facts": said.get("violation_facts", ""), "reason": found},
        given={"case": case},
    )


@page("head")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """批准或者不批准移送."""
    case = act.the_case(request, pk)
    asked = queries.report_of(case)
    barred = act.not_head(request, case)
    if barred is None and (asked is None or hasattr(asked, "answer")):
        barred = act.not_yet("没有等候决定的移送报告", "由承办人先报请移送")
    return deed.run(
        request,
        case,
        deed.Page("决定是否移送", "作出决定", past=past(case), lead=asked.facts if asked else ""),
        AnswerForm,
        actions.answer,
        barred=barred,
        done="已决定",
        then=_then(case),
        report=asked,
    )


@page("officer")
def transfer(request: Asked, pk: UUID) -> HttpResponse:
    """移送公安机关."""
    case = act.the_case(request, pk)
    answered = queries.answer_of(case)
    barred = act.not_handler(request, case)
    if barred is None and (answered is None or not answered.approved or hasattr(answered, "transfer")):
        barred = act.not_yet("没有等候移送的案件", "由负责人先批准移送")
    return deed.run(
        request,
        case,
        deed.Page("移送公安机关", "制作移送书", past=past(case)),
        TransferForm,
        actions.transfer,
        barred=barred,
        done="移送书已制作",
        then=_then(case),
        answer=answered,
    )


@page("officer")
def reply(request: Asked, pk: UUID) -> HttpResponse:
    """登记公安机关的答复."""
    case = act.the_case(request, pk)
    letter = queries.transfer_of(case)
    barred = act.not_handler(request, case)
    if barred is None and letter is None:
        barred = act.not_yet("本案没有移送公安机关", "先移送")
    return deed.run(
        request,
        case,
        deed.Page("登记公安机关的答复", "登记", past=past(case), note=_clock_note(case)),
        ReplyForm,
        actions.hear,
        barred=barred,
        done="已登记",
        then=_then(case),
        initial={"received_on": timezone.localdate()},
        transfer=letter,
    )


@page("officer")
def follow(request: Asked, pk: UUID) -> HttpResponse:
    """登记移送后的办理."""
    case = act.the_case(request, pk)
    replied = queries.reply_of(case)
    barred = act.not_handler(request, case)
    if barred is None and replied is None:
        barred = act.not_yet("公安机关还没有答复", "先登记公安机关的答复")
    return deed.run(
        request,
        case,
        deed.Page("登记移送后的办理", "登记", past=past(case)),
        FollowForm,
        actions.follow,
        barred=barred,
        done="已登记",
        then=_then(case),
        initial={"on": timezone.localdate()},
        reply=replied,
    )
