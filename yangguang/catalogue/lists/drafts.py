"""The first rows of a list, from what the body has registered and from what its rules say.

Rows are as typed, so that a person may change them; what nobody knows stays empty and is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.policy.questions import FORM
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Power

from .kinds import SHORT_LEVELS
from .wholes import demanded

Typed = dict[str, str]
FORM_WORDS = {"summary": "摘要", "full_text": "决定书全文"}

OPT_IN = "简易程序以外的其他执法决定"  # a line that a unit keeps or strikes out


def start(code: str, body: Body, pack: Pack, on: date) -> list[Typed]:
    """The rows a first draft begins with."""
    return _STARTS[code](body, pack, on)


def _kind_words(pack: Pack) -> dict[str, str]:
    return dict(pack.facts["kind"].choices or {})


def _laws(power: Power) -> str:
    return "、".join(f"《{one['law']}》{one['article']}" for one in power.basis)


def _cited(because: Iterable[Citation]) -> str:
    return "、".join(dict.fromkeys(f"{one.source}{one.title}" for one in because))


def _powers(body: Body, pack: Pack, on: date) -> list[Typed]:
    words = _kind_words(pack)
    return [
        {
            "code": power.code,
            "name": power.name,
            "kind": words.get(power.kind, power.kind),
            "body": body.name,
            "authority": f"依照{_laws(power)}实施{words.get(power.kind, '')}",
            "basis": _laws(power),
            "source": power.instrument,
        }
        for power in registry.powers(body.scope, on)
    ]


def _kinds_of(body: Body, on: date) -> dict[str, list[Power]]:
    found: dict[str, list[Power]] = {}
    for power in registry.powers(body.scope, on):
        found.setdefault(power.kind, []).append(power)
    return found


def _pre_disclosure(body: Body, pack: Pack, on: date) -> list[Typed]:
    words, elements = _kind_words(pack), pack.ask("pre_elements", on=on)
    channels = "、".join(pack.ask("channels", on=on).value or ())
    rows = []
    for kind, powers in _kinds_of(body, on).items():
        known = {
            "主体": body.name,
            "人员": "见行政执法人员清单",
            "执法人员": "见行政执法人员清单",
            "随机抽查事项清单": "见随机抽查事项清单",
            "处罚权事项清单": "见行政执法事项清单",
            "权限": "；".join(power.name for power in powers)[:2000],
            "依据": "；".join(dict.fromkeys(_laws(power) for power in powers))[:2000],
            "救济渠道": _remedies(body),
        }
        rows += [
            {
                "kind": words.get(kind, kind),
                "element": element,
                "content": known.get(element, ""),
                "basis": _cited(elements.because)[:400],
                "place": channels,
            }
            for element in elements.value or ()
        ]
    return rows


def _remedies(body: Body) -> str:
    ways = []
    if body.reconsideration:
        ways.append(f"可以向{body.reconsideration}申请行政复议")
    if body.court:
        ways.append(f"可以向{body.court}提起行政诉讼")
    return "；".join(ways)


def _random(body: Body, pack: Pack, on: date) -> list[Typed]:
    return [
        {
            "matter": power.name,
            "subject": body.name,
            "basis": _laws(power),
            "powers": power.code,
        }
        for power in registry.powers(body.scope, on, "inspection")
    ]


def _decisions(body: Body, pack: Pack, on: date) -> list[Typed]:
    words = _kind_words(pack)
    limit = pack.parameter("publish_limit")
    channels = "、".join(pack.ask("channels", on=on).value or ())
    rows = []
    for kind in _kinds_of(body, on):
        form = pack.ask("publish_form", {"kind": kind}, on)
        rows.append(
            {
                "kind": words.get(kind, kind),
                "publish": "是",
                "form": FORM_WORDS[form.value or FORM[0]],
                "limit": str(limit.value or ""),
                "place": channels,
                "basis": _cited([*form.because, *limit.because])[:400],
            }
        )
    return rows


def _officers(body: Body, pack: Pack, on: date) -> list[Typed]:
    """**Clause** QS-3.1.1g, WC-2.1.2(4): those who may enforce on the day, and nobody else."""
    words = _kind_words(pack)
    kinds = "、".join(words.get(kind, kind) for kind in _kinds_of(body, on))
    people = registry.with_standing(list(registry.officers(body.scope, on)), on)
    return [
        {
            "unit": one.officer.unit.name if one.officer.unit else body.name,
            "name": one.officer.name,
            "post": one.officer.post,
            "certificate": one.standing.certificate.number,
            "kinds": kinds,
        }
        for one in people
        if one.standing.valid and one.standing.certificate
    ]


def _recording(body: Body, pack: Pack, on: date) -> list[Typed]:
    """One line for each event, at the level of the rules.  **Clause** QS-3.2.2a, WC-2.2.3c."""
    events = pack.facts["event"].choices or {}
    choices = pack.merged.parameters["retention_default"].choices or {}
    retention = choices.get(str(pack.parameter("retention_default").value), "")
    rows = []
    for event, title in events.items():
        level = demanded(pack, event, (), on).value or "none"
        if level != "none":
            rows.append(
                {
                    "event": title,
                    "level": SHORT_LEVELS[level],
                    "manner": "执法记录仪录像",
                    "place": f"{title}的现场",
                    "retention": retention,
                    "keeper": "",
                }
            )
    return rows


# What the rules ask for review, as lines of a catalogue: the situations that the guidance of 2018 names.
SITUATIONS = (
    ("major_public_interest", "涉及重大公共利益的决定"),
    ("social_risk", "可能造成重大社会影响或者引发社会风险的决定"),
    ("major_rights", "直接关系行政相对人或者第三人重大权益的决定"),
    ("complex", "案件情况疑难复杂、涉及多个法律关系的决定"),
)


def _catalogue(body: Body, pack: Pack, on: date) -> list[Typed]:
    words = _kind_words(pack)
    kinds = list(_kinds_of(body, on))
    asked: tuple[Any, ...] = tuple(pack.parameter("review_catalogue_kinds").value or ())
    titles = list(dict.fromkeys([*asked, *([] if asked else [words.get(kind, kind) for kind in kinds])]))
    rows = []
    for fact, matter in SITUATIONS:
        answer = pack.ask("review_required", {"kind": "penalty", fact: True}, on)
        rows.append(
            {
                "matter": matter,
                "kinds": "、".join(titles),
                "when": f"{pack.facts[fact].label}＝是",
                "reason": "依法应当在作出决定前进行法制审核",
                "basis": _cited(answer.because)[:400],
            }
        )
    if (may := pack.parameter("review_opt_in")).value is True:  # for the unit to keep or to strike out
        rows.append(
            {
                "matter": OPT_IN,
                "kinds": "、".join(titles),
                "when": f"{pack.facts['procedure'].label}≠{(pack.facts['procedure'].choices or {})['summary']}",
                "reason": "本单位选择对简易程序以外的所有执法决定进行法制审核；不作这一选择的删去本行",
                "basis": _cited(may.because)[:400],
            }
        )
    return rows


_STARTS: dict[str, Callable[[Body, Pack, date], list[Typed]]] = {
    "list_pre_disclosure": _pre_disclosure,
    "list_powers": _powers,
    "list_random_inspection": _random,
    "list_decisions_published": _decisions,
    "list_officers": _officers,
    "list_av": _recording,
    "catalogue_review": _catalogue,
}
