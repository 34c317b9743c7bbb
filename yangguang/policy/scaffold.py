"""This begins the pack of a new jurisdiction: a folder `law check` accepts, with the places to fill in marked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from yangguang.policy import files
from yangguang.policy.clauses import COLUMNS
from yangguang.policy.errors import PackError
from yangguang.policy.schema import Jurisdiction

LEVELS: tuple[str, ...] = get_args(Jurisdiction.model_fields["level"].annotation)
ID = re.compile(r"(?=.{1,80}\Z)[a-z]+(-[a-z0-9]+)+\Z")
REGION = re.compile(r"[0-9]{6}([0-9]{3})?([0-9]{3})?\Z")

PACK = """\
# {name}。写法见 packs/README.md 与 docs/how-to/new-jurisdiction.md；改完运行 yangguang law check。
# 本包只写本地方案自己的话：没有写的，自动取上级包 {extends} 的规则；只能加严，不能放宽。
# 1. 在 sources 写上方案的全称、文号、印发日期、施行日期；2. 把原文逐条抄进 clauses.tsv；3. 每条规则用 because 引用编号；
# 4. 每条规则在 examples/ 写例子；5. 与原文核对过，才可以删去 confirm: true。
id: {id}
title: {name}（待填：方案全称）
extends: {extends}
# since: 2026-01-01          本包规则的首日；出处写了 in_force 的，以出处为准
jurisdiction: {{name: {name}, region: "{region}", level: {level}}}
sources:
  plan: {{title: 待填：方案全称, issuer: 待填：印发机关, confirm: true}}
# questions:                 问题名和已有规则：yangguang law show {extends}
#   review_required:
#     - {{when: {{catalogue_hit: true}}, value: true, because: {clause}}}
# 期限写在 deadlines.yaml，关口写在 gates.yaml，步骤写在 acts/<种类>.yaml，参数写在 parameters.yaml。
"""
EXAMPLES = """\
# 例子：法律人员看得懂、程序逐条核对的案例。每条规则至少写一个符合的、一个不符合的，有数字的再写一个恰好等于的。
examples:
  - {title: 上级规定照样适用：听证过的处罚须审核, ask: review_required, facts: {kind: penalty, hearing_held: true}, expect: true}
"""
CLAUSE = ("示例条款（请替换）", "待填：请在这里逐字抄录方案原文，一条一行。", "plan", "true", "", "", "")


def new(pack_id: str, *, extends: str, name: str, region: str, level: str, into: Path = files.ROOT) -> Path:
    """Write a minimal pack folder and return it.

    **Shape** `region`: 6, 9 or 12 digits. The parent stands in `into` or in the packs of this checkout. **Raises**
    PackError, before anything is written, for an id or folder that exists, and for a wrong id, name, region, level or
    parent.
    """
    parents = sorted({*files.names(into), *files.names()})
    _check(pack_id, extends, name, region, level, parents)
    folder = into / pack_id
    if folder.exists() or pack_id in parents:
        raise PackError(
            f"法条包“{pack_id}”已经有了。", where=str(folder), key="id", accepted="还没有用过的编号",
            mend="换一个编号；要改已有的包，直接编辑它的文件。",
        )  # fmt: skip
    clause = f"{pack_id.rsplit('-', 1)[1].upper()}-1"
    filled = PACK.format(id=pack_id, extends=extends, name=name, region=region, level=level, clause=clause)
    (folder / "examples").mkdir(parents=True)
    (folder / "pack.yaml").write_text(filled, encoding="utf-8")
    table = "\t".join(COLUMNS) + "\n" + "\t".join((clause, *CLAUSE)) + "\n"
    (folder / "clauses.tsv").write_text(table, encoding="utf-8")
    (folder / "examples" / "first.yaml").write_text(EXAMPLES, encoding="utf-8")
    return folder


def _check(pack_id: str, extends: str, name: str, region: str, level: str, parents: list[str]) -> None:
    if not ID.match(pack_id):
        raise PackError(
            f"编号“{pack_id}”不对。", key="id", accepted="小写拼音、数字，用减号分级，不超过 80 个字符，如 cn-henan-xinyang-qingshan",
            mend="按“国-省-市-县或者部门”改写。",
        )  # fmt: skip
    if extends not in parents:
        raise PackError(f"上级包“{extends}”不存在。", key="extends", accepted="、".join(parents), mend="从中选一个。")
    if not re.search("[\u4e00-\u9fff]", name) or re.search(r"[\s:{}\[\],#&*!|>'\"%@`]", name):
        raise PackError(
            f"名称“{name}”不对。", key="name", accepted="一行中文，不含空格、冒号、逗号、括号等 YAML 符号",
            mend="只写法域的名称，如“河南省信阳市平桥区”。",
        )  # fmt: skip
    if not REGION.match(region):
        raise PackError(
            f"行政区划代码“{region}”不对。",
            key="region",
            accepted="6、9 或者 12 位数字",
            mend="照民政部公布的代码填写。",
        )
    if level not in LEVELS:
        raise PackError(f"层级“{level}”不对。", key="level", accepted="、".join(LEVELS), mend="从中选一个。")
