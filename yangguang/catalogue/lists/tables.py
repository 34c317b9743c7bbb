"""Rows of a list: read from what was typed or from a file, checked, shown, and compared between two versions."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy.packs import Pack

from . import kinds as table
from . import phrases
from .kinds import Column, ListKind

Row = dict[str, Any]
MOST_ROWS = 2000
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
SPLIT = re.compile(r"[、,，\s]+")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was there, why, how to mend it.  Row 0 is the list as a whole."""

    row: int
    column: str
    value: str
    why: str
    mend: str
    name: str = ""  # the column's own name, for a form

    def __str__(self) -> str:
        place = (
            f"第 {self.row} 行“{self.column}”" if self.row and self.column else f"第 {self.row} 行" if self.row else ""
        )
        return f"{place}{'：' if place else ''}{self.why}"


class BadCell(ValueError):
    """A value that cannot be read."""

    def __init__(self, why: str, mend: str):
        super().__init__(why)
        self.why, self.mend = why, mend


@dataclass(frozen=True)
class Known:
    """What a row may refer to: the rules of the body, and the codes of its powers."""

    pack: Pack
    codes: frozenset[str]


# ---- one cell ----------------------------------------------------------------------------------------------------


def read_cell(column: Column, text: str, known: Known) -> Any:
    """The value a person typed; None where the cell is empty.  **Raises** BadCell."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        if column.required:
            raise BadCell("没有填写", f"填写{column.label}")
        return None
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in INVISIBLE and not (character == "\n" and column.long):
            raise BadCell(f"第 {place} 个字是换行或者看不见的字符", "删去后重新输入")
    if len(text) > column.most:
        raise BadCell(f"最多 {column.most} 个字，现有 {len(text)} 个字", "精简后再提交")
    return _READERS.get(column.type, _text)(column, text, known)


def _text(column: Column, text: str, known: Known) -> Any:
    return text


def _choice(column: Column, text: str, known: Known) -> Any:
    for code, title in column.choices:
        if text in (code, title):
            return code
    raise BadCell(f"没有“{text}”这个选项", f"可选：{'、'.join(title for _, title in column.choices)}")


def _choices(column: Column, text: str, known: Known) -> Any:
    return list(dict.fromkeys(_choice(column, one, known) for one in SPLIT.split(text) if one))


def _codes(column: Column, text: str, known: Known) -> Any:
    found = list(dict.fromkeys(one for one in SPLIT.split(text) if one))
    strange = [one for one in found if one not in known.codes]
    if strange:
        raise BadCell(f"本机关没有登记编码为“{'、'.join(strange)}”的执法事项", "核对执法事项编码，或者先登记该事项")
    return found


def _percent(column: Column, text: str, known: Known) -> Any:
    plain = unicodedata.normalize("NFKC", text).removesuffix("%").strip()
    if not (plain.isascii() and plain.isdecimal() and 1 <= int(plain) <= 100):
        raise BadCell(f"“{text}”不是 1 至 100 的整数百分比", "写成“5”或者“5%”")
    return int(plain)


def _yes_no(column: Column, text: str, known: Known) -> Any:
    if text not in ("是", "否"):
        raise BadCell(f"“{text}”不是“是”或者“否”", "写“是”或者“否”")
    return text == "是"


def _condition(column: Column, text: str, known: Known) -> Any:
    try:
        return phrases.read(text, known.pack)
    except phrases.NotACondition as error:
        raise BadCell(error.why, error.mend) from error


_READERS = {
    table.CHOICE: _choice,
    table.CHOICES: _choices,
    table.CODES: _codes,
    table.PERCENT: _percent,
    table.YES_NO: _yes_no,
    table.CONDITION: _condition,
}


def show_cell(column: Column, value: Any, pack: Pack) -> str:
    """The value in the words that `read_cell` takes again."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    match column.type:
        case table.CHOICE:
            return dict(column.choices).get(value, str(value))
        case table.CHOICES:
            return "、".join(dict(column.choices).get(one, one) for one in value)
        case table.CODES:
            return "、".join(value)
        case table.PERCENT:
            return f"{value}%"
        case table.YES_NO:
            return "是" if value else "否"
        case table.CONDITION:
            return phrases.say(value, pack)
    return str(value)


def show(columns: Sequence[Column], row: Mapping[str, Any], pack: Pack) -> list[tuple[Column, str]]:
    return [(column, show_cell(column, row.get(column.name), pack)) for column in columns]


def texts(columns: Sequence[Column], row: Mapping[str, Any], pack: Pack) -> dict[str, str]:
    """A row as it is typed."""
    return {column.name: text for column, text in show(columns, row, pack)}


# ---- whole rows --------------------------------------------------------------------------------------------------


def read_rows(
    kind: ListKind, columns: Sequence[Column], typed: Iterable[Mapping[str, str]], known: Known
) -> tuple[list[Row], list[Problem]]:
    """The rows, and everything that is wrong with them."""
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, given in enumerate(typed, start=1):
        row: Row = {}
        for column in columns:
            text = given.get(column.name) or ""
            try:
                value = read_cell(column, text, known)
            except BadCell as bad:
                problems.append(Problem(number, column.label, text, bad.why, bad.mend, column.name))
                continue
            if value is not None:
                row[column.name] = value
        rows.append(row)
        key = table.key_of(kind, row)
        if any(key) and key in seen:
            first = columns_by_name(columns)[kind.key[0]]
            problems.append(
                Problem(
                    number,
                    first.label,
                    "、".join(filter(None, key)),
                    f"与第 {seen[key]} 行重复",
                    "合并为一行，或者改写其中一行",
                    first.name,
                )
            )
        seen.setdefault(key, number)
    if not rows:
        problems.append(Problem(0, "", "", "清单没有一行内容", "至少填写一行"))
    if len(rows) > MOST_ROWS:
        problems.append(Problem(0, "", str(len(rows)), f"清单最多 {MOST_ROWS} 行", "按执法行为种类分别编制"))
    return rows, problems


def columns_by_name(columns: Sequence[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


# ---- files -------------------------------------------------------------------------------------------------------


class BadTable(ValueError):
    """A file that is no table of this list."""

    def __init__(self, why: str, mend: str):
        super().__init__(why)
        self.why, self.mend = why, mend


def read_csv(content: bytes, columns: Sequence[Column]) -> list[dict[str, str]]:
    """The rows of a CSV file by column name; its head may have the columns in any order.  **Raises** BadTable."""
    if content.startswith(b"PK"):
        raise BadTable("这是 Excel 工作簿，不是 CSV", "在表格软件中另存为“CSV UTF-8（逗号分隔）”后再导入")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")  # what Chinese spreadsheet programs write by default
        except UnicodeDecodeError as error:
            raise BadTable("文件既不是 UTF-8 也不是 GB 18030 编码", "另存为“CSV UTF-8（逗号分隔）”后再导入") from error
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, line))]
    except csv.Error as error:
        raise BadTable(f"CSV 格式有误：{error}", "检查引号是否成对，或者重新另存为 CSV") from error
    if not lines:
        raise BadTable("文件是空的", "先导出现行清单作为样表")
    labels = {column.label: column.name for column in columns}
    head = [cell.strip() for cell in lines[0]]
    strange, twice = [one for one in head if one and one not in labels], [one for one in head if head.count(one) > 1]
    missing = [column.label for column in columns if column.required and column.label not in head]
    if strange or missing or twice:
        said = [
            *([f"不认识的列：{'、'.join(strange)}"] if strange else []),
            *([f"缺少的列：{'、'.join(missing)}"] if missing else []),
            *([f"重复的列：{'、'.join(dict.fromkeys(twice))}"] if twice else []),
        ]
        raise BadTable("；".join(said), f"表头应为：{'、'.join(labels)}")
    if len(lines) - 1 > MOST_ROWS:
        raise BadTable(f"文件有 {len(lines) - 1} 行，最多 {MOST_ROWS} 行", "按执法行为种类分别编制")
    names = [labels.get(one, "") for one in head]
    return [{name: _unquoted(cell) for name, cell in zip(names, line, strict=False) if name} for line in lines[1:]]


FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _unquoted(cell: str) -> str:
    """Our own exports put an apostrophe before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def write_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], pack: Pack) -> str:
    """A CSV file that `read_csv` takes again, and that no spreadsheet runs as formulas."""
    return write_typed(columns, (texts(columns, row, pack) for row in rows))


def write_typed(columns: Sequence[Column], rows: Iterable[Mapping[str, str]]) -> str:
    """The same of rows as typed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.label for column in columns])
    for row in rows:
        cells = [row.get(column.name, "") for column in columns]
        writer.writerow([f"'{cell}" if cell[:1] in FORMULA else cell for cell in cells])
    return "\ufeff" + out.getvalue()


# ---- two versions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A row that is new, gone or different.

    **Shape** `kind`: added | removed | changed; `cells`: (column label, before, after) of what differs, or of all.
    """

    kind: str
    title: str
    cells: tuple[tuple[str, str, str], ...]


def diff(
    kind: ListKind, columns: Sequence[Column], before: Sequence[Row], after: Sequence[Row], pack: Pack
) -> list[Change]:
    """Row by row, a row being known by its key."""
    old = {table.key_of(kind, row): row for row in before}
    new = {table.key_of(kind, row): row for row in after}
    changes = []
    for key, row in new.items():
        was = old.get(key)
        pairs = [
            (column.label, show_cell(column, was.get(column.name), pack) if was else "", text)
            for column, text in show(columns, row, pack)
        ]
        differing = tuple(pair for pair in pairs if pair[1] != pair[2])
        if was is None or differing:
            changes.append(Change("added" if was is None else "changed", _title(kind, columns, row, pack), differing))
    for key, row in old.items():
        if key not in new:
            cells = tuple((column.label, text, "") for column, text in show(columns, row, pack) if text)
            changes.append(Change("removed", _title(kind, columns, row, pack), cells))
    return changes


def _title(kind: ListKind, columns: Sequence[Column], row: Row, pack: Pack) -> str:
    by_name = columns_by_name(columns)
    shown = (show_cell(by_name[name], row.get(name), pack) for name in kind.key if name in by_name)
    return "，".join(filter(None, shown)) or "（空行）"
