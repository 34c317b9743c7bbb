"""What a pack must never be: each fault of the list is refused with file, line, accepted form and mend.

Duplicate key, unknown key, uncited rule, loosening child, fact without privacy class, circle of parents, step without
a way out — each written into a pack of its own here. And the published JSON Schema accepts every file there is.
"""

import json
import re

import pytest

from yangguang.policy import examples, files, packs, scaffold, schema, yamlread
from yangguang.policy.errors import PackError

CLAUSE = "XIAN-1"
RULE = f"value: true, because: {CLAUSE}"


@pytest.fixture
def folder(tmp_path):
    """A good new pack over the national one, to be spoilt."""
    return scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)


def add(folder, text, name="pack.yaml"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + text, encoding="utf-8")
    return len(before.splitlines())


ACT = """\
kind: penalty
title: 行政处罚
procedures:
  drill:
    title: 演练程序
    because: XIAN-1
    steps:
      - {code: begin, title: 开始, roles: [officer], because: XIAN-1, next: [middle], public: 开始。}
      - {code: middle, title: 中间, roles: [officer], because: XIAN-1, public: 中间。}
      - {code: finish, title: 结束, roles: [officer], because: XIAN-1, terminal: true, public: 结束。}
"""
FAULTS = [
    ("pack.yaml", f"questions:\n  covers:\n    - {{{RULE}}}\n  covers:\n    - {{{RULE}}}\n", 4, ["键重复", "questions.covers", "只写一次"]),
    ("pack.yaml", f"questions:\n  covers:\n    - {{{RULE}, becuase: x}}\n", 3, ["becuase", "没有这个键", "because"]),
    ("pack.yaml", "questions:\n  review_required:\n    - {when: {complex: true}, value: true}\n", 3, ["缺少这个键", "because", "条款编号"]),
    ("pack.yaml", "questions:\n  covers:\n    - {value: true, because: NO-1}\n", 3, ["NO-1", "条款表", "补上该条款原文"]),
    ("pack.yaml", f"questions:\n  summary_allowed:\n    - {{when: {{kind: penalty}}, {RULE}}}\n", 3, ["不得放宽", "false"]),
    ("pack.yaml", f"questions:\n  on_site_collection_allowed:\n    - {{{RULE}}}\n", 3, ["不得放宽", "false"]),
    ("deadlines.yaml", "deadlines:\n  D07:\n    title: 改名\n    trigger: 甲\n    must: 乙\n    holder: agency\n", 2, ["D07", "只能在 lines 下加行"]),
    ("gates.yaml", "gates:\n  G2:\n    title: 改\n    needs:\n      - {must: {recused: false}, because: XIAN-1, message: 甲, mend: 乙}\n", 2, ["G2", "needs"]),
    ("facts/own.yaml", "facts:\n  own_thing: {label: 本地的事, type: bool}\n", 2, ["own_thing", "privacy", "缺少这个键"]),
    ("facts/own.yaml", "facts:\n  own_thing: {label: 本地的事, type: bool, privacy: secret}\n", 2, ["secret", "public", "internal"]),
    ("facts/own.yaml", "facts:\n  kind: {label: 种类, type: text, privacy: public}\n", 2, ["kind", "上级包已经定义"]),
    ("acts/penalty.yaml", ACT, 9, ["middle", "没有出口", "next"]),
    ("acts/penalty.yaml", ACT.replace("[middle]", "[middle, nowhere]").replace("public: 中间", "next: [finish], public: 中间"), 8, ["nowhere", "没有步骤"]),
    ("acts/penalty.yaml", ACT.replace("[middle]", "[finish]").replace("public: 中间", "next: [finish], public: 中间"), 9, ["middle", "走不到"]),
    ("acts/penalty.yaml", "kind: penalty\ntighten:\n  ordinary:\n    review: {because: XIAN-1, required: false}\n", 4, ["required", "True"]),
    ("calendar/2026.yaml", "year: 2026\nnotice: 地方\nsource: 地方\nworkdays:\n  - {name: 上班, days: [2026-10-04]}\n", 4, ["只能增加放假日"]),
    ("pack.yaml", f"questions:\n  review_required:\n    - {{when: {{penalties: fine}}, {RULE}}}\n", 3, ["列表", "_has"]),
    ("pack.yaml", f"questions:\n  review_required:\n    - {{when: {{penalties_in: [fine]}}, {RULE}}}\n", 3, ["列表", "_has"]),
    ("pack.yaml", f"questions:\n  review_required:\n    - {{when: {{suspensions_not: x}}, {RULE}}}\n", 3, ["列表", "_has"]),
    ("pack.yaml", f"questions:\n  review_required:\n    - {{when: {{scene_at_gte: 2026-01-01}}, {RULE}}}\n", 3, ["比大小", "日期"]),
    ("pack.yaml", f"questions:\n  review_required:\n    - {{when: {{scene_at: 2026-01-01}}, {RULE}}}\n", 3, ["时刻", "日期型"]),
    ("pack.yaml", f'questions:\n  review_required:\n    - {{when: {{reviewing_since_gte: "2018-01-01"}}, {RULE}}}\n', 3, ["不加引号"]),
    ("pack.yaml", "questions:\n  annual_report_by:\n    - {value: 02-29, because: XIAN-1}\n", 3, ["02-29", "月-日"]),
    ("pack.yaml", "questions:\n  annual_report_by:\n    - {value: W01-1, because: XIAN-1}\n", 3, ["W01-1", "月-日"]),
    ("pack.yaml", "# 一行\nx: !!python/object:os.system y\n", 2, ["类型标记", "删去标记"]),
    ("deadlines.yaml", "deadlines:\n  D07:\n    lines:\n      - {limit: {n: 10000, unit: month}, because: XIAN-1}\n", 4, ["太大", "9999"]),
    ("deadlines.yaml", f"deadlines:\n  D07:\n    lines:\n      - {{limit: {{n: {'9' * 5000}, unit: month}}, because: XIAN-1}}\n", 4, ["5000 位", "18 位"]),
    ("parameters.yaml", "values:\n  plan_due: {value: 13-45, because: XIAN-1}\n", 2, ["13-45", "月-日"]),
    ("parameters.yaml", "values:\n  must_tell: {value: [1], because: XIAN-1}\n", 2, ["[1]", "文字的列表"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "said"), FAULTS)
def test_each_fault_is_refused_with_file_line_and_mend(folder, name, text, line, said):
    line += add(folder, text, name)
    with pytest.raises(PackError) as caught:
        packs.load_folder(folder)
    message = str(caught.value)
    assert f"packs/cn-shifan-xian/{name}:{line}：" in message, message
    assert "修改办法" in message, message
    for part in said:
        assert part in message, message


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [(BOMB, "引用"), ("a: &x [*x]\n", "层次太深"), (f"a: {'[' * 900}{']' * 900}\n", "层次太深")],
    ids=["bomb", "circle", "deep"],
)
def test_a_file_that_would_grow_without_end_is_refused(folder, text, said):
    (folder / "deadlines.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=rf"packs/cn-shifan-xian/deadlines\.yaml.*{said}.*修改办法"):
        packs.load_folder(folder)


def test_what_is_written_once_may_be_referred_to():
    value, marks = yamlread.read("a: &x [1, 甲]\nb: *x\n", "x.yaml")
    assert value == {"a": [1, "甲"], "b": [1, "甲"]} and marks["b",] == 2


@pytest.mark.parametrize("confirm", ["True", "yes", "是"])
def test_a_clause_is_confirmed_or_not_and_nothing_between(folder, confirm):
    path = folder / "clauses.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("\ttrue\t", f"\t{confirm}\t"), encoding="utf-8")
    with pytest.raises(PackError, match=rf"clauses\.tsv:2：.*{confirm}.*true，或者留空.*修改办法"):
        packs.load_folder(folder)


def test_a_table_that_is_no_text_is_refused(folder):
    (folder / "clauses.tsv").write_bytes("条款".encode("gb18030"))
    with pytest.raises(PackError, match=r"clauses\.tsv：.*UTF-8.*修改办法"):
        packs.load_folder(folder)
    (folder / "clauses.tsv").unlink()
    (folder / "clauses.tsv").mkdir()
    with pytest.raises(PackError, match=r"clauses\.tsv：不能读取.*修改办法"):
        packs.load_folder(folder)


def test_an_example_asks_one_thing(folder):
    add(
        folder,
        "  - {title: 两件, ask: covers, gate: G1, facts: {kind: penalty}, expect: true}\n",
        "examples/first.yaml",
    )
    assert any("一个例子只能问一件事" in fault for fault in examples.check_folder(folder).faults)


def test_a_circle_of_parents_is_refused(tmp_path):
    for one, other in (("cn-a-a", "cn-b-b"), ("cn-b-b", "cn-a-a")):
        folder = scaffold.new(one, extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
        path = folder / "pack.yaml"
        text = path.read_text(encoding="utf-8").replace("extends: cn\n", f"extends: {other}\n")
        path.write_text(text, encoding="utf-8")
        line = text.splitlines().index(f"extends: {other}") + 1
    with pytest.raises(PackError, match=rf"packs/cn-b-b/pack\.yaml:{line}：.*圈：cn-a-a → cn-b-b → cn-a-a"):
        packs.load_folder(tmp_path / "cn-a-a")


def test_a_parent_that_is_missing_is_refused(folder):
    path = folder / "pack.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("extends: cn\n", "extends: cn-nowhere\n"), encoding="utf-8"
    )
    with pytest.raises(PackError, match=r"pack\.yaml:\d+：.*cn-nowhere.*修改办法"):
        packs.load_folder(folder)


# ---- the schema that editors use ---------------------------------------------------------------------------------


class Invalid(AssertionError):
    """This says where a value does not fit the schema."""


def fits(value, form, whole, at=""):
    """Check a value against the parts of JSON Schema that the published one uses."""
    if "$ref" in form:
        return fits(value, whole["$defs"][form["$ref"].rsplit("/", 1)[1]], whole, at)
    if "anyOf" in form:
        for one in form["anyOf"]:
            try:
                return fits(value, one, whole, at)
            except Invalid:
                continue
        raise Invalid(f"{at}: {value!r} fits none of {json.dumps(form['anyOf'])[:300]}")
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if kind := form.get("type"):
        wrong = kind == "integer" and isinstance(value, bool)
        if wrong or not isinstance(value, kinds[kind]):
            raise Invalid(f"{at}: {value!r} is no {kind}")
    if "enum" in form and value not in form["enum"]:
        raise Invalid(f"{at}: {value!r} is none of {form['enum']}")
    if "const" in form and value != form["const"]:
        raise Invalid(f"{at}: {value!r} is not {form['const']}")
    if "minimum" in form and value < form["minimum"]:
        raise Invalid(f"{at}: {value!r} is below {form['minimum']}")
    if isinstance(value, list):
        if len(value) < form.get("minItems", 0):
            raise Invalid(f"{at}: too few")
        for index, item in enumerate(value):
            fits(item, form.get("items", {}), whole, f"{at}[{index}]")
    if isinstance(value, dict):
        for key in form.get("required", ()):
            if key not in value:
                raise Invalid(f"{at}: no {key}")
        rest = form.get("additionalProperties", True)
        for key, item in value.items():
            part = form.get("properties", {}).get(key, rest)
            if part is False:
                raise Invalid(f"{at}: unknown {key}")
            fits(item, {} if part is True else part, whole, f"{at}.{key}")


def kind_of(path):
    """Say which form a file of a pack has."""
    folder = path.parent.name if path.parent.parent.parent == files.ROOT else ""
    return {"acts": "act"}.get(folder, folder) or path.stem


EVERY = sorted(
    path
    for path in files.ROOT.rglob("*.yaml")
    if not set(path.relative_to(files.ROOT).parts[1:2]) & files.FOREIGN
)  # fmt: skip


def test_the_schema_accepts_every_file_of_every_pack():
    whole = schema.json_schema()
    for path in EVERY:
        value = as_json(yamlread.read(yamlread.words(path, path.name), path.name)[0])
        fits(value, whole["properties"][kind_of(path)], whole, str(path.relative_to(files.ROOT)))
    assert len(EVERY) > 20


def as_json(value):
    """See a file as an editor sees it: a date is text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("gates", {"gates": {"G1": {"needs": []}}}, "G1"),
        ("facts", {"facts": {"a": {"label": "甲", "type": "bool"}}}, "privacy"),
        ("deadlines", {"deadlines": {"D1": {"lines": [{"limit": {"n": 1, "unit": "day"}, "because": "A"}]}}}, "D1"),
        ("pack", {"id": "cn-x", "titel": "甲"}, "title"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(kind, value, said):
    whole = schema.json_schema()
    with pytest.raises(Invalid, match=re.escape(said)):
        fits(value, whole["properties"][kind], whole)
