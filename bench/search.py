"""The portal's text search over many decisions: each word's page of twenty with its exact count, as the portal asks.

    make bench ARGS=search       20 000 decisions; BENCH_DECISIONS=5000 for fewer
    BENCH_PLANS=1 …              also prints the plan of each statement

The decisions are made up, in the length and wording of real ones (1 200 to 2 500 characters), with their own words so
that a rare and a common word can be told apart.  They are written as the publishing action writes them.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from _site import ROOT, machine

HOME = Path(tempfile.mkdtemp(prefix="yg-search-", dir="/tmp"))
os.environ |= {
    "YANGGUANG_HOME": str(HOME),
    "YANGGUANG_POOL": "0",
    "DJANGO_SETTINGS_MODULE": "yangguang.site.settings",
}
sys.path.insert(0, str(ROOT))

import shutil  # noqa: E402

import django  # noqa: E402

django.setup()

from django.db import connections, transaction  # noqa: E402
from django.http import QueryDict  # noqa: E402

from yangguang.disclosure import actions, queries  # noqa: E402
from yangguang.disclosure.models import PublicDecision  # noqa: E402
from yangguang.registry import keyset  # noqa: E402
from yangguang.site import database, embedded  # noqa: E402

RUNS, WARM = 9, 2
MANY = int(os.environ.get("BENCH_DECISIONS", "20000"))
ASKED = {
    "罚款": "每一件都有",
    "行政处罚": "每一件都有",
    "安全出口": "约三分之一",
    "占道经营": "约三分之一",
    "安全出口 北街": "两词，约百分之六",
    "大勇百货": "约千分之一",
    "没有这样的话": "没有",
}
CAUSES = ("占用堵塞安全出口", "占道经营影响市容", "未按规定公示健康证明")
STREETS = ("北街", "南街", "东门", "西关", "河沿")
TRADES = ("百货", "小吃", "五金", "理发", "修车", "粮油", "药房")
COMMON = "一二三四五六七八九十的了在有是不人当事场所执法检查情况说明记录现场询问证据材料核实确认整改完成期限责令"


def text(draw: random.Random, cause: str, shop: str, street: str, number: str) -> str:
    body = "".join(draw.choices(COMMON, k=draw.randint(900, 2100)))
    lines = [body[i : i + 60] + "。" for i in range(0, len(body), 60)]
    return (
        f"青山镇人民政府\n行政处罚决定书\n{number}\n当事人：{shop}\n地址：青山镇{street}\n"
        f"经查，当事人{cause}，以上事实有现场检查笔录、询问笔录为证。\n" + "\n".join(lines) + "\n"
        "依据《中华人民共和国行政处罚法》，决定处罚款人民币贰佰元整。当事人应当自收到本决定书之日起十五日内缴纳罚款。"
        "如不服本决定，可以在六十日内申请行政复议，或者在六个月内提起行政诉讼。"
    )


def fill() -> None:
    draw = random.Random(1)
    for start in range(0, MANY, 500):
        with transaction.atomic():
            for n in range(start, min(start + 500, MANY)):
                cause, street = draw.choice(CAUSES), draw.choice(STREETS)
                name = "大勇" if n % 150 == 7 else "".join(draw.choices("建国志明海燕秀英文军", k=2))
                shop, number = f"{name}{draw.choice(TRADES)}店", f"青罚决字〔2026〕{n}号"
                on = date(2024, 1, 1) + timedelta(days=draw.randrange(1000))
                row = PublicDecision.objects.create(
                    code=f"{n:012d}",
                    state="shown",
                    version=1,
                    body_name=f"青山镇{n % 12}",
                    region="411521",
                    kind="penalty",
                    field="消防安全",
                    title=f"{shop}{cause}案",
                    number=number,
                    party=shop,
                    fine_fen=20000,
                    decided_on=on,
                    published_at=datetime(on.year, on.month, on.day, 9, tzinfo=timezone(timedelta(hours=8))),
                    summary={"conclusion": "罚款 200.00 元", "cause": cause, "party": shop},
                    text=text(draw, cause, shop, street, number),
                    fact_ref=f"disclosure.publication:{n}",
                )
                actions.index(row)


def plans(words: str) -> None:
    rows = queries.find(text=words)
    for one in (rows.order_by(), rows[:21]):
        print(one.explain(analyze=True, buffers=True))


def main() -> int:
    print(f"检索用时：{machine()}；{MANY} 件决定")
    cluster = embedded.Cluster(HOME)
    try:
        with embedded.owning(HOME, "bench"):
            cluster.start()
            database.migrate()
            began = time.monotonic()
            fill()
            with cluster.connect("yangguang") as admin:
                admin.execute("vacuum analyze disclosure_publicdecision")
            print(f"写入用时 {time.monotonic() - began:.0f} 秒")
            print("| 检索词 | 含有它的 | 找到 | 一页并计数（毫秒，中位数） | 最慢 |\n|---|---|---:|---:|---:|")
            for words, share in ASKED.items():
                took, total = [], 0
                for _ in range(WARM + RUNS):
                    began = time.perf_counter()
                    page = keyset.page(queries.find(text=words), QueryDict(), queries.NEWEST_FIRST, 20)
                    took.append((time.perf_counter() - began) * 1000)
                    total = page.total
                took = took[WARM:]
                print(f"| {words} | {share} | {total} | {statistics.median(took):.1f} | {max(took):.1f} |", flush=True)
                if os.environ.get("BENCH_PLANS"):
                    plans(words)
    finally:
        for connection in connections.all():
            connection.close()
        cluster.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
