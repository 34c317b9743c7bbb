"""案卷评查: the sheet of one case, and the finding of a reviewer or a supervisor."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from yangguang.registry.forms import now
from yangguang.registry.web import Asked, address, page

from .. import queries as cases
from . import actions, queries
from .forms import FindingForm


@page("officer", "reviewer", "head", "supervisor", "archivist")
def sheet(request: Asked, pk: Any) -> HttpResponse:
    """案卷评查表: live, before anything is filed; it prints as the sheet of the file."""
    case = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    may = request.caller.has("reviewer", "supervisor") and request.caller.officer.key not in case.ever_handled
    if request.method == "POST":
        request.caller.need("reviewer", "supervisor")
    rubric = cases.pack_of(case).rubric
    posted = request.POST if request.method == "POST" else None
    form = FindingForm(posted, rubric=rubric, initial={"item": request.GET.get("item", "")[:20]})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("item", "verdict", "note")}
        breaches = form.cleaned_data["breaches"] or 0
        done = form.run(actions.find, by=request.caller.officer, at=now(), case=case, breaches=breaches, **given)
        if done is not None:
            messages.success(request, "评查意见已记录")
            return redirect("casework:rubric", pk=case.pk)
    return render(
        request,
        "casework/rubric.html",
        {
            "case": case,
            "sheet": queries.sheet(case),
            "form": form if may or form.errors else None,
            "back": address("workbench:case", case.pk),
            "pack": cases.pack_of(case),
            "today": timezone.localdate(),
            "may": may,
        },
        status=422 if form.errors else 200,
    )
