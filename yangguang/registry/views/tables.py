"""Registers as files: the template, the import with its check before anything is entered, the export."""

from typing import Any
from uuid import UUID

from django import forms as plain
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yangguang.trail.actions import AlreadyDone
from yangguang.trail.errors import Refused
from yangguang.vault.errors import VaultError

from .. import access, actions, forms
from ..access import Caller, NotAllowed
from ..forms import ActionForm, Day, Text
from ..models import RegisterImport, Role
from ..tables import reading, runs, writing
from ..tables.book import Hand
from ..tables.checking import CHANGED, FRESH, REFUSED, SAME, Report
from ..tables.known import EVERY
from ..tables.registers import Table
from ..tables.sheets import download
from ..web import Asked, page

SHOWN = 100  # rows of each sort on the page; the whole list of errors is a file
STATES = {FRESH: "新登记", CHANGED: "新版本", SAME: "没有变化", REFUSED: "不能登记"}
TONES = {FRESH: "", CHANGED: "", SAME: "", REFUSED: "bad"}


class ImportForm(ActionForm):
    file = plain.FileField(
        label="要导入的文件",
        help_text=f"XLSX 或者 CSV，最多 {reading.MOST_ROWS} 行",
        error_messages={"required": "请选择文件", "empty": "文件是空的（0 字节）"},
    )
    valid_from = Day(label="生效日期", help_text="行里没有写生效日期的，自这一天起生效")
    reason = Text(
        label="变更说明", initial="批量导入", help_text="行里没有写变更说明的，按这里登记：依据的文件或者事由"
    )


class ExportForm(ActionForm):
    on = Day(label="截至哪一天")
    form = plain.ChoiceField(
        label="格式", choices=[("xlsx", "XLSX（带填写说明）"), ("csv", "CSV（UTF-8）")], initial="xlsx"
    )
    private = plain.BooleanField(label="含公民身份号码等个人信息（记入留痕）", required=False)
    purpose = Text(label="用途", required=False, help_text="导出个人信息的必填")


@page()
def tables(request: Asked) -> HttpResponse:
    """导入导出: every register, and what this person may do with it."""
    rows = [
        {
            "table": table,
            "import": _barred(request.caller, table) is None,
            "export": _may_export(request.caller, table) is None,
        }
        for table in EVERY.values()
    ]
    return render(request, "registry/tables/index.html", {"rows": rows})


@page()
def template(request: Asked, slug: str, form: str) -> HttpResponse:
    """模板."""
    table = _table(slug)
    if form not in writing.MEDIA:
        raise Http404
    if barred := _barred(request.caller, table):
        raise barred
    return download(writing.template(table, form), f"{table.title}模板.{form}", form)


@page()
def take(request: Asked, slug: str) -> HttpResponse:
    """导入: the file is checked and kept; nothing is entered before the person has seen what would be."""
    table, caller = _table(slug), request.caller
    if barred := _barred(caller, table):
        raise barred
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"valid_from": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid() and (run := _taken(table, form, caller)):
        return redirect("registry:table_import", slug=slug, pk=run)
    return render(
        request,
        "registry/tables/import.html",
        {
            "table": table,
            "form": form,
            "columns": table.columns,
            "most": reading.MOST_BYTES,
            "recent": runs.imports(caller, slug)[:10],
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _taken(table: Table, form: ImportForm, caller: Caller) -> UUID | None:
    """The import of the file in the form; None where it was refused, with the reason in the form."""
    data, upload = form.cleaned_data, form.cleaned_data["file"]
    try:
        if (upload.size or 0) > reading.MOST_BYTES:
            raise reading.Unreadable(f"文件超过 {reading.MOST_BYTES // 2**20} MB", mend="分成几个文件导入")
        run, _ = runs.take(
            table, upload.read(), upload.name, Hand.of(caller), forms.now(), data["valid_from"], data["reason"],
            once=data.get("once"),
        )  # fmt: skip
        return run.pk
    except AlreadyDone as done:
        return UUID(done.entry.fact_ref.rpartition(":")[2]) if done.entry else None
    except (Refused, VaultError) as refused:
        form.refused = refused if isinstance(refused, Refused) else Refused(refused.message, mend=refused.mend)
        form.add_error("file", f"{refused.message}{'。' + refused.mend if refused.mend else ''}")
        return None


@page()
def one(request: Asked, slug: str, pk: UUID) -> HttpResponse:
    """一次导入: what the file would do; then how far it has come; then what it did."""
    run, table = _run(request.caller, slug, pk)
    told = runs.progress(run)
    context: dict[str, Any] = {"run": run, "table": table, "progress": told, "may": run.scope == request.caller.scope}
    if told["begun"]:
        context["stats"] = [
            {"label": STATES[k], "value": v, "tone": TONES[k] if v else ""} for k, v in told["counts"].items()
        ]
        context["refusals"] = runs.faults(run, told["refusals"][:SHOWN]) if told["finished"] else []
        context["refused"] = bool(told["refusals"])
        return render(request, "registry/tables/progress.html", context)
    report = runs.recheck(run, Hand.of(request.caller), forms.now())
    state = request.GET.get("state", "")
    state = state if state in STATES else _first(report)
    counts = report.counts
    context |= {
        "counts": counts,
        "good": counts[FRESH] + counts[CHANGED],
        "state": state,
        "word": STATES[state],
        "tabs": [
            {
                "label": word,
                "url": f"?state={name}",
                "count": counts[name],
                "current": name == state,
                "tone": TONES[name],
            }
            for name, word in STATES.items()
        ],
        "rows": [row for row in report.rows if row.state == state][:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "registry/tables/check.html", context)


def _first(report: Report) -> str:
    """What to look at first: what is refused, else what would be entered."""
    return next((state for state in (REFUSED, FRESH, CHANGED) if report.counts[state]), SAME)


@page()
def errors(request: Asked, slug: str, pk: UUID) -> HttpResponse:
    """错误清单: every refused row with its column, its reason and its mend."""
    run, table = _run(request.caller, slug, pk)
    told = runs.progress(run)
    if told["begun"]:
        faults = runs.faults(run, told["refusals"])
    else:
        faults = runs.recheck(run, Hand.of(request.caller), forms.now()).faults
    return download(writing.errors(faults), f"{table.title}导入错误清单.csv", writing.CSV)


@page()
@require_POST
def apply(request: Asked, slug: str, pk: UUID) -> HttpResponse:
    """办理导入: the next five hundred rows; the page goes on by itself, or by its button."""
    run, _ = _run(request.caller, slug, pk)
    if run.scope != request.caller.scope:
        raise NotAllowed("导入由上传文件的机关办理", mend="请转交该机关办理，或者自行上传")
    try:
        runs.step(run, Hand.of(request.caller), forms.now())
    except (Refused, VaultError) as refused:
        messages.error(request, f"{refused.message}{'。' + refused.mend if refused.mend else ''}")
    return redirect("registry:table_import", slug=slug, pk=pk)


@page()
def export(request: Asked, slug: str) -> HttpResponse:
    """导出: as of a day; what names a natural person only for those who may read it, with the purpose, in the trail."""
    table, caller = _table(slug), request.caller
    if barred := _may_export(caller, table):
        raise barred
    form = ExportForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    if not _may_see_private(caller, table):
        del form.fields["private"], form.fields["purpose"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        private = bool(data.get("private"))
        content, many = writing.export(table, Hand.of(caller), data["on"], data["form"], private)
        done = form.run(
            actions.export, by=caller.officer, at=forms.now(), scope=caller.scope, register=slug, on=data["on"],
            form=data["form"], rows=many, private=private, purpose=data.get("purpose", ""),
        )  # fmt: skip
        if done is not None:
            return download(content, f"{table.title}{data['on']:%Y%m%d}.{data['form']}", data["form"])
    fields = [form[name] for name in form.fields if name not in ("once", "seen")]
    return render(
        request,
        "registry/tables/export.html",
        {"table": table, "form": form, "fields": fields},
        status=422 if form.is_bound and form.errors else 200,
    )


# ---- inside ----------------------------------------------------------------------------------------------------------


def _table(slug: str) -> Table:
    if slug not in EVERY:
        raise Http404
    return EVERY[slug]


def _run(caller: Caller, slug: str, pk: UUID) -> tuple[RegisterImport, Table]:
    """**Raises** NotAllowed for a register that is not the caller's to write, Http404 for an import of somewhere else."""
    table = _table(slug)
    if barred := _barred(caller, table):
        raise barred
    run = runs.one(caller, slug, pk)
    if run is None:
        raise Http404
    return run, table


def _barred(caller: Caller, table: Table) -> NotAllowed | None:
    """Why a person may import nothing of a register; None where at least some of its columns are theirs to write."""
    found = [access.barred(caller, what) for what in (table.what, *table.also)]
    return None if None in found else found[0]


def _may_export(caller: Caller, table: Table) -> NotAllowed | None:
    """Who keeps a register may take it out, and who supervises it."""
    if not access.may_read(caller, table.what):
        return access.barred(caller, table.what) or NotAllowed("您的角色不能查看这个登记簿")
    return None if caller.has(Role.SUPERVISOR) else _barred(caller, table)


def _may_see_private(caller: Caller, table: Table) -> bool:
    return any(column.private for column in table.columns) and access.may_read(caller, "party")
