"""A new jurisdiction begins with a valid folder; what is wrong is refused before anything is written."""

import pytest

from yangguang.policy import examples, packs, scaffold
from yangguang.policy.errors import PackError

GOOD = {"extends": "cn", "name": "示范县", "region": "999999", "level": "county"}


@pytest.mark.parametrize("extends", ["cn", "cn-henan-xinyang-qingshan"])
def test_a_begun_pack_is_valid_and_stands_on_its_parent(tmp_path, extends):
    folder = scaffold.new("cn-shifan-xian", **{**GOOD, "extends": extends}, into=tmp_path)
    report = examples.check_folder(folder)
    assert (report.faults, report.packs[0].examples) == ([], 1)
    pack, parent = packs.load_folder(folder), packs.load(extends)
    assert pack.chain == (*parent.chain, "cn-shifan-xian")
    assert pack.rule_count == parent.rule_count
    assert pack.jurisdiction.name == "示范县"
    facts = {"kind": "penalty", "decided_on": "2026-09-18"}
    answer = pack.ask("publish_by", facts)
    assert (answer.value, answer.default) == (parent.ask("publish_by", facts).value, True)


@pytest.mark.parametrize(
    ("pack_id", "changed", "said"),
    [
        ("cn", {}, "编号"),
        ("cn-henan-xinyang-qingshan", {}, "已经有了"),
        ("CN-X", {}, "小写"),
        ("cn_x", {}, "减号"),
        ("../cn-x", {}, "编号"),
        ("cn-x", {"extends": "cn-nowhere"}, "cn-henan-xinyang-qingshan"),
        ("cn-x", {"extends": "cn-x"}, "不存在"),
        ("cn-x", {"name": "a: b"}, "名称"),
        ("cn-x", {"name": ""}, "名称"),
        ("cn-x", {"region": "4115"}, "6、9 或者 12 位"),
        ("cn-x", {"level": "village"}, "township"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_written(tmp_path, pack_id, changed, said):
    with pytest.raises(PackError, match=said) as caught:
        scaffold.new(pack_id, **{**GOOD, **changed}, into=tmp_path)
    assert "修改办法" in str(caught.value)
    assert "可接受的写法" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_overwritten(tmp_path):
    scaffold.new("cn-shifan-xian", **GOOD, into=tmp_path)
    with pytest.raises(PackError, match="已经有了"):
        scaffold.new("cn-shifan-xian", **GOOD, into=tmp_path)
