"""An officer records on the spot with a phone: six seconds, the network goes and comes back, and what is kept verifies."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from conftest import chromium, flags
from tests import story
from tests.browser.people import PHONE, Person
from tests.story import passed
from yangguang.casework import actions as casework
from yangguang.inspection import actions as inspection
from yangguang.record.live import queries
from yangguang.record.live.models import LiveEnd, LiveGap, LiveHead
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.trail import sequencer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def camera(browser) -> Iterator:  # type: ignore[no-untyped-def]
    """A Chromium whose camera and microphone are a test picture and a beep, granted without asking."""
    arguments = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    chrome = browser.browser_type.launch(executable_path=chromium(), args=[*arguments, *flags()])
    yield chrome
    chrome.close()


@pytest.fixture
def case(live_site, settings):  # type: ignore[no-untyped-def]
    """A case opened today by two officers whose certificates hold today; this process works in the site's home."""
    home = live_site.database.home
    settings.VAULT_DIR, settings.LOG_DIR, settings.KEYS_DIR = home / "vault", home / "log", home / "keys"
    now, today = timezone.localtime(), timezone.localdate()
    with access.within(""):
        who = story.people()
        story.accounts(who)
        for n, officer in enumerate((who.zhang, who.li), start=1):
            registry.grant_certificate(
                by=None,
                at=now,
                exam=passed(officer, now, date(2024, 1, 2)),
                number=f"1615219{n:04d}",
                issuer="河南省人民政府",
                valid_from=today - timedelta(days=30),
                valid_to=today + timedelta(days=900),
            )
        clue = inspection.take_clue(
            by=who.zhang, at=now, source="inspection", found_on=today, summary="后门安全出口被货物堵塞，不能打开。",
            place="青山镇北街 27 号", party=who.party, power=who.power,
        )  # fmt: skip
        made = casework.apply(
            by=who.zhang, at=now, second=who.li, party=who.party, power=who.power, cause="占用堵塞安全出口",
            found_on=today, clue=clue, unit=who.unit, touches=[],
        )  # fmt: skip
        casework.answer_opening(by=who.chen, at=now, case=made, approved=True, opinion="符合立案条件，同意立案。")
    sequencer.integrate_now()
    return made


def until(who: Person, counter: str, least: int) -> None:
    """Wait for a counter of the page; the strict policy of the page lets no script text be sent in to wait there."""
    place = who.page.locator(f"[data-live-{counter}]")
    for _ in range(600):
        if int(place.inner_text()) >= least:
            return
        who.page.wait_for_timeout(100)
    raise AssertionError(f"{counter} 没有到 {least}：{who.text()[:800]}")


@pytest.mark.clause("QS-3.2.2i", "QD-3.2.2(2)c", "WC-2.2.3b")
def test_six_seconds_with_a_hole_in_the_network(camera, live_site, case):  # type: ignore[no-untyped-def]
    li = Person(camera, live_site.url, "li", story.PASSWORD)
    li.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    li.open(f"/records/{case.dossier_id}/live/?step=scene_check&event=onsite_check").see("先登记本机").clean()
    li.shoot("live-key")
    li.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    li.page.get_by_role("button", name="登记本机").click()
    li.page.get_by_text("本机已登记，可以开始录制").wait_for()
    li.clean().shoot("live-ready")
    li.fill({"place": "青山镇北街 27 号大勇百货店"})
    li.page.get_by_role("button", name="开始录制").click()
    taken = li.page.locator("[data-live-sent]")
    until(li, "sent", 2)
    li.clean().shoot("live-recording")
    before = int(taken.inner_text())

    li.context.set_offline(True)
    li.page.get_by_text("没有网络。录制照常进行").wait_for()
    until(li, "waiting", 3)
    li.shoot("live-offline")
    li.context.set_offline(False)
    li.page.locator("[data-live-net]", has_text="正常").wait_for()
    until(li, "sent", before + 4)

    li.page.locator("[data-live-reason]").fill("当事人要求暂停")
    li.page.get_by_role("button", name="暂停").click()
    li.page.get_by_text("已暂停：当事人要求暂停").wait_for()
    li.page.get_by_role("button", name="继续录制").click()
    li.page.wait_for_timeout(1500)
    with li.page.expect_navigation(url="**/records/live/**", timeout=60_000):
        li.page.locator("[data-live-stop]:visible").click()
    li.see("重新核验", "逐环签名有效", "逐段重算摘要", "离线", "没有说明").not_see("不通过").clean().shoot("live-done")

    with access.within(""):
        ended = LiveEnd.objects.select_related("recording__key", "recording__by", "item").get()
        assert all(one.ok for one in queries.verify(ended)), queries.verify(ended)
        assert ended.how == "stopped" and ended.segments >= 6
        assert ended.item.medium == "video" and ended.item.meta["duration_ms"] > 4000
        assert ended.recording.nonce_size > 0
        gaps = list(LiveGap.objects.values_list("kind", flat=True))  # a slow machine may lose its network twice
        assert set(gaps) == {"offline", "pause"} and gaps.count("pause") == 1
        assert LiveHead.objects.latest("seq").seq == ended.seq
    li.page.get_by_role("link", name="说明理由").first.click()
    li.fill({"reason": "店内没有信号，录像照常进行"}).clean().shoot("live-gap").send().done("店内没有信号")
    li.open(f"/records/items/{ended.item_id}/").see("现场录制", f"间断 {len(gaps)} 处").clean().shoot("live-item")
    li.open(f"/work/cases/{case.pk}/").see("音像记录的覆盖").clean().shoot("live-case")
    li.open(f"/records/{case.dossier_id}/coverage/").see("现场检查").clean().shoot("live-coverage")
    li.open("/records/keys/").see("李敏的手机", "有效").clean().shoot("live-keys")
    assert not li.errors, li.errors
    li.leave()


def test_a_page_that_was_closed_in_the_middle_goes_on_sending(camera, live_site, case):  # type: ignore[no-untyped-def]
    li = Person(camera, live_site.url, "li", story.PASSWORD)
    page = f"/records/{case.dossier_id}/live/"
    li.open(page)
    li.page.get_by_role("button", name="登记本机").click()
    li.page.get_by_text("本机已登记").wait_for()
    li.fill({"place": "北街 27 号"})
    li.page.get_by_role("button", name="开始录制").click()
    until(li, "sent", 2)
    li.context.set_offline(True)
    until(li, "waiting", 3)
    li.page.close(run_before_unload=False)
    li.context.set_offline(False)
    li.page = li.context.new_page()
    with li.page.expect_navigation(url="**/records/live/**", timeout=60_000):
        li.page.goto(live_site.url + page)
        li.page.wait_for_url("**/records/live/**", timeout=60_000)
    li.see("没有结束标记", "逐环签名有效").not_see("不通过")
    with access.within(""):
        ended = LiveEnd.objects.get()
        assert ended.how == "unended" and ended.segments >= 4
        assert "unended" in {gap.kind for gap in LiveGap.objects.all()}
    li.leave()
