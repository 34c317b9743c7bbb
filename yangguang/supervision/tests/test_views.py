"""The supervisor's pages: what is late by clause and body, warnings that explain themselves, the trail; in scope only."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import story
from tests.story import Story
from yangguang.casework import queries as cases
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.supervision import queries, views

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Story]:
    """A decided case that nobody has published, and a second one under way."""
    with access.within(""):
        s = story.begin("serve_decision", with_accounts=True)
        s.second = story.begin_again(s, "interview")  # type: ignore[attr-defined]
        yield s


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


@pytest.fixture
def on() -> Iterator[Callable[[date], None]]:
    """Say which day it is."""
    patches = []

    def set_to(day: date) -> None:
        moment = timezone.make_aware(datetime.combine(day, time(9)))
        for name, value in (
            ("localdate", lambda at=None: day if at is None else at.date()),
            ("localtime", lambda *a: a[0] if a else moment),
        ):
            one = patch.object(views.timezone, name, value)
            one.start()
            patches.append(one)

    yield set_to
    for one in reversed(patches):
        one.stop()


def text(response: object) -> str:
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]


@pytest.mark.clause("CN-PEN-48.2", "QS-3.1.3c")
def test_the_board_says_what_is_late_and_why(told, on):
    on(date(2026, 10, 12))  # publication was due on 2026-09-29
    page = text(signed_in("qian").get("/supervision/"))
    assert "决定逾期没有公示（1）" in page and "公开行政处罚决定，最迟应在" in page and "逾期 13 天" in page
    assert "三（一）3" in page and "国办发〔2018〕118号" in page  # the plan and the national text, by their names
    assert f"/work/cases/{told.case.pk}/" in page
    assert "青山镇人民政府" in page and "许可、处罚决定公开" in page
    assert "?rule=D07&amp;state=overdue" in page


def test_nothing_late_is_no_warning(told, on):
    on(date(2026, 9, 22))
    page = text(signed_in("qian").get("/supervision/"))
    assert "决定逾期没有公示" not in page


def test_a_certificate_that_ends_soon_is_warned_of_with_the_case(told, on):
    on(date(2027, 6, 10))  # 李敏's ends on 2027-06-30
    page = text(signed_in("qian").get("/supervision/"))
    assert "李敏的执法证 16152100002 将于 2027-06-30 到期" in page
    on(date(2027, 7, 2))
    assert "已于 2027-06-30 到期" in text(signed_in("qian").get("/supervision/"))
    on(date(2026, 9, 22))
    assert "承办人的执法证" not in text(signed_in("qian").get("/supervision/"))


def test_a_suspended_certificate_is_warned_of(told, on):
    certificate = told.case.certificate1
    registry.change_certificate(
        by=None, at=story.at(9, 22), certificate=certificate, state="suspended", on=date(2026, 9, 22), reason="接受调查"
    )
    on(date(2026, 9, 23))
    assert "被暂扣" in text(signed_in("qian").get("/supervision/"))


@pytest.mark.clause("QS-3.2.2d")
def test_a_step_without_its_recording_is_warned_of(told, on):
    third = story.begin_again(told, "check_scene")  # nothing filmed, nothing waived
    on(date(2026, 9, 1))
    page = text(signed_in("qian").get("/supervision/"))
    assert "已办环节缺少应有的音像记录" in page and "没有“现场检查”的音像记录" in page
    assert f"/work/cases/{third.case.pk}/" in page
    told_of = [warning for warning in queries.warnings(_qian(), date(2026, 9, 1)) if warning.code == "recording"]
    assert [warning.total for warning in told_of] == [1]  # the filmed case and the waived interview are not


def _qian() -> access.Caller:
    account = Account.objects.select_related("officer__body").get(username="qian")
    return access.Caller(account, frozenset({"supervisor"}))


def test_filters_of_the_live_list(told, on):
    on(date(2026, 10, 12))
    client = signed_in("qian")
    assert '共 <strong class="yg-num">2</strong> 件' in text(client.get("/supervision/"))
    assert '共 <strong class="yg-num">1</strong> 件' in text(client.get("/supervision/?overdue=1"))
    assert '共 <strong class="yg-num">1</strong> 件' in text(client.get("/supervision/?step=perform"))
    assert "没有符合条件的案件" in text(client.get("/supervision/?q=没有这个人"))
    assert "没有符合条件的案件" in text(client.get("/supervision/?step=ended"))
    assert '共 <strong class="yg-num">2</strong> 件' in text(client.get("/supervision/?step=没有&body=乱写"))


@pytest.mark.clause("QD-3.2.4b", "QS-3.4.1c")
def test_an_open_case_is_followed_as_it_moves_and_only_by_those_above_it(told, on):
    on(date(2026, 9, 22))
    neighbour = registry.register_body(
        by=None, at=story.at(1, 5), scope="41.15.22/", name="光山县司法局", kind="supervisor", uscc="12411521006005061X",
        region="411522", pack=told.who.county.pack, sign="光司", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    officer = registry.register_officer(
        by=None, at=story.at(1, 5), body=neighbour, name="吕光", valid_from=date(2024, 1, 1)
    )
    account = registry.open_account(username="lv", officer=officer, password=story.PASSWORD)
    registry.grant_role(by=None, at=story.at(1, 5), account=account, role="supervisor")
    qian, lv, second = signed_in("qian"), signed_in("lv"), told.second
    case = f"/work/cases/{second.case.pk}/"
    assert case in text(qian.get("/supervision/?step=evidence")), "where it stands now"
    taken = f"办理环节：{cases.step_titles()['evidence']}"
    assert taken not in text(qian.get(f"{case}trail/"))
    second.collect()
    assert case not in text(qian.get("/supervision/?step=evidence")), "and at once where it stands next"
    assert case in text(qian.get("/supervision/?step=conclude")) and case in text(qian.get("/supervision/"))
    course = text(qian.get(f"{case}trail/"))
    item = second.case.dossier.items.get(code="scene_record")
    assert [one for one in (taken, "批准立案", f"《{item.title}》") if one not in course] == [], "its whole course"
    assert f"/records/items/{item.pk}/" in course and qian.get(f"/records/items/{item.pk}/").status_code == 200
    assert "2" in text(qian.get("/supervision/")).split("共 <strong")[1][:40], "and the whole body of cases"
    for path in ("/supervision/", "/supervision/duties/", "/supervision/trail/"):
        assert told.case.title not in text(lv.get(path)), path
    assert {lv.get(path).status_code for path in (case, f"{case}trail/", f"/records/items/{item.pk}/")} == {404}


def test_duties_by_filter_and_as_a_file(told, on):
    on(date(2026, 10, 12))
    client = signed_in("qian")
    page = text(client.get("/supervision/duties/?rule=D07&state=overdue"))
    assert "逾期 13 天" in page and "D07 " in page and "format=csv" in page
    assert "已履行" in text(client.get("/supervision/duties/?state=done"))
    response = client.get("/supervision/duties/?state=all&format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8" and response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    late = [row for row in rows if row["规则"] == "D07"]
    assert [(row["状态"], row["逾期天数"], row["到期日"]) for row in late] == [("逾期", "13", "2026-09-29")]
    assert all(row["执法主体"] == "青山镇人民政府" and row["依据"] for row in rows)


def test_no_cell_of_the_file_is_a_formula():
    assert views._plain("=1+1") == "'=1+1" and views._plain("一") == "一" and views._plain(3) == 3


def test_the_trail_says_who_did_what_and_where_it_stands_in_the_log(told):
    page = text(signed_in("qian").get("/supervision/trail/?verb=decision.decide"))
    assert "陈立新" in page and told.case.title in page and f"/work/cases/{told.case.pk}/" in page
    assert '共 <strong class="yg-num">1</strong> 条' in page
    today = timezone.localdate()
    assert "没有符合条件的留痕" in text(signed_in("qian").get("/supervision/trail/?day=2020-01-01"))
    assert "没有符合条件的留痕" not in text(signed_in("qian").get(f"/supervision/trail/?day={today}"))
    assert signed_in("qian").get("/supervision/trail/?day=2026-99-99").status_code == 200


def test_an_auditor_sees_that_it_was_written_and_not_about_whom(told):
    officer = registry.register_officer(
        by=None, at=story.at(1, 5), body=told.who.county, name="郑明", valid_from=date(2024, 1, 1), post="审计"
    )
    account = registry.open_account(username="zheng", officer=officer, password=story.PASSWORD)
    registry.grant_role(by=None, at=story.at(1, 5), account=account, role="auditor")
    page = text(signed_in("zheng").get("/supervision/trail/?verb=decision.decide"))
    assert "作出处罚决定" in page or "决定" in page
    assert "赵大勇" not in page and str(told.case.pk) not in page


def test_who_does_not_supervise_is_refused(told):
    for username in ("zhang", "wang", "zhou", "sun"):
        for path in ("/supervision/", "/supervision/duties/", "/supervision/trail/"):
            assert signed_in(username).get(path).status_code == 403
    assert Client().get("/supervision/")["Location"].startswith("/login/")


@pytest.mark.clause("CN-PEN-74")
def test_no_page_ranks_officers_or_sums_fines(told, on):
    on(date(2026, 10, 12))
    page = text(signed_in("qian").get("/supervision/"))
    assert "200.00" not in page and not re.search(r"\d元|\d 元", page)
    assert not [name for name in ("张卫国", "李敏") if name in page]


def test_the_number_of_queries_does_not_grow(told, on):
    on(date(2026, 10, 12))
    client = signed_in("qian")
    paths = ("/supervision/", "/supervision/duties/", "/supervision/trail/", "/supervision/duties/?format=csv")

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    story.begin_again(told, "check_scene")  # now every kind of warning there will be is there
    for path in paths:
        client.get(path)
    few = {path: asked(path) for path in paths}
    for last in ("serve_decision", "check_scene", "serve_decision"):
        story.begin_again(told, last)
    many = {path: asked(path) for path in paths}
    # One question more or less: whether a page happens to name a clue, which is looked up by itself.
    assert all(abs(many[path] - few[path]) <= 1 for path in paths), (few, many)
    assert max(few.values()) <= 40, few
