"""An officer without a mouse: a penalty on the spot, from the beginning to the report, by the keyboard alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests import story
from tests.browser.course import Office, Story
from tests.browser.people import Person

pytestmark = pytest.mark.browser

MOST = 400  # so many times somebody presses Tab before giving up
HERE = "e => e === document.activeElement"
SEEN = """e => { const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 0 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none') }"""
NAMED = "() => [document.activeElement.name, document.activeElement.type]"


class AtKeyboard(Person):
    """Reaches everything with Tab, chooses with the arrows and the space bar, presses with Enter."""

    def reach(self, control: Any) -> None:
        for _ in range(MOST):
            if control.evaluate(HERE):
                assert control.evaluate(SEEN), f"看不出焦点在哪里：{control.evaluate('e => e.outerHTML')[:200]}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"用键盘走不到：{control.evaluate('e => e.outerHTML')[:300]}\n{self.page.url}")

    def press(self, control: Any) -> None:
        self.reach(control)
        if control.evaluate("e => e.tagName") != "A":
            self.page.keyboard.press("Enter")
            return
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def enter(self, name: str, field: Any, found: dict[str, Any], value: Any) -> None:
        if self._there(found, value):
            return
        keys = self.page.keyboard
        if found["kind"] == "checkbox":
            for one in value if isinstance(value, list) else [value]:
                box = (
                    field.first if isinstance(one, bool) else self.page.locator(f'main [name="{name}"][value="{one}"]')
                )
                self.reach(box)
                if box.is_checked() != (one is not False):
                    keys.press("Space")
        elif found["kind"] == "radio":
            self._radio(name, str(value))
        elif found["kind"] == "select":
            wanted = self._option(field.first, str(value))
            self.reach(field.first)
            keys.press("Home")
            for _ in range(MOST):
                if field.first.input_value() == wanted:
                    return
                keys.press("ArrowDown")
            raise AssertionError(f"用方向键选不到 {value}")
        elif found["kind"] == "file":
            self.reach(field.first)
            with self.page.expect_file_chooser() as chooser:
                keys.press("Enter")
            chooser.value.set_files(value)
        elif found["kind"] in ("date", "datetime-local"):
            self._moment(field.first, str(value))
        else:
            self.reach(field.first)
            keys.press("ControlOrMeta+A")
            keys.insert_text(str(value))

    def _radio(self, name: str, wanted: str) -> None:
        for _ in range(MOST):
            if self.page.evaluate(NAMED) == [name, "radio"]:
                break
            self.page.keyboard.press("Tab")
        choice = self.page.locator(f'main [name="{name}"][value="{wanted}"]')
        self.page.keyboard.press("Space")
        for _ in range(20):
            if choice.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"用方向键选不到 {name}={wanted}")

    def _moment(self, field: Any, wanted: str) -> None:
        """Part by part, as the browser of the tests shows it (its own language is English): 11/23/2026, 09:05 PM."""
        moment = datetime.fromisoformat(wanted)
        self.reach(field)
        self.page.keyboard.type(f"{moment:%m%d%Y}")
        if "T" in wanted:
            self.page.keyboard.press("ArrowRight")  # a year may have six digits
            self.page.keyboard.type(f"{moment:%I%M%p}")
        assert field.input_value() == wanted, (field.input_value(), wanted)


@pytest.fixture
def at_keyboard(office: Office, browser: Any) -> Any:
    """The office with its first officer at the keyboard."""
    before = office.here.pop("zhang", None)
    opened = office.open_("")
    officer = AtKeyboard(browser, opened.base, "zhang", story.PASSWORD)
    opened.leave()
    office.here["zhang"] = officer
    yield office
    office.here.pop("zhang").leave()
    if before is not None:
        office.here["zhang"] = before


def test_a_penalty_on_the_spot_by_the_keyboard_alone(at_keyboard):  # type: ignore[no-untyped-def]
    told = Story(at_keyboard, "penalty", "summary", penalties=["warning"], statement_made=False)
    told.begin("占用疏散通道")
    went = told.walk(until="disclose")
    assert {"identify", "scene_check", "defence", "decide", "issue", "perform", "report"} <= set(went)
