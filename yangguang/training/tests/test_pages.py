"""The pages: the way of one new officer from the plan to the certificate, and what each person may not see."""

import csv
import io
from datetime import UTC, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import story
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import queries as known
from yangguang.registry.forms import now
from yangguang.registry.models import Certificate, RegisterExport
from yangguang.trail.models import Entry
from yangguang.training import actions, queries
from yangguang.training.models import Admission, Answers, Attendance, Paper, Plan, Question, Result, Session, Sitting

from . import made as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch):
    """One afternoon: the pages ask the clock, and no test may depend on when it is run."""
    monkeypatch.setattr(timezone, "now", lambda: story.at(9, 10, 15).astimezone(UTC))
    with access.within(""):
        return make.begin(now(), with_accounts=True)


def client(username: str) -> Client:
    found = Client()
    found.force_login(make.account(username))
    return found


def all_of(model):
    """The rows of the test itself: the people came with their pre-post training."""
    with access.within(""):
        return list(model.objects.filter(at__gte=story.at(6, 1)).order_by("at", "id"))


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def exam(made):
    with access.within(""):
        make.bank(made)
        return make.paper(made, opens_at=made.later(minutes=-10))


@pytest.mark.clause("QD-3.1.2(1)b")
def test_from_the_plan_to_the_certificate(made):
    """Plan, session, attendance, hours, bank, exam, pass, certificate: each step on its page."""
    qian, he = client("qian"), client("he")
    year = made.at.year
    done = qian.post(
        "/training/plans/new/",
        {
            "title": "新进人员岗前培训", "year": year, "kind": "pre_post", "audience": "staff", "minutes": 180,
            "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31",
        },
    )  # fmt: skip
    (plan,) = all_of(Plan)
    assert (done.status_code, done.url) == (302, f"/training/plans/{plan.key}/")
    done = qian.post(
        f"/training/sessions/new/?plan={plan.key}",
        {
            "plan_key": plan.key, "title": "第一讲", "kind": "pre_post", "form": "class", "topic": "三项制度",
            "material": "讲义", "teacher": "钱正", "place": "会议室", "organiser": "", "minutes": 120,
            "starts_at": local(made.later(hours=-4)), "ends_at": local(made.later(hours=-1)),
        },
    )  # fmt: skip
    (session,) = all_of(Session)
    assert done.url == f"/training/sessions/{session.pk}/"
    assert "何小军" in qian.get(f"/training/plans/{plan.key}/").content.decode(), "not trained yet, by name"
    done = qian.post(f"/training/sessions/{session.pk}/attend/", {"officer": made.he.key, "minutes": "", "proof": ""})
    assert done.status_code == 302
    assert "何小军" not in qian.get(f"/training/plans/{plan.key}/").content.decode()
    page = he.get("/training/").content.decode()
    assert "第一讲" in page and "120 分钟" in page and "2.6" in page
    for n in range(3):
        done = qian.post(
            "/training/bank/new/",
            {
                "type": "single", "text": f"题{n}", "options": "出示\n不出示", "answer": " a", "explanation": "应当出示",
                "clause": make.some_clause(made),
            },
        )  # fmt: skip
        assert done.status_code == 302, done.content.decode()
    done = qian.post(
        "/training/papers/new/",
        {
            "title": "资格考试", "purpose": "certificate", "plan_key": "", "singles": 3, "single_points": 1, "multiples": 0,
            "multiple_points": 2, "judgements": 0, "judgement_points": 1, "pass_mark": 2, "minutes": 30, "grace_minutes": 1,
            "opens_at": local(made.later(minutes=-5)), "closes_at": local(made.later(hours=2)),
        },
    )  # fmt: skip
    (paper,) = all_of(Paper)
    assert done.url == f"/training/papers/{paper.pk}/"
    assert "没有考过" in qian.get("/training/certificates/?tab=without&q=何小军").content.decode()
    done = qian.post(f"/training/papers/{paper.pk}/admit/", {"officers": [made.he.key], "note": ""})
    assert done.status_code == 302
    (admission,) = all_of(Admission)
    assert f"/training/exam/{admission.pk}/" in he.get("/training/").content.decode()
    done = he.post(f"/training/exam/{admission.pk}/")
    (sitting,) = all_of(Sitting)
    assert done.url == f"/training/sittings/{sitting.pk}/"
    given = {f"q-{pk}": "A" for pk in sitting.questions}
    done = he.post(f"/training/sittings/{sitting.pk}/?page=1", {**given, "go": "finish"})
    assert done.url == f"/training/sittings/{sitting.pk}/hand-in/"
    assert "各题都已作答" in he.get(done.url).content.decode()
    done = he.post(done.url)
    (result,) = all_of(Result)
    assert done.url == f"/training/results/{result.pk}/"
    letter = he.get(done.url).content.decode()
    assert "成绩通知书" in letter and "合格" in letter and "应当出示" not in letter
    listed = qian.get("/training/certificates/").content.decode()
    with access.within(""):
        exam = known.exams_of(made.he.key).get()
    url = f"/registry/officers/{made.he.key}/certificate/?exam={exam.pk}"
    assert "何小军" in listed and url in listed
    assert f'value="{exam.pk}" selected' in qian.get(url).content.decode()
    done = qian.post(
        url,
        {
            "exam": exam.pk, "issuer_family": "provincial", "number": "1615219001", "issuer": "河南省人民政府", "valid_from": made.at.date(),
            "valid_to": made.at.date() + timedelta(days=1800),
        },
    )  # fmt: skip
    assert done.status_code == 302, done.content.decode()
    with access.within(""):
        assert Certificate.objects.get(officer_key=made.he.key).exam_passed_on == result.on
        verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs >= {
        f"training.{one}"
        for one in ("plan", "hold", "attend", "question", "set_exam", "admit", "sit", "answer", "hand_in")
    } | {"registry.grant_certificate"}
    assert "没有合格未发证的人员" in qian.get("/training/certificates/").content.decode()


@pytest.mark.clause("WC-2.1.3(2)a", "QS-4.6f")
def test_who_failed_is_refused_a_certificate_on_the_page(made, exam):
    with access.within(""):
        result = make.failed(made, exam)
    qian = client("qian")
    assert "何小军" in qian.get("/training/certificates/?tab=without").content.decode()
    assert "何小军" not in qian.get("/training/certificates/").content.decode()
    page = qian.get(f"/registry/officers/{made.he.key}/").content.decode()
    assert "能力上的缺口" in page and f"“{result.title}”不合格，{result.score} 分" in page and "看培训计划" in page
    assert "没有岗前培训记录，不得派案" in page and "新进执法队员" in page
    assert "能力上的缺口" in client("he").get(f"/registry/officers/{made.he.key}/").content.decode()
    assert "能力上的缺口" not in client("zhang").get(f"/registry/officers/{made.he.key}/").content.decode()
    with access.within(""):
        exam = known.exams_of(made.he.key).get()
        assert exam.source == result.ref
    url = f"/registry/officers/{made.he.key}/certificate/"
    assert "没有何小军执法资格考试合格的登记" in qian.get(url).content.decode()
    given = {
        "exam": exam.pk, "issuer_family": "provincial", "number": "1", "issuer": "省", "valid_from": "2030-01-01",
        "valid_to": "2031-01-01",
    }  # fmt: skip
    refused = qian.post(url, given)
    assert refused.status_code == 422 and "没有“" in refused.content.decode(), "a failed exam is not offered"
    with access.within(""):
        assert not Certificate.objects.filter(officer_key=made.he.key).exists()


def test_no_answer_is_in_the_page_before_the_exam_is_over(made, exam):
    with access.within(""):
        sitting = make.sat(made, make.admitted(made, exam))
        actions.answer(by=made.he, at=made.at, sitting=sitting, given={sitting.questions[0]: ["B"]})
        questions = queries.asked(sitting)
    he = client("he")
    url = f"/training/sittings/{sitting.pk}/"
    seen = he.get(url).content.decode()
    assert questions[0].text in seen and "解析之" not in seen and questions[0].clause not in seen
    assert seen.count(" checked") == 1, "only what the person has ticked"
    he.post(f"{url}hand-in/")
    (result,) = all_of(Result)
    letter = he.get(f"/training/results/{result.pk}/").content.decode()
    assert "解析之" not in letter and questions[0].text not in letter and sitting.seed not in letter
    for username in ("qian", "chen"):
        for page in (f"/training/results/{result.pk}/", f"/training/papers/{exam.pk}/"):
            shown = client(username).get(page).content.decode()
            assert "解析之" not in shown and sitting.seed not in shown, (username, page)


def test_the_answers_are_shown_after_it_is_over(made):
    with access.within(""):
        made.at = made.later(days=-1)
        make.bank(made)
        result = make.passed(made, make.paper(made), made.who.zhang)
    shown = client("zhang").get(f"/training/results/{result.pk}/").content.decode()
    assert "解析之" in shown and result.sitting.seed in shown and "答对" in shown
    assert packs.load(made.qian.body.pack).clause(made.questions[0].clause).text[:12] in shown


def test_a_page_is_saved_by_each_button_and_once(made, exam):
    with access.within(""):
        sitting = make.sat(made, make.admitted(made, exam))
    he, url = client("he"), f"/training/sittings/{sitting.pk}/"
    first = sitting.questions[0]
    done = he.post(f"{url}?page=1", {f"q-{first}": "A", "go": "save"})
    assert done.url == f"{url}?page=1"
    he.post(f"{url}?page=1", {f"q-{first}": "A", "go": "save"})
    assert len(all_of(Answers)) == 1, "what did not change leaves no row"
    he.post(f"{url}?page=1", {f"q-{first}": "B", "go": "next"})
    he.post(f"{url}?page=1", {"go": "1"})
    with access.within(""):
        assert queries.chosen(sitting)[first] == [], "an answer can be taken back"
    for page in ("0", "99", "x", "-1", "1" * 30):
        assert he.get(f"{url}?page={page}").status_code == 200
    bad = he.post(f"{url}?page=1", {f"q-{first}": "Z", "go": "save"})
    assert bad.status_code == 409 and "不在选项之内" in bad.content.decode()


def test_after_the_time_nothing_is_saved_and_the_organiser_collects(made):
    with access.within(""):
        made.at = made.later(hours=-5)
        make.bank(made)
        paper = make.paper(made, minutes=30)
        sitting = make.sat(made, make.admitted(made, paper, made.who.zhang))
        actions.answer(by=made.who.zhang, at=made.at, sitting=sitting, given=make.right(sitting))
    zhang, url = client("zhang"), f"/training/sittings/{sitting.pk}/"
    late = zhang.post(f"{url}?page=1", {f"q-{sitting.questions[0]}": "B", "go": "save"})
    assert late.status_code == 409 and "没有保存" in late.content.decode()
    assert "时间已到" in zhang.get(url).content.decode()
    assert "1 人时间已到" in client("qian").get(f"/training/papers/{paper.pk}/").content.decode()
    client("chen").post(f"/training/papers/{paper.pk}/")
    assert not all_of(Result), "the head reads and does not collect"
    client("qian").post(f"/training/papers/{paper.pk}/")
    (result,) = all_of(Result)
    assert (result.how, result.score) == ("time_up", 10)


def test_nobody_opens_another_persons_exam(made, exam):
    with access.within(""):
        sitting = make.sat(made, make.admitted(made, exam))
        result = make.failed(made, exam, made.who.zhang)
        waiting = make.admitted(made, exam, made.who.li)
    zhang = client("zhang")
    for url in (
        f"/training/sittings/{sitting.pk}/",
        f"/training/sittings/{sitting.pk}/hand-in/",
        f"/training/exam/{waiting.pk}/",
    ):
        assert zhang.get(url).status_code == 404, url
        assert zhang.post(url).status_code == 404, url
        assert client("qian").post(url).status_code == 404, url
    assert zhang.get(f"/training/results/{result.pk}/").status_code == 200
    assert client("he").get(f"/training/results/{result.pk}/").status_code == 404
    assert client("chen").get(f"/training/results/{result.pk}/").status_code == 200
    for url in ("/training/bank/", "/training/papers/", "/training/hours/", "/training/certificates/"):
        assert zhang.get(url).status_code == 403, url


def test_the_head_sees_the_body_and_organises_nothing(made, exam):
    chen = client("chen")
    for url in ("/training/hours/", "/training/papers/", "/training/results/", "/training/certificates/"):
        assert chen.get(url).status_code == 200, url
    for url in ("/training/plans/new/", "/training/bank/", f"/training/papers/{exam.pk}/admit/"):
        assert chen.get(url).status_code == 403, url


def test_the_township_reads_the_countys_question_and_cannot_change_it(made, exam):
    question = made.questions[0]
    admin = client("town-admin")
    shown = admin.get(f"/training/bank/{question.key}/")
    assert shown.status_code == 200 and "由其修改" in shown.content.decode()
    given = {
        "type": "single", "text": "改", "options": "甲\n乙", "answer": "A", "explanation": "",
        "clause": make.some_clause(made),
    }  # fmt: skip
    assert admin.post(f"/training/bank/{question.key}/", given).status_code == 422
    with access.within(""):
        assert queries.question(question.key) == question
    changed = client("qian").post(f"/training/bank/{question.key}/", {**given, "retired": "on"})
    assert changed.status_code == 302, changed.content.decode()
    with access.within(""):
        assert queries.question(question.key).valid_to == made.at.date()


# ---- the list that is imported -------------------------------------------------------------------------------------

ROLL = "姓名,执法证号,分钟,证明编号\n张卫国,16152100001,90,\n王五,,,\n李敏,99,,\n林芳,,500,\n吴刚,,,结〔2026〕1号\n"


def test_a_list_is_tried_first_and_a_bad_row_stops_no_other(made):
    with access.within(""):
        session = make.session(made)
    qian, url = client("qian"), f"/training/sessions/{session.pk}/import/"
    tried = qian.post(url, {"text": ROLL, "do": "check"})
    page = tried.content.decode()
    assert tried.status_code == 422 and "可以登记 2 人" in page and "有错的地方 3 处" in page
    for words in ("第 3 行", "第 4 行", "第 5 行", "名录中没有这个人", "不是李敏的执法证号", "1 到 180"):
        assert words in page, words
    assert not all_of(Attendance), "a trial enters nobody"
    entered = qian.post(url, {"text": ROLL, "do": "enter"}).content.decode()
    assert "已登记 2 人" in entered
    rows = {row.officer.name: (row.minutes, row.how, row.proof) for row in _rows()}
    assert rows == {"张卫国": (90, "imported", ""), "吴刚": (180, "imported", "结〔2026〕1号")}
    again = qian.post(url, {"text": ROLL, "do": "enter"}).content.decode()
    assert "已登记参加本场次" in again and len(all_of(Attendance)) == 2


def _rows():
    with access.within(""):
        return list(Attendance.objects.filter(at__gte=story.at(6, 1)).select_related("officer"))


def test_a_good_file_is_entered_whole(made):
    with access.within(""):
        session = make.session(made)
    sent = SimpleUploadedFile("名单.csv", "姓名,分钟\n张卫国,60\n李敏,\n".encode("gb18030"))
    done = client("qian").post(f"/training/sessions/{session.pk}/import/", {"file": sent, "do": "enter"})
    assert done.status_code == 302 and len(all_of(Attendance)) == 2
    for bad in (b"\xff\xfe\x00", b"", "张卫国".encode(), b"a" * 600_000):
        sent = SimpleUploadedFile("名单.csv", bad)
        answer = client("qian").post(f"/training/sessions/{session.pk}/import/", {"file": sent, "do": "enter"})
        assert answer.status_code == 422
    empty = client("qian").post(f"/training/sessions/{session.pk}/import/", {"do": "check"})
    assert empty.status_code == 422 and "名单是空的" in empty.content.decode()


def test_the_townships_list_reaches_no_further_than_the_township(made):
    with access.within(""):
        session = make.session(made)
    page = client("town-admin").post(
        f"/training/sessions/{session.pk}/import/", {"text": "姓名\n钱正\n李敏", "do": "enter"}
    )
    assert "名录中没有这个人" in page.content.decode()
    assert [row.officer.name for row in _rows()] == ["李敏"]


def test_a_correction_keeps_both_rows(made):
    with access.within(""):
        row = actions.attend(by=made.qian, at=made.at, session=make.session(made), officer=made.who.zhang)
    qian, url = client("qian"), f"/training/attendance/{row.pk}/correct/"
    assert "填写" in qian.post(url, {"minutes": "30", "reason": ""}).content.decode()
    assert qian.post(url, {"minutes": "30", "reason": "中途离开"}).status_code == 302
    refused = qian.post(url, {"minutes": "20", "reason": "再改"})
    assert refused.status_code == 422 and "已经更正过" in refused.content.decode()
    page = qian.get(f"/training/sessions/{row.session_id}/").content.decode()
    assert "原为 180 分钟" in page and "中途离开" in page


# ---- cancelled, taken out, brought in ------------------------------------------------------------------------------


def test_a_session_is_cancelled_and_who_came_is_told(made):
    with access.within(""):
        session = make.session(made)
        actions.attend(by=made.qian, at=made.at, session=session, officer=made.he)
    qian, url = client("qian"), f"/training/sessions/{session.pk}/cancel/"
    assert "已登记参训 1 人" in qian.get(url).content.decode()
    assert client("town-admin").post(url, {"reason": "我取消"}).status_code == 422, "the county's session"
    assert client("zhang").post(url, {"reason": "我取消"}).status_code == 403
    assert qian.post(url, {"reason": ""}).status_code == 422
    assert qian.post(url, {"reason": "授课人未到"}).status_code == 302
    mine = client("he").get("/training/").content.decode()
    assert "场次已取消，不计" in mine and "授课人未到" in mine
    page = qian.get(f"/training/sessions/{session.pk}/").content.decode()
    assert "取消：授课人未到" in page and "登记参训</a>" not in page
    assert "已取消" in qian.get("/training/sessions/").content.decode()
    assert "已于 2026-09-10 取消" in qian.post(url, {"reason": "再次"}).content.decode()


TOWNSHIP = '<td data-label="单位"><span>青山镇人民政府'


@pytest.mark.clause("QS-4.6a", "DH-3.1b")
def test_hours_are_taken_out_by_officer_and_who_has_not_is_listed(made):
    with access.within(""):
        session = make.session(made)
        actions.attend(by=made.qian, at=made.at, session=session, officer=made.who.zhang)
    qian = client("qian")
    page = qian.get("/training/hours/?who=staff&before=no").content.decode()
    assert "何小军" in page and "张卫国" not in page and "钱正" in page
    assert page.count("无记录，不得承办") == page.count(TOWNSHIP) > 0, "the township's pack asks it, the county's not"
    assert "不得承办" in client("chen").get("/training/hours/?who=staff").content.decode()
    assert qian.get("/training/hours/hours.csv").status_code == 405
    answer = qian.post("/training/hours/hours.csv?who=officers&short=yes")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "姓名" and {row[0]: row[4:] for row in rows[1:]}["张卫国"] == [
        "180", "4.0", "56.0", "不足", "有记录",
    ]  # fmt: skip
    workbook = qian.post("/training/hours/hours.xlsx")
    assert workbook.content[:2] == b"PK" and "attachment" in workbook["Content-Disposition"]
    with access.within(""):
        assert list(RegisterExport.objects.values_list("register", "form", "rows")) == [
            ("hours", "csv", 4),
            ("hours", "xlsx", 4),
        ]
    assert client("zhang").post("/training/hours/hours.csv").status_code == 403
    assert qian.post("/training/hours/hours.pdf").status_code == 404


BANK = "题型,题干,选项,答案,解析,依据条款\n"


def test_questions_come_in_as_a_file_tried_first_and_row_by_row(made):
    clause = make.some_clause(made)
    good = f'单选题,一,"出示\n不出示",a,,{clause}\n多选题,二,"甲\n乙\n丙",A、C,说明,{clause}\n'
    bad = f'单选题,三,"出示\n不出示",D,,{clause}\n判断题,四,"正确\n错误",A,,QS-9.9.9z\n问答题,五,"甲\n乙",A,,{clause}\n'
    qian = client("qian")
    sent = SimpleUploadedFile("题库.csv", (BANK + good + bad).encode())
    url = "/registry/tables/questions/import/"
    assert url in qian.get("/training/bank/").content.decode()
    taken = qian.post(url, {"file": sent, "valid_from": "2026-09-10", "reason": "导入"})
    assert taken.status_code == 302, taken.content.decode()
    page = qian.get(taken.url).content.decode()
    assert "登记这 2 行" in page and not all_of(Question), "a trial enters nothing"
    for said in ("不在选项 AB 之内", "没有条款“QS-9.9.9z”", "没有“问答题”这一选项"):
        assert said in page, said
    assert qian.post(taken.url + "apply/").status_code == 302
    rows = {one.text: one for one in all_of(Question)}
    assert set(rows) == {"一", "二"} and rows["二"].answer == ["A", "C"] and rows["二"].options == ["甲", "乙", "丙"]
    assert rows["一"].author_key == made.qian.key and rows["一"].scope == made.qian.scope
    out = qian.post("/registry/tables/questions/export/", {"on": "2026-09-10", "form": "csv"})
    assert "二" in out.content.decode()
    again = qian.post(
        url, {"file": SimpleUploadedFile("a.csv", out.content), "valid_from": "2026-09-10", "reason": "x"}
    )
    assert (
        "没有变化" in qian.get(again.url).content.decode() and "没有要登记的行" in qian.get(again.url).content.decode()
    )
    changed = out.content.decode().replace("说明", "改过的解析")
    done = qian.post(
        url, {"file": SimpleUploadedFile("a.csv", changed.encode()), "valid_from": "2026-09-10", "reason": "x"}
    )
    assert qian.post(done.url + "apply/").status_code == 302
    with access.within(""):
        assert queries.question(rows["二"].key).explanation == "改过的解析"
    for username, status in (("zhang", 403), ("chen", 403), ("town-admin", 200)):
        assert client(username).get(url).status_code == status, username


def test_the_bank_names_the_clause_in_words(made, exam):
    question = made.questions[0]
    found = packs.load(made.qian.body.pack).clause(question.clause)
    for url in ("/training/bank/", f"/training/bank/{question.key}/"):
        assert f"{found.source}{found.title}" in client("qian").get(url).content.decode(), url


def test_results_of_exams_and_of_tests_are_two_lists(made, exam):
    with access.within(""):
        result = make.failed(made, exam)
        story.passed(made.who.wang, made.at)
    qian = client("qian")
    listed = qian.get("/training/results/").content.decode()
    assert f"/training/results/{result.pk}/" in listed and "王静" in listed and "86/100" in listed
    assert "何小军" not in qian.get("/training/results/?tab=tests").content.decode()
    given = {
        "officer": made.he.key, "title": "测试", "organiser": "州司法局", "on": "2026-09-01", "score": "70", "total": "100",
        "pass_mark": "60", "proof": "P-1",
    }  # fmt: skip
    for purpose, address in (("training", "/training/results/?tab=tests"), ("certificate", "/training/results/")):
        done = qian.post("/training/results/outside/", {**given, "purpose": purpose})
        assert (done.status_code, done.url) == (302, address), done.content.decode()
        assert "P-1" in qian.get(address).content.decode()
    with access.within(""):
        assert known.exams_of(made.he.key).filter(proof="P-1", how="outside").count() == 1


# ---- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["?year=abc", "?year=99999", "?after=[1]", "?body=41.15.26/", "?q=%00", "?q=" + "长" * 300, "?who=zzz", "?tab=x"],
)
def test_addresses_made_up_are_answered(made, exam, query):
    for url in ("hours/", "plans/", "sessions/", "bank/", "papers/", "results/", "certificates/", ""):
        assert client("qian").get(f"/training/{url}{query}").status_code == 200, url


def test_forms_keep_what_was_typed_and_say_what_is_wrong(made):
    qian = client("qian")
    back = qian.post(
        "/training/papers/new/",
        {
            "title": "保留的名称", "purpose": "certificate", "singles": 5, "single_points": 1, "multiples": 0,
            "multiple_points": 1, "judgements": 0, "judgement_points": 1, "pass_mark": 3, "minutes": 30, "grace_minutes": 1,
            "opens_at": local(made.at), "closes_at": local(made.later(hours=2)),
        },
    )  # fmt: skip
    page = back.content.decode()
    assert back.status_code == 422 and "题库不够" in page and "保留的名称" in page
    assert "请填写" in qian.post("/training/plans/new/", {}).content.decode()
    back = qian.post("/training/plans/new/", {"title": "a\u202eb", "minutes": "1e9", "starts_on": "2026-02-30"})
    page = back.content.decode()
    assert "看不见" in page and "请填写整数" in page and "日期不存在" in page
    assert not all_of(Plan)


def test_a_second_press_of_the_button_plans_once(made):
    year, once = made.at.year, "01890000-0000-7000-8000-000000000001"
    given = {
        "title": "计划", "year": year, "kind": "post", "audience": "officers", "minutes": 60, "once": once,
        "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31",
    }  # fmt: skip
    qian = client("qian")
    assert qian.post("/training/plans/new/", given).status_code == 302
    assert qian.post("/training/plans/new/", given).status_code == 302
    assert len(all_of(Plan)) == 1


# ---- as many questions for many as for few -------------------------------------------------------------------------

LISTS = ("", "hours/", "plans/", "sessions/", "bank/", "papers/", "results/", "certificates/?tab=without")


def test_the_questions_to_the_database_do_not_grow(made, exam):
    with access.within(""):
        plan = make.plan(made)
        session = make.session(made, plan)
        actions.attend(by=made.qian, at=made.at, session=session, officer=made.who.zhang)
        make.passed(made, exam)
    qian = client("qian")
    pages = [*(f"/training/{one}" for one in LISTS)]
    pages += [f"/training/plans/{plan.key}/", f"/training/sessions/{session.pk}/", f"/training/papers/{exam.pk}/"]

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert qian.get(url).status_code == 200, url
        return len(seen)

    few = {url: asked(url) for url in pages}
    with access.within(""):
        for officer in (made.who.li, made.who.wang, made.who.sun, made.who.zhou):
            actions.attend(by=made.qian, at=made.at, session=session, officer=officer)
            make.failed(made, exam, officer)
        for _ in range(4):
            make.session(made, make.plan(made))
            make.bank(made, 1, 1, 1)
            make.paper(made)
    many = {url: asked(url) for url in pages}
    assert {url: (few[url], many[url]) for url in pages if many[url] > few[url] or many[url] > 40} == {}
