"""Lawful erasure: two people, a ground, a line in the log first; the words go and every proof stays."""

import json
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from yangguang.trail import check, note, queries, sequencer, tlog
from yangguang.trail.audit import altered
from yangguang.trail.erasure.actions import NotErasable, SamePerson, erase, order_erasure
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import Entry
from yangguang.trail.sequencer import integrate_now

LI = SimpleNamespace(ref="registry.officer:01890000-0000-7000-8000-00000000000b")
GROUND = {"clause": "个人信息保护法第四十七条第一款第三项", "ground": "个人撤回同意", "reason": "当事人书面撤回同意"}


def order(memo, entry, **more):
    return order_erasure(
        by=memo.by, at=timezone.now(), entry=entry, **(GROUND | {"columns": ["text", "detail"]} | more)
    )


def findings() -> list[str]:
    connections["owner"].close()
    return [finding.what for finding in altered(patience=0)]


@pytest.fixture
def secret(memo):
    entry = memo.write(text="张三的病历", case="1", detail={"号": "1"}).entry
    memo.write(case="1")
    integrate_now()
    return entry


def erased(memo, entry):
    ordered = order(memo, entry)
    integrate_now()
    done = erase(by=LI, at=timezone.now(), order=ordered)
    integrate_now()
    return done


def test_words_salt_and_columns_go_and_the_proof_stays(memo, secret):
    before = note.parse_proof(queries.tlog_proof(secret))
    done = erased(memo, secret)
    now = Entry.objects.get(pk=secret.pk)
    assert (bytes(now.salt), "张三" in now.payload, bytes(now.commitment)) == (b"", False, bytes(secret.commitment))
    assert json.loads(now.payload)["p"]["erased"] == str(done.pk)
    row = memo.Memo.objects.get(case="1", pk=secret.fact_ref.partition(":")[2])
    assert (row.text, row.detail, row.scope) == ("", {}, memo.town)
    with memo.connect("yg_owner") as database:
        left = database.execute(
            "select string_agg(e::text, '') || string_agg(m::text, '') from trail_entry e, trail_memo m"
        )
        assert "张三" not in left.fetchone()[0]
    leaf = tlog.leaf_hash(tlog.leaf_bytes(now.kind, bytes(now.commitment)))
    for proof in (before, note.parse_proof(queries.tlog_proof(now))):
        tip = note.parse_tip(note.open_note(proof.checkpoint, log_verifiers()).text)
        tlog.verify_inclusion(proof.index, tip.size, leaf, proof.path, tip.root)
    assert check.verify_log(check.reader(str(memo.log)), log_verifiers()).ok
    assert findings() == []
    with pytest.raises(queries.Erased):
        queries.proof_for(now)


def test_nothing_goes_before_both_lines_stand_in_the_log(memo, secret):
    ordered = order(memo, secret)
    with pytest.raises(queries.NotLogged):
        erase(by=LI, at=timezone.now(), order=ordered)
    integrate_now()
    erase(by=LI, at=timezone.now(), order=ordered)
    assert sequencer.carry_out_erasures() == 0
    assert bytes(Entry.objects.get(pk=secret.pk).salt)
    assert integrate_now().added == 1
    assert not bytes(Entry.objects.get(pk=secret.pk).salt)
    assert sequencer.carry_out_erasures() == 0


def test_one_person_alone_erases_nothing(memo, secret):
    ordered = order(memo, secret)
    integrate_now()
    with pytest.raises(SamePerson):
        erase(by=memo.by, at=timezone.now(), order=ordered)
    with pytest.raises(SamePerson):
        erase(by=None, at=timezone.now(), order=ordered)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"clause": " "}, "clause"),
        ({"reason": ""}, "reason"),
        ({"ground": "a\0b"}, "ground"),
        ({"columns": ["scope"]}, "columns"),
        ({"columns": ["amount_fen"]}, "columns"),
        ({"columns": ["nothing"]}, "columns"),
        ({"by": None}, "by"),
    ],
)
def test_an_erasure_without_ground_or_of_a_fixed_column_is_refused(memo, secret, more, field):
    with pytest.raises(NotErasable) as refused:
        order_erasure(**({"by": memo.by, "at": timezone.now(), "entry": secret, "columns": []} | GROUND | more))
    assert refused.value.field == field


def test_an_erasure_is_not_itself_erased(memo, secret):
    done = erased(memo, secret)
    with pytest.raises(NotErasable):
        order(memo, done.entry)
    with pytest.raises(NotErasable):
        order(memo, Entry.objects.get(pk=secret.pk))


def test_the_database_lets_nobody_erase_by_hand(memo, secret):
    erased(memo, secret)
    other = Entry.objects.get(chain="memo:1", seq=2)
    for role in ("yg_owner", "yg_web"):
        for statement in (
            f"update trail_entry set payload = '', salt = '' where id = {other.pk}",
            f"update trail_entry set verb = 'x' where id = {secret.pk}",
            f"update trail_entry set payload = 'x' where id = {secret.pk}",
            f"delete from trail_entry where id = {secret.pk}",
            "update trail_memo set text = ''",
            "update trail_memo set amount_fen = 1",
            "update trail_erasure set remains = '{}'",
            "delete from trail_erasureorder",
            "truncate trail_erasureorder cascade",
        ):
            with memo.connect(role) as database, pytest.raises(psycopg.Error):
                database.execute(statement)
    with memo.connect("yg_portal") as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("select trail_carry_out_erasures()")


def test_an_erasure_without_its_record_is_found(memo, secret, owner_does):
    owner_does(
        "update trail_entry set payload = trail_stub(payload, gen_random_uuid()), salt = '' where id = %s", secret.pk
    )
    assert findings() == ["erased-unlawfully"]


def test_what_stays_of_an_erased_row_is_still_watched(memo, secret, owner_does):
    erased(memo, secret)
    owner_does("update trail_memo set amount_fen = 7 where id::text = %s", secret.fact_ref.partition(":")[2])
    assert findings() == ["fact-altered"]
    owner_does("update trail_entry set by_ref = 'x' where id = %s", secret.pk)
    assert "entry-altered" in findings()
