"""Every component in the states the gallery shows, the words they use, and the promises of the look."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path
from django.utils.safestring import SafeString

from yangguang.site import gallery, gallery_samples, nav, wording

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:name>/", gallery.gallery_page, name="gallery_page"),
]
pytestmark = pytest.mark.urls(__name__)
SITE = Path(__file__).parents[1]
STATIC = SITE / "static" / "site"
TODAY = gallery_samples.TODAY


def page(name: str = "") -> str:
    request = RequestFactory().get(f"/gallery/{name}")
    answer = gallery.gallery_page(request, name) if name else gallery.gallery(request)
    return answer.content.decode()


def draw(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context({"today": TODAY, **context}))


def words(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


class Document(HTMLParser):
    """What a page holds: ids, references to ids, inline code, and whether its tags close in order."""

    VOID = frozenset(
        ["meta", "link", "img", "input", "br", "hr", "col", "source", "wbr", "use", "rect", "path", "circle"]
    )

    def __init__(self, html: str):
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.inline: list[str] = []
        self.fields: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += (attributes.get(name) or "").split()
        if tag == "label" and attributes.get("for"):
            self.labelled.add(attributes["for"])
        if tag == "style" or "style" in attributes or (tag == "script" and "src" not in attributes):
            self.inline.append(self.get_starttag_text())
        self.inline += [self.get_starttag_text() for name in attributes if name.startswith("on")]
        if tag in ("input", "select", "textarea") and attributes.get("type") not in ("hidden", "submit"):
            self.fields.append({**attributes, "inside": "label" if "label" in self.open else ""})
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        assert self.open and self.open.pop() == tag, f"</{tag}> 没有对应的开始标签"


@pytest.mark.parametrize("name", ["", *gallery.PAGES])
def test_pages_are_whole_carry_no_inline_code_and_name_every_field(name):
    document = Document(page(name))
    assert document.open == []
    assert document.inline == []
    assert len(document.ids) == len(set(document.ids)), "id 重复"
    assert set(document.references) <= set(document.ids), set(document.references) - set(document.ids)
    for field in document.fields:
        assert field["inside"] or field.get("aria-label") or field.get("id") in document.labelled, field


def test_every_component_is_documented_and_shown_in_the_gallery():
    notes = gallery.notes()
    shown = page()
    inner = {"gallery", "deadline_proof", "field_notes", "error_summary", "work_nav", "portal_nav", "who"}
    for name, note in notes.items():
        if name != "gallery":
            assert note["title"] and (note["use"] or "使用" in note["title"] + note["use"]), name
        if name not in inner:
            assert f"components/{name}.html" in shown, name


def test_icons_that_are_named_exist():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    used = set(re.findall(r"icons\.svg#([\w-]+)", "".join(page(n) for n in ["", *gallery.PAGES])))
    named = {entry.icon for _, group in nav.WORK for entry in group}
    assert used and used | named <= drawn


# ---- the look -------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_from_its_ground():
    token = dict(re.findall(r"--yg-([\w-]+): (#[0-9a-f]{6});", (STATIC / "theme.css").read_text()))
    grounds = ["paper", "ground"]
    pairs = [(text, ground) for text in ("ink", "muted", "blue", "red", "amber", "green") for ground in grounds]
    pairs += [(c, f"{c}-wash") for c in ("blue", "red", "amber", "green")]
    pairs += [("paper", "blue"), ("paper", "blue-deep"), ("paper", "red"), ("ink", "grey-wash")]
    weak = {pair: round(contrast(token[pair[0]], token[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_styles_are_flat_and_own():
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text()
        assert "gradient" not in text, sheet.name
        assert not re.search(r"url\(|@import", text), f"{sheet.name} 引用了别处的文件"


# ---- verdict, refusal, error ----------------------------------------------------------------------------------------


def test_a_verdict_says_word_clause_facts_and_the_way_out():
    html = draw("{% ui_verdict v %}", v=gallery_samples.VERDICTS["failed"])
    for part in ("不通过", "第五十八条第一款", "未经法制审核或者审核未通过的，不得作出决定", "2021年修订", "（未知）"):
        assert part in html
    assert "提交法制审核" in html and 'href="#"' in html


def test_unknown_is_never_shown_as_passed():
    html = draw("{% ui_verdict v %}", v={"state": "unknown", "title": "是否听证", "unknown": ["拟罚款金额"]})
    assert "尚不能判断" in html and "拟罚款金额" in html and "yg-ok" not in html
    with pytest.raises(ValueError, match="passed、failed 或 unknown"):
        draw("{% ui_verdict v %}", v={"state": "maybe", "title": "x"})


def test_a_refusal_takes_the_exception_of_an_action():
    @dataclass
    class Clause:
        clause: str = "CN-PEN-58.1"
        text: str = "未经法制审核的，不得作出决定"
        source: str = "中华人民共和国行政处罚法（2021年修订）"
        title: str = "第五十八条"

    class NotReviewedError(Exception):
        message = "第2稿没有通过法制审核"
        because = (Clause(),)
        mend = "提交法制审核"
        field = None

    html = draw('{% ui_refusal r url="/x" action="去提交" %}', r=NotReviewedError())
    for part in (
        "第2稿没有通过法制审核",
        "行政处罚法第五十八条",
        "中华人民共和国行政处罚法（2021年修订）",
        "怎样才能办",
        'href="/x"',
        "去提交",
    ):
        assert part in html


def test_what_users_typed_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    html = draw(
        "{% ui_error e %}{% ui_empty t %}{% ui_badge t %}{% ui_diff t u %}{% ui_masked t marks %}{% ui_facts f %}"
        "{% ui_timeline l %}{% ui_table c r %}",
        e={"what": evil, "mend": evil}, t=evil, u=evil + "2", marks=[], f={evil: evil},
        l=[{"what": evil, "at": TODAY}], c=["a"], r=[[evil]],
    )  # fmt: skip
    assert "<script" not in html and "&lt;script&gt;" in html


# ---- deadlines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "done", "said", "tone"),
    [
        (date(2026, 9, 18), None, "还有 7 个工作日", "ok"),
        (date(2026, 9, 24), None, "还有 2 个工作日", "soon"),
        (date(2026, 9, 26), None, "还有 2 个工作日", "soon"),
        (date(2026, 9, 29), None, "今天到期", "today"),
        (date(2026, 10, 1), None, "逾期 2 天", "overdue"),
        (date(2026, 10, 1), date(2026, 9, 28), "2026-09-28 已办", "done"),
        (date(2026, 10, 9), date(2026, 10, 8), "2026-10-08 已办，逾期 9 天", "late"),
    ],
)
def test_a_deadline_says_how_long_is_left(today, done, said, tone):
    found = wording.due_words(gallery_samples.PUBLISH_DUE, today, done)
    assert found.due == date(2026, 9, 29)
    assert (found.words, found.tone) == (said, tone)


def test_a_deadline_proves_itself_day_by_day():
    html = draw("<p>{% ui_deadline d %}</p>", d=gallery_samples.PUBLISH_DUE)
    for part in (
        "9月25日至27日：中秋节放假",
        "9月18日：起算之日不计入",
        "第7日",
        "到期日2026年9月29日（周二）",
        "二（六）",
    ):
        assert part in words(html)
    assert Document(html).open == [] and "<details" not in html  # phrasing content: may stand in a paragraph


def test_a_stored_duty_is_a_deadline_too():
    @dataclass
    class Duty:
        due_on: date
        title: str
        because: list
        days: list
        explain: str = ""

    days = [
        {"date": d["date"].isoformat(), "counted": d["counted"], "why": f"星期一，{d['why']}"}
        for d in gallery_samples.PUBLISH_DUE["days"]
    ]
    duty = Duty(date(2026, 9, 29), "公示行政处罚决定", [{"clause": "二（六）", "text": "", "source": ""}], days)
    html = draw("{% ui_duties rows %}", rows=[duty])
    assert "公示行政处罚决定" in html and "还有 3 个工作日" in html and "依据：二（六）" in html
    assert "9月25日至27日：中秋节放假" in words(html)


def test_absent_deadlines_are_said_to_be_absent():
    assert "无期限" in draw("{% ui_deadline d %}", d=None)
    with pytest.raises(ValueError, match="没有到期日"):
        wording.due_words({"days": []}, TODAY)


def test_calendar_days_are_not_called_working_days():
    found = wording.due_words(gallery_samples.DECIDE_DUE, TODAY)
    assert found.words == "还有 56 天" and found.due == date(2026, 11, 18)


# ---- words ----------------------------------------------------------------------------------------------------------


def test_money_dates_and_digests_in_words():
    assert [wording.yuan(n) for n in (50000, 123456, 0, None)] == ["500元", "1,234.56元", "0元", "未定"]
    assert wording.date_cn(date(2026, 9, 8)) == "2026年9月8日"
    assert wording.moment_cn(datetime(2026, 9, 18, 8, 20, tzinfo=UTC)) == "2026-09-18 16:20"
    assert wording.short_hash("sha256:9f3c2a71d4e8ff") == "9f3c 2a71 d4e8"
    assert wording.short_hash(bytes.fromhex("9f3c2a71"), 8) == "9f3c 2a71"
    assert [wording.bytes_cn(n) for n in (0, 999, 2048, 5_242_880)] == ["0 B", "999 B", "2.0 KB", "5.0 MB"]


def test_masks_hide_the_middle_and_never_the_length_of_a_short_one():
    assert wording.mask("赵小军", "name") == "赵××"
    assert wording.mask("413027198503120011") == "4130**********0011"
    assert wording.mask("13800005678") == "138****5678"
    assert wording.mask("青山镇向阳路88号3室", "address") == "青山镇向阳路×号×室"
    assert wording.mask("1234") == "****" and wording.mask("12345") == "1***5"


def test_a_diff_marks_words_and_keeps_every_character():
    lines = wording.diff(gallery_samples.DRAFT_1, gallery_samples.DRAFT_2)
    changed = next(line for line in lines if line.kind == "changed" and "裁量" in "".join(p.text for p in line.pieces))
    assert [(p.kind, p.text) for p in changed.pieces if p.kind != "same"] == [
        ("del", "一般"), ("ins", "较轻"), ("del", "500"), ("ins", "300"),
    ]  # fmt: skip
    old = "".join(p.text for line in lines for p in line.pieces if p.kind != "ins")
    new = "".join(p.text for line in lines for p in line.pieces if p.kind != "del")
    assert old == gallery_samples.DRAFT_1.replace("\n", "") and new == gallery_samples.DRAFT_2.replace("\n", "")


def test_a_diff_of_very_long_texts_stays_quick_and_folds_what_is_unchanged():
    old = "\n".join(f"第{n}段没有变化。" for n in range(400)) + "\n" + "长" * 50_000
    lines = wording.diff(old, old + "短")
    assert [line.kind for line in lines] == ["skip", "same", "changed"] and lines[0].hidden == 399


def test_hidden_text_does_not_reach_the_public_page():
    public = draw("{% ui_masked text marks %}", text=gallery_samples.MASK_TEXT, marks=gallery_samples.marks())
    for secret in ("赵小军", "413027198503120011", "向阳路88号", "13800000000"):
        assert secret not in public
    assert "身份证号" in public and "第五十条" in public
    desk = draw("{% ui_masked text marks show=True %}", text=gallery_samples.MASK_TEXT, marks=gallery_samples.marks())
    assert "413027198503120011" in desk


def test_masks_that_overlap_or_run_over_the_end_are_refused():
    for marks in ([{"start": 0, "end": 3}, {"start": 2, "end": 4}], [{"start": 0, "end": 9}]):
        with pytest.raises(ValueError, match="重叠或超出全文"):
            draw("{% ui_masked text marks %}", text="一二三四五", marks=marks)


# ---- forms, lists, shells -------------------------------------------------------------------------------------------


class Small(forms.Form):
    name = forms.CharField(label="名称", help_text="与证件一致")
    how = forms.ChoiceField(label="方式", choices=[("a", "直接"), ("b", "邮寄")], widget=forms.RadioSelect)


def test_a_field_ties_help_error_and_source_to_its_input():
    form = Small({})
    html = draw('{% ui_form_errors form %}{% ui_field form.name source="权责清单" %}{% ui_field form.how %}', form=form)
    document = Document(html)
    assert set(document.references) <= set(document.ids)
    name = next(f for f in document.fields if f["name"] == "name")
    assert name["aria-describedby"] == "id_name_helptext id_name_error id_name_source"
    assert name["aria-invalid"] == "true" and "来源：权责清单" in html
    assert 'href="#id_name"' in html and 'href="#id_how"' in html and 'id="id_how"' in html
    assert "有 2 处需要修改" in html


def test_an_upload_is_a_plain_file_field_first():
    class WithFile(forms.Form):
        scan = forms.FileField(label="扫描件")

    html = draw("{% ui_upload form.scan accept='application/pdf' max_bytes=1048576 %}", form=WithFile())
    assert 'type="file"' in html and "data-drop" in html and "1.0 MB" in html
    with pytest.raises(ValueError, match="不是文件字段"):
        draw("{% ui_upload form.name %}", form=Small())


def test_a_table_wants_a_cell_for_each_column():
    html = draw(
        "{% ui_table c rows %}", c=["案件", "状态"], rows=[{"url": "/1", "cells": ["甲案", SafeString("<b>在办</b>")]}]
    )
    assert '<a href="/1">甲案</a>' in html and "<b>在办</b>" in html and 'data-label="状态"' in html
    with pytest.raises(ValueError, match="zip"):
        draw("{% ui_table c rows %}", c=["案件", "状态"], rows=[["甲案"]])


def test_the_pager_says_the_exact_total():
    assert "共1204件，显示第41–60件" in words(draw('{% ui_pager 1204 20 41 noun="件" %}'))


def test_navigation_shows_only_what_exists_and_the_role_may_use(monkeypatch):
    addresses = {"workbench:inbox": "/desk/", "review:desk": "/desk/reviews/", "supervision:board": "/board/"}
    monkeypatch.setattr(nav, "address", lambda names: next((addresses[n] for n in names if n in addresses), None))
    groups = nav.work_groups({"reviewer"}, "/desk/reviews/7/", {"review:desk": 2})
    items = [item for group in groups for item in group["items"]]
    assert [(i["label"], i["current"], i["count"]) for i in items] == [("办案首页", False, None), ("法制审核", True, 2)]


def test_unknown_statuses_are_shown_as_they_are_and_steps_are_checked():
    assert "自定" in draw('{% ui_status "自定" %}')
    with pytest.raises(ValueError, match="done、now、next、skipped"):
        draw("{% ui_steps s %}", s=[{"title": "立案", "state": "finished"}])
