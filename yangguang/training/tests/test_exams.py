"""考试: only who is admitted sits, once, in time; the draw is recomputed; without a pass there is no certificate."""

import itertools
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import story
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as known
from yangguang.registry.access import NotAllowed
from yangguang.registry.models import Certificate, Exam
from yangguang.trail.errors import Refused
from yangguang.training import actions, drawing, queries
from yangguang.training.models import Answers, Question, Result, Sitting

from . import made as make
from .made import Made

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    with access.within(""):
        yield make.begin(story.at(9, 10, 15))


@pytest.fixture
def paper(made):
    make.bank(made)
    return make.paper(made)


def certify(made: Made, exam: Exam, **more) -> Certificate:
    given = {
        "number": "1615210099",
        "issuer": "河南省人民政府",
        "valid_from": date(2026, 9, 11),
        "valid_to": date(2031, 9, 10),
    }
    return registry.grant_certificate(**{"by": made.qian, "at": made.at, "exam": exam, **given, **more})


# ---- the bank ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"answer": ["D"]}, "answer"),
        ({"answer": []}, "answer"),
        ({"answer": ["A", "A"]}, "answer"),
        ({"answer": ["A", "B"]}, "answer"),
        ({"type": "multiple", "answer": ["A"]}, "answer"),
        ({"type": "judgement"}, "options"),
        ({"options": ["只有一个", " "]}, "options"),
        ({"options": ["同", "同"]}, "options"),
        ({"options": [str(n) for n in range(9)]}, "options"),
        ({"text": " "}, "text"),
        ({"clause": "QS-9.9.9z"}, "clause"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(made, wrong, field):
    given = {"type": "single", "text": "题", "options": ["对", "错", "都不对"], "answer": ["A"], "explanation": ""}
    with pytest.raises(actions.BadQuestion) as refused:
        actions.question(**{"by": made.qian, "at": made.at, "clause": make.some_clause(made), **given, **wrong})
    assert refused.value.field == field
    assert not Question.objects.exists()


def test_a_changed_question_is_a_version_and_a_retired_one_is_not_drawn(made, paper):
    first = made.questions[0]
    after = {"type": "single", "text": "新题干", "options": ["甲", "乙"], "answer": ["B"], "explanation": ""}
    changed = actions.question(by=made.qian, at=made.later(minutes=1), earlier=first, clause=first.clause, **after)
    pool = set(queries.pool(paper.scope, made.later(minutes=2)))
    assert changed in pool and first not in pool
    assert first in set(queries.pool(paper.scope, made.at)), "what was drawn before must be drawn again"
    yesterday = made.at.date() - timedelta(days=1)
    actions.question(
        by=made.qian, at=made.later(minutes=3), earlier=changed, clause=first.clause, valid_to=yesterday, **after
    )
    assert first.key not in {one.key for one in queries.pool(paper.scope, made.later(minutes=4))}
    with pytest.raises(NotAllowed):
        actions.question(by=made.who.chen, at=made.at, earlier=first, clause=first.clause, **after)


# ---- drawing and marking -------------------------------------------------------------------------------------------


def test_each_sitting_is_recomputed_from_its_seed(made, paper):
    one = make.sat(made, make.admitted(made, paper))
    other = make.sat(made, make.admitted(made, paper, made.who.zhang))
    for sitting in (one, other):
        assert drawing.draw(queries.pool(paper.scope, sitting.at), paper.wanted, sitting.seed) == sitting.questions
    assert one.seed != other.seed
    kinds = [question.type for question in queries.asked(one)]
    assert kinds == ["single"] * 4 + ["multiple"] * 2 + ["judgement"] * 2
    # a bank that grew afterwards changes nothing of what was drawn
    made.at = made.later(minutes=5)
    make.bank(made, 5, 5, 5)
    assert drawing.draw(queries.pool(paper.scope, one.at), paper.wanted, one.seed) == one.questions


def test_the_draw_does_not_depend_on_the_order_of_the_bank(made, paper):
    pool = list(queries.pool(paper.scope, made.at))
    assert drawing.draw(pool, paper.wanted, "s") == drawing.draw(reversed(pool), paper.wanted, "s")
    drawn = {tuple(drawing.draw(pool, paper.wanted, str(n))) for n in range(20)}
    assert len(drawn) > 10
    with pytest.raises(drawing.TooFew) as few:
        drawing.draw(pool, {"single": 7}, "s")
    assert few.value.short == {"single": (7, 6)}


def test_a_question_counts_whole_or_not_at_all(made):
    make.bank(made, 1, 1, 1)
    single, multiple, judgement = (str(one.pk) for one in made.questions)
    points = {"single": 1, "multiple": 2, "judgement": 1}
    for given, reached in (
        ({}, 0),
        ({single: ["A"]}, 1),
        ({multiple: ["A"]}, 0),
        ({multiple: ["A", "B", "C"]}, 0),
        ({multiple: ["C", "A"]}, 2),
        ({single: ["A"], multiple: ["A", "C"], judgement: ["B"]}, 4),
    ):
        assert drawing.score(made.questions, given, points) == reached


# ---- setting and admitting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pass_mark": 11}, "pass_mark"),
        ({"pass_mark": 0}, "pass_mark"),
        ({"wanted": {"single": 7, "multiple": 2, "judgement": 2}}, "singles"),
        ({"minutes": 200}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"closes_at": story.at(9, 10, 14)}, "closes_at"),
        ({"opens_at": story.at(9, 9, 8), "closes_at": story.at(9, 9, 12)}, "closes_at"),
    ],
)
def test_an_exam_nobody_could_sit_or_pass_is_refused(made, wrong, field):
    make.bank(made)
    with pytest.raises(Refused) as refused:
        make.paper(made, **wrong)
    assert refused.value.field == field


def test_only_who_is_admitted_sits_and_only_once(made, paper):
    admission = make.admitted(made, paper)
    with pytest.raises(actions.NotAdmitted):
        actions.sit(by=made.who.zhang, at=made.at, admission=admission)
    make.sat(made, admission)
    with pytest.raises(actions.AlreadySat):
        make.sat(made, admission)
    with pytest.raises(actions.AlreadySat, match="还没有考完"):
        make.admitted(made, paper)
    assert Sitting.objects.count() == 1


def test_the_database_lets_nobody_sit_for_another(made, paper):
    sitting = make.sat(made, make.admitted(made, paper, made.who.zhang))
    other = make.admitted(made, paper)
    with pytest.raises(DatabaseError, match="本人"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into training_sitting (id, at, scope, by_id, admission_id, seed, questions, ends_at) "
            "select gen_random_uuid(), at, scope, by_id, %s, seed, questions, ends_at from training_sitting where id = %s",
            [other.pk, sitting.pk],
        )


def test_a_second_sitting_needs_a_new_admission_with_its_reason(made, paper):
    make.failed(made, paper)
    with pytest.raises(Refused, match="理由"):
        make.admitted(made, paper)
    again = make.admitted(made, paper, note="首次考试期间停电")
    assert again.attempt == 2
    sitting = make.sat(made, again)
    actions.answer(by=made.he, at=made.at, sitting=sitting, given=make.right(sitting))
    assert actions.hand_in(by=made.he, at=made.at, sitting=sitting).passed
    with pytest.raises(actions.AlreadySat, match="已通过"):
        make.admitted(made, paper, note="再考")


def test_who_wrote_the_exam_an_auxiliary_and_a_stranger_are_not_admitted(made, paper):
    with pytest.raises(actions.Partial):
        make.admitted(made, paper, made.qian)
    helper = registry.register_officer(
        by=None, at=made.at, body=made.who.body, name="辅助甲", valid_from=made.at.date(), auxiliary=True
    )
    with pytest.raises(Refused, match="辅助"):
        make.admitted(made, paper, helper)
    with pytest.raises(NotAllowed):
        make.admitted(made, paper, made.qian, by=made.who.chen)
    with pytest.raises(actions.NotNow):
        make.admitted(made, paper, at=paper.closes_at)


def test_nobody_begins_before_it_opens_or_after_it_closed(made):
    make.bank(made)
    paper = make.paper(made, opens_at=made.later(hours=1), closes_at=made.later(hours=3))
    admission = make.admitted(made, paper)
    for moment in (made.at, paper.closes_at):
        with pytest.raises(actions.NotNow):
            make.sat(made, admission, moment)
    late = make.sat(made, admission, paper.closes_at - timedelta(minutes=5))
    assert late.ends_at == paper.closes_at, "an exam is over for everybody when it closes"


# ---- answering -----------------------------------------------------------------------------------------------------


def test_answers_are_kept_as_given_and_the_last_one_counts(made, paper):
    sitting = make.sat(made, make.admitted(made, paper))
    first = sitting.questions[0]
    actions.answer(by=made.he, at=made.at, sitting=sitting, given={first: ["B"]})
    actions.answer(by=made.he, at=made.later(minutes=1), sitting=sitting, given={first: ["A"]})
    assert queries.chosen(sitting) == {first: ["A"]}
    assert Answers.objects.filter(sitting=sitting).count() == 2
    assert {row.entry.verb for row in Answers.objects.all()} == {"training.answer"}


@pytest.mark.parametrize("letters", [["D"], ["A", "B"], ["甲"]])
def test_answers_that_are_no_option_are_refused(made, paper, letters):
    sitting = make.sat(made, make.admitted(made, paper))
    with pytest.raises(actions.BadQuestion):
        actions.answer(by=made.he, at=made.at, sitting=sitting, given={sitting.questions[0]: letters})
    stranger = next(str(one.pk) for one in made.questions if str(one.pk) not in sitting.questions)
    with pytest.raises(actions.BadQuestion):
        actions.answer(by=made.he, at=made.at, sitting=sitting, given={stranger: ["A"]})


def test_answers_are_taken_until_the_grace_is_over_and_by_nobody_else(made, paper):
    sitting = make.sat(made, make.admitted(made, paper))
    with pytest.raises(actions.NotAdmitted):
        actions.answer(by=made.who.zhang, at=made.at, sitting=sitting, given={})
    right = make.right(sitting)
    half = dict(itertools.islice(right.items(), 4))
    actions.answer(by=made.he, at=sitting.ends_at + timedelta(minutes=2), sitting=sitting, given=half)
    over = sitting.ends_at + timedelta(minutes=2, seconds=1)
    with pytest.raises(actions.NotNow, match="没有保存"):
        actions.answer(by=made.he, at=over, sitting=sitting, given=right)
    result = actions.hand_in(by=made.he, at=over, sitting=sitting)
    assert (result.score, result.how, result.passed) == (4, "time_up", False)
    assert result.given == half
    with pytest.raises(actions.AlreadySat):
        actions.answer(by=made.he, at=made.at, sitting=sitting, given=right)


def test_a_paper_is_handed_in_once_and_collected_by_others_only_when_time_is_over(made, paper):
    sitting = make.sat(made, make.admitted(made, paper))
    actions.answer(by=made.he, at=made.at, sitting=sitting, given=make.right(sitting))
    with pytest.raises(actions.NotNow, match="代为收卷"):
        actions.hand_in(by=made.qian, at=made.at, sitting=sitting)
    over = sitting.ends_at + timedelta(minutes=3)
    with pytest.raises(NotAllowed):
        lin_of_county = registry.register_officer(
            by=None, at=made.at, body=registry_body(made), name="邻县", valid_from=made.at.date()
        )
        actions.hand_in(by=lin_of_county, at=over, sitting=sitting)
    result = actions.hand_in(by=made.qian, at=over, sitting=sitting)
    assert (result.score, result.total, result.passed, result.how) == (10, 10, True, "time_up")
    with pytest.raises(actions.AlreadySat):
        actions.hand_in(by=made.he, at=over, sitting=sitting)
    assert result.entry.verb == "training.hand_in"


def registry_body(made: Made):
    return registry.register_body(
        by=None, at=made.at, scope="41.15.26/", name="潢川县司法局", kind="supervisor", uscc="114115260059900355",
        region="411526", pack="cn", sign="潢", valid_from=date(2024, 1, 1),
    )  # fmt: skip


def test_the_database_holds_that_passed_means_the_mark_was_reached(made, paper):
    result = make.failed(made, paper)
    for change in ("passed, true", "officer_key, gen_random_uuid()"):
        column, value = change.split(", ")
        rest = [f.column for f in Result._meta.concrete_fields if f.column not in ("id", column, "sitting_id")]
        quoted = ", ".join(f'"{name}"' for name in rest)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"insert into training_result (id, sitting_id, {column}, {quoted}) "
                f"select gen_random_uuid(), sitting_id, {value}, {quoted} from training_result where id = %s",
                [result.pk],
            )


# ---- the certificate -----------------------------------------------------------------------------------------------


@pytest.mark.clause("QD-3.1.2(1)b", "WC-2.1.3(2)a")
def test_without_a_passed_exam_there_is_no_certificate_and_no_standing(made, paper):
    """Granting is refused by the action and by the database, and so is acting."""
    on = made.at.date()
    assert "何小军" in {one.name for one in known.not_passed(story.COUNTY, on)}
    make.failed(made, paper)
    (exam,) = known.exams_of(made.he.key)
    assert (exam.passed, exam.how, exam.score) == (False, "sat", 0)
    with pytest.raises(registry.NoExam, match="没有通过执法资格考试") as refused:
        certify(made, exam)
    assert "HN-21.1" in {one.clause for one in refused.value.because}
    shown = known.not_passed(story.COUNTY, on).get(name="何小军")
    assert (shown.last_on, shown.last_score) == (on, 0)
    assert not known.uncertified(story.COUNTY, on).exists()
    assert not Certificate.objects.filter(officer_key=made.he.key).exists()
    assert not known.standing(made.he, on).valid


@pytest.mark.clause("QD-3.1.2(1)b")
@pytest.mark.parametrize("exam", ["null", "of another", "failed", "of another day"])
def test_the_database_takes_no_certificate_without_the_holders_own_pass(made, paper, exam):
    failed = make.failed(made, paper)
    held = Certificate.objects.filter(officer_key=made.who.zhang.key).get()
    own = known.exams_of(made.he.key).get()
    assert failed.ref == own.source
    columns = "at, scope, issuer, issuer_family, family, covers, valid_from, valid_to"
    values = {
        "null": (None, held.exam_passed_on),
        "of another": (held.exam_id, held.exam_passed_on),
        "failed": (own.pk, own.on),
        "of another day": (held.exam_id, date(2023, 9, 19)),
    }[exam]
    whose = made.who.zhang if exam == "of another day" else made.he
    with pytest.raises(DatabaseError, match="本人考试合格"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into registry_certificate (id, officer_id, officer_key, number, exam_id, exam_passed_on, {columns}) "
            f"select gen_random_uuid(), %s, %s, 'X9', %s, %s, {columns} from registry_certificate where id = %s",
            [whose.pk, whose.key, *values, held.pk],
        )


def test_the_register_takes_no_exam_sat_here_that_was_not_sat(made, paper):
    result = make.failed(made, paper)
    for source, how in ((result.ref[:-1] + "0", "sat"), (result.ref, "sat")):
        with pytest.raises(DatabaseError, match=r"应试记录不符|exam_of_one_source"), transaction.atomic():
            _written(made, source, how)


def _written(made: Made, source: str, how: str) -> None:
    registry.record_exam(
        by=None, at=made.at, officer=made.he, title="执法资格考试", organiser="县", on=made.at.date(), how=how, score=10,
        total=10, pass_mark=6, source=source,
    )  # fmt: skip


@pytest.mark.clause("QD-3.1.2(1)b")
def test_the_certificate_stands_on_the_pass(made, paper):
    on = made.at.date()
    result = make.passed(made, paper)
    (exam,) = known.uncertified(story.COUNTY, on)
    assert (exam.source, exam.score, exam.on) == (result.ref, result.score, result.on)
    assert "何小军" not in {one.name for one in known.not_passed(story.COUNTY, on)}
    certificate = certify(made, exam)
    assert (certificate.exam, certificate.exam_passed_on, certificate.officer_key) == (exam, result.on, made.he.key)
    assert known.standing(made.he, date(2026, 9, 11)).valid
    assert not known.uncertified(story.COUNTY, on).exists()


def test_a_passed_training_test_is_no_qualification(made):
    make.bank(made)
    result = make.passed(made, make.paper(made, purpose="training"))
    assert result.passed
    assert not known.exams_of(made.he.key).exists()
    assert not known.uncertified(story.COUNTY, made.at.date()).exists()


@pytest.mark.clause("QD-3.1.2(1)b")
def test_the_provincial_exam_is_put_on_record_with_its_proof(made):
    given = {
        "by": made.qian, "at": made.at, "officer": made.he, "title": "湖南省执法资格电子化考试",
        "organiser": "湖南省司法厅", "on": date(2026, 9, 1), "score": 82, "total": 100, "pass_mark": 60,
        "proof": "HN2026-0915",
    }  # fmt: skip
    for wrong, field in (
        ({"proof": " "}, "proof"),
        ({"on": date(2026, 9, 11)}, "on"),
        ({"score": 101}, "score"),
        ({"score": None}, "score"),
        ({"pass_mark": 0}, "score"),
        ({"organiser": " "}, "organiser"),
    ):
        with pytest.raises(registry.BadExam) as refused:
            registry.record_exam(**{**given, **wrong})
        assert refused.value.field == field and refused.value.mend
    exam = registry.record_exam(**given)
    assert exam.passed and list(known.uncertified(story.COUNTY, made.at.date())) == [exam]
    with pytest.raises(registry.BadExam, match="已经登记"):
        registry.record_exam(**given)
    assert certify(made, exam).exam_passed_on == date(2026, 9, 1)


@pytest.mark.clause("QD-3.1.2(1)b")
def test_only_the_exam_the_plan_names_leads_to_a_certificate(made):
    """祁东: 湖南省执法资格电子化考试 and no other, whether it is sat here or recorded from elsewhere."""
    body = registry.register_body(
        by=None, at=made.at, scope="43.04.26/cg/", name="祁东县城管执法局", kind="agency", uscc="114115260059900355",
        region="430426", pack="cn-hunan-hengyang-qidong", sign="祁", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    officer = registry.register_officer(by=None, at=made.at, body=body, name="彭新", valid_from=date(2024, 1, 1))
    given = {
        "by": None, "at": made.at, "officer": officer, "title": "县里的考试", "organiser": "县司法局",
        "on": date(2026, 9, 1), "score": 82, "total": 100, "pass_mark": 60,
    }  # fmt: skip
    with pytest.raises(registry.NoExam, match="不是本地认可的") as refused:
        certify(made, registry.record_exam(**given, proof="1"))
    assert "QD-3.1.2(1)b" in {one.clause for one in refused.value.because}
    with pytest.raises(registry.BadExam, match="不认可"):
        registry.record_exam(**given, proof="2", regime="某省的考试")
    regime = packs.load(body.pack).parameter("exam_regimes").value[0]
    assert regime == "湖南省执法资格电子化考试"
    assert certify(made, registry.record_exam(**given, proof="3", regime=regime)).officer_key == officer.key
    with pytest.raises(actions.BadPaper, match="不能作为"):
        make.bank(made)
        make.paper(made, regime=regime)  # 钱's county follows a pack that names no exam


@pytest.mark.clause("DH-4.2b")
def test_a_training_test_held_elsewhere_is_no_qualification(made):
    given = {
        "by": made.qian, "at": made.at, "officer": made.he, "title": "州里的测试", "organiser": "州司法局",
        "on": date(2026, 9, 1), "score": 82, "total": 100, "pass_mark": 60, "proof": "1",
    }  # fmt: skip
    result = actions.record_exam(**given)
    assert result.passed and result.purpose == "training" and not known.exams_of(made.he.key).exists()
    with pytest.raises(actions.AlreadyThere):
        actions.record_exam(**given)
    with pytest.raises(actions.Unproved):
        actions.record_exam(**given | {"proof": " "})
