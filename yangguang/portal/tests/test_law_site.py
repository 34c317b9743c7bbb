"""查法条: every page of every pack, what it says, the forms to try rules, and no question to the database."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.browser.people import DESK, PHONE, Person
from yangguang.lawbook import actions as lawbook
from yangguang.policy import examples as policy_examples
from yangguang.policy import inputs, packs, texts
from yangguang.policy.questions import QUESTIONS
from yangguang.portal.law import reading, words
from yangguang.registry import access

QS = "cn-henan-xinyang-qingshan"
PARTS = ("", "questions/", "deadlines/", "gates/", "acts/", "parameters/", "clauses/", "resolutions/")


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def quiet(caplog):  # refusals are what is looked for here
    caplog.set_level("CRITICAL", logger="django.request")


def page(client: Client, path: str, status: int = 200, **query) -> str:
    response = client.get(f"/law/{path}", query)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def text(html: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


class Ids(HTMLParser):
    """The ids of a page, its links inside itself and to the law site, and what must not stand in it."""

    def __init__(self, html: str):
        super().__init__()
        self.ids: list[str] = []
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"])
        href = found.get("href") or ""
        if href.startswith("#") and len(href) > 1:
            self.anchors.add(href[1:])
        if href.startswith("/law/"):
            self.links.add(href)
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        if (tag == "script" and "src" not in found) or tag == "style":
            self.inline.append(tag)


def sound(html: str) -> Ids:
    found = Ids(html)
    twice = {one for one in found.ids if found.ids.count(one) > 1}
    assert not twice, twice
    assert found.anchors <= {*found.ids, "result"}, found.anchors - set(found.ids)
    assert not found.inline, found.inline
    assert html.count("<h1") == 1
    return found


def walk(name: str):
    pack = packs.load(name)
    yield from (f"{name}/{part}" for part in PARTS)
    yield from (f"{name}/questions/{q}/" for q in QUESTIONS)
    yield from (f"{name}/deadlines/{code}/" for code in pack.deadlines)
    yield from (f"{name}/gates/{code}/" for code in pack.gate_codes)
    for kind, procedure in pack.act_names:
        yield from (f"{name}/acts/{kind}/{procedure}/{part}" for part in ("", "guide/", "checklist/"))


# ---- every page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", packs.names())
def test_every_page_of_a_pack_is_there_and_its_links_lead_somewhere(client, name):
    pack = packs.load(name)
    seen, linked = set(), set()
    for path in walk(name):
        seen.add(f"/law/{path}")
        linked |= sound(page(client, path)).links
    known = {"/law/", "/law/compare/"} | {f"/law/{p}/" for p in packs.names()}
    known |= {f"/law/{name}/signed/"}  # asks the database; it has a test of its own
    for link in linked:
        path, _, _ = link.partition("#")
        path, _, query = path.partition("?")
        if path in seen or path in known or query:
            continue
        clause = re.fullmatch(r"/law/([^/]+)/clauses/([^/]+)/", path)
        if clause:
            assert unquoted(clause[2]) in packs.load(clause[1]).clauses, link
        elif not path.endswith("chart.svg"):
            assert path.split("/")[2] != name, f"没有这一页：{link}"
    assert len(seen) > len(QUESTIONS) + len(pack.deadlines)


def unquoted(name: str) -> str:
    return unquote(name)


def test_every_clause_has_its_page(client):
    for name in packs.names():
        for clause in list(packs.load(name).clauses)[::17]:
            assert sound(page(client, f"{name}/clauses/{clause}/"))


@pytest.mark.django_db(databases=["default", "portal", "owner"])
def test_no_question_to_the_database(client):
    with CaptureQueriesContext(connections["default"]) as web, CaptureQueriesContext(connections["portal"]) as portal:
        for path in ("", "compare/", *list(walk(QS))[:40], f"{QS}/clauses/QS-3.1.3c/", "nowhere/"):
            client.get(f"/law/{path}")
    assert len(web) == len(portal) == 0


def test_the_pages_may_be_kept_by_caches(client):
    assert client.get("/law/")["Cache-Control"] == "public, max-age=300"
    assert client.get("/law/nowhere/")["Cache-Control"] == "private, no-cache"
    assert client.post("/law/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "nowhere/", f"{QS}/questions/nothing/", f"{QS}/deadlines/D999/", f"{QS}/gates/G999/", f"{QS}/acts/penalty/nothing/",
        f"{QS}/acts/penalty/nothing/chart.svg", f"{QS}/acts/penalty/nothing/guide/", f"{QS}/clauses/X-1/",
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_says_which_do(client, path):
    html = page(client, path, 404)
    assert "没有这个" in html and "怎样办" in html
    assert "有的是" in html or "相近的是" in html  # of hundreds of names only the nearest


# ---- what they say --------------------------------------------------------------------------------------------------


def test_the_tree_puts_each_plan_under_its_parents(client):
    html = page(client, "")
    for name in packs.names():
        assert f'href="/law/{name}/"' in html
    roots = reading.tree()
    assert [node["pack"].id for node in roots] == ["cn"]

    def depth(nodes, level=0):
        for node in nodes:
            assert node["pack"].depth == level
            yield node["pack"].id
            yield from depth(node["below"], level + 1)

    assert sorted(depth(roots)) == packs.names()


@pytest.mark.clause("QS-3.1.3c")
def test_a_question_shows_the_rules_of_all_layers_with_their_words(client):
    html = page(client, f"{QS}/questions/publish_by/")
    said = text(html)
    assert "决定最迟何日公开" in said and "国家底线" in said and "按期限 D07" in said
    assert "河南省信阳市青山镇： 7个工作日" in said
    review = text(page(client, f"{QS}/questions/review_required/"))
    assert packs.load(QS).clauses["QS-3.3.2d"].text in review
    assert "程序：普通程序（一般程序）" in review
    old = text(page(client, "cn/questions/summary_allowed/"))
    assert "已失效" in old and "2021年7月14日止" in old
    gap = text(page(client, "cn/questions/hearing_right/"))
    assert "只补空缺" in gap and "待本地核对" in gap


def test_what_is_taken_from_above_is_said(client):
    pack = packs.load(QS)
    for name in QUESTIONS:
        lines = pack.merged.questions.get(name, ())
        timed = [r for line in lines if line.clock for r in pack.deadlines[line.clock].lines]
        said = text(page(client, f"{QS}/questions/{name}/"))
        if lines and not any(r.depth == pack.depth for r in (*lines, *timed)):
            assert "本方案没有自己的规则，取自上级" in said
        elif not any(r.depth == pack.depth for r in lines) and timed:
            assert "本方案在所引的期限里另有规定" in said


def test_a_clause_shows_the_rules_it_produces_and_the_examples_that_prove_it(client):
    said = text(page(client, f"{QS}/clauses/QS-3.1.3c/"))
    assert packs.load(QS).clauses["QS-3.1.3c"].text in said
    assert "D07 许可、处罚决定公开" in said and "与条文一致" in said and "2026年9月29日" in said
    assert "QS-3.1.3c" in said and "2023年5月29日" in said


@pytest.mark.parametrize("name", packs.names())
def test_the_reverse_lookup_holds_every_rule(name):
    pack, found = packs.load(name), reading.index(packs.load(name))
    merged = pack.merged

    def kinds(clause):
        return {use.kind for use in found[clause]}

    for rules in merged.questions.values():
        assert all("问题" in kinds(c.clause) for r in rules for c in r.because)
    for rule in merged.deadlines.values():
        assert all("期限" in kinds(c.clause) for r in rule.lines for c in r.because)
    for gate in merged.gates.values():
        assert all("关口" in kinds(c.clause) for n in gate.needs for c in n.because)
    for act in merged.acts.values():
        for step in act.steps:
            assert all("步骤" in kinds(c.clause) for c in step.because)
            assert all("文书" in kinds(c.clause) for d in step.documents for c in d.because)
    for values in merged.values.values():
        assert all("参数" in kinds(c.clause) for v in values for c in v.because)
    for row in merged.resolutions.values():
        assert all("歧义处理" in kinds(c.clause) for c in row.because)
    assert set(found) <= set(pack.clauses)


@pytest.mark.parametrize("name", packs.names())
def test_an_example_is_shown_as_it_comes_out(name):
    """The mark on the page is the finding of the check the packs themselves are put to."""
    pack = packs.load(name)
    for example in pack.examples():
        wrong = [f for f in policy_examples.faults(pack, example) if "应为" in f or "出错" in f]
        assert reading.shown_example(name, example)["holds"] is not bool([f for f in wrong if "缺的事实" not in f])


def test_a_gate_and_the_steps_it_guards(client):
    said = text(page(client, f"{QS}/gates/G9/"))
    assert "法制审核" in said and "用在哪些步骤" in said and "怎样办" in said


def test_an_act_step_by_step_with_chart_guide_and_checklist(client):
    pack = packs.load(QS)
    html = page(client, f"{QS}/acts/penalty/ordinary/")
    said = text(html)
    for step in pack.act("penalty", "ordinary").steps:
        assert step.public in said and f'id="{step.code}"' in html
        assert all(document.title in said for document in step.documents)
    chart = client.get(f"/law/{QS}/acts/penalty/ordinary/chart.svg")
    assert chart["Content-Type"].startswith("image/svg+xml") and chart["ETag"] == f'"{pack.version}"'
    assert chart.content.startswith(b"<?xml") or chart.content.startswith(b"<svg")
    assert "法制审核" in chart.content.decode()
    again = client.get(f"/law/{QS}/acts/penalty/ordinary/chart.svg", headers={"If-None-Match": chart["ETag"]})
    assert again.status_code == 304
    guide = text(page(client, f"{QS}/acts/penalty/ordinary/guide/"))
    for field in pack.ask("guide_fields").value:
        assert field in guide
    check = text(page(client, f"{QS}/acts/penalty/ordinary/checklist/"))
    assert "送达回证" in check and "表明身份" in check


def test_the_comparison_has_a_row_for_everything_and_says_what_is_inherited(client):
    table = reading.comparison()
    assert [c["pack"].id for c in table["columns"]] == sorted(packs.names(), key=lambda n: packs.load(n).depth > 0)
    rows = {row["title"]: row for group in table["groups"] for row in group["rows"]}
    parameters = packs.load("cn").merged.parameters
    assert len(rows) >= len(QUESTIONS) and all(form.label in rows for form in parameters.values())
    place = [c["pack"].id for c in table["columns"]].index(QS)
    published = rows[QUESTIONS["publish_by"].title]["cells"][place]
    assert not published["default"]
    assert any("7个工作日" in item["value"] for item in published["items"])
    assert {c["clause"] for item in published["items"] for c in item["because"]} == {"QS-3.1.3a", "QS-3.1.3c"}
    pack = packs.load(QS)
    for name, asked in QUESTIONS.items():
        own = [r for r in pack.merged.questions.get(name, ()) if r.depth == pack.depth and r.until is None]
        codes = {r.clock for r in pack.merged.questions.get(name, ()) if r.clock}
        own += [r for c in codes for r in pack.deadlines[c].lines if r.depth == pack.depth]
        assert rows[asked.title]["cells"][place]["default"] is not bool(own), name


def test_the_comparison_is_read_group_by_group_and_whole_on_request(client):
    table, heads = reading.comparison(), re.compile(r'<th scope="row"><span>([^<]+)</span>')
    first = page(client, "compare/")
    assert "取自上级规则" in text(first) and "青山镇" in text(first)
    assert heads.findall(first) == [row["title"] for row in table["groups"][0]["differing"]]
    assert len(first.encode()) < 60_000
    for group in table["groups"]:
        for rows, name in (("", "differing"), ("all", "rows")):
            shown = heads.findall(page(client, "compare/", group=group["id"], rows=rows))
            assert shown == [row["title"] for row in group[name]], (group["id"], rows)
            assert rows == "all" or all(row["differs"] for row in group["differing"])
    every = heads.findall(page(client, "compare/", group="all", rows="all"))
    assert every == [row["title"] for group in table["groups"] for row in group["rows"]]
    assert "没有这个分组" in page(client, "compare/", 404, group="g99")


def test_resolutions_lead_to_the_rules_that_carry_them_out(client):
    for name in packs.names():
        pack = packs.load(name)
        said = text(page(client, f"{name}/resolutions/"))
        for row in pack.merged.resolutions.values():
            assert row.issue in said and row.resolution in said
        for row in reading.resolution_rows(pack):
            assert all(where["url"] for where in row["where"]), (name, row["code"], row["where"])


# ---- searching ------------------------------------------------------------------------------------------------------


def test_clauses_are_found_by_their_words(client):
    pack = packs.load(QS)
    wanted = [c.id for c in pack.clauses.values() if "听证" in f"{c.id}{c.title}{c.text}{c.source_title}"]
    html = page(client, f"{QS}/clauses/", q="听证")
    assert f'<strong class="yg-num">{len(wanted)}</strong>' in html and "<mark>听证</mark>" in html
    shown = []
    for number in range(1, (len(wanted) - 1) // reading.PAGE + 2):
        shown += re.findall(
            rf'<h2 class="h3"><a href="/law/{QS}/clauses/([^"]+)/">',
            page(client, f"{QS}/clauses/", q="听证", page=number),
        )
    assert sorted(map(unquoted, shown)) == sorted(wanted)
    both = page(client, f"{QS}/clauses/", q="公开 工作日")
    assert "QS-3.1.3c" in both
    own = page(client, f"{QS}/clauses/", own="1")
    assert "CN-PEN" not in text(own)
    assert "没有符合条件的条款" in page(client, f"{QS}/clauses/", q="这个词没有")
    assert page(client, f"{QS}/clauses/", page="9999")  # the last page there is
    for query in ({"page": "x"}, {"page": "0"}, {"source": "nothing"}, {"q": "长" * 101}, {"own": "2"}):
        assert "需要修改" in page(client, f"{QS}/clauses/", 400, **query)


def test_hits_are_cut_out_of_the_text():
    assert words.parts("公开公示", ["公"]) == [("公", True), ("开", False), ("公", True), ("示", False)]
    assert words.parts("没有", ["公"]) == [("没有", False)]
    assert "".join(piece for piece, _ in words.parts("A第a条", ["a", "第"])) == "A第a条"


# ---- trying ---------------------------------------------------------------------------------------------------------


def result(html: str) -> str:
    return text(html.partition('id="result"')[2].partition("</section>")[0])


@pytest.mark.clause("QS-3.1.3c")
def test_a_date_is_counted_day_by_day(client):
    html = page(client, f"{QS}/questions/publish_by/", kind="penalty", decided_on="2026-09-18", on="")
    said = result(html)
    assert "2026年9月29日" in said and "中秋节放假" in said and "第 7 日" in said and "届满" in said
    assert "青山镇" in said and "较宽而不采用" in said and "2026年10月22日" in said
    assert "/api/v1/law/" + QS + "/publish_by?decided_on=2026-09-18&amp;kind=penalty" in html


def test_what_is_not_known_is_named_and_nothing_is_guessed(client):
    html = page(client, f"{QS}/questions/review_required/", kind="penalty", procedure="summary")
    said = result(html)
    assert "尚不能判断" in said and "还缺的事实" in said and "涉及重大公共利益" in said
    named = text(html)
    assert "不知道" in named
    empty = result(page(client, f"{QS}/questions/publish_by/", kind="", decided_on="", on=""))
    assert "尚不能判断" in empty and "决定日期" in empty


def test_the_try_form_and_the_pack_agree_for_every_example(client):
    """Each example of a question, filled into its form, gives the example's answer."""
    for name in (QS, "cn"):
        pack = packs.load(name)
        tried = 0
        for example in pack.examples():
            if not example.ask or (QUESTIONS[example.ask].how == "computed" and example.ask == "deadline"):
                continue
            if tried > 60:
                break
            query = filled(pack, example)
            if query is None:
                continue
            tried += 1
            answer = pack.ask(example.ask, example.facts, example.on)
            said = result(page(client, f"{name}/questions/{example.ask}/", **query))
            assert reading.answer_words(answer).split("；")[0] in said, (example.title, query)
        assert tried > 5


def filled(pack, example):
    """An example as a person types it into the form; None where the form has no field for a fact of it."""
    query = {"on": example.on.isoformat() if example.on else ""}
    fields = {spec.name for spec in inputs.question_facts(pack, example.ask)}
    for name, value in example.facts.items():
        spec = pack.facts[name]
        if name not in fields:
            if name == "kind":
                continue
            return None
        if value is None or spec.type == "periods":
            return None
        if spec.type == "bool":
            query[name] = "true" if value else "false"
        elif spec.type == "choices":
            query[name] = list(value) or ["-"]
        elif spec.type == "money_fen":
            query[name.removesuffix("_fen") + "_yuan"] = f"{value // 100}.{value % 100:02d}"
        else:
            query[name] = str(value)
    return query


def test_money_is_typed_in_yuan(client):
    query = {"party_kind": "natural", "penalties": "fine", "fine_yuan": "200", "on": "2026-01-05"}
    assert "可以" in result(page(client, "cn/questions/summary_allowed/", **query))
    assert "不可以" in result(page(client, "cn/questions/summary_allowed/", **{**query, "fine_yuan": "200.01"}))
    assert "不可以" in result(page(client, "cn/questions/summary_allowed/", **{**query, "on": "2021-07-14"}))


def test_none_of_these_is_said_explicitly(client):
    query = {"event": "service", "touches": "-"}
    sure = result(page(client, "cn-yunnan-dehong-zjj/questions/recording/", **query))
    assert "应当进行音像记录" in sure and "尚不知道" not in sure
    open_ = result(page(client, "cn-yunnan-dehong-zjj/questions/recording/", event="service"))
    assert "还可能更严" in open_
    both = page(client, "cn/questions/recording/", 400, touches=["health", "-"])
    assert "不能与其他项同选" in both


@pytest.mark.parametrize(
    ("path", "query", "words_"),
    [
        ("questions/hearing_right/", {"fine_yuan": "-3"}, "不能小于 0"),
        ("questions/hearing_right/", {"fine_yuan": "1.234"}, "两位小数"),
        ("questions/hearing_right/", {"fine_yuan": "abc"}, "金额应写作数字"),
        ("questions/hearing_right/", {"party_kind": "zzz"}, "没有“zzz”这一项"),
        ("questions/publish_by/", {"decided_on": "2026-02-30"}, "日期应写作"),
        ("questions/publish_by/", {"decided_on": "1800-01-01"}, "1900 至 2200 年"),
        ("questions/publish_by/", {"on": "yesterday"}, "日期应写作"),
        ("questions/annual_report_by/", {"year": "1999"}, "不能小于 2000"),
        ("questions/annual_report_by/", {"year": "x"}, "应写整数"),
        ("questions/decide_by/", {"suspensions": "随便写"}, "第 1 行看不懂"),
        ("questions/decide_by/", {"suspensions": "2026-01-05 至 2026-01-01 鉴定"}, "值不对"),
        ("questions/decide_by/", {"suspensions": "\n".join(["2026-01-05 至 2026-01-06 鉴定"] * 25)}, "最多 24 段"),
        ("deadlines/D07/", {"on": "2026-01-01"}, "请填写日期"),
        ("deadlines/D07/", {"start": "x"}, "日期应写作"),
    ],
)
def test_what_is_typed_wrong_comes_back_with_the_words(client, path, query, words_):
    html = page(client, f"{QS}/{path}", 400, **query)
    assert words_ in html and "需要修改" in html and "is-invalid" in html


def test_pauses_are_typed_one_a_line(client):
    query = {"kind": "penalty", "opened_on": "2026-07-03", "suspensions": "2026-07-10 至 2026-07-19 鉴定"}
    assert "2026年10月11日" in result(page(client, "cn/questions/decide_by/", **query))


def test_a_year_without_a_notice(client):
    query = {"kind": "penalty", "decided_on": "2032-01-05"}
    refused = page(client, f"{QS}/questions/publish_by/", **query)
    assert "2032 年的放假安排还没有发布" in refused and "给出暂定的答案" in refused
    assert "暂定" in result(page(client, f"{QS}/questions/publish_by/", **query, provisional="on"))


def test_a_deadline_is_counted_and_the_strictest_marked(client):
    html = page(client, f"{QS}/deadlines/D09/", start="2026-05-08")
    assert "2026年5月12日" in result(html)
    said = text(html)
    assert ("现以此为准" in said and "20个工作日" in said and "3日" in said) or "3个工作日" in said
    early = result(page(client, "cn/deadlines/D04/", start="2026-10-15"))
    assert "最迟 2026年9月30日" in early
    bare = page(client, "cn/deadlines/D01/")
    if not packs.load("cn").deadlines["D01"].lines:
        assert "没有数字规定" in bare
        assert "没有可适用的数字规定" in page(client, "cn/deadlines/D01/", start="2026-01-05")


def test_an_hour_is_counted_to_the_minute(client):
    pack = packs.load("cn")
    hours = [c for c, r in pack.deadlines.items() if any(line.limit.unit == "hour" for line in r.lines)]
    for code in hours:
        html = page(client, f"cn/deadlines/{code}/", start="2026-03-02T09:30")
        assert "准确到 2026-03-0" in result(html)


def test_a_gate_is_judged(client):
    path = f"{QS}/gates/G1/"
    failed = page(client, path, kind="penalty", handlers_certified="1", power_covered="true")
    assert "不通过" in result(failed) and "不足两人" in result(failed)
    assert "通过" in result(page(client, path, kind="penalty", handlers_certified="2", power_covered="true"))
    assert "尚不能判断" in result(page(client, path, kind="penalty"))


def test_a_hostile_text_is_shown_as_text(client):
    evil = "<script>alert(1)</script>"
    for path, query in ((f"{QS}/clauses/", {"q": evil}), (f"{QS}/questions/hearing_right/", {"party_kind": evil})):
        html = client.get(f"/law/{path}", query).content.decode()
        assert evil not in html and "&lt;script&gt;" in html
    assert evil not in client.get(f"/law/{evil}/").content.decode()


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_law_is_read_and_tried_in_a_browser(browser, live_site):
    """At a desk and on a phone: nothing wider than the window, nothing axe-core objects to, and no script needed."""
    visitor = Person(browser, live_site.url)
    for path in (
        "/law/", "/law/compare/", f"/law/{QS}/", f"/law/{QS}/questions/", f"/law/{QS}/deadlines/", f"/law/{QS}/gates/",
        f"/law/{QS}/gates/G9/?kind=penalty", f"/law/{QS}/acts/", f"/law/{QS}/acts/penalty/ordinary/",
        f"/law/{QS}/acts/penalty/ordinary/guide/", f"/law/{QS}/acts/penalty/ordinary/checklist/", f"/law/{QS}/parameters/",
        f"/law/{QS}/clauses/?q=听证", f"/law/{QS}/clauses/?q=没有", f"/law/{QS}/clauses/CN-PEN-58.1/",
        f"/law/{QS}/resolutions/", f"/law/{QS}/deadlines/D07/?start=2026-09-18",
        f"/law/{QS}/questions/publish_by/?kind=penalty&decided_on=2032-01-05", "/api/v1/",
    ):  # fmt: skip
        visitor.open(path)
        for width, height in (DESK, PHONE):
            visitor.page.set_viewport_size({"width": width, "height": height})
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width + 1, (path, width)
            visitor.clean()
    visitor.open(f"/law/{QS}/questions/hearing_right/?fine_yuan=-3&penalties=fine&penalties=-", status=400).clean()
    visitor.leave()

    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page_ = context.new_page()
    page_.goto(f"{live_site.url}/law/{QS}/questions/publish_by/")
    page_.select_option('[name="kind"]', "penalty")
    page_.fill('[name="decided_on"]', "2026-09-18")
    page_.get_by_role("button", name="看结果").press("Enter")
    page_.wait_for_url("**decided_on=2026-09-18**")
    assert "2026年9月29日" in page_.locator("#result").inner_text()
    drawn = page_.goto(f"{live_site.url}/law/{QS}/acts/penalty/ordinary/chart.svg")
    assert drawn.ok and page_.locator("[data-step]").count() == len(packs.load(QS).act("penalty", "ordinary").steps)
    context.close()


@pytest.mark.django_db(databases=["default", "portal"])
def test_the_sign_offs_are_public_with_name_and_date(client):
    rule = texts.rules("cn")["cn/deadline/D07"]
    with access.within(""):
        told = story.people()
        given = {"layer": "cn", "key": rule.key, "digest": rule.digest, "opinion": "objected", "note": "应当写明起算日"}
        lawbook.sign(by=told.wang, at=timezone.now(), **given)
    own = client.get(reverse("portal:law:signed", args=["cn-henan-xinyang-qingshan"])).content.decode()
    assert "还没有人签认" in own
    page = client.get(reverse("portal:law:signed", args=["cn-henan-xinyang-qingshan"]) + "?layer=cn").content.decode()
    assert told.wang.name in page
    assert "应当写明起算日" in page
    assert rule.digest[:16] in page
    assert (
        client.get(reverse("portal:law:signed", args=["cn-henan-xinyang-qingshan"]) + "?layer=cn-hunan").status_code
        == 404
    )
