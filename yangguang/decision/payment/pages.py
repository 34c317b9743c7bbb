"""The pages of payment: what is owed and why, and each act about it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record.documents import money
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed, queries
from ..deed import Told
from ..models import Decision
from . import actions
from . import queries as payments
from .forms import (
    AnswerDeferralForm,
    AskDeferralForm,
    CourtForm,
    CourtOutcomeForm,
    DemandForm,
    ReliefForm,
    SurchargeForm,
)
from .models import CourtOutcome, DeferralAnswer

READERS = ("officer", "reviewer", "head", "unit_head", "disclosure", "supervisor", "archivist")


def yuan(fen: int) -> str:
    return f"{money.yuan(fen)} 元"


def _made(case: Case) -> tuple[Decision | None, Refused | None]:
    made = queries.decision_of(case)
    if made is None or payments.service_of(made) is None:
        return None, act.not_yet("决定书还没有送达", "先作出决定、印发并送达")
    return made, None


def rows(made: Decision) -> list[tuple[str, Any]]:
    """What is owed today, line by line."""
    today = timezone.localdate()
    found, due = payments.reckon(made, today), payments.ordinary_due(made)
    lines: list[tuple[str, Any]] = [
        ("应缴罚没款", yuan(found.principal)),
        ("已缴", yuan(found.paid)),
        ("尚欠", yuan(found.left)),
    ]
    if due:
        lines.append(("缴款期限", due.due))
    for n, part in enumerate(payments.schedule(made), start=1):
        if payments.granted(made):
            lines.append((f"准许的第 {n} 期", f"{part[1]} 前缴纳 {yuan(part[0])}"))
    if found.surcharge or found.surcharge_paid:
        lines += [
            (f"加处罚款（计至 {today}）", yuan(found.surcharge)),
            ("加处罚款尚欠", yuan(found.surcharge_left)),
            ("怎样计算", " ".join(found.explain)),
        ]
    return lines


def past(made: Decision) -> list[Told]:
    """What was done about payment, in order."""
    done: list[tuple[Any, Told]] = []
    for one in made.performances.select_related("item"):
        done.append((one.at, Told(f"{one.on} 缴款 {yuan(one.amount_fen)}", f"票据 {one.receipt_no}", one.item)))
    for asked in made.deferrals.select_related("item"):
        done.append((asked.at, Told(f"{asked.on} 申请{asked.get_kind_display()}", asked.plan, asked.item)))
    for answer in DeferralAnswer.objects.filter(deferral__decision=made).select_related("item"):
        done.append((answer.at, Told("准许" if answer.granted else "不准许", answer.opinion, answer.item)))
    for extra in made.surcharge_payments.select_related("item"):
        words = f"{extra.on} 缴纳加处罚款 {yuan(extra.amount_fen)}"
        done.append((extra.at, Told(words, f"票据 {extra.receipt_no}", extra.item)))
    for relief in made.surcharge_reliefs.all():
        done.append((relief.at, Told(f"{relief.on} 减免加处罚款 {yuan(relief.amount_fen)}", relief.reason)))
    for letter in made.demands.select_related("item"):
        done.append((letter.at, Told(f"{letter.on} 催告", f"限 {letter.due_on} 前履行", letter.item)))
    for application in made.court_applications.select_related("item"):
        done.append((application.at, Told(f"{application.on} 申请强制执行", application.court, application.item)))
    for result in CourtOutcome.objects.filter(application__decision=made):
        words = f"{result.instrument}。{result.note}" if result.note else result.instrument
        done.append((result.at, Told(f"{result.on} {result.get_result_display()}", words)))
    return [told for _, told in sorted(done, key=lambda row: row[0])]


def _steps(request: Asked, case: Case, made: Decision) -> list[tuple[str, str]]:
    """What the reader may do about payment now."""
    found, today = payments.reckon(made, timezone.localdate()), timezone.localdate()
    handles = request.caller.has("officer") and cases.handles(request.caller.officer, case)
    heads = request.caller.has("head") and not cases.handles(request.caller.officer, case)
    letter, only_surcharge = payments.last_demand(made), bool(not found.left and found.surcharge_left)
    offered: list[tuple[Any, str, str, list[Any]]] = [
        (handles and found.left, "登记缴款", "perform", []),
        (handles and found.left and not payments.unanswered(made), "登记延期、分期申请", "deferral_ask", []),
        (heads and payments.unanswered(made), "答复延期、分期申请", "deferral_answer", []),
        (handles and found.surcharge_left, "登记缴纳加处罚款", "surcharge_pay", []),
        (heads and not found.left and found.surcharge_left, "减免加处罚款", "surcharge_relieve", []),
        (handles and (found.overdue(today) or only_surcharge), "催告", "demand", []),
        (heads and letter and (found.left or only_surcharge), "申请人民法院强制执行", "court_apply", []),
        (handles and payments.application_of(made), "登记法院的裁定和结果", "court_result", []),
    ]
    links = [(words, reverse(f"decision:{name}", args=[case.pk, *more])) for may, words, name, more in offered if may]
    if handles:
        links += [
            (f"送达《{item.title}》", reverse("decision:serve", args=[case.pk, item.pk]))
            for item in queries.unserved(case)
            if item.code in ("deferral_notice", "demand_letter")
        ]
    return links


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """缴纳情况: what is owed today and what may be done about it."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    if made is None:
        return deed.run(request, case, deed.Page("缴纳情况", ""), None, barred=early)
    warnings = []
    window = payments.court_window(made)
    if payments.last_demand(made) and window and payments.unsettled(made, timezone.localdate()):
        warnings.append(f"申请人民法院强制执行，最早在 {window.start} 之后，最迟 {window.due}。")
    shown = deed.Page(
        "缴纳情况", "", rows=rows(made), past=past(made), warnings=warnings, steps=_steps(request, case, made)
    )
    return deed.run(request, case, shown, None)


def _page(made: Decision | None, heading: str, label: str, lead: str = "") -> deed.Page:
    return deed.Page(heading, label, lead=lead, rows=rows(made) if made else (), past=past(made) if made else ())


def _then(case: Case) -> str:
    return reverse("decision:payment", args=[case.pk])


@page("officer")
def ask_deferral(request: Asked, pk: UUID) -> HttpResponse:
    """登记延期、分期缴纳申请."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    barred = act.not_handler(request, case) or early
    if barred is None and made and payments.unanswered(made) is not None:
        barred = act.not_yet("已有一份申请还没有答复", "由负责人先答复")
    return deed.run(
        request,
        case,
        _page(made, "登记延期、分期缴纳申请", "登记申请"),
        AskDeferralForm,
        actions.ask_deferral,
        barred=barred,
        done="申请已登记，请负责人答复",
        then=_then(case),
        initial={"on": timezone.localdate()},
        decision=made,
    )


@page("head")
def answer_deferral(request: Asked, pk: UUID) -> HttpResponse:
    """答复延期、分期缴纳申请."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    asked = payments.unanswered(made) if made else None
    barred = act.not_head(request, case) or early
    if barred is None and asked is None:
        barred = act.not_yet("没有等候答复的申请", "由承办人先登记申请")
    lead = f"{asked.on} 申请{asked.get_kind_display()}：{asked.plan} 理由：{asked.reason}" if asked else ""
    return deed.run(
        request,
        case,
        _page(made, "答复延期、分期缴纳申请", "答复，制作通知书", lead),
        AnswerDeferralForm,
        actions.answer_deferral,
        barred=barred,
        done="通知书已制作，请承办人送达",
        then=_then(case),
        read=lambda data: {name: data[name] for name in ("granted", "opinion", "instalments")},
        deferral=asked,
    )


@page("officer")
def pay_surcharge(request: Asked, pk: UUID) -> HttpResponse:
    """登记缴纳加处罚款."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    left = payments.reckon(made, timezone.localdate()).surcharge_left if made else 0
    barred = act.not_handler(request, case) or early
    if barred is None and not left:
        barred = act.not_yet("没有尚未缴纳的加处罚款", "查看缴纳情况")
    return deed.run(
        request,
        case,
        _page(made, "登记缴纳加处罚款", "登记"),
        SurchargeForm,
        actions.pay_surcharge,
        barred=barred,
        done="已登记，票据已入卷",
        then=_then(case),
        initial={"amount_fen": left, "on": timezone.localdate()},
        decision=made,
    )


@page("head")
def relieve_surcharge(request: Asked, pk: UUID) -> HttpResponse:
    """减免加处罚款."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    barred = act.not_head(request, case) or early
    return deed.run(
        request,
        case,
        _page(made, "减免加处罚款", "准予减免"),
        ReliefForm,
        actions.relieve_surcharge,
        barred=barred,
        done="已减免",
        then=_then(case),
        decision=made,
    )


@page("officer")
def demand(request: Asked, pk: UUID) -> HttpResponse:
    """催告."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    barred = act.not_handler(request, case) or early
    today = timezone.localdate()
    least = cases.pack_of(case).deadline(payments.DEMANDED, start=today, on=today, provisional=True)
    return deed.run(
        request,
        case,
        _page(made, "催告履行", "制作催告书", "当事人收到催告书后有权陈述、申辩；期满仍未履行的，方可申请强制执行。"),
        DemandForm,
        actions.demand,
        barred=barred,
        done="催告书已制作，请送达",
        then=_then(case),
        initial={"due_on": least.due},
        decision=made,
    )


@page("head")
def apply_to_court(request: Asked, pk: UUID) -> HttpResponse:
    """申请人民法院强制执行."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    barred = act.not_head(request, case) or early
    return deed.run(
        request,
        case,
        _page(made, "申请人民法院强制执行", "签发强制执行申请书"),
        CourtForm,
        actions.apply_to_court,
        barred=barred,
        done="强制执行申请书已入卷",
        then=_then(case),
        initial={"court": case.body.court},
        decision=made,
    )


@page("officer")
def court_result(request: Asked, pk: UUID) -> HttpResponse:
    """登记法院的裁定和执行结果."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    application = payments.application_of(made) if made else None
    barred = act.not_handler(request, case) or early
    if barred is None and application is None:
        barred = act.not_yet("还没有申请强制执行", "由负责人签发申请书")
    return deed.run(
        request,
        case,
        _page(made, "登记法院的裁定和结果", "登记"),
        CourtOutcomeForm,
        actions.hear_court,
        barred=barred,
        done="已登记",
        then=_then(case),
        initial={"on": timezone.localdate()},
        application=application,
    )
