"""发证: who passed and has no certificate, who has not passed; the certificate itself is the registry's."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.registry import keyset
from yangguang.registry import queries as known
from yangguang.registry.web import Asked, page

from .. import queries
from ..forms import PersonFilter, chosen
from .shared import ISSUERS, READERS, listed


@page(*READERS)
def certificates(request: Asked) -> HttpResponse:
    """合格未发证 and 未通过考试, counted both."""
    today, scope = timezone.localdate(), request.caller.scope
    form = PersonFilter(request.GET)
    name = chosen(form).get("q", "")
    tab = "without" if request.GET.get("tab") == "without" else "passed"
    passed, without = known.uncertified(scope, today), known.not_passed(scope, today)
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
