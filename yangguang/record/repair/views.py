"""责令改正记录: the list, the order, and the page on which it is answered and accepted."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import queries as record
from ..custody.views.base import act, matter_page, posted
from ..uploads import terms
from . import actions, forms, queries


@page(*record.READERS)
def repairs(request: Asked) -> HttpResponse:
    """Orders by where they stand."""
    show = request.GET.get("show", "")
    show = show if show in queries.STATES else "open"
    tabs = [
        {
            "label": label,
            "url": f"?show={code}",
            "count": queries.orders(request.caller, code).count(),
            "current": code == show,
        }
        for code, label in queries.STATES.items()
    ]
    found = keyset.page(queries.orders(request.caller, show), request.GET, ("-at", "-id"))
    shown = {"page": found, "tabs": tabs, "title": queries.STATES[show], "today": timezone.localdate()}
    return render(request, "record/repair/list.html", shown)


@page(*queries.ORDERERS)
def order(request: Asked, pk: UUID) -> HttpResponseBase:
    """责令改正."""
    dossier = record.dossiers(request.caller).filter(pk=pk).first()
    if dossier is None:
        raise Http404
    first = {"item": request.GET.get("item", "")}
    items = list(record.items(dossier))
    form = forms.OrderForm(posted(request), items=items, seen=trail.head(dossier.chain), initial=first)
    pack = terms.pack_at(dossier.scope, timezone.localdate())
    return act(
        request, form, actions.order_repair, lambda: {"dossier": dossier, **form.given()},
        title="责令改正记录", label="责令改正", back=matter_page(dossier) or reverse("record:repairs"),
        said="已责令改正，承办人会看到期限", lead=dossier.title, because=queries.clauses(pack) if pack else (),
        crumbs=[("记录改正", reverse("record:repairs"))],
        to=lambda done: reverse("record:repair", args=[done.pk]),
    )  # fmt: skip


@page(*record.READERS)
def repair(request: Asked, pk: UUID) -> HttpResponseBase:
    """One order: what is wrong, what was done, whether it is enough."""
    found = queries.order(request.caller, pk)
    if found is None:
        raise Http404
    caller, here = request.caller, reverse("record:repair", args=[pk])
    said = queries.replies(found)
    waiting = next((one for one in said if not hasattr(one, "answer")), None)
    matter = record.matter(found.dossier)
    keeps = matter is not None and caller.officer.key in matter.keepers
    answers = waiting is not None and caller.has(*queries.ORDERERS) and not keeps
    over = any(one.answered and one.answered.accepted for one in said)
    mends = waiting is None and not over and keeps and caller.has("officer")
    if request.method == "POST" and not (answers or mends):
        caller.need("officer" if waiting is None else "supervisor")
        raise Http404
    form: Any = None
    seen = trail.head(found.chain)
    if answers:
        form = forms.AnswerForm(posted(request), seen=seen)
    elif mends:
        form = forms.ReplyForm(posted(request), items=queries.came_after(found), seen=seen)
    if form is not None and request.method == "POST" and form.is_valid():
        given = {"reply": waiting} if answers else {"order": found}
        done = act(
            request, form, actions.answer_repair if answers else actions.reply_repair,
            lambda: {**given, **form.given()}, title="", label="", back=here, said="已办理",
        )  # fmt: skip
        if done.status_code == 302:
            return done
    shown = {
        "order": found, "replies": said, "waiting": waiting, "answers": answers, "mends": mends, "form": form,
        "due_on": queries.due_on(found), "today": timezone.localdate(), "back": matter_page(found.dossier),
    }  # fmt: skip
    return render(request, "record/repair/one.html", shown, status=422 if form and form.errors else 200)
