"""The verifier is tested as it tests others: broken in one place at a time, each break has to be noticed.

`YG_MUTANTS=all` also changes every number and leaves out each half of a condition; that takes several times as long.
"""

import os

import pytest

from yangguang.trail.tests import judge, mutants

THOROUGH = os.environ.get("YG_MUTANTS") == "all"

# What changes nothing anybody could see, and why.
EQUIVALENT = {
    "tlog": {
        "bundle_hashes: count <= FULL  →  count < FULL": "a full bundle then takes the slow way to the same hashes",
        "bundle_hashes: not rest  →  rest": "with a rest the prefix columns are longer than `count`: the fast way is never taken",
        "parse_tile_path: width >= FULL  →  width > FULL": "`.p/256` is already refused as another spelling of the full tile",
        "verify_inclusion: len(sibling) != HASH or last == 0  →  len(sibling) != HASH and last == 0": (
            "a hash too many, or of another length, leads to another root"
        ),
        "verify_inclusion: raise BadProof('包含证明长度不对')  →  pass": "the same: the root at the end differs",
        "verify_consistency: raise BadProof('一致性证明长度不对')  →  pass #2": "a hash too many leads to another root",
    },
    "note": {
        "unb64: True  →  False": "what was skipped is missing when the bytes are encoded again",
        "check_name: ord(c) < 32  →  ord(c) <= 32": "the space is white space already",
        "Verifier.verify: len(signature) < 8  →  len(signature) <= 8": "no key signs with no bytes",
    },
    "trust": {},
    "check": {
        "_walk: raise BadProof(f'条目包 {tile_path(ENTRIES, n, width)} 应有 {width} 条，实有 {found} 条')  →  pass": (
            "another number of entries leads to another root"
        ),
        "_walk: edge.size < old.size <= edge.size + width  →  edge.size <= old.size <= edge.size + width": (
            "an old size at the edge of a bundle was compared one bundle earlier"
        ),
        "_walk: True  →  False": "comparing the old checkpoint again in a later bundle is ruled out by its size",
        "read_wide: width < FULL  →  width <= FULL": "a full tile that is missing is asked for twice",
    },
}


def test_the_judge_has_nothing_against_the_sound_verifier():
    with mutants.loaded(None) as modules:
        judge.judge(modules)


@pytest.mark.parametrize("module", mutants.ORDER)
def test_each_break_is_noticed(module):
    made = list(mutants.mutants(module, THOROUGH))
    assert len(made) > 40
    left = {mutant.what for mutant in made if not mutants.noticed(mutant, judge.judge)}
    unexplained = sorted(left - set(EQUIVALENT[module]))
    assert not unexplained, "没有被发现的改动：\n" + "\n".join(unexplained)
