"""A public text laid out for reading: its lines, the masks in them and the ground of each."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """Words, or a mask with the number of its ground."""

    text: str
    number: int = 0
    ground: str = ""


@dataclass(frozen=True)
class Line:
    """One paragraph.  **Shape** `role`: note | org | title | number | heading | flat | sign | text."""

    role: str
    pieces: list[Piece]


Ground = dict[str, str]
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
FLAT_UNTIL = 20  # a short line without a full stop is a label and its value, not a paragraph


def sheet(text: str, marks: list[dict[str, Any]]) -> tuple[list[Line], list[Ground]]:
    """Lines of pieces, and the grounds in the order of their numbers."""
    grounds: list[Ground] = []
    lines: list[Line] = []
    at = 0
    left = sorted(marks, key=lambda mark: mark["start"])
    for raw in text.split("\n"):
        pieces, inside = [], at
        while left and left[0]["start"] < at + len(raw):
            mark = left.pop(0)
            ground = {"ground": mark["ground"], "clause": mark["clause"]}
            if ground not in grounds:
                grounds.append(ground)
            if mark["start"] > inside:
                pieces.append(Piece(text[inside : mark["start"]]))
            pieces.append(Piece(text[mark["start"] : mark["end"]], grounds.index(ground) + 1, mark["ground"]))
            inside = mark["end"]
        if inside < at + len(raw):
            pieces.append(Piece(text[inside : at + len(raw)]))
        if pieces:
            lines.append(Line(_role(raw, len(lines), lines), pieces))
        at += len(raw) + 1
    return lines, grounds


def _role(raw: str, place: int, before: list[Line]) -> str:
    """What a line is, by how an official document begins: body, title, number."""
    if place == 0 and raw.startswith("公开版"):
        return "note"
    started = any(line.role == "number" for line in before)
    if not started and place < 5:
        if "〔" in raw and raw.endswith("号"):
            return "number"
        if raw.endswith("书") and len(raw) < 30:
            return "title"
        if len(raw) < 40 and not raw.endswith(("。", "：")) and "：" not in raw:
            return "org"
    if raw.endswith("（印章）") or (before and before[-1].role == "sign" and DATE.fullmatch(raw)):
        return "sign"
    if raw[:1] in "一二三四五六七八九十" and raw[1:2] in {"、", "十"} and len(raw) < 40 and not raw.endswith("。"):
        return "heading"
    if "：" in raw[:FLAT_UNTIL] and not raw.endswith(("。", "；", "：")):
        return "flat"
    return "text"
