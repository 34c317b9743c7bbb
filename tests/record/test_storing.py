"""The rules on keeping electronic records: each is held against what is kept, and what does not meet it is named."""

import argparse
import shutil
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.record.test_station import film
from tests.story import at
from yangguang.record import actions as record
from yangguang.record.custody.tests.test_custody import as_, words
from yangguang.record.uploads import playing, storing
from yangguang.record.uploads.models import Scrub
from yangguang.registry import access
from yangguang.site import vault_cli
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(settings, tmp_path, monkeypatch):
    settings.VAULT_DIR, settings.UPLOADS_DIR = tmp_path / "vault", tmp_path / "uploads"
    settings.HOME, settings.SESSION_COOKIE_AGE = tmp_path, 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    monkeypatch.setattr(vault_cli, "OWNER", "default")
    return found


def by_code() -> dict[str, storing.Rule]:
    with access.within(""):
        return {one.code: one for one in storing.report("", timezone.now())}


def command(name: str, **given) -> int:
    return getattr(vault_cli, f"_{name}")(argparse.Namespace(json=False, **given))


@pytest.mark.clause("QS-3.2.3h")
def test_each_rule_that_is_not_met_is_named_and_mended(told, settings, tmp_path, monkeypatch, capsys):
    first = by_code()
    assert first["formats"].met and not first["copies"].met and not first["check"].met
    assert "只有存证一处，没有设置副本" in first["copies"].found and "还没有巡检过" in first["check"].found
    assert first["copies"].answer.confirm and "第四十七条" in str(first["copies"].answer.because[0].title)
    # a format that is on no list, and that no browser plays
    path = film(tmp_path / "old.avi", kind="avi")
    with access.within(""):
        record.keep(
            by=told.who.zhang, at=at(8, 26, 15), dossier=told.case.dossier, step="order_correction", title="旧设备的录像",
            path=path, name=path.name,
        )  # fmt: skip
    now = by_code()
    assert not now["formats"].met and now["formats"].rows == ("video/x-msvideo：1 件",)
    assert not now["migration"].met and any("旧设备的录像" in row for row in now["migration"].rows)
    assert command("copy") == vault_cli.BAD_CALL and "VAULT_COPIES" in capsys.readouterr().err
    # copies to another place, a whole reading, a copy to play
    settings.VAULT_COPIES = [tmp_path / "other"]
    assert "还没有复制过" in by_code()["copies"].rows[0]
    assert command("copy") == vault_cli.OK
    said = capsys.readouterr().out
    objects = len(list(store.backend().objects()))
    assert f"有 {objects} 件，这次补 {objects} 件" in said
    assert command("copy") == vault_cli.OK and "这次补 0 件" in capsys.readouterr().out
    assert vault_cli._scrub(argparse.Namespace(share="1/1", record=True, json=False)) == vault_cli.OK
    with access.within(""):
        for one in list(playing.wanted()):
            assert playing.make(one, timezone.now())
    now = by_code()
    assert {code for code, rule in now.items() if not rule.met} == {"formats"}
    assert command("rules") == vault_cli.WRONG and "[不符合] 格式" in capsys.readouterr().out
    page = words(as_("qian").get(reverse("record:vault")))
    assert "存储规则" in page and "video/x-msvideo：1 件" in page and "数字须由当地确认" in page
    # later: the reading and the copying are too old, and a damaged object stands in the way
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16) + timedelta(days=8))
    now = by_code()
    assert "已超过间隔" in now["copies"].rows[0] and "1/7" in now["check"].rows[0]
    some = next(store.backend().objects())
    shutil.copy(store.place(some), tmp_path / "kept")
    store.place(some).chmod(0o640)
    store.place(some).write_bytes(b"not the bytes")
    assert vault_cli._scrub(argparse.Namespace(share="1/1", record=True, json=False)) == vault_cli.WRONG
    assert not by_code()["check"].met and "现有异常" in by_code()["check"].found
    with access.within(""):
        assert set(Scrub.objects.values_list("share", flat=True)) == {"copy", "1/1"}


def test_what_was_read_of_the_rota():
    assert storing.unread({"1/1"}) == [] and storing.unread({f"{n}/7" for n in range(1, 8)}) == []
    assert storing.unread({f"{n}/7" for n in (1, 2, 3, 4, 6, 7)}) == ["5/7"]


def test_a_copy_of_a_damaged_object_is_refused(told, settings, tmp_path, capsys):
    settings.VAULT_COPIES = [tmp_path / "other"]
    some = next(store.backend().objects())
    store.place(some).chmod(0o640)
    store.place(some).write_bytes(b"not the bytes")
    assert command("copy") == vault_cli.WRONG and "没有复制到" in capsys.readouterr().out
    assert not store.copies()[0].has(some) and "1 件没有复制" in by_code()["copies"].rows[0]


def test_two_folders_of_one_name_are_two_places(tmp_path):
    one, other = (storing.name_of(store.Files(tmp_path / where / "yangguang-vault-copy")) for where in ("a", "b"))
    assert one != other
    assert max(len(one), len(other)) <= Scrub._meta.get_field("store").max_length
