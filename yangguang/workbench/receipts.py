"""回执: where one's own milestone act stands in the public log, and the proof to keep."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yangguang.registry.web import Asked, address, page
from yangguang.trail import asking, note, receipts
from yangguang.trail import queries as trail
from yangguang.trail.actions import VERBS
from yangguang.trail.models import Entry

FORMS = {"tlog-proof": "text/plain; charset=utf-8", "json": "application/json"}


def _own(request: Asked, entry: int) -> Entry:
    """Only the person who acted: the words of an entry are for whoever wrote them."""
    found = trail.own(request.caller.officer.ref, entry) if 0 < entry < 2**63 else None
    if found is None:
        raise Http404("没有这份回执")
    return found


@page()
@require_safe
def receipt(request: Asked, entry: int) -> HttpResponse:
    """The receipt in words; where the log has not taken it in yet, just that."""
    found = _own(request, entry)
    verb = VERBS.get(found.verb)
    shown: dict[str, Any] = {
        "state": "sealing",
        "word": "正在入链",
        "explain": "已留痕，还没有汇入公开日志，请稍后刷新本页。",
    }
    try:
        made = trail.proof(found)
    except trail.NotLogged:
        made = None
    if made is not None:
        tip = note.parse_tip(note.split(made.checkpoint)[0])
        shown = {
            "state": "sealed",
            "index": made.index,
            "sealed_at": found.recorded_at,
            "size": tip.size,
            "root": tip.root.hex(),
            "origin": tip.origin,
            "commitment": bytes(found.commitment).hex(),
            "witnesses": asking.signers(made.checkpoint),
            "verify_url": address("portal:log_verify"),
            "download_url": address("workbench:receipt_file", found.pk, "tlog-proof"),
        }
    return render(
        request,
        "workbench/receipt.html",
        {"entry": found, "title": verb.title if verb else found.verb, "proof": shown, "sealed": made is not None},
    )


@page()
@require_safe
def receipt_file(request: Asked, entry: int, form: str) -> HttpResponse:
    """`proof.tlog-proof`: the place alone.  `proof.json`: with the words and the salt."""
    if form not in FORMS:
        raise Http404("回执只有 tlog-proof 和 json 两种")
    found = _own(request, entry)
    try:
        text = receipts.proof_file(found) if form == "tlog-proof" else receipts.proof_json(found)
    except trail.NotLogged as refused:
        return render(request, "workbench/receipt_not_yet.html", {"refused": refused, "entry": found}, status=409)
    response = HttpResponse(text, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.pk}.{form}"'
    return response
