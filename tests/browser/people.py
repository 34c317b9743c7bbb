"""People at browsers: each has a window of their own, fills forms by field name and looks at pages as a person would."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

DESK, PHONE = (1366, 768), (390, 844)
SHOTS = os.environ.get("YANGGUANG_SHOTS")  # a folder: then the pages of the walk are photographed into it
AXE = Axe()
WAITS = 50  # tenths of a second until what a script draws must be there
FIELD = """all => all.length ? (e => ({
    kind: e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase(),
    chosen: all.filter(one => one.checked).map(one => one.value),
    value: e.type === 'file' ? null : e.value,
    page: document.querySelector('h1')?.innerText ?? '',
    label: (e.closest('fieldset')?.querySelector('legend') || e.labels?.[0] || {innerText: ''}).innerText.trim()
        || e.getAttribute('aria-label') || e.name }))(all[0]) : null"""  # one question of the browser for each field


class Person:
    """One person at one computer."""

    def __init__(self, browser: Browser, base: str, username: str = "", password: str = ""):
        self.base = base
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": DESK[0], "height": DESK[1]},
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.typed: dict[tuple[str, str], None] = {}  # (page, field) once each, in order: what a person had to enter
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)
        if username:
            self.open("/login/")
            self.fill({"username": username, "password": password})
            self.send()
            assert "/login" not in self.page.url, self.text()

    def _said(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def open(self, path: str, status: int = 200) -> Person:
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status == status, f"{path} → {answer.status}\n{self.text()[:2000]}"
        return self

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def see(self, *words: str) -> Person:
        """Each of the words is on the page, now or as soon as its scripts have drawn it: a person, too, waits a moment."""
        body = self.text()
        for _ in range(WAITS):
            if all(word in body for word in words):
                return self
            self.page.wait_for_timeout(100)
            body = self.text()
        missing = [word for word in words if word not in body]
        assert not missing, f"没有看到“{missing}”：{self.page.url}\n{body[:1500]}"
        return self

    def not_see(self, *words: str) -> Person:
        body = self.text()
        for word in words:
            assert word not in body, f"不该看到“{word}”：{self.page.url}"
        return self

    def fill(self, values: Mapping[str, Any]) -> Person:
        """Each field by its name, in the way its kind is filled."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
            found = field.evaluate_all(FIELD)
            assert found, f"没有字段 {name}：{self.page.url}\n{self.text()[:1500]}"
            if not self._there(found, value):
                self.typed[found["page"], found["label"]] = None
            self.enter(name, field, found, value)
        return self

    def enter(self, name: str, field: Any, found: dict[str, Any], value: Any) -> None:
        """Put the value into the field, as its kind is filled."""
        if found["kind"] in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, bool):
                    field.first.set_checked(one)
                else:
                    self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif found["kind"] == "select":
            field.first.select_option(self._option(field.first, str(value)))
        elif found["kind"] == "file":
            field.first.set_input_files(value)
        else:
            field.first.fill(str(value))

    def press(self, control: Any) -> None:
        """Follow a link, press a button."""
        control.click()

    @staticmethod
    def _there(found: dict[str, Any], value: Any) -> bool:
        """Whether the page had filled the field with this already: then nobody has to."""
        if found["kind"] in ("radio", "checkbox"):
            wanted = value if isinstance(value, list) else [value]
            return bool(wanted == found["chosen"] or (value is True and found["chosen"]))
        return bool(found["value"] == str(value))

    @staticmethod
    def _option(field: Any, wanted: str) -> str:
        """The value of an option: by value, or by the beginning or a part of the words."""
        options = field.evaluate("e => [...e.options].map(o => [o.value, o.textContent.trim()])")
        fits = [v for v, words in options if v == wanted] or [v for v, words in options if wanted in words]
        assert fits, f"没有选项“{wanted}”：{options}"
        return str(fits[0])

    def send(self, words: str = "") -> Person:
        """Press the form's button, the one with these words where there are several."""
        buttons = self.page.locator(
            "main form[method=post] button[type=submit], main form[method=post] button:not([type])"
        )
        button = buttons.filter(has_text=words).last if words else buttons.last
        with self.page.expect_navigation(timeout=30_000):
            self.press(button)
        return self

    def done(self, *words: str) -> Person:
        """The act is done: no refusal, no field error on the page that came back."""
        bad = self.page.locator("main .yg-panel-bad, main .is-invalid, main .yg-field-bad")
        assert not bad.count(), f"{self.page.url}\n{[b.inner_text()[:300] for b in bad.all()]}"
        return self.see(*words)

    def refused(self, *words: str) -> Person:
        panel = self.page.locator("main .yg-panel-bad").first
        shown = panel.inner_text() if panel.count() else self.text()
        for word in words:
            assert word in shown, f"拒绝里没有“{word}”：\n{shown[:2000]}"
        return self

    def clean(self) -> Person:
        """axe-core finds nothing, and no script complained."""
        found = AXE.run(self.page).response["violations"]
        assert not found, [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]
        assert not self.errors, self.errors
        return self

    def shoot(self, name: str) -> Person:
        """Photograph the page on a desk and on a phone."""
        if SHOTS:
            folder = Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")
            self.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            self.page.screenshot(path=folder / f"{name}-phone.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE[0] + 1, f"{name} 在手机上宽 {wide}"
            self.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        return self

    def leave(self) -> None:
        self.context.close()
