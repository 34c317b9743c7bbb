"""导入的文件: files that are none or mean harm are named, and the pages lead through the rest."""

import csv
import io
import struct
import zipfile
import zlib
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import COUNTY, TOWN, at
from yangguang.registry import access
from yangguang.registry.models import (
    Account,
    ImportStep,
    Party,
    RegisterExport,
    RegisterImport,
)
from yangguang.registry.tables import reading
from yangguang.registry.tables.book import Hand
from yangguang.registry.tables.reading import Unreadable, read
from yangguang.registry.tests.test_tables import (
    PEOPLE,
    as_csv,
    as_xlsx,
    found,
    natural,
    repacked,
)
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
NOW, TODAY = at(9, 1), date(2026, 9, 1)
ALL = Hand("")
USCC = "12411521006005061X"


@pytest.fixture
def who():
    with access.within(""):
        yield story.people()


# ---- files that are none, or mean harm -------------------------------------------------------------------------------


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


PLAIN = as_xlsx([["名称", "类别"], ["综合科", "承办机构"]])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf \r\n", "文件里没有内容"),
        (b"%PDF-1.7\n", "这不是表格文件"),
        (b"\x89PNG\r\n\x1a\n\0", "这不是表格文件"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "这是网页或者 XML 文件"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "这是网页或者 XML 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Excel 文件"),
        ("名称,类别\r\n综合科,承办机构".encode("utf-16"), "UTF-16"),
        (b"a,b\r\n\xff\xff\xff,1\r\n", "第 2 行有不能识别的字节"),
        (b"a\0b", "不是文本"),
        (b"PK\x03\x04" + b"x" * 100, "已损坏"),
        (as_csv(["列"] * 1000, ["a"] * 1000), "有 1000 列"),
        (as_csv(["名称"], *(["a"] for _ in range(20_001))), "超过 20000 行"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "有一格过长"),
        (as_xlsx([["名称"], ["a"]], [["名称"], ["b"]]), "2 个有内容的工作表：Sheet1、Sheet2"),
        (as_xlsx([["列"] * 1000]), "有 201 列"),
        (
            repacked(PLAIN, xl__worksheets__sheet1=sheet_xml('<row r="1"><c r="XFD1048576"><v>1</v></c></row>')),
            "超过|列",
        ),
        (repacked(PLAIN, xl__worksheets__sheet1=sheet_xml('<row r="9999999999"><c><v>1</v></c></row>')), "位置不正确"),
        (repacked(PLAIN, xl__worksheets__sheet1=sheet_xml('<row r="x"><c><v>1</v></c></row>')), "已损坏"),
        (repacked(PLAIN, xl__worksheets__sheet1=b"<worksheet"), "已损坏"),
        (
            repacked(PLAIN, xl__worksheets__sheet1=b'<!DOCTYPE a [<!ENTITY x "y">]>' + sheet_xml("")[21:]),
            "文档类型声明",
        ),
        (repacked(PLAIN, xl__workbook=b'<!DOCTYPE a [<!ENTITY x "y">]><workbook/>'), "文档类型声明"),
    ],
)
def test_what_is_no_file_of_rows(data, says):
    with pytest.raises(Unreadable, match=says) as refused:
        read(data)
    assert refused.value.mend


def test_a_macro_file_and_other_packages():
    for part, says in (("xl/vbaProject.bin", "带有宏"), ("xl/macrosheets/sheet1.xml", "带有宏")):
        out = io.BytesIO(PLAIN)
        with zipfile.ZipFile(out, "a") as packed:
            packed.writestr(part, b"x")
        with pytest.raises(Unreadable, match=says):
            read(out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", b"x")
    with pytest.raises(Unreadable, match="这不是 XLSX 表格"):
        read(out.getvalue())


def test_a_file_that_is_too_large_or_unpacks_to_too_much():
    zeros = repacked(PLAIN, xl__media__zeros=b"\0" * (reading.MOST_UNPACKED + 1))
    assert len(zeros) < 2**20
    with pytest.raises(Unreadable, match="解压后过大"):
        read(zeros)
    with pytest.raises(Unreadable, match="超过 20 MB"):
        read(b"a" * (reading.MOST_BYTES + 1))


def overlapped(entries: int) -> bytes:
    """One megabyte of zeros that every line of the directory points at: a bomb without any nesting."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(bytes(2**20)) + packer.flush()
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(bytes(2**20)), len(body), 2**20, 5, 0)
    out, lines = local + b"a.xml" + body, b""
    for number in range(entries):
        name = b"xl/workbook.xml" if number == 0 else b"xl/%d.xml" % number
        lines += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, zlib.crc32(bytes(2**20)), len(body), 2**20,
            len(name), 0, 0, 0, 0, 0, 0,
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, entries, entries, len(lines), len(out), 0)
    return out + lines + end


def test_bombs_by_nesting_and_by_overlapping():
    """A workbook inside a workbook is never unfolded; one piece named a hundred times is no hundred pieces."""
    inner = repacked(PLAIN, xl__media__zeros=b"\0" * (reading.MOST_UNPACKED // 2))
    for _ in range(3):
        inner = repacked(PLAIN, xl__media__inner=inner)
    assert len(inner) < 2**20
    assert read(inner) == read(PLAIN)
    with pytest.raises(Unreadable) as refused:
        read(overlapped(200))
    assert refused.value.mend


def test_formulas_merged_cells_and_wide_rows_are_named_where_they_are(who):
    head = ["名称", "类别", "职责", "所属主体"]
    rows = [head, ["一科", "承办机构", "=1+1", "青山镇人民政府"], ["二科", "承办机构", "", "青山镇人民政府"],
            ["三科", "承办机构", "", "青山镇人民政府"]]  # fmt: skip
    report = found("units", as_xlsx(rows, merge="C3:C4"))
    assert [(f.row, f.column, f.why) for f in report.faults] == [
        (2, "职责", "单元格是公式，不能导入"),
        (3, "职责", "单元格 C3:C4 是合并的，分不清各行的内容"),
        (4, "职责", "单元格 C3:C4 是合并的，分不清各行的内容"),
    ]
    text = as_csv(
        ["名称", "类别"],
        ["=HYPERLINK(1)", "承办机构"],
        ["四科", "承办机构", "多出来的"],
        ["", " "],
        ["长" * 20_001, ""],
    )
    faults = found("units", text, Hand("", None, who.body)).faults
    assert [(f.row, f.why[:7]) for f in faults[:2]] == [(2, "单元格是公式，"), (3, "这一行比表头多")]
    assert faults[2].row == 5 and "20001 个字" in faults[2].why


def test_encodings_and_heads(who):
    rows = (["名称*", "kind", "所属主体（必填）"], ["综合科", "承办机构", "青山镇人民政府"])
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert found("units", as_csv(*rows, encoding=encoding)).counts["fresh"] == 1
    with pytest.raises(Unreadable) as refused:
        found("units", as_csv(["名 称", "职责", "职责", "電話"], ["a", "", "", ""]))
    said = refused.value.message
    assert (
        "不认识的列：名 称、電話（是不是名称" in said
        and "缺少必填的列：名称、类别" in said
        and "重复的列：职责" in said
    )


# ---- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    with access.within(""):
        people = story.people()
        story.accounts(people)
    return people


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def upload(client: Client, slug: str, data: bytes, name: str = "名单.csv") -> Any:
    form = {"file": SimpleUploadedFile(name, data), "valid_from": "2026-09-08", "reason": "批量导入"}
    return client.post(reverse("registry:table_take", args=[slug]), form)


def test_from_the_upload_to_the_last_row_on_the_pages(site):
    zhang = as_("zhang")
    twin = ["自然人", "双胞", *natural(2)[2:]]
    data = as_csv(PEOPLE, natural(1), ["自然人", "<b>坏</b>", "411521197903122017", ""], twin, twin)
    taken = upload(zhang, "parties", data)
    assert taken.status_code == 302
    with access.within(""):
        run = RegisterImport.objects.get()
        assert (run.scope, run.rows, run.fresh, run.refused, run.entry.by_ref) == (TOWN, 4, 1, 3, site.zhang.ref)
        assert Party.objects.count() == 1, "the check enters nothing"
    page = zhang.get(taken.url)
    assert page.status_code == 200
    said = page.content.decode()
    assert "&lt;b&gt;坏" in said and "校验码" in said and "登记这 1 行" in said
    listed = zhang.get(reverse("registry:table_errors", args=["parties", run.pk]))
    rows = list(csv.reader(io.StringIO(listed.content.decode("utf-8-sig"))))
    assert rows[0] == ["行", "列", "填写的内容", "原因", "怎样改"] and rows[1][:3] == [
        "3",
        "公民身份号码",
        "411521197903122017",
    ]
    done = zhang.post(reverse("registry:table_apply", args=["parties", run.pk]), follow=True)
    told = done.content.decode()
    assert "已办理" in told and "第 3 行" in told and "公民身份号码" in told and "411521197903122017" in told
    after = zhang.get(reverse("registry:table_errors", args=["parties", run.pk])).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(after)))
    assert lines[1][:3] == ["3", "公民身份号码", "411521197903122017"] and lines[2][:3] == ["4", "", "双胞"]
    assert zhang.post(reverse("registry:table_apply", args=["parties", run.pk])).status_code == 302
    with access.within(""):
        assert ImportStep.objects.count() == 1 and Party.objects.filter(name="当事人1").count() == 1
    for other, status in (("wang", 403), ("qian", 403), ("chen", 200)):
        assert as_(other).get(taken.url).status_code == status, other


def test_a_file_in_which_no_row_is_good_is_not_entered(site):
    zhang = as_("zhang")
    taken = upload(zhang, "parties", as_csv(PEOPLE, ["自然人", "坏", "411521197903122017", ""]))
    with access.within(""):
        run = RegisterImport.objects.get()
    assert "没有要登记的行" in zhang.get(taken.url).content.decode()
    done = zhang.post(reverse("registry:table_apply", args=["parties", run.pk]), follow=True).content.decode()
    assert "没有可以登记的行：1 行不能登记" in done and "下载错误清单" in done and "已办理" not in done
    with access.within(""):
        assert not ImportStep.objects.exists()


@pytest.mark.parametrize("head", [b"MZ\x90\x00\x03\x00", b"\x7fELF\x02\x01", b"#!/bin/sh\n"])
def test_a_program_is_called_a_program(site, head):
    answer = upload(as_("zhang"), "parties", head + b"rest", "名单.exe")
    said = answer.content.decode()
    assert answer.status_code == 422 and "这是程序文件，不是表格" in said and "下载模板" in said


def test_a_file_that_cannot_be_read_keeps_the_form_and_leaves_nothing(site):
    answer = upload(as_("zhang"), "parties", b"<html></html>", "名单.xls")
    assert answer.status_code == 422 and "这是网页或者 XML 文件" in answer.content.decode()
    assert upload(as_("zhang"), "parties", b"").status_code == 422
    with access.within(""):
        assert not RegisterImport.objects.exists()


def test_who_may_take_personal_numbers_out_and_that_it_is_written_down(site):
    ask = {"on": "2026-09-08", "form": "csv", "private": "on", "purpose": ""}
    url = reverse("registry:table_export", args=["parties"])
    refused = as_("zhang").post(url, ask)
    assert refused.status_code == 422 and "应当写明用途" in refused.content.decode()
    given = as_("zhang").post(url, ask | {"purpose": "年度核对"})
    assert given.status_code == 200 and "411521197903122016" in given.content.decode()
    assert "attachment" in given["Content-Disposition"] and "no-store" in given["Cache-Control"]
    plain = as_("qian").post(url, {"on": "2026-09-08", "form": "csv"})
    assert plain.status_code == 200 and "411521197903122016" not in plain.content.decode()
    assert as_("wang").post(url, ask).status_code == 403
    with access.within(""):
        logged = list(RegisterExport.objects.order_by("id").values_list("private", "purpose", "rows", "scope"))
        assert logged == [(True, "年度核对", 1, TOWN), (False, "", 1, COUNTY)]
        assert Entry.objects.filter(verb="registry.export", by_ref=site.zhang.ref).count() == 1


def test_the_templates_and_the_overview(site):
    assert as_("wang").get(reverse("registry:tables")).status_code == 200
    given = as_("zhang").get(reverse("registry:table_template", args=["parties", "xlsx"]))
    assert given.status_code == 200 and given.content[:2] == b"PK"
    assert as_("zhang").get(reverse("registry:table_template", args=["bodies", "csv"])).status_code == 403
    assert as_("zhang").get(reverse("registry:table_template", args=["parties", "pdf"])).status_code == 404
    assert as_("zhang").get(reverse("registry:table_take", args=["nothing"])).status_code == 404
