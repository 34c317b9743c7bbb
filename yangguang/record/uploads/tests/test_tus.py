"""The protocol, whose transfer it is, and every way a file can be wrong."""

import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import story
from tests.story import at
from yangguang.record.models import Item, Placement, Received, Transfer
from yangguang.record.uploads import actions, spool
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.vault import store

pytestmark = pytest.mark.django_db

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.VAULT_DIR, settings.UPLOADS_DIR = tmp_path / "vault", tmp_path / "uploads"
    settings.SESSION_COOKIE_AGE = 365 * 86400


@pytest.fixture
def told(monkeypatch):
    """Everybody registered, no case yet."""
    with access.within(""):
        found = story.begin(None, with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


@pytest.fixture
def case(monkeypatch):
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def as_(username: str, **options) -> Client:  # type: ignore[no-untyped-def]
    client = Client(**options)
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def jpeg(seed: int = 1, taken: str = "") -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise((320, 240), 20 + seed).convert("RGB")
    exif = Image.Exif()
    if taken:
        exif[0x0132] = taken
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def announce(client: Client, size: int, name: str = "现场.jpg", **metadata: str):  # type: ignore[no-untyped-def]
    said = ",".join(f"{key} {b64(value)}" for key, value in {"filename": name, **metadata}.items())
    return client.post(reverse("record:transfers"), headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": said})


def patch(client: Client, url: str, offset: int, data: bytes, **headers: str):  # type: ignore[no-untyped-def]
    return client.patch(
        url,
        data,
        content_type="application/offset+octet-stream",
        headers=TUS | {"Upload-Offset": str(offset), **headers},
    )


def send(client: Client, data: bytes, name: str = "现场.jpg", **metadata: str):  # type: ignore[no-untyped-def]
    made = announce(client, len(data), name, **metadata)
    assert made.status_code == 201, made.content.decode()
    return patch(client, made["Location"], 0, data), made["Location"]


def received() -> list[Received]:
    with access.within(""):
        return list(Received.objects.order_by("at", "id"))


@pytest.mark.clause("QS-3.2.2i")
def test_a_file_in_pieces_is_verified_logged_and_waits_in_the_tray(told):
    li, data = as_("li"), jpeg()
    made = announce(li, len(data), sha256=hashlib.sha256(data).hexdigest())
    url = made["Location"]
    assert (made.status_code, made["Upload-Offset"], made["Tus-Resumable"]) == (201, "0", "1.0.0")
    assert made["Upload-Expires"]
    first = patch(li, url, 0, data[:1000], **{"Upload-Checksum": f"sha256 {b64(hashlib.sha256(data[:1000]).digest())}"})
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    where = li.head(url, headers=TUS)
    assert (where["Upload-Offset"], where["Upload-Length"]) == ("1000", str(len(data)))
    assert where["Cache-Control"] == "no-store"
    last = patch(li, url, 1000, data[1000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(data)))
    [got] = received()
    assert got.digest == hashlib.sha256(data).hexdigest()
    assert got.part_root == hashlib.sha256(b"\0" + data).hexdigest()
    assert (got.name, got.medium, got.meta["width"]) == ("现场.jpg", "photo", 320)
    assert store.check(got.digest).size_bytes == len(data)
    with access.within(""):
        assert trail.entry_of(got).verb == "record.receive"
        assert not spool.Spool(Transfer.objects.get().pk).base.exists()
    told_of = li.get(url).json()
    assert (told_of["state"], told_of["received"]) == ("kept", str(got.pk))
    assert "现场.jpg" in li.get(reverse("record:tray")).content.decode()
    assert li.head(url, headers=TUS)["Upload-Offset"] == str(len(data))


def test_what_the_server_speaks(told):
    li = as_("li")
    answer = li.options(reverse("record:transfers"))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert {"creation", "checksum", "expiration", "termination"} <= set(answer["Tus-Extension"].split(","))
    assert "sha256" in answer["Tus-Checksum-Algorithm"]
    old = li.post(reverse("record:transfers"), headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
    assert (old.status_code, old["Tus-Version"]) == (412, "1.0.0")


def test_creation_with_the_first_bytes(told):
    li, data = as_("li"), jpeg()
    made = li.post(
        reverse("record:transfers"),
        data,
        content_type="application/offset+octet-stream",
        headers=TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": f"filename {b64('一次.jpg')}"},
    )
    assert (made.status_code, made["Upload-Offset"]) == (201, str(len(data)))
    assert received()[0].name == "一次.jpg"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "abc"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": str(10 * 2**30)}, 413),
        ({"Upload-Length": "5", "Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename " + "A" * 5000}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename " + b64(b"\xff\xfe")}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "sha256 " + b64("xyz")}, 400),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400),
    ],
)
def test_an_announcement_that_cannot_be_met_is_answered_in_words(told, headers, status):
    answer = as_("li").post(reverse("record:transfers"), headers=TUS | headers)
    assert answer.status_code == status
    assert answer.json()["message"]
    with access.within(""):
        assert not Transfer.objects.exists()
    assert not spool.folder().exists() or list(spool.folder().iterdir()) == []


def test_a_full_disk_is_said_before_a_byte_is_sent(told, monkeypatch):
    monkeypatch.setattr(spool, "RESERVE", 2**62)
    answer = announce(as_("li"), 1000)
    assert answer.status_code == 507
    assert "空间不足" in answer.json()["message"]


def test_requests_that_do_not_fit_change_nothing(told):
    li, data = as_("li"), jpeg()
    url = announce(li, len(data))["Location"]
    assert patch(li, url, 5, data[5:]).status_code == 409  # out of order
    assert patch(li, url, 0, data + b"x").status_code == 413  # more than was announced
    wrong = patch(li, url, 0, data, **{"Upload-Checksum": f"sha256 {b64(bytes(32))}"})
    assert wrong.status_code == 460
    for checksum in ("md5 x", "sha256 !", "sha256 " + b64(b"short")):
        assert patch(li, url, 0, data, **{"Upload-Checksum": checksum}).status_code == 400
    assert li.patch(url, data, content_type="text/plain", headers=TUS | {"Upload-Offset": "0"}).status_code == 415
    assert li.put(url, headers=TUS).status_code == 405
    assert li.head(url, headers=TUS)["Upload-Offset"] == "0"
    assert received() == []
    assert patch(li, url, 0, data).status_code == 204
    assert patch(li, url, 0, data).status_code == 410  # it is over
    assert len(received()) == 1


def test_a_transfer_is_only_of_who_began_it(told):
    li = as_("li")
    url = announce(li, 100)["Location"]
    for other in ("zhang", "wu"):
        for answer in (as_(other).head(url, headers=TUS), patch(as_(other), url, 0, b"x"), as_(other).get(url)):
            assert answer.status_code == 404
        assert as_(other).delete(url, headers=TUS).status_code == 404
    assert as_("zhou").head(url, headers=TUS).status_code == 403  # whose work is not with evidence
    stranger = Client().patch(
        url, b"x", content_type="application/offset+octet-stream", headers=TUS | {"Upload-Offset": "0"}
    )
    assert stranger.status_code == 401
    assert "登录" in stranger.json()["message"]
    assert li.head(reverse("record:transfer", args=[uuid4()]), headers=TUS).status_code == 404
    assert li.head(url, headers=TUS)["Upload-Offset"] == "0"


def test_the_token_of_the_page_is_asked_for(told):
    li = as_("li", enforce_csrf_checks=True)
    assert announce(li, 100).status_code == 403


def test_given_up_and_expired_transfers_leave_nothing(told, monkeypatch):
    li = as_("li")
    url = announce(li, 100)["Location"]
    assert li.delete(url, headers=TUS).status_code == 204
    assert li.head(url, headers=TUS).status_code == 410
    late = announce(li, 100)["Location"]
    patch(li, late, 0, b"x" * 50)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16) + timedelta(hours=169))
    assert patch(li, late, 50, b"x" * 50).status_code == 410
    with access.within(""):
        assert actions.expire(timezone.now()) == 1
        assert {one.state for one in Transfer.objects.all()} == {"expired"}
    tray = li.get(reverse("record:tray")).content.decode()
    assert "没有继续" in tray


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"a")
    return out.getvalue()


@pytest.mark.clause("QS-3.2.2i")
@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("断.jpg", lambda whole: whole[: len(whole) // 2], "不完整"),
        ("改名.mp4", lambda whole: whole, "扩展名"),
        ("炸弹.jpg", lambda whole: zipped(), "压缩包"),
        ("两面.jpg", lambda whole: whole + zipped(), "一个文件两种内容"),
        ("程序.jpg", lambda whole: b"MZ" + bytes(4000), "可执行程序"),
        ("乱码.mp4", lambda whole: bytes(range(256)) * 20, "不能识别"),
    ],
    ids=["cut", "renamed", "archive", "polyglot", "program", "noise"],
)
def test_a_file_that_came_whole_but_is_not_what_it_says_is_refused_in_words(told, name, make, why):
    li = as_("li")
    answer, url = send(li, make(jpeg()), name)
    assert answer.status_code == 422
    assert why in answer.json()["message"]
    assert received() == []
    assert li.head(url, headers=TUS).status_code == 410
    assert why in li.get(url).json()["message"]
    assert why in li.get(reverse("record:tray")).content.decode()
    assert list(store.backend().objects()) == []
    assert list(spool.folder().iterdir()) == []


def test_a_file_that_is_not_the_one_the_sender_hashed_is_refused(told):
    answer, _ = send(as_("li"), jpeg(), sha256="0" * 64)
    assert answer.status_code == 422
    assert "摘要值不符" in answer.json()["message"]
    assert received() == []


def test_a_wrong_clock_is_named(told):
    li = as_("li")
    send(li, jpeg(taken="2031:01:01 00:00:00"))
    [got] = received()
    assert "设备时钟不准" in got.clock["notes"][0]
    shown = li.get(reverse("record:tray_file", args=[got.pk])).content.decode()
    assert "设备时钟不准" in shown


def test_the_same_file_again_is_kept_once_and_two_officers_are_told_of_each_other(told):
    li, data = as_("li"), jpeg()
    send(li, data, "甲.jpg")
    again, url = send(li, data, "乙.jpg")
    assert again.status_code == 204
    assert li.get(url).json()["state"] == "repeated"
    assert "甲.jpg" in li.get(url).json()["message"]
    zhang = as_("zhang")
    send(zhang, data, "丙.jpg")
    mine, theirs = received()
    assert mine.digest == theirs.digest
    assert len(list(store.backend().objects())) == 1
    assert "收存同一文件" in zhang.get(reverse("record:tray_file", args=[theirs.pk])).content.decode()
    assert zhang.get(reverse("record:tray_file", args=[mine.pk])).status_code == 404


def test_a_server_killed_between_vault_and_tray_goes_on_where_it_stood(told, monkeypatch):
    li, data = as_("li"), jpeg()
    url = announce(li, len(data))["Location"]
    real = actions.receive

    def killed(**given):  # type: ignore[no-untyped-def]
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "receive", killed)
    with pytest.raises(KeyboardInterrupt):
        patch(li, url, 0, data)
    assert received() == []
    monkeypatch.setattr(actions, "receive", real)
    assert li.head(url, headers=TUS)["Upload-Offset"] == str(len(data))  # asked how far, it comes to its end
    assert len(received()) == 1


# ---- the tray ----------------------------------------------------------------------------------------------------------


def given(shown, **over):  # type: ignore[no-untyped-def]
    return {
        "once": str(shown.context["form"]["once"].value()),
        "demand": "scene_check:onsite_check",
        "title": "现场照片",
        "note": "证明安全出口被堵塞",
        "taken_at": "2026-08-26T09:50",
        "place": "青山镇北街 27 号",
        **over,
    }


def test_a_waiting_file_is_placed_once_in_a_case_of_its_officer(case):
    li, data = as_("li"), jpeg(taken="2026:08:26 09:50:00")
    send(li, data)
    [got] = received()
    detail = li.get(reverse("record:tray_file", args=[got.pk])).content.decode()
    page = reverse("record:upload", args=[case.case.dossier_id])
    assert f"{page}?received={got.pk}" in detail
    shown = li.get(f"{page}?received={got.pk}")
    form = shown.context["form"]
    assert form["taken_at"].value() == "2026-08-26T09:50"
    assert form["received"].value() == [str(got.pk)]
    done = li.post(page, given(shown, received=[str(got.pk)]))
    assert done.status_code == 302, done.content.decode()
    with access.within(""):
        item = Item.objects.get(digest=got.digest)
        placed = Placement.objects.get()
        assert (placed.item_id, item.event, item.size_bytes) == (item.pk, "onsite_check", len(data))
        assert item.meta["received"] == str(got.pk)
        assert trail.entry_of(placed).verb == "record.place"
    again = li.post(page, given(li.get(page), received=[str(got.pk)]))
    assert again.status_code == 422
    assert "已经归入" in again.content.decode()
    assert "已归入" in li.get(reverse("record:tray_file", args=[got.pk])).content.decode()
    zhang = as_("zhang")
    send(zhang, jpeg(5))
    other = received()[-1]
    assert li.post(page, given(li.get(page), received=[str(other.pk)])).status_code == 422  # not in the own tray


def test_a_file_of_no_case_is_set_aside_with_a_reason(told):
    li = as_("li")
    send(li, jpeg())
    [got] = received()
    page = reverse("record:tray_file", args=[got.pk])
    assert li.post(page, {"reason": "试"}).status_code == 422
    assert li.post(page, {"reason": "试录，与案件无关"}).status_code == 302
    assert "试录，与案件无关" in li.get(page).content.decode()
    assert li.post(page, {"reason": "再来一次试录"}).status_code == 422
    assert "现场.jpg" not in li.get(reverse("record:tray")).content.decode().split("等待归入")[1]
    assert store.has(got.digest)


def test_without_script_the_plain_form_brings_files_one_by_one(told):
    li = as_("li")
    files = [
        SimpleUploadedFile("好.jpg", jpeg()),
        SimpleUploadedFile("空.jpg", b""),
        SimpleUploadedFile("坏.jpg", b"MZ12"),
    ]
    done = li.post(reverse("record:tray"), {"files": files}, follow=True)
    text = done.content.decode()
    assert [one.name for one in received()] == ["好.jpg"]
    assert "空.jpg" in text
    assert "坏.jpg" in text
    assert li.post(reverse("record:tray"), {}).status_code == 422


def test_the_bytes_of_a_waiting_file_are_for_its_officer_alone(told):
    li, data = as_("li"), jpeg()
    send(li, data)
    [got] = received()
    urls = [reverse(f"record:{name}", args=[got.pk]) for name in ("tray_bytes", "tray_thumb", "tray_file")]
    assert b"".join(li.get(urls[0]).streaming_content) == data
    assert li.get(urls[1])["Content-Type"] == "image/jpeg"
    for other in ("zhang", "wu"):
        assert [as_(other).get(url).status_code for url in urls] == [404, 404, 404]
