"""The open law interface: exactly what the packs answer, problems in words, no question to the database."""

import json

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yangguang.exchange import openapi
from yangguang.policy import inputs, packs
from yangguang.policy.conditions import names as condition_names
from yangguang.policy.questions import QUESTIONS

QS = "cn-henan-xinyang-qingshan"
BASE = "/api/v1/law/"


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def quiet(caplog):  # refusals are what is looked for here
    caplog.set_level("CRITICAL", logger="django.request")


def ask(client: Client, path: str, **query) -> dict:
    response = client.get(BASE + path, query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def refused(client: Client, path: str, status: int) -> dict:
    response = client.get(BASE + path)
    assert response.status_code == status, (path, response.status_code, response.content.decode()[:300])
    assert response["Content-Type"].startswith("application/problem+json")
    assert response["Cache-Control"] == "no-store"
    said = response.json()
    assert said["status"] == status and said["title"] and said["detail"]
    assert said["type"].startswith("/api/v1/#")
    return said


# ---- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("QS-3.4.2c", "QS-3.1.3c")
def test_a_question_is_answered_as_the_pack_answers_it(client):
    got = ask(client, f"{QS}/publish_by", kind="penalty", decided_on="2026-09-18")
    assert got == packs.load(QS).ask("publish_by", {"kind": "penalty", "decided_on": "2026-09-18"}).as_json()
    assert got["value"] == "2026-09-29"
    assert "QS-3.1.3c" in [c["clause"] for c in got["because"]]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_of_every_pack_is_answered_without_facts(client, question):
    for name in packs.names():
        assert ask(client, f"{name}/{question}") == packs.load(name).ask(question, {}).as_json()


def test_facts_in_all_their_types(client):
    facts = {"kind": "penalty", "party_kind": "natural", "penalties": ["fine", "warning"], "fine_fen": 20000}
    whole = packs.load("cn").ask("summary_allowed", facts).as_json()
    together = json.dumps(facts)
    for query in (
        "kind=penalty&party_kind=natural&penalties=fine,warning&fine_fen=20000",
        "kind=penalty&party_kind=natural&penalties=fine&penalties=warning&fine_fen=20000",
        'kind=penalty&party_kind=natural&penalties=["fine","warning"]&fine_fen=20000',
        f"facts={together}",
    ):
        assert client.get(f"{BASE}cn/summary_allowed?{query}").json() == whole
    assert whole["value"] is True
    nothing = ask(client, "cn/recording", event="hearing", touches="[]", text_suffices="true")
    assert nothing["value"] == "none" and nothing["unknown"] == []


def test_suspensions_are_json(client):
    pause = [{"from": "2026-07-10", "to": "2026-07-19", "reason": "鉴定"}]
    query = {"opened_on": "2026-07-03", "kind": "penalty", "suspensions": json.dumps(pause)}
    got = ask(client, "cn/decide_by", **query)
    assert got["value"] == "2026-10-11"  # the ninety days end on 10-01 and run on by the ten
    assert sum(1 for day in got["days"] if "鉴定" in day["why"]) == 10


def test_the_day_whose_rules_apply_and_provisional(client):
    facts = {"party_kind": "natural", "penalties": "fine", "fine_fen": "20000"}
    assert ask(client, "cn/summary_allowed", **facts, on="2021-07-15")["value"] is True
    assert ask(client, "cn/summary_allowed", **facts, on="2021-07-14")["value"] is False
    said = refused(client, "cn/publish_by?kind=penalty&decided_on=2032-01-05", 422)
    assert said["where"] == "2032" and "provisional=1" in said["mend"]
    got = ask(client, "cn/publish_by", kind="penalty", decided_on="2032-01-05", provisional="1")
    assert got["provisional"] is True and got["value"]


def test_a_deadline_by_its_code(client):
    got = ask(client, f"{QS}/deadline", rule="D07", start="2026-09-18")
    assert got == packs.load(QS).ask("deadline", {"rule": "D07", "start": "2026-09-18"}).as_json()
    assert got["value"] == "2026-09-29"
    said = refused(client, f"{QS}/deadline?rule=D999&start=2026-09-18", 400)
    assert said["where"] == "rule" and "D07" in said["accepted"]


def test_the_packs_and_what_each_can_be_asked(client):
    listed = client.get(BASE).json()["packs"]
    assert [p["id"] for p in listed] == packs.names()
    assert next(p for p in listed if p["id"] == QS)["jurisdiction"]["body"] == "青山镇人民政府"
    for name in packs.names():
        shown, pack = ask(client, f"{name}/"), packs.load(name)
        assert shown["version"] == pack.version and shown["chain"] == list(pack.chain)
        assert [q["name"] for q in shown["questions"]] == list(QUESTIONS)
        assert {f for q in shown["questions"] for f in q["facts"]} <= set(shown["facts"])
        assert [d["code"] for d in shown["deadlines"]] == list(pack.deadlines)
        assert [g["code"] for g in shown["gates"]] == list(pack.gate_codes)
        assert [(a["kind"], a["procedure"]) for a in shown["acts"]] == list(pack.act_names)
    kind = shown["facts"]["kind"]
    assert kind["choices"]["penalty"] == "行政处罚" and kind["type"] == "choice"
    assert shown["facts"]["fine_fen"]["unit"] == "分"


def test_the_facts_told_are_the_facts_read():
    """Whatever decides an answer is named in advance."""
    for name in packs.names():
        pack = packs.load(name)
        for question in QUESTIONS:
            told = {spec.name for spec in inputs.question_facts(pack, question)}
            assert set(pack.ask(question, {}).unknown) <= told | {"kind"}
            for rule in pack.merged.questions.get(question, ()):
                for fact in condition_names(rule.when):
                    derived = pack.facts[fact].derived_from
                    assert derived or fact in told or (fact == "kind" and QUESTIONS[question].about)
        for code, gate in pack.merged.gates.items():
            told = {spec.name for spec in inputs.gate_facts(pack, code)}
            assert not {f for f in gate.facts if not pack.facts[f].derived_from} - told
            assert not [f for f in told if pack.facts[f].derived_from]
            assert set(pack.gate(code, {}).unknown) <= told


def test_clauses_parameters_and_acts(client):
    clause = ask(client, f"{QS}/clauses/QS-3.1.3c")
    assert clause["text"] == packs.load(QS).clauses["QS-3.1.3c"].text and clause["pack"] == QS
    assert ask(client, f"{QS}/clauses/CN-PEN-58.1")["pack"] == "cn"
    for name in packs.names():
        pack = packs.load(name)
        shown = ask(client, f"{name}/parameters")["parameters"]
        assert [p["name"] for p in shown] == list(pack.merged.parameters)
        for row in shown[:3]:
            one = ask(client, f"{name}/parameters/{row['name']}")
            assert one == row and one["value"] == pack.parameter(row["name"]).as_json()["value"]
        for kind, procedure in pack.act_names:
            act = ask(client, f"{name}/acts/{kind}/{procedure}")
            assert [s["code"] for s in act["steps"]] == list(pack.act(kind, procedure).codes)
    steps = ask(client, f"{QS}/acts/penalty/ordinary")["steps"]
    review = next(s for s in steps if s["code"] == "review")
    assert review["because"] and review["next"] and review["roles"][0]["title"]


# ---- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("nowhere/", 404, "nowhere"),
        ("nowhere/publish_by", 404, "nowhere"),
        ("../publish_by", 404, None),
        ("cn/publish_bye", 404, "publish_bye"),
        ("cn/clauses/CN-PEN-999", 404, "CN-PEN-999"),
        ("cn/parameters/nothing", 404, "nothing"),
        ("cn/acts/penalty/nothing", 404, "penalty/nothing"),
        ("cn/a/b/c/d", 404, None),
        ("cn/publish_by?kinf=penalty", 400, "kinf"),
        ("cn/publish_by?kind=Penalty", 400, "kind"),
        ("cn/publish_by?kind=", 400, "kind"),
        ("cn/publish_by?kind=penalty&kind=penalty", 400, "kind"),
        ("cn/publish_by?decided_on=2026-02-30", 400, "decided_on"),
        ("cn/publish_by?decided_on=20260918", 400, "decided_on"),
        ("cn/publish_by?decided_on=1899-12-31", 400, "decided_on"),
        ("cn/publish_by?on=2026-9-1", 400, "on"),
        ("cn/publish_by?on=2026-09-01&on=2026-09-01", 400, "on"),
        ("cn/publish_by?provisional=yes", 400, "provisional"),
        ("cn/summary_allowed?fine_fen=200.00", 400, "fine_fen"),
        ("cn/summary_allowed?fine_fen=-1", 400, "fine_fen"),
        ("cn/summary_allowed?penalties=fine,fine", 400, "penalties"),
        ("cn/summary_allowed?penalties=fine&penalties=fine", 400, "penalties"),
        ("cn/summary_allowed?penalties=fine,", 400, "penalties"),
        ("cn/summary_allowed?penalties=[1", 400, "penalties"),
        ("cn/summary_allowed?penalties=[[]]", 400, "penalties"),
        ("cn/review_required?complex=True", 400, "complex"),
        ("cn/review_required?complex=1", 400, "complex"),
        ("cn/decide_by?suspensions=x", 400, "suspensions"),
        ('cn/decide_by?suspensions=[{"from":"2026-01-02","to":"2026-01-01","reason":"x"}]', 400, "suspensions"),
        ("cn/publish_by?facts=[]", 400, "facts"),
        ("cn/publish_by?facts={", 400, "facts"),
        ('cn/publish_by?facts={"kind":"penalty","kind":"licence"}', 400, "facts"),
        ('cn/publish_by?facts={"kind":"penalty"}&kind=penalty', 400, "kind"),
        ('cn/publish_by?facts={"kind":NaN}', 400, "facts"),
        ('cn/publish_by?facts={"kind":"\\ud800"}', 400, "facts"),
        ("cn/publish_by?facts=" + "[" * 3000, 400, "facts"),
        ("cn/publish_by?facts=%7B%22fine_fen%22%3A" + "9" * 5000 + "%7D", 400, "facts"),
        ("cn/publish_by?kind=" + "x" * 9000, 400, None),
        ("cn/publish_by?review_required=true", 400, "review_required"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_out(client, path, status, where):
    said = refused(client, path, status)
    assert said.get("mend") or said.get("accepted")
    if where:
        assert said["where"] == where


def test_a_name_that_does_not_exist_lists_those_that_do(client):
    assert refused(client, "cn/publish_bye", 404)["accepted"] == list(QUESTIONS)
    assert refused(client, "nowhere/", 404)["accepted"] == packs.names()
    near = refused(client, f"{QS}/clauses/QS-3.1.3z", 404)
    assert "QS-3.1.3a" in near["accepted"] and len(near["accepted"]) <= 10
    assert len(json.dumps(near, ensure_ascii=False)) < 1000 and "accepted 只列名称相近的" in near["mend"]
    assert "decided_on" in refused(client, "cn/publish_by?kinf=x", 400)["detail"]


def test_many_periods_are_refused(client):
    pause = {"from": "2026-01-01", "to": "2026-01-02", "reason": "x"}
    many = json.dumps([pause] * 25, separators=(",", ":"))
    said = client.get(BASE + "cn/decide_by", {"suspensions": many}).json()
    assert said["status"] == 400 and "24" in said["mend"]


def test_it_only_reads(client):
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(BASE + "cn/publish_by")
        assert response.status_code == 405 and response["Allow"] == "GET, HEAD"
        assert response["Content-Type"].startswith("application/problem+json")
    head = client.head(BASE + "cn/publish_by?kind=penalty")
    assert head.status_code == 200 and head.content == b""


TEXT = st.text(max_size=12)
VALUES = st.one_of(
    TEXT,
    st.sampled_from(
        ["true", "false", "penalty", "natural", "fine", "2026-09-18", "0", "999999999999999", "[]", "-", "D05"]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FACTS = sorted(packs.load("cn").facts)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    question=st.sampled_from(sorted(QUESTIONS)),
    query=st.dictionaries(st.sampled_from([*FACTS, "on", "provisional"]), VALUES, max_size=5),
    facts=st.dictionaries(st.sampled_from(FACTS), JSON, max_size=4) | st.none(),
)
def test_whatever_is_asked_is_answered_or_refused(question, query, facts):
    if facts is not None:
        query = query | {"facts": json.dumps(facts)}
    response = Client().get(f"{BASE}{QS}/{question}", query)
    assert response.status_code in (200, 400, 422), response.content
    response.json()


# ---- how it is served -----------------------------------------------------------------------------------------------


def test_the_version_is_the_etag(client):
    url = BASE + f"{QS}/publish_by?kind=penalty"
    response = client.get(url)
    version = f'"{packs.load(QS).version}"'
    assert response["ETag"] == version and response["Cache-Control"] == "public, max-age=300"
    again = client.get(url, headers={"If-None-Match": version})
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == version
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "Access-Control-Allow-Origin" not in response
    assert not response.cookies


@pytest.mark.django_db
def test_who_comes_with_a_session_shares_no_answer(client):
    for url in (BASE, "/api/v1/"):
        client.cookies["sessionid"] = "x" * 32
        assert client.get(url)["Cache-Control"] == "private, no-cache"


def test_the_slash_that_lacks(client):
    response = client.get("/api/v1/law/cn?x=1")
    assert response.status_code == 302 and response["Location"] == "/api/v1/law/cn/?x=1"


@pytest.mark.django_db(databases=["default", "portal", "owner"])
def test_no_question_to_the_database(client):
    with CaptureQueriesContext(connections["default"]) as web, CaptureQueriesContext(connections["portal"]) as portal:
        for path in (
            "",
            "cn/",
            f"{QS}/publish_by?kind=penalty",
            "cn/nothing",
            "cn/clauses/CN-PEN-5.3",
            "cn/parameters",
        ):
            client.get(BASE + path)
        assert client.get("/api/v1/").status_code == 200
        assert client.get("/api/v1/openapi.json").status_code == 200
    assert len(web) == len(portal) == 0


# ---- its description ------------------------------------------------------------------------------------------------


def test_the_description_fits_the_tables(client):
    shown = client.get("/api/v1/openapi.json").json()
    assert shown["openapi"] == "3.1.0"
    for question in QUESTIONS:
        assert f"/api/v1/law/{{pack}}/{question}" in shown["paths"]

    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for item in node.values():
                yield from references(item)
        elif isinstance(node, list):
            for item in node:
                yield from references(item)

    for ref in references(shown):
        place = shown
        for part in ref.removeprefix("#/").split("/"):
            place = place[part]
    names = [one["get"]["operationId"] for one in shown["paths"].values()]
    assert len(names) == len(set(names))
    for path, one in shown["paths"].items():
        needed = {p["$ref"].rpartition("/")[2] for p in one["get"]["parameters"]}
        assert {part[1:-1] for part in path.split("/") if part.startswith("{")} <= needed
    kind = shown["components"]["parameters"]["fact_kind"]
    assert "penalty" in kind["schema"]["enum"] and "行政处罚" in kind["description"]


def test_the_description_is_true_of_an_answer(client):
    answer = ask(client, f"{QS}/publish_by", kind="penalty", decided_on="2026-09-18")
    schema = openapi.ANSWER
    assert set(schema["required"]) <= set(answer) <= set(schema["properties"])
    assert set(answer["days"][0]) == set(openapi.DAY["properties"])
    assert set(answer["because"][0]) <= set(openapi.CITATION["properties"])


def test_the_page_of_the_interface(client):
    text = client.get("/api/v1/").content.decode()
    for word in ("是否必须法制审核", "application/problem+json", "decided_on", 'id="unknown-name"'):
        assert word in text
    assert '<script src="http' not in text
    assert client.post("/api/v1/").status_code == 405
