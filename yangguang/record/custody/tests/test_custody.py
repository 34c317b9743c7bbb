"""Readings, calling up, devices, copies, releases, paper originals: through the pages, as the people of 青山镇."""

import io
from datetime import date, timedelta

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import story
from tests.story import at
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record.custody import cutting, queries, watch
from yangguang.record.custody.actions import releases
from yangguang.record.custody.models import (
    CallUp,
    DeviceIssue,
    Extract,
    PaperLink,
    Reading,
    ReleaseExport,
    ReleaseRequest,
)
from yangguang.record.media import BadMedia
from yangguang.record.models import Item
from yangguang.record.uploads import actions as uploads
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.vault import store

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
    with access.within(""):
        account = Account.objects.get(username=username)
    client.force_login(account, backend="yangguang.registry.access.Accounts")
    return client


def words(response) -> str:
    return response.content.decode()


def url(name: str, *args) -> str:
    return reverse(f"record:{name}", args=args)


def read(client: Client, address: str) -> bytes:
    """The bytes of an answer, taken to the end as a browser does."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data


def item(told, **about) -> Item:
    with access.within(""):
        return told.case.dossier.items.filter(**about).order_by("at").first()


def send(client: Client, address: str, **data):
    """The form of a page, filled in."""
    shown = client.get(address)
    assert shown.status_code == 200, (address, shown.status_code)
    once = str(shown.context["form"]["once"].value())
    seen = shown.context["form"]["seen"].value()
    return client.post(address, {"once": once, **({} if seen is None else {"seen": seen}), **data})


def count(model, **about) -> int:
    with access.within(""):
        return model.objects.filter(**about).count()


@pytest.mark.clause("QS-3.2.2j", "QS-3.2.3e")
def test_a_reading_is_noted_once_an_hour_and_never_disturbs_the_case(told, monkeypatch):
    photo = item(told, medium="photo")
    with access.within(""):
        before = trail.head(told.case.chain)
    zhang, wu = as_("zhang"), as_("wu")
    for _ in range(3):
        assert zhang.get(url("item", photo.pk)).status_code == 200
        read(zhang, url("file", photo.pk))
    assert zhang.get(url("thumb", photo.pk)).status_code == 200
    assert count(Reading) == 1
    read(zhang, url("file", photo.pk) + "?save=1")
    read(wu, url("file", photo.pk))
    assert count(Reading, how="copy") == 1 and count(Reading) == 3
    assert count(Reading, keeper=True) == 2 and count(Reading, reader_key=told.who.wu.key, keeper=False) == 1
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 17))
    read(zhang, url("file", photo.pk))
    assert count(Reading) == 4
    with access.within(""):
        assert trail.head(told.case.chain) == before
        assert trail.history(f"custody:{told.case.chain}").count() == 4
    page = words(zhang.get(url("custody", photo.pk)))
    assert "共 4 次" in page and f"{told.who.zhang.name}（承办人） 下载" in page
    thumbs = [photo, item(told, medium="video")]
    for one in thumbs:
        as_("li").get(url("thumb", one.pk))
        as_("li").get(url("proof", one.pk))
    assert count(Reading, reader_key=told.who.li.key) == 0


@pytest.mark.clause("QS-3.2.3b", "QS-3.2.3c", "QS-3.2.3e", "QD-3.2.4d", "SY-2.2.4b", "DH-2.2.5c")
def test_everything_about_a_party_is_called_up_with_a_purpose_and_the_supervisor_sees_it(told):
    qian = as_("qian")
    found = url("callup") + "?q=赵大勇"
    party = qian.get(found).context["form"]["about"].field.choices[0][0]
    assert send(qian, found, about=party, purpose="", reason="核查投诉").status_code == 422
    assert send(qian, found, about=party, purpose="好奇", reason="核查投诉").status_code == 422
    refused = send(qian, found, about=party, purpose="执法监督", reason="查")
    assert refused.status_code == 422 and "没有写明具体事由" in words(refused), refused.context["form"].errors
    assert count(CallUp) == 0
    done = send(qian, found, about=party, purpose="执法监督", reason="核查当事人的投诉")
    page = words(qian.get(done.url))
    with access.within(""):
        kept = list(told.case.dossier.items.all())
        made = CallUp.objects.get()
    assert made.items == len(kept) and made.dossiers == [str(told.case.dossier_id)]
    assert all(one.title in page and str(one.pk) in page for one in kept)
    board = words(qian.get(url("callups")))
    assert "核查当事人的投诉" in board and "赵大勇" in board
    by_case = send(
        as_("wu"),
        url("callup") + "?q=安全出口",
        about=f"case:{told.case.dossier_id}",
        purpose="案卷评查",
        reason="评查本卷",
    )
    assert by_case.status_code == 302
    assert "评查本卷" in words(as_("chen").get(url("callups")))
    assert "评查本卷" in words(qian.get(url("callups")))
    assert "核查当事人的投诉" not in words(as_("wu").get(url("callups")))
    assert as_("wang").get(by_case.url).status_code == 404
    for q in ("%00", "没有这个人", "x" * 300, "'; drop table"):
        assert qian.get(url("callup") + f"?q={q}").status_code == 200
    assert as_("wu").get(url("readings")).status_code == 403


@pytest.mark.clause("QS-3.2.3b")
def test_one_party_known_to_two_bodies_is_one(told):
    with access.within(""):
        registry.register_party(
            by=None, at=at(1, 5), scope=told.who.county.scope, kind="natural", name="赵大勇", id_no=told.who.party.id_no
        )
        account = Account.objects.get(username="qian")
        caller = access.Caller(account, access.roles_of(account))
        other = queries.parties_named(caller, "赵大勇")[0]
        assert {one.pk for one in queries.dossiers_of(caller, other)} == {told.case.dossier_id}
        assert told.who.party.key in queries.same_party(caller, other)


@pytest.mark.clause("QS-3.2.3e")
def test_readings_that_stand_out_are_shown(told, settings, monkeypatch):
    settings.READING_MANY, settings.READING_COPIES = 3, 2
    with access.within(""):
        some = list(told.case.dossier.items.order_by("at")[:3])
    wu, zhang = as_("wu"), as_("zhang")
    for one in some:
        for who in (wu, zhang):
            read(who, url("file", one.pk))
    qian = as_("qian")
    page = words(qian.get(url("callups")))
    assert watch.RULES["many"] in page and told.who.wu.name in page
    assert f"{told.who.zhang.name}，2026-08-26" not in page  # handling the case is no curiosity
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 23))
    read(wu, url("file", some[0].pk))
    page = words(qian.get(url("callups")))
    assert watch.RULES["night"] in page
    for one in some[:2]:
        read(zhang, url("file", one.pk) + "?save=1")
    page = words(qian.get(url("callups")))
    assert watch.RULES["copies"] in page
    listed = words(qian.get(url("readings") + f"?reader={told.who.wu.key}&day=2026-08-26"))
    assert told.who.wu.name in listed and some[0].title in listed
    for bad in ("?reader=x&day=y", "?after=[1]", "?day=2026-99-99"):
        assert qian.get(url("readings") + bad).status_code == 200


@pytest.mark.clause("QD-3.2.2(1)c", "SY-2.2.2c", "DH-2.2.3d", "QS-4.5c")
def test_a_device_is_with_one_person_at_a_time(told):
    with access.within(""):
        device = registry.register_device(
            by=None, at=at(1, 5), body=told.who.body, kind="body_camera", serial="JLY-07", valid_from=date(2026, 1, 1)
        )
    chen, zhang = as_("chen"), as_("zhang")
    assert zhang.get(url("issue", device.key)).status_code == 403
    given = {"holder": str(told.who.zhang.key), "purpose": "现场检查", "back_by": "2026-08-20"}
    early = send(chen, url("issue", device.key), **given)
    assert early.status_code == 422 and "早于领用日期" in words(early)
    assert send(chen, url("issue", device.key), **{**given, "back_by": "2026-08-26"}).status_code == 302
    again = send(chen, url("issue", device.key), **{**given, "back_by": ""})
    assert again.status_code == 422 and "现由张卫国领用" in words(again)
    with access.within(""):
        issue = DeviceIssue.objects.get()
    assert "张卫国" in words(zhang.get(url("devices"))) and "现由张卫国持有" in words(
        zhang.get(url("device", device.key))
    )
    silent = send(chen, url("return", issue.pk), state="faulty", uploaded="no")
    assert silent.status_code == 422 and "须写明情况" in words(silent)
    back = {"state": "sound", "uploaded": "yes", "note": ""}
    assert send(chen, url("return", issue.pk), **back).status_code == 302
    assert "已经归还" in words(send(chen, url("return", issue.pk), **back))
    assert "记录已全部收存" in words(zhang.get(url("device", device.key)))
    assert send(chen, url("issue", device.key), **{**given, "back_by": ""}).status_code == 302
    with access.within(""):
        verbs = [one.verb for one in trail.history(f"device:{device.key}") if not one.verb.startswith("duty.")]
        assert verbs[1:] == ["record.issue_device", "record.return_device", "record.issue_device"]


@pytest.mark.clause("QD-3.2.2(2)b")
def test_what_lies_on_a_device_or_in_the_tray_is_owed_until_a_day(told, monkeypatch, tmp_path):
    with access.within(""):
        device = registry.register_device(
            by=None, at=at(1, 5), body=told.who.body, kind="body_camera", serial="JLY-08", valid_from=date(2026, 1, 1)
        )
    chen, zhang, qian = as_("chen"), as_("zhang"), as_("qian")
    given = {"holder": str(told.who.zhang.key), "purpose": "现场检查", "back_by": "2026-08-27"}
    assert send(chen, url("issue", device.key), **given).status_code == 302
    with access.within(""):
        issue = DeviceIssue.objects.get()
        owed = Duty.objects.get(rule="D90")
    assert (owed.owner_key, owed.due_on) == (told.who.zhang.key, date(2026, 8, 28))
    assert "24小时" in owed.explain and owed.because[0]["clause"] == "CN-PEN-47"
    inbox = words(zhang.get(reverse("workbench:inbox")))
    assert "里的记录全部存入系统" in inbox and url("device", device.key) in inbox
    # brought back with something still on it: the duty stays, and is late the day after
    back = {"state": "faulty", "uploaded": "no", "note": "接口损坏，读不出，已送修"}
    assert send(chen, url("return", issue.pk), **back).status_code == 302
    path = tmp_path / "a.jpg"
    Image.effect_noise((320, 240), 30).convert("RGB").save(path, "JPEG")
    with access.within(""):
        kept = store.put(io.BytesIO(path.read_bytes()))
        sound = uploads.prove(path, path.name, kept)
        got = uploads.receive(by=told.who.zhang, at=at(8, 26, 17), scope=told.who.body.scope, name="a.jpg", sound=sound)
        two = uploads.receive(by=told.who.wu, at=at(8, 26, 17), scope=told.who.body.scope, name="a.jpg", sound=sound)
    assert "最迟 2026年8月28日归入案卷" in words(zhang.get(url("tray")))
    monkeypatch.setattr(timezone, "now", lambda: at(8, 31, 9))
    assert "逾期未归入" in words(zhang.get(url("tray")))
    board = words(qian.get(reverse("supervision:board")))
    assert "设备里的记录逾期没有存入系统" in board and "收存的音像资料逾期没有归入案卷" in board
    listed = words(qian.get(reverse("supervision:duties") + "?rule=D91&state=overdue"))
    assert listed.count("归入案卷，或者注明不归入的理由") == 2
    # mended: docked after the repair, placed, set aside
    assert zhang.get(url("dock", issue.pk)).status_code == 403
    assert "登记补存" in words(chen.get(url("device", device.key)))
    silent = send(chen, url("dock", issue.pk), whole="yes", note="好")
    assert silent.status_code == 422 and "没有写明存入了什么" in words(silent)
    assert send(chen, url("dock", issue.pk), whole="yes", note="修好后存入 8 月 26 日的 3 段").status_code == 302
    assert "已登记全部存入" in words(send(chen, url("dock", issue.pk), whole="yes", note="修好后存入 3 段"))
    with access.within(""):
        record.keep(
            by=told.who.zhang, at=at(8, 31, 9), dossier=told.case.dossier, step="order_correction", title="补交的照片",
            received=got,
        )  # fmt: skip
        uploads.set_aside(by=told.who.wu, at=at(8, 31, 9), received=two, reason="与张卫国收存的重复")
        notes = {one.discharge.note for one in Duty.objects.filter(rule__in=("D90", "D91"))}
        assert notes == {"已补存", "", "不归入案卷，理由已注明"}
        assert not Duty.objects.filter(rule__in=("D90", "D91"), discharge__isnull=True).exists()
    assert "设备里的记录逾期" not in words(qian.get(reverse("supervision:board")))


@pytest.mark.clause("QS-3.2.2i", "QS-3.2.2j")
def test_a_clip_names_its_original_and_leaves_only_by_approval(told):
    video = item(told, medium="video")
    zhang, chen = as_("zhang"), as_("chen")
    before = store.check(video.digest)
    for start, to, said in (
        ("00:00:02", "00:00:01", "终点须在起点之后"),
        ("9:00:00", "9:00:01", "超出录音录像的长度"),
        ("x", "1:00", "不是时间位置"),
        ("0:99", "1:00", "不是时间位置"),
    ):
        refused = send(zhang, url("clip", video.pk), start=start, to=to, note="提供询问部分")
        assert refused.status_code == 422 and said in words(refused), said
    done = send(zhang, url("clip", video.pk), start="0:01", to="0:02.5", note="提供给当事人的部分")
    assert done.status_code == 302, words(done)
    with access.within(""):
        clip = Extract.objects.get()
    assert (clip.parent_digest, clip.from_ms, clip.to_ms) == (video.digest, 1000, 2500)
    with av.open(str(store.place(clip.digest))) as made:
        length = float(made.duration) / av.time_base
        assert next(made.decode(video=0)).width == next(av.open(str(store.place(video.digest))).decode(video=0)).width
    assert 0 < length <= (clip.to_ms - clip.starts_ms) / 1000 + 0.2
    assert store.check(video.digest) == before
    assert url("extract_file", clip.pk) in words(zhang.get(url("custody", video.pk)))
    assert read(zhang, url("extract_file", clip.pk))

    asked = send(
        zhang, url("ask_release", video.pk),
        what=str(clip.pk), manner="provide", recipient="当事人赵大勇", ground="当事人申请查阅本人案卷",
    )  # fmt: skip
    assert asked.status_code == 302, words(asked)
    with access.within(""):
        request = ReleaseRequest.objects.get()
    assert request.digest == clip.digest
    page = url("release", request.pk)
    assert zhang.get(url("release_file", request.pk)).status_code == 404
    assert zhang.post(page, {"recipient": "赵大勇", "means": "光盘"}).status_code == 403
    with access.within(""):
        with pytest.raises(releases.NotReleased, match="还没有批准"):
            releases.release(by=told.who.zhang, at=at(8, 26, 16), request=request, recipient="赵大勇", means="光盘")
        with pytest.raises(releases.NotReleased, match="不能审批自己的申请"):
            releases.answer_release(
                by=told.who.zhang, at=at(8, 26, 16), request=request, approved=True, opinion="同意提供"
            )
    assert send(chen, page, approved="yes", opinion="同意提供片段").status_code == 302
    assert send(zhang, page, recipient="赵大勇", means="光盘一张").status_code == 302
    assert read(zhang, url("release_file", request.pk)) == store.place(clip.digest).read_bytes()
    assert chen.get(url("release_file", request.pk)).status_code == 404
    assert "光盘一张" in words(chen.get(page)) and "已交付" in words(chen.get(url("releases")))
    assert count(Reading, item=video, reader_key=told.who.zhang.key, how="copy") == 1


@pytest.mark.clause("QS-3.2.2j")
def test_the_database_itself_lets_nothing_out_unapproved(told):
    photo = item(told, medium="photo")
    with access.within(""):
        request = releases.ask_release(
            by=told.who.chen, at=at(8, 26, 16), item=photo, extract=None, manner="publish",
            recipient="政府门户网站", ground="公开曝光典型案例",
        )  # fmt: skip
        for table, extra in (
            ("record_releaseanswer", "approved, opinion) values (%s, %s, %s, %s, %s, true, '同意')"),
            (
                "record_releaseexport",
                "digest, recipient, means) values (%s, %s, %s, %s, %s, repeat('a', 64), 'x', 'y')",
            ),
        ):
            columns = f"insert into {table} (id, at, scope, by_id, request_id, {extra}"
            with (
                pytest.raises(IntegrityError, match=r"申请人以外|没有批准"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(columns, [request.pk, request.at, request.scope, told.who.chen.pk, request.pk])
        releases.answer_release(by=told.who.li, at=at(8, 26, 16), request=request, approved=False, opinion="不宜公开")
        with pytest.raises(releases.NotReleased, match="还没有批准"):
            releases.release(by=told.who.chen, at=at(8, 26, 16), request=request, recipient="网站", means="上传")
    assert count(ReleaseExport) == 0


def jpeg(seed: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 20 + seed).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.clause("QS-3.2.2i")
def test_a_masked_copy_is_another_object(told):
    photo = item(told, medium="photo")
    zhang = as_("zhang")

    def file(content: bytes, name: str = "遮挡.jpg") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content, "image/jpeg")

    address = url("masked", photo.pk)
    same = send(zhang, address, file=file(store.place(photo.digest).read_bytes()), note="没有遮挡")
    assert same.status_code == 422 and "这就是原件" in words(same)
    assert send(zhang, address, file=file(b""), note="空文件上传").status_code == 422
    assert send(zhang, address, file=file(b"MZ" + bytes(99)), note="程序文件").status_code == 422
    assert send(zhang, address, note="没有文件").status_code == 422
    assert send(zhang, address, file=file(jpeg(3)), note="遮挡旁人面部").status_code == 302
    with access.within(""):
        made = Extract.objects.get()
    assert (made.kind, made.parent_digest) == ("masked", photo.digest) and made.digest != photo.digest
    assert as_("sun").get(url("clip", photo.pk)).status_code == 404
    assert as_("chen").get(address).status_code == 403


@pytest.mark.clause("QD-3.2.1d", "WC-2.2.2d", "QS-3.2.1e")
def test_a_paper_original_stands_beside_its_document_page_by_page(told, tmp_path):
    document = item(told, code="scene_record")
    pages = int(document.meta["pages"])
    scan = tmp_path / "scan.pdf"
    images = [Image.new("RGB", (600, 800), (255, 255 - 20 * n, 255)) for n in range(pages + 1)]
    images[0].save(scan, "PDF", save_all=True, append_images=images[1:])
    with access.within(""):
        kept = record.keep(
            by=told.who.zhang, at=at(8, 26, 16), dossier=told.fresh().dossier, step="scene_check", path=scan,
            name="scan.pdf", title="现场检查笔录纸质原件",
        )  # fmt: skip
    zhang = as_("zhang")
    address = url("paper_new", document.pk)
    shift = f"1-{pages}=2-{pages + 1}" if pages > 1 else "1=2"
    for typed, said in (
        ("1=99", f"扫描件共 {pages + 1} 页"),
        (f"{pages + 1}=1", f"文书共 {pages} 页"),
        ("1=1, 1=2", "对应了两页"),
        ("1-2=1", "页数不同"),
        ("一=1", "看不懂"),
        ("", "请填写"),
    ):
        refused = send(zhang, address, scan=str(kept.pk), pages=typed, place="档案室 3 柜")
        assert refused.status_code == 422 and said in words(refused), (typed, said)
    assert send(zhang, address, scan=str(kept.pk), pages=shift, place="档案室 3 柜").status_code == 302
    with access.within(""):
        assert PaperLink.objects.get().pages == [[n, n + 1] for n in range(1, pages + 1)]
    shown = words(zhang.get(url("paper", document.pk)))
    assert (
        "档案室 3 柜" in shown and url("scan_page", kept.pk, 2) in shown and url("page_image", document.pk, 1) in shown
    )
    picture = zhang.get(url("scan_page", kept.pk, 2))
    assert picture.status_code == 200 and picture.content[:2] == b"\xff\xd8"
    assert zhang.get(url("scan_page", kept.pk, 99)).status_code == 422
    assert "纸质原件的扫描件" in words(zhang.get(url("custody", kept.pk)))
    assert zhang.get(url("paper", kept.pk)).status_code == 404


def test_a_broken_recording_is_refused_and_not_crashed_on(tmp_path):
    digest = store.put(io.BytesIO(b"\0" * 2000)).digest
    with pytest.raises(BadMedia):
        cutting.cut(digest, "video/mp4", 0, 1000)
    with pytest.raises(BadMedia):
        cutting.page(digest, 1)


def test_long_ago_is_no_warning(told, monkeypatch, settings):
    settings.READING_MANY = 1
    photo = item(told, medium="photo")
    read(as_("wu"), url("file", photo.pk))
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16) + timedelta(days=watch.DAYS + 2))
    assert watch.RULES["many"] not in words(as_("qian").get(url("callups")))
