"""The log asks its witnesses: what they sign is published, what they remember stops a restored database."""

import shutil
from contextlib import ExitStack

import pytest

from yangguang.trail import asking, check, note, queries, restore, sm3, tlog, trust, witness
from yangguang.trail.keys import log_keys, log_verifiers
from yangguang.trail.models import Checkpoint
from yangguang.trail.sequencer import RolledBack, integrate_now
from yangguang.trail.tests import witnesses


@pytest.fixture
def standing(memo, tmp_path):
    """Three witnesses of which two have to sign, and the policy that says so."""
    with ExitStack() as stack:
        named = []
        for name in ("city", "archive", "county"):
            folder = tmp_path / name
            url = stack.enter_context(witnesses.answering(folder, f"{name}.test/witness", *log_verifiers()))
            named.append((name, folder, url))
        text = "".join(f"log {key.vkey}\n" for key in log_verifiers()) + witnesses.rules(*named, quorum="2")
        asking.policy_path().write_text(text, "utf-8")
        yield named


def ask():
    return asking.ask(asking.policy())


def verified(memo, **asked) -> check.Report:
    return check.verify_log(check.reader(str(memo.log)), [], policy=asking.policy(), **asked)


def roll_back(memo) -> None:
    """The database as it was before the log began; what was published is rolled back with it."""
    with memo.connect("yg_owner") as database:
        for table in ("trail_leaf", "trail_checkpoint", "trail_tile"):
            database.execute(f"alter table {table} disable trigger user")
            database.execute(f"truncate {table}")
            database.execute(f"alter table {table} enable trigger user")
        database.execute(
            "insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from trail_entry"
        )
    for name in ("tile", "checkpoint", "cosigned", "witnesses.json"):
        path = memo.log / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def test_what_witnesses_sign_is_published_and_asked_for_by_the_policy(memo, entries, standing):
    entry = entries(3)[0]
    integrate_now()
    assert "见证不足" in verified(memo).problems[0]
    states = ask()
    assert [(state.size, state.error) for state in states] == [(3, "")] * 6
    report = verified(memo)
    assert (report.problems, len(report.witnessed), report.ok) == ([], 6, True)
    assert all(state.signed for state in asking.statuses())
    proof = note.parse_proof(queries.tlog_proof(entry))
    assert len(asking.signers(proof.checkpoint)) == 6
    # The log grows: until the witnesses signed again, a proof stands on the checkpoint they did sign.
    entries(300)
    integrate_now()
    assert note.parse_tip(note.split(note.parse_proof(queries.tlog_proof(entry)).checkpoint)[0]).size == 3
    assert asking.cosigned_size() == 3
    ask()
    assert (asking.cosigned_size(), verified(memo).ok) == (303, True)
    ask()  # nothing new: they sign the same again, with a later time, in place of the first
    assert len(note.split((memo.log / "checkpoint").read_text())[1]) == 8


def test_a_witness_that_is_away_is_named_and_two_of_three_are_enough(memo, entries, standing):
    text = asking.policy_path().read_text().replace(standing[2][2], "http://127.0.0.1:9")
    asking.policy_path().write_text(text)
    entries(2)
    integrate_now()
    states = {state.name: state for state in ask()}
    assert "连接不上" in states["county-ed"].error
    assert states["city-ed"].error == ""
    assert verified(memo).ok
    text = text.replace(standing[1][2], "http://127.0.0.1:9")
    asking.policy_path().write_text(text)
    with pytest.raises(asking.Silent, match="archive-ed"):
        asking.not_forking(asking.policy(), log_keys())


def test_a_database_restored_with_its_files_is_stopped_by_the_witnesses(memo, entries, standing, command):
    entries(5)
    integrate_now()
    ask()
    assert command("log", "restore-check").returncode == 0
    roll_back(memo)
    with pytest.raises(RolledBack, match=r"已见证 5 条，这里只有 0 条"):
        asking.not_forking(asking.policy(), log_keys())
    done = command("log", "restore-check")
    assert (done.returncode, "不可启动" in done.stderr) == (1, True)
    started = command("log", "run", "--once")
    assert (started.returncode, "已见证 5 条" in started.stderr) == (1, True)
    assert not Checkpoint.objects.exists()


def test_another_history_is_refused_by_every_witness_and_stops_the_log(memo, entries, standing, owner_does):
    entries(4)
    integrate_now()
    ask()
    roll_back(memo)
    owner_does("delete from trail_pending where entry_id = (select min(entry_id) from trail_pending)")
    entries(3)
    integrate_now()  # by who pays no heed to the restore rule: six other entries, signed with the log's own key
    for state in ask():
        assert "422" in state.error
        assert state.size == 0
    assert "见证不足" in verified(memo).problems[0]
    with pytest.raises(RolledBack, match="不是同一部"):
        asking.not_forking(asking.policy(), log_keys())
    with pytest.raises(RolledBack, match="不是同一部"):
        restore.checked()


def test_the_command_asks_and_shows(memo, entries, standing, command, tmp_path):
    entries(1)
    integrate_now()
    done = command("witness", "ask")
    assert (done.returncode, done.stdout.count("已见证 1 条")) == (0, 6), done.stderr
    (tmp_path / "policy").write_text(asking.policy_path().read_text())
    shown = command("log", "verify", str(memo.log), "--policy", str(tmp_path / "policy"), "--max-age", "3600")
    assert (shown.returncode, "city-ed" in shown.stdout) == (0, True), shown.stderr
    late = command("log", "verify", str(memo.log), "--policy", str(tmp_path / "policy"), "--max-age", "0")
    assert (late.returncode, "检查点太旧" in late.stdout) == (1, True)
    status = command("witness", "status", "--dir", str(standing[0][1]))
    assert "1 条" in status.stdout
    asking.policy_path().write_text("quorum nobody\n")
    assert "见证规则" in command("log", "run", "--once").stderr


def test_a_mirror_that_is_ahead_names_what_is_missing(memo, entries, tmp_path):
    entries(3)
    integrate_now()
    shutil.copytree(memo.log, tmp_path / "mirror")
    assert "镜像" in restore.checked(str(tmp_path / "mirror"))[-1]
    roll_back(memo)
    with pytest.raises(RolledBack, match="缺第 0 至 2 条"):
        restore.checked(str(tmp_path / "mirror"))


@pytest.mark.skipif("sm3" not in tlog.hashlib.algorithms_available, reason="OpenSSL 没有 SM3")
def test_the_sm3_tree_holds_the_same_entries_under_an_origin_of_its_own(memo, entries, settings, owner_does):
    for count in (3, 0, 300, 250):
        entries(count)
        integrate_now()
        assert sm3.extend() == tlog_size(memo)
    read = check.reader(str(memo.log))
    report = check.verify_log(read, sm3.verifiers(), kind=tlog.SM3)
    assert (report.ok, report.origin, report.entries) == (True, f"{settings.LOG_ORIGIN}/sm3", 553)
    bundles = [
        data for n in range(3) for data in tlog.unpack_bundle(check.read_wide(read, -1, n, tlog.tile_width(553, -1, n)))
    ]
    edge = tlog.Edge(new=tlog.SM3.new)
    edge.append(bundles)
    assert note.b64(edge.root()) == report.root
    tile = memo.log / "tile-sm3/0/001"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\0")
    assert "tile-sm3/0/001" in check.verify_log(read, sm3.verifiers(), kind=tlog.SM3).problems[0]
    assert check.verify_log(read, log_verifiers()).ok


def tlog_size(memo) -> int:
    return note.parse_tip(note.split((memo.log / "checkpoint").read_text())[0]).size


def test_the_witness_keys_of_the_policy_are_those_of_the_folder(standing):
    keys = {known.verifier.vkey for known in trust.load(asking.policy_path()).witnesses}
    assert keys == {vkey for _, folder, _ in standing for vkey in witness.opened(folder).vkeys}
