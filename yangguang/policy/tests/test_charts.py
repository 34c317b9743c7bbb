"""The flowchart is the act: every step once, every transition once, nothing else, in words a citizen can read."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from yangguang.policy import chart_layout, charts, packs, wording
from yangguang.policy.acts import ROLES

SVG = "{http://www.w3.org/2000/svg}"
PACKS = [packs.load(name) for name in packs.names()]
ACTS = [(pack, pack.act(*name)) for pack in PACKS for name in pack.act_names]
CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
each_act = pytest.mark.parametrize(("pack", "act"), ACTS, ids=[f"{p.id}-{a.kind}-{a.procedure}" for p, a in ACTS])


def drawn(pack, act):
    return ET.fromstring(charts.svg(pack, act))


def transitions(act):
    return {(step.code, to) for step in act.steps for to in step.next}


def visible(root):
    return [text.text or "" for text in root.iter() if text.tag in (SVG + "text", SVG + "title", SVG + "desc")]


@pytest.mark.clause("QD-3.1.1(2)b", "WC-2.1.2(3)a")
@each_act
def test_the_picture_has_every_step_and_transition_and_no_other(pack, act):
    root = drawn(pack, act)
    steps = [g.get("data-step") for g in root.iter(SVG + "g") if g.get("data-step")]
    assert tuple(steps) == act.codes
    ways = Counter((g.get("data-from"), g.get("data-to")) for g in root.iter(SVG + "g") if g.get("data-from"))
    assert set(ways) == transitions(act)
    assert set(ways.values()) <= {1}
    named = [g.find(SVG + "title") for g in root.iter(SVG + "g")]
    assert all(title is not None and title.text for title in named)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


@each_act
def test_nobody_reads_a_code_name(pack, act):
    codes = {*act.codes, *ROLES, *act.facts, *pack.facts, *(d.code for s in act.steps for d in s.documents)}
    codes |= {choice for fact in pack.facts.values() for choice in (fact.choices or {})}
    for text in visible(drawn(pack, act)):
        text = text.replace(f"规则版本 {pack.version}", "")
        assert not set(re.findall(r"[a-z][a-z_]{2,}", text)) & codes, text
        assert not re.search(r"\b[DG]\d+|True|False|None", text), text


@each_act
def test_the_words_alone_say_the_same(pack, act):
    outline = charts.outline(pack, act)
    assert [step.title for step in outline] == [step.title for step in act.steps]
    for said, step in zip(outline, act.steps, strict=True):
        assert len(said.ways) == len(set(step.next))
        assert [to for to, _ in said.ways] == [
            f"第{act.codes.index(to) + 1}步“{act.step(to).title}”" for to in dict.fromkeys(step.next)
        ]
    description = drawn(pack, act).find(SVG + "desc").text
    assert description == charts.as_text(outline)


def boxes(page):
    """Give the area of every label beside the steps, as (left, top, right, bottom, words)."""
    found = []
    for line in page.lines:
        for number, text in enumerate(line.label):
            long = chart_layout.width(text, chart_layout.SMALL)
            if line.track is None:
                x = (page.left + page.right) / 2 + 9
                start, end = page.rows[line.source].bottom, page.rows[line.target].top
                y = (start + end) / 2 + 3.5 - chart_layout.LINE * (len(line.label) - 1) / 2
            else:
                right = line.track.side == "right"
                x = page.label_right if right else page.label_left - long
                y = page.rows[line.source].leave[line.edge.target] - 4 - chart_layout.LINE * (len(line.label) - 1)
            y += chart_layout.LINE * number
            found.append((x, y - 9, x + long, y + 1, text))
    for row in page.rows:
        for number, text in enumerate(row.limits):
            y = row.limits_top + chart_layout.LINE * number
            found.append((page.limits_at + 22, y, page.limits_to, y + 11, text))
        found.append((page.left, row.top, page.right, row.bottom, row.node.title))
    return found


@each_act
def test_nothing_lies_over_anything_and_all_is_on_the_page(pack, act):
    page = chart_layout.place(charts.graph(pack, act))
    assert page.height == pytest.approx(page.width * 297 / 210, abs=0.2)
    found = boxes(page)
    for index, (left, top, right, bottom, text) in enumerate(found):
        assert left >= 0
        assert right <= page.width
        assert chart_layout.MARGIN < top < bottom < page.height - chart_layout.MARGIN - 44, text
        for other in found[index + 1 :]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart, (text, other[4])


@each_act
def test_lines_on_one_track_do_not_run_over_those_to_another_step(pack, act):
    page = chart_layout.place(charts.graph(pack, act))
    for index, track in enumerate(page.tracks):
        ends = [page.rows[track.target].entry[id(track)]]
        ends += [page.rows[ln.source].leave[ln.edge.target] for ln in page.lines if ln.track is track]
        for other in page.tracks[index + 1 :]:
            if other.x != track.x:
                continue
            theirs = [page.rows[other.target].entry[id(other)]]
            theirs += [page.rows[ln.source].leave[ln.edge.target] for ln in page.lines if ln.track is other]
            assert max(ends) < min(theirs) or max(theirs) < min(ends)
    for row in page.rows:
        for y in (*row.entry.values(), *row.leave.values()):
            assert row.top < y < row.bottom


def test_the_same_rules_give_the_same_bytes():
    program = (
        "import hashlib; from yangguang.policy import charts, packs; p = packs.load('cn');"
        "print(hashlib.sha256(charts.svg(p, p.act('penalty')) + charts.svg(p, p.act('inspection'))).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_the_page_needs_neither_scripts_nor_style():
    text = charts.svg(QS, QS.act("penalty")).decode()
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    names = root.get("aria-labelledby").split()
    assert [e.get("id") for e in root if e.tag in (SVG + "title", SVG + "desc")] == names
    assert not [e for e in root.iter() if "style" in e.attrib or e.tag in (SVG + "script", SVG + "style")]
    assert not [k for e in root.iter() for k in e.attrib if k.startswith("on") or "href" in k]
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")


def test_the_head_names_place_plan_edition_and_day():
    text = charts.svg(QS, QS.act("penalty")).decode()
    for words in ("河南省信阳市青山镇", "青山镇人民政府", QS.title, QS.version, "行政处罚（普通程序）流程图"):
        assert words in text
    assert ">审核图<" in charts.svg(QS, QS.act("penalty"), title="审核图").decode()


def test_what_is_not_taken_in_every_case_is_dashed():
    act = CN.act("penalty")
    nodes = {node.code: node for node in charts.graph(CN, act).nodes}
    assert not nodes["scene_check"].always
    assert not nodes["review"].always
    assert nodes["decide"].always
    local = {node.code: node for node in charts.graph(QS, QS.act("penalty")).nodes}
    assert local["review"].always
    dashed = {
        g.get("data-step") for g in drawn(CN, act).iter(SVG + "g")
        if g.get("data-step") and any(e.get("stroke-dasharray") for e in g)
    }  # fmt: skip
    assert dashed == {code for code, node in nodes.items() if not node.always}


def test_returns_go_up_and_say_why():
    edges = {(e.source, e.target): e for e in charts.graph(CN, CN.act("penalty")).edges}
    assert (edges["review", "propose"].way, edges["review", "propose"].label) == ("back", "退回修改后重新送审")
    assert edges["review", "notice"].way == "on"
    assert edges["propose", "notice"].way == "skip"


@pytest.mark.clause("QS-3.1.3c")
def test_time_limits_are_those_of_the_jurisdiction():
    nodes = {node.code: node for node in charts.graph(QS, QS.act("penalty")).nodes}
    assert "办案期限：90日" in nodes["open"].limits
    # Three working days of the law win over the twenty of the plan; both stand in the pack.
    assert "撤回处罚决定信息：3个工作日" in nodes["disclose"].limits
    assert "处罚时效：一般情形2年；涉及公民生命健康安全、金融安全且有危害后果的，5年" in [
        limit.short for limit in wording.time_limits(QS, QS.act("penalty"), QS.act("penalty").step("open"))
    ]


def test_conditions_are_said_by_their_labels():
    assert wording.condition(CN, {"outcome_in": ["penalty", "no_penalty"]}) == "处理结果：给予行政处罚或者不予行政处罚"
    assert wording.condition(CN, {"crime_suspected": True}) == "涉嫌犯罪"
    assert wording.condition(CN, {"crime_suspected": False}) == "“涉嫌犯罪”不成立"
    assert wording.condition(CN, {"fine_fen_gte": 100_000}).endswith("不少于1000元")
    assert wording.condition(CN, {}) == ""


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 5, []),
        ("审核通过", 11, ["审核通过"]),
        ("经过听证或者决定稿有改动的，重新审核", 11, ["经过听证或者决定稿", "有改动的，重新审核"]),
        ("一二三四五六七八九十一", 11, ["一二三四五六七八九十一"]),
        ("一二三四五六七八九十一二", 11, ["一二三四五六", "七八九十一二"]),
    ],
)
def test_words_break_into_even_lines(text, most, lines):
    assert chart_layout.wrap(text, most) == lines
