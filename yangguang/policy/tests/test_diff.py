"""Two editions compared as law: what was added, removed, changed, tightened or loosened, and which acts it touches."""

import datetime as dt
import json
from functools import cache

import pytest

from yangguang.policy import diff, files, layers, packs, scaffold
from yangguang.policy.packs import Pack

ID = "cn-test-diff"
FILES = {
    "pack.yaml": """\
id: cn-test-diff
title: 比较用的方案
extends: cn
since: 2024-01-01
jurisdiction: {name: 测试县, region: "999999", level: county}
sources:
  plan: {title: 测试方案, date: 2024-01-01, in_force: 2024-01-01}
questions:
  review_required:
    - {when: {kind: penalty, fine_fen_gte: 1000000}, value: true, because: T-1}
  publish_form:
    - {value: summary, because: T-1, note: 原来的说明}
  reviewer_ok:
    - {when: {kind: penalty, is_counsel: true}, value: false, because: T-1}
  channels:
    - {value: [政府网站], because: T-1}
""",
    "deadlines.yaml": """\
deadlines:
  D900:
    title: 测试期限
    trigger: 甲事
    must: 办完
    holder: agency
    lines:
      - {limit: {n: 10, unit: working_day}, because: T-1}
  D901:
    title: 须等满的期限
    trigger: 甲事
    must: 期满方可申请
    holder: agency
    direction: not_before
    lines:
      - {limit: {n: 10, unit: working_day}, because: T-1}
""",
    "gates.yaml": """\
gates:
  G900:
    title: 测试关口
    when: {kind: penalty}
    needs:
      - {must: {handlers_certified_gte: 2}, because: T-1, message: 人数不够, mend: 增派}
""",
    "acts/penalty.yaml": """\
kind: penalty
title: 行政处罚
procedures:
  drill:
    title: 演练程序
    because: T-1
    steps:
      - code: begin
        title: 开始
        roles: [officer]
        because: T-1
        deadlines: [D900]
        gates: [G900]
        documents:
          - {code: note, title: 记录, required: true}
        facts: [clue_source!]
        next: [finish]
        public: 开始办理。
      - code: finish
        title: 结束
        roles: [officer]
        because: T-1
        terminal: true
        public: 办理结束。
""",
    "clauses.tsv": "id\ttitle\ttext\tsource\tconfirm\trequirement\tcapability\tsoftware\n"
    "T-1\t第一条\t测试条款原文\tplan\t\t\t\t\nT-2\t第二条\t另一条原文\tplan\t\t\t\t\n",
    "calendar/2025.yaml": """\
year: 2025
notice: 测试放假通知
source: 测试
holidays:
  - {name: 节日, days: [2025-06-06]}
""",
    "examples/a.yaml": "examples:\n  - {title: 甲, ask: review_required, facts: {hearing_held: true}, expect: true}\n",
}
READ: dict[str, files.Layer] = {}
OVER = cache(layers.lay)  # the nation is laid once for all these packs


def written(root, **changed):
    """Write the pack with some files replaced and load it over the real national pack, read only once."""
    for name, text in FILES.items():
        path = root / ID / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(name, text), encoding="utf-8")

    def read(where, pack_id):
        if pack_id == ID:
            return files.read_layer(where, pack_id)
        if pack_id not in READ:
            READ[pack_id] = files.read_layer(files.ROOT, pack_id)
        return READ[pack_id]

    return Pack(layers.merge(root, ID, read, OVER))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return written(tmp_path_factory.mktemp("old"))


MORE_DEADLINE = "  D02:\n    lines:\n      - {limit: {n: 5, unit: working_day}, because: T-1}\n"
MORE_NEED = "  G2:\n    needs:\n      - {must: {power_covered: true}, because: T-1, message: 甲, mend: 乙}\n"
MORE_PAPER = "required: true}\n          - {code: more, title: 附件, required: true}\n"
CASES = [
    # questions: the condition, the value, the day, the clause
    ("pack.yaml", "fine_fen_gte: 1000000", "fine_fen_gte: 500000", "questions", "review_required", "tightened", ""),
    ("pack.yaml", "fine_fen_gte: 1000000", "fine_fen_gte: 2000000", "questions", "review_required", "loosened", ""),
    ("pack.yaml", "{kind: penalty, fine_fen", "{fine_fen", "questions", "review_required", "tightened", ""),
    ("pack.yaml", "value: summary", "value: full_text", "questions", "publish_form", "tightened", ""),
    ("pack.yaml", "    - {value: summary, because: T-1, note: 原来的说明}\n", "    []\n", "questions", "publish_form", "removed", "loosened"),
    ("pack.yaml", "is_counsel: true}, value: false", "is_counsel: true}, value: true", "questions", "reviewer_ok", "loosened", ""),
    ("pack.yaml", "value: [政府网站]", "value: [政府网站, 村务公开栏]", "questions", "channels", "tightened", ""),
    ("pack.yaml", "value: summary, because: T-1", "value: summary, because: T-2", "questions", "publish_form", "changed", ""),
    ("pack.yaml", "value: [政府网站], because: T-1", "value: [政府网站], because: T-1, until: 2030-12-31", "questions", "channels", "loosened", ""),
    ("pack.yaml", "  channels:", "  assessment_period:\n    - {value: 半年, because: T-1}\n  channels:", "questions", "assessment_period", "added", ""),
    ("pack.yaml", "  channels:", "  guide_fields:\n    - {value: [收费], because: T-1}\n  channels:", "questions", "guide_fields", "added", "tightened"),
    # deadlines
    ("deadlines.yaml", "n: 10, unit: working_day", "n: 7, unit: working_day", "deadlines", "D900", "tightened", ""),
    ("deadlines.yaml", "n: 10, unit: working_day", "n: 10, unit: calendar_day", "deadlines", "D900", "tightened", ""),
    ("deadlines.yaml", "n: 10, unit: working_day", "n: 2, unit: month", "deadlines", "D900", "loosened", ""),
    ("deadlines.yaml", "n: 10, unit: working_day", "n: 12, unit: calendar_day", "deadlines", "D900", "changed", ""),
    ("deadlines.yaml", "n: 10, unit: working_day}", "n: 10, unit: working_day, roll: next_working_day}", "deadlines", "D900", "loosened", ""),
    ("deadlines.yaml", "before\n    lines:\n      - {limit: {n: 10", "before\n    lines:\n      - {limit: {n: 15", "deadlines", "D901", "tightened", ""),
    ("deadlines.yaml", "    must: 办完\n    holder: agency\n", "    must: 办完\n    holder: agency\n    pausable: true\n", "deadlines", "D900", "loosened", ""),
    ("deadlines.yaml", "deadlines:\n", "deadlines:\n" + MORE_DEADLINE, "deadlines", "D02", "added", "tightened"),
    # gates
    ("gates.yaml", "handlers_certified_gte: 2", "handlers_certified_gte: 3", "gates", "G900", "tightened", ""),
    ("gates.yaml", "handlers_certified_gte: 2", "handlers_certified_gte: 1", "gates", "G900", "loosened", ""),
    ("gates.yaml", "    when: {kind: penalty}\n", "", "gates", "G900", "tightened", ""),
    ("gates.yaml", "gates:\n", "gates:\n" + MORE_NEED, "gates", "G2", "added", "tightened"),
    # steps and documents
    ("acts/penalty.yaml", "facts: [clue_source!]", "facts: [clue_source!, clue_summary!]", "steps", "penalty/drill/begin", "tightened", ""),
    ("acts/penalty.yaml", "        gates: [G900]\n", "", "steps", "penalty/drill/begin", "loosened", ""),
    ("acts/penalty.yaml", "roles: [officer]", "roles: [unit_head]", "steps", "penalty/drill/begin", "changed", ""),
    ("acts/penalty.yaml", "title: 记录, required: true", "title: 记录", "documents", "penalty/drill/begin/note", "loosened", ""),
    ("acts/penalty.yaml", "title: 记录, required: true", "title: 笔录, required: true", "documents", "penalty/drill/begin/note", "changed", ""),
    ("acts/penalty.yaml", "required: true}\n", MORE_PAPER, "documents", "penalty/drill/begin/more", "added", "tightened"),
    # clauses and the calendar
    ("clauses.tsv", "测试条款原文", "测试条款的新原文", "clauses", "T-1", "changed", ""),
    ("clauses.tsv", "T-2\t第二条\t另一条原文\tplan\t\t\t\t\n", "", "clauses", "T-2", "removed", ""),
    ("calendar/2025.yaml", "2025-06-06", "2025-06-09", "calendar", "2025", "changed", ""),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "group", "key", "what", "effect"), CASES)
def test_a_change_is_named_and_judged(base, tmp_path, file, old, new, group, key, what, effect):
    assert FILES[file].count(old) >= 1
    found = diff.compare(base, written(tmp_path, **{file: FILES[file].replace(old, new, 1)}))
    assert [(c.group, c.key, c.what, c.effect) for c in found.changes] == [(group, key, what, effect)], found.changes


def test_the_way_back_is_the_opposite(base, tmp_path):
    """What is tighter one way is looser the other; what is added is removed."""
    other = {"tightened": "loosened", "loosened": "tightened", "added": "removed", "removed": "added"}
    text = (
        FILES["pack.yaml"]
        .replace("fine_fen_gte: 1000000", "fine_fen_gte: 500000")
        .replace("[政府网站]", "[公示栏, 政府网站]")
    )
    changed = written(tmp_path, **{"pack.yaml": text})
    there, back = diff.compare(base, changed), diff.compare(changed, base)
    assert len(there.changes) == 2
    assert [other.get(c.what, c.what) for c in there.changes] == [c.what for c in back.changes]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pack.yaml", "note: 原来的说明", "note: 换了的说明", "publish_form"),
        ("gates.yaml", "message: 人数不够", "message: 人手不够", "G900"),
        ("acts/penalty.yaml", "public: 开始办理。", "public: 开始。", "penalty/drill/begin"),
        ("examples/a.yaml", "title: 甲", "title: 乙", "例子"),
        ("pack.yaml", "title: 比较用的方案", "title: 方案", "名称"),
    ],
)
def test_words_and_examples_are_no_legal_change(base, tmp_path, file, old, new, said):
    found = diff.compare(base, written(tmp_path, **{file: FILES[file].replace(old, new, 1)}))
    assert found.changes == ()
    lines = list(found.lines())
    assert "没有法律上的变化。" in lines
    assert any(said in line for line in found.notes), found.notes
    assert found.as_json()["legal_change"] is False


def test_a_comment_changes_nothing_at_all(base, tmp_path):
    found = diff.compare(base, written(tmp_path, **{"gates.yaml": "# 注释\n" + FILES["gates.yaml"]}))
    assert (found.changes, found.notes) == ((), ())


def test_the_words_carry_clauses_and_dates(base, tmp_path):
    text = FILES["deadlines.yaml"].replace("n: 10, unit", "n: 7, unit", 1)
    found = diff.compare(base, written(tmp_path, **{"deadlines.yaml": text}))
    said = "\n".join(found.lines())
    assert "期限（1）" in said
    assert (
        "收紧 D900 测试期限：原为“任何情形 → 10个工作日”，现为“任何情形 → 7个工作日”（依据 T-1，自 2024-01-01）" in said
    )
    shown = found.as_json()["changes"][0]
    assert (shown["what"], shown["clauses"], shown["since"]) == ("tightened", ["T-1"], "2024-01-01")
    assert json.dumps(found.as_json(), ensure_ascii=False)


def test_a_change_names_the_acts_and_steps_it_touches(base, tmp_path):
    text = FILES["deadlines.yaml"].replace("n: 10, unit", "n: 7, unit", 1)
    (change,) = diff.compare(base, written(tmp_path, **{"deadlines.yaml": text})).changes
    assert change.steps == (("penalty", "drill", "begin"),)
    text = FILES["pack.yaml"].replace("fine_fen_gte: 1000000", "fine_fen_gte: 1")
    (change,) = diff.compare(base, written(tmp_path, **{"pack.yaml": text})).changes
    assert change.affects("penalty", "ordinary")
    assert not change.affects("licence", "ordinary")
    text = FILES["acts/penalty.yaml"].replace("roles: [officer]", "roles: [head]", 1)
    (change,) = diff.compare(base, written(tmp_path, **{"acts/penalty.yaml": text})).changes
    assert change.affects("penalty", "drill")
    assert not change.affects("penalty", "ordinary")


def test_when_a_deadline_runs_is_law(base, tmp_path):
    runs = "    runs: {start: decided_on, until: [begin], when: {kind: penalty}}\n"
    text = FILES["deadlines.yaml"].replace("    holder: agency\n", f"    holder: agency\n{runs}", 1)
    (change,) = diff.compare(base, written(tmp_path, **{"deadlines.yaml": text})).changes
    assert (change.group, change.key, change.what) == ("deadlines", "D900", "changed")
    assert "由“不自动计时”改为“自" in change.words and "办到 begin 为止，限于" in change.words


def test_a_rule_that_ended_before_a_case_began_does_not_touch_it(base, tmp_path):
    line = "    - {value: [旧栏目], because: T-1, until: 2024-06-30}\n"
    (change,) = diff.compare(
        base, written(tmp_path, **{"pack.yaml": FILES["pack.yaml"] + line})
    ).changes  # fmt: skip
    assert change.affects("penalty", "ordinary", since=dt.date(2024, 6, 30))
    assert not change.affects("penalty", "ordinary", since=dt.date(2024, 7, 1))


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_does_not_differ_from_itself(name):
    found = diff.compare(packs.load(name), packs.load_folder(files.ROOT / name))
    assert (found.changes, found.notes) == ((), ())


@pytest.mark.parametrize("name", [n for n in packs.names() if n != "cn"])
def test_a_child_is_nowhere_looser_than_the_nation(name):
    """Laid over its parent, a pack only adds and tightens: nothing of the nation is gone or looser."""
    found = diff.compare(packs.load("cn"), packs.load(name))
    looser = [
        c for c in found.changes if "loosened" in (c.what, c.effect) and (c.group, c.what) != ("parameters", "changed")
    ]
    # A power to appoint counsel is granted for acts that are no penalty; the national bar on penalties still stands.
    assert [c for c in looser if c.key != "reviewer_ok"] == []
    assert [c for c in found.changes if c.what == "removed" and c.group != "parameters"] == []


def test_a_new_pack_differs_from_its_parent_in_nothing_but_its_clause(tmp_path):
    folder = scaffold.new("cn-test-new", extends="cn", name="测试县", region="999999", level="county", into=tmp_path)
    found = diff.compare(packs.load("cn"), packs.load_folder(folder))
    assert [(c.group, c.what) for c in found.changes] == [("clauses", "added")]
