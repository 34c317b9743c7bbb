"""The single writer: nothing lost, doubled or reordered, whatever dies when; and never a fork."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connections, transaction

from yangguang.trail import check, note, queries, sequencer, tlog
from yangguang.trail.keys import BadKey, log_keys, log_verifiers
from yangguang.trail.models import Checkpoint, Entry, Leaf, Pending
from yangguang.trail.sequencer import Damaged, RolledBack, integrate_now

ROOT = Path(__file__).parents[3]


def verified(memo) -> check.Report:
    report = check.verify_log(check.reader(str(memo.log)), log_verifiers())
    assert report.problems == []
    assert report.ok
    return report


def all_logged_once() -> bool:
    placed = list(Leaf.objects.order_by("index").values_list("index", "entry_id"))
    assert [index for index, _ in placed] == list(range(len(placed)))
    return sorted(entry for _, entry in placed) == list(Entry.objects.order_by("id").values_list("id", flat=True))


def test_entries_become_leaves_and_a_log_anybody_can_check(memo, entries):
    assert integrate_now().size == 0
    lines = entries(3)
    assert integrate_now() == sequencer.Tick(3, 3)
    assert not Pending.objects.exists()
    report = verified(memo)
    assert (report.size, report.entries, len(report.signed_by)) == (3, 3, 2)
    assert integrate_now() == sequencer.Tick(0, 3)
    for line in lines:
        proof = note.parse_proof(queries.tlog_proof(line))
        tip = note.parse_tip(note.open_note(proof.checkpoint, log_verifiers()).text)
        leaf = tlog.leaf_hash(tlog.leaf_bytes(line.kind, bytes(line.commitment)))
        tlog.verify_inclusion(proof.index, tip.size, leaf, proof.path, tip.root)


def test_an_entry_not_yet_logged_says_so(memo):
    entry = memo.write().entry
    with pytest.raises(queries.NotLogged):
        queries.proof_for(entry)
    assert sequencer.await_leaf(entry.pk, 0.05) is None
    integrate_now()
    assert sequencer.await_leaf(entry.pk).index == 0


def test_the_portal_can_prove_what_was_disclosed(memo):
    memo.write(text="内部")
    memo.disclose(text="公开")
    integrate_now()
    entry = Entry.objects.using("portal").get()
    proof = queries.proof_for(entry)
    assert (proof["index"], proof["kind"], proof["vkey"]) == (1, 4, log_verifiers()[0].vkey)
    assert "公开" in proof["payload"]


def test_the_log_grows_over_tile_borders(memo, monkeypatch):
    """Entries are made without facts here: the sequencer reads no fact, and 600 of them are too slow otherwise."""
    entry = memo.write().entry
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            with made as (
                insert into trail_entry (recorded_at, verb, by_ref, fact_ref, scope, chain, seq, prev, kind, payload, salt,
                    commitment)
                select now(), 'x', 'system', 'x', %s, 'bulk', n, '', 1, '{}', ''::bytea, sha256(n::text::bytea)
                from generate_series(1, 599) n returning id, kind, commitment)
            insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from made order by id
            """,
            [memo.town],
        )
    monkeypatch.setattr(sequencer, "BATCH", 250)
    old = []
    while sequencer.integrate(250).added:
        sequencer.publish()
        old.append((memo.log / "checkpoint").read_text())
    assert verified(memo).size == 600
    assert all_logged_once()
    assert {path.name for path in (memo.log / "tile/0").iterdir()} == {"000", "001", "002.p"}
    assert [path.name for path in (memo.log / "tile/0/002.p").iterdir()] == ["88"]
    for kept in old:
        assert check.verify_log(check.reader(str(memo.log)), log_verifiers(), since=kept).ok
    proof = queries.proof(entry)
    assert len(proof.path) == 10
    # The files are only a copy: lost, they come back from the rows.
    before = (memo.log / "checkpoint").read_bytes()
    shutil.rmtree(memo.log)
    sequencer.publish()
    assert (memo.log / "checkpoint").read_bytes() == before
    assert verified(memo).size == 600


def test_a_rolled_back_action_never_reaches_the_log(memo):
    with pytest.raises(RuntimeError), transaction.atomic():
        memo.write(text="作废")
        raise RuntimeError
    memo.write(text="留下")
    integrate_now()
    assert all_logged_once()
    assert Leaf.objects.count() == 1


def test_only_one_sequencer_writes_at_a_time(memo, entries):
    entries(2)
    with memo.connect("yg_web") as other:
        other.execute("begin")
        other.execute("select pg_advisory_xact_lock(%s)", [sequencer.LOCK])
        assert integrate_now().busy
        assert not Leaf.objects.exists()
    assert integrate_now().added == 2


def test_concurrent_sequencers_and_writers(memo):
    stop, errors = threading.Event(), []

    def sequence() -> None:
        try:
            while not stop.is_set():
                integrate_now()
        except Exception as error:  # noqa: BLE001  the test reports it
            errors.append(error)
        finally:
            connections.close_all()

    def write(case: str) -> None:
        memo.see()
        for _ in range(15):
            memo.write(case=case)
        connections.close_all()

    sequencers = [threading.Thread(target=sequence) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(str(n),)) for n in range(2)]
    for thread in (*sequencers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sequencers:
        thread.join()
    assert errors == []
    integrate_now()
    assert all_logged_once()
    assert verified(memo).size == 30
    for case in "01":  # a chain's lines stand in the log in their own order
        places = Leaf.objects.filter(entry__chain=f"memo:{case}").order_by("index").values_list("entry__seq", flat=True)
        assert list(places) == list(range(1, 16))


@pytest.mark.parametrize("dies_at", range(5))
def test_a_death_between_any_two_files_is_mended_by_the_next_run(memo, entries, monkeypatch, dies_at):
    entries(2)
    integrate_now()
    entries(3)
    real, written = sequencer._write, []

    def dying(path: Path, data: bytes) -> None:
        if len(written) == dies_at:
            raise KeyboardInterrupt
        real(path, data)
        written.append(path)

    monkeypatch.setattr(sequencer, "_write", dying)
    try:
        integrate_now()
    except KeyboardInterrupt:
        assert verified(memo).size == 2  # readers still see the old log, whole
    else:
        assert dies_at >= 3
    monkeypatch.undo()
    integrate_now()
    assert verified(memo).size == 5


def test_a_full_disk_leaves_the_old_log(memo, entries, monkeypatch):
    entries(1)
    integrate_now()
    entries(1)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        integrate_now()
    monkeypatch.undo()
    assert verified(memo).size == 1
    assert not [path for path in memo.log.rglob(".*") if path.name != ".lock"]
    integrate_now()
    assert verified(memo).size == 2


SEQUENCER = """
import os, sys
import django
from django.conf import settings
from pathlib import Path
home = Path(os.environ["YANGGUANG_HOME"])
host, port, user, password, name = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "yangguang.trail"], USE_TZ=True,
    LOG_DIR=home / "log", KEYS_DIR=home / "keys", LOG_ORIGIN=os.environ["LOG_ORIGIN"],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": host, "PORT": port, "USER": user,
                           "PASSWORD": password, "NAME": name}},
)
django.setup()
from yangguang.trail.sequencer import integrate_now
print("ready", flush=True)
while True:
    integrate_now()
"""


def test_kill_9_of_a_running_sequencer_loses_nothing(memo, settings, tmp_path):
    """Killed again and again while people write; the next one finishes what the last one began."""
    mine = connections["default"].settings_dict
    place = [str(mine[key]) for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")]
    command = [sys.executable, "-c", SEQUENCER, *place]
    env, errors = memo.env | {"LOG_ORIGIN": settings.LOG_ORIGIN}, tmp_path / "errors.txt"
    written = 0
    for _ in range(3):
        logged = Leaf.objects.count()
        with errors.open("ab") as out:
            process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=out)
        with process.stdout as ready:
            assert ready.readline(), errors.read_text()
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None and Leaf.objects.count() <= logged + 3:
            memo.write(case=str(written % 2))
            written += 1
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, errors.read_text()
        assert Leaf.objects.count() > logged
    integrate_now()
    assert all_logged_once()
    assert verified(memo).size == Entry.objects.count() == written
    tips = [note.parse_tip(note.open_note(c.note, log_verifiers()).text) for c in Checkpoint.objects.order_by("size")]
    tree = queries.edge.tree("default", tips[-1].size)
    for tip in tips[:-1]:
        tlog.verify_consistency(tip.size, tree.size, tree.consistency(tip.size), tip.root, tree.root())


def test_the_command_integrates_and_says_why_it_will_not(memo, entries, command, owner_does):
    entries(1)
    assert command("log", "run", "--once").returncode == 0
    assert verified(memo).size == 1
    owner_does("update trail_checkpoint set root = sha256('x')")
    entries(1)
    refused = command("log", "run", "--once")
    assert (refused.returncode, "不是同一部" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


def test_a_restored_older_database_signs_nothing(memo, entries, owner_does):
    entries(2)
    integrate_now()
    with memo.connect("yg_owner") as database:  # the backup: what was there is gone
        for table in ("trail_leaf", "trail_checkpoint", "trail_tile"):
            database.execute(f"alter table {table} disable trigger user")
            database.execute(f"truncate {table}")
        database.execute(
            "insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from trail_entry"
        )
    before = (memo.log / "checkpoint").read_bytes()
    with pytest.raises(RolledBack, match=r"2 条.*0 条"):
        integrate_now()
    with pytest.raises(RolledBack):
        sequencer.publish()
    assert not Checkpoint.objects.exists()
    assert (memo.log / "checkpoint").read_bytes() == before


def test_another_history_of_the_same_size_signs_nothing(memo, entries, owner_does):
    entries(2)
    integrate_now()
    owner_does("update trail_checkpoint set root = sha256('x')")
    entries(1)
    with pytest.raises(RolledBack, match="不是同一部"):
        integrate_now()


def test_tampered_rows_are_not_built_upon(memo, entries, owner_does):
    entries(2)
    integrate_now()
    shutil.rmtree(memo.log)
    owner_does("update trail_leaf set data = %s where index = 0", b"\1\1" + bytes(32))
    entries(1)
    with pytest.raises(Damaged):
        integrate_now()
    assert Checkpoint.objects.count() == 1


def test_another_key_signs_nothing(memo, entries, settings, tmp_path):
    entries(1)
    integrate_now()
    settings.KEYS_DIR = tmp_path / "others"
    entries(1)
    with pytest.raises(Damaged, match="密钥"):
        integrate_now()


def test_keys_are_made_once_and_closed_to_others(memo, settings):
    first, second = log_keys(), log_keys()
    assert [key.vkey for key in first.verifiers] == [key.vkey for key in second.verifiers]
    assert [key.vkey for key in log_verifiers()] == [key.vkey for key in first.verifiers]
    seeds = sorted(Path(settings.KEYS_DIR).glob("*.seed"))
    assert [path.stat().st_mode & 0o777 for path in seeds] == [0o600, 0o600]
    seeds[0].chmod(0o644)
    with pytest.raises(BadKey, match="开放"):
        log_keys()
    seeds[0].chmod(0o600)
    seeds[0].write_bytes(b"short")
    with pytest.raises(BadKey, match="32 字节"):
        log_keys()
