"""现场执法活动记录: refused where the pack's rule is not fulfilled, and the remedies stand in the paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import registered, story
from yangguang.inspection import actions, activity
from yangguang.inspection.models import ActivityRecord
from yangguang.policy import packs
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Body, Officer

pytestmark = pytest.mark.django_db


def able(
    pack: str, scope: str = "41.15.21/qingshan/", uscc: str = "town", **fields: Any
) -> tuple[Body, Officer, Officer]:
    """A body under a pack and two of its officers with valid certificates."""
    body = registered.body(scope, pack=pack, uscc=registered.USCC[uscc], **fields)
    return body, registered.officer(body, "王一", "16150001"), registered.officer(body, "李二", "16150002")


def given(by: Officer, second: Officer, **other: Any) -> dict[str, Any]:
    started = registered.now() - timedelta(hours=2)
    asked = activity.demands(by.body)
    return {
        "by": by,
        "at": registered.now(),
        "second": second,
        "activity": "监督检查",
        "started_at": started,
        "ended_at": started + timedelta(minutes=40),
        "place": "青山街12号",
        "reason": "日常检查",
        "basis": "《中华人民共和国消防法》第五十三条",
        "rights": "有权申请回避、陈述和申辩；应当配合检查",
        "told": list(asked.must_tell),
        "worn": True,
        "shown": True,
        "throughout": True,
        "uniform": "worn",
        "explained": "逐项说明了检查的内容",
        "document": "行政检查通知书（青检通〔2026〕8号）",
        "findings": "安全出口畅通",
        "acknowledged": "signed",
        **other,
    }


@pytest.fixture(autouse=True)
def _whole():  # type: ignore[no-untyped-def]
    with access.within(""):
        yield


@pytest.mark.clause("DH-2.1.3d", "DH-2.1.0b")
def test_the_remedies_are_written_into_the_paper_itself():
    _, by, second = able(registered.DEHONG, complaint_phone="0692-2100001")
    made = actions.record_activity(**given(by, second))
    words = documents.text("activity_record", made.item.data)
    for said in (
        "六十日内申请行政复议",
        "六个月内直接向人民法院提起行政诉讼",
        "罗山县人民政府",
        "罗山县人民法院",
        "0692-2100001",
    ):
        assert said in words, said
    assert made.item.mime == "application/pdf"
    assert {"救济的权利", "救济的程序", "救济的渠道"} <= set(made.told)
    assert made.remedies == list(activity.demands(by.body).remedies)


@pytest.mark.clause("DH-2.1.3d")
@pytest.mark.parametrize("left", ["救济的权利", "救济的程序", "救济的渠道"])
def test_in_dehong_each_of_the_three_elements_of_remedy_must_be_told(left):
    _, by, second = able(registered.DEHONG)
    told = [one for one in activity.demands(by.body).must_tell if one != left]
    with pytest.raises(actions.NotTold, match=left) as refused:
        actions.record_activity(**given(by, second, told=told))
    assert "DH-2.1.3d" in [c.clause for c in refused.value.because]
    assert not ActivityRecord.objects.exists()


@pytest.mark.clause("DH-2.1.3d")
def test_the_template_refuses_a_paper_without_the_channel_of_remedy():
    _, by, second = able(registered.DEHONG, reconsideration="")
    with pytest.raises(Exception, match="行政复议机关") as refused:
        actions.record_activity(**given(by, second))
    assert type(refused.value).__name__ == "Incomplete"
    lacking = {field.name for field in documents.missing("activity_record", {})}
    assert {"remedy_lines", "remedies.reconsideration", "remedies.court"} <= lacking


@pytest.mark.clause("QS-3.1.2b", "QS-3.1.2c")
@pytest.mark.parametrize(
    ("worn", "shown", "throughout"), [(True, False, True), (False, True, True), (True, True, False)]
)
def test_in_qingshan_certificates_are_worn_and_shown_the_whole_time(worn, shown, throughout):
    _, by, second = able(registered.QINGSHAN)
    with pytest.raises(actions.NotIdentified) as refused:
        actions.record_activity(**given(by, second, worn=worn, shown=shown, throughout=throughout))
    assert {"QS-3.1.2b", "QS-3.1.2c"} & {c.clause for c in refused.value.because}
    made = actions.record_activity(**given(by, second))
    assert "佩戴并主动出示执法证件，表明身份，活动全程均可见执法身份" in made.item.data["identity"]


@pytest.mark.clause("QD-3.1.2(1)c")
def test_in_qidong_showing_is_what_counts():
    _, by, second = able(registered.QIDONG)
    with pytest.raises(actions.NotIdentified, match="主动出示执法证件"):
        actions.record_activity(**given(by, second, shown=False))
    made = actions.record_activity(**given(by, second, worn=False, throughout=False))
    assert [row["cert_no"] for row in made.item.data["officers"]] == ["16150001", "16150002"]


@pytest.mark.clause("SY-2.1.2a")
def test_in_sunite_a_valid_certificate_is_worn_or_shown_and_which_and_whose_is_on_record():
    body, by, second = able("cn-neimenggu-xilingol-suniteyouqi")
    with pytest.raises(actions.NotIdentified, match="出示执法证件"):
        actions.record_activity(**given(by, second, worn=False, shown=False))
    lapsed = registered.officer(body, "过期", "16150008", valid_to=registered.day(-2))
    with pytest.raises(actions.NotAble, match="到期"):
        actions.record_activity(**given(by, lapsed))
    made = actions.record_activity(**given(by, second))
    kept = ActivityRecord.objects.get(pk=made.pk).item.data
    assert [(row["name"], row["cert_no"]) for row in kept["officers"]] == [("王一", "16150001"), ("李二", "16150002")]
    assert "出示执法证件" in kept["identity"]


@pytest.mark.parametrize(
    ("rule", "enough"),
    [
        ("wear_and_show", {(True, True)}),
        ("show", {(True, True), (False, True)}),
        ("wear_or_show", {(True, True), (False, True), (True, False)}),
    ],
)
def test_each_rule_of_identity(rule, enough):
    every = {(worn, shown) for worn in (True, False) for shown in (True, False)}
    assert {one for one in every if activity.fulfilled(rule, *one)} == enough


@pytest.mark.clause("QS-3.1.2e", "WC-2.1.3(2)c")
def test_who_wore_no_uniform_says_why():
    _, by, second = able(registered.QINGSHAN)
    with pytest.raises(actions.NotIdentified, match="写明原因"):
        actions.record_activity(**given(by, second, uniform="not_worn"))
    made = actions.record_activity(**given(by, second, uniform="not_worn", uniform_note="夜间突发情况"))
    assert "夜间突发情况" in made.item.data["uniform"]


@pytest.mark.clause("DH-2.1.3c")
def test_the_document_shown_is_named():
    _, by, second = able(registered.DEHONG)
    with pytest.raises(actions.NotTold, match="出示了哪份执法文书"):
        actions.record_activity(**given(by, second, document=" "))


def test_two_officers_of_the_body_with_certificates_that_stand():
    body, by, second = able(registered.QINGSHAN)
    with pytest.raises(actions.NotAble, match="两名以上"):
        actions.record_activity(**given(by, by))
    for who, words in (
        (registered.officer(body, "无证"), "没有行政执法证"),
        (registered.officer(body, "过期", "16150008", valid_to=registered.day(-2)), "到期"),
        (registered.officer(body, "辅助", auxiliary=True), "辅助人员"),
    ):
        with pytest.raises(actions.NotAble, match=words):
            actions.record_activity(**given(by, who))
    registry.change_certificate(
        by=None,
        at=registered.now(),
        certificate=registered.certificate("16150002"),
        state="suspended",
        on=registered.day(-2),
        reason="测试",
    )
    with pytest.raises(actions.NotAble, match="暂扣"):
        actions.record_activity(**given(by, second))


@pytest.mark.parametrize("how", ["refused", "absent"])
def test_a_party_who_does_not_sign_is_recorded_with_the_reason_or_the_witness(how):
    _, by, second = able(registered.QINGSHAN)
    with pytest.raises(actions.NotTold, match="理由或者见证人"):
        actions.record_activity(**given(by, second, acknowledged=how))
    made = actions.record_activity(**given(by, second, acknowledged=how, acknowledged_note="邻居老周"))
    assert "邻居老周" in made.item.data["acknowledged"]


def test_the_database_holds_the_same_by_itself():
    _, by, second = able(registered.QINGSHAN)
    made = actions.record_activity(**given(by, second))
    columns = [field.column for field in made._meta.concrete_fields if field.column not in ("id", "item_id")]
    names = ", ".join(f'"{name}"' for name in columns)
    for column, value in (
        ("worn", "false"),
        ("second_key", "by_key"),
        ("acknowledged", "'refused'"),
        ("uniform", "'not_worn'"),
    ):
        other = ", ".join(value if name == column else f'"{name}"' for name in columns)
        extra = ", shown" if column == "worn" else ""
        other = other.replace('"shown"', "false") if extra else other
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"insert into inspection_activityrecord (id, item_id, {names})"
                f" select gen_random_uuid(), item_id, {other} from inspection_activityrecord"
            )


def test_every_pack_can_make_the_paper():
    for name in packs.names():
        asked = activity.demands(Body(pack=name))
        assert asked.remedies, name
        assert asked.must_tell


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_an_officer_records_an_activity_in_the_browser_and_a_stranger_does_not_see_it():
    s = story.begin(with_accounts=True)
    zhang = Client()
    zhang.force_login(s.who.zhang.accounts.first())
    assert "还没有现场活动记录" in zhang.get("/clues/activities/").content.decode()
    page = zhang.get("/clues/activities/new/")
    words = page.content.decode()
    assert "佩戴并主动出示执法证件" in words
    assert "六十日内申请行政复议" in words
    names = [name for _, name in page.context["form"].fields["second"].choices]
    assert "李敏" in names and "吴刚" not in names  # 吴刚's certificate has ended
    started = registered.now() - timedelta(hours=2)
    form = {
        "once": str(page.context["form"]["once"].value()),
        "activity": "监督检查",
        "second": str(s.who.li.pk),
        "started_at": f"{started:%Y-%m-%dT%H:%M}",
        "ended_at": f"{started + timedelta(minutes=30):%Y-%m-%dT%H:%M}",
        "place": "青山街12号",
        "reason": "日常检查<script>alert(1)</script>",
        "basis": "《消防法》第五十三条",
        "shown": "no",
        "worn": "yes",
        "throughout": "yes",
        "uniform": "worn",
        "told": ["执法事由", "执法依据", "权利义务"],
        "rights": "有权申请回避",
        "document": "行政检查通知书",
        "findings": "安全出口畅通",
        "acknowledged": "signed",
    }
    refused = zhang.post("/clues/activities/new/", form)
    assert refused.status_code == 422
    assert "没有按规定表明身份" in refused.content.decode()
    assert "安全出口畅通" in refused.content.decode()  # what was typed is kept
    done = zhang.post("/clues/activities/new/", form | {"shown": "yes"})
    assert done.status_code == 302, done.content.decode()[-3000:]
    again = zhang.post("/clues/activities/new/", form | {"shown": "yes"})
    assert again.headers["Location"] == done.headers["Location"]  # pressed twice, recorded once
    shown = zhang.get(done.headers["Location"]).content.decode()
    assert "李敏（16152100002）" in shown
    assert "<script>alert" not in shown
    assert ActivityRecord.objects.count() == 1
    assert zhang.get(f"/records/items/{ActivityRecord.objects.get().item_id}/").status_code == 200
    assert "青山街12号" in zhang.get("/clues/activities/?q=青山街").content.decode()
    zhou = Client()
    zhou.force_login(s.who.zhou.accounts.first())
    assert zhou.get(done.headers["Location"]).status_code == 403


def test_a_day_begins_at_midnight_in_china_also_for_a_moment_in_utc():
    _, by, _ = able(registered.QINGSHAN)
    clue = {"source": "patrol", "summary": "占道经营", "place": "青山镇", "by": by}
    after_midnight = datetime(2026, 9, 17, 16, 30, tzinfo=UTC)
    assert actions.take_clue(**clue, at=after_midnight, found_on=date(2026, 9, 18)).pk
    with pytest.raises(actions.ImpossibleDate):
        actions.take_clue(**clue, at=after_midnight, found_on=date(2026, 9, 19))
