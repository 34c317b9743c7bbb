"""纸质原件: the document and the scan of its paper, page beside page."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yangguang.registry.web import Asked, page
from yangguang.vault.errors import VaultError

from ... import media, streaming
from ... import queries as record
from .. import cutting, forms, queries
from ..actions import papers as actions
from .base import act, posted, the_item

LINKERS = ("officer", "archivist")


@page(*record.READERS)
def paper(request: Asked, pk: UUID) -> HttpResponse:
    """Each page of a document beside the scan of its paper original."""
    item = the_item(request, pk, "view")
    link = queries.paper_of(item)
    if not item.code:
        raise Http404
    pages = actions.page_count(item)
    shown = {
        "item": item,
        "link": link,
        "sheets": queries.sheets(item, link, pages) if link else [],
        "may": request.caller.has(*LINKERS) and request.caller.scope == item.scope,
    }
    return render(request, "record/paper.html", shown)


@page(*LINKERS)
def paper_new(request: Asked, pk: UUID) -> HttpResponseBase:
    """关联纸质原件."""
    item = the_item(request, pk)
    if not item.code:
        raise Http404
    scans = queries.possible_scans(item)
    count = actions.page_count(item)
    form = forms.PaperForm(
        posted(request), scans=scans, initial={"pages": f"1-{count}=1-{count}" if count > 1 else "1=1"}
    )
    here = reverse("record:paper", args=[item.pk])
    notes = () if scans else ("这个案卷里还没有上传的扫描件。请先在案件页上传 PDF 或者照片。",)
    return act(
        request, form, actions.link_paper, lambda: {"document": item, **form.given()},
        title=f"关联纸质原件：{item.title}", label="关联", back=here, said="已关联，逐页对照",
        crumbs=[(item.title, reverse("record:item", args=[item.pk])), ("纸质原件", here)],
        lead=f"文书共 {count} 页；写明扫描件的哪一页是文书的哪一页", notes=notes,
    )  # fmt: skip


@require_GET
@page(*record.READERS)
def scan_page(request: Asked, pk: UUID, n: int) -> HttpResponseBase:
    """A page of an uploaded scan, as a picture drawn by a limited process."""
    item = the_item(request, pk, "view")
    if item.code:
        raise Http404
    etag = f'"{item.digest}-scan-{n}"'
    if streaming.unchanged(request, etag):
        return streaming.forever(HttpResponseNotModified(), etag)
    try:
        picture = cutting.page(item.digest, n)
    except media.BadMedia as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    except VaultError as error:
        return render(request, "record/gone.html", {"error": error}, status=503)
    return streaming.forever(HttpResponse(picture, content_type="image/jpeg"), etag)
