"""培训: plans with versions, attendance that is corrected and not edited, hours, and by name who was not trained."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import story
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.access import Caller, NotAllowed
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused
from yangguang.training import actions, queries
from yangguang.training.models import Attendance, Plan, Session
from yangguang.training.queries import hours

from . import made as make
from .made import Made

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    with access.within(""):
        yield make.begin(story.at(9, 10, 15), with_accounts=True)


def caller(username: str) -> Caller:
    found = make.account(username)
    return Caller(found, access.roles_of(found))


def attend(made: Made, session: Session, officer, **more) -> Attendance:
    return actions.attend(**{"by": made.qian, "at": made.at, "session": session, "officer": officer, **more})


# ---- plans ---------------------------------------------------------------------------------------------------------


def test_a_plan_is_changed_by_a_version_with_its_reason(made):
    first = make.plan(made)
    with pytest.raises(Refused, match="理由"):
        make.plan(made, earlier=first, title="改名")
    second = make.plan(made, earlier=first, title="改名", reason="推迟到下半年")
    assert (second.key, second.pk != first.pk) == (first.key, True)
    assert queries.plan(first.key) == second
    assert list(queries.plans(caller("qian"))) == [second]
    assert [v.title for v in queries.plan_versions(first.key)] == ["改名", "三项制度专题培训"]
    assert trail.entry_of(first) and trail.entry_of(second)
    assert second.entry.verb == "training.plan"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"starts_on": date(2025, 12, 1)}, "starts_on"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_a_plan_with_impossible_dates_is_refused(made, wrong, field):
    with pytest.raises(Refused) as refused:
        make.plan(made, **wrong)
    assert refused.value.field == field
    assert not Plan.objects.exists()


def test_a_body_below_reads_the_plan_and_may_not_change_it(made):
    plan = make.plan(made)
    zhang = caller("zhang")
    with access.within(zhang.scope, alone=True):
        assert list(queries.plans(zhang)) == [plan]
        with pytest.raises(NotAllowed):
            make.plan(made, by=made.who.chen, earlier=plan, reason="我改")
    other = "41.15.26/"
    with access.within(other):
        assert not Plan.objects.exists()


def test_a_neighbour_and_the_body_above_alone_do_not_read_a_townships_plan(made):
    plan = make.plan(made, by=made.who.chen)
    for scope in ("41.15.21/dingyuan/", "41.15.21/"):
        with access.within(scope, alone=True):
            assert not Plan.objects.filter(pk=plan.pk).exists(), scope
    with access.within("41.15.21/"):
        assert Plan.objects.filter(pk=plan.pk).exists()


# ---- sessions and attendance ---------------------------------------------------------------------------------------


@pytest.mark.clause("QS-4.3a")
def test_training_on_the_three_systems_is_recorded_for_each_officer(made):
    """Plan, material, attendance and the test's result, per person."""
    plan = make.plan(made)
    session = make.session(made, plan, material="《三项制度应知应会》")
    row = attend(made, session, made.who.zhang, minutes=90)
    make.bank(made)
    result = make.passed(made, make.paper(made, purpose="training", plan_key=plan.key), made.who.zhang)
    assert (row.on, row.minutes, row.kind) == (date(2026, 9, 10), 90, "special")
    assert row.scope == made.who.zhang.scope
    assert list(queries.own_attendance(made.who.zhang.key, 2026)) == [row]
    assert session.material and result.passed and result.paper.plan_key == plan.key
    assert row.entry.chain == f"officer:{made.who.zhang.key}"


def test_nobody_attends_twice_before_it_began_or_longer_than_it_lasted(made):
    session = make.session(made)
    attend(made, session, made.who.zhang)
    with pytest.raises(actions.AlreadyThere):
        attend(made, session, made.who.zhang)
    with pytest.raises(Refused, match="0 到 180"):
        attend(made, session, made.who.li, minutes=181)
    coming = make.session(made, starts_at=made.later(days=1), ends_at=made.later(days=1, hours=3))
    with pytest.raises(actions.NotHeldYet):
        attend(made, coming, made.who.li)
    assert Attendance.objects.filter(session__in=(session, coming)).count() == 1


def test_the_database_itself_keeps_one_row_a_person(made):
    session = make.session(made)
    row = attend(made, session, made.who.zhang)
    columns = 'at, scope, session_id, officer_id, officer_key, "on", kind, minutes, how, proof, reason, by_id'
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into training_attendance (id, {columns}) select gen_random_uuid(), {columns} "
            "from training_attendance where id = %s",
            [row.pk],
        )


def test_a_session_counts_no_longer_than_it_lasts(made):
    with pytest.raises(Refused, match="1 到 180"):
        make.session(made, minutes=181)
    with pytest.raises(actions.BadDates):
        make.session(made, ends_at=made.later(hours=-5))
    days = make.session(made, starts_at=made.later(days=-3), ends_at=made.at, minutes=2400)
    assert days.minutes == 2400
    with pytest.raises(Refused):
        make.session(made, starts_at=made.later(days=-3), ends_at=made.at, minutes=2401)


def test_a_correction_is_a_new_fact_and_the_old_one_stays(made):
    row = attend(made, make.session(made), made.who.zhang)
    with pytest.raises(Refused, match="理由"):
        actions.correct(by=made.qian, at=made.at, attendance=row, minutes=0, reason=" ")
    with pytest.raises(Refused, match="相同"):
        actions.correct(by=made.qian, at=made.at, attendance=row, minutes=180, reason="核对签到表")
    after = actions.correct(by=made.qian, at=made.at, attendance=row, minutes=60, reason="核对签到表，中途离开")
    assert Attendance.objects.get(pk=row.pk).minutes == 180
    assert (after.replaces_id, after.how) == (row.pk, "corrected")
    assert queries.minutes_of(made.who.zhang.key, 2026) == 60
    with pytest.raises(Refused, match="已经更正"):
        actions.correct(by=made.qian, at=made.at, attendance=row, minutes=30, reason="再改")
    again = actions.correct(by=made.qian, at=made.at, attendance=after, minutes=0, reason="本人没有到场")
    assert queries.minutes_of(made.who.zhang.key, 2026) == 0
    assert list(queries.attended(caller("qian"), row.session)) == [again]


def test_one_organises_for_the_own_body_and_below_only(made):
    session = make.session(made)
    with pytest.raises(NotAllowed):
        attend(made, session, made.qian, by=made.who.chen)
    assert attend(made, session, made.who.li, by=made.who.chen).by == made.who.chen


@pytest.mark.clause("DH-4.2b")
def test_training_held_elsewhere_is_recorded_with_its_proof(made):
    session = make.session(made, form="outside", organiser="河南省司法厅", place="郑州")
    row = attend(made, session, made.who.zhang, proof="豫司培〔2026〕0188")
    assert (session.organiser, row.proof) == ("河南省司法厅", "豫司培〔2026〕0188")


# ---- hours and names -----------------------------------------------------------------------------------------------


def test_hours_are_cut_and_the_year_is_the_sessions(made):
    asked = queries.demand(made.who.body.pack)
    assert (asked.hours.value, asked.hour.value, asked.minutes) == (60, 45, 2700)
    assert asked.hours.confirm == ("CN-3Y-27",), "a number not read off the official text is said to be so"
    assert [asked.in_hours(minutes) for minutes in (2699, 2700, 0)] == ["59.9", "60.0", "0.0"]
    last_year = story.at(12, 31, 22, year=2025)
    row = attend(made, make.session(made, starts_at=last_year, ends_at=last_year + timedelta(hours=3)), made.who.zhang)
    assert row.on == date(2025, 12, 31)
    assert queries.minutes_of(made.who.zhang.key, 2026) == 0
    assert queries.minutes_of(made.who.zhang.key, 2025) == 180


def test_who_has_not_enough_by_name_and_by_body(made, four_hours):
    session = make.session(made)
    attend(made, session, made.who.zhang)
    attend(made, session, made.who.li, minutes=179)
    on = made.at.date()
    found = {one.name: one.minutes for one in queries.studied(story.COUNTY, "officers", 2026, on)}
    assert found == {"张卫国": 180, "李敏": 179, "吴刚": 0, "林芳": 0}
    assert [(b.name, b.people, b.short) for b in queries.by_body(story.COUNTY, 2026, on)] == [("青山镇人民政府", 4, 3)]
    assert {o.name for o in queries.studied(story.COUNTY, "staff", 2026, on)} >= {"何小军", "钱正", "陈立新"}
    assert {o.name for o in queries.studied(story.COUNTY, "leaders", 2026, on)} == {"陈立新"}
    assert {o.name for o in queries.studied(story.COUNTY, "reviewers", 2026, on)} == {"王静"}


@pytest.fixture
def four_hours(monkeypatch):
    """A pack that asks four hours a year, so that one afternoon is enough."""
    real = hours.demand

    def demand(pack: str):
        asked = real(pack)
        return replace(asked, hours=replace(asked.hours, value=4))

    monkeypatch.setattr(hours, "demand", demand)


@pytest.mark.clause("DH-3.1b", "WC-3.3")
def test_who_came_to_nothing_of_a_plan_is_shown_by_name(made):
    plan = make.plan(made)
    session = make.session(made, plan)
    row = attend(made, session, made.who.zhang)
    attend(made, make.session(made), made.who.li)  # a session of no plan
    missing = queries.without(caller("qian"), plan, made.at.date())
    assert {one.name for one in missing} == {"李敏", "吴刚", "林芳"}
    assert queries.asked_for(caller("qian"), plan, made.at.date()) == 4
    actions.correct(by=made.qian, at=made.at, attendance=row, minutes=0, reason="没有到场")
    assert {one.name for one in queries.without(caller("qian"), plan, made.at.date())} == {
        "张卫国",
        "李敏",
        "吴刚",
        "林芳",
    }


@pytest.mark.clause("QD-3.3.1d", "SY-2.3f", "WC-2.3.1(2)")
def test_reviewers_are_trained_periodically_and_the_due_ones_are_shown(made):
    assert queries.demand(made.who.body.pack).months.value == 12
    on = made.at.date()
    assert [one.name for one in queries.reviewers_due(story.COUNTY, 12, on)] == ["王静"]
    assert queries.reviewer_plan(made.who.body.scope, on) is None
    plan = make.plan(made, kind="reviewers", audience="reviewers", title="法制审核人员年度培训")
    assert queries.reviewer_plan(made.who.body.scope, on) == plan
    attend(made, make.session(made), made.who.wang)  # a general lesson is not the reviewers' own
    assert queries.reviewers_due(story.COUNTY, 12, on).count() == 1
    for form in ("class", "online", "cases"):
        attend(made, make.session(made, plan, form=form, title=form), made.who.wang)
    assert queries.reviewers_due(story.COUNTY, 12, on).count() == 0
    assert queries.reviewers_due(story.COUNTY, 12, date(2027, 9, 10)).count() == 0
    assert [one.last for one in queries.reviewers_due(story.COUNTY, 12, date(2027, 9, 11))] == [date(2026, 9, 10)]


def test_months_back_end_with_the_month():
    assert hours._months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert hours._months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert hours._months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert hours._months_before(date(2026, 12, 31), 12) == date(2025, 12, 31)
    assert hours._months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)


def test_pre_post_training_is_told_apart(made):
    exam = story.passed(made.he, made.at, date(2026, 9, 1))
    registry.grant_certificate(
        by=None, at=made.at, exam=exam, number="X1", issuer="省", valid_from=date(2026, 9, 2), valid_to=date(2030, 1, 1)
    )
    found = {one.name: one.pre_post for one in queries.studied(story.COUNTY, "officers", 2026, made.at.date())}
    assert (found["何小军"], found["张卫国"]) == (False, True)
    attend(made, make.session(made, kind="pre_post"), made.he)
    found = {one.name: one.pre_post for one in queries.studied(story.COUNTY, "officers", 2026, made.at.date())}
    assert found["何小军"] is True


def test_the_hours_of_a_cancelled_session_fall_away_and_nobody_joins_it(made):
    session = make.session(made, kind="reviewers")
    row = attend(made, session, made.who.zhang)
    attend(made, session, made.who.wang)
    assert queries.minutes_of(made.who.zhang.key, 2026) == 180
    with pytest.raises(actions.NoReason):
        actions.cancel(by=made.qian, at=made.at, session=session, reason=" ")
    with pytest.raises(NotAllowed):
        actions.cancel(by=made.who.chen, at=made.at, session=session, reason="上级的场次")
    off = actions.cancel(by=made.qian, at=made.at, session=session, reason="授课人未到")
    assert off.entry.verb == "training.cancel" and Attendance.objects.get(pk=row.pk).minutes == 180
    assert queries.minutes_of(made.who.zhang.key, 2026) == 0
    found = {one.name: one.minutes for one in queries.studied(story.COUNTY, "staff", 2026, made.at.date())}
    assert found["张卫国"] == 0
    assert [one.name for one in queries.reviewers_due(story.COUNTY, 12, made.at.date())] == ["王静"]
    assert queries.sessions(caller("qian")).get(pk=session.pk).came == 0
    assert list(queries.own_attendance(made.who.zhang.key, 2026)) == [row], "it stays on the list, and says why"
    for refused in (
        lambda: attend(made, session, made.who.li),
        lambda: actions.correct(by=made.qian, at=made.at, attendance=row, minutes=60, reason="中途离开"),
        lambda: actions.cancel(by=made.qian, at=made.at, session=session, reason="再次"),
    ):
        with pytest.raises(actions.CalledOff, match="授课人未到"):
            refused()
    columns = 'at, scope, session_id, officer_id, officer_key, "on", kind, minutes, how, proof, reason, by_id'
    with pytest.raises(DatabaseError, match="场次已经取消"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into training_attendance (id, {columns}) "
            'select gen_random_uuid(), at, scope, session_id, officer_id, gen_random_uuid(), "on", kind, minutes, how, '
            "proof, reason, by_id from training_attendance where id = %s",
            [row.pk],
        )


def test_the_paths_above_a_body():
    assert queries.above("41.15.21/qingshan/") == ["41.15.21/", "41.15.21/qingshan/"]
    assert queries.above("41.15.21/") == ["41.15.21/"]
