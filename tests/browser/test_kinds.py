"""Every other kind of act in a real Chromium, from its beginning to the bound file, by the people whose work it is.

One site and one set of windows serve all stories.  With `YANGGUANG_SHOTS=<folder>` the pages are photographed.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.browser import typed
from tests.browser.course import Story
from tests.browser.people import Person
from yangguang.policy import packs

pytestmark = pytest.mark.browser

STORIES = [
    # kind, procedure, what it is about, what decides the way, the steps it takes, a document of its file
    (
        "compulsory_execution", "ordinary", "逾期不清除堆放物强制执行", {"enforcement_power": True},
        ["check", "demand", "hear", "decide", "serve", "enforce", "close", "disclose", "archive"], "行政强制执行决定书",
    ),
    (
        "levy", "ordinary", "缴纳水资源费", {"relief_requested": False, "payment_received": True},
        ["declare", "assess", "approve", "notice", "disclose", "pay", "close", "archive"], "征收决定书",
    ),
    (
        "requisition", "ordinary", "防汛征用挖掘机", {"property_damaged": False, "property_lost": False},
        ["need", "decide", "serve", "take_over", "use", "return", "compensate", "pay", "disclose", "archive"],
        "征用决定（通知）书",
    ),
    (
        "charge", "ordinary", "占道施工收费", {"exemption_applies": False, "refund_due": False},
        ["publish", "notice", "pay", "disclose", "archive"], "缴费通知书",
    ),
    (
        "inspection", "ordinary", "消防安全检查", {"inspection_type": "daily", "problem_found": False},
        ["plan", "approve", "notify", "identify", "scene_check", "result", "disclose", "archive"], "行政检查结果告知书",
    ),
    (
        "penalty", "summary", "占用疏散通道", {"penalties": ["warning"], "statement_made": False},
        ["identify", "scene_check", "defence", "decide", "issue", "perform", "report", "disclose", "archive"],
        "当场行政处罚决定书",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "procedure", "cause", "choose", "steps", "paper"), STORIES, ids=[f"{one[0]}-{one[1]}" for one in STORIES]
)
def test_from_the_beginning_to_the_bound_file(office, kind, procedure, cause, choose, steps, paper):  # type: ignore[no-untyped-def]
    for person in office.here.values():
        person.typed.clear()
    story = Story(office, kind, procedure, **choose)
    story.begin(cause)
    went = story.walk()
    assert [one for one in went if one in steps] == steps, went
    title = packs.load(office.who.body.pack).act(kind, procedure).title
    entered_once(title, list(office.here.values()), MOST_TYPED[kind])
    officer = office.come("zhang")
    officer.open(f"/work/cases/{story.case.pk}/").see("案卷已归档", story.case.title, paper).clean()
    officer.shoot(f"{story.shot}-case").not_see(*RAW)
    officer.page.locator("#p-documents + *, section:has(> .yg-panel-head #p-documents)").get_by_role(
        "link", name=paper, exact=True
    ).first.click()
    officer.page.wait_for_load_state()
    officer.see(paper).clean()


MOST_TYPED = {  # fields that all people together typed or chose
    "compulsory_execution": 60, "levy": 39, "requisition": 51, "charge": 22, "inspection": 44, "penalty": 30,
}  # fmt: skip
EACH_TIME = {  # another thing each time: who served what and how, what the head says, whether it was performed by now
    "送达方式", "送达时间", "送达地点", "送达人", "承办意见", "意见", "是否批准", "当事人已经履行",
    "检查方案已经负责人批准",  # the head says so by approving, the officer confirms it where the notice is made
}  # fmt: skip


def entered_once(title: str, people: list[Person], most: int) -> None:
    """Few fields, and none on two pages but those that are another thing each time."""
    found = typed.pages(people)
    typed.list_under(title, found)
    times = Counter(label for labels in found.values() for label in set(labels))
    assert [label for label, n in times.items() if n > 1 and label not in EACH_TIME] == [], found
    assert typed.total(found) <= most, (typed.total(found), found)


RAW = ("_fen", "decided_on", "None", "True", "False", "undefined")  # names of code on a page
