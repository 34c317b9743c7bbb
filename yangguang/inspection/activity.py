"""What the body's pack asks of an activity on the spot, and the words of the paper about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yangguang.policy import packs
from yangguang.policy.answers import Answer, Citation
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS
from yangguang.registry.models import Body

from .models import ActivityRecord

KIND = "inspection"
# Told in any case: each is a line of the record itself.
TOLD = ("执法事由", "执法依据", "权利义务")
EVERY = "每一次执法活动"


@dataclass(frozen=True)
class Demands:
    """The rules of a body for an activity.

    **Shape** `activities`: what the plan names, () where it means every one; `remedies`: what the paper must say of them.
    """

    pack: Pack
    identity: Answer
    told: Answer
    throughout: Answer
    uniform: Answer
    document: Answer
    explain: Answer
    rights: Answer
    activities: tuple[str, ...]
    remedies: tuple[str, ...]
    remedies_because: tuple[Citation, ...]

    @property
    def must_tell(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*TOLD, *(self.told.value or ()))))

    @property
    def random_word(self) -> str:
        """What the vocabulary calls a random inspection: an activity of this name needs its matter."""
        return (self.pack.facts["event"].choices or {})["random_check"]

    @property
    def identity_words(self) -> str:
        return GRADE_WORDS[self.identity.value]


def demands(body: Body) -> Demands:
    """What the pack of a body asks of an activity."""
    pack = packs.load(body.pack)
    remedies = pack.ask("remedies", {"kind": KIND, "procedure": "ordinary"})
    named = tuple(one for one in pack.parameter("identity_activities").value or () if one != EVERY)
    return Demands(
        pack=pack,
        identity=pack.ask("identity_rule", {"kind": KIND}),
        told=pack.parameter("must_tell"),
        throughout=pack.parameter("identity_whole_course"),
        uniform=pack.parameter("uniform"),
        document=pack.parameter("document_given"),
        explain=pack.parameter("explain"),
        rights=pack.parameter("inspection_rights_text"),
        activities=named,
        remedies=tuple(dict.fromkeys(str(d["text"]) for d in remedies.details if d.get("text"))),
        remedies_because=(*pack.parameter("tell_in_document").because, *remedies.because),
    )


def fulfilled(rule: str, worn: bool, shown: bool) -> bool:
    """Whether wearing and showing satisfy the rule."""
    return {"wear_and_show": worn and shown, "show": shown, "wear_or_show": worn or shown}[rule]


def identity_words(worn: bool, shown: bool, throughout: bool) -> str:
    how = "佩戴并主动出示执法证件" if worn and shown else "主动出示执法证件" if shown else "佩戴执法证件"
    return f"执法人员{how}，表明身份{'，活动全程均可见执法身份' if throughout else ''}。"


def acknowledged_words(how: str, note: str) -> str:
    label = str(ActivityRecord.Acknowledged(how).label)
    return f"{label}{'：' + note if note else ''}。"


def paper(body: Body, given: dict[str, Any], officers: list[dict[str, str]], asked: Demands) -> dict[str, Any]:
    """The data of the document: nothing is typed twice, and the remedies stand in it."""
    uniform = str(ActivityRecord.Uniform(given["uniform"]).label)
    party = given["party"]
    present = "；".join(filter(None, (party.name if party else "", given["present"])))
    return {
        "body": {"name": body.name, "address": body.address, "phone": body.phone},
        "officers": officers,
        "activity": given["activity"],
        "started_at": _iso(given["started_at"]),
        "ended_at": _iso(given["ended_at"]),
        "place": given["place"],
        "present": present,
        "reason": given["reason"],
        "basis": given["basis"],
        "identity": identity_words(given["worn"], given["shown"], given["throughout"]),
        "uniform": f"{uniform}{'：' + given['uniform_note'] if given['uniform_note'] else ''}。",
        "told": "、".join(given["told"]),
        "rights": given["rights"],
        "explained": given["explained"],
        "shown_document": given["document"],
        "findings": given["findings"],
        "remedy_lines": [{"text": line} for line in asked.remedies],
        "remedies": {"reconsideration": body.reconsideration, "court": body.court},
        "complaint": body.complaint_phone,
        "acknowledged": acknowledged_words(given["acknowledged"], given["acknowledged_note"]),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat()
