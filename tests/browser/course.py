"""Cases of any kind taken through their procedures by people at browsers.

The story says what decides the way; every other field is filled with what the page's kind of field and the gates take.
The people sign in once and keep their windows for all stories of a module.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests import story
from tests.browser.people import Person
from tests.walker import Walker, a_power
from yangguang.casework import queries as cases
from yangguang.casework.course import actions, route
from yangguang.casework.models import Case
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.review.models import Submission
from yangguang.site import demo_media

TODAY = timezone.localdate
PIECES = "**/uploads*.js"
CONTROLS = """() => [...document.querySelectorAll('main form[method=post] [name]')].map(e => ({
    name: e.name, type: e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase(), value: e.value, checked: e.checked,
    options: e.options ? [...e.options].map(o => o.value) : [],
    invalid: e.classList.contains('is-invalid'),
    wanted: !e.closest('.yg-field')?.querySelector('.yg-opt') || e.classList.contains('is-invalid') }))"""

ROW = re.compile(r"(?<=\.\d)\.[a-z_0-9]+$")  # a cell of a row; a row that is begun is whole
LATER_ROW = re.compile(r"\.[1-9]\d*\.[a-z_0-9]+$")  # a list wants its first row
MONEY = re.compile(r"fen$|\.(paid|payable|amount|value|proposal|cost|budget|fine|total|standard_amount)$")


def the_town(kinds: tuple[str, ...]) -> story.People:
    """青山镇 with powers of these kinds, everybody's account, and certificates that are valid whenever this runs."""
    with access.within(""):
        who = story.people()
        story.accounts(who)
        for n, officer in enumerate((who.zhang, who.li, who.lin), start=1):
            registry.grant_certificate(
                by=None,
                at=timezone.now(),
                exam=story.passed(officer, timezone.now(), date(2024, 1, 2)),
                number=f"1615219{n:04d}",
                issuer="河南省人民政府",
                valid_from=TODAY() - timedelta(days=200),
                valid_to=TODAY() + timedelta(days=1800),
            )
        for kind in kinds:
            a_power(who.body, kind, timezone.now(), date(2026, 1, 5))
    return who


@dataclass
class Office:
    """The people of one site at their windows."""

    who: story.People
    open_: Callable[[str], Person]
    folder: Path
    here: dict[str, Person] = field(default_factory=dict)

    def come(self, username: str = "") -> Person:
        if username not in self.here:
            self.here[username] = self.open_(username)
        return self.here[username]

    def video(self) -> Path:
        path = self.folder / "现场.mp4"
        if not path.exists():
            path.write_bytes(demo_media.video(3, 2))
        return path

    def film(self, case: Case, owed: list[Any]) -> None:
        """Keep the recordings that are owed, or say why words suffice."""
        lacking = [one for one in owed if one.kind == "recording" and not one.met]
        for one in {(one.step, one.code): one for one in lacking}.values():
            officer = self.come("zhang")
            if one.may_waive:
                officer.open(f"/records/{case.dossier_id}/waive/")
                officer.fill({"demand": f"{one.step}:{one.code}", "reason": "文字记录足以全面、客观记录本环节。"})
            else:
                # The plain form, as where scripts are off; sending in pieces has a test of its own.
                officer.page.route(PIECES, lambda it: it.fulfill(body="", content_type="text/javascript"))
                officer.open(f"/records/{case.dossier_id}/upload/?step={one.step}&event={one.code}")
                officer.fill({"title": one.title, "note": "办理的过程", "place": "青山镇北街 27 号"})
                officer.fill({"taken_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")})
                officer.fill({"files": [str(self.video())]})
            officer.send().done()
            officer.page.unroute(PIECES)  # while a page is routed, the browser keeps nothing of what it has fetched

    def leave(self) -> None:
        for person in self.here.values():
            assert not person.errors, person.errors
            person.leave()


class Story:
    """One case on its way from the beginning to the bound file."""

    def __init__(self, office: Office, kind: str, procedure: str = "ordinary", **choose: Any):
        self.office, self.kind, self.procedure = office, kind, procedure
        self.values = Walker(office.who, timezone.now() - timedelta(days=60), choose)
        self.shot = f"{kind}-{procedure}"

    def begin(self, cause: str) -> Case:
        officer = self.office.come("zhang")
        officer.open(f"/cases/begin/{self.kind}/{self.procedure}/")
        officer.fill({"party": "赵大勇", "power": f"测试事项（{self.kind}）" if self.kind != "penalty" else "安全出口"})
        officer.fill({"cause": cause, "found_on": TODAY().isoformat(), "second": "李敏", "touches": "none"})
        officer.send().done()
        found = re.search(r"/cases/([0-9a-f-]{36})", officer.page.url)
        assert found is not None
        with access.within(""):
            self.values.case = Case.objects.get(pk=found.group(1))
        return self.case

    @property
    def case(self) -> Case:
        assert self.values.case is not None
        return self.values.case

    @property
    def course(self) -> route.Course:
        return self.values.course

    def walk(self, until: str = "", most: int = 25) -> list[str]:
        """Take what the law wants next by whom it names, up to the step named or the bound file."""
        went: list[str] = []
        for _ in range(most):
            with access.within(""):
                now = self.course.now
            if now is None or now.code == until:
                break
            self.step(now)
            went.append(now.code)
        return went

    def step(self, defined: Any) -> None:
        self.values.at += timedelta(days=1)
        elsewhere = {"review": self._review, "disclose": self._publish, "archive": self._archive}
        if defined.code in elsewhere:
            elsewhere[defined.code]()
            return
        self.film(defined)
        roles = set(defined.roles)
        person = "chen" if roles == {"head"} else "zhou" if "disclosure" in roles else "zhang"
        self.take(self.office.come(person), defined)
        if actions.asks_approval(defined):
            self._approve(defined)

    def take(self, person: Person, defined: Any) -> None:
        """The case page names the step; its button leads there; what is asked is answered until nothing is open."""
        person.open(f"/work/cases/{self.case.pk}/").see(defined.title)
        person.press(self.leads_to(person, defined).first)
        person.page.wait_for_load_state()
        person.shoot(f"{self.shot}-{defined.code}")
        here = person.page.url
        for _ in range(6):
            self._answer(person, defined)
            person.send()
            if person.page.url != here:
                return
        person.shoot(f"{self.shot}-{defined.code}-refused")
        raise AssertionError(f"{defined.title}\n{person.text()[:3000]}")

    def leads_to(self, person: Person, defined: Any) -> Any:
        return person.page.get_by_role("link", name=f"办理“{defined.title}”")

    def film(self, defined: Any) -> None:
        """Keep the recordings owed so far and at this step, or say why words suffice."""
        with access.within(""):
            case = self.course.case
            owed = [*cases.owed(case), *cases.demands(case, defined)]
        self.office.film(case, owed)

    def _answer(self, person: Person, defined: Any) -> None:
        groups: dict[str, list[dict[str, Any]]] = {}
        for one in person.page.evaluate(CONTROLS):
            if one["type"] not in ("hidden", "submit", "button", "file"):
                groups.setdefault(one["name"], []).append(one)
        values = {}
        begun = {ROW.sub("", name) for name, controls in groups.items() if ROW.search(name) and controls[0]["value"]}
        for name, controls in groups.items():
            first, (place, _, short) = controls[0], name.partition(".")
            radio = first["type"] in ("radio", "checkbox")
            filled = any(c["checked"] for c in controls) if radio else bool(first["value"])
            if filled and short not in self.values.choose:
                continue
            if (LATER_ROW.search(name) or ROW.sub("", name) in begun) and not first["invalid"]:
                continue
            if place in ("fact", "gate"):
                if first["wanted"] or short in self.values.choose:
                    values[name] = self._as_typed(self._fact(defined, short), first["type"])
            elif first["wanted"] and first["type"] != "checkbox":
                values[name] = self._anything(first, controls)
        person.fill({name: value for name, value in values.items() if value is not None})

    def _fact(self, defined: Any, name: str) -> Any:
        with access.within(""):
            return self.values._wanted(self.course, defined, name)

    def _as_typed(self, value: Any, kind: str) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if kind == "datetime-local":
            return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%dT%H:%M")
        return value if isinstance(value, list) else str(value)

    def _anything(self, first: dict[str, Any], controls: list[dict[str, Any]]) -> str:
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
        return "1" if MONEY.search(first["name"]) else "按实际填写"

    # ---- the others' work --------------------------------------------------------------------------------------

    def _approve(self, defined: Any) -> None:
        head = self.office.come("chen")
        head.open("/work/").see(self.case.title)
        head.open(f"/cases/{self.case.pk}/answer/").see(defined.title).shoot(f"{self.shot}-{defined.code}-answer")
        head.fill({"approved": "yes", "opinion": "同意。"}).send().done()

    def _review(self) -> None:
        with access.within(""):
            draft = cases.latest_proposal(self.course.case)
        officer, reviewer = self.office.come("zhang"), self.office.come("wang")
        officer.open(f"/review/submit/{draft.pk}/").fill({"declared": True}).send().done()
        with access.within(""):
            submission = Submission.objects.filter(case=self.case).order_by("-at").first()
        reviewer.open(f"/review/{submission.pk}/")
        for one in reviewer.page.locator('main input[name^="finding_"][value=pass]').all():
            one.check()
        reviewer.shoot(f"{self.shot}-review").fill({"outcome": "passed", "opinion": "程序合法，同意。"}).send().done()

    def _publish(self) -> None:
        publisher = self.office.come("zhou")
        publisher.open("/disclosure/").see(self.case.title)
        publisher.open(f"/disclosure/case/{self.case.pk}/publish/").shoot(f"{self.shot}-publish")
        for box in publisher.page.locator('main input[type=checkbox][name^="hide_"]').all():
            box.check()
        publisher.fill({"secrecy_checked": True}).send().done()

    def _archive(self) -> None:
        archivist = self.office.come("sun")
        archivist.open(f"/decision/{self.case.pk}/archive/").shoot(f"{self.shot}-archive").send().done("归档号")
