"""Whoever owns the database and the disk can change bytes; nobody can change them unnoticed.

Each test does, with the owner's rights and the triggers switched off, what an insider would do, and then asks the
commands an auditor has.  The synthetic county gives the cases; each test works on a copy of its own.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from yangguang.trail.models import commit


@pytest.fixture
def owner(live_county):  # type: ignore[no-untyped-def]
    """The owner of the tables, who may switch off every trigger of ours."""
    with live_county.connect("yg_owner") as connection:
        yield connection


def behind_the_back(owner: psycopg.Connection, table: str, sql: str, *values: object) -> None:
    owner.execute(f"alter table {table} disable trigger user")
    assert owner.execute(sql, values).rowcount == 1
    owner.execute(f"alter table {table} enable trigger user")


def found(county, *command: str) -> str:  # type: ignore[no-untyped-def]
    """What the command says when it does not agree."""
    done = county.run(*command, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def one(owner: psycopg.Connection, sql: str, *values: object) -> tuple:
    return owner.execute(sql, values).fetchone()  # type: ignore[return-value]


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "WC-2.2.4")
def test_an_edited_fine_is_named_with_its_case_and_column(live_county, owner):
    with pytest.raises(psycopg.Error, match="一经写入不得修改"):
        owner.execute("update decision_decision set fine_fen = 1")
    pk, chain, seq = one(
        owner,
        "select d.id, e.chain, e.seq from decision_decision d"
        " join trail_entry e on e.fact_ref = 'decision.decision:' || d.id where d.fine_fen > 0 order by d.id limit 1",
    )
    behind_the_back(owner, "decision_decision", "update decision_decision set fine_fen = 1 where id = %s", pk)
    said = found(live_county, "audit")
    assert f"{chain} 第 {seq} 条（decision.decide" in said
    assert "“行政处罚决定”的“罚款（分）”被改动，与留痕时不符" in said
    assert "审计发现 1 项不符" in said


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "WC-2.2.4")
def test_a_deleted_row_is_named(live_county, owner):
    pk, chain = one(
        owner,
        "select w.id, e.chain from record_waiver w join trail_entry e on e.fact_ref = 'record.waiver:' || w.id limit 1",
    )
    behind_the_back(owner, "record_waiver", "delete from record_waiver where id = %s", pk)
    said = found(live_county, "audit")
    assert chain in said and "“不作音像记录的说明”已从数据库中被删除" in said and "1 项不符" in said


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "WC-2.2.4")
def test_a_row_slipped_in_is_named(live_county, owner):
    pk, new = one(owner, "select id, gen_random_uuid() from inspection_clue limit 1")
    columns = ", ".join(
        f'"{name}"'
        for (name,) in owner.execute(
            "select column_name from information_schema.columns where table_name = 'inspection_clue' and column_name <> 'id'"
        )
    )
    behind_the_back(
        owner,
        "inspection_clue",
        f"insert into inspection_clue (id, {columns}) select %s, {columns} from inspection_clue where id = %s",
        new,
        pk,
    )
    assert f"{new} 没有留痕：未经办理动作写入" in found(live_county, "audit")


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "WC-2.2.4")
def test_an_edited_entry_is_named(live_county, owner):
    pk, chain, seq, payload = one(
        owner,
        "select id, chain, seq, payload from trail_entry where verb = 'decision.decide' order by id limit 1",
    )
    told = json.loads(payload)
    told["p"]["row"]["fine_fen"] = 1
    words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    behind_the_back(owner, "trail_entry", "update trail_entry set payload = %s where id = %s", words, pk)
    said = found(live_county, "audit")
    assert f"{chain} 第 {seq} 条" in said and "原文、盐或承诺值被改动" in said


@pytest.mark.clause("DH-2.2.4c", "WC-2.2.4")
def test_a_fact_and_its_entry_edited_in_agreement_break_the_chain_and_the_published_log(live_county, owner):
    """The insider who knows how commitments are made: row, text and commitment agree, but the log said otherwise."""
    pk, chain, payload, salt, ref = one(
        owner,
        "select id, chain, payload, salt, fact_ref from trail_entry e where verb = 'decision.decide'"
        " and fact_ref in (select 'decision.decision:' || id from decision_decision where fine_fen > 0) order by id limit 1",
    )
    told = json.loads(payload)
    told["p"]["row"]["fine_fen"] = 1
    words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    behind_the_back(
        owner,
        "decision_decision",
        "update decision_decision set fine_fen = 1 where id::text = %s",
        ref.partition(":")[2],
    )
    behind_the_back(
        owner,
        "trail_entry",
        "update trail_entry set payload = %s, commitment = %s where id = %s",
        words,
        commit(bytes(salt), words),
        pk,
    )
    said = found(live_county, "audit")
    assert chain in said and "与前一条留痕接不上" in said and "留痕在汇入日志后被改动" in said


@pytest.mark.clause("DH-2.2.4c", "WC-2.2.4")
def test_a_deleted_entry_is_named_by_the_published_log(live_county, owner):
    pk, ref, index = one(
        owner,
        "select e.id, e.fact_ref, l.index from trail_entry e join trail_leaf l on l.entry_id = e.id"
        " where e.verb = 'record.waive' and not exists (select from trail_entry c where c.cause_id = e.id)"
        " order by e.id limit 1",
    )
    behind_the_back(owner, "trail_leaf", "delete from trail_leaf where entry_id = %s", pk)
    behind_the_back(owner, "trail_entry", "delete from trail_entry where id = %s", pk)
    behind_the_back(owner, "record_waiver", "delete from record_waiver where id::text = %s", ref.partition(":")[2])
    said = found(live_county, "audit")
    assert f"公开日志第 {index} 条对应的留痕已从数据库中被删除" in said and "留痕缺失（已被删除）" in said


@pytest.mark.clause("WC-2.2.4")
def test_an_edited_public_log_is_refused_by_its_verifier(live_county):
    tile = next(iter(sorted((live_county.home / "log/tile/entries").rglob("*"), key=lambda path: path.is_dir())))
    data = bytearray(tile.read_bytes())
    data[-1] ^= 1
    tile.chmod(0o644)
    tile.write_bytes(data)
    assert "不通过" in found(live_county, "log", "verify")
    assert "公开日志核验不通过" in found(live_county, "audit")


# ------------------------------------------------------------------------------------------------------ the recordings


@pytest.fixture
def recording(live_county, owner) -> tuple[Path, str, str]:  # type: ignore[no-untyped-def]
    """A recording of the scene: where its bytes lie, its digest and its title."""
    assert "存证核对通过" in live_county.run("vault", "scrub").stdout
    digest, title = one(
        owner, "select digest, title from record_item where medium in ('photo', 'video') order by id limit 1"
    )
    path = live_county.home / "vault/sha256" / digest[:2] / digest[2:4] / digest[4:]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    return path, digest, title


@pytest.mark.clause("QS-3.2.2i", "DH-2.2.4c", "WC-2.2.4")
def test_a_swapped_recording_is_named(live_county, recording):
    path, digest, title = recording
    another = path.with_name("another")
    another.write_bytes(path.read_bytes()[:-100])  # the end cut off
    os.replace(another, path)
    said = found(live_county, "vault", "scrub")
    assert f"存证文件 {digest} 的内容已不是存入时的内容" in said and f"“{title}”" in said and "1 项不符" in said
    told = [json.loads(line) for line in found(live_county, "vault", "scrub", "--json").splitlines()]
    assert [(one["what"], one["digest"]) for one in told] == [("damaged", digest)]
    assert title in {item["title"] for item in told[0]["items"]}


@pytest.mark.clause("QS-3.2.2i", "DH-2.2.4c", "WC-2.2.4")
def test_a_removed_recording_is_named(live_county, recording):
    path, digest, title = recording
    path.unlink()
    said = found(live_county, "vault", "scrub")
    assert f"存证文件 {digest} 不见了" in said and f"“{title}”" in said


@pytest.mark.clause("QS-3.2.2i", "DH-2.2.4c", "WC-2.2.4")
def test_a_recording_swapped_together_with_its_digest_is_named_by_the_audit(live_county, owner, recording):
    """The cut film put in under its own digest, and the row told of it: the vault agrees, the trail does not."""
    path, digest, _ = recording
    cut = path.read_bytes()[:-100]
    new = hashlib.sha256(cut).hexdigest()
    place = live_county.home / "vault/sha256" / new[:2] / new[2:4] / new[4:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(cut)
    pk = one(owner, "select id from record_item where digest = %s order by id limit 1", digest)[0]
    behind_the_back(
        owner,
        "record_item",
        "update record_item set digest = %s, size_bytes = %s where id = %s",
        new,
        len(cut),
        pk,
    )
    assert "存证核对通过" in live_county.run("vault", "scrub").stdout
    assert "“卷内材料”的“摘要值”、“字节数”被改动" in found(live_county, "audit")


def test_a_backup_of_the_bytes_mends_the_vault(live_county, recording, tmp_path):
    path, *_ = recording
    shutil.copy2(path, tmp_path / "backup")
    path.unlink()
    found(live_county, "vault", "scrub")
    shutil.copy2(tmp_path / "backup", path)
    assert "存证核对通过" in live_county.run("vault", "scrub").stdout
