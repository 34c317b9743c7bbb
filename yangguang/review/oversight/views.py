"""上级监督: the live board of all reviews below, remarks, accountability."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.casework import queries as cases
from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.assignment import queries as assignment
from yangguang.review.flow import queries as flows
from yangguang.review.models import Review, Submission
from yangguang.review.pages import act, back_to, posted, submission_or_404
from yangguang.trail import queries as trail

from . import actions, forms, grounds, queries
from .models import Breach

PAGE = 20
PEOPLE = 100
TABS = (
    ("open", "在审"),
    ("given", "已出具意见"),
    ("people", "审核人员"),
    ("breaches", "责任追究"),
    ("referred", "请求指定"),
)
RESULT = {"found": "failed", "unfounded": "passed", "passed_on": "closed"}


@page("supervisor", "head")
def board(request: Asked) -> HttpResponse:
    """审核监督: open reviews with their clocks, what was concluded, who does the work, what went wrong."""
    caller, on = request.caller, timezone.localdate()
    form = forms.Find(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    text = (given.get("q") or "").strip()
    tab = given.get("tab") if given.get("tab") in dict(TABS) else "open"
    found, rows = _page(request, tab or "open", text, given.get("late") == "1")
    more = {"q": text} if text else {}
    totals = queries.figures(caller, on)
    return render(
        request,
        "review/board.html",
        {
            "form": form,
            "tabs": [
                {"label": label, "url": f"?{urlencode({'tab': code, **more})}", "current": code == tab}
                for code, label in TABS
            ],
            "tab": tab,
            "rows": rows,
            "found": found,
            "workers": queries.workers(caller, on)[:PEOPLE] if tab == "people" else (),
            "heads": _heads(queries.headcount(caller, on), totals) if tab == "people" else (),
            "figures": totals,
            "stats": _stats(totals),
            "outcomes": [(word, totals.outcomes.get(code, 0)) for code, word in Review.Outcome.choices],
            "filtered": bool(text or given.get("late")),
        },
    )


def _heads(of: queries.Headcount, totals: queries.Figures) -> list[tuple[str, str]]:
    rate = "—" if totals.return_rate is None else f"{totals.return_rate}%"
    return [
        ("登记的法制审核人员", f"{of.reviewers} 人，其中取得法律职业资格 {of.professional} 人"),
        ("能够执法的人员", f"{of.officers} 人"),
        ("人均在审", of.each(totals.open)),
        ("人均近一年结论", of.each(totals.concluded)),
        ("审核质量", f"退回率 {rate}，逾期未审 {totals.overdue} 件，追究属实 {of.breaches} 件"),
    ]


def _stats(of: queries.Figures) -> list[dict[str, Any]]:
    here = reverse("review:oversight")
    return [
        {"label": "在审", "value": of.open, "unit": "件", "url": f"{here}?tab=open"},
        {"label": "逾期未审", "value": of.overdue, "unit": "件", "url": f"{here}?tab=open&late=1",
         "tone": "bad" if of.overdue else ""},
        {"label": "近一年出具结论", "value": of.concluded, "unit": "件", "url": f"{here}?tab=given"},
        {"label": "退回率", "value": "—" if of.return_rate is None else f"{of.return_rate}%", "url": "",
         "note": f"修改后再审、不通过 {of.returned} 件"},
        {"label": "用时中位数", "value": "—" if of.median_hours is None else _hours(of.median_hours), "url": "",
         "note": "自送审至结论"},
        {"label": "法律顾问参与", "value": "—" if of.counsel_share is None else f"{of.counsel_share}%", "url": "",
         "note": f"{of.counselled} 件"},
    ]  # fmt: skip


def _hours(hours: int) -> str:
    return f"{hours} 小时" if hours < 48 else f"{hours / 24:.1f} 天"


def _page(request: Asked, tab: str, text: str, late: bool) -> tuple[keyset.Page | None, list[dict[str, Any]]]:
    caller, on = request.caller, timezone.localdate()
    if tab == "open":
        asked = queries.overdue(caller, on) if late else queries.open_reviews(caller)
        found = keyset.page(queries.narrowed(asked, text), request.GET, ("at", "id"), PAGE)
        clocks = reviews.clocks(one.case for one in found.rows)
        now = assignment.currents(found.rows)
        return found, [_open_row(one, clocks.get(one.case.chain), now.get(one.pk)) for one in found.rows]
    if tab == "given":
        opinions = reviews.opinions(caller).select_related("case__body")
        found = keyset.page(queries.narrowed(opinions, text), request.GET, ("-at", "-id"), PAGE)
        now = assignment.currents([one.submission for one in found.rows])
        return found, [_given_row(one, now.get(one.submission_id)) for one in found.rows]
    if tab == "breaches":
        found = keyset.page(queries.narrowed(queries.breaches(caller), text), request.GET, ("-at", "-id"), PAGE)
        return found, [_breach_row(one) for one in found.rows]
    if tab == "referred":
        found = keyset.page(queries.narrowed(assignment.referrals(caller), text), request.GET, ("at", "id"), PAGE)
        return found, [_referral_row(one) for one in found.rows]
    return None, []


def _open_row(one: Submission, clock: Any, now: Any) -> dict[str, Any]:
    reviewer, times = now.reviewer_name if now else "", flows.line(one, now, None)
    return {
        "title": f"{one.case.title} {one.proposal}",
        "lead": f"{one.case.body.name} · {one.case.state.number or '（未编案号）'}",
        "note": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M} 送审 · {f'{reviewer}审核' if reviewer else '还没有分派'}"
        f"{f' · {times}' if times else ''}",
        "deadline": clock,
        "status": "",
        "because": clock.because if clock else (),
        "links": [{"label": "查看", "url": back_to(one), "strong": False}],
    }


def _given_row(one: Review, now: Any) -> dict[str, Any]:
    times = flows.line(one.submission, now, one.at)
    return {
        "title": f"{one.case.title} {one.proposal}",
        "lead": f"{one.case.body.name} · {one.by.name} {timezone.localtime(one.at):%Y-%m-%d %H:%M} 出具",
        "note": f"用时 {_hours(round((one.at - one.submission.at).total_seconds() / 3600))}{f'（{times}）' if times else ''}",
        "because": (),
        "status": reviews.STATUS[one.outcome],
        "status_word": one.get_outcome_display(),
        "links": [{"label": "查看", "url": back_to(one.submission), "strong": False}],
    }


def _breach_row(one: Breach) -> dict[str, Any]:
    end = getattr(one, "end", None)
    return {
        "title": grounds.TITLES[one.ground],
        "lead": f"{one.case.title}{f' {one.submission.proposal}' if one.submission else ''} · {one.case.body.name}",
        "note": f"责任人员：{'、'.join(p['name'] for p in one.persons)} · {one.by_name} {timezone.localtime(one.at):%Y-%m-%d} 立案",
        "because": (),
        "status": RESULT[end.result] if end else "pending",
        "status_word": end.get_result_display() if end else "办理中",
        "links": [{"label": "查看", "url": _place(one), "strong": False}],
    }


def _place(one: Breach) -> str:
    """Where a breach is dealt with: on the page of its review, else on its own."""
    if one.submission is not None:
        return f"{back_to(one.submission)}#breaches"
    return reverse("review:skipped", args=[one.case_id])


def _referral_row(one: Any) -> dict[str, Any]:
    return {
        "title": f"{one.case.title} {one.submission.proposal}",
        "lead": f"{one.case.body.name} · 移请{one.referred_to}",
        "note": one.reason if len(one.reason) <= 80 else f"{one.reason[:80]}…",
        "because": (),
        "status": "pending",
        "status_word": "等待指定",
        "links": [{"label": "指定审核人员", "url": reverse("review:assign", args=[one.submission_id]), "strong": True}],
    }


@page("supervisor")
def remark(request: Asked, pk: UUID) -> HttpResponseBase:
    """监督意见."""
    submission = submission_or_404(request, pk)
    form = forms.RemarkForm(posted(request), seen=trail.head(submission.case.chain))
    return act(
        request, form, actions.remark, lambda: {"submission": submission, **form.given()},
        title="对审核提出监督意见", label="提出", said="监督意见已记在审核之旁", back=back_to(submission),
        lead=f"{submission.case.body.name} · {submission.case.title} {submission.proposal}",
        because=rules.parameter(submission.case, "review_supervision").because,
        parent=("审核监督", reverse("review:oversight")),
    )  # fmt: skip


@page("supervisor")
def breach(request: Asked, pk: UUID) -> HttpResponseBase:
    """责任追究立案."""
    submission = submission_or_404(request, pk)
    form = forms.BreachForm(posted(request), seen=trail.head(submission.case.chain))
    shown = [
        f"{one.title}：{words}"
        for one in grounds.GROUNDS.values()
        if one.shows is not None and (words := one.shows(submission))
    ]
    return act(
        request, form, actions.open_breach, lambda: {"submission": submission, **form.given()},
        title="审核责任追究立案", label="立案", said="已立案", back=f"{back_to(submission)}#breaches",
        lead=f"{submission.case.body.name} · {submission.case.title} {submission.proposal}",
        because=rules.parameter(submission.case, "review_accountability").because,
        notes=tuple(shown or ["案卷本身没有逾期、应当回避、不符合条件的记载；其他事由凭查明的情况立案"]),
        parent=("审核监督", reverse("review:oversight")),
    )  # fmt: skip


@page("supervisor")
def skipped(request: Asked, pk: UUID) -> HttpResponseBase:
    """没有审核就作出决定的: what the file shows, who answers, and what was opened and ended before."""
    case = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    before = queries.skipped_before(case)
    if before and not hasattr(before[-1], "end"):
        return redirect("review:end_breach", pk=before[-1].pk)
    shown = grounds.skipped(case)
    form = forms.SkippedForm(posted(request), seen=trail.head(case.chain))
    persons = "；".join(f"{one['name']}（{one['part']}）" for one in grounds.answer_for_skipping(case))
    told = [
        f"{timezone.localdate(one.at)} 立案：{one.text}。{one.end.get_result_display()}：{one.end.text}"
        for one in before
    ]
    return act(
        request, form, actions.open_skipped, lambda: {"case": case, **form.given()},
        title="没有审核就作出决定的责任追究立案", label="立案", said="已立案",
        back=f"{reverse('review:oversight')}?tab=breaches", lead=f"{case.body.name} · {case.title}",
        because=rules.parameter(case, "review_accountability").because,
        notes=((shown, f"责任人员：{persons}", *told) if shown else ("本案没有未经审核的决定", *told)),
        parent=("审核监督", reverse("review:oversight")),
    )  # fmt: skip


@page("supervisor")
def end_breach(request: Asked, pk: UUID) -> HttpResponseBase:
    """责任追究办结."""
    found = get_object_or_404(queries.breaches(request.caller), pk=pk)
    form = forms.EndForm(posted(request), seen=trail.head(found.case.chain))
    persons = "；".join(f"{one['name']}（{one['part']}）" for one in found.persons)
    return act(
        request, form, actions.end_breach, lambda: {"breach": found, **form.given()},
        title="审核责任追究办结", label="办结", said="已办结",
        back=_place(found) if found.submission else f"{reverse('review:oversight')}?tab=breaches",
        lead=f"{grounds.TITLES[found.ground]} · {found.case.title}",
        notes=(found.text, *([found.shown] if found.shown else []), f"责任人员：{persons}"),
        parent=("审核监督", f"{reverse('review:oversight')}?tab=breaches"),
    )  # fmt: skip
