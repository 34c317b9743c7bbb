"""文书样式汇编: forms taken over, the compilation of a body, and what of a file was not written as it should be."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.casework import actions as casework
from yangguang.casework import paper_marks
from yangguang.casework import queries as cases
from yangguang.casework.rubric import queries as rubric
from yangguang.policy import manners
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.formbook import actions, book, marks, queries, reading
from yangguang.record.formbook.models import FormSet
from yangguang.record.models import Item
from yangguang.record.tests.sample_documents import data as sample
from yangguang.record.tests.sample_documents import generated
from yangguang.registry import access
from yangguang.registry import queries as registry
from yangguang.registry.models import Account
from yangguang.registry.web import address
from yangguang.trail.models import Entry

GOOD = """
system: line
title: 应急管理执法文书汇编
issuer: 应急管理部
source: 安全生产执法文书规范
forms:
  - code: scene_record
    title: 现场检查记录
    number: 应急执 03
    edition: "{edition}"
    since: {since}
    required: [weather]
    layout:
      - heading: 基本情况
      - fields: [body.name, case.cause, party.kind, party.name, party.id_no, party.address, place, weather]
      - table: officers
      - text: "自〔started_at〕至〔ended_at〕检查，〔recorder〕记录，出示证件：〔identity_shown〕，告知权利：〔rights_told〕。"
      - text: "〔findings〕"
      - sign: true
    format: {{name: 应急执法信息, fields: {{JCDD: place, DSR: party.name}}}}
"""
SCENE: dict[str, Any] = {
    "started_at": "2026-08-26T09:40:00+08:00",
    "ended_at": "2026-08-26T10:15:00+08:00",
    "place": "青山镇北街 27 号",
    "recorder": "李敏",
    "identity_shown": True,
    "rights_told": True,
    "findings": "出口内侧堆放纸箱 38 件。",
    "signature": {"name": "赵大勇", "at": "2026-08-26T10:15:00+08:00"},
}
GIVEN = {"scene_at": "2026-08-26T09:40", "scene_place": "青山镇北街 27 号", "scene_findings": "出口堵塞。"}
INTERVIEW: dict[str, Any] = {
    "nth": 1,
    "started_at": "2026-08-27T09:00:00+08:00",
    "ended_at": "2026-08-27T09:40:00+08:00",
    "place": "询问室",
    "person": {"name": "赵大勇", "id_no": "411522198001010014", "relation": "当事人"},
    "recorder": "李敏",
    "identity_shown": True,
    "rights_told": True,
    "questions": [{"q": "是否堆放？", "a": "是。"}],
    "signature": {"name": "赵大勇", "at": "2026-08-27T09:40:00+08:00"},
}


def file(edition: str = "2026", since: str = "2026-08-26") -> bytes:
    return GOOD.format(edition=edition, since=since).encode()


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def scene(told: Story, **more: Any) -> Item:
    casework.take_step(
        by=told.who.zhang, at=at(8, 26, 10, 30), case=told.fresh(), step="scene_check", given=GIVEN,
        documents={"scene_record": SCENE | more},
    )  # fmt: skip
    return Item.objects.get(dossier=told.case.dossier, code="scene_record")


# ---- what is handed in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "不是 UTF-8"),
        (b"a: [", "不是 UTF-8 的 YAML"),
        (b"[]", "应为键和值"),
        (b"system: other\nforms: []", "不是可用的值"),
        (b"x" * (reading.LARGEST + 1), "最多 400 KB"),
        (file().replace(b"scene_record", b"no_such"), "没有代码为“no_such”的文书"),
        (file().replace(b"[weather]", b"[wether]"), "required 中的“wether”不是"),
        (file().replace(b"2026-08-26", b"someday"), "不是日期"),
        (file().replace("〔findings〕".encode(), b"none"), "缺少《现场检查（勘验）笔录》必须有的内容：现场情况"),
        (file().replace("〔recorder〕".encode(), "〔officers〕".encode()), "是列表，用 table 写"),
        (file().replace(b"JCDD: place", b"JCDD: nowhere"), "电子信息格式的“JCDD”取自“nowhere”"),
        (file() + file().partition(b"forms:\n")[2], "同一文书写了两次"),
        (file() + b"    colour: red\n", "没有这个键"),
    ],
)  # fmt: skip
def test_a_wrong_compilation_is_refused_with_every_place_named(content: bytes, says: str):
    with pytest.raises(reading.BadForms) as refused:
        reading.read(content)
    assert says in refused.value.message
    assert refused.value.mend
    assert refused.value.field == "file"


def test_a_file_of_aliases_does_not_grow():
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nforms: [*b,*b,*b,*b,*b,*b,*b]"
    with pytest.raises(reading.BadForms):
        reading.read(bomb)


def test_every_national_form_can_be_laid_out_by_a_body_of_its_own():
    """The whole catalogue through the layout as data: what the national form must say is there on the other as well."""
    for code in list(documents.catalogue())[::12]:
        form = documents.template(code)
        layout = [
            {"table": one.name} if one.type == "list" and one.of else {"fields": [one.name]} for one in form.fields
        ]
        text = {
            "system": "own", "title": "自定", "issuer": "本机关", "source": "试",
            "forms": [{"code": code, "edition": "1", "since": "2026-01-01", "layout": layout}],
        }  # fmt: skip
        given = reading.read(json.dumps(text, ensure_ascii=False).encode())
        held = FormSet(at=timezone.now(), scope="x", forms=given.forms, title="自定")
        own = queries.laid_over(form, queries.Edition(held, code, given.forms[code]))
        try:
            said = sample(code)
        except KeyError:
            said = generated(form)
        shown = documents.text(code, said, on=date(2026, 9, 18), form=own)
        assert held.title in shown
        assert documents.render(code, said, on=date(2026, 9, 18), form=own).template_hash != form.hash


# ---- on the case ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("WC-2.2.2b", "QD-3.2.1b")
def test_a_line_system_s_form_is_taken_over_and_the_body_s_documents_are_written_on_it():
    with access.within(""):
        told = story.begin("identify", with_accounts=True)
        with pytest.raises(actions.NotAdopter):
            actions.adopt(by=told.who.zhang, at=at(8, 25), content=file())
        key = told.case.body.key
    head = as_("chen")
    page = head.get(address("record:forms_of", key))
    assert "采用本系统、本省或者本机关的样式" in page.content.decode()
    wrong = head.post(address("record:forms_of", key), {"file": SimpleUploadedFile("a.yaml", b"system: x")})
    assert wrong.status_code == 422
    assert "没有载入" in wrong.content.decode()
    with access.within(""):
        made = actions.adopt(by=told.who.chen, at=at(8, 25, 18), content=file())
        assert Entry.objects.filter(fact_ref=made.ref, verb="record.adopt_forms").exists()
        with pytest.raises(reading.BadForms, match="已经载入过"):
            actions.adopt(by=told.who.chen, at=at(8, 25, 19), content=file())
        with pytest.raises(record.Incomplete, match="天气"):
            scene(told)
        item = scene(told, weather="晴")
        assert item.title == "现场检查记录"
        assert item.meta["form"]["title"] == "应急管理执法文书汇编 应急执 03（2026版）"
        assert item.meta["template"] == queries.form_of(item.scope, "scene_record", item.on).hash
        assert item.meta["template"] != documents.template("scene_record").hash
    reader = as_("zhang")
    shown = reader.get(address("record:item", item.pk)).content.decode()
    assert "应急管理执法文书汇编 应急执 03（2026版）" in shown
    assert "必填内容齐全" in shown
    data = json.loads(reader.get(address("record:form_data", item.pk)).content)
    assert data["data"] == {"JCDD": "青山镇北街 27 号", "DSR": told.who.party.name}
    assert reader.get(address("record:word", item.pk)).status_code == 200
    # A newer edition: the one made before says so and is no deviation; one made on the old from then on would be.
    with access.within(""):
        actions.adopt(by=told.who.chen, at=at(8, 28), content=file("2027", "2026-08-29"))
        assert [one.kind for one in marks.of(item, wanted=(), days=0)] == [marks.OLDER]
        item.on, item.at = date(2026, 8, 30), at(8, 30)
        assert [one.kind for one in marks.of(item, wanted=(), days=9)] == [marks.REPLACED]
    told.fresh()
    listed = reader.get(address("workbench:case", told.case.pk)).content.decode()
    assert "样式已有新版" in listed
    assert "2026-08-29 起改用应急管理执法文书汇编 应急执 03（2027版）" in listed


@pytest.mark.django_db
@pytest.mark.clause("QS-3.2.1a", "QS-3.2.1b", "QD-3.2.1b")
def test_a_paper_instead_of_the_form_and_one_written_later_are_marked_for_all_who_look(tmp_path: Path):
    with access.within(""):
        told = story.begin("check_scene", with_accounts=True)
        paper = tmp_path / "询问笔录.pdf"
        paper.write_bytes(documents.render("correction_order", {}, on=date(2026, 8, 27), draft=True).pdf)
        loose = record.keep(
            by=told.who.zhang, at=at(8, 27, 11), dossier=told.case.dossier, step="interview", title="手写询问笔录",
            path=paper, name="询问笔录.pdf", stated={"taken_at": "2026-08-27T10:00:00+08:00"},
        )  # fmt: skip
        said = _said(told)
        assert [one.kind for one in said[loose.pk]] == [marks.OUTSIDE]
        assert "《询问笔录》" in said[loose.pk][0].text
    reader = as_("zhang")
    for page in (address("workbench:case", told.case.pk), address("record:item", loose.pk)):
        shown = reader.get(page).content.decode()
        assert "未用文书样式" in shown
        assert "本环节应有的《询问笔录》还没有制作" in shown
    with access.within(""):
        casework.take_step(
            by=told.who.zhang, at=at(8, 29, 9), case=told.fresh(), step="interview",
            given={"interviewed_at": "2026-08-27T09:00", "interviewee": "赵大勇", "interview_text": "承认。"},
            documents={"interview_record": INTERVIEW},
        )  # fmt: skip
        late = Item.objects.get(dossier=told.case.dossier, code="interview_record")
        said = _said(told)
        assert loose.pk not in said  # the form is there now; the paper is beside it
        assert [one.kind for one in said[late.pk]] == [marks.LATE]
        assert "2026-08-27" in said[late.pk][0].text
        assert "晚 2 日" in said[late.pk][0].text
        assert marks.of(late, wanted=(), days=2) == []  # within what the pack leaves
        assert marks.late_days(Item.objects.get(dossier=told.case.dossier, code="scene_record")) == 0
        lines = {one.item.code: one for one in rubric.sheet(told.fresh(), date(2026, 9, 20)).lines}
        assert lines["H4"].mark.state == "early"  # counted when the file is closed, shown from the first day
    shown = reader.get(address("record:item", late.pk)).content.decode()
    assert "补记" in shown
    assert "所记行为" in shown
    assert "补记" in reader.get(address("workbench:case", told.case.pk)).content.decode()


@pytest.mark.django_db
@pytest.mark.clause("QS-3.2.1b", "QS-3.2.1a")
def test_the_evaluation_and_the_file_s_list_count_a_late_entry():
    with access.within(""):
        told = story.begin("identify", with_accounts=True)
        casework.take_step(
            by=told.who.zhang, at=at(8, 26, 9, 35), case=told.fresh(), step="scene_check", given=GIVEN,
            documents={"scene_record": SCENE | {"started_at": "2026-08-24T09:00+08:00", "ended_at": "2026-08-24T09:40+08:00"}},
        )  # fmt: skip
        for step in story.STEPS[story.STEPS.index("film") : story.STEPS.index("archive") + 1]:
            getattr(told, step)()
        lines = {one.item.code: one for one in rubric.sheet(told.fresh(), date(2026, 10, 20)).lines}
        assert lines["H3"].mark.state == "passed"
        assert lines["H4"].mark.state == "failed"
        assert any("所记行为在 2026-08-24" in one for one in lines["H4"].why)
        volume = Item.objects.get(dossier=told.case.dossier, code="volume")
        notes = [row.get("note", "") for row in volume.data["main"]]
        assert "补记：2026-08-24 的行为，晚 2 日写成" in notes


def _said(told: Story) -> dict[Any, list[marks.Mark]]:
    case = told.fresh()
    return paper_marks.of(case, list(case.dossier.items.all()), cases.owed(case))


# ---- how a step is recorded ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("WC-2.2.1a", "SY-2.2.2b")
def test_what_a_step_s_manner_says_is_asked_of_the_case_and_drawn_in_the_chart():
    with access.within(""):
        told = story.begin("identify", with_accounts=True)
        case = told.fresh()
        pack, act = cases.pack_of(case), cases.act_of(case)
        for step in act.steps:
            manner = manners.of(pack, act, step, case.applied_on)
            for owed in cases.demands(case, step):
                said = manner.content if owed.kind == "document" else manner.av
                assert any(owed.title in words for words in said), (step.code, owed)
        body = case.body
    officer = as_("zhang")
    page = officer.get(address("casework:step", case.pk, "scene_check")).content.decode()
    for words in ("本环节怎样记录", "文字（《现场检查（勘验）笔录》）", "音像文件原件", "不得删改", "案卷评查"):
        assert words in page
    chart = officer.get(address("catalogue:before:chart", body.key, "penalty", "ordinary")).content.decode()
    assert "各环节的记录" in chart
    assert "音像文件原件" in chart
    drawn = officer.get(address("catalogue:before:chart_svg", body.key, "penalty", "ordinary"))
    assert "记录：文字、音像" in b"".join(drawn).decode()  # type: ignore[arg-type]
    with access.within(""):
        told.check_scene()
        lacking = [one for one in cases.owed(told.fresh()) if one.step == "scene_check" and not one.met]
        assert [one.kind for one in lacking] == ["recording"]  # the record is there, the recording is still asked for
        assert lacking[0].strength == "circumstances"
    shown = officer.get(address("workbench:case", case.pk)).content.decode()
    assert "还缺的记录和文书" in shown


# ---- the compilation -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("QD-A3.记录.2(①)")
def test_the_compilation_covers_every_document_step_shows_gaps_and_comes_as_one_file(monkeypatch: pytest.MonkeyPatch):
    with access.within(""):
        told = story.begin("identify", with_accounts=True)
        actions.adopt(by=told.who.chen, at=at(8, 25), content=file())
        body = told.case.body
        powers = list(registry.powers(body.scope, timezone.localdate()))
        found = book.rows(body, powers, timezone.localdate())
        asked = {doc.code for step in cases.act_of(told.fresh()).steps for doc in step.documents}
        assert asked <= {row.code for row in found}
        own = next(row for row in found if row.code == "scene_record")
        assert (own.system, own.version, own.issuer, own.since) == ("本系统", "2026", "应急管理部", date(2026, 8, 26))
        assert all(row.state == book.CURRENT for row in found if row.code)
    reader, page = as_("zhang"), address("record:forms_of", body.key)
    shown = reader.get(page).content.decode()
    assert "应急管理执法文书汇编" in shown
    assert "核对并采用" not in shown  # for the head
    with zipfile.ZipFile(io.BytesIO(reader.get(address("record:forms_zip", body.key)).content)) as whole:
        names = whole.namelist()
        assert "目录.csv" in names
        forms = {row.code for row in found if row.form}
        assert (
            sum(name.startswith("样式/") for name in names)
            == sum(name.startswith("电子格式/") for name in names)
            == len(forms)
        )
        held = next(json.loads(whole.read(name)) for name in names if name.endswith("现场检查记录.json"))
        assert (held["edition"], held["format"]["name"]) == ("2026", "应急执法信息")
    # A form that is gone, and a national form that changed after it was taken over, are shown as gaps with what to do.
    known = dict(documents.catalogue())
    gone = known.pop("interview_record")
    known["scene_record"] = documents.Template(**{**known["scene_record"].__dict__, "hash": "0" * 64})
    monkeypatch.setattr("yangguang.record.documents.templates.catalogue", lambda: known)
    monkeypatch.setattr("yangguang.record.documents.catalogue", lambda: known)
    with access.within(""):
        states = {row.code: row.state for row in book.rows(body, powers, timezone.localdate())}
    assert states["interview_record"] == book.GAP
    assert states["scene_record"] == book.STALE
    shown = reader.get(page).content.decode()
    assert "缺样式" in shown
    assert "采用以后国家样式有更改" in shown
    assert gone.title in shown
