"""The evaluation of files (案卷评查), live on the open case."""

from pathlib import Path

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.test import Client

from tests import story
from tests.story import Story, at
from yangguang.casework.rubric import actions, queries
from yangguang.casework.rubric.models import Finding
from yangguang.policy import packs, rubrics, scaffold
from yangguang.policy.errors import PackError
from yangguang.policy.packs import load
from yangguang.record.queries import Owed
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail.models import Entry, saving


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def states(told: Story) -> dict[str, str]:
    with access.within(""):
        return {line.item.code: line.mark.state for line in queries.sheet(told.fresh(), at(9, 20).date()).lines}


# ---- the standard is data ----------------------------------------------------------------------------------------


def test_the_standard_is_a_hundred_points_and_nine_vetoes_each_with_its_clause():
    found = load("cn").rubric
    assert sum(item.points for item in found.items) == 100
    assert sum(item.veto for item in found.items) == 9
    assert all(item.because for item in found.items)
    assert found.grades == ((90, "优秀"), (60, "合格"))
    assert {name: len(load(name).rubric.items) for name in packs.names()}.keys() >= {"cn-henan-xinyang-qingshan"}


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"gates": "G99"}, "关口“G99”没有定义"),
        ({"steps": "nowhere"}, "环节“nowhere”没有定义"),
        ({"after": "nowhere"}, "环节“nowhere”没有定义"),
        ({"deadlines": "D99"}, "期限“D99”没有定义"),
        ({"because": "CN-NONE"}, "不在条款表"),
        ({"veto": True}, "否决项没有分值"),
        ({"points": 0}, "否决项没有分值"),
        ({"must": {"no_such_fact": True}}, "不在词表中"),
        ({"points": "many"}, "points"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_item_is_named_with_file_and_key(tmp_path: Path, item: dict, says: str):
    folder = scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
    good = {"title": "试", "group": "试", "points": 5, "because": "CN-PEN-47"}
    (folder / "rubric.yaml").write_text(yaml.safe_dump({"rubric": {"Z1": good | item}}, allow_unicode=True), "utf-8")
    with pytest.raises(PackError) as refused:
        packs.load_folder(folder)
    assert says in str(refused.value)
    assert "rubric.yaml" in str(refused.value)


def test_a_lower_pack_adds_items_and_may_set_the_grades_but_takes_nothing_away(tmp_path: Path):
    folder = scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
    mine = {"Z1": {"title": "试", "group": "本地", "points": 5, "because": "CN-PEN-47"}}
    text = {"rubric": mine, "grades": [{"title": "优", "least": 95}, {"title": "良", "least": 80}]}
    (folder / "rubric.yaml").write_text(yaml.safe_dump(text, allow_unicode=True), "utf-8")
    found = packs.load_folder(folder).rubric
    assert [item.code for item in found.items] == [*(item.code for item in load("cn").rubric.items), "Z1"]
    assert found.grades == ((95, "优"), (80, "良"))
    assert found.vetoed == "不合格"
    (folder / "rubric.yaml").write_text(yaml.safe_dump({"rubric": {"A1": mine["Z1"]}}, allow_unicode=True), "utf-8")
    with pytest.raises(PackError, match="上级包已经定义"):
        packs.load_folder(folder)


def test_a_veto_outweighs_any_score_and_what_does_not_apply_counts_nothing():
    found = load("cn").rubric
    by = {item.code: item for item in found.items}
    marks = [rubrics.Mark(by["A1"], "passed"), rubrics.Mark(by["B2"], "failed", 1), rubrics.Mark(by["I1"], "na")]
    assert rubrics.score(found, marks).points == 83  # 5 of 6
    assert rubrics.score(found, marks).grade == "合格"
    vetoed = rubrics.score(found, [*marks, rubrics.Mark(by["V1"], "failed", 1)])
    assert (vetoed.grade, [item.code for item in vetoed.vetoes]) == ("不合格", ["V1"])
    assert rubrics.score(found, []).points is None
    assert rubrics.Mark(by["B2"], "failed", 9).lost == by["B2"].points


# ---- live on the case ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("QS-3.2.3c", "QD-3.2.4d", "SY-2.2.4b", "DH-2.2.5c", "WC-2.2.5c")
def test_it_runs_on_the_open_case_and_moves_with_it():
    told = begun("check_scene")
    early = states(told)
    assert early["V2"] == early["B1"] == early["A2"] == "passed"
    assert early["D1"] == early["E1"] == early["H1"] == "early"
    assert early["V3"] == "person"
    page = as_("zhang").get(f"/work/cases/{told.case.pk}/").content.decode()
    assert "案卷评查" in page


@pytest.mark.django_db
def test_what_is_missing_is_found_with_its_clause_before_anything_is_filed(monkeypatch):
    told = begun("decide")
    found = states(told)
    assert found["V8"] == found["D1"] == found["E1"] == "passed"
    with access.within(""):
        late = {line.item.code: line for line in queries.sheet(told.fresh(), at(12, 31, year=2027).date()).lines}
    assert late["I1"].mark.state == "failed"
    assert "公开行政处罚决定" in late["I1"].why[0]
    assert late["I1"].item.because[0].clause == "CN-PEN-48.1"


@pytest.mark.django_db
def test_a_finding_is_a_fact_of_a_reviewer_or_supervisor_and_never_of_the_handlers():
    told = begun("check_scene")
    address = f"/cases/{told.case.pk}/rubric/"
    assert "记录评查意见" not in as_("zhang").get(address).content.decode()
    given = {"item": "V3", "verdict": "failed", "breaches": "2", "note": "涉嫌犯罪没有移送"}
    assert as_("zhang").post(address, given).status_code in (302, 403)
    assert not Finding.objects.exists()
    wang = as_("wang")
    assert wang.post(address, given | {"note": ""}).status_code == 422
    assert wang.post(address, given).status_code == 302
    with access.within(""):
        row = Finding.objects.get()
        assert (row.item, row.breaches, row.by.name) == ("V3", 2, "王静")
        assert Entry.objects.filter(verb="casework.find", chain=f"rubric:case:{told.case.pk}").exists()
        sheet = queries.sheet(told.fresh())
    assert sheet.score.grade == "不合格"
    page = wang.get(address).content.decode()
    assert "涉嫌犯罪没有移送" in page
    assert "第二十七条第一款" in page


@pytest.mark.django_db
def test_the_last_finding_counts_and_the_first_stays():
    told = begun("check_scene")
    with access.within(""):
        for verdict, note in (("failed", "没有看到移送书"), ("passed", "移送书在卷")):
            actions.find(by=told.who.wang, at=at(9, 1), case=told.case, item="V3", verdict=verdict, note=note)
        assert states(told)["V3"] == "passed"
        assert Finding.objects.count() == 2
        with pytest.raises(actions.OwnCase):
            actions.find(by=told.who.li, at=at(9, 1), case=told.case, item="V3", verdict="passed")
        with pytest.raises(actions.BadFinding):
            actions.find(by=told.who.wang, at=at(9, 1), case=told.case, item="nothing", verdict="passed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"item": "V3", "verdict": "maybe"},
        {"item": "V\x003", "verdict": "passed"},
        {"item": "V3", "verdict": "failed", "breaches": "x", "note": "y" * 401},
        {},
    ],
)
def test_bad_input_is_told_in_words(given):
    told = begun("apply")
    assert as_("wang").post(f"/cases/{told.case.pk}/rubric/", given).status_code == 422


@pytest.mark.django_db
def test_the_database_refuses_a_breach_without_words():
    told = begun("apply")
    with access.within(""), pytest.raises(IntegrityError), transaction.atomic():
        _unsaid(told)


def _unsaid(told: Story) -> None:
    token = saving.set([])
    try:
        Finding(
            by=told.who.wang, at=at(9, 1), scope=told.case.scope, case=told.case, item="V3", title="x", because=[],
            verdict="failed", breaches=1, note="",
        ).save()  # fmt: skip
    finally:
        saving.reset(token)


@pytest.mark.django_db
def test_one_defect_is_counted_once():
    """The document that a failed item above already speaks of is told here, and takes no points a second time."""
    told = begun("decide")
    with access.within(""):
        case = told.fresh()
        lacking = [Owed("document", "defence", "review_of_defence", "陈述申辩复核意见书", "must", ())]

        def line(code: str):
            sheet = queries.sheet(told.fresh(), at(9, 20).date(), owed=lacking)
            return next(one for one in sheet.lines if one.item.code == code)

        assert (line("D3").mark.state, line("D3").mark.breaches) == ("failed", 1)
        actions.find(by=told.who.wang, at=at(9, 20), case=case, item="D1", verdict="failed", note="没有复核申辩")
        again = line("D3")
        assert (again.mark.state, again.mark.lost) == ("passed", 0)
        assert again.why == ("缺文书：陈述申辩复核意见书；已在“听取陈述申辩并复核”扣分，不重复计",)
