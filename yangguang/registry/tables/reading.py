"""A file as rows of cells: XLSX or CSV, within limits, with what a person could not see in it named.

Nothing here knows what the columns mean.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine

from yangguang.trail.errors import Refused

MOST_ROWS = 20_000
MOST_BYTES = 20 * 2**20
MOST_COLUMNS = 200
MOST_UNPACKED = 200 * 2**20
MOST_PARTS = 2_000
MOST_CELL = 20_000  # characters
EXPLAINS = "填写说明"  # the second sheet of the template; never read
CHUNK = 2**20
RIGHT = "请选择 Excel 工作簿（.xlsx）或者 CSV 文件；可以下载模板填写"
RESAVE = "用 Excel 或者 WPS 打开，另存为“Excel 工作簿（.xlsx）”或者“CSV UTF-8”后再导入"
REMAKE = "在 Excel 或者 WPS 中打开并另存一份后再导入"

BROKEN = (
    zipfile.BadZipFile, KeyError, ElementTree.ParseError, expat.ExpatError, NotImplementedError, EOFError, ValueError,
    zlib.error,
)  # fmt: skip

EPOCH = date(1899, 12, 30)  # so that 1 March 1900 is day 61, as in Excel
EPOCH_1904 = date(1904, 1, 1)


class Unreadable(Refused):
    """A file that cannot be taken as rows of one register."""


@dataclass(frozen=True)
class Line:
    """One row as it stands in the file; the row under the header is row 2.

    **Shape** `odd`: {place of the cell: what is wrong with the cell itself}.
    """

    row: int
    cells: tuple[Any, ...]
    odd: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """The header and the rows that are not blank."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    epoch: date = EPOCH


def read(data: bytes) -> Sheet:
    """The rows of a file.  **Raises** Unreadable, saying what the file is instead and how to make it right."""
    if not data.strip():
        raise Unreadable("文件是空的", mend="请检查原文件后重新上传")
    if len(data) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 2**20} MB", mend="分成几个文件导入")
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(data)
    if why := _something_else(data):
        raise Unreadable(why, mend=RIGHT if "程序" in why or "不是表格" in why else RESAVE)
    return _csv(data)


def _something_else(data: bytes) -> str:
    if data.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")):
        return "这是程序文件，不是表格"
    head = data[:2048].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "这是旧版 Excel 文件（.xls），或者加了密码的工作簿，不能读取"
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<style")):
        return "这是网页或者 XML 文件，只是扩展名改成了表格"
    if head.startswith((b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z\xbc\xaf", b"{\\rtf")):
        return "这不是表格文件"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "文件是 UTF-16 编码，只接受 UTF-8 或者 GB18030（GBK）"
    return "文件不是文本，也不是 XLSX" if b"\0" in data else ""


# ---- CSV -------------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Sheet:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max((",", "\t", ";"), key=first.count)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            _narrow(len(cells))
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > MOST_ROWS + 1:
                raise _too_many()
    except csv.Error as error:
        raise Unreadable(
            f"第 {len(rows) + 1} 行附近不是正确的 CSV：有一格过长，或者引号没有成对", mend="检查该行的引号后重新导入"
        ) from error
    return _sheet((number, tuple(cells), _formula_text(cells)) for number, cells in rows)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    line = data[:place].count(b"\n") + 1
    raise Unreadable(
        f"文件既不是 UTF-8 也不是 GB18030（GBK）编码，第 {line} 行有不能识别的字节",
        mend="用 Excel 或者 WPS 另存为“CSV UTF-8（逗号分隔）”后再导入",
    )


def _formula_text(cells: list[str]) -> dict[int, str]:
    return {place: "单元格是公式，不能导入" for place, cell in enumerate(cells) if cell.lstrip().startswith("=")}


# ---- XLSX ------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> Sheet:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _sound(packed)
            names, base_1904 = _sheets(packed)
            shown = {name: part for name, part in names.items() if name != EXPLAINS}
            scans = {name: _scan(packed.read(part)) for name, part in shown.items()}
    except BROKEN as error:
        raise Unreadable("XLSX 文件已损坏，不能读取", mend=REMAKE) from error
    except RuntimeError as error:  # zipfile says so of an encrypted part
        raise Unreadable("文件加了密码", mend="去掉密码，另存后再导入") from error
    filled = [name for name, scan in scans.items() if scan.cells]
    if len(filled) > 1:
        raise Unreadable(
            f"文件有 {len(filled)} 个有内容的工作表：{'、'.join(filled)}",
            mend=f"一次只导入一个工作表，删去其他的（“{EXPLAINS}”可以留着）",
        )
    if not filled:
        raise Unreadable("工作簿里没有内容", mend="请检查原文件后重新上传")
    scan = scans[filled[0]]
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = book.get_sheet_by_name(filled[0]).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError, ValueError) as error:
        raise Unreadable("XLSX 文件不能读取", mend=REMAKE) from error
    rows = (
        (number, tuple(cells), scan.odd.get(number, {}))
        for number, cells in enumerate(found, start=1)
        if any(cell not in ("", None) and str(cell).strip() for cell in cells)
    )
    return _sheet(rows, EPOCH_1904 if base_1904 else EPOCH)


def _sound(packed: zipfile.ZipFile) -> None:
    """Refuse what is no plain workbook, and what would unpack to far more than it seems: measured, not believed."""
    parts = packed.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise Unreadable("压缩包的结构不正常，不能读取", mend=REMAKE)
    if "xl/workbook.xml" not in names:
        raise Unreadable(
            "这不是 XLSX 表格（可能是 Word、压缩包或者 ODS）", mend="另存为“Excel 工作簿（.xlsx）”后再导入"
        )
    if any(name.lower().endswith(("vbaproject.bin", ".xlm")) or "/macrosheets/" in name.lower() for name in names):
        raise Unreadable("工作簿带有宏，不能导入", mend="另存为不带宏的“Excel 工作簿（.xlsx）”后再导入")
    total = 0
    for part in parts:
        with packed.open(part) as stream:
            while piece := stream.read(CHUNK):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise Unreadable("文件解压后过大，不能读取", mend="删去图片和多余的工作表，或者分成几个文件导入")


def _parsed(xml: bytes) -> ElementTree.Element:
    _no_doctype(xml)
    return ElementTree.fromstring(xml)  # noqa: S314  no document type, so nothing to expand


def _no_doctype(xml: bytes) -> None:
    _parser().Parse(xml, True)


def _parser() -> expat.XMLParserType:
    """A parser that stops at a document type, which no workbook has and which may name other files or itself."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _doctype
    return parser


def _doctype(*said: Any) -> None:
    raise Unreadable("XLSX 文件里有不应当有的文档类型声明，不能读取", mend=REMAKE)


def _sheets(packed: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Visible sheets with their parts, and whether the book counts its days from 1904."""
    book = _parsed(packed.read("xl/workbook.xml"))
    links = {one.get("Id", ""): one.get("Target", "") for one in _parsed(packed.read("xl/_rels/workbook.xml.rels"))}
    found: dict[str, str] = {}
    for node in book.iter():
        kind = node.tag.rpartition("}")[2]
        if kind == "sheet" and node.get("state", "visible") == "visible":
            link = next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
            target = links.get(link, "")
            found[node.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    said = [node.get("date1904", "") for node in book.iter() if node.tag.rpartition("}")[2] == "workbookPr"]
    return found, any(one in ("1", "true") for one in said)


@dataclass
class _Scan:
    """What the reader of values does not tell: formulas, merged cells, and how far the sheet really goes."""

    cells: int = 0
    row: int = 0
    column: int = 0
    odd: dict[int, dict[int, str]] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif kind == "c":
            self._at(attributes.get("r", ""))
        elif kind in ("v", "is"):
            self.cells += 1
            if self.row > MOST_ROWS * 2 or self.cells > (MOST_ROWS + 1) * MOST_COLUMNS:
                raise _too_many()
            _narrow(self.column)
        elif kind == "f":
            self.odd.setdefault(self.row, {})[self.column - 1] = "单元格是公式，不能导入"
        elif kind == "mergeCell":
            self._merged(attributes.get("ref", ""))

    def _at(self, ref: str) -> None:
        if found := re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", ref):
            self.column, self.row = _number(found[1]), int(found[2])
        elif ref:
            raise Unreadable("XLSX 文件已损坏，单元格的位置不正确", mend=REMAKE)
        else:
            self.column += 1
        # An empty styled cell far away would make the reader set aside room for everything before it.
        if self.row > 2**20 or self.column > 2**14:
            raise Unreadable("XLSX 文件已损坏，单元格的位置不正确", mend=REMAKE)

    def _merged(self, ref: str) -> None:
        found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", ref)
        if not found:
            return
        left, top, right, bottom = _number(found[1]), int(found[2]), _number(found[3]), int(found[4])
        for row in range(top, min(bottom, top + MOST_ROWS) + 1):
            for column in range(left, min(right, MOST_COLUMNS) + 1):
                self.odd.setdefault(row, {})[column - 1] = f"单元格 {ref} 是合并的，分不清各行的内容"


def _number(letters: str) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + ord(letter) - 64
    return total


def _scan(xml: bytes) -> _Scan:
    scan, parser = _Scan(), _parser()
    parser.StartElementHandler = scan.start
    parser.Parse(xml, True)
    return scan


# ---- both ------------------------------------------------------------------------------------------------------------


def _sheet(rows: Iterator[tuple[int, tuple[Any, ...], dict[int, str]]], epoch: date = EPOCH) -> Sheet:
    """The first row that is not blank is the header; the others keep their numbers."""
    first = next(rows, None)
    if first is None:
        raise Unreadable("文件里没有内容", mend="请检查原文件后重新上传")
    number, cells, odd = first
    if odd:
        raise Unreadable(f"表头（第 {number} 行）有公式或者合并的单元格", mend="表头每列一格，写列名；可以下载模板对照")
    header = tuple(str(cell).strip().lstrip("﻿") for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    _narrow(len(header))
    lines: list[Line] = []
    for row, values, wrong in rows:
        if len(lines) == MOST_ROWS:
            raise _too_many()
        lines.append(_line(row, values, wrong, len(header)))
    if not lines:
        raise Unreadable("文件只有表头，没有登记的内容", mend="在表头下面每行填写一项")
    return Sheet(header, tuple(lines), epoch)


def _line(row: int, values: tuple[Any, ...], wrong: dict[int, str], width: int) -> Line:
    odd = {place: why for place, why in wrong.items() if place < width}
    for place, value in enumerate(values[:width]):
        if isinstance(value, str) and len(value) > MOST_CELL:
            odd[place] = f"单元格有 {len(value)} 个字，最多 {MOST_CELL} 个"
    if any(str(value).strip() for value in values[width:]):
        odd[-1] = f"这一行比表头多出内容：表头 {width} 列"
    return Line(row, values[:width] + ("",) * (width - len(values)), odd)


def _narrow(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise Unreadable(f"表格有 {columns} 列，最多 {MOST_COLUMNS} 列", mend="只保留模板中的列；可以下载模板对照")


def _too_many() -> Unreadable:
    return Unreadable(f"文件超过 {MOST_ROWS} 行", mend=f"分成几个文件导入，每个不超过 {MOST_ROWS} 行")


def day_of(serial: float, epoch: date = EPOCH) -> date:
    """The day of an Excel serial number.  **Raises** OverflowError beyond the calendar."""
    return epoch + timedelta(days=int(serial))
