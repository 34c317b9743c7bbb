"""音像记录纪律: breaches by unit and officer, each with where it is mended; the same list as a file."""

import csv
import io
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yangguang.record.uploads import terms
from yangguang.registry.web import Asked, address, page

from . import discipline as rules
from . import queries
from .forms import ALL, Filter
from .views import _plain

SHOWN = 200


class DisciplineFilter(Filter):
    """The breaches."""

    q = None  # type: ignore[assignment]
    kind = forms.ChoiceField(label="种类", required=False, choices=[ALL, *rules.KINDS.items()])


@page("supervisor", "head")
@require_safe
def discipline(request: Asked) -> HttpResponse:
    """音像记录纪律: what was not recorded, broken off, late or left lying."""
    caller, today = request.caller, timezone.localdate()
    known = queries.bodies(caller, today)
    form = DisciplineFilter(request.GET, bodies=known)
    found = rules.breaches(caller, today, **form.chosen())
    lines, names = rules.lines(caller, found, today)
    bodies = {one.scope: one.name for one in known}
    rows = [{"it": one, "who": names.get(one.who, "（已离开）"), "body": bodies.get(one.scope, "")} for one in found]
    if request.GET.get("format") == "csv":
        return _csv(rows, today)
    query = request.GET.copy()
    query["format"] = "csv"
    for row in rows[:SHOWN]:
        target = row["it"].page  # type: ignore[attr-defined]
        row["url"] = address(target[0], target[1]) if target else ""
    pack = terms.pack_at(caller.scope, today)
    shown = {
        "form": form, "filtered": bool(form.chosen()), "rows": rows[:SHOWN], "total": len(rows), "lines": lines,
        "kinds": list(rules.KINDS.values()), "export": f"?{query.urlencode()}", "days": rules.DAYS,
        "limits": [pack.deadline(code, start=today, on=today, provisional=True) for code in ("D90", "D91")] if pack else [],
    }  # fmt: skip
    return render(request, "supervision/discipline.html", shown)


def _csv(rows: list[dict[str, Any]], today: Any) -> HttpResponse:
    out = io.StringIO()
    out.write("\ufeff")
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(("日期", "种类", "执法主体", "人员", "事项", "情况"))
    for row in rows:
        it = row["it"]
        cells = (it.on.isoformat(), it.word, row["body"], row["who"], it.title, it.why)
        written.writerow([_plain(cell) for cell in cells])
    response = HttpResponse(out.getvalue(), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recording-discipline-{today.isoformat()}.csv"'
    return response
