"""Registers as files: what a file may be, what each row is found to be, what is entered, and what goes out."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum.cn import ric

from tests import story
from tests.story import TOWN, at
from yangguang.registry import access, actions, queries
from yangguang.registry.actions.tables import BadImport
from yangguang.registry.models import (
    Account,
    Certificate,
    Device,
    Officer,
    Party,
    Power,
    RegisterImport,
)
from yangguang.registry.tables import checking, runs, writing
from yangguang.registry.tables.book import Hand
from yangguang.registry.tables.checking import Terms, check
from yangguang.registry.tables.columns import escaped, words
from yangguang.registry.tables.reading import Unreadable, read
from yangguang.registry.tables.registers import TABLES
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
NOW, TODAY = at(9, 1), date(2026, 9, 1)
ALL = Hand("")
USCC = "12411521006005061X"


@pytest.fixture
def who():
    with access.within(""):
        yield story.people()


@pytest.fixture
def more(who):
    """One of everything the story has none of."""
    common: dict[str, Any] = {"by": None, "at": NOW, "body": who.body, "valid_from": date(2026, 1, 1)}
    shop = actions.register_party(
        by=None, at=NOW, scope=TOWN, kind="legal", name="=青山百货公司", uscc=USCC, phone="'+86-376"
    )
    actions.register_device(**common, kind="body_camera", serial="007", keeper=who.zhang, model="-X")
    actions.register_premises(**common, name="商场", kind="business", address="北街 1 号", party=shop)
    members = [{"name": "陈立新", "post": "副镇长", "role": "组长"}, {"name": "=王静", "post": "", "role": "成员"}]
    actions.register_leading_group(**common, name="领导小组", instrument="青政〔2023〕12 号", members=members)
    actions.register_counsel(**common, name="李明", kind="external", licence_no="1411520", valid_to=date(2027, 1, 1))
    actions.register_region(
        by=None, at=NOW, scope=TOWN, code="411521105", name="青山镇", parent="411521", valid_from=date(2026, 1, 1)
    )
    actions.change_power(
        by=None, at=NOW, power=who.power, valid_from=date(2026, 3, 1), reason="补充",
        guide={"materials": ["申请书", "身份证明"], "fee": "不收费"},
        basis=[{"law": "某法", "article": "第一条", "text": "有|竖线\n有换行"}],
    )  # fmt: skip
    actions.change_officer(
        by=None, at=NOW, officer=who.zhang, valid_from=date(2026, 3, 1), reason="分工", kinds=["penalty", "inspection"]
    )
    return who


def as_csv(*rows: list[str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]], second: list[list[Any]] | None = None, merge: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for cells in filter(None, (rows, second)):
            sheet = book.add_worksheet()
            for r, row in enumerate(cells):
                for c, cell in enumerate(row):
                    sheet.write_datetime(r, c, cell, day) if isinstance(cell, date) else sheet.write(r, c, cell)
        if merge:
            book.worksheets()[0].merge_range(merge, "合并")
    return out.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The workbook with parts put in their places (“/” written as “__”)."""
    out = io.BytesIO()
    given = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, given.pop(name, None) or old.read(name))
        for name, content in given.items():
            new.writestr(name.removesuffix(".xml"), content)
    return out.getvalue()


def found(slug: str, data: bytes, hand: Hand = ALL, on: date = TODAY) -> checking.Report:
    return check(TABLES[slug], read(data), hand, Terms(NOW, on, "导入"))


def one(slug: str, hand: Hand = ALL, **said: Any) -> checking.Row:
    """The check of a file of one row, as XLSX."""
    labels = [TABLES[slug].by_name[name].label for name in said]
    (row,) = found(slug, as_xlsx([labels, list(said.values())]), hand).rows
    return row


def why(row: checking.Row) -> str:
    return "；".join(f"{f.column}：{f.why}（{f.mend}）" for f in row.faults)


def enter(slug: str, data: bytes, hand: Hand = ALL) -> tuple[RegisterImport, dict[str, Any]]:
    run, _ = runs.take(TABLES[slug], data, "文件.csv", hand, NOW, TODAY, "导入")
    while runs.step(run, hand, NOW) is not None:
        pass
    return run, runs.progress(run)


def hand_of(officer: Officer, *roles: str) -> Hand:
    return Hand.of(access.Caller(Account(username="x", officer=officer), frozenset(roles)))


def natural(number: int) -> list[str]:
    head = f"411521{1950 + number % 50}0101{number // 50:03d}"
    return ["自然人", f"当事人{number}", head + ric.calc_check_digit(head + "0"), "北街 1 号"]


PEOPLE = ["类别", "姓名或者名称", "公民身份号码", "住址或者住所"]

# ---- out and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", TABLES)
def test_what_goes_out_comes_back_unchanged(more, slug, form):
    data, many = writing.export(TABLES[slug], ALL, TODAY, form, private=True)
    report = found(slug, data)
    assert many > 0 and report.counts["same"] == many == len(report.rows), (report.counts, report.faults, report.rows)
    before = Entry.objects.count()
    _, told = enter(slug, data)
    assert told["counts"]["same"] == many
    assert list(Entry.objects.filter(pk__gt=0).order_by("pk").values_list("verb", flat=True))[before:] == [
        "registry.take_file",
        "registry.enter_rows",
    ]


@pytest.mark.parametrize("slug", TABLES)
def test_the_template_explains_every_column_and_its_header_fits(slug):
    table = TABLES[slug]
    with pytest.raises(Unreadable, match="只有表头"):
        read(writing.template(table, "xlsx"))
    assert writing.template(table, "csv").startswith(b"\xef\xbb\xbf")
    head = next(csv.reader(io.StringIO(writing.template(table, "csv").decode("utf-8-sig"))))
    assert checking.heads(table, head) == list(table.columns)
    assert checking.heads(table, [column.name for column in table.columns]) == list(table.columns)
    assert all(column.form and column.privacy for column in table.columns)


def test_regions_come_as_a_table_and_a_code_stands_once(more):
    said = [
        ["411521105201", "北街社区", "411521105"],
        ["411521105", "另一个青山镇", "411521"],
        ["41152110", "短", ""],
        ["411521105202", "河湾村", "41"],
    ]
    report = found("regions", as_csv(["区划代码", "名称", "上级区划代码"], *said), Hand("41.15.21/x/", None, more.body))
    assert [row.state for row in report.rows] == ["fresh", "refused", "refused", "refused"]
    assert [(one.row, one.column) for one in report.faults] == [(3, "区划代码"), (4, "区划代码"), (5, "上级区划代码")]
    assert "已由其他机关登记" in report.faults[0].why
    rows = [[*said[0], more.body.uscc], [said[1][0], "青山乡", "411521", more.body.uscc]]
    _, told = enter("regions", as_csv(["区划代码", "名称", "上级区划代码", "所属主体"], *rows))
    assert (told["counts"]["fresh"], told["counts"]["changed"]) == (1, 1), told
    assert queries.regions(TODAY).get(code="411521105").name == "青山乡"


def test_no_cell_of_an_export_is_a_formula(more):
    data, _ = writing.export(TABLES["parties"], ALL, TODAY, "csv", private=True)
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert "'=青山百货公司" in cells and "''+86-376" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    out = writing.export(TABLES["parties"], ALL, TODAY, "xlsx", private=True)[0]
    with zipfile.ZipFile(io.BytesIO(out)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''@x", "+86", "'平常", "-5", "", "＝全角", "a=b"])
@pytest.mark.parametrize("formulas", [True, False])
def test_what_is_escaped_reads_back(text, formulas):
    assert words(escaped(text, formulas)) == text


def test_an_export_without_personal_columns_can_come_back_by_its_keys(more):
    data, many = writing.export(TABLES["parties"], ALL, TODAY, "csv", private=False)
    assert "411521197903122016" not in data.decode()
    assert found("parties", data).counts["same"] == many == 2


def test_a_register_as_of_a_day_that_has_passed(more):
    then, _ = writing.export(TABLES["powers"], ALL, date(2026, 2, 1), "csv", private=False)
    now, _ = writing.export(TABLES["powers"], ALL, TODAY, "csv", private=False)
    assert "申请书" not in then.decode() and "申请书" in now.decode()


# ---- rows ------------------------------------------------------------------------------------------------------------


def test_new_changed_unchanged_and_refused_in_one_file(who):
    data = as_csv(
        [*PEOPLE, "变更说明"],
        [*natural(7), ""],
        ["自然人", "赵大勇", "411521197903122016", "南街 3 号", "迁居"],
        ["自然人", "王五", "411521197903122017", "北街", ""],
    )
    hand = Hand("", None, who.body)
    report = found("parties", data, hand)
    assert [row.state for row in report.rows] == ["fresh", "changed", "refused"]
    assert [(d.label, d.after) for d in report.rows[1].differences] == [("住址或者住所", "南街 3 号")]
    (fault,) = report.faults
    assert (fault.row, fault.column, fault.value) == (4, "公民身份号码", "411521197903122017") and "校验码" in fault.why
    assert "GB 11643" in fault.mend
    run, told = enter("parties", data, hand)
    assert told["counts"] == {"fresh": 1, "changed": 1, "same": 0, "refused": 1}
    now = queries.as_of(Party, who.party.key, TODAY)
    assert now and (now.address, now.reason, now.valid_from, now.phone) == ("南街 3 号", "迁居", TODAY, "13700001234")
    assert queries.as_of(Party, who.party.key, date(2026, 8, 31)).address.endswith("北街 27 号")  # type: ignore[union-attr]
    assert (
        Party.objects.filter(name="当事人7", scope=TOWN).count() == 1 and not Party.objects.filter(name="王五").exists()
    )
    entries = Entry.objects.filter(cause=run.entry, verb__in=("registry.register_party", "registry.change_party"))
    assert entries.count() == 2 and run.entry.verb == "registry.take_file"
    with pytest.raises(BadImport, match="没有可以登记的行：1 行不能登记，2 行没有变化"):
        enter("parties", data, hand)
    assert Party.objects.count() == 3


@pytest.mark.clause("QS-3.1.2a", "QD-3.1.2(1)b")
@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"cert_exam_passed_on": None}, "考试合格日期：张三在 2024-04-01 之前没有通过执法资格考试"),
        ({"cert_exam_passed_on": "2024-05-01"}, "没有通过执法资格考试"),
        ({"cert_exam_passed_on": "2099-05-01"}, "考试合格日期：考试日期晚于今天"),
        ({"cert_exam_title": ""}, "考试名称：没有填写考试名称"),
        ({"cert_exam_organiser": ""}, "考试举办机关：没有填写举办机关"),
        ({"auxiliary": "是"}, "执法辅助人员：张三是执法辅助人员，不得取得行政执法证"),
        ({"cert_valid_to": "2023-01-01"}, "证件有效期至：执法证有效期的止日早于起日"),
        ({"cert_issuer": ""}, "发证机关：没有填写发证机关"),
        ({"cert_number": ""}, "没有填写执法证号"),
        ({"cert_number": "16152100001"}, "执法证号：证号 16152100001 已登记给另一人"),
        ({"unit": "没有的科"}, "所在机构：没有登记过承办机构“没有的科”"),
        ({"kinds": "行政处罚、打牌"}, "执法种类：没有“打牌”这一选项"),
        ({"body": "某某局"}, "所属主体：没有登记过这个主体"),
        ({"auxiliary": "也许"}, "不是“是”或者“否”"),
        ({"valid_from": "2026-02-30"}, "生效日期：日期“2026-02-30”不存在"),
        ({"name": ""}, "姓名：没有填写姓名"),
        ({"name": "张\u200b三"}, "看不见的控制字符（U+200B）"),
        ({"name": "很" * 41}, "最多 40 个字，现有 41 个字"),
    ],
)
def test_officers_whom_the_register_refuses(who, said, says):
    row = one("officers", **(officer() | said))
    assert row.state == "refused" and says in why(row), why(row)


def officer() -> dict[str, Any]:
    return {
        "name": "张三", "body": "青山镇人民政府", "unit": "行政执法大队", "kinds": "行政处罚、inspection", "auxiliary": "",
        "valid_from": "2026/9/1", "cert_number": "1615219999", "cert_issuer": "河南省人民政府", "cert_covers": "消防安全",
        "cert_exam_passed_on": date(2024, 3, 1), "cert_exam_title": "行政执法人员资格考试", "cert_exam_organiser": "省司法厅",
        "cert_exam_proof": "HN-9", "cert_valid_from": "2024年4月1日", "cert_valid_to": 47573,
    }  # fmt: skip


def test_an_officer_with_the_certificate_is_one_row_all_or_nothing(who):
    row = one("officers", **officer())
    assert row.state == "fresh" and len(row.calls) == 3, why(row)
    labels = [TABLES["officers"].by_name[name].label for name in officer()]
    _, told = enter("officers", as_xlsx([labels, list(officer().values())]))
    made = Officer.objects.get(name="张三")
    held = Certificate.objects.get(officer_key=made.key)
    assert told["counts"]["fresh"] == 1 and made.unit == who.unit and made.kinds == ["penalty", "inspection"]
    assert (held.exam_passed_on, held.valid_from, held.valid_to, held.covers) == (
        date(2024, 3, 1), date(2024, 4, 1), date(2030, 3, 31), ["消防安全"],
    )  # fmt: skip
    exam = held.exam
    assert (exam.how, exam.on, exam.organiser, exam.proof, exam.score) == (
        "imported", date(2024, 3, 1), "省司法厅", "HN-9", None,
    )  # fmt: skip
    for given in ({"cert_issuer": "信阳市人民政府"}, {"cert_exam_title": "另一考试"}, {"cert_exam_proof": "HN-8"}):
        assert "内容不能改" in why(one("officers", **(officer() | given)))
    # A second certificate of the same exam takes the exam that is on record.
    renewed = one("officers", **(officer() | {"cert_number": "1615219998"}), key=str(made.key))
    assert [call.act.verb for call in renewed.calls] == ["registry.grant_certificate"], why(renewed)
    # A certificate that only fails when it is written takes its officer with it.
    sheet = as_xlsx([labels, [*officer().values()]])
    report = found("officers", sheet)
    assert report.counts["same"] == 1
    bad = checking.Row(2, "", "fresh", calls=row.calls)
    run, _ = runs.take(TABLES["officers"], sheet, "a.xlsx", ALL, NOW, TODAY, "导入")
    step = actions.enter_rows(by=None, at=NOW, run=run, rows=[bad.entering()])
    assert (
        step.refused == 1 and "已经登记" in step.refusals[0]["why"] and Officer.objects.filter(name="张三").count() == 1
    )


def test_of_two_people_of_one_name_the_row_must_say_which(who):
    actions.register_officer(by=None, at=NOW, body=who.body, name="李敏", valid_from=date(2026, 1, 1))
    twice = {"name": "李敏", "body": "青山镇人民政府", "post": "队长"}
    assert "已登记的有 2 项与此行相同" in why(one("officers", **twice))
    by_key = one("officers", **twice, key=str(who.li.key))
    assert by_key.state == "changed" and by_key.calls[0].given["officer"].key == who.li.key
    by_card = one("officers", **twice, cert_number="16152100002")
    assert by_card.state == "changed" and by_card.calls[0].given["officer"].key == who.li.key
    assert one("officers", **twice, key="新").state == "fresh"
    assert "没有这个登记编号" in why(one("officers", **twice, key="01890000-0000-7000-8000-000000000000"))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"basis": ""}, "法律依据：没有填写法律依据"),
        ({"basis": "消防法 | 第六十条"}, "第 1 行应有 3 栏"),
        ({"basis": '[{"law": {}}]'}, "JSON 的内容与这一列不符"),
        ({"basis": "[1]"}, "JSON 的内容与这一列不符"),
        ({"kind": "行政没收"}, "行为种类：没有“行政没收”这一选项（可填：行政许可、行政处罚"),
        ({"delegation": ""}, "省级赋权决定：青山镇人民政府的行政处罚权没有写明省级赋权决定"),
        ({"delegation_published_on": "2027-01-01"}, "还没有公布"),
        ({"discretion": "轻 | 初犯 | 500 | 100"}, "最低罚款高于最高罚款"),
        ({"code": 132}, "编号存成了数字（132），开头的 0 可能已经丢失"),
    ],
)
def test_powers_whom_the_register_refuses(who, said, says):
    good = {
        "code": "P-1", "name": "某处罚", "kind": "行政处罚", "basis": "《消防法》 | 第六十条 | 原文", "instrument": "清单",
        "body": "青山镇人民政府", "delegation": "省决定", "delegation_published_on": "2023-05-01", "guide_fee": "不收费",
        "discretion": "轻 | 初犯 | 0 | 500.50",
    }  # fmt: skip
    assert one("powers", **good).state == "fresh"
    row = one("powers", **(good | said))
    assert row.state == "refused" and says in why(row), why(row)


def test_a_power_and_its_guide_enter_as_the_single_form_would(who):
    head = ["事项编码", "事项名称", "行为种类", "法律依据", "赋权依据", "裁量基准", "指南：申请材料", "所属主体"]
    data = as_csv(
        head,
        [
            "P-1",
            "检查",
            "行政检查",
            "某法 | 第一条 | 文",
            "清单",
            "轻 | 初犯 | 0 | 500.50",
            "甲\n乙",
            "114115210060050422",
        ],
    )
    enter("powers", data)
    made = Power.objects.get(code="P-1")
    assert made.guide == {"materials": ["甲", "乙"]} and made.discretion[0]["fine_max_fen"] == 50050
    assert made.basis == [{"law": "某法", "article": "第一条", "text": "文"}] and made.kind == "inspection"


@pytest.mark.parametrize(
    ("slug", "said", "says"),
    [
        ("bodies", {"uscc": "114115210060050423"}, "校验码"),
        ("bodies", {"uscc": "114115210060050422"}, "统一社会信用代码已属于另一主体"),
        ("bodies", {"uscc": 114115210060050423}, "第 15 位以后的数字已经丢失"),
        ("bodies", {"region": "4115"}, "6 位、9 位或者 12 位"),
        ("bodies", {"region": 4115}, "开头的 0 可能已经丢失"),
        ("bodies", {"scope": "青山/"}, "只能由字母、数字"),
        ("bodies", {"pack": "cn-nowhere"}, "没有“cn-nowhere”这一选项"),
        ("bodies", {"website": "www.x.cn"}, "http://"),
        ("devices", {"serial": 7}, "开头的 0 可能已经丢失"),
        ("devices", {"kind": "电子技术监控设备"}, "没有填写设置地点"),
        ("devices", {"published_on": "2027-01-01"}, "晚于今天"),
        ("devices", {"keeper": "李四"}, "本机关没有“李四”这名人员"),
        ("premises", {"party": "91411521MA0000000X"}, "没有登记过这个代码的相对人"),
        ("premises", {"address": ""}, "没有填写地址"),
        ("counsels", {"valid_to": "2026-01-01"}, "聘期的止日早于起日"),
        ("counsels", {"licence_no": "1.41152E+16"}, "科学记数"),
        ("units", {"kind": "没有的"}, "可填：承办机构、法制审核机构"),
    ],
)
def test_what_the_other_registers_refuse(who, slug, said, says):
    town = {"body": "青山镇人民政府"}
    good = {
        "bodies": {
            "scope": "41.15.21/x/", "name": "某局", "kind": "行政机关", "uscc": "11411521006005050W", "region": 411521,
            "pack": "cn", "sign": "某", "website": "",
        },
        "devices": town | {"serial": "007", "kind": "执法记录仪", "state": "在用", "keeper": "张卫国", "published_on": ""},
        "premises": town | {"name": "商场", "kind": "生产经营场所", "address": "北街", "party": "411521197903122016"},
        "counsels": town | {"name": "李明", "kind": "外聘法律顾问", "licence_no": "0141", "valid_to": ""},
        "units": town | {"name": "法制办", "kind": "法制审核机构"},
    }[slug]  # fmt: skip
    fresh = one(slug, **good)
    assert fresh.state == "fresh", why(fresh)
    row = one(slug, **(good | said))
    assert row.state == "refused" and says in why(row), why(row)


def test_a_change_takes_only_what_differs_and_never_rewrites_the_past(more):
    head = ["登记编号", "类别", "设备编号", "状态", "保管人", "生效日期", "所属主体"]
    old = Device.objects.get()
    data = as_csv(head, [str(old.key), "执法记录仪", "007", "维修", "张卫国", "2026-01-01", "青山镇人民政府"])
    (row,) = found("devices", data).rows
    assert row.state == "changed" and [d.label for d in row.differences] == ["状态"]
    enter("devices", data)
    new = Device.objects.order_by("id").last()
    assert (new.state, new.valid_from, new.model, new.keeper_key) == ("repair", TODAY, "-X", more.zhang.key)
    frozen = as_csv(head, [str(old.key), "执法记录仪", "008", "维修", "张卫国", "", "青山镇人民政府"])
    assert "设备编号：设备编号登记后不能用导入改动" in why(found("devices", frozen).rows[0])
    early = as_csv(head, ["", "执法记录仪", "007", "在用", "张卫国", "2026-02-01", "青山镇人民政府"])
    assert "不能早于该日" in why(found("devices", early).rows[0])


def test_the_same_thing_twice_in_a_file(who):
    data = as_csv(PEOPLE, natural(1), natural(2), natural(1))
    report = found("parties", data, Hand("", None, who.body))
    assert [row.state for row in report.rows] == ["refused", "fresh", "refused"]
    assert "与第 4 行是同一项" in why(report.rows[0]) and "与第 2 行是同一项" in why(report.rows[2])


def test_a_party_that_was_merged_leads_to_the_one_that_was_kept(who):
    same = {"by": None, "at": NOW, "scope": TOWN, "kind": "legal", "uscc": USCC}
    kept, merged = (actions.register_party(**same, name=name) for name in ("青山百货", "青山百货公司"))
    row = {"kind": "法人或者其他组织", "name": "青山百货", "uscc": USCC, "body": "青山镇人民政府"}
    assert "先合并重复的登记" in why(one("parties", **row))
    actions.merge_parties(by=None, at=NOW, kept=kept, merged=merged, reason="同一代码")
    assert one("parties", **row).state == "same"


def test_a_row_the_database_refuses_stops_no_other(who):
    data = as_csv(PEOPLE, natural(1), natural(2), natural(3))
    hand = Hand("", None, who.body)
    run, report = runs.take(TABLES["parties"], data, "a.csv", hand, NOW, TODAY, "导入")
    rows = [row.entering() for row in report.rows]
    rows[1].calls[0].given["phone"] = "1" * 99  # longer than its column: only the database can say so
    step = actions.enter_rows(by=None, at=NOW, run=run, rows=rows)
    assert (step.fresh, step.refused, [r["row"] for r in step.refusals]) == (2, 1, [3])
    assert not Party.objects.filter(name="当事人2").exists() and Party.objects.filter(name="当事人3").exists()
    with pytest.raises(actions.BadImport, match="已经办理"):
        actions.enter_rows(by=None, at=NOW, run=run, rows=rows)


# ---- roles -----------------------------------------------------------------------------------------------------------


def test_each_row_obeys_the_roles_of_the_single_form(more):
    town_admin, supervisor = hand_of(more.chen, "admin"), hand_of(more.qian, "supervisor")
    certified = officer()
    assert "执法证号：行政执法证由执法监督人员登记" in why(one("officers", town_admin, **certified))
    without = {name: value for name, value in certified.items() if not name.startswith("cert_")}
    assert one("officers", town_admin, **without).state == "fresh"
    assert "人员由系统管理员登记" in why(one("officers", supervisor, **without))
    known = {
        "name": "陈立新",
        **{n: v for n, v in certified.items() if n.startswith("cert_")},
        "body": "青山镇人民政府",
    }
    assert one("officers", supervisor, **known).state == "changed"
    power = {
        "code": "P",
        "name": "检",
        "kind": "行政检查",
        "basis": "法 | 条 | 文",
        "instrument": "单",
        "body": "青山镇人民政府",
    }
    assert one("powers", hand_of(more.chen, "head"), **power).state == "fresh"
    assert "执法事项由所属机关自己登记" in why(one("powers", hand_of(more.qian, "head"), **power))
    place = {"name": "新址", "kind": "其他场所", "address": "某街", "party": USCC}
    assert "不能查相对人" in why(one("premises", town_admin, **place))


# ---- many rows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["parties", "officers"])
def test_the_check_asks_the_database_by_five_hundred_rows(who, slug):
    def asked(many: int) -> int:
        if slug == "parties":
            data = as_csv(PEOPLE, *(natural(n) for n in range(many)))
        else:
            data = as_csv(["姓名", "所在机构", "执法证号"], *([f"人员{n}", "行政执法大队", ""] for n in range(many)))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert found(slug, data, Hand("", None, who.body)).counts["fresh"] == many
        return len(captured)

    few, full, two = asked(5), asked(500), asked(1000)
    assert few == full and full < two <= 2 * full <= 20
