"""查主体、查人员、查事项; whether the certificate that was shown stands.  Read through the portal's own role."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yangguang.registry import cards, keyset
from yangguang.registry.queries import public as register
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from .. import throttle
from ..forms import KINDS
from ..law import reading as law
from ..web import never_found, portal_page, public
from . import published, reading
from .forms import BodyLookup, OfficerLookup, PowerLookup

PAGE = 30
DIGITS = 4  # no certificate has fewer in its number
FEW = 12  # people named on the page of their body; the others are one click away


@require_safe
@public(60)
def bodies(request: HttpRequest) -> HttpResponseBase:
    """查主体."""
    form = BodyLookup(request.GET)
    if not form.is_valid():
        return portal_page(request, "registers/bodies", {"form": form, "page": None}, status=400)
    page = keyset.page(register.bodies(**form.wanted), request.GET, ("name", "key"), PAGE)
    rows = [{"row": row, "kind": reading.kind_word(row.kind)} for row in page.rows]
    return portal_page(
        request, "registers/bodies", {"form": form, "page": page, "rows": rows, "searched": bool(form.wanted)}
    )


@require_safe
@public(60)
def body(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One body: what it does, by what authority, who works there, how to complain, what to do against it."""
    row = register.body(key)
    if row is None:
        now = register.successor(key)
        if now is None:
            raise Http404("没有这个执法主体，或者它已经撤销、合并")
        return redirect("portal:body", key=now.key)  # its page says whom it followed
    pack = reading.pack_of(row.pack)
    kinds = reading.kinds_of(row)
    staff = list(register.officers(body=key)[: FEW + 1])
    people = [reading.officer(one) for one in staff[:FEW]]
    progress = pack.parameter("progress_query")
    return portal_page(
        request,
        "registers/body",
        {
            "row": row,
            "kind": reading.kind_word(row.kind),
            "about": reading.about(row),
            "complaint": reading.complaint(row),
            "published": published.of_body(key, row.name),
            "kinds": kinds,
            "people": people,
            "columns": [(n, label) for n, label in reading.officer_columns(people) if n != "body"],
            "more_people": len(staff) > FEW,
            "devices": list(register.devices(key)[:200]),
            "followed": register.followed(key),
            "entrusted": register.entrusted(key),
            "remedies": reading.remedies_by_kind(pack, [one["kind"] for one in kinds]),
            "conduct": reading.conduct(pack),
            "progress": progress.value or "",
            "pack": pack,
            "pack_url": reverse("portal:law:pack", args=[pack.id]),
            "acts_url": reverse("portal:law:acts", args=[pack.id]),
        },
    )


@require_safe
@public(60)
def officers(request: HttpRequest) -> HttpResponseBase:
    """查人员: by name, or by the number on the card."""
    form = OfficerLookup(request.GET, bodies=register.named_bodies())
    if not form.is_valid():
        return portal_page(request, "registers/officers", {"form": form, "page": None}, status=400)
    asked = form.wanted.get("q", "")
    page = keyset.page(register.officers(**form.wanted), request.GET, ("body_name", "name", "number"), PAGE)
    rows = [reading.officer(row, asked) for row in page.rows]
    ended = None
    if _numbered(asked) and not page.total:
        if refused := throttle.stopped(request, "certificate"):
            return refused
        ended = register.certificate(asked)
        throttle.missed(request, "certificate")
    return portal_page(
        request,
        "registers/officers",
        {
            "form": form,
            "page": page,
            "rows": rows,
            "columns": reading.officer_columns(rows),
            "ended": reading.why_not(ended) if ended is not None else "",
            "searched": bool(form.wanted),
        },
    )


def _numbered(asked: str) -> bool:
    """Whether the words may be the number of a certificate."""
    return sum(character.isdigit() for character in asked) >= DIGITS


@require_safe
@public(60)
def powers(request: HttpRequest) -> HttpResponseBase:
    """查事项."""
    form = PowerLookup(request.GET, bodies=register.named_bodies(), kinds=register.kinds())
    if not form.is_valid():
        return portal_page(request, "registers/powers", {"form": form, "page": None}, status=400)
    page = keyset.page(register.powers(**form.wanted), request.GET, ("body_name", "code", "key"), PAGE)
    rows = [{"row": row, "kind": KINDS.get(row.kind, row.kind)} for row in page.rows]
    return portal_page(
        request, "registers/powers", {"form": form, "page": page, "rows": rows, "searched": bool(form.wanted)}
    )


@require_safe
@public(60)
def power(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One power: its basis, its benchmark, the guide and the flowchart of its procedure."""
    row = register.power(key)
    if row is None:
        raise Http404("没有这个执法事项，或者它已经停用")
    pack, owner = reading.pack_of(row.pack), register.body(row.body_key)
    acts = reading.procedures(pack, row.kind)
    act = next((one for one in acts if one.procedure == request.GET.get("procedure")), acts[0] if acts else None)
    given: dict[str, Any] = {
        "row": row,
        "kind": KINDS.get(row.kind, row.kind),
        "body": owner,
        "benchmark": reading.benchmark(row),
        "bench_columns": ["档次", "适用情形", "罚款"],
        "pack": pack,
        "act": act,
        "tabs": [
            {"label": one.title, "url": f"?procedure={one.procedure}", "current": one is act}
            for one in acts
            if len(acts) > 1
        ],
    }
    if act is not None:
        given |= {
            "guide": reading.guide(pack, act, row, owner),
            "remedies": reading.remedies(pack, act.kind, act.procedure),
            "chart_url": law.url("chart", pack.id, act.kind, act.procedure),
            "act_url": law.url("act", pack.id, act.kind, act.procedure),
        }
    if owner is not None:
        given |= {"complaint": reading.complaint(owner)}
    return portal_page(request, "registers/power", given)


# ---- a certificate that was shown ------------------------------------------------------------------------------------


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    """Where the QR on an officer's telephone or card leads: whether the certificate stands at this moment."""
    response = _certificate(request, code)
    response.headers["Cache-Control"] = "no-store"  # what was true a minute ago is not what is asked
    return never_found(response)


def _certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    if refused := throttle.stopped(request, "certificate"):
        return refused
    try:
        card = cards.read(code)
    except cards.BadCode:
        throttle.missed(request, "certificate")
        return portal_page(request, "registers/no_certificate", {}, status=404)
    held = register.certificate(card.number)
    if held is None:
        return portal_page(request, "registers/no_certificate", {"number": card.number}, status=404)
    pack = reading.pack_of(held.pack)
    moved = held.body_key != card.body_key
    late = card.ended(timezone.now())
    good = held.stands and not late and not moved
    given = {
        "held": held,
        "late": late,
        "moved": moved,
        "card": card,
        "printed": card.kind == cards.PRINTED,
        "facts": reading.held_facts(held) if held.stands else [("执法主体", held.body_name), ("证号", held.number)],
        "why": reading.why_not(held),
        "photo": reverse("portal:certificate_photo", args=[code]) if good and _pictured(held) else "",
        "conduct": reading.conduct(pack),
        "body": register.body(held.body_key),
        "now": timezone.localtime(),
    }
    if good:
        return portal_page(request, "registers/certificate", given)
    ended = late or moved or not held.serving or held.standing in ("expired", "revoked")
    return portal_page(request, "registers/certificate_ended", given, status=410 if ended else 200)


def _pictured(held: register.Held) -> bool:
    """Whether the plan of the body publishes photographs, and there is one."""
    return bool(held.photo) and "photo" in reading.open_fields(reading.pack_of(held.pack))


PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@require_safe
def photo(request: HttpRequest, code: str) -> HttpResponse:
    """The photograph of a valid certificate, where the plan publishes photographs."""
    try:
        card = cards.read(code)
        held = register.certificate(card.number)
        if held is None or not held.stands or card.ended(timezone.now()) or not _pictured(held):
            raise Http404("没有公开的照片")
        with store.open(held.photo) as kept:
            picture = kept.read()
    except (cards.BadCode, VaultError) as error:
        raise Http404("没有公开的照片") from error
    mime = next((name for head, name in PICTURES.items() if picture.startswith(head)), None)
    if mime is None:
        raise Http404("没有公开的照片")
    return HttpResponse(picture, mime, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
