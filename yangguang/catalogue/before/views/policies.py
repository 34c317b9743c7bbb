"""制度文件: every document of a body in its versions, composing one of the rules in force, approving and publishing it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import actions, forms, policies, queries
from ..models import PolicyDocument
from .base import act, kept, own_body, posted

AUTHORS = ("disclosure", "head")
STATES = {
    "waiting": ("待审批", "info", "clock"),
    "refused": ("审批未同意", "bad", "cross"),
    "approved": ("已审批，未公布", "info", "check"),
    "published": ("已公布", "ok", "horn"),
}


@page()
def home(request: Asked) -> HttpResponse:
    """制度文件: by kind, what is in force and what is missing; and every version."""
    form = forms.PolicyFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {"q": "", "kind": ""}
    rows = queries.policies(request.caller).defer("content")
    if given["q"]:
        rows = rows.filter(title__icontains=given["q"])
    if given["kind"]:
        rows = rows.filter(kind=given["kind"])
    found = keyset.page(rows, request.GET, ("-at", "-id"), 30)
    body = own_body(request.caller)
    have = set(queries.policies_of(body).filter(release__isnull=False).values_list("kind", flat=True))
    owed = queries.owed_policies(body, timezone.localdate())
    return render(
        request,
        "catalogue/before/policies.html",
        {
            "rows": [_row(one) for one in found.rows],
            "found": found,
            "form": form,
            "asked": bool(given["q"] or given["kind"]),
            "owed": [{"title": title, "because": because, "have": code in have} for code, title, because in owed],
            "may": request.caller.has(*AUTHORS),
        },
    )


def _row(one: PolicyDocument) -> dict[str, Any]:
    return {
        "document": one,
        "kind": policies.KINDS[one.kind].title,
        "status": status(one),
        "stale": packs.load(one.pack).version != one.pack_version,
    }


def status(one: PolicyDocument) -> tuple[str, str, str]:
    if getattr(one, "release", None) is not None:
        return STATES["published"]
    approval = getattr(one, "approval", None)
    if approval is None:
        return STATES["waiting"]
    return STATES["approved" if approval.approved else "refused"]


def document_or_404(request: Asked, pk: UUID) -> PolicyDocument:
    found = queries.policies(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page()
def policy(request: Asked, pk: UUID) -> HttpResponse:
    """一份制度文件: its words, what it leaves open, what the law changed since."""
    one, caller, today = document_or_404(request, pk), request.caller, timezone.localdate()
    own, approval, release = caller.scope == one.scope, getattr(one, "approval", None), getattr(one, "release", None)
    outdated = queries.outdated(one)
    later = queries.policies(caller).filter(scope=one.scope, kind=one.kind, version__gt=one.version)
    return render(
        request,
        "catalogue/before/policy.html",
        {
            "document": one,
            "kind": policies.KINDS[one.kind],
            "status": status(one),
            "approval": approval,
            "release": release,
            "words": queries.words_of(one) if release else None,
            "outdated": outdated,
            "relations": dict(forms.RELATIONS),
            "blocks": [{"block": row, "picture": reverse("catalogue:before:policy_chart", args=[one.pk, row["digest"]])
                        if row["type"] == "chart" else ""} for row in one.content.get("blocks", ())],
            **queries.channel_panel(one.subject if release else None, packs.load(one.pack), today),
            "sent": queries.sent(one.subject) if release else [],
            "later": later.order_by("version").first(),
            "addressees": packs.load(one.pack).parameter("addressees"),
            "addressed": registry.addressed(one.body, today),
            "settle": forms.SettleForm(gaps=one.gaps) if one.gaps and own and caller.has(*AUTHORS) else None,
            "may_approve": own and caller.has("head") and approval is None,
            "may_publish": own and caller.has("disclosure") and approval and approval.approved and release is None,
            "may_prove": own and caller.has("disclosure") and release,
        },
    )  # fmt: skip


@page()
def file(request: Asked, pk: UUID, form: str) -> HttpResponseBase:
    """The document itself: as it was made or uploaded, or its Word file."""
    one = document_or_404(request, pk)
    if form == "word":
        if not one.word_digest:
            raise Http404
        return kept(one.word_digest, actions.DOCX, f"{one.title}.docx", inline=False)
    return kept(one.digest, one.mime, one.name, inline=one.mime == actions.PDF)


@page()
def policy_chart(request: Asked, pk: UUID, digest: str) -> HttpResponseBase:
    """A flowchart of a document, as it was then."""
    one = document_or_404(request, pk)
    if digest not in {row.get("digest") for row in one.content.get("blocks", ())}:
        raise Http404
    return kept(digest, "image/svg+xml", "流程图.svg")


@page(*AUTHORS)
def compose(request: Asked) -> HttpResponseBase:
    """按规则生成."""
    pack, today = packs.load(own_body(request.caller).pack), timezone.localdate()
    basis = [*(pack.parameter("national_basis").value or ()), *(pack.parameter("parent_documents").value or ())]
    first = {
        "kind": request.GET.get("kind", "rules_disclosure"),
        "links": "\n".join(f"制定依据：{one}" for one in basis),
    }
    form = forms.ComposeForm(posted(request), initial={**first, "issued_on": today})
    return act(
        request, form, actions.compose, form.given, title="生成制度文件", label="生成 PDF 和 Word",
        said="已生成，请核对后送负责人审批", back=reverse("catalogue:before:policies"),
        to=lambda done: reverse("catalogue:before:policy", args=[done.pk]),
        lead="每一条都取自现行规则、清单、流程图和期限，并注明依据；规则没有定的，标为待明确。",
    )  # fmt: skip


@page(*AUTHORS)
def settle(request: Asked, pk: UUID) -> HttpResponseBase:
    """写明待明确的事项, and compose the next version with them."""
    one = document_or_404(request, pk)
    if one.scope != request.caller.scope or one.source != PolicyDocument.Source.COMPOSED:
        raise Http404
    form = forms.SettleForm(posted(request), gaps=one.gaps, seen=trail.head(one.chain))
    if request.method != "POST":
        return redirect("catalogue:before:policy", pk=pk)
    return act(
        request, form, actions.compose,
        lambda: {
            "kind": one.kind, "number": one.number, "issued_on": one.issued_on, "in_force": one.in_force,
            "agreed_by": one.agreed_by, "links": one.links, "more": one.content.get("more", ""),
            "settled": {**one.content.get("settled", {}), **form.settled()},
        },
        title=f"写明{one.title}的待明确事项", label="重新生成", said="已按写明的内容重新生成",
        back=reverse("catalogue:before:policy", args=[one.pk]),
        to=lambda done: reverse("catalogue:before:policy", args=[done.pk]),
    )  # fmt: skip


@page(*AUTHORS)
def upload(request: Asked) -> HttpResponseBase:
    """上传."""
    form = forms.UploadForm(posted(request), request.FILES or None, initial={"kind": request.GET.get("kind", "")})
    return act(
        request, form, actions.upload, form.given, title="上传制度文件", label="上传", said="已上传，请送负责人审批",
        back=reverse("catalogue:before:policies"),
        to=lambda done: reverse("catalogue:before:policy", args=[done.pk]),
        lead="上级文件、本机关已有的制度上传原件；没有文号、日期的留空。",
    )  # fmt: skip


@page("head")
def approve(request: Asked, pk: UUID) -> HttpResponseBase:
    """审批."""
    one = document_or_404(request, pk)
    form = forms.ApproveForm(posted(request), seen=trail.head(one.chain))
    return act(
        request, form, actions.approve_policy, lambda: {"document": one, **form.given()},
        title=f"审批{one}", label="提交", said="已记录审批意见",
        back=reverse("catalogue:before:policy", args=[one.pk]),
        notes=tuple(f"待明确：{row['label']}（{row['why']}）" for row in one.gaps),
    )  # fmt: skip


@page("disclosure")
def publish(request: Asked, pk: UUID) -> HttpResponseBase:
    """公布."""
    one = document_or_404(request, pk)
    form = forms.Nothing(posted(request), seen=trail.head(one.chain))
    return act(
        request, form, actions.publish_policy, lambda: {"document": one}, title=f"公布{one}", label="公布",
        said="已公布，请在各渠道登记公开证明", back=reverse("catalogue:before:policy", args=[one.pk]),
    )  # fmt: skip
