"""变动和制度文件: what a change asks for, and the papers that are made of the rules."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from tests import story
from tests.story import TOWN, People, at
from yangguang.catalogue.before import actions, elements, papers, policies, queries
from yangguang.catalogue.before.models import Change, ChangeAnswer, PreRelease
from yangguang.catalogue.tests.test_before import (
    DEHONG,
    GAOXIN,
    QIDONG,
    QINGSHAN,
    TODAY,
    board_of,
    everything_public,
    held,
    release,
    whole,
)
from yangguang.duty.models import Duty
from yangguang.lawbook import queries as lawbook
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as registered
from yangguang.trail.errors import Refused
from yangguang.vault import store

pytestmark = pytest.mark.django_db


# ---- changes -----------------------------------------------------------------------------------------------------


def noted(who: People, what: str, key: str, on: date = TODAY, **more: Any) -> Change:
    given = {"by": who.zhou, "at": at(9, 19), "scope": TOWN, "changed_on": on, "why": "省政府令第 1 号", **more}
    return actions.note_change(what=what, key=key, **given)


@pytest.mark.clause("QS-3.1.4a")
@pytest.mark.parametrize(
    ("what", "sorts"),
    [
        ("law", {"事前公开", "服务指南", "流程图", "岗位公示牌", "制度文件", "文书样式"}),
        ("body", {"事前公开", "服务指南", "岗位公示牌", "制度文件"}),
        ("officer", {"事前公开", "岗位公示牌"}),
    ],
)
def test_a_change_of_law_function_or_personnel_opens_updates_due_in_20_working_days(who, what, sorts):
    body = everything_public(who)
    key = {"law": "*", "body": str(body.key), "officer": str(who.zhang.key)}[what]
    change = noted(who, what, key, on=date(2026, 9, 17))
    assert {one["sort"] for one in change.touched} == sorts
    duty = Duty.objects.get(subject=change.chain)
    assert duty.due_on == date(2026, 10, 21)  # 20 working days, over the holidays of October
    assert "QS-3.1.4a" in {one["clause"] for one in duty.because} and duty.role == "disclosure"


@pytest.mark.clause("DH-2.1.2c")
def test_in_real_time_means_the_same_day(who):
    whole(who, DEHONG)
    release(who)
    change = noted(who, "law", "*", on=date(2026, 9, 19))
    assert Duty.objects.get(subject=change.chain).due_on == date(2026, 9, 19)
    person = registry.change_officer(
        by=None, at=at(9, 19), officer=who.li, valid_from=date(2026, 9, 19), reason="改任", post="中队长"
    )
    shown = {
        one.label: one
        for one in elements.elements(held(registered.body_at(TOWN, date(2026, 9, 19)), date(2026, 9, 19)))
    }
    assert any(f"姓名：李敏　职务：{person.post}" in line for line in shown["人员"].lines)


@pytest.mark.clause("QD-3.1.1(3)b")
def test_the_task_ends_when_each_touched_thing_is_published_anew_or_said_to_be_unaffected(who):
    body = everything_public(who)
    registry.change_body(
        by=None, at=at(9, 19), body=body, valid_from=date(2026, 9, 19), reason="换电话", phone="0376-2109999"
    )
    change = noted(who, "body", str(body.key), on=date(2026, 9, 19))
    refs = {one["sort"]: one["ref"] for one in change.touched}
    renewed, unaffected = ChangeAnswer.How.RENEWED, ChangeAnswer.How.UNAFFECTED
    for sort in ("事前公开", "服务指南", "岗位公示牌", "制度文件"):
        with pytest.raises(actions.Unfinished, match="没有公开过新的版本"):
            actions.answer_change(by=who.zhou, at=at(9, 20), change=change, refs=[refs[sort]], how=renewed)
    with pytest.raises(Refused, match="理由"):
        actions.answer_change(by=who.zhou, at=at(9, 20), change=change, refs=[refs["制度文件"]], how=unaffected)
    second = release(who, at(9, 21))
    actions.put_up(by=who.zhou, at=at(9, 21, 10), board=board_of(who.zhang, date(2026, 9, 21)), place="办事大厅",
                   on=date(2026, 9, 21))  # fmt: skip
    three = [refs[sort] for sort in ("事前公开", "服务指南", "岗位公示牌")]
    with pytest.raises(actions.Unfinished, match="没有公开过新的版本"):  # one of them holds up all
        actions.answer_change(by=who.zhou, at=at(9, 22), change=change, refs=[*three, refs["制度文件"]], how=renewed)
    with pytest.raises(Refused, match="没有选择"):
        actions.answer_change(by=who.zhou, at=at(9, 22), change=change, refs=[], how=renewed)
    assert not change.answers.exists()
    actions.answer_change(by=who.zhou, at=at(9, 22), change=change, refs=three, how=renewed)
    assert {one.about for one in change.answers.all() if one.version} == set(three)
    duty = Duty.objects.get(subject=change.chain)
    assert not hasattr(duty, "discharge")
    actions.answer_change(
        by=who.zhou, at=at(9, 22, 10), change=change, refs=[refs["制度文件"]], how=unaffected, note="细则不写电话"
    )
    duty = Duty.objects.get(subject=change.chain)
    assert duty.discharge.how == "fulfilled"
    first = PreRelease.objects.exclude(pk=second.pk).get()
    assert (first.on == TODAY and "电话：0376-2100000" in first.shown["elements"][0]["lines"]) or first.number == 1
    with pytest.raises(Refused, match="已经处理"):
        actions.answer_change(
            by=who.zhou, at=at(9, 22), change=change, refs=[refs["制度文件"]], how=unaffected, note="再"
        )


def test_a_change_says_what_it_is_and_when_and_why(who):
    for wrong in ({"why": " "}, {"on": date(2026, 12, 1)}):
        with pytest.raises(Refused):
            noted(who, "law", "*", **wrong)
    with pytest.raises(Refused, match="没有“weather”"):
        noted(who, "weather", "*")


@pytest.mark.clause("QS-3.1.4a")
def test_what_the_registers_change_starts_its_clock_by_itself_and_once(who):
    """Nobody has to remember to note it: the trail of the registers is read, each line once."""
    everything_public(who)
    settled: set[int] = set()
    actions.note_what_changed(at(9, 18, 16), settled)  # what the people of the story did before
    assert actions.note_what_changed(at(9, 18, 16), settled) == 0
    held = registered.standing(who.li, TODAY).certificate
    registry.change_power(
        by=who.chen,
        at=at(9, 19),
        power=who.power,
        valid_from=date(2026, 9, 19),
        reason="省政府令调整",
        name="新的事项名称",
    )
    registry.change_certificate(
        by=who.qian, at=at(9, 19), certificate=held, state="suspended", on=date(2026, 9, 19), reason="违规"
    )
    given = {"by": who.qian, "at": at(9, 19), "certificate": held, "year": 2026}
    registry.check_certificate(passed=True, on=date(2026, 9, 19), **given)
    registry.change_body(
        by=who.qian, at=at(9, 19), body=who.body, valid_from=date(2026, 10, 1), reason="迁址", address="新街 1 号"
    )
    assert actions.note_what_changed(at(9, 19, 12), settled) == 2  # a passed check shows nothing; the move is not yet
    power, card = Change.objects.order_by("-id")[:2][::-1]
    assert (power.what, power.key, power.why) == ("power", str(who.power.key), "省政府令调整")
    assert (card.what, card.key, card.by) == ("certificate", str(who.li.key), who.qian)
    clock = queries.clock(power)
    assert (
        clock is not None
        and clock.due_on == packs.load(QINGSHAN).ask("update_by", {"changed_on": date(2026, 9, 19)}).value
    )
    assert actions.note_what_changed(at(9, 19, 13), settled) == 0
    assert actions.note_what_changed(at(10, 8), settled) == 1
    assert Change.objects.order_by("-id")[0].what == "body"
    assert (power.title, card.title) == ("新的事项名称：变更事项名称", "李敏：执法证暂扣")


@pytest.mark.clause("SY-3.3b")
def test_a_body_that_was_succeeded_or_has_ended_leaves_its_clock_and_stops_no_other(who):
    """The end of a body is a change as well: what it showed still hangs, and the changes of others go on being noted."""
    everything_public(who)
    settled: set[int] = set()
    actions.note_what_changed(at(9, 18, 16), settled)
    new = registry.register_body(
        by=None, at=at(9, 1), scope=f"{TOWN}new/", name="青山街道办事处", kind="agency", uscc="12411521006005061X",
        region="411521", pack=QINGSHAN, sign="街", valid_from=date(2026, 9, 1),
    )  # fmt: skip
    registry.succeed(
        by=who.qian, at=at(9, 19), predecessor=who.body, successor=new, on=date(2026, 9, 19), instrument="撤镇设街道"
    )
    actions.note_what_changed(at(9, 19, 12), settled)
    old, successor = Change.objects.filter(title__contains="承继").order_by("id")
    assert (old.scope, old.title, old.why) == (TOWN, "青山镇人民政府：由青山街道办事处承继", "撤镇设街道")
    assert old.touched and queries.clock(old) is not None
    assert (successor.scope, successor.title) == (new.scope, "青山街道办事处：承继青山镇人民政府")
    registry.end(by=who.qian, at=at(9, 20), thing=new, last_day=date(2026, 9, 20), reason="撤销")
    assert actions.note_what_changed(at(9, 21), settled) == 1
    assert actions.note_what_changed(at(9, 21), settled) == 0


@pytest.mark.clause("QS-3.1.4a")
def test_open_cases_of_the_changed_power_are_named_and_closed_ones_are_not(vault):
    with access.within(""):
        told = story.begin("apply")
        power, other = str(told.case.power.key), "00000000-0000-7000-8000-000000000000"
        change = actions.note_change(
            by=told.who.zhou,
            at=at(12, 20),
            scope=TOWN,
            what="power",
            key=power,
            changed_on=date(2026, 12, 20),
            why="修法",
        )
        assert {"ref": told.case.chain, "sort": "在办案件", "title": told.case.title} in change.touched
        none = actions.note_change(
            by=told.who.zhou,
            at=at(12, 20),
            scope=TOWN,
            what="power",
            key=other,
            changed_on=date(2026, 12, 20),
            why="修法",
        )
        assert not [one for one in none.touched if one["sort"] == "在办案件"]


# ---- policy documents --------------------------------------------------------------------------------------------


@pytest.mark.clause("DH-2.1.1b", "WC-2.1.1a")
@pytest.mark.parametrize("pack", [DEHONG, GAOXIN])
def test_the_measure_settles_the_seven_matters_and_an_empty_one_is_named(who, pack):
    whole(who, pack)
    made = actions.compose(by=who.zhou, at=at(9, 18), kind="rules_disclosure")
    headings = [one["text"] for one in made.content["blocks"] if one["type"] == "heading"]
    seven = list(packs.load(pack).parameter("disclosure_rules_items").value)
    assert [one for one in headings if one in seven] == seven
    for matter in seven:
        place = next(n for n, one in enumerate(made.content["blocks"]) if one.get("text") == matter)
        assert made.content["blocks"][place + 1]["type"] in ("para", "gap")
    said = [one for one in made.content["blocks"] if one["type"] == "para"]
    assert said and all(one["cites"] for one in said)  # every provision has its clause


@pytest.mark.clause("QD-4.2a", "QD-A3.公示.1", "QD-A3.记录.1", "QD-A3.审核.1")
def test_a_unit_files_its_rules_for_each_of_the_three_systems_and_what_lacks_is_shown(who):
    body = whole(who, QIDONG)
    owed = {code for code, _, because in queries.owed_policies(body, TODAY) if because}
    assert {"rules_disclosure", "rules_recording", "rules_review"} <= owed
    for kind in ("rules_disclosure", "rules_recording", "rules_review"):
        made = actions.compose(by=who.zhou, at=at(9, 18), kind=kind, in_force=date(2026, 10, 1))
        with pytest.raises(actions.NotApproved):
            actions.publish_policy(by=who.zhou, at=at(9, 18), document=made)
        with pytest.raises(actions.OwnWork):
            actions.approve_policy(by=who.zhou, at=at(9, 18), document=made, approved=True)
        if made.gaps:
            with pytest.raises(actions.StillMissing):
                actions.approve_policy(by=who.chen, at=at(9, 18), document=made, approved=True)
            settled = {one["key"]: "由本机关另行规定并公布" for one in made.gaps}
            made = actions.compose(by=who.zhou, at=at(9, 18, 10), kind=kind, settled=settled)
            assert made.version == 2
        assert not made.gaps
        actions.approve_policy(by=who.chen, at=at(9, 18, 11), document=made, approved=True)
        actions.publish_policy(by=who.zhou, at=at(9, 18, 12), document=made)
    have = set(queries.policies_of(body).filter(release__isnull=False).values_list("kind", flat=True))
    assert have == {"rules_disclosure", "rules_recording", "rules_review"}


@pytest.mark.clause("QD-4.2b")
def test_the_handbook_holds_rules_lists_templates_and_flowcharts_as_pdf_and_word(who):
    whole(who, QIDONG)
    made = actions.compose(by=who.zhou, at=at(9, 18), kind="handbook")
    kinds = {one["type"] for one in made.content["blocks"]}
    assert kinds >= {"heading", "para", "table", "chart"}
    assert any("《行政处罚决定书》" in str(row) or "行政处罚决定书" in str(row)
               for one in made.content["blocks"] if one["type"] == "table" for row in one["rows"])  # fmt: skip
    with store.open(made.digest) as pdf:
        assert pdf.read(5) == b"%PDF-"
    with store.open(made.word_digest) as held_file, zipfile.ZipFile(held_file) as word:
        document = word.read("word/document.xml").decode()
        pictures = [name for name in word.namelist() if name.startswith("word/media/")]
    assert "第一条" in document and made.content["title"] in document
    assert len(pictures) == len([one for one in made.content["blocks"] if one["type"] == "chart"]) >= 3


def test_the_same_paper_gives_the_same_bytes(who):
    body = whole(who)
    paper, _, pictures = policies.compose(
        policies.KINDS["flowchart_review"], packs.load(QINGSHAN), body, TODAY, lists={}, devices=[], kinds=["penalty"]
    )
    for svg in pictures.values():
        store.put(io.BytesIO(svg))
    assert papers.pdf(paper, TODAY) == papers.pdf(paper, TODAY)
    assert papers.docx(paper, TODAY) == papers.docx(paper, TODAY)


@pytest.mark.clause("DH-2.2.1a")
def test_the_measure_on_recording_has_the_rules_of_each_kind_by_themselves(who):
    body, pack = whole(who, DEHONG), packs.load(DEHONG)
    kinds = ["licence", "penalty", "compulsory_measure", "levy", "inspection", "charge"]
    paper, _, _ = policies.compose(
        policies.KINDS["rules_recording"], pack, body, TODAY, lists={}, devices=[], kinds=kinds
    )
    cited = [one for one in paper["blocks"] if "德宏州行政执法全过程记录实施办法" in one.get("text", "")]
    assert any("DH-2.2.1a" in line for one in cited for line in one["cites"])
    tables = {
        head["text"]: {row[0]: row for row in table["rows"]}
        for head, table in zip(paper["blocks"], paper["blocks"][1:], strict=False)
        if head["type"] == "heading" and table["type"] == "table"
    }
    words = pack.facts["kind"].choices
    assert words is not None and {f"{words[kind]}的记录" for kind in kinds} <= set(tables)
    for kind in kinds:
        steps = {step.title: step for k, p in pack.act_names if k == kind for step in pack.act(k, p).steps}
        shown = tables[f"{words[kind]}的记录"]
        assert shown and set(shown) <= set(steps), "each table holds the steps of its own kind and of no other"
    sealing = next(row for row in tables[f"{words['compulsory_measure']}的记录"].values() if "查封" in row[2])
    assert "全程" in sealing[2] and "DH-2.2.3" in sealing[3]
    assert not any("查封" in row[2] for row in tables[f"{words['levy']}的记录"].values())


@pytest.mark.clause("QD-A3.审核.5(①)", "WC-2.3.3a")
def test_the_review_flowchart_is_generated_from_the_workflow(who):
    whole(who, GAOXIN)
    made = actions.compose(by=who.zhou, at=at(9, 18), kind="flowchart_review")
    act = packs.load(GAOXIN).act("legal_review")
    [drawn] = [one for one in made.content["blocks"] if one["type"] == "chart"]
    for step in act.steps:
        assert step.title in drawn["alt"]


@pytest.mark.clause("WC-0.2", "QD-0.2", "SY-0.1")
def test_an_uploaded_document_may_lack_number_and_date_and_keeps_who_agreed(who):
    whole(who, GAOXIN)
    with pytest.raises(actions.BadFile, match="格式"):
        actions.upload(
            by=who.zhou,
            at=at(9, 18),
            kind="implementation_plan",
            title="方案",
            file=io.BytesIO(b"GIF89a"),
            name="a.gif",
        )
    made = actions.upload(
        by=who.zhou, at=at(9, 18), kind="implementation_plan", title="工作方案", file=io.BytesIO(b"%PDF-1.7 test"),
        name="方案.pdf", agreed_by="县人民政府", links=[{"relation": "serves", "words": "全面依法治国"}],
    )  # fmt: skip
    assert (made.number, made.issued_on, made.in_force) == ("", None, None)
    numbered = actions.upload(
        by=who.zhou, at=at(9, 19), kind="implementation_plan", title="工作方案", file=io.BytesIO(b"%PDF-1.7 again"),
        name="方案.pdf", number="苏右政办发〔2019〕37号", issued_on=date(2019, 10, 21),
    )  # fmt: skip
    assert numbered.version == 2 and numbered.pack_version == packs.load(GAOXIN).version
    with pytest.raises(Refused, match="早于"):
        actions.compose(
            by=who.zhou, at=at(9, 18), kind="rules_review", issued_on=date(2026, 9, 1), in_force=date(2026, 8, 1)
        )


@pytest.mark.clause("WC-2.1.1c", "WC-2.2.1c")
def test_rules_are_filed_with_the_office_above_with_date_receipt_and_version(who):
    whole(who, GAOXIN)
    items = [code for code, _ in queries.filing_items(packs.load(GAOXIN), TODAY)]
    assert {"rules_disclosure", "rules_recording", "flowchart_and_guide"} <= set(items)
    made = actions.upload(
        by=who.zhou,
        at=at(9, 18),
        kind="rules_disclosure",
        title="公示制度",
        file=io.BytesIO(b"%PDF-1.7 x"),
        name="x.pdf",
    )
    actions.approve_policy(by=who.chen, at=at(9, 18), document=made, approved=True)
    shown = actions.publish_policy(by=who.zhou, at=at(9, 18), document=made)
    with pytest.raises(Refused, match="没有要求报备"):
        actions.send_up(by=who.zhou, at=at(9, 18), of=shown, organ="县法制办", on=TODAY, item="tea")
    sent = actions.send_up(by=who.zhou, at=at(9, 18), of=shown, organ="县法制办", on=TODAY, item="rules_disclosure")
    with pytest.raises(Refused, match="回执日期"):
        actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="1", on=date(2026, 9, 1))
    actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="备〔2026〕1号", on=date(2026, 9, 20))
    [row] = queries.sent(made.subject)
    assert (row.row.item, row.receipt.number, row.row.subject) == (
        "rules_disclosure",
        "备〔2026〕1号",
        f"policy:{made.pk}",
    )


@pytest.mark.clause("WC-2.1.1d")
def test_a_document_of_an_earlier_edition_says_that_it_must_be_updated_and_why(who, monkeypatch):
    whole(who)
    made = actions.compose(by=who.zhou, at=at(9, 18), kind="rules_disclosure")
    assert queries.outdated(made) is None and lawbook.kept(made.pack_version)
    now, old = packs.load(DEHONG), packs.load(QINGSHAN)  # the plan of tomorrow
    monkeypatch.setattr(packs, "load", lambda name: now)
    monkeypatch.setattr(lawbook, "pack", lambda name, version: old)
    found = queries.outdated(made)
    assert found is not None and found.known and any("D10b" in line for line in found.lines)


def test_chinese_numerals():
    assert [policies.numeral(n) for n in (1, 10, 12, 20, 99, 100, 105, 110, 215)] == [
        "一", "十", "十二", "二十", "九十九", "一百", "一百零五", "一百一十", "二百一十五",
    ]  # fmt: skip
