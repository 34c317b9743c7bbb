"""The pages as an outsider asks for them."""

import csv
import hashlib
import io
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from . import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def paper() -> papers.Paper:
    made = papers.Paper("ABCDEFGH23")
    papers.log()
    return made


def body(response) -> str:
    assert response.charset == "utf-8"
    return response.content.decode()


# ---- home and search ----------------------------------------------------------------------------------------------


def test_an_empty_portal_says_so(client):
    assert "还没有公示的决定" in body(client.get("/"))
    assert "还没有公示的决定" in body(client.get("/decisions/"))
    assert "没有符合条件的决定" in body(client.get("/decisions/", {"q": "占道"}))


def test_home_shows_the_newest_and_counts(client, django_assert_max_num_queries):
    for n in range(12):
        papers.show(f"HOME2222{n:02}", published_at=papers.AT + timedelta(days=n), title=f"第{n}号案")
    papers.bury(papers.show("GONE222222"))
    with django_assert_max_num_queries(4):
        page = body(client.get("/"))
    assert "第11号案" in page
    assert "第3号案" not in page
    assert "12 件" in page
    assert "已撤下</dt><dd>1 件" in page


def test_words_inside_the_text_are_found_and_shown(client, paper, django_assert_max_num_queries):
    papers.show("OTHER22222", text="另一件事")
    with django_assert_max_num_queries(5):
        page = body(client.get("/decisions/", {"q": "流动小吃摊"}))
    assert "<mark>流动小吃摊</mark>" in page
    assert '共 <strong class="yg-num">1</strong> 件' in page
    assert "ABCDEFGH23" in page
    assert "OTHER22222" not in page


@pytest.mark.parametrize("hidden", [papers.PARTY.name, papers.PARTY.id_no, papers.PARTY.phone, "青山街12号"])
def test_what_is_hidden_cannot_be_found(client, paper, hidden):
    assert "没有符合条件的决定" in body(client.get("/decisions/", {"q": hidden}))


@pytest.mark.clause("SY-2.1.0a", "QD-A3.公示.5")
def test_filters_stand_in_the_address(client):
    papers.show("KIND222222", kind="inspection", field="应急")
    papers.show("BODY222222", body_name="另一机关")
    papers.show("DATE222222", decided_on=date(2025, 1, 2))
    papers.bury(papers.show("GONE222222"))

    def codes(**asked) -> set[str]:
        page = body(client.get("/decisions/", asked))
        return {code for code in ("KIND222222", "BODY222222", "DATE222222", "GONE222222") if code in page}

    assert codes() == {"KIND222222", "BODY222222", "DATE222222"}
    assert codes(kind="inspection") == {"KIND222222"}
    assert codes(field="应急") == {"KIND222222"}
    assert codes(body="另一机关") == {"BODY222222"}
    assert codes(until="2025-12-31") == {"DATE222222"}
    assert codes(since="2026-01-01") == {"KIND222222", "BODY222222"}
    assert codes(withdrawn="1", q="青山罚决字") == {"KIND222222", "BODY222222", "DATE222222", "GONE222222"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"q": "罚"}, "请至少输入两个字"),
        ({"q": "，。"}, "请至少输入两个字"),
        ({"q": "罚" * 101}, "关键词最多 100 个字，现有 101 个字"),
        ({"q": "占\u0007道"}, "控制字符"),
        ({"q": "占\u0000道"}, "字符"),
        ({"since": "2026-13-01"}, "日期应写作"),
        ({"since": "2026-09-02", "until": "2026-09-01"}, "结束日期早于开始日期"),
        ({"since": "0001-01-01"}, "日期应在"),
        ({"body": "没有的机关"}, "没有“没有的机关”这一项"),
        ({"after": "x"}, "共 <strong"),
        ({"after": '["2026-99-99","X"]'}, "共 <strong"),
        ({"after": '["2026-09-18","\\u0000"]'}, "共 <strong"),
        ({"q": "'; drop table x --"}, "没有符合条件的决定"),
        ({"q": "100%_\\"}, "没有符合条件的决定"),
    ],
)
def test_odd_questions_get_a_clear_answer(client, asked, said):
    papers.show("SOME222222")
    response = client.get("/decisions/", asked)
    assert response.status_code in {200, 400}
    assert said in body(response)


def test_pages_by_key_with_exact_totals(client):
    for n in range(45):
        papers.show(f"PAGE2222{n:02}", decided_on=date(2026, 1, 1) + timedelta(days=n // 3), title=f"案{n}。")
    seen, url = [], "/decisions/?kind=penalty"
    while url:
        page = client.get(url)
        assert '共 <strong class="yg-num">45</strong> 件' in body(page)
        seen += [one["row"].code for one in page.context["results"]]
        url = page.context["page"].next_url and "/decisions/" + page.context["page"].next_url
    assert len(seen) == len(set(seen)) == 45
    assert seen == sorted(seen, reverse=True)
    assert "kind=penalty" in page.context["page"].prev_url
    assert '显示第 <span class="yg-num">41–45' in body(page)


def test_a_very_long_text_is_found_and_read(client):
    text = "行政处罚决定书\n" + "甲乙丙丁。" * 20_000 + "末尾的流动小吃摊占道"
    papers.show("LONG222222", text=text)
    papers.show("LONG333333", text="短文里的流动小吃摊")
    page = body(client.get("/decisions/", {"q": "小吃摊占道"}))
    assert "LONG222222" in page
    assert "LONG333333" not in page
    assert "<mark>小吃摊占道</mark>" in page
    assert client.get("/decisions/LONG222222/").status_code == 200


def test_open_data_is_a_table_and_no_formula(client):
    papers.show("CSV2222222", title="=HYPERLINK(1)", party="+86", number="@1号", summary={"conclusion": "-警告"})
    papers.bury(papers.show("CSV3333333"))
    response = client.get("/decisions/data.csv", {"withdrawn": "1"})
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not any(value[:1] in {"=", "+", "-", "@"} for row in rows for value in row.values())
    by_code = {row["查验码"]: row for row in rows}
    assert by_code["CSV2222222"]["题名"] == "'=HYPERLINK(1)"
    assert by_code["CSV3333333"]["状态"] == "已撤下"
    assert by_code["CSV3333333"]["罚款（元）"] == ""
    assert client.get("/decisions/data.csv", {"since": "x"}).status_code == 400


# ---- a decision ---------------------------------------------------------------------------------------------------


def test_a_decision_is_read_with_the_ground_of_each_mask(client, paper, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        response = client.get("/decisions/ABCDEFGH23/")
    page = body(response)
    for words in ("执法机关", "执法对象", "执法类别", "执法结论", papers.BODY, "罚款 300.00 元", papers.BASIS):
        assert words in page
    assert page.count('class="yg-mask"') == len(paper.places) >= 5
    for ground in ("自然人姓名", "公民身份号码", "自然人住址"):
        assert ground in page
    for secret in (papers.PARTY.name, papers.PARTY.id_no, "青山街12号"):
        assert secret not in page
    assert "第 1 版：首次公示" in page
    assert "已写入防篡改日志" in page
    assert paper.row.digest in page


def test_a_decision_not_in_the_log_yet_says_so(client):
    papers.Paper("ABCDEFGH23")
    assert "存证中，稍后再试" in body(client.get("/decisions/ABCDEFGH23/"))


def test_a_correction_is_in_the_history(client, paper):
    paper.correct()
    page = body(client.get("/decisions/ABCDEFGH23/"))
    assert "第 2 版：更正" in page
    assert "罚款数额写错，已更正" in page
    assert "已更正" in page


def test_the_public_version_is_the_sealed_bytes(client, paper):
    response = client.get("/decisions/ABCDEFGH23/document.pdf")
    assert b"".join(response.streaming_content) == paper.pdf
    assert response["Content-Type"] == "application/pdf"
    assert quote("（公开版）.pdf") in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    again = client.get("/decisions/ABCDEFGH23/document.pdf", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_withdrawn_decision_is_a_tombstone(client, paper):
    papers.bury(paper.row)
    papers.log()
    response = client.get("/decisions/ABCDEFGH23/")
    page = body(response)
    assert response.status_code == 200
    for words in (
        "该决定已被撤销，公示已撤下",
        papers.REASON,
        "第四十八条第二款",
        "2026年10月19日",
        "撤下时间 2026-10-21",
    ):
        assert words in page
    assert "小吃摊" not in page
    assert "noindex" in page
    assert response["X-Robots-Tag"] == "noindex"
    gone = client.get("/decisions/ABCDEFGH23/document.pdf")
    assert gone.status_code == 410
    assert papers.REASON in body(gone)


@pytest.mark.parametrize("code", ["ZZZZZZZZ99", "x", "a" * 300, "%00", "../../etc", "赵"])
def test_unknown_codes(client, paper, code):
    assert client.get(f"/decisions/{code}/").status_code == 404
    assert client.get(f"/v/{code}/").status_code == 404


def test_typed_codes_lead_to_the_one_address(client, paper):
    assert client.get("/decisions/abcdefgh23/")["Location"] == "/decisions/ABCDEFGH23/"
    assert client.get("/v/abcdefgh23/")["Location"] == "/v/ABCDEFGH23/"


# ---- the code on a paper ------------------------------------------------------------------------------------------


def test_the_qr_says_what_the_paper_must_say(client, paper):
    page = body(client.get("/v/ABCDEFGH23/"))
    for words in ("有这份文书", paper.number, papers.BODY, "2026年9月18日", "完全一致", "已公示", "公开日志中的位置"):
        assert words in page
    paper.correct()
    assert "公示内容后来作过更正" in body(client.get("/v/ABCDEFGH23/"))
    papers.bury(paper.row)
    page = body(client.get("/v/ABCDEFGH23/"))
    assert "有这份文书，但" in page
    assert papers.REASON in page


def test_a_document_that_is_not_public_exists_all_the_same(client):
    papers.Paper("NQTPVBLC22", public=False)
    page = body(client.get("/v/NQTPVBLC22/"))
    assert "没有公示" in page
    assert "小吃摊" not in page
    assert client.get("/decisions/NQTPVBLC22/")["Location"] == "/v/NQTPVBLC22/"


def test_an_unknown_code_is_answered_clearly(client):
    response = client.get("/v/ZZZZZZZZ99/")
    assert response.status_code == 404
    assert "本平台没有哪份文书用过这个查验码" in body(response)
    assert "不要按文书上的账号缴款" in body(response)


# ---- verify -------------------------------------------------------------------------------------------------------


def upload(client, content: bytes, name: str = "决定书.pdf"):
    return client.post("/verify/", {"file": SimpleUploadedFile(name, content, "application/pdf")})


def test_without_script_the_server_checks_and_says_so(client, paper, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = body(upload(client, paper.original))
    for words in ("这份文书自 2026-09-21 起未被改动", paper.number, "由服务器完成", "签名有效", "与签署的根相符"):
        assert words in page
    assert "不成立" not in page
    assert "这份公开版自 2026-09-21 起未被改动" in body(upload(client, paper.pdf))


def test_one_changed_byte_is_another_file(client, paper):
    changed = bytearray(paper.original)
    changed[len(changed) // 2] ^= 1
    page = body(upload(client, bytes(changed)))
    assert "没有找到与这份文件逐字节相同的文书" in page
    assert hashlib.sha256(bytes(changed)).hexdigest() in page


def test_a_withdrawn_decision_is_genuine_but_does_not_stand(client, paper):
    papers.bury(paper.row)
    papers.log()
    for content in (paper.original, paper.pdf):
        page = body(upload(client, content))
        assert "是真的，但该决定已被撤销" in page
        assert "信阳市浉河区人民政府已于 2026-10-19 将该决定撤销" in page
        assert papers.REASON in page


def test_a_superseded_version_is_genuine_but_not_the_latest(client, paper):
    paper.correct()
    papers.log()
    assert "已经不是最新版本" in body(upload(client, paper.pdf))
    assert "这份公开版自" in body(upload(client, paper.pdf + b"\n% 2\n"))


@pytest.mark.parametrize(("content", "said"), [(b"", "文件是空的"), (None, "请选择一个文件")])
def test_no_file_no_answer(client, content, said):
    response = client.post("/verify/", {} if content is None else {"file": SimpleUploadedFile("a.pdf", content)})
    assert response.status_code == 400
    assert said in body(response)


def test_numbers_are_looked_up_however_they_are_typed(client, paper):
    for typed in ("ABCDEFGH23", " abcdefgh23 "):
        assert "有这份文书" in body(client.get("/verify/", {"no": typed}))
    for typed in ("青山罚决字〔2026〕33号", "青山罚决字[2026]33号", "青山罚决字（２０２６）33 号"):
        assert client.get("/verify/", {"no": typed})["Location"] == "/v/ABCDEFGH23/"
    papers.show("SAME222222", number="青山罚决字〔2026〕33号", body_name="另一机关")
    assert "有 2 份文书用这个文号" in body(client.get("/verify/", {"no": "青山罚决字〔2026〕33号"}))
    missing = client.get("/verify/", {"no": "青山罚决字〔2026〕9999号"})
    assert missing.status_code == 404
    assert "没有查到" in body(missing)
    for bad in ("", "x" * 61, "a\u0007b"):
        assert client.get("/verify/", {"no": bad}).status_code == 400


# ---- the proof ----------------------------------------------------------------------------------------------------


def proof(client, **asked):
    return client.get("/verify/proof.json", asked)


def test_a_proof_for_who_holds_the_bytes(client, paper, django_assert_max_num_queries):
    digest = hashlib.sha256(paper.original).hexdigest()
    with django_assert_max_num_queries(12):
        said = proof(client, digest=digest)
    assert said.status_code == 200
    assert said["Cache-Control"] == "no-store"
    made = said.json()["proof"]
    assert {"payload", "salt", "kind", "index", "proof", "checkpoint", "vkey"} <= made.keys()
    assert digest in made["payload"]
    assert proof(client, digest=digest.upper()).status_code == 200


def test_a_code_alone_gives_no_original(client, paper):
    said = proof(client, code="ABCDEFGH23").json()
    assert hashlib.sha256(paper.original).hexdigest() not in str(said)
    assert said["digest"] == paper.row.digest
    assert said["proof"]["index"] == 1


def test_a_taken_down_text_is_given_only_to_who_has_it(client, paper):
    digest = paper.row.digest
    holds = hashlib.sha256(b"yangguang/holds\n" + paper.pdf).hexdigest()
    papers.bury(paper.row)
    papers.log()
    for wrong in ("", "0" * 64, digest, "赵", "x"):
        said = proof(client, digest=digest, holds=wrong)
        assert said.json()["withheld"] is True
        assert said.json()["proof"] is None
        assert "小吃摊" not in said.content.decode()
        assert "{since}" not in said.content.decode()
    said = proof(client, digest=digest, holds=holds).json()
    assert "小吃摊" in said["proof"]["payload"]
    assert papers.REASON in said["withdrawal"]["payload"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"digest": "x"}, 400),
        ({"digest": "0" * 63}, 400),
        ({"digest": "0" * 64}, 404),
        ({"code": "ZZZZZZZZ99"}, 404),
        ({"code": "\u0000"}, 404),
        ({"number": "没有〔2026〕1号"}, 200),
        ({"number": "\u0000"}, 200),
    ],
)
def test_odd_proofs(client, paper, asked, status):
    assert proof(client, **asked).status_code == status


def test_not_in_the_log_yet(client):
    made = papers.Paper("ABCDEFGH23")
    said = proof(client, digest=hashlib.sha256(made.pdf).hexdigest())
    assert said.status_code == 202
    assert said.json()["title"] == "存证中，稍后再试"
    assert "存证中，稍后再试" in body(upload(client, made.pdf))


# ---- headers ------------------------------------------------------------------------------------------------------


def test_headers(client, paper):
    for url in ("/", "/decisions/", "/decisions/ABCDEFGH23/", "/v/ABCDEFGH23/", "/verify/"):
        response = client.get(url)
        # How a decision stands must never come from a cache that does not ask (行政处罚法 art. 48).
        standing = "ABCDEFGH23" in url
        assert response["Cache-Control"] == ("public, no-cache" if standing else "public, max-age=30")
        assert "sessionid" not in response.cookies
        assert "csrftoken" not in response.cookies
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "object-src 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "<script>" not in body(response)
        assert " style=" not in body(response)
    client.cookies["sessionid"] = "stale"
    assert "private" in client.get("/")["Cache-Control"]
    assert upload(client, paper.pdf)["Cache-Control"] == "no-store"


def test_robots(client):
    text = body(client.get("/robots.txt"))
    assert "Disallow: /work" in text
    assert "Disallow: /decisions" not in text


@pytest.mark.parametrize("url", ["/", "/decisions/", "/verify/", "/robots.txt", "/verify/proof.json"])
def test_only_reading(client, url):
    assert client.delete(url).status_code == 405
