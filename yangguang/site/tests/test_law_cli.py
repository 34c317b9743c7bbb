"""`yangguang law`: JSON a program can rely on, Chinese a person can read, exit 2 with the accepted names."""

import argparse
import json

import pytest

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
