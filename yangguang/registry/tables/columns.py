"""Columns: what a cell may say, how it is read, how the same value is written so that it reads back the same."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .reading import day_of

PUBLIC, INSIDE, PERSONAL = "公开", "内部使用，不公开", "个人信息，不公开"
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"}
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
ESCAPED = re.compile(r"'+[=+\-@＝＋－＠\t\r]")
AS_TEXT = "把这一列设为“文本”格式后重新填写"
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; the rest become 0
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Bad(Exception):
    """A cell that cannot be read; `mend` says how to put it right."""

    def __init__(self, why: str, mend: str = ""):
        super().__init__(why)
        self.why, self.mend = why, mend


Reader = Callable[[Any, date], Any]
Writer = Callable[[Any], str]


@dataclass(frozen=True)
class Column:
    """One column of a register.

    **Shape** `name`: its code, as the action names it; `form`: how to fill it in; `code`: a code, which a spreadsheet
    must keep as text; `private`: left out of an export unless asked for; `choices`: what a cell may hold, for the list in
    the template; `read`: cell and epoch to value, raising Bad; `write`: value to text.
    """

    name: str
    label: str
    form: str
    read: Reader
    write: Writer
    example: str = ""
    required: bool = False
    privacy: str = PUBLIC
    private: bool = False
    code: bool = False
    choices: tuple[str, ...] = ()


# ---- cells -----------------------------------------------------------------------------------------------------------


def words(cell: Any, code: bool = False, lengths: tuple[int, ...] = ()) -> str:
    """A cell as text.  **Shape** `lengths`: digits a code has, where a number in the cell can have lost none of them."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return _digits(cell, code, lengths)
    if isinstance(cell, datetime | date | time | timedelta):
        raise Bad("单元格是日期或者时间格式，这一列应是文字", AS_TEXT)
    text = str(cell)
    if text.strip() in ERRORS:
        raise Bad(f"单元格是公式的错误值 {text.strip()}", "改为填写的文字")
    if code and SCIENTIFIC.fullmatch(text.strip()):
        raise Bad(
            f"编号已被表格软件改写成科学记数 {text.strip()}，原来的数字已经丢失", f"{AS_TEXT}，不要直接打开 CSV 再保存"
        )
    return text[1:] if ESCAPED.match(text) else text


def _digits(number: float, code: bool, lengths: tuple[int, ...]) -> str:
    whole = int(number) if abs(number) < 10**18 and number == int(number) else None
    if not code:
        return str(whole) if whole is not None else f"{number:.15g}"
    if abs(number) >= EXACT:
        raise Bad(f"编号存成了数字（{number:.5E}），第 15 位以后的数字已经丢失", AS_TEXT)
    if whole is not None and len(str(whole)) in lengths:
        return str(whole)
    raise Bad(f"编号存成了数字（{number:.15g}），开头的 0 可能已经丢失", AS_TEXT)


def escaped(text: str, formulas: bool) -> str:
    """A text as a cell that reads back the same; in a CSV (`formulas`) no spreadsheet takes it for a formula."""
    risky = text[:1] in "=+-@＝＋－＠\t\r" if text else False
    return f"'{text}" if ESCAPED.match(text) or (formulas and risky) else text


def cleaned(field: forms.Field, text: str) -> Any:
    """The value by the rules of the single form.  **Raises** Bad."""
    try:
        return field.clean(text)
    except ValidationError as error:
        raise Bad("；".join(error.messages)) from error


# ---- kinds of column -------------------------------------------------------------------------------------------------


def text(
    field: forms.Field, lengths: tuple[int, ...] = (), code: bool = False, upper: bool = False
) -> tuple[Reader, Writer]:
    """Words; `upper`: a code with check digits, which people write with spaces and a small x."""

    def read(cell: Any, epoch: date) -> Any:
        said = words(cell, code, lengths)
        return cleaned(field, said.replace(" ", "").upper() if upper else said)

    return read, lambda value: value or ""


DAY = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00?:00(?::00)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


def day(cell: Any, epoch: date) -> date | None:
    """A day, however a spreadsheet or a person writes it."""
    found = _day(cell, epoch)
    if found is not None and not FIRST_YEAR < found.year < LAST_YEAR:
        raise Bad(f"日期 {found} 不在合理的范围内", "应如 2026-09-18")
    return found


def _day(cell: Any, epoch: date) -> date | None:
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise Bad("单元格带有钟点，这一列只写日期", "应如 2026-09-18")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise Bad("单元格不是日期", "应如 2026-09-18")
    typed = (f"{cell:.0f}" if isinstance(cell, int | float) and cell == int(cell) else words(cell)).strip()
    if not typed:
        return None
    if re.fullmatch(r"\d{4,5}", typed):
        return day_of(float(typed), epoch)
    match = next(
        (found for one in DAY if (found := one.fullmatch(typed.replace(" ", "") if "年" in typed else typed))), None
    )
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise Bad(f"日期“{typed}”不存在", "应如 2026-09-18") from error
    raise Bad(f"“{typed}”不是日期", "应如 2026-09-18，也可以写 2026/9/18 或者 2026年9月18日")


def day_text(value: date | None) -> str:
    return value.isoformat() if value else ""


def choice(labels: dict[str, str]) -> tuple[Reader, Writer]:
    """One of several, by its word or its code."""
    codes = {label: code for code, label in labels.items()}

    def read(cell: Any, epoch: date) -> str:
        typed = words(cell).strip()
        if not typed:
            return ""
        if typed in labels:
            return typed
        if typed in codes:
            return codes[typed]
        raise Bad(f"没有“{typed[:40]}”这一选项", f"可填：{'、'.join(labels.values())}")

    return read, lambda value: labels.get(value, value or "")


YES, NO = {"是", "true", "1", "yes", "y", "√"}, {"否", "false", "0", "no", "n", "", "×"}


def yes_no(cell: Any, epoch: date) -> bool:
    typed = words(cell).strip().lower()
    if typed in YES or typed in NO:
        return typed in YES
    raise Bad(f"“{typed[:40]}”不是“是”或者“否”", "填“是”或者“否”")


def yes_no_text(value: Any) -> str:
    return "是" if value else "否"


def several(labels: dict[str, str]) -> tuple[Reader, Writer]:
    """Some of several, parted by 、."""
    read_one, write_one = choice(labels)

    def read(cell: Any, epoch: date) -> list[str]:
        return [read_one(part, epoch) for part in re.split(r"[、，,；;\n]", words(cell)) if part.strip()]

    return read, lambda value: "、".join(write_one(one) for one in value or [])


def names(cell: Any, epoch: date) -> list[str]:
    """Free words, parted by 、."""
    return [part.strip() for part in re.split(r"[、，,；;\n]", words(cell)) if part.strip()]


def names_text(value: Any) -> str:
    return "、".join(value or [])


def lines(field: forms.Field, keys: Iterable[str]) -> tuple[Reader, Writer]:
    """A small table in one cell: a line each, columns parted by a bar; what does not fit into lines is JSON."""
    known = set(keys)

    def read(cell: Any, epoch: date) -> Any:
        typed = words(cell).strip()
        return _json(typed, known) if typed.startswith("[") else cleaned(field, typed)

    def write(value: Any) -> str:
        said = str(field.prepare_value(value or []))
        try:
            same = not value or field.clean(said) == value
        except ValidationError:
            same = False
        return said if same else json.dumps(value, ensure_ascii=False)

    return read, write


def _json(typed: str, known: set[str]) -> Any:
    try:
        rows = json.loads(typed)
    except (ValueError, RecursionError) as error:
        raise Bad("以“[”开头的内容不是正确的 JSON", "改为每行一条，各栏用竖线隔开") from error
    for row in rows:
        if not isinstance(row, dict) or not set(row) <= known or not all(type(v) in (str, int) for v in row.values()):
            raise Bad("JSON 的内容与这一列不符", f"每项只有：{'、'.join(sorted(known))}")
    return rows


def guide_text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else value or ""


def guide(field: forms.Field) -> tuple[Reader, Writer]:
    """One field of the service guide: a text, or several lines."""

    def read(cell: Any, epoch: date) -> Any:
        found = [line.strip() for line in cleaned(field, words(cell)).split("\n") if line.strip()]
        return found if len(found) > 1 else (found[0] if found else "")

    return read, guide_text
