"""查主体、查人员、查事项, the code on an officer's telephone, the progress of a case, the open data."""

import csv
import io
import json
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import registered, story
from tests.registered import Town, day, now
from tests.story import at
from yangguang.casework import queries as cases
from yangguang.catalogue.before.models import PreRelease
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.catalogue.tests import test_lists as lists
from yangguang.policy import packs
from yangguang.portal import throttle
from yangguang.portal.registers import reading
from yangguang.portal.registers.data_views import DATASETS
from yangguang.registry import access, cards, queries
from yangguang.registry import actions as registry
from yangguang.registry.models import PublicOfficer
from yangguang.registry.queries import public as register
from yangguang.vault import store


@pytest.fixture
def town(db) -> Town:  # type: ignore[no-untyped-def]
    with access.within(""):
        made = registered.town()
    with connections["default"].cursor() as cursor:  # nobody is signed in on a public page
        cursor.execute("select set_config('app.lo', '', true), set_config('app.hi', '', true)")
    return made


@pytest.fixture
def client() -> Client:
    return Client()


def text(response, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


# ---- what the portal's role may read ---------------------------------------------------------------------------------

READABLE = {
    "registry_public_body": "key name kind uscc region pack address phone office_hours duties authority complaint_phone "
    "complaint_way website reconsideration court",
    "registry_public_officer": "number name post unit kinds service_matters covers valid_from valid_to standing body_key "
    "body_name pack",
    "registry_public_power": "key code national_code name kind field basis instrument published_on discretion guide "
    "delegation delegation_published_on delegated_from body_key body_name pack",
    "registry_public_device": "key place published_on body_key body_name",
}


def test_the_portals_role_reads_four_views_of_the_register_and_no_table(fresh_database):
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


# ---- the code on the telephone ---------------------------------------------------------------------------------------


@pytest.fixture
def keys(settings, tmp_path):  # type: ignore[no-untyped-def]
    settings.KEYS_DIR = tmp_path / "keys"


def _code(number: str, **options) -> str:  # type: ignore[no-untyped-def]
    with access.within(""):
        found = registered.certificate(number)
        return cards.make(found, found.officer.body.key, options.pop("at", now()), **options).code


@pytest.mark.clause("QD-3.1.2(1)c")
def test_the_party_scans_the_code_and_is_told_whether_the_certificate_stands(town, client):
    response = client.get(f"/c/{_code('16150001')}/")
    page = text(response)
    for words in (
        "这张执法证现在有效",
        "王有效",
        "青山镇人民政府",
        "16150001",
        "不得少于 2 人",
        "佩戴并主动出示执法证件",
    ):
        assert words in page, words
    assert response.headers["Cache-Control"] == "no-store"
    assert "执法事由、执法依据、权利义务" in page
    printed = text(client.get(f"/c/{_code('16150001', printed=True)}/"))
    assert "印在证件上的码" in printed


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        ("16150002", 200, "已被暂扣"),
        ("16150003", 410, "已经过期"),
        ("16150004", 410, "已被注销"),
        ("16150005", 200, "年度审验不合格"),
    ],
)
def test_a_certificate_that_does_not_stand_is_never_called_valid(town, client, number, status, words):
    page = text(client.get(f"/c/{_code(number)}/"), status)
    assert words in page
    assert "现在有效" not in page
    assert "您有权拒绝接受调查或者检查" in page


def test_an_old_screenshot_is_told_from_a_code_of_today(town, client):
    page = text(client.get(f"/c/{_code('16150001', at=now() - timedelta(hours=25))}/"), 410)
    assert "已经过时" in page
    assert "这张执法证现在有效" not in page


def test_who_left_the_body_is_no_officer_of_it(town, client):
    code = _code("16150001")
    with access.within(""):
        _leave(town.people["valid"])
    page = text(client.get(f"/c/{code}/"), 410)
    assert "已经不是青山镇人民政府的执法人员" in page
    assert "王有效" not in page


def test_a_forged_code_is_called_forged(town, client, settings, tmp_path):
    code = _code("16150001")
    for place in (0, 5, 30, 45, 60, len(code) - 1):
        other = "A" if code[place] != "A" else "B"
        forged = code[:place] + other + code[place + 1 :]
        page = text(client.get(f"/c/{forged}/"), 404)
        assert "不是本平台签发的亮证码" in page, place
        assert "王有效" not in page
    mine, settings.KEYS_DIR = settings.KEYS_DIR, tmp_path / "another deployment"
    stranger = _code("16150001")
    settings.KEYS_DIR = mine
    text(client.get(f"/c/{stranger}/"), 404)
    for hostile in ("x", "汉字", "A" * 401, "=" * 8, "..", "%00", code[:-4], code + "AAAA"):
        assert client.get(f"/c/{hostile}/").status_code == 404, hostile


def test_guessing_is_slowed_down_and_reading_is_not(town, client, monkeypatch):
    monkeypatch.setattr(throttle, "MISSES", 3)
    good = _code("16150001")
    for _ in range(5):
        text(client.get(f"/c/{good}/"))
    for _ in range(3):
        text(client.get("/c/AAAA/"), 404)
    refused = client.get("/c/AAAA/")
    assert "查得太频繁" in text(refused, 429)
    assert refused.headers["Retry-After"]
    assert Client(REMOTE_ADDR="10.9.8.7").get("/c/AAAA/").status_code == 404
    cache.clear()
    text(client.get(f"/c/{good}/"))


def test_a_photograph_is_shown_only_where_the_plan_publishes_photographs(db, client, monkeypatch):
    picture = store.put(io.BytesIO(b"\xff\xd8\xff\xe0" + b"0" * 64)).digest
    with access.within(""):
        registered.officer(registered.body(), "王照片", "16150001", photo=picture)
    code = _code("16150001")
    assert "/photo" not in text(client.get(f"/c/{code}/"))
    assert client.get(f"/c/{code}/photo").status_code == 404
    monkeypatch.setattr(reading, "open_fields", lambda pack: frozenset({"name", "body", "standing", "number", "photo"}))
    assert "/photo" in text(client.get(f"/c/{code}/"))
    shown = client.get(f"/c/{code}/photo")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")


def test_the_code_is_short_enough_for_a_telephone_and_the_same_for_the_same_moment(town):
    moment = now()
    assert _code("16150001", at=moment) == _code("16150001", at=moment)
    assert len(_code("16150001")) < 150
    card = cards.read(_code("16150001"))
    assert (card.number, card.body_key, card.kind) == ("16150001", town.body.key, cards.PHONE)
    assert card.expires - card.issued == cards.SHOWN_FOR


# ---- the officer's side ----------------------------------------------------------------------------------------------


@pytest.mark.clause("QD-3.1.2(1)c")
def test_an_officer_shows_the_code_and_who_may_not_act_has_none(db):
    with access.within(""):
        s = story.begin(with_accounts=True)
        account = s.who.zhang.accounts.first()
        may_not = s.who.wu.accounts.first() or registry.open_account(
            username="wu2", officer=s.who.wu, password=story.PASSWORD
        )
        if not access.roles_of(may_not):
            registry.grant_role(by=None, at=now(), account=may_not, role="officer")
    browser = Client()
    browser.force_login(account)
    response = browser.get("/work/my-card/")
    page = text(response)
    assert "张卫国" in page
    assert "佩戴并主动出示执法证件" in page
    url = response.context["url"]
    assert "这张执法证现在有效" in text(Client().get(url.removeprefix("http://127.0.0.1:8000")))
    assert "打印亮证码" in text(browser.get("/work/my-card/?print=1"))
    other = Client()
    other.force_login(may_not)
    page = text(other.get("/work/my-card/"), 409)
    assert "现在不能亮证" in page
    assert "/c/" not in page


# ---- progress --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("SY-2.1.2c")
def test_the_party_follows_the_case_by_its_code_without_an_account(db, client):
    with access.within(""):
        s = story.begin("identify")
        code = cases.progress_code(s.case)
    response = client.get(f"/v/{code.lower()}/")
    page = text(response)
    done = page.partition("正在办理")[0]
    assert "执法人员出示执法证件，告知执法事由、依据和您的权利义务" in done
    assert "2026-" in done
    assert "正在办理" in page and "接下来" in page
    assert "0376-2100000" in page
    assert f"/powers/{s.who.power.key}/" in page
    for secret in ("赵大勇", "张卫国", s.case.title, "安全出口案", s.case.state.number or "无案号", "大勇百货店"):
        assert secret not in page, secret
    assert client.get("/verify/", {"no": code}).headers["Location"] == f"/v/{code}/"


def test_the_code_on_a_decision_leads_to_its_progress_too(db, client):
    with access.within(""):
        s = story.begin("issue")
    page = text(client.get(f"/v/{s.issuance.code}/"))
    assert "办理进度" in page
    assert "已办" in page
    assert "赵大勇" not in page


def test_codes_nobody_handed_out_lead_nowhere(db, client, monkeypatch):
    monkeypatch.setattr(throttle, "MISSES", 4)
    with access.within(""):
        story.begin("identify")
    for code in ("000000000000", "FFFFFFFFFFFF", "ZZZZ", "' or 1=1"):
        assert client.get(f"/v/{code}/").status_code == 404
    assert client.get("/v/000000000001/").status_code == 429


def test_the_progress_function_gives_codes_and_days_only(fresh_database):
    with access.within(""):
        s = story.begin("identify")
        code = cases.progress_code(s.case)
    with fresh_database.connect("yg_portal") as own:
        cursor = own.execute("select * from disclosure_progress(%s)", [code])
        row = dict(zip([c.name for c in cursor.description], cursor.fetchone(), strict=True))
        assert set(row) == {"kind", "procedure", "pack", "body_key", "body_name", "power_key", "done", "step"}
        assert all(len(on) == 10 for on in row["done"].values())
        for table in ("casework_case", "casework_casestate", "decision_issuance"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(f"select * from {table}")
            own.rollback()


# ---- open data -------------------------------------------------------------------------------------------------------


def test_every_file_says_what_its_dictionary_says(town, client):
    assert "datapackage.json" in text(client.get("/data/"))
    package = client.get("/data/datapackage.json").json()
    assert {one["name"] for one in package["resources"]} == set(DATASETS)
    for name, one in DATASETS.items():
        fields = [field["name"] for field in client.get(f"/data/{name}.schema.json").json()["fields"]]
        assert fields == [column.name for column in one.columns]
        table = b"".join(client.get(f"/data/{name}.csv").streaming_content).decode()
        assert table.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
        found = json.loads(b"".join(client.get(f"/data/{name}.json").streaming_content))
        assert len(rows) == len(found)
        assert all(list(row) == fields for row in (*rows, *found))
        assert not [secret for secret in registered.SECRETS if secret in table]
    assert [row["name"] for row in found_rows(client, "bodies")] == ["青山镇人民政府"]
    assert found_rows(client, "devices") == []
    assert found_rows(client, "lists") == []
    assert found_rows(client, "powers")[0]["basis"][0]["article"] == "第六十条第二款"
    assert client.get("/data/parties.csv").status_code == 404


# A validator of our own for the part of the Table Schema that the dictionaries use.
READ = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: date.fromisoformat(value).isoformat() == value,
    "datetime": lambda value: datetime.fromisoformat(value).tzinfo is not None,
    "array": lambda value: isinstance(value, list),
}
FROM_TEXT = {"integer": int, "boolean": {"true": True, "false": False}.__getitem__, "array": json.loads}


def faults(schema: dict, rows: list[dict], typed: bool) -> list[str]:  # type: ignore[type-arg]
    """What of these rows is not as the dictionary says.  `typed`: the values come from JSON, not from a table of text."""
    wrong = []
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    if len(set(keys)) != len(keys) or any(not value for key in keys for value in key):
        wrong.append("primaryKey")
    for number, row in enumerate(rows):
        if list(row) != [field["name"] for field in schema["fields"]]:
            wrong.append(f"{number}: {list(row)}")
            continue
        for field in schema["fields"]:
            value, kind = row[field["name"]], field["type"]
            if value is None or value in schema["missingValues"]:
                continue
            try:
                read = value if typed else FROM_TEXT.get(kind, str)(value)
                good = READ[kind](read)
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                wrong.append(f"{number}.{field['name']} {kind}: {value!r}")
    return wrong


def test_the_validator_finds_what_is_wrong():
    schema = {
        "primaryKey": ["a"],
        "missingValues": [""],
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "date"}],
    }
    assert not faults(schema, [{"a": 1, "b": "2026-09-18"}, {"a": 2, "b": ""}], typed=True)
    assert faults(schema, [{"a": 1, "b": "2026-02-30"}], typed=True)
    assert faults(schema, [{"a": "1", "b": ""}], typed=True) and not faults(schema, [{"a": "1", "b": ""}], typed=False)
    assert faults(schema, [{"a": 1, "b": ""}, {"a": 1, "b": ""}], typed=True) and faults(
        schema, [{"b": "", "a": 1}], typed=True
    )


@pytest.mark.django_db
def test_every_file_of_published_things_keeps_to_its_dictionary(settings, tmp_path, client):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        told = story.begin("publish")
        catalogue.everything_public(told.who)
        lists.published(told, lists.in_force(told, "list_av", lists.av_rows(told)))
        replaced = PreRelease.objects.get()
        catalogue.release(told.who, at(9, 19))
        for name in DATASETS:
            schema = client.get(f"/data/{name}.schema.json").json()
            table = b"".join(client.get(f"/data/{name}.csv").streaming_content).decode().removeprefix("\ufeff")
            rows, found = list(csv.DictReader(io.StringIO(table))), found_rows(client, name)
            assert not faults(schema, rows, typed=False), name
            assert not faults(schema, found, typed=True), name
            assert [row[schema["primaryKey"][0]] for row in rows] == [row[schema["primaryKey"][0]] for row in found]
            assert found or name == "devices", name
        assert {row["id"]: row["current"] for row in found_rows(client, "before")}[str(replaced.pk)] is False
        assert [row["current"] for row in found_rows(client, "before")].count(True) == 1
        assert [row["current"] for row in found_rows(client, "lists")] == [True]
        [policy] = found_rows(client, "policies")
        assert policy["body"] == told.who.body.name and policy["current"] is True
        assert b"".join(client.get(policy["url"].removeprefix(settings.PUBLIC_URL)))[:5] == b"%PDF-"
        assert [row["code"] for row in found_rows(client, "decisions")] == [told.issuance.code]


def found_rows(client: Client, name: str) -> list[dict]:  # type: ignore[type-arg]
    return json.loads(b"".join(client.get(f"/data/{name}.json").streaming_content))


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(town, client):
    first = client.get("/data/officers.json").headers["ETag"]
    again = client.get("/data/officers.json", HTTP_IF_NONE_MATCH=first)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first)
    assert client.get("/data/officers.csv").headers["ETag"] != first
    with access.within(""):
        registry.change_certificate(
            by=None,
            at=now(),
            certificate=registered.certificate("16150001"),
            state="suspended",
            on=day(),
            reason="测试",
        )
    changed = client.get("/data/officers.json", HTTP_IF_NONE_MATCH=first)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first
    b"".join(changed.streaming_content)


def test_a_cell_of_a_spreadsheet_is_never_a_formula(db, client):
    with access.within(""):
        registered.body(name='=HYPERLINK("http://x")', duties="+1+1")
    table = b"".join(client.get("/data/bodies.csv").streaming_content).decode()
    assert "'=HYPERLINK" in table
    assert "'+1+1" in table


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
