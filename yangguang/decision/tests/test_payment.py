"""Paying late: instalments, the surcharge with its cap and pauses, the demand and the court."""

from datetime import date

import pytest

from tests import story
from tests.again import rebuilt
from tests.story import Story, at
from yangguang.decision import actions
from yangguang.decision.payment import actions as payment
from yangguang.decision.payment import queries as payments
from yangguang.decision.remedy import actions as remedy
from yangguang.decision.remedy import against
from yangguang.decision.remedy import queries as remedies
from yangguang.duty.models import Duty
from yangguang.record import documents
from yangguang.registry import access
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db
# The decision over 200 yuan is served on 21 September 2026; the fifteen days end on 6 October, a holiday: 8 October.


def served() -> Story:
    return story.begin("serve_decision")


def surcharge(told: Story, on: date) -> int:
    return payments.reckon(told.decision, on).surcharge


def serve(told: Story, item, on: date) -> None:
    actions.serve(
        by=told.who.zhang,
        at=at(on.month, on.day, 15),
        case=told.fresh(),
        item=item,
        method="direct",
        place="青山镇北街 27 号",
        recipient="赵大勇",
        relation="本人",
        on=on,
    )


def pay(told: Story, fen: int, on: date) -> None:
    actions.perform(
        by=told.who.li,
        at=at(on.month, on.day, 16),
        decision=told.decision,
        amount_fen=fen,
        on=on,
        receipt_no="411526000123",
    )


def test_surcharge_runs_pauses_and_ends_at_the_fine():
    with access.within(""):
        told = served()
        due = payments.ordinary_due(told.decision).due
        assert due == date(2026, 10, 8)
        assert surcharge(told, due) == 0
        assert surcharge(told, date(2026, 10, 9)) == 600  # 3 % of 200 yuan
        assert surcharge(told, date(2026, 10, 18)) == 6000
        assert surcharge(told, date(2027, 3, 1)) == 20000  # never more than the fine
        opened = remedy.open_remedy(
            by=told.who.zhang,
            at=at(10, 11, 9),
            decision=told.decision,
            kind="reconsideration",
            organ="罗山县人民政府",
            number="罗政复〔2026〕3号",
            on=date(2026, 10, 10),
        )
        assert surcharge(told, date(2026, 10, 30)) == 600  # the 9th only
        with pytest.raises(Refused, match="还没有终结"):
            remedy.open_remedy(
                by=told.who.zhang,
                at=at(10, 12, 9),
                decision=told.decision,
                kind="litigation",
                organ="罗山县人民法院",
                number="1",
                on=date(2026, 10, 12),
            )
        remedy.end_remedy(
            by=told.who.chen,
            at=at(11, 2, 9),
            remedy=opened,
            outcome="upheld",
            instrument="行政复议决定书 罗政复决〔2026〕3号",
            reason="认定事实清楚，予以维持",
            on=date(2026, 10, 30),
            received_on=date(2026, 10, 31),
        )
        assert surcharge(told, date(2026, 11, 1)) == 1200
        assert remedies.open_until(told.decision) == date(2026, 11, 16)  # 15 days, the 15th is a Sunday


def test_instalments_move_the_dates():
    with access.within(""):
        told = served()
        asked = payment.ask_deferral(
            by=told.who.zhang,
            at=at(9, 28, 9),
            decision=told.decision,
            kind="instalment",
            plan="分两期缴纳",
            reason="店铺停业整理，经济困难",
            on=date(2026, 9, 28),
        )
        two = [{"due_on": "2026-10-30", "amount": 10000}, {"due_on": "2026-11-30", "amount": 10000}]
        given = {"by": told.who.chen, "at": at(9, 29, 9), "deferral": asked, "granted": True, "opinion": "确有困难"}
        with pytest.raises(Refused, match="合计应为"):
            payment.answer_deferral(**given, instalments=[two[0], {"due_on": "2026-11-30", "amount": 9999}])
        with pytest.raises(Refused, match="逐期在后"):
            payment.answer_deferral(**given, instalments=[two[1], two[0]])
        with pytest.raises(Refused, match="承办人"):
            payment.answer_deferral(**{**given, "by": told.who.zhang}, instalments=two)
        answer = payment.answer_deferral(**given, instalments=two)
        assert "准许分期缴纳" in answer.approval.data["proposal"]
        still = Duty.objects.filter(subject=told.case.chain, rule="D11", discharge=None)
        assert [one.due_on for one in still.order_by("due_on")] == [date(2026, 10, 30), date(2026, 11, 30)]
        assert surcharge(told, date(2026, 10, 30)) == 0
        assert surcharge(told, date(2026, 11, 1)) == 600  # two days on the first half only
        pay(told, 10000, date(2026, 11, 1))
        assert [one.due_on for one in still.all()] == [date(2026, 11, 30)]
        pay(told, 10000, date(2026, 11, 20))
        assert not still.exists()
        assert surcharge(told, date(2026, 12, 20)) == 600
        told.publish()
        with pytest.raises(Refused, match=r"加处罚款还有 6\.00 元"):
            actions.close(by=told.who.chen, at=at(11, 20, 18), case=told.fresh(), how="延期或者分期履行完毕")
        with pytest.raises(Refused, match="大于零"):
            payment.pay_surcharge(
                by=told.who.li,
                at=at(11, 21, 9),
                decision=told.decision,
                amount_fen=601,
                on=date(2026, 11, 21),
                receipt_no="7",
            )
        payment.pay_surcharge(
            by=told.who.li,
            at=at(11, 21, 9),
            decision=told.decision,
            amount_fen=400,
            on=date(2026, 11, 21),
            receipt_no="7",
        )
        payment.relieve_surcharge(
            by=told.who.chen,
            at=at(11, 21, 10),
            decision=told.decision,
            amount_fen=200,
            reason="已改正并补缴，签订执行协议",
        )
        closed = actions.close(by=told.who.chen, at=at(11, 21, 11), case=told.fresh(), how="延期或者分期履行完毕")
        assert closed.item.data["mode"] == "deferred"
        rebuilt(told)


def test_demand_and_court_in_their_window():
    with access.within(""):
        told = served()
        with pytest.raises(Refused, match="2026-10-08 才届满"):
            payment.demand(by=told.who.zhang, at=at(10, 8, 9), decision=told.decision, due_on=date(2026, 12, 1))
        with pytest.raises(Refused, match="不得早于"):
            payment.demand(by=told.who.zhang, at=at(10, 12, 9), decision=told.decision, due_on=date(2026, 10, 22))
        letter = payment.demand(by=told.who.zhang, at=at(10, 12, 9), decision=told.decision, due_on=date(2026, 10, 30))
        assert (letter.principal_fen, letter.surcharge_fen) == (20000, 2400)
        ask = {"by": told.who.chen, "decision": told.decision, "court": "罗山县人民法院"}
        with pytest.raises(Refused, match="还没有送达"):
            payment.apply_to_court(**ask, at=at(10, 30, 9))
        serve(told, letter.item, date(2026, 10, 13))
        opens = payments.demand_opens(letter)
        assert opens.due == date(2026, 10, 27)  # ten working days
        with pytest.raises(Refused, match="才届满"):
            payment.apply_to_court(**ask, at=at(10, 27, 9))
        window = payments.court_window(told.decision)
        assert window.start == date(2027, 3, 22)  # six months from service, rolled from a Sunday
        with pytest.raises(Refused, match="提起诉讼的期限到 2027-03-22"):
            payment.apply_to_court(**ask, at=at(11, 2, 9))
        with pytest.raises(Refused, match="已于 2027-06-22 届满"):
            payment.apply_to_court(**ask, at=at(6, 23, 9).replace(year=2027))
        applied = payment.apply_to_court(**ask, at=at(4, 6, 9).replace(year=2027))
        assert applied.item.data["head"] == told.who.chen.name
        assert not Duty.objects.filter(subject=told.case.chain, rule="D17", discharge=None).exists()


def test_a_revoked_decision_is_taken_down_refunded_and_accounted_for():
    with access.within(""):
        told = story.begin("pay")
        opened = remedy.open_remedy(
            by=told.who.zhang,
            at=at(9, 25, 9),
            decision=told.decision,
            kind="litigation",
            organ="罗山县人民法院",
            number="（2026）豫1521行初8号",
            on=date(2026, 9, 24),
        )
        with pytest.raises(Refused, match="行政诉讼还没有终结"):
            actions.close(by=told.who.chen, at=at(9, 26, 9), case=told.fresh(), how="当事人自动履行完毕")
        given = {
            "instrument": "行政判决书",
            "reason": "主要证据不足",
            "on": date(2026, 10, 20),
            "received_on": date(2026, 10, 21),
        }
        with pytest.raises(Refused, match="变更后的罚没款"):
            remedy.end_remedy(by=told.who.chen, at=at(10, 22, 9), remedy=opened, outcome="changed", **given)
        result = remedy.end_remedy(by=told.who.chen, at=at(10, 22, 9), remedy=opened, outcome="revoked", **given)
        assert result.revocation.organ == "罗山县人民法院"
        assert Duty.objects.filter(subject=told.case.chain, rule="D09", discharge=None).count() == 1
        assert remedies.to_refund(told.decision) == 20000
        back = {"by": told.who.zhang, "decision": told.decision, "on": date(2026, 10, 23), "receipt_no": "T1"}
        with pytest.raises(Refused, match="应当退还的是 200 元"):
            remedy.refund(**back, at=at(10, 23, 9), amount_fen=20001)
        remedy.refund(**back, at=at(10, 23, 9), amount_fen=20000)
        assert remedies.to_refund(told.decision) == 0
        assert remedies.to_account(against.of(told.fresh())) == result
        remedy.call_to_account(
            by=told.who.chen, at=at(10, 24, 9), result=result, to="县司法局", finding="取证不充分，责令检讨"
        )
        assert remedies.to_account(against.of(told.fresh())) is None
        rebuilt(told)


def test_court_ends_enforcement_and_the_case_may_close():
    with access.within(""):
        told = served()
        letter = payment.demand(by=told.who.zhang, at=at(10, 12, 9), decision=told.decision, due_on=date(2026, 10, 30))
        serve(told, letter.item, date(2026, 10, 13))
        told.publish()
        applied = payment.apply_to_court(
            by=told.who.chen, decision=told.decision, court="罗山县人民法院", at=at(4, 6, 9).replace(year=2027)
        )
        later = at(6, 1, 9).replace(year=2027)
        given = {"by": told.who.zhang, "application": applied, "instrument": "执行裁定书", "on": date(2027, 5, 28)}
        payment.hear_court(**given, at=later, result="allowed")
        with pytest.raises(Refused, match="还有 200"):
            actions.close(by=told.who.chen, at=later, case=told.fresh(), how="人民法院终结执行")
        payment.hear_court(**given, at=later, result="ended", note="没有可供执行的财产")
        assert rebuilt(told).step == "close"
        assert payments.unsettled(told.decision, date(2027, 6, 1)) == ""


def defer(told: Story, kind: str, on: date, *parts: tuple[str, int]) -> None:
    asked = payment.ask_deferral(
        by=told.who.zhang, at=at(on.month, on.day, 9), decision=told.decision, kind=kind, plan="延期、分期缴纳",
        reason="店铺停业整理，经济困难", on=on,
    )  # fmt: skip
    payment.answer_deferral(
        by=told.who.chen, at=at(on.month, on.day, 10), deferral=asked, granted=True, opinion="确有困难",
        instalments=[{"due_on": day, "amount": fen} for day, fen in parts],
    )  # fmt: skip


def test_a_second_grant_leaves_what_was_paid_in_time_in_time():
    """行政处罚法 art. 66(2): a part paid within the first grant is not late because the rest was put off once more."""
    with access.within(""):
        told = served()
        defer(told, "deferral", date(2026, 9, 28), ("2026-11-10", 20000))
        pay(told, 8000, date(2026, 11, 2))  # after the fifteen days, within the grant
        defer(told, "instalment", date(2026, 11, 5), ("2026-11-30", 6000), ("2026-12-30", 6000))
        assert payments.schedule(told.decision) == [
            (8000, date(2026, 11, 10)), (6000, date(2026, 11, 30)), (6000, date(2026, 12, 30)),
        ]  # fmt: skip
        assert surcharge(told, date(2026, 11, 30)) == 0
        assert surcharge(told, date(2026, 12, 1)) == 180  # a day on the part that was due
        assert surcharge(told, date(2028, 1, 1)) == 12000  # each part up to itself, together never above what was late


def test_what_a_court_leaves_of_the_fine_cuts_the_instalments():
    with access.within(""):
        told = served()
        defer(told, "instalment", date(2026, 9, 28), ("2026-10-30", 10000), ("2026-11-30", 10000))
        opened = remedy.open_remedy(
            by=told.who.zhang, at=at(10, 11, 9), decision=told.decision, kind="reconsideration",
            organ="罗山县人民政府", number="罗政复〔2026〕3号", on=date(2026, 10, 10),
        )  # fmt: skip
        remedy.end_remedy(
            by=told.who.chen, at=at(10, 20, 9), remedy=opened, outcome="changed", instrument="复议决定书",
            reason="明显不当，变更", on=date(2026, 10, 19), received_on=date(2026, 10, 20), fine_fen=12000,
        )  # fmt: skip
        assert payments.schedule(told.decision) == [(10000, date(2026, 10, 30)), (2000, date(2026, 11, 30))]
        assert payments.reckon(told.decision, date(2026, 12, 5)).overdue(date(2026, 12, 5)) == 12000
        pay(told, 10000, date(2026, 10, 30))
        defer(told, "deferral", date(2026, 11, 2), ("2026-12-31", 2000))
        assert payments.schedule(told.decision) == [(10000, date(2026, 10, 30)), (2000, date(2026, 12, 31))]
        assert surcharge(told, date(2026, 12, 31)) == 0


def test_the_surcharge_alone_is_demanded_and_brought_to_court():
    """行政强制法 art. 45, 53: the fine is paid, late; what was added is still owed."""
    with access.within(""):
        told = served()
        pay(told, 20000, date(2026, 10, 18))  # ten days late: 60 yuan
        letter = payment.demand(by=told.who.zhang, at=at(10, 19, 9), decision=told.decision, due_on=date(2026, 11, 10))
        assert (letter.principal_fen, letter.surcharge_fen) == (0, 6000)
        printed = documents.text(letter.item.code, letter.item.data, on=letter.item.on)
        assert "缴纳加处罚款；决定书确定的罚没款已经缴清" in printed and "陆拾元" in printed
        assert "应缴金额" not in printed and "两项合计" not in printed
        serve(told, letter.item, date(2026, 10, 20))
        applied = payment.apply_to_court(
            by=told.who.chen, decision=told.decision, court="罗山县人民法院", at=at(4, 6, 9).replace(year=2027)
        )
        assert applied.item.data["obligation"] == "缴纳加处罚款 60.00 元"
        payment.pay_surcharge(
            by=told.who.li, at=at(5, 6, 9).replace(year=2027), decision=told.decision, amount_fen=6000,
            on=date(2027, 5, 6), receipt_no="9",
        )  # fmt: skip
        with pytest.raises(Refused, match="已经全部缴纳"):
            payment.demand(
                by=told.who.zhang, at=at(5, 7, 9).replace(year=2027), decision=told.decision, due_on=date(2027, 6, 30)
            )
