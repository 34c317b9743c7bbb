"""This is the strict YAML reader: duplicate keys are errors, only ISO dates, integers, true/false and text exist.

YAML 1.1 would read `on`, `off`, `no` and `1:30` as something else; a lawyer who writes them means the text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from yangguang.policy.errors import PackError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """This reads nodes only. `_scalar` decides what plain text means, so YAML's own guessing is left out."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        return ""

    def descend_resolver(self, current_node: yaml.Node, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


_INT = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

Marks = Mapping[tuple[str | int, ...], int]


def read(path: Path, shown: str) -> tuple[Any, Marks]:
    """Read one file; return its value and, for each key path, the line it stands on.

    **Raises** PackError naming file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PackError(
            f"第 {error.start} 字节不是 UTF-8 文字。", where=shown, mend="用 UTF-8 编码另存该文件。"
        ) from error
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise PackError(
            f"不是合格的 YAML（{getattr(error, 'problem', None) or error}）。",
            where=shown + line,
            mend="检查该行的缩进、冒号后的空格和引号。",
        ) from error
    marks: dict[tuple[str | int, ...], int] = {}
    if node is None:
        raise PackError("文件是空的。", where=shown, mend="写入内容，或删去该文件。")
    return _value(node, (), marks, shown), marks


def _value(node: yaml.Node, path: tuple[str | int, ...], marks: dict[tuple[str | int, ...], int], shown: str) -> Any:
    marks.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marks, shown)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), marks, shown) for index, child in enumerate(node.value)]
    return _scalar(node, path, shown)


def _mapping(
    node: yaml.MappingNode, path: tuple[str | int, ...], marks: dict[tuple[str | int, ...], int], shown: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
            raise PackError("键必须是文字，不用合并键。", where=f"{shown}:{line}", key=dotted(path))
        key = key_node.value
        if key in found:
            first = marks[(*path, key)]
            raise PackError(
                f"键重复，第 {first} 行已经写过。",
                where=f"{shown}:{line}",
                key=dotted((*path, key)),
                accepted="同一层每个键只写一次",
                mend="合并两处内容，删去一处。",
            )
        marks[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), marks, shown)
    return found


def _scalar(node: yaml.Node, path: tuple[str | int, ...], shown: str) -> Any:
    text = node.value
    if not isinstance(node, yaml.ScalarNode) or node.style not in (None, ""):
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if text[0] not in "-0123456789":
        return text
    if _INT.match(text):
        return int(text)
    if _DATE.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise PackError(
                f"“{text}”不是存在的日期。",
                where=f"{shown}:{node.start_mark.line + 1}",
                key=dotted(path),
                accepted="YYYY-MM-DD",
                mend="改成真实存在的日期。",
            ) from error
    return text


def dotted(path: tuple[str | int, ...]) -> str:
    """Show a key path the way people write it: `questions.recording[2].because`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def line_of(marks: Marks, path: tuple[str | int, ...]) -> int:
    """Find the line of the deepest part of `path` that really stands in the file."""
    while path and path not in marks:
        path = path[:-1]
    return marks.get(path, 1)
