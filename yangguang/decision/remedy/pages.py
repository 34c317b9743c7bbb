"""The pages of reconsideration and litigation."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record.documents import money
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed
from ..deed import Told
from . import actions, against
from . import queries as remedies
from .against import Contested
from .forms import AccountForm, OpenForm, RefundForm, ResultForm

READERS = ("officer", "reviewer", "head", "unit_head", "disclosure", "supervisor", "archivist")


def _made(case: Case) -> tuple[Contested | None, Refused | None]:
    found = against.of(case)
    if found is None or found.served_on is None:
        return None, act.not_yet("决定书还没有送达", "先作出决定、印发并送达")
    return found, None


def past(found: Contested) -> list[Told]:
    """What happened to the decision, in order."""
    done: list[tuple[Any, Told]] = []
    for one in remedies.against(found).select_related("result", "by").order_by("on", "at"):
        stop = f"，停止执行：{one.stopped_because}" if one.stopped else "，不停止执行"
        done.append((one.at, Told(f"{one.on} {one.get_kind_display()}", f"{one.organ} {one.number}{stop}")))
        result = getattr(one, "result", None)
        if result is None:
            continue
        paper = result.revocation.item if result.revocation else None
        words = f"{result.instrument}（{result.received_on} 收到）。{result.reason}"
        done.append((result.at, Told(f"{result.on} {result.get_outcome_display()}", words, paper)))
        called = getattr(result, "accountability", None)
        if called:
            done.append((called.at, Told(f"{called.on} 提请责任追究", f"{called.to}：{called.finding}")))
    for back in found.decision.refunds.all() if found.decision else ():
        words = f"{back.on} 退还 {money.yuan(back.amount_fen)} 元"
        done.append((back.at, Told(words, f"凭证 {back.receipt_no}")))
    return [told for _, told in sorted(done, key=lambda row: row[0])]


def rows(found: Contested) -> list[tuple[str, Any]]:
    until, pending = remedies.contestable_until(found), remedies.pending_against(found)
    lines: list[tuple[str, Any]] = [("决定书", f"《{found.item.title}》{found.number}，{found.served_on} 送达")]
    if pending is not None:
        meanwhile = "，加处罚款暂停计算" if found.decision else ""
        lines.append(("正在进行", f"{pending.get_kind_display()}（{pending.organ} {pending.number}）{meanwhile}"))
    elif until is not None:
        lines.append(("当事人最迟可以申请复议、起诉到", until))
    if because := against.reconsidered_first(found):
        lines.append(("先申请行政复议", "、".join(facts.named(one) for one in because[:1])))
    if left := _to_refund(found):
        lines.append(("应当退还", f"{money.yuan(left)} 元"))
    if remedies.to_account(found):
        lines.append(("责任追究", "决定被变更、撤销或者确认违法，还没有提请责任追究"))
    return lines


def _to_refund(found: Contested | None) -> int:
    return remedies.to_refund(found.decision) if found and found.decision else 0


def _steps(request: Asked, case: Case, made: Contested) -> list[tuple[str, str]]:
    handles = request.caller.has("officer") and cases.handles(request.caller.officer, case)
    heads = request.caller.has("head") and not cases.handles(request.caller.officer, case)
    pending = remedies.pending_against(made)
    offered = [
        (handles and pending is None, "登记行政复议、行政诉讼", "remedy_open"),
        (heads and pending is not None, "登记复议、诉讼结果", "remedy_end"),
        (handles and _to_refund(made), "登记退还罚没款", "refund"),
        (heads and remedies.to_account(made), "提请责任追究", "account"),
    ]
    return [(words, reverse(f"decision:{name}", args=[case.pk])) for may, words, name in offered if may]


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """复议诉讼情况."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    if made is None:
        return deed.run(request, case, deed.Page("行政复议、行政诉讼", ""), None, barred=early)
    shown = deed.Page("行政复议、行政诉讼", "", rows=rows(made), past=past(made), steps=_steps(request, case, made))
    return deed.run(request, case, shown, None)


def _page(made: Contested | None, heading: str, label: str, lead: str = "") -> deed.Page:
    return deed.Page(heading, label, lead=lead, rows=rows(made) if made else (), past=past(made) if made else ())


def _then(case: Case) -> str:
    return reverse("decision:remedies", args=[case.pk])


@page("officer")
def open_remedy(request: Asked, pk: UUID) -> HttpResponse:
    """登记行政复议、行政诉讼."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    barred = act.not_handler(request, case) or early
    return deed.run(
        request,
        case,
        _page(made, "登记行政复议、行政诉讼", "登记"),
        OpenForm,
        actions.open_remedy,
        barred=barred,
        done="已登记，复议、诉讼期间不计算加处罚款" if made and made.decision else "已登记",
        then=_then(case),
        initial={"organ": case.body.reconsideration, "stopped": "no", "on": timezone.localdate()},
        given={"case": case},
        decision=made.decision if made else None,
    )


@page("head")
def end_remedy(request: Asked, pk: UUID) -> HttpResponse:
    """登记复议、诉讼结果."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    pending = remedies.pending_against(made) if made else None
    barred = act.not_head(request, case) or early
    if barred is None and pending is None:
        barred = act.not_yet("没有正在进行的复议、诉讼", "由承办人先登记")
    lead = "决定被变更、撤销、确认违法或者无效的，产生撤下公示的职责；已缴的罚没款应当退还，并提请责任追究。"
    if made and made.decision is None:
        lead = "决定被变更、撤销、确认违法或者无效的，已经公开的应当撤下，并提请责任追究。"
    return deed.run(
        request,
        case,
        _page(made, "登记复议、诉讼结果", "登记", lead),
        ResultForm,
        actions.end_remedy,
        barred=barred,
        done="结果已登记",
        then=_then(case),
        remedy=pending,
    )


@page("officer")
def refund(request: Asked, pk: UUID) -> HttpResponse:
    """登记退还罚没款."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    left = _to_refund(made)
    barred = act.not_handler(request, case) or early
    if barred is None and not left:
        barred = act.not_yet("没有应当退还的罚没款", "查看复议、诉讼结果")
    return deed.run(
        request,
        case,
        _page(made, "登记退还罚没款", "登记"),
        RefundForm,
        actions.refund,
        barred=barred,
        done="已登记退还",
        then=_then(case),
        initial={"amount_fen": left, "on": timezone.localdate()},
        decision=made.decision if made else None,
    )


@page("head")
def call_to_account(request: Asked, pk: UUID) -> HttpResponse:
    """提请责任追究."""
    case = act.the_case(request, pk)
    made, early = _made(case)
    result = remedies.to_account(made) if made else None
    barred = act.not_head(request, case) or early
    if barred is None and result is None:
        barred = act.not_yet("没有需要提请责任追究的结果", "查看复议、诉讼结果")
    return deed.run(
        request,
        case,
        _page(made, "提请责任追究", "提请"),
        AccountForm,
        actions.call_to_account,
        barred=barred,
        done="已提请责任追究",
        then=_then(case),
        result=result,
    )
