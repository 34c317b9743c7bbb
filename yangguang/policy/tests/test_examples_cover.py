"""Every rule of every pack has worked examples: one that fits, one that does not, one exactly at each number or day."""

from dataclasses import replace

import pytest

from yangguang.policy import examples, files, packs, scaffold
from yangguang.policy.conditions import holds

# Packs whose examples are still being written; a pack leaves this list when nothing lacks, and never comes back.
UNFINISHED: frozenset[str] = frozenset()


@pytest.mark.parametrize("name", packs.names())
def test_every_rule_has_its_examples(name):
    lacks = examples.coverage(packs.load(name))
    if name in UNFINISHED:
        assert lacks, f"{name} 的例子已经齐全：把它从 UNFINISHED 中删去"
        pytest.skip(f"{name} 还有 {len(lacks)} 条规则缺例子")
    assert [str(lack) for lack in lacks] == []


@pytest.mark.parametrize("name", packs.names())
def test_every_example_holds(name):
    pack = packs.load(name)
    assert [fault for example in pack.examples() for fault in examples.faults(pack, example)] == []


RULES = """\
deadlines:
  D07:
    lines:
      - {limit: {n: 5, unit: working_day}, when: {kind: penalty, fine_fen_gte: 5000000}, because: XIAN-1}
"""
NEED = """\
gates:
  G1:
    needs:
      - {must: {handlers_certified_gte: 3}, because: XIAN-1, message: 不足三人, mend: 增派}
"""
FIT = "  - {deadline: D07, start: 2026-03-02, facts: {kind: penalty, fine_fen: 6000000}, expect: 2026-03-09}\n"
AT = "  - {deadline: D07, start: 2026-03-02, facts: {kind: penalty, fine_fen: 5000000}, expect: 2026-03-09}\n"
BELOW = "  - {deadline: D07, start: 2026-03-02, facts: {kind: penalty, fine_fen: 4999999}, expect: 2026-03-11}\n"
THREE = "  - {gate: G1, on: 2026-03-02, facts: {kind: penalty, handlers_certified: 3}, expect: unknown}\n"
TWO = "  - {gate: G1, on: 2026-03-02, facts: {kind: penalty, handlers_certified: 2}, expect: failed}\n"


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        (
            (),
            [
                "符合的例子、不符合的例子、罚款数额恰好为 5000000 的例子",
                "不满足要求的例子、满足要求的例子、恰好为 3 的例子",
            ],
        ),
        ((FIT, TWO), ["不符合的例子、罚款数额恰好为 5000000 的例子", "满足要求的例子、恰好为 3 的例子"]),
        ((FIT, BELOW, THREE), ["罚款数额恰好为 5000000 的例子", "不满足要求的例子"]),
        ((AT, BELOW, TWO, THREE), []),
    ],
)
def test_what_lacks_is_named(tmp_path, lines, lacking):
    folder = scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
    (folder / "deadlines.yaml").write_text(RULES, encoding="utf-8")
    (folder / "gates.yaml").write_text(NEED, encoding="utf-8")
    with (folder / "examples" / "first.yaml").open("a", encoding="utf-8") as out:
        out.writelines(lines)
    pack = packs.load_folder(folder)
    assert [fault for example in pack.examples() for fault in examples.faults(pack, example)] == []
    found = examples.coverage(pack)
    label = pack.facts["handlers_certified"].label
    fine = pack.facts["fine_fen"].label
    wanted = [w.replace("恰好为 3", f"{label}恰好为 3").replace("罚款数额", fine) for w in lacking]
    assert ["、".join(lack.kinds) for lack in found] == wanted


def test_an_example_that_stops_fitting_is_seen():
    """The check is no mirror of the files: with one example taken away from the nation, its rule is named."""
    pack = packs.load("cn")
    rule = next(r for r in pack.merged.questions["hearing_right"] if holds(r.when, {"kind": "penalty"})[0] is None)
    kept = [e for e in pack.examples() if e.ask != "hearing_right"]
    report = examples.coverage(_with(pack, kept))
    assert rule.when
    assert "questions.hearing_right[0]" in {lack.rule for lack in report}


def _with(pack, kept):
    return packs.Pack(replace(pack.merged, examples=kept))


def test_every_pack_folder_is_checked():
    assert {row.id for row in examples.check_all().packs} == set(files.names())
