"""What the registers refuse, and what they say of a day that has passed."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import story
from tests.story import COUNTY, TOWN, at, passed
from yangguang.policy import guides, packs
from yangguang.registry import access, actions, queries
from yangguang.registry.models import Account, Body, Device, Officer, Party, Power, RoleGrant
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
NOW = at(9, 1)
FIRE = [{"law": "中华人民共和国消防法", "article": "第六十条", "text": "处警告或者罚款"}]
GIVEN = {"delegation": "省政府决定", "delegation_published_on": date(2023, 5, 1)}


@pytest.fixture
def who():
    with access.within(""):
        yield story.people()


def body(scope: str, name: str, uscc: str, kind: str = "agency", **more: Any) -> Body:
    fields = {"region": "411521", "pack": "cn", "sign": name[0], "valid_from": date(2024, 1, 1)} | more
    return actions.register_body(by=None, at=NOW, scope=scope, name=name, kind=kind, uscc=uscc, **fields)


CODES = ("11411521006005050W", "114115260059900355")


def power(of: Body, code: str, kind: str = "penalty", **more: Any) -> Power:
    fields = {"name": f"事项{code}", "basis": FIRE, "instrument": "权责清单", "valid_from": date(2024, 1, 1)} | more
    return actions.register_power(by=None, at=NOW, body=of, code=code, kind=kind, **fields)


def says(refused: pytest.ExceptionInfo[Refused], clause: str) -> bool:
    return clause in {one.clause for one in refused.value.because} and all(one.text for one in refused.value.because)


# ---- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.4.1b")
def test_a_body_as_of_a_day_and_what_each_version_changed(who):
    actions.change_body(
        by=who.qian, at=NOW, body=who.body, valid_from=date(2026, 6, 1), reason="迁址", address="青山街 8 号"
    )
    last = actions.change_body(
        by=who.qian, at=NOW, body=who.body, valid_from=date(2026, 8, 1), reason="公布电话", complaint_phone="12345"
    )
    seen = {on: queries.as_of(Body, who.body.key, on) for on in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 1))}
    assert [one.address[-5:] for one in seen.values() if one] == ["街 1 号", "街 8 号", "街 8 号"]
    assert seen[date(2026, 6, 1)].complaint_phone == "0376-2100009" and last.complaint_phone == "12345"
    assert queries.as_of(Body, who.body.key, date(2023, 12, 31)) is None
    line = queries.history(queries.versions(Body, who.body.key))
    assert [one.until for one in line] == [None, date(2026, 7, 31), date(2026, 5, 31)]
    assert [[c.label for c in one.changed] for one in line] == [["投诉举报电话"], ["地址"], []]
    assert Entry.objects.filter(fact_ref=last.ref, verb="registry.change_body").count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"valid_from": date(2023, 12, 31), "reason": "更名", "name": "某"}, "不能早于该日"),
        ({"valid_from": date(2026, 1, 1), "reason": " ", "name": "某"}, "没有写明变更的理由"),
        ({"valid_from": date(2026, 1, 1), "reason": "更名"}, "没有任何改动"),
        ({"valid_from": date(2026, 1, 1), "reason": "更名", "uscc": "114115210059900272"}, "已属于“罗山县司法局”"),
        ({"valid_from": date(2026, 1, 1), "reason": "更名", "region": "4115"}, "6 位、9 位或者 12 位"),
        ({"valid_from": date(2026, 1, 1), "reason": "更名", "pack": "cn-nowhere"}, "没有规则包“cn-nowhere”"),
    ],
)
def test_a_new_version_that_cannot_be(who, given, says):
    with pytest.raises(Refused, match=says):
        actions.change_body(by=None, at=NOW, body=who.body, **given)
    assert len(queries.versions(Body, who.body.key)) == 1


def test_what_has_ended_is_not_changed_and_is_there_for_the_days_before(who):
    actions.end(by=None, at=NOW, thing=who.power, last_day=date(2026, 6, 30), reason="收回")
    held = [queries.powers(TOWN, on).filter(key=who.power.key).exists() for on in (date(2026, 6, 30), date(2026, 7, 1))]
    assert held == [True, False]
    with pytest.raises(Refused, match="已于 2026-06-30 终止"):
        actions.change_power(
            by=None, at=NOW, power=who.power, valid_from=date(2026, 8, 1), reason="改名", name="另一名称"
        )
    with pytest.raises(Refused, match="没有写明变更的理由"):
        actions.end(by=None, at=NOW, thing=who.unit, last_day=date(2026, 6, 30), reason="")
    line = queries.history(queries.versions(Power, who.power.key))
    assert [(one.until, one.ends) for one in line] == [(date(2026, 6, 30), True), (date(2026, 6, 30), False)]


@pytest.mark.parametrize(
    ("scope", "uscc", "says"),
    [
        (TOWN, CODES[0], "这个位置已登记“青山镇人民政府”"),
        ("41.15.21/青/", CODES[0], "只能由字母、数字"),
        ("41.15.21/x/", "114115210060050422", "已属于“青山镇人民政府”"),
        ("41.15.21/x/", "114115210060050423", "校验码"),
    ],
)
@pytest.mark.clause("QD-0.1")
def test_a_body_that_cannot_be_registered(who, scope, uscc, says):
    with pytest.raises(Refused, match=says):
        body(scope, "某镇人民政府", uscc)
    body("41.15.21/x/", "某镇人民政府", CODES[0])
    assert "某镇人民政府" in [one.body.name for one in queries.tree(COUNTY, date(2026, 1, 1)) if one.depth == 1]


def test_written_once_by_the_database_too(who):
    made = actions.register_region(
        by=None, at=NOW, scope=COUNTY, code="411521105", name="青山镇", parent="411521", valid_from=date(2024, 1, 1)
    )
    with (
        pytest.raises(DatabaseError, match=r"permission denied|不得修改"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update registry_region set name = '改' where id = %s", [made.pk])
    with pytest.raises(Refused, match="已经登记"):
        actions.register_region(
            by=None, at=NOW, scope=COUNTY, code="411521105", name="青山镇", valid_from=date(2024, 1, 1)
        )


@pytest.mark.clause("DH-2.0")
def test_sections_and_subordinate_institutions_are_units_of_one_bureau_each_with_its_duties(who):
    bureau = body("53.31/zjj/", "德宏州住房和城乡建设局", CODES[0], pack="cn-yunnan-dehong-zjj", region="533100")
    made = [
        actions.register_unit(
            by=None, at=NOW, body=bureau, name=name, kind=kind, duties=duties, valid_from=date(2024, 1, 1)
        )
        for name, kind, duties in (
            ("建筑业管理科", "handling", "承办建筑市场检查和处罚"),
            ("质量安全监督站", "handling", "承办工程质量安全检查"),
            ("监督科", "legal", "法制审核"),
        )
    ]
    person = actions.register_officer(
        by=None, at=NOW, body=bureau, name="岩温", unit=made[1], valid_from=date(2024, 1, 1)
    )
    assert {one.name: one.duties for one in queries.units(bureau, date(2026, 1, 1))} == {
        one.name: one.duties for one in made
    }
    assert person.unit == made[1] and person.scope == bureau.scope
    actions.change_unit(
        by=None, at=NOW, unit=made[1], valid_from=date(2026, 6, 1), reason="职责调整", duties="只承办质量检查"
    )
    days = (date(2026, 5, 31), date(2026, 6, 1))
    assert [queries.as_of(type(made[1]), made[1].key, day).duties for day in days] == [
        "承办工程质量安全检查", "只承办质量检查",
    ]  # fmt: skip


# ---- succession ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("SY-3.3b")
def test_powers_follow_the_successor_and_earlier_acts_stay(who):
    """地税局 → 税务局: the old body ends, the new one answers; a power of then is still the power of then."""
    old = body("41.15.21/dishui/", "罗山县地方税务局", CODES[0])
    new = body("41.15.21/shuiwu/", "罗山县税务局", CODES[1], valid_from=date(2018, 7, 5))
    levy = power(old, "LS-SW-0001", valid_from=date(2024, 1, 1))
    on = date(2026, 7, 5)
    made = actions.succeed(
        by=None, at=NOW, predecessor=old, successor=new, on=on, instrument="国税地税征管体制改革方案"
    )
    assert queries.successor(old, date(2026, 7, 4)).name == "罗山县地方税务局"
    assert queries.successor(old, on).name == queries.successor(new, on).name == "罗山县税务局"
    assert [one.predecessor_name for one in queries.succeeded(new, on)] == ["罗山县地方税务局"]
    before, after = queries.as_of(Power, levy.key, date(2026, 7, 4)), queries.as_of(Power, levy.key, on)
    assert (before.body.name, after.body.name) == ("罗山县地方税务局", "罗山县税务局")
    assert [queries.powers(old.scope, day).exists() for day in (date(2026, 7, 4), on)] == [True, False]
    assert queries.powers(new.scope, on).get().key == levy.key
    assert not queries.in_force(Body, on).filter(key=old.key).exists()
    assert Power.objects.get(pk=levy.pk).body == old  # what a case of then points at
    assert Entry.objects.filter(fact_ref=made.ref).exists()
    for predecessor, successor, why in ((old, new, "已于 2026-07-05 由罗山县税务局承继"), (new, new, "不能承继自己")):
        with pytest.raises(Refused, match=why):
            actions.succeed(by=None, at=NOW, predecessor=predecessor, successor=successor, on=on, instrument="文件")


def test_a_part_of_the_powers_passes_and_the_body_goes_on(who):
    town, other = who.body, body("41.15.21/xy/", "罗山县应急管理局", CODES[0])
    stays = power(town, "XY-XZ-0200", **GIVEN)
    on = date(2026, 7, 1)
    actions.succeed(
        by=None, at=NOW, predecessor=town, successor=other, on=on, instrument="收回决定", powers=[who.power]
    )
    assert queries.successor(town, on).key == town.key
    assert queries.successor(town, on, who.power.key).key == other.key
    assert queries.successor(town, on, stays.key).key == town.key
    assert queries.successor(town, date(2026, 6, 30), who.power.key).key == town.key
    assert [p.code for p in queries.powers(TOWN, on)] == ["XY-XZ-0200"]
    with pytest.raises(Refused, match="没有“对公证机构违法执业的处罚”这项职权"):
        actions.succeed(
            by=None, at=NOW, predecessor=town, successor=other, on=on, instrument="收回决定", powers=[who.other_power]
        )


# ---- entrustment -----------------------------------------------------------------------------------------------------


@pytest.fixture
def entrusted(who):
    made = body("41.15.21/qingshan/zhongxin/", "青山镇综合行政执法中心", CODES[0], kind="entrusted")
    person = actions.register_officer(by=None, at=NOW, body=made, name="杜平", valid_from=date(2024, 1, 1))
    certify(person, "16152100900")
    return made


def certify(person: Officer, number: str, **more: Any):
    fields = {
        "issuer": "河南省人民政府",
        "exam": more.pop("exam", None) or queries.exams_of(person.key).first() or passed(person, NOW),
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2028, 12, 31),
    } | more
    return actions.grant_certificate(by=None, at=NOW, number=number, **fields)


def entrust(who, to: Body, **more: Any):
    fields = {
        "entrusting": who.body,
        "powers": [who.power],
        "instrument": "青政委〔2026〕1 号",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "published_on": date(2026, 1, 4),
    } | more
    return actions.entrust(by=None, at=NOW, entrusted=to, **fields)


def test_an_entrusted_organisation_acts_in_the_others_name_within_its_term(who, entrusted):
    made = entrust(who, entrusted)
    days = (date(2026, 1, 3), date(2026, 1, 4), date(2026, 12, 31), date(2027, 1, 1))
    assert [bool(queries.acts_for(entrusted, who.power, day)) for day in days] == [False, True, True, False]
    assert queries.acts_for(entrusted, who.power, days[1]).entrusting_name == "青山镇人民政府"
    assert queries.acts_for(entrusted, who.other_power, days[1]) is None
    actions.end_entrustment(by=None, at=NOW, entrustment=made, on=date(2026, 10, 1), reason="解除委托")
    assert [bool(queries.acts_for(entrusted, who.power, d)) for d in (date(2026, 9, 30), date(2026, 10, 1))] == [
        True,
        False,
    ]
    with pytest.raises(Refused, match="已经终止"):
        actions.end_entrustment(by=None, at=NOW, entrustment=made, on=date(2026, 11, 1), reason="再次")


def test_what_may_not_be_entrusted(who, entrusted):
    seal = power(who.body, "XY-QZ-0001", kind="compulsory_measure", name="查封场所")
    second = body("41.15.21/qingshan/zhongxin/er/", "第二中心", CODES[1], kind="entrusted")
    for given, to, clause, field in (
        ({"powers": [who.power, seal]}, entrusted, "CN-COE-17.1", "powers"),
        ({"entrusting": entrusted}, second, "CN-PEN-20.4", "entrusting"),
        ({"powers": [who.other_power]}, entrusted, "CN-PEN-20.1", "powers"),
        ({}, who.county, "CN-PEN-20.1", "entrusted"),
        ({}, second, "CN-PEN-21.2", "entrusted"),
        ({"published_on": None}, entrusted, "CN-PEN-20.2", "published_on"),
        ({"powers": []}, entrusted, "CN-PEN-20.2", "powers"),
        ({"instrument": ""}, entrusted, "CN-PEN-20.2", "instrument"),
        ({"valid_to": date(2025, 12, 31)}, entrusted, "CN-PEN-20.2", "valid_to"),
    ):
        with pytest.raises(actions.MayNotEntrust) as refused:
            entrust(who, to, **given)
        assert says(refused, clause) and refused.value.field == field, (given, refused.value.message)
    assert not queries.entrustments(date(2026, 6, 1)).exists()


# ---- officers --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("QD-3.1.2(1)b")
@pytest.mark.clause("WC-2.1.3(2)a")
def test_without_a_passed_exam_no_certificate_and_no_case(who):
    person = actions.register_officer(by=None, at=NOW, body=who.body, name="新人", valid_from=date(2026, 1, 1))
    with pytest.raises(actions.NoExam, match="之前没有通过执法资格考试") as refused:
        certify(person, "16152100901", exam=passed(person, NOW, date(2024, 1, 2)))
    assert says(refused, "HN-21.1") and refused.value.mend
    assert not queries.standing(person, date(2026, 8, 25)).valid


@pytest.mark.clause("QS-4.6b")
@pytest.mark.clause("QS-3.1.2a")
@pytest.mark.clause("WC-2.1.3(2)d")
def test_a_certificate_through_its_life(who):
    held = queries.standing(who.li, date(2026, 1, 1)).certificate

    def able(day: date) -> bool:
        listed = queries.people_below(TOWN, day, state="may").filter(key=who.li.key).exists()
        assert listed == queries.standing(who.li, day).valid  # the list says what the rule says
        return listed

    actions.check_certificate(by=who.qian, at=NOW, certificate=held, year=2025, passed=True, on=date(2026, 1, 20))
    assert able(date(2026, 3, 1))
    actions.check_certificate(
        by=who.qian, at=NOW, certificate=held, year=2026, passed=False, on=date(2026, 8, 1), note="学时不足"
    )
    assert [able(day) for day in (date(2026, 7, 31), date(2026, 8, 1))] == [True, False]
    assert "2026 年度审验不合格" in queries.standing(who.li, date(2026, 8, 25)).why
    actions.check_certificate(by=who.qian, at=NOW, certificate=held, year=2026, passed=True, on=date(2026, 8, 28))
    assert able(date(2026, 8, 28))

    def change(state: str, on: date):
        return actions.change_certificate(
            by=who.qian, at=NOW, certificate=held, state=state, on=on, reason="违反证件管理规定"
        )

    with pytest.raises(actions.BadCertificate, match="没有被暂扣"):
        change("restored", date(2026, 9, 1))
    change("suspended", date(2026, 9, 1))
    with pytest.raises(actions.BadCertificate, match="已被暂扣"):
        change("suspended", date(2026, 9, 2))
    with pytest.raises(actions.BadCertificate, match="不能更早"):
        change("restored", date(2026, 8, 31))
    change("restored", date(2026, 9, 10))
    change("revoked", date(2026, 9, 20))
    with pytest.raises(actions.BadCertificate, match="已注销"):
        change("restored", date(2026, 9, 21))
    days = (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 10), date(2026, 9, 20))
    assert [able(day) for day in days] == [True, False, True, False]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"year": 2023, "passed": True, "on": date(2026, 1, 5)}, "2024 至 2026"),
        ({"year": 2027, "passed": True, "on": date(2026, 1, 5)}, "2024 至 2026"),
        ({"year": 2026, "passed": True, "on": date(2026, 9, 2)}, "晚于今天"),
        ({"year": 2026, "passed": False, "on": date(2026, 1, 5)}, "应当写明原因"),
    ],
)
def test_a_yearly_check_that_cannot_be(who, given, says):
    held = queries.standing(who.li, date(2026, 1, 1)).certificate
    with pytest.raises(actions.BadCertificate, match=says):
        actions.check_certificate(by=who.qian, at=NOW, certificate=held, **given)


def test_certificates_the_jurisdiction_does_not_recognise(who):
    person = actions.register_officer(by=None, at=NOW, body=who.body, name="新人", valid_from=date(2026, 1, 1))
    with pytest.raises(actions.BadCertificate) as refused:
        certify(person, "X1", family="某部门工作证")
    assert "本地不认可" in refused.value.message and refused.value.because and "河南省行政执法证" in refused.value.mend
    assert certify(person, "X1", family="河南省行政执法证", issuer_family="provincial").family == "河南省行政执法证"
    with pytest.raises(actions.BadCertificate, match="证号 X1 已经登记"):
        certify(who.zhang, "X1")
    helper = actions.register_officer(
        by=None, at=NOW, body=who.body, name="辅助", valid_from=date(2026, 1, 1), auxiliary=True
    )
    with pytest.raises(actions.BadExam, match="辅助人员"):
        certify(helper, "X2")
    actions.change_officer(by=None, at=NOW, officer=person, valid_from=date(2026, 8, 1), reason="转岗", auxiliary=True)
    with pytest.raises(actions.NoExam, match="辅助人员") as barred:
        certify(person, "X2")
    assert says(barred, "HN-20.2")


def test_who_expires_soon_and_who_may_not(who):
    def soon(day: date) -> list[tuple[str, int]]:
        return [(one.officer.name, one.days) for one in queries.expiring(TOWN, day)]

    assert soon(date(2026, 4, 1)) == [("吴刚", 60)]
    assert soon(date(2026, 3, 31)) == []  # 61 days
    assert soon(date(2026, 5, 31)) == [("吴刚", 0)]
    assert soon(date(2026, 6, 1)) == []
    assert [one.officer.name for one in queries.unable(TOWN, date(2026, 6, 1))] == ["吴刚"]
    assert "林芳" in [one.officer.name for one in queries.unchecked(TOWN, date(2026, 6, 1))]
    certify(who.wu, "16152100999", valid_from=date(2026, 4, 1))
    assert soon(date(2026, 4, 1)) == [] and queries.unable(TOWN, date(2026, 6, 1)) == []


@pytest.mark.parametrize(("staff", "state"), [(16, "passed"), (17, "failed")])
def test_one_reviewer_for_twenty_officers(who, staff, state):
    """Four are certified already (one of them to 31 May): one reviewer is 5 % of twenty, less of twenty-one."""
    for n in range(staff):
        person = actions.register_officer(by=None, at=NOW, body=who.body, name=f"队员{n}", valid_from=date(2024, 1, 1))
        certify(person, f"N{n}")
    found = queries.strength(who.body, date(2026, 5, 1))
    assert (found.officers, found.reviewers, found.verdict.state) == (4 + staff, 1, state)
    assert queries.strength(who.county, date(2026, 5, 1)).verdict.state == "unknown"


# ---- powers ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-1.1")
@pytest.mark.clause("QS-3.1.1b")
def test_a_townships_power_cites_the_published_decision_of_the_province(who):
    with pytest.raises(actions.NotDelegated) as refused:
        power(who.body, "XY-XZ-0300")
    assert says(refused, "CN-PEN-24.1") and refused.value.field == "delegation"
    for published in (None, date(2024, 1, 2)):
        with pytest.raises(actions.NotDelegated, match="还没有公布"):
            power(who.body, "XY-XZ-0300", delegation="省政府决定", delegation_published_on=published)
    made = power(who.body, "XY-XZ-0300", delegated_from="罗山县应急管理局", **GIVEN)
    assert (made.delegated_from, made.instrument) == ("罗山县应急管理局", "权责清单")
    with pytest.raises(actions.NotDelegated):
        actions.change_power(by=None, at=NOW, power=made, valid_from=date(2026, 1, 1), reason="改", delegation="")
    assert power(who.county, "LS-SF-0002").delegation == ""  # a county bureau has its own powers
    assert power(who.body, "XY-JC-0001", kind="inspection").delegation == ""


def test_guide_fields_are_those_of_the_guide(who):
    with pytest.raises(actions.BadGuide, match="没有“opening”一栏"):
        power(who.county, "A1", guide={"opening": "九点"})
    with pytest.raises(actions.BadGuide, match="应为文字"):
        power(who.county, "A1", guide={"fee": 3})
    made = power(who.county, "A1", guide={"materials": ["申请书", "身份证明"], "fee": "不收费"})
    pack = packs.load("cn-henan-xinyang-qingshan")
    shown = guides.guide(pack, pack.act("penalty", "ordinary"), queries.guide_item(made))
    assert shown.title == "事项A1服务指南"


# ---- parties ---------------------------------------------------------------------------------------------------------


def caller(who, officer: Officer, *roles: str) -> access.Caller:
    account = actions.open_account(username=f"u{officer.pk}", officer=officer, password="x")
    return access.Caller(account, frozenset(roles))


def shop(name: str, code: str = CODES[0], scope: str = TOWN) -> Party:
    return actions.register_party(by=None, at=NOW, scope=scope, kind="legal", name=name, uscc=code)


def test_a_party_is_found_by_code_and_by_any_name_it_had(who):
    asking = caller(who, who.zhang, "officer")
    party = shop("青山旧百货公司")
    actions.change_party(
        by=who.zhang, at=NOW, party=party, valid_from=date(2026, 9, 5), reason="更名", name="青山新百货公司"
    )
    for q in ("旧百货", "新百货", CODES[0]):
        assert [p.name for p in queries.known_parties(asking, date(2026, 9, 6), q=q)] == ["青山新百货公司"], q
    assert queries.as_of(Party, party.key, date(2026, 9, 4)).name == "青山旧百货公司"
    assert [p.name for p in queries.party_versions(party.key)] == ["青山旧百货公司", "青山新百货公司"]
    with pytest.raises(Refused, match="校验码"):
        actions.change_party(
            by=who.zhang, at=NOW, party=party, valid_from=date(2026, 9, 6), reason="改码", uscc="114115210060050500"
        )


def test_two_that_are_one_are_merged_as_a_fact(who):
    asking = caller(who, who.zhang, "officer")
    first, second, third = shop("百货公司"), shop("百货公司（重复）"), shop("外乡百货", scope="41.15.21/other/")
    proposed = queries.duplicates(asking, date(2026, 9, 2))
    assert [(d.code, [p.key for p in d.parties]) for d in proposed] == [(CODES[0], [first.key, second.key])]
    with pytest.raises(actions.NotOneParty, match="没有写明合并的理由"):
        actions.merge_parties(by=who.zhang, at=NOW, kept=first, merged=second, reason=" ")
    with pytest.raises(actions.NotOneParty, match="不属于同一机关"):
        actions.merge_parties(by=who.zhang, at=NOW, kept=first, merged=third, reason="同码")
    with pytest.raises(actions.NotOneParty, match="统一社会信用代码不同"):
        actions.merge_parties(by=who.zhang, at=NOW, kept=first, merged=shop("别家", CODES[1]), reason="误")
    made = actions.merge_parties(by=who.zhang, at=NOW, kept=first, merged=second, reason="同一统一社会信用代码")
    assert queries.canonical(second.key) == first.key
    assert queries.party_keys(second.key) == queries.party_keys(first.key) == {first.key, second.key}
    assert queries.duplicates(asking, date(2026, 9, 2)) == []
    assert [p.key for p in queries.known_parties(asking, date(2026, 9, 2), q="重复")] == [first.key]
    assert Party.objects.get(pk=second.pk).name == "百货公司（重复）"  # nothing is rewritten
    assert Entry.objects.filter(fact_ref=made.ref, verb="registry.merge_parties").exists()
    for kept, merged in ((first, second), (second, first)):
        with pytest.raises(actions.NotOneParty, match="已是同一相对人"):
            actions.merge_parties(by=who.zhang, at=NOW, kept=kept, merged=merged, reason="再次")


# ---- devices ---------------------------------------------------------------------------------------------------------


def monitor(who, **more: Any) -> Device:
    fields = {"kind": "e_monitoring", "serial": "DJ-01", "place": "北街路口", "valid_from": date(2026, 1, 1)} | more
    return actions.register_device(by=who.chen, at=NOW, body=who.body, **fields)


def test_a_monitor_counts_only_reviewed_twice_and_published(who):
    device = monitor(who)

    def state(on: date, record: bool | None = True) -> str:
        return queries.monitoring_verdict(device, on, record).state

    def review(kind: str, passed: bool, on: date) -> None:
        actions.review_device(
            by=who.chen, at=NOW, device=device, kind=kind, passed=passed, organ="省计量院", document_no="检 1", on=on
        )

    assert state(date(2026, 6, 1)) == "failed"
    review("technical", True, date(2026, 2, 1))
    assert not queries.monitoring(device, date(2026, 6, 1)).reviewed
    review("legal", True, date(2026, 3, 1))
    assert queries.monitoring(device, date(2026, 6, 1)).reviewed
    assert state(date(2026, 6, 1)) == "failed"  # its place is not published
    actions.change_device(
        by=who.chen, at=NOW, device=device, valid_from=date(2026, 4, 1), reason="公布", published_on=date(2026, 4, 1)
    )
    assert [state(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == ["failed", "passed"]
    assert state(date(2026, 4, 1), None) == "unknown"  # nobody has looked at the record
    assert state(date(2026, 4, 1), False) == "failed"
    review("technical", False, date(2026, 5, 1))
    assert [state(day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == ["passed", "failed"]


def test_what_a_device_cannot_be(who):
    camera = monitor(who, kind="body_camera", serial="JL-01", place="", keeper=who.zhang)
    for given, why in (
        ({"place": " "}, "没有填写设置地点"),
        ({"published_on": date(2026, 9, 2)}, "晚于今天"),
        ({"serial": "JL-01"}, "JL-01 已经登记"),
    ):
        with pytest.raises(actions.BadDevice, match=why):
            monitor(who, **given)
    with pytest.raises(actions.BadDevice, match="不是电子技术监控设备"):
        actions.review_device(
            by=who.chen, at=NOW, device=camera, kind="legal", passed=True, organ="局", document_no="1", on=NOW.date()
        )
    actions.change_device(by=who.chen, at=NOW, device=camera, valid_from=date(2026, 8, 1), reason="调配", keeper=who.li)
    line = queries.history(queries.versions(Device, camera.key))
    assert [v.row.keeper.name for v in line] == ["李敏", "张卫国"]
    assert [c.label for c in line[0].changed] == ["保管人"]


# ---- groups, counsel, places -----------------------------------------------------------------------------------------


def test_leading_groups_and_counsel_have_their_days(who):
    members = [{"name": "陈立新", "post": "副镇长", "role": "组长"}]
    with pytest.raises(Refused, match="没有写明设立"):
        actions.register_leading_group(
            by=None, at=NOW, body=who.body, name="组", instrument="", members=members, valid_from=date(2026, 1, 1)
        )
    with pytest.raises(Refused, match="第 2 名成员没有姓名"):
        actions.register_leading_group(
            by=None,
            at=NOW,
            body=who.body,
            name="组",
            instrument="青政〔2026〕2 号",
            members=[*members, {"name": " ", "post": "", "role": ""}],
            valid_from=date(2026, 1, 1),
        )
    adviser = actions.register_counsel(
        by=None,
        at=NOW,
        body=who.body,
        name="高律师",
        kind="external",
        firm="某律师事务所",
        licence_no="14115201",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
    )
    assert [
        queries.counsels(who.body, d).filter(key=adviser.key).count() for d in (date(2026, 6, 30), date(2026, 7, 1))
    ] == [
        1,
        0,
    ]


# ---- accounts --------------------------------------------------------------------------------------------------------


def test_three_administrators_are_three_people_over_all_their_accounts(who):
    first = actions.create_account(
        by=who.qian, at=NOW, officer=who.sun, username="s1", password="初始密码一二三四"
    ).account
    second = actions.create_account(
        by=who.qian, at=NOW, officer=who.sun, username="s2", password="初始密码一二三四"
    ).account
    assert first.must_change and first.check_password("初始密码一二三四")
    actions.grant_role(by=who.qian, at=NOW, account=first, role="admin")
    for account in (first, second):
        with pytest.raises(actions.TwoAdministrators, match="已是系统管理员"):
            actions.grant_role(by=who.qian, at=NOW, account=account, role="security")
    with pytest.raises(actions.OwnAccount):
        actions.grant_role(by=who.sun, at=NOW, account=second, role="head")
    actions.grant_role(by=who.qian, at=NOW, account=first, role="admin", granted=False)
    actions.grant_role(by=who.qian, at=NOW, account=second, role="security")
    assert RoleGrant.objects.filter(account__officer=who.sun).count() == 3


def test_accounts_leave_their_trail_and_no_password_in_it(who):
    account = actions.create_account(
        by=who.qian, at=NOW, officer=who.sun, username="s1", password="密而不宣-2026"
    ).account
    with pytest.raises(actions.BadAccount, match="已被使用"):
        actions.create_account(by=who.qian, at=NOW, officer=who.zhou, username="s1", password="x")
    actions.reset_password(by=who.qian, at=NOW, account=account, password="另一密码-2026", note="本人忘记")
    actions.switch_account(by=who.qian, at=NOW, account=account, active=False, note="调离")
    with pytest.raises(actions.BadAccount, match="已停用"):
        actions.switch_account(by=who.qian, at=NOW, account=account, active=False, note="调离")
    kept = Account.objects.get(pk=account.pk)
    assert not kept.is_active and kept.must_change and kept.check_password("另一密码-2026")
    written = Entry.objects.filter(chain=f"account:{account.pk}").order_by("seq")
    assert [e.verb.removeprefix("registry.") for e in written] == ["create_account", "reset_password", "switch_account"]
    assert not [e for e in written if "2026" in e.payload and "密" in e.payload]
    with pytest.raises(actions.OwnAccount):
        actions.reset_password(by=who.sun, at=NOW, account=account, password="x", note="自己")
