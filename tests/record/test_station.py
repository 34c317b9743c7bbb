"""A docking station's folder, copies to play, and the watch over kept bytes."""

import argparse
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import av
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.record.models import Derivative, Received, Scrub, VaultFinding
from yangguang.record.uploads import ingest, playing, terms
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Device
from yangguang.site import record_cli, vault_cli
from yangguang.trail.models import saving
from yangguang.vault import store

pytestmark = pytest.mark.django_db

SERIAL = "ZFY-0007"


def film(
    path: Path, seconds: float = 1, codec: str = "mpeg4", kind: str = "", seed: int = 0, created: str = ""
) -> Path:
    """A short moving picture with a tone, as a body camera of another make writes it."""
    with av.open(str(path), "w", format=kind or None) as made:
        if created:
            made.metadata["creation_time"] = created
        video = made.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for n in range(int(seconds * 10)):
            frame = av.VideoFrame(64, 48, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([(n * 7 + seed * 31) % 256]) * plane.buffer_size)
            frame.pts, frame.time_base = n, Fraction(1, 10)
            made.mux(video.encode(frame))
        made.mux(video.encode(None))
    return path


@pytest.fixture
def told(settings, tmp_path, monkeypatch):
    settings.VAULT_DIR, settings.UPLOADS_DIR = tmp_path / "vault", tmp_path / "uploads"
    settings.HOME = tmp_path
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin(None, with_accounts=True)
        who = found.who
        registry.register_device(
            by=None, at=at(1, 5), body=who.body, kind=Device.Kind.BODY_CAMERA, serial=SERIAL, keeper=who.li,
            valid_from=date(2026, 1, 1),
        )  # fmt: skip
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "station"
    (made / "20260826").mkdir(parents=True)
    return made


def device() -> Device:
    with access.within(""):
        return ingest.find_device(SERIAL)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


@pytest.mark.clause("QS-3.2.2i")
def test_a_folder_is_brought_row_by_row_and_only_once(told, tmp_path):
    made = folder(tmp_path)
    day = made / "20260826"
    film(day / "REC_00001.mp4", seed=1, created="2026-08-26T01:00:00Z")
    film(day / "REC_00002.mp4", seed=2, created="2026-08-26T00:30:00Z")  # earlier than the one before it
    film(day / "REC_00004.mp4", seed=4, created="2031-01-01T00:00:00Z")  # its clock is wrong, and 3 is missing
    (day / "REC_00005.mp4").write_bytes((day / "REC_00001.mp4").read_bytes())  # the same segment twice
    (day / "REC_00006.mp4").write_bytes(b"")
    (day / "REC_00007.mp4").write_bytes((day / "REC_00002.mp4").read_bytes()[:200])
    (day / "REC_00001.json").write_text(json.dumps({"police_no": "16152100701", "gps": {"x": 1}}))
    (day / ".hidden.mp4").write_bytes(b"x")
    report = ingest.run(made, device())
    got = {Path(row.file).name: row for row in report.rows}
    assert {name: row.result for name, row in got.items()} == {
        "REC_00001.mp4": "kept",
        "REC_00002.mp4": "kept",
        "REC_00004.mp4": "kept",
        "REC_00005.mp4": "before",
        "REC_00006.mp4": "refused",
        "REC_00007.mp4": "refused",
    }
    assert "REC_00001.mp4 内容相同" in got["REC_00005.mp4"].message
    assert "0 字节" in got["REC_00006.mp4"].message
    assert got["REC_00007.mp4"].mend
    assert any("设备时钟不准" in note for note in got["REC_00004.mp4"].notes)
    assert any("缺 00003" in note for note in report.notes)
    assert any("REC_00002.mp4" in note and "次序" in note for note in report.notes)
    with access.within(""):
        first = Received.objects.get(name="REC_00001.mp4")
        assert (first.source, first.device_key, first.by_key) == ("station", device().key, told.who.li.key)
        assert first.sidecar["fields"] == {"police_no": "16152100701"}
        assert store.has(first.sidecar["digest"])
    again = ingest.run(made, device())
    assert [row.result for row in again.rows] == ["before"] * 4 + ["refused"] * 2
    assert "REC_00001.mp4" in as_("li").get(reverse("record:tray")).content.decode()
    assert "REC_00001.mp4" not in as_("zhang").get(reverse("record:tray")).content.decode()


def test_the_clock_that_the_station_read_says_when_it_really_was(told):
    taken = at(8, 26, 15)
    said = terms.clock(taken, at(8, 26, 16), device_clock=at(8, 26, 16) + timedelta(hours=2))
    assert said["offset_s"] == 7200
    assert said["true_at"].startswith("2026-08-26T13:00:00")
    assert "快 2 小时" in said["notes"][0]
    assert terms.clock(taken, at(8, 26, 16)) == {}


def test_whoever_kept_the_device_that_day_gets_its_files_and_nobody_else(told, tmp_path):
    with access.within(""):
        registry.change_device(
            by=None, at=at(8, 20), device=device(), valid_from=date(2026, 8, 20), reason="交接", keeper=told.who.zhang
        )
        found = device()
        assert ingest.keeper_on(found, at(8, 19)).name == told.who.li.name
        assert ingest.keeper_on(found, at(8, 21)).name == told.who.zhang.name
        for serial, body in (("不存在", ""), (SERIAL, "000000000000000000")):
            with pytest.raises(ingest.NoDevice):
                ingest.find_device(serial, body)
        with pytest.raises(ingest.NoDevice):
            ingest.find_officer(found, "没有这个证号")


def test_the_command_says_what_became_of_each_file(told, tmp_path, capsys):
    made = folder(tmp_path)
    film(made / "a.mp4")
    call = argparse.Namespace(folder=made, device=SERIAL, body="", officer="", device_clock=None, json=True)
    assert record_cli._ingest(call) == 0
    row, notes = capsys.readouterr().out.splitlines()
    assert json.loads(row)["result"] == "kept"
    assert json.loads(notes) == {"notes": []}
    (made / "b.mp4").write_bytes(b"nothing")
    call.json = False
    assert record_cli._ingest(call) == 1
    said = capsys.readouterr().out
    assert "以前已收存 1 个" in said
    assert "未收存 1 个" in said
    call.device = "没有"
    assert record_cli._ingest(call) == 2
    assert "没有登记" in capsys.readouterr().err


# ---- copies to play ----------------------------------------------------------------------------------------------------


def test_what_no_browser_plays_gets_a_copy_and_the_original_stays(told, tmp_path):
    made = folder(tmp_path)
    original = film(made / "旧机.avi").read_bytes()
    ingest.run(made, device())
    li = as_("li")
    with access.within(""):
        got = Received.objects.get()
    page = reverse("record:tray_file", args=[got.pk])
    assert "正在制作" in li.get(page).content.decode()
    assert record_cli.once()["made"] == 1
    with access.within(""):
        [copy] = Derivative.objects.all()
    assert (copy.parent_digest, copy.mime, copy.how["way"]) == (got.digest, "video/mp4", "transcode")
    assert copy.how["from"] == "mpeg4"
    with store.open(got.digest) as kept:
        assert kept.read() == original
    answer = li.get(reverse("record:tray_playable", args=[got.pk]))
    assert answer["Content-Type"] == "video/mp4"
    with av.open(io.BytesIO(b"".join(answer.streaming_content))) as played:
        assert played.streams.video[0].codec_context.name == "h264"
        assert played.duration == pytest.approx(1_000_000, abs=200_000)
    assert "为浏览器制作的副本" in li.get(page).content.decode()
    assert record_cli.once()["made"] == 0
    assert as_("zhang").get(reverse("record:tray_playable", args=[got.pk])).status_code == 404


def test_what_only_lies_in_another_box_is_not_encoded_anew(told, tmp_path):
    made = folder(tmp_path)
    film(made / "a.mkv", codec="libx264")
    ingest.run(made, device())
    record_cli.once()
    with access.within(""):
        [copy] = Derivative.objects.all()
        assert (copy.how["way"], copy.mime) == ("remux", "video/mp4")


def test_what_browsers_play_needs_no_copy(told, tmp_path):
    made = folder(tmp_path)
    film(made / "a.mp4", codec="libx264")
    ingest.run(made, device())
    assert record_cli.once()["made"] == 0
    assert playing.to_play("x", "", "image/jpeg", {}) is None
    assert not playing.plays("video/webm", {"codec": "vp8+opus", "unindexed": True})


def test_a_copy_that_cannot_be_made_is_said_once_and_not_tried_for_ever(told, tmp_path, monkeypatch):
    made = folder(tmp_path)
    film(made / "a.avi")
    ingest.run(made, device())
    worker = tmp_path / "worker.py"
    worker.write_text("import json, sys\nprint(json.dumps({'message': '读不出'}))\nsys.exit(3)\n")
    monkeypatch.setattr(playing, "_WORKER", worker)
    record_cli.once()
    with access.within(""):
        got, [copy] = Received.objects.get(), Derivative.objects.all()
    assert (copy.digest, copy.why) == ("", "读不出")
    assert "读不出" in as_("li").get(reverse("record:tray_file", args=[got.pk])).content.decode()
    assert as_("li").get(reverse("record:tray_playable", args=[got.pk])).status_code == 404
    assert list((tmp_path / "deriving").iterdir()) == []


def test_the_worker_cannot_write_more_than_it_may(tmp_path):
    source = film(tmp_path / "a.avi", seconds=2)
    worker = Path(playing.__file__).with_name("transcode.py")
    done = subprocess.run(
        [sys.executable, "-I", str(worker), str(source), str(tmp_path / "out"), "60", "100"], capture_output=True
    )
    assert done.returncode != 0
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size <= 100


# ---- the watch ---------------------------------------------------------------------------------------------------------


def scrub(share: str = "1/1", record: bool = True) -> int:
    return vault_cli._scrub(argparse.Namespace(share=share, record=record, json=False))


def findings() -> list[tuple[str, str]]:
    with access.within(""):
        return [(one.what, one.digest) for one in VaultFinding.objects.order_by("at", "id")]


@pytest.mark.clause("QS-3.2.0a")
def test_a_lost_and_a_changed_object_are_named_to_the_supervisor_until_they_are_healed(
    told, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(vault_cli, "OWNER", "default")
    made = folder(tmp_path)
    film(made / "a.mp4", seed=1)
    film(made / "b.mp4", seed=2)
    ingest.run(made, device())
    with access.within(""):
        lost, changed = (Received.objects.get(name=name) for name in ("a.mp4", "b.mp4"))
    place, other = store.place(lost.digest), store.place(changed.digest)
    bytes_of = place.read_bytes()
    place.unlink()
    other.chmod(0o640)
    true = other.read_bytes()
    other.write_bytes(b"?" + true[1:])
    with access.within(""):
        assert scrub() == 1
    said = capsys.readouterr().out
    assert f"[missing] 存证文件 {lost.digest}" in said
    assert "a.mp4" in said
    assert set(findings()) == {("missing", lost.digest), ("damaged", changed.digest)}
    shown = as_("qian").get(reverse("record:vault")).content.decode()
    assert "现有异常 2 件" in shown
    assert "a.mp4" in shown
    assert as_("li").get(reverse("record:vault")).status_code == 403
    with access.within(""):
        scrub()  # what is known is not said twice
    assert len(findings()) == 2
    store.put(io.BytesIO(bytes_of))
    store.put(io.BytesIO(true))
    with access.within(""):
        assert scrub() == 0
    assert {what for what, _ in findings()} == {"missing", "damaged", "healed"}
    shown = as_("qian").get(reverse("record:vault")).content.decode()
    assert "现有异常 0 件" in shown
    assert "恢复的 2 件" in shown
    with access.within(""):
        assert [(run.faults, run.healed) for run in Scrub.objects.order_by("id")] == [(2, 0), (2, 0), (0, 2)]
    # A dead disk: the page counts every one, however many it lists.
    with access.within(""):
        outside, about = saving.set([]), {"scope": lost.scope, "what": "missing", "about": "x", "scrub": "1/7"}
        for number in range(51):
            VaultFinding.objects.create(at=timezone.now(), digest=f"{number:064x}", **about)
        saving.reset(outside)
    shown = as_("qian").get(reverse("record:vault")).content.decode()
    assert "现有异常 51 件" in shown and "?after=" in shown


def test_a_share_that_is_none_is_refused_in_words(told, capsys):
    for share in ("8/7", "0/7", "x", "1/0", "1/9999"):
        assert scrub(share) == 2
        assert "不是份额" in capsys.readouterr().err
