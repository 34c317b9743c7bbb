"""办理进度 in the public's words: what is done, what is going on, what comes; nothing of the file itself.

**Clause** SY-2.1.2c, QS-3.1.2f.
"""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from yangguang.disclosure.queries import Progress
from yangguang.policy import packs
from yangguang.policy.acts import Act
from yangguang.registry.models import PublicBody, PublicPower

WORDS: Mapping[str, str] = {"done": "已办", "now": "正在办理", "next": "接下来"}
ENDED = {
    "declined": "执法机关决定不予立案。",
    "exempted": "执法机关依法决定不予行政处罚。",
    "withheld": "这项决定依照法律、法规的规定不向社会公开。",
}


def line(found: Progress) -> list[dict[str, Any]]:
    """The steps done with their days, the one under way, and those that always come after it."""
    act = _act(found)
    rows, ahead = [], False
    for step in act.steps:
        state = ""
        if step.code == "disclose" and "withheld" in found.done:
            continue
        if step.code in found.done:
            state = "done"
        elif step.code == found.step:
            state, ahead = "now", True
        elif ahead and step.required:
            state = "next"
        if state:
            rows.append(
                {
                    "title": step.title,
                    "public": step.public,
                    "state": state,
                    "word": WORDS[state],
                    "on": found.done.get(step.code, ""),
                }
            )
    return rows


def _act(found: Progress) -> Act:
    return packs.load(found.pack).act(found.kind, procedure=found.procedure)


def shown(found: Progress, body: PublicBody | None, power: PublicPower | None) -> dict[str, Any]:
    """What the page says of a matter."""
    materials = power.guide.get("materials", []) if power is not None else []
    samples = [materials] if isinstance(materials, str) else list(materials)
    return {
        "act": _act(found).title,
        "body_name": found.body_name,
        "body": body,
        "power": power,
        "line": line(found),
        "ended": next((words for code, words in ENDED.items() if code in found.done), "")
        or ("" if found.step else "全部环节已经办完。"),
        "materials": samples,
        "body_url": reverse("portal:body", args=[found.body_key]) if body is not None else "",
    }
