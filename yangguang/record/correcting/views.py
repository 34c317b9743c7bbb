"""The page on which a document is put right."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from yangguang.registry import forms as fields
from yangguang.registry.access import NotAllowed
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import queries as dossiers
from ..custody.views.base import posted, the_item
from . import actions, queries
from .forms import CorrectForm


@page("officer", "head")
def correct(request: Asked, pk: UUID) -> HttpResponse:
    """更正文书: the words as they stand, each open to be put right, and the reason."""
    item = the_item(request, pk, "view")
    if not item.code or not item.data:
        raise Http404
    if not queries.may(request.caller, item):
        raise NotAllowed("这份文书不由您更正", mend="内部文书由承办人更正，对外出具的文书由本机关负责人批准更正")
    newest = dossiers.versions(item)[-1]
    form = CorrectForm(posted(request), places=queries.places(item), seen=trail.head(item.chain))
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.correct,
            by=request.caller.officer,
            at=fields.now(),
            item=item,
            changes=form.changes,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, "已更正，旧版保留；需要送达、公示的，按新版办理")
            return redirect("record:item", pk if form.repeated else done.pk)
    shown = {"form": form, "item": item, "newest": newest, "because": queries.because(item)}
    return render(request, "record/correct.html", shown, status=422 if form.errors else 200)
