"""保管期限: never early, never under a hold, never by one person; what is destroyed leaves its tombstone and its proof."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from yangguang.record import actions as record
from yangguang.record.models import Archive, Item
from yangguang.record.package import actions as package
from yangguang.record.package import bag, verify
from yangguang.record.retention import actions, queries, terms
from yangguang.record.retention.models import Tombstone
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import actions as trail
from yangguang.trail.actions import VERBS
from yangguang.trail.audit import altered
from yangguang.trail.sequencer import integrate_now
from yangguang.vault import store

LONG_AGO = datetime(2010, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def now() -> datetime:
    return timezone.localtime()


def archived(who, subject: str, retention: str, seed: int, moment: datetime = LONG_AGO):  # type: ignore[no-untyped-def]
    """A file archived long ago: one paper, one photograph of its own, one that another file may share."""
    dossier = record.open_dossier(
        by=who.zhang, at=moment, scope=who.body.scope, subject=subject, title=f"旧案 {subject}"
    )

    def bind(*, by, at):  # type: ignore[no-untyped-def]
        number = record.allot_number(by=by, at=at, scope=who.body.scope, subject=subject, word="归档", year=at.year)
        items = [make(by, at, dossier, f"材料{n}", data) for n, data in enumerate((b"own %d" % seed, b"shared"))]
        cover = make(by, at, dossier, "卷宗封面", b"cover %d" % seed)
        lines = [
            {"volume": "main", "no": n, "item": str(one.pk), "digest": one.digest, "page_from": n, "pages": 1}
            for n, one in enumerate(items, start=1)
        ]
        return Archive.objects.create(
            by=by, at=at, scope=who.body.scope, dossier=dossier, number=number, archive_no=f"{number.year}{number.n:04d}",
            retention=retention, on=at.date(), contents=lines, checked=[], items=2, pages=2, index_item=cover,
        )  # fmt: skip

    run = trail.action("test.bind", title="归档（测试）")(bind)
    VERBS.pop("test.bind")
    run(by=who.sun, at=moment)
    return dossier


def make(by, at, dossier, title: str, data: bytes) -> Item:  # type: ignore[no-untyped-def]
    digest = store.put(io.BytesIO(b"%PDF-1.7 " + data)).digest
    return Item.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, step="archive", medium="text", title=title, digest=digest,
        size_bytes=store.size_bytes(digest), mime="application/pdf", on=at.date(),
    )  # fmt: skip


@pytest.fixture
def held(fresh_database, settings):
    """青山镇 with old files, on a database of its own: what goes, goes after a commit."""
    home = fresh_database.home
    settings.LOG_DIR, settings.KEYS_DIR, settings.VAULT_DIR, settings.HOME = (
        home / "log",
        home / "keys",
        home / "vault",
        home,
    )
    with access.within(""):
        who = story.people()
        story.accounts(who)
    return who


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


def send(client: Client, address: str, **data):
    shown = client.get(address)
    assert shown.status_code == 200, (address, shown.status_code)
    form = shown.context["form"]
    return client.post(address, {"once": str(form["once"].value()), "seen": form["seen"].value(), **data})


@pytest.mark.clause("QS-3.2.3g", "DH-2.2.5a", "DH-2.2.4c", "QS-3.2.2i")
def test_from_the_end_of_the_period_to_the_tombstone(held, tmp_path):
    with access.within(""):
        old = archived(held, "old:00000000-0000-0000-0000-000000000001", "years_10", 1)
        other = archived(held, "old:00000000-0000-0000-0000-000000000002", "years_30", 2)
        items = {one.title: one for one in queries.queries.items(old)}
    sun, chen, qian = as_("sun"), as_("chen"), as_("qian")
    assert "已满期" in words(sun.get(url("retention"))) and old.title in words(sun.get(url("retention")))
    assert other.title not in words(sun.get(url("retention")))
    page = url("retention_one", old.pk)
    assert "2020年12月31日" in words(sun.get(page))

    assert send(qian, url("hold", old.pk), ground="行政诉讼", document="").status_code == 422
    assert send(qian, url("hold", old.pk), ground="行政诉讼", document="（2026）豫 1521 行初 3 号").status_code == 302
    barred = send(sun, url("propose_destruction", old.pk), ground="期满，无继续保存价值")
    assert barred.status_code == 422 and "保全中，不得销毁：行政诉讼" in words(barred)
    with access.within(""):
        (hold,) = queries.standing(old)
    assert sun.get(url("lift", old.pk, hold.pk)).status_code == 403
    assert send(chen, url("lift", old.pk, hold.pk), reason="案件已终审").status_code == 302

    assert send(sun, url("propose_destruction", old.pk), ground="期满，无继续保存价值").status_code == 302
    early = send(sun, url("destroy", old.pk), witness="周颖")
    assert early.status_code == 422 and "还没有批准" in words(early)
    assert sun.get(url("answer_destruction", old.pk)).status_code == 403
    shown = words(chen.get(url("answer_destruction", old.pk)))
    assert "将删除 2 件" in shown and "《材料1》的内容保留：另一案卷有相同的文件" in shown
    assert send(chen, url("answer_destruction", old.pk), approved="yes", opinion="同意销毁").status_code == 302
    for nobody in ("", held.sun.name, held.chen.name):
        assert send(sun, url("destroy", old.pk), witness=nobody).status_code == 422
    assert all(store.has(one.digest) for one in items.values())
    assert send(sun, url("destroy", old.pk), witness="周颖").status_code == 302
    assert [store.has(items[title].digest) for title in ("材料0", "材料1", "卷宗封面")] == [False, True, False]

    shown = words(sun.get(page))
    assert "销毁记录" in shown and "周颖" in shown and "保留：另一案卷有相同的文件" in shown
    gone = sun.get(url("item", items["材料0"].pk))
    assert gone.status_code == 200 and "已依法销毁" in words(gone) and items["材料0"].digest[:4] in words(gone)
    assert sun.get(url("file", items["材料0"].pk)).status_code == 410
    with access.within(""):
        assert set(queries.destroyed()) == {items["材料0"].digest, items["卷宗封面"].digest}
        with pytest.raises(actions.Held, match="已经销毁"):
            actions.hold(by=held.chen, at=now(), dossier=old, ground="其他", document="函")

    integrate_now()
    assert not list(altered("owner"))
    with access.within(""):
        export = package.export_package(by=held.sun, at=now(), dossier=old, purpose="核对销毁")
    integrate_now()
    with access.within(""):
        top = bag.write(bag.build(export), tmp_path)
    read = verify.Package(top).check(bag.policy_text())
    assert read.problems == [] and any("《材料0》已依法销毁" in one for one in read.notes)


@pytest.mark.clause("DH-2.2.4b", "QS-3.2.2i")
def test_never_before_its_date_and_never_what_is_kept_for_good(held):
    with access.within(""):
        young = archived(held, "old:00000000-0000-0000-0000-000000000003", "years_10", 3, now() - timedelta(days=365))
        forever = archived(held, "old:00000000-0000-0000-0000-000000000004", "permanent", 4)
        unbound = record.open_dossier(
            by=held.zhang, at=LONG_AGO, scope=held.body.scope, subject="activity:x", title="没有归档的"
        )
        for dossier, said in (
            (young, "期满以前不得销毁"),
            (forever, "永久保管，不得销毁"),
            (unbound, "没有确定保管期限"),
        ):
            for moment in (now(), now() + timedelta(days=40_000)):  # a date that is only claimed changes nothing
                with pytest.raises(actions.Held, match=said):
                    actions.propose_destruction(by=held.sun, at=moment, dossier=dossier, ground="腾出空间")
    assert "永久" in words(as_("sun").get(url("retention_one", forever.pk)))
    assert as_("zhang").get(url("retention")).status_code == 403


@pytest.mark.clause("DH-2.2.4c")
def test_the_database_itself_destroys_nothing_early_nor_by_one_hand(held):
    with access.within(""):
        old = archived(held, "old:00000000-0000-0000-0000-000000000005", "years_10", 5)
        young = archived(held, "old:00000000-0000-0000-0000-000000000006", "years_10", 6, now() - timedelta(days=365))
        asked = actions.propose_destruction(by=held.sun, at=now(), dossier=old, ground="期满")
        with pytest.raises(actions.NotByOne):
            actions.answer_destruction(by=held.sun, at=now(), proposal=asked, approved=True, opinion="同意")

        def insert(table: str, dossier, by, more: str) -> str:  # type: ignore[no-untyped-def]
            sql = f"insert into {table} (id, at, scope, by_id, dossier_id, proposal_id, {more}"
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        sql, [asked.pk, now() + timedelta(days=9999), old.scope, by.pk, dossier.pk, asked.pk]
                    )
            except IntegrityError as error:
                return str(error)
            return ""

        answer = "approved, opinion) values (%s, %s, %s, %s, %s, %s, true, '同意')"
        stone = "ground, witness, destroyed) values (%s, %s, %s, %s, %s, %s, 'x', 'y', '[]')"
        assert "提出人以外" in insert("record_destructionanswer", old, held.sun, answer)
        assert "保管期限未满" in insert("record_tombstone", young, held.sun, stone)
        assert "须经批准" in insert("record_tombstone", old, held.sun, stone)
        actions.answer_destruction(by=held.chen, at=now(), proposal=asked, approved=True, opinion="同意")
        assert "须经批准" in insert("record_tombstone", old, held.chen, stone)
        actions.hold(by=held.chen, at=now(), dossier=old, ground="行政复议", document="受理通知书")
        assert "在保全中" in insert("record_tombstone", old, held.sun, stone)
        with pytest.raises(actions.Held, match="保全中"):
            actions.destroy(by=held.sun, at=now(), proposal=asked, witness="周颖")
        assert not Tombstone.objects.exists()


@pytest.mark.clause("DH-2.2.4c")
def test_a_body_whose_rules_keep_for_good_keeps_for_good(held, monkeypatch):
    """德宏 states no period and lets nobody delete: its files are kept for good until it says otherwise itself."""
    with access.within(""):
        old = archived(held, "old:00000000-0000-0000-0000-000000000007", "years_10", 7)
        assert queries.term(old).last_day == date(2020, 12, 31)
        plan = terms.packs.load("cn-yunnan-dehong-zjj").parameter("retention_default")
        monkeypatch.setattr(terms, "_of_the_body", lambda scope, on: plan)
        found = queries.term(old)
        assert found.permanent and found.last_day is None and [one.clause for one in found.because] == ["DH-2.2.4c"]
        with pytest.raises(actions.Held, match="永久保管") as refused:
            actions.propose_destruction(by=held.sun, at=now(), dossier=old, ground="期满")
        assert refused.value.because
