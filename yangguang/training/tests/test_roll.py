"""An attendance list: each cell that is wrong is named with its row, and a bad row stops no other."""

from uuid import uuid4

import pytest

from yangguang.training import roll
from yangguang.training.roll import BadList, Known

ZHANG, ZHANG2, LI = uuid4(), uuid4(), uuid4()
PEOPLE = [
    Known(ZHANG, "张卫国", "青山镇人民政府", frozenset({"16152100001"})),
    Known(ZHANG2, "张卫国", "定远乡人民政府", frozenset()),
    Known(LI, "李敏", "青山镇人民政府", frozenset({"16152100002"})),
]


def faults(text: str, there=frozenset()) -> list[tuple[int, str, str]]:
    lines = roll.read(text, 180)
    roll.match(lines, PEOPLE, set(there))
    return [(one.row, one.column, one.value) for line in lines for one in line.faults]


def test_a_pasted_table_and_a_csv_read_alike():
    for text in (
        "姓名,执法证号,分钟\n张卫国,16152100001,90\n李敏,,\n",
        "姓名\t执法证号\t分钟\r\n张卫国\t16152100001\t90分钟\r\n\r\n李敏\t\t\r\n",
        "\ufeff 姓名 ,证号,时长\n张卫国,16152100001,９０\n李敏,,\n",
    ):
        lines = roll.read(text, 180)
        roll.match(lines, PEOPLE, set())
        assert [(one.officer, one.minutes) for one in lines] == [(ZHANG, 90), (LI, None)], text
        assert not [fault for one in lines for fault in one.faults]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("王五,,,", (2, "姓名", "王五")),
        (",16152100001,,", (2, "姓名", "")),
        ("张卫国,,,", (2, "姓名", "张卫国")),
        ("张卫国,99,,", (2, "执法证号", "99")),
        ("李敏,,定远乡人民政府,", (2, "单位", "定远乡人民政府")),
        ("李敏,,,181", (2, "分钟", "181")),
        ("李敏,,,0", (2, "分钟", "0")),
        ("李敏,,,-5", (2, "分钟", "-5")),
        ("李敏,,,1.5", (2, "分钟", "1.5")),
        ("李敏,,,一小时", (2, "分钟", "一小时")),
        ("李敏,,,\nl,,,\n李敏,,,", (4, "姓名", "李敏")),
        ("李\u200b敏,,,", (2, "姓名", "\\u674e\\u200b\\u654f")),
    ],
)
def test_what_is_wrong_is_said_for_its_cell(rows, expected):
    assert expected in faults(f"姓名,执法证号,单位,分钟\n{rows}")


def test_two_of_one_name_are_told_apart_by_body_or_number():
    assert not faults("姓名,单位\n张卫国,定远乡人民政府")
    assert not faults("姓名,执法证号\n张卫国,16152100001")
    assert faults("姓名\n李敏", {LI}) == [(2, "姓名", "李敏")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "空的"),
        ("  \n ", "空的"),
        ("张卫国,90", "姓名"),
        ("姓名,分钟\n\n", "没有人员"),
        ("姓名\n" + "张卫国\n" * 501, "最多 500 行"),
        ("姓名\n张\0国", "空字符"),
        ("姓名\n" + "长" * 140_000, "分隔"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(text, why):
    with pytest.raises(BadList, match=why):
        roll.read(text, 180)


def test_files_of_chinese_spreadsheets_are_read():
    text = "姓名,分钟\n张卫国,90"
    assert roll.decoded(text.encode("gb18030")) == text
    assert roll.decoded(text.encode("utf-8-sig")) == text
    with pytest.raises(BadList, match="CSV"):
        roll.decoded(b"PK\x03\x04\xff\xff\xff\xff")
    with pytest.raises(BadList, match="KB"):
        roll.decoded(b"a" * (roll.MOST_BYTES + 1))
