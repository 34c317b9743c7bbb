"""The pages of erasure and correction in a real Chromium, on a desk and on a phone."""

import pytest

from tests import story
from tests.browser.people import PHONE, Person
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.trail import queries as trail
from yangguang.trail.sequencer import integrate_now

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_document_is_corrected_and_a_line_erased_by_two(browser, live_site, settings):  # type: ignore[no-untyped-def]
    home = live_site.database.home
    settings.VAULT_DIR, settings.LOG_DIR, settings.KEYS_DIR = home / "vault", home / "log", home / "keys"
    with access.within(""):
        told = story.begin("collect", with_accounts=True)
        item = Item.objects.get(dossier=told.case.dossier_id, code="case_opening_approval")
        photo = Item.objects.filter(dossier=told.case.dossier_id, code="", note__gt="").first()
        entry = trail.entry_of(photo)
    integrate_now()

    zhang = Person(browser, live_site.url, "zhang", story.PASSWORD)
    zhang.open(f"/records/items/{item.pk}/correct/").see("更正文书", "更正理由", "案情简介").clean().shoot("correct")
    zhang.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert zhang.page.evaluate(WIDE) <= 0
    zhang.page.set_viewport_size({"width": 1366, "height": 768})
    zhang.send().see("请填写").clean().shoot("correct-wrong")
    zhang.fill({"reason": "门牌号笔误，按营业执照改正。"})
    zhang.page.get_by_label("案情简介").fill("北街 72 号后门安全出口被货物堵塞。" * 6)
    zhang.send().see("已更正，旧版保留", "本件是更正后的版本", "历次版本").clean().shoot("corrected")
    zhang.open(f"/records/items/{item.pk}/").see("本件已于").clean().shoot("corrected-old")

    chen = Person(browser, live_site.url, "chen", story.PASSWORD)
    chen.open("/records/erasures/").see("没有清除申请").clean().shoot("erasures-none")
    chen.open(f"/records/erasures/entry/{entry.pk}/").see("个人撤回同意", "一并清空的字段").clean().shoot("erasure-new")
    chen.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert chen.page.evaluate(WIDE) <= 0
    chen.page.set_viewport_size({"width": 1366, "height": 768})
    chen.fill({"clause": "CN-PIP-47.1.3", "reason": "当事人九月一日书面撤回同意，" * 12, "columns": ["note"]}).send()
    chen.see("您是申请人").clean().shoot("erasure-mine")
    integrate_now()
    qian = Person(browser, live_site.url, "qian", story.PASSWORD)
    qian.open("/records/erasures/").see("等另一人同意").clean()
    qian.page.get_by_role("link", name="收存音像记录或者证据材料").click()
    qian.fill({"sure": True}).send()
    qian.see("已同意清除").clean()
    integrate_now()
    qian.open("/records/erasures/").see("已清除").clean().shoot("erasures")
    qian.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert qian.page.evaluate(WIDE) <= 0
    Person(browser, live_site.url).open("/log/").see("依法清除", "第四十七条第一款第三项").clean().shoot("log-erased")
    assert not zhang.errors and not chen.errors and not qian.errors
