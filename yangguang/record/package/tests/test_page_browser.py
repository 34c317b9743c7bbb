"""verify.html from the disk, in a real Chromium without any network: it says what verify.py says."""

import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from yangguang.record.package import page as html
from yangguang.record.package import verify

from . import spoil

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a busy machine is no fault of the page


def ask(page, folder: Path, policy: Path | None):  # type: ignore[no-untyped-def]
    """Open the package's own page, choose the package and the policy, and wait for the verdict."""
    page.goto((folder / "verify.html").as_uri())
    page.set_input_files("#folder", str(folder))
    if policy:
        page.set_input_files("#policy", str(policy))
    page.get_by_role("button", name="开始核对").click()
    expect(page.locator("#result")).to_be_visible()
    return page.locator("#verdict").inner_text(), page.locator("#result").inner_text()


@pytest.mark.clause("DH-2.2.4c", "QD-3.2.2(2)c")
def test_a_whole_package_verifies_in_a_browser(whole, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    verdict, said = ask(page, whole, whole.parent / "policy")
    assert verdict == "通过", said
    assert "通行密钥签名 2 处，逐处核验" in said
    assert "签署者：yangguang.local/log，依据您提供的信任文件" in said and "向县档案馆移交" in said
    expect(page.locator("#result")).to_be_focused()
    assert all(url.startswith(("file:", "blob:")) for url in asked), asked
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    verdict, said = ask(page, whole, None)
    assert verdict == "包内自洽，签署者没有核对" and "公钥取自包内，不能证明是谁签署" in said


@pytest.mark.clause("DH-2.2.4c", "QS-3.2.2i")
def test_whatever_was_done_to_it_is_named_in_a_browser(whole, page, tmp_path):
    for number, (spoiled, words) in enumerate(spoil.SPOILS):
        folder = Path(shutil.copytree(whole, tmp_path / str(number)))
        spoiled(folder)
        verdict, said = ask(page, folder, whole.parent / "policy")
        assert verdict.startswith("不通过"), (spoiled.__name__, said)
        for part in words:
            assert part in said, (spoiled.__name__, said)
        judged = verify.Package(folder).check((whole.parent / "policy").read_text(encoding="utf-8"))
        assert verdict == f"不通过：{len(judged.problems)} 处不符", (spoiled.__name__, said, judged.problems)


def test_a_foreign_key_and_a_folder_that_is_none(whole, page, tmp_path):
    policy = tmp_path / "policy"
    policy.write_text(f"log {spoil.FOREIGN}\nquorum none\n")
    verdict, said = ask(page, whole, policy)
    assert verdict.startswith("不通过") and "检查点没有受信任的密钥签名" in said
    policy.write_text("nonsense\n")
    assert "信任文件第 1 行看不懂" in ask(page, whole, policy)[1]
    page.goto((whole / "verify.html").as_uri())
    page.set_input_files("#folder", str(whole / "data"))
    page.get_by_role("button", name="开始核对").click()
    expect(page.locator("#result")).to_contain_text("不是案卷包")


def test_the_page_fits_both_screens_and_holds_no_reference_to_elsewhere(whole, page):
    text = re.sub(r"/\*.*?\*/", "", html.html(), flags=re.S)  # the library's comments show how it is imported
    assert "\nimport " not in text and "\nexport " not in text
    assert ' src="' not in text and " href=" not in text
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        ask(page, whole, None)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
