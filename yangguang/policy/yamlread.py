"""This is the strict YAML reader: duplicate keys are errors, only ISO dates, integers, true/false and text exist.

A step written once may be referred to (`*name`), but no file grows beyond `MOST` values that way; merge keys and tags do
not exist. YAML 1.1 would read `on`, `off`, `no` and `1:30` as something else; a lawyer who writes them means the text.
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


_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_LONG = re.compile(r"-?[1-9][0-9]{18,}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# The longest file of the national pack holds some three thousand; references to references would make billions of a page.
MOST = 200_000

Marks = Mapping[tuple[str | int, ...], int]


def read(text: str, shown: str) -> tuple[Any, Marks]:
    """Read the text of one file; return its value and, for each key path, the line it stands on.

    **Raises** PackError naming file and line.
    """
    marks: dict[tuple[str | int, ...], int] = {}
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise PackError("文件是空的。", where=shown, mend="写入内容，或删去该文件。")
        return _Reader(shown, marks).value(node, ()), marks
    except RecursionError as error:
        raise PackError("层次太深。", where=shown, mend="减少一层套一层的列表和键值表。") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise PackError(
            f"不是合格的 YAML（{getattr(error, 'problem', None) or error}）。",
            where=shown + line,
            mend="检查该行的缩进、冒号后的空格和引号。",
        ) from error


def words(path: Path, shown: str) -> str:
    """Read the text of a file, each byte of it. **Raises** PackError where it is not UTF-8 or cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(
            f"第 {error.start} 字节不是 UTF-8 文字。", where=shown, mend="用 UTF-8 编码另存该文件。"
        ) from error
    except OSError as error:
        raise PackError(f"不能读取（{error.strerror}）。", where=shown, mend="换成可以读取的普通文件。") from error


class _Reader:
    """This turns the nodes of one file into values, and notes the line of every key path."""

    def __init__(self, shown: str, marks: dict[tuple[str | int, ...], int]):
        self.shown, self.marks = shown, marks
        self._many = 0

    def value(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
        self._sound(node, path)
        self.marks.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _sound(self, node: yaml.Node, path: tuple[str | int, ...]) -> None:
        """Refuse a tag, and a file that references blow up."""
        self._many += 1
        if self._many > MOST:
            raise PackError(
                f"展开引用（*名称）以后超过 {MOST} 个值。", where=self._where(node), key=dotted(path[:3]),
                accepted="少量的引用", mend="直接写出内容，或者分成几个文件。",
            )  # fmt: skip
        if node.tag:
            raise PackError(
                f"用了 YAML 的类型标记 {node.tag}。", where=self._where(node), key=dotted(path),
                accepted="文字、整数、日期、true、false、列表、键值表", mend="删去标记；要写成文字的加引号。",
            )  # fmt: skip

    def _where(self, node: yaml.Node) -> str:
        return f"{self.shown}:{node.start_mark.line + 1}"

    def _mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                raise PackError(
                    "键必须是文字，不用合并键。", where=self._where(key_node), key=dotted(path), accepted="文字",
                    mend="改成文字的键；合并键（<<）的内容直接写出。",
                )  # fmt: skip
            key = key_node.value
            if key in found:
                first = self.marks[(*path, key)]
                raise PackError(
                    f"键重复，第 {first} 行已经写过。",
                    where=self._where(key_node),
                    key=dotted((*path, key)),
                    accepted="同一层每个键只写一次",
                    mend="合并两处内容，删去一处。",
                )
            self.marks[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
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
        if _LONG.match(text):
            raise PackError(
                f"整数有 {len(text.lstrip('-'))} 位。", where=self._where(node), key=dotted(path),
                accepted="最多 18 位的整数", mend="改成合理的数；是编号的加引号。",
            )  # fmt: skip
        if _DATE.match(text):
            try:
                return dt.date.fromisoformat(text)
            except ValueError as error:
                raise PackError(
                    f"“{text}”不是存在的日期。", where=self._where(node), key=dotted(path), accepted="YYYY-MM-DD",
                    mend="改成真实存在的日期。",
                ) from error  # fmt: skip
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
