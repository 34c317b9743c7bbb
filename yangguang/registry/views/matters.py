"""The review of a monitoring device, and two parties that are one."""

from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yangguang.trail import queries as trail

from .. import access, actions, forms, queries
from ..access import Caller
from ..forms import Day, Pick, Text, YesNo
from ..forms.fields import ActionForm
from ..models import Device, DeviceReview, Entity, Party
from ..web import Asked, page
from .registers import form_page, posted

E = TypeVar("E", bound=Entity)


class ReviewForm(ActionForm):
    kind = Pick(label="审核种类", choices=[("", "请选择"), *DeviceReview.Kind.choices])
    passed = YesNo(label="是否通过", choices=[("yes", "通过"), ("no", "不通过")])
    organ = Text(label="审核机构", max_length=100)
    document_no = Text(label="审核文号", max_length=60)
    on = Day(label="审核日期")


class MergeForm(ActionForm):
    reason = Text(label="合并的理由", help_text="例如：同一统一社会信用代码，登记时名称写法不同")


@page(*access.WRITERS["device_review"].roles)
def device_review(request: Asked, key: UUID) -> HttpResponse:
    """登记法制审核、技术审核."""
    device = _last(Device, request.caller, key)
    access.must_write(request.caller, "device_review", device.scope)
    form = ReviewForm(posted(request), seen=trail.head(device.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.review_device,
            by=request.caller.officer,
            at=forms.now(),
            device=device,
            **{name: data[name] for name in ("kind", "passed", "organ", "document_no", "on")},
        )
        if done is not None:
            messages.success(request, f"{device}的审核已登记")
            return redirect("registry:one", slug="devices", key=key)
    return form_page(
        request,
        form,
        title=f"登记审核：{device}",
        lead="电子技术监控设备应当经过法制和技术审核，设置地点应当向社会公布；缺一项，其记录不得作为证据",
        back=reverse("registry:one", args=["devices", key]),
        crumb=("执法装备", reverse("registry:devices")),
        submit="登记审核",
    )


@page(*access.WRITERS["party"].roles)
def party_merge(request: Asked, kept: UUID, merged: UUID) -> HttpResponse:
    """合并相对人: both are shown side by side; nothing is rewritten."""
    one, other = _last(Party, request.caller, kept), _last(Party, request.caller, merged)
    access.must_write(request.caller, "party", one.scope)
    form = MergeForm(posted(request), seen=trail.head(one.chain))
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.merge_parties,
            by=request.caller.officer,
            at=forms.now(),
            kept=one,
            merged=other,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, f"已并入“{one}”，两条登记的历史都可查看")
            return redirect("registry:one", slug="parties", key=kept)
    labels = ("name", "kind", "uscc", "id_no", "legal_rep", "phone", "address", "trade_name")
    rows = [
        {
            "label": str(getattr(Party._meta.get_field(name), "verbose_name", name)),
            "one": one.get_kind_display() if name == "kind" else getattr(one, name),
            "other": other.get_kind_display() if name == "kind" else getattr(other, name),
        }
        for name in labels
    ]
    return render(
        request,
        "registry/merge.html",
        {"form": form, "one": one, "other": other, "rows": rows},
        status=422 if form.is_bound and form.errors else 200,
    )


def _last(model: type[E], caller: Caller, key: UUID) -> E:
    found = [row for row in queries.versions(model, key) if caller.reaches(row.scope)]
    if not found:
        raise Http404
    return found[-1]
