"""查主体、查人员、查事项, the code on an officer's telephone, the progress of a case, the open data."""

import json

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import registered, story
from tests.registered import day, now
from yangguang.casework import queries as cases
from yangguang.policy import packs
from yangguang.portal.registers import reading
from yangguang.portal.registers.data_views import DATASETS
from yangguang.registry import access, cards, queries
from yangguang.registry import actions as registry
from yangguang.registry.models import PublicOfficer
from yangguang.registry.queries import public as register


def text(response, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def found_rows(client: Client, name: str) -> list[dict]:  # type: ignore[type-arg]
    return json.loads(b"".join(client.get(f"/data/{name}.json").streaming_content))


# ---- what the portal's role may read ---------------------------------------------------------------------------------

READABLE = {
    "registry_public_body": "key name kind uscc region pack address phone office_hours duties authority complaint_phone "
    "complaint_way website reconsideration court",
    "registry_public_officer": "number name post unit kinds service_matters covers valid_from valid_to standing body_key "
    "body_name pack",
    "registry_public_power": "key code national_code name kind field basis instrument published_on discretion guide "
    "delegation delegation_published_on delegated_from body_key body_name pack",
    "registry_public_device": "key place published_on body_key body_name",
    "registry_public_succession": "id predecessor_key predecessor_name successor_key successor_name on instrument whole",
    "registry_public_entrustment": "id entrusting_key entrusting_name entrusted_key entrusted_name instrument valid_from "
    "valid_to published_on powers",
}


def test_the_portals_role_reads_six_views_of_the_register_and_no_table(fresh_database):
    with access.within(""):
        registered.town()
    with fresh_database.connect("yg_portal") as own:
        columns = own.execute(
            "select table_name, column_name from information_schema.columns where table_name like 'registry_%'"
        ).fetchall()
        seen: dict[str, set[str]] = {}
        for table, column in columns:
            seen.setdefault(table, set()).add(column)
        assert seen == {name: set(words.split()) for name, words in READABLE.items()}
        for view in READABLE:
            found = str(own.execute(f"select v::text from {view} v").fetchall())
            assert not [secret for secret in registered.SECRETS if secret in found], view
            may = own.execute("select has_table_privilege(%s, 'insert, update, delete, truncate')", [view]).fetchone()
            assert may == (False,), view
        tables = [
            *("body", "officer", "certificate", "certificatechange", "certificatecheck", "party", "power", "account"),
            *("unit", "device", "premises", "rolegrant", "accountchange", "recusal", "qualification", "counsel"),
        ]
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(f"select * from registry_{table}")
            own.rollback()


def test_no_condition_of_the_readers_own_sees_past_the_view(fresh_database):
    """Were a view no security barrier, this condition would be tried on rows it leaves out, and fail by what they say."""
    with access.within(""):
        registered.town()
    probe = "select name from {} where 1 / (case when name in ('没有公布的事项', '周辅助', '冯无证', '林注销') then 0 else 1 end) = 1"
    with fresh_database.connect("yg_portal") as own:
        assert own.execute(probe.format("registry_public_power")).fetchall() == [("对占用、堵塞、封闭安全出口的处罚",)]
        found = {name for (name,) in own.execute(probe.format("registry_public_officer"))}
    assert found == {"王有效", "李暂扣", "吴过期", "孙审验", "钱恢复"}


@pytest.mark.clause("QS-3.1.1g", "WC-2.1.2(4)")
def test_the_view_and_the_rule_of_the_actions_agree_on_everybody(town):
    shown = {row.name: row.standing for row in PublicOfficer.objects.all()}
    assert shown == {
        "王有效": "valid",
        "李暂扣": "suspended",
        "吴过期": "expired",
        "孙审验": "unchecked",
        "钱恢复": "valid",
    }
    with access.within(""):
        for person in town.people.values():
            assert queries.standing(person, day()).valid == (shown.get(person.name) == "valid"), person.name


@pytest.mark.clause("QS-3.1.1g")
def test_who_leaves_is_gone_from_the_list_the_same_day(town, client):
    assert "王有效" in text(client.get("/officers/"))
    with access.within(""):
        _leave(town.people["valid"])
    assert "王有效" not in text(client.get("/officers/"))
    assert "王有效" not in text(client.get(f"/bodies/{town.body.key}/"))


def _leave(person):  # type: ignore[no-untyped-def]
    registry.end(by=None, at=now(), thing=person, last_day=day(-1), reason="调离")


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_an_empty_register_says_so(db, client):
    assert "还没有登记执法主体" in text(client.get("/bodies/"))
    assert "还没有登记执法人员" in text(client.get("/officers/"))
    assert "还没有公布的执法事项" in text(client.get("/powers/"))
    assert "没有符合条件的执法主体" in text(client.get("/bodies/", {"q": "水利"}))


def test_a_body_says_what_it_does_who_works_there_and_what_to_do_against_it(town, client):
    page = text(client.get(f"/bodies/{town.body.key}/"))
    for words in (
        "负责本行政区域内的综合行政执法工作",  # 职责
        "行使省人民政府决定交由乡镇行使的行政处罚权",  # 权限
        "王有效",  # 人员
        "0376-2100001",  # 监督方式
        "六十日内申请行政复议",  # 救济渠道
        "罗山县人民政府",
        f"/powers/?body={town.body.key}&amp;kind=penalty",  # 依据, on the page of each power
        f"/law/{registered.QINGSHAN}/acts/",  # 程序
        "佩戴并主动出示执法证件",
        "不出示执法证件的，您有权拒绝",
    ):
        assert words in page, words
    assert not [secret for secret in registered.SECRETS if secret in page]


@pytest.mark.clause("SY-3.3b")
def test_whom_a_body_followed_and_in_whose_name_another_acts_is_public(town, client):
    """地税局 → 税务局: whoever looks for the old one finds the new one; an entrustment is read from both sides."""
    with access.within(""):
        codes = iter(("11411521MB00005518", "11411521MB0000552B", "11411521MB0000553E"))
        old, new, helper = (
            registered.body(f"41.15.21/{place}/", name=name, kind=kind, uscc=next(codes), pack="cn-henan", sign=place)
            for place, name, kind in (
                ("dishui", "罗山县地方税务局", "agency"),
                ("shuiwu", "罗山县税务局", "agency"),
                ("zhongxin", "综合行政执法中心", "entrusted"),
            )
        )
        registered.officer(helper, "郑受托", "16150099")
        registry.succeed(by=None, at=now(), predecessor=old, successor=new, on=day(-1), instrument="征管体制改革方案")
        made = registry.entrust(
            by=None, at=now(), entrusting=town.body, entrusted=helper, powers=[town.power], instrument="青委〔2026〕1 号",
            valid_from=day(-9), valid_to=day(200), published_on=day(-9),
        )  # fmt: skip
    assert "罗山县税务局" in text(client.get("/bodies/", {"q": "地方税务"}))
    moved = client.get(f"/bodies/{old.key}/")
    assert moved.status_code == 302 and moved.url == f"/bodies/{new.key}/"
    page = text(client.get(moved.url))
    assert "承继罗山县地方税务局的全部职权" in page and "征管体制改革方案" in page
    page = text(client.get(f"/bodies/{town.body.key}/"))
    assert (
        "综合行政执法中心</a>以本机关名义实施：对占用、堵塞、封闭安全出口的处罚" in page and "青委〔2026〕1 号" in page
    )
    assert "青山镇人民政府</a>委托，以其名义实施" in text(client.get(f"/bodies/{helper.key}/"))
    with access.within(""):
        registry.end_entrustment(by=None, at=now(), entrustment=made, on=day(), reason="解除")
    assert "青委〔2026〕1 号" not in text(client.get(f"/bodies/{town.body.key}/")), "an ended one is no longer shown"


def test_a_power_shows_basis_benchmark_guide_chart_and_remedies(town, client):
    page = text(client.get(f"/powers/{town.power.key}/"))
    for words in (
        "《中华人民共和国消防法》第六十条第二款",
        "处警告或者五百元以下罚款",
        "及时改正",
        "0 至 200 元",
        "承诺时限：30个工作日",
        f"/law/{registered.QINGSHAN}/acts/penalty/ordinary/chart.svg",
        "六十日内申请行政复议",
        "0376-2100001",
    ):
        assert words in page, words
    assert client.get(f"/powers/{town.hidden.key}/").status_code == 404
    summary = text(client.get(f"/powers/{town.power.key}/", {"procedure": "summary"}))
    assert "acts/penalty/summary/chart.svg" in summary
    assert "没有公布的事项" not in text(client.get("/powers/"))


def test_lists_are_filtered_and_say_what_they_do_not_offer(town, client):
    assert "王有效" in text(client.get("/officers/", {"q": "王有"}))
    assert "李暂扣" not in text(client.get("/officers/", {"q": "王有"}))
    assert "李暂扣" not in text(client.get("/officers/", {"standing": "valid"}))
    assert "消防安全" in text(client.get("/powers/", {"q": "消防", "kind": "penalty", "body": str(town.body.key)}))
    for url, asked in (
        ("/powers/", {"kind": "'; drop table registry_body; --"}),
        ("/officers/", {"body": "00000000-0000-0000-0000-000000000000"}),
        ("/officers/", {"q": "\0"}),
        ("/bodies/", {"q": "长" * 61}),
        ("/bodies/", {"q": "控\u202e制"}),
    ):
        text(client.get(url, asked), 400)
    for hostile in ("%", "_", "\\", "<script>alert(1)</script>", '"><img src=x>', "' or 1=1 --"):
        page = text(client.get("/officers/", {"q": hostile}))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "王有效" not in page, hostile
    assert client.get("/officers/", {"after": '["x"]', "before": "[["}).status_code == 200
    assert client.post("/officers/").status_code == 405


def test_hostile_words_in_the_register_stay_words(db, client):
    with access.within(""):
        own = registered.body(name="<b>镇</b>政府", duties="<script>alert(1)</script>")
        registered.officer(own, "<i>王</i>", "16159999", post='"><svg onload=x>')
        registered.power(own, name="<script>alert(2)</script>")
    for url in (f"/bodies/{own.key}/", "/officers/", "/powers/", "/bodies/"):
        page = text(client.get(url))
        assert "<script>alert" not in page, url
        assert "<svg onload" not in page, url


def test_long_lists_are_paged_and_cost_the_same_number_of_questions(db, client):
    with access.within(""):
        own = registered.body()
        for n in range(3):
            registered.officer(own, f"人员{n:03}", f"16157{n:03}")
            registered.power(own, f"A-{n:03}")
    urls = ("/bodies/", "/officers/", "/powers/", f"/bodies/{own.key}/")

    def asked() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connections["default"]) as seen:
                text(client.get(url))
            counts.append(len(seen))
        return counts

    few = asked()
    with access.within(""):
        for n in range(3, 40):
            registered.officer(own, f"人员{n:03}", f"16157{n:03}")
            registered.power(own, f"A-{n:03}")
    assert asked() == few
    assert max(few) <= 12
    first = client.get("/officers/")
    assert "人员000" in text(first)
    assert "人员035" not in text(first)
    assert "人员035" in text(client.get("/officers/" + first.context["page"].next_url))


# ---- the fields of the plan ------------------------------------------------------------------------------------------


def test_every_word_of_every_plan_for_an_officers_fields_is_known():
    for name in packs.names():
        named = packs.load(name).parameter("officer_public_fields").value or ()
        assert set(named) <= set(reading.FIELDS), name


@pytest.mark.clause("QD-3.1.2(2)a")
def test_officers_are_shown_with_the_fields_of_their_own_plan(db, client):
    with access.within(""):
        town = registered.body()
        county = registered.body(
            "43.04.26/", name="祁东县城管执法局", uscc=registered.USCC["county"], pack=registered.QIDONG
        )
        unit = registry.register_unit(by=None, at=now(), body=county, name="执法一中队", valid_from=registered.SINCE)
        registered.officer(town, "王青山", "16150001", kinds=["penalty"], service_matters="窗口咨询")
        registered.officer(
            county, "刘祁东", "43040099", unit=unit, kinds=["penalty", "inspection"], service_matters="占道审批"
        )
    rows = {row.name: reading.officer(row) for row in PublicOfficer.objects.all()}
    assert (rows["王青山"]["number"], rows["王青山"]["service"], rows["王青山"]["kinds"]) == ("16150001", "", "")
    own = rows["刘祁东"]
    assert own["number"] == "" and own["until"] == ""
    assert (own["unit"], own["post"], own["service"]) == ("执法一中队", "执法队员", "占道审批")
    assert own["kinds"] == "行政处罚、行政检查"
    page = text(client.get("/officers/"))
    assert "43040099" not in page
    # Whoever reads the number off the card finds its holder; bit by bit it cannot be guessed.
    assert "刘祁东" in text(client.get("/officers/", {"q": "43040099"}))
    assert "刘祁东" not in text(client.get("/officers/", {"q": "4304"}))
    table = b"".join(client.get("/data/officers.csv").streaming_content).decode()
    assert "刘祁东" in table
    assert "43040099" not in table


def test_the_number_of_a_card_that_no_longer_stands_is_answered(town, client):
    page = text(client.get("/officers/", {"q": "16150004"}))
    assert "证号 16150004 的执法证已被注销" in page
    assert "林注销" not in page


# ---- devices ---------------------------------------------------------------------------------------------------------


def test_places_of_cameras_are_shown_once_published(town, client):
    with access.within(""):
        for serial, place, published in (("C-1", "青山街十字路口", day(-5)), ("C-2", "秘密路口", None)):
            registry.register_device(
                by=None,
                at=now(),
                body=town.body,
                kind="e_monitoring",
                serial=serial,
                valid_from=day(-10),
                place=place,
                published_on=published,
            )
    page = text(client.get(f"/bodies/{town.body.key}/"))
    assert "青山街十字路口" in page
    assert "秘密路口" not in page
    assert "C-1" not in page
    assert [row["place"] for row in found_rows(client, "devices")] == ["青山街十字路口"]


def test_every_page_of_the_register_is_answered_by_the_portals_role_alone(fresh_database):
    with access.within(""):
        s = story.begin("identify")
        code = cases.progress_code(s.case)
        card = cards.make(
            registered.Certificate.objects.get(number="16152100001"), s.who.body.key, timezone.localtime()
        ).code
    client = Client()
    with CaptureQueriesContext(connections["default"]) as officers:
        for url in (
            "/bodies/",
            f"/bodies/{s.who.body.key}/",
            "/officers/",
            "/officers/?q=16152100001",
            "/officers/?q=99999999",
            "/powers/?q=安全出口",
            f"/powers/{s.who.power.key}/",
            f"/c/{card}/",
            f"/v/{code}/",
            "/data/",
        ):
            assert client.get(url).status_code == 200, url
        for name in DATASETS:
            assert b"".join(client.get(f"/data/{name}.csv").streaming_content)
    assert len(officers) == 0
    assert register.certificate("16152100001") is not None
