"""Importing and exporting registers: 10 000 rows read, checked, entered, taken out again, checked again.

    make bench ARGS=tables       10 000 rows; BENCH_ROWS=2000 for fewer

Parties with the check digits of real numbers; officers with a unit and a certificate.  As XLSX and as CSV.
"""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from _site import ROOT, machine

HOME = Path(tempfile.mkdtemp(prefix="yg-tables-", dir="/tmp"))
os.environ |= {
    "YANGGUANG_HOME": str(HOME),
    "YANGGUANG_POOL": "0",
    "DJANGO_SETTINGS_MODULE": "yangguang.site.settings",
}
sys.path.insert(0, str(ROOT))

import shutil  # noqa: E402

import django  # noqa: E402

django.setup()

import xlsxwriter  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from stdnum.cn import ric  # noqa: E402

from yangguang.registry import access, forms  # noqa: E402
from yangguang.registry.models import Body  # noqa: E402
from yangguang.registry.tables import reading, runs, writing  # noqa: E402
from yangguang.registry.tables.book import Hand  # noqa: E402
from yangguang.registry.tables.checking import Terms, check  # noqa: E402
from yangguang.registry.tables.registers import TABLES  # noqa: E402
from yangguang.site import database, embedded  # noqa: E402
from yangguang.site.demo import qingshan  # noqa: E402

MANY = int(os.environ.get("BENCH_ROWS", "10000"))
ON = date(2026, 9, 1)


def party(number: int) -> list[str]:
    head = f"411521{1950 + number % 50}0101{number // 50:03d}"
    return [
        "自然人",
        f"当事人{number}",
        head + ric.calc_check_digit(head + "0"),
        "138000",
        "河南省信阳市罗山县青山镇北街",
    ]


def officer(number: int) -> list[str]:
    certificate = [f"9{number:09d}", "河南省人民政府", "2024-03-01", "2024-04-01", "2029-03-31"]
    return [f"人员{number}", "行政执法大队", "执法队员", "行政处罚、行政检查", *certificate]


FILES = {
    "parties": (["类别", "姓名或者名称", "公民身份号码", "联系电话", "住址或者住所"], party),
    "officers": (
        [
            "姓名",
            "所在机构",
            "职务",
            "执法种类",
            "执法证号",
            "发证机关",
            "考试合格日期",
            "证件有效期自",
            "证件有效期至",
        ],
        officer,
    ),
}


def workbook(head: list[str], rows: list[list[str]]) -> bytes:
    path = HOME / "rows.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            for place, value in enumerate(row):
                sheet.write_string(number, place, value)
    return path.read_bytes()


def timed(what: str, began: float, more: str = "") -> None:
    print(f"| {what} | {time.monotonic() - began:.1f} |{more}", flush=True)


def measure(slug: str) -> None:
    table, (head, row) = TABLES[slug], FILES[slug]
    data = workbook(head, [row(number) for number in range(MANY)])
    began = time.monotonic()
    sheet = reading.read(data)
    timed(f"{table.title}：读出 {MANY} 行 XLSX（{len(data) // 1024} 千字节）", began)
    with access.within(""):
        town = Body.objects.filter(scope=qingshan.TOWN).first()
        hand, terms = Hand("", None, town), Terms(forms.now(), ON, "导入")
        began = time.monotonic()
        with CaptureQueriesContext(connection) as asked:
            counts = check(table, sheet, hand, terms).counts
        timed(f"{table.title}：核对（{len(asked)} 次查询）", began)
    assert counts["fresh"] == MANY, counts
    began = time.monotonic()
    with access.within(""):
        run, _ = runs.take(table, data, "rows.xlsx", hand, forms.now(), ON, "导入")
    slowest = 0.0
    going = True
    while going:
        step = time.monotonic()
        with access.within(""):
            going = runs.step(run, hand, forms.now()) is not None
        slowest = max(slowest, time.monotonic() - step)
    timed(f"{table.title}：登记（含每步重读、重核；最慢的 500 行 {slowest:.1f} 秒）", began)
    with access.within(""):
        told = runs.progress(run)["counts"]
        assert told["fresh"] == MANY, told
        for form in ("csv", "xlsx"):
            began = time.monotonic()
            out, many = writing.export(table, hand, ON, form, private=True)
            timed(f"{table.title}：导出 {many} 行 {form.upper()}（{len(out) // 1024} 千字节）", began)
        began = time.monotonic()
        counts = check(table, reading.read(out), hand, terms).counts
        timed(f"{table.title}：导出的再核对", began)
        assert counts["same"] == many, counts


def main() -> None:
    print(machine())
    cluster = embedded.Cluster(HOME)
    cluster.start()
    try:
        database.migrate()
        with access.within(""):
            qingshan.people()
        print("\n| 步骤 | 秒 |\n|---|---:|")
        for slug in FILES:
            measure(slug)
    finally:
        connection.close()
        cluster.stop()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
