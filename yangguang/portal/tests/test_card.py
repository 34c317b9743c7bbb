"""亮证和查询码: whether a certificate stands, and how a case stands, for whoever holds its code."""

import io
from datetime import timedelta

import psycopg
import pytest
from django.core.cache import cache
from django.test import Client

from tests import registered, story
from tests.registered import now
from yangguang.casework import queries as cases
from yangguang.portal import throttle
from yangguang.portal.registers import reading
from yangguang.portal.tests.test_registers import _leave, text
from yangguang.registry import access, cards
from yangguang.registry import actions as registry
from yangguang.vault import store

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
