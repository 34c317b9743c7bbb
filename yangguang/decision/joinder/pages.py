"""The pages of joined and severed cases."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.joinder import actions as joining
from yangguang.casework.joinder import queries
from yangguang.casework.joinder.models import JoinderRequest
from yangguang.casework.models import Case
from yangguang.inspection.forms import searched
from yangguang.record.documents import values
from yangguang.registry.access import Caller
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed
from ..deed import Told
from . import actions, papers
from .forms import AnswerForm, JoinForm, SeverForm

READERS = ("officer", "reviewer", "head", "supervisor", "archivist")
SHOWN = 50  # cases of one party offered at once, those that moved last


def past(case: Case) -> list[Told]:
    """What was asked and answered about this case, and what it has to do with others."""
    found = []
    for one in queries.last_request(case):
        found.append(Told(f"{one.by.name}提出{one.get_what_display()}：{_to(one)}", f"{one.ground}。{one.reason}"))
        answer = getattr(one, "answer", None)
        if answer is not None:
            words = "批准" if answer.approved else "不批准"
            found.append(Told(f"{answer.by.name}{words}{one.get_what_display()}", answer.opinion, answer.item))
    for over in queries.taken(case):
        words = f"{values.on_words(timezone.localdate(over.at))}引用《{over.other.title}》的材料 {len(over.items)} 件"
        found.append(Told(words, "、".join(one["title"] for one in over.items), over.paper))
    return found


def _to(asked: JoinderRequest) -> str:
    """What a request would make of the case."""
    if asked.other is not None:
        return f"并入《{asked.other.title}》"
    return f"分出“{asked.party.name if asked.party else ''}{asked.cause}案”"


def _then(case: Case) -> str:
    return reverse("decision:joinder", args=[case.pk])


def _barred(request: Asked, case: Case) -> Refused | None:
    return act.not_handler(request, case) or act.barred(joining.may_regroup, case)


def _steps(request: Asked, case: Case) -> list[tuple[str, str]]:
    steps = []
    if _barred(request, case) is None:
        steps.append(("提出并案的意见", reverse("decision:joinder_join", args=[case.pk])))
        steps.append(("提出分案的意见", reverse("decision:joinder_sever", args=[case.pk])))
    heads = request.caller.has("head") and not cases.handles(request.caller.officer, case)
    if heads and queries.waiting(case) is not None:
        steps.append(("批准或者不批准并案、分案", reverse("decision:joinder_answer", args=[case.pk])))
    return steps


def grounds(case: Case, what: JoinderRequest.What) -> list[tuple[str, str]]:
    return [(one, one) for one in cases.parameter_of(case, queries.GROUNDS[what]).value or ()]


def rules(case: Case) -> list[tuple[str, Any]]:
    """When cases may be joined or severed, and on which clauses that stands."""
    rows: list[tuple[str, Any]] = []
    for what in (queries.JOIN, queries.SEVER):
        allowed = cases.parameter_of(case, queries.GROUNDS[what])
        rows.append((f"{what.label}的情形", "；".join(allowed.value or ())))
        rows.append((f"{what.label}的依据", "、".join(facts.named(one) for one in allowed.because)))
    return rows


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """并案、分案的办理情况."""
    case = act.the_case(request, pk)
    done = past(case)
    rows: list[tuple[str, Any]] = [
        (one.words, f"《{one.case.title}》{one.case.state.number}") for one in queries.related(case)
    ]
    rows += [] if done else [("办理情况", "没有并案、分案"), *rules(case)]
    steps = [
        (f"查看《{one.case.title}》", reverse("workbench:case", args=[one.case.pk])) for one in queries.related(case)
    ]
    shown = deed.Page("并案、分案", "", past=done, steps=[*_steps(request, case), *steps], rows=rows)
    return deed.run(request, case, shown, None)


def _others(caller: Caller, case: Case) -> dict[str, Case]:
    """The party's other ordinary penalty cases in this body, whatever their state: what is unfit is refused by name."""
    rows = cases.visible_to(caller).filter(
        party__key=case.party.key, scope=case.scope, kind="penalty", procedure="ordinary"
    )
    return {str(one.pk): one for one in rows.exclude(pk=case.pk).order_by("-state__moved_at")[:SHOWN]}


@page("officer")
def join(request: Asked, pk: UUID) -> HttpResponse:
    """提出并案的意见."""
    case = act.the_case(request, pk)
    barred, others = _barred(request, case), _others(request.caller, case)
    if barred is None and not others:
        barred = Refused(
            f"{case.party.name}在本机关没有其他按普通程序办理的案件",
            because=joining.cite(case, joining.SAME_ACT),
            mend="当事人不同的不并案；属于其他机关的案件，按管辖争议办理",
        )
    return deed.run(
        request,
        case,
        deed.Page("提出并案的意见", "提出", rows=rules(case)[:2], past=past(case), note="负责人批准后，本案并入并结案"),
        JoinForm,
        joining.request_joinder,
        barred=barred,
        done="已提出，请负责人决定",
        then=_then(case),
        choices={
            "other": [("", "请选择"), *((key, _named(one)) for key, one in others.items())],
            "ground": grounds(case, queries.JOIN),
        },
        read=lambda data: {**data, "other": others[data["other"]]},
        given={"case": case},
    )


def _named(case: Case) -> str:
    ended = "，已结案" if case.state.closed_on else ""
    return f"{case.state.number or '未编号'} {case.title}（{case.handler1.name}、{case.handler2.name}{ended}）"


@page("officer")
def sever(request: Asked, pk: UUID) -> HttpResponse:
    """提出分案的意见."""
    case = act.the_case(request, pk)
    barred, asked = _barred(request, case), searched(request)
    shown = {"rows": rules(case)[2:], "past": past(case), "party_q": asked}
    if barred is not None:
        return act.show(request, "sever", case, None, barred=barred, **shown)
    finding = request.method == "POST" and "find" in request.POST
    typed = {name: request.POST.get(name, "") for name in ("party", "cause", "ground", "reason")} if finding else {}
    form = SeverForm(
        request.POST if request.method == "POST" and not finding else None,
        caller=request.caller,
        asked=asked,
        seen=act.trail.head(case.chain),
        initial=typed,
    )
    form.fields["ground"].choices = grounds(case, queries.SEVER)  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        given = {"case": case, **form.given()}
        done = act.submit(request, form, joining.request_severance, "已提出，请负责人决定", _then(case), **given)
        if done is not None:
            return done
    return act.show(request, "sever", case, form, **shown)


@page("head")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """批准或者不批准并案、分案."""
    case = act.the_case(request, pk)
    asked = queries.waiting(case)
    barred = act.not_head(request, case)
    if barred is None and asked is None:
        barred = act.not_yet("没有等候决定的并案、分案意见", "由承办人先提出意见")
    return deed.run(
        request,
        case,
        deed.Page("并案、分案审批", "作出决定", rows=_shown(case, asked), past=past(case)),
        AnswerForm,
        actions.answer,
        barred=barred,
        done="已决定",
        then=_then(case),
        asked=asked,
    )


def _shown(case: Case, asked: JoinderRequest | None) -> list[tuple[str, Any]]:
    """The request as the head reads it."""
    if asked is None:
        return []
    because = cases.parameter_of(case, queries.GROUNDS[JoinderRequest.What(asked.what)]).because
    kept = cases.evidence_items(case)
    return [
        ("事项", f"{asked.get_what_display()}：{_to(asked)}"),
        ("情形", asked.ground),
        ("依据", "、".join(facts.named(one) for one in because)),
        ("理由", asked.reason),
        ("办案期限", papers.clock(asked)),
        ("陈述、申辩和听证", papers.heard(asked)),
        (f"引用的材料（{len(kept)} 件）", "、".join(one.title for one in kept) or "没有"),
    ]
