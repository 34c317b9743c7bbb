"""What the machine can say on a point of the checklist: words to take up or to leave, never a finding."""

from collections.abc import Iterable, Mapping
from typing import Any

from yangguang.casework.models import Proposal
from yangguang.record.queries import Owed

from . import wording

LONGEST = 300
SAID = {"passed": "规则检查符合", "failed": "规则检查不符合", "unknown": "规则检查尚不能判断"}


def words(proposal: Proposal, verdicts: Mapping[str, dict[str, Any]], owed: Iterable[Owed]) -> dict[str, list[str]]:
    """For each point what was checked or counted by machine, in a sentence a reviewer can take up as the reason.

    **Clause** DH-2.3.3b, WC-2.3.2a, WC-2.3.2b.  **Shape** `verdicts`: gate → the verdict as `wording.verdict` has it.
    """
    body = proposal.body
    found = {
        item: [_verdict(verdicts[code]) for code in codes if code in verdicts] for item, codes in wording.BESIDE.items()
    }
    if named := [one["name"] for one in body["evidence"]]:
        found["evidence"] = [f"证据{len(named)}份：{'、'.join(named)}"]
    if body["violated"] and body["basis"]:
        found["law"] = [f"违反{body['violated']}，依据{body['basis']}"]
    listed = list(owed)
    if lacking := [one.title for one in listed if not one.met]:
        found["documents"] = [f"规则要求的文书和记录缺{len(lacking)}项：{'、'.join(lacking)}"]
    elif listed:
        found["documents"] = [f"规则要求的文书和记录{len(listed)}项齐备"]
    return {item: [one[:LONGEST] for one in said] for item, said in found.items() if said}


def _verdict(found: Mapping[str, Any]) -> str:
    told = "、".join(f"{label}：{value}" for label, value in found["facts_used"])
    why = "；".join(found["failures"]) or told
    head = f"{SAID.get(found['state'], '规则检查')}“{found['title']}”"
    return f"{head}（{why}）" if why else head
