"""Every fact leaves an entry; nothing else can write one."""

import hashlib
import hmac
import json
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yangguang.trail.actions import VERBS, AlreadyDone, Changed, action, attempt, hold, lock
from yangguang.trail.errors import OutsideAction, Refused, WrittenOnce
from yangguang.trail.models import Entry, Kind, Pending, json_safe
from yangguang.trail.queries import entry_of, head, history
from yangguang.trail.reading import reading
from yangguang.trail.sequencer import integrate_now


def test_an_entry_commits_to_the_row_as_the_database_holds_it(memo):
    fact = memo.write(text="占道经营", amount_fen=20000, detail={"品名": ["苹果", 3], "b": None})
    entry = Entry.objects.get()
    assert (entry, entry_of(fact)) == (fact.entry, fact.entry)
    assert (entry.verb, entry.by_ref, entry.kind, entry.seq, entry.prev) == (
        "memo.write",
        memo.by.ref,
        Kind.EVENT,
        1,
        "",
    )
    payload = json.loads(entry.payload)
    assert payload["p"]["row"] == memo.Memo.objects.get().as_written() == fact.as_written()
    assert payload["p"]["row"]["amount_fen"] == 20000
    assert hmac.digest(entry.salt, entry.payload.encode(), hashlib.sha256) == bytes(entry.commitment)
    assert Pending.objects.values_list("entry", "kind").get() == (entry.pk, 1)


def test_the_entries_of_a_chain_are_numbered_and_linked(memo, entries):
    for case in ("1", "2"):
        lines = entries(3, case)
        assert [entry.seq for entry in lines] == [1, 2, 3]
        assert [entry.prev for entry in lines] == ["", *(bytes(entry.commitment).hex() for entry in lines[:2])]
        assert list(history(f"memo:{case}")) == lines
        assert head(f"memo:{case}") == 3


def test_actions_inside_actions_and_facts_beside_the_returned_one_each_leave_an_entry(memo):
    @action("memo.outer")
    def outer(*, by):
        """外层: for the test."""
        memo.write(text="内层")
        memo.Memo(scope=memo.town, at=timezone.now(), text="旁写").save()
        main = memo.Memo(scope=memo.town, at=timezone.now(), text="主")
        main.save()
        return main

    cause = memo.write(text="起因").entry
    fact = outer(by=None, caused_by=cause, seen=1)
    lines = list(history(f"body:{memo.town}"))
    assert [line.verb for line in lines] == ["memo.write", "memo.write", "memo.outer", "memo.outer"]
    assert lines[-1] == fact.entry
    assert lines[-1].by_ref == "system"
    assert lines[-1].cause == cause
    assert json.loads(lines[-1].payload)["p"]["cause"] == bytes(cause.commitment).hex()
    assert memo.Memo.objects.count() == 4


def test_nothing_is_left_when_an_action_refuses(memo):
    @action("memo.refuse")
    def refuse(*, by):
        """拒绝: for the test."""
        memo.write(text="内层")
        raise Refused("不可以", mend="改正")

    with pytest.raises(Refused):
        refuse(by=memo.by)
    assert not memo.Memo.objects.exists()
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()
    assert memo.write().entry.seq == 1


def test_a_caught_inner_refusal_leaves_the_outer_whole(memo):
    @action("memo.inner")
    def inner(*, by):
        """内层拒绝: for the test."""
        memo.write(text="不该留下")
        raise Refused("不可以")

    @action("memo.outer2")
    def outer(*, by):
        """外层继续: for the test."""
        with pytest.raises(Refused):
            inner(by=by)
        fact = memo.Memo(scope=memo.town, at=timezone.now(), text="外层")
        fact.save()
        return fact

    assert outer(by=memo.by, seen=0).entry.seq == 1
    assert Entry.objects.count() == 1


def test_a_page_that_holds_a_chain_acts_on_it_more_than_once_and_after_a_refusal(memo):
    @action("memo.refuse3")
    def refuse(*, by):
        """拒绝: for the test."""
        memo.write(text="不该留下")
        raise Refused("不可以")

    chain = f"body:{memo.town}"
    memo.write(text="以前")
    with transaction.atomic(), reading():
        hold(chain)
        assert head(chain) == 1
        with CaptureQueriesContext(connection) as seen, pytest.raises(Refused):
            refuse(by=memo.by)
        assert not any("trail_lock" in one["sql"] for one in seen)
        assert memo.write(text="一", seen=1).entry.seq == 2
        assert memo.write(text="二", seen=2).entry.seq == 3
        with pytest.raises(Changed):
            memo.write(text="三", seen=2)
    lines = list(history(chain))
    assert [line.prev for line in lines] == ["", *(bytes(line.commitment).hex() for line in lines[:2])]


def test_without_a_transaction_of_its_own_a_page_holds_nothing(memo):
    with reading():
        hold(f"body:{memo.town}")
        assert memo.write(text="一").entry.seq == 1


def test_a_part_that_refuses_takes_the_outer_with_it(memo):
    @action("memo.part", part=True)
    def inner(*, by):
        """内层拒绝: for the test."""
        memo.write(text="不该留下")
        raise Refused("不可以")

    @action("memo.outer3")
    def outer(*, by):
        """外层硬要继续: for the test."""
        with pytest.raises(Refused):
            inner(by=by)
        fact = memo.Memo(scope=memo.town, at=timezone.now(), text="外层")
        fact.save()
        return fact

    with pytest.raises(TransactionManagementError):
        outer(by=memo.by)
    assert not memo.Memo.objects.exists() and not Entry.objects.exists()


def test_an_attempt_that_fails_leaves_its_chain_without_a_gap(memo):
    @action("memo.outer4")
    def outer(*, by):
        """外层: for the test."""
        memo.write(text="一")
        with pytest.raises(Refused), attempt():
            memo.write(text="不该留下")
            raise Refused("不可以")
        memo.write(text="二")
        fact = memo.Memo(scope=memo.town, at=timezone.now(), text="三")
        fact.save()
        return fact

    outer(by=memo.by)
    lines = list(history(f"body:{memo.town}"))
    assert [line.seq for line in lines] == [1, 2, 3]
    assert [line.prev for line in lines] == ["", *(bytes(line.commitment).hex() for line in lines[:2])]
    assert Pending.objects.count() == 3


def test_the_lines_of_one_action_are_written_together_in_their_order_and_seen_by_who_asks(memo):
    told = []

    def saved(text):
        fact = memo.Memo(scope=memo.town, at=timezone.now(), text=text)
        fact.save()
        return fact

    @action("memo.part2", part=True)
    def inner(*, by, text):
        """内层: for the test."""
        return saved(text)

    @action("memo.outer5")
    def outer(*, by, ask):
        """外层: for the test."""
        inner(by=by, text="一")
        if ask:
            told.append(Entry.objects.count())
        inner(by=by, text="二")
        return saved("三")

    with CaptureQueriesContext(connection) as seen:
        outer(by=memo.by, ask=False)
    assert sum("trail_pending" in one["sql"] for one in seen) == 1
    lines = list(history(f"body:{memo.town}"))
    assert [line.pk for line in lines] == sorted(line.pk for line in lines)
    assert list(Pending.objects.order_by("id").values_list("entry_id", flat=True)) == [line.pk for line in lines]
    outer(by=memo.by, ask=True)
    assert told == [4]


def test_a_fact_cannot_be_written_outside_an_action(memo):
    with pytest.raises(OutsideAction):
        memo.Memo(scope=memo.town, at=timezone.now(), text="私写").save()


def test_a_written_fact_cannot_be_changed(memo):
    fact = memo.write()
    for change in (
        fact.save,
        fact.delete,
        memo.Memo.objects.all().delete,
        lambda: memo.Memo.objects.update(text="改"),
        lambda: memo.Memo.objects.bulk_create([memo.Memo(scope="", at=timezone.now(), text="")]),
        lambda: memo.Memo.objects.bulk_update([fact], ["text"]),
        lambda: memo.Memo.objects.update_or_create(text="改"),
        fact.entry.save,
        fact.entry.delete,
    ):
        with pytest.raises(WrittenOnce):
            change()
    fact.refresh_from_db()
    assert fact.text == "甲"


def test_an_action_must_return_the_fact_it_wrote(memo):
    @action("memo.nothing")
    def nothing(*, by):
        """什么也不写: for the test."""

    with pytest.raises(TypeError, match=r"memo\.nothing"):
        nothing(by=memo.by)


def test_positional_parameters_and_doubled_verbs_and_missing_titles_are_refused_at_once(memo):
    with pytest.raises(TypeError, match="关键字"):

        @action("memo.loose")
        def loose(by):
            """松: for the test."""

    with pytest.raises(TypeError, match="已由"):

        @action("memo.write")
        def write(*, by):
            """重复: for the test."""

    with pytest.raises(TypeError, match="中文"):

        @action("memo.untitled")
        def untitled(*, by):
            """Only English."""

    assert VERBS["memo.write"].title == "写测试事实"
    assert VERBS["memo.write"].milestone


def test_the_same_submission_twice_is_done_once(memo):
    once = str(uuid.uuid4())
    first = memo.write(once=once)
    with pytest.raises(AlreadyDone) as again:
        memo.write(once=once)
    assert again.value.entry == first.entry
    assert memo.Memo.objects.count() == 1
    with pytest.raises(Refused, match="编号"):
        memo.write(once="not a uuid")


def test_two_copies_of_one_submission_at_the_same_moment_are_done_once(memo):
    once, results = str(uuid.uuid4()), []

    def submit() -> None:
        memo.see()
        try:
            memo.write(once=once)
            results.append("done")
        except AlreadyDone as already:
            results.append(already.entry and "already")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["already", "already", "already", "done"]


def test_who_acts_on_an_old_page_is_told_what_happened_since(memo, entries):
    entries(1, "7")
    memo.write(case="7", seen=1)
    with pytest.raises(Changed) as stale:
        memo.write(case="7", seen=1)
    assert [entry.seq for entry in stale.value.entries] == [2]
    assert memo.Memo.objects.count() == 2


def test_writers_of_one_chain_queue_up_without_gaps(memo):
    def write() -> None:
        memo.see()
        for _ in range(5):
            memo.write(case="挤")
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(history("memo:挤").values_list("seq", flat=True)) == list(range(1, 21))


def test_the_chain_continues_past_lines_the_writer_may_not_see(memo):
    @action("memo.supervise")
    def supervise(*, by, scope):
        """监督: another body writes into the same case."""
        fact = memo.Memo(scope=scope, at=timezone.now(), text="督办", case="9")
        fact.save()
        return fact

    memo.write(case="9")
    supervise(by=None, scope=memo.other)
    memo.see(memo.town, memo.town + "~")
    assert head("memo:9") == 1
    assert memo.write(case="9").entry.seq == 3


def test_lock_outside_a_transaction_is_a_mistake(memo):
    with pytest.raises(transaction.TransactionManagementError):
        lock("memo:1")


def test_an_action_on_a_locked_subject_compares_before_it_runs(memo):
    ran = []

    @action("memo.answer", on="first")
    def answer(*, by, first):
        """答复: for the test."""
        ran.append(first)
        fact = memo.Memo(scope=memo.town, at=timezone.now(), text="答", case=first.case)
        fact.save()
        return fact

    first = memo.write(case="3")
    memo.write(case="3")
    with pytest.raises(Changed):
        answer(by=memo.by, first=first, seen=1)
    assert not ran
    assert answer(by=memo.by, first=first, seen=2).entry.seq == 3


@pytest.mark.parametrize("value", [1.5, {"a": [1.0]}, 2**53 + 1, {1: 2}, object()])
def test_what_canonical_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError):
        json_safe(value, "字段")


def test_a_float_in_a_fact_stops_the_action(memo):
    with pytest.raises(TypeError, match="浮点"):
        memo.write(detail={"重量": 1.5})
    assert not memo.Memo.objects.exists()


# ---- the database holds the same rules ---------------------------------------------------------------------------

CHANGES = [
    "update trail_memo set text = '改'",
    "delete from trail_memo",
    "truncate trail_memo",
    "update trail_entry set payload = '{}'",
    "delete from trail_entry",
    "truncate trail_entry cascade",
    "update trail_leaf set data = ''",
    "delete from trail_checkpoint",
    "truncate trail_tile",
]


@pytest.mark.parametrize("role", ["yg_web", "yg_owner", "yg_portal", "postgres"])
def test_no_role_can_change_or_remove(memo, role):
    memo.write()
    integrate_now()
    with memo.connect(role) as database:
        if role == "yg_portal":  # without the session's own guard the grants must hold
            database.execute("set default_transaction_read_only = off")
        if role == "yg_web":
            database.execute("select set_config('app.lo', '', false), set_config('app.hi', '~', false)")
        for statement in CHANGES:
            with pytest.raises(Exception, match=r"不得修改|permission denied"):
                database.execute(statement)


def test_rows_of_another_body_are_neither_seen_nor_written(memo):
    memo.write(scope=memo.town)
    memo.write(scope=memo.other)
    memo.see(memo.town, memo.town + "~")
    assert list(memo.Memo.objects.values_list("scope", flat=True)) == [memo.town]
    assert list(Entry.objects.values_list("scope", flat=True)) == [memo.town]
    with pytest.raises(Exception, match="row-level security"):
        memo.write(scope=memo.other)


def test_without_a_scope_nothing_is_seen(memo):
    memo.write()
    connection.close()
    assert not memo.Memo.objects.exists()
    assert not Entry.objects.exists()
    with connection.cursor() as cursor:  # a local setting of an earlier transaction leaves '' behind, not null
        cursor.execute("select set_config('app.lo', '', false), set_config('app.hi', '', false)")
    assert not memo.Memo.objects.exists()


def test_the_portal_role_reads_what_was_disclosed_and_nothing_else(memo):
    memo.write(text="内部")
    memo.disclose(text="公开")
    with memo.connect("yg_portal") as portal:
        portal.execute("set default_transaction_read_only = off")
        assert portal.execute("select text from trail_memo").fetchall() == [("公开",)]
        assert portal.execute("select verb from trail_entry").fetchall() == [("memo.disclose",)]
        for statement in ("insert into trail_memo select * from trail_memo", "select * from trail_pending"):
            with pytest.raises(Exception, match="permission denied"):
                portal.execute(statement)


def test_two_entries_cannot_take_one_place(memo):
    entry = memo.write().entry
    with pytest.raises(IntegrityError):
        Entry.objects.create(
            recorded_at=timezone.now(),
            chain=entry.chain,
            seq=1,
            kind=1,
            verb="x",
            scope=memo.town,
            salt=bytes(32),
            commitment=bytes(32),
        )
