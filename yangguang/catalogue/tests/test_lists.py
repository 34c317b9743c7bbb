"""Lists: drafted from what is known, approved by another, in force from a day, published, filed; and each is executed."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests import story
from tests.story import Story, at
from yangguang.catalogue import actions, queries, versions
from yangguang.catalogue.lists import tables
from yangguang.catalogue.lists.kinds import KINDS, columns
from yangguang.catalogue.models import PORTAL, ListApproval, ListPublication, ListVersion
from yangguang.duty import queries as duties
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Body
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db

BEFORE = at(8, 1)  # the story's case is applied for on 25 August
QINGSHAN = "cn-henan-xinyang-qingshan"
WEIJIAN = "cn-xinjiang-urumqi-gaoxin-wjw"
QIDONG = "cn-hunan-hengyang-qidong"

AV = {"manner": "执法记录仪录像", "place": "执法现场", "retention": "30年", "keeper": "行政执法大队"}


@pytest.fixture
def s() -> Any:
    with access.within(""):
        yield story.begin()


def av_rows(s: Story, **levels: str) -> list[dict[str, str]]:
    """The first draft of the recording list, made whole; `levels` by event title."""
    rows = [{**row, **AV} for row in queries.first_rows(KINDS["list_av"], s.who.body, BEFORE.date())]
    for row in rows:
        row["level"] = levels.pop(row["event"], row["level"])
    return rows + [{"event": event, "level": level, **AV} for event, level in levels.items()]


def catalogue_rows(**over: str) -> list[dict[str, str]]:
    row = {
        "matter": "较大数额罚款",
        "kinds": "行政处罚",
        "when": "罚款数额≥200元",
        "reason": "数额较大",
        "basis": "本镇目录",
    }
    return [{**row, **over}]


def drafted(s: Story, kind: str, rows: list[dict[str, str]], when: Any = BEFORE, **given: Any) -> ListVersion:
    given = {"in_force_from": when.date(), **given}
    return actions.draft(by=s.who.zhang, at=when, kind=kind, rows=rows, **given)


def in_force(s: Story, kind: str, rows: list[dict[str, str]], when: Any = BEFORE, **given: Any) -> ListVersion:
    version = drafted(s, kind, rows, when, **given)
    actions.approve(by=s.who.chen, at=when, version=version, approved=True)
    return version


def published(s: Story, version: ListVersion, when: Any = BEFORE, *only: str) -> ListPublication:
    codes = only or [one.code for one in queries.channels(version, when.date())]
    proofs = {code: "" if code == PORTAL else "公示栏照片 1 号" for code in codes}
    return actions.publish(by=s.who.zhou, at=when, version=version, on=when.date(), proofs=proofs)


def agency(pack: str, scope: str) -> Body:
    return registry.register_body(
        by=None,
        at=at(1, 5),
        scope=scope,
        name="某某委员会",
        kind="agency",
        uscc="11411521006005050W",
        region="411521",
        pack=pack,
        sign="某",
        valid_from=date(2024, 1, 1),
    )


def person(body: Body, name: str, unit: Any = None) -> Any:
    return registry.register_officer(by=None, at=at(1, 5), body=body, name=name, valid_from=date(2024, 1, 1), unit=unit)


# ---- one way through -------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.2.2a", "QD-3.2.2(1)a")
def test_the_recording_list_from_draft_to_filing(s):
    version = drafted(s, "list_av", av_rows(s))
    assert version.title == "音像记录事项清单"
    assert {row["event"] for row in version.rows} >= {"seizure", "onsite_check", "hearing"}
    assert queries.in_force(version.scope, "list_av", BEFORE.date()) is None

    actions.approve(by=s.who.chen, at=BEFORE, version=version, approved=True, opinion="同意")
    assert queries.in_force(version.scope, "list_av", BEFORE.date()) == version
    (duty,) = duties.of(version.subject)
    assert duty.due_on == date(2026, 8, 28)  # twenty working days after 1 August, a Saturday
    assert any("QS-3.1.4a" in one["clause"] for one in duty.because)

    published(s, version, BEFORE, PORTAL)
    (duty,) = duties.of(version.subject)
    assert not hasattr(duty, "discharge")
    rest = [one.code for one in queries.channels(version, BEFORE.date()) if one.publication is None]
    assert "执法信息公示平台" in rest
    published(s, version, BEFORE, *rest)
    (duty,) = duties.of(version.subject)
    assert duty.discharge.how == "fulfilled"

    sent = actions.file(by=s.who.zhou, at=BEFORE, version=version, addressee="罗山县司法局", on=BEFORE.date())
    actions.receive(by=s.who.zhou, at=at(8, 5), filing=sent, number="罗司备〔2026〕3号", on=date(2026, 8, 4))
    (filed,) = queries.filed(version)
    assert filed.receipt.number == "罗司备〔2026〕3号"
    verbs = list(Entry.objects.filter(chain=version.chain).order_by("seq").values_list("verb", flat=True))
    assert verbs[:2] == ["catalogue.draft", "catalogue.approve"]
    assert verbs[-2:] == ["catalogue.file", "catalogue.receive"]
    assert {"catalogue.publish"} == set(verbs[2:-2])


def test_what_the_portal_shows_is_the_public_copy(s):
    version = in_force(s, "list_av", av_rows(s))
    shown = published(s, version, BEFORE, PORTAL).shown
    assert shown["title"] == "音像记录事项清单"
    assert len(shown["rows"]) == len(version.rows)
    assert shown["rows"][0][0] in {"现场检查", "随机抽查"}
    other = published(s, version, BEFORE, "服务窗口")
    assert other.shown is None


@pytest.mark.clause("WC-2.1.2(2)c")
def test_nothing_is_published_before_it_is_approved(s):
    version = drafted(s, "list_random_inspection", [{"matter": "安全检查", "object": "商铺"}])
    with pytest.raises(actions.NotApproved):
        published(s, version)
    with pytest.raises(actions.NotApproved):
        actions.file(by=s.who.zhou, at=BEFORE, version=version, addressee="罗山县司法局", on=BEFORE.date())
    actions.approve(by=s.who.chen, at=BEFORE, version=version, approved=False, opinion="没有写明比例")
    with pytest.raises(actions.NotApproved, match="没有同意"):
        published(s, version)
    assert queries.random_matters(queries.random_list(version.scope, BEFORE.date())) == ()


def test_the_database_itself_refuses_publication_before_approval_and_self_approval(s):
    version = drafted(s, "list_av", av_rows(s))
    with connection.cursor() as cursor:
        for table, columns_, values in (
            ("catalogue_listpublication", "channel, proof, kind", "'portal', '', 'list_av'"),
            ("catalogue_filing", "addressee, note", "'某局', ''"),
        ):
            with pytest.raises(IntegrityError, match="未经审核同意"), transaction.atomic():
                cursor.execute(
                    f'insert into {table} (id, at, scope, by_id, version_id, "on", {columns_}) '
                    f"values (gen_random_uuid(), now(), %s, %s, %s, '2026-08-01', {values})",
                    [version.scope, s.who.zhou.pk, version.pk],
                )
        with pytest.raises(IntegrityError, match="另一人审核"), transaction.atomic():
            cursor.execute(
                'insert into catalogue_listapproval (id, at, scope, by_id, version_id, approved, opinion, office, "on") '
                "values (gen_random_uuid(), now(), %s, %s, %s, true, '', '', '2026-08-01')",
                [version.scope, s.who.zhang.pk, version.pk],
            )


def test_nobody_approves_an_own_draft_and_nobody_twice(s):
    version = drafted(s, "catalogue_review", catalogue_rows())
    with pytest.raises(versions.OwnWork):
        actions.approve(by=s.who.zhang, at=BEFORE, version=version, approved=True)
    with pytest.raises(actions.Refused, match="理由"):
        actions.approve(by=s.who.chen, at=BEFORE, version=version, approved=False)
    actions.approve(by=s.who.chen, at=BEFORE, version=version, approved=True)
    with pytest.raises(actions.Refused, match="已经审核"):
        actions.approve(by=s.who.sun, at=BEFORE, version=version, approved=False, opinion="不同意这一版")
    assert ListApproval.objects.filter(version=version).count() == 1


@pytest.mark.clause("WC-2.1.2(2)b", "WC-2.1.2(2)c")
def test_the_random_list_has_seven_fields_and_the_office_approves_it():
    with access.within(""):
        body = agency(WEIJIAN, "65.01/wjw/")
        office = registry.register_unit(by=None, at=at(1, 5), body=body, name="办公室", valid_from=date(2024, 1, 1))
        drafter, head, clerk = person(body, "甲"), person(body, "乙"), person(body, "丙", office)
        publisher = person(body, "丁")
        row = {"matter": "餐饮具消毒检查", "object": "餐饮具集中消毒单位"}
        with pytest.raises(actions.BadRows) as refused:
            actions.draft(by=drafter, at=BEFORE, kind="list_random_inspection", rows=[row], in_force_from=BEFORE.date())
        lacking = {one.column for one in refused.value.problems}
        assert lacking == {"抽查主体", "抽查依据", "抽查内容", "抽查比例", "抽查方式", "抽查频次"}
        row |= {"subject": "本委", "basis": "《传染病防治法》第五十三条", "content": "消毒效果", "ratio": "5%"}
        row |= {"manner": "现场检查", "frequency": "每年 2 次"}
        version = actions.draft(
            by=drafter, at=BEFORE, kind="list_random_inspection", rows=[row], in_force_from=BEFORE.date()
        )
        assert version.rows[0]["ratio"] == 5
        with pytest.raises(actions.NotTheOffice, match="委办公室") as not_office:
            actions.approve(by=head, at=BEFORE, version=version, approved=True)
        assert [one.clause for one in not_office.value.because] == ["WC-2.1.2(2)c"]
        with pytest.raises(actions.NotApproved, match="审核"):
            actions.publish(by=publisher, at=BEFORE, version=version, on=BEFORE.date(), proofs={PORTAL: ""})
        approval = actions.approve(by=clerk, at=BEFORE, version=version, approved=True)
        assert approval.office == "委办公室"
        actions.publish(by=publisher, at=BEFORE, version=version, on=BEFORE.date(), proofs={PORTAL: ""})
        owes = queries.must_file(KINDS["list_random_inspection"], packs.load(WEIJIAN), BEFORE.date())
        assert owes.addressee == "上级政府法制办"
        [drawn] = queries.random_matters(queries.random_list(body.scope, BEFORE.date()))
        assert drawn.line.number == 1 and "抽查比例5%" in drawn.line.text


# ---- versions ----------------------------------------------------------------------------------------------------


def test_old_versions_stay_readable_with_their_days(s):
    first = in_force(s, "catalogue_review", catalogue_rows(), at(7, 1))
    second = in_force(
        s, "catalogue_review", catalogue_rows(reason="改写的理由"), at(8, 1), in_force_from=date(2026, 9, 1)
    )
    assert queries.in_force(first.scope, "catalogue_review", date(2026, 6, 30)) is None
    assert queries.in_force(first.scope, "catalogue_review", date(2026, 8, 31)) == first
    assert queries.in_force(first.scope, "catalogue_review", date(2026, 9, 1)) == second
    held = queries.in_force_by_scope([first.scope], "catalogue_review")[first.scope]
    assert queries.holding(held, date(2026, 8, 31)) == first
    assert queries.state_of(second, first, date(2026, 8, 31)) == "coming"
    assert queries.state_of(first, second, date(2026, 9, 2)) == "past"
    (change,) = queries.changes(second, first)
    assert (change.kind, change.cells) == ("changed", (("列入理由", "数额较大", "改写的理由"),))
    assert duties.of(first.subject).get().discharge.how == "void"


def test_a_version_is_not_in_force_before_it_was_approved(s):
    version = drafted(s, "catalogue_review", catalogue_rows(), at(7, 1))
    actions.approve(by=s.who.chen, at=at(7, 20), version=version, approved=True)
    assert queries.in_force(version.scope, "catalogue_review", date(2026, 7, 19)) is None
    assert queries.in_force(version.scope, "catalogue_review", date(2026, 7, 20)) == version


def test_the_same_list_is_not_drafted_twice(s):
    drafted(s, "catalogue_review", catalogue_rows())
    with pytest.raises(actions.Refused, match="没有差别"):
        drafted(s, "catalogue_review", catalogue_rows())


# ---- never looser than the law -----------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.2.2e", "QS-3.2.2a")
def test_a_recording_line_is_never_looser_than_the_rules(s):
    with pytest.raises(actions.BadRows) as refused:
        drafted(s, "list_av", av_rows(s, **{"扣押财产": "根据实际情况"}))
    (problem,) = refused.value.problems
    assert problem.column == "记录要求"
    assert "全程" in problem.mend
    assert {"QS-3.2.2e"} <= {one.clause for one in refused.value.because}
    stricter = drafted(s, "list_av", av_rows(s, **{"现场检查": "全程音像记录", "送达": "应当音像记录"}))
    levels = {row["event"]: row["level"] for row in stricter.rows}
    assert (levels["onsite_check"], levels["service"]) == ("whole", "must")


@pytest.mark.clause("WC-2.3.1(3)b")
def test_the_catalogue_covers_the_kinds_the_plan_names():
    with access.within(""):
        body = agency(WEIJIAN, "65.01/wjw/")
        drafter = person(body, "甲")
        with pytest.raises(actions.BadRows, match="没有“行政检查”的事项") as refused:
            actions.draft(
                by=drafter, at=BEFORE, kind="catalogue_review", rows=catalogue_rows(), in_force_from=BEFORE.date()
            )
        assert [one.clause for one in refused.value.because] == ["WC-2.3.1(3)b"]
        rows = catalogue_rows(kinds="行政处罚、行政检查")
        version = actions.draft(by=drafter, at=BEFORE, kind="catalogue_review", rows=rows, in_force_from=BEFORE.date())
        assert version.title == "重大执法决定法制审核目录清单"
        owes = queries.must_file(KINDS["catalogue_review"], packs.load(WEIJIAN), BEFORE.date())
        assert [one.clause for one in owes.because] == ["WC-2.3.1(3)b"]


@pytest.mark.clause("QD-3.1.1(1)a", "QD-3.1.1(1)b")
def test_the_pre_disclosure_list_carries_every_element_for_each_kind():
    with access.within(""):
        body = agency(QIDONG, "43.04.26/jt/")
        drafter = person(body, "甲")
        power = {"field": "交通", "instrument": "权责清单", "basis": [{"law": "道路运输条例", "article": "第六十三条"}]}
        for code, kind in (("P1", "penalty"), ("L1", "licence")):
            registry.register_power(
                by=None, at=at(1, 5), body=body, valid_from=date(2024, 1, 1), code=code, name=code, kind=kind, **power
            )
        rows = queries.first_rows(KINDS["list_pre_disclosure"], body, BEFORE.date())
        elements = packs.load(QIDONG).ask("pre_elements").value
        assert len(rows) == 2 * len(elements) == 18
        for row in rows:
            row["content"] = row["content"] or "见公示栏"
        given = {"by": drafter, "at": BEFORE, "kind": "list_pre_disclosure", "in_force_from": BEFORE.date()}
        with pytest.raises(actions.BadRows, match="行政许可缺少公示要素：程序"):
            actions.draft(rows=[r for r in rows if (r["kind"], r["element"]) != ("行政许可", "程序")], **given)
        assert len(actions.draft(rows=rows, **given).rows) == 18


@pytest.mark.clause("WC-2.1.2(1)b")
def test_a_power_without_its_duty_or_basis_is_no_line(s):
    rows = queries.first_rows(KINDS["list_powers"], s.who.body, BEFORE.date())
    assert [row["code"] for row in rows] == ["XY-XZ-0132"]
    with pytest.raises(actions.BadRows, match="“职责”") as refused:
        drafted(s, "list_powers", rows)
    assert [one.column for one in refused.value.problems] == ["职责"]
    version = drafted(s, "list_powers", [{**rows[0], "duty": "查处占用疏散通道的违法行为"}])
    assert version.rows[0]["source"] == "信阳市交由乡镇人民政府行使的行政处罚权事项清单"


@pytest.mark.clause("QS-3.1.1g")
def test_the_list_of_officers_has_what_the_plan_publishes_of_those_who_may_enforce(s):
    kind = KINDS["list_officers"]
    assert [c.label for c in columns(kind, packs.load(QINGSHAN))] == ["姓名", "职务", "执法证号"]
    version = drafted(s, "list_officers", queries.first_rows(kind, s.who.body, BEFORE.date()))
    names = {row["name"] for row in version.rows}
    assert names == {"张卫国", "李敏", "林芳"}  # 吴刚's certificate is over; the others hold none
    assert set(version.rows[0]) == {"name", "post", "certificate"}


@pytest.mark.clause("DH-2.1.4a", "QS-3.1.3d", "QD-3.1.3(1)b")
def test_a_decision_is_left_unpublished_only_with_a_law(s):
    rows = queries.first_rows(KINDS["list_decisions_published"], s.who.body, BEFORE.date())
    with pytest.raises(actions.BadRows, match="没有写明法律"):
        drafted(s, "list_decisions_published", [{**rows[0], "publish": "否", "basis": "本镇决定"}])
    hidden = {**rows[0], "powers": "XY-XZ-0132", "publish": "否", "basis": "《政府信息公开条例》第十四条"}
    version = in_force(s, "list_decisions_published", [rows[0], hidden])
    pack = packs.load(QINGSHAN)

    def asked(kind: str, power: str, on: date = date(2026, 8, 1)) -> queries.Publishing:
        return queries.must_publish(version.scope, pack, kind, power, on)

    kept = asked("penalty", "XY-XZ-0132")
    assert not kept.publish and kept.line is not None and kept.line.basis == "《政府信息公开条例》第十四条"
    assert "第 1 版第 2 行：不公开" in kept.says
    assert kept.because[0].source == queries.source_of(version)
    assert asked("penalty", "other").publish and asked("penalty", "other").line.line.number == 1
    unlisted = asked("licence", "other")
    assert unlisted.publish and unlisted.line is None and "没有列明" in unlisted.says
    earlier = asked("penalty", "XY-XZ-0132", date(2026, 7, 31))
    assert earlier.publish and earlier.version is None and "没有现行" in earlier.says
    assert earlier.because == pack.ask("publish_by", {"kind": "penalty", "decided_on": date(2026, 7, 31)}).because


# ---- the rows themselves -------------------------------------------------------------------------------------------


def test_a_file_round_trips_and_names_every_error(s):
    kind = KINDS["catalogue_review"]
    pack = packs.load(QINGSHAN)
    cols = columns(kind, pack)
    version = drafted(
        s, "catalogue_review", [*catalogue_rows(), *catalogue_rows(matter="=停业", when="处罚种类 含 责令停产停业")]
    )
    text = tables.write_csv(cols, version.rows, pack)
    assert "'=停业" in text
    again = tables.read_csv(text.encode(), cols)
    assert actions.read_rows(kind, again, body=s.who.body, on=BEFORE.date()) == version.rows
    assert tables.read_csv(text.removeprefix("\ufeff").encode("gb18030"), cols) == again
    bad = [
        {**catalogue_rows()[0], "kinds": "行政惩罚"},
        {**catalogue_rows()[0], "matter": "其他", "powers": "NO-1", "when": "罚款数额≥200", "reason": ""},
    ]
    with pytest.raises(actions.BadRows) as refused:
        actions.read_rows(kind, bad, body=s.who.body, on=BEFORE.date())
    said = {(p.row, p.column): p for p in refused.value.problems}
    assert set(said) == {(1, "执法行为种类"), (2, "执法事项编码"), (2, "条件"), (2, "列入理由")}
    assert "行政处罚" in said[1, "执法行为种类"].mend
    assert "元" in said[2, "条件"].mend


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04", "Excel"),
        (b"", "空"),
        ("审核事项,不认识\na,b\n".encode(), "不认识的列"),
        ("审核事项\na\n".encode(), "缺少的列"),
        (b"\xff\xfe\x00", "编码"),
        ('审核事项,列入理由,依据\n"a,b,c\n'.encode(), "CSV"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(content, why):
    cols = columns(KINDS["catalogue_review"], packs.load(QINGSHAN))
    with pytest.raises(tables.BadTable) as refused:
        tables.read_csv(content, cols)
    assert why in refused.value.why
    assert refused.value.mend


def test_rows_that_say_the_same_thing_twice_are_refused(s):
    with pytest.raises(actions.BadRows, match="与第 1 行重复"):
        drafted(s, "catalogue_review", catalogue_rows() * 2)
    with pytest.raises(actions.BadRows, match="没有一行"):
        drafted(s, "catalogue_review", [])
