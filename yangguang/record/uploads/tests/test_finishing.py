"""A large file: its sender is answered when every part is certain; it is verified beside the pages, and killed anywhere
nothing is lost and nothing is taken unverified."""

import hashlib
import os
import struct
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.record.models import Transfer
from yangguang.record.uploads import actions, finishing, spool
from yangguang.registry import access
from yangguang.trail import queries as trail
from yangguang.vault import store
from yangguang.vault.errors import Full
from yangguang.vault.files import Files
from yangguang.vault.parts import PART

from .test_tus import TUS, announce, as_, jpeg, patch, received, send

pytestmark = pytest.mark.django_db
SIZE = 2 * PART + 4321


@pytest.fixture(autouse=True)
def folders(settings, tmp_path, monkeypatch):
    settings.VAULT_DIR, settings.UPLOADS_DIR = tmp_path / "vault", tmp_path / "uploads"
    settings.SESSION_COOKIE_AGE = 365 * 86400
    monkeypatch.setattr(spool, "SMALL", PART)


@pytest.fixture
def li(monkeypatch):
    with access.within(""):
        story.begin(None, with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return as_("li")


@pytest.fixture
def sound() -> bytes:
    """A sound file of noise of more than two parts."""
    body = os.urandom(SIZE - 44)
    head = struct.pack("<4sI8sIHHIIHH", b"RIFF", len(body) + 36, b"WAVEfmt ", 16, 1, 2, 96000, 384000, 4, 16)
    return head + b"data" + struct.pack("<I", len(body)) + body


def transfer() -> Transfer:
    with access.within(""):
        return Transfer.objects.get()


def tray(client) -> str:  # type: ignore[no-untyped-def]
    return client.get(reverse("record:tray")).content.decode()


@pytest.mark.clause("QS-3.2.2i")
def test_a_large_file_is_verified_after_its_sender_was_answered(li, sound):
    answer, url = send(li, sound, "现场.wav")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(SIZE))
    assert (li.get(url).json()["state"], received()) == ("verifying", [])
    assert list(store.backend().objects()) == []
    assert li.head(url, headers=TUS)["Upload-Offset"] == str(SIZE)
    assert "正在核验的 1 个" in tray(li)
    assert "正在核验的" not in tray(as_("zhang"))
    for late in (patch(li, url, SIZE, b"x"), li.delete(url, headers=TUS)):
        assert late.status_code == 410
        assert "正在核验" in late.json()["message"]
    assert finishing.Finisher().round() == 1
    [got] = received()
    assert got.digest == hashlib.sha256(sound).hexdigest()
    assert store.check(got.digest).part_root == got.part_root
    assert li.get(url).json() | {"state": "kept", "received": str(got.pk)} == li.get(url).json()
    assert "正在核验的" not in tray(li)
    with access.within(""):
        assert trail.entry_of(got).verb == "record.receive"
    assert list(spool.folder().iterdir()) == []
    assert finishing.Finisher().round() == 0


def test_a_small_file_needs_no_job(li):
    _, url = send(li, jpeg())
    assert li.get(url).json()["state"] == "kept"
    assert finishing.whole() == []


@pytest.mark.parametrize(
    ("where", "what"),
    [(spool.Spool, "sum"), (actions, "prove"), (spool.Spool, "remember"), (Files, "adopt"), (actions, "receive"), (actions, "end")],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_step_the_next_job_goes_on(li, sound, monkeypatch, where, what, moment):
    send(li, sound, "现场.wav")
    real = getattr(where, what)

    def killed(*args, **given):  # type: ignore[no-untyped-def]
        if moment == "after":
            real(*args, **given)
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(where, what, killed)
        with pytest.raises(KeyboardInterrupt):
            finishing.Finisher().round()
    assert received() == []
    assert finishing.Finisher().round() == 1
    assert received()[0].digest == hashlib.sha256(sound).hexdigest()
    assert transfer().state == "kept"
    assert list(spool.folder().iterdir()) == []


def test_a_server_killed_before_it_handed_over_needs_no_sender_any_more(li, sound, monkeypatch):
    url = announce(li, SIZE, "现场.wav")["Location"]

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(actions, "hand_over", killed)
        with pytest.raises(KeyboardInterrupt):
            patch(li, url, 0, sound)
    assert transfer().state == "receiving"
    assert finishing.Finisher().round() == 1
    assert len(received()) == 1
    assert li.head(url, headers=TUS)["Upload-Offset"] == str(SIZE)


@pytest.mark.parametrize("place", [5, PART + 5, SIZE - 5], ids=["first part", "second part", "tail"])
def test_bytes_that_change_between_the_answer_and_the_job_are_refused(li, sound, place):
    _, url = send(li, sound, "现场.wav")
    with spool.Spool(transfer().pk).data.open("r+b") as data:
        data.seek(place)
        data.write(bytes([sound[place] ^ 1]))
    assert finishing.Finisher().round() == 1
    assert received() == []
    assert li.get(url).json()["state"] == "refused"
    assert "与传入时不同" in tray(li)
    assert list(store.backend().objects()) == []


@pytest.mark.parametrize("lose", ["data", "marks", "tail", "all"])
def test_what_the_disk_lost_is_said_and_nothing_of_it_is_taken(li, sound, lose):
    _, url = send(li, sound, "现场.wav")
    held = spool.Spool(transfer().pk)
    if lose == "all":
        held.drop()
    elif lose == "data":
        os.truncate(held.data, PART)
    else:
        os.truncate(getattr(held, lose), 0)
    assert finishing.Finisher().round() == 1
    assert received() == []
    assert li.get(url).json()["state"] == "refused"
    assert "重新上传" in tray(li)


def test_a_large_file_that_is_not_what_it_says_is_refused_in_the_tray(li, sound):
    send(li, sound, "改名.jpg")
    finishing.Finisher().round()
    assert "扩展名" in tray(li)
    send(li, sound, "现场.wav", sha256="0" * 64)
    finishing.Finisher().round()
    assert "摘要值不符" in tray(li)
    assert received() == []


def test_a_full_vault_or_a_fault_keeps_the_file_and_holds_up_no_other(li, sound, monkeypatch):
    send(li, sound, "甲.wav")
    _, other = send(li, sound[:-4] + b"1234", "乙.wav")
    real, finisher = store.adopt, finishing.Finisher()
    first = hashlib.sha256(sound).hexdigest()

    def full(path, kept, until=None):  # type: ignore[no-untyped-def]
        if kept.digest == first:
            raise Full("存储空间已满，文件未保存", mend="请联系管理员")
        return real(path, kept, until)

    with monkeypatch.context() as fault:
        fault.setattr(store, "adopt", full)
        assert finisher.round() == 1
        assert li.get(other).json()["state"] == "kept"
        assert "存储空间已满，文件未保存，稍后自动再试" in tray(li)
        assert finisher.round() == 0  # it waits for its next try
        assert not finisher._rung()
        fault.setattr(store, "adopt", lambda *args: 1 / 0)
        assert finishing.Finisher().round() == 0
        assert "核验时出错" in tray(li)
        fault.setattr(store, "adopt", lambda *args: (_ for _ in ()).throw(OperationalError("gone")))
        with pytest.raises(OperationalError):
            finishing.Finisher().round()
    assert finishing.Finisher().round() == 1
    assert {got.name for got in received()} == {"甲.wav", "乙.wav"}


def test_what_is_being_verified_neither_runs_out_nor_is_tidied_away(li, sound, monkeypatch):
    send(li, sound, "现场.wav")
    base = spool.Spool(transfer().pk).base
    os.utime(base, (0, 0))
    with access.within(""):
        assert actions.expire(timezone.now() + timedelta(days=30)) == 0
        assert actions.tidy(timezone.now()) == 0
    assert finishing.Finisher().round() == 1
    assert len(received()) == 1
