"""An archived file is lent by the rules of the body: who, for how long, by whose leave, and back."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record.borrowing import actions, queries
from yangguang.record.borrowing.models import Loan
from yangguang.record.custody.tests.test_custody import as_, send, words
from yangguang.record.retention.tests.test_retention import archived
from yangguang.registry import access
from yangguang.trail import queries as trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin(None, with_accounts=True)
        found.old = archived(found.who, "old:00000000-0000-0000-0000-000000000001", "years_30", 1)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


@pytest.mark.clause("DH-2.2.2c", "QS-3.2.3g")
def test_from_the_request_to_the_return(told, monkeypatch):
    zhang, chen, sun, qian = as_("zhang"), as_("chen"), as_("sun"), as_("qian")
    ask = reverse("record:ask_loan", args=[told.old.pk])
    assert ask in words(sun.get(reverse("record:retention_one", args=[told.old.pk])))
    rules = words(zhang.get(reverse("record:loans")))
    assert "借阅规则" in rules and "负责人" in rules and "10个工作日" in rules and "第四十七条" in rules
    full = {"way": "out", "purpose": "办理同一当事人的新案，核对从前的处罚", "until": "2026-09-05"}
    late = send(zhang, ask, **{**full, "until": "2026-10-20"})
    assert late.status_code == 422 and "超过借阅期限，今天借阅最迟 2026-09-09" in words(late)
    nobody = send(as_("zhou"), ask, **full)  # the publisher is no borrower by the rules
    assert nobody.status_code == 422 and "可以借阅的是执法人员" in words(nobody)
    assert send(zhang, ask, **full).status_code == 302
    again = send(qian, ask, **full)
    assert again.status_code == 422 and "已有人申请或者借出" in words(again)
    with access.within(""):
        loan = Loan.objects.get()
        with pytest.raises(actions.NotLent, match="没有批准"):
            actions.return_loan(by=told.who.sun, at=at(8, 26, 17), loan=loan, whole=True)
    here = reverse("record:loan", args=[loan.pk])
    assert zhang.post(here, {"approved": "yes"}).status_code == 403
    assert send(chen, here, approved="yes", opinion="同意，按期归还").status_code == 302
    with access.within(""):
        owed = Duty.objects.get(rule="D92", discharge__isnull=True)
    assert owed.due_on == date(2026, 9, 5) and owed.owner_key == told.who.zhang.key
    assert "归还借阅的案卷" in words(zhang.get(reverse("workbench:inbox")))
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 10))
    for one in (sun, chen, qian):
        assert "逾期未还" in words(one.get(reverse("record:loans") + "?show=late"))
    short = send(sun, here, whole="no", note="")
    assert short.status_code == 422 and "须写明缺损和处理" in words(short)
    assert send(sun, here, whole="yes").status_code == 302
    page = words(sun.get(reverse("record:retention_one", args=[told.old.pk])))
    assert "zhang" not in page and "归还" in page and told.who.zhang.name in page
    with access.within(""):
        assert not Duty.objects.filter(rule="D92", discharge__isnull=True).exists()
        verbs = [entry.verb for entry in trail.history(told.old.chain)]
    assert [verb for verb in verbs if verb.endswith("_loan")] == [
        "record.ask_loan", "record.answer_loan", "record.return_loan",
    ]  # fmt: skip


def test_a_file_in_hand_is_not_lent_and_nobody_lends_to_oneself(told):
    with access.within(""):
        fresh = record.open_dossier(
            by=told.who.zhang, at=at(8, 26), scope=told.who.body.scope, subject="old:x", title="在办"
        )
        row = {"way": "room", "purpose": "核对从前的处罚", "until": date(2026, 9, 1)}
        with pytest.raises(actions.NotLent, match="还没有归档"):
            actions.ask_loan(by=told.who.zhang, at=at(8, 26), dossier=fresh, **row)
        loan = actions.ask_loan(by=told.who.chen, at=at(8, 26), dossier=told.old, **row)
        with pytest.raises(actions.NotLent, match="不能审批自己"):
            actions.answer_loan(by=told.who.chen, at=at(8, 26), loan=loan, approved=True, opinion="同意")
        columns = "insert into record_loananswer (id, at, scope, by_id, dossier_id, loan_id, approved, opinion)"
        given = [loan.pk, loan.at, loan.scope, loan.by_id, loan.dossier_id, loan.pk]
        with (
            pytest.raises(IntegrityError, match="申请人以外的人审批"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{columns} values (%s, %s, %s, %s, %s, %s, true, '同意')", given)
        assert queries.of(told.old) == [loan]
