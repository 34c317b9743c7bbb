"""管辖: a dispute is talked over, put before the common superior, settled; a case goes to whom it belongs."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework.errors import NotHandler, NotHead
from yangguang.decision import actions as decision
from yangguang.decision.jurisdiction import actions, queries
from yangguang.duty.models import Duty
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db
NEXT = "41.15.21/dingyuan/"
FACTS = "违法行为发生在两镇交界的仓库，双方都已立案。"


def neighbour():
    return registry.register_body(
        by=None,
        at=at(8, 1, 9),
        scope=NEXT,
        name="定远镇人民政府",
        kind="agency",
        uscc="11411521006005049P",
        region="411521105",
        address="定远镇街道",
        pack="cn-henan-xinyang-qingshan",
        reconsideration="罗山县人民政府",
        court="罗山县人民法院",
        sign="定",
        valid_from=date(2024, 1, 1),
    )


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "yangguang.registry.access.Accounts")
    return client


def send(client: Client, name: str, *args, **given):
    """What a person does: open the page, fill the form in, send it."""
    page = reverse(f"decision:{name}", args=args)
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()
    form = shown.context["form"]
    assert form is not None, shown.content.decode()
    return client.post(page, {one.html_name: one.value() for one in (form["once"], form["seen"])} | given)


def clocks(case):
    return Duty.objects.filter(subject=case.chain, rule="D05", discharge=None)


@pytest.mark.clause("CN-PEN-25.2")
def test_a_dispute_is_settled_by_the_common_superior_and_the_case_goes_there(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        neighbour()
        case = told.fresh()
        pk = case.pk
    zhang, chen, qian, sun = as_("zhang"), as_("chen"), as_("qian"), as_("sun")

    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 9))
    page = zhang.get(reverse("decision:jurisdiction", args=[pk])).content.decode()
    assert "第二十五条第二款" in page and "办案期限继续计算" in page
    given = {"kind": "both", "facts": FACTS, "on": "2026-09-01", "other": ""}
    assert send(zhang, "dispute_open", pk, **given, other_scope="").status_code == 422
    assert send(zhang, "dispute_open", pk, **given, other_scope=NEXT).status_code == 302
    assert "管辖争议还没有解决" in zhang.get(reverse("workbench:case", args=[pk])).content.decode()
    with access.within(""):
        with pytest.raises(actions.NotDisputed, match="管辖争议还没有解决") as barred:
            actions.must_be_ours(case)
        assert "CN-PEN-25.2" in {one.clause for one in barred.value.because}
        assert clocks(case).count() == 1
    talked = {"result": "failed", "text": "两次会商，未达成一致。", "on": "2026-09-02"}
    assert send(zhang, "dispute_talk", pk, **talked).status_code == 302
    shown = chen.get(reverse("decision:dispute_refer", args=[pk])).content.decode()
    assert "罗山县司法局" in shown  # the nearest body above both that is registered here
    assert send(chen, "dispute_refer", pk, superior="罗山县司法局", opinion="本机关立案在先。").status_code == 302
    with access.within(""):
        paper = case.dossier.items.get(code="jurisdiction_request")
        text = documents.text(paper.code, paper.data, on=paper.on)
        assert "两次会商" in text and "定远镇人民政府" in text and paper.number
    with pytest.raises(AssertionError):  # not the head of the body whose case it is
        send(chen, "dispute_designate", pk, ours="no", reason="违法行为主要发生在定远镇。")

    monkeypatch.setattr(timezone, "now", lambda: at(9, 4, 9))
    assert "定远镇人民政府" in qian.get(reverse("decision:dispute_designate", args=[pk])).content.decode()
    assert send(qian, "dispute_designate", pk, ours="no", reason="违法行为主要发生在定远镇。").status_code == 302
    with access.within(""):
        notice = case.dossier.items.get(code="jurisdiction_designation")
        assert notice.data["body"]["name"] == "罗山县司法局" and "指管" in notice.number
        assert "定远镇人民政府" in documents.text(notice.code, notice.data, on=notice.on)
        with pytest.raises(actions.NotDisputed, match="由定远镇人民政府管辖"):
            actions.must_be_ours(told.fresh())

    monkeypatch.setattr(timezone, "now", lambda: at(9, 7, 9))
    assert "案件调查终结报告" in chen.get(reverse("decision:handover", args=[pk])).content.decode()
    assert send(chen, "handover", pk, organ="别的机关", reason="上级已指定管辖。").status_code == 302
    with access.within(""):
        gone = queries.handover_of(told.fresh())
        assert gone.organ == "定远镇人民政府" and len(gone.materials) > 3
        letter = documents.text(gone.item.code, gone.item.data, on=gone.item.on)
        assert "应当由你单位管辖" in letter and "案件调查终结报告" in letter
        assert not Duty.objects.filter(subject=case.chain, discharge=None).exists()
        assert rebuilt(told).step == "close"
        with pytest.raises(Refused, match="还没有答复"):
            decision.close(by=told.who.chen, at=at(9, 7, 10), case=told.fresh(), how="移送有管辖权的机关")
    waits = chen.get(reverse("workbench:case", args=[pk])).content.decode()
    assert "等候定远镇人民政府答复" in waits and "请其他机关协助调查" not in waits
    back = {"accepted": "yes", "instrument": "移送回执", "on": "2026-09-07", "reason": ""}
    assert send(zhang, "handover_reply", pk, **back).status_code == 302
    assert send(chen, "close", pk, how="移送有管辖权的机关").status_code == 302
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    assert send(sun, "archive", pk, retention="years_30").status_code == 302
    with access.within(""):
        assert rebuilt(told).step == ""


@pytest.mark.clause("CN-PEN-25.2")
def test_what_was_declined_comes_back_with_the_clock_it_had():
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        who, case = told.who, told.fresh()
        with pytest.raises(NotHead):
            actions.hand_over(
                by=who.zhang, at=at(9, 2, 9), case=case, organ="罗山县消防救援大队", reason="不属于本机关管辖"
            )
        with pytest.raises(actions.NotDisputed, match="不能移送本机关") as own:
            actions.hand_over(by=who.chen, at=at(9, 2, 9), case=case, organ=case.body.name, reason="不属于本机关管辖")
        assert own.value.field == "organ" and own.value.because
        gone = actions.hand_over(
            by=who.chen, at=at(9, 2, 9), case=case, organ="罗山县消防救援大队", reason="该项职权没有下放。"
        )
        with pytest.raises(actions.NotDisputed, match="已经移送"):
            actions.may_move(case)
        with pytest.raises(NotHandler):
            actions.hear_handover(
                by=who.chen, at=at(9, 3, 9), handover=gone, accepted=False, instrument="函", on=date(2026, 9, 3)
            )
        told_back = {"by": who.zhang, "handover": gone, "accepted": False, "instrument": "退回函"}
        with pytest.raises(Refused, match="不接受的理由"):
            actions.hear_handover(**told_back, at=at(9, 3, 9), on=date(2026, 9, 3))
        actions.hear_handover(**told_back, at=at(9, 3, 9), on=date(2026, 9, 3), reason="该项职权已经下放。")
        assert rebuilt(told).step == "propose"
        assert clocks(case).get().start_on == case.opening.on
        casework.propose(by=who.zhang, at=at(9, 4, 9), case=told.fresh(), body=told.draft())
        given = {"by": who.zhang, "case": told.fresh(), "kind": "neither", "facts": FACTS}
        with pytest.raises(Refused, match="对方机关就是本机关"):
            actions.open_dispute(**given, at=at(9, 5, 9), other=case.body.name, on=date(2026, 9, 5))
        found = actions.open_dispute(**given, at=at(9, 5, 9), other="罗山县消防救援大队", on=date(2026, 9, 3))
        with pytest.raises(actions.NotDisputed, match="不能移送"):
            actions.hand_over(
                by=who.chen, at=at(9, 5, 10), case=told.fresh(), organ="罗山县消防救援大队", reason="不属于"
            )
        with pytest.raises(Refused, match="共同的上一级"):
            actions.refer(by=who.chen, at=at(9, 5, 10), dispute=found, opinion="职权没有下放。")
        actions.refer(by=who.chen, at=at(9, 5, 10), dispute=found, superior="罗山县人民政府", opinion="职权没有下放。")
        with pytest.raises(actions.NotSuperior):
            actions.designate(by=who.qian, at=at(9, 6, 9), dispute=found, ours=True, reason="违法行为发生在青山镇。")
        actions.hear_designation(
            by=who.zhang, at=at(9, 8, 9), dispute=found, ours=True, instrument="罗政指管〔2026〕1号",
            reason="违法行为发生在青山镇。", on=date(2026, 9, 7),
        )  # fmt: skip
        actions.must_be_ours(told.fresh())
        with pytest.raises(actions.NotDisputed, match="由本机关管辖"):
            actions.hand_over(
                by=who.chen, at=at(9, 9, 10), case=told.fresh(), organ="罗山县消防救援大队", reason="不属于"
            )
