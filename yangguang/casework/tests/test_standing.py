"""Who may not enforce is not assigned, takes no step and is named on no document: the action says so, and the database."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import story
from tests.story import COUNTY, TOWN, at
from yangguang.casework import actions
from yangguang.casework.errors import NotCertified, NotTrained
from yangguang.casework.models import Case, Step
from yangguang.duty.models import Duty
from yangguang.record.models import Item
from yangguang.registry import access, queries
from yangguang.registry import actions as registry
from yangguang.registry.models import Succession
from yangguang.trail.models import Fact
from yangguang.training import actions as training
from yangguang.training import queries as trained
from yangguang.training.tests import made as make

pytestmark = pytest.mark.django_db
STOPPED = ("unchecked", "suspended", "revoked", "expired")
LATER = {"expired": at(7, 1, 9, year=2027)}


@pytest.fixture(autouse=True)
def everything():
    with access.within(""):
        yield


def stop(officer, how: str, on: date):
    """Take the certificate of a person out of force from a day on."""
    (held,) = queries.certificates(officer)
    if how == "unchecked":
        registry.check_certificate(
            by=None, at=at(9, 1), certificate=held, year=2026, passed=False, on=on, note="学时不足"
        )
    elif how != "expired":
        registry.change_certificate(by=None, at=at(9, 1), certificate=held, state=how, on=on, reason="违反证件管理规定")


def again(row: Fact, **changed) -> None:
    """Write a copy of a row with SQL, as somebody who goes past the program would."""
    columns = [field.column for field in row._meta.concrete_fields if field.column not in {"id", *changed}]
    quoted = ", ".join(f'"{name}"' for name in columns)
    given = ", ".join(f'"{name}"' for name in changed)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into {row._meta.db_table} (id, {given}, {quoted}) "
            f"select gen_random_uuid(), {', '.join(['%s'] * len(changed))}, {quoted} from {row._meta.db_table} where id = %s",
            [*changed.values(), row.pk],
        )


@pytest.mark.clause("QS-4.6b", "QD-3.1.2(1)a", "DH-2.1.3a", "WC-2.1.3(2)d")
@pytest.mark.parametrize(
    ("whose", "how"), [*(("li", how) for how in STOPPED), *(("zhang", how) for how in STOPPED if how != "expired")]
)
def test_who_may_not_enforce_is_not_assigned(how, whose):
    s = story.begin("apply")
    moment = LATER.get(how, at(9, 1, 10))
    stop(getattr(s.who, whose), how, moment.date())
    first, second = (s.who.zhang, s.who.li) if whose == "li" else (s.who.zhang, s.who.lin)
    given = {
        "by": first, "second": second, "party": s.who.party, "power": s.who.power, "cause": "占用通道", "touches": [],
        "found_on": moment.date(), "at": moment,
    }  # fmt: skip
    with pytest.raises(NotCertified) as refused:
        actions.apply(**given)
    assert refused.value.mend and {one.clause for one in refused.value.because}
    with pytest.raises(DatabaseError, match="没有有效的行政执法证"):
        again(s.case, applied_on=moment.date())
    assert Case.objects.count() == 1


@pytest.mark.clause("QD-3.1.2(1)b", "WC-2.1.3(2)a", "QS-4.6b")
@pytest.mark.parametrize("how", STOPPED)
def test_who_may_not_enforce_takes_no_step_and_signs_nothing_from_that_day(how):
    """The other handler, too: both are named on what is made."""
    s = story.begin("check_scene")
    moment = LATER.get(how, at(9, 1, 10))
    stop(s.who.li, how, moment.date())
    step = Step.objects.filter(case=s.case).first()
    paper = Item.objects.filter(dossier=s.case.dossier, by=s.who.zhang).exclude(code="").first()
    again(step, at=at(8, 27))  # the day before it still goes
    again(paper, at=at(8, 27))
    for officer in (s.who.zhang, s.who.li):
        with pytest.raises(NotCertified, match="李敏"):
            actions.must_handle(s.fresh(), officer, moment.date())
    for row in (step, paper):
        with pytest.raises(DatabaseError, match="没有有效的行政执法证"):
            again(row, at=moment)


def test_a_renewed_certificate_opens_the_way_again():
    s = story.begin("identify")
    stop(s.who.li, "suspended", date(2026, 9, 1))
    (held,) = queries.certificates(s.who.li)
    registry.change_certificate(
        by=None, at=at(9, 10), certificate=held, state="restored", on=date(2026, 9, 10), reason="期满"
    )
    actions.must_handle(s.fresh(), s.who.zhang, date(2026, 9, 10))
    again(Step.objects.filter(case=s.case).first(), at=at(9, 10))


def attend(made: make.Made, kind: str):
    session = make.session(made, kind=kind)
    return training.attend(by=made.qian, at=made.at, session=session, officer=made.he)


@pytest.mark.clause("QS-4.6a")
def test_without_the_pre_post_training_nobody_is_assigned_where_the_pack_asks_it():
    """何 has a certificate and no 岗前培训: refused by name, with the clause; a cancelled session is no training."""
    made = make.begin(at(9, 10, 15))
    exam = story.passed(made.he, made.at, date(2026, 9, 1))
    registry.grant_certificate(
        by=None, at=made.at, exam=exam, number="X1", issuer="省", valid_from=date(2026, 9, 2), valid_to=date(2030, 1, 1)
    )
    given = {
        "by": made.who.zhang, "second": made.he, "party": made.who.party, "power": made.who.power, "cause": "占用通道",
        "found_on": made.at.date(), "touches": [],
    }  # fmt: skip
    with pytest.raises(NotTrained, match="何小军没有岗前培训") as refused:
        actions.apply(**given, at=made.at)
    assert refused.value.field == "second" and "QS-4.6a" in {one.clause for one in refused.value.because}
    attend(made, "post")
    lesson = attend(made, "pre_post").session
    training.cancel(by=made.qian, at=made.at, session=lesson, reason="授课人未到")
    with pytest.raises(NotTrained):
        actions.apply(**given, at=made.at)
    attend(made, "pre_post")
    assert actions.apply(**given, at=made.at).handler2 == made.he
    assert trained.untrained(made.qian, made.at.date()) is None, "the county's pack does not ask for it"


# ---- a body that another follows ------------------------------------------------------------------------------------


def follow(s: story.Story, **more):
    tax = registry.register_body(
        by=None, at=at(9, 1), scope=f"{COUNTY}shuiwu/", name="罗山县税务局", kind="agency", uscc="11411521006005050W",
        region="411521", pack="cn-henan", sign="税", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    given = {"predecessor": s.who.body, "successor": tax, "on": date(2026, 10, 1), "instrument": "机构改革方案"}
    return registry.succeed(**{"by": None, "at": at(9, 1), **given, **more})


@pytest.mark.clause("SY-3.3b")
def test_a_body_elsewhere_does_not_follow_one_that_has_open_matters():
    """Its people could neither see nor handle them; the refusal counts what is open and says what to do."""
    s = story.begin("approve_opening")
    with pytest.raises(IntegrityError, match="1 件未结案件") as refused, transaction.atomic():
        follow(s)
    assert "变更执法主体" in refused.value.__cause__.diag.message_hint
    assert not Succession.objects.exists() and queries.body_at(TOWN, date(2026, 10, 1)) == s.who.body
    with access.within(f"{COUNTY}shuiwu/"):
        assert not Case.objects.exists() and not Duty.objects.exists(), "what the refusal guards against"


@pytest.mark.clause("SY-3.3b")
def test_an_open_clue_counts_and_a_change_of_name_carries_everything_on():
    s = story.begin("take_clue")
    with pytest.raises(IntegrityError, match="0 件未结案件、1 条没有答复的线索"), transaction.atomic():
        follow(s)
    registry.change_body(
        by=None, at=at(9, 1), body=s.who.body, valid_from=date(2026, 10, 1), reason="更名", name="青山镇综合行政执法局"
    )
    s.apply()
    assert s.case.scope == TOWN and queries.body_at(TOWN, date(2026, 10, 1)).name == "青山镇综合行政执法局"


def test_a_part_of_the_powers_passes_while_a_case_is_open():
    s = story.begin("approve_opening")
    made = follow(s, powers=[s.who.power])
    assert made.powers == [str(s.who.power.key)]
    actions.must_handle(s.fresh(), s.who.zhang, date(2026, 10, 2))  # the predecessor finishes its own case
