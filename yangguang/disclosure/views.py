"""The disclosure desk: publish, report an error, correct, take down.  Nothing leaves before every mark is settled."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.course import route
from yangguang.casework.models import Case, CaseState
from yangguang.catalogue.queries import Publishing
from yangguang.decision import queries as decisions
from yangguang.decision.exemption import queries as exemption
from yangguang.decision.models import Issuance, Revocation
from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, address, hold, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from . import actions, queries, redaction
from . import desk as reading
from .actions import ABSTRACT, WORDING
from .forms import CorrectForm, ErrorForm, Filter, MarksForm, PublishForm, TakeDownForm, WithholdForm
from .models import ErrorFound, Publication, Withholding

PAGE = 20
TABS = {"down": "待撤下", "correct": "待更正", "publish": "待公示", "shown": "公示中", "withheld": "不予公开"}
CLOCKS = {"publish": reading.PUBLISH, "correct": reading.CORRECT, "down": reading.TAKE_DOWN}
SUMMARY = {**ABSTRACT, **{name: label for name, label in WORDING.items() if name not in ABSTRACT}}


@page("disclosure", "head", "supervisor")
def desk(request: Asked) -> HttpResponse:
    """公示办理: what waits to be published, corrected, taken down, and what is on show."""
    form = Filter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    text = (given.get("q") or "").strip()
    lists = reading.lists(request.caller, text)
    asked = given.get("tab") or ""
    tab: str = asked if asked in TABS else "publish"
    found = keyset.page(lists[tab], request.GET, reading.ORDER[tab], PAGE)
    late = reading.overdue(request.caller, timezone.localdate())
    more = {"q": text} if text else {}
    courses = reading.courses(request.caller, text).count()
    tabs = [
        {
            "label": label,
            "url": f"?{urlencode({'tab': code, **more})}",
            "count": (found.total if code == tab else lists[code].count()) + (courses if code == "publish" else 0),
            "current": code == tab,
            "tone": "bad" if late.get(CLOCKS.get(code, "")) else "",
        }
        for code, label in TABS.items()
    ]
    clocks = reading.clocks((one.case for one in found.rows), CLOCKS[tab]) if tab in CLOCKS else {}
    wanted = queries.must_publish_each(found.rows) if tab == "publish" else {}
    waiting = reading.courses(request.caller, text) if tab == "publish" else None
    kinds: dict[str, Callable[..., dict[str, Any]]] = {
        "publish": lambda one, clock, may: _to_publish(one, wanted[one.pk], clock, may),
        "correct": _to_correct,
        "down": _to_take_down,
        "shown": _on_show,
        "withheld": _withheld,
    }
    may = request.caller.has("disclosure")
    return render(
        request,
        "disclosure/desk.html",
        {
            "form": form,
            "tabs": tabs,
            "tab": tab,
            "label": TABS[tab],
            "rows": [kinds[tab](one, clocks.get(one.case.chain), may) for one in found.rows],
            "courses": _courses(waiting[:PAGE] if waiting is not None else (), may),
            "found": found,
            "filtered": bool(text),
            "late": sum(late.values()),
        },
    )


def _row(title: str, lead: str, note: str, clock: Any, links: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "lead": lead,
        "note": note,
        "deadline": clock,
        "because": clock.because if clock else (),
        "status": "",
        "status_word": "",
        "links": links,
    }


def _link(label: str, name: str, pk: UUID, strong: bool = False) -> dict[str, Any]:
    return {"label": label, "url": reverse(f"disclosure:{name}", args=[pk]), "strong": strong}


def _to_publish(issued: Issuance, wanted: Publishing, clock: Any, may: bool) -> dict[str, Any]:
    links = [_link("去公示", "publish", issued.pk, strong=True)] if wanted.publish else []
    if not wanted.publish or wanted.line is None:
        links.append(_link("不予公开", "withhold", issued.pk, strong=not wanted.publish))
    row = _row(
        f"{issued.number_text} {issued.case.title}",
        f"{issued.on} 决定 · {issued.case.body.name}",
        wanted.says,
        clock,
        links if may else [],
    )
    return row if wanted.publish else row | {"status": "pending", "status_word": "依清单不公开，待登记"}


def _courses(states: Iterable[CaseState], may: bool) -> list[dict[str, Any]]:
    rows = list(states)
    clocks = reading.clocks((one.case for one in rows), reading.PUBLISH)
    return [_of_course(one, clocks.get(one.case.chain), may) for one in rows]


def _of_course(state: CaseState, clock: Any, may: bool) -> dict[str, Any]:
    links = [
        _link("去公示", "publish_case", state.case_id, strong=True),
        _link("不予公开", "withhold_case", state.case_id),
    ]
    decided = f"{state.decided_on} 决定 · " if state.decided_on else ""
    return _row(f"{state.number} {state.title}", f"{decided}{state.body_name}", "", clock, links if may else [])


def _to_correct(found: ErrorFound, clock: Any, may: bool) -> dict[str, Any]:
    published = found.publication
    return _row(
        f"{published.issuance.number_text} {found.case.title}",
        f"{found.by.name} {found.found_on} 发现",
        found.what,
        clock,
        [_link("去更正", "correct", published.pk, strong=True)] if may else [],
    )


def _to_take_down(published: Publication, clock: Any, may: bool) -> dict[str, Any]:
    return _row(
        f"{published.issuance.number_text} {published.case.title}",
        f"第 {published.version} 版，{timezone.localtime(published.at):%Y-%m-%d} 公示",
        "决定已被撤销或者变更，应当撤下并公开说明理由",
        clock,
        [_link("去撤下", "take_down", published.pk, strong=True)] if may else [],
    )


def _withheld(found: Withholding, clock: Any, may: bool) -> dict[str, Any]:
    said = f"《{found.version.title}》第 {found.version.number} 版第 {found.line} 行，" if found.version else ""
    return _row(
        f"{found.issuance.number_text} {found.case.title}",
        f"{found.by.name} {timezone.localtime(found.at):%Y-%m-%d} 登记 · {found.case.body.name}",
        f"{said}{found.basis}：{found.reason}",
        None,
        [],
    ) | {"status": "done", "status_word": "依法不予公开"}


def _on_show(published: Publication, clock: Any, may: bool) -> dict[str, Any]:
    shown = address("portal:decision", published.issuance.code)
    links = [{"label": "看公示", "url": shown, "strong": False}] if shown else []
    if may:
        links += [_link("登记差错", "error", published.pk), _link("更正", "correct", published.pk)]
        links += [_link("撤下", "take_down", published.pk)]
    return _row(
        f"{published.issuance.number_text} {published.case.title}",
        f"第 {published.version} 版，{timezone.localtime(published.at):%Y-%m-%d %H:%M} 公示",
        f"查验码 {published.issuance.code}" + (f" · 公示至 {published.until}" if published.until else ""),
        None,
        links,
    ) | {"status": "corrected" if published.version > 1 else "published"}


# ---- publish -------------------------------------------------------------------------------------------------------


@page("disclosure")
def publish(request: Asked, pk: UUID) -> HttpResponse:
    """公示一份决定书: the original with its marks left, exactly what the public will see right."""
    issued = _issuance(request, pk)
    preview = reverse("disclosure:publish_preview", args=[issued.pk])
    return _to_the_public(request, issued, preview)


@page("disclosure")
def publish_case(request: Asked, pk: UUID) -> HttpResponse:
    """公示一件案件的决定: of a case that follows its course, the document that says what was decided."""
    case = _case(request, pk)
    issued = decisions.to_issue(case)
    try:
        if case.guided:
            course.open_step(route.of(case), "disclose")
        if issued is None:
            raise actions.NotPublishable("本案没有编有文号的决定书，没有可以公开的决定", mend="先办理决定、制发决定书")
    except Refused as refused:
        shown = {"case": case, "refused": refused, "title": "公开"}
        return render(request, "casework/refused.html", shown, status=409)
    if queries.is_withheld(issued.item):
        return redirect("disclosure:desk")
    preview = reverse("disclosure:case_preview", args=[case.pk])
    return _to_the_public(request, issued, preview)


@page("disclosure")
def case_preview(request: Asked, pk: UUID) -> HttpResponse:
    """What the public would see of the decision of a case, as the form stands now."""
    issued = decisions.to_issue(_case(request, pk))
    if issued is None:
        raise Http404
    form = PublishForm(request.POST, marks=queries.proposed_marks(issued))
    return _preview(request, issued, form, actions.summary_of(issued))


def _case(request: Asked, pk: UUID) -> Case:
    found = cases.visible_to(request.caller).filter(pk=pk).first()
    if found is None or not (found.guided or exemption.granted(found)):
        raise Http404
    return found


def _to_the_public(request: Asked, issued: Issuance, preview: str) -> HttpResponse:
    latest = queries.latest(issued)
    if latest is not None:
        messages.info(request, f"{issued.number_text}已于 {timezone.localtime(latest.at):%Y-%m-%d} 公示，没有重复办理")
        return redirect("disclosure:desk")
    revoked = decisions.revocation_against(issued)
    wanted = queries.must_publish(issued)
    barred = _revoked(revoked) if revoked else _by_list(issued)
    form = PublishForm(_posted(request), marks=queries.proposed_marks(issued), seen=trail.head(issued.case.chain))
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.publish,
            by=request.caller.officer,
            at=now(),
            issuance=issued,
            **form.decisions(),
            secrecy_checked=bool(form.cleaned_data.get("secrecy_checked")),
            secrecy=form.cleaned_data.get("secrecy") or "",
            until=form.cleaned_data.get("until"),
        )
        if done is not None:
            messages.success(request, f"{issued.number_text}已公示，公示审批表已入卷")
            return redirect(f"{reverse('disclosure:desk')}?tab=shown")
    return render(
        request,
        "disclosure/publish.html",
        {
            **_page(issued, form, actions.summary_of(issued)),
            "barred": barred,
            "deadline": reading.as_deadline(queries.publish_by(issued)),
            "channels": queries.channels(issued),
            "wanted": wanted,
            "preview_url": preview,
        },
        status=_status(request, form, barred),
    )


@page("disclosure")
def publish_preview(request: Asked, pk: UUID) -> HttpResponse:
    """What the public would see as the form stands now."""
    issued = _issuance(request, pk)
    form = PublishForm(request.POST, marks=queries.proposed_marks(issued))
    return _preview(request, issued, form, actions.summary_of(issued))


def _preview(request: Asked, issued: Issuance, form: MarksForm, summary: dict[str, str]) -> HttpResponse:
    form.is_valid()  # half-typed fields are left out, the rest is shown
    wording = form.wording() if isinstance(form, CorrectForm) else {}
    seen = reading.preview(issued, {**summary, **wording}, **form.decisions())
    return render(request, "disclosure/_preview.html", {"preview": seen, "lines": _lines(seen.summary)})


def _lines(summary: dict[str, str]) -> list[tuple[str, str]]:
    return [(label, summary[name]) for name, label in SUMMARY.items() if summary.get(name)]


def _page(issued: Issuance, form: MarksForm, summary: dict[str, str]) -> dict[str, Any]:
    """What the publish page and the correction page both show."""
    parts = reading.parts(issued, form.marks)
    marked = [part for part in parts if part.marks]
    order = {part.name: n for n, part in enumerate(parts)}
    form.marks.sort(key=lambda mark: (order.get(mark.field, len(order)), mark.start))
    labels = {part.name: part.label for part in parts}
    chosen: dict[str, Any] = {"confirmed": set(), "declined": {}, "added": []}
    if form.is_bound:
        form.is_valid()  # half-typed fields are left out of what the public would see
        chosen = form.decisions()
    else:
        chosen["added"] = [(words.initial, ground.initial) for words, ground in form.more() if words.initial]
    seen = reading.preview(issued, summary, **chosen)
    return {
        "issuance": issued,
        "case": issued.case,
        "back": address("workbench:case", issued.case_id),
        "item_url": address("record:item", issued.item_id),
        "form": form,
        "marked": marked,
        "plain": [part for part in parts if not part.marks],
        "settled": [
            {**one, "where": labels.get(one["mark"].field, ""), "words": reading.original(one["mark"]).original}
            for one in form.settled()
        ],
        "because": cases.cite(cases.pack_of(issued.case), "G16", redaction_confirmed=False),
        "preview": seen,
        "lines": _lines(seen.summary),
    }


# ---- withhold ------------------------------------------------------------------------------------------------------


@page("disclosure")
def withhold(request: Asked, pk: UUID) -> HttpResponse:
    """登记不予公开: what the list says of the decision, the law, and why."""
    issued = _issuance(request, pk)
    return _kept_back(request, issued)


@page("disclosure")
def withhold_case(request: Asked, pk: UUID) -> HttpResponse:
    """登记一件案件的决定不予公开."""
    case = _case(request, pk)
    issued = decisions.to_issue(case)
    if issued is None:
        raise Http404
    return _kept_back(request, issued)


def _kept_back(request: Asked, issued: Issuance) -> HttpResponse:
    wanted = queries.must_publish(issued)
    barred = _not_withheld(issued, wanted)
    named = wanted.line.basis if wanted.line else ""
    form = WithholdForm(_posted(request), named=named, seen=trail.head(issued.case.chain))
    if request.method == "POST" and barred is None and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("basis", "reason") if name in form.cleaned_data}
        done = form.run(actions.withhold, by=request.caller.officer, at=now(), issuance=issued, **given)
        if done is not None:
            messages.success(request, f"{issued.number_text}已登记不予公开")
            return redirect(f"{reverse('disclosure:desk')}?tab=withheld")
    return render(
        request,
        "disclosure/withhold.html",
        {
            "issuance": issued,
            "case": issued.case,
            "back": address("workbench:case", issued.case_id),
            "wanted": wanted,
            "named": named,
            "form": form,
            "barred": barred,
        },
        status=_status(request, form, barred),
    )


def _by_list(issued: Issuance) -> Refused | None:
    try:
        actions.barred_by_list(issued)
    except actions.NotPublishable as refused:
        return refused
    return None


def _not_withheld(issued: Issuance, wanted: Publishing) -> Refused | None:
    """Why the page cannot end in a withheld decision, said before anything is typed."""
    if queries.latest(issued) is not None or hasattr(issued, "withholding"):
        return actions.NotPublishable("该决定已经公示或者已经登记不予公开", mend="回公示办理查看")
    return actions.listed_public(wanted)


# ---- errors and corrections ----------------------------------------------------------------------------------------


@page("disclosure")
def error(request: Asked, pk: UUID) -> HttpResponse:
    """登记公开信息差错."""
    published = _publication(request, pk)
    barred = _not_on_show(published)
    form = ErrorForm(
        _posted(request), seen=trail.head(published.case.chain), initial={"found_on": timezone.localdate()}
    )
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.report_error,
            by=request.caller.officer,
            at=now(),
            publication=published,
            what=form.cleaned_data["what"],
            found_on=form.cleaned_data["found_on"],
        )
        if done is not None:
            messages.success(request, "差错已登记，请在期限内更正")
            return redirect("disclosure:correct", pk=published.pk)
    return render(
        request,
        "disclosure/error.html",
        {**_shown(published), "form": form, "barred": barred, "errors": reading.errors(published)},
        status=_status(request, form, barred),
    )


@page("disclosure")
def correct(request: Asked, pk: UUID) -> HttpResponse:
    """更正公示: every mark is settled anew; the old version stays provable inside."""
    published = _publication(request, pk)
    issued = published.issuance
    barred = _not_on_show(published)
    form = _correct_form(published, _posted(request), seen=trail.head(published.case.chain))
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.correct,
            by=request.caller.officer,
            at=now(),
            publication=published,
            **form.decisions(),
            secrecy_checked=bool(form.cleaned_data.get("secrecy_checked")),
            secrecy=form.cleaned_data.get("secrecy") or "",
            note=form.cleaned_data["note"],
            summary=form.wording(),
        )
        if done is not None:
            messages.success(request, f"{issued.number_text}已更正公示，更正说明一并公开")
            return redirect(f"{reverse('disclosure:desk')}?tab=shown")
    wording = form.wording() if form.is_bound and (form.is_valid() or form.cleaned_data) else {}
    context = _page(issued, form, {**published.summary, **wording})
    clocks = reading.clocks([published.case], reading.CORRECT)
    return render(
        request,
        "disclosure/correct.html",
        {
            **context,
            **_shown(published),
            "form": form,
            "wording": [form[f"summary_{name}"] for name in WORDING],
            "barred": barred,
            "errors": reading.errors(published),
            "deadline": clocks.get(published.case.chain),
            "preview_url": reverse("disclosure:correct_preview", args=[published.pk]),
        },
        status=_status(request, form, barred),
    )


@page("disclosure")
def correct_preview(request: Asked, pk: UUID) -> HttpResponse:
    published = _publication(request, pk)
    return _preview(request, published.issuance, _correct_form(published, request.POST), published.summary)


def _correct_form(published: Publication, posted: Any, seen: int | None = None) -> CorrectForm:
    return CorrectForm(
        posted,
        marks=queries.proposed_marks(published.issuance),
        by_hand=reading.by_hand_before(published),
        summary=published.summary,
        seen=seen,
    )


# ---- take down -----------------------------------------------------------------------------------------------------


@page("disclosure")
def take_down(request: Asked, pk: UUID) -> HttpResponse:
    """撤下公示, with the reason that stays in its place."""
    published = _publication(request, pk)
    barred = _not_on_show(published)
    revoked = reading.revocation(published)
    form = TakeDownForm(_posted(request), seen=trail.head(published.case.chain))
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(
            actions.take_down,
            by=request.caller.officer,
            at=now(),
            publication=published,
            reason=form.cleaned_data["reason"],
            revocation=revoked,
        )
        if done is not None:
            messages.success(request, f"{published.issuance.number_text}已撤下，理由已在原处公开")
            return redirect("disclosure:desk")
    answer = queries.take_down_by(revoked) if revoked else None
    return render(
        request,
        "disclosure/take_down.html",
        {
            **_shown(published),
            "form": form,
            "barred": barred,
            "revocation": revoked,
            "answer": answer,
            "deadline": reading.as_deadline(answer) if answer else None,
            **_tombstone(published, revoked, (form["reason"].value() or "") if form.is_bound else ""),
        },
        status=_status(request, form, barred),
    )


@page("disclosure")
def tombstone(request: Asked, pk: UUID) -> HttpResponse:
    """What will stand in the place of the decision, as the reason stands now."""
    published = _publication(request, pk)
    return render(
        request,
        "disclosure/_tombstone.html",
        _tombstone(published, reading.revocation(published), request.POST.get("reason", "")[:400]),
    )


def _tombstone(published: Publication, revoked: Revocation | None, reason: str) -> dict[str, Any]:
    return {
        "stone": {
            "number": published.issuance.number_text,
            "body": published.case.body.name,
            "kind": revoked.get_kind_display() if revoked else "",
            "organ": revoked.organ if revoked else "",
            "on": revoked.on if revoked else None,
            "reason": reason.strip(),
            "at": timezone.localtime(),
            "leaks": redaction.leaks(reason, published.case.party),
        }
    }


# ---- inside --------------------------------------------------------------------------------------------------------


def _posted(request: Asked) -> Any:
    """What was sent, also where nothing at all was ticked or typed."""
    return request.POST if request.method == "POST" else None


def _issuance(request: Asked, pk: UUID) -> Issuance:
    found = reading.issuance(request.caller, pk)
    if found is None:
        raise Http404
    hold(request, found.case.chain)
    return found


def _publication(request: Asked, pk: UUID) -> Publication:
    found = reading.publication(request.caller, pk)
    if found is None:
        raise Http404
    return found


def _shown(published: Publication) -> dict[str, Any]:
    """What is on show now."""
    return {
        "publication": published,
        "issuance": published.issuance,
        "case": published.case,
        "back": address("workbench:case", published.case_id),
        "portal_url": address("portal:decision", published.issuance.code),
        "current": _lines(published.summary),
        "versions": queries.versions(published.issuance),
    }


def _revoked(revoked: Revocation) -> Refused:
    return actions.NotPublishable(f"该决定已被{revoked.get_kind_display()}，不得再公示", mend="按撤下办理")


def _not_on_show(published: Publication) -> Refused | None:
    latest = queries.latest(published.issuance)
    if hasattr(published, "takedown"):
        return actions.NotPublishable("该公示已经撤下", mend="不需要再办理")
    if latest is not None and latest.pk != published.pk:
        return actions.NotPublishable(
            f"这是第 {published.version} 版，正在公示的是第 {latest.version} 版", mend="对正在公示的版本办理"
        )
    return None


def _status(request: Asked, form: Any, barred: Refused | None) -> int:
    if request.method == "POST" and barred is not None:
        return 409
    return 422 if form.is_bound and form.errors else 200
