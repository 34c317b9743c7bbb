"""Uploads, readings and pictures of a dossier."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import story
from tests.story import at
from yangguang.record import previews, queries
from yangguang.record.models import Item, Waiver
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.vault import store
from yangguang.vault.files import Files

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    """The case after the correction order: a photograph and a video are in the file."""
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("order_correction", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def words(response) -> str:
    return response.content.decode()


def page(told, name: str = "upload") -> str:
    return reverse(f"record:{name}", args=[told.case.dossier_id])


def kept(told) -> list[Item]:
    with access.within(""):
        return list(queries.items(told.case.dossier))


def given(shown, *files, **over):
    form = shown.context["form"]
    return {
        "once": str(form["once"].value()),
        "demand": "scene_check:onsite_check",
        "title": "现场照片",
        "note": "证明安全出口被堵塞",
        "taken_at": "2026-08-26T09:50",
        "place": "青山镇北街 27 号",
        "device": "执法记录仪 07",
        "files": list(files),
        **over,
    }


def jpeg(seed: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 20 + seed).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def photo(seed: int = 1, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(seed), "image/jpeg")


def test_upload_several_files_at_once(told):
    li = as_("li")
    shown = li.get(page(told) + "?step=scene_check&event=onsite_check")
    assert shown.context["form"]["demand"].value() == "scene_check:onsite_check"
    assert "现场检查" in words(shown)
    before = len(kept(told))
    once = given(shown, photo(1), photo(2, "照片2.jpg"))
    done = li.post(page(told), once)
    assert done.status_code == 302
    assert len(kept(told)) == before + 2
    item = kept(told)[-1]
    assert item.title == "现场照片（2）"
    assert item.name == "照片2.jpg"
    assert item.meta["stated"] == {
        "taken_at": "2026-08-26T09:50:00+08:00",
        "place": "青山镇北街 27 号",
        "device": "执法记录仪 07",
    }
    again = li.post(page(told), {**once, "files": [photo(1), photo(2, "照片2.jpg")]})  # the button pressed twice
    assert again.status_code == 302
    assert len(kept(told)) == before + 2


@pytest.mark.clause("QS-3.2.2i")
@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("空.jpg", lambda whole: b"", "0 字节"),
        ("断.jpg", lambda whole: whole[: len(whole) // 2], "不完整"),
        ("改名.pdf", lambda whole: whole, "改名.pdf"),
        ("程序.jpg", lambda whole: b"MZ" + b"\0" * 4000, "可执行程序"),
        ("网页.jpg", lambda whole: b"<html><script>alert(1)</script></html>" * 50, "网页.jpg"),
    ],
)
def test_a_bad_file_is_named_and_nothing_of_the_submission_is_kept(told, name, make, why):
    li = as_("li")
    shown = li.get(page(told))
    before = len(kept(told))
    bad = SimpleUploadedFile(name, make(jpeg(3)), "image/jpeg")
    answer = li.post(page(told), given(shown, photo(1), bad))
    text = words(answer)
    assert answer.status_code == 422
    assert name in text and why in text
    assert "个文件都没有收存" in text
    assert "证明安全出口被堵塞" in text and "执法记录仪 07" in text  # what was typed is still there
    assert len(kept(told)) == before


def test_no_file_too_many_and_too_large(told, settings):
    li = as_("li")
    shown = li.get(page(told))
    assert "没有选择文件" in words(li.post(page(told), given(shown)))
    assert "一次最多 20 个文件" in words(li.post(page(told), given(shown, *[photo(1, f"{n}.jpg") for n in range(21)])))
    settings.UPLOAD_MAX_BYTES = 4096
    large = li.post(page(told), given(shown, photo(1, "大.jpg")))
    assert large.status_code == 422
    assert "大.jpg 超过本系统上限" in words(large)


def test_bad_words_are_said_at_their_fields(told):
    li = as_("li")
    shown = li.get(page(told))
    for over, why in (
        ({"taken_at": "2026-08-27T09:00"}, "拍摄时间晚于现在"),
        ({"taken_at": "2026-02-30T09:00"}, "时间不存在"),
        ({"title": "照\x07片"}, "看不见的控制字符"),
        ({"note": "字" * 100_000}, "最多 400 个字，现有 100000 个字"),
        ({"demand": "nowhere:nothing"}, "没有“nowhere:nothing”这一选项"),
        ({"title": ""}, "请填写"),
    ):
        answer = li.post(page(told), given(shown, photo(1), **over))
        assert answer.status_code == 422
        assert why in words(answer)


def test_only_the_handlers_add_to_a_file(told):
    assert as_("lin").get(page(told)).status_code == 403
    assert as_("lin").post(page(told), {}).status_code == 403
    assert as_("wang").get(page(told)).status_code == 403
    assert Client().post(page(told), {}).url.startswith("/login/")
    assert Client(enforce_csrf_checks=True).post(page(told), {}).status_code in (302, 403)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Account.objects.get(username="li"), backend="yangguang.registry.access.Accounts")
    before = len(kept(told))
    assert strict.post(page(told), given(as_("li").get(page(told)), photo(1))).status_code == 403
    assert len(kept(told)) == before


@pytest.mark.clause("QS-3.2.2d")
def test_waive_only_where_the_rules_leave_it_open(told):
    li = as_("li")
    shown = li.get(page(told, "waive"))
    choices = dict(shown.context["form"].fields["demand"].choices)
    assert "interview:investigation" in choices
    assert "scene_check:onsite_check" not in choices  # must be recorded
    values = {
        "once": str(shown.context["form"]["once"].value()),
        "seen": str(shown.context["form"]["seen"].value()),
        "demand": "interview:investigation",
    }
    assert "必须写明理由" in words(li.post(page(told, "waive"), {**values, "reason": "嗯"}))
    forged = li.post(
        page(told, "waive"), {**values, "demand": "scene_check:onsite_check", "reason": "不想录像也可以吧"}
    )
    assert forged.status_code == 422
    assert li.post(page(told, "waive"), {**values, "reason": "询问笔录逐页签名，足以记录全过程"}).status_code == 302
    with access.within(""):
        assert Waiver.objects.get().event == "investigation"


# ---- reading -----------------------------------------------------------------------------------------------------


def item(told, **which) -> Item:
    with access.within(""):
        return told.case.dossier.items.filter(**which).order_by("at").first()


def test_a_document_with_its_pages_and_proof(told, django_assert_max_num_queries):
    zhang, found = as_("zhang"), item(told, code="scene_record")
    with django_assert_max_num_queries(40):
        shown = zhang.get(reverse("record:item", args=[found.pk]))
    assert shown.status_code == 200
    assert "正在写入防篡改日志" in words(shown)
    assert found.digest in words(shown)
    image = zhang.get(reverse("record:page_image", args=[found.pk, 1]))
    assert image.headers["Content-Type"] == "image/png"
    assert image.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    same = zhang.get(reverse("record:page_image", args=[found.pk, 1]), headers={"If-None-Match": image.headers["ETag"]})
    assert same.status_code == 304
    assert zhang.get(reverse("record:page_image", args=[found.pk, 99])).status_code == 404
    pdf = zhang.get(reverse("record:file", args=[found.pk]) + "?save=1")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert pdf.headers["Content-Disposition"].startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''")


def test_served_state_and_versions_are_told_by_the_later_stages(told):
    found = item(told, code="correction_order")
    assert "还没有送达" in words(as_("zhang").get(reverse("record:item", args=[found.pk])))


def test_evidence_says_who_when_where_and_what_it_satisfies(told):
    found = item(told, medium="video")
    shown = as_("wang").get(reverse("record:item", args=[found.pk]))
    text = words(shown)
    assert "<video" in text and "李敏" in text
    assert [one.code for one in shown.context["demands"]] == ["onsite_check"]
    thumb = as_("wang").get(reverse("record:thumb", args=[found.pk]))
    assert thumb.content.startswith(b"\xff\xd8")


def test_a_player_may_ask_for_ranges(told):
    zhang, found = as_("zhang"), item(told, medium="video")
    url = reverse("record:file", args=[found.pk])
    with store.open(found.digest) as opened:
        data = opened.read()
    whole = zhang.get(url)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Content-Type"] == "video/mp4"
    assert b"".join(whole.streaming_content) == data
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(data)),
        ("bytes=-50", len(data) - 50, len(data)),
        (f"bytes=10-{len(data) * 2}", 10, len(data)),
    ):
        part = zhang.get(url, headers={"Range": asked})
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(data)}"
        assert b"".join(part.streaming_content) == data[start:end]
    assert zhang.get(url, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    for no_range in ("bytes=5-2", "items=0-5", "bytes=-", "bytes=0-1,5-6"):
        answer = zhang.get(url, headers={"Range": no_range})
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, data)
    answer = zhang.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, data)
    etag = f'"{found.digest}"'
    assert zhang.get(url, headers={"If-None-Match": f'"x", {etag}'}).status_code == 304


def test_readings_go_through_one_door(told, monkeypatch):
    """Whatever is asked of a reading is asked in `visible_item`: with the door shut nothing is read."""
    found = item(told, medium="photo")
    zhang = as_("zhang")

    def shut(caller, pk, how=None, **more):
        raise Item.DoesNotExist

    monkeypatch.setattr(queries, "visible_item", shut)
    for name, more in (("item", []), ("file", []), ("thumb", []), ("proof", []), ("page_image", [1])):
        assert zhang.get(reverse(f"record:{name}", args=[found.pk, *more])).status_code == 404


def test_administrators_and_strangers_read_nothing(told):
    found = item(told, medium="photo")
    assert Client().get(reverse("record:file", args=[found.pk])).status_code == 302
    assert as_("qian").get(reverse("record:item", args=[found.pk])).status_code == 200  # supervision from above
    with access.within(""):
        account = Account.objects.get(username="sun")
        registry.grant_role(by=None, at=at(8, 1), account=account, role="archivist", granted=False)
        registry.grant_role(by=None, at=at(8, 1), account=account, role="admin")
    for name in ("item", "file", "thumb", "proof"):
        assert as_("sun").get(reverse(f"record:{name}", args=[found.pk])).status_code == 403


def test_bytes_that_are_gone_are_a_fault_and_not_a_missing_page(told, monkeypatch):
    found = item(told, medium="photo")
    monkeypatch.setattr(Files, "place", lambda self, digest: Path("/nonexistent") / digest)
    answer = as_("zhang").get(reverse("record:file", args=[found.pk]))
    assert answer.status_code == 503
    assert "从备份恢复" in words(answer)


def test_pictures_are_made_once(told, monkeypatch):
    found = item(told, medium="photo")
    first = previews.thumb(found.digest, "photo")
    monkeypatch.setattr(previews.media, "thumbnail", lambda *_: pytest.fail("made again"))
    assert previews.thumb(found.digest, "photo") == first
    assert io.BytesIO(first).read(2) == b"\xff\xd8"
