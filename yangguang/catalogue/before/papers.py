"""A paper of provisions, tables and flowcharts, and its PDF and Word file.

**Shape** a paper: {title, org, lines: [text], blocks}; a block is one of {type: heading, level, text} · {type: para, text,
cites: [text]} · {type: gap, text} · {type: table, head, rows, widths} · {type: chart, title, alt, digest}, whose SVG is in
the vault.
"""

import json
import threading
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from yangguang.policy.answers import Citation
from yangguang.record.documents import BadDocument, MissingGlyph, fonts
from yangguang.record.documents.fonts import FontSet
from yangguang.record.documents.rendering import BEIJING_OFFSET, STANDARDS
from yangguang.vault import store

from . import word

FOLDER = Path(__file__).parent / "typeset"
PNG_PPI = 150.0
_local = threading.local()

Block = dict[str, Any]
Paper = dict[str, Any]


def heading(text: str, level: int = 1) -> Block:
    return {"type": "heading", "level": level, "text": text}


def para(text: str, because: Iterable[Citation] = ()) -> Block:
    return {"type": "para", "text": text, "cites": cites(because)}


def gap(text: str) -> Block:
    return {"type": "gap", "text": text}


def table(head: list[str], rows: list[list[str]], widths: list[int] | None = None) -> Block:
    return {"type": "table", "head": head, "rows": rows, "widths": widths or [1] * len(head)}


def chart(title: str, alt: str, digest: str) -> Block:
    return {"type": "chart", "title": title, "alt": alt, "digest": digest}


def cites(because: Iterable[Citation]) -> list[str]:
    """Each text once, with the places cited in it and the numbers of the clauses."""
    found: dict[str, dict[str, list[str]]] = {}
    for c in because:
        numbers = found.setdefault(c.source, {}).setdefault(c.title, [])
        if c.clause not in numbers:
            numbers.append(c.clause)
    return [
        source + "、".join(f"{title}（{'、'.join(numbers)}）" for title, numbers in places.items())
        for source, places in found.items()
    ]


def pdf(paper: Paper, on: date) -> bytes:
    """The paper as PDF/A: the same bytes for the same paper, day, fonts and typesetter.

    **Raises** MissingGlyph, BadDocument.
    """
    faces = fonts.load(Path(settings.HOME) / "fonts")
    given = {**paper, "blocks": [_with_svg(one) for one in paper["blocks"]], "faces": faces.faces}
    return _compile("paper.typ", given, faces, on, format="pdf", pdf_standards=STANDARDS)


def docx(paper: Paper, on: date) -> bytes:
    """The paper as a Word file that an officer may go on writing in."""
    faces = fonts.load(Path(settings.HOME) / "fonts")
    pictures = {
        one["digest"]: _compile("picture.typ", _with_svg(one), faces, on, format="png", ppi=PNG_PPI)
        for one in paper["blocks"]
        if one["type"] == "chart"
    }
    return word.write(paper, pictures)


def _with_svg(block: Block) -> Block:
    if block["type"] != "chart" or "svg" in block:
        return block
    with store.open(block["digest"]) as held:
        return {**block, "svg": held.read().decode()}


def _compile(name: str, given: dict[str, Any], faces: FontSet, on: date, **options: Any) -> bytes:
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=BEIJING_OFFSET)
    try:
        made = _compiler(faces).compile(
            str(FOLDER / name), sys_inputs={"data": json.dumps(given, ensure_ascii=False)}, timestamp=moment, **options
        )
    except typst.TypstError as error:
        if "could not be displayed" in error.message or "disallowed codepoint" in error.message:
            raise MissingGlyph(error.message.split('"')[1].strip("`"), "", None) from error
        raise BadDocument(f"排版失败：{error.message}", mend=f"请管理员检查：{error.diagnostic}") from error
    if not isinstance(made, bytes):
        raise BadDocument("没有排出一份文件", mend="请管理员检查模板")
    return made


def _compiler(faces: FontSet) -> typst.Compiler:
    """One compiler a thread; the fonts are shared by all."""
    kept: dict[str, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if faces.key not in kept:
        kept[faces.key] = typst.Compiler(root=str(FOLDER), font_paths=faces.fonts)
    return kept[faces.key]


def text(paper: Paper) -> str:
    """The words of a paper, line by line: for comparing two versions and for finding clauses."""
    lines = [paper["title"], *paper["lines"]]
    for one in paper["blocks"]:
        match one["type"]:
            case "table":
                lines += ["　".join(one["head"]), *("　".join(row) for row in one["rows"])]
            case "chart":
                lines += [one["title"], *one["alt"].splitlines()]
            case _:
                lines.append(one["text"] + (f"（依据：{'；'.join(one['cites'])}）" if one.get("cites") else ""))
    return "\n".join(lines)
