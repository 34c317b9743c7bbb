"""The facts of a file read in one statement are what each table alone would give, and stay so while they are written."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import story
from tests.story import at
from yangguang.casework import file
from yangguang.casework.models import CaseState, Proposal, Step
from yangguang.decision.models import Answer, Decision, Notice, Performance, Service, Statement
from yangguang.decision.pause.models import Pause
from yangguang.record import actions as record
from yangguang.record import queries as records
from yangguang.record import rows
from yangguang.record.models import Dossier, Item, Waiver
from yangguang.registry import access
from yangguang.trail import actions as trail
from yangguang.trail.models import Fact
from yangguang.trail.reading import reading, writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    with access.within(""):
        yield story.begin("close")


def alone(kind, case):
    """The rows of a kind as its own table gives them."""
    column = rows._column(kind)
    key = case.pk if column == "case_id" else case.dossier_id
    return list(rows._ordered(kind.objects.filter(**{column: key})))


def test_a_file_is_read_in_one_statement(told):
    with reading(), CaptureQueriesContext(connection) as asked:
        assert file.of(told.case, Step) and file.of(told.case, Proposal) and records.kept(told.case.dossier)
        assert file.of(told.case, Pause) == ()
    assert len(asked) == 1


@pytest.mark.parametrize("kind", rows.KINDS, ids=lambda kind: kind._meta.label)
def test_every_kind_belongs_to_the_chain_of_its_file(kind, told):
    """What is read under the lock of the file's chain can only change under that lock."""
    for row in alone(kind, told.case):
        assert row.chain == told.case.chain if isinstance(row, Fact) else isinstance(row, CaseState)


def test_every_row_is_what_its_own_table_gives(told):
    seen = 0
    with reading():
        for kind in rows.KINDS:
            together, single = file.of(told.case, kind), alone(kind, told.case)
            assert [one.pk for one in together] == [one.pk for one in single]
            for one, other in zip(together, single, strict=True):
                for field in kind._meta.concrete_fields:
                    left, right = getattr(one, field.attname), getattr(other, field.attname)
                    assert (type(left), left) == (type(right), right), f"{kind._meta.label}.{field.attname}"
                    if isinstance(left, datetime):
                        assert left.utcoffset() == right.utcoffset()
                seen += 1
    assert seen > 40
    assert {Item, Step, Proposal, Notice, Service, Statement, Decision, Performance, Waiver, Dossier} <= {
        kind for kind in rows.KINDS if alone(kind, told.case)
    }


def test_rows_name_each_other_without_another_question(told):
    with reading():
        decision = file.last(told.case, Decision)
        with CaptureQueriesContext(connection) as asked:
            assert decision.case is told.case
            assert decision.notice.item.dossier.subject == told.case.chain
            assert decision.proposal.case is told.case
            assert decision.issuance.item.number == told.issuance.item.number
            assert file.last(told.case, Statement).answer.reason
            assert not hasattr(decision.notice, "no_such_answer")
        assert len(asked) == 0


def test_where_nothing_answers_a_row_that_is_known_without_asking(told):
    early = story.begin_again(told, "hear")
    with reading():
        said = file.last(early.case, Statement)
        with CaptureQueriesContext(connection) as asked:
            assert not hasattr(said, "answer")
        assert len(asked) == 0
        early.answer()
    with reading():
        assert file.last(early.case, Statement).answer == Answer.objects.get(case=early.case)


def test_what_is_written_joins_what_was_read(told):
    other = story.begin_again(told, "check_scene")
    with writing():
        before = records.kept(other.case.dossier)
        chain = other.case.dossier.subject
        trail.lock(chain)
        waiver = record.waive(
            by=other.who.zhang,
            at=at(9, 3, 10),
            dossier=other.case.dossier,
            step="scene_check",
            event="scene_check",
            reason="现场情况简单，文字和照片足以证明。",
        )
        assert records.kept(other.case.dossier) == before
        assert [one.pk for one in records.waivers(other.case.dossier)] == [waiver.pk]


def test_what_was_read_before_a_lock_is_read_again(told):
    """Another may have written while this one waited for the lock."""
    with reading():
        assert len(file.of(told.case, Performance)) == 1
        trail.lock("case:other")
        with CaptureQueriesContext(connection) as asked:
            file.of(told.case, Performance)
        assert len(asked) == 1


def test_what_was_read_under_its_lock_stays_true_under_another(told):
    with reading():
        trail.hold(told.case.chain)
        file.of(told.case, Performance)
        trail.lock("case:other")
        with CaptureQueriesContext(connection) as asked:
            assert len(file.of(told.case, Performance)) == 1
        assert len(asked) == 0


def test_off_a_page_only_the_kind_that_is_asked_for_is_read(told):
    with CaptureQueriesContext(connection) as asked:
        assert file.of(told.case, Pause) == ()
    assert len(asked) == 1 and "union" not in asked.captured_queries[0]["sql"]
