"""Two people at one case: each sees the other's change and neither loses work; drafts keep themselves; no mouse needed."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tests.browser.course import Office, Story
from tests.story import PASSWORD
from yangguang.casework import actions as casework
from yangguang.casework.models import Case
from yangguang.inspection import actions as inspection
from yangguang.registry import access
from yangguang.workbench.models import Draft

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case(office: Office) -> Case:
    """An ordinary case of today, opened by the head."""
    who, now = office.who, timezone.localtime()
    with access.within(""):
        clue = inspection.take_clue(
            by=who.zhang, at=now, source="inspection", found_on=now.date(), summary="后门安全出口被货物堵塞。",
            place="青山镇北街 27 号", party=who.party, power=who.power,
        )  # fmt: skip
        made = casework.apply(
            by=who.zhang, at=now, second=who.li, party=who.party, power=who.power, cause="占用堵塞安全出口",
            found_on=now.date(), clue=clue, unit=who.unit, touches=[],
        )  # fmt: skip
        casework.answer_opening(by=who.chen, at=now, case=made, approved=True, opinion="同意立案")
    return made


def identity(**more: Any) -> dict[str, Any]:
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    said = {"identified_at": moment, "identity_shown": "yes", "rights_told": "yes", "acknowledged": "signed"}
    return {f"fact.{name}": value for name, value in (said | more).items()}


def test_who_comes_second_sees_what_the_first_did_and_keeps_what_was_typed(office, case):
    """An ordinary case: the second is told who did what meanwhile, nothing typed is gone, and may go on having read it."""
    page = f"/cases/{case.pk}/steps/identify/"
    first, second = office.come("zhang"), office.come("li")
    first.open(page).fill(identity())
    second.open(page).fill(identity(rights_explained="李敏：已逐项告知回避、陈述申辩的权利。"))
    first.send().done()
    second.send().refused("办理")
    assert "李敏：已逐项告知" in second.page.locator('[name="fact.rights_explained"]').input_value()
    second.see("刚才的办理").shoot("together-ordinary")
    second.send().done()
    with access.within(""):
        said = [
            (step.by.name, step.facts["rights_explained"]) for step in case.steps.select_related("by").order_by("at")
        ]
    assert {name for name, _ in said} == {"张卫国", "李敏"}
    assert any("李敏：已逐项告知" in text for _, text in said)


def test_a_step_taken_meanwhile_shows_the_second_what_they_had_typed(office):
    """A course goes on once: the second is told the next step, and gets back every word with its label."""
    story = Story(office, "inspection", inspection_type="daily")
    story.begin("消防安全检查")
    first, second = office.come("zhang"), office.come("li")
    page = f"/cases/{story.case.pk}/course/plan/"
    second.open(page)
    with access.within(""):
        plan = story.course.act.step("plan")
    story._answer(second, plan)
    second.fill({"fact.inspection_plan": "李敏拟的方案：先看消防通道，再看灭火器。"})
    story.take(first, plan)
    second.send().see("现在不能办理", "您刚才填写的内容", "李敏拟的方案：先看消防通道").shoot("together-course").clean()


def test_a_draft_keeps_itself(office, case):
    """What was typed and not sent is kept on the server, there again when the page is opened again, and nobody else's."""
    page = f"/cases/{case.pk}/steps/scene_check/"
    words = "后门内侧堆放纸箱三十八件"
    officer = office.come("zhang")
    officer.open(page).fill({"scene_record.findings": words})
    officer.page.locator("[data-savestate]").filter(has_text="已").wait_for(timeout=20_000)
    with access.within(""):
        draft = Draft.objects.get(form=page)
    assert draft.data["scene_record.findings"] == [words]
    officer.open("/work/").open(page)
    assert officer.page.locator('[name="scene_record.findings"]').input_value() == words
    officer.see("未提交的内容", "不要恢复")
    elsewhere = office.open_("zhang").open(page).see("未提交的内容")  # at another computer, from the server
    assert elsewhere.page.locator('[name="scene_record.findings"]').input_value() == words
    elsewhere.leave()
    assert words not in office.come("li").open(page).page.content()


def test_a_session_that_ends_in_the_middle_of_a_form_loses_no_word(office, case):
    """Whoever is signed out while typing signs in again and finds every word, rare characters among them; the step is
    taken once, however often the button is pressed or the page gone back to."""
    page, words = f"/cases/{case.pk}/steps/identify/", "当事人𠮷田😀说听明白了。" + "已逐项告知权利。" * 120
    officer = office.open_("li")
    officer.open(page).fill(identity(rights_explained=words))
    officer.page.locator("[data-savestate]").filter(has_text="已").wait_for(timeout=20_000)
    officer.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    officer.send().see("登录")
    assert "/login/" in officer.page.url, officer.text()
    officer.fill({"username": "li", "password": PASSWORD}).send()
    officer.open(page)
    assert officer.page.locator('[name="fact.rights_explained"]').input_value() == words
    with access.within(""):
        before = case.steps.count()
    once = officer.page.locator('main form[method=post] [name="once"]').first.input_value()
    officer.send().done("已办理")
    officer.page.go_back()
    officer.page.wait_for_load_state()
    officer.page.evaluate("once => { for (const e of document.querySelectorAll('[name=once]')) e.value = once }", once)
    officer.fill(identity(rights_explained=words)).send()
    with access.within(""):
        assert case.steps.count() == before + 1
        assert words in {step.facts.get("rights_explained") for step in case.steps.filter(step="identify")}
    officer.leave()


def test_a_step_is_taken_without_a_mouse(office, case):
    """Tab to each field, type, space for a choice, Enter on the button."""
    officer = office.come("zhang").open(f"/cases/{case.pk}/steps/identify/")
    keys = officer.page.keyboard
    officer.page.locator("body").focus()
    seen: set[str] = set()
    for _ in range(80):
        keys.press("Tab")
        here = officer.page.evaluate(
            "() => { const e = document.activeElement; return {name: e.name || '', type: e.type || '', value: e.value || '',"
            " form: !!e.closest('main form[method=post]'), words: (e.textContent || '').trim()} }"
        )
        if not here["form"]:
            continue
        name = here["name"]
        if here["type"] == "submit" and not name:
            keys.press("Enter")
            officer.page.wait_for_url(f"**/work/cases/{case.pk}/", timeout=20_000)
            break
        if here["type"] == "radio" and name not in seen:
            keys.press("Space")
        elif here["type"] == "datetime-local" and name not in seen:
            now = timezone.localtime()
            keys.type(f"{now:%m%d%Y}")
            keys.press("Tab")
            keys.type(f"{now:%I%M%p}")
        elif here["type"].startswith("select") and not here["value"]:
            keys.press("ArrowDown")
        seen.add(name)
    officer.done("已办理")
    assert {"fact.identified_at", "fact.identity_shown"} <= seen


def test_a_head_hands_the_case_on(office, case):
    """变更承办人 and 决定是否回避, from the case page: the new handler finds the case, the old one no longer acts in it."""
    head = office.come("chen").open(f"/work/cases/{case.pk}/")
    head.page.get_by_role("link", name="变更承办人").first.click()
    head.page.wait_for_load_state()
    head.see("现在的承办人", "没有变更过").clean().shoot("handlers")
    head.fill({"second": "吴刚", "reason": "李敏借调到县局工作"}).send().refused("到期", "行政处罚法")
    head.fill({"second": "林芳"}).send().done("承办人已变更", "林芳")
    office.come("li").open(f"/cases/{case.pk}/steps/scene_check/", status=403).refused("张卫国、林芳办理")
    office.come("zhang").open(f"/cases/{case.pk}/steps/scene_check/").see("现场情况")
    head.open(f"/cases/{case.pk}/recuse/decide/").clean().shoot("recusal").fill(
        {
            "person": "林芳",
            "how": "apply",
            "applicant": "赵大勇",
            "applied_on": timezone.localdate().isoformat(),
            "reason": "与举报人是近亲属",
            "granted": "no",
            "grounds": "经查不属实",
        }
    ).send().done("决定书已入卷", "回避决定书")
