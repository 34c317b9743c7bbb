"""What a submission answers for by name, and that no conclusion stands while a point of the plan is open."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import story
from tests.review.test_depth import WC, give, told
from tests.story import at
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
    s = story.begin("propose")
    with pytest.raises(Refused, match="送审承诺"):
        review.submit(by=s.who.zhang, at=at(9, 2), proposal=s.proposal, declared=False)
    assert not Submission.objects.exists()
    s.submit()
    kept = Submission.objects.get()
    assert kept.by.key == s.who.zhang.key and kept.declaration.startswith("张卫国对送审材料")
    asked = ("真实性", "准确性", "完整性", "执法的事实", "证据", "法律适用", "程序的合法性")
    assert [one for one in asked if one not in kept.declaration] == []
    paper = kept.case.dossier.items.get(code="legal_review_submission")
    assert paper.data["unit_opinion"] == kept.declaration and paper.by.key == kept.by.key


@pytest.mark.clause("WC-2.3.0b")
def test_neither_legality_nor_propriety_may_be_left_open() -> None:
    s = told("submit", WC)
    group = registry.register_leading_group(
        by=None, at=at(2, 2), body=s.who.body, name="三项制度领导小组", instrument="卫发〔2026〕1 号",
        members=[{"name": n, "post": "成员", "role": "成员"} for n in ("陈立新", "王静", "周倩")],
        valid_from=date(2026, 2, 2),
    )  # fmt: skip
    panel = panels.convene(
        by=s.who.wang, at=at(9, 3, 9), submission=s.submission, group=group, chair="陈立新", place="会议室"
    )
    for member in (s.who.chen, s.who.wang, s.who.zhou):
        panels.vote(by=member, at=at(9, 3, 10), panel=panel, vote="passed", view="同意")
    panels.conclude(by=s.who.wang, at=at(9, 3, 11), panel=panel)
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
        with pytest.raises(review.NotAnswered, match="不能作出“通过”的结论"):
            give(s, s.who.wang, **{point: "不适当"})
    assert not Review.objects.exists()
    done = give(s, s.who.wang)
    assert {one["item"]: one["finding"] for one in done.findings} == dict.fromkeys(points, "pass")
