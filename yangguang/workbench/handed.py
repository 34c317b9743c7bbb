"""移送来的案卷: what other bodies handed to the reader's own, read as they stand, answered, and made a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yangguang.casework import pages as typing
from yangguang.casework import queries as cases
from yangguang.casework import wording
from yangguang.casework.forms import ApplyForm
from yangguang.casework.models import Case
from yangguang.decision.handed import actions, queries
from yangguang.decision.handed.forms import AnswerForm
from yangguang.decision.handed.models import HandedFile
from yangguang.inspection.forms import searched
from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.registry import access, keyset
from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from . import trail_page

READERS = tuple(str(role) for role in access.HANDED)
KIND = "penalty"  # only a case of penalty is handed over


@page(*READERS)
@require_safe
def files(request: Asked) -> HttpResponse:
    """What was handed over, with what became of each."""
    found = keyset.page(queries.handed(request.caller), request.GET, ("-at", "-id"))
    rows = [{"handed": one, "sender": queries.sender_of(one), "state": state_of(one)} for one in found.rows]
    return render(request, "workbench/handed_files.html", {"page": found, "rows": rows})


def state_of(handed: HandedFile) -> tuple[str, str, str]:
    """Where it stands: the words, their tone, their sign."""
    answer = getattr(handed, "answer", None)
    if answer is None:
        return "待答复", "warn", "clock"
    if not answer.accepted:
        return "未接受", "bad", "cross"
    return ("已立案申请", "ok", "check") if hasattr(answer.clue, "case") else ("已接受，待立案", "info", "clock")


@page(*READERS)
def file(request: Asked, pk: UUID) -> HttpResponse:
    """One file: the letter, the party, the steps, the materials and the trail, and the answer of this body."""
    handed = _handed(request, pk)
    answer, case = getattr(handed, "answer", None), queries.case_of(handed)
    form = None
    if answer is None and case is not None and _barred(handed, request) is None:
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            given = {"handed": handed, "accepted": data["accepted"], "reason": data["reason"]}
            if form.run(actions.answer, by=request.caller.officer, at=now(), **given) is not None:
                messages.success(request, "已接受移送，已登记为线索" if data["accepted"] else "已答复不接受，案件退回")
                return redirect("workbench:handed_file", pk=pk)
    elif request.method == "POST":
        messages.info(request, "这项移送已经答复，或者您不能答复")
        return redirect("workbench:handed_file", pk=pk)
    shown = {
        "handed": handed,
        "answer": answer,
        "form": form,
        "sender": queries.sender_of(handed),
        **_read(handed, case),
    }
    return render(request, "workbench/handed_file.html", shown, status=422 if form is not None and form.errors else 200)


def _handed(request: Asked, pk: UUID) -> HandedFile:
    found = queries.opened(request.caller, pk)
    if found is None:
        raise Http404
    return found


def _barred(handed: HandedFile, request: Asked) -> Refused | None:
    try:
        actions.may_answer(handed, request.caller.officer)
    except Refused as refused:
        return refused
    return None


def _read(handed: HandedFile, case: Case | None) -> dict[str, Any]:
    """What the body reads of the file; nothing where the handover does not stand."""
    if case is None:
        return {"case": None}
    pack = packs.load(case.pack)
    steps = {step.code: step.title for step in pack.act(case.kind, procedure=case.procedure).steps}
    taken = [
        {
            "title": steps.get(one.step, one.step),
            "by": one.by.name,
            "at": one.at,
            "facts": [
                _said(pack, name, value)
                for name, value in one.facts.items()
                if name in pack.facts and value not in (None, "", [])
            ],
        }
        for one in queries.steps(handed)
    ]
    lines = trail_page.told(queries.lines(handed), case)
    items = [{"item": one, "step": steps.get(one.step, "")} for one in queries.items(handed)]
    return {"case": case, "taken": taken, "lines": lines, "materials": items}


def _said(pack: Pack, name: str, value: Any) -> tuple[str, str]:
    spec = pack.facts[name]
    words = wording.in_words(spec, value)
    return spec.label, words.replace("T", " ")[:16] if spec.type == "datetime" else words


@page("officer")
def open_case(request: Asked, pk: UUID) -> HttpResponse:
    """对移送的案件申请立案, with everything the file says already filled in."""
    handed, caller, today = _handed(request, pk), request.caller, timezone.localdate()
    answer, case = getattr(handed, "answer", None), queries.case_of(handed)
    if answer is None or not answer.accepted or case is None:
        messages.info(request, "先由负责人答复接受移送，再申请立案")
        return redirect("workbench:handed_file", pk=pk)
    clue = answer.clue
    if hasattr(clue, "case") or hasattr(clue, "declined"):
        messages.warning(request, "这件移送的案件已经办理")
        return redirect("inspection:clue", pk=clue.pk)
    staff = [one for one in people.staff(caller.scope, today) if one.officer.scope == caller.scope]
    powers = cases.offered_powers(caller, KIND)
    options: dict[str, Any] = {"caller": caller, "staff": staff, "powers": powers, "asked": searched(request)}
    if request.method == "POST" and "find" not in request.POST:
        form = ApplyForm(request.POST, **options)
        if form.is_valid():
            done = form.run(actions.open_case, by=caller.officer, at=now(), handed=handed, **form.given(clue))
            if done is not None:
                messages.success(request, "已申请立案，移送来的材料已收入案卷，等待负责人审批。")
                return redirect("workbench:case", pk=done.fact_ref.partition(":")[2] if form.repeated else done.pk)
    else:
        start = typing.typed(request.POST, ("touches",)) if request.method == "POST" else _start(clue, case)
        form = ApplyForm(initial=start, **options)
    own = next((one for one in staff if one.officer.key == caller.officer.key), None)
    shown = {"form": form, "clue": clue, "party_q": options["asked"], "staff": staff, "own": own}
    return render(request, "casework/apply.html", shown, status=422 if form.errors else 200)


def _start(clue: Any, case: Case) -> dict[str, Any]:
    return {
        "party": str(clue.party_id or ""),
        "power": str(clue.power_id or ""),
        "found_on": clue.found_on,
        "cause": case.cause,
        "touches": case.touches or ["none"],
        "ended_on": next((one.facts.get("violation_ended_on") for one in case.steps.filter(step="open")), None),
    }
