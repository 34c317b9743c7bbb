"""Enter once: what the case already knows, in the shape documents and rules ask for it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.errors import WrongFactType
from yangguang.policy.packs import Pack
from yangguang.record import documents
from yangguang.record.documents import money
from yangguang.record.models import Item
from yangguang.registry.models import Officer, Party

from . import bars, queries, said_as
from .errors import BadFact, OutsideBenchmark
from .joinder import queries as joinder
from .models import Case, Opening
from .unit import queries as units

PARTY_KIND = {Party.Kind.NATURAL: "person", Party.Kind.SELF_EMPLOYED: "self_employed", Party.Kind.LEGAL: "organization"}
ANSWERS = {
    "major_public_interest": "涉及重大公共利益",
    "social_risk": "可能造成重大社会影响或者引发社会风险",
    "major_rights": "直接关系当事人或者第三人重大权益",
    "complex": "案件情况疑难复杂、涉及多个法律关系",
    "major_violation": "属于重大违法行为",
}


def law(case: Case, clause: str) -> str:
    """A clause as a document names it, in the edition of the case; one that edition did not have yet, as it is today."""
    pack = queries.pack_of(case)
    return named((pack if clause in pack.clauses else packs.load(case.pack)).clause(clause))


def named(clause: Citation) -> str:
    """《法律》第几条, as documents cite: the edition is not part of a law's name."""
    return f"《{clause.source.partition('（')[0]}》{clause.title}"


def known(case: Case) -> dict[str, Any]:
    """What every document of the case starts from; nobody types it again."""
    body, party, unit = case.body, case.party, case.unit
    opening: Opening | None = getattr(case, "opening", None)
    return {
        "body": {
            "name": body.name,
            "address": body.address,
            "phone": body.phone,
            "contact": case.handler1.name,
        },
        "case": {"number": opening.number if opening else "", "cause": case.cause, "title": case.title},
        "unit": {"name": unit.name if unit else ""},
        "party": {
            "kind": PARTY_KIND[Party.Kind(party.kind)],
            "name": party.name,
            "id_no": party.id_no if party.kind == Party.Kind.NATURAL else party.uscc,
            "representative": party.legal_rep,
            "representative_id_no": party.id_no if party.kind != Party.Kind.NATURAL else "",
            "address": party.address,
            "phone": party.phone,
        },
        "officers": [
            {"name": case.handler1.name, "cert_no": case.certificate1.number},
            {"name": case.handler2.name, "cert_no": case.certificate2.number},
        ],
        "opened_on": opening.on.isoformat() if opening else "",
        "remedies": {"reconsideration": body.reconsideration, "court": body.court},
        "pay": {"bank": body.bank, "account_name": body.name, "account_no": body.bank_account},
        "matter": case.title,
        "handler": case.handler1.name,
        "target": party.name,
        "addressee": party.name,
    }


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The base with what was filled in laid over it, nested mappings kept."""
    found = dict(base)
    for name, value in over.items():
        old = found.get(name)
        found[name] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


def for_document(case: Case, code: str, filled: dict[str, Any], *, by: Officer, at: datetime) -> dict[str, Any]:
    """The data of one document: what is known, and what the officer filled in."""
    return merge(documents.pick(code, known(case)), filled)


def for_step(case: Case, code: str, said: Mapping[str, Any], filled: dict[str, Any]) -> dict[str, Any]:
    """The data of a document made at a step of a course: what is known, what the steps said, what was filled in."""
    own = {name: value for name, value in said.items() if name not in ("kind", "procedure", "touches")}
    form = documents.template(code)
    for field in form.fields:
        told = said_as.value(code, field, said) if field.name not in own else None
        if told not in (None, "", []):
            own[field.name] = told
        if field.type == "list" and isinstance(own.get(field.name), list):
            own[field.name] = _rows(field, own[field.name], said, queries.pack_of(case))
    return merge(documents.pick(code, merge(own, known(case))), filled)


def _rows(field: Any, values: list[Any], said: Mapping[str, Any], pack: Pack) -> list[Any]:
    """Values of a choice as the rows a form lists: in words, the fine with its amount; nothing where it lists another thing."""
    if all(isinstance(one, dict) for one in values):
        return values
    if [one.name for one in field.of] != ["text"]:
        return []
    spec = pack.facts.get(field.name)
    words = (spec.choices if spec else None) or {}
    fine = said.get("fine_fen")
    amount = f"罚款{money.in_words(fine)}（¥{money.yuan(fine)}）" if fine else "罚款"
    return [{"text": amount if one == "fine" else words.get(one, str(one))} for one in values]


def course_draft(case: Case, pack: Pack, said: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of a case that follows its course: all that was said of it, in the shape every draft has."""
    basis = "；".join(f"《{law['law']}》{law['article']}" for law in case.power.basis)
    texts = [str(said[name]) for name, spec in pack.facts.items() if spec.type == "long_text" and said.get(name)]
    return {
        **dict.fromkeys(("violated", "grade", "deviation", "other", "correction"), ""),
        "facts": "\n".join(texts) or case.cause,
        "basis": basis,
        "discretion": str(said.get("proposal_text") or case.cause),
        "penalties": [],
        "fine_fen": 0,
        "confiscation_fen": 0,
        "answers": {name: said.get(name) for name in ANSWERS},
        "evidence": _evidence_of(case),
        "values": dict(said),
    }


def _evidence_of(case: Case) -> list[dict[str, str]]:
    return [
        {"item": str(item.pk), "digest": item.digest, "name": item.title, "proves": proven(item.note) or "办理过程"}
        for item in Item.objects.filter(dossier_id=case.dossier_id).order_by("at", "id")
    ]


def opening_approval(case: Case, opening: Opening) -> dict[str, Any]:
    """立案审批表: the officers' grounds and the head's answer."""
    clue, law = case.clue, case.power.basis[0]
    return merge(
        documents.pick("case_opening_approval", known(case)),
        {
            "source": clue.source if clue else "inspection",
            "found_on": case.found_on.isoformat(),
            "facts": clue.summary if clue else case.cause,
            "basis": f"涉嫌违反《{law['law']}》{law['article']}的规定，属于本机关管辖，符合立案条件",
            "power": f"{case.power.code} {case.power.name}",
            "opinions": [
                opinion("承办人意见", "建议立案调查。", case.handler1, case.applied_on),
                opinion("承办人意见", "同意。", case.handler2, case.applied_on),
                *units.line(units.opinion(case, case.ref)),
                opinion(
                    "负责人意见",
                    opening.opinion or ("同意立案。" if opening.approved else "不予立案。"),
                    opening.by,
                    opening.on,
                ),
            ],
        },
    )


def opinion(role: str, text: str, officer: Officer, on: date) -> dict[str, str]:
    """One line of an opinion chain."""
    return {"role": role, "text": text, "name": officer.name, "at": on.isoformat()}


def proven(note: str) -> str:
    """What a piece of evidence proves, without the 证明 that the words around it say already."""
    return note.strip().removeprefix("证明").lstrip("：: ") or note


def check(step: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The step's facts with their types proven.  **Raises** BadFact naming the field."""
    declared = {fact.name: fact for fact in step.facts}
    for name in given:
        if name not in declared:
            raise BadFact(
                f"“{step.title}”没有“{name}”这一项", mend=f"可填：{'、'.join(f.label for f in step.facts)}", field=name
            )
    values: dict[str, Any] = {}
    for name, fact in declared.items():
        value = given.get(name)
        if value in (None, "", []):
            if fact.required:
                raise BadFact(f"“{fact.label}”没有填写", mend="补填后再提交", field=name)
            continue
        values[name] = plain_value(fact.read(value))
    return values


def check_all(
    step: Any, given: dict[str, Any], *, known: Mapping[str, Any], later: Collection[str] = ()
) -> dict[str, Any]:
    """The step's facts with their types proven; what is known already need not be said again.

    **Shape** `later`: names the step's own documents give.  **Raises** BadFact naming the field.
    """
    values: dict[str, Any] = {}
    for fact in step.facts:
        value = given.get(fact.name)
        if value in (None, "", []):
            if fact.required and known.get(fact.name) in (None, "", []) and fact.name not in later:
                raise BadFact(f"“{fact.label}”没有填写", because=step.because, mend="补填后再提交", field=fact.name)
            continue
        try:
            values[fact.name] = plain_value(fact.read(value))
        except WrongFactType as wrong:
            raise BadFact(str(wrong), because=step.because, mend=f"可填：{fact.accepted}", field=fact.name) from wrong
    return values


def acknowledged(values: dict[str, Any]) -> None:
    """**Raises** BadFact where the party did not sign and nothing says why, or who witnessed it."""
    if values.get("acknowledged", "signed") != "signed" and not values.get("acknowledged_note", "").strip():
        raise BadFact(
            "当事人没有签名的，应当写明理由或者见证人",
            mend="拒绝签名的写明理由，不在场的写明见证人",
            field="acknowledged_note",
        )


def plain_value(value: Any) -> Any:
    """A value of a fact as it is kept: JSON."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain_value(one) for one in value]
    return value


def proposal(case: Case, body: dict[str, Any]) -> dict[str, Any]:
    """A draft in its one canonical shape, so that the same draft always has the same hash."""
    texts = {
        name: str(body.get(name) or "").strip()
        for name in ("facts", "violated", "basis", "grade", "discretion", "deviation", "other", "correction")
    }
    for name, label in (
        ("facts", "违法事实"),
        ("violated", "违反的规定"),
        ("basis", "处罚依据"),
        ("discretion", "裁量理由"),
    ):
        if not texts[name]:
            raise BadFact(f"“{label}”没有填写", mend="补填后再提交", field=name)
    penalties = list(body.get("penalties") or [])
    if not penalties:
        raise BadFact("没有选择处罚种类", mend="至少选择一种；不予处罚的另走不予处罚程序", field="penalties")
    fine, confiscation = _fen(body, "fine_fen"), _fen(body, "confiscation_fen")
    if ("fine" in penalties) != (fine > 0):
        raise BadFact("处罚种类与罚款金额不一致", mend="选择“罚款”并填写金额，或者两者都不填", field="fine_fen")
    answers = {name: (body.get("answers") or {}).get(name) for name in ANSWERS}
    for name, value in answers.items():
        if not isinstance(value, bool):
            raise BadFact(f"“{ANSWERS[name]}”没有回答", mend="每一项都须回答是或者否", field=name)
    _benchmark(case, fine, texts)
    pack = queries.pack_of(case)
    told = {"bars": bars.of_draft(pack, case, body.get("bars") or {})} if bars.asked(pack) else {}
    return {
        **texts,
        **told,
        "penalties": penalties,
        "fine_fen": fine,
        "confiscation_fen": confiscation,
        "answers": answers,
        "evidence": _evidence(case, body.get("evidence") or []),
    }


def _fen(body: dict[str, Any], name: str) -> int:
    value = body.get(name) or 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadFact("金额应为不小于零的整数分", mend="填写到分，例如 2000.00", field=name)
    return value


def _evidence(case: Case, given: list[dict[str, Any]]) -> list[dict[str, str]]:
    own = Item.objects.filter(dossier_id=case.dossier_id)
    kept = {str(item.pk): item for item in (*own, *joinder.items(case))}
    found = []
    for one in given:
        item = kept.get(str(one.get("item")))
        if item is None:
            raise BadFact("所列证据不在本案卷中", mend="先收存证据，再列入处理意见", field="evidence")
        found.append(
            {
                "item": str(item.pk),
                "digest": item.digest,
                "name": item.title,
                "proves": str(one.get("proves") or item.note).strip() or "案件事实",
            }
        )
    if not found:
        raise BadFact("没有列明证据", mend="至少选择一份证据（行政处罚法第四十条、第四十六条）", field="evidence")
    return found


def _benchmark(case: Case, fine: int, texts: dict[str, str]) -> None:
    grades = {grade["grade"]: grade for grade in case.power.discretion}
    if not grades:
        return
    if texts["grade"] not in grades:
        raise BadFact("没有选择裁量档次", mend=f"可选：{'、'.join(grades)}（行政处罚法第三十四条）", field="grade")
    grade = grades[texts["grade"]]
    low, high = grade["fine_min_fen"], grade["fine_max_fen"]
    if fine and not low <= fine <= high and len(texts["deviation"]) < 10:
        raise OutsideBenchmark(
            f"罚款 {fine / 100:.2f} 元不在“{texts['grade']}”档 {low / 100:.2f} 至 {high / 100:.2f} 元之内",
            because=[],
            mend="改选档次或者金额；确需偏离的，写明偏离裁量基准的理由",
            field="fine_fen",
        )
