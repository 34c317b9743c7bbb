"""Walks a case of any act through its definition: every fact by its type, every gate by what it asks, every document filled.

A test says only what decides the way (`choose`); the walker finds values for the rest, and says the clause of a refusal
it cannot satisfy.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework import said_as
from yangguang.casework.course import actions, route
from yangguang.casework.course.begun import SUPPLIED, numbers_of
from yangguang.casework.course.errors import GateClosed, StillOpen
from yangguang.casework.course.known import FOUND_OUT
from yangguang.casework.errors import OutOfOrder
from yangguang.casework.models import Case
from yangguang.decision import actions as deciding
from yangguang.decision import queries as decisions
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.policy import conditions
from yangguang.policy.facts import FactSpec, read_all
from yangguang.policy.packs import Known
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry import actions as registry
from yangguang.registry.models import Officer, Power
from yangguang.review import actions as review
from yangguang.review import queries as reviews
from yangguang.site import demo_media
from yangguang.site.demo.qingshan import accounts

WAIT = re.compile("等期限|等公告|等催告|期满仍|满十个工作日|改在")  # what a gate says that only asks for another day


def a_power(body: Any, kind: str, moment: datetime, since: date, field_: str = "消防安全") -> Power:
    """A power of this kind of act, for the body whose officers take part."""
    return registry.register_power(
        by=None,
        at=moment,
        body=body,
        valid_from=since,
        published_on=since,
        code=f"XY-{kind[:6].upper()}-01",
        name=f"测试事项（{kind}）",
        kind=kind,
        field=field_,
        instrument="青山镇权责清单",
        delegation="河南省人民政府关于赋予乡镇人民政府部分县级行政处罚权的决定（演示）" if kind == "penalty" else "",
        delegation_published_on=since if kind == "penalty" else None,
        delegated_from="罗山县应急管理局" if kind == "penalty" else "",
        basis=[
            {"law": "中华人民共和国消防法", "article": "第十五条", "text": "公众聚集场所投入使用、营业前消防安全检查"}
        ],
    )


@dataclass
class Walker:
    """One case and the people who take it on."""

    who: Any  # story.People
    at: datetime
    choose: dict[str, Any] = field(default_factory=dict)  # fact → value, wherever it is asked
    case: Case | None = None
    last: Exception | None = None  # the last refusal met on the way

    def begin(self, kind: str, procedure: str, power: Power) -> Case:
        if not self.who.accounts:
            accounts(self.who)  # a head's step asks for the role, and a role is an account's
        self.case = actions.begin(
            by=self.who.zhang,
            at=self.at,
            second=self.who.li,
            kind=kind,
            procedure=procedure,
            party=self.who.party,
            power=power,
            cause="申请公众聚集场所投入使用",
            found_on=timezone.localdate(self.at),
            touches=[],
        )
        return self.case

    @property
    def course(self) -> route.Course:
        assert self.case is not None
        self.case = Case.objects.select_related(*cases.CASE).get(pk=self.case.pk)
        return route.of(self.case)

    def walk(self, until: str | None = None, most: int = 40) -> list[str]:
        """Take what the law wants next, again and again, up to the archive or the step named."""
        went = []
        for _ in range(most):
            now = self.course.now
            if now is None or now.code in ("archive", until):
                break
            self.step(now.code)
            went.append(now.code)
        return went

    def step(self, code: str, **said: Any) -> None:
        """Take one step, by whoever may."""
        self.at += timedelta(minutes=30)
        course, defined = self.course, self.course.act.step(code)
        if code == "review":
            return self._review()
        if code == "disclose":
            return self._publish()
        self.film(defined)
        asked = [f for f in defined.facts if self._asked(course, f)]
        values = {f.name: self._wanted(course, defined, f.name) for f in asked} | self.choose_of(defined) | said
        for _ in range(60):
            try:
                return self._take(course, defined, values)
            except StillOpen as open_:
                self.last = open_
                values |= {name: self._wanted(course, defined, name) for name in open_.names}
            except OutOfOrder as ahead:
                if "没有下一步" not in ahead.message:
                    raise
                self.at += timedelta(days=1)
            except GateClosed as closed:
                self.last = closed
                more = [f.name for f in defined.facts if f.name not in SUPPLIED | FOUND_OUT | values.keys()]
                if more:
                    values |= {name: self._wanted(course, defined, name) for name in more}
                elif WAIT.search(closed.mend):
                    self.at += timedelta(days=1)
                    moments = {f.name for f in defined.facts if f.type in ("date", "datetime")} - set(self.choose)
                    values |= {name: self._wanted(course, defined, name) for name in moments & set(values) - set(said)}
                else:
                    raise
        raise AssertionError(f"{code}: gates still open after all answers {self.last}")

    def film(self, step: Any) -> None:
        """Keep what must be recorded so far, or say why words suffice."""
        case = self.course.case
        for one in [*cases.owed(case), *cases.demands(case, step)]:
            if one.kind != "recording" or one.met:
                continue
            if one.may_waive:
                record.waive(
                    by=self.who.zhang,
                    at=self.at,
                    dossier=case.dossier,
                    step=one.step,
                    event=one.code,
                    reason="文字足以全面记录",
                )
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "现场.mp4"
                path.write_bytes(_video())
                record.keep(
                    by=self.who.zhang,
                    at=self.at,
                    dossier=case.dossier,
                    step=one.step,
                    event=one.code,
                    path=path,
                    name=path.name,
                    title=one.title,
                )

    def choose_of(self, step: Any) -> dict[str, Any]:
        names = {f.name for f in step.facts}
        return {name: value for name, value in self.choose.items() if name in names}

    @staticmethod
    def _asked(course: route.Course, fact: FactSpec) -> bool:
        return fact.required and fact.name not in SUPPLIED | FOUND_OUT and course.facts.get(fact.name) in (None, "", [])

    def _take(self, course: route.Course, defined: Any, values: Mapping[str, Any]) -> None:
        case, given = course.case, dict(values)
        common = {
            "at": self.at,
            "case": case,
            "step": defined.code,
            "given": given,
            "documents": self._papers(course, defined, given),
        }
        if actions.asks_approval(defined):
            asked = actions.request(by=self.who.zhang, **common, opinion="建议批准。")
            actions.answer_request(
                by=self.who.chen, at=self.at, case=case, request=asked, approved=True, opinion="同意。"
            )
            return
        actions.advance(by=self._who(defined), **common)

    def _who(self, step: Any) -> Officer:
        roles = set(step.roles)
        if roles == {"head"}:
            return self.who.chen
        return self.who.zhou if "disclosure" in roles else self.who.zhang

    def _review(self) -> None:
        case = self.course.case
        proposal = cases.latest_proposal(case)
        submission = review.submit(
            by=self.who.zhang, at=self.at, proposal=proposal, declared=True, unit_head=self.who.zhang
        )  # fmt: skip
        self.at += timedelta(hours=1)
        findings = {
            row["item"]: {"finding": "pass", "reason": "经核对案卷，符合。" if row["reasoned"] else ""}
            for row in reviews.checklist(case)
        }
        review.give(
            by=self.who.wang, at=self.at, submission=submission, outcome="passed", findings=findings, opinion="同意。"
        )

    def put_before_head(self, code: str, **said: Any) -> Any:
        """Prepare a step and leave it on the head's desk."""
        course, defined = self.course, self.course.act.step(code)
        self.film(defined)
        asked = [f for f in defined.facts if self._asked(course, f)]
        values = {f.name: self._wanted(course, defined, f.name) for f in asked} | self.choose_of(defined) | said
        for _ in range(8):
            try:
                return actions.request(
                    by=self.who.zhang,
                    at=self.at,
                    case=course.case,
                    step=code,
                    given=values,
                    documents=self._papers(course, defined, values),
                    opinion="建议批准。",
                )
            except StillOpen as open_:
                values |= {name: self._wanted(course, defined, name) for name in open_.names}
        raise AssertionError(f"{code}: gates still open after all answers")

    def _publish(self) -> None:
        case = self.course.case
        issued = decisions.to_issue(case)
        assert issued is not None, "nothing to publish"
        disclosure.publish(
            by=self.who.zhou,
            at=self.at,
            issuance=issued,
            confirmed={mark.id for mark in disclosures.proposed_marks(issued)},
            declined={},
            added=[],
            secrecy_checked=True,
        )

    def archive(self) -> Any:
        """Bind the file, by the archivist."""
        self.at += timedelta(hours=1)
        case = self.course.case
        return deciding.archive(by=self.who.sun, at=self.at, case=case, retention="years_30")

    # ---- values ------------------------------------------------------------------------------------------------

    def value(self, spec: FactSpec) -> Any:
        """Any value the type of a fact takes."""
        if spec.name in self.choose:
            return self.choose[spec.name]
        today = timezone.localdate(self.at)
        match spec.type:
            case "bool":
                return False
            case "integer" | "money_fen":
                return max(spec.min or 0, 1)
            case "date":
                return today.isoformat()
            case "datetime":
                return timezone.localtime(self.at).isoformat()
            case "choice":
                return next(iter(spec.choices or {}))
            case "choices":
                return [next(iter(spec.choices or {}))]
            case "periods":
                return [{"from": today.isoformat(), "to": today.isoformat(), "reason": "鉴定"}]
        return f"{spec.label}：按实际填写"

    def _wanted(self, course: route.Course, step: Any, name: str) -> Any:
        """What the gates of the step want this fact to be."""
        if name in self.choose:
            return self.choose[name]
        way = course.way_to(step.code)
        for key, want in _conditions(way.rule.when if way and way.rule else {}):
            if conditions.split(key)[0] == name:
                return self._satisfying(conditions.split(key)[1], want)
        later = [code for one in course.act.steps for code in one.gates]
        known = Known(course.pack, read_all(course.given(), course.pack.facts), course.case.applied_on)
        for code in [*step.gates, *later]:
            for need in course.pack.merged.gates[code].needs:
                if conditions.holds(need.when, known)[0] is False:
                    continue
                for key, want in need.must.items():
                    fact, sign = conditions.split(key)
                    if fact != name:
                        continue
                    value = self._satisfying(sign, want)
                    if course.pack.facts[name].type != "choice" or course.leads_on(step, name, value):
                        return value
        spec = course.pack.facts[name]
        if spec.type == "choice":  # … the first that leads on
            return next((key for key in spec.choices or {} if course.leads_on(step, name, key)), self.value(spec))
        return self.value(spec)

    @staticmethod
    def _satisfying(sign: str, want: Any) -> Any:
        match sign:
            case "" | "_gte" | "_lte":
                return want
            case "_gt":
                return want + 1
            case "_lt":
                return want - 1
            case "_in" | "_only":
                return want[0]
            case "_has":
                return [want]
            case "_not":
                return not want if isinstance(want, bool) else f"非{want}"
        raise AssertionError(f"no value for {sign}")

    def _papers(self, course: route.Course, step: Any, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        owed = course.pack.documents_owed(step, course.given(self._known(course, values)), course.case.applied_on)
        found = {}
        for need in owed:
            if need.code not in documents.catalogue():
                continue
            form = documents.template(need.code)
            have = actions.papers.for_step(course.case, need.code, {**course.facts, **values}, {})
            made: dict[str, Any] = {}
            allotted = SUPPLIED & {fact.name for fact in step.facts}
            borne = {name for (code, name) in numbers_of([one.code for one in owed]) if code == need.code}
            for one in documents.missing(need.code, have):
                if one.name in {"number", *SUPPLIED, *borne} or set(said_as.facts_of(need.code, one)) & allotted:
                    continue  # the number of a document made at the same step
                if "." not in one.name.partition(".")[2]:
                    _put(made, one.name, self._sample(form.field(one.name) or one))
            found[need.code] = made
        return found

    @staticmethod
    def _known(course: route.Course, values: Mapping[str, Any]) -> dict[str, Any]:
        return {n: v for n, v in values.items() if n in course.pack.facts and not course.pack.facts[n].derived_from}

    def _sample(self, one: Any) -> Any:
        today = timezone.localdate(self.at)
        match one.type:
            case "date":
                return today.isoformat()
            case "datetime":
                return timezone.localtime(self.at).isoformat()
            case "fen" | "int":
                return 1
            case "flag":
                return False
            case "choice":
                return one.options[0][0]
            case "list":
                row: dict[str, Any] = {}
                for inner in one.of:
                    _put(row, inner.name, self._sample(inner))
                return [row] * max(one.min, 1)
        return f"{one.label}："[:20] + "按实际填写"


def _conditions(when: Any) -> list[tuple[str, Any]]:
    """The pairs of a condition; of alternatives, the first."""
    return list((when[0] if isinstance(when, list | tuple) and when else when or {}).items())


@cache
def _video() -> bytes:
    return demo_media.video(3, 2)


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    for part in folders:
        data = data.setdefault(part, {})
    data[last] = value
