"""A supervisor finds a defect of a record; the handler mends it beside the old; the supervisor accepts."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import story
from tests.story import at
from yangguang.duty.models import Duty
from yangguang.record import actions as kept
from yangguang.record import queries as record
from yangguang.record.custody.tests.test_custody import as_, send, words
from yangguang.record.repair import actions
from yangguang.record.repair.models import RepairOrder, RepairReply
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def person(username: str):
    with access.within(""):
        return Account.objects.select_related("officer__body").get(username=username).officer


def page_of(told) -> str:
    return reverse("workbench:case", args=[told.case.pk])


@pytest.mark.clause("QS-3.2.3f")
def test_from_the_order_to_the_acceptance(told, monkeypatch, tmp_path):
    with access.within(""):
        dossier = told.case.dossier
        photo = dossier.items.filter(medium="photo").order_by("at").first()
        before = (photo.digest, photo.title, dossier.items.count())
    qian, zhang = as_("qian"), as_("zhang")
    ask = reverse("record:order_repair", args=[dossier.pk])
    assert ask in words(qian.get(page_of(told))) and ask not in words(zhang.get(page_of(told)))
    assert zhang.get(ask).status_code == 403
    full = {
        "kind": "effect",
        "item": str(photo.pk),
        "ground": "照片看不清封条编号，不能证明封存的是哪一道门",
        "demand": "补拍能够看清编号的照片",
    }
    wrong = send(qian, ask, **full, due_on="2026-08-01")
    assert wrong.status_code == 422 and "改正期限 2026-08-01 已经过去" in words(wrong) and "QS-3.2.3f" in words(wrong)
    wrong = send(qian, ask, **{**full, "kind": "lacking"}, due_on="2026-09-02")
    assert wrong.status_code == 422 and "应有而没有的，不选记录" in words(wrong)
    assert send(qian, ask, **full, due_on="2026-09-02").status_code == 302
    with access.within(""):
        order = RepairOrder.objects.get()
        owed = Duty.objects.get(rule="repair", discharge__isnull=True)
    assert {one["clause"] for one in order.because} == {"QS-3.2.3f", "CN-PEN-47"}
    assert owed.due_on == date(2026, 9, 2) and owed.subject == told.case.chain
    here = reverse("record:repair", args=[order.pk])
    assert here in words(zhang.get(page_of(told))) and "待改正" in words(zhang.get(page_of(told)))
    assert "改正记录" in words(zhang.get(reverse("workbench:inbox")))  # the handler's duty
    # the old record is no answer, nor is a word of nothing
    shown = zhang.get(here)
    assert str(photo.pk) not in [key for key, _ in shown.context["form"].fields["item"].choices]
    with access.within(""), pytest.raises(actions.NotOrdered, match="不是责令改正以后收存的"):
        actions.reply_repair(by=person("zhang"), at=at(8, 27), order=order, item=photo, text="已经改正了")
    with access.within(""), pytest.raises(actions.NotOrdered, match="由承办人改正"):
        actions.reply_repair(by=person("wu"), at=at(8, 27), order=order, item=None, text="已经改正了")
    # a new record beside the old
    with access.within(""):
        path = tmp_path / "seal.jpg"
        Image.effect_noise((320, 240), 40).convert("RGB").save(path, "JPEG")
        new = kept.keep(
            by=person("zhang"), at=at(8, 27), dossier=dossier, step=photo.step, title="补拍：封条编号", path=path, name=path.name
        )  # fmt: skip
    monkeypatch.setattr(timezone, "now", lambda: at(8, 27, 16))
    assert send(zhang, here, item=str(new.pk), text="已补拍，编号清楚").status_code == 302
    assert "待验收" in words(qian.get(page_of(told)))
    assert zhang.post(here, {"accepted": "yes"}).status_code == 403  # nobody accepts the own work
    back = send(qian, here, accepted="no", opinion="只拍了一道门")
    assert back.status_code == 422 and "退回的须写明新的改正期限" in words(back)
    assert send(qian, here, accepted="no", opinion="只拍了一道门", due_on="2026-09-05").status_code == 302
    with access.within(""):
        assert Duty.objects.get(rule="repair", discharge__isnull=True).due_on == date(2026, 9, 5)
    assert send(zhang, here, item=str(new.pk), text="另一道门没有封，见笔录第二页").status_code == 302
    assert send(qian, here, accepted="yes", opinion="情况属实，合格").status_code == 302
    shown = words(zhang.get(here))
    assert "退回" in shown and "合格" in shown and "已改正" in words(zhang.get(page_of(told)))
    with access.within(""):
        assert not Duty.objects.filter(rule="repair", discharge__isnull=True).exists()
        photo.refresh_from_db()
        assert (photo.digest, photo.title, dossier.items.count()) == (before[0], before[1], before[2] + 1)
        verbs = [entry.verb for entry in trail.history(told.case.chain)]
    assert [verb for verb in verbs if "repair" in verb] == [
        "record.order_repair", "record.reply_repair", "record.answer_repair", "record.reply_repair", "record.answer_repair",
    ]  # fmt: skip
    assert words(qian.get(reverse("record:repairs") + "?show=done")).count("补拍能够看清") or order.ground in words(
        qian.get(reverse("record:repairs") + "?show=done")
    )


def test_the_database_lets_nobody_accept_the_own_work(told):
    with access.within(""):
        order = actions.order_repair(
            by=person("qian"), at=at(8, 26, 17), dossier=told.case.dossier, item=None, kind="lacking",
            ground="没有送达时的录像", demand="补充收存送达录像，或者说明原因", due_on=date(2026, 9, 1),
        )  # fmt: skip
        reply = actions.reply_repair(
            by=person("zhang"), at=at(8, 26, 18), order=order, item=None, text="当时设备没有电，未能录制"
        )
        with pytest.raises(actions.NotOrdered, match="不能验收自己"):
            actions.answer_repair(by=person("zhang"), at=at(8, 26, 19), reply=reply, accepted=True, opinion="合格")
        columns = (
            "insert into record_repairanswer (id, at, scope, by_id, dossier_id, reply_id, accepted, opinion, by_name)"
        )
        given = [order.pk, order.at, order.scope, reply.by_id, order.dossier_id, reply.pk]
        with (
            pytest.raises(IntegrityError, match="承办人以外的人验收"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{columns} values (%s, %s, %s, %s, %s, %s, true, '合格', '张')", given)
        assert record.matter(order.dossier) and not RepairReply.objects.filter(answer__isnull=False).exists()


def test_two_orders_of_the_same_words_are_mended_one_by_one(told):
    with access.within(""):
        given = {"by": person("qian"), "dossier": told.case.dossier, "item": None, "kind": "lacking"}
        words = {"ground": "没有送达时的录像", "demand": "补充收存送达录像，或者说明原因", "due_on": date(2026, 9, 1)}
        first, second = (actions.order_repair(at=at(8, 26, hour), **given, **words) for hour in (16, 17))
        reply = actions.reply_repair(
            by=person("zhang"), at=at(8, 26, 18), order=first, item=None, text="当时设备没有电，未能录制"
        )
        actions.answer_repair(by=person("qian"), at=at(8, 26, 19), reply=reply, accepted=True, opinion="理由成立")
        [left] = Duty.objects.filter(rule="repair", discharge__isnull=True)
        assert left.at == second.at
