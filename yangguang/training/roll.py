"""Read an attendance list, pasted from a spreadsheet or sent as CSV: each row by itself, what is wrong said for its cell."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

NAMES = {
    "name": ("姓名", "名字", "人员"),
    "number": ("执法证号", "证号", "证件号"),
    "body": ("单位", "执法主体", "所在单位"),
    "minutes": ("分钟", "时长", "参训时长", "时长（分钟）"),
    "proof": ("证明编号", "结业证书", "证书编号"),
}
LABELS = {key: names[0] for key, names in NAMES.items()}
MOST_ROWS = 500
MOST_BYTES = 512 * 1024


class BadList(ValueError):
    """The list cannot be read at all."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell, why, and how to mend it."""

    row: int
    column: str
    value: str
    why: str
    mend: str


@dataclass
class Line:
    """One row as it was read.  **Shape** `minutes` None: the whole session."""

    row: int
    name: str
    number: str = ""
    body: str = ""
    minutes: int | None = None
    proof: str = ""
    faults: list[Fault] = field(default_factory=list)
    officer: UUID | None = None  # the person it names, once found

    def fault(self, column: str, value: str, why: str, mend: str) -> None:
        self.faults.append(Fault(self.row, LABELS[column], value, why, mend))


def decoded(raw: bytes) -> str:
    """The text of an uploaded list: UTF-8, or what Chinese spreadsheets write.  **Raises** BadList."""
    if len(raw) > MOST_BYTES:
        raise BadList(f"文件超过 {MOST_BYTES // 1024} KB，请分几次导入")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadList("文件不是文本，请在表格软件中另存为 CSV 后再导入")


def read(text: str, longest: int) -> list[Line]:
    """The rows of a list with what is wrong in them; the first row names the columns.

    **Shape** `longest`: the minutes of the session.  **Raises** BadList.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        raise BadList("名单是空的：粘贴名单，或者选择文件")
    if "\0" in text:
        raise BadList("名单中有空字符，请重新从表格软件中复制")
    first = text.split("\n", 1)[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first else ","))
    except csv.Error as error:
        raise BadList("名单的引号或者分隔不成对，请在表格软件中另存为 CSV 后再导入") from error
    columns = _columns(rows[0])
    if len(rows) - 1 > MOST_ROWS:
        raise BadList(f"名单有 {len(rows) - 1} 行，一次最多 {MOST_ROWS} 行，请分几次导入")
    lines = [
        _line(n, columns, cells, longest) for n, cells in enumerate(rows[1:], start=2) if any(map(str.strip, cells))
    ]
    if not lines:
        raise BadList("名单只有表头，没有人员")
    return lines


def _columns(heads: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        word = unicodedata.normalize("NFKC", head).strip()
        for key, names in NAMES.items():
            if word in {unicodedata.normalize("NFKC", name) for name in names}:
                found.setdefault(key, place)
    if "name" not in found:
        raise BadList("第一行须是表头，且有“姓名”一列；可以有“执法证号”“单位”“分钟”“证明编号”")
    return found


def _line(row: int, columns: dict[str, int], cells: list[str], longest: int) -> Line:
    def cell(key: str) -> str:
        place = columns.get(key)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    line = Line(row, cell("name"), cell("number"), cell("body"), None, cell("proof"))
    if not line.name:
        line.fault("name", "", "没有姓名", "填写姓名，或者删去这一行")
    for key, limit in (("name", 40), ("number", 40), ("body", 100), ("proof", 100)):
        value = getattr(line, key)
        if len(value) > limit:
            line.fault(key, f"{value[:20]}…", f"超过 {limit} 个字", "核对是否串列")
        elif any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co"} for one in value):
            line.fault(key, value.encode("unicode-escape").decode(), "有看不见的字符", "重新输入这一格")
    typed = unicodedata.normalize("NFKC", cell("minutes")).removesuffix("分钟").strip()
    if typed:
        if not typed.isdecimal() or len(typed) > 5:
            line.fault("minutes", cell("minutes"), "不是整数分钟", "填写分钟数，例如 90；留空即为全程")
        elif not 0 < int(typed) <= longest:
            line.fault(
                "minutes", cell("minutes"), f"不在 1 到 {longest} 分钟之间", "不能长于本场次；没有参加的删去这一行"
            )
        else:
            line.minutes = int(typed)
    return line


@dataclass(frozen=True)
class Known:
    """A person a row may mean."""

    key: UUID
    name: str
    body: str
    numbers: frozenset[str]


def match(lines: list[Line], people: Iterable[Known], there: set[UUID]) -> None:
    """Find the person each row means; a name that two people bear needs the certificate's number or the body.

    **Shape** `there`: who is on the list already.
    """
    by_name: dict[str, list[Known]] = {}
    for one in people:
        by_name.setdefault(one.name, []).append(one)
    taken: dict[UUID, int] = {}
    for line in lines:
        if any(fault.column != LABELS["minutes"] for fault in line.faults):
            continue
        found = _meant(line, by_name.get(line.name, []))
        if found is None:
            continue
        if found.key in there:
            line.fault("name", line.name, "已登记参加本场次", "登记有误的，在名单中更正")
        elif found.key in taken:
            line.fault("name", line.name, f"与第 {taken[found.key]} 行是同一人", "删去重复的一行")
        else:
            taken[found.key] = line.row
            line.officer = found.key


def _meant(line: Line, named: list[Known]) -> Known | None:
    if not named:
        line.fault("name", line.name, "名录中没有这个人，或者不在您的管辖范围", "核对姓名；新进人员先登记到人员名录")
        return None
    if line.number:
        named = [one for one in named if line.number in one.numbers]
        if not named:
            line.fault("number", line.number, f"不是{line.name}的执法证号", "核对证号；不确定的留空")
            return None
    if line.body:
        named = [one for one in named if line.body == one.body]
        if not named:
            line.fault("body", line.body, f"{line.name}不在这个单位", "核对单位全称；不确定的留空")
            return None
    if len(named) > 1:
        where = "、".join(sorted({one.body for one in named}))
        line.fault("name", line.name, f"有 {len(named)} 人同名（{where}）", "填写执法证号或者单位以区分")
        return None
    return named[0]
