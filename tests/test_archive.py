"""A closed case becomes its volumes, and from then on they stay as they are: at the action and at the database."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from django.db import DatabaseError, connection, transaction

from tests import story
from tests.story import Story, at
from yangguang.casework import actions as casework
from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import CaseState
from yangguang.decision import actions as decision
from yangguang.decision import archiving
from yangguang.decision.errors import BadDate, NotArchivist, NotComplete, NotYet
from yangguang.policy import packs, scaffold
from yangguang.policy.packs import Pack
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record import queries as records
from yangguang.record.actions import Archived
from yangguang.record.models import Archive, Item, Waiver
from yangguang.registry import access
from yangguang.site import demo_media
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    with access.within(""):
        yield


def cited(error: Exception) -> str:
    return "".join(c.clause for c in error.because)  # type: ignore[attr-defined]


def archive_of(s: Story) -> Archive:
    return Archive.objects.get(dossier=s.case.dossier)


def insert_like(row: object, **changes: object) -> None:
    """A row written behind the actions' back, by SQL, as the web role could."""
    model = type(row)
    fields = {f.column: getattr(row, f.attname) for f in model._meta.concrete_fields} | changes  # type: ignore[attr-defined]
    values = [json.dumps(v) if isinstance(v, dict | list) else v for v in fields.values()]
    names = ", ".join(f'"{name}"' for name in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"insert into {model._meta.db_table} ({names}) values ({marks})", values)  # type: ignore[attr-defined]


# ---- what is archived ------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.2.0b", "QS-3.2.3a", "QS-3.3.3e", "DH-2.2.2c")
def test_everything_of_the_case_lies_in_the_volumes_in_the_standard_s_order() -> None:
    s = story.begin("archive")
    archive = archive_of(s)
    assert archive.archive_no == "20260001"
    assert archive.get_retention_display() == "三十年"
    main = [line["title"] for line in archive.contents if line["volume"] == "main"]
    sub = [line["title"] for line in archive.contents if line["volume"] == "sub"]
    assert main[:3] == ["立案审批表", "行政处罚决定书", "送达回证"]
    assert (
        main.index("行政处罚事先告知书")
        < main.index("询问笔录")
        < main.index("现场检查录像")
        < main.index("行政处罚决定书（公开版）")
    )
    assert "案件调查终结报告" in sub and sub[-1] == "结案审批表"
    assert sum("法制审核意见书" in title for title in sub) == 2  # the one that gave the first draft back as well
    kept = Item.objects.filter(dossier=s.case.dossier).exclude(pk=archive.index_item_id)
    assert {line["item"]: line["digest"] for line in archive.contents} == {str(i.pk): i.digest for i in kept}
    for volume in ("main", "sub"):
        page = 1
        for line in archive.contents:
            if line["volume"] == volume and line["pages"]:
                assert line["page_from"] == page, line
                page += line["pages"]
    assert archive.items == len(archive.contents) and archive.pages == sum(line["pages"] for line in archive.contents)
    assert {line["page_from"] for line in archive.contents if line["medium"] in ("photo", "video")} == {0}


@pytest.mark.clause("QS-3.2.0b")
def test_the_completeness_check_is_kept_with_its_result() -> None:
    s = story.begin("archive")
    checked = archive_of(s).checked
    assert all(one["met"] or one["reason"] for one in checked)
    review = next(one for one in checked if one["code"] == "legal_review_opinion")
    assert review["met"] and any("QS-3.3.3e" in one["clause"] for one in checked)
    assert any(one["reason"] for one in checked if one["kind"] == "recording")  # the interview's, said and not filmed
    assert "decision.archive" in set(Entry.objects.filter(chain=s.case.chain).values_list("verb", flat=True))


def test_cover_lists_and_note_are_one_sealed_document() -> None:
    s = story.begin("archive")
    index = archive_of(s).index_item
    words = documents.text("volume", index.data, on=index.on)
    for said in (
        "案件名称 赵大勇占用堵塞安全出口案", "决定书文号 青罚决字〔2026〕1号", "归档号 20260001", "保管期限 三十年",
        "办案人 张卫国、李敏", "立卷人 张卫国 检查人 孙平", "《河南省行政执法案卷立卷规范》", "逐页签名",
    ):  # fmt: skip
        assert said in words, said
    film = s.case.dossier.items.get(medium="video")
    assert film.digest in words and "2026年8月26日9时42分" in words
    with store.open(index.digest) as kept:
        assert documents.page_count(kept.read()) == index.meta["pages"]


def test_numbers_run_without_a_gap_and_the_case_is_over() -> None:
    first = story.begin("close")
    with transaction.atomic():
        sid = transaction.savepoint()
        first.archive()
        transaction.savepoint_rollback(sid)  # a number that nobody got is not lost
    first.archive()
    second = story.begin_again(first, "archive")
    assert [archive_of(one).archive_no for one in (first, second)] == ["20260001", "20260002"]
    state = CaseState.objects.get(case=first.case)
    assert state.step == "" and "archive" in state.done


# ---- when it is refused ----------------------------------------------------------------------------------------------


def archive(s: Story, **over: object) -> Archive:
    given = {"by": s.who.sun, "at": at(9, 28), "case": s.fresh(), "retention": "years_30"}
    return decision.archive(**(given | over))  # type: ignore[arg-type]


@pytest.mark.clause("QS-3.2.0b")
def test_not_before_closing_and_publication() -> None:
    s = story.begin("publish")
    with pytest.raises(NotYet, match="还没有结案") as refused:
        archive(s)
    assert "CN-PEN-47" in cited(refused.value)


@pytest.mark.clause("QS-3.1.3c")
def test_a_closed_case_that_nobody_published_is_not_put_away() -> None:
    s = story.begin("serve_decision")
    s.pay()
    s.close()
    with pytest.raises(NotYet, match="还没有公示") as refused:
        archive(s)
    assert "CN-PEN-47" in cited(refused.value) and "QS-3.1.3c" in cited(refused.value)
    assert not Archive.objects.exists()
    s.revoke()  # must not be published any more: lawfully withheld
    assert archive(s, at=at(11, 10)).archive_no == "20260001"


@pytest.mark.clause("QS-3.2.0b")
def test_a_file_that_lacks_something_is_refused_naming_it(monkeypatch: pytest.MonkeyPatch) -> None:
    s = story.begin("close")
    whole = archiving.owed

    def lacking(case: object) -> list[records.Owed]:
        """The file as it is where one document and one recording were never made."""
        return [
            records.Owed(o.kind, o.step, o.code, o.title, o.strength, o.because)
            if o.code in ("closure_report", "onsite_check")
            else o
            for o in whole(case)  # type: ignore[arg-type]
        ]

    monkeypatch.setattr(archiving, "owed", lacking)
    with pytest.raises(NotComplete, match=r"应有的文书不齐：.*结案审批表") as refused:
        archive(s)
    assert "CN-PEN-47" in cited(refused.value)
    assert not Archive.objects.exists()


# 立案、调查、取证、审查、决定、送达、执行, and the steps of a penalty in which each is recorded.
SEVEN = {
    "立案": "open", "调查": "interview", "取证": "evidence", "审查": "review", "决定": "decide", "送达": "serve", "执行": "perform",
}  # fmt: skip


@pytest.mark.clause("WC-2.2.0", "QD-3.2.0a", "WC-2.2.2c", "QD-3.2.1c")
def test_each_of_the_seven_activities_has_its_record_in_the_file_or_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    s = story.begin("close")
    kept = list(s.case.dossier.items.all())
    for activity, step in SEVEN.items():
        gone = {item.pk for item in kept if item.step == step}
        assert gone, f"{activity} has a record"
        with monkeypatch.context() as without:
            left = tuple(item for item in kept if item.pk not in gone)
            without.setattr(records, "kept", lambda dossier, left=left: left)
            missed = [one for one in archiving.owed(s.fresh()) if not one.met and one.step == step]
            assert missed, activity
            with pytest.raises(NotComplete) as refused:
                archive(s)
            assert all(one.title in str(refused.value) for one in missed), activity
    made = archive(s)
    assert {one["step"] for one in made.checked if one["met"] or one["reason"]} >= set(SEVEN.values())
    bound = {line["item"] for line in made.contents}
    assert all(set(one["met"]) <= bound for one in made.checked)


@pytest.mark.clause("SY-2.2.1b", "WC-2.2.2a", "WC-2.2.2c")
def test_an_agency_sets_its_own_standard_and_the_file_is_held_to_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    s = story.begin("close")
    sunite = "cn-neimenggu-xilingol-suniteyouqi"
    folder = scaffold.new(f"{sunite}-ju", extends=sunite, name="某局", region="152524", level="county", into=tmp_path)
    own = {"file_standard": {"value": "《某局行政执法案卷标准》", "because": "SY-2.2.1b"}}
    (folder / "parameters.yaml").write_text(yaml.safe_dump({"values": own}, allow_unicode=True), "utf-8")
    more = {"code": "custody_record", "title": "物品保管清单", "required": True, "because": "SY-2.2.1b"}
    act = {"kind": "penalty", "tighten": {"ordinary": {"evidence": {"because": "SY-2.2.1b", "documents": [more]}}}}
    (folder / "acts").mkdir()
    (folder / "acts" / "penalty.yaml").write_text(yaml.safe_dump(act, allow_unicode=True), "utf-8")
    agency = packs.load_folder(folder)
    assert packs.load(sunite).parameter("file_standard").value is None, "the banner leaves it to each agency"
    monkeypatch.setattr(cases, "pack_of", lambda case: agency)
    with pytest.raises(NotComplete, match="物品保管清单"):
        archive(s)
    (folder / "acts" / "penalty.yaml").unlink()
    agency = packs.load_folder(folder)
    index = archive(s).index_item
    assert "《某局行政执法案卷标准》" in documents.text("volume", index.data, on=index.on)


def test_only_the_body_s_archivist_and_no_handler() -> None:
    s = story.begin("close")
    with pytest.raises(NotArchivist, match="承办人"):
        archive(s, by=s.who.zhang)
    with pytest.raises(NotArchivist, match="不是青山镇人民政府的人员"):
        archive(s, by=s.who.qian)
    with pytest.raises(BadDate, match="早于结案"):
        archive(s, at=at(9, 23))
    with pytest.raises(Refused, match="保管期限") as refused:
        archive(s, retention="years_31")
    assert refused.value.field == "retention"


def test_a_gate_that_cannot_be_judged_is_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    s = story.begin("close")
    gate = Pack.gate

    def asked(pack: Pack, code: str, given: dict | None = None, on: object = None) -> object:
        return gate(pack, code, {k: v for k, v in (given or {}).items() if k != "closing_ground"}, on)  # type: ignore[arg-type]

    monkeypatch.setattr(Pack, "gate", asked)
    with pytest.raises(NotComplete, match="尚不能判断"):
        archive(s)


# ---- what stays as it is (G23) ---------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.2.2i", "QS-3.2.3a")
def test_nothing_is_added_to_an_archived_file() -> None:
    s = story.begin("archive")
    before = s.case.dossier.items.count()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "补拍.jpg"
        path.write_bytes(demo_media.photo(9, "补拍", at=at(9, 29), scene="shelf"))
        with pytest.raises(Archived, match="归档号 20260001") as refused:
            record.keep(
                by=s.who.li, at=at(9, 29), dossier=s.case.dossier, step="scene_check", path=path, name=path.name, title="补拍"
            )  # fmt: skip
    assert "CN-PEN-47" in cited(refused.value) and "补充卷" in refused.value.mend
    with pytest.raises(Archived):
        s.confirm_address()
    with pytest.raises(Archived):
        record.waive(
            by=s.who.li, at=at(9, 29), dossier=s.case.dossier, step="evidence", event="investigation", reason="文字足以记录"
        )  # fmt: skip
    with pytest.raises(Archived):
        casework.take_step(by=s.who.zhang, at=at(9, 29), case=s.fresh(), step="identify", given={})
    with pytest.raises(Archived):
        casework.propose(by=s.who.zhang, at=at(9, 29), case=s.fresh(), body=s.draft())
    with pytest.raises(Archived):
        archive(s)
    assert s.case.dossier.items.count() == before


@pytest.mark.clause("QS-3.2.2i")
def test_the_database_too_keeps_an_archived_file_shut() -> None:
    s = story.begin("archive")
    scene = s.case.dossier.items.get(code="scene_record")
    with pytest.raises(DatabaseError, match="案卷已归档（归档号 20260001）"):
        insert_like(scene, id=uuid4())
    with pytest.raises(DatabaseError, match="案卷已归档"):
        insert_like(Waiver.objects.filter(dossier=s.case.dossier).first(), id=uuid4())
    for sql in ("update record_archive set retention = 'years_10'", "delete from record_archive"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    public = s.case.dossier.items.get(event="public")
    insert_like(public, id=uuid4())  # what the law lets come after


def test_the_database_refuses_a_list_that_leaves_something_out() -> None:
    first = story.begin("archive")
    second = story.begin_again(first, "close")
    archive, other = archive_of(first), second.case.dossier
    items = list(other.items.order_by("at", "id"))
    index, bound = items[-1], items[:-1]
    lines = [{"item": str(i.pk), "digest": i.digest} for i in bound]
    number = record.allot_number(
        by=first.who.sun, at=at(9, 28), scope=story.TOWN, subject=other.subject, word="归档", year=2026
    )
    row = {
        "id": uuid4(),
        "dossier_id": other.pk,
        "index_item_id": index.pk,
        "number_id": number.pk,
        "archive_no": "20260002",
    }
    with pytest.raises(DatabaseError, match=f"漏列：{re.escape(bound[0].title)}"):
        insert_like(archive, **row, contents=lines[1:], items=len(lines) - 1)
    with pytest.raises(DatabaseError, match="件数与案卷不一致"):
        insert_like(archive, **row, contents=lines, items=len(lines) + 1)
    altered = [{**lines[0], "digest": "0" * 64}, *lines[1:]]
    with pytest.raises(DatabaseError, match="漏列"):
        insert_like(archive, **row, contents=altered, items=len(lines))


@pytest.mark.clause("QS-3.1.4b", "QS-3.1.4c")
def test_what_comes_after_by_law_goes_to_the_supplement() -> None:
    s = story.begin("archive")
    before = archive_of(s)
    assert records.supplement(before) == []
    for step in ("find_error", "correct", "revoke", "take_down"):
        getattr(s, step)()
    decision.serve(
        by=s.who.zhang, at=at(11, 11), case=s.fresh(), item=s.case.dossier.items.get(code="revocation_decision"),
        method="direct", place="青山镇北街 27 号", recipient="赵大勇", on=at(11, 11).date(),
    )  # fmt: skip
    after = archive_of(s)
    assert after.contents == before.contents
    came = [(item.step, item.title) for item in records.supplement(after)]
    assert ("disclose", "行政处罚决定书（公开版）") in came
    assert ("revoke", "撤销行政处罚决定书") in came and ("revoke", "送达回证") in came
    assert {step for step, _ in came} == {"disclose", "revoke"}


def test_the_facts_a_cover_is_made_of_are_the_case_s_own() -> None:
    """Nobody types a cover: it is what the other documents were made of."""
    s = story.begin("archive")
    data, known = archive_of(s).index_item.data, facts.known(s.fresh())
    for name in ("officers", "opened_on"):
        assert data[name] == known[name]
    assert data["case"]["title"] == s.case.title
