"""How long each page of the path takes on the real server: median of 20 after 2 warm-ups, one person at a time.

    make bench ARGS=pages        with the synthetic county of 60 cases, made for this run
    BENCH_CASES=300 …            with so many cases
    BENCH_HOME=<folder> …        on an existing home, which must not be in use; its pages are read, nothing is written

The ratio to the portal's front page of the same run is what may be compared between machines.
"""

import os
import re
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from _site import Visitor, machine, serving, throw_away, yangguang

RUNS, WARM = 20, 2
AGENCIES = ("qidong", "qidong-market", "suyou", "suyou-market", "dehong", "gaoxin")
ONE = "[0-9a-f-]{36}"


@dataclass(frozen=True)
class Page:
    """A page of the path: whose it is, and its address or the pattern of a link on another page that leads to it."""

    name: str
    role: str  # "" the public; else the ending of a demo sign-in
    path: str
    link: str = ""


PATH = (
    Page("门户首页", "", "/"),
    Page("查决定（列表）", "", "/decisions/"),
    Page("查决定（检索“罚款”，几乎都有）", "", "/decisions/?q=罚款"),
    Page("查决定（检索“安全出口”，少见）", "", "/decisions/?q=安全出口"),
    Page("一份公开的决定", "", "/decisions/", r"/decisions/[0-9A-Z]{4,12}/(?=[\"#?])"),
    Page("核验", "", "/verify/"),
    Page("收件箱（执法人员）", "officer1", "/work/"),
    Page("案件列表", "officer1", "/work/cases/"),
    Page("案件", "officer1", "/work/cases/", rf"/work/cases/{ONE}/"),
    Page("法制审核台", "reviewer", "/review/"),
    Page("审核页", "reviewer", "/review/", rf"/review/{ONE}/"),
    Page("决定台", "head", "/decision/"),
    Page("作出决定", "head", "/decision/?show=decide", rf"/decision/{ONE}/decide/"),
    Page("公示台", "disclosure", "/disclosure/"),
    Page("公示页", "disclosure", "/disclosure/", rf"/disclosure/{ONE}/publish/"),
    Page("监督看板", "supervisor", "/supervision/"),
    Page("监督：期限", "supervisor", "/supervision/duties/"),
    Page("监督：留痕", "supervisor", "/supervision/trail/"),
)


class People:
    """The demo's people, signed in when first needed."""

    def __init__(self, base: str):
        self.base = base
        self.known: dict[str, Visitor] = {}

    def of(self, role: str, agency: str) -> Visitor:
        name = "" if not role else "qidong-supervisor" if role == "supervisor" else f"{agency}-{role}"
        if name not in self.known:
            self.known[name] = Visitor(self.base, name)
        return self.known[name]


def address(page: Page, people: People) -> tuple[Visitor, str] | None:
    """Whoever can see the page, and where it is; the agencies are tried in turn."""
    for agency in AGENCIES:
        visitor = people.of(page.role, agency)
        if not page.link:
            return visitor, page.path
        if found := re.search(page.link, visitor.read(page.path)):
            return visitor, found[0]
    return None


def measure(base: str) -> None:
    people = People(base)
    print("| 页面 | 中位数（毫秒） | 最慢 | 千字节 | 与门户首页之比 |\n|---|---:|---:|---:|---:|")
    first = 0.0
    for page in PATH:
        where = address(page, people)
        if where is None:
            print(f"| {page.name} | （这份数据里没有） | | | |")
            continue
        visitor, path = where
        took = [visitor.timed(path) for _ in range(WARM + RUNS)][WARM:]
        times = [milliseconds for milliseconds, _ in took]
        middle = statistics.median(times)
        first = first or middle
        print(
            f"| {page.name} | {middle:.1f} | {max(times):.1f} | {took[0][1] / 1024:.0f} | {middle / first:.1f} |",
            flush=True,
        )


def main() -> int:
    cases = os.environ.get("BENCH_CASES", "60")
    given = os.environ.get("BENCH_HOME")
    print(f"页面用时：{machine()}")
    with throw_away("yg-bench-") as folder:
        home = Path(given).resolve() if given else folder / "home"
        if given is None:
            yangguang(home, "prepare")
            began = time.monotonic()
            yangguang(home, "demo", "load", "--cases", cases, "--seed", "1")
            print(f"装入 {cases} 件案件用时 {time.monotonic() - began:.0f} 秒")
        with serving(home) as base:
            measure(base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
