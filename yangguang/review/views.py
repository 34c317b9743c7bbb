"""The review desk: what waits, the draft beside the checklist, and sending a draft to review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.casework import actions as casework
from yangguang.casework import finding
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.casework.rubric import queries as rubric
from yangguang.casework.unit import queries as units
from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, address, hold, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from . import actions, offered, parts, queries, rules, wording
from .assignment import queries as assignment
from .assignment.actions import NotAssigned, fallback, present
from .forms import Filter, ReviewForm, SubmitForm
from .models import Review, Submission

READERS = ("reviewer", "officer", "head", "supervisor")
PAGE = 20
STATUS = queries.STATUS


@page("reviewer", "head", "supervisor")
def desk(request: Asked) -> HttpResponse:
    """法制审核: what waits for an opinion, the oldest first; and the opinions given."""
    form = Filter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    text, asked = (given.get("q") or "").strip(), given.get("tab")
    tab = asked if asked in ("given", "others") else "waiting"
    waiting, opinions = queries.waiting(request.caller), queries.opinions(request.caller)
    others = queries.with_others(request.caller)
    if text:
        waiting, opinions = waiting.filter(finding.named(text)), opinions.filter(finding.named(text))
        others = others.filter(finding.named(text))
    found: keyset.Page
    if tab == "given":
        found = keyset.page(opinions, request.GET, ("-at", "-id"), PAGE)
        rows = [_opinion_row(one) for one in found.rows]
    else:
        found = keyset.page(others if tab == "others" else waiting, request.GET, ("at", "id"), PAGE)
        clocks = queries.clocks(one.case for one in found.rows)
        names = {key: one.reviewer_name for key, one in assignment.currents(found.rows).items()}
        may = request.caller.has("reviewer") and tab == "waiting"
        rows = [_waiting_row(one, clocks.get(one.case.chain), may, names.get(one.pk, "")) for one in found.rows]
    counts = {"waiting": waiting.count(), "others": others.count(), "given": opinions.count()}
    more = {"q": text} if text else {}
    tabs = [
        {
            "label": label,
            "url": f"?{urlencode({'tab': code, **more})}",
            "count": counts[code],
            "current": code == tab,
        }
        for code, label in (("waiting", "待审核"), ("others", "他人在审"), ("given", "已出具意见"))
        if code != "others" or not request.caller.has("head", "supervisor")
    ]
    return render(
        request,
        "review/desk.html",
        {
            "form": form,
            "tabs": tabs,
            "tab": tab,
            "rows": rows,
            "found": found,
            "filtered": bool(text),
            "oversees": request.caller.has("head", "supervisor"),
        },
    )


def _waiting_row(submission: Any, clock: Any, may: bool, reviewer: str) -> dict[str, Any]:
    return {
        "title": f"{submission.case.title} {submission.proposal}",
        "lead": f"{submission.case.state.number or '（未编案号）'} · 当事人 {submission.case.party.name}",
        "note": f"{submission.by.name} {timezone.localtime(submission.at):%Y-%m-%d %H:%M} 送审 · "
        f"{f'{reviewer}审核' if reviewer else '还没有分派'}"
        f"{' · 已退回补充材料，等候承办人再次送审' if submission.asked_more else ''}",
        "deadline": clock,
        "status": "",
        "because": clock.because if clock else (),
        "links": [
            {
                "label": "去审核" if may else "查看",
                "url": reverse("review:review", args=[submission.pk]),
                "strong": may,
            }
        ],
    }


def _opinion_row(review: Review) -> dict[str, Any]:
    return {
        "title": f"{review.case.title} {review.proposal}",
        "lead": f"{review.by.name} {timezone.localtime(review.at):%Y-%m-%d %H:%M} 出具 · 当事人 {review.case.party.name}",
        "note": review.opinion if len(review.opinion) <= 80 else f"{review.opinion[:80]}…",
        "because": (),
        "status": STATUS[review.outcome],
        "status_word": review.get_outcome_display(),
        "links": [{"label": "查看", "url": reverse("review:review", args=[review.submission_id]), "strong": False}],
    }


@page("officer")
def submit(request: Asked, pk: UUID) -> HttpResponse:
    """送审: why review is due, what will be sent, the promise."""
    proposal = get_object_or_404(queries.drafts(request.caller), pk=pk)
    case, today = proposal.case, timezone.localdate()
    hold(request, case.chain)
    earlier = getattr(proposal, "submission", None)
    barred = _not_handler(request, case) or _not_newest(case, proposal) or (_silent(proposal) if not earlier else None)
    spoken = units.opinion(case, proposal.ref)
    heads = queries.unit_heads(case, today) if queries.declaration_asked(case) and not spoken else []
    usual, source = queries.usual_head(case, heads) if request.method != "POST" else (None, "")
    form = SubmitForm(_posted(request), seen=trail.head(case.chain), heads=heads, usual=usual)
    if request.method == "POST" and earlier is not None:
        messages.info(request, f"{proposal}已于 {timezone.localtime(earlier.at):%Y-%m-%d %H:%M} 送审，没有重复办理")
        return redirect("review:review", pk=earlier.pk)
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.submit,
            by=request.caller.officer,
            at=now(),
            proposal=proposal,
            declared=True,
            unit_head=form.named,
        )
        if done is not None:
            messages.success(request, f"{proposal}已送法制审核，送审表已入卷")
            return redirect(address("workbench:case", case.pk) or reverse("review:submit", args=[proposal.pk]))
    wanted, answer = queries.materials(proposal)
    return render(
        request,
        "review/submit.html",
        {
            **_draft(proposal),
            "form": form,
            "barred": barred,
            "earlier": earlier,
            "head_source": source,
            "spoken": spoken,
            "wanted": wanted,
            "wanted_answer": answer,
            "terms": queries.terms(case),
            "sent": queries.sent(case),
            "deadline": queries.deadline(case, today),
        },
        status=_status(request, form, barred),
    )


@page(*READERS)
def review(request: Asked, pk: UUID) -> HttpResponse:
    """审核一稿: the draft left, the checklist in the pack's words right."""
    submission = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    case, proposal = submission.case, submission.proposal
    proposal.case = case
    hold(request, case.chain)
    today = timezone.localdate()
    final = queries.final(submission)
    barred = _may_not_review(request, submission, final)
    checklist = queries.checklist(case)
    pack = cases.pack_of(case)
    verdicts = {one.code: wording.verdict(pack, one) for one in queries.verdicts(proposal, today)}
    owed = list(cases.owed(case, upto="propose"))
    papers = queries.papers(case) if final is None else []
    said = offered.words(proposal, verdicts, owed) if final is None else {}
    form = ReviewForm(_posted(request), seen=trail.head(case.chain), checklist=checklist, offered=said, papers=papers)
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.give,
            by=request.caller.officer,
            at=now(),
            submission=submission,
            outcome=form.cleaned_data["outcome"],
            findings=form.findings(),
            opinion=form.cleaned_data["opinion"],
            **form.on_paper(),
        )
        if done is not None:
            messages.success(request, "这次提交已经办理，没有重复办理" if form.repeated else _said(done))
            return redirect("review:desk")
    titles, opinions = cases.step_titles(), queries.given(case)
    before, clock = queries.previous(proposal), queries.clock_of(submission)
    return render(
        request,
        "review/review.html",
        {
            **_draft(proposal),
            "desk_url": reverse("review:desk") if request.caller.has("reviewer", "head", "supervisor") else "",
            "submission": submission,
            "form": form,
            "rows": [
                {
                    **row,
                    "verdicts": [verdicts[code] for code in wording.BESIDE.get(row["item"], ()) if code in verdicts],
                }
                for row in form.rows()
            ],
            "because": checklist[0]["because"] if checklist else (),
            "verdicts": list(verdicts.values()),
            "closed": [one for one in verdicts.values() if one["state"] != "passed"],
            "barred": barred,
            "may": barred is None and request.caller.has("reviewer") and final is None,
            "final": final,
            "opinions": [_opinion(one, submission) for one in reversed(opinions)],
            "diff": wording.compared(case, before, proposal) if before else None,
            "owed": [(titles.get(one.step, one.step), one) for one in owed],
            "clock": clock,
            "sheet": rubric.sheet(case, today, owed=cases.owed(case)) if pack.rubric.items and final is None else None,
            "sheet_url": reverse("casework:rubric", args=[case.pk]),
            "parts": parts.of(request, submission, open_=final is None and not _replaced(case, proposal)),
            "clock_done": clock.discharge.at if clock and hasattr(clock, "discharge") else None,
        },
        status=_status(request, form, barred),
    )


# ---- inside --------------------------------------------------------------------------------------------------------


def _posted(request: Asked) -> Any:
    """What was sent, also where nothing at all was ticked or typed."""
    return request.POST if request.method == "POST" else None


def _draft(proposal: Proposal) -> dict[str, Any]:
    required = queries.required(proposal)
    return {
        "case": proposal.case,
        "proposal": proposal,
        "back": address("workbench:case", proposal.case_id),
        "required": required,
        "unknown": [spec.label for name in required.unknown if (spec := cases.pack_of(proposal.case).facts.get(name))],
        "draft": wording.draft(proposal),
        "amounts": wording.amounts(proposal.body),
        "bands": wording.bands(proposal),
        "evidence": [wording.tile(item, proves) for item, proves in queries.evidence(proposal)],
    }


def _opinion(one: Review, submission: Submission) -> dict[str, Any]:
    return {
        "review": one,
        "this": one.submission_id == submission.pk,
        "status": STATUS[one.outcome],
        "problems": [row for row in one.findings if row["finding"] == "problem"],
        "item_url": address("record:item", one.item_id),
    }


def _said(done: Review) -> str:
    if done.outcome == Review.Outcome.PASSED:
        return f"{done.proposal}已通过法制审核，意见书已入卷，请承办人事先告知"
    return f"已出具意见：{done.get_outcome_display()}，意见书已入卷"


def _status(request: Asked, form: Any, barred: Refused | None) -> int:
    if request.method == "POST" and barred is not None:
        return 409
    return 422 if form.is_bound and form.errors else 200


def _not_handler(request: Asked, case: Case) -> Refused | None:
    try:
        casework.must_handle(case, request.caller.officer, timezone.localdate())
    except Refused as refused:
        return refused
    return None


def _silent(proposal: Proposal) -> Refused | None:
    """Why the draft may not go yet: the head of the unit signs in here and has not agreed to it."""
    try:
        units.must_have_spoken(proposal.case, units.of_proposal(proposal))
    except Refused as refused:
        return refused
    return None


def _not_newest(case: Case, proposal: Proposal) -> Refused | None:
    newest = cases.latest_proposal(case)
    if newest is None or newest.pk == proposal.pk:
        return None
    return actions.StaleDraft(f"{proposal}已被{newest}取代，不能再送审", mend=f"对{newest}送审")


def _may_not_review(request: Asked, submission: Submission, final: Review | None) -> Refused | None:
    """Why this reader gives no opinion here, said before anything is typed; the action says it again."""
    case = submission.case
    if not request.caller.has("reviewer"):
        return None if request.method != "POST" else actions.NotQualified("只有法制审核人员能够出具审核意见")
    if final is not None:
        if request.method != "POST":
            return None
        return actions.AlreadySubmitted(
            f"{final.by.name}已出具审核结论：{final.get_outcome_display()}",
            mend="需要改变结论的，由承办人提出新的一稿再送审",
        )
    if why := queries.may_review(request.caller.officer, case, timezone.localdate()):
        because = queries.why_not(request.caller.officer, case, timezone.localdate())
        return actions.NotQualified(why, because=because, mend=fallback(submission))
    if stale := _not_newest(case, submission.proposal):
        return actions.StaleDraft(stale.message, mend="审核最新一稿")
    return _anothers(request, submission)


def _anothers(request: Asked, submission: Submission) -> Refused | None:
    """Why the draft is not this reviewer's to conclude; the form of a panel opens with its minutes."""
    now = assignment.current(submission)
    officer = request.caller.officer
    try:
        present(officer, submission, timezone.localdate())
    except Refused as refused:
        return refused
    if now is not None and now.reviewer_key != officer.key:
        if assignment.left_behind(now, officer, timezone.localdate()):
            return None
        return NotAssigned(
            f"本稿已分派给{now.reviewer_name}审核",
            because=rules.clauses(submission.case, "assign"),
            mend=f"由{now.reviewer_name}出具意见；需要换人的，由负责人另行分派",
        )
    return None


def _replaced(case: Case, proposal: Proposal) -> bool:
    newest = cases.latest_proposal(case)
    return newest is not None and newest.pk != proposal.pk
