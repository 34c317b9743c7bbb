"""The pages of a hearing: asked for, arranged, written down, reported, answered."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.registry.models import Officer
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed
from ..deed import Told
from ..models import PartySubmission
from . import actions, queries
from .forms import ArrangeForm, AskForm, EndForm, ReplyForm, ReportForm
from .models import Hearing, HearingOutcome, HearingReport, HearingRequest

PRESIDE = ("officer", "reviewer", "head", "disclosure", "archivist")  # whoever was named to preside


def past(case: Case) -> list[Told]:
    """What was done about hearings in this case, in order."""
    rows: list[tuple[Any, Told]] = []
    for one in HearingRequest.objects.filter(case=case).select_related("item"):
        rows.append(
            (one.at, Told(one.get_how_display(), f"{one.on}。{one.text}" if one.text else str(one.on), one.item))
        )
    for hearing in Hearing.objects.filter(case=case).select_related("item", "host"):
        moment = timezone.localtime(hearing.opens_at)
        words = f"{moment:%Y-%m-%d %H:%M}，{hearing.place}，主持人{hearing.host.name}"
        rows.append((hearing.at, Told("组织听证", words, hearing.item)))
    for outcome in HearingOutcome.objects.filter(case=case).select_related("item"):
        rows.append((outcome.at, Told(f"听证{outcome.get_how_display()}", outcome.text, outcome.item)))
    for report in HearingReport.objects.filter(case=case).select_related("item"):
        rows.append((report.at, Told("听证报告", "", report.item)))
    for reply in queries.replies(case).select_related("proposal"):
        words = "；".join(f"{point['point']}：{point['reason']}" for point in reply.points)
        rows.append((reply.at, Told(f"{reply.proposal}回应听证笔录", words)))
    return [told for _, told in sorted(rows, key=lambda row: row[0])]


@page("officer")
def ask(request: Asked, pk: UUID) -> HttpResponse:
    """登记是否要求听证."""
    case = act.the_case(request, pk)
    notice = queries.last_notice(case)
    due = queries.asking(notice) if notice else None
    said = queries.request_of(notice)
    barred = act.not_handler(request, case)
    if barred is None and (notice is None or due is None):
        barred = act.not_yet("还没有送达事先告知书，要求听证的期限还没有开始", "先告知并送达")
    if barred is None and notice is not None and not notice.hearing:
        barred = act.not_yet("本案不属于听证范围", "记录陈述申辩")
    if barred is None and said is not None and said.how == HearingRequest.How.REQUESTED:
        barred = act.not_yet(f"当事人已于 {said.on} 要求听证", "由负责人指定主持人、组织听证")
    handed = PartySubmission.objects.filter(case=case, kind="hearing").order_by("-at").first()
    initial: dict[str, Any] = {"on": timezone.localdate()}
    sources = {}
    if handed is not None:
        initial = {"how": "requested", "text": handed.text, "on": timezone.localdate(handed.at)}
        sources = dict.fromkeys(("text", "on"), "当事人在网上提交")
    shown = deed.Page(
        "是否要求听证",
        "登记",
        lead=f"要求听证的期限到 {due.due} 届满。{due.explain}" if due else "",
        past=past(case),
        sources=sources,
    )
    return deed.run(
        request,
        case,
        shown,
        AskForm,
        actions.ask,
        barred=barred,
        done="已登记",
        initial=initial,
        notice=notice,
    )


@page("head")
def arrange(request: Asked, pk: UUID) -> HttpResponse:
    """指定主持人、组织听证."""
    case = act.the_case(request, pk)
    said = queries.request_of(queries.last_notice(case))
    barred = act.not_head(request, case)
    if barred is None and (said is None or said.how != HearingRequest.How.REQUESTED):
        barred = act.not_yet("当事人没有要求听证", "当事人要求听证的，先由承办人登记")
    if barred is None and queries.outcome_of(case) is not None:
        barred = act.not_yet("听证已经终结", "查看听证笔录")
    people = queries.hosts(case, timezone.localdate()) if barred is None else []
    soonest = queries.soonest(case, timezone.localdate()) if barred is None else None
    shown = deed.Page(
        "组织听证",
        "指定主持人，制作听证通知书",
        lead=f"今天通知的，最早可以在 {soonest} 举行；通知书由承办人送达。不向当事人收取任何费用。",
        note="再次安排的，以最后一次为准",
        past=past(case),
    )

    def read(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "host": next(one for one in people if str(one.pk) == data["host"])}

    return deed.run(
        request,
        case,
        shown,
        ArrangeForm,
        actions.arrange,
        barred=barred,
        done="听证通知书已制作，请承办人送达",
        initial={"place": case.body.address, "public": "yes"},
        choices={"host": [("", "请选择"), *((str(one.pk), _person(one)) for one in people)]},
        read=read,
        asked=said,
    )


def _person(officer: Officer) -> str:
    return f"{officer.name}（{officer.post}）" if officer.post else officer.name


def _not_host(request: Asked, hearing: Hearing | None) -> Refused | None:
    if hearing is None:
        return act.not_yet("还没有组织听证", "由负责人指定主持人")
    if hearing.host.key != request.caller.officer.key:
        return act.not_yet(f"本次听证由{hearing.host.name}主持", "由主持人办理")
    return None


@page(*PRESIDE)
def end(request: Asked, pk: UUID) -> HttpResponse:
    """听证笔录, or why the hearing was not held."""
    case = act.the_case(request, pk)
    hearing = queries.hearing_of(queries.request_of(queries.last_notice(case)))
    barred = _not_host(request, hearing)
    if barred is None and hasattr(hearing, "outcome"):
        barred = act.not_yet("这次听证已经终结", "查看听证笔录")
    shown = deed.Page(
        "听证笔录",
        "记入听证笔录",
        lead="笔录应当交当事人或者其代理人核对无误后签名或者盖章；决定根据听证笔录作出。",
        past=past(case),
    )

    def read(data: dict[str, Any]) -> dict[str, Any]:
        if data["how"] != HearingOutcome.How.HELD:
            return {"how": data["how"], "text": data["text"]}
        ended = data["ended_at"]
        signature = (
            {"name": data["signer"], "at": ended.isoformat()} if data["signer"] else {"refused": data["unsigned"]}
        )
        said = {name: data[name] for name in ("rights", "presented", "argued", "debate", "final") if data[name]}
        said |= {"ended_at": ended.isoformat(), "participants": data["people"], "signature": signature}
        return {"how": data["how"], "said": said}

    return deed.run(
        request, case, shown, EndForm, actions.end, barred=barred, done="听证情况已入卷", read=read, hearing=hearing
    )


@page(*PRESIDE)
def report(request: Asked, pk: UUID) -> HttpResponse:
    """听证报告."""
    case = act.the_case(request, pk)
    outcome = queries.held(case)
    barred = _not_host(request, outcome.hearing if outcome else None)
    if barred is None and hasattr(outcome, "report"):
        barred = act.not_yet("听证报告已经提出", "查看听证报告")
    shown = deed.Page("听证报告", "提出听证报告", past=past(case))
    return deed.run(
        request, case, shown, ReportForm, actions.report, barred=barred, done="听证报告已入卷", outcome=outcome
    )


@page("officer")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """回应听证笔录."""
    case = act.the_case(request, pk)
    proposal, outcome = cases.latest_proposal(case), queries.held(case)
    barred = act.not_handler(request, case)
    if barred is None and outcome is None:
        barred = act.not_yet("本案没有举行听证", "举行听证后再回应")
    if barred is None and outcome is not None and (proposal is None or proposal.at < outcome.at):
        barred = act.not_yet("听证之后还没有提出新的一稿", "先依据听证笔录提出新的一稿处理意见")
    if barred is None and proposal is not None and queries.reply_of(proposal) is not None:
        barred = act.not_yet(f"{proposal}已经回应听证笔录", "内容有变的，提出新的一稿再回应")
    shown = deed.Page(
        "回应听证笔录",
        "写入处理意见",
        lead="对听证中提出的每一项意见写明是否采纳和理由，随处理意见送法制审核，写入决定书。",
        past=past(case),
    )
    return deed.run(
        request,
        case,
        shown,
        ReplyForm,
        actions.answer,
        barred=barred,
        done="已回应听证笔录",
        read=lambda data: {"points": data["points"]},
        proposal=proposal,
    )
