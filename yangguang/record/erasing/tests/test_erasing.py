"""Two people, a ground of the body's rules: the words of a line go, and everything that proves the rest stays."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests import story
from yangguang.record.erasing import actions, queries
from yangguang.record.models import Item
from yangguang.record.package import actions as packages
from yangguang.record.package import bag, verify
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import asking, check
from yangguang.trail import queries as trail
from yangguang.trail.audit import altered
from yangguang.trail.erasure.actions import NotErasable
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import Entry, Erasure, ErasureOrder
from yangguang.trail.sequencer import integrate_now

LIST = "/records/erasures/"


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


@pytest.fixture
def told(fresh_database):
    home = fresh_database.home
    with override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home):
        with access.within(""):
            found = story.begin("collect", with_accounts=True)
        integrate_now()
        yield found


def send(client: Client, page: str, **given):
    form = client.get(page).context["form"]
    hidden = {"once": str(form["once"].value()), "seen": form["seen"].value() or ""}
    return client.post(page, {**hidden, **given})


@pytest.mark.clause("QS-3.2.2i", "QD-3.2.2(2)c")
def test_two_people_erase_the_words_of_a_line_and_the_proofs_stay(told, tmp_path):
    with access.within(""):
        item = Item.objects.filter(dossier=told.case.dossier_id, code="", note__gt="").first()
        entry = trail.entry_of(item)
        before = trail.tlog_proof(entry)
        grounds = queries.grounds(entry.scope, story.at(9, 1).date())
    assert [one.clause for one in grounds] == [f"CN-PIP-47.1.{n}" for n in range(1, 5)]
    chen, qian, zhang = as_("chen"), as_("qian"), as_("zhang")
    new = reverse("record:erasure_new", args=[entry.pk])
    assert zhang.get(new).status_code == zhang.get(LIST).status_code == 403
    assert chen.get(reverse("record:erasure_new", args=[10**9])).status_code == 404
    assert "没有清除申请" in chen.get(LIST).content.decode()
    assert chen.get(LIST, {"entry": str(entry.pk)})["Location"] == new
    for wrong in ("0", "x", "９", "-1", "9" * 40, "\0"):
        assert chen.get(LIST, {"entry": wrong}).status_code == 422, wrong
    page = chen.get(new).content.decode()
    assert "个人撤回同意" in page and "法律、行政法规规定的保存期限未届满" in page and item.note[:10] in page
    with access.within(""):
        offered = {one.name for one in queries.columns(entry)}
        for bone in ("digest", "step", "medium", "scope"):
            assert bone not in offered
            with pytest.raises(NotErasable):
                actions.order(
                    by=told.who.chen, at=story.at(9, 1), entry=entry, clause="CN-PIP-47.1.3",
                    reason="当事人书面撤回同意。", columns=[bone],
                )  # fmt: skip
    good = {"clause": "CN-PIP-47.1.3", "reason": "当事人九月一日书面撤回同意。", "columns": ["note", "title"]}
    for over, words in (
        ({"clause": ""}, "请选择"),
        ({"clause": "CN-PEN-47"}, "没有“CN-PEN-47”这一选项"),
        ({"reason": "撤"}, "没有写明理由"),
        ({"columns": ["digest_of_nothing"]}, "digest_of_nothing"),
        ({"columns": ["scope"]}, "scope"),
    ):
        answer = send(chen, new, **{**good, **over})
        assert answer.status_code == 422 and words in answer.content.decode(), over
    assert send(chen, new, **good).status_code == 302
    assert "已有清除申请" in send(chen, new, **good).content.decode()
    with access.within(""):
        order = ErasureOrder.objects.get()
    assert "第四十七条第一款第三项" in order.clause and order.ground == "个人撤回同意"
    own = reverse("record:erasure", args=[order.pk])
    assert "您是申请人" in chen.get(own).content.decode()
    assert "清除申请尚未汇入公开日志" in send(qian, own, sure="on").content.decode()
    integrate_now()
    assert send(chen, own, sure="on").status_code == 422  # nobody agrees with himself
    assert send(qian, own).status_code == 422
    assert send(qian, own, sure="on").status_code == 302
    assert "正在入链" in qian.get(own).content.decode()
    integrate_now()

    shown = chen.get(own).content.decode()
    assert "已清除" in shown and "承诺值" in shown and "钱" in shown
    public = Client().get("/log/").content.decode()
    assert (
        "依法清除" in public and "第四十七条第一款第三项" in public and f"第 {trail.leaf_of(entry).index} 条" in public
    )
    assert "书面撤回同意" not in public
    with access.within(""):
        now = Entry.objects.get(pk=entry.pk)
        assert not bytes(now.salt) and bytes(now.commitment) == bytes(entry.commitment)
        item = Item.objects.get(pk=item.pk)
        assert (item.note, item.title) == ("", "")
        assert Erasure.objects.get().entry_erased_id == entry.pk
    assert list(altered(patience=0)) == []
    assert check.verify_log(check.reader(str(asking.policy_path().parent.parent / "log")), log_verifiers()).ok
    assert trail.tlog_proof(now).split("\n")[1] == before.split("\n")[1]
    assert zhang.get(reverse("record:item", args=[item.pk])).status_code == 200
    assert "原文已经清除" in chen.get(new).content.decode()

    # The file can still be taken out, and says what was erased.
    with access.within(""):
        export = packages.export_package(
            by=told.who.sun, at=story.at(9, 2), dossier=told.fresh().dossier, purpose="移交档案馆"
        )
    integrate_now()
    with access.within(""):
        top = bag.write(bag.build(export), tmp_path)
    judged = verify.Package(top).check(asking.own_policy())
    assert judged.problems == [] and any("已依法清除" in one for one in judged.notes)
