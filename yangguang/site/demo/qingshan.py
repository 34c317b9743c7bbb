"""青山镇 and its one full case: a shop whose emergency exit was blocked, from clue to withdrawn publication.

The people and the shop are invented.  The case is taken step by step, so that a test can stop anywhere and the demo can
run to the end; each step is the action a person would take in the browser.
"""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from yangguang.casework import actions as casework
from yangguang.casework.models import Case, Proposal
from yangguang.casework.unit import queries as units
from yangguang.decision import actions as decision
from yangguang.decision import queries as decisions
from yangguang.decision.models import Decision, Issuance, Notice, Statement
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.disclosure.models import Publication
from yangguang.inspection import actions as inspection
from yangguang.inspection.models import Clue
from yangguang.record import actions as record
from yangguang.registry import queries as registry
from yangguang.review import actions as review
from yangguang.review import queries as reviews
from yangguang.review.models import Review, Submission
from yangguang.site import demo_media

from .town import (
    ACCOUNTS,
    COUNTY,
    FIRE,
    PASSWORD,
    REGISTERED,
    SHANGHAI,
    SINCE,
    TOWN,
    People,
    accounts,
    at,
    head_of_unit,
    passed,
    people,
    taught,
    unit_says,
)

__all__ = [  # the story and, with it, those it is told of
    "ACCOUNTS",
    "COUNTY",
    "PASSWORD",
    "REGISTERED",
    "SHANGHAI",
    "SINCE",
    "STEPS",
    "TOWN",
    "People",
    "Story",
    "accounts",
    "at",
    "head_of_unit",
    "passed",
    "people",
    "taught",
]


class Story:
    """The case, step by step; each method is one act of one person at one moment."""

    clue: Clue
    case: Case
    proposal: Proposal
    submission: Submission
    review: Review
    notice: Notice
    statement: Statement
    decision: Decision
    issuance: Issuance
    publication: Publication

    def __init__(self, who: People):
        self.who = who

    def to(self, last: str) -> "Story":
        """Take every step up to and including the one named; what asks for a role asks for an account that holds it."""
        if not self.who.accounts and not registry.holds(self.who.chen, "head"):
            accounts(self.who)
        for step in STEPS:
            getattr(self, step)()
            if step == last:
                return self
        raise ValueError(f"no step {last}: {', '.join(STEPS)}")

    def fresh(self) -> Case:
        """The case as the database has it now, with nothing remembered."""
        self.case = Case.objects.select_related(
            "body", "unit", "party", "power", "dossier", "handler1", "handler2", "certificate1", "certificate2", "clue"
        ).get(pk=self.case.pk)
        return self.case

    # ---- clue and opening -------------------------------------------------------------------------------------

    def take_clue(self) -> Clue:
        self.clue = inspection.take_clue(
            by=self.who.zhang,
            at=at(8, 24, 15, 20),
            source="inspection",
            found_on=date(2026, 8, 24),
            summary="日常巡查发现北街 27 号大勇百货店将货物堆放在后门安全出口处，出口被堵塞，无法从内侧打开。",
            place="青山镇北街 27 号",
            party=self.who.party,
            power=self.who.power,
        )
        return self.clue

    def apply(self) -> Case:
        self.case = casework.apply(
            by=self.who.zhang,
            at=at(8, 25, 9, 10),
            second=self.who.li,
            party=self.who.party,
            power=self.who.power,
            cause="占用堵塞安全出口",
            found_on=self.clue.found_on,
            clue=self.clue,
            unit=self.who.unit,
            touches=[],
        )
        return self.case

    def approve_opening(self) -> None:
        unit_says(self.case, at(8, 25, 14))
        casework.answer_opening(
            by=self.who.chen, at=at(8, 25, 16), case=self.case, approved=True, opinion="符合立案条件，同意立案。"
        )

    # ---- investigation ----------------------------------------------------------------------------------------

    def identify(self) -> None:
        self.fresh()
        casework.take_step(
            by=self.who.zhang,
            at=at(8, 26, 9, 30),
            case=self.case,
            step="identify",
            given={
                "identity_shown": True,
                "rights_told": True,
                "identified_at": "2026-08-26T09:30",
                "certificates_shown": "16152100001、16152100002",
                "rights_explained": "告知检查事由、法律依据，以及申请回避、陈述申辩的权利和配合检查的义务。",
                "acknowledged": "signed",
            },
        )

    def check_scene(self) -> None:
        moment = at(8, 26, 9, 40)
        casework.take_step(
            by=self.who.zhang,
            at=moment,
            case=self.fresh(),
            step="scene_check",
            given={
                "scene_at": "2026-08-26T09:40",
                "scene_place": "青山镇北街 27 号大勇百货店",
                "scene_findings": "后门安全出口内侧堆放饮料、纸箱共 38 件，高约 1.6 米，出口不能打开。",
            },
            documents={
                "scene_record": {
                    "started_at": "2026-08-26T09:40:00+08:00",
                    "ended_at": "2026-08-26T10:15:00+08:00",
                    "place": "青山镇北街 27 号大勇百货店",
                    "present": {"name": "赵大勇", "relation": "经营者本人"},
                    "recorder": "李敏",
                    "identity_shown": True,
                    "rights_told": True,
                    "findings": "检查时该店正在营业。店内后门设有“安全出口”标志，出口内侧堆放饮料、纸箱共 38 件，"
                    "高约 1.6 米，宽约 2 米，出口不能从内侧打开。执法人员现场拍照、录像。",
                    "party_words": "赵大勇称因仓库紧张临时堆放，愿意马上搬走。",
                    "signature": {"name": "赵大勇", "at": "2026-08-26T10:15:00+08:00"},
                }
            },
        )

    def film(self) -> None:
        """A photograph and a short video of the scene, from the body camera."""
        self.upload(
            demo_media.photo(7, "青山镇北街27号 安全出口堵塞", at=at(8, 26, 9, 44), scene="shelf"),
            name="现场照片-安全出口.jpg",
            title="现场照片：安全出口被货物堵塞",
            step="scene_check",
            event="onsite_check",
            moment=at(8, 26, 11),
            note="证明检查当日安全出口被堵塞",
        )
        self.upload(
            demo_media.video(7, 4, caption="北街27号 现场检查", at=at(8, 26, 9, 42)),
            name="现场检查录像.mp4",
            title="现场检查录像",
            step="scene_check",
            event="onsite_check",
            moment=at(8, 26, 11, 5),
            note="证明检查过程和出示证件、告知权利的情况",
        )

    def upload(self, data: bytes, *, name: str, title: str, step: str, event: str, moment: datetime, note: str) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return record.keep(
                by=self.who.li,
                at=moment,
                dossier=self.fresh().dossier,
                step=step,
                path=path,
                name=name,
                title=title,
                event=event,
                note=note,
            )

    def order_correction(self) -> None:
        casework.take_step(
            by=self.who.zhang,
            at=at(8, 26, 15),
            case=self.fresh(),
            step="correct",
            given={"correction_text": "立即清理安全出口处的货物，保持畅通", "correction_due_on": "2026-08-28"},
            documents={
                "correction_order": {
                    "violation": "将货物堆放在后门安全出口处，堵塞安全出口。",
                    "violated": f"{FIRE}第二十八条",
                    "basis": f"{FIRE}第六十条、《中华人民共和国行政处罚法》第二十八条第一款",
                    "requirement": "清理安全出口处的货物，保持安全出口畅通。",
                    "immediately": False,
                    "until": "2026-08-28",
                }
            },
        )

    def interview(self) -> None:
        moment = at(8, 27, 9)
        casework.take_step(
            by=self.who.zhang,
            at=moment,
            case=self.fresh(),
            step="interview",
            given={
                "interviewed_at": "2026-08-27T09:00",
                "interviewee": "赵大勇",
                "interview_text": "承认将货物堆放在安全出口处，称约有一周，未造成后果，已开始清理。",
            },
            documents={
                "interview_record": {
                    "nth": 1,
                    "started_at": "2026-08-27T09:00:00+08:00",
                    "ended_at": "2026-08-27T09:40:00+08:00",
                    "place": "青山镇行政执法大队询问室",
                    "person": {
                        "name": "赵大勇",
                        "gender": "男",
                        "id_no": "411521197903122016",
                        "phone": "13700001234",
                        "address": "河南省信阳市罗山县青山镇北街 27 号",
                        "relation": "当事人本人",
                    },
                    "recorder": "李敏",
                    "identity_shown": True,
                    "rights_told": True,
                    "questions": [
                        {
                            "q": "我们是青山镇人民政府执法人员，这是我们的执法证件，你是否看清？是否申请回避？",
                            "a": "看清了，不申请回避。",
                        },
                        {"q": "安全出口处的货物是谁堆放的？堆了多久？", "a": "是我让人堆的，有一个星期左右。"},
                        {"q": "你是否知道安全出口不得堵塞？", "a": "知道，当时仓库满了，想着临时放一放。"},
                        {"q": "你还有什么要补充的？", "a": "我已经在清理，保证以后不再堆放。"},
                    ],
                    "signature": {"name": "赵大勇", "at": "2026-08-27T09:40:00+08:00"},
                }
            },
        )
        record.waive(
            by=self.who.li,
            at=at(8, 27, 10),
            dossier=self.case.dossier,
            step="interview",
            event="investigation",
            reason="询问笔录逐问逐答、当事人逐页签名，文字记录能够全面有效记录询问过程。",
        )

    def collect(self) -> None:
        casework.take_step(
            by=self.who.li,
            at=at(8, 28, 10),
            case=self.fresh(),
            step="evidence",
            given={"evidence_list": "现场照片 1 张、录像 1 段、现场检查笔录、询问笔录，证明安全出口被堵塞的事实。"},
            documents={
                "evidence_sheet": {
                    "taken_at": "2026-08-28T10:00:00+08:00",
                    "place": "青山镇北街 27 号大勇百货店",
                    "items": [
                        {
                            "no": "1",
                            "name": "现场照片",
                            "kind": "audiovisual",
                            "form": "电子照片",
                            "quantity": "1 张",
                            "source": "执法记录仪拍摄",
                        },
                        {
                            "no": "2",
                            "name": "身份证复印件",
                            "kind": "documentary",
                            "form": "复印件，与原件核对无误",
                            "quantity": "1 份",
                            "source": "当事人提供",
                        },
                    ],
                    "provider": "赵大勇",
                    "note": "以上材料与案件事实有关，由当事人核对确认。",
                    "signature": {"name": "赵大勇", "at": "2026-08-28T10:10:00+08:00"},
                }
            },
        )

    def conclude(self) -> None:
        facts = (
            "2026 年 8 月 26 日，执法人员检查发现当事人在经营的百货店后门安全出口内侧堆放饮料、纸箱共 38 件，"
            "致使安全出口不能打开。8 月 28 日复查，货物已清理，安全出口恢复畅通。"
        )
        casework.take_step(
            by=self.who.zhang,
            at=at(9, 1, 10),
            case=self.fresh(),
            step="conclude",
            given={
                "violation_facts": facts,
                "violation_nature": "首次发现，在责令限期内改正，未造成危害后果。",
                "major_public_interest": False,
                "social_risk": False,
                "major_rights": False,
                "complex": False,
                "catalogue_hit": False,
                "crime_suspected": False,
            },
            documents={
                "investigation_report": {
                    "closed_on": "2026-09-01",
                    "version": 1,
                    "process": "2026 年 8 月 25 日立案，8 月 26 日现场检查并责令改正，8 月 27 日询问当事人，8 月 28 日复查。",
                    "facts": facts,
                    "violated": f"{FIRE}第二十八条",
                    "basis": f"{FIRE}第六十条第二款",
                    "discretion_grade": "一般",
                    "discretion": "首次发现，限期内改正，未造成危害后果。",
                    "proposal": "建议处罚款三百元。",
                    "fine": 30000,
                    "evidence": [
                        {"name": "现场检查笔录、现场照片和录像", "proves": "安全出口被货物堵塞的事实"},
                        {"name": "询问笔录", "proves": "当事人堆放货物的经过和改正情况"},
                    ],
                    "opinions": [
                        {
                            "role": "承办人意见",
                            "text": "调查终结，建议给予处罚。",
                            "name": "张卫国",
                            "at": "2026-09-01",
                        },
                        {"role": "承办人意见", "text": "同意。", "name": "李敏", "at": "2026-09-01"},
                    ],
                }
            },
        )

    # ---- proposal and review ----------------------------------------------------------------------------------

    def draft(self, **changes: Any) -> dict[str, Any]:
        """What 张 proposes; v1 forgets to say why this amount."""
        kept = self.fresh().dossier.items.filter(code__in=["scene_record", "interview_record"]) | (
            self.case.dossier.items.filter(event="onsite_check")
        )
        body = {
            "facts": "2026 年 8 月 26 日，当事人赵大勇在其经营的百货店后门安全出口内侧堆放饮料、纸箱共 38 件，"
            "致使安全出口不能打开；8 月 28 日复查时已清理完毕。",
            "violated": f"{FIRE}第二十八条",
            "basis": f"{FIRE}第六十条第二款",
            "evidence": [{"item": str(item.pk), "proves": item.note or "安全出口被堵塞及改正的事实"} for item in kept],
            "grade": "一般",
            "discretion": "首次发现，限期内改正，属于一般档次。",
            "penalties": ["fine"],
            "fine_fen": 30000,
            "correction": "已于 2026 年 8 月 28 日改正",
            "bars": {
                "violation_ended_on": "2026-08-26",
                "harm": False,
                "capacity": "full",
                "minor_corrected": False,
                "no_fault": False,
            },
            "answers": {
                "major_public_interest": False,
                "social_risk": False,
                "major_rights": False,
                "complex": False,
                "major_violation": False,
            },
        }
        return {**body, **changes}

    def propose(self) -> Proposal:
        self.proposal = casework.propose(by=self.who.zhang, at=at(9, 2, 9), case=self.fresh(), body=self.draft())
        return self.proposal

    def submit(self) -> Submission:
        return self._send(at(9, 2, 10))

    def _send(self, moment: datetime) -> Submission:
        unit_says(self.case, moment - timedelta(minutes=30))
        names = units.speakers(self.case)
        self.submission = review.submit(
            by=self.who.zhang,
            at=moment,
            proposal=self.proposal,
            declared=True,
            unit_head=None if names else self.who.zhang,
        )
        return self.submission

    def findings(self, **problems: str) -> dict[str, dict[str, str]]:
        """Each item fits, but for those named with a reason."""
        return {
            row["item"]: {"finding": "problem", "reason": problems[row["item"]]}
            if row["item"] in problems
            else {"finding": "pass", "reason": "经核对案卷，符合。" if row["reasoned"] else ""}
            for row in reviews.checklist(self.case)
        }

    def return_draft(self) -> Review:
        self.review = review.give(
            by=self.who.wang,
            at=at(9, 3, 15),
            submission=self.submission,
            outcome="revise",
            findings=self.findings(discretion="没有写明罚款三百元对应的情节，裁量理由不充分"),
            opinion="事实清楚、证据充分、程序合法；裁量理由应当写明首次发现、限期改正、未造成后果等情节，修改后再审。",
        )
        return self.review

    def propose_again(self) -> Proposal:
        self.proposal = casework.propose(
            by=self.who.zhang,
            at=at(9, 4, 9),
            case=self.fresh(),
            body=self.draft(
                discretion="当事人系首次发现此类违法行为，在责令期限内主动清理、恢复畅通，未造成危害后果，"
                "对照裁量基准属于“一般”档次（一百元以上三百元以下），结合堆放约一周、货物较多的情节，罚款二百元。",
                fine_fen=20000,
            ),
        )
        return self.proposal

    def submit_again(self) -> Submission:
        return self._send(at(9, 4, 10))

    def pass_review(self) -> Review:
        self.review = review.give(
            by=self.who.wang,
            at=at(9, 7, 11),
            submission=self.submission,
            outcome="passed",
            findings=self.findings(),
            opinion="主体适格，事实清楚，证据确凿，适用法律正确，程序合法，裁量适当，同意。",
        )
        return self.review

    # ---- notice, defence, decision ----------------------------------------------------------------------------

    def notify(self) -> Notice:
        self.notice = decision.notify(by=self.who.zhang, at=at(9, 8, 9), proposal=self.proposal)
        return self.notice

    def confirm_address(self) -> None:
        casework_case = self.fresh()
        record.write(
            by=self.who.li,
            at=at(9, 8, 10),
            dossier=casework_case.dossier,
            step="notice",
            code="service_address_confirmation",
            data=casework.facts.for_document(
                casework_case,
                "service_address_confirmation",
                {
                    "recipient": "赵大勇",
                    "address": "河南省信阳市罗山县青山镇北街 27 号",
                    "phone": "13700001234",
                    "electronic": False,
                    "officer": "李敏",
                    "confirmed_on": "2026-09-08",
                    "signature": {"name": "赵大勇", "at": "2026-09-08T10:00:00+08:00"},
                },
                by=self.who.li,
                at=at(9, 8, 10),
            ),
            on=date(2026, 9, 8),
        )

    def serve_notice(self) -> None:
        decision.serve(
            by=self.who.zhang,
            at=at(9, 8, 11),
            case=self.fresh(),
            item=self.notice.item,
            method="direct",
            place="青山镇北街 27 号",
            recipient="赵大勇",
            relation="本人",
            on=date(2026, 9, 8),
        )

    def hear(self) -> Statement:
        self.statement = decision.take_statement(
            by=self.who.li,
            at=at(9, 10, 15),
            notice=self.notice,
            how="stated",
            text="我店是小本经营，已经及时清理，请求减少罚款。",
            on=date(2026, 9, 10),
        )
        return self.statement

    def answer(self) -> None:
        decision.answer_defence(
            by=self.who.zhang,
            at=at(9, 11, 10),
            statement=self.statement,
            adopted="none",
            reason="及时改正的情节在拟处罚时已经考虑，罚款二百元在“一般”档次之内，不再减轻；不因申辩加重处罚。",
        )

    def decide(self) -> Decision:
        self.decision = decision.decide(
            by=self.who.chen, at=at(9, 18, 9), proposal=self.proposal, opinion="同意按审核通过的意见处罚。"
        )
        return self.decision

    def issue(self) -> Issuance:
        self.issuance = decision.issue(by=self.who.zhang, at=at(9, 18, 10), decision=self.decision)
        return self.issuance

    def serve_decision(self) -> None:
        decision.serve(
            by=self.who.zhang,
            at=at(9, 21, 11),
            case=self.fresh(),
            item=self.issuance.item,
            method="direct",
            place="青山镇北街 27 号",
            recipient="赵大勇",
            relation="本人",
            on=date(2026, 9, 21),
        )

    # ---- disclosure -------------------------------------------------------------------------------------------

    def publish(self) -> Publication:
        marks = disclosures.proposed_marks(self.issuance)
        self.publication = disclosure.publish(
            by=self.who.zhou,
            at=at(9, 22, 10),
            issuance=self.issuance,
            confirmed={mark.id for mark in marks},
            declined={},
            added=[],
            secrecy_checked=True,
        )
        return self.publication

    def pay(self) -> None:
        decision.perform(
            by=self.who.li,
            at=at(9, 23, 16),
            decision=self.decision,
            amount_fen=20000,
            on=date(2026, 9, 23),
            receipt_no="411526000123",
        )

    def close(self) -> None:
        unit_says(self.case, at(9, 24, 9))
        decision.close(by=self.who.chen, at=at(9, 24, 10), case=self.fresh(), how="当事人自动履行完毕")

    def archive(self) -> None:
        decision.archive(by=self.who.sun, at=at(9, 28, 10), case=self.fresh(), retention="years_30")

    def find_error(self) -> None:
        disclosure.report_error(
            by=self.who.zhou,
            at=at(10, 12, 9),
            publication=self.publication,
            what="公示摘要的案由写作“占用堵塞安全出口”，应为“堵塞安全出口”。",
            found_on=date(2026, 10, 12),
        )

    def correct(self) -> Publication:
        marks = disclosures.proposed_marks(self.issuance)
        self.publication = disclosure.correct(
            by=self.who.zhou,
            at=at(10, 13, 9),
            publication=self.publication,
            confirmed={mark.id for mark in marks},
            declined={},
            added=[],
            secrecy_checked=True,
            note="案由更正为“堵塞安全出口”",
            summary={"cause": "堵塞安全出口"},
        )
        return self.publication

    def revoke(self) -> None:
        decision.revoke(
            by=self.who.chen,
            at=at(11, 9, 10),
            decision=self.decision,
            kind="revoked",
            organ="青山镇人民政府",
            instrument="撤销行政处罚决定书",
            reason="复核发现该出口并非消防验收确定的安全出口，主要事实认定有误，依法予以撤销。",
            on=date(2026, 11, 9),
        )

    def take_down(self) -> None:
        disclosure.take_down(
            by=self.who.zhou,
            at=at(11, 10, 9),
            publication=self.publication,
            reason="该处罚决定因主要事实认定有误，已由作出机关依法撤销。",
            revocation=decisions.revocation_of(self.decision),
        )


STEPS: tuple[str, ...] = (
    "take_clue",
    "apply",
    "approve_opening",
    "identify",
    "check_scene",
    "film",
    "order_correction",
    "interview",
    "collect",
    "conclude",
    "propose",
    "submit",
    "return_draft",
    "propose_again",
    "submit_again",
    "pass_review",
    "notify",
    "confirm_address",
    "serve_notice",
    "hear",
    "answer",
    "decide",
    "issue",
    "serve_decision",
    "publish",
    "pay",
    "close",
    "archive",
    "find_error",
    "correct",
    "revoke",
    "take_down",
)
