"""A real Chromium with an authenticator of its own (CDP): registering, signing, cancelling, ending."""

import pytest

from tests import story
from tests.browser.people import PHONE, Person
from yangguang.record.models import Item
from yangguang.record.passkeys import queries
from yangguang.record.passkeys.models import Assertion
from yangguang.registry import access

pytestmark = pytest.mark.browser


@pytest.fixture
def item(live_site, settings) -> Item:  # type: ignore[no-untyped-def]
    home = live_site.database.home
    settings.VAULT_DIR, settings.LOG_DIR, settings.KEYS_DIR = home / "vault", home / "log", home / "keys"
    with access.within(""):
        told = story.begin("approve_opening", with_accounts=True)
        return Item.objects.get(dossier=told.case.dossier_id, code="case_opening_approval")


def authenticator(person: Person):  # type: ignore[no-untyped-def]
    """A device that checks the person's finger; gives the session and its id."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_head_signs_the_approval_with_a_passkey(browser, live_site, item):  # type: ignore[no-untyped-def]
    base = live_site.url.replace("127.0.0.1", "localhost")
    chen = Person(browser, base, "chen", story.PASSWORD)
    session, device = authenticator(chen)
    signing = f"/records/items/{item.pk}/passkey/"
    chen.open(signing).see("您还没有在这个网址有效的通行密钥").clean()
    chen.open("/records/passkeys/").see("还没有登记通行密钥").clean().shoot("passkeys-none")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    chen.fill({"label": "办公室电脑"})
    button = chen.page.get_by_role("button", name="登记")
    button.click()
    chen.page.get_by_text("没有完成：您取消了").wait_for()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    with chen.page.expect_navigation():
        button.click()
    chen.see("已登记通行密钥“办公室电脑”", "有效", "ES256").clean().shoot("passkeys-one")

    button = chen.page.get_by_role("button", name="登记")  # the same device once more
    chen.fill({"label": "又一次"})
    button.click()
    chen.page.get_by_text("这台设备已经登记过").wait_for()

    chen.open(signing).see("用通行密钥签名", item.digest).clean()
    chen.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chen.page.evaluate(wide) <= 0
    chen.shoot("passkey-sign")
    with chen.page.expect_navigation(url=f"**/records/items/{item.pk}/"):
        chen.page.get_by_role("button", name="签名").click()
    chen.see("已签名", "负责人 ", "通行密钥签名，核验有效").clean().shoot("passkey-signed")
    with access.within(""):
        made = Assertion.objects.select_related("passkey", "signature").get()
        assert queries.holds(made) and made.signature.who == "head" and made.passkey.rp == "localhost"

    chen.open(f"/records/passkeys/{made.passkey.pk}/revoke/").fill({"reason": "更换电脑"}).send()
    chen.see("已停用通行密钥", "停用：更换电脑")
    chen.open(signing).see("您还没有在这个网址有效的通行密钥")
    assert not chen.errors


def test_without_scripts_or_a_name_the_page_says_what_else_there_is(browser, live_site, item):  # type: ignore[no-untyped-def]
    zhang = Person(browser, live_site.url, "zhang", story.PASSWORD)
    zhang.open("/records/passkeys/").see("现在的网址不能登记通行密钥").clean()
    zhang.open(f"/records/items/{item.pk}/passkey/").see("现在的网址不能使用通行密钥", "当面手写签名").clean()
