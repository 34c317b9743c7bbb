"""The pages of the lists, as people use them: without script, with everything typed kept when something is wrong."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import story
from yangguang.catalogue import queries
from yangguang.catalogue.models import Filing, ListPublication, ListVersion
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db

LISTS = "/catalogue/lists/"
CATALOGUE = f"{LISTS}catalogue_review/"
AV = f"{LISTS}list_av/"
ROW = {
    "matter": "较大数额罚款",
    "kinds": "行政处罚",
    "powers": "",
    "when": "罚款数额≥50000元",
    "reason": "数额较大",
    "basis": "本镇目录",
}


@pytest.fixture
def people() -> dict[str, Client]:
    with access.within(""):
        story.begin(with_accounts=True)
        made = {}
        for who in ("zhang", "li", "chen", "zhou", "qian", "sun"):
            made[who] = Client()
            made[who].force_login(Account.objects.get(username=who))
    return made


def form(*rows: dict[str, str], **more: str) -> dict[str, str]:
    data = {f"rows.{n}.{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return {"count": str(len(rows)), "in_force_from": timezone.localdate().isoformat(), "note": "", **data, **more}


def text(response: Any) -> str:
    return response.content.decode()


def drafted(people: dict[str, Client], *rows: dict[str, str], url: str = CATALOGUE) -> ListVersion:
    response = people["zhang"].post(f"{url}draft/", form(*(rows or (ROW,))))
    assert response.status_code == 302, text(response)
    with access.within(""):
        return ListVersion.objects.get(pk=response.url.rstrip("/").rpartition("/")[2])


def test_the_whole_way_in_the_browser(people):
    page = text(people["zhang"].get(LISTS))
    assert "音像记录事项清单" in page
    assert '还缺 <b class="yg-num">3</b> 种' in page
    start = people["zhang"].get(f"{AV}draft/")
    assert start.status_code == 200
    opened = start.context["form"]
    rows = [{c.name: opened.initial[f"rows.{n}.{c.name}"] for c in opened.columns} for n in range(opened.count)]
    rows = [{**row, "keeper": "行政执法大队", "retention": "30年"} for row in rows if row["event"]]
    assert len(rows) >= 10
    version = drafted(people, *rows, url=AV)
    shown = text(people["zhang"].get(f"/catalogue/lists/versions/{version.pk}/"))
    assert "待审核" in shown
    assert f"/catalogue/lists/versions/{version.pk}/publish/" not in shown

    approve = f"/catalogue/lists/versions/{version.pk}/approve/"
    assert people["zhang"].get(approve).status_code == 403
    assert people["chen"].get(approve).status_code == 200
    assert people["chen"].post(approve, {"approved": "no", "opinion": ""}).status_code == 422
    assert people["chen"].post(approve, {"approved": "yes", "opinion": "同意"}).status_code == 302

    publish = f"/catalogue/lists/versions/{version.pk}/publish/"
    wrong = people["zhou"].post(publish, {"channels": ["portal", "服务窗口"], "on": timezone.localdate().isoformat()})
    assert wrong.status_code == 422
    assert "没有写明在服务窗口公布的证明" in text(wrong)
    codes = [value for value, _ in people["zhou"].get(publish).context["form"].fields["channels"].choices]
    proofs = {f"proof.{code}": "公示栏照片" for code in codes if code != "portal"}
    done = people["zhou"].post(publish, {"channels": codes, "on": timezone.localdate().isoformat(), **proofs})
    assert done.status_code == 302
    page = text(people["zhou"].get(f"/catalogue/lists/versions/{version.pk}/"))
    assert "未公布" not in page

    sent = {"addressee": "罗山县司法局", "on": timezone.localdate().isoformat(), "note": ""}
    assert people["zhou"].post(f"/catalogue/lists/versions/{version.pk}/file/", sent).status_code == 302
    with access.within(""):
        filing = Filing.objects.get(version=version)
        assert ListPublication.objects.filter(version=version).count() == len(codes)
    assert "待回执" in text(people["zhou"].get(f"/catalogue/lists/versions/{version.pk}/"))
    answer = {"number": "罗司备 1 号", "on": timezone.localdate().isoformat()}
    assert people["zhou"].post(f"/catalogue/lists/filings/{filing.pk}/receipt/", answer).status_code == 302
    assert "罗司备 1 号" in text(people["qian"].get(f"/catalogue/lists/versions/{version.pk}/"))
    page = text(people["zhang"].get(LISTS))
    assert '还缺 <b class="yg-num">2</b> 种' in page


def test_rows_are_added_and_removed_without_script_and_what_was_typed_stays(people):
    url = f"{CATALOGUE}draft/"
    second = {**ROW, "matter": "第二行", "kinds": "写错了"}
    more = people["zhang"].post(url, form(ROW, second, more="1"))
    assert more.status_code == 200
    assert len(more.context["lines"]) == 5
    assert "写错了" in text(more)
    fewer = people["zhang"].post(url, form(ROW, second, drop="0"))
    assert len(fewer.context["lines"]) == 1
    assert "较大数额罚款" not in text(fewer)
    assert "第二行" in text(fewer)
    with access.within(""):
        assert not ListVersion.objects.exists()


def test_a_wrong_cell_is_said_at_the_cell_and_nothing_is_lost(people):
    blank = dict.fromkeys(ROW, "")
    response = people["zhang"].post(f"{CATALOGUE}draft/", form(blank, {**ROW, "when": "罚款数额≥多", "reason": ""}))
    assert response.status_code == 422
    shown = response.context["form"]
    assert "rows.1.when" in shown.errors
    assert "rows.1.reason" in shown.errors
    assert "罚款数额≥多" in text(response)
    with access.within(""):
        assert not ListVersion.objects.exists()


def test_a_file_is_tried_before_it_is_drafted(people):
    url = f"{CATALOGUE}import/"
    today = timezone.localdate().isoformat()

    def sent(content: str, button: str) -> Any:
        file = SimpleUploadedFile("目录.csv", content.encode(), "text/csv")
        return people["zhou"].post(url, {"file": file, "in_force_from": today, "note": "", button: "1"})

    head = "审核事项,执法行为种类,条件,列入理由,依据\n"
    bad = sent(head + "大额罚款,行政惩罚,罚款数额≥5万元,,本镇目录\n", "try")
    assert "须改正的 2 处" in text(bad)
    assert "没有“行政惩罚”这个选项" in text(bad)
    refused = sent(head + "大额罚款,行政惩罚,,,\n", "save")
    assert refused.status_code == 422
    good = head + "大额罚款,行政处罚,罚款数额≥5万元,数额较大,本镇目录\n"
    tried = sent(good, "try")
    assert "试读：1 行，没有错误" in text(tried)
    assert sent("x", "try").status_code == 422
    with access.within(""):
        assert not ListVersion.objects.exists()
    done = sent(good, "save")
    assert done.status_code == 302
    with access.within(""):
        version = ListVersion.objects.get()
    assert version.rows[0]["when"] == {"fine_fen_gte": 5_000_000}
    file = people["zhou"].get(f"{CATALOGUE}export.csv?version=1")
    assert "罚款数额≥50000元" in text(file)
    assert people["zhou"].get(f"{CATALOGUE}export.csv?version=9").status_code == 404
    assert people["zhou"].get(f"{CATALOGUE}export.csv?version=x").status_code == 404


def test_a_supervisor_sees_what_is_missing_below_and_writes_nothing(people):
    page = text(people["qian"].get(LISTS))
    assert "青山镇人民政府" in page
    assert "随机抽查事项清单、音像记录事项清单" in page
    inside = text(people["qian"].get(f"{LISTS}?body={story.TOWN}"))
    assert "缺" in inside
    assert "起草" not in inside
    assert people["qian"].get(f"{CATALOGUE}draft/").status_code == 403
    assert people["zhang"].get(f"{LISTS}list_av/?body=41.15.22/").status_code == 404
    assert people["zhang"].get(f"{LISTS}nothing/").status_code == 404
    assert people["sun"].get(LISTS).status_code == 403


def test_a_second_press_drafts_nothing_twice(people):
    data = form(ROW, once="7d9f6bb0-6f43-4d36-8b39-0d9a42b9f5d1")
    first = people["zhang"].post(f"{CATALOGUE}draft/", data)
    again = people["zhang"].post(f"{CATALOGUE}draft/", data)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first.url == again.url
    with access.within(""):
        assert ListVersion.objects.count() == 1


def test_a_list_too_long_for_a_form_is_edited_as_a_file(people):
    rows = [{**ROW, "matter": f"第 {n} 项"} for n in range(90)]
    content = "审核事项,执法行为种类,条件,列入理由,依据\n" + "\n".join(
        ",".join(row[name] for name in ("matter", "kinds", "when", "reason", "basis")) for row in rows
    )
    given = {"in_force_from": timezone.localdate().isoformat(), "note": "", "save": "1"}
    file = SimpleUploadedFile("目录.csv", content.encode("gb18030"), "text/csv")
    done = people["zhang"].post(f"{CATALOGUE}import/", {"file": file, **given})
    assert done.status_code == 302
    assert people["chen"].post(f"{done.url}approve/", {"approved": "yes", "opinion": ""}).status_code == 302
    page = text(people["zhang"].get(f"{CATALOGUE}draft/"))
    assert "清单超过 80 行" in page
    assert "提交审核" not in page
    assert "第 89 项" in text(people["zhang"].get(CATALOGUE))


def test_a_revision_shows_what_it_changes(people):
    version = drafted(people)
    people["chen"].post(f"/catalogue/lists/versions/{version.pk}/approve/", {"approved": "yes", "opinion": ""})
    second = drafted(people, {**ROW, "reason": "另写的理由"}, {**ROW, "matter": "停业", "when": ""})
    page = text(people["chen"].get(f"/catalogue/lists/versions/{second.pk}/approve/"))
    assert "<del>数额较大</del>" in page
    assert "<ins>另写的理由</ins>" in page
    assert "新增" in page
    with access.within(""):
        assert queries.before(second) == version
    listed = text(people["zhang"].get(CATALOGUE))
    assert "现行：第 1 版" in listed
    assert "待审核" in listed


def test_a_row_that_was_filled_in_beforehand_says_where_it_is_still_empty(people):
    url = f"{LISTS}list_pre_disclosure/draft/"
    opened = people["zhang"].get(url)
    form_, shown = opened.context["form"], text(opened)
    rows = [{c.name: form_.initial[f"rows.{n}.{c.name}"] for c in form_.columns} for n in range(form_.count)]
    empty = [row for row in rows if row["element"] and not row["content"]]
    assert empty and len(empty) < len([row for row in rows if row["element"]])
    assert form_.blanks() == len(empty)
    assert [line.number for line in form_.lines() if any(cell.blank for cell in line.cells)] == [
        rows.index(row) + 1 for row in empty
    ]
    assert f'<b class="yg-num">{len(empty)}</b> 处空着' in shown
    n = rows.index(empty[0])
    assert f"（第 {n + 1} 行），空着，须填" in shown, "a screen reader hears it at the field"
