"""Read a compilation of forms that was handed in: YAML or JSON, checked against the national form of each document.

**Shape** of a file: `{system, title, issuer, source, forms: [{code, title, number, edition, since, required, layout,
format, ends}]}`.  A layout is a list of `{heading}`, `{text}` with fields in 〔〕, `{fields: [name…]}`, `{table: name}`
and `{sign: true}`; a format is `{name, fields: {column: name}}`.  A form may ask for more than the national one, never
for less: **Clause** DH-2.2.2b, WC-2.2.2b, QD-3.2.1a.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yangguang.record import documents
from yangguang.record.documents.templates import Strict, Template
from yangguang.trail.errors import Refused

LARGEST = 400_000
MOST_ERRORS = 30
FIELD = re.compile(r"〔([^〔〕]*)〕")
WORDS = {
    "missing": "没有填写",
    "extra_forbidden": "没有这个键",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "dict_type": "应为键和值",
    "literal_error": "不是可用的值",
    "too_short": "至少要有一项",
    "too_long": "项数太多",
    "string_too_long": "太长",
    "string_too_short": "没有填写",
    "date_from_datetime_parsing": "不是日期，应如 2026-09-18",
    "date_parsing": "不是日期，应如 2026-09-18",
    "date_type": "不是日期，应如 2026-09-18",
    "model_type": "应为键和值",
    "bool_type": "应为 true 或者 false",
}


class BadForms(Refused):
    """A compilation that cannot be taken over: what is wrong, and where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Format(_Strict):
    """电子信息格式: under which names the data of a document is handed to the line system."""

    name: str = Field(min_length=1, max_length=100)
    fields: dict[str, str] = Field(min_length=1, max_length=300)


class Block(_Strict):
    heading: str | None = Field(None, max_length=100)
    text: str | None = Field(None, max_length=4000)
    fields: list[str] | None = Field(None, min_length=1, max_length=200)
    table: str | None = None
    sign: Literal[True] | None = None


class OneForm(_Strict):
    code: str
    title: str = Field("", max_length=100)
    number: str = Field("", max_length=60)
    edition: str = Field(min_length=1, max_length=40)
    since: date = Field(strict=False)
    required: list[str] = Field([], max_length=200)
    layout: list[Block] = Field([], max_length=200)
    format: Format | None = None
    ends: bool = False


class _File(_Strict):
    system: Literal["province", "line", "own"]
    title: str = Field(min_length=1, max_length=200)
    issuer: str = Field(min_length=1, max_length=100)
    source: str = Field(min_length=1, max_length=200)
    forms: list[OneForm] = Field(min_length=1, max_length=400)


@dataclass(frozen=True)
class Given:
    """A compilation that was found right: the columns of a `FormSet`."""

    system: str
    title: str
    issuer: str
    source: str
    forms: dict[str, dict[str, Any]]
    digest: str


def read(content: bytes) -> Given:
    """**Raises** BadForms naming every place that is wrong."""
    if len(content) > LARGEST:
        raise BadForms(
            f"文件有 {len(content) // 1000} KB，最多 {LARGEST // 1000} KB", mend="分成几个文件载入", field="file"
        )
    try:
        text = content.decode("utf-8-sig")
        given = yaml.load(text, Loader=Strict)  # noqa: S506 - a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        at = f"第 {where.line + 1} 行" if where is not None else ""
        raise BadForms(f"文件不是 UTF-8 的 YAML 或者 JSON {at}", mend="按页面所附的样例改正", field="file") from error
    try:
        file = _File.model_validate(given)
    except ValidationError as error:
        raise _wrong([_said(one) for one in error.errors()]) from error
    if wrong := list(_checked(file)):
        raise _wrong(wrong)
    forms = {
        one.code: one.model_dump(mode="json", exclude={"code"}, exclude_none=True)
        | {"base": documents.template(one.code).hash}
        for one in file.forms
    }
    return Given(file.system, file.title, file.issuer, file.source, forms, hashlib.sha256(content).hexdigest())


def _wrong(lines: list[str]) -> BadForms:
    more = f"；另有 {len(lines) - MOST_ERRORS} 处" if len(lines) > MOST_ERRORS else ""
    return BadForms(
        f"文书样式汇编有 {len(lines)} 处不符，没有载入：{'；'.join(lines[:MOST_ERRORS])}{more}",
        mend="改正文件后重新载入；下级样式可以增加要求，不能少于国家样式的必填内容",
        field="file",
    )


def _said(error: Any) -> str:
    parts = [f"第 {one + 1} 项" if isinstance(one, int) else str(one) for one in error["loc"]]
    accepted = f"（可用：{error['ctx']['expected']}）" if error["type"] == "literal_error" else ""
    return f"{'.'.join(parts) or '文件'}：{WORDS.get(error['type'], '写法不对')}{accepted}"


def _checked(file: _File) -> Iterator[str]:
    seen: set[str] = set()
    for place, one in enumerate(file.forms, start=1):
        where = f"forms 第 {place} 项（{one.code[:40]}）"
        form = documents.catalogue().get(one.code)
        if form is None:
            yield f"{where}：没有代码为“{one.code[:40]}”的文书"
        elif one.code in seen:
            yield f"{where}：同一文书写了两次"
        else:
            yield from (f"{where}：{words}" for words in _form(one, form))
        seen.add(one.code)


def _form(one: OneForm, form: Template) -> Iterator[str]:
    names = {field.name: field for field in form.fields}
    for name in one.required:
        if name not in names:
            yield f"required 中的“{name[:40]}”不是《{form.title}》的内容"
    for column, name in (one.format.fields if one.format else {}).items():
        if name not in names:
            yield f"电子信息格式的“{column[:40]}”取自“{name[:40]}”，《{form.title}》没有这一项"
    if not one.layout:
        return
    used: set[str] = set()
    for number, block in enumerate(one.layout, start=1):
        if len(block.model_fields_set) != 1:
            yield f"layout 第 {number} 块应当只写 heading、text、fields、table、sign 中的一种"
        asked = [*FIELD.findall(block.text or ""), *(block.fields or ()), *([block.table] if block.table else ())]
        for name in asked:
            if name not in names:
                yield f"layout 第 {number} 块的“{name[:40]}”不是《{form.title}》的内容"
            elif (names[name].type == "list") != (block.table is not None):
                yield f"layout 第 {number} 块的“{name}”{'是列表，用 table 写' if names[name].type == 'list' else '不是列表，不能用 table 写'}"
        used |= set(asked)
    lacking = [
        field.label
        for field in form.fields
        if (field.required or field.name in one.required) and field.name not in used
    ]
    if lacking:
        yield f"layout 缺少《{form.title}》必须有的内容：{'、'.join(lacking)}（{form.clause}）"
    if form.number and "number" not in used:
        yield "layout 缺少文书号（number）"
