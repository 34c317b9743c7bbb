"""保管期限: what is due, what is held, and one file's way to its end or its tombstone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import queries as record
from ..borrowing import queries as borrowing
from ..custody.views.base import act, matter_page, posted
from . import actions, queries, terms

TABS = {"due": "已满期", "soon": "今年满期", "held": "保全中", "gone": "已销毁", "all": "全部归档"}
GROUNDS = ("行政复议", "行政诉讼", "国家赔偿", "纪检监察调查", "刑事案件", "信访投诉", "其他")


class HoldForm(fields.ActionForm):
    """保全."""

    ground = fields.Pick(label="事由", choices=[("", "请选择"), *((one, one) for one in GROUNDS)])
    document = fields.Text(label="依据的文书", help_text="例如“行政复议受理通知书〔2026〕3 号”")
    note = fields.Long(label="说明", required=False, max_length=400)


class LiftForm(fields.ActionForm):
    """解除保全."""

    reason = fields.Long(label="解除理由", max_length=400)


class ProposeForm(fields.ActionForm):
    """提出销毁."""

    ground = fields.Long(label="销毁依据", max_length=400, help_text="依据的规定和鉴定意见：为什么不再有保存价值")


class AnswerForm(fields.ActionForm):
    """审批销毁."""

    approved = fields.YesNo(label="是否同意销毁")
    opinion = fields.Long(label="意见", max_length=400)


class DestroyForm(fields.ActionForm):
    """办理销毁."""

    witness = fields.Text(label="监销人", max_length=60, help_text="在场监销、不是办理人和审批人的人员")


@page(*queries.READERS)
def retention(request: Asked) -> HttpResponse:
    """Archived files by how long they are still kept."""
    today = timezone.localdate()
    show = request.GET.get("show", "")
    show = show if show in TABS else "due"
    found = keyset.page(queries.archives(request.caller, show, today), request.GET, ("on", "id"))
    tabs = [
        {
            "label": label,
            "url": f"?show={code}",
            "count": queries.archives(request.caller, code, today).count(),
            "current": code == show,
        }
        for code, label in TABS.items()
    ]
    rows = [{"archive": one, "term": terms.of(one.dossier, one)} for one in found.rows]
    return render(request, "record/retention.html", {"page": found, "rows": rows, "tabs": tabs, "title": TABS[show]})


@page(*queries.READERS)
def one(request: Asked, pk: UUID) -> HttpResponse:
    """One file: its period, its holds, the destruction and what is left of it."""
    dossier = queries.dossier(request.caller, pk)
    if dossier is None:
        raise Http404
    caller, here = request.caller, timezone.localdate()
    stone, asked = queries.tombstone(dossier), queries.proposal(dossier)
    answer = getattr(asked, "answer", None) if asked else None
    term = queries.term(dossier)
    own = caller.scope == dossier.scope
    free = stone is None and term.over(here) and not queries.standing(dossier)
    shown = {
        "dossier": dossier,
        "archive": record.archive_of(dossier),
        "back": matter_page(dossier),
        "term": term,
        "over": term.over(here),
        "holds": queries.holds(dossier),
        "loans": borrowing.of(dossier),
        "proposal": asked,
        "answer": answer,
        "stone": stone,
        "left": queries.left(stone) if stone else [],
        "may_hold": stone is None and caller.has(*queries.HOLDERS),
        "may_lift": caller.has(*queries.LIFTERS),
        "may_propose": free
        and own
        and caller.has("archivist")
        and (asked is None or (answer is not None and not answer.approved)),
        "may_answer": free and own and caller.has("head") and asked is not None and answer is None,
        "may_destroy": free and own and caller.has("archivist") and answer is not None and answer.approved,
        "may_clear": own and caller.has("archivist"),
    }
    return render(request, "record/retention_one.html", shown)


def _act(request: Asked, pk: UUID, form: fields.ActionForm, action: Any, given: Any, **words: Any) -> HttpResponseBase:
    here = reverse("record:retention_one", args=[pk])
    crumbs = [("保管期限", reverse("record:retention")), ("案卷", here)]
    return act(request, form, action, given, back=here, crumbs=crumbs, **words)


def _the(request: Asked, pk: UUID) -> Any:
    dossier = queries.dossier(request.caller, pk)
    if dossier is None:
        raise Http404
    return dossier


@page(*queries.HOLDERS)
def hold(request: Asked, pk: UUID) -> HttpResponseBase:
    """保全."""
    dossier = _the(request, pk)
    form = HoldForm(posted(request), seen=trail.head(dossier.chain))
    return _act(
        request, pk, form, actions.hold,
        lambda: {"dossier": dossier, **{name: form.cleaned_data[name] for name in ("ground", "document", "note")}},
        title=f"保全：{dossier.title}", label="保全", said="已保全，解除以前不得销毁",
    )  # fmt: skip


@page(*queries.LIFTERS)
def lift(request: Asked, pk: UUID, hold: UUID) -> HttpResponseBase:
    """解除保全."""
    dossier = _the(request, pk)
    found = next((one for one in queries.standing(dossier) if one.pk == hold), None)
    if found is None:
        raise Http404
    form = LiftForm(posted(request), seen=trail.head(dossier.chain))
    return _act(
        request, pk, form, actions.lift_hold, lambda: {"hold": found, "reason": form.cleaned_data["reason"]},
        title=f"解除保全：{dossier.title}", label="解除", said="已解除保全", lead=f"{found.ground}，{found.document}",
    )  # fmt: skip


@page("archivist")
def propose(request: Asked, pk: UUID) -> HttpResponseBase:
    """提出销毁."""
    dossier = _the(request, pk)
    form = ProposeForm(posted(request), seen=trail.head(dossier.chain))
    return _act(
        request, pk, form, actions.propose_destruction,
        lambda: {"dossier": dossier, "ground": form.cleaned_data["ground"]},
        title=f"提出销毁：{dossier.title}", label="提出", said="已提出，等候负责人审批",
        lead="由提出人以外的负责人审批；期满以前、保全期间不得销毁",
    )  # fmt: skip


@page("head")
def answer(request: Asked, pk: UUID) -> HttpResponseBase:
    """审批销毁."""
    dossier = _the(request, pk)
    asked = queries.proposal(dossier)
    if asked is None:
        raise Http404
    form = AnswerForm(posted(request), seen=trail.head(dossier.chain))
    return _act(
        request, pk, form, actions.answer_destruction,
        lambda: {"proposal": asked, **{name: form.cleaned_data[name] for name in ("approved", "opinion")}},
        title=f"审批销毁：{dossier.title}", label="审批", said="已审批",
        lead=f"{asked.by.name}提出，依据：{asked.ground}", notes=_notes(dossier),
    )  # fmt: skip


@page("archivist")
def destroy(request: Asked, pk: UUID) -> HttpResponseBase:
    """办理销毁."""
    dossier = _the(request, pk)
    asked = queries.proposal(dossier)
    if asked is None:
        raise Http404
    form = DestroyForm(posted(request), seen=trail.head(dossier.chain))
    return _act(
        request, pk, form, actions.destroy, lambda: {"proposal": asked, "witness": form.cleaned_data["witness"]},
        title=f"办理销毁：{dossier.title}", label="销毁", said="已销毁，留下目录和留痕",
        lead="文件内容删除后不能恢复；目录、每一条留痕和证明保留", notes=_notes(dossier),
    )  # fmt: skip


def _notes(dossier: Any) -> list[str]:
    held = queries.bytes_of(dossier)
    going = [one for one in held if not one.kept]
    words = [f"将删除 {len(going)} 件文件的内容，共 {sum(one.size_bytes for one in going) / 2**20:.1f} MB。"]
    return words + [f"《{one.title}》的内容保留：{one.kept}。" for one in held if one.kept]


@page("archivist")
def clear(request: Asked, pk: UUID) -> HttpResponseBase:
    """Let go what a lock or an interrupted process left behind after a destruction."""
    dossier = _the(request, pk)
    stone = queries.tombstone(dossier)
    if stone is None:
        raise Http404
    if request.method == "POST":
        count = actions.clear(stone)
        messages.info(request, f"又删除了 {count} 件" if count else "没有可以删除的：存储锁定未到期，或者已经删除")
    return redirect(reverse("record:retention_one", args=[pk]))
