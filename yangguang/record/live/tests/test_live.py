"""A live recording from the key to the kept item: what is taken, what is refused and what can be gone on from."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import TOWN, at
from yangguang.record.live import actions, chain, queries, spool
from yangguang.record.live.models import DeviceKey, Explanation, LiveEnd, LiveGap, LiveHead, LiveLink, Recording
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.trail.models import Checkpoint, Entry
from yangguang.vault import store

from .device import Phone, fields, header
from .film import pieces, webm

pytestmark = pytest.mark.django_db


class Clock:
    """The server's clock, which stands until it is moved."""

    def __init__(self) -> None:
        self.now = at(8, 26, 16)

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now

    @property
    def ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    def go(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock(monkeypatch, settings) -> Clock:
    settings.SESSION_COOKIE_AGE = 365 * 86400
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture
def told(clock, monkeypatch):
    """The case just opened; it is 26 August, four in the afternoon."""
    with access.within(""):
        return story.begin("approve_opening", with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


class Field:
    """An officer on the spot with a phone: what the page's script does, as requests."""

    def __init__(self, told, clock: Clock, username: str = "li") -> None:
        self.told, self.clock, self.client, self.phone = told, clock, as_(username), Phone()
        self.officer = Account.objects.get(username=username).officer
        self.urls: dict = {}

    def register(self, **over):
        root, size = queries.challenge()
        said = {"challenge": root, "key": self.phone.public, "label": "李敏的手机", "size": size}
        said |= {"officer": str(self.officer.key)}
        proof = self.phone.sign(chain.possession(**said))
        given = {"label": said["label"], "challenge": root, "size": size, "public_key": self.phone.public}
        return self.client.post(reverse("record:key_new"), given | {"signature": proof} | over)

    def begin(self, over: dict | None = None, **said):
        root, size = queries.challenge()
        dossier = self.told.case.dossier_id
        given = {"nonce": root, "size": size, "t": self.clock.ms} | said
        own = self.phone.begin(dossier, "scene_check", "onsite_check", **given)
        page = {"demand": "scene_check:onsite_check", "title": "现场检查录像", "place": "北街 27 号", "note": ""}
        answer = self.client.post(reverse("record:live_start", args=[dossier]), page | own | (over or {}))
        if answer.status_code == 201:
            self.urls = answer.json()
        return answer

    def send(self, link, data: bytes | None = None, client: Client | None = None):
        body = self.phone.data[link.seq] if data is None else data
        sender = client or self.client
        return sender.post(self.urls["links"], body, "application/octet-stream", headers={"X-Yg-Link": header(link)})

    def second(self, kind: str = "segment", data: bytes = b"", **more):
        """A link is made and arrives at once."""
        self.clock.go(milliseconds=more.get("after", 1000))
        return self.send(self.phone.link(kind, data, **more))

    def film(self, *, stop: bool = True):
        for piece in pieces():
            assert self.second(data=piece).status_code == 200
        if stop:
            assert self.second("stop").json()["next"] == 6

    def finish(self, **more):
        return self.client.post(self.urls["finish"], more, headers={"Accept": "application/json"})

    @property
    def recording(self) -> Recording:
        return Recording.objects.get(pk=self.urls["recording"])

    @property
    def item(self) -> Item:
        return LiveEnd.objects.get(recording=self.recording).item


@pytest.fixture
def li(told, clock) -> Field:
    found = Field(told, clock)
    assert found.register().status_code == 201
    assert found.begin().status_code == 201
    return found


# ---- the whole way ---------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.2.2i", "QD-3.2.2(2)c", "DH-2.2.3c", "WC-2.2.3b")
def test_from_the_first_second_to_the_kept_item(li, django_capture_on_commit_callbacks):
    li.film()
    with django_capture_on_commit_callbacks(execute=True):
        done = li.finish(links="5")
    assert done.status_code == 200, done.content.decode()
    item = li.item
    with store.open(item.digest) as kept:
        assert kept.read() == webm()
    assert (item.event, item.step, item.medium, item.mime) == ("onsite_check", "scene_check", "video", "video/webm")
    live = item.meta["live"]
    assert (live["head"], live["segments"], live["links"], live["gaps"]) == (li.phone.prev, 4, 5, [])
    assert live["nonce"] == li.recording.nonce
    assert item.meta["stated"]["place"] == "北街 27 号" and item.meta["stated"]["device"] == "李敏的手机"
    assert not spool.folder(li.recording.pk).exists()
    found = queries.verify(LiveEnd.objects.get(item=item))
    assert all(one.ok for one in found), found
    shown = li.client.get(reverse("record:item", args=[item.pk])).content.decode()
    assert "现场录制" in shown and "4 段" in shown
    page = li.client.get(li.urls["page"]).content.decode()
    assert "没有间断" in page and "不通过" not in page and "逐段重算摘要" in page
    verbs = set(Entry.objects.filter(chain=li.recording.chain).values_list("verb", flat=True))
    assert verbs == {"record.start_live", "record.log_head", "record.finish_live"}


def test_heads_are_logged_while_it_runs(li, clock):
    for _ in range(3):
        for _ in range(20):
            li.second(data=b"x")
    assert [head.seq for head in LiveHead.objects.filter(recording=li.recording).order_by("seq")] == [30, 60]
    assert Entry.objects.filter(chain=li.told.case.dossier.subject, verb="record.log_head").count() == 0


def test_the_beginning_is_not_older_than_its_checkpoint(told, clock):
    field = Field(told, clock)
    field.register()
    Checkpoint.objects.create(size=5, root=b"\5" * 32, note="", at=clock.now - timedelta(minutes=30))
    Checkpoint.objects.create(size=9, root=b"\7" * 32, note="", at=clock.now - timedelta(minutes=20))
    old = field.begin(nonce="05" * 32, size=5)
    assert (old.status_code, old.json()["code"]) == (409, "stale")
    assert (old.json()["nonce"], old.json()["size"]) == ("07" * 32, 9)  # what to begin again with
    for nonce, size in (("07" * 32, 8), ("08" * 32, 9), (queries.EMPTY, 0)):
        assert field.begin(nonce=nonce, size=size).json()["code"] == "stale"
    assert field.begin(nonce="07" * 32, size=9).status_code == 201


# ---- bad input -------------------------------------------------------------------------------------------------------


def test_a_duplicate_changes_nothing_and_a_different_one_is_refused(li):
    first = li.phone.link(data=b"one")
    assert li.send(first).json() == {"new": True, "next": 2}
    assert li.send(first).json() == {"new": False, "next": 2}
    twin = Phone(key=li.phone.key, t=li.recording.began_ms, prev=li.recording.genesis).link(data=b"two")
    answer = li.send(twin, b"two")
    assert (answer.status_code, answer.json()["code"], answer.json()["next"]) == (409, "fork", 2)
    assert LiveLink.objects.get(recording=li.recording).sha256 == first.sha256


def test_out_of_order_is_told_where_to_go_on(li):
    first, second, third = (li.phone.link(data=data) for data in (b"one", b"two", b"three"))
    li.clock.go(seconds=5)
    for early in (third, second):
        answer = li.send(early)
        assert (answer.status_code, answer.json()["code"], answer.json()["next"]) == (409, "early", 1)
        assert "从第 1 环起" in answer.json()["mend"]
    assert [li.send(link).json()["next"] for link in (first, second, third)] == [2, 3, 4]
    state = li.client.get(li.urls["links"]).json()
    assert state == {"next": 4, "digest": third.digest, "finished": False}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ({"data": b"other"}, "digest"),
        ({"sha256": "0" * 64}, "digest"),
        ({"t": 5}, "signature"),
        ({"prev": "0" * 64}, "chain"),
        ({"kind": "nothing"}, "format"),
        ({"more": 1}, "format"),
    ],
)
def test_nothing_is_taken_unverified(li, spoil, code):
    link = li.phone.link(data=b"one")
    said = {**fields(link), **{name: value for name, value in spoil.items() if name != "data"}}
    with pytest.raises(chain.BadLink) as refused:
        actions.take(
            by=li.officer,
            at=li.clock.now,
            recording=li.recording,
            said=said,
            signature=link.signature.hex(),
            data=spoil.get("data", b"one"),
        )
    assert refused.value.code == code
    assert not LiveLink.objects.exists() and not spool.folder(li.recording.pk).exists()
    li.clock.go(seconds=2)
    assert li.send(link).status_code == 200  # the true one still goes through


@pytest.mark.parametrize("text", ["", "x", "====", "bnVsbA==", "W10=", "eyJsaW5rIjogMX0=", "A" * 4000, "W1tb" * 800])
def test_a_header_that_says_nothing(li, text):
    answer = li.client.post(li.urls["links"], b"x", "application/octet-stream", headers={"X-Yg-Link": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "format")


def test_too_much_at_once(li, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = li.send(li.phone.link(data=b"x" * 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "size")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
    settings.UPLOAD_MAX_BYTES = 15
    answer = li.send(li.phone.links[-1])
    assert (answer.status_code, answer.json()["code"]) == (413, "full")
    assert "另开一次" in answer.json()["mend"] and not LiveLink.objects.exists()


def test_nobody_else_sends_into_a_recording(li, told):
    link = li.phone.link(data=b"one")
    other = li.send(link, client=as_("zhang"))
    assert (other.status_code, other.json()["code"]) == (422, "not_yours")
    assert li.send(link, client=as_("wang")).status_code == 403
    assert li.send(link, client=Client()).status_code == 302
    assert not LiveLink.objects.exists()


def test_a_revoked_key_takes_nothing_more(li):
    li.second(data=b"one")
    key = DeviceKey.objects.get()
    shown = li.client.get(reverse("record:key_end", args=[key.pk]))
    once = {"once": str(shown.context["form"]["once"].value()), "reason": "手机遗失"}
    assert li.client.post(reverse("record:key_end", args=[key.pk]), once).status_code == 302
    answer = li.second(data=b"two")
    assert (answer.status_code, answer.json()["code"]) == (422, "revoked")
    assert "手机遗失" in answer.json()["message"]
    assert li.begin().json()["message"].startswith("设备密钥“李敏的手机”已于")
    assert "已停用" in li.client.get(reverse("record:keys")).content.decode()


def test_only_its_holder_or_a_head_ends_a_key(li):
    key = DeviceKey.objects.get()
    assert as_("zhang").get(reverse("record:key_end", args=[key.pk])).status_code == 404
    with pytest.raises(actions.BadKey, match="持有人或者本机关负责人"):
        actions.end_key(by=li.told.who.zhang, at=li.clock.now, key=key, reason="不喜欢")
    assert actions.end_key(by=li.told.who.chen, at=li.clock.now, key=key, reason="人员调离")


@pytest.mark.parametrize(("minutes", "word"), [(-11, "慢 11 分"), (60 * 24 * 400, "快 400 天")])
def test_a_wrong_clock_does_not_begin(told, clock, minutes, word):
    field = Field(told, clock)
    field.register()
    answer = field.begin(t=clock.ms + minutes * 60_000)
    assert answer.status_code == 422
    assert word in answer.json()["message"] and "自动确定日期和时间" in answer.json()["mend"]
    assert not Recording.objects.exists()


def test_a_clock_a_little_off_is_noted_and_corrected(told, clock, django_capture_on_commit_callbacks):
    field = Field(told, clock)
    field.register()
    assert field.begin(t=clock.ms + 120_000).json()["offset_ms"] == 120_000
    field.film()
    field.finish()
    start, _ = field.item.meta["live"]["stretches"][0]
    assert start == "2026-08-26T16:00:00.000+08:00"


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"signature": "0" * 128}, "不是用所选的设备密钥签名"),
        ({"public_key": "0" * 64}, "没有登记"),
        ({"demand": "nowhere:x"}, "没有“nowhere:x”"),
        ({"title": ""}, "请填写"),
        ({"title": "a\0b"}, "控制字符"),
        ({"mime": "text/html"}, "不能录制"),
        ({"mime": "audio/webm"}, "不能录制"),
        ({"t": "x"}, "t"),
        ({"t": "9" * 400}, "t"),
        ({"stamp": "1"}, "stamp"),
    ],
)
def test_a_beginning_that_does_not_hold(told, clock, over, words):
    field = Field(told, clock)
    field.register()
    answer = field.begin(over)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert not Recording.objects.exists()


def test_the_same_beginning_twice_is_one_recording(li):
    own = {name: li.urls[name] for name in ("recording", "genesis")}
    begun = li.recording
    said = json.loads(begun.opening)
    page = {"demand": "scene_check:onsite_check", "title": begun.title, "place": begun.place}
    given = {name: said[name] for name in ("t", "nonce", "size", "stamp", "mime", "medium")}
    again = li.client.post(
        reverse("record:live_start", args=[li.told.case.dossier_id]),
        page | given | {"public_key": li.phone.public, "signature": begun.signature},
    )
    assert again.status_code == 201
    assert {name: again.json()[name] for name in own} == own
    assert Recording.objects.count() == 1


def test_who_does_not_handle_the_case_does_not_record(told, clock):
    lin = Field(told, clock, "lin")
    assert lin.register().status_code == 201
    assert lin.begin().status_code == 403
    assert as_("wang").get(reverse("record:live", args=[told.case.dossier_id])).status_code == 403


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"signature": "0" * 128}, "登记的签名与公钥不符"),
        ({"signature": "zz"}, "signature"),
        ({"public_key": ""}, "公钥不是"),
        ({"label": ""}, "请填写"),
        ({"device": "nothing"}, "没有“nothing”"),
        ({"challenge": "0" * 64}, "过期"),
    ],
)
def test_a_key_that_cannot_be_registered(told, clock, over, words):
    answer = Field(told, clock).register(**over)
    assert answer.status_code in (409, 422)
    assert words in answer.json()["message"]
    assert not DeviceKey.objects.exists()


@pytest.mark.clause("QS-3.2.2h")
def test_a_registered_device_that_is_lost_does_not_record(told, clock):
    field = Field(told, clock)
    with access.within(""):
        device = registry.register_device(
            by=None, at=at(8, 1), body=told.who.body, kind="body_camera", serial="DSJ-7", valid_from=at(8, 1).date(),
            keeper=told.who.li,
        )  # fmt: skip
        other = registry.register_device(
            by=None, at=at(8, 1), body=told.who.body, kind="body_camera", serial="DSJ-8", valid_from=at(8, 1).date(),
            keeper=told.who.zhang,
        )  # fmt: skip
    assert "没有" in field.register(device=str(other.key)).json()["message"]  # a colleague keeps that one
    assert field.register(device=str(device.key)).status_code == 201
    assert DeviceKey.objects.get().device_key == device.key
    with access.within(""):
        registry.change_device(
            by=None, at=at(8, 25), device=device, valid_from=at(8, 25).date(), reason="遗失", state="lost"
        )
    answer = field.begin()
    assert answer.status_code == 422
    assert "遗失" in answer.json()["message"]


# ---- ending ----------------------------------------------------------------------------------------------------------


def test_the_end_waits_for_what_is_still_on_the_device(li):
    li.film(stop=False)
    answer = li.finish(links="7")
    assert (answer.status_code, answer.json()["code"], answer.json()["next"]) == (409, "early", 5)
    assert not LiveEnd.objects.exists()
    assert li.finish(links="4").status_code == 200
    assert li.finish(links="4").status_code == 200  # again changes nothing
    assert LiveEnd.objects.get().how == "unended"
    late = li.second("stop")
    assert (late.status_code, late.json()["code"]) == (409, "finished")


@pytest.mark.clause("QS-3.2.2e", "QD-3.2.2c")
def test_each_gap_is_a_fact_with_a_reason_asked_for(li):
    one, two, three, four = pieces()
    li.second(data=one)
    li.second("pause", reason="当事人要求暂停")
    li.second("resume", after=40_000)
    li.second(data=two)
    li.second("offline")
    li.second(data=three)
    li.second("online")
    li.second(data=four, after=90_000)
    li.clock.go(days=3)  # the phone went dark; days later the rest is kept from the page
    shown = li.client.get(li.urls["page"]).content.decode()
    assert "还没有结束" in shown
    assert li.client.post(li.urls["finish"]).status_code == 302
    found = list(LiveGap.objects.order_by("started_at"))
    assert [(gap.kind, gap.reason) for gap in found] == [
        ("pause", "当事人要求暂停"),
        ("offline", ""),
        ("stall", ""),
        ("unended", ""),
    ]
    assert [gap["kind"] for gap in li.item.meta["live"]["gaps"]] == ["pause", "offline", "stall", "unended"]
    page = reverse("record:live_gap", args=[found[1].pk])
    shown = li.client.get(page)
    once = {"once": str(shown.context["form"]["once"].value())}
    assert "没有写明理由" in li.client.post(page, once | {"reason": "嗯"}).content.decode()
    assert li.client.post(page, once | {"reason": "地下室没有信号"}).status_code == 302
    assert Explanation.objects.get().gap_id == found[1].pk
    assert "地下室没有信号" in li.client.get(li.urls["page"]).content.decode()
    again = li.client.post(page, {"reason": "又一个理由说明"})
    assert "已经说明理由" in again.content.decode()
    assert as_("lin").get(page).status_code == 403
    assert "逐环签名有效" in li.client.get(li.urls["page"]).content.decode()


def test_a_recording_without_a_single_segment_ends_without_an_item(li):
    li.second("stop")
    assert li.finish(links="1").status_code == 200
    assert LiveEnd.objects.get().item is None
    assert "没有录到内容" in li.client.get(li.urls["page"]).content.decode()


def test_what_rots_on_the_way_is_not_kept(li):
    li.film()
    (spool.folder(li.recording.pk) / "00000002").write_bytes(b"other")
    answer = li.finish(links="5")
    assert answer.status_code == 422
    assert "第 2 环的数据在服务器上已被改变" in answer.json()["message"]
    assert not LiveEnd.objects.exists() and not Item.objects.filter(title="现场检查录像", mime="video/webm").exists()
    assert (spool.folder(li.recording.pk) / "00000001").exists()  # nothing is lost


def test_segments_that_make_no_film_are_not_kept_as_one(li):
    li.second(data=b"this is no film")
    li.second("stop")
    answer = li.finish(links="2")
    assert answer.status_code == 422
    assert "不能识别" in answer.json()["message"]
    assert LiveLink.objects.count() == 2 and not LiveEnd.objects.exists()


def test_a_full_disk_loses_nothing(li, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    link = li.phone.link(data=b"one")
    li.clock.go(seconds=2)
    with monkeypatch.context() as broken:
        broken.setattr(spool.os, "fsync", full)
        answer = li.send(link)
    assert (answer.status_code, answer.json()["code"]) == (507, "room")
    assert li.send(link).json() == {"new": True, "next": 2}


# ---- what was kept and is touched ------------------------------------------------------------------------------------


def findings(li: Field) -> dict[str, bool]:
    return {one.title: one.ok for one in queries.verify(LiveEnd.objects.get(recording=li.recording))}


@pytest.mark.clause("QS-3.2.2i")
def test_kept_bytes_that_are_touched_are_found_out(li, monkeypatch, tmp_path):
    li.film()
    li.finish(links="5")
    assert all(findings(li).values())
    whole = webm()
    for n, other in enumerate((whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"\0", whole[:-9])):
        (tmp_path / str(n)).write_bytes(other)
        monkeypatch.setattr(store, "open", lambda digest, path=tmp_path / str(n): path.open("rb"))
        assert not findings(li)["录制内容"]
    page = li.client.get(li.urls["page"]).content.decode()
    assert "不通过" in page


def test_links_that_are_touched_are_found_out(li, monkeypatch):
    li.film()
    li.finish(links="5")
    rows = queries.links(li.recording)
    monkeypatch.setattr(queries, "links", lambda _: rows)
    rows[2].t += 1
    assert not findings(li)["链和签名"]
    rows[2].t -= 1
    rows.pop()
    assert not findings(li)["链头"] and not findings(li)["写入日志的链头"]


def test_the_database_itself_keeps_a_link_as_it_is(li):
    li.second(data=b"one")
    row = LiveLink.objects.get()
    for change in (lambda: row.delete(), lambda: row.save(), lambda: LiveLink.objects.update(t=0)):
        with pytest.raises(Exception, match="不得"):
            change()
    assert row.scope == TOWN
