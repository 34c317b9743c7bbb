"""The party without an account: the door, the case behind it, what is handed in and what becomes of it."""

import uuid
from urllib.parse import quote

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import story
from tests.story import Story
from yangguang.casework import queries as cases
from yangguang.decision import actions as decision
from yangguang.decision import queries as decisions
from yangguang.decision.errors import BadService
from yangguang.decision.hearing import queries as hearings
from yangguang.decision.models import PartyAcceptance, PartyPost, PartyReading, PartySubmission, Statement
from yangguang.decision.party.actions import accept, take_letters
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail.models import Entry

from ...tests import papers
from .. import queries, reading
from .conftest import told_today

SECOND = "122016"  # the last six of 赵大勇's number
LETTER = {"name": "赵大勇", "phone": "13700001234"}


def party(told: Story, second: str = SECOND, code: str = "") -> Client:
    client = Client()
    answer = client.post("/party/", {"code": code or cases.progress_code(told.case), "second": second})
    assert answer.status_code == 302, answer.content.decode()
    return client


def words(answer) -> str:
    return answer.content.decode()


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def handed_in(client: Client, kind: str, **given) -> str:
    """The number of a letter that was handed in through the page."""
    form = client.get(f"/party/case/{kind}/").context["form"]
    answer = client.post(f"/party/case/{kind}/", {**LETTER, "once": str(form["once"].value()), **given})
    assert answer.status_code == 302, words(answer)
    return answer["Location"].rstrip("/").rpartition("/")[2]


# ---- the door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["122016", "1234", " 12 2016 ", "１２２０１６"])
def test_the_code_and_a_second_thing_open_the_page(told, second):
    answer = party(told, second).get("/party/case/")
    assert answer.status_code == 200
    assert "事先告知书" in words(answer)
    assert answer["Cache-Control"] == "no-store, private"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"  # with no referrer at all, browsers send forms from nowhere


def test_a_wrong_code_and_a_wrong_second_thing_get_the_same_answer(told):
    code = cases.progress_code(told.case)
    client = Client()
    wrong = client.post("/party/", {"code": code, "second": "999999"})
    unknown = client.post("/party/", {"code": "ABCDEF234567", "second": SECOND})
    assert wrong.status_code == unknown.status_code == 422
    said = [words(one).replace(code, "").replace("ABCDEF234567", "") for one in (wrong, unknown)]
    strip = [_without_token(one).replace("999999", "").replace(SECOND, "") for one in said]
    assert strip[0] == strip[1]
    assert not client.cookies.get("yg_party")


def _without_token(page: str) -> str:
    start = page.index("csrfmiddlewaretoken")
    return page[:start] + page[page.index(">", start) :]


def test_guessing_at_one_code_is_stopped_whoever_guesses_and_whether_it_exists(told):
    for code in (cases.progress_code(told.case), "ABCDEF234567"):
        for n in range(5):
            answer = Client(REMOTE_ADDR=f"10.0.0.{n}").post("/party/", {"code": code, "second": f"00000{n}"})
            assert answer.status_code == 422
        answer = Client(REMOTE_ADDR="10.0.0.9").post("/party/", {"code": code, "second": SECOND})
        assert answer.status_code == 429
        assert "次数太多" in words(answer)


def test_one_address_that_guesses_is_slowed_down(told):
    client = Client()
    for n in range(30):
        client.post("/party/", {"code": f"ABCDEF2345{n:02d}", "second": SECOND})
    assert client.post("/party/", {"code": cases.progress_code(told.case), "second": SECOND}).status_code == 429


@pytest.mark.parametrize(
    "given",
    [
        {"code": "", "second": ""},
        {"code": "A\x00B", "second": "122016"},
        {"code": "x" * 100_000, "second": "122016"},
        {"code": "ABCDEF234567", "second": "1' or 1=1"},
        {"code": "ABCDEF234567", "second": "12345"},
    ],
)
def test_bad_input_is_told_in_words(told, given):
    answer = Client().post("/party/", given)
    assert answer.status_code == 422
    assert "请" in words(answer) or "填" in words(answer)


def test_nothing_opens_without_the_cookie_or_with_a_forged_one(told):
    item = told.notice.item_id
    for client in (Client(), _forged()):
        for url in ("/party/case/", "/party/case/deadlines.ics", f"/party/case/documents/{item}/"):
            assert client.get(url).headers["Location"] == "/party/"


def _forged() -> Client:
    client = Client()
    client.cookies["yg_party"] = "aW52ZW50ZWQ:1abcde:0123456789"
    return client


def test_leaving_ends_the_session_in_the_database(told):
    client = party(told)
    kept = client.cookies["yg_party"].value
    client.post("/party/leave/")
    client.cookies["yg_party"] = kept
    assert client.get("/party/case/").status_code == 302


def test_the_cookie_is_for_this_part_of_the_site_only(told):
    cookie = party(told).cookies["yg_party"]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/party/", "Strict", True)
    assert int(cookie["max-age"]) == 1800


# ---- what is behind it -----------------------------------------------------------------------------------------------


def test_only_what_was_served_is_there_and_nothing_internal(told):
    client = party(told)
    page = words(client.get("/party/case/"))
    item = told.notice.item
    answer = client.get(f"/party/case/documents/{item.pk}/")
    assert quote(f"{item.title}{item.number}.pdf") in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store, private"
    unserved = told.case.dossier.items.exclude(
        pk__in=[row["item"] for row in client.get("/party/case/").context["served"]]
    )
    assert unserved.filter(code="legal_review_opinion").exists()
    for other in unserved:
        assert client.get(f"/party/case/documents/{other.pk}/").status_code == 404, other.title
        if other.code and other.code not in ("correction_order",):
            assert str(other.pk) not in page
    assert client.get(f"/party/case/documents/{uuid.uuid4()}/").status_code == 404


def test_an_internal_document_is_not_served_and_not_shown_even_if_it_were(told):
    internal = told.case.dossier.items.filter(code="legal_review_opinion").first()
    with access.within(""), pytest.raises(BadService, match="内部文书"):
        decision.serve(
            by=told.who.zhang,
            at=timezone.localtime(),
            case=told.fresh(),
            item=internal,
            method="direct",
            place="x",
            recipient="x",
            on=timezone.localdate(),
        )


def test_another_partys_code_and_my_number_open_nothing(told):
    """Both halves must belong to the same case; a token reaches that one case only."""
    answer = Client().post("/party/", {"code": cases.progress_code(told.case), "second": "012345"})
    assert answer.status_code == 422
    state, token = queries.open_page(cases.progress_code(told.case), SECOND)
    assert state == "open"
    assert queries.read(token)["party"] == "赵大勇"
    assert queries.read(token + "0") is None
    assert queries.read("") is None


@pytest.mark.clause("QS-3.2.2j")
def test_every_access_is_noted_in_the_trail(told):
    client = party(told)
    for _ in range(2):
        assert b"".join(client.get(f"/party/case/documents/{told.notice.item_id}/").streaming_content)
    assert take_letters() == 3
    with access.within(""):
        noted = PartyReading.objects.filter(case=told.case)
        assert {row.item_id for row in noted} == {None, told.notice.item_id}
        assert Entry.objects.filter(verb="decision.party_read", chain=f"custody:case:{told.case.pk}").count() == 2
        assert not PartyPost.objects.exists()


def test_the_calendar_counts_from_the_service_by_the_rules(told):
    client = party(told)
    with access.within(""):
        due = decisions.statement_due(told.notice)
    day = client.get("/party/case/").context["days"][0]["day"]
    assert (day.code, day.on) == ("D03", due)
    answer = client.get("/party/case/deadlines.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    text = words(answer)
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.clause("QD-3.1.2(2)c")
def test_the_remedies_name_the_offices_of_this_body(told):
    page = words(party(told).get("/party/case/"))
    assert "罗山县人民政府" in page
    assert "罗山县人民法院" in page
    assert "六十日内申请行政复议" in page


def test_on_the_spot_penalties_go_to_reconsideration_first():
    case = {
        "pack": "cn-henan-xinyang-qingshan",
        "kind": "penalty",
        "reconsideration": "罗山县人民政府",
        "court": "罗山县人民法院",
    }
    spot = reading.remedies(case | {"procedure": "summary"})
    assert spot["first"]
    assert "应当先申请行政复议" in spot["lines"][0]["text"]
    assert spot["lines"][0]["where"] == "罗山县人民政府"
    ordinary = reading.remedies(case | {"procedure": "ordinary"})
    assert not ordinary["first"]
    assert [one["where"] for one in ordinary["lines"]] == ["罗山县人民政府", "罗山县人民法院"]


# ---- handing in ------------------------------------------------------------------------------------------------------


def test_a_statement_is_received_accepted_and_answered_before_anything_is_decided(told):
    client = party(told)
    pk = handed_in(client, "statement", text="我店小本经营，已经清理，请求减少罚款。")
    assert "正在写入" in words(client.get(f"/party/case/receipts/{pk}/"))
    assert take_letters() >= 1
    assert "在期限内" in words(client.get(f"/party/case/receipts/{pk}/"))
    with access.within(""):
        row = PartySubmission.objects.get(pk=pk)
        assert (row.late, row.due) == (False, decisions.statement_due(told.notice))
        verdict = next(
            v for v in decisions.verdicts(told.proposal, told.who.chen, timezone.localdate()) if v.code == "G6"
        )
        assert verdict.state == "failed"
    zhang = as_("zhang")
    assert "我店小本经营" in words(zhang.get(f"/decision/{told.case.pk}/statement/"))
    assert "当事人提交" in words(zhang.get(f"/work/cases/{told.case.pk}/"))
    assert "当事人提交" in words(zhang.get("/work/"))
    page = zhang.get(f"/decision/{told.case.pk}/party/{pk}/")
    form = page.context["form"]
    once = {"once": str(form["once"].value()), "seen": str(form["seen"].value())}
    assert zhang.post(f"/decision/{told.case.pk}/party/{pk}/", once).status_code == 302
    with access.within(""):
        said = Statement.objects.get(notice=told.notice)
        assert (said.text, said.how) == ("我店小本经营，已经清理，请求减少罚款。", "stated")
        assert PartyAcceptance.objects.get(submission=row).item_id == said.item_id
    assert "已收入案卷" in words(client.get("/party/case/"))
    assert zhang.post(f"/decision/{told.case.pk}/party/{pk}/", once).status_code in (302, 409)


@pytest.mark.clause("QS-3.1.2d")
def test_a_hearing_asked_for_in_time_is_arranged_before_anything_is_decided(db, monkeypatch):
    monkeypatch.setattr(decisions, "hearing_offered", lambda proposal, on: True)
    told = told_today()
    pk = handed_in(party(told), "hearing", text="要求举行听证。", reasons="对罚款数额有异议")
    take_letters()
    with access.within(""):
        assert decisions.hearing_owed(told.case)
        accept(by=told.who.zhang, at=timezone.localtime(), submission=PartySubmission.objects.get(pk=pk))
        asked = hearings.request_of(told.notice)
        assert (asked.how, asked.item.code) == ("requested", "hearing_application")
        assert decisions.hearing_owed(told.case)


def test_what_comes_late_is_kept_and_marked_with_the_clause(db):
    with access.within(""):
        told = story.begin("serve_notice", with_accounts=True)  # served in September; the period is long over
    client = party(told)
    pk = handed_in(client, "statement", text="请求从轻处理。")
    take_letters()
    page = words(client.get(f"/party/case/receipts/{pk}/"))
    assert "逾期提交" in page
    assert "第六十四条" in page
    with access.within(""):
        assert PartySubmission.objects.get(pk=pk).late


def test_an_address_confirmed_by_the_party_is_where_the_next_paper_goes(told):
    client = party(told)
    given = {"recipient": "赵大勇", "address": "青山镇南街 3 号", "electronic": "yes", "email": "zhao@example.cn"}
    pk = handed_in(client, "address", **given)
    take_letters()
    with access.within(""):
        row = PartySubmission.objects.get(pk=pk)
        accept(by=told.who.zhang, at=timezone.localtime(), submission=row)
        found = decisions.confirmed_address(told.case)
        assert (found.data["address"], found.data["electronic"]) == ("青山镇南街 3 号", True)


def test_the_same_letter_pressed_twice_is_one(told):
    client = party(told)
    once = str(uuid.uuid4())
    for _ in range(2):
        assert client.post("/party/case/statement/", {**LETTER, "once": once, "text": "请求从轻"}).status_code == 302
    assert take_letters() == 2  # the letter, and the opening of the page
    with access.within(""):
        assert PartySubmission.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("statement", {"text": ""}),
        ("statement", {"text": "甲\x00乙"}),
        ("statement", {"text": "好" * 10_001}),
        ("address", {"recipient": "甲", "address": "乙", "electronic": "yes"}),
    ],
)
def test_a_bad_letter_is_told_in_words_and_keeps_what_was_typed(told, kind, given):
    client = party(told)
    answer = client.post(f"/party/case/{kind}/", {**LETTER, "once": str(uuid.uuid4()), **given})
    assert answer.status_code == 422
    assert "赵大勇" in words(answer)


def test_no_more_than_a_day_can_hold(told):
    _, token = queries.open_page(cases.progress_code(told.case), SECOND)
    said = [queries.post(token, uuid.uuid4(), "address", {"name": "x"}) for _ in range(21)]
    assert said == ["kept"] * 20 + ["full"]
    assert queries.post(token, uuid.uuid4(), "reading", {}) == "bad"
    assert queries.post("nothing", uuid.uuid4(), "address", {}) == "closed"


# ---- the rights of the role ------------------------------------------------------------------------------------------


def test_the_portals_role_reaches_it_through_the_door_only(fresh_database):
    told = told_today()
    papers.log()
    code = cases.progress_code(told.case)
    with fresh_database.connect("yg_portal") as portal:
        portal.execute("set default_transaction_read_only = off")  # whoever stole the role would say so too
        for sql in (
            "select * from decision_partypost",
            "select * from decision_partysubmission",
            "select * from decision_partysession",
            "select * from decision_partytry",
            "insert into decision_partypost (id, at, case_id, scope, kind, data)"
            f" values (gen_random_uuid(), now(), '{told.case.pk}', 'x', 'statement', '{{}}')",
            f"select decision_party_letters('{told.case.pk}')",
            "select decision_party_of('x')",
            "select * from casework_case",
            "select id_no from registry_party",
            "select * from record_item",
            "select * from decision_notice",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(sql)
        state, token = portal.execute("select * from decision_party_open(%s, %s)", [code, SECOND]).fetchone()
        assert state == "open"
        read = portal.execute("select decision_party_read(%s)", [token]).fetchone()[0]
        assert "411521197903122016" not in str(read)
        assert "13700001234" not in str(read)
        assert portal.execute("select decision_party_read(%s)", [code]).fetchone()[0] is None
    client = Client()
    connections["default"].close()
    with fresh_database.connect("yg_web") as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(
                "insert into decision_partypost (id, at, case_id, scope, kind, data)"
                " values (gen_random_uuid(), now(), %s, 'x', 'statement', '{}')",
                [told.case.pk],
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("select * from decision_partysession")
    with CaptureQueriesContext(connections["default"]) as officers:
        answer = client.post("/party/", {"code": code, "second": SECOND})
        assert answer.status_code == 302
        assert client.get("/party/case/").status_code == 200
        handed_in(client, "statement", text="请求从轻处理。")
    assert len(officers) == 0
