"""The desk of the heads, the decide page and the issue page."""

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.duty import queries as duties
from yangguang.record.documents import money
from yangguang.registry import keyset
from yangguang.registry.web import Asked, address, page

from . import act, actions, decide_page, papers, queries
from .exemption import queries as exemption
from .forms import DecideForm, IssueForm

READERS = ("officer", "reviewer", "head", "unit_head", "disclosure", "supervisor", "archivist")

TABS = {
    "open": "待立案审批",
    "deliberate": "待集体讨论",
    "decide": "待决定",
    "issue": "待印发送达",
    "perform": "待履行",
    "close": "待结案",
}
ACTS = {
    "open": ("casework:opening", "审批立案"),
    "deliberate": ("decision:deliberate", "集体讨论"),
    "decide": ("decision:decide", "审查决定"),
    "issue": ("decision:issue", "印发送达"),
    "perform": ("decision:perform", "登记缴款"),
    "close": ("decision:close", "审批结案"),
}


class DeskFilter(django_forms.Form):
    q = django_forms.CharField(label="案件、案号、当事人", required=False, max_length=100)
    show = django_forms.CharField(required=False, widget=django_forms.HiddenInput)


@page("head", "officer", "supervisor")
def desk(request: Asked) -> HttpResponse:
    """What waits for a head (and, after the decision, for the officers), the longest-waiting case first."""
    form = DeskFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    waiting = queries.desk(request.caller, text)
    counts = {name: rows.count() for name, rows in waiting.items()}
    show = request.GET.get("show", "")
    if show not in waiting:
        show = next((name for name in ("decide", "deliberate", "open", "close") if counts[name]), "decide")
    found = keyset.page(waiting[show], request.GET, ("moved_at", "case_id"))
    due = duties.first_open([f"case:{state.case_id}" for state in found.rows])
    name, label = ACTS[show]
    return render(
        request,
        "decision/desk.html",
        {
            "form": form,
            "page": found,
            "title": TABS[show],
            "tabs": [
                {"label": TABS[one], "url": _query(request, show=one), "count": counts[one], "current": one == show}
                for one in TABS
            ],
            "rows": [
                {
                    "state": state,
                    "url": address(name, state.case_id),
                    "duty": due.get(f"case:{state.case_id}"),
                }
                for state in found.rows
            ],
            "action": label,
        },
    )


def _query(request: Asked, **over: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in over.items():
        query[name] = value
    return f"?{query.urlencode()}"


@page(*READERS)
def decide(request: Asked, pk: UUID) -> HttpResponse:
    """决定: the button is there only when every gate is open; the action and the database hold the same."""
    case = act.the_case(request, pk)
    made = queries.decision_of(case)
    proposal = cases.latest_proposal(case)
    if request.method == "POST":
        request.caller.need("head")
    if request.method == "GET" and exemption.waiting(case) is not None:
        return redirect("decision:exemption", pk=case.pk)
    if proposal is None:
        return act.show(request, "decide_early", case, None)
    if request.method == "POST" and made is not None:
        messages.info(request, f"本案已于 {made.on} 作出决定，没有重复办理")
        return redirect(request.path)
    form = act.new_form(DecideForm, request, case)
    if request.method == "POST":
        data = form.cleaned_data if form.is_valid() else {}
        done = act.submit(
            request,
            form,
            actions.decide,
            "已作出决定，请承办人印发、送达；七个工作日内公示",
            reverse("decision:decide", args=[case.pk]),
            proposal=proposal,
            opinion=data.get("opinion", ""),
        )
        if done is not None:
            return done
    shown = decide_page.context(case, made.proposal if made else proposal, request.caller, timezone.localdate())
    may = request.caller.has("head") and made is None and not shown["closed"]
    return act.show(
        request,
        "decide",
        case,
        form,
        **shown,
        made=made,
        may=may,
        issuance=getattr(made, "issuance", None),
        total=money.in_words(proposal.body["fine_fen"] + proposal.body["confiscation_fen"]),
    )


@page("officer")
def issue(request: Asked, pk: UUID) -> HttpResponse:
    """印发决定书: the draft is shown first; the number is allotted when it is issued."""
    case = act.the_case(request, pk)
    made = queries.decision_of(case)
    barred = act.not_handler(request, case)
    if barred is None and made is None:
        barred = act.not_yet("还没有作出决定，不能印发", "由负责人先作出决定")
    issued = getattr(made, "issuance", None)
    if made is None or issued or (barred and request.method != "POST"):
        if issued and request.method == "POST":
            messages.info(request, f"决定书已印发：{issued.number_text}，没有重复印发")
        return act.show(
            request,
            "issue",
            case,
            None,
            barred=barred,
            decision=made,
            issuance=issued,
            service=queries.served(issued.item) if issued else None,
        )
    form = act.new_form(IssueForm, request, case)
    done = act.submit(request, form, actions.issue, "决定书已印发，请送达", act.then(case), decision=made)
    if done is not None:
        made = queries.decision_of(case)
        number = made.issuance.item_id if made and hasattr(made, "issuance") else None
        return redirect(act.then(case, "decision:serve", number)) if number else done
    return act.show(
        request,
        "issue",
        case,
        form,
        decision=made,
        issuance=None,
        service=None,
        preview=act.preview(case.scope, "penalty_decision", papers.decision(made), made.on),
    )
