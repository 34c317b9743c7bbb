"""This reads clauses.tsv: the exact words every rule of a pack stands on.

**Shape** Columns, tab-separated, no quoting: id, title, text, source, confirm, requirement, capability, software.
The last three are notes for the people who build; they may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yangguang.policy import yamlread
from yangguang.policy.answers import Citation
from yangguang.policy.errors import PackError
from yangguang.policy.schema import Source

COLUMNS = ("id", "title", "text", "source", "confirm", "requirement", "capability", "software")


@dataclass(frozen=True, slots=True)
class Clause:
    """This is one clause of a law or plan."""

    id: str
    title: str
    text: str
    source: str
    source_title: str
    confirm: bool
    requirement: str = ""
    capability: str = ""
    software: str = ""
    pack: str = ""

    @property
    def citation(self) -> Citation:
        return Citation(
            clause=self.id, text=self.text, source=self.source_title, title=self.title, confirm=self.confirm
        )


def words(path: Path, shown: str) -> str:
    """Read the text of a table. **Raises** PackError where there is none."""
    if not path.exists():
        raise PackError("缺少条款表。", where=shown, mend=f"新建该文件，首行为：{'<Tab>'.join(COLUMNS)}")
    return yamlread.words(path, shown)


def read(text: str, shown: str, sources: Mapping[str, Source], pack: str, found: dict[str, Clause]) -> None:
    """Read one table into `found`. **Raises** PackError naming file and line."""
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise PackError(
            "首行不对。", where=f"{shown}:1", accepted="<Tab>".join(COLUMNS), mend="把首行改成可接受的写法。"
        )
    for number, line in enumerate(lines[1:], start=2):
        where = f"{shown}:{number}"
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise PackError(
                f"有 {len(cells)} 栏。",
                where=where,
                accepted=f"{len(COLUMNS)} 栏，以制表符分隔",
                mend="补足或删去多余的制表符。",
            )
        row = dict(zip(COLUMNS, (c.strip() for c in cells), strict=True))
        if not row["id"] or not row["text"]:
            raise PackError("条款编号和原文不能为空。", where=where, mend="填写编号和原文。")
        if row["confirm"] not in ("", "true"):
            raise PackError(
                f"confirm 栏写的是“{row['confirm']}”。", where=where, key=row["id"], accepted="true，或者留空",
                mend="没有与官方原文核对的写 true；核对过的留空。",
            )  # fmt: skip
        if row["id"] in found:
            raise PackError("条款编号重复。", where=where, key=row["id"], mend="改用不同的编号。")
        if row["source"] not in sources:
            raise PackError(
                f"出处“{row['source']}”没有在 pack.yaml 的 sources 中登记。",
                where=where,
                key=row["id"],
                accepted="、".join(sources),
                mend="登记该出处，或改用已登记的出处。",
            )
        source = sources[row["source"]]
        title = f"{source.title}（{source.number}）" if source.number else source.title
        found[row["id"]] = Clause(
            id=row["id"],
            title=row["title"],
            text=row["text"],
            source=row["source"],
            source_title=title,
            confirm=row["confirm"] == "true" or source.confirm,
            requirement=row["requirement"],
            capability=row["capability"],
            software=row["software"],
            pack=pack,
        )
