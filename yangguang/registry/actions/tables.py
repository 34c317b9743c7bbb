"""导入、导出: a file is taken, its rows are entered each through its own action, a register is taken out."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError

from yangguang.policy.errors import PolicyError
from yangguang.trail.actions import action, attempt
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry

from ..models import ImportStep, Officer, RegisterExport, RegisterImport


class BadImport(Refused):
    """A step that was taken already, or rows out of their order; an export without its purpose."""


@dataclass(frozen=True)
class Call:
    """One action of a row.  **Shape** `after`: the argument that takes what the row's call before this one wrote."""

    act: Callable[..., Any]
    given: dict[str, Any]
    after: str = ""


@dataclass(frozen=True)
class Entering:
    """A row of the file and what it asks for.

    **Shape** `state`: fresh | changed | same | refused, as the check found it; `refusals`: why it is refused.
    """

    row: int
    state: str
    calls: tuple[Call, ...] = ()
    refusals: tuple[dict[str, Any], ...] = field(default=())


@action("registry.take_file", kind="registry")
def take_file(
    *,
    by: Officer | None,
    at: datetime,
    scope: str,
    register: str,
    digest: str,
    filename: str,
    size_bytes: int,
    counts: dict[str, int],
    valid_from: date,
    reason: str,
) -> RegisterImport:
    """接收导入文件: kept and checked; nothing of it is entered yet.  **Shape** `counts`: rows by what became of them."""
    return RegisterImport.objects.create(
        at=at,
        scope=scope,
        register=register,
        digest=digest,
        filename=filename[-200:],
        size_bytes=size_bytes,
        rows=sum(counts.values()),
        valid_from=valid_from,
        reason=reason,
        **counts,
    )


@action("registry.enter_rows", kind="registry", on="run")
def enter_rows(*, by: Officer | None, at: datetime, run: RegisterImport, rows: Iterable[Entering]) -> ImportStep:
    """登记导入的行: each good row through its action, all of it or nothing; one that fails stops no other.

    **Raises** BadImport where these rows, or later ones, were entered before.
    """
    wanted = list(rows)
    if not wanted:
        raise BadImport("没有要登记的行", mend="重新上传文件")
    before = run.steps.order_by("-last_row").first()
    if before is not None and before.last_row >= wanted[0].row:
        raise BadImport(f"文件到第 {before.last_row} 行为止已经办理", mend="刷新页面查看进度")
    counts, refusals = dict.fromkeys(("fresh", "changed", "same", "refused"), 0), []
    for row in wanted:
        said = list(row.refusals) if row.state == "refused" else _enter(row, by, at, run.entry)
        counts["refused" if said else row.state] += 1
        refusals += said
    return ImportStep.objects.create(
        at=at,
        scope=run.scope,
        run=run,
        first_row=wanted[0].row,
        last_row=wanted[-1].row,
        refusals=refusals,
        **counts,
    )


def _enter(row: Entering, by: Officer | None, at: datetime, cause: Entry | None) -> list[dict[str, Any]]:
    """Write one row whole; give what was refused, if anything was."""
    try:
        # One action alone is an attempt already: written whole or taken back.
        with attempt() if len(row.calls) > 1 else nullcontext():
            made: Any = None
            for call in row.calls:
                given = call.given | ({call.after: made} if call.after else {})
                made = call.act(by=by, at=at, caused_by=cause, **given)
    except Refused as refused:
        return [{"row": row.row, "field": refused.field or "", "why": refused.message, "mend": refused.mend}]
    except PolicyError as error:
        return [{"row": row.row, "field": "", "why": str(error), "mend": ""}]
    except (IntegrityError, DataError):
        why = "数据库不接受这一行，多半是同一编号已由其他机关登记"
        return [{"row": row.row, "field": "", "why": why, "mend": "核对编号后用单项登记页面办理"}]
    return []


@action("registry.export", kind="registry")
def export(
    *,
    by: Officer | None,
    at: datetime,
    scope: str,
    register: str,
    on: date,
    form: str,
    rows: int,
    private: bool,
    purpose: str = "",
) -> RegisterExport:
    """导出登记簿: who took which register out, when, and whether with what names a natural person.

    **Raises** BadImport where personal columns leave without a purpose.
    """
    if private and not purpose.strip():
        raise BadImport("导出公民身份号码应当写明用途", mend="填写用途后再导出", field="purpose")
    return RegisterExport.objects.create(
        at=at,
        scope=scope,
        register=register,
        on=on,
        form=form,
        rows=rows,
        private=private,
        purpose=purpose.strip(),
    )
