"""制度文件 and procedures as the plans ask for them: their basis, their relations, their dates, their filing."""

import io
from datetime import date
from typing import Any

import pytest

from tests.story import at
from yangguang.catalogue import actions as lists
from yangguang.catalogue import queries as held
from yangguang.catalogue.before import actions, queries
from yangguang.catalogue.before.models import PolicyDocument
from yangguang.catalogue.lists.kinds import KINDS
from yangguang.catalogue.tests.test_before import (
    DEHONG,
    GAOXIN,
    QIDONG,
    QINGSHAN,
    TODAY,
    release,
    whole,
)
from yangguang.policy import packs
from yangguang.registry import actions as registry

pytestmark = pytest.mark.django_db

NOW = at(9, 18)
everyone: Any = type("Caller", (), {"scope": "", "roles": frozenset({"supervisor"})})()


def uploaded(who: Any, kind: str, title: str, words: bytes = b"", **given: Any) -> PolicyDocument:
    file = io.BytesIO(b"%PDF-1.7 " + words)
    return actions.upload(by=who.zhou, at=NOW, kind=kind, title=title, file=file, name=f"{title}.pdf", **given)


@pytest.mark.parametrize(
    ("pack", "named"),
    [
        pytest.param(
            QIDONG,
            ["国办发〔2017〕14号", "国办发〔2018〕118号", "衡阳市行政执法公示办法", "政府信息公开条例", "湖南省实施《政府信息公开条例》办法"],
            marks=pytest.mark.clause("QD-0.3", "QD-3.1.3(1)c"),
        ),
        pytest.param(GAOXIN, ["乌鲁木齐市三项制度工作方案", "国办发〔2018〕118号"], marks=pytest.mark.clause("WC-0.1")),
    ],
)  # fmt: skip
def test_the_rules_of_a_body_name_what_they_stand_on_from_the_nation_down(who, pack, named):
    whole(who, pack)
    made = actions.compose(by=who.zhou, at=NOW, kind="rules_disclosure")
    said = [one for one in made.content["blocks"] if one["type"] == "para"]
    text = "".join(one["text"] for one in said)
    assert [one for one in named if one not in text] == []
    assert all(one["cites"] for one in said), "no provision without the text it comes from"
    cited = "".join(words for one in said for words in one["cites"])
    assert "国务院办公厅" in cited or "CN-118" in cited
    assert packs.load(pack).title in cited


@pytest.mark.clause("QS-4.2", "QD-0.4", "DH-3.2b")
def test_a_document_says_what_it_stands_on_replaces_and_conflicts_with_and_from_when_it_holds(who):
    whole(who, DEHONG)
    links = [
        {"relation": "basis", "words": "德宏州行政执法公示实施办法（上级文件）"},
        {"relation": "supersedes", "words": "本局2017年公示规定"},
        {"relation": "conflicts", "words": "本局政务公开指南第三条"},
        {"relation": "serves", "words": "党的十八届四中全会部署的重要改革任务"},
    ]
    made = uploaded(who, "rules_disclosure", "公示制度", in_force=date(2026, 10, 1), links=links)
    kept = PolicyDocument.objects.get(pk=made.pk)
    assert kept.links == links and kept.in_force == date(2026, 10, 1)
    above = uploaded(
        who, "other", "德宏州行政执法公示实施办法"
    )  # the text of the body above, beside those that stand on it
    assert set(queries.policies_of(kept.body)) == {kept, above}


@pytest.mark.parametrize(
    ("pack", "issued"),
    [
        pytest.param(QINGSHAN, date(2023, 5, 29), marks=pytest.mark.clause("QS-0.4")),
        pytest.param(DEHONG, date(2019, 6, 21), marks=pytest.mark.clause("DH-0.2")),
    ],
)
def test_the_governing_plan_is_kept_in_versions_with_issuer_and_date(who, pack, issued):
    body = whole(who, pack)
    assert packs.load(pack).parameter("plan_date").value == issued
    first = uploaded(who, "implementation_plan", "三项制度实施方案", b"1", issued_on=issued)
    second = uploaded(who, "implementation_plan", "三项制度实施方案", b"2", issued_on=issued)
    assert [(one.version, one.body.name, one.issued_on) for one in (first, second)] == [
        (1, body.name, issued),
        (2, body.name, issued),
    ]
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("pack", "rules"),
    [
        pytest.param(QIDONG, ("设备配备", "管理责任制度"), marks=pytest.mark.clause("QD-3.2.2(1)b")),
        pytest.param(GAOXIN, ("使用", "管理", "监督"), marks=pytest.mark.clause("WC-2.2.3d")),
    ],
)
def test_the_measure_on_devices_carries_the_register_of_devices(who, pack, rules):
    body = whole(who, pack)
    bare = actions.compose(by=who.zhou, at=NOW, kind="device_measure")
    assert "音像记录设备" in [one["label"] for one in bare.gaps]
    registry.register_device(
        by=None, at=NOW, body=body, kind="recorder", serial="ZF-2026-001", valid_from=TODAY, keeper=who.zhang
    )
    made = actions.compose(by=who.zhou, at=at(9, 18, 11), kind="device_measure")
    [table] = [one for one in made.content["blocks"] if one["type"] == "table" and "设备编号" in one["head"]]
    assert table["rows"][0][0] == "ZF-2026-001" and table["rows"][0][3] == "张卫国"
    assert "音像记录设备" not in [one["label"] for one in made.gaps]
    [said] = [
        one["text"] for one in made.content["blocks"] if one["type"] == "para" and "记录设备制度的内容" in one["text"]
    ]
    assert [rule for rule in rules if rule not in said] == []


@pytest.mark.clause("WC-2.3.3e")
def test_the_review_flowchart_is_filed_with_date_receipt_and_version(who):
    whole(who, GAOXIN)
    made = actions.compose(by=who.zhou, at=NOW, kind="flowchart_review")
    actions.approve_policy(by=who.chen, at=NOW, document=made, approved=True)
    shown = actions.publish_policy(by=who.zhou, at=NOW, document=made)
    sent = actions.send_up(by=who.zhou, at=NOW, of=shown, organ="上级政府法制办", on=TODAY, item="flowchart_review")
    actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="备〔2026〕7号", on=date(2026, 9, 20))
    [row] = queries.sent(made.subject)
    assert (made.version, row.row.on, row.receipt.on, row.receipt.number) == (
        1,
        TODAY,
        date(2026, 9, 20),
        "备〔2026〕7号",
    )


@pytest.mark.clause("WC-2.1.2(3)d")
def test_charts_and_guides_are_published_with_a_version_and_filed(who):
    whole(who, GAOXIN)
    shown = release(who)
    assert shown.shown["procedures"] and all(one["chart"] for one in shown.shown["procedures"])
    sent = actions.send_up(by=who.zhou, at=NOW, of=shown, organ="上级政府法制办", on=TODAY, item="flowchart_and_guide")
    actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="备〔2026〕8号", on=date(2026, 9, 20))
    [row] = queries.sent(shown.subject)
    assert (shown.number, row.row.item, row.receipt.number) == (1, "flowchart_and_guide", "备〔2026〕8号")


@pytest.mark.clause("DH-2.1.1d")
def test_who_drafted_checked_and_published_and_how_long_each_took(who):
    whole(who, DEHONG)
    made = actions.draft(by=who.zhou, at=at(9, 18, 9), kind="penalty")
    assert [(one.title, one.took) for one in queries.passed(made)] == [("编制", None)]
    actions.approve(by=who.chen, at=at(9, 21, 9), draft=made, approved=True)
    actions.publish(by=who.zhou, at=at(9, 21, 11, 30), draft=made)
    found = queries.passed(queries.drafts(everyone).get(pk=made.pk))
    assert [(one.title, one.by, one.took_words) for one in found] == [
        ("编制", who.zhou.name, ""),
        ("审核", who.chen.name, "3 天"),
        ("公开", who.zhou.name, "2 小时 30 分"),
    ]


@pytest.mark.clause("QD-3.1.1(2)a", "SY-2.1.1d")
def test_the_procedure_that_is_published_is_the_one_cases_run_on(who):
    whole(who, QIDONG)
    shown = release(who)
    pack = packs.load(QIDONG)
    for row in shown.shown["procedures"]:
        act = pack.act("penalty", row["procedure"])
        assert all(step.title in row["outline"] for step in act.steps)
    [ordinary] = [one for one in shown.shown["procedures"] if one["procedure"] == "ordinary"]
    assert "九十日" in ordinary["outline"] or "90" in ordinary["outline"], "with its time limits"
    assert {one["label"] for one in ordinary["fields"]}, "with the fields all its guides share"


@pytest.mark.clause("WC-2.1.2(1)")
def test_the_list_of_matters_is_compiled_of_several_lists_and_each_keeps_its_source(who):
    body = whole(who, GAOXIN)
    for code, kind, source in (("WC-1", "inspection", "监管清单"), ("WC-2", "penalty", "罚没清单")):
        registry.register_power(
            by=None, at=NOW, body=body, code=code, name=f"{source}事项", kind=kind, field="卫生", instrument=source,
            basis=[{"law": "中华人民共和国传染病防治法", "article": "第五十三条"}], valid_from=date(2026, 9, 1),
            delegation="决定", delegation_published_on=date(2026, 1, 1), delegated_from="县卫健委",
        )  # fmt: skip
    rows = held.first_rows(KINDS["list_powers"], body, TODAY)
    assert {row["code"]: row["source"] for row in rows}.items() >= {"WC-1": "监管清单", "WC-2": "罚没清单"}.items()
    rows = [{**row, "duty": "依法履行"} for row in rows]
    made = lists.draft(by=who.zhang, at=NOW, kind="list_powers", rows=rows, in_force_from=TODAY)
    assert {row["source"] for row in made.rows} >= {"监管清单", "罚没清单"}
