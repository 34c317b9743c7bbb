"""Breaches of recording discipline: found by themselves, counted by unit and officer, each with where it is mended."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import story
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.record.custody.actions import devices
from yangguang.record.custody.tests.test_custody import as_, words
from yangguang.record.uploads import actions as uploads
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.supervision.discipline import KINDS
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    """One case with a film of seconds where the whole is asked, one with none; a device and a file left lying."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    apply = casework.apply
    monkeypatch.setattr(casework, "apply", lambda **given: apply(**given | {"touches": ["property"]}))
    with access.within(""):
        found = story.begin("check_scene", with_accounts=True)
        found.film()
        found.second = story.begin_again(found, "check_scene")
    monkeypatch.setattr(timezone, "now", lambda: at(9, 4, 9))
    return found


def brought(told, tmp_path, taken: str, name: str):
    path = tmp_path / name
    picture = Image.effect_noise((320, 240), 30 + len(name)).convert("RGB")
    exif = Image.Exif()
    exif[0x0132] = taken
    picture.save(path, "JPEG", exif=exif)
    sound = uploads.prove(path, name, store.put(io.BytesIO(path.read_bytes())))
    return uploads.receive(by=told.who.wu, at=at(8, 26, 17), scope=told.who.body.scope, name=name, sound=sound)


@pytest.mark.clause("SY-2.2.2d")
def test_each_kind_of_breach_is_found_counted_and_reported(told, tmp_path):
    who = told.who
    with access.within(""):
        device = registry.register_device(
            by=None, at=at(1, 5), body=who.body, kind="body_camera", serial="JLY-09", valid_from=date(2026, 1, 1)
        )
        devices.issue_device(
            by=who.chen, at=at(8, 26), device=device, holder=who.wu, purpose="巡查", back_by=date(2026, 8, 26)
        )
        late = brought(told, tmp_path, "2026:08:20 09:00:00", "late.jpg")
        uploads.set_aside(by=who.wu, at=at(8, 26, 18), received=late, reason="与案件无关的误录")
        brought(told, tmp_path, "2026:08:26 09:00:00", "prompt.jpg")  # in time, and then left in the tray
    qian, here = as_("qian"), reverse("supervision:discipline")
    page = words(qian.get(here))
    assert "2026-08-20 09:00 拍摄，2026-08-26 17:00 存入，最迟应在 2026-08-21 09:00" in page
    assert "暂按拍摄结束后24小时" in page and "第四十七条" in page  # the default, and where it comes from
    lines = {one.name: dict(zip(KINDS, one.counts, strict=True)) for one in qian.get(here).context["lines"]}
    assert lines[who.wu.name]["late"] == 1 and lines[who.wu.name]["device"] == 1 and lines[who.wu.name]["tray"] == 1
    handler = lines[told.fresh().handler1.name]
    assert handler["gap"] >= 1 and handler["unrecorded"] >= 1
    assert "开始一段没有录" in page and "没有“现场检查”的音像记录" in page
    one_kind = qian.get(here + "?kind=late")
    assert [(row["it"].kind, row["it"].title) for row in one_kind.context["rows"]] == [("late", "late.jpg")]
    told_ = csv.reader(io.StringIO(qian.get(here + "?format=csv").content.decode("utf-8-sig")))
    rows = list(told_)
    assert rows[0][1] == "种类" and {row[1] for row in rows[1:]} == {
        "应录未录", "中断无说明", "存入迟延", "设备逾期", "归入逾期",
    }  # fmt: skip
    board = words(qian.get(reverse("supervision:board")))
    assert "设备里的记录逾期没有存入系统" in board and here in board
    # the officer is told too, the other county is not
    assert "把执法记录仪 JLY-09里的记录全部存入系统" in words(as_("wu").get(reverse("workbench:inbox")))
    assert as_("zhang").get(here).status_code == 403
    # mended: it is in the list no more
    with access.within(""):
        issue = devices.held(device)
        devices.return_device(by=who.chen, at=at(9, 4, 9), issue=issue, state="sound", uploaded=True)
    after = qian.get(here)
    assert "device" not in {row["it"].kind for row in after.context["rows"]}
