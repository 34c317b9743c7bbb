"""What must never happen, tried at the action and again at the database.  People: see tests/story.py."""

import json
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests import story
from tests.story import Story, at
from yangguang.casework import actions as casework
from yangguang.casework.errors import (
    BadFact,
    MissingRecords,
    MustRecuse,
    NoPower,
    NotCertified,
    NotHandler,
    NotHead,
    OutOfOrder,
    OutsideBenchmark,
)
from yangguang.casework.models import Proposal
from yangguang.decision import actions as decision
from yangguang.decision import queries as decisions
from yangguang.decision.errors import (
    BadDate,
    BadService,
    Heavier,
    NotComplete,
    NotDeliberated,
    NotHeard,
    NotNotified,
    NotReviewed,
    NotYet,
)
from yangguang.decision.models import Decision, Issuance
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.disclosure.actions import Leak, NotConfirmed, NotPublishable
from yangguang.disclosure.models import PublicDecision
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record.models import Number
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as people
from yangguang.registry.actions import NoExam, TwoAdministrators
from yangguang.registry.identifiers import BadCode
from yangguang.registry.models import Account
from yangguang.review import actions as review
from yangguang.review.actions import NotAnswered, NotQualified, StaleDraft
from yangguang.trail.actions import AlreadyDone, Changed
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything() -> Iterator[None]:
    with access.within(""):
        yield


def cited(error: Exception) -> str:
    return "".join(c.clause for c in error.because)  # type: ignore[attr-defined]


def insert_like(model: type, row: object, **changes: object) -> None:
    """A row written behind the actions' back, by SQL, as the web role could."""
    fields = {f.column: getattr(row, f.attname) for f in model._meta.concrete_fields} | changes  # type: ignore[attr-defined]
    values = [json.dumps(v) if isinstance(v, dict | list) else v for v in fields.values()]
    names = ", ".join(f'"{name}"' for name in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into {model._meta.db_table} ({names}) values ({', '.join(['%s'] * len(values))})",  # type: ignore[attr-defined]
            values,
        )


# ---- opening ---------------------------------------------------------------------------------------------------------


class TestOpening:
    def apply(self, s: Story, **changes: object) -> object:
        given = {
            "by": s.who.zhang,
            "at": at(8, 25, 9),
            "second": s.who.li,
            "party": s.who.party,
            "power": s.who.power,
            "cause": "占用堵塞安全出口",
            "found_on": date(2026, 8, 24),
            "clue": s.clue,
            "unit": s.who.unit,
            "touches": [],
        }
        return casework.apply(**(given | changes))  # type: ignore[arg-type]

    @pytest.mark.clause("QD-3.1.2(1)b", "QS-4.6b")
    def test_an_expired_certificate_is_refused_with_its_clause(self, everything: None) -> None:
        s = story.begin("take_clue")
        with pytest.raises(NotCertified, match="2026-05-31 到期") as refused:
            self.apply(s, second=s.who.wu)
        assert "CN-PEN-42.1" in cited(refused.value)
        assert refused.value.field == "second"

    def test_one_officer_twice_is_one_officer(self, everything: None) -> None:
        s = story.begin("take_clue")
        with pytest.raises(NotCertified, match="两名以上") as refused:
            self.apply(s, second=s.who.zhang)
        assert "CN-PEN-42.1" in cited(refused.value)

    def test_a_recused_officer_is_refused_with_its_clause(self, everything: None) -> None:
        s = story.begin("take_clue")
        registry.recuse(
            by=s.who.zhang,
            at=at(8, 24, 16),
            subject=s.clue.chain,
            officer=s.who.lin,
            ground="interest",
            note="当事人之妻的妹妹",
        )
        with pytest.raises(MustRecuse, match="当事人之妻的妹妹") as refused:
            self.apply(s, second=s.who.lin)
        assert "CN-PEN-43.1" in cited(refused.value)

    @pytest.mark.clause("QS-3.1.1b")
    def test_an_uncovered_power_is_refused_with_its_clause(self, everything: None) -> None:
        s = story.begin("take_clue")
        with pytest.raises(NoPower, match="没有“对公证机构违法执业的处罚”") as refused:
            self.apply(s, power=s.who.other_power)
        assert "CN-PEN-24" in cited(refused.value)

    def test_a_suspended_certificate_is_refused_from_that_day(self, everything: None) -> None:
        s = story.begin("take_clue")
        certificate = people.standing(s.who.li, date(2026, 8, 1))
        registry.change_certificate(
            by=None,
            at=at(8, 20),
            certificate=certificate.certificate,
            state="suspended",
            on=date(2026, 8, 20),
            reason="未参加年度审验",
        )
        with pytest.raises(NotCertified, match="被暂扣"):
            self.apply(s)

    def test_the_finding_cannot_be_after_the_opening(self, everything: None) -> None:
        s = story.begin("take_clue")
        with pytest.raises(BadFact, match="晚于"):
            self.apply(s, found_on=date(2026, 8, 26))

    def test_the_database_too_wants_two_officers_with_valid_certificates(self, everything: None) -> None:
        s = story.begin("apply")
        case, fresh = s.case, {"id": uuid4(), "clue_id": None}
        dossier = record.open_dossier(
            by=s.who.zhang, at=at(8, 25), scope=story.TOWN, subject="case:other", title="另案"
        )
        with pytest.raises(DatabaseError, match="case_two_officers"):
            insert_like(
                type(case),
                case,
                **fresh,
                dossier_id=dossier.pk,
                handler2_id=case.handler1_id,
                handler2_key=case.handler1_key,
                certificate2_id=case.certificate1_id,
            )
        with pytest.raises(DatabaseError, match="没有有效的行政执法证"):
            insert_like(
                type(case),
                case,
                **fresh,
                dossier_id=dossier.pk,
                handler2_id=s.who.wu.pk,
                handler2_key=s.who.wu.key,
            )

    def test_a_handler_cannot_approve_the_opening(self, everything: None) -> None:
        s = story.begin("apply")
        with pytest.raises(NotHead, match="承办人") as refused:
            casework.answer_opening(by=s.who.zhang, at=at(8, 25, 15), case=s.case, approved=True, opinion="同意")
        assert "CN-PEN-57.1" in cited(refused.value)


# ---- steps and records -----------------------------------------------------------------------------------------------


class TestRecords:
    def test_no_step_before_the_opening_is_approved(self, everything: None) -> None:
        s = story.begin("apply")
        with pytest.raises(OutOfOrder, match="尚未批准立案") as refused:
            s.identify()
        assert "CN-PEN-54" in cited(refused.value)

    def test_only_the_handlers_act(self, everything: None) -> None:
        s = story.begin("approve_opening")
        with pytest.raises(NotHandler, match="林芳不是承办人"):
            casework.take_step(by=s.who.lin, at=at(8, 26), case=s.fresh(), step="identify", given={})

    @pytest.mark.clause("QS-3.2.0a", "QS-3.2.2b")
    def test_the_proposal_waits_for_every_record_and_names_the_missing_ones(self, everything: None) -> None:
        s = story.begin("approve_opening")
        for step in ("identify", "check_scene", "order_correction", "interview", "collect", "conclude"):
            getattr(s, step)()
        with pytest.raises(MissingRecords, match="现场") as refused:
            casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=s.draft())
        assert "QS-3.2.2f" in cited(refused.value)
        assert "询问笔录" not in refused.value.message
        s.film()
        assert casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=s.draft()).version == 1

    def test_amounts_outside_the_grade_need_a_reason(self, everything: None) -> None:
        s = story.begin("conclude")
        with pytest.raises(OutsideBenchmark, match="不在“一般”档"):
            casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=s.draft(fine_fen=45000))
        with pytest.raises(BadFact, match="整数分"):
            casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=s.draft(fine_fen=200.5))

    def test_an_unanswered_trigger_question_is_not_a_no(self, everything: None) -> None:
        s = story.begin("conclude")
        body = s.draft()
        del body["answers"]["complex"]
        with pytest.raises(BadFact, match=r"疑难复杂.*没有回答"):
            casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=body)


# ---- review ----------------------------------------------------------------------------------------------------------


class TestReview:
    @pytest.mark.clause("QS-3.3.2d", "QS-3.3.0")
    def test_every_ordinary_penalty_is_reviewed(self, everything: None) -> None:
        s = story.begin("propose")
        assert s.proposal.needs_review

    @pytest.mark.clause("QS-3.3.1b")
    def test_a_handler_or_an_unqualified_person_cannot_review(self, everything: None) -> None:
        s = story.begin("submit")
        for person, why in ((s.who.zhang, "承办人"), (s.who.zhou, "没有登记法制审核资格")):
            with pytest.raises(NotQualified, match=why) as refused:
                review.give(
                    by=person,
                    at=at(9, 3),
                    submission=s.submission,
                    outcome="passed",
                    findings=s.findings(),
                    opinion="同意",
                )
            assert "CN-PEN-58" in cited(refused.value)

    def test_every_item_needs_a_finding_and_a_problem_a_reason(self, everything: None) -> None:
        s = story.begin("submit")
        findings = s.findings()
        findings.pop("evidence")
        with pytest.raises(NotAnswered, match="没有审核结论"):
            review.give(
                by=s.who.wang, at=at(9, 3), submission=s.submission, outcome="passed", findings=findings, opinion="同意"
            )
        with pytest.raises(NotAnswered, match="不能作出“通过”的结论"):
            review.give(
                by=s.who.wang,
                at=at(9, 3),
                submission=s.submission,
                outcome="passed",
                findings=s.findings(evidence="缺少照片"),
                opinion="同意",
            )

    def test_a_newer_draft_makes_the_submission_stale(self, everything: None) -> None:
        s = story.begin("submit")
        first = s.submission
        s.propose_again()
        with pytest.raises(StaleDraft):
            review.give(
                by=s.who.wang, at=at(9, 5), submission=first, outcome="passed", findings=s.findings(), opinion="同意"
            )

    @pytest.mark.clause("QS-3.3.3e")
    def test_the_opinion_is_in_the_file(self, everything: None) -> None:
        s = story.begin("pass_review")
        codes = list(s.fresh().dossier.items.values_list("code", flat=True))
        assert codes.count("legal_review_opinion") == 2

    def test_the_database_refuses_a_handler_as_reviewer(self, everything: None) -> None:
        s = story.begin("pass_review")
        with pytest.raises(DatabaseError, match="承办人不得审核本案"):
            insert_like(type(s.review), s.review, id=uuid4(), by_id=s.who.zhang.pk)


# ---- decision --------------------------------------------------------------------------------------------------------


class TestDecision:
    @pytest.mark.clause("QS-3.3.0", "QD-3.3.0", "SY-2.3a", "DH-2.3.0", "WC-2.3.0a")
    def test_no_decision_without_a_passed_review_of_that_very_draft(self, everything: None) -> None:
        s = story.begin("answer")
        s.proposal = casework.propose(
            by=s.who.zhang, at=at(9, 14), case=s.fresh(), body=s.draft(discretion="改动一个字", fine_fen=20000)
        )
        with pytest.raises(NotReviewed, match="还没有法制审核意见") as refused:
            decision.decide(by=s.who.chen, at=at(9, 18), proposal=s.proposal, opinion="同意")
        assert "CN-PEN-58.1" in cited(refused.value)
        assert "QS-3.3.2d" in cited(refused.value)

    def test_nor_on_the_old_draft_whose_review_passed(self, everything: None) -> None:
        s = story.begin("answer")
        reviewed = s.proposal
        casework.propose(by=s.who.zhang, at=at(9, 14), case=s.fresh(), body=s.draft(fine_fen=10000))
        with pytest.raises(NotReviewed, match="新的一稿"):
            decision.decide(by=s.who.chen, at=at(9, 18), proposal=reviewed, opinion="同意")

    def test_nor_in_the_database(self, everything: None) -> None:
        """A decision that SQL would slip in: on an unreviewed draft, on a failed review, without any."""
        s = story.begin("decide")
        other = story.begin_again(s, "answer")
        new = {"id": uuid4(), "case_id": other.case.pk, "notice_id": other.notice.pk}
        draft = casework.propose(by=other.who.zhang, at=at(9, 14), case=other.fresh(), body=other.draft(fine_fen=10000))
        for review_id, exempt, words in (
            (other.review.pk, "", "未经法制审核或者审核未通过的，不得作出决定"),
            (None, "自称无须审核", "须法制审核的处理意见未经审核"),
            (None, "", "decision_reviewed_or_exempt|未经审核"),
        ):
            with pytest.raises(DatabaseError, match=words):
                insert_like(Decision, s.decision, **new, proposal_id=draft.pk, review_id=review_id, exempt=exempt)

    def test_no_decision_before_notice_and_hearing_the_party(self, everything: None) -> None:
        s = story.begin("pass_review")
        with pytest.raises(NotNotified) as refused:
            decision.decide(by=s.who.chen, at=at(9, 18), proposal=s.proposal, opinion="同意")
        assert "CN-PEN-44" in cited(refused.value)
        for step in ("notify", "confirm_address", "serve_notice"):
            getattr(s, step)()
        with pytest.raises(NotHeard) as heard:
            decision.decide(by=s.who.chen, at=at(9, 11), proposal=s.proposal, opinion="同意")
        assert "CN-PEN-62" in cited(heard.value)
        s.hear()
        with pytest.raises(NotHeard, match="没有复核"):
            decision.decide(by=s.who.chen, at=at(9, 18), proposal=s.proposal, opinion="同意")

    def test_silence_counts_only_after_the_period(self, everything: None) -> None:
        s = story.begin("serve_notice")
        with pytest.raises(NotHeard, match="2026-09-15"):
            decision.take_statement(by=s.who.li, at=at(9, 15), notice=s.notice, how="lapsed")
        assert decision.take_statement(by=s.who.li, at=at(9, 16), notice=s.notice, how="lapsed").how == "lapsed"

    def test_never_heavier_than_notified(self, everything: None) -> None:
        s = story.begin("answer")
        s.proposal = casework.propose(
            by=s.who.zhang, at=at(9, 14), case=s.fresh(), body=s.draft(fine_fen=30000, discretion="态度不好，加重处罚")
        )
        submission = review.submit(
            by=s.who.zhang, at=at(9, 14), proposal=s.proposal, declared=True, unit_head=s.who.zhang
        )  # fmt: skip
        review.give(
            by=s.who.wang, at=at(9, 15), submission=submission, outcome="passed", findings=s.findings(), opinion="同意"
        )
        with pytest.raises(Heavier) as refused:
            decision.decide(by=s.who.chen, at=at(9, 18), proposal=s.proposal, opinion="同意")
        assert "CN-PEN-45.2" in cited(refused.value)

    def test_the_head_is_not_a_handler(self, everything: None) -> None:
        s = story.begin("answer")
        with pytest.raises(NotHead, match="承办人"):
            decision.decide(by=s.who.zhang, at=at(9, 18), proposal=s.proposal, opinion="同意")

    def test_a_complex_case_waits_for_the_collective(self, everything: None) -> None:
        s = story.begin("conclude")
        body = s.draft()
        body["answers"]["complex"] = True
        s.proposal = casework.propose(by=s.who.zhang, at=at(9, 2), case=s.fresh(), body=body)
        s.submit()
        s.pass_review()
        for step in ("notify", "confirm_address", "serve_notice", "hear", "answer"):
            getattr(s, step)()
        with pytest.raises(NotDeliberated) as refused:
            s.decide()
        assert "CN-PEN-57.2" in cited(refused.value)
        decision.deliberate(
            by=s.who.chen,
            at=at(9, 17),
            proposal=s.proposal,
            attendees=[{"name": n, "post": "班子成员", "view": "同意处罚"} for n in ("陈立新", "何志", "邓华")],
            conclusion="一致同意罚款三百元。",
        )
        assert s.decide().on == date(2026, 9, 18)


class TestIssueAndService:
    def test_numbers_leave_no_gap_when_an_issue_is_rolled_back(self, everything: None) -> None:
        s = story.begin("decide")

        class Stop(Exception):
            pass

        with pytest.raises(Stop), transaction.atomic():
            decision.issue(by=s.who.zhang, at=at(9, 18), decision=s.decision)
            raise Stop
        s.decision = Decision.objects.get(pk=s.decision.pk)
        s.issue()
        assert s.issuance.number_text == "青罚决字〔2026〕1号"
        assert list(Number.objects.filter(word="青罚决字").values_list("n", flat=True)) == [1]

    @pytest.mark.clause("QS-3.1.1f")
    def test_the_decision_document_holds_the_six_items(self, everything: None) -> None:
        s = story.begin("issue")
        data = s.issuance.item.data
        assert data["party"]["name"] == "赵大勇"
        assert data["facts"] and data["evidence"]
        assert data["penalties"][0]["text"].startswith("罚款贰佰元整")
        assert data["pay"]["bank"]
        assert data["remedies"] == {"reconsideration": "罗山县人民政府", "court": "罗山县人民法院"}
        assert data["body"]["name"] == "青山镇人民政府"

    def test_leaving_needs_a_witness_and_a_reason(self, everything: None) -> None:
        s = story.begin("issue")
        with pytest.raises(BadService, match="见证人"):
            decision.serve(
                by=s.who.zhang,
                at=at(9, 21),
                case=s.fresh(),
                item=s.issuance.item,
                method="leaving",
                place="北街 27 号",
                recipient="赵大勇",
                on=date(2026, 9, 21),
            )

    def test_electronic_service_needs_consent(self, everything: None) -> None:
        s = story.begin("issue")
        with pytest.raises(BadService, match="电子送达") as refused:
            decision.serve(
                by=s.who.zhang,
                at=at(9, 21),
                case=s.fresh(),
                item=s.issuance.item,
                method="electronic",
                place="短信",
                recipient="赵大勇",
                on=date(2026, 9, 21),
            )
        assert "CN-PEN-61.2" in cited(refused.value)

    def test_dates_cannot_run_backwards(self, everything: None) -> None:
        s = story.begin("serve_decision")
        with pytest.raises(BadDate):
            decision.perform(
                by=s.who.li, at=at(9, 23), decision=s.decision, amount_fen=20000, on=date(2026, 9, 20), receipt_no="1"
            )
        with pytest.raises(BadService, match="不超过"):
            decision.perform(
                by=s.who.li, at=at(9, 23), decision=s.decision, amount_fen=20001, on=date(2026, 9, 23), receipt_no="1"
            )

    def test_closing_waits_for_payment_and_for_a_complete_file(self, everything: None) -> None:
        s = story.begin("serve_decision")
        with pytest.raises(NotYet, match="没有缴纳"):
            s.close()

    @pytest.mark.clause("QS-3.2.0b")
    def test_closing_names_what_the_file_lacks(self, everything: None) -> None:
        s = story.begin("answer")
        for step in ("decide", "issue", "serve_decision", "publish", "pay"):
            getattr(s, step)()
        from_the_story = set(s.fresh().dossier.items.values_list("code", flat=True))
        assert "service_address_confirmation" in from_the_story
        other = story.begin_again(s, "notify")
        for step in ("serve_notice", "hear", "answer", "decide", "issue", "serve_decision", "pay"):
            getattr(other, step)()
        with pytest.raises(NotComplete, match="送达地址确认书"):
            other.close()


# ---- disclosure ------------------------------------------------------------------------------------------------------


class TestDisclosure:
    @pytest.mark.clause("QS-3.1.3c")
    def test_seven_working_days_with_their_proof(self, everything: None) -> None:
        s = story.begin("decide")
        duty = Duty.objects.get(subject=s.case.chain, rule="D07")
        assert duty.due_on == date(2026, 9, 29)
        counted = [day["date"] for day in duty.days if day["counted"]]
        assert counted == [
            "2026-09-20",
            "2026-09-21",
            "2026-09-22",
            "2026-09-23",
            "2026-09-24",
            "2026-09-28",
            "2026-09-29",
        ]
        assert any(c["clause"] == "QS-3.1.3c" for c in duty.because)

    @pytest.mark.clause("QS-3.1.0d")
    def test_every_mark_is_confirmed_or_declined_with_a_reason(self, everything: None) -> None:
        s = story.begin("issue")
        marks = disclosures.proposed_marks(s.issuance)
        assert {mark.original for mark in marks} >= {"赵大勇", "411521197903122016"}
        given = {
            "by": s.who.zhou,
            "at": at(9, 22),
            "issuance": s.issuance,
            "declined": {},
            "added": [],
            "secrecy_checked": True,
        }
        with pytest.raises(NotConfirmed) as refused:
            disclosure.publish(**given, confirmed={mark.id for mark in marks[1:]})
        assert "CN-PEN-50" in cited(refused.value)
        with pytest.raises(NotConfirmed, match="保密审查"):
            disclosure.publish(**(given | {"secrecy_checked": False}), confirmed={mark.id for mark in marks})

    def test_an_identity_number_never_goes_out_whatever_the_reason(self, everything: None) -> None:
        s = story.begin("issue")
        marks = disclosures.proposed_marks(s.issuance)
        keep = {mark.id: "当事人同意公开" for mark in marks if mark.ground == "id"}
        with pytest.raises(Leak, match="公民身份号码"):
            disclosure.publish(
                by=s.who.zhou,
                at=at(9, 22),
                issuance=s.issuance,
                confirmed={mark.id for mark in marks if mark.id not in keep},
                declined=keep,
                added=[],
                secrecy_checked=True,
            )

    @pytest.mark.clause("QS-3.1.3b")
    def test_what_is_public_holds_the_four_fields_and_nobody_s_data(self, everything: None) -> None:
        s = story.begin("publish")
        row = PublicDecision.objects.get(code=s.issuance.code)
        assert row.summary["body"] == "青山镇人民政府"
        assert row.party == "赵某某"
        assert row.summary["kind"] == "行政处罚"
        assert row.summary["conclusion"] == "罚款 200.00 元"
        everywhere = json.dumps(
            [row.title, row.text, row.summary, s.publication.marks, s.publication.entry.payload], ensure_ascii=False
        )
        for secret in ("赵大勇", "411521197903122016", "13700001234", "北街 27 号"):
            assert secret not in everywhere

    @pytest.mark.clause("QS-3.1.4c")
    def test_a_correction_is_a_new_version_within_twenty_working_days(self, everything: None) -> None:
        s = story.begin("find_error")
        duty = Duty.objects.get(subject=s.case.chain, rule="D10")
        assert duty.due_on == date(2026, 11, 9)
        s.correct()
        assert s.publication.version == 2
        assert [v.version for v in disclosures.versions(s.issuance)] == [1, 2]
        row = PublicDecision.objects.get(code=s.issuance.code)
        assert row.title == "赵某某堵塞安全出口案"
        assert row.history[-1]["what"] == "案由更正为“堵塞安全出口”"
        assert Duty.objects.get(pk=duty.pk).discharge.how == "fulfilled"

    @pytest.mark.clause("QS-3.1.4b")
    def test_a_revoked_decision_comes_down_in_three_working_days_not_twenty(self, everything: None) -> None:
        s = story.begin("revoke")
        duty = Duty.objects.get(subject=s.case.chain, rule="D09")
        assert duty.due_on == date(2026, 11, 12)
        assert any(c["clause"] == "CN-PEN-48.2" for c in duty.because)
        assert any(c["clause"] == "QS-3.1.4b" for c in duty.outvoted)
        s.take_down()
        row = PublicDecision.objects.get(code=s.issuance.code)
        assert row.state == "withdrawn"
        assert row.text == "" and row.summary == {} and row.party == ""
        assert "主要事实认定有误" in row.tombstone["reason"]
        assert any(c["clause"] == "CN-PEN-48.2" for c in row.tombstone["because"])

    def test_a_revoked_decision_is_not_published_any_more(self, everything: None) -> None:
        s = story.begin("serve_decision")
        s.revoke()
        with pytest.raises(NotPublishable, match="撤销"):
            s.publish()


# ---- everything else -------------------------------------------------------------------------------------------------


class TestHands:
    def test_a_second_press_does_nothing_twice(self, everything: None) -> None:
        s = story.begin("answer")
        once = "0198f3c2-7a52-7cc3-8b7e-000000000001"
        given = {"by": s.who.chen, "at": at(9, 18), "proposal": s.proposal, "opinion": "同意", "once": once}
        first = decision.decide(**given)
        with pytest.raises(AlreadyDone) as done:
            decision.decide(**given)
        assert done.value.entry.fact_ref == first.ref

    def test_two_people_at_once_see_each_other(self, everything: None) -> None:
        s = story.begin("serve_notice")
        seen = Entry.objects.filter(chain=s.case.chain).order_by("-seq").first().seq
        s.hear()
        with pytest.raises(Changed) as changed:
            decision.take_statement(
                by=s.who.zhang, at=at(9, 10), notice=s.notice, how="waived", text="放弃陈述申辩", seen=seen
            )
        assert any("take_statement" in entry.verb for entry in changed.value.entries)

    def test_facts_cannot_be_changed_by_the_web_role(self, everything: None) -> None:
        s = story.begin("propose")
        for sql in (
            "update casework_proposal set version = 9",
            "delete from casework_proposal",
            "truncate casework_proposal cascade",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        assert Proposal.objects.get(pk=s.proposal.pk).version == 1

    def test_another_body_sees_nothing(self) -> None:
        with access.within(""):
            story.begin("issue")
        with access.within("41.15.22/"):
            for model in (Proposal, Decision, Issuance, Duty, Entry):
                assert not model.objects.exists()
        with access.within(story.TOWN):
            assert Issuance.objects.count() == 1
        with access.within(story.COUNTY):
            assert Issuance.objects.count() == 1


class TestRegistry:
    @pytest.mark.clause("QD-3.1.2(1)b", "WC-2.1.3(2)a")
    def test_no_certificate_without_a_passed_exam(self, everything: None) -> None:
        s = story.begin()
        failed = registry.record_exam(
            by=None, at=at(8, 1), officer=s.who.zhou, title="资格考试", organiser="省司法厅", on=date(2026, 7, 1),
            score=59, total=100, pass_mark=60, proof="1",
        )  # fmt: skip
        with pytest.raises(NoExam):
            registry.grant_certificate(
                by=None,
                at=at(8, 1),
                exam=failed,
                number="1",
                issuer="河南省人民政府",
                valid_from=date(2026, 8, 1),
                valid_to=date(2031, 8, 1),
            )

    def test_three_administrators_are_three_people(self, everything: None) -> None:
        s = story.begin(with_accounts=True)
        account = Account.objects.get(username="qian")
        registry.grant_role(by=None, at=at(8, 1), account=account, role="admin")
        with pytest.raises(TwoAdministrators):
            registry.grant_role(by=None, at=at(8, 2), account=account, role="auditor")
        registry.grant_role(by=None, at=at(8, 3), account=account, role="admin", granted=False)
        registry.grant_role(by=None, at=at(8, 4), account=account, role="auditor")
        assert access.roles_of(account) == {"supervisor", "auditor"}
        assert s.who.accounts["qian"] == "supervisor"

    @pytest.mark.parametrize(
        ("kind", "code", "why"),
        [
            ("natural", "411521197903122015", "校验码"),
            ("natural", "411521197913122016", "校验码|日期"),
            ("natural", "4115211979031220", "18 位"),
            ("legal", "114115210060050423", "校验码"),
            ("legal", "11411521006005042O", "字符|校验码"),
        ],
    )
    def test_check_digits(self, everything: None, kind: str, code: str, why: str) -> None:
        field = "id_no" if kind == "natural" else "uscc"
        with pytest.raises(BadCode, match=why) as refused:
            registry.register_party(by=None, at=at(8, 1), scope=story.TOWN, kind=kind, name="某某", **{field: code})
        assert refused.value.field == field


def test_statement_due_is_five_working_days(db: None) -> None:
    with access.within(""):
        s = story.begin("serve_notice")
        assert decisions.statement_due(s.notice) == date(2026, 9, 15)


def test_a_year_without_announced_holidays_does_not_stop_an_act(db: None) -> None:
    """行政处罚决定 at the end of 2026: the publication duty is there, its date marked provisional."""
    with access.within(""):
        s = story.begin("answer")
        made = decision.decide(by=s.who.chen, at=at(12, 28), proposal=s.proposal, opinion="同意")
        duty = Duty.objects.get(subject=made.chain, rule="D07")
        assert duty.due_on == date(2027, 1, 7)
        assert duty.provisional
