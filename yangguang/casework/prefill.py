"""What a form starts from, so that nobody types a thing twice; every value names where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from yangguang.policy.facts import FactSpec
from yangguang.record import documents
from yangguang.record.documents import Field, Template
from yangguang.record.models import Item

from . import facts, queries
from .models import Case

# Which of the step's facts a document of the step already says: (document, field).
SAID: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "scene_check": {
        "scene_at": ("scene_record", "started_at"),
        "scene_place": ("scene_record", "place"),
        "scene_findings": ("scene_record", "findings"),
        "witness_name": ("scene_record", "witness"),
    },
    "interview": {
        "interviewed_at": ("interview_record", "started_at"),
        "interviewee": ("interview_record", "person.name"),
        "interview_text": ("interview_record", "questions"),
    },
    "evidence": {"evidence_list": ("evidence_sheet", "items")},
    "correct": {
        "correction_text": ("correction_order", "requirement"),
        "correction_due_on": ("correction_order", "until"),
    },
    "conclude": {"violation_facts": ("investigation_report", "facts")},
}
# Where a step says itself when it was taken: a fact, or a field of a document.
WHEN: Mapping[str, str] = {
    "identify": "identified_at",
    "scene_check": "scene_record.started_at",
    "interview": "interview_record.started_at",
    "evidence": "evidence_sheet.taken_at",
}
SOURCES: Mapping[str, str] = {
    "body": "执法主体登记",
    "body.contact": "立案申请中的主办人员",
    "party": "当事人登记",
    "officers": "立案申请中的承办人员及其执法证",
    "case": "立案审批表",
    "unit": "立案申请中的承办机构",
    "opened_on": "立案审批表",
    "remedies": "执法主体登记",
    "pay": "执法主体登记",
    "matter": "立案申请中的案件名称",
    "handler": "立案申请中的主办人员",
    "target": "当事人登记",
    "addressee": "当事人登记",
}
NEVER_ASKED = ("number", "opinions")  # the number is allotted; opinions belong to those who give them
ROWS = {"questions": 8, "items": 5, "evidence": 4}  # blank rows offered at first; more by a button


@dataclass(frozen=True)
class Start:
    """A value a field starts with and where it comes from."""

    value: Any
    source: str


@dataclass(frozen=True)
class Given:
    """Something the document takes without asking."""

    label: str
    value: str
    source: str


def look(data: Any, name: str) -> Any:
    """The value at a dotted name; None when absent."""
    for part in name.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def put(data: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    for part in folders:
        data = data.setdefault(part, {})
    data[last] = value


def asked(case: Case, template: Template) -> tuple[list[Field], list[Given]]:
    """The fields a person must fill, and those the case already knows, in the order of the document."""
    return split(template, documents.pick(template.code, facts.known(case)))


def split(template: Template, have: Mapping[str, Any], other: str = "") -> tuple[list[Field], list[Given]]:
    """The fields of a document that `have` lacks, and those it has with where each comes from.

    **Shape** `other`: the source of what comes from none of the registers; without it such a field is asked for.
    """
    ask, given = [], []
    for field in template.fields:
        if field.name in NEVER_ASKED:
            continue
        value, source = look(have, field.name), source_of(field.name, other)
        if value in (None, "", []):
            if field.required or not source or source == other:
                ask.append(field)
            continue
        given.append(Given(field.label, _said(field, value), source))
    return ask, given


def source_of(name: str, other: str = "") -> str:
    """The register or form that a field of what a case knows comes from."""
    return SOURCES.get(name) or SOURCES.get(name.partition(".")[0], other)


def in_words_of(guided: bool, source: str) -> str:
    """A source as the procedure of the case calls it: only a penalty is applied for and opened."""
    if not guided:
        return source
    return source.replace("立案审批表", "开始办理时的登记").replace("立案申请", "开始办理时的登记")


def _said(field: Field, value: Any) -> str:
    if isinstance(value, list):
        return "；".join(" ".join(str(part) for part in row.values()) for row in value)
    return dict(field.options).get(value, str(value))


def facts_asked(step: Any, codes: list[str]) -> list[FactSpec]:
    """The step's facts that no document of the step says already."""
    said = SAID.get(step.code, {})
    return [fact for fact in step.facts if not (fact.name in said and said[fact.name][0] in codes)]


def said_by(step: str, name: str, filled: dict[str, dict[str, Any]]) -> Any:
    """The value of a fact, read from the document that says it; None where none does."""
    code, field = SAID.get(step, {}).get(name, ("", ""))
    value = look(filled.get(code, {}), field)
    if field == "questions":
        return "\n".join(f"问：{row.get('q', '')}\n答：{row.get('a', '')}" for row in value or []) or None
    if field == "items":
        return (
            "\n".join(f"{row.get('no', '')} {row.get('name', '')}（{row.get('source', '')}）" for row in value or [])
            or None
        )
    return value


# ---- what fields start with --------------------------------------------------------------------------------------


def fact_starts(case: Case, step: str) -> dict[str, Start]:
    """Values for the facts of a step."""
    if step == "identify":
        numbers = f"{case.certificate1.number}、{case.certificate2.number}"
        rights = queries.parameter_of(case, "rights_text")
        law = "、".join(f"{one.source}{one.title}" for one in rights.because)
        return {
            "certificates_shown": Start(numbers, "立案申请中的执法证"),
            **({"rights_explained": Start(rights.value, f"{law}，可按实际告知的内容改写")} if rights.value else {}),
        }
    return {}


def document_starts(case: Case, code: str, beside: Sequence[str] = ()) -> dict[str, Start]:
    """Values for the fields of a document, by dotted name.  **Shape** `beside`: what is made together with it."""
    make = _STARTS.get(code)
    found = make(case) if make else {}
    if code == "service_receipt":
        found |= _served(case, beside)
    found.setdefault("recorder", Start(case.handler2.name, "协办人员"))
    if code == "investigation_report" and (last := _last(case, code)):
        found |= {
            name: Start(look(last.data, name), f"上一次的《{last.title}》")
            for name in (
                "process",
                "facts",
                "violated",
                "basis",
                "discretion_grade",
                "discretion",
                "proposal",
                "fine",
                "evidence",
            )
            if look(last.data, name) not in (None, "", [])
        }
    return found


def _last(case: Case, code: str) -> Item | None:
    return case.dossier.items.filter(code=code).order_by("-at", "-id").first()


def _place(case: Case) -> dict[str, Start]:
    return {"place": Start(case.clue.place, "线索登记")} if case.clue else {}


def _person(case: Case, prefix: str) -> dict[str, Start]:
    party = case.party
    natural = party.kind == "natural"
    name = party.name if natural else party.legal_rep
    told = {
        "name": name,
        "id_no": party.id_no,
        "phone": party.phone,
        "address": party.address if natural else "",
        "relation": ("当事人本人" if natural else "法定代表人（负责人、经营者）") if name else "",
    }
    source = "当事人登记；不是本人的，请改写"
    return {f"{prefix}.{key}": Start(value, source) for key, value in told.items() if value}


def _scene(case: Case) -> dict[str, Start]:
    kept = [
        {"name": item.title, "kind": item.get_medium_display(), "sha256": item.digest}
        for item in case.dossier.items.filter(event="onsite_check").exclude(medium="text").order_by("at")
    ]
    return {
        **_place(case),
        **{k: v for k, v in _person(case, "present").items() if not k.endswith("address")},
        **({"recordings": Start(kept, "案卷中已收存的现场照片和音像")} if kept else {}),
    }


def _interview(case: Case) -> dict[str, Start]:
    nth = case.dossier.items.filter(code="interview_record").count() + 1
    return {"nth": Start(nth, "本案已有的询问笔录"), **_person(case, "person")}


def _sheet(case: Case) -> dict[str, Start]:
    kept = case.dossier.items.filter(step__in=queries.INVESTIGATION).exclude(medium="text").order_by("at")
    rows = [
        {
            "no": str(n),
            "name": item.title,
            "kind": "audiovisual",
            "form": "电子文件",
            "quantity": "1 份",
            "source": f"{item.by.name}收存",
            "sha256": item.digest,
        }
        for n, item in enumerate(kept.select_related("by"), start=1)
    ]
    return {
        **_place(case),
        "provider": Start(case.party.name, "当事人登记；由他人提供的，请改写"),
        **({"items": Start(rows, "案卷中已收存的照片和音像")} if rows else {}),
    }


def _basis(case: Case) -> tuple[str, str]:
    """The clause that was broken and the clause to punish by, as the list of powers has them."""
    lines = [f"《{law['law']}》{law['article']}" for law in case.power.basis]
    return lines[0], lines[-1]


def _order(case: Case) -> dict[str, Start]:
    violated, basis = _basis(case)
    scene = _last(case, "scene_record")
    found = {
        "violated": Start(violated, "权责清单"),
        "basis": Start(f"{basis}、{facts.law(case, 'CN-PEN-28.1')}", "权责清单"),
    }
    if scene:
        found["violation"] = Start(look(scene.data, "findings"), "现场检查笔录")
    return found


def _report(case: Case) -> dict[str, Start]:
    violated, basis = _basis(case)
    scene, proposal = _last(case, "scene_record"), queries.latest_proposal(case)
    kept = case.dossier.items.filter(step__in=queries.INVESTIGATION).exclude(code="investigation_report").order_by("at")
    rows = [{"name": item.title, "proves": facts.proven(item.note) or "案件事实"} for item in kept]
    found = {
        "closed_on": Start(timezone.localdate(), "今天"),
        "version": Start((proposal.version if proposal else 0) + 1, "拟处理意见的下一稿"),
        "violated": Start(violated, "权责清单"),
        "basis": Start(basis, "权责清单"),
    }
    if scene:
        found["facts"] = Start(look(scene.data, "findings"), "现场检查笔录，请改写为查明的违法事实")
    if rows:
        found["evidence"] = Start(rows, "案卷")
    return found


def _address(case: Case) -> dict[str, Start]:
    party = case.party
    told = {"recipient": party.legal_rep or party.name, "address": party.address, "phone": party.phone}
    return {
        **{name: Start(value, "当事人登记") for name, value in told.items() if value},
        "officer": Start(case.handler1.name, "主办人员"),
        "confirmed_on": Start(timezone.localdate(), "今天"),
    }


def _served(case: Case, beside: Sequence[str]) -> dict[str, Start]:
    """送达回证: the document made together with it, else the last one that goes to the party; by both handlers."""
    made = [documents.template(one) for one in beside if one != "service_receipt"]
    outward = [one for one in made if not one.internal]
    found = {
        "document.copies": Start(1, "一份"),
        "place": Start(case.party.address, "当事人登记的住址"),
        "receiver.name": Start(case.party.name, "当事人登记；不是本人的，请改写"),
        "receiver.relation": Start("本人", "当事人登记；不是本人的，请改写"),
        "servers": Start(
            [
                {"name": case.handler1.name, "cert_no": case.certificate1.number},
                {"name": case.handler2.name, "cert_no": case.certificate2.number},
            ],
            "承办人员及其执法证",
        ),
    }
    if outward:
        return found | {"document.title": Start(outward[0].title, "本环节制作的文书")}
    internal = {one.code for one in documents.catalogue().values() if one.internal} | {"service_receipt", ""}
    kept = case.dossier.items.exclude(code__in=internal).exclude(event="public").order_by("-at", "-id").first()
    if kept is not None:
        source = f"{kept.on} 制作的文书"
        found |= {"document.title": Start(kept.title, source), "document.number": Start(kept.number, source)}
    return found


def _paid(case: Case) -> dict[str, Start]:
    """缴款凭证: what is paid outside a penalty is proven by a 财政票据."""
    heading = {} if case.kind == "penalty" else {"heading": Start("treasury", "按执法行为的种类")}
    return {**heading, "recorded_on": Start(timezone.localdate(), "今天")}


def _assistance(case: Case) -> dict[str, Start]:
    return {"heading": Start("investigation", f"{case.title}的调查")}


_STARTS = {
    "assistance_letter": _assistance,
    "receipt": _paid,
    "scene_record": _scene,
    "interview_record": _interview,
    "evidence_sheet": _sheet,
    "correction_order": _order,
    "investigation_report": _report,
    "service_address_confirmation": _address,
}


def proposal_starts(case: Case) -> tuple[dict[str, Any], dict[str, str]]:
    """What a draft starts from, by field, and the source of each: the last draft, else report, findings and powers."""
    if last := queries.latest_proposal(case):
        return dict(last.body), dict.fromkeys(last.body, f"{last}")
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    violated, basis = _basis(case)
    values |= {"violated": violated, "basis": basis}
    sources |= {"violated": "权责清单", "basis": "权责清单"}
    report = _last(case, "investigation_report")
    if report:
        for name, field in (
            ("facts", "facts"),
            ("violated", "violated"),
            ("basis", "basis"),
            ("grade", "discretion_grade"),
            ("discretion", "discretion"),
            ("fine_fen", "fine"),
        ):
            if value := look(report.data, field):
                values[name], sources[name] = value, f"《{report.title}》"
        if values.get("fine_fen"):
            values["penalties"], sources["penalties"] = ["fine"], f"《{report.title}》"
    said = {one.step: one for one in case.steps.filter(step__in=("open", "conclude")).order_by("at", "id")}
    if concluded := said.get("conclude"):
        values["answers"] = {name: concluded.facts.get(name) for name in facts.ANSWERS}
        sources["answers"] = "调查终结时的回答"
    if (opened := said.get("open")) and opened.facts.get("violation_ended_on"):
        values["bars"] = {"violation_ended_on": opened.facts["violation_ended_on"]}
        sources["bars"] = "立案申请"
    return values, sources
