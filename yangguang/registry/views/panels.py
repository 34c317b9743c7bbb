"""What stands beside a registered thing on its page: each panel is a partial with what it shows."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from yangguang.policy import guides, packs

from .. import access, queries
from ..access import Caller
from ..models import Body, Certificate, CertificateChange, Device, LeadingGroup, Officer, Party, Power, Unit
from ..queries import in_force
from . import wording

Panel = dict[str, Any]


Maker = Callable[[Caller, Any, date], list[Panel]]
_later: dict[type, list[Maker]] = {}


def adds(kind: type) -> Callable[[Maker], Maker]:
    """A later stage shows what of its own belongs beside a thing: the registry imports none of them.

    **Shape** a panel of a later stage names its `partial`; those of the registry are found by their `template`.
    """

    def kept(make: Maker) -> Maker:
        _later.setdefault(kind, []).append(make)
        return make

    return kept


def of(caller: Caller, thing: Any, on: date) -> list[Panel]:
    """The panels of a thing on a day."""
    make = MAKERS.get(type(thing))
    found = make(caller, thing, on) if make else []
    found += [panel for later in _later.get(type(thing), ()) for panel in later(caller, thing, on)]
    return [{"partial": f"registry/panels/{panel['template']}.html"} | panel for panel in found]


def _may(caller: Caller, what: str, scope: str) -> bool:
    return access.barred(caller, what, scope) is None


def _body(caller: Caller, body: Body, on: date) -> list[Panel]:
    names = {p.key: p.name for p in in_force(Power, on).filter(scope=body.scope)}
    given = [
        {
            "it": one,
            "out": one.entrusting_key == body.key,
            "powers": [names.get(key, "本机关看不到的事项") for key in _uuids(one.powers)],
            "state": _entrusted_state(one, on),
        }
        for one in queries.entrustments_of(body)
    ]
    strength = queries.strength(body, on)
    below = [b for b in queries.bodies_below(body.scope, on) if b.key != body.key]
    stands = queries.as_of(Body, body.key, timezone.localdate()) is not None  # what has ended takes nothing on
    return [
        {
            "template": "strength",
            "title": "审核力量",
            "it": strength,
            "verdict": wording.verdict(packs.load(body.pack), strength.verdict),
        },
        {"template": "below", "title": "下级主体", "rows": below},
        {
            "template": "units",
            "title": "内设机构",
            "rows": queries.units(body, on),
            "may": stands and _may(caller, "unit", body.scope),
            "body": body,
            "no_legal": not queries.units(body, on).filter(kind=Unit.Kind.LEGAL).exists()
            and body.kind != Body.Kind.SUPERVISOR,
        },
        {
            "template": "entrustments",
            "title": "委托执法",
            "rows": given,
            "may": _may(caller, "entrustment", body.scope),
            "may_new": stands and body.kind in (Body.Kind.AGENCY, Body.Kind.AUTHORIZED),
            "body": body,
        },
        {
            "template": "succession",
            "title": "承继",
            "after": queries.succession(body, date.max),
            "before": queries.succeeded(body, on),
            "may": stands and _may(caller, "succession", body.scope) and queries.succession(body, date.max) is None,
            "body": body,
        },
        {
            "template": "advisers",
            "title": "领导小组、法律顾问和公职律师",
            "counsels": queries.counsels(body, on),
            "groups": queries.leading_groups(body, on),
        },
    ]


def _uuids(keys: list[str]) -> list[UUID]:
    return [UUID(key) for key in keys]


def _entrusted_state(one: Any, on: date) -> tuple[str, str]:
    ended = getattr(one, "end", None)
    if ended and ended.on <= on:
        return "已终止", "bad"
    if on < one.valid_from:
        return "未到期限", "quiet"
    return ("有效", "ok") if on <= one.valid_to else ("已到期", "bad")


def _officer(caller: Caller, officer: Officer, on: date) -> list[Panel]:
    may = _may(caller, "certificate", officer.scope)
    held = [{"it": one, "state": _state(one, on), "life": _life(one)} for one in queries.certificates(officer)]
    return [
        {
            "template": "certificates",
            "title": "行政执法证",
            "rows": held,
            "standing": queries.standing(officer, on),
            "officer": officer,
            "may": may,
            "exams": queries.exams_of(officer.key),
            "may_exam": _may(caller, "exam", officer.scope),
        },
        {
            "template": "qualifications",
            "title": "法制审核资格",
            "rows": queries.qualifications(officer),
            "officer": officer,
            "may": may,
        },
    ]


def _state(certificate: Certificate, on: date) -> str:
    changes = sorted((c for c in certificate.changes.all() if c.on <= on), key=lambda c: (c.on, c.at))
    return changes[-1].state if changes else CertificateChange.State.RESTORED


def _life(certificate: Certificate) -> list[dict[str, Any]]:
    """Exam, grant, changes, checks: one line after another."""
    lines = [
        {"on": certificate.exam_passed_on, "what": "执法资格考试合格", "note": _exam(certificate)},
        {"on": certificate.valid_from, "what": f"颁发，{certificate.issuer}", "note": certificate.family},
        *({"on": c.on, "what": c.get_state_display(), "note": c.reason} for c in certificate.changes.all()),
        *(
            {"on": c.on, "what": f"{c.year} 年度审验{'合格' if c.passed else '不合格'}", "note": c.note}
            for c in certificate.checks.all()
        ),
    ]
    return sorted(lines, key=lambda line: line["on"])


def _exam(certificate: Certificate) -> str:
    """Which exam it was; of a certificate older than the register of exams that is not known."""
    exam = certificate.exam
    if exam is None:
        return "考试成绩未登记"
    return "，".join(filter(None, (exam.title, exam.marks, exam.proof)))


def _power(caller: Caller, power: Power, on: date) -> list[Panel]:
    guide = [
        {"label": label, "lines": value if isinstance(value, list) else [value]}
        for key, label in guides.ITEM.items()
        if (value := power.guide.get(key))
    ]
    named = [one for one in queries.entrustments(on) if str(power.key) in one.powers]
    return [
        {"template": "basis", "title": "法律依据", "rows": power.basis},
        {"template": "discretion", "title": "裁量基准", "rows": power.discretion},
        {"template": "guide", "title": "服务指南", "rows": guide},
        {"template": "used", "title": "用在哪里", "power": power, "rows": named},
    ]


def _party(caller: Caller, party: Party, on: date) -> list[Panel]:
    keys = queries.party_keys(party.key)
    names = queries.party_versions(party.key)
    doubles = [d for d in queries.duplicates(caller, on) if any(p.key == party.key for p in d.parties)]
    return [
        {
            "template": "names",
            "title": "名称沿革",
            "rows": names,
            "merged": len(keys) - 1,
            "doubles": [p for d in doubles for p in d.parties if p.key != party.key],
            "party": party,
            "may": _may(caller, "party", party.scope),
        },
        {"template": "places", "title": "场所", "rows": queries.premises_of(keys, on)},
    ]


def _device(caller: Caller, device: Device, on: date) -> list[Panel]:
    if device.kind != Device.Kind.E_MONITORING:
        return []
    return [
        {
            "template": "monitoring",
            "title": "审核和公布",
            "rows": queries.device_reviews(device),
            "now": queries.monitoring(device, on),
            "verdict": wording.verdict(packs.load(device.body.pack), queries.monitoring_verdict(device, on)),
            "device": device,
            "may": _may(caller, "device_review", device.scope),
        }
    ]


def _group(caller: Caller, group: LeadingGroup, on: date) -> list[Panel]:
    return [{"template": "members", "title": "成员", "rows": group.members}]


MAKERS: dict[type, Maker] = {
    Body: _body,
    Officer: _officer,
    Power: _power,
    Party: _party,
    Device: _device,
    LeadingGroup: _group,
}
