"""Opening a case, taking its steps, proposing; and the parties and recusals these need."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yangguang.inspection import queries as inspection
from yangguang.inspection.forms import RECUSAL, RecuseForm, searched
from yangguang.policy import manners
from yangguang.policy.errors import PolicyError
from yangguang.record import documents
from yangguang.registry import actions as registry
from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, address, hold, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from . import actions, pages, prefill, queries, wording
from . import sources as sources  # the page of a document asks it
from .forms import ApplyForm, OpeningForm, PartyForm, ProposalForm
from .models import Case
from .step_form import DocumentsForm, StepForm
from .unit import queries as units

# ---- shared ----------------------------------------------------------------------------------------------------


def _case(request: Asked, pk: Any) -> Case:
    hold(request, f"case:{pk}")
    return get_object_or_404(queries.visible_to(request.caller), pk=pk)


def _refused(request: Asked, case: Case, refused: Refused, title: str) -> HttpResponse:
    """A page the reader may not act on, said before anything is typed."""
    return render(request, "casework/refused.html", {"case": case, "refused": refused, "title": title}, status=403)


def _verdicts(case: Case, codes: tuple[str, ...]) -> list[Any]:
    pack = queries.pack_of(case)
    return [wording.verdict(pack, one) for one in queries.early_verdicts(case, codes, timezone.localdate())]


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


# ---- opening ---------------------------------------------------------------------------------------------------


@page("officer")
def apply(request: Asked) -> HttpResponse:
    """申请立案."""
    caller, today = request.caller, timezone.localdate()
    clue = None
    if pk := request.GET.get("clue"):
        clue = inspection.one(caller, pk)
        if clue is None:
            raise Http404
        if hasattr(clue, "case") or hasattr(clue, "declined"):
            messages.warning(request, "这条线索已经办理")
            return redirect("inspection:clue", pk=clue.pk)
        if (brought := getattr(clue, "handed", None)) is not None:  # with the materials of the body that handed it over
            return redirect(address("workbench:handed_open", brought.handed_id))
    staff = [one for one in people.staff(caller.scope, today) if one.officer.scope == caller.scope]
    options: dict[str, Any] = {
        "caller": caller,
        "staff": staff,
        "powers": queries.offered_powers(caller),
        "asked": searched(request),
    }
    if request.method == "POST" and "find" not in request.POST:
        form = ApplyForm(request.POST, **options)
        if form.is_valid():
            done = form.run(actions.apply, by=caller.officer, at=now(), **form.given(clue))
            if done is not None:
                messages.success(request, "已申请立案，等待负责人审批。")
                pk = done.fact_ref.partition(":")[2] if form.repeated else done.pk
                return redirect("workbench:case", pk=pk)
    else:
        form = ApplyForm(initial=_apply_start(request, clue), **options)
    return render(
        request,
        "casework/apply.html",
        {
            "form": form,
            "clue": clue,
            "party_q": options["asked"],
            "staff": staff,
            "own": next((one for one in staff if one.officer.key == caller.officer.key), None),
        },
        status=_status(form),
    )


def _apply_start(request: Asked, clue: Any) -> dict[str, Any]:
    if request.method == "POST":
        return pages.typed(request.POST, ("touches",))
    start: dict[str, Any] = {}
    if clue:
        start = {"party": str(clue.party_id or ""), "power": str(clue.power_id or ""), "found_on": clue.found_on}
    if party := request.GET.get("party"):
        start["party"] = party
    return start


@page("head")
def opening(request: Asked, pk: Any) -> HttpResponse:
    """审批立案."""
    case = _case(request, pk)
    if getattr(case, "opening", None) is not None:
        messages.info(request, "本案的立案申请已经审批")
        return redirect("workbench:case", pk=pk)
    try:
        actions.not_handler_but_head(case, request.caller.officer)
        units.must_have_spoken(case, units.of_opening(case))
    except Refused as refused:
        return _refused(request, case, refused, "审批立案")
    form = OpeningForm(request.POST or None, seen=trail.head(case.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.answer_opening,
            by=request.caller.officer,
            at=now(),
            case=case,
            approved=data["approved"],
            opinion=data["opinion"] or ("同意立案。" if data["approved"] else ""),
        )
        if done is not None:
            messages.success(request, "已准予立案，案号已编发" if data["approved"] else "已决定不予立案")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    today = timezone.localdate()
    return render(
        request,
        "casework/opening.html",
        {
            "case": case,
            "form": form,
            "standings": queries.standing_of(case, today),
            "verdicts": _verdicts(case, ("G1", "G2", "G3")),
            "grades": case.power.discretion,
            "unit_said": units.opinion(case, case.ref),
        },
        status=_status(form),
    )


# ---- parties and recusal -----------------------------------------------------------------------------------------


@page("officer")
def party_new(request: Asked) -> HttpResponse:
    """登记当事人.  The same code again is a new version of the same party."""
    caller = request.caller
    back = _back(request)
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("once", "seen") and value}
        known = queries.party_like(caller, fields.get("id_no", ""), fields.get("uscc", ""), fields["kind"])
        if known:
            fields["key"] = known.key
        done = form.run(registry.register_party, by=caller.officer, at=now(), scope=caller.scope, **fields)
        if done is not None:
            messages.success(request, "当事人已登记" if not known else "该号码以前登记过，已记为新的登记信息")
            pk = done.fact_ref.partition(":")[2] if form.repeated else done.pk
            return redirect(_with_party(back, str(pk)))
    return render(request, "casework/party.html", {"form": form, "back": back}, status=_status(form))


def _back(request: HttpRequest) -> str:
    """Where to go on afterwards; only within this site."""
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if asked and safe else address("casework:apply")


def _with_party(url: str, pk: str) -> str:
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    query["party"] = pk
    return f"{parts.path}?{query.urlencode()}"


@page("officer", "head")
def recuse(request: Asked, pk: Any) -> HttpResponse:
    """登记回避."""
    case = _case(request, pk)
    staff = list(people.officers(case.scope, timezone.localdate()))
    form = RecuseForm(request.POST or None, people=staff, seen=trail.head(case.chain))
    if request.method == "POST" and form.is_valid():
        done = form.run(registry.recuse, by=request.caller.officer, at=now(), subject=case.chain, **form.given())
        if done is not None:
            messages.success(request, "回避已登记")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    return render(
        request,
        "inspection/recuse.html",
        {
            "form": form,
            "because": queries.clauses_of(case, RECUSAL),
            "subject_title": case.title,
            "back": address("workbench:case", case.pk),
        },
        status=_status(form),
    )


# ---- steps -------------------------------------------------------------------------------------------------------


@page("officer")
def step(request: Asked, pk: Any, code: str) -> HttpResponse:
    """办理环节: the facts and documents of one step, less what is known."""
    case = _case(request, pk)
    found = queries.step_of(case, code)
    if found is None:
        raise Http404
    if code not in queries.BY_FORM:
        return redirect("workbench:case", pk=pk)
    try:
        actions.must_act(case, request.caller.officer, timezone.localdate())
    except Refused as refused:
        return _refused(request, case, refused, found.title)
    owed = queries.demands(case, found)
    codes = [one.code for one in owed if one.kind == "document" and one.code in documents.catalogue()]
    options: dict[str, Any] = {"case": case, "step": found, "codes": codes, "seen": trail.head(case.chain)}
    form = pages.more(request, StepForm, **options) if request.method == "POST" else None
    if form is None:
        form = StepForm(request.POST or None, **options)
    if request.method == "POST" and form.is_bound and form.is_valid():
        filled = form.filled()
        done = form.run(
            actions.take_step,
            by=request.caller.officer,
            at=form.moment,
            case=case,
            step=code,
            given=form.facts(filled),
            documents=filled,
        )
        if done is not None:
            made = "、".join(f"《{documents.template(one).title}》" for one in codes)
            messages.success(request, f"“{found.title}”已办理{f'，已制作{made}' if made else ''}")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    return render(
        request,
        "casework/step.html",
        {
            "case": case,
            "step": found,
            "form": form,
            "sections": form.sections(),
            "recordings": [
                {
                    "owed": one,
                    "live": pages.live(case, one),
                    "upload": pages.upload(case, one),
                    "waive": pages.waive(case, one) if one.may_waive else "",
                }
                for one in owed
                if one.kind == "recording"
            ],
            "spoken": queries.said_at(case, found),
            "manner": manners.of(queries.pack_of(case), queries.act_of(case), found, case.applied_on),
            "before": [one for one in queries.taken(case) if one.step == code],
            "verdicts": _verdicts(case, tuple(gate for gate in found.gates if gate in queries.EARLY)),
        },
        status=_status(form),
    )


@page("officer")
def document(request: Asked, pk: Any, step: str, code: str) -> HttpResponse:
    """制作文书: one document that stands by itself, such as the confirmation of an address."""
    case = _case(request, pk)
    found = queries.step_of(case, step)
    if found is None or code not in pages.BY_ITSELF or code not in documents.catalogue():
        raise Http404
    title = documents.template(code).title
    try:
        actions.must_act(case, request.caller.officer, timezone.localdate())
    except Refused as refused:
        return _refused(request, case, refused, title)
    options: dict[str, Any] = {"case": case, "codes": [code], "seen": trail.head(case.chain)}
    form = pages.more(request, DocumentsForm, **options) if request.method == "POST" else None
    if form is None:
        form = DocumentsForm(request.POST or None, **options)
    if request.method == "POST" and form.is_bound and form.is_valid():
        done = form.run(
            actions.make_document,
            by=request.caller.officer,
            at=now(),
            case=case,
            step=step,
            code=code,
            filled=form.filled()[code],
        )
        if done is not None:
            messages.success(request, f"已制作《{title}》")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    return render(
        request,
        "casework/document.html",
        {"case": case, "step": found, "title": title, "form": form, "sections": form.sections()},
        status=_status(form),
    )


# ---- the proposal ------------------------------------------------------------------------------------------------


@page("officer")
def propose(request: Asked, pk: Any) -> HttpResponse:
    """提出处理意见, a new version each time."""
    case = _case(request, pk)
    try:
        actions.must_act(case, request.caller.officer, timezone.localdate())
    except Refused as refused:
        return _refused(request, case, refused, "提出处理意见")
    drafts = queries.proposals(case)
    start, sources = prefill.proposal_starts(case)
    items = queries.evidence_items(case)
    form = ProposalForm(
        request.POST or None,
        case=case,
        items=items,
        start=start if request.method == "GET" else {},
        sources=sources,
        seen=trail.head(case.chain),
    )
    if request.method == "POST" and form.is_valid():
        done = form.run(actions.propose, by=request.caller.officer, at=now(), case=case, body=form.body())
        if done is not None:
            messages.success(request, "处理意见已提出。须法制审核的，接着送审。")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    last, before = (drafts[-1] if drafts else None), (drafts[-2] if len(drafts) > 1 else None)
    return render(
        request,
        "casework/propose.html",
        {
            "case": case,
            "form": form,
            "last": last,
            "before": before,
            "before_text": wording.as_text(case, before.body) if before else "",
            "last_text": wording.as_text(case, last.body) if last else "",
            "returned": queries.returned(case, last) if last else "",
            "version": (last.version if last else 0) + 1,
            "lacking": _lacking(case),
            "check": _check(case, form.body() if form.is_bound and form.is_valid() else _start_body(start)),
        },
        status=_status(form),
    )


def _lacking(case: Case) -> list[dict[str, Any]]:
    titles = {one.code: one.title for one in queries.act_of(case).steps}
    return [
        {
            "owed": one,
            "step": titles.get(one.step, one.step),
            "url": pages.mend(case, one),
            "waive": pages.waive(case, one) if one.may_waive else "",
        }
        for one in queries.missing(case, upto="propose")
    ]


def _start_body(start: dict[str, Any]) -> dict[str, Any]:
    return {
        "penalties": start.get("penalties") or [],
        "fine_fen": start.get("fine_fen") or 0,
        "confiscation_fen": start.get("confiscation_fen") or 0,
        "grade": start.get("grade") or "",
        "deviation": start.get("deviation") or "",
        "answers": start.get("answers") or {},
    }


@require_POST
@page("officer")
def propose_check(request: Asked, pk: Any) -> HttpResponse:
    """What the rules say of the draft as it stands in the form now; nothing is written."""
    case = _case(request, pk)
    form = ProposalForm(request.POST, case=case, items=queries.evidence_items(case))
    form.is_valid()  # what is wrong stays out of the judgement: unknown, never passed
    return render(request, "casework/_check.html", {"check": _check(case, form.body())})


def _check(case: Case, body: dict[str, Any]) -> dict[str, Any]:
    """The benchmark, whether review is due, and whether a hearing must be offered."""
    today, pack = timezone.localdate(), queries.pack_of(case)
    benchmark = queries.benchmark_facts(case, body) if body["grade"] or not case.power.discretion else {}
    try:
        facts = queries.draft_facts(case, body, today)
        asked = [queries.review_answer(case, body, today), pack.ask("hearing_right", facts=facts, on=today)]
    except PolicyError as error:
        return {"error": str(error), "verdict": None, "answers": []}
    return {
        "error": "",
        "verdict": wording.verdict(pack, pack.gate("G12", {**queries.act_facts(case), **benchmark})),
        "answers": [
            {
                "title": title,
                "word": "是" if one.value is True else "否" if one.value is False and not one.unknown else "尚不能判断",
                "tone": "info"
                if one.value is True
                else "quiet"
                if one.value is False and not one.unknown
                else "unknown",
                "answer": one,
                "unknown": [pack.facts[name].label for name in one.unknown if name in pack.facts],
            }
            for title, one in zip(("须法制审核", "须告知听证权利"), asked, strict=True)
        ],
    }
