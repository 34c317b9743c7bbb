"""An import from the file to its last row: taken, checked, entered five hundred rows at a time."""

from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import uuid5

from yangguang.trail.actions import AlreadyDone
from yangguang.vault import store

from .. import access, actions
from ..access import Caller
from ..models import ImportStep, RegisterImport
from .book import Hand
from .checking import AT_ONCE, SHOWN, Fault, Report, Terms, check, heads
from .known import EVERY
from .reading import MOST_BYTES, Line, Sheet, read
from .registers import Table


def table_of(run: RegisterImport) -> Table:
    return EVERY[run.register]


def take(
    table: Table, data: bytes, filename: str, hand: Hand, at: datetime, on: date, reason: str, once: Any = None
) -> tuple[RegisterImport, Report]:
    """Check a file, keep it, and leave a line of it in the trail.  **Raises** Unreadable, and then keeps nothing."""
    report = check(table, read(data), hand, Terms(at, on, reason))
    kept = store.put(BytesIO(data), limit=MOST_BYTES)
    run = actions.take_file(
        once=once,
        by=hand.officer,
        at=at,
        scope=hand.scope,
        register=table.slug,
        digest=kept.digest,
        filename=filename,
        size_bytes=kept.size_bytes,
        counts=report.counts,
        valid_from=on,
        reason=reason,
    )
    return run, report


def sheet_of(run: RegisterImport) -> Sheet:
    with store.open(run.digest) as kept:
        return read(kept.read())


def recheck(run: RegisterImport, hand: Hand, at: datetime) -> Report:
    """The rows as they would be found now."""
    return check(table_of(run), sheet_of(run), hand, Terms(at, run.valid_from, run.reason))


def step(run: RegisterImport, hand: Hand, at: datetime) -> ImportStep | None:
    """Enter the next rows; None where none are left.  **Raises** what the trail refuses; never a row's own refusal."""
    sheet = sheet_of(run)
    before = run.steps.order_by("-last_row").first()
    done = before.last_row if before else 0
    left = [line for line in sheet.lines if line.row > done][:AT_ONCE]
    if not left:
        return None
    if before is None:
        _something_to_enter(recheck(run, hand, at))
    report = check(table_of(run), sheet, hand, Terms(at, run.valid_from, run.reason), left)
    try:
        return actions.enter_rows(
            once=uuid5(run.pk, str(left[0].row)),
            by=hand.officer,
            at=at,
            run=run,
            rows=[row.entering() for row in report.rows],
        )
    except AlreadyDone:  # the button was pressed twice; the rows are in
        return run.steps.get(first_row=left[0].row)


def _something_to_enter(report: Report) -> None:
    """**Raises** BadImport where the whole file holds nothing but what is refused, or is there already."""
    counts = report.counts
    if counts["refused"] and not counts["fresh"] and not counts["changed"]:
        raise actions.BadImport(
            f"没有可以登记的行：{counts['refused']} 行不能登记，{counts['same']} 行没有变化",
            mend="下载错误清单，改正后重新上传",
            field="file",
        )


def progress(run: RegisterImport) -> dict[str, Any]:
    """How far an import has come, and what was refused on the way."""
    steps = list(run.steps.order_by("first_row"))
    counts = {state: sum(getattr(one, state) for one in steps) for state in ("fresh", "changed", "same", "refused")}
    done = sum(counts.values())
    return {
        "begun": bool(steps),
        "done": done,
        "total": run.rows,
        "finished": done >= run.rows,
        "counts": counts,
        "refusals": [one for step in steps for one in step.refusals],
    }


def faults(run: RegisterImport, refusals: list[dict[str, Any]]) -> list[Fault]:
    """Refusals as the steps remember them, with what the file says there: the trail keeps the reasons, the file the values."""
    if not refusals:
        return []
    sheet, table = sheet_of(run), table_of(run)
    places = {column.label: place for place, column in enumerate(heads(table, sheet.header))}
    lines = {line.row: line for line in sheet.lines}
    naming = table.by_name.get("name") or table.by_name[table.names[0]]  # what a whole row goes by
    found = []
    for one in refusals:
        column = table.by_name.get(one["field"])
        label = column.label if column else one["field"]
        value = _typed(lines.get(one["row"]), places.get(label or naming.label))
        found.append(Fault(one["row"], label, value, one["why"], one["mend"]))
    return found


def _typed(line: Line | None, place: int | None) -> str:
    if line is None or place is None or line.cells[place] is None:
        return ""
    return str(line.cells[place])[:SHOWN]


def imports(caller: Caller, register: str) -> Any:
    """The files handed in for a register in the caller's part of the tree, newest first."""
    return RegisterImport.objects.filter(access.below(caller.scope), register=register).order_by("-id")


def one(caller: Caller, register: str, pk: Any) -> RegisterImport | None:
    found = RegisterImport.objects.filter(pk=pk, register=register).first()
    return found if found and caller.reaches(found.scope) else None
