"""An outsider's verification: a sound log passes, and whatever is touched is named."""

import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from yangguang.trail import check, note, tlog
from yangguang.trail.tlog import Edge

ORIGIN = "yangguang.test/log"
KEY = note.Ed25519Signer(ORIGIN, bytes(range(32)))


def publish(folder: Path, size: int, *, edge: Edge | None = None, start: int = 0, key: note.Signer = KEY) -> Edge:
    edge = edge or Edge()
    for tile in edge.append([tlog.leaf_bytes(1, i.to_bytes(32, "big")) for i in range(start, size)]):
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tile.data)
    tip = note.Tip(ORIGIN, edge.size, edge.root())
    (folder / "checkpoint").write_text(note.sign(tip.text, [key], 1))
    return edge


def verify(folder: Path, **options) -> check.Report:
    return check.verify_log(check.reader(str(folder)), [KEY.verifier], **options)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    publish(folder, 700)
    return folder


@pytest.fixture
def log(sound, tmp_path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "log"))


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65536 + 300])
def test_a_sound_log_of_any_size_passes(tmp_path, size):
    publish(tmp_path, size)
    report = verify(tmp_path)
    assert (report.problems, report.ok, report.entries) == ([], True, size)


def test_every_single_file_matters(sound, log):
    files = sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file())
    assert len(files) == 8  # checkpoint, 3 bundles, 3 tiles and the one above them
    for name in files:
        whole = (log / name).read_bytes()
        for broken in (whole[:-1], whole + whole[-36:], whole[:40] + bytes((whole[40] ^ 1,)) + whole[41:], b""):
            (log / name).write_bytes(broken)
            assert verify(log).ok is False, name
        (log / name).unlink()
        assert verify(log).ok is False, name
        (log / name).write_bytes(whole)
    assert verify(log).ok


def test_a_full_tile_stands_in_for_partial_ones(tmp_path):
    edge = publish(tmp_path, 200)
    old = (tmp_path / "checkpoint").read_text()
    publish(tmp_path, 300, edge=edge, start=200)
    shutil.rmtree(tmp_path / "tile/0/000.p")
    shutil.rmtree(tmp_path / "tile/entries/000.p")
    assert verify(tmp_path, since=old).ok
    (tmp_path / "checkpoint").write_text(old)
    assert verify(tmp_path).ok


def test_history_rewritten_or_cut_since_a_kept_checkpoint_is_named(tmp_path):
    publish(tmp_path / "a", 300)
    kept = (tmp_path / "a/checkpoint").read_text()
    edge = Edge()
    publish(tmp_path / "b", 1000, edge=edge, start=700)  # another history, longer than the kept one
    publish(tmp_path / "b", 400, edge=edge)
    assert verify(tmp_path / "b").ok
    assert "历史被改写" in verify(tmp_path / "b", since=kept).problems[0]
    publish(tmp_path / "c", 299)
    assert "缩短" in verify(tmp_path / "c", since=kept).problems[0]


def test_who_signed_is_unknown_without_a_key_and_wrong_with_another(log):
    assert check.verify_log(check.reader(str(log)), []).ok is None
    stranger = note.Ed25519Signer(ORIGIN, bytes(32))
    assert check.verify_log(check.reader(str(log)), [stranger.verifier]).ok is False
    witness = note.Ed25519Cosigner("witness.test", bytes(32))
    note_text = (log / "checkpoint").read_text()
    (log / "checkpoint").write_text(note_text + witness.line(note_text.split("\n\n")[0] + "\n", 3))
    report = check.verify_log(check.reader(str(log)), [witness.verifier])
    assert (report.ok, "自己的" in report.problems[0]) == (False, True)


@pytest.fixture
def served(log):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_command_over_http_and_from_a_folder(command, served, log, tmp_path):
    done = command("log", "verify", served, "--vkey", KEY.vkey, "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True), done.stderr
    (tmp_path / "key").write_text(KEY.vkey + "\n")
    path = log / "tile/entries/001"
    path.write_bytes(bytes(len(path.read_bytes())))
    broken = command("log", "verify", str(log), "--vkey", str(tmp_path / "key"))
    assert (broken.returncode, "不通过" in broken.stdout) == (1, True)
