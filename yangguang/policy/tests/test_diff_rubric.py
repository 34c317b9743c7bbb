"""What changed in the standard for evaluating files, told as law."""

import shutil

import pytest

from yangguang.policy import diff, files, packs

CN = packs.load("cn")
A1 = "points: 4, gates: G2,"


def edited(tmp_path, old, new):
    shutil.copytree(files.ROOT / "cn", tmp_path / "cn")
    file = tmp_path / "cn" / "rubric.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return packs.load_from(tmp_path, "cn")


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "says"),
    [
        (A1, "points: 6, gates: G2,", "A1", "tightened", "由“4 分，一处扣 4 分”改为“6 分，一处扣 6 分”"),
        (A1, "points: 2, gates: G2,", "A1", "loosened", "2 分"),
        (A1, "points: 4, gates: G3,", "A1", "changed", "看关口由“G2”改为“G3”"),
        (A1, "veto: true, gates: G2,", "A1", "tightened", "改为“否决项”"),
        (A1, "points: 4, when: {kind: penalty}, gates: G2,", "A1", "loosened", "任何情形"),
        ("least: 90", "least: 95", "grades", "changed", "优秀 95 分以上"),
    ],
)
def test_a_changed_item_is_a_change_of_the_law(tmp_path, old, new, key, what, says):
    found = diff.compare(CN, edited(tmp_path, old, new))
    (change,) = found.changes
    assert (change.group, change.key, change.what) == ("rubric", key, what)
    assert says in change.words
    assert any(line.startswith("案卷评查（1）") for line in found.lines())


def test_items_that_come_or_go(tmp_path):
    line = "  A1: {title: 应当回避的已经回避, group: 主体与资格, points: 4, gates: G2, because: CN-PEN-43.1}\n"
    less = edited(tmp_path, line, "")
    (gone,) = diff.compare(CN, less).changes
    (come,) = diff.compare(less, CN).changes
    assert (gone.what, gone.effect, gone.clauses) == ("removed", "loosened", ("CN-PEN-43.1",))
    assert (come.what, come.effect) == ("added", "tightened")


def test_another_look_is_only_a_note(tmp_path):
    found = diff.compare(CN, edited(tmp_path, "look: 决定书有没有盖本机关印章", "look: 决定书盖没盖本机关印章"))
    assert found.changes == ()
    assert any("评查项 F2" in note for note in found.notes)
