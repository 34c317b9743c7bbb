"""What waits for a head or a handler beside the steps of a case is said on their first page, and only on theirs."""

from datetime import date

import pytest
from django.test import Client

from tests import story
from tests.story import Story, at
from yangguang.casework.models import CaseState
from yangguang.decision import actions as decision
from yangguang.decision.payment import actions as payment
from yangguang.decision.remedy import actions as remedy
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db


def work(username: str, address: str = "/work/") -> str:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def test_a_deferral_waits_for_the_head_until_it_is_answered():
    told = begun("serve_decision")
    here = f"/decision/{told.case.pk}/payment/deferral/answer/"
    assert here not in work("chen")
    with access.within(""):
        asked = payment.ask_deferral(
            by=told.who.zhang, at=at(9, 28, 9), decision=told.decision, kind="instalment", plan="分两期缴纳",
            reason="店铺停业整理，经济困难", on=date(2026, 9, 28),
        )  # fmt: skip
    assert here in work("chen")
    assert here not in work("zhang")
    with access.within(""):
        payment.answer_deferral(
            by=told.who.chen, at=at(9, 29, 9), deferral=asked, granted=False, opinion="没有证明经济困难"
        )
    assert here not in work("chen")


def test_a_lost_case_waits_for_its_refund_and_its_accountability():
    told = begun("pay")
    refund, account = (f"/decision/{told.case.pk}/remedies/{one}/" for one in ("refund", "account"))
    with access.within(""):
        opened = remedy.open_remedy(
            by=told.who.zhang, at=at(9, 25, 9), decision=told.decision, kind="litigation", organ="罗山县人民法院",
            number="（2026）豫1521行初8号", on=date(2026, 9, 24),
        )  # fmt: skip
        assert refund not in work("zhang")
    with access.within(""):
        result = remedy.end_remedy(
            by=told.who.chen, at=at(10, 22, 9), remedy=opened, outcome="revoked", instrument="行政判决书",
            reason="主要证据不足", on=date(2026, 10, 20), received_on=date(2026, 10, 21),
        )  # fmt: skip
    assert refund in work("zhang") and account not in work("zhang")
    assert account in work("chen") and refund not in work("chen")
    with access.within(""):
        remedy.refund(
            by=told.who.zhang, at=at(10, 23, 9), decision=told.decision, amount_fen=20000, on=date(2026, 10, 23),
            receipt_no="T1",
        )  # fmt: skip
        remedy.call_to_account(
            by=told.who.chen, at=at(10, 24, 9), result=result, to="县司法局", finding="取证不充分，责令检讨"
        )
    assert refund not in work("zhang")
    assert account not in work("chen")


def test_where_nothing_is_to_be_paid_the_head_is_asked_to_close(monkeypatch):
    """A warning is carried out by being served: no receipt is waited for, the case waits for its closing."""
    told, plain = begun("return_draft"), Story.draft
    warning = {"penalties": ["warning"], "fine_fen": 0, "deviation": "主动清理，没有危害后果，依法从轻给予警告。"}
    monkeypatch.setattr(Story, "draft", lambda self, **changes: plain(self, **changes | warning))
    case, close = f"/work/cases/{told.case.pk}/", f"/decision/{told.case.pk}/close/"
    with access.within(""):
        for step in story.STEPS[story.STEPS.index("propose_again") : story.STEPS.index("serve_decision") + 1]:
            getattr(told, step)()
        assert CaseState.objects.get(case=told.case).step == "perform"
    handler, head = work("zhang", case), work("chen", case)
    assert "等待履行，批准结案" in handler
    assert f"/decision/{told.case.pk}/perform/" not in handler
    assert close in head
    assert close in work("chen")
    assert told.case.title in work("chen", "/decision/?show=close")
    assert told.case.title not in work("chen", "/decision/?show=perform")
    with access.within(""):
        told.publish()
        decision.close(by=told.who.chen, at=at(9, 30, 9), case=told.fresh(), how="当事人自动履行完毕")
    assert close not in work("chen")
