"""A licence and a seizure, taken through their procedures in a real Chromium by the people whose work it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import story
from tests.browser.people import Person
from tests.story import passed
from tests.walker import a_power
from yangguang.casework.course import route
from yangguang.casework.models import Case
from yangguang.registry import access
from yangguang.registry import actions as registry

pytestmark = pytest.mark.browser

TODAY = timezone.localdate
CONTROLS = """() => [...document.querySelectorAll('main form[method=post] [name]')].map(e => ({
    name: e.name, type: e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase(), value: e.value, checked: e.checked,
    options: e.options ? [...e.options].map(o => o.value) : [],
    wanted: !e.closest('.yg-field')?.querySelector('.yg-opt') }))"""


@pytest.fixture
def town(live_site) -> story.People:  # type: ignore[no-untyped-def]
    """青山镇 with a licence and a compulsory measure among its powers, and certificates valid whenever this runs."""
    with access.within(""):
        who = story.people()
        story.accounts(who)
        since = date(2026, 1, 5)
        for n, officer in enumerate((who.zhang, who.li), start=1):
            registry.grant_certificate(
                by=None,
                at=timezone.now(),
                exam=passed(officer, timezone.now(), date(2024, 1, 2)),
                number=f"1615219{n:04d}",
                issuer="河南省人民政府",
                valid_from=TODAY() - timedelta(days=30),
                valid_to=TODAY() + timedelta(days=1800),
            )
        for kind in ("licence", "compulsory_measure"):
            a_power(who.body, kind, timezone.now(), since)
    return who


@pytest.fixture
def come(browser, live_site) -> Iterator:  # type: ignore[no-untyped-def]
    """People who come to their computers."""
    here: list[Person] = []

    def one(username: str = "") -> Person:
        here.append(Person(browser, live_site.url, username, story.PASSWORD))
        return here[-1]

    yield one
    for person in here:
        assert not person.errors, person.errors
        person.leave()


def answer(person: Person, choose: dict[str, Any]) -> None:
    """Fill what the page asks for: what the story says, else anything its kind takes."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in person.page.evaluate(CONTROLS):
        if one["type"] not in ("hidden", "submit", "button", "file", "checkbox"):
            groups.setdefault(one["name"], []).append(one)
    values = {}
    for name, controls in groups.items():
        first, short = controls[0], name.rpartition(".")[2]
        filled = any(c["checked"] for c in controls) if first["type"] == "radio" else bool(first["value"])
        if short in choose:
            values[name] = choose[short]
        elif not filled and first["wanted"]:
            values[name] = anything(first, controls)
    person.fill(values)


def anything(first: dict[str, Any], controls: list[dict[str, Any]]) -> str:
    match first["type"]:
        case "radio":
            offered = [c["value"] for c in controls]
            return "no" if "no" in offered else str(offered[0])
        case "select":
            return next(str(value) for value in first["options"] if value)
        case "date":
            return TODAY().isoformat()
        case "datetime-local":
            return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        case "number":
            return "1"
    return "按实际填写"


def take(person: Person, case: Case, title: str, choose: dict[str, Any], shoot: str = "") -> None:
    """The case page names the step; its button leads there; what is asked is answered until nothing is open."""
    person.open(f"/work/cases/{case.pk}/").see(title)
    person.page.get_by_role("link", name=f"办理“{title}”").first.click()
    person.page.wait_for_load_state()
    if shoot:
        person.clean().shoot(shoot)
    here = person.page.url
    for _ in range(6):
        answer(person, choose)
        person.send()
        if person.page.url != here:
            return
    raise AssertionError(f"{title}\n{person.text()[:3000]}")


def approve(head: Person, case: Case, title: str, shoot: str = "") -> None:
    """The head finds it in the inbox, reads what was prepared, and agrees."""
    head.open("/work/").see(case.title)
    head.open(f"/cases/{case.pk}/answer/").see(title)
    if shoot:
        head.clean().shoot(shoot)
    head.fill({"approved": "yes", "opinion": "同意。"}).send().done()


def begin(officer: Person, kind: str, procedure: str, cause: str) -> Case:
    officer.open("/cases/begin/").clean().shoot("course-kinds")
    officer.open(f"/cases/begin/{kind}/{procedure}/")
    officer.fill({"party": "赵大勇", "power": "测试事项", "cause": cause, "found_on": TODAY().isoformat()})
    officer.fill({"second": "李敏", "touches": "none"}).clean().shoot(f"course-begin-{kind}").send().done()
    with access.within(""):
        return Case.objects.get(pk=re.search(r"/cases/([0-9a-f-]{36})", officer.page.url).group(1))  # type: ignore[union-attr]


def taken(case: Case) -> list[str]:
    with access.within(""):
        return [step.step for step in route.of(Case.objects.get(pk=case.pk)).taken]


def test_a_licence_from_the_application_to_its_service(town, come) -> None:  # type: ignore[no-untyped-def]
    """申请、接收、受理、审查、拟办、决定、制发、送达: each by whom the act names, the next step always on the case page."""
    officer = come("zhang")
    case = begin(officer, "licence", "ordinary", "申请公众聚集场所投入使用")
    officer.open(f"/cases/{case.pk}/course/decide/", status=403).refused("现在不能办理", "本案现在应当办理：申请")
    choose = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "acceptance_receipt_sealed": "yes"}
    choose |= {"certificate_sealed": "yes", "sealed": "yes", "supplement_complete": "yes"}
    take(officer, case, "申请", choose, shoot="course-apply")
    for title in ("受理处理", "受理", "审查", "提出审查意见"):
        take(officer, case, step_title(case, title), choose)
    officer.open(f"/work/cases/{case.pk}/").clean().shoot("course-case")
    head = come("chen")
    take(head, case, "决定", choose, shoot="course-decide")
    take(officer, case, "制发决定书和证件", choose)
    approve(head, case, "制发决定书和证件", shoot="course-answer")
    take(officer, case, "送达", choose)
    assert taken(case) == ["apply", "handle", "accept", "examine", "propose", "decide", "issue", "serve"]
    publisher = come("zhou")
    publisher.open("/disclosure/").see(case.title).clean().shoot("course-publish-desk")


def test_a_seizure_goes_before_the_head_before_it_is_done(town, come) -> None:  # type: ignore[no-untyped-def]
    """行政强制法 art. 18(1): the officers report, the head approves, only then the officers go."""
    officer = come("zhang")
    case = begin(officer, "compulsory_measure", "ordinary", "扣押涉嫌违法的物品")
    choose = {"measure_type": "seizure", "measure_basis": "law", "object_related": "yes", "object_is_necessity": "no"}
    choose |= {"measure_approved": "yes", "urgent": "no"}
    take(officer, case, "提出采取强制措施", choose, shoot="course-measure")
    officer.open(f"/cases/{case.pk}/course/implement/", status=403).refused("现在不能办理", "报告负责人并经批准")
    take(officer, case, "报告负责人并经批准", choose)
    officer.open(f"/work/cases/{case.pk}/").see("等待负责人批准").clean().shoot("course-waiting")
    approve(come("chen"), case, "报告负责人并经批准", shoot="course-answer-measure")
    officer.open(f"/work/cases/{case.pk}/").see("两名以上执法人员到场")
    assert taken(case) == ["propose", "approve"]


def step_title(case: Case, title: str) -> str:
    with access.within(""):
        found = route.of(Case.objects.get(pk=case.pk)).now
    assert found is not None
    return found.title
