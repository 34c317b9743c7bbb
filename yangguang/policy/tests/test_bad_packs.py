"""A faulty pack is refused with file, line, key, accepted form and mend."""

import datetime as dt
import re
import shutil

import pytest

from yangguang.policy import examples, files, packs, schema
from yangguang.policy.errors import PackError, UnknownPack

QINGSHAN = "cn-henan-xinyang-qingshan"


@pytest.fixture
def root(tmp_path):
    for name in ("cn", "cn-henan", QINGSHAN):
        shutil.copytree(files.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("documents", "statistics"))
    return tmp_path


def edit(root, path, old, new):
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(root, *said, pack=QINGSHAN):
    with pytest.raises(PackError) as caught:
        packs.load_from(root, pack)
    message = str(caught.value)
    for part in said:
        assert re.search(part, message), message
    assert "修改办法" in message or "mend" in message, message
    return caught.value


def test_the_copy_is_good(root):
    assert packs.load_from(root, QINGSHAN).version == packs.load(QINGSHAN).version
    assert examples.check_all(root).faults == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pack.yaml", "  publish_form:", "  channels:", [r"pack\.yaml:\d+", "键重复", "questions.channels"]),
        ("pack.yaml", "  publish_form:", "  publish_fom:", [r"pack\.yaml:\d+", "publish_fom", "publish_form"]),
        ("pack.yaml", "since: 2023-05-29", "sinc: 2023-05-29", [r"pack\.yaml:5", "没有这个键", "since"]),
        ("pack.yaml", "since: 2023-05-29", "since: 2023-05-32", [r"pack\.yaml:5", "不是存在的日期", "YYYY-MM-DD"]),
        ("pack.yaml", "since: 2023-05-29", "since: last year", [r"pack\.yaml:5", "类型不对", "YYYY-MM-DD"]),
        ("pack.yaml", "- {value: summary, because: QS-3.1.3b}", "- {value: summary}", ["缺少这个键", "because"]),
        ("pack.yaml", "- {value: summary, because: QS-3.1.3b}", "- {value: summary, because: []}", ["不能为空"]),
        ("pack.yaml", "because: QS-3.1.3b}", "because: QS-9.9}", [r"publish_form\[0\]", "QS-9.9", "clauses.tsv"]),
        ("pack.yaml", "value: summary", "value: abstract", ["abstract", "summary、full_text"]),
        (
            "pack.yaml",
            "{major_public_interest: true}",
            "{major_public_intrest: true}",
            ["词表", "major_public_interest"],
        ),
        ("pack.yaml", "{major_public_interest: true}", "{major_public_interest: yes}", ["true 或 false"]),
        ("pack.yaml", "{touches_has_any: [liberty, health, property]}", "{touches: liberty_gte}", ["touches"]),
        ("pack.yaml", "event_in: [seizure, sealing, demolition]", "event_in: seizure", ["列表"]),
        ("pack.yaml", "extends: cn-henan", "extends: cn-nowhere", ["上级包", "cn-nowhere"]),
        ("pack.yaml", "extends: cn-henan", f"extends: {QINGSHAN}", ["圈"]),
        ("pack.yaml", "id: cn-henan-xinyang-qingshan", "id: qingshan", ["文件夹名"]),
        ("pack.yaml", "sources:\n  qs-plan:", "sources:\n  qs-paln:", [r"clauses\.tsv:2", "qs-plan"]),
        ("deadlines.yaml", "unit: working_day", "unit: workday", [r"deadlines\.yaml:5", "working_day"]),
        ("deadlines.yaml", "n: 7", "n: -7", ["太小"]),
        ("deadlines.yaml", "n: 7", "n: seven", ["整数"]),
        ("deadlines.yaml", "  D07:", "  D77:", ["D77", "没有定义"]),
        ("acts/penalty.yaml", "    review:", "    reviews:", [r"acts/penalty\.yaml:\d+", "reviews", "review"]),
        ("acts/penalty.yaml", "required: true\n", "required: false\n", ["required"]),
        ("clauses.tsv", "id\ttitle", "id\tname", [r"clauses\.tsv:1", "首行"]),
    ],
)
def test_faults_are_named(root, file, old, new, said):
    edit(root, f"{QINGSHAN}/{file}", old, new)
    refused(root, *said)


def test_a_checklist_uses_the_shared_points(root):
    edit(
        root,
        f"{QINGSHAN}/pack.yaml",
        "  publish_form:",
        "  review_checklist:\n    - {value: [subjekt], because: QS-3.3.3b}\n  publish_form:",
    )
    refused(root, r"review_checklist\[0\]\.value", "subjekt", "officer_qualification")


def test_a_child_cannot_permit_what_the_nation_does_not(root):
    edit(
        root,
        f"{QINGSHAN}/pack.yaml",
        "  publish_form:",
        "  summary_allowed:\n    - {when: {fine_fen_lte: 50000}, value: true, because: QS-3.1.3b}\n  publish_form:",
    )
    refused(root, "不得放宽", r"summary_allowed\[0\]\.value")


def test_a_child_cannot_redefine_a_rule_or_a_fact_of_its_parent(root):
    (root / QINGSHAN / "facts.yaml").write_text("facts:\n  kind: {label: 种类, type: text, privacy: public}\n")
    refused(root, "kind", "不得改写")
    (root / QINGSHAN / "facts.yaml").unlink()
    edit(
        root,
        f"{QINGSHAN}/deadlines.yaml",
        "  D07:\n",
        "  D07:\n    title: x\n    trigger: x\n    must: x\n    holder: agency\n",
    )
    refused(root, "D07", "只能在 lines 下加行")


def test_a_longer_local_deadline_loses(root):
    edit(root, f"{QINGSHAN}/deadlines.yaml", "n: 7", "n: 30")
    pack = packs.load_from(root, QINGSHAN)
    answer = pack.ask("publish_by", {"kind": "penalty", "decided_on": "2026-09-18"})
    assert answer.value.isoformat() == "2026-09-29"
    assert "QS-3.1.3c" in {c.clause for lost in answer.outvoted for c in lost.because}


def test_steps_need_an_exit_a_privacy_class_and_known_names(root):
    edit(root, "cn/acts/penalty.yaml", "        next: [report]\n", "")
    refused(root, r"acts/penalty\.yaml:\d+", "没有出口", pack="cn")
    edit(
        root,
        "cn/acts/penalty.yaml",
        "        public: 一百元以下罚款",
        "        next: [reprt]\n        public: 一百元以下罚款",
    )
    refused(root, "reprt", pack="cn")
    edit(root, "cn/acts/penalty.yaml", "next: [reprt]", "next: [disclose]")
    refused(root, "走不到", pack="cn")
    edit(
        root,
        "cn/facts/casework.yaml",
        "informant: {label: 举报人, type: text, privacy: internal}",
        "informant: {label: 举报人, type: text}",
    )
    refused(root, r"facts/casework\.yaml:\d+", "privacy", pack="cn")


def test_calendar_faults(root):
    edit(root, "cn/calendar/2026.yaml", "2026-09-20", "2026-09-21")
    refused(root, r"calendar/2026\.yaml", "不是周末", pack="cn")
    (root / QINGSHAN / "calendar").mkdir()
    (root / QINGSHAN / "calendar" / "2026.yaml").write_text(
        "year: 2026\nnotice: 本地\nsource: 本地\nworkdays:\n  - {name: 加班, days: [2026-06-07]}\n", encoding="utf-8"
    )
    edit(root, "cn/calendar/2026.yaml", "2026-09-21", "2026-09-20")
    refused(root, "地方日历")


def test_a_local_holiday_lengthens_the_count_and_names_itself(root):
    (root / QINGSHAN / "calendar").mkdir()
    (root / QINGSHAN / "calendar" / "2026.yaml").write_text(
        "year: 2026\nnotice: 本地放假通知\nsource: 本地\nholidays:\n  - {name: 泼水节, days: [2026-04-13, 2026-04-14]}\n",
        encoding="utf-8",
    )
    done = packs.load_from(root, QINGSHAN).deadline("D09", dt.date(2026, 4, 10))
    assert done.due.isoformat() == "2026-04-17"
    assert any("泼水节" in day.why for day in done.days)


def test_files_that_do_not_belong(root):
    (root / QINGSHAN / "rules.yml").write_text("x: 1\n")
    refused(root, r"rules\.yml", "没有这种文件")
    (root / QINGSHAN / "rules.yml").unlink()
    for folder in ("documents", "statistics"):
        (root / QINGSHAN / folder).mkdir()
    assert packs.load_from(root, QINGSHAN)


def test_broken_yaml_and_encoding(root):
    file = root / QINGSHAN / "pack.yaml"
    good = file.read_bytes()
    file.write_bytes(good.replace(b"jurisdiction:\n", b"jurisdiction: {\n", 1))
    refused(root, r"pack\.yaml:\d+", "YAML")
    file.write_bytes(b"")
    refused(root, "空的")
    file.write_bytes(good.decode().encode("gb18030"))
    refused(root, "UTF-8")


def test_yaml_words_stay_words(root):
    edit(root, f"{QINGSHAN}/pack.yaml", "legal_superior: 镇司法所", "legal_superior: off")
    assert packs.load_from(root, QINGSHAN).jurisdiction.legal_superior == "off"


def test_a_failing_example_is_reported_not_hidden(root):
    edit(root, f"{QINGSHAN}/pack.yaml", "expect: 2026-09-29", "expect: 2026-09-30")
    edit(root, "cn/gates.yaml", "title: 应当回避的人员已退出", "title: 应当回避的人员已退出\n    colour: red")
    report = examples.check_all(root)
    assert any("colour" in fault and "gates.yaml" in fault for fault in report.faults)
    edit(root, "cn/gates.yaml", "\n    colour: red", "")
    (fault,) = examples.check_all(root).faults
    assert "2026-09-30" in fault
    assert "2026-09-29" in fault


def test_a_pack_outside_the_folder_is_not_read(root):
    with pytest.raises(UnknownPack):
        packs.load_from(root / QINGSHAN, "../cn")


def test_the_published_schema_describes_every_file():
    shown = schema.json_schema()
    assert set(shown["properties"]) == set(schema.FORMS)
    for form in ("PackFile", "Line", "DeadlineLine", "StepForm", "Fact"):
        assert shown["$defs"][form]["additionalProperties"] is False
    assert "because" in shown["$defs"]["Line"]["required"]


def test_a_key_in_two_files_of_one_table_is_named_with_both(root):
    (root / "cn" / "gates").mkdir(exist_ok=True)
    (root / "cn" / "gates" / "more.yaml").write_text(
        "gates:\n  G2:\n    title: 重复\n    needs:\n      - {must: {recused: false}, because: CN-PEN-43.1, message: 甲, mend: 乙}\n"
    )
    refused(root, r"cn/gates/more\.yaml:2", "G2", r"gates\.yaml 里已经写过")


def test_an_error_in_a_table_of_several_files_names_the_file_the_key_is_in(root):
    (root / "cn" / "gates").mkdir(exist_ok=True)
    (root / "cn" / "gates" / "more.yaml").write_text(
        "gates:\n  G99:\n    title: 新关口\n    needs:\n      - {must: {nosuch: true}, because: CN-PEN-43.1, message: 甲, mend: 乙}\n"
    )
    refused(root, r"cn/gates/more\.yaml:5", "nosuch")


def test_parameters_have_a_form_and_a_vocabulary(root):
    edit(
        root,
        "cn/parameters.yaml",
        "parameters:\n",
        "parameters:\n  zz_uniform: {label: 着装, table: a.4, type: bool}\n",
    )
    own = root / QINGSHAN / "parameters.yaml"
    own.write_text("values:\n  zz_uniform: {value: yes, because: QS-3.1.2e}\n")
    refused(root, r"parameters\.yaml:2", "zz_uniform", "true 或 false")
    own.write_text("values:\n  colour: {value: red, because: QS-3.1.2e}\n")
    refused(root, r"parameters\.yaml:2", "没有参数")
    own.write_text("values:\n  zz_uniform: {value: true, because: QS-3.1.2e}\n")
    answer = packs.load_from(root, QINGSHAN).parameter("zz_uniform")
    assert (answer.value, answer.default, answer.because[0].clause) == (True, False, "QS-3.1.2e")
    own.write_text("values:\n  zz_uniform: {strength: unset, because: QS-3.1.2e, note: 方案要求本机关自定}\n")
    answer = packs.load_from(root, QINGSHAN).parameter("zz_uniform")
    assert answer.value is None
    assert "未规定" in answer.explain
