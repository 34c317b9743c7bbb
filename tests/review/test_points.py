"""What a submission answers for by name, and that no conclusion stands while a point of the plan is open."""

import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse

from tests import story
from tests.review.test_depth import DH, WC, give, sign_in, told
from tests.story import Story, at
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.review import actions as review
from yangguang.review import queries as reviews
from yangguang.review.models import Review, Submission
from yangguang.review.panel import actions as panels
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    with access.within(""):
        yield


@pytest.mark.clause("QS-3.3.3b")
def test_who_submits_answers_by_name_for_the_materials_the_facts_and_the_law() -> None:
    s = story.begin("propose", with_accounts=True)
    given = {"by": s.who.zhang, "at": at(9, 2), "proposal": s.proposal}
    with pytest.raises(Refused, match="送审承诺"):
        review.submit(**given, declared=False, unit_head=s.who.lin)
    with pytest.raises(Refused, match="承办机构负责人") as refused:
        review.submit(**given, declared=True)
    assert {one.clause for one in refused.value.because} == {"QS-3.3.3b"}
    with pytest.raises(Refused, match="钱正不是"):
        review.submit(**given, declared=True, unit_head=s.who.qian)
    client, url = sign_in("zhang"), reverse("review:submit", args=[s.proposal.pk])
    shown = client.get(url).content.decode()
    assert f'<option value="{s.who.zhang.pk}" selected>张卫国（执法大队副队长）' in shown and "人员登记的职务" in shown
    sent = {"once": str(uuid.uuid4()), "seen": "", "declared": "on"}
    assert "请选择承办机构负责人" in client.post(url, sent).content.decode()
    assert not Submission.objects.exists()
    assert client.post(url, sent | {"unit_head": str(s.who.lin.pk)}).status_code == 302
    kept = Submission.objects.get()
    assert kept.by.key == s.who.zhang.key and kept.declaration.startswith("张卫国、林芳对送审材料")
    signed = kept.case.dossier.items.get(code="review_declaration")
    printed = documents.text(signed.code, signed.data, on=signed.on)
    assert [one for one in ("张卫国、李敏", "林芳", kept.case.title, "案件调查终结报告") if one not in printed] == []
    again = reviews.usual_head(kept.case, reviews.unit_heads(kept.case, date(2026, 9, 3)))
    assert (again[0].name, again[1]) == ("林芳", "上次送审")
    asked = ("真实性", "准确性", "完整性", "执法的事实", "证据", "法律适用", "程序的合法性")
    assert [one for one in asked if one not in kept.declaration] == []
    paper = kept.case.dossier.items.get(code="legal_review_submission")
    assert paper.data["unit_opinion"] == kept.declaration and paper.by.key == kept.by.key


def sit(s: Story, vote: str) -> None:
    """The leading group reviews and agrees."""
    group = registry.register_leading_group(
        by=None, at=at(2, 2), body=s.who.body, name="三项制度领导小组", instrument="卫发〔2026〕1 号",
        members=[{"name": n, "post": "成员", "role": "成员"} for n in ("陈立新", "王静", "周倩")],
        valid_from=date(2026, 2, 2),
    )  # fmt: skip
    panel = panels.convene(
        by=s.who.wang, at=at(9, 3, 9), submission=s.submission, group=group, chair="陈立新", place="会议室"
    )
    for member in (s.who.chen, s.who.wang, s.who.zhou):
        panels.vote(by=member, at=at(9, 3, 10), panel=panel, vote=vote, view="同意")
    panels.conclude(by=s.who.wang, at=at(9, 3, 11), panel=panel)


@pytest.mark.clause("WC-2.3.0b", "WC-2.3.2a", "WC-2.3.2b")
def test_neither_legality_nor_propriety_may_be_left_open() -> None:
    s = told("submit", WC)
    sit(s, "passed")
    points = [row["item"] for row in reviews.checklist(s.case)]
    assert {"subject", "law", "procedure", "propriety"} < set(points)
    whole = s.findings()
    terms = {"by": s.who.wang, "at": at(9, 3, 15), "submission": s.submission, "outcome": "passed", "opinion": "同意"}
    for point in points:
        left = {item: found for item, found in whole.items() if item != point}
        for findings in (left, left | {point: {"finding": "problem", "reason": " "}}):
            with pytest.raises(review.NotAnswered) as refused:
                review.give(findings=findings, **terms)
            assert refused.value.field == point
        with pytest.raises(review.NotAnswered, match="没有写明理由") as refused:
            review.give(findings=whole | {point: {"finding": "pass", "reason": " "}}, **terms)
        assert refused.value.field == point and all(one.clause.startswith("WC-2.3") for one in refused.value.because)
        with pytest.raises(review.NotAnswered, match="不能作出“通过”的结论"):
            give(s, s.who.wang, **{point: "不适当"})
    assert not Review.objects.exists()
    done = give(s, s.who.wang)
    assert {one["item"]: one["finding"] for one in done.findings} == dict.fromkeys(points, "pass")
    printed = documents.text(done.item.code, done.item.data, on=done.item.on)
    rows = {one["point"]: one for one in done.item.data["checks"]}
    assert len(rows) == len(points) and "经核对案卷，符合。" in printed
    assert rows["主要事实是否清楚"]["note"] == "经核对案卷，符合。" and rows["主要事实是否清楚"]["clause"]


@pytest.mark.clause("DH-2.3.3b")
def test_six_points_of_the_plan_want_a_reason_and_the_machine_offers_its_words() -> None:
    s = told("submit", DH)
    reasoned = {row["item"] for row in reviews.checklist(s.case) if row["reasoned"]}
    assert reasoned == {"subject", "authority", "procedure", "facts", "discretion", "law"}
    assert not s.case.dossier.items.filter(code="review_declaration").exists()  # this plan asks no other signature
    client, url = sign_in("wang"), f"/review/{s.submission.pk}/"
    shown = client.get(url).content.decode()
    assert shown.count("理由（必填）") == 6 and " checked" not in shown
    assert "还不能判断是否须审核（缺：" in shown and "catalogue_hit" not in shown
    assert '<datalist id="id_reason_evidence_said"><option value="证据' in shown and "规则检查符合“" in shown
    given = {f"finding_{row['item']}": "pass" for row in reviews.checklist(s.case)}
    given |= {"outcome": "passed", "opinion": "同意。", "once": str(uuid.uuid4()), "seen": ""}
    refused = client.post(url, given)
    assert refused.status_code == 422 and refused.content.decode().count("本地方案要求这一项写明理由") >= 6
    assert not Review.objects.exists()
    assert client.post(url, given | {f"reason_{one}": "核对属实" for one in reasoned}).status_code == 302
    assert {one["item"] for one in Review.objects.get().findings if one["reason"]} == reasoned


@pytest.mark.clause("WC-2.3.2c")
def test_a_suspected_crime_is_never_passed_and_leads_to_the_transfer() -> None:
    s = told("submit", WC)
    sit(s, "transfer")
    why = "堆放的货物系来源不明的烟花爆竹，数量达到立案追诉标准"
    findings = s.findings(crime_transfer=why)
    terms = {"by": s.who.wang, "at": at(9, 3, 15), "submission": s.submission, "findings": findings}
    for outcome in ("revise", "refused", "passed"):
        with pytest.raises(Refused) as refused:
            review.give(outcome=outcome, opinion="涉嫌犯罪。", **terms)
        assert refused.value.field == "outcome"
    done = review.give(outcome="transfer", opinion="涉嫌犯罪，应当移送公安机关。", **terms)
    assert f"涉嫌犯罪，应当移送。{why}" in documents.text(done.item.code, done.item.data, on=done.item.on)
    client = sign_in("zhang")
    shown = client.get(reverse("workbench:case", args=[s.case.pk])).content.decode()
    assert "法制审核认为应当移送" in shown and reverse("decision:crime", args=[s.case.pk]) in shown
    assert why in client.get(reverse("decision:crime_report", args=[s.case.pk])).content.decode()


@pytest.mark.clause("QD-3.3.5d")
def test_a_review_made_on_paper_opens_the_gate_with_its_signed_original() -> None:
    s = story.begin("submit", with_accounts=True)
    scan, other = reviews.papers(s.case)[0], s.case.dossier.items.exclude(code="").first()
    terms = {"by": s.who.wang, "at": at(9, 3, 15), "submission": s.submission, "outcome": "passed", "opinion": "同意。"}
    terms |= {"findings": s.findings()}
    for paper, on, field in (
        (None, date(2026, 9, 3), "paper"),
        (other, date(2026, 9, 3), "paper"),
        (scan, None, "paper_on"),
        (scan, date(2026, 9, 1), "paper_on"),
        (scan, date(2026, 9, 4), "paper_on"),
    ):
        with pytest.raises(review.NotAnswered) as refused:
            review.give(paper=paper, paper_on=on, **terms)
        assert refused.value.field == field and not Review.objects.exists()
    client, url = sign_in("wang"), reverse("review:review", args=[s.submission.pk])
    given = {f"finding_{row['item']}": "pass" for row in reviews.checklist(s.case)}
    given |= {"outcome": "passed", "opinion": "同意。", "once": str(uuid.uuid4()), "seen": ""}
    given |= {"paper": str(scan.pk), "paper_on": "2026-09-03"}
    assert "没有，在系统中审核" in client.get(url).content.decode()
    assert "纸质审核的日期应在" in client.post(url, given | {"paper_on": "2026-09-01"}).content.decode()
    assert client.post(url, given).status_code == 302
    done = Review.objects.get()
    words = f"（2026年9月3日在纸上审核，签字原件《{scan.title}》在卷）"
    assert (
        words in documents.text(done.item.code, done.item.data, on=done.item.on) and reviews.passed(s.proposal) == done
    )
