"""What a submission answers for by name, and that no conclusion stands while a point of the plan is open."""

import re
import socket
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.review.test_depth import DH, QD, WC, film, give, sent_licence, sign_in, told
from tests.story import Story, at
from yangguang.casework import queries as cases
from yangguang.policy import packs, scaffold
from yangguang.record import documents
from yangguang.record.passkeys.tests import test_passkeys as passkeys
from yangguang.record.passkeys.tests.device import Device
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
    assert again[0] is not None and (again[0].name, again[1]) == ("林芳", "上次送审")
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


@pytest.mark.parametrize(
    ("plan", "own"),
    [
        pytest.param(
            QD, {"subject", "facts", "evidence", "law", "procedure", "discretion", "documents"},
            marks=pytest.mark.clause("QD-3.3.3a", "QD-3.3.3b"),
        ),
        pytest.param(
            DH, {"subject", "authority", "procedure", "facts", "discretion", "law"}, marks=pytest.mark.clause("DH-2.3.3a")
        ),
    ],
)  # fmt: skip
def test_the_points_are_those_of_the_kind_and_of_what_makes_it_major_and_stay_as_they_were(
    plan: str, own: set[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A unit sets points of its own for licences and for decisions of public interest; each point of the plan is reasoned."""
    s = sent_licence(plan)
    folder = scaffold.new(f"{plan}-unit", extends=plan, name="某局", region="430426", level="county", into=tmp_path)
    clause = packs.load(plan).parameter("review_content_by_kind").because[0].clause

    def ask(**lines: dict[str, object]) -> None:
        """The unit's own pack, with one line of points for each situation."""
        said = (folder / "pack.yaml").read_text("utf-8").split("\nquestions:")[0]
        rows = [
            {"when": when, "value": [key], "because": clause, "details": {key: f"本单位要点：{key}"}}
            for key, when in lines.items()
        ]
        text = yaml.safe_dump({"questions": {"review_checklist": rows}}, allow_unicode=True)
        (folder / "pack.yaml").write_text(f"{said}\n{text}", "utf-8")
        now = packs.load_folder(folder)
        monkeypatch.setattr(cases, "pack_of", lambda case: now)

    ask(propriety={"kind": "licence", "major_public_interest": True})
    points = {row["item"]: row for row in reviews.checklist(s.case)}
    assert points["propriety"]["title"] == "本单位要点：propriety" and own <= set(points)
    assert {key for key, row in points.items() if row["reasoned"]} >= own
    s.case.kind = "penalty"
    assert "propriety" not in {row["item"] for row in reviews.checklist(s.case)}, "another kind of act"
    s.case.kind = "licence"
    whole = s.findings()
    terms = {"by": s.who.wang, "at": at(9, 3, 15), "submission": s.submission, "outcome": "passed", "opinion": "同意"}
    for point in [*own, "propriety"]:
        left = {item: found for item, found in whole.items() if item != point}
        with pytest.raises(review.NotAnswered) as refused:
            review.give(findings=left, **terms)
        assert refused.value.field == point
        with pytest.raises(review.NotAnswered, match="没有写明理由"):
            review.give(findings=whole | {point: {"finding": "pass", "reason": " "}}, **terms)
        with pytest.raises(review.NotAnswered, match="不能作出“通过”的结论"):
            give(s, s.who.wang, **{point: "不适当"})
    assert not Review.objects.exists()
    done = give(s, s.who.wang)
    ask(propriety={"kind": "penalty"})
    assert "propriety" not in {row["item"] for row in reviews.checklist(s.case)}, "the unit changed its points since"
    kept = Review.objects.get()
    assert {one["item"] for one in kept.findings} == set(points) == {one["item"] for one in done.findings}
    assert "本单位要点：propriety" in documents.text(kept.item.code, kept.item.data, on=kept.item.on)


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param("cn-henan-xinyang-qingshan", marks=pytest.mark.clause("QS-3.3.3d")),
        pytest.param("cn-neimenggu-xilingol-suniteyouqi", marks=pytest.mark.clause("SY-2.3b")),
        pytest.param(DH, marks=pytest.mark.clause("DH-2.3.4b")),
        pytest.param(WC, marks=pytest.mark.clause("WC-2.3.3b")),
    ],
)
def test_an_agency_sets_materials_manner_time_and_responsibility_and_its_reviews_run_by_them(
    plan: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Body, scope, points, materials, manner, responsibility and time of a review are an agency's own rules."""
    s = story.begin("conclude", with_accounts=True)
    clause = packs.load(plan).parameter("review_time_limit").because[0].clause
    folder = scaffold.new(f"{plan}-unit", extends=plan, name="某局", region="411521", level="county", into=tmp_path)
    said = (folder / "pack.yaml").read_text("utf-8")
    own = {
        "review_materials": [{"value": ["expert_opinion"], "because": clause, "details": {"expert_opinion": "专家论证意见"}}],
        "review_checklist": [{"value": ["propriety"], "because": clause, "details": {"propriety": "是否适当"}}],
        "review_required": [{"when": {"penalties_has": "fine"}, "value": True, "because": clause}],
    }  # fmt: skip
    values = {
        "reviewing_body": "法制科", "review_carrier": "纸质或者电子", "review_materials_rule": "一案一送，附目录",
        "opinion_responsible": "法制科对审核意见负责", "review_time_limit": 3,
    }  # fmt: skip
    lines = [{"limit": {"n": 3, "unit": "working_day"}, "because": clause}]
    for name, text in (
        ("pack.yaml", f"{said}\n{yaml.safe_dump({'questions': own}, allow_unicode=True)}"),
        (
            "parameters.yaml",
            yaml.safe_dump({"values": {k: {"value": v, "because": clause} for k, v in values.items()}}),
        ),
        ("deadlines.yaml", yaml.safe_dump({"deadlines": {"D53": {"lines": lines}}})),
    ):
        (folder / name).write_text(text, "utf-8")
    agency = packs.load_folder(folder)
    assert not packs.load(plan).parameter("review_time_limit").value, "the plan leaves the number to the agency"
    legal = registry.register_unit(
        by=None, at=at(2, 1), body=s.who.body, name="法制科", kind="legal", valid_from=date(2026, 2, 1)
    )
    s.who.wang = registry.change_officer(
        by=None, at=at(2, 1), officer=s.who.wang, valid_from=date(2026, 2, 1), reason="调入", unit=legal
    )
    monkeypatch.setattr(cases, "pack_of", lambda case: agency)
    film(s)
    s.propose()
    assert clause in {one.clause for one in reviews.required(s.proposal).because}, "the scope"
    shown = sign_in("zhang").get(reverse("review:submit", args=[s.proposal.pk])).content.decode()
    for words in (
        "专家论证意见",
        "纸质或者电子",
        "一案一送，附目录",
        "法制科对审核意见负责",
        "3 个工作日",
        "请核对案卷",
    ):
        assert words in shown, words
    first = s.submit()
    clock = reviews.clock_of(first)
    assert clock is not None and clock.due_on == date(2026, 9, 7) and clause in {c["clause"] for c in clock.because}
    assert "propriety" in {row["item"] for row in reviews.checklist(s.case)}
    above = sign_in("qian").get("/review/oversight/?tab=open&late=1").content.decode()
    assert s.case.title in above, "what is late is reported to those above"
    assert "逾期" in sign_in("wang").get("/review/").content.decode(), "and warned of on the reviewer's own desk"
    if plan == WC:
        return  # there a panel concludes
    more = give(s, s.who.wang, "supplement", at(9, 3, 10))
    assert more.outcome == "supplement"
    assert "材料不齐" in reviews.clock_of(first).discharge.note  # type: ignore[union-attr]
    assert "已退回补充材料" in sign_in("wang").get("/review/").content.decode()
    shown = sign_in("zhang").get(reverse("workbench:case", args=[s.case.pk])).content.decode()
    assert "按审核意见补充材料，再次送审" in shown and more.opinion in shown
    s.propose_again()
    clock = reviews.clock_of(s.submit_again())
    assert clock is not None and (clock.start_on, clock.due_on) == (date(2026, 9, 4), date(2026, 9, 9))


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


@pytest.fixture
def inside_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network without a way out: whatever is not on this machine cannot be reached."""
    reach = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        assert host in ("", "127.0.0.1", "::1", "localhost"), f"reached out to {address}"
        reach(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.clause("QS-3.3.3c", "QD-3.3.5b")
def test_the_opinion_is_given_without_paper_signed_by_name_and_never_changed(
    inside_only: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SESSION_COOKIE_AGE = 365 * 86400
    s = story.begin("propose", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 10))
    given = {"once": str(uuid.uuid4()), "seen": "", "declared": "on", "unit_head": str(s.who.zhang.pk)}
    assert sign_in("zhang").post(reverse("review:submit", args=[s.proposal.pk]), given).status_code == 302
    sent = Submission.objects.get()
    client, url = passkeys.as_("wang"), reverse("review:review", args=[sent.pk])
    monkeypatch.setattr(timezone, "now", lambda: at(9, 3, 15))
    page = client.get(url).content.decode()
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page), "nothing on the page comes from elsewhere"
    given = {f"finding_{row['item']}": "pass" for row in reviews.checklist(s.case)}
    given |= {"outcome": "passed", "opinion": "同意。", "once": str(uuid.uuid4()), "seen": ""}
    assert client.post(url, given).status_code == 302
    done = Review.objects.get()
    printed = documents.text(done.item.code, done.item.data, on=done.item.on)
    assert "王静" in printed and done.qualification.number in printed, "who answers for it, by name"
    device = Device()
    assert passkeys.register(client, device).status_code == 302
    assert passkeys.sign(client, done.item, device, who="legal").status_code == 302
    shown = client.get(reverse("record:item", args=[done.item.pk])).content.decode()
    assert "通行密钥签名，核验有效" in shown and "王静" in shown
    answer = client.get(reverse("record:file", args=[done.item.pk]))
    assert b"".join(answer)[:5] == b"%PDF-", "it prints"
    again = given | {"once": str(uuid.uuid4()), "outcome": "revise"}
    assert client.post(url, again).status_code == 409 and Review.objects.count() == 1
    for sql in (
        "update review_review set opinion = '不同意'", "update review_review set by_id = gen_random_uuid()",
        "delete from review_review", "update record_signature set name = '他人'", "update record_item set title = '另一份'",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


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
