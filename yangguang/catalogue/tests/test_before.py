"""事前公开、服务指南、公示牌、变动、制度文件: what is shown before a body acts, and what a change of the law asks for."""

import hashlib
import io
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from PIL import Image
from stdnum.cn import uscc

from tests.story import TOWN, People, at
from yangguang.catalogue.before import actions, boards, elements, queries, snapshots
from yangguang.catalogue.before.models import PreApproval, PreRelease
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.registry import actions as registry
from yangguang.registry import queries as registered
from yangguang.registry.models import Body, Officer
from yangguang.trail.errors import Refused
from yangguang.vault import store

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 18)
QINGSHAN, QIDONG, SUNITE, DEHONG, GAOXIN = (
    "cn-henan-xinyang-qingshan",
    "cn-hunan-hengyang-qidong",
    "cn-neimenggu-xilingol-suniteyouqi",
    "cn-yunnan-dehong-zjj",
    "cn-xinjiang-urumqi-gaoxin-wjw",
)


def whole(who: People, pack: str = QINGSHAN) -> Body:
    """The town with everything its registers can hold, under the rules of a plan."""
    body = registry.change_body(
        by=None, at=at(2, 1), body=who.body, valid_from=date(2026, 2, 1), reason="补全登记", pack=pack, court="罗山县人民法院",
        duties="负责本辖区综合行政执法", authority="在赋权清单范围内实施行政处罚", office_hours="工作日 8:30-17:30",
        complaint_phone="0376-2100012", complaint_way="来信来访：镇政府信访窗口", website="https://example.gov.cn/qingshan",
    )  # fmt: skip
    registry.change_unit(
        by=None, at=at(2, 1), unit=who.unit, valid_from=date(2026, 2, 1), reason="补全", duties="日常巡查、案件办理"
    )
    return body


def held(body: Body, on: date = TODAY) -> elements.Holding:
    found = queries.holding(body, "penalty", on)
    assert found is not None
    return found


def by_label(body: Body) -> dict[str, elements.Element]:
    return {one.label: one for one in elements.elements(held(body))}


def release(who: People, moment: Any = None, kind: str = "penalty") -> PreRelease:
    moment = moment or at(9, 18)
    made = actions.draft(by=who.zhou, at=moment, kind=kind)
    actions.approve(by=who.chen, at=moment, draft=made, approved=True)
    return actions.publish(by=who.zhou, at=moment, draft=made)


# ---- elements ----------------------------------------------------------------------------------------------------

NINE = ["主体", "人员", "职责", "权限", "随机抽查事项清单", "依据", "程序", "监督方式", "救济渠道"]


@pytest.mark.parametrize(
    ("pack", "wanted"),
    [
        pytest.param(QIDONG, NINE, marks=pytest.mark.clause("QD-3.1.1(1)c")),
        pytest.param(SUNITE, [one for one in NINE if one != "随机抽查事项清单"], marks=pytest.mark.clause("SY-2.1.1b")),
        pytest.param(DEHONG, [*NINE, "投诉举报方式、途径"], marks=pytest.mark.clause("DH-2.1.2b")),
        pytest.param(GAOXIN, NINE, marks=pytest.mark.clause("WC-2.1.2.0")),
    ],
)
def test_every_plan_gets_its_own_elements_and_a_missing_one_is_named_with_its_clause_and_mend(who, pack, wanted):
    body = registry.change_body(
        by=None, at=at(2, 1), body=who.body, valid_from=date(2026, 2, 1), reason="换规则包", pack=pack
    )
    found = {one.label: one for one in elements.elements(held(body))}
    assert [label for label in wanted if label not in found] == []
    duties = found["职责"]
    assert not duties.complete and duties.gaps[0].page and "职责" in duties.gaps[0].what
    assert duties.because
    assert found["主体"].complete and any("青山镇人民政府" in line for line in found["主体"].lines)
    filled = registry.change_body(
        by=None, at=at(3, 1), body=body, valid_from=date(2026, 3, 1), reason="补填", duties="综合行政执法",
        authority="赋权清单范围内", complaint_phone="0376-2100012", complaint_way="来信来访",
    )  # fmt: skip
    after = {one.label: one for one in elements.elements(held(filled))}
    for label in ("职责", "权限", "监督方式", "救济渠道", "依据", "程序"):
        assert after[label].complete, (label, after[label].gaps)


@pytest.mark.clause("QS-3.1.1g")
def test_officers_are_shown_with_the_three_fields_and_a_former_one_is_gone(who):
    body = whole(who)
    said = by_label(body)["执法人员"]
    assert "姓名：张卫国　职务：执法大队副队长　执法证号：16152100001" in said.lines
    assert not any("吴刚" in line for line in said.lines)  # the certificate ended in May
    assert not any("周倩" in line for line in said.lines)  # no certificate at all
    registry.end(by=None, at=at(9, 1), thing=who.zhang, last_day=date(2026, 8, 31), reason="调离")
    assert not any("张卫国" in line for line in by_label(body)["执法人员"].lines)


@pytest.mark.clause("QS-3.1.1f")
def test_remedies_and_supervision_are_there_for_every_matter_or_named_as_missing(who):
    bare = registry.change_body(
        by=None, at=at(1, 20), body=who.body, valid_from=date(2026, 1, 20), reason="清空",
        complaint_phone="", complaint_way="", court="",
    )  # fmt: skip
    told = by_label(bare)
    assert "投诉举报电话" in told["监督方式"].gaps[0].what and "管辖法院" in told["救济渠道"].gaps[0].what
    whole_body = by_label(whole(who))
    assert any("六十日内申请行政复议" in line for line in whole_body["救济渠道"].lines)
    assert "管辖法院：罗山县人民法院" in whole_body["救济渠道"].lines
    assert "投诉举报电话：0376-2100012" in whole_body["监督方式"].lines


@pytest.mark.clause("QS-3.1.1d", "QS-3.1.1e")
def test_a_guide_with_an_empty_field_is_withheld_and_a_whole_one_is_published(who, monkeypatch):
    body = whole(who)
    [(_, guide)] = held(body).guides()
    asked = {one.label for one in guide.fields if one.demanded}
    assert asked == {"执法事项名称", "执法程序", "受理机构", "审批机构", "受理条件", "办理时限"}
    assert guide.complete
    shown = snapshots.make(held(body))
    assert [one["code"] for one in shown["guides"]] == ["XY-XZ-0132"] and not shown["withheld"]
    assert shown["procedures"][0]["outline"].startswith("1. ")

    bare = registry.change_body(
        by=None, at=at(3, 1), body=body, valid_from=date(2026, 3, 1), reason="换规则包", pack=GAOXIN
    )
    lacking = snapshots.make(held(bare))
    assert lacking["guides"] == [] and "优惠政策" in lacking["withheld"][0]["missing"]
    assert any("服务指南" in gap and "优惠政策" in gap for gap in snapshots.gaps(lacking))


@pytest.mark.clause("WC-2.1.2(3)b", "WC-2.1.2(3)c")
def test_all_fourteen_fields_are_asked_for_and_only_then_the_guide_is_shown(who):
    body = whole(who, GAOXIN)
    [(power, guide)] = held(body).guides()
    assert {"优惠政策", "责任追究"} <= set(guide.missing)
    registry.change_power(
        by=None, at=at(3, 1), power=power, valid_from=date(2026, 3, 1), reason="补填服务指南",
        guide={"preferential_policy": "无", "accountability": "依照《行政执法监督条例》追究", "conditions": "依职权",
               "materials": "无", "accepting_body": "行政执法大队", "approving_body": "青山镇人民政府"},
    )  # fmt: skip
    [(power, guide)] = held(body).guides()
    assert len([one for one in guide.fields if one.demanded]) == 14 and guide.complete
    assert [one["key"] for one in snapshots.make(held(body))["guides"]] == [str(power.key)]


def test_what_no_register_holds_can_be_said_by_the_body_and_nothing_else(who):
    with pytest.raises(Refused, match="没有“天气”"):
        actions.tell(by=who.zhou, at=at(9, 1), kind="penalty", element="天气", text="晴")
    actions.tell(by=who.zhou, at=at(9, 1), kind="penalty", element="随机抽查事项清单", text="本镇不开展随机抽查")
    assert "本镇不开展随机抽查" in by_label(who.body)["随机抽查事项清单"].lines


# ---- who answers -------------------------------------------------------------------------------------------------


@pytest.mark.clause("QD-3.1.1(3)a")
def test_the_person_named_for_pre_disclosure_gets_the_duties_and_a_unit_without_one_is_shown(who):
    body = whole(who, QIDONG)
    [before] = queries.standings([body], TODAY)
    assert before.person_asked and before.responsible is None
    with pytest.raises(Refused, match="不是本机关的人员"):
        actions.name(by=who.chen, at=at(9, 1), matter="pre", person=who.qian, since=date(2026, 9, 1))
    with pytest.raises(Refused, match="没有“明天”"):
        actions.name(by=who.chen, at=at(9, 1), matter="明天", person=who.zhou, since=date(2026, 9, 1))
    actions.name(by=who.chen, at=at(9, 1), matter="pre", person=who.zhou, since=date(2026, 9, 1))
    release(who)
    changed = actions.note_change(
        by=who.zhou, at=at(9, 20), scope=TOWN, what="law", key="*", changed_on=date(2026, 9, 20), why="新办法施行"
    )
    assert Duty.objects.get(subject=changed.chain).owner_key == who.zhou.key
    registry.end(by=None, at=at(9, 25), thing=who.zhou, last_day=date(2026, 9, 24), reason="调离")
    assert queries.responsible(TOWN, "pre", date(2026, 9, 26)) is None


# ---- approval, publication, proof --------------------------------------------------------------------------------


@pytest.mark.clause("SY-2.1.3b", "DH-2.1.1c", "WC-2.1.1b", "QD-A3.公示.4(③)b")
@pytest.mark.parametrize("pack", [SUNITE, DEHONG, GAOXIN, QIDONG])
def test_nothing_is_published_unapproved_nor_approved_by_its_author(who, pack):
    whole(who, pack)
    made = actions.draft(by=who.zhou, at=at(9, 18), kind="penalty")
    with pytest.raises(actions.NotApproved) as refused:
        actions.publish(by=who.zhou, at=at(9, 18), draft=made)
    assert refused.value.because and refused.value.mend
    with pytest.raises(actions.OwnWork):
        actions.approve(by=who.zhou, at=at(9, 18), draft=made, approved=True)
    with pytest.raises(Refused, match="理由"):
        actions.approve(by=who.chen, at=at(9, 18), draft=made, approved=False)
    actions.approve(by=who.chen, at=at(9, 18), draft=made, approved=True, opinion="可以公开")
    shown = actions.publish(by=who.zhou, at=at(9, 18), draft=made)
    assert shown.number == 1
    if pack == SUNITE:  # the measure that is kept, and what was published by it, come of one set of rules
        measure = actions.compose(by=who.zhou, at=at(9, 18), kind="rules_disclosure")
        said = "".join(block.get("text", "") for block in measure.content["blocks"])
        labels = [one["label"] for one in shown.shown["elements"]]
        wanted = list(packs.load(pack).ask("pre_elements", on=TODAY).value)
        assert [label for label in labels if label in wanted] == wanted
        assert not [label for label in wanted if label not in said]
        channels = queries.channel_panel(shown.subject, packs.load(pack), TODAY)["channels"]
        assert channels and not [one.channel for one in channels if one.channel not in said]


def test_what_was_refused_is_never_published_and_the_database_says_so_too(who):
    whole(who)
    made = actions.draft(by=who.zhou, at=at(9, 18), kind="penalty")
    actions.approve(by=who.chen, at=at(9, 18), draft=made, approved=False, opinion="人员名单有误")
    with pytest.raises(actions.NotApproved, match="人员名单有误"):
        actions.publish(by=who.zhou, at=at(9, 18), draft=made)
    columns = 'id, at, scope, by_id, draft_id, body_key, kind, number, shown, digest, complete, "on"'
    with pytest.raises(IntegrityError, match="审核不同意"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into catalogue_prerelease ({columns}) select gen_random_uuid(), now(), scope, by_id, id, "
            'gen_random_uuid(), kind, number, shown, digest, false, "on" from catalogue_predraft where id = %s',
            [made.pk],
        )
    own = {"at": at(9, 18), "scope": TOWN, "draft": actions.draft(by=who.zhou, at=at(9, 19), kind="penalty")}
    with pytest.raises(IntegrityError, match="起草人以外"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'insert into catalogue_preapproval (id, at, scope, by_id, draft_id, approved, opinion, "on") '
            "values (gen_random_uuid(), now(), %s, %s, %s, true, '', now())",
            [TOWN, who.zhou.pk, own["draft"].pk],
        )
    assert not PreApproval.objects.filter(draft=own["draft"]).exists()


def test_the_same_contents_make_no_new_version_and_an_older_one_is_not_published_over_a_newer(who):
    body = whole(who)
    first = actions.draft(by=who.zhou, at=at(9, 18), kind="penalty")
    with pytest.raises(Refused, match="没有差别"):
        actions.draft(by=who.zhou, at=at(9, 18, 10), kind="penalty")
    registry.change_body(
        by=None, at=at(9, 19), body=body, valid_from=date(2026, 9, 19), reason="换电话", complaint_phone="0376-2100099"
    )
    second = actions.draft(by=who.zhou, at=at(9, 19, 10), kind="penalty")
    for draft in (first, second):
        actions.approve(by=who.chen, at=at(9, 19, 11), draft=draft, approved=True)
    actions.publish(by=who.zhou, at=at(9, 19, 12), draft=second)
    with pytest.raises(Refused, match="不能再公开更早"):
        actions.publish(by=who.zhou, at=at(9, 19, 13), draft=first)
    with pytest.raises(Refused, match="没有登记行政许可"):
        actions.draft(by=who.zhou, at=at(9, 19), kind="licence")


def test_an_old_version_reads_as_it_was_with_its_chart(who):
    body = whole(who)
    shown = release(who)
    registry.change_body(
        by=None, at=at(10, 1), body=body, valid_from=date(2026, 10, 1), reason="更名", name="青山镇人民政府（新）"
    )
    kept = PreRelease.objects.get(pk=shown.pk)
    assert kept.shown["body"] == "青山镇人民政府"
    with store.open(kept.shown["procedures"][0]["chart"]) as svg:
        drawn = svg.read()
    assert hashlib.sha256(drawn).hexdigest() == kept.shown["procedures"][0]["chart"] and drawn.startswith(b"<svg")
    assert snapshots.digest(kept.shown) == kept.digest


def jpeg() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.mark.clause("QD-A3.公示.2(②)", "QD-3.1.1(1)d")
def test_each_of_the_five_channels_needs_its_proof(who):
    body = whole(who, QIDONG)
    shown = release(who)
    [standing] = queries.standings([body], TODAY)[0].kinds
    assert standing.unproven == ["单位网站", "办事大厅", "服务窗口", "党政门户网", "行政执法监督平台"]
    with pytest.raises(actions.NoProof):
        actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel="单位网站", on=TODAY)
    with pytest.raises(Refused, match="没有“微博”"):
        actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel="微博", on=TODAY, words="发布")
    with pytest.raises(Refused, match="应在"):
        actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel="单位网站", on=date(2026, 9, 1), words="早了")
    with pytest.raises(actions.BadFile, match="格式"):
        actions.prove(
            by=who.zhou, at=at(9, 18), of=shown, channel="服务窗口", on=TODAY, photo=io.BytesIO(b"not a photo")
        )
    actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel="单位网站", on=TODAY, link="https://example.gov.cn/1")
    photographed = actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel="服务窗口", on=TODAY, photo=jpeg())
    assert store.has(photographed.photo) and photographed.photo_mime == "image/jpeg"
    [standing] = queries.standings([body], TODAY)[0].kinds
    assert standing.unproven == ["办事大厅", "党政门户网", "行政执法监督平台"]


@pytest.mark.clause("QS-3.1.0b", "QS-3.1.0c")
def test_what_one_channel_shows_and_the_platform_does_not_is_found(who):
    body = whole(who, QINGSHAN)
    shown = release(who)
    platform, pack = "执法信息公示平台", packs.load(QINGSHAN)

    def standing():
        return next(one for one in queries.standings([body], TODAY)[0].kinds if one.release)

    assert standing().unproven == ["政府门户网站", "政务新媒体", "办事大厅公示栏", "服务窗口", platform]
    assert standing().behind == [], "nothing is shown anywhere yet"
    actions.prove(
        by=who.zhou, at=at(9, 18), of=shown, channel="政府门户网站", on=TODAY, link="https://example.gov.cn/1"
    )
    assert standing().behind == [platform]
    panel = queries.channel_panel(shown.subject, pack, TODAY)
    assert panel["behind"] == [platform] and [c.clause for c in panel["behind_because"]] == ["QS-3.1.0c"]
    page = render_to_string("catalogue/before/_proofs.html", panel | {"sort": "pre", "pk": shown.pk, "sent": []})
    assert "没有同步推送至执法信息公示平台" in page
    actions.prove(by=who.zhou, at=at(9, 18), of=shown, channel=platform, on=TODAY, link="https://example.gov.cn/2")
    assert standing().behind == [] and queries.channel_panel(shown.subject, pack, TODAY)["behind"] == []
    assert queries.channel_panel(shown.subject, packs.load(QIDONG), TODAY)["behind"] == [], "that plan asks no push"


@pytest.mark.clause("QD-3.1.1(1)e")
def test_a_unit_sends_its_contents_to_the_county_which_publishes_and_sees_every_element_of_all(who):
    body = whole(who, QIDONG)
    shown = release(who)
    sent = actions.send_up(by=who.zhou, at=at(9, 18), of=shown, organ="祁东县人民政府", on=TODAY)
    actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="祁公〔2026〕1号", on=date(2026, 9, 20))
    with pytest.raises(Refused, match="已经登记"):
        actions.receipt(by=who.zhou, at=at(9, 20), sent=sent, number="2", on=date(2026, 9, 20))
    proof = actions.prove(
        by=who.qian, at=at(9, 21), of=shown, channel="党政门户网", on=date(2026, 9, 21), link="https://example.gov.cn"
    )
    assert proof.scope == TOWN and proof.by == who.qian
    with pytest.raises(Refused, match="不是本机关"):
        actions.send_up(by=who.qian, at=at(9, 21), of=shown, organ="市政府", on=date(2026, 9, 21))
    [row] = queries.standings([body], date(2026, 9, 21))
    assert {one.label for one in row.kinds[0].elements} >= set(NINE)
    assert "党政门户网" not in row.kinds[0].unproven


def credit(number: int) -> str:
    head = f"11411521{number:08d}0"
    return head + uscc.calc_check_digit(head)


def test_the_county_reads_all_bodies_with_a_bounded_number_of_questions(who, django_assert_max_num_queries):
    found = [whole(who)]
    for number in range(5):
        found.append(
            registry.register_body(
                by=None, at=at(1, 5), scope=f"41.15.21/t{number}/", name=f"第{number}乡", kind="agency",
                uscc=credit(700 + number),
                region="411521", pack=QINGSHAN, sign="乡", valid_from=date(2024, 1, 1),
            )
        )  # fmt: skip
    with django_assert_max_num_queries(12):
        rows = queries.standings(found, TODAY)
    assert len(rows) == 6 and [len(one.kinds) for one in rows] == [1, 0, 0, 0, 0, 0]


# ---- boards ------------------------------------------------------------------------------------------------------


def board_of(person: Officer, on: date = TODAY) -> boards.Board:
    body = registered.body_at(person.scope, on)
    assert body is not None
    return next(one for one in queries.boards_of(body, on) if one.officer.key == person.key)


def served(who: People) -> Officer:
    return registry.change_officer(
        by=None, at=at(2, 2), officer=who.zhang, valid_from=date(2026, 2, 2), reason="补填岗位信息",
        kinds=["penalty"], service_matters="消防安全违法举报受理",
    )  # fmt: skip


@pytest.mark.clause("QS-3.1.2f")
def test_a_window_board_says_the_five_things_of_the_plan(who):
    whole(who)
    served(who)
    board = board_of(who.zhang)
    said = {line.label: line.text for line in board.lines}
    assert {"岗位职责", "申请材料示范文本", "办理进度查询", "咨询服务", "投诉举报"} <= set(said)
    assert said["岗位职责"] == "日常巡查、案件办理"
    assert "政务服务窗口" in said["办理进度查询"] and "0376-2100000" in said["咨询服务"]
    assert said["投诉举报"].startswith("0376-2100012") and not board.missing


@pytest.mark.clause("QD-3.1.2(2)a", "QD-A3.公示.3(②)", "WC-2.1.3(3)")
@pytest.mark.parametrize("pack", [QIDONG, GAOXIN])
def test_the_office_board_is_made_of_the_registers_and_known_to_be_old_when_they_change(who, pack):
    whole(who, pack)
    bare = board_of(who.zhang)
    assert [line.label for line in bare.missing] == ["执法种类", "服务事项"]
    with pytest.raises(actions.StillMissing, match="执法种类、服务事项"):
        actions.put_up(by=who.zhou, at=at(9, 1), board=bare, place="办事大厅", on=date(2026, 9, 1))
    served(who)
    board = board_of(who.zhang)
    said = {line.label: line.text for line in board.lines}
    assert said["单位"].startswith("青山镇人民政府") and said["执法种类"] == "行政处罚"
    assert (said["姓名"], said["职务"], said["服务事项"]) == ("张卫国", "执法大队副队长", "消防安全违法举报受理")
    actions.put_up(by=who.zhou, at=at(9, 1), board=board, place="办事大厅", on=date(2026, 9, 1))
    assert board_of(who.zhang).put_up and not board_of(who.zhang).stale
    registry.change_officer(
        by=None, at=at(9, 10), officer=who.zhang, valid_from=date(2026, 9, 10), reason="提任", post="执法大队队长"
    )
    assert [one.place for one in board_of(who.zhang).stale] == ["办事大厅"]
    actions.put_up(by=who.zhou, at=at(9, 18), board=board_of(who.zhang), place="办事大厅", on=TODAY)
    assert not board_of(who.zhang).stale


@pytest.mark.clause("SY-2.1.1e", "DH-2.1.3e")
@pytest.mark.parametrize("pack", [SUNITE, DEHONG])
def test_a_plan_that_says_only_post_information_gets_all_of_it(who, pack):
    whole(who, pack)
    served(who)
    board = board_of(who.zhang)
    assert [line.label for line in board.lines] == ["单位", "姓名", "职务", "岗位职责", "执法种类", "服务事项"]
    assert not board.missing and board.because


# ---- everything a change can touch ---------------------------------------------------------------------------------


def everything_public(who: People) -> Body:
    body = whole(who)
    served(who)
    release(who)
    actions.put_up(by=who.zhou, at=at(9, 18, 12), board=board_of(who.zhang), place="办事大厅", on=TODAY)
    made = actions.compose(by=who.zhou, at=at(9, 18, 13), kind="rules_disclosure", issued_on=TODAY)
    actions.approve_policy(by=who.chen, at=at(9, 18, 14), document=made, approved=True)
    actions.publish_policy(by=who.zhou, at=at(9, 18, 15), document=made)
    return body
