"""The page on which a document is signed by hand, or the refusal is noted."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from yangguang.registry import forms as fields
from yangguang.registry.access import NotAllowed
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import queries
from ..custody.views.base import posted, the_item
from ..models import Item
from ..passkeys import queries as passkeys
from . import actions
from .models import Signature

BEFORE_US = [(one, Signature.Who(one).label) for one in actions.BEFORE_US]


class SignForm(fields.ActionForm):
    """签名."""

    who = fields.Pick(label="签名人身份", choices=[("", "请选择"), *BEFORE_US])
    name = fields.Text(label="签名人姓名", max_length=60)
    how = fields.Pick(label="签名情况", choices=[one for one in Signature.How.choices if one[0] != "passkey"])
    stroke = django_forms.CharField(widget=django_forms.HiddenInput, required=False, strip=True, max_length=500_000)
    reason = fields.Long(label="拒绝签名的情况", required=False, max_length=400, help_text="只在拒绝签名时填写")
    witness = fields.Text(label="见证人", required=False, max_length=60, help_text="拒绝签名时在场的见证人")


def _who(item: Item) -> tuple[str, str]:
    """Whom the document itself names as its signer, so that nobody types the name again."""
    data: dict[str, Any] = item.data or {}
    for who, names in (
        ("interviewee", ("person",)),
        ("present", ("present",)),
        ("receiver", ("receiver",)),
        ("party", ("signature", "party")),
    ):
        for name in names:
            held = data.get(name)
            if isinstance(held, dict) and isinstance(held.get("name"), str):
                return who, held["name"][:60]
    return "party", ""


@page("officer")
def sign(request: Asked, pk: UUID) -> HttpResponseBase:
    """当面签名: on a pad, finger or mouse; the refusal with its reason and witness instead."""
    item = the_item(request, pk, "view")
    if not item.code:
        raise Http404
    matter = queries.matter(item.dossier)
    if matter is not None and request.caller.officer.key not in matter.keepers:
        raise NotAllowed(f"只有“{matter.title}”的承办人能够办理签名", mend="请由承办人办理")
    who, name = _who(item)
    form = SignForm(posted(request), seen=trail.head(item.chain), initial={"who": who, "name": name, "how": "pad"})
    if request.method == "POST" and form.is_valid() and _done(request, form, item):
        messages.success(
            request, "这次签名已经记录，没有重复记录" if form.repeated else "已记录，连同文书的摘要值写入留痕"
        )
        return redirect("record:item", pk)
    shown = {"form": form, "item": item, "signatures": passkeys.shown(item)}
    return _page(request, shown, 422 if form.errors else 200)


def _done(request: Asked, form: SignForm, item: Item) -> Any:
    said = form.cleaned_data
    given = {"by": request.caller.officer, "at": fields.now(), "item": item, "who": said["who"], "name": said["name"]}
    if said["how"] == "refused":
        return form.run(actions.refuse_signature, **given, reason=said["reason"], witness=said["witness"])
    return form.run(actions.sign, **given, stroke=said["stroke"])


def _page(request: Asked, shown: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "record/sign.html", shown, status=status)
