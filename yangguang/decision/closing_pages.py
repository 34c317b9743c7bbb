"""Pages after the decision: paid, closed, revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import queries as duties
from yangguang.policy import deadlines
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from . import act, actions, papers, queries
from .exemption import queries as exemption
from .forms import CloseForm, PerformForm, RevokeForm
from .models import Decision, Revocation
from .payment import queries as payments
from .remedy import against
from .remedy import queries as remedies


def _served(case: Case) -> tuple[Decision | None, Refused | None]:
    made = queries.decision_of(case)
    if made is None or not hasattr(made, "issuance"):
        return made, actions.not_yet(case, "决定书还没有印发", "先作出决定、印发决定书", *actions.SERVED)
    if queries.served(made.issuance.item) is None:
        return made, actions.not_yet(case, "决定书还没有送达", "先送达决定书并制作送达回证", *actions.SERVED)
    return made, None


@page("officer")
def perform(request: Asked, pk: UUID) -> HttpResponse:
    """登记履行: what was paid, by its receipt."""
    case = act.the_case(request, pk)
    made, early = _served(case)
    barred = act.not_handler(request, case) or early
    owed = remedies.due_under(made) if made else 0
    paid = queries.paid_fen(made) if made else 0
    known = {
        "decision": made,
        "owed": owed,
        "paid": paid,
        "left": owed - paid,
        "performances": list(made.performances.select_related("item").order_by("on", "at")) if made else [],
    }
    if made is None or barred or owed == paid:
        return act.show(request, "perform", case, None, barred=barred, **known)
    form = act.new_form(PerformForm, request, case, amount_fen=owed - paid, on=timezone.localdate())
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    given = {name: data.get(name) for name in ("amount_fen", "on", "receipt_no")}
    done = act.submit(request, form, actions.perform, "已登记缴款，票据已入卷", act.then(case), decision=made, **given)
    return done or act.show(request, "perform", case, form, **known, due=_due(case, "D11"))


def _due(case: Case, rule: str) -> Any:
    return next((duty for duty in duties.of(case.chain) if duty.rule == rule), None)


@page("head")
def close(request: Asked, pk: UUID) -> HttpResponse:
    """结案: the list of what the file must hold, and what is still missing."""
    case = act.the_case(request, pk)
    made, early = _served(case)
    closed = getattr(case, "closure", None)
    owed = cases.owed(case, upto="close")
    if early is None and made is not None:
        early = act.barred(actions.served_again, case, made.issuance.item)
    left, awaited = actions.elsewhere(case) if made is None else (False, None)
    if left:
        early = awaited
    exempt = exemption.granted(case) if made is None else None
    if exempt is not None:
        early = (
            None
            if exemption.served(case)
            else actions.not_yet(case, "不予行政处罚决定书还没有送达", "先送达决定书", *actions.SERVED)
        )
        early = early or act.barred(actions.served_again, case, exempt.item)
    barred = act.not_head(request, case) or early
    owing = payments.unsettled(made, timezone.localdate()) if made and barred is None else ""
    if barred is None and owing:
        barred = actions.not_yet(case, owing, actions.SETTLE)
    if exempt is not None:
        owed = exemption.owed(owed)
    elif made is None:  # of a case the police took over only what was begun is owed
        taken = {one.step for one in cases.taken(case)}
        owed = [one for one in owed if one.step in taken]
    lacking = [one for one in owed if not one.met]
    known = {"owed": owed, "lacking": lacking, "closure": closed, "decision": made, "titles": _titles(case)}
    if closed or ((barred or lacking) and request.method != "POST"):
        if closed and request.method == "POST":
            messages.info(request, "本案已经结案，没有重复办理")
        return act.show(request, "close", case, None, barred=barred, **known)
    form = CloseForm(
        request.POST if request.method == "POST" else None,
        seen=trail.head(case.chain),
        initial={"how": exemption.ENDING} if exempt else {},
        fits=lambda how: made is None or not actions.unfounded(made, how),
    )
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    done = act.submit(request, form, actions.close, "已结案", act.then(case), case=case, how=data.get("how", ""))
    return done or act.show(request, "close", case, form, **known)


def _titles(case: Case) -> dict[str, str]:
    return {step.code: step.title for step in cases.act_of(case).steps}


@page("head")
def revoke(request: Asked, pk: UUID) -> HttpResponse:
    """登记撤销、变更: the publication comes down within three working days."""
    case = act.the_case(request, pk)
    found = against.of(case)
    barred = act.not_head(request, case)
    if barred is None and found is None:
        barred = act.not_yet("本案还没有印发的决定，没有可以撤销、变更的对象", "决定印发后再登记")
    made = found.decision if found else None
    earlier = _undone(found) if found else None
    if found is None or (barred and request.method != "POST"):
        return act.show(request, "revoke", case, None, barred=barred, decision=made, earlier=earlier)
    today = timezone.localdate()
    limit = cases.pack_of(case).deadline(papers.take_down_rule(case), start=today, on=today, provisional=True)
    down = deadlines.say(limit.limit)
    form = act.new_form(RevokeForm, request, case, organ=case.body.name, on=timezone.localdate())
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    given = {name: data.get(name, "") for name in ("kind", "organ", "instrument", "reason", "on")}
    done = act.submit(
        request,
        form,
        actions.revoke,
        f"已登记；{down}内撤下公示并说明理由",
        act.then(case),
        decision=made,
        document=found.document,
        **given,
    )
    shown = {"decision": made, "earlier": earlier, "down": down, "because": limit.because}
    return done or act.show(request, "revoke", case, form, **shown)


def _undone(found: against.Contested) -> Revocation | None:
    """The last revocation or change of what was decided."""
    undone = Revocation.objects.filter(case=found.case, decision=found.decision, document=found.document)
    return undone.order_by("-at", "-id").first()
