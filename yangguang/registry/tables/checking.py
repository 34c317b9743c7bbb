"""Every row against the rules of its register: what would be new, a new version, unchanged, or refused, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from yangguang.policy.errors import PolicyError
from yangguang.trail.errors import Refused

from ..actions import Call, Entering
from ..actions.versions import follows
from ..models import Body
from .book import Book, Hand
from .columns import Bad, Column
from .reading import Line, Sheet, Unreadable
from .registers import ANEW, BODY, FROM, KEY, REASON, Table, Unfit, Values

AT_ONCE = 500  # rows that share their queries
FRESH, CHANGED, SAME, REFUSED = "fresh", "changed", "same", "refused"
STATES = (FRESH, CHANGED, SAME, REFUSED)
SHOWN = 60  # characters of a value in a list of errors
EMPTY: tuple[Any, ...] = ("", None, [])


@dataclass(frozen=True)
class Fault:
    """What is wrong in one place of the file."""

    row: int
    column: str
    value: str
    why: str
    mend: str = ""


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One row after the check.  **Shape** `title`: what it is about; `calls`: what would write it."""

    number: int
    title: str
    state: str
    faults: tuple[Fault, ...] = ()
    differences: tuple[Difference, ...] = ()
    calls: tuple[Call, ...] = ()

    def entering(self) -> Entering:
        said = tuple({"row": f.row, "field": f.column, "why": f.why, "mend": f.mend} for f in self.faults)
        return Entering(self.number, self.state, self.calls, said)


@dataclass(frozen=True)
class Report:
    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES}

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]


@dataclass(frozen=True)
class Terms:
    """What a whole import says once: the moment, from when its versions hold, and why."""

    at: datetime
    on: date
    reason: str


@dataclass
class _Read:
    """A row on its way through the check."""

    line: Line
    said: Values = field(default_factory=dict)
    body: Body | None = None
    faults: list[Fault] = field(default_factory=list)
    key: UUID | None = None
    anew: bool = False

    @property
    def scope(self) -> str:
        return self.body.scope if self.body else ""


def heads(table: Table, header: Sequence[str]) -> list[Column]:
    """The column of each head, by label or code.  **Raises** Unreadable naming every head that is unknown, missing, twice."""
    known = {column.label: column for column in table.columns} | table.by_name
    plain = [one.rstrip("*＊ ").removesuffix("（必填）").strip() for one in header]
    found = [known.get(one) for one in plain]
    wrong = []
    if unknown := [header[n] or f"（第 {n + 1} 列没有列名）" for n, one in enumerate(found) if one is None]:
        near = [match[0] for one in unknown if (match := get_close_matches(one, known, n=1, cutoff=0.5))]
        wrong.append(
            f"不认识的列：{'、'.join(one[:40] for one in unknown[:20])}"
            + (f"（是不是{'、'.join(near)}）" if near else "")
        )
    names = [column.name for column in found if column]
    if missing := [column.label for column in table.columns if column.required and column.name not in names]:
        wrong.append(f"缺少必填的列：{'、'.join(missing)}")
    if twice := [table.by_name[name].label for name, many in Counter(names).items() if many > 1]:
        wrong.append(f"重复的列：{'、'.join(twice)}")
    if wrong:
        raise Unreadable(
            f"表头与“{table.title}”的列不符。{'；'.join(wrong)}", mend="下载模板，按模板的列名填写；多余的列删去"
        )
    return [column for column in found if column]


def check(table: Table, sheet: Sheet, hand: Hand, terms: Terms, only: Iterable[Line] | None = None) -> Report:
    """Check the rows of a file, or `only` some of them: twins are looked for in the whole file all the same.

    **Raises** Unreadable for a header that does not fit.
    """
    columns = heads(table, sheet.header)
    book = Book(hand, terms.on).open()
    table.open(book)
    twins = _twins(table, sheet, columns, book)
    taken: dict[UUID, int] = {}
    rows: list[Row] = []
    for lines in _batches(list(sheet.lines if only is None else only)):
        read = [_read(table, line, columns, sheet, book) for line in lines]
        sound = [one for one in read if one.body is not None or not table.of_body]
        table.fetch(book, [(one.scope, one.said) for one in sound], {one.key for one in read if one.key})
        rows += [_judge(table, one, columns, book, terms, twins, taken) for one in read]
    return Report(tuple(rows))


def _batches(lines: list[Line]) -> Iterator[list[Line]]:
    for start in range(0, len(lines), AT_ONCE):
        yield lines[start : start + AT_ONCE]


# ---- reading one row -------------------------------------------------------------------------------------------------


def _read(table: Table, line: Line, columns: list[Column], sheet: Sheet, book: Book) -> _Read:
    one = _Read(line)
    if -1 in line.odd:
        one.faults.append(Fault(line.row, "", "", line.odd[-1], "检查是不是漏了引号或者多了分隔符"))
    places = {column.name: place for place, column in enumerate(columns)}
    if table.of_body:
        one.body = _body(table, one, columns, places, sheet, book)
    for place, column in enumerate(columns):
        if column.name != BODY:
            _cell(one, place, table.column_for(column.name, one.body), sheet)
    _key(one, table)
    return one


def _cell(one: _Read, place: int, column: Column, sheet: Sheet) -> Any:
    cell, line = one.line.cells[place], one.line
    shown = str(cell)[:SHOWN]
    if place in line.odd:
        one.faults.append(Fault(line.row, column.label, shown, line.odd[place], "改为填写的内容后重新导入"))
        return None
    try:
        value = "" if not shown.strip() and column.required else column.read(cell, sheet.epoch)
    except Bad as bad:
        one.faults.append(Fault(line.row, column.label, shown, bad.why, bad.mend))
        return None
    if column.required and value in EMPTY:
        one.faults.append(Fault(line.row, column.label, "", f"没有填写{column.label}", column.form))
        return None
    one.said[column.name] = value
    return value


def _body(
    table: Table, one: _Read, columns: list[Column], places: dict[str, int], sheet: Sheet, book: Book
) -> Body | None:
    """The body of a row: the one it names, else the own one."""
    asked = _cell(one, places[BODY], table.by_name[BODY], sheet) if BODY in places else ""
    one.said.pop(BODY, None)
    label = table.by_name[BODY].label
    if asked is None:
        return None
    if not asked:
        if book.hand.body is None:
            one.faults.append(Fault(one.line.row, label, "", "没有填写所属主体", "填写主体的名称或者统一社会信用代码"))
            return None
        return book.bodies.get(book.hand.body.scope, book.hand.body)
    found = book.named.get(asked) or book.named.get(asked.upper()) or []
    if len(found) != 1:
        why = f"有 {len(found)} 个主体叫这个名称" if found else "没有登记过这个主体，或者不在您的管辖之下"
        one.faults.append(Fault(one.line.row, label, asked[:SHOWN], why, "写统一社会信用代码"))
        return None
    return found[0]


def _key(one: _Read, table: Table) -> None:
    typed = str(one.said.pop(KEY, "") or "")
    if typed == ANEW and table.homonyms:
        one.anew = True
    elif typed:
        try:
            one.key = UUID(typed)
        except ValueError:
            one.faults.append(
                Fault(
                    one.line.row,
                    table.by_name[KEY].label,
                    typed[:SHOWN],
                    "不是登记编号",
                    "新登记的留空；其他的不要改动",
                )
            )


def _twins(table: Table, sheet: Sheet, columns: list[Column], book: Book) -> dict[int, int]:
    """Rows that name the same thing as another row of the file: row to the other row."""
    wanted = {KEY, BODY, "cert_number", "uscc", "id_no", "kind", *table.names}
    places = [place for place, column in enumerate(columns) if column.name in wanted]
    some = [columns[place] for place in places]
    seen: dict[Any, list[int]] = defaultdict(list)
    for line in sheet.lines:
        part = replace(line, cells=tuple(line.cells[place] for place in places), odd={})
        one = _read(table, part, some, sheet, book)
        if table.of_body and one.body is None:
            continue
        natural = one.key or (
            None if one.anew and "cert_number" not in one.said else table.natural(one.scope, one.said)
        )
        if natural:
            seen[natural].append(line.row)
        if not table.of_body and one.said.get("uscc"):
            seen["uscc", one.said["uscc"]].append(line.row)
    return {row: next(r for r in rows if r != row) for rows in seen.values() if len(rows) > 1 for row in rows}


# ---- judging one row -------------------------------------------------------------------------------------------------


def _judge(
    table: Table,
    one: _Read,
    columns: list[Column],
    book: Book,
    terms: Terms,
    twins: dict[int, int],
    taken: dict[UUID, int],
) -> Row:
    row = one.line.row
    title = str(one.said.get("name") or one.said.get(table.names[0]) or "")[:SHOWN]
    if row in twins:
        one.faults.append(Fault(row, "", title, f"与第 {twins[row]} 行是同一项", "只留一行"))
    if one.faults:
        return Row(row, title, REFUSED, tuple(one.faults))
    try:
        thing = _thing(table, one, book, terms)
        if thing is not None and taken.setdefault(thing.key, row) != row:
            raise Unfit(f"与第 {taken[thing.key]} 行是同一项", mend="只留一行；同名的两个人各写登记编号或者执法证号")
        return _weigh(table, one, thing, book, terms, title)
    except Refused as refused:
        return Row(row, title, REFUSED, (_fault(table, one, refused),))
    except PolicyError as error:
        return Row(row, title, REFUSED, (Fault(row, "", title, str(error)),))


def _fault(table: Table, one: _Read, refused: Refused) -> Fault:
    column = table.by_name.get(refused.field or "")
    value = one.said.get(refused.field or "")
    shown = column.write(value) if column and not hasattr(value, "pk") else str(value or "")
    mend = refused.mend
    if refused.field in ("id_no", "uscc") and shown.endswith("000"):
        mend += "；最后三位是 000，多半是表格软件把编号当成数字改过"
    return Fault(one.line.row, column.label if column else "", shown[:SHOWN], refused.message, mend.lstrip("；"))


def _thing(table: Table, one: _Read, book: Book, terms: Terms) -> Any:
    """The registered thing a row means; None for a new one.  **Raises** Unfit."""
    if one.key:
        found = book.keyed.get(one.key)
        if found is None:
            raise Unfit("没有这个登记编号", mend="新登记的留空；其他的不要改动", field=KEY)
        if table.of_body and found.scope != one.scope:
            raise Unfit("登记编号属于另一主体", mend="核对所属主体", field=BODY)
        return found
    if one.anew:
        return None
    on = one.said.get(FROM) or terms.on
    found_all = [t for t in table.find(one.scope, one.said, book) if not (t.valid_to and t.valid_to < on)]
    if len(found_all) > 1:
        which = "填写登记编号（先导出），或者在登记编号栏写“新”登记另一项" if table.homonyms else "先合并重复的登记"
        raise Unfit(f"已登记的有 {len(found_all)} 项与此行相同，分不清是哪一项", mend=which, field=KEY)
    if found_all and table.of_body and found_all[0].scope != one.scope:
        raise Unfit(f"此项已由另一主体登记：{found_all[0]}", mend="核对所属主体", field=BODY)
    return found_all[0] if found_all else None


def _weigh(table: Table, one: _Read, thing: Any, book: Book, terms: Terms, title: str) -> Row:
    said, row = one.said, one.line.row
    on, reason = said.pop(FROM, None), said.pop(REASON, "") or terms.reason
    if on is None or (thing is not None and on == thing.valid_from):
        on = terms.on
    shown = {name: table.column_for(name, one.body).write(value) for name, value in said.items()}
    table.resolve(said, one.scope, book)
    body = one.body or (thing if isinstance(thing, Body) else None)
    if thing is None:
        _may(table, book, said["scope"] if body is None else body.scope)
        table.rules(table.whole(said, None), None, body, on, terms.at, book)  # type: ignore[arg-type]
        beside = _after(table.beside(said, None, body, on, book))  # type: ignore[arg-type]
        return Row(row, title, FRESH, calls=(*table.fresh(said, body, on), *beside))  # type: ignore[arg-type]
    changed = {
        name: value
        for name, value in said.items()
        if not name.startswith("cert_") and table.differs(name, shown[name], said, thing, book)
    }
    calls: tuple[Call, ...] = ()
    if changed:
        calls = _change(table, said, changed, thing, body or thing, on, reason, book, terms)
    beside = table.beside(said, thing, body or thing, on, book)
    told = tuple(
        Difference(table.by_name[name].label, table.text_of(thing, name, book), shown[name]) for name in changed
    )
    if beside:
        told = (*told, Difference("行政执法证", "", shown.get("cert_number", "")))
    return Row(row, title, CHANGED if calls or beside else SAME, (), told, (*calls, *beside))


def _after(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Calls about a person who is registered by the call before; one that follows another call already keeps to it."""
    return tuple(call if call.after else replace(call, after="officer") for call in calls)


def _may(table: Table, book: Book, scope: str) -> None:
    if barred := book.hand.barred(table.what, scope):
        raise barred


def _change(
    table: Table,
    said: Values,
    changed: Values,
    thing: Any,
    body: Body,
    on: date,
    reason: str,
    book: Book,
    terms: Terms,
) -> tuple[Call, ...]:
    _may(table, book, thing.scope)
    if name := next((name for name in changed if name in table.frozen), ""):
        raise Unfit(
            f"{table.by_name[name].label}登记后不能用导入改动",
            mend="改回原来的内容；终止、另行登记在单项页面办理",
            field=name,
        )
    follows(thing, on, reason)
    whole = table.whole(changed, thing)
    before = dict(whole)
    table.rules(whole, thing, body, on, terms.at, book)
    corrected = {n: whole[n] for n in changed if n in whole and n in before and whole[n] != before[n]}
    return table.next(changed | corrected, thing, on, reason)
