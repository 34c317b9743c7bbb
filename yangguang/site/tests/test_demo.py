"""The synthetic county through its real loader: lawful, reproducible, and wrong exactly where it says so."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.joinder.models import JoinderAnswer
from yangguang.casework.models import Case, CaseState, Step
from yangguang.decision.models import JurisdictionDispute, Revocation
from yangguang.disclosure.models import ErrorFound, Publication, PublicDecision
from yangguang.duty import queries as duties
from yangguang.duty.models import Discharge, Duty
from yangguang.record.models import Item, Number
from yangguang.registry import access
from yangguang.registry import queries as registry
from yangguang.registry.identifiers import id_no, uscc_code
from yangguang.registry.models import Account, Body, Certificate, Officer, Party
from yangguang.review.models import Review
from yangguang.site import demo_cli
from yangguang.site.demo import bodies, load, plan, qingshan, turns
from yangguang.site.demo.plan import Fault

DAY = date(2026, 11, 20)

# ---- the plan: pure ------------------------------------------------------------------------------------------------


def drawn(cases: int, seed: int, today: date = DAY) -> list[plan.AgencyPlan]:
    return [plan.of(agency, cases, seed, today) for agency in bodies.AGENCIES]


def digest(cases: int, seed: int) -> str:
    return hashlib.sha256(repr(plan.content(drawn(cases, seed))).encode()).hexdigest()


def test_the_same_seed_draws_the_same_county_in_another_process():
    code = "import django; django.setup(); from yangguang.site.tests.test_demo import digest; print(digest(30, 5))"
    env = os.environ | {"PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest(30, 5)
    assert digest(30, 6) != digest(30, 5)


@pytest.mark.parametrize("many", [plan.FEWEST, 9, 20, 240, 1000])
def test_as_many_cases_as_asked_for_with_every_fault(many):
    plans = drawn(many, 1)
    assert sum(len(one.cases) for one in plans) == many + 1  # the standing copy of the full case comes on top
    assert {case.fault for one in plans for case in one.cases} - {None} == set(Fault)


def test_before_nine_the_county_stands_as_of_the_day_before():
    """Its last acts are of a morning: at one at night they would be written for a time to come."""
    night = datetime(2026, 11, 23, 1, 3, tzinfo=qingshan.SHANGHAI)
    assert demo_cli._today(night) == date(2026, 11, 22)
    assert demo_cli._today(night.replace(hour=9)) == date(2026, 11, 23)
    assert demo_cli._today(night.replace(year=2027)) == plan.LATEST


@pytest.mark.parametrize("today", [plan.EARLIEST, DAY, plan.LATEST])
def test_acts_lie_on_working_days_before_today_and_in_order(today):
    for one in drawn(240, 3, today):
        days = set(plan.working_days(one.agency.pack, today))
        for case in one.cases:
            moments = [act.at for act in case.acts]
            assert moments == sorted(moments), case
            assert {moment.date() for moment in moments} <= days
            assert moments[-1].date() < today


def test_fines_lie_in_their_grade_and_stay_below_what_gives_a_hearing():
    for one in drawn(500, 2):
        for case in one.cases:
            assert case.grade.low <= case.fine_yuan <= case.grade.high
            assert case.fine_yuan < (100_000 if case.party.kind == "legal" else 10_000)


def test_codes_hold_their_check_digits():
    for one in drawn(240, 4):
        for case in one.cases:
            assert id_no(case.party.id_no)
            assert case.party.kind == "natural" or uscc_code(case.party.uscc)


def test_most_cases_are_closed():
    stages = Counter(case.stage for one in drawn(240, 1) for case in one.cases)
    assert stages["closed"] > 240 * 0.5
    assert set(plan.LAST_ACT) <= set(stages)


def test_the_table_of_the_full_case_knows_every_step():
    assert set(qingshan.STEPS) <= set(plan._STORY), "plan._STORY lacks a step of the story"


# ---- the loaded county ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(live_county):
    """What the loader says it loaded."""
    told = json.loads((live_county.home / load.LEDGER).read_text(encoding="utf-8"))
    assert told["state"] == "done"
    return told


def test_the_county_is_lawful_complete_and_wrong_only_where_planted(live_county, known):
    """One test, because a copy of the county is dear."""
    today = date.fromisoformat(known["today"])
    with access.within(""):
        _every_case_as_planned(known, today)
        _closed_cases_are_complete()
        _nothing_is_late_but_what_was_planted(known, today)
        _other_faults(known)
        _numbers_without_gaps_in_order_of_time()
        _certificates(known, today)
        _bodies_and_sign_ins()
        _full_case()
        _turns(live_county.run("demo", "accounts").stdout)
    assert live_county.run("audit").returncode == 0
    assert "通过" in live_county.run("log", "verify").stdout


def test_loading_again_is_refused(live_county, known):
    again = live_county.run("demo", "load", "--cases", "8", check=False)
    assert again.returncode == 1
    assert "已经装入" in again.stderr
    (live_county.home / load.LEDGER).write_text(json.dumps(known | {"state": "loading"}), encoding="utf-8")
    assert "没有完成" in live_county.run("demo", "load", check=False).stderr
    (live_county.home / load.LEDGER).unlink()
    assert "已有数据" in live_county.run("demo", "load", check=False).stderr


def test_the_ledger_and_the_sign_ins_can_be_read(live_county, known):
    listed = json.loads(live_county.run("demo", "faults", "--json").stdout)
    assert listed == known["faults"]
    shown = live_county.run("demo", "accounts").stdout
    assert all(name in shown for name in ("zhang", "qidong-head", "dehong-supervisor", "auditor", qingshan.PASSWORD))


@pytest.mark.parametrize("wrong", [["--cases", "3"], ["--cases", "x"], ["--today", "2026-01-02"], ["--today", "昨天"]])
def test_wrong_options_are_named(fresh_database, wrong):
    done = fresh_database.run("demo", "load", *wrong, check=False)
    assert done.returncode == 2
    assert "参数错误" in done.stderr


def _every_case_as_planned(known: dict, today: date) -> None:
    planned = [one for agency in drawn(known["cases"], known["seed"], today) for one in agency.cases]
    for one in planned:
        party = Party.objects.get(name=one.party.name, id_no=one.party.id_no)
        if one.stage == "declined":
            continue
        case = Case.objects.get(party=party)
        assert case.at == next(act.at for act in one.acts if act.name == "apply")
        taken = [
            act.at for act in one.acts if act.name in ("identify", "check_scene", "interview", "collect", "conclude")
        ]
        done = Step.objects.filter(case=case).exclude(step="correct").order_by("at")
        assert [step.at for step in done] == taken
        proposed = case.proposals.order_by("-version").first()
        assert proposed is None or proposed.body["fine_fen"] == one.fine_fen
    assert Case.objects.count() == len([one for one in planned if one.stage != "declined"]) + 1 + turns.MADE


def _turns(told: str) -> None:
    """The cases that leave the straight road stand where they say, and the sign-ins name each with its address."""
    marks = {mark: CaseState.objects.filter(done__has_key=mark) for mark in ("joined", "exempted", "transferred")}
    assert {mark: found.count() for mark, found in marks.items()} == {"joined": 1, "exempted": 1, "transferred": 1}
    (disputed,) = JurisdictionDispute.objects.all()
    (severed,) = JoinderAnswer.objects.filter(joined=False, approved=True)
    for case in (
        *(found.get().case_id for found in marks.values()),
        disputed.case_id,
        severed.case_id,
        severed.other_id,
    ):
        assert f"/work/cases/{case}/" in told
    assert not Duty.objects.filter(subject=marks["transferred"].get().case.chain, rule="D05", discharge=None).exists()


def _closed_cases_are_complete() -> None:
    ended = CaseState.objects.filter(closed_on__isnull=False).exclude(done__has_key="joined")  # that goes on in another
    closed = list(ended.select_related("case"))
    assert len(closed) >= 8
    for state in closed:
        assert cases.missing(state.case, upto="close") == [], state.title


def _nothing_is_late_but_what_was_planted(known: dict, today: date) -> None:
    late = Counter(duty.rule for duty in duties.still_open("").filter(due_on__lt=today))
    assert late == Counter(one["rule"] for one in known["faults"] if one["rule"])
    for one in known["faults"]:
        if one["rule"]:
            assert duties.of(one["case"]).filter(rule=one["rule"], discharge__isnull=True, due_on__lt=today).exists()
    for done in Discharge.objects.select_related("duty"):
        assert timezone.localdate(done.at) <= done.duty.due_on, f"{done.duty.title} {done.duty.subject}"


def _other_faults(known: dict) -> None:
    def case_of(fault: Fault) -> Case:
        (one,) = [row for row in known["faults"] if row["fault"] == fault]
        return Case.objects.get(pk=one["case"].partition(":")[2])

    assert any(one.kind == "recording" for one in cases.missing(case_of(Fault.UNRECORDED), upto="propose"))
    returned = case_of(Fault.RETURNED)
    assert cases.latest_proposal(returned).version == 1
    assert Review.objects.get(case=returned).outcome == "revise"
    shown = case_of(Fault.STILL_SHOWN)
    assert Revocation.objects.filter(case=shown).exists()
    assert not Publication.objects.filter(case=shown, takedown__isnull=False).exists()
    wrong = case_of(Fault.UNCORRECTED)
    assert ErrorFound.objects.filter(case=wrong).exists()
    assert Publication.objects.get(case=wrong).version == 1


def _numbers_without_gaps_in_order_of_time() -> None:
    rows: dict[tuple[str, str], list] = {}
    for scope, word, n, at in Number.objects.order_by("n").values_list("scope", "word", "n", "at"):
        rows.setdefault((scope, word), []).append((n, at))
    for which, given in rows.items():
        assert [n for n, _ in given] == list(range(1, len(given) + 1)), which
        assert [at for _, at in given] == sorted(at for _, at in given), which


def _certificates(known: dict, today: date) -> None:
    soon = Certificate.objects.filter(valid_to__gte=today, valid_to__lte=today + timedelta(days=30)).count()
    gone = Certificate.objects.filter(valid_to__lt=today).count()
    counted = Counter(one["fault"] for one in known["faults"])
    assert (soon, gone) == (counted[plan.EXPIRING], counted[plan.EXPIRED])
    for case in Case.objects.select_related("handler1", "handler2"):
        assert all(registry.standing(officer, case.applied_on).valid for officer in (case.handler1, case.handler2))


def _bodies_and_sign_ins() -> None:
    assert {body.pack for body in Body.objects.filter(kind="agency")} == {agency.pack for agency in bodies.AGENCIES}
    assert len({agency.pack for agency in bodies.AGENCIES}) == 5
    for body in Body.objects.filter(kind="agency"):
        for role in ("officer", "reviewer", "head", "disclosure", "archivist"):
            assert registry.holders(role, body.scope), f"{body.name} {role}"
    for role in ("admin", "security", "auditor"):
        assert len(registry.holders(role, qingshan.COUNTY)) == 1
    assert Account.objects.get(username="zhang").check_password(qingshan.PASSWORD)
    assert Officer.objects.filter(name="张卫国").exists()


def _full_case() -> None:
    party = Party.objects.get(name="赵大勇")
    case = Case.objects.get(party=party)
    assert Publication.objects.filter(case=case).count() == 2
    row = PublicDecision.objects.get(number=case.decision.issuance.number_text, body_name="青山镇人民政府")
    assert row.state == PublicDecision.State.WITHDRAWN
    standing = CaseState.objects.filter(scope=qingshan.TOWN, step="review")
    assert standing.count() >= 1  # the copy that waits for its reviewer
    assert Item.objects.filter(dossier=case.dossier, medium="video").exists()
