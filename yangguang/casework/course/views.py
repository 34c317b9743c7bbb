"""Begin a case of any kind, take its next step, answer what is put before the head."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from yangguang.inspection.forms import searched
from yangguang.policy import conditions, manners, packs
from yangguang.policy.errors import PolicyError
from yangguang.policy.facts import read_all
from yangguang.policy.packs import Known
from yangguang.record import documents
from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, hold, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from .. import facts as papers
from .. import pages, queries, wording
from ..models import Case, is_guided
from ..unit import queries as units
from . import actions, clocks, known, route
from .forms import AnswerForm, BeginForm, CourseForm, RequestForm, shown

TAKERS = ("officer", "head", "disclosure", "archivist")


@page("officer")
def kinds(request: Asked) -> HttpResponse:
    """开始办理: every procedure the body's pack defines, with the clause it stands on."""
    pack = packs.load(request.caller.body.pack)
    acts = [pack.act(kind, procedure) for kind, procedure in pack.act_names if kind in actions.WORDS]
    offered = {one.kind for one in queries.powers_of(request.caller)}
    groups: dict[str, list[Any]] = {}
    for act in acts:
        groups.setdefault(act.kind, []).append({"act": act, "ours": act.kind in offered})
    words = pack.facts["kind"].choices or {}
    return render(
        request,
        "casework/course/kinds.html",
        {
            "groups": [
                {"title": words.get(kind, kind), "rows": rows, "ours": kind in offered} for kind, rows in groups.items()
            ]
        },
    )


@page("officer")
def begin(request: Asked, kind: str, procedure: str) -> HttpResponse:
    """开始办理 under one procedure."""
    caller, today = request.caller, timezone.localdate()
    pack = packs.load(caller.body.pack)
    if (kind, procedure) not in pack.act_names or kind not in actions.WORDS:
        raise Http404
    if not is_guided(kind, procedure):
        return redirect("casework:apply")
    act = pack.act(kind, procedure)
    staff = [one for one in people.staff(caller.scope, today) if one.officer.scope == caller.scope]
    options: dict[str, Any] = {
        "caller": caller,
        "staff": staff,
        "powers": queries.offered_powers(caller, kind),
        "asked": searched(request),
        "title": act.title,
    }
    if request.method == "POST" and "find" not in request.POST:
        form = BeginForm(request.POST, **options)
        if form.is_valid():
            given = form.given(None)
            given.pop("clue")
            done = form.run(actions.begin, by=caller.officer, at=now(), kind=kind, procedure=procedure, **given)
            if done is not None:
                pk = done.fact_ref.partition(":")[2] if form.repeated else done.pk
                messages.success(request, "已开始办理，案号已编发")
                return redirect("workbench:case", pk=pk)
    else:
        start = {name: request.POST[name] for name in request.POST} if request.method == "POST" else {}
        form = BeginForm(initial=start | ({"party": request.GET["party"]} if "party" in request.GET else {}), **options)
    return render(
        request,
        "casework/course/begin.html",
        {"form": form, "act": act, "party_q": options["asked"], "staff": staff},
        status=422 if form.is_bound and form.errors else 200,
    )


# ---- a step --------------------------------------------------------------------------------------------------------


def _case(request: Asked, pk: Any) -> Case:
    hold(request, f"case:{pk}")
    case = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    if not case.guided:
        raise Http404
    return case


@page(*TAKERS)
def step(request: Asked, pk: Any, code: str) -> HttpResponse:
    """办理一个环节: what is known is shown with its source, what is not is asked once, with the clause that asks."""
    case = _case(request, pk)
    course = route.of(case)
    if code not in course.act.codes:
        raise Http404
    defined, officer = course.act.step(code), request.caller.officer
    to_approve = actions.asks_approval(defined)
    try:
        actions.open_step(course, code)
        request.caller.need(actions.desk(defined) if actions.desk(defined) in TAKERS else "officer")
        if to_approve:
            actions.must_prepare(course, officer, timezone.now())
        else:
            actions.must_take(course, defined, officer, timezone.now())
    except Refused as refused:
        shown_ = {"case": case, "refused": refused, "title": defined.title, "typed": _typed(request, course, defined)}
        return render(request, "casework/refused.html", shown_, status=403)
    form = _form(request, course, defined, to_approve)
    asks = RequestForm(request.POST or None) if to_approve else None
    if request.method == "POST" and form.is_valid() and (asks is None or asks.is_valid()):
        common = {
            "by": officer,
            "at": now(),
            "case": case,
            "step": code,
            "given": form.said(),
            "documents": form.filled(),
        }
        if asks is not None:
            done = form.run(actions.request, **common, opinion=asks.cleaned_data["opinion"])
        else:
            done = form.run(actions.advance, **common)
        if done is not None:
            messages.success(request, "已提请负责人批准" if asks is not None else f"“{defined.title}”已办理")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    owed = queries.demands(case, defined)
    return render(
        request,
        "casework/course/step.html",
        {
            "case": case,
            "step": defined,
            "form": form,
            "asks": asks,
            "sections": form.sections(),
            "spoken": queries.said_at(case, defined),
            "manner": manners.of(queries.pack_of(case), queries.act_of(case), defined, case.applied_on),
            "makes": [documents.template(one).title for one in form.codes],
            "lacks_form": [
                one.title for one in owed if one.kind == "document" and one.code not in documents.catalogue()
            ],
            "recordings": [
                {
                    "owed": one,
                    "upload": pages.upload(case, one),
                    "waive": pages.waive(case, one) if one.may_waive else "",
                }
                for one in owed
                if one.kind == "recording"
            ],
            "more": [
                {"title": one.title, "code": one.code, "asked": one.code in form.codes}
                for one in nameable(course, defined, {})
            ],
            "ways": [way for way in course.ways() if way.step.code != code],
            "unnumbered": clocks.unnumbered(course),
        },
        status=422 if form.is_bound and (form.errors or (asks and asks.errors)) else 200,
    )


def _typed(request: Asked, course: route.Course, step: Any) -> list[tuple[str, str]]:
    """What was typed into a step that somebody else took meanwhile: shown, so that nobody's work is lost."""
    if request.method != "POST":
        return []
    form = CourseForm(request.POST, course=course, step=step, codes=owed(course, step, {}, sure=False))
    return pages.shown_again(form, request.POST)


def _form(request: Asked, course: route.Course, step: Any, to_approve: bool) -> CourseForm:
    """The form with the documents and the questions that what was typed calls for.

    Facts first: which documents are owed and which conditions stay open depends on them.
    """
    seen = trail.head(course.case.chain)
    post = request.POST or None
    first = CourseForm(post, course=course, step=step, codes=owed(course, step, {}, sure=True), seen=seen)
    values: dict[str, Any] = {}
    if first.is_bound:
        first.is_valid()
        values = first.said()
    codes = owed(course, step, values, sure=not first.is_bound)
    asked = [one.code for one in nameable(course, step, values) if one.code in request.GET.getlist("make")]
    codes += [code for code in asked if code not in codes]
    gates = open_facts(request, course, step, values)
    for _ in range(3):  # an answer may open the next question
        form = CourseForm(post, course=course, step=step, codes=codes, gates=gates, seen=seen)
        if not form.is_bound:
            return form
        form.is_valid()
        more = open_facts(request, course, step, form.said())
        if not set(more) - set(gates):
            break
        gates = list(dict.fromkeys([*gates, *more]))
    options: dict[str, Any] = {"course": course, "step": step, "codes": codes, "gates": gates, "seen": seen}
    return pages.more(request, CourseForm, **options) or CourseForm(post, **options)


def owed(course: route.Course, step: Any, values: dict[str, Any], sure: bool) -> list[str]:
    """The documents a step makes with these facts; `sure`: only those that are owed whatever is typed."""
    found = course.pack.documents_owed(step, course.given(values), course.case.applied_on)
    codes = [one.code for one in found if one.code in documents.catalogue()]
    if not sure:
        return codes
    names = {one.name for one in step.facts}
    return [one.code for one in found if one.code in codes and not any(_about(key, names) for key in one.when)]


def nameable(course: route.Course, step: Any, values: dict[str, Any]) -> list[Any]:
    """The documents a step names without owing them: made where the officers see need."""
    facts = Known(course.pack, read_all(course.given(values), course.pack.facts), course.case.applied_on)
    owing = {one.code for one in course.pack.documents_owed(step, course.given(values), course.case.applied_on)}
    forms = documents.catalogue()
    return [
        one
        for one in step.documents
        if not one.required and one.code in forms and one.code not in owing
        and conditions.holds(one.when, facts)[0] is not False
    ]  # fmt: skip


def _about(key: str, names: set[str]) -> bool:
    return any(key == name or key.startswith(f"{name}_") for name in names)


def open_facts(request: Asked, course: route.Course, step: Any, values: dict[str, Any]) -> list[str]:
    """What the gates of a step still need to be told: neither known, nor said, nor found out by the system."""
    own = {one.name for one in step.facts}
    taking = known.Taking(course, step, request.caller.officer, timezone.now(), values)
    try:
        judged = actions.judge(taking)
    except PolicyError:
        return []  # a value of the wrong type is said at its own field
    asked = [name for one in judged if one.state == "unknown" for name in one.unknown]
    way = course.way_to(step.code)
    asked += course.decided(way, values).unknown if way else ()
    return [name for name in dict.fromkeys(asked) if name not in own and name not in known.PRODUCERS]


# ---- approvals -----------------------------------------------------------------------------------------------------


@page("head")
def answer(request: Asked, pk: Any) -> HttpResponse:
    """答复提请: what the handlers prepared, the conditions, and yes or no."""
    case = _case(request, pk)
    waiting = actions.waiting(case)
    if waiting is None:
        messages.info(request, "没有等待答复的提请")
        return redirect("workbench:case", pk=pk)
    course = route.of(case)
    defined = course.act.step(waiting.step)
    officer = request.caller.officer
    try:
        actions.must_take(course, defined, officer, timezone.now(), waiting)
        if units.asked(case, waiting.step):
            units.must_have_spoken(case, units.of_request(waiting))
    except Refused as refused:
        return render(
            request, "casework/refused.html", {"case": case, "refused": refused, "title": defined.title}, status=403
        )
    form = AnswerForm(request.POST or None, seen=trail.head(case.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.answer_request,
            by=officer,
            at=now(),
            case=case,
            request=waiting,
            approved=data["approved"],
            opinion=data["opinion"] or ("同意。" if data["approved"] else ""),
        )
        if done is not None:
            messages.success(request, f"已批准，“{defined.title}”已办理" if data["approved"] else "已退回承办人")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    judged = actions.judge(known.Taking(course, defined, officer, timezone.now(), waiting.given))
    return render(
        request,
        "casework/course/answer.html",
        {
            "case": case,
            "step": defined,
            "form": form,
            "waiting": waiting,
            "rows": shown(course, waiting.given),
            "earlier": shown(course, course.said, but=waiting.given),
            "papers": [
                {"title": documents.template(code).title, "rows": _filled(course, code, waiting)}
                for code in waiting.documents
            ],
            "verdicts": [wording.verdict(course.pack, one) for one in judged],
            "unit_said": units.opinion(waiting.case, waiting.ref),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _filled(course: route.Course, code: str, waiting: Any) -> list[tuple[str, str]]:
    """The fields of a document as they will be printed."""
    data = papers.for_step(course.case, code, {**course.facts, **waiting.given}, waiting.documents[code])
    form = documents.template(code)
    return pages.in_words(form, data)
