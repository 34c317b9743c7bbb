"""A decision nobody reviewed: on what ground, who answers for it, and what came of it."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.casework import queries as cases
from yangguang.catalogue import actions as lists
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.review.oversight import actions as oversight
from yangguang.review.oversight import grounds
from yangguang.review.oversight.models import Breach
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "yangguang.registry.access.Accounts")
    return client


@pytest.mark.clause("QD-3.3.4c")
def test_a_review_that_was_skipped_has_its_ground_its_persons_and_its_end(monkeypatch, settings):
    """A fine below every trigger of the law: drawn up without review, decided, and found wrong from above."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    plan = [packs.load("cn")]
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        who = told.who
        row = {"matter": "较大罚款", "kinds": "行政处罚", "when": "罚款数额≥5万元", "reason": "数额", "basis": "目录"}
        made = lists.draft(
            by=who.zhang, at=at(9, 1, 8), kind="catalogue_review", rows=[row], in_force_from=date(2026, 9, 1)
        )
        lists.approve(by=who.chen, at=at(9, 1, 9), version=made, approved=True)
        monkeypatch.setattr(cases, "pack_of", lambda case: plan[-1])
        told.propose()
        assert not told.proposal.needs_review and grounds.skipped(told.fresh()) == ""
        with pytest.raises(oversight.NotShown, match="没有未经审核的决定"):
            oversight.open_skipped(by=who.qian, at=at(9, 2, 12), case=told.fresh(), text="应当审核")
        for step in ("notify", "confirm_address", "serve_notice", "hear", "answer", "decide", "issue"):
            getattr(told, step)()
        plan.append(packs.load("cn-hunan-hengyang-qidong"))  # whose plan says who is called to account
        case = told.fresh()
        with pytest.raises(oversight.NotAbove, match="承办或者审核"):
            oversight.open_skipped(by=who.zhang, at=at(9, 19, 9), case=case, text="应当审核而没有审核")
    zhang, qian, url = sign_in("zhang"), sign_in("qian"), f"/review/oversight/skipped/{case.pk}/"
    monkeypatch.setattr(timezone, "now", lambda: at(9, 19, 9))
    shown = zhang.get(reverse("workbench:case", args=[case.pk])).content.decode()
    assert (
        "不须审核" in shown and "依据：《" in shown and url not in shown
    )  # the ground; calling to account is not theirs
    assert zhang.get(url).status_code == 403
    assert url in qian.get(reverse("workbench:case", args=[case.pk])).content.decode()
    page = qian.get(url).content.decode()
    assert "没有送法制审核" in page and "张卫国（提出处理意见）" in page and "陈立新（作出决定）" in page
    assert qian.post(url, {"text": " ", "once": str(uuid.uuid4())}).status_code == 422  # asked for where it is absent
    given = {"text": "案件涉及公共安全，属于重大公共利益，应当审核。", "once": str(uuid.uuid4())}
    assert qian.post(url, given).status_code == 302
    with access.within(""):
        made = Breach.objects.get(case=case)
        assert (made.ground, made.submission) == (grounds.SKIPPED, None) and "QD-3.3.4c" in str(made.because)
        assert [one["name"] for one in made.persons] == ["张卫国", "李敏", "陈立新"] and "“否”" in made.shown
        assert Entry.objects.get(fact_ref=made.ref).chain == case.chain
        with pytest.raises(oversight.NotShown, match="还没有办结"):
            oversight.open_skipped(by=who.qian, at=at(9, 19, 10), case=case, text="应当审核而没有审核")
    board = qian.get("/review/oversight/?tab=breaches").content.decode()
    assert "应当审核而没有审核就作出决定" in board and "办理中" in board and url in board
    end = qian.get(url)["Location"]
    done = {"result": "found", "text": "责令书面检查，今后同类案件一律送审。", "once": str(uuid.uuid4())}
    assert qian.post(end, done).status_code == 302
    assert "属实，已追究责任" in qian.get("/review/oversight/?tab=breaches").content.decode()
    assert "责令书面检查" in qian.get(url).content.decode()
    assert "责任追究办结" in zhang.get(reverse("workbench:case_trail", args=[case.pk])).content.decode()
