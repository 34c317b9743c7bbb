"""事前公开: every body and kind with its elements, one kind, a version, and what is done with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import keyset
from yangguang.registry.models import Body
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import actions, forms, queries
from ..elements import Element, demanded, kind_words
from ..models import PolicyRelease, PreDraft, PreRelease
from .base import act, kept, linked, own_body, posted

BODIES = 20


@page()
def home(request: Asked) -> HttpResponse:
    """事前公开: the own body kind by kind; for a supervisor every body below, element by element."""
    caller, today = request.caller, timezone.localdate()
    form = forms.Find(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    found = keyset.page(queries.bodies(caller, today, q), request.GET, ("scope", "id"), BODIES)
    rows = [_body_row(one) for one in queries.standings(found.rows, today)]
    return render(
        request,
        "catalogue/before/home.html",
        {
            "rows": rows, "found": found, "form": form if caller.has("supervisor") else None, "asked": bool(q),
            "own": own_body(caller), "may_name": caller.has("head", "disclosure"),
        },
    )  # fmt: skip


def _body_row(one: queries.BodyStanding) -> dict[str, Any]:
    return {
        "body": one.body,
        "responsible": one.responsible,
        "person_asked": one.person_asked,
        "kinds": [
            {
                "kind": kind.held.kind,
                "title": kind.held.title,
                "done": kind.done,
                "all": len(kind.elements),
                "lacking": [element.label for element in kind.lacking],
                "release": kind.release,
                "unproven": kind.unproven if kind.release else [],
                "behind": kind.behind,
                "url": reverse("catalogue:before:kind", args=[one.body.key, kind.held.kind]),
            }
            for kind in one.kinds
        ],
    }


def body_or_404(request: Asked, key: UUID) -> Body:
    body = queries.body_of(request.caller, key, timezone.localdate())
    if body is None:
        raise Http404
    return body


@page()
def kind(request: Asked, body: UUID, kind: str) -> HttpResponse:
    """一类执法行为的事前公开: each element with what is missing, where to mend it, and the clause; and its versions."""
    of, today = body_or_404(request, body), timezone.localdate()
    held = queries.holding(of, kind, today)
    if held is None:
        raise Http404
    [standing] = [one for one in queries.standings([of], today)[0].kinds if one.held.kind == kind]
    pack, own = held.pack, request.caller.scope == of.scope
    history = keyset.page(queries.history(of, kind), request.GET, ("-number", "-id"), 20)
    return render(
        request,
        "catalogue/before/kind.html",
        {
            "body": of,
            "held": held,
            "standing": standing,
            "rows": [_element(one) for one in standing.elements],
            "acts": [
                {"title": one.title, "url": reverse("catalogue:before:chart", args=[of.key, kind, one.procedure])}
                for one in held.acts
            ],
            "responsible": queries.responsible(of.scope, queries.PRE, today),
            "person_because": pack.parameter("disclosure_person").because,
            "may_draft": own and request.caller.has("disclosure"),
            "history": history,
            "versions": [{"draft": one, "status": status(one)} for one in history.rows],
        },
    )


def _element(one: Element) -> dict[str, Any]:
    return {
        "label": one.label,
        "complete": one.complete,
        "lines": one.lines[:200],
        "more": max(len(one.lines) - 200, 0),
        "gaps": [{"what": gap.what, "mend": gap.mend, "url": linked(gap.page)} for gap in one.gaps],
        "because": one.because,
    }


STATES = {
    "waiting": ("待审核", "info", "clock"),
    "refused": ("审核未同意", "bad", "cross"),
    "approved": ("已审核，未公开", "info", "check"),
    "published": ("已公开", "ok", "horn"),
}


def status(draft: PreDraft) -> tuple[str, str, str]:
    approval = getattr(draft, "approval", None)
    if getattr(draft, "release", None) is not None:
        return STATES["published"]
    if approval is None:
        return STATES["waiting"]
    return STATES["approved" if approval.approved else "refused"]


def draft_or_404(request: Asked, pk: UUID) -> PreDraft:
    found = queries.drafts(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page()
def version(request: Asked, pk: UUID) -> HttpResponse:
    """一版事前公开: exactly what it says, who approved it, where it was shown."""
    draft, caller = draft_or_404(request, pk), request.caller
    today, own = timezone.localdate(), caller.scope == draft.scope
    release: PreRelease | None = getattr(draft, "release", None)
    approval = getattr(draft, "approval", None)
    return render(
        request,
        "catalogue/before/version.html",
        {
            "draft": draft,
            "release": release,
            "approval": approval,
            "until": queries.shown_until(draft) if release else None,
            "status": status(draft),
            "passed": queries.passed(draft),
            **queries.channel_panel(release.subject if release else None, packs.load(draft.body.pack), today),
            "sent": queries.sent(release.subject) if release else [],
            "may_approve": own and caller.has("head") and approval is None and release is None,
            "may_publish": own and caller.has("disclosure") and release is None,
            "may_prove": release and ((own and caller.has("disclosure")) or caller.has("supervisor")),
            "may_send": own and release and caller.has("disclosure"),
        },
    )


@page()
def saved_chart(request: Asked, pk: UUID, procedure: str) -> HttpResponseBase:
    """The flowchart as it was published with a version."""
    draft = draft_or_404(request, pk)
    row = next((one for one in draft.shown["procedures"] if one["procedure"] == procedure), None)
    if row is None:
        raise Http404
    return kept(row["chart"], "image/svg+xml", f"{row['title']}流程图.svg")


# ---- acts --------------------------------------------------------------------------------------------------------


@page("disclosure")
def draft(request: Asked, kind: str) -> HttpResponseBase:
    """编制."""
    body = own_body(request.caller)
    form = forms.Nothing(posted(request), seen=trail.head(f"pre:{body.scope}{kind}"))
    return act(
        request, form, actions.draft, lambda: {"kind": kind},
        title=f"编制{kind_words(packs.load(body.pack), kind)}事前公开", label="编制新的一版",
        back=reverse("catalogue:before:kind", args=[body.key, kind]), said="已编制新的一版，请送负责人审核",
        to=lambda done: reverse("catalogue:before:version", args=[done.pk]),
        lead="按登记、清单和规则现在的内容制作一版；尚缺的内容会在这一版中写明，缺项的服务指南不列入。",
    )  # fmt: skip


@page("head")
def approve(request: Asked, pk: UUID) -> HttpResponseBase:
    """审核."""
    found = draft_or_404(request, pk)
    form = forms.ApproveForm(posted(request), seen=trail.head(found.chain))
    pack = packs.load(found.body.pack)
    return act(
        request, form, actions.approve, lambda: {"draft": found, **form.given()},
        title=f"审核{found.shown['title']}事前公开{found}", label="提交", said="已记录审核意见",
        back=reverse("catalogue:before:version", args=[found.pk]),
        because=pack.parameter("pre_approval").because,
        notes=tuple(found.gaps),
    )  # fmt: skip


@page("disclosure")
def publish(request: Asked, pk: UUID) -> HttpResponseBase:
    """公开."""
    found = draft_or_404(request, pk)
    form = forms.Nothing(posted(request), seen=trail.head(found.chain))
    return act(
        request, form, actions.publish, lambda: {"draft": found},
        title=f"公开{found.shown['title']}事前公开{found}", label="公开",
        said="已公开，请在各渠道登记公开证明",
        back=reverse("catalogue:before:version", args=[found.pk]),
        lead="公开后任何人都能看到这一版的内容；以前的版本保留，注明起止日期。",
        notes=tuple(found.gaps),
    )  # fmt: skip


def released(request: Asked, sort: str, pk: UUID) -> tuple[Any, str]:
    """What was published, by its address, with the page it is shown on."""
    if sort == "policy":
        document = queries.policies(request.caller).filter(pk=pk, release__isnull=False).first()
        if document is None:
            raise Http404
        found: PolicyRelease = document.release
        return found, reverse("catalogue:before:policy", args=[document.pk])
    release = queries.releases(request.caller).filter(pk=pk).first()
    if release is None:
        raise Http404
    return release, reverse("catalogue:before:version", args=[release.draft_id])


@page("disclosure", "supervisor")
def prove(request: Asked, sort: str, pk: UUID) -> HttpResponseBase:
    """登记渠道证明; the county records what it published centrally."""
    of, back = released(request, sort, pk)
    body = queries.bodies(request.caller, timezone.localdate()).filter(scope=of.scope).first()
    pack = packs.load(body.pack if body else own_body(request.caller).pack)
    subject = actions.subject_of(of)
    today = timezone.localdate()
    form = forms.ProveForm(
        posted(request),
        request.FILES or None,
        seen=trail.head(subject),
        channels=queries.channels(pack, today),
        initial={"on": today, "channel": request.GET.get("channel", "")},
    )
    return act(
        request, form, actions.prove, lambda: {"of": of, **form.given()},
        title="登记公开证明", label="登记", said="已登记公开证明", back=back,
        because=pack.ask("channels", on=today).because,
    )  # fmt: skip


@page("disclosure", "supervisor")
def photo(request: Asked, pk: UUID) -> HttpResponseBase:
    """The photograph of a proof."""
    found = queries.photographed(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    return kept(found.photo, found.photo_mime, f"{found.channel}.jpg")


@page("disclosure")
def send_up(request: Asked, sort: str, pk: UUID) -> HttpResponseBase:
    """报送上级."""
    of, back = released(request, sort, pk)
    pack, today = packs.load(own_body(request.caller).pack), timezone.localdate()
    items = queries.filing_items(pack, today)
    form = forms.SendForm(
        posted(request),
        seen=trail.head(actions.subject_of(of)),
        items=items,
        initial={"on": today, "organ": pack.jurisdiction.legal_superior or ""},
    )
    return act(
        request, form, actions.send_up, lambda: {"of": of, **form.given()},
        title="报送上级", label="登记报送", said="已登记报送，请在收到回执后登记", back=back,
        because=(*pack.ask("filings", on=today).because, *pack.parameter("central_publication").because),
    )  # fmt: skip


@page("disclosure")
def receipt(request: Asked, pk: UUID) -> HttpResponseBase:
    """登记回执."""
    found = queries.sent_up(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    sort, _, key = found.subject.partition(":")
    _, back = released(request, sort, UUID(key))
    form = forms.ReceiptForm(posted(request), seen=trail.head(found.chain), initial={"on": timezone.localdate()})
    return act(
        request, form, actions.receipt, lambda: {"sent": found, **form.given()},
        title=f"登记{found.organ}的回执", label="登记", said="已登记回执", back=back,
    )  # fmt: skip


@page("head", "disclosure")
def people(request: Asked) -> HttpResponseBase:
    """公示责任人: each matter with its person; naming one."""
    body, today = own_body(request.caller), timezone.localdate()
    form = forms.NameForm(
        posted(request),
        seen=trail.head(f"pre:{body.scope}"),
        matters=queries.matters(body, today),
        people=queries.serving(body, today),
        initial={"since": today, "matter": queries.PRE},
    )
    notes = tuple(
        f"{title}：{f'{row.person.name}（自 {row.since} 起）' if row else '没有责任人'}"
        for title, row in queries.named(body, today)
    )
    return act(
        request, form, actions.name, form.given, title="公示责任人", label="确定责任人", said="已确定责任人",
        back=reverse("catalogue:before:people"),
        because=packs.load(body.pack).parameter("disclosure_person").because, notes=notes,
    )  # fmt: skip


@page("disclosure")
def tell(request: Asked, kind: str) -> HttpResponseBase:
    """补充公开内容."""
    body, today = own_body(request.caller), timezone.localdate()
    pack = packs.load(body.pack)
    form = forms.TellForm(
        posted(request),
        seen=trail.head(f"pre:{body.scope}"),
        elements=list(demanded(pack, today)),
        initial={"element": request.GET.get("element", "")},
    )
    return act(
        request, form, actions.tell, lambda: {"kind": kind, **form.given()},
        title=f"补充{kind_words(pack, kind)}的公开内容", label="保存", said="已补充，编制新的一版后公开",
        back=reverse("catalogue:before:kind", args=[body.key, kind]),
    )  # fmt: skip
