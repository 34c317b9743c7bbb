"""Pages from the notice to the deliberation: told, served, heard, answered, talked over."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from . import act, actions, papers, queries, wording
from .forms import AnswerForm, DeliberateForm, NotifyForm, ServeForm, StatementForm
from .models import Notice, Statement


@page("officer")
def notify(request: Asked, pk: UUID) -> HttpResponse:
    """事先告知, drawn from the reviewed draft; the party is served next."""
    case = act.the_case(request, pk)
    proposal = cases.latest_proposal(case)
    barred = act.not_handler(request, case)
    if barred is None and proposal is None:
        barred = act.not_yet("还没有处理意见，不能告知", "先提出处理意见并通过法制审核")
    if barred is None:
        barred = act.barred(actions.reviewed, proposal)
    if proposal is None or (barred and request.method != "POST"):
        return act.show(
            request, "notify", case, None, barred=barred, proposal=proposal, earlier=queries.notice_of(case)
        )
    form = act.new_form(NotifyForm, request, case)
    done = act.submit(request, form, actions.notify, "告知书已制作，请送达", act.then(case), proposal=proposal)
    if done is not None:
        notice = queries.notice_of(case)
        return redirect(act.then(case, "decision:serve", notice.item_id)) if notice else done
    offered = queries.hearing_offered(proposal, timezone.localdate())
    return act.show(
        request,
        "notify",
        case,
        form,
        proposal=proposal,
        earlier=queries.notice_of(case),
        hearing=offered,
        preview=act.preview(
            case.scope, "prior_notice", papers.notice(proposal, offered, timezone.localdate()), timezone.localdate()
        ),
    )


@page("officer")
def serve(request: Asked, pk: UUID, item: UUID) -> HttpResponse:
    """送达一份文书: the seven ways with what each needs."""
    case = act.the_case(request, pk)
    try:
        document = record.visible_item(request.caller, item)
    except Item.DoesNotExist as error:
        raise Http404 from error
    if document.dossier_id != case.dossier_id or document.code not in queries.SERVED:
        raise Http404
    service = queries.service_of(document)
    barred = act.not_handler(request, case) or act.barred(queries.must_stand, document)
    if service or (barred and request.method != "POST"):
        if service and request.method == "POST":
            messages.info(request, f"《{document.title}》已经送达，没有重复办理")
        return act.show(request, "serve", case, None, barred=barred, document=document, service=service)
    confirmed = queries.confirmed_address(case)
    place, source = _place(case, confirmed)
    form = act.new_form(
        ServeForm, request, case, place=place, recipient=case.party.name, relation="本人", on=timezone.localdate()
    )
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    words = ("method", "on", "place", "recipient", "relation", "through", "witness", "refusal")
    given = {**{name: data.get(name, "") for name in words}, "hour": data.get("hour")}
    done = act.submit(
        request, form, actions.serve, "已登记送达，送达回证已入卷", act.then(case), case=case, item=document, **given
    )
    if done is not None:
        return done
    return act.show(
        request,
        "serve",
        case,
        form,
        document=document,
        service=None,
        confirmed=confirmed,
        place_source=source,
        announced=queries.announced(document),
    )


def _place(case: Case, confirmed: Item | None) -> tuple[str, str]:
    if confirmed is not None and confirmed.data.get("address"):
        return confirmed.data["address"], f"送达地址确认书 {confirmed.on}"
    return case.party.address, "当事人登记的住址"


def _notice(case: Case) -> tuple[Notice | None, Refused | None]:
    notice = queries.notice_of(case)
    if notice is None:
        return None, act.not_yet("还没有事先告知", "先告知并送达，再听取陈述申辩")
    if queries.served_as_it_stands(notice.item) is None:
        return notice, act.not_yet("事先告知书还没有送达", "先送达并制作送达回证")
    return notice, None


@page("officer")
def statement(request: Asked, pk: UUID) -> HttpResponse:
    """记录陈述申辩: made, waived, or not made in time."""
    case = act.the_case(request, pk)
    notice, early = _notice(case)
    if notice is not None:
        notice.case = notice.proposal.case = case
    barred = act.not_handler(request, case) or early
    if notice is None or barred:
        return act.show(request, "statement", case, None, barred=barred, notice=notice, service=None, deadline=None)
    handed_in = next(reversed(queries.letters_waiting(case, "statement")), None)
    given = {"how": Statement.How.STATED, "text": handed_in.text} if handed_in else {}
    on = timezone.localdate(handed_in.at) if handed_in else timezone.localdate()
    form = act.new_form(StatementForm, request, case, on=on, **given)
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    stated = data.get("how") == Statement.How.STATED
    done = act.submit(
        request,
        form,
        actions.take_statement,
        "已记入陈述申辩笔录，请复核并答复" if stated else "已记录",
        act.then(case, "decision:answer") if stated else act.then(case),
        notice=notice,
        how=data.get("how", ""),
        text=data.get("text", ""),
        on=data.get("on"),
    )
    if done is not None:
        return done
    return act.show(
        request,
        "statement",
        case,
        form,
        notice=notice,
        service=queries.served_as_it_stands(notice.item),
        deadline=queries.statement_deadline(notice),
        earlier=queries.statement_of(notice),
        handed_in=handed_in,
    )


@page("officer")
def answer(request: Asked, pk: UUID) -> HttpResponse:
    """复核陈述申辩 and say why it is taken up or not."""
    case = act.the_case(request, pk)
    notice, early = _notice(case)
    if notice is not None:
        notice.case = notice.proposal.case = case
    said = queries.statement_of(notice) if notice else None
    barred = act.not_handler(request, case) or early
    if barred is None and (said is None or said.how != Statement.How.STATED):
        barred = act.not_yet("当事人没有提出陈述申辩，不需要复核", "当事人提出的，先记录陈述申辩")
    given = getattr(said, "answer", None)
    if barred or given or said is None:
        if given and request.method == "POST":
            messages.info(request, "这份陈述申辩已经复核，没有重复办理")
        return act.show(request, "answer", case, None, barred=None if given else barred, statement=said, answer=given)
    form = act.new_form(AnswerForm, request, case)
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    done = act.submit(
        request,
        form,
        actions.answer_defence,
        "复核意见书已入卷",
        act.then(case),
        statement=said,
        adopted=data.get("adopted", ""),
        reason=data.get("reason", ""),
    )
    return done or act.show(request, "answer", case, form, statement=said, answer=None)


@page("head")
def deliberate(request: Asked, pk: UUID) -> HttpResponse:
    """集体讨论: who was there and what each said."""
    case = act.the_case(request, pk)
    proposal = cases.latest_proposal(case)
    barred = act.not_head(request, case)
    if barred is None and proposal is None:
        barred = act.not_yet("还没有处理意见，没有可以讨论的内容", "由承办人先提出处理意见")
    earlier = proposal.deliberations.select_related("item").order_by("-at").first() if proposal else None
    if proposal is None or (barred and request.method != "POST"):
        return act.show(request, "deliberate", case, None, barred=barred, proposal=proposal, earlier=earlier)
    heads = registry.holders("head", case.scope)
    known = {"least": cases.parameter_of(case, "deliberation_min").value} | {
        key: value
        for n, head in enumerate(heads[:7])
        for key, value in ((f"name_{n}", head.name), (f"post_{n}", head.post))
    }
    form = act.new_form(DeliberateForm, request, case, **known)
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    done = act.submit(
        request,
        form,
        actions.deliberate,
        "集体讨论笔录已入卷",
        act.then(case, "decision:decide"),
        proposal=proposal,
        attendees=data.get("attendees", []),
        conclusion=data.get("conclusion", ""),
    )
    return done or act.show(
        request,
        "deliberate",
        case,
        form,
        proposal=proposal,
        earlier=earlier,
        draft=wording.draft(proposal),
        penalties=wording.penalties(proposal.body),
        known=bool(heads),
    )
