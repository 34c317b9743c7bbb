"""The archivist's desk, and the page on which one case is checked, laid out in its volumes and archived."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record import queries as record
from yangguang.record import volumes
from yangguang.record.models import Archive
from yangguang.registry import keyset
from yangguang.registry.forms import ActionForm, Pick
from yangguang.registry.web import Asked, page

from . import act, actions, archiving, wording

READERS = ("archivist", "head", "supervisor", "officer")
TABS = {"wait": "待归档", "early": "已结案、尚不能归档", "done": "已归档"}
EMPTY = {
    "wait": ("没有等候归档的案件", "结案并公示后的案件会出现在这里。"),
    "early": ("没有这样的案件", "已经结案的案件都可以归档或者已经归档。"),
    "done": ("没有已归档的案件", "换一个分类看看，或者清空筛选条件。"),
}


class DeskFilter(django_forms.Form):
    q = django_forms.CharField(label="案件、案号、文书号、归档号、当事人", required=False, max_length=100)
    show = django_forms.CharField(required=False, widget=django_forms.HiddenInput)


class ArchiveForm(ActionForm):
    """归档: the order and the pages are drawn from the file; only the retention is chosen."""

    retention = Pick(
        label="保管期限",
        choices=Archive.Retention.choices,
        widget=django_forms.RadioSelect,
        help_text="重大案件永久保存，一般案件三十年；音像资料的保管期限同案卷",
    )


@page("archivist", "head", "supervisor")
def desk(request: Asked) -> HttpResponse:
    """Closed cases that wait, those in which something comes first, and the archived ones."""
    form = DeskFilter(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    lists = {
        "wait": archiving.to_archive(request.caller, text),
        "early": archiving.unpublished(request.caller, text),
        "done": archiving.archived(request.caller, text),
    }
    show = request.GET.get("show", "")
    show = show if show in lists else "wait"
    down = show == "done"
    found = keyset.page(lists[show], request.GET, ("-moved_at", "-case_id") if down else ("moved_at", "case_id"))
    return render(
        request,
        "decision/archive_desk.html",
        {
            "form": form,
            "page": found,
            "show": show,
            "title": TABS[show],
            "empty": EMPTY[show],
            "action": "归档" if show == "wait" and request.caller.has("archivist") else "查看",
            "tabs": [
                {"label": TABS[one], "url": _query(request, one), "count": rows.count(), "current": one == show}
                for one, rows in lists.items()
            ],
            "rows": [
                {
                    "state": state,
                    "archive": state.case.dossier.archive if down else None,
                    "waits_for": cases.step_title(state.kind, state.step) if show == "early" else "",
                    "url": reverse("decision:archive", args=[state.case_id]),
                }
                for state in found.rows
            ],
        },
    )


def _query(request: Asked, show: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["show"] = show
    return f"?{query.urlencode()}"


@page(*READERS)
def archive(request: Asked, pk: UUID) -> HttpResponse:
    """归档: what the rules ask for, how the volumes will lie; afterwards the volumes as they are, and what came later."""
    case = act.the_case(request, pk)
    here = reverse("decision:archive", args=[case.pk])
    if request.method == "POST":
        request.caller.need("archivist")
    kept = archiving.archive_of(case)
    if kept is not None:
        if request.method == "POST":
            messages.info(request, f"本案已归档（归档号 {kept.archive_no}），没有重复归档")
            return redirect(here)
        return act.show(request, "archive", case, None, **_bound(case, kept))
    owed = archiving.owed(case)
    barred = act.barred(actions.must_archive, case, request.caller.officer) or archiving.waits(case)
    judged = archiving.verdicts(case, owed, timezone.localdate())
    known = {
        "kept": None,
        "owed": owed,
        "lacking": [one for one in owed if not one.met],
        "verdicts": [wording.verdict(cases.pack_of(case), one) for one in judged],
        "volumes": _volumes(case, archiving.preview(case)),
    }
    may = request.caller.has("archivist") and barred is None and all(one.state == "passed" for one in judged)
    if not may and request.method != "POST":
        return act.show(request, "archive", case, None, barred=barred, **known)
    form = act.new_form(ArchiveForm, request, case, retention=_usual(case))
    data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    done = act.submit(
        request, form, actions.archive, "已归档，案卷从此不再改动", here, case=case, retention=data.get("retention", "")
    )
    return done or act.show(request, "archive", case, form, **known)


def _usual(case: Case) -> str:
    """Thirty years; for a case that was weighty by its own draft, for good."""
    proposal = cases.latest_proposal(case)
    weighty = proposal is not None and proposal.body["answers"].get("major_violation")
    return Archive.Retention.PERMANENT if weighty else Archive.Retention.YEARS_30


def _volumes(case: Case, lines: list[volumes.Line]) -> list[dict[str, Any]]:
    """The volumes to be: their lines with where each lies."""
    body = case.body.name
    return [
        _volume(
            name,
            [
                {
                    "no": line.no,
                    "item": line.item.pk,
                    "title": line.item.title,
                    "number": line.item.number,
                    "author": line.author(body),
                    "on": line.item.on,
                    "place": line.place,
                    "span": line.span,
                    "pages": line.pages,
                    "digest": line.item.digest,
                }
                for line in lines
                if line.volume == name
            ],
        )
        for name in volumes.VOLUMES
    ]


def _volume(name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": volumes.VOLUMES[name], "lines": lines, "pages": sum(line["pages"] for line in lines)}


def _bound(case: Case, kept: Archive) -> dict[str, Any]:
    """The volumes as they were archived, and the supplement."""
    steps = archiving.step_titles(case)
    return {
        "kept": kept,
        "volumes": [
            _volume(
                name,
                [
                    {**line, "place": "", "span": volumes.span(line["page_from"], line["pages"])}
                    for line in kept.contents
                    if line["volume"] == name
                ],
            )
            for name in volumes.VOLUMES
        ],
        "supplement": [{"item": item, "step": steps.get(item.step, item.step)} for item in record.supplement(kept)],
        "checked": [{**one, "step": steps.get(one["step"], one["step"])} for one in kept.checked],
    }
