"""`yangguang law`: JSON a program can rely on, Chinese a person can read, exit 2 with the accepted names."""

import argparse
import json
import shutil
from pathlib import Path

import pytest

from yangguang.policy import files, packs, schema
from yangguang.site import law_cli

QS = "cn-henan-xinyang-qingshan"


@pytest.fixture
def law(capsys):
    def run(*words):
        parser = argparse.ArgumentParser()
        law_cli.add_to(parser.add_subparsers(required=True))
        args = parser.parse_args(["law", *words])
        code = args.func(args)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.clause("QS-3.1.3c")
def test_ask_as_json(law):
    facts = '{"kind": "penalty", "decided_on": "2026-09-18"}'
    code, out, _ = law("ask", QS, "publish_by", "--facts", facts, "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["question"], answer["pack"], answer["value"]) == ("publish_by", QS, "2026-09-29")
    assert answer["because"][0]["clause"] == "QS-3.1.3c"
    assert answer["unknown"] == []
    assert [day["date"] for day in answer["days"] if day["counted"]][-1] == "2026-09-29"


def test_the_rules_of_another_day(law):
    facts = '{"kind": "penalty", "party_kind": "natural", "penalties": ["fine"], "fine_fen": 20000}'
    for day, allowed in (("2021-07-14", False), ("2021-07-15", True)):
        _, out, _ = law("ask", "cn", "summary_allowed", "--facts", facts, "--on", day, "--json")
        assert json.loads(out)["value"] is allowed


@pytest.mark.clause("QS-3.1.4b")
def test_deadline_as_json_and_as_text(law):
    code, out, _ = law("deadline", QS, "D09", "--start", "2026-09-18", "--json")
    answer = json.loads(out)
    assert (code, answer["value"]) == (0, "2026-09-22")
    assert answer["outvoted"][0]["clause"] == "QS-3.1.4b"
    _, out, _ = law("deadline", QS, "D07", "--start", "2026-09-18")
    assert "2026-09-25" in out
    assert "中秋节放假" in out


def test_an_absent_fact_is_named(law):
    code, out, _ = law("ask", QS, "publish_by", "--facts", '{"kind": "penalty"}', "--json")
    answer = json.loads(out)
    assert (code, answer["value"], answer["unknown"]) == (0, None, ["decided_on"])


def test_a_rule_without_a_number_has_no_value(law):
    code, out, _ = law("deadline", "cn", "D01", "--start", "2026-09-18", "--json")
    assert (code, json.loads(out)["value"]) == (0, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask", "cn-x", "covers"), "cn-henan-xinyang-qingshan"),
        (("ask", QS, "publish_until"), "publish_by"),
        (("ask", QS, "publish_by", "--facts", '{"kinds": "penalty"}'), "decided_on"),
        (("ask", QS, "publish_by", "--facts", '{"kind": "fine"}'), "penalty（行政处罚）"),
        (("ask", QS, "publish_by", "--facts", '{"decided_on": 20260918}'), "YYYY-MM-DD"),
        (("ask", QS, "publish_by", "--facts", "{kind: penalty}"), "JSON"),
        (("ask", QS, "publish_by", "--facts", '["penalty"]'), "JSON 对象"),
        (("ask", QS, "publish_by", "--facts", '{"kind": "penalty", "kind": "licence"}'), "重复"),
        (("ask", QS, "publish_by", "--on", "2026-13-01"), "--on"),
        (("deadline", QS, "D99", "--start", "2026-09-18"), "D07"),
        (("deadline", QS, "D07", "--start", "2026-02-30"), "YYYY-MM-DD"),
        (("deadline", QS, "D07", "--start", "2026-12-30"), "2027"),
        (("deadline", QS, "D05", "--start", "9999-12-31"), "2200"),
        (("ask", QS, "limitation", "--facts", '{"violation_ended_on": "9999-12-31"}'), "2200"),
        (("ask", QS, "publish_by", "--facts", "[" * 100_000), "JSON"),
        (("ask", QS, "summary_allowed", "--facts", '{"fine_fen": ' + "9" * 5000 + "}"), "JSON"),
        (("ask", QS, "summary_allowed", "--facts", '{"fine_fen": NaN}'), "分"),
        (("ask", QS, "decide_by", "--facts", '{"suspensions": [{"from": "2026-02-02", "to": "2026-02-01"}]}'), "from"),
    ],
)
def test_bad_input_exits_two_and_names_what_is_accepted(law, words, said):
    code, out, err = law(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_provisional_answer_says_so(law):
    code, out, _ = law("deadline", QS, "D07", "--start", "2026-12-30", "--provisional", "--json")
    assert (code, json.loads(out)["provisional"]) == (0, True)


def test_check_and_schema(law):
    code, out, err = law("check")
    assert (code, err) == (0, "")
    assert "全部通过" in out
    code, out, _ = law("schema")
    assert (code, json.loads(out)["title"]) == (0, "阳光执法 法条包")


def test_diff_takes_ids_folders_and_versions(law, tmp_path):
    code, out, _ = law("diff", "cn", QS)
    assert code == 0
    assert "期限（" in out
    assert "新增（收紧） D07" in out
    assert "QS-3.1.3c" in out
    folder = tmp_path / QS
    shutil.copytree(files.ROOT / QS, folder, ignore=shutil.ignore_patterns("documents", "statistics"))
    code, out, _ = law("diff", QS, str(folder))
    assert (code, "没有法律上的变化。" in out) == (0, True)
    code, out, _ = law("diff", packs.load("cn").version, str(folder), "--json")
    assert code == 0
    assert json.loads(out)["legal_change"] is True


@pytest.mark.parametrize("word", ["长" * 5000, "a" * 5000, "x/" * 3000, "cn\0"])
def test_a_word_that_no_file_can_bear_is_named_and_not_raised(law, word):
    """A name longer than any path, or one with NUL: the same clear error as for every other wrong word."""
    code, _, said = law("diff", "cn", word)
    assert code == 2
    assert "不是法条包" in said and "12位版本号" in said and len(said) < 600


def test_diff_asks_the_archive_for_versions(law, monkeypatch):
    asked = []
    monkeypatch.setattr(law_cli, "_resolvers", [])
    law_cli.resolve_with(lambda version: asked.append(version) or packs.load("cn"))
    code, out, _ = law("diff", "0123456789ab", "cn")
    assert (code, asked) == (0, ["0123456789ab"])
    assert "没有法律上的变化。" in out


@pytest.mark.parametrize("word", ["0123456789ab", "cn-x", "/nowhere/cn"])
def test_diff_says_what_it_accepts(law, word):
    code, out, err = law("diff", word, "cn")
    assert (code, out) == (2, "")
    assert "可接受的写法" in err


def test_new_and_check_a_folder_outside_the_tree(law, tmp_path):
    words = ("new", "cn-shifan-xian", "--name", "示范县", "--region", "999999", "--level", "county")
    code, out, _ = law(*words, "--into", str(tmp_path))
    assert code == 0
    assert "pack.yaml" in out
    code, out, err = law("check", str(tmp_path / "cn-shifan-xian"))
    assert (code, err) == (0, "")
    assert "cn-shifan-xian  版本" in out
    code, _, err = law(*words, "--into", str(tmp_path))
    assert (code, "已经有了" in err) == (2, True)
    (tmp_path / "cn-shifan-xian" / "deadlines.yaml").write_text("deadlines:\n  D07: {lines: []}\n", encoding="utf-8")
    code, _, err = law("check", str(tmp_path / "cn-shifan-xian"))
    assert code == 1
    assert "deadlines.yaml:2" in err


def test_show_lists_the_parameters_with_clause_and_origin(law):
    code, out, _ = law("show", QS)
    assert code == 0
    assert "a.1\n  issuer  制定机关：青山镇人民政府（QS-0.4）" in out
    assert "（取自上级规则）" in out
    code, out, _ = law("show", QS, "issuer", "--json")
    assert (code, json.loads(out)["value"]) == (0, "青山镇人民政府")
    code, _, err = law("show", QS, "isuer")
    assert (code, "issuer" in err) == (2, True)


def test_check_can_name_the_rules_without_examples(law, tmp_path):
    law("new", "cn-shifan-xian", "--name", "示范县", "--region", "999999", "--level", "county", "--into", str(tmp_path))
    folder = tmp_path / "cn-shifan-xian"
    (folder / "deadlines.yaml").write_text(
        "deadlines:\n  D07:\n    lines:\n      - {limit: {n: 5, unit: working_day}, because: XIAN-1}\n",
        encoding="utf-8",
    )
    code, out, _ = law("check", str(folder), "--coverage", "--json")
    (lack,) = json.loads(out)["lacks"]
    assert (code, lack["rule"], lack["kinds"]) == (1, "deadlines.D07.lines[0]", ["符合的例子"])


def test_schema_for_editors_is_one_file_for_each_kind(law, tmp_path):
    code, out, _ = law("schema", "--into", str(tmp_path / "law"))
    assert code == 0
    settings = json.loads(out.partition("\n")[2])["yaml.schemas"]
    assert len(settings) == len(schema.FORMS)
    for path in settings:
        assert json.loads(Path(path).read_text(encoding="utf-8"))["$ref"].startswith("#/$defs/")
