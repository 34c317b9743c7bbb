"""试点: the annex of a plan before the unit's own choice, its lists speak of what it pilots, and its coverage per kind."""

import html
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import story
from tests.story import Story, at
from yangguang.catalogue import actions as lists
from yangguang.catalogue import queries as held
from yangguang.catalogue.lists.kinds import KINDS
from yangguang.catalogue.pilot import actions, kinds, queries
from yangguang.catalogue.pilot.kinds import Source
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Body

pytestmark = pytest.mark.django_db

QIDONG, QINGSHAN = "cn-hunan-hengyang-qidong", "cn-henan-xinyang-qingshan"
ON = date(2026, 9, 18)
NOW = at(9, 18)
SIX = {"licence", "penalty", "compulsory_measure", "compulsory_execution", "levy", "charge", "inspection"}


@pytest.fixture
def s() -> Iterator[Story]:
    with access.within(""):
        made = story.begin(with_accounts=True)
        made.body = under(made.who.body, QIDONG)  # type: ignore[attr-defined]
        yield made


def under(body: Body, pack: str, when: date = date(2026, 2, 1)) -> Body:
    return registry.change_body(by=None, at=at(2, 1), body=body, valid_from=when, reason="适用方案", pack=pack)


def power(s: Story, kind: str) -> None:
    registry.register_power(
        by=None, at=at(2, 2), body=s.body, code=f"QD-{kind}", name=f"事项{kind}", kind=kind, field="城管",
        basis=[{"law": "城市市容和环境卫生管理条例", "article": "第十四条"}], instrument="权责清单", valid_from=date(2026, 2, 2),
    )  # fmt: skip


def choose(s: Story, *codes: str, since: date = ON) -> Any:
    return actions.choose(by=s.who.zhou, at=NOW, kinds=codes, since=since)


def marked(s: Story, unit: str, since: date = ON) -> Any:
    return actions.mark(by=s.who.qian, at=NOW, body=s.body, unit=unit, since=since)


# ---- which kinds -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("QD-2.2b")
def test_a_unit_chooses_one_or_two_kinds_and_they_hold_from_their_day(s: Story) -> None:
    found = kinds.pilot(s.body, ON)
    assert (found.source, found.kinds) == (Source.OPEN, ()) and "还没有选择" in found.gap
    for codes, many in (((), 0), (("licence", "penalty", "inspection"), 3)):
        with pytest.raises(actions.WrongNumber, match=f"{many} 类") as refused:
            choose(s, *codes)
        assert "QD-2.2b" in [one.clause for one in refused.value.because]
    choose(s, "penalty", since=date(2026, 10, 1))
    assert kinds.pilot(s.body, date(2026, 9, 30)).source is Source.OPEN
    found = kinds.pilot(s.body, date(2026, 10, 1))
    assert (found.source, found.kinds, found.gap) == (Source.OWN, ("penalty",), "")
    choose(s, "penalty", "compulsory_measure", since=date(2026, 11, 1))  # 行政强制 is one kind of the six
    assert kinds.pilot(s.body, date(2026, 11, 1)).kinds == ("penalty", "compulsory_measure", "compulsory_execution")


@pytest.mark.clause("QD-2.2a")
def test_a_kind_outside_the_plan_is_said_to_be_outside(s: Story) -> None:
    assert set(kinds.covered(packs.load(QIDONG), ON)) == SIX
    with pytest.raises(actions.OutsideThePlan, match="方案不适用于行政征用") as refused:
        choose(s, "requisition")
    assert refused.value.because and "行政许可" in refused.value.mend and "行政征用" not in refused.value.mend
    with pytest.raises(actions.OutsideThePlan, match="没有登记行政收费事项"):
        choose(s, "charge")
    power(s, "requisition")
    [found] = queries.coverage([s.body], ON)
    assert found.outside == ("行政征用",)


@pytest.mark.parametrize(
    ("unit", "wanted", "clause"),
    [
        pytest.param("城管执法局", {"licence", "penalty", "compulsory_measure", "compulsory_execution", "inspection"}, "QD-A2.1",
                     marks=pytest.mark.clause("QD-A2.1")),
        pytest.param("地税局", {"licence", "inspection", "charge", "penalty"}, "QD-A2.2",
                     marks=pytest.mark.clause("QD-A2.2")),
        pytest.param("交通运输旅游局", {"licence", "penalty", "levy"}, "QD-A2.3", marks=pytest.mark.clause("QD-A2.3")),
    ],
)  # fmt: skip
def test_the_annex_gives_a_key_unit_its_kinds_whatever_it_chose(s: Story, unit, wanted, clause) -> None:
    choose(s, "penalty")
    marked(s, unit, since=date(2026, 10, 1))
    assert kinds.pilot(s.body, date(2026, 9, 30)).source is Source.OWN
    found = kinds.pilot(s.body, date(2026, 10, 1))
    assert found.source is Source.ANNEX and found.unit == unit and set(found.kinds) == wanted
    assert [one.clause for one in found.because] == [clause]
    with pytest.raises(actions.AnnexDecides, match=unit) as refused:
        choose(s, "penalty", since=date(2026, 10, 2))
    assert [one.clause for one in refused.value.because] == [clause]
    [row] = queries.coverage([s.body], date(2026, 10, 1))
    assert {one.kind for one in row.kinds} == wanted, "each kind is reported apart"
    assert [one.kind for one in row.kinds if one.held] == ["penalty"]


@pytest.mark.clause("QD-5.4a", "QD-2.2c")
def test_four_units_are_key_and_the_one_the_annex_forgot_is_a_gap(s: Story) -> None:
    pack = packs.load(QIDONG)
    units = pack.parameter("key_units").value
    assert len(units) == 4 and [one for one in units if not kinds.annexed(pack, one, ON)[0]] == [units[0]]
    with pytest.raises(actions.NoSuchUnit, match="没有把“卫健委”") as refused:
        marked(s, "卫健委")
    assert [one.clause for one in refused.value.because] == ["QD-5.4a"]
    with pytest.raises(actions.Refused, match="不得标记"):
        actions.mark(by=s.who.chen, at=NOW, body=s.body, unit=units[0], since=ON)
    marked(s, units[0])
    found = kinds.pilot(s.body, ON)
    assert found.source is Source.OPEN and "没有列出" in found.gap and "祁东县人民政府" in found.gap
    choose(s, "penalty")
    found = kinds.pilot(s.body, ON)
    assert found.kinds == ("penalty",) and "没有列出" in found.gap, "the county still owes the annex"
    marked(s, "", since=date(2026, 12, 1))
    assert kinds.pilot(s.body, date(2026, 12, 1)).unit == ""


def test_one_unit_of_the_plan_is_one_body(s: Story) -> None:
    marked(s, "地税局")
    other = registry.register_body(
        by=None, at=at(2, 1), scope=f"{story.COUNTY}shuiwu/", name="某税务局", kind="agency", uscc="11411521006005050W",
        region="411521", pack=QIDONG, sign="税", valid_from=date(2026, 1, 1),
    )  # fmt: skip
    with pytest.raises(actions.NoSuchUnit, match="已经标记为"):
        actions.mark(by=s.who.qian, at=NOW, body=other, unit="地税局", since=ON)


@pytest.mark.clause("SY-1.2")
def test_where_the_plan_has_no_choice_every_kind_it_covers_counts(s: Story) -> None:
    body = under(s.body, "cn-neimenggu-xilingol-suniteyouqi", date(2026, 3, 1))
    found = kinds.pilot(body, ON)
    assert found.source is Source.ALL and set(found.kinds) >= SIX
    with pytest.raises(actions.Refused, match="没有让各单位选择"):
        choose(s, "penalty")


# ---- enforced --------------------------------------------------------------------------------------------------------


def av(s: Story, *, on: date, **more: str) -> list[dict[str, str]]:
    rest = {"manner": "录像", "place": "现场", "retention": "30年", "keeper": "大队"}
    return [{**row, **rest, **more} for row in held.first_rows(KINDS["list_av"], s.body, on)]


@pytest.mark.clause("QD-2.2b", "QD-2.2c")
def test_a_list_must_speak_of_every_kind_the_unit_pilots_from_that_day(s: Story) -> None:
    power(s, "inspection")
    choose(s, "penalty", "inspection", since=date(2026, 10, 1))

    def drafted(moment: Any, **more: str) -> Any:
        rows = av(s, on=moment.date(), **more)
        return lists.draft(by=s.who.zhang, at=moment, kind="list_av", rows=rows, in_force_from=moment.date())

    assert drafted(at(9, 30), kinds="行政处罚").number == 1  # before the choice holds
    with pytest.raises(lists.BadRows, match="没有本单位试点的行政检查") as refused:
        drafted(at(10, 8), kinds="行政处罚")
    assert "QD-2.2b" in [one.clause for one in refused.value.because]
    assert drafted(at(10, 8), kinds="行政处罚、行政检查").number == 2
    assert drafted(at(10, 9)).number == 3  # a list that names no kind speaks of all


@pytest.mark.clause("QD-2.1", "DH-2.2.1b")
def test_coverage_says_what_each_system_lacks_and_when_it_is_in_force(s: Story, monkeypatch: Any) -> None:
    choose(s, "penalty")
    [found] = queries.coverage([s.body], ON)
    lacking = {one.system: one.lacking for one in found.kinds[0].systems}
    assert "没有事前公开" in lacking[queries.DISCLOSURE]
    assert "没有现行的音像记录事项清单" in lacking[queries.RECORDING]
    assert "没有现行的重大执法决定法制审核目录" in lacking[queries.REVIEW]
    assert "没有公布法制审核的实施细则" in lacking[queries.REVIEW]
    assert not found.whole(queries.RECORDING)
    assert not [one for one in lacking[queries.RECORDING] if "流程图" in one]
    monkeypatch.setattr(type(packs.load(QIDONG)), "act_names", property(lambda self: ()), raising=False)
    [undrawn] = queries.coverage([s.body], ON)
    assert "没有流程图" in "".join(one for row in undrawn.kinds[0].systems for one in row.lacking)
    monkeypatch.undo()

    version = lists.draft(by=s.who.zhang, at=NOW, kind="list_av", rows=av(s, on=ON), in_force_from=ON)
    lists.approve(by=s.who.chen, at=NOW, version=version, approved=True)
    [found] = queries.coverage([s.body], ON)
    assert [one.lacking for one in found.kinds[0].systems if one.system == queries.RECORDING] == [
        ("没有公布全过程记录的实施细则",)
    ]


def test_coverage_asks_the_database_as_often_for_many_bodies_as_for_one(
    s: Story,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    bodies = list(queries.bodies(type("C", (), {"scope": "", "roles": frozenset({"supervisor"})})(), ON))  # type: ignore[arg-type]
    assert s.body.scope in {one.scope for one in bodies}
    with django_assert_num_queries(6):
        queries.coverage(bodies, ON)


# ---- pages -----------------------------------------------------------------------------------------------------------


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def shown(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


@pytest.mark.clause("QD-5.4a", "QD-2.1")
def test_the_county_sees_every_unit_and_only_the_key_ones_where_asked(s: Story) -> None:
    county, own = sign_in("qian"), sign_in("zhou")
    assert s.body.name in shown(county, "/catalogue/pilot/") and "尚未选择" in shown(county, "/catalogue/pilot/")
    assert s.body.name not in shown(county, "/catalogue/pilot/?key=1")
    url = f"/catalogue/pilot/bodies/{s.body.key}/"
    form = {"once": str(uuid.uuid4()), "unit": "城管执法局", "since": "2026-09-01"}
    assert county.post(f"{url}mark/", form).status_code == 302
    assert s.body.name in shown(county, "/catalogue/pilot/?key=1")
    page = shown(own, url)
    assert "方案附件" in page and "行政强制措施" in page and "附件2" in page
    assert 'href="/catalogue/pilot/choose/"' not in page, "the annex leaves it no choice"
    answer = own.post(
        "/catalogue/pilot/choose/", {"once": str(uuid.uuid4()), "kinds": "penalty", "since": "2026-09-01"}
    )
    assert answer.status_code == 422 and "由方案附件确定" in html.unescape(answer.content.decode())
    for bad in (
        {"kinds": "x"},
        {"kinds": "penalty", "since": "昨天"},
        {"kinds": "penalty", "since": "2026-09-01", "note": "\0"},
    ):
        assert own.post("/catalogue/pilot/choose/", {"once": str(uuid.uuid4()), **bad}).status_code == 422
    assert own.get(f"{url}mark/").status_code == 403
    assert county.get(f"/catalogue/pilot/bodies/{uuid.uuid4()}/").status_code == 404
