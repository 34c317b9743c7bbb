"""What an owner with the triggers switched off does is named, every time."""

import hmac
import json
import shutil

import pytest
from django.db import connections

from yangguang.trail.audit import altered
from yangguang.trail.sequencer import integrate_now

MEMO = "测试事实"


def findings(patience: int = 60) -> list[tuple[str, str]]:
    connections["owner"].close()
    return [(finding.what, finding.message) for finding in altered(patience=patience)]


def kinds(patience: int = 60) -> set[str]:
    return {what for what, _ in findings(patience)}


@pytest.fixture
def lines(memo, entries):
    made = entries(4, "1")
    integrate_now()
    return made


def test_an_honest_database_has_no_findings(memo, lines):
    memo.write(case="2", detail={"数组": [1, {"甲": None}]})
    assert findings() == []
    integrate_now()
    assert findings(patience=0) == []


def test_an_empty_database_has_no_findings(memo):
    assert findings() == []


def test_an_edited_row_is_named_with_its_field(lines, owner_does):
    owner_does("update trail_memo set text = '改' where text = '第2件'")
    [(what, message)] = findings()
    assert what == "fact-altered"
    assert "memo:1 第 2 条" in message
    assert f"“{MEMO}”的“内容”被改动" in message


def test_a_removed_row_is_named(lines, owner_does):
    owner_does("delete from trail_memo where text = '第3件'")
    [(what, message)] = findings()
    assert (what, "memo:1 第 3 条" in message) == ("fact-deleted", True)


def test_a_row_slipped_in_is_named(memo, lines, owner_does):
    owner_does(
        "insert into trail_memo select gen_random_uuid(), at, scope, '伪造', \"case\", detail, amount_fen from trail_memo limit 1"
    )
    [(what, message)] = findings()
    assert (what, MEMO in message) == ("fact-unlogged", True)


@pytest.mark.parametrize(
    "attack",
    [
        "payload = replace(payload, '第2件', '改')",
        "salt = sha256('x')",
        "commitment = sha256('x')",
    ],
)
def test_an_edited_entry_is_named(lines, owner_does, attack):
    owner_does(f"update trail_entry set {attack} where seq = 2")
    found = findings()
    assert any(what == "entry-altered" and "memo:1 第 2 条" in message for what, message in found)


@pytest.mark.parametrize(
    "attack",
    [
        "verb = 'x'",
        "by_ref = 'registry.officer:someone'",
        "fact_ref = 'trail.memo:' || gen_random_uuid()",
        "scope = '41.'",
        "recorded_at = recorded_at - interval '3 days'",
        "chain = 'memo:5'",
        "cause_id = 1",
    ],
)
def test_an_edited_column_of_an_entry_is_named(lines, owner_does, attack):
    owner_does(f"update trail_entry set {attack} where seq = 2")
    assert "entry-altered" in kinds()


def test_row_entry_and_commitment_rewritten_together_disagree_with_the_log_and_the_chain(lines, owner_does):
    owner_does("update trail_memo set text = '改' where text = '第2件'")
    entry = lines[1]
    payload = entry.payload.replace("第2件", "改")
    owner_does(
        "update trail_entry set payload = %s, commitment = %s where id = %s",
        payload,
        hmac.digest(bytes(entry.salt), payload.encode(), "sha256"),
        entry.pk,
    )
    found = kinds()
    assert {"leaf-mismatch", "chain-broken"} <= found


def test_a_deleted_entry_is_named_by_the_log_and_by_the_chain(lines, owner_does):
    owner_does("delete from trail_leaf where entry_id = %s", lines[1].pk)
    owner_does("delete from trail_entry where id = %s", lines[1].pk)
    owner_does("delete from trail_memo where text = '第2件'")
    found = findings()
    assert any(what == "entry-missing" and "第 2 条留痕缺失" in message for what, message in found)
    assert any(what == "entry-deleted" and "第 1 条" in message for what, message in found)


def test_a_deleted_last_entry_is_named_by_the_published_log(lines, owner_does):
    owner_does("delete from trail_leaf where entry_id = %s", lines[3].pk)
    owner_does("delete from trail_entry where id = %s", lines[3].pk)
    owner_does("delete from trail_memo where text = '第4件'")
    assert {"entry-deleted", "log-size"} <= kinds()


def test_a_rewritten_log_in_the_database_disagrees_with_the_files(lines, owner_does):
    owner_does("update trail_entry set kind = 2 where id = %s", lines[0].pk)
    owner_does("update trail_leaf set data = set_byte(data, 1, 2) where index = 0")
    assert "leaf-mismatch" in kinds()


def test_an_entry_kept_from_the_log_is_named(memo, lines, owner_does):
    entry = memo.write(case="1").entry
    assert kinds(patience=60) == set()
    assert kinds(patience=0) == {"not-logged"}
    owner_does("delete from trail_pending where entry_id = %s", entry.pk)
    assert kinds() == {"not-logged"}


def test_altered_files_are_named(memo, lines):
    path = next((memo.log / "tile/entries").rglob("4"))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert kinds() == {"log-damaged"}


def test_lost_files_are_named(memo, lines):
    shutil.rmtree(memo.log)
    assert kinds() == {"log-missing"}


def test_a_rolled_back_database_is_named(memo, lines, owner_does):
    owner_does("delete from trail_checkpoint")
    assert "log-ahead" in kinds()


def test_a_forged_checkpoint_in_the_database_is_named(lines, owner_does):
    owner_does("update trail_checkpoint set root = sha256('x')")
    assert {"checkpoint-altered", "log-forked"} <= kinds()


def test_the_command_says_it_in_one_line_each_and_in_its_exit_code(command, lines):
    """The command knows no test fact: it must say so for every entry, and never pass over it in silence."""
    done = command("audit", "--json")
    assert done.returncode == 1, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["what"] for one in found] == ["fact-unknown"] * 4
    assert [one["where"] for one in found] == [f"memo:1#{seq}" for seq in (1, 2, 3, 4)]
