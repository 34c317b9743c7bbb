"""发证: who passed and has no certificate, who has not passed, and the certificate that stands on a pass."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import actions, queries
from ..forms import CertifyForm, PersonFilter, chosen
from .shared import ISSUERS, READERS, form_page, listed, posted, said


@page(*READERS)
def certificates(request: Asked) -> HttpResponse:
    """合格未发证 and 未通过考试, counted both."""
    today, scope = timezone.localdate(), request.caller.scope
    form = PersonFilter(request.GET)
    name = chosen(form).get("q", "")
    tab = "without" if request.GET.get("tab") == "without" else "passed"
    passed, without = queries.uncertified(scope, today), queries.not_passed(scope, today)
    if name:
        passed, without = passed.filter(officer__name__icontains=name), without.filter(name__icontains=name)
    shown: keyset.Page
    if tab == "passed":
        shown = keyset.page(passed, request.GET, ("on", "id"))
        counts = {"passed": shown.total, "without": without.count()}
    else:
        shown = keyset.page(without, request.GET, ("scope", "name", "id"))
        counts = {"passed": passed.count(), "without": shown.total}
    return listed(
        request,
        "training/certificates.html",
        {
            "form": form,
            "tab": tab,
            "tabs": _tabs(tab, counts, name),
            "page": shown,
            "rows": shown.rows,
            "rule": queries.exam_required(request.caller.body),
            "may": request.caller.has(*ISSUERS),
        },
    )


def _tabs(tab: str, counts: dict[str, int], name: str) -> list[dict[str, Any]]:
    more = {"q": name} if name else {}
    return [
        {"label": label, "url": "?" + urlencode({"tab": code, **more}), "count": counts[code], "current": code == tab}
        for code, label in (("passed", "合格未发证"), ("without", "未通过考试"))
    ]


@page(*ISSUERS)
def certify(request: Asked, pk: UUID) -> HttpResponse:
    """颁发行政执法证, on a passed exam and nothing else."""
    found = get_object_or_404(queries.result(request.caller).filter(purpose="certificate"), pk=pk)
    form = CertifyForm(posted(request), seen=trail.head(found.chain), initial={"valid_from": timezone.localdate()})
    if form.is_bound and form.is_valid():
        done = form.run(actions.certify, by=request.caller.officer, at=now(), result=found, **form.given())
        if done is not None:
            said(request, form, f"已向{found.officer.name}颁发行政执法证 {form.cleaned_data['number']}")
            return redirect("training:certificates")
    verdict = "合格" if found.passed else "不合格"
    return form_page(
        request,
        form,
        title=f"颁发行政执法证：{found.officer.name}",
        button="颁发",
        crumbs=[("考试合格与发证", reverse("training:certificates"))],
        lead=f"{found.officer.body.name} · {found.title} · {found.on:%Y-%m-%d} · {found.score} 分，{verdict}",
        because=queries.exam_required(found.officer.body).because,
    )
