"""Who takes a step: the role is a fact of the registry, and the action asks for it, whoever calls it."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework.course import actions, route
from yangguang.casework.course.errors import NotForYou
from yangguang.casework.errors import NotHead
from yangguang.casework.models import Approval
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.forms.fields import said
from yangguang.registry.models import Account
from yangguang.site.demo import qingshan

pytestmark = pytest.mark.django_db

PACK = packs.load("cn-henan-xinyang-qingshan")
GUIDED = [act for act in PACK.act_names if act[0] in actions.WORDS and act != ("penalty", "ordinary")]
APPROVE = {
    "measure_type": "seizure",
    "measure_basis": "law",
    "object_related": True,
    "object_is_necessity": False,
}


@pytest.fixture
def who():
    with access.within(""):
        made = story.people()
        story.accounts(made)
        yield made


def role(who, username, name, granted):
    account = Account.objects.get(username=username)
    registry.grant_role(by=None, at=story.at(9, 1, 8), account=account, role=name, granted=granted)


def _of(kind, procedure, names):
    """Every step of an act that one of these roles takes or approves."""
    return [
        one for one in PACK.act(kind, procedure).steps if set(one.roles) & names and one.code not in actions.ELSEWHERE
    ]


def _people(who):
    """Everybody of the body, but the one who holds the role asked for."""
    return {"zhang": who.zhang, "li": who.li, "wang": who.wang, "zhou": who.zhou, "sun": who.sun, "chen": who.chen}


def test_every_step_of_a_head_or_of_disclosure_is_refused_to_whoever_lacks_the_role(who):
    """行政处罚法 art. 57: of every guided act, each such step, by everybody else; and by the head once the role is gone."""
    tried = 0
    cases = {}
    for kind, procedure in GUIDED:
        power = a_power(who.body, kind, qingshan.REGISTERED, qingshan.SINCE) if kind not in cases else cases[kind]
        cases[kind] = power
        course = route.of(Walker(who, story.at(9, 1, 9)).begin(kind, procedure, power))
        for step in _of(kind, procedure, {"head"}):
            asked = object() if actions.asks_approval(step) else None
            for name, one in _people(who).items():
                if name != "chen":
                    refuses(course, step, one, asked, NotHead)
                    tried += 1
            actions.must_take(course, step, who.chen, story.at(9, 1, 9), asked)
        for step in _of(kind, procedure, {"disclosure"} - {"head"}):
            if "head" in step.roles:
                continue
            for name, one in _people(who).items():
                if name != "zhou":
                    refuses(course, step, one, None, NotForYou)
                    tried += 1
            actions.must_take(course, step, who.zhou, story.at(9, 1, 9))
    assert tried > 150
    role(who, "chen", "head", False)
    role(who, "zhou", "disclosure", False)
    for step in _of(kind, procedure, {"head"}):
        refuses(course, step, who.chen, object() if actions.asks_approval(step) else None, NotHead)


def refuses(course, step, officer, asked, error):
    with pytest.raises(error) as refused:
        actions.must_take(course, step, officer, story.at(9, 1, 9), asked)
    assert refused.value.because and refused.value.mend
    assert officer.name in refused.value.message


def _waiting(who):
    walker = Walker(who, story.at(9, 1, 9), dict(APPROVE))
    power = a_power(who.body, "compulsory_measure", qingshan.REGISTERED, qingshan.SINCE)
    walker.begin("compulsory_measure", "ordinary", power)
    walker.walk(until="approve")
    walker.at += timedelta(hours=1)
    return walker, walker.put_before_head("approve")


def test_what_waits_for_a_head_is_answered_by_a_head_alone(who):
    """G11: neither a handler nor a colleague answers, nor the head whose role was taken away or account stopped."""
    walker, asked = _waiting(who)
    case = walker.course.case

    def answer(by, approved):
        return actions.answer_request(
            by=by, at=walker.at, case=case, request=asked, approved=approved, opinion="同意，按所报办理。"
        )

    for by in (who.zhang, who.wang, who.zhou):
        for approved in (True, False):
            with pytest.raises(NotHead) as refused:
                answer(by, approved)
            assert "CN-PEN-57.1" in {one.clause for one in refused.value.because}
    role(who, "chen", "head", False)
    with pytest.raises(NotHead, match="负责人"):
        answer(who.chen, True)
    role(who, "chen", "head", True)
    account = Account.objects.get(username="chen")
    registry.switch_account(by=None, at=walker.at, account=account, active=False, note="停用")
    with pytest.raises(NotHead):
        answer(who.chen, True)
    registry.switch_account(by=None, at=walker.at, account=account, active=True, note="恢复")
    assert not Approval.objects.exists()
    assert answer(who.chen, True).approved


def test_the_database_itself_keeps_an_answer_to_the_head(who):
    """An insert that passes by the action is refused all the same: no role, no answer; a handler never."""
    walker, asked = _waiting(who)
    role(who, "zhang", "head", True)  # a handler who is also a head
    for by in (who.wang, who.zhang):
        row = Approval(by=by, at=walker.at, scope=asked.scope, case=asked.case, request=asked, approved=True)
        with pytest.raises(IntegrityError, match=r"CN-PEN-57\.1") as refused, transaction.atomic():
            insert(row)
        shown = said(refused.value)  # as a form shows it: what is wrong, the clause in the words of the pack, the mend
        assert "第五十七条" not in shown.message and "负责人" in shown.mend
        assert next((one.clause, bool(one.text)) for one in shown.because) == ("CN-PEN-57.1", True)
    with pytest.raises(NotHead, match="承办人"):
        actions.answer_request(by=who.zhang, at=walker.at, case=asked.case, request=asked, approved=True, opinion="好")


def test_no_message_of_the_database_holds_a_text_of_law(who):
    """What a clause says belongs to the packs: a trigger names the clause by its id, which is one of them."""
    with connection.cursor() as cursor:
        cursor.execute("select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace")
        told = dict(cursor.fetchall())
    quoting = [name for name, body in told.items() if re.search(r"法第.{1,8}条", body)]
    assert not quoting, quoting
    named = {
        one for body in told.values() for found in re.findall(r"detail = '([^']+)'", body) for one in found.split()
    }
    assert len(named) >= 6 and named <= set(packs.load("cn").clauses)


def insert(row):
    """Write a row past the model, as somebody with the database's password would."""
    fields = [one for one in row._meta.concrete_fields if getattr(row, one.attname) is not None]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    values = [one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {row._meta.db_table} ({columns}) values ({', '.join(['%s'] * len(values))})", values
        )
