"""The life of one demo case: each planned act is the action a person would take in the browser."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from yangguang.casework import actions as casework
from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.decision import actions as decision
from yangguang.decision.models import Decision, Issuance, Notice, Revocation, Statement
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.disclosure.models import Publication
from yangguang.inspection import actions as inspection
from yangguang.inspection.models import Clue
from yangguang.policy import packs
from yangguang.record import actions as record
from yangguang.record.live import actions as live
from yangguang.record.models import Item
from yangguang.registry import actions as registry
from yangguang.registry import queries as register
from yangguang.registry.models import Body, Officer, Party, Power, Unit
from yangguang.review import actions as review
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Submission
from yangguang.review.panel import actions as panels

from .bodies import Agency
from .plan import CasePlan, Fault
from .town import unit_says

SOURCES = {
    "inspection": "日常检查发现",
    "report": "接到投诉反映",
    "transfer": "其他机关移送线索反映",
    "assigned": "上级机关交办线索反映",
}
SHARED = "演示素材：合成画面，供多件案件共用，画面上的时间不是本案时间"


@dataclass
class Staff:
    """An agency as registered: who acts, and on which powers."""

    agency: Agency
    body: Body
    unit: Unit
    officers: dict[str, Officer]
    reviewer: Officer
    head: Officer
    deputy: Officer
    publisher: Officer
    archivist: Officer
    powers: dict[str, Power]
    certificates: dict[str, str]
    unit_head: Officer | None = None  # who signs in for the unit; where nobody does, the handlers declare it


@dataclass(frozen=True)
class Reel:
    """Media that several cases share: files by what they show."""

    photos: tuple[Path, ...]
    videos: tuple[Path, ...]
    sounds: tuple[Path, ...]


class Life:
    """One case on its way; `do` takes the act of that name."""

    clue: Clue | None = None
    case: Case
    party: Party
    proposal: Proposal
    submission: Submission
    notice: Notice
    statement: Statement
    decision: Decision
    issuance: Issuance
    publication: Publication
    revocation: Revocation

    def __init__(self, plan: CasePlan, staff: Staff, reel: Reel):
        self.plan, self.staff, self.reel = plan, staff, reel
        self.first, self.second = (staff.officers[name] for name in plan.handlers)
        self.power = staff.powers[plan.offence.code]
        self.draw = random.Random(f"{staff.agency.scope}/{plan.number}")  # noqa: S311 - a story, not a secret

    def do(self, name: str, at: datetime) -> None:
        if name in ("take_clue", "apply") and not hasattr(self, "party"):
            self._meet(at)
        act: Callable[[datetime], Any] = getattr(self, name)
        act(at)

    # ---- words --------------------------------------------------------------------------------------------------

    def _facts(self) -> str:
        offence, day = self.plan.offence, self.found_on
        return (
            f"{day.year} 年 {day.month} 月 {day.day} 日，"
            + offence.facts.format(n=self.plan.n, place=self.plan.place)
            + "。"
        )

    def _signature(self, at: datetime) -> dict[str, str]:
        return {"name": self.plan.party.speaker, "at": at.isoformat()}

    def _when(self, at: datetime) -> str:
        return at.strftime("%Y-%m-%dT%H:%M")

    def _penalty_words(self) -> str:
        parts = ["警告"] if "warning" in self.plan.penalties else []
        if self.plan.fine_yuan:
            parts.append(f"罚款 {self.plan.fine_yuan:,} 元")
        return "，并处".join(parts) if len(parts) > 1 else parts[0]

    # ---- clue and opening ---------------------------------------------------------------------------------------

    def _meet(self, at: datetime) -> None:
        someone = self.plan.party
        fields: dict[str, Any] = {"phone": someone.phone, "address": someone.address, "id_no": someone.id_no}
        if someone.kind != "natural":
            fields |= {"uscc": someone.uscc, "legal_rep": someone.legal_rep, "trade_name": someone.trade_name}
        self.party = registry.register_party(
            by=None, at=at, scope=self.staff.body.scope, kind=someone.kind, name=someone.name, **fields
        )
        self.found_on = at.date()

    def take_clue(self, at: datetime) -> None:
        offence, source = self.plan.offence, self.plan.clue or "inspection"
        self.clue = inspection.take_clue(
            by=self.first,
            at=at,
            source=source,
            found_on=at.date(),
            summary=f"{SOURCES[source]}：{offence.facts.format(n=self.plan.n, place=self.plan.place)}。",
            place=self.plan.place,
            party=self.party,
            power=self.power,
            informant="（要求保密）" if source == "report" else "",
        )

    def decline(self, at: datetime) -> None:
        assert self.clue is not None
        inspection.decline(
            by=self.first,
            at=at,
            clue=self.clue,
            reason="经核查，反映的情况已在发现当日自行纠正，没有证据证明存在违法行为，不予立案。",
        )

    def apply(self, at: datetime) -> None:
        self.case = casework.apply(
            by=self.first,
            at=at,
            second=self.second,
            party=self.party,
            power=self.power,
            cause=self.plan.offence.cause,
            found_on=self.found_on,
            clue=self.clue,
            unit=self.staff.unit,
            touches=[],
        )

    def approve_opening(self, at: datetime) -> None:
        self._unit(at)
        casework.answer_opening(
            by=self.staff.head, at=at, case=self.case, approved=True, opinion="符合立案条件，同意立案。"
        )

    def _unit(self, at: datetime) -> bool:
        """The unit's word shortly before; whether a head of it signs in."""
        if not self.staff.unit_head:
            return False
        unit_says(self.case, at - timedelta(minutes=10))
        return True

    # ---- investigation ------------------------------------------------------------------------------------------

    def _step(self, at: datetime, step: str, given: dict[str, Any], **documents: dict[str, Any]) -> None:
        casework.take_step(by=self.first, at=at, case=self.case, step=step, given=given, documents=documents)

    def identify(self, at: datetime) -> None:
        shown = "、".join(self.staff.certificates[name] for name in self.plan.handlers)
        self._step(
            at,
            "identify",
            {
                "identity_shown": True,
                "rights_told": True,
                "identified_at": self._when(at),
                "certificates_shown": shown,
                "rights_explained": "告知检查事由、法律依据，以及申请回避、陈述申辩的权利和配合检查的义务。",
                "acknowledged": "signed",
            },
        )

    def check_scene(self, at: datetime) -> None:
        scene = self.plan.offence.scene.format(n=self.plan.n)
        self._step(
            at,
            "scene_check",
            {"scene_at": self._when(at), "scene_place": self.plan.place, "scene_findings": scene + "。"},
            scene_record={
                "started_at": at.isoformat(),
                "ended_at": (at + timedelta(minutes=40)).isoformat(),
                "place": self.plan.place,
                "present": {"name": self.plan.party.speaker, "relation": self.plan.party.relation},
                "recorder": self.second.name,
                "identity_shown": True,
                "rights_told": True,
                "findings": f"执法人员出示执法证件、告知权利义务后检查。{scene}。执法人员现场拍照。",
                "party_words": self.plan.party.speaker + self.plan.offence.said,
                "signature": self._signature(at + timedelta(minutes=40)),
            },
        )

    def film_scene(self, at: datetime) -> None:
        self._film(at, "scene_check", "onsite_check", "现场检查", "证明检查当日的现场情况")

    def order_correction(self, at: datetime) -> None:
        offence, until = self.plan.offence, (at + timedelta(days=3)).date().isoformat()
        self._step(
            at,
            "correct",
            {"correction_text": offence.demand, "correction_due_on": until},
            correction_order={
                "violation": offence.facts.format(n=self.plan.n, place=self.plan.place) + "。",
                "violated": str(offence.rule),
                "basis": f"{offence.penalty}、《中华人民共和国行政处罚法》第二十八条第一款",
                "requirement": offence.demand + "。",
                "immediately": False,
                "until": until,
            },
        )

    def interview(self, at: datetime) -> None:
        who, offence = self.plan.party, self.plan.offence
        person = {
            "name": who.speaker,
            "id_no": who.id_no,
            "phone": who.phone,
            "address": who.address,
            "relation": who.relation,
        }
        ended = at + timedelta(minutes=35)
        self._step(
            at,
            "interview",
            {
                "interviewed_at": self._when(at),
                "interviewee": who.speaker,
                "interview_text": f"承认{offence.cause}的事实，{offence.said}",
            },
            interview_record={
                "nth": 1,
                "started_at": at.isoformat(),
                "ended_at": ended.isoformat(),
                "place": f"{self.staff.unit.name}询问室",
                "person": person,
                "recorder": self.second.name,
                "identity_shown": True,
                "rights_told": True,
                "questions": [
                    {
                        "q": "我们是执法人员，这是我们的执法证件，你是否看清？是否申请回避？",
                        "a": "看清了，不申请回避。",
                    },
                    {
                        "q": f"请说明{self.plan.place}检查发现的情况。",
                        "a": f"情况属实，{offence.said.removeprefix('称')}",
                    },
                    {"q": "你还有什么要补充的？", "a": "没有了，我会按要求改正。"},
                ],
                "signature": self._signature(ended),
            },
        )

    def record_interview(self, at: datetime) -> None:
        """A sound recording where the plan demands one, else the reason why words are enough."""
        level = self._level("investigation")
        if level == "circumstances":
            record.waive(
                by=self.second,
                at=at,
                dossier=self.case.dossier,
                step="interview",
                event="investigation",
                reason="询问笔录逐问逐答、当事人逐页签名，文字记录能够全面有效记录询问过程。",
            )
        elif level in ("whole", "must"):
            path = self.draw.choice(self.reel.sounds)
            self._keep(at, "interview", "investigation", path, "询问录音", "证明询问过程")

    def _level(self, event: str) -> str:
        given = {"kind": "penalty", "event": event, "touches": []}
        return str(packs.load(self.staff.agency.pack).ask("recording", facts=given, on=self.case.applied_on).value)

    def _film(self, at: datetime, step: str, event: str, title: str, note: str) -> None:
        level = self._level(event)
        if level == "none":
            return
        whole = level == "whole"
        path = self.draw.choice(self.reel.videos if whole else self.reel.photos)
        self._keep(at, step, event, path, title + ("录像" if whole else "照片"), note)

    def _keep(self, at: datetime, step: str, event: str, path: Path, title: str, note: str) -> None:
        record.keep(
            by=self.second,
            at=at,
            dossier=self.case.dossier,
            step=step,
            path=path,
            name=title + path.suffix,
            title=title,
            event=event,
            note=f"{note}（{SHARED}）",
        )
        if self._level(event) == "whole":
            self._explain(at, event)

    def _explain(self, at: datetime, event: str) -> None:
        """A reel many cases share covers no case's time: that is said of every hole, as an officer would have to."""
        for owed in cases.owed(self.case):
            for hole in owed.unexplained if owed.code == event else ():
                live.explain(
                    by=self.second,
                    at=at,
                    dossier=self.case.dossier,
                    step=owed.step,
                    event=event,
                    started_at=hole.start,
                    ended_at=hole.end,
                    reason=SHARED,
                )

    def collect(self, at: datetime) -> None:
        who = self.plan.party
        papers = "身份证复印件" if who.kind == "natural" else "营业执照复印件"
        self._step(
            at,
            "evidence",
            {"evidence_list": f"询问笔录、{papers}，证明{self.plan.offence.cause}的事实和当事人身份。"},
            evidence_sheet={
                "taken_at": at.isoformat(),
                "place": self.plan.place,
                "items": [
                    {
                        "no": "1",
                        "name": papers,
                        "kind": "documentary",
                        "form": "复印件，与原件核对无误",
                        "quantity": "1 份",
                        "source": "当事人提供",
                    }
                ],
                "provider": who.speaker,
                "note": "以上材料与案件事实有关，由当事人核对确认。",
                "signature": self._signature(at),
            },
        )

    def conclude(self, at: datetime) -> None:
        offence, grade, on = self.plan.offence, self.plan.grade, at.date()
        report: dict[str, Any] = {
            "closed_on": on.isoformat(),
            "version": 1,
            "process": f"{self.case.opening.on} 立案，随后表明身份、责令改正、询问当事人、收集证据，{on} 调查终结。",
            "facts": self._facts(),
            "violated": str(offence.rule),
            "basis": str(offence.penalty),
            "discretion_grade": grade.name,
            "discretion": self._discretion(),
            "proposal": f"建议给予{self._penalty_words()}的行政处罚。",
            "evidence": [{"name": "询问笔录", "proves": f"{offence.cause}的经过"}],
            "opinions": [
                facts.opinion("承办人意见", "调查终结，建议给予处罚。", self.first, on),
                facts.opinion("承办人意见", "同意。", self.second, on),
            ],
        }
        if self.plan.fine_fen:
            report["fine"] = self.plan.fine_fen
        answers = ("major_public_interest", "social_risk", "major_rights", "crime_suspected")
        self._step(
            at,
            "conclude",
            {
                "violation_facts": self._facts(),
                "violation_nature": f"{grade.when}，没有造成危害后果。",
                "complex": self.plan.complex,
                "catalogue_hit": self.plan.listed,
                **dict.fromkeys(answers, False),
            },
            investigation_report=report,
        )

    def _discretion(self) -> str:
        grade = self.plan.grade
        return f"{grade.when}，没有造成危害后果，对照裁量基准属于“{grade.name}”档次。"

    # ---- proposal and review ------------------------------------------------------------------------------------

    def _draft(self, discretion: str) -> dict[str, Any]:
        kept = Item.objects.filter(dossier_id=self.case.dossier_id).filter(
            step__in=("scene_check", "interview", "evidence")
        )
        return {
            "facts": self._facts(),
            "violated": str(self.plan.offence.rule),
            "basis": str(self.plan.offence.penalty),
            "evidence": [{"item": str(item.pk), "proves": f"证明{self.plan.offence.cause}的事实"} for item in kept],
            "grade": self.plan.grade.name,
            "discretion": discretion,
            "penalties": self.plan.penalties,
            "fine_fen": self.plan.fine_fen,
            "correction": "已在责令的期限内改正",
            "bars": {
                "violation_ended_on": self.case.found_on.isoformat(),
                "harm": False,
                "capacity": "full",
                "minor_corrected": False,
                "no_fault": False,
            },
            "answers": {
                "major_public_interest": False,
                "social_risk": False,
                "major_rights": False,
                "complex": self.plan.complex,
                "major_violation": False,
            },
        }

    def propose(self, at: datetime) -> None:
        thin = self.plan.returned or self.plan.fault is Fault.RETURNED
        words = f"属于“{self.plan.grade.name}”档次。" if thin else self._discretion()
        self.proposal = casework.propose(by=self.first, at=at, case=self.case, body=self._draft(words))

    def propose_again(self, at: datetime) -> None:
        self.proposal = casework.propose(by=self.first, at=at, case=self.case, body=self._draft(self._discretion()))

    def submit(self, at: datetime) -> None:
        named = None if self._unit(at) else self.first
        self.submission = review.submit(by=self.first, at=at, proposal=self.proposal, declared=True, unit_head=named)

    def return_draft(self, at: datetime) -> None:
        self._review(
            at, "revise", "裁量理由应当写明违法情节和后果，修改后再审。", discretion="没有写明选择该档次的情节和理由"
        )

    def pass_review(self, at: datetime) -> None:
        self._review(at, "passed", "主体适格，事实清楚，证据确凿，适用法律正确，程序合法，裁量适当，同意。")

    def _review(self, at: datetime, outcome: str, opinion: str, **problems: str) -> None:
        rows = {row["item"]: row["reasoned"] for row in reviews.checklist(self.case)}
        wrong = problems if problems.keys() <= rows.keys() else {next(iter(rows)): next(iter(problems.values()), "")}
        findings = {
            item: {"finding": "problem", "reason": wrong[item]}
            if item in wrong
            else {"finding": "pass", "reason": "经核对案卷，符合。" if reasoned else ""}
            for item, reasoned in rows.items()
        }
        self._sit(at, outcome, opinion)
        review.give(
            by=self.staff.reviewer,
            at=at,
            submission=self.submission,
            outcome=outcome,
            findings=findings,
            opinion=opinion,
        )

    def _sit(self, at: datetime, outcome: str, opinion: str) -> None:
        """Where a collegial body reviews, its members vote before the opinion is given."""
        if not rules.collegial(self.case):
            return
        staff, on = self.staff, at.date()
        [group] = register.leading_groups(register.body_at(self.case.scope, on) or staff.body, on)
        panel = panels.convene(
            by=staff.reviewer,
            at=at,
            submission=self.submission,
            group=group,
            chair=staff.head.name,
            place=f"{staff.body.name}会议室",
        )
        for member in (staff.head, staff.deputy, staff.reviewer):
            panels.vote(by=member, at=at, panel=panel, vote=outcome, view=opinion)
        panels.conclude(by=staff.reviewer, at=at, panel=panel)

    # ---- notice, defence, decision ------------------------------------------------------------------------------

    def notify(self, at: datetime) -> None:
        self._unit(at)
        self.notice = decision.notify(by=self.first, at=at, proposal=self.proposal)

    def confirm_address(self, at: datetime) -> None:
        who = self.plan.party
        filled = {
            "recipient": who.speaker,
            "address": who.address,
            "phone": who.phone,
            "electronic": self.plan.service == "electronic",
            "officer": self.second.name,
            "confirmed_on": at.date().isoformat(),
            "signature": self._signature(at),
        }
        if self.plan.service == "electronic":
            filled["mobile"] = who.phone
        record.write(
            by=self.second,
            at=at,
            dossier=self.case.dossier,
            step="notice",
            code="service_address_confirmation",
            data=facts.for_document(self.case, "service_address_confirmation", filled, by=self.second, at=at),
            on=at.date(),
        )

    def serve_notice(self, at: datetime) -> None:
        self._serve(at, self.notice.item, "direct")

    def _serve(self, at: datetime, item: Item, method: str) -> None:
        who = self.plan.party
        leaving = (
            {"witness": "社区工作人员", "refusal": "当事人阅后不愿签名，未说明理由"} if method == "leaving" else {}
        )
        decision.serve(
            by=self.first,
            at=at,
            case=self.case,
            item=item,
            method=method,
            place=who.address,
            recipient=who.speaker,
            relation=who.relation,
            on=at.date(),
            **leaving,
        )

    def hear(self, at: datetime) -> None:
        words = {
            "stated": "已经按要求改正，经营困难，请求减轻处罚。",
            "waived": "收到告知书，没有意见，放弃陈述、申辩。",
            "lapsed": "",
        }
        how = self.plan.heard
        self.statement = decision.take_statement(by=self.second, at=at, notice=self.notice, how=how, text=words[how])

    def answer(self, at: datetime) -> None:
        decision.answer_defence(
            by=self.first,
            at=at,
            statement=self.statement,
            adopted="none",
            reason="及时改正的情节在拟处罚时已经考虑，不再减轻；不因申辩加重处罚。",
        )

    def deliberate(self, at: datetime) -> None:
        view = "事实清楚，同意按审核通过的意见处罚。"
        staff = self.staff
        rows = [(staff.head, "负责人"), (staff.deputy, "分管负责人"), (staff.publisher, "办公室负责人")]
        decision.deliberate(
            by=staff.head,
            at=at,
            proposal=self.proposal,
            attendees=[{"name": officer.name, "post": officer.post or post, "view": view} for officer, post in rows],
            conclusion="经集体讨论，同意按审核通过的意见处罚。",
        )

    def decide(self, at: datetime) -> None:
        self.decision = decision.decide(
            by=self.staff.head, at=at, proposal=self.proposal, opinion="同意按审核通过的意见处罚。"
        )

    def issue(self, at: datetime) -> None:
        self.issuance = decision.issue(by=self.first, at=at, decision=self.decision)

    def serve_decision(self, at: datetime) -> None:
        self._serve(at, self.issuance.item, self.plan.service)

    def film_service(self, at: datetime) -> None:
        self._film(at, "serve", "service", "送达过程", "证明送达的经过")

    def pay(self, at: datetime) -> None:
        decision.perform(
            by=self.second,
            at=at,
            decision=self.decision,
            amount_fen=self.plan.fine_fen,
            on=at.date(),
            receipt_no=f"{self.staff.agency.place.region}{self.draw.randrange(10**6):06d}",
        )

    def close(self, at: datetime) -> None:
        self._unit(at)
        decision.close(by=self.staff.head, at=at, case=self.case, how="当事人自动履行完毕")

    def archive(self, at: datetime) -> None:
        decision.archive(by=self.staff.archivist, at=at, case=self.case, retention="years_30")

    # ---- disclosure ---------------------------------------------------------------------------------------------

    def _confirmed(self) -> dict[str, Any]:
        marks = disclosures.proposed_marks(self.issuance)
        return {"confirmed": {m.id for m in marks}, "declined": {}, "added": [], "secrecy_checked": True}

    def publish(self, at: datetime) -> None:
        self.publication = disclosure.publish(
            by=self.staff.publisher, at=at, issuance=self.issuance, **self._confirmed()
        )

    def find_error(self, at: datetime) -> None:
        disclosure.report_error(
            by=self.staff.publisher,
            at=at,
            publication=self.publication,
            what=f"公示摘要的案由“{self.plan.offence.cause}”应写权责清单上的规范名称。",
            found_on=at.date(),
        )

    def correct(self, at: datetime) -> None:
        self.publication = disclosure.correct(
            by=self.staff.publisher,
            at=at,
            publication=self.publication,
            note="案由按权责清单的规范名称更正",
            summary={"cause": self.plan.offence.name.removeprefix("对").removesuffix("的处罚")},
            **self._confirmed(),
        )

    def revoke(self, at: datetime) -> None:
        self.revocation = decision.revoke(
            by=self.staff.head,
            at=at,
            decision=self.decision,
            kind="revoked",
            organ=self.staff.body.name,
            instrument="撤销行政处罚决定书",
            reason="复核发现主要事实的证据不足，依法予以撤销。",
            on=at.date(),
        )

    def take_down(self, at: datetime) -> None:
        disclosure.take_down(
            by=self.staff.publisher,
            at=at,
            publication=self.publication,
            reason="该处罚决定因主要事实的证据不足，已由作出机关依法撤销。",
            revocation=self.revocation,
        )
