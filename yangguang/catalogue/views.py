"""Pages of the lists: where each stands, one list with its versions, draft, import, approve, publish, file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, now
from yangguang.registry.models import Body
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from . import actions, queries
from .forms import (
    MOST_TYPED,
    SPARE,
    ApproveForm,
    FileForm,
    ImportForm,
    PublishForm,
    ReceiptForm,
    TableForm,
    Whose,
    typed_again,
)
from .lists import kinds as table
from .lists import tables
from .lists.kinds import KINDS, ListKind
from .models import ListVersion

SHOWN_ROWS = 200


def _kind(code: str) -> ListKind:
    if code not in KINDS:
        raise Http404(f"没有“{code}”这种清单")
    return KINDS[code]


def _version(request: Asked, pk: UUID) -> ListVersion:
    try:
        return queries.visible_to(request.caller).get(pk=pk)
    except ListVersion.DoesNotExist as error:
        raise Http404 from error


def _body(caller: Caller, scope: str = "") -> Body:
    """The body whose lists are asked for: the caller's own, or one the caller may see."""
    today = timezone.localdate()
    if not scope or scope == caller.scope:
        return registry.body_at(caller.scope, today) or caller.body
    found = queries.bodies(caller, today).filter(scope=scope).first()
    if found is None:
        raise Http404
    return found


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


# ---- where the lists stand ---------------------------------------------------------------------------------------


@page(*queries.READERS)
def lists(request: Asked) -> HttpResponse:
    """清单: every list the rules ask of a body, what is missing, what is not yet published or filed."""
    caller, today = request.caller, timezone.localdate()
    supervises = caller.has("supervisor")
    below = queries.bodies(caller, today)
    form = Whose(request.GET, bodies=list(below)) if supervises else None
    scope = form.cleaned_data.get("body") or "" if form and form.is_valid() else ""
    if supervises and not scope:
        shown = keyset.page(below, request.GET, ("scope", "id"))
        standings = queries.standings(shown.rows, today)
        tallies = [_tally(body, standings[body.scope]) for body in shown.rows]
        return render(request, "catalogue/bodies.html", {"rows": tallies, "page": shown, "form": form})
    body = _body(caller, scope)
    rows = [_row(one) for one in queries.standings([body], today)[body.scope]]
    context: dict[str, Any] = {"body": body, "rows": rows, "missing": sum(one["missing"] for one in rows)}
    context |= {"form": form, "may_draft": _drafts(caller, body)}
    return render(request, "catalogue/lists.html", context)


def _drafts(caller: Caller, body: Body) -> bool:
    return caller.has(*queries.DRAFTERS) and caller.scope == body.scope


def _row(one: queries.Standing) -> dict[str, Any]:
    return {
        "one": one,
        "kind": one.asked.kind,
        "title": one.asked.title,
        "because": one.asked.because,
        "missing": one.missing,
        "current": one.current,
        "waiting": one.waiting,
        "lacking": one.lacking,
        "owes": one.owes,
        "filed": "done" if one.receipt else "sent" if one.filed else "owed" if one.owes else "",
    }


def _tally(body: Body, standings: list[queries.Standing]) -> dict[str, Any]:
    return {
        "body": body,
        "owed": sum(one.asked.owed for one in standings),
        "missing": [one.asked.title for one in standings if one.missing],
        "unpublished": sum(bool(one.current and one.lacking) for one in standings),
        "unfiled": sum(bool(one.current and one.owes and not one.filed) for one in standings),
    }


@page(*queries.READERS)
def one(request: Asked, kind: str) -> HttpResponse:
    """一种清单: what holds today, and every version with its dates."""
    caller, today = request.caller, timezone.localdate()
    list_kind, body = _kind(kind), _body(request.caller, request.GET.get("body", ""))
    asked = next(r for r in queries.required(packs.load(body.pack), today) if r.kind.code == kind)
    current = queries.in_force(body.scope, kind, today)
    found = keyset.page(queries.versions(body.scope, kind), request.GET, ("-number",), 20)
    return render(
        request,
        "catalogue/list.html",
        {
            "body": body,
            "kind": list_kind,
            "asked": asked,
            "current": current,
            "table": _table(current) if current else None,
            "page": found,
            "versions": [_version_row(one, current) for one in found.rows],
            "may_draft": _drafts(caller, body),
            "asks": f"?body={body.scope}" if body.scope != caller.scope else "",
        },
    )


def _version_row(one: ListVersion, current: ListVersion | None) -> dict[str, Any]:
    word, tone = queries.STATES[queries.state_of(one, current, timezone.localdate())]
    return {"version": one, "word": word, "tone": tone, "approval": getattr(one, "approval", None)}


def _table(version: ListVersion) -> dict[str, Any]:
    rows = queries.cells(version)
    labels = [column.label for column in queries.columns_of(version)]
    shown = [list(zip(labels, row, strict=True)) for row in rows[:SHOWN_ROWS]]
    return {"labels": labels, "rows": shown, "total": len(rows), "more": len(rows) > SHOWN_ROWS}


@page(*queries.READERS)
def version(request: Asked, pk: UUID) -> HttpResponse:
    """一版清单: its rows, what it changes, who approved it, where it is public, where it was filed."""
    caller, today = request.caller, timezone.localdate()
    found = _version(request, pk)
    current = queries.in_force(found.scope, found.kind, today)
    word, tone = queries.STATES[queries.state_of(found, current, today)]
    earlier = queries.before(found)
    pack, kind = packs.load(found.body.pack), queries.kind_of(found)
    approval = getattr(found, "approval", None)
    good, own = bool(approval and approval.approved), caller.scope == found.scope
    channels = queries.channels(found, today) if good else []
    office, office_because = queries.office_of(kind, pack)
    return render(
        request,
        "catalogue/version.html",
        {
            "version": found,
            "kind": kind,
            "word": word,
            "tone": tone,
            "approval": approval,
            "table": _table(found),
            "earlier": earlier,
            "changes": queries.changes(found, earlier) if earlier else [],
            "office": office,
            "office_because": office_because,
            "channels": channels,
            "owes": queries.must_file(kind, pack, today),
            "filings": [{"filing": one, "receipt": getattr(one, "receipt", None)} for one in queries.filed(found)],
            "duties": queries.duties_of(found),
            "good": good,
            "may_approve": own and approval is None and caller.has("head") and caller.officer.key != found.by.key,
            "own_draft": own and approval is None and caller.has("head") and caller.officer.key == found.by.key,
            "may_publish": own and good and caller.has("disclosure") and any(not c.publication for c in channels),
            "may_file": own and good and caller.has("disclosure"),
            "asks": f"?body={found.scope}" if not own else "",
        },
    )


# ---- drafting ----------------------------------------------------------------------------------------------------


@page(*queries.DRAFTERS)
def draft(request: Asked, kind: str) -> HttpResponse:
    """起草清单: the rows in a table; add and remove work without any script."""
    caller, today = request.caller, timezone.localdate()
    list_kind, body = _kind(kind), _body(caller)
    columns = table.columns(list_kind, packs.load(body.pack))
    chain = f"list:{body.scope}{kind}"
    rows: list[dict[str, str]] = []
    if request.method == "POST":
        form, done = _drafted(request, list_kind, columns)
        if done is not None:
            messages.success(request, "新的一版已起草，等待审核")
            return redirect("catalogue:version", pk=done)
    else:
        rows = queries.first_rows(list_kind, body, today)
        form = TableForm(columns=columns, rows=rows, seen=trail.head(chain), initial={"in_force_from": today})
    current = queries.in_force(body.scope, kind, today)
    return render(
        request,
        "catalogue/draft.html",
        {
            "body": body,
            "kind": list_kind,
            "title": queries.title_of(list_kind, packs.load(body.pack), today),
            "form": form,
            "heads": columns,
            "lines": form.lines(),
            "current": current,
            "too_long": len(rows) > MOST_TYPED,
            "most": MOST_TYPED,
        },
        status=_status(form),
    )


def _drafted(request: Asked, kind: ListKind, columns: Any) -> tuple[TableForm, UUID | None]:
    """The form as it comes back, and the version it drafted."""
    post = request.POST
    dropped = str(post.get("drop", ""))
    if "more" in post or dropped:
        drop = int(dropped) if dropped.isascii() and dropped.isdigit() and len(dropped) < 5 else None
        again = typed_again(post, columns, drop, SPARE if "more" in post else 0)
        return TableForm(columns=columns, **again), None
    form = TableForm(post, columns=columns)
    if not form.is_valid():
        return form, None
    given = {name: form.cleaned_data[name] for name in ("in_force_from", "note")}
    made = form.run(actions.draft, by=request.caller.officer, at=now(), kind=kind.code, rows=form.typed(), **given)
    return form, _pk_of(made)


def _pk_of(made: Any) -> UUID | None:
    """The version an action wrote, or wrote the first time this form was sent."""
    if made is None or isinstance(made, ListVersion):
        return made.pk if made is not None else None
    ref = str(getattr(made, "fact_ref", ""))
    return UUID(ref.partition(":")[2]) if ref.startswith("catalogue.listversion:") else None


@page(*queries.DRAFTERS)
def bring(request: Asked, kind: str) -> HttpResponse:
    """导入清单: a CSV file is tried first; every error names its row and column, and nothing is written."""
    caller, today = request.caller, timezone.localdate()
    list_kind, body = _kind(kind), _body(caller)
    pack = packs.load(body.pack)
    columns = table.columns(list_kind, pack)
    posted = request.method == "POST"
    form = ImportForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        seen=trail.head(f"list:{body.scope}{kind}"),
        initial={"in_force_from": today},
    )
    tried: dict[str, Any] | None = None
    if posted and form.is_valid():
        try:
            rows = tables.read_csv(form.cleaned_data["file"].read(), columns)
        except tables.BadTable as error:
            form.add_error("file", f"{error.why}。{error.mend}")
        else:
            if "save" in request.POST:
                given = {name: form.cleaned_data[name] for name in ("in_force_from", "note")}
                made = form.run(actions.draft, by=caller.officer, at=now(), kind=kind, rows=rows, **given)
                if (pk := _pk_of(made)) is not None:
                    messages.success(request, f"已导入 {len(rows)} 行，新的一版等待审核")
                    return redirect("catalogue:version", pk=pk)
            else:
                tried = _tried(form, list_kind, rows, body)
    return render(
        request,
        "catalogue/import.html",
        {
            "body": body,
            "kind": list_kind,
            "title": queries.title_of(list_kind, pack, today),
            "form": form,
            "columns": columns,
            "tried": tried,
            "problems": form.problems[:SHOWN_ROWS],
            "problem_count": len(form.problems),
        },
        status=_status(form),
    )


def _tried(form: ImportForm, kind: ListKind, rows: list[dict[str, str]], body: Body) -> dict[str, Any]:
    """What the file would be, without writing it."""
    today = timezone.localdate()
    try:
        read = actions.read_rows(kind, rows, body=body, on=today)
    except actions.BadRows as refused:
        form.problems, form.refused = refused.problems, refused
        return {"good": False, "count": len(rows), "changes": []}
    current = queries.in_force(body.scope, kind.code, today)
    pack = packs.load(body.pack)
    changes = tables.diff(kind, table.columns(kind, pack), current.rows if current else [], read, pack)
    return {"good": True, "count": len(read), "changes": changes, "current": current}


@page(*queries.READERS)
def export(request: Asked, kind: str) -> HttpResponse:
    """导出清单: the version in force, another one by its number, or the first rows where there is none."""
    caller, today = request.caller, timezone.localdate()
    list_kind, body = _kind(kind), _body(caller, request.GET.get("body", ""))
    pack = packs.load(body.pack)
    number = request.GET.get("version", "")
    if number:
        if not (number.isascii() and number.isdigit() and len(number) < 9):
            raise Http404
        wanted = queries.versions(body.scope, kind).filter(number=int(number)).first()
        if wanted is None:
            raise Http404
    else:
        wanted = queries.in_force(body.scope, kind, today)
    if wanted is not None:
        text = tables.write_csv(queries.columns_of(wanted), wanted.rows, packs.load(wanted.pack))
    else:
        columns = table.columns(list_kind, pack)
        text = tables.write_typed(columns, queries.first_rows(list_kind, body, today))
    response = HttpResponse(text, "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}{f"-{wanted.number}" if wanted else ""}.csv"'
    return response


# ---- approve, publish, file --------------------------------------------------------------------------------------


def _acted(request: Asked, form: ActionForm, words: str, pk: UUID, action: Any, **given: Any) -> HttpResponse | None:
    """Run the action; the way back when it is done."""
    done = form.run(action, by=request.caller.officer, at=now(), **given)
    if done is None:
        return None
    messages.success(request, words)
    return redirect("catalogue:version", pk=pk)


def _own_version(request: Asked, pk: UUID) -> ListVersion:
    """Only of the own body: who supervises another body reads its lists and writes nothing in them."""
    found = _version(request, pk)
    if found.scope != request.caller.scope:
        raise Http404
    return found


@page("head")
def approve(request: Asked, pk: UUID) -> HttpResponse:
    """审核清单."""
    found = _own_version(request, pk)
    form = ApproveForm(request.POST or None, seen=trail.head(found.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        words = "已同意，接着公布" if data["approved"] else "已退回，起草人可以另起草一版"
        given = {"version": found, "approved": data["approved"], "opinion": data["opinion"]}
        if done := _acted(request, form, words, found.pk, actions.approve, **given):
            return done
    earlier = queries.before(found)
    office, because = queries.office_of(queries.kind_of(found), packs.load(found.body.pack))
    context = {
        "version": found,
        "form": form,
        "table": _table(found),
        "earlier": earlier,
        "changes": queries.changes(found, earlier) if earlier else [],
        "office": office,
        "office_because": because,
    }
    return render(request, "catalogue/approve.html", context, status=_status(form))


@page("disclosure")
def publish(request: Asked, pk: UUID) -> HttpResponse:
    """公布清单."""
    found = _own_version(request, pk)
    channels = queries.channels(found, timezone.localdate())
    still = [one for one in channels if one.publication is None]
    form = PublishForm(request.POST or None, open_channels=still, seen=trail.head(found.chain))
    if request.method == "POST" and form.is_valid():
        given = {"version": found, "on": form.cleaned_data["on"], "proofs": form.proofs()}
        if done := _acted(request, form, "已登记公布", found.pk, actions.publish, **given):
            return done
    context = {"version": found, "form": form, "still": still, "approval": getattr(found, "approval", None)}
    return render(request, "catalogue/publish.html", context, status=_status(form))


@page("disclosure")
def file(request: Asked, pk: UUID) -> HttpResponse:
    """报送备案."""
    found = _own_version(request, pk)
    owes = queries.must_file(queries.kind_of(found), packs.load(found.body.pack), timezone.localdate())
    form = FileForm(
        request.POST or None, seen=trail.head(found.chain), initial={"addressee": owes.addressee if owes else ""}
    )
    if request.method == "POST" and form.is_valid():
        given = {"version": found, **{name: form.cleaned_data[name] for name in ("addressee", "on", "note")}}
        if done := _acted(request, form, "已登记报送，收到回执后登记备案号", found.pk, actions.file, **given):
            return done
    context = {"version": found, "form": form, "owes": owes, "approval": getattr(found, "approval", None)}
    return render(request, "catalogue/file.html", context, status=_status(form))


@page("disclosure")
def receipt(request: Asked, pk: UUID) -> HttpResponse:
    """登记备案回执."""
    filing = queries.filings(request.caller).filter(pk=pk, scope=request.caller.scope).first()
    if filing is None:
        raise Http404
    form = ReceiptForm(request.POST or None, seen=trail.head(filing.chain))
    if request.method == "POST" and form.is_valid():
        given = {"filing": filing, "number": form.cleaned_data["number"], "on": form.cleaned_data["on"]}
        if done := _acted(request, form, "已登记备案号", filing.version_id, actions.receive, **given):
            return done
    return render(request, "catalogue/receipt.html", {"filing": filing, "form": form}, status=_status(form))
