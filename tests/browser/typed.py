"""Enter once: what people had to type or choose in the life of a case, page by page, counted and listed in the docs."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from tests.browser.people import Person

LISTED = os.environ.get("YANGGUANG_TYPED")  # a file: then what was typed is listed in it
BESIDE = ("工作人员登录", "撤", "差错", "更正")  # signing in, and what came after the decision was public
HEAD = """# 一件案件要填多少项

每一类执法行为走完一案，所有的人一共填写、选择的项；其余由系统按已有信息填好。由下面的命令在真实浏览器中办完每一案写出，
同一测试不许超过这里的数，也不许同一项在两个页面上各填一次：

`YANGGUANG_TYPED=docs/reference/typed.md .venv/bin/python -m pytest tests/browser/test_walk.py tests/browser/test_kinds.py`

登录、勾选审核清单和遮盖项、结案方式，以及此后的更正、撤下不计。普通程序处罚一案含一次退回修改。
"""


def pages(people: Iterable[Person]) -> dict[str, list[str]]:
    """The labels typed, by page."""
    found: dict[str, list[str]] = {}
    for person in people:
        for page, label in person.typed:
            if not any(word in page for word in BESIDE):
                found.setdefault(page, []).append(" ".join(label.replace("（可不填）", "").split()))
    return found


def total(found: dict[str, list[str]]) -> int:
    return sum(len(labels) for labels in found.values())


def list_under(title: str, found: dict[str, list[str]]) -> None:
    """Put the section of one kind of case into the listing, in the place it had."""
    if not LISTED:
        return
    rows = [f"| {page} | {len(labels)} | {'、'.join(labels)} |" for page, labels in found.items()]
    section = "\n".join(
        [
            f"## {title}：{total(found)} 项，{len(found)} 页",
            "",
            "| 页面 | 项数 | 填写的项 |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
    path = Path(LISTED)
    kept = re.split(r"(?m)^(?=## )", path.read_text(encoding="utf-8"))[1:] if path.exists() else []
    of = {one.partition("：")[0]: one for one in kept}
    of[f"## {title}"] = section
    path.write_text("\n".join([HEAD, *(one.strip() + "\n" for one in of.values())]), encoding="utf-8")
