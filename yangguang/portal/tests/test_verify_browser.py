"""The verify page in a real Chromium: what it says of a genuine, an altered, a revoked and a foreign file."""

import base64
import json
import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import expect

from conftest import TEMPLATE, _clone, serving
from tests import story
from yangguang.registry import access
from yangguang.trail.sequencer import integrate_now
from yangguang.vault import store

pytestmark = pytest.mark.browser
AXE = Axe()
expect.set_options(timeout=30_000)  # a busy machine is no fault of the page


@dataclass(frozen=True)
class Told:
    """One decision on the site: its code, number and the bytes of both its documents."""

    code: str
    number: str
    digest: str
    original: bytes
    public: bytes


@pytest.fixture(scope="module")
def county(cluster, django_db_setup, django_db_blocker, tmp_path_factory):
    """The real server with one decision corrected and shown, and one revoked and taken down."""
    home = tmp_path_factory.mktemp("portal") / "home"
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault")
    with folders, _clone(cluster, TEMPLATE, django_db_blocker, home) as fresh:
        with access.within(""):
            shown = story.begin("correct")
            gone = story.begin_again(shown, "take_down")
            made = [_told(one) for one in (shown, gone)]
        integrate_now()
        with serving(fresh, home / "web.log") as site:
            yield site, *made


def _told(one: story.Story) -> Told:
    issued, published = one.issuance, one.publication
    content = [store.place(digest).read_bytes() for digest in (issued.digest, published.digest)]
    return Told(issued.code, issued.number_text, issued.digest, *content)


def choose(page, content: bytes, name: str = "决定书.pdf") -> None:
    page.set_input_files('input[type="file"]', {"name": name, "mimeType": "application/pdf", "buffer": content})


def heading(page):
    return page.locator("#answer-title")


def clean(page) -> None:
    found = AXE.run(page)
    assert found.violations_count == 0, found.generate_report()


def test_genuine_altered_and_foreign_files(county, page):
    site, made, _ = county
    original, public = made.original, made.public
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url, request.post_data_buffer or b"")))
    page.goto(f"{site.url}/verify/")
    clean(page)

    choose(page, original)
    expect(heading(page)).to_have_text(re.compile(r"^这份文书自 \d{4}-\d\d-\d\d 起未被改动$"))
    expect(heading(page)).to_be_focused()
    expect(page.locator("#answer")).to_contain_text(made.number)
    # Only digests left the browser.
    asked = [(method, url, data) for method, url, data in sent if "proof.json" in url]
    assert [method for method, _, _ in asked] == ["GET"]
    assert not any(data for _, _, data in sent)
    assert "digest=" in asked[0][1]

    page.locator("#answer summary").first.click()
    steps = page.locator("#answer .yg-checks").first.locator("li")
    expect(steps).to_have_count(5)
    expect(page.locator("#answer .yg-failed")).to_have_count(0)
    expect(page.locator("#answer")).to_contain_text("由记录原文与随机盐算出承诺值")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 .tlog-proof").click()
    assert download.value.path().read_text("utf-8").startswith("c2sp.org/tlog-proof@v1\nindex ")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明（JSON）").click()
    assert made.digest in json.loads(download.value.path().read_text("utf-8"))["payload"]
    clean(page)

    choose(page, public)
    expect(heading(page)).to_have_text(re.compile("^这份公开版自 .* 起未被改动$"))

    changed = bytearray(public)
    changed[len(changed) // 2] ^= 1
    choose(page, bytes(changed))
    expect(heading(page)).to_have_text("没有找到与这份文件逐字节相同的文书")
    answer = page.locator("#answer")
    expect(answer).to_contain_text(f"文件自称是“{made.number}”")
    expect(answer).to_contain_text(
        f"不同的地方在第 {len(public) // 2 + 1} 至第 {len(public) // 2 + 1} 字节之间，共 1 个字节"
    )
    clean(page)

    choose(page, b"%PDF-1.7 something else")
    expect(answer).not_to_contain_text("文件自称")
    expect(heading(page)).to_have_text("没有找到与这份文件逐字节相同的文书")
    choose(page, b"")
    expect(heading(page)).to_have_text("这个文件是空的（0 字节）")


def test_a_file_is_dropped(county, page):
    site, made, _ = county
    page.goto(f"{site.url}/verify/")
    transfer = page.evaluate_handle(
        """(text) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "决定书.pdf", { type: "application/pdf" }));
            return transfer;
        }""",
        base64.b64encode(made.original).decode(),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    expect(heading(page)).to_contain_text("起未被改动")


def test_by_keyboard_alone(county, page):
    site, made, _ = county
    page.goto(f"{site.url}/verify/")
    page.locator("#number_no").focus()
    page.keyboard.type(made.code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("有这份文书")
    page.get_by_role("button", name="在浏览器里核对它的存证").focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("起未被改动")
    page.locator("#answer summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#answer .yg-checks").first).to_be_visible()


def test_a_revoked_decision_is_genuine_but_revoked(county, page):
    site, _, made = county
    page.goto(f"{site.url}/verify/")
    for content in (made.original, made.public):
        choose(page, content)
        expect(heading(page)).to_contain_text("是真的，但该决定已被撤销")
        expect(page.locator("#answer")).to_contain_text("主要事实认定有误")
        expect(page.locator('[data-tone="bad"]')).to_be_visible()
        expect(page.locator("#answer .yg-failed")).to_have_count(0)
    clean(page)
    page.goto(f"{site.url}/decisions/{made.code}/")
    clean(page)
    page.get_by_role("link", name="验证", exact=True).click()
    expect(page.locator("#answer .yg-checks").first).to_be_attached()
    expect(page.locator("#answer .yg-failed")).to_have_count(0)


@pytest.mark.parametrize("lie", ["payload", "salt", "proof", "checkpoint", "other"])
def test_a_lying_server_is_caught(county, page, lie):
    """The answer says all is well, but the proof with it does not hold."""
    site, made, _ = county
    page.goto(f"{site.url}/verify/")

    def twisted(route) -> None:
        answer = route.fetch()
        said = answer.json()
        proof = said["proof"]
        if lie == "payload":
            proof["payload"] = proof["payload"].replace("2026", "2025", 1)
        elif lie == "salt":
            proof["salt"] = base64.b64encode(bytes(32)).decode()
        elif lie == "proof":
            proof["proof"] = proof["proof"][:-1]
        elif lie == "checkpoint":
            proof["checkpoint"] = proof["checkpoint"].replace("\n", "\n9", 1)
        else:
            proof["vkey"] = "other+00000000+AAAA"
        route.fulfill(response=answer, body=json.dumps(said))

    page.route("**/verify/proof.json*", twisted)
    choose(page, made.original)
    expect(heading(page)).to_have_text("存证核对不通过")
    expect(page.locator("#answer .yg-failed").first).to_be_visible()


def test_no_answer_is_no_verdict(county, page):
    site, made, _ = county
    page.goto(f"{site.url}/verify/")
    page.route("**/verify/proof.json*", lambda route: route.abort())
    choose(page, made.original)
    expect(heading(page)).to_have_text("这次没有核对成")
    expect(page.locator("#answer")).to_contain_text("这不说明文书有问题")
    page.unroute("**/verify/proof.json*")
    page.get_by_role("button", name="再试一次").click()
    expect(heading(page)).to_contain_text("起未被改动")


def test_pages_of_the_portal_are_accessible_on_both_screens(county, page):
    site, made, gone = county
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for path in (
            "/",
            "/decisions/?q=安全出口",
            "/decisions/?q=没有的词",
            "/decisions/?q=罚",
            "/decisions/?since=2026-99-99",
            f"/decisions/{made.code}/",
            f"/decisions/{gone.code}/",
            f"/v/{made.code}/",
            f"/v/{gone.code}/",
            "/v/ZZZZZZZZ99/",
            "/verify/",
            "/verify/?no=没有的编号",
        ):
            page.goto(site.url + path)
            clean(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} 在 {width} 像素宽时横向溢出 {wide} 像素"
