"""执法监督: the board, the duties behind it, and the trail.  By clause and by body; never a table of officers."""

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yangguang.casework import queries as cases
from yangguang.duty import queries as owed
from yangguang.duty.models import Duty
from yangguang.registry import keyset
from yangguang.registry.models import Role
from yangguang.registry.web import Asked, address, page
from yangguang.trail import asking

from . import queries, wording
from .forms import DutyFilter, LiveFilter, TrailFilter

SIZE = 20


def _url(page: tuple[str, UUID] | None) -> str:
    return address(page[0], page[1]) if page else ""


@page("supervisor")
@require_safe
def board(request: Asked) -> HttpResponse:
    """执法监督: what is in hand, due, late and warned of today, and the cases as they move."""
    caller, today = request.caller, timezone.localdate()
    known = queries.bodies(caller, today)
    form = LiveFilter(request.GET, bodies=known)
    by_rule, by_body = queries.by_rule(caller, today), queries.by_body(caller, known, today)
    warnings = queries.warnings(caller, today)
    found = keyset.page(queries.listed(caller, today, **form.chosen()), request.GET, ("-moved_at", "-case_id"), SIZE)
    overdue = sum(tally.overdue for tally in by_rule)
    due_today = sum(tally.today for tally in by_rule)
    warned = sum(warning.total for warning in warnings)
    here, to_duties = address("supervision:board"), address("supervision:duties")
    return render(
        request,
        "supervision/board.html",
        {
            "today": today,
            "now": timezone.localtime(),
            "stats": [
                {"label": "在办案件", "value": sum(t.cases for t in by_body), "unit": "件", "url": f"{here}#live"},
                {
                    "label": "今天到期",
                    "value": due_today,
                    "unit": "项",
                    "url": f"{to_duties}?state=today",
                    "tone": "warn" if due_today else "",
                },
                {
                    "label": "逾期",
                    "value": overdue,
                    "unit": "项",
                    "url": f"{to_duties}?state=overdue",
                    "tone": "bad" if overdue else "",
                },
                {
                    "label": "预警",
                    "value": warned,
                    "unit": "条",
                    "url": f"{here}#warnings",
                    "tone": "bad" if warned else "",
                },
            ],
            "warnings": [
                {
                    "it": warning,
                    "rows": [{"it": cause, "url": _url(cause.page)} for cause in warning.rows],
                    "url": f"{address(warning.page)}{warning.asks}" if warning.page else "",
                    "more": warning.total - len(warning.rows),
                }
                for warning in warnings
            ],
            "by_rule": by_rule,
            "most": max((tally.open for tally in by_rule), default=0),
            "by_body": by_body,
            "form": form,
            "found": found,
            "rows": _cases(found.rows),
            "filtered": bool(form.chosen()),
        },
    )


def _cases(states: list[Any]) -> list[dict[str, Any]]:
    first = owed.first_open(f"case:{state.case_id}" for state in states)
    return [
        {
            "state": state,
            "url": address("workbench:case", state.case_id),
            "step": cases.step_title(state.kind, state.step) or "已办结",
            "duty": first.get(f"case:{state.case_id}"),
        }
        for state in states
    ]


@page("supervisor", "head")
@require_safe
def duties(request: Asked) -> HttpResponse:
    """职责与时限: every duty with its clause and its day-by-day proof; the same list as a file."""
    caller, today = request.caller, timezone.localdate()
    known = queries.bodies(caller, today)
    form = DutyFilter(request.GET, bodies=known, rules=queries.rules(caller))
    found = queries.duties(caller, today, **form.chosen())
    names = {body.scope: body.name for body in known}
    if request.GET.get("format") == "csv":
        return _csv(list(found), queries.subjects(caller, {duty.subject for duty in found}), names, today)
    shown = keyset.page(found, request.GET, ("due_on", "id"), SIZE)
    subjects = queries.subjects(caller, {duty.subject for duty in shown.rows})
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["format"] = "csv"
    return render(
        request,
        "supervision/duties.html",
        {
            "today": today,
            "form": form,
            "found": shown,
            "filtered": bool(form.chosen()),
            "duties": [_row(duty, subjects.get(duty.subject), names) for duty in shown.rows],
            "export": f"?{query.urlencode()}",
        },
    )


def _row(duty: Duty, subject: queries.Subject | None, names: dict[str, str]) -> dict[str, Any]:
    ended = getattr(duty, "discharge", None)
    url = _url(subject.page) if subject else ""
    return {
        "title": f"{duty.rule} {duty.title}",
        "due_on": duty.due_on,
        "days": duty.days,
        "because": duty.because,
        "outvoted": duty.outvoted,
        "explain": duty.explain,
        "subject_title": subject.title if subject else "",
        "subject_url": url,
        "who": "，".join(filter(None, (names.get(duty.scope, ""), _role(duty.role), _ended(ended)))),
        "done_on": timezone.localdate(ended.at) if ended else None,
        "url": url,
        "action": "查看",
    }


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else "当事人" if code == "party" else ""


def _ended(ended: Any) -> str:
    return f"{ended.get_how_display()}{'：' + ended.note if ended.note else ''}" if ended else ""


COLUMNS = (
    "规则",
    "要求",
    "事项",
    "执法主体",
    "责任角色",
    "起算日",
    "到期日",
    "状态",
    "逾期天数",
    "了结日期",
    "依据",
    "计算说明",
)


def _csv(found: list[Duty], subjects: dict[str, queries.Subject], names: dict[str, str], today: Any) -> HttpResponse:
    """The list as a file that a spreadsheet opens: UTF-8 with its mark, no cell that it would run as a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(COLUMNS)
    for duty in found:
        ended = getattr(duty, "discharge", None)
        on = timezone.localdate(ended.at) if ended else None
        late = ((on or today) - duty.due_on).days
        subject = subjects.get(duty.subject)
        cells = (
            duty.rule,
            duty.title,
            subject.title if subject else "",
            names.get(duty.scope, ""),
            _role(duty.role),
            duty.start_on.isoformat(),
            duty.due_on.isoformat(),
            ended.get_how_display() if ended else ("逾期" if late > 0 else "未了结"),
            max(late, 0),
            on.isoformat() if on else "",
            "；".join(f"{one['clause']} {one['source']}{one.get('title', '')}" for one in duty.because),
            duty.explain,
        )
        written.writerow([_plain(cell) for cell in cells])
    response = HttpResponse(out.getvalue(), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="duties-{today.isoformat()}.csv"'
    return response


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@page("supervisor", "auditor")
@require_safe
def trail(request: Asked) -> HttpResponse:
    """留痕: the latest lines of every body in scope, with their place in the log."""
    caller, today = request.caller, timezone.localdate()
    known = queries.bodies(caller, today)
    form = TrailFilter(request.GET, bodies=known, verbs=wording.verbs())
    shown = keyset.page(queries.trail(caller, **form.chosen()), request.GET, ("-id",), SIZE * 2)
    # An auditor checks that everything left its line; what a case is about is not the auditor's to read.
    reads = caller.has("supervisor")
    subjects = queries.subjects(caller, {entry.chain for entry in shown.rows}) if reads else {}
    lines = wording.lines(shown.rows, subjects, {body.scope: body.name for body in known})
    return render(
        request,
        "supervision/trail.html",
        {
            "form": form,
            "found": shown,
            "filtered": bool(form.chosen()),
            "lines": [{"it": line, "url": _url(line.page)} for line in lines],
            "sealed": sum(line.index is not None for line in lines),
            "standing": asking.standing(),
        },
    )
