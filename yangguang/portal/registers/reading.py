"""What the pages of the public's register say: rows put into words, and of officers just what the body's plan publishes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from yangguang.policy import guides, packs
from yangguang.policy.acts import Act
from yangguang.policy.answers import Answer, Citation
from yangguang.policy.errors import UnknownName, WrongFactType
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS
from yangguang.registry.models import Body, PublicBody, PublicOfficer, PublicPower
from yangguang.registry.queries import public
from yangguang.registry.queries.public import Held

from ..forms import KINDS
from ..law import reading as law
from .forms import STANDINGS

# The words of the plans for a public field of an officer → the column it opens.
FIELDS: Mapping[str, str] = {
    "姓名": "name",
    "职务": "post",
    "单位": "unit",
    "部门": "unit",
    "所属部门": "unit",
    "执法证号": "number",
    "执法证件号": "number",
    "有效期": "until",
    "执法种类": "kinds",
    "执法领域": "kinds",
    "服务事项": "service",
    "照片": "photo",
}
# Where a plan says only “人员” or nothing: what 国办发〔2018〕118号 makes known of officers by their certificates.
USUAL = ("姓名", "职务", "单位", "执法证号", "有效期", "执法种类")
COLUMNS: Mapping[str, str] = {
    "name": "姓名",
    "post": "职务",
    "body": "执法主体",
    "unit": "所在机构",
    "number": "执法证号",
    "until": "有效期至",
    "kinds": "执法种类",
    "service": "服务事项",
    "standing": "证件",
}
STATUS = {"valid": "valid", "suspended": "refused", "expired": "expired", "unchecked": "refused"}
NO_LIMIT = "综合执法（本主体的全部事项）"


def pack_of(name: str) -> Pack:
    return packs.load(name)


def open_fields(pack: Pack) -> frozenset[str]:
    """The columns of an officer that a body's plan publishes; name, body and whether the certificate stands always are."""
    named: Sequence[str] = pack.parameter("officer_public_fields").value or USUAL
    opened = {FIELDS[word] for word in named if word in FIELDS}
    if "number" in opened:
        opened.add("until")
    return frozenset(opened | {"name", "body", "standing"})


def scope_words(kinds: Sequence[str], covers: Sequence[str]) -> str:
    """What the holder may enforce, in words."""
    named = "、".join(KINDS.get(kind, kind) for kind in kinds)
    fields = "、".join(covers)
    return f"{named}（{fields}）" if named and fields else named or fields or NO_LIMIT


def officer(row: PublicOfficer, asked: str = "") -> dict[str, Any]:
    """One officer: each column of `COLUMNS`, "" where the plan does not publish it.

    Who typed a whole number knows it; to them it is shown.
    """
    opened = open_fields(pack_of(row.pack))
    values = {
        "name": row.name,
        "post": row.post,
        "body": row.body_name,
        "unit": row.unit,
        "number": row.number,
        "until": row.valid_to.isoformat(),
        "kinds": scope_words(row.kinds, row.covers),
        "service": row.service_matters,
        "standing": STANDINGS[row.standing],
    }
    shown = {name: value if name in opened else "" for name, value in values.items()}
    if asked and asked == row.number:
        shown |= {"number": row.number, "until": values["until"]}
    return {**shown, "status": STATUS[row.standing], "body_url": reverse("portal:body", args=[row.body_key])}


def officer_columns(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The columns that any of these rows fills."""
    return [(name, label) for name, label in COLUMNS.items() if any(row[name] for row in rows)]


# ---- one body --------------------------------------------------------------------------------------------------------


def kind_word(kind: str) -> str:
    return str(Body.Kind(kind).label)


def about(row: PublicBody) -> list[tuple[str, str]]:
    """Who it is and where; lines nobody has filled in are left out."""
    lines = [
        ("类型", kind_word(row.kind)),
        ("统一社会信用代码", row.uscc),
        ("行政区划代码", row.region),
        ("地址", row.address),
        ("办公时间", row.office_hours),
        ("办公电话", row.phone),
        ("网址", row.website),
    ]
    return [line for line in lines if line[1]]


def complaint(row: PublicBody) -> list[tuple[str, str]]:
    """How to complain: the body itself, and who supervises it."""
    above = pack_of(row.pack).jurisdiction.legal_superior
    lines = [
        ("投诉举报电话", row.complaint_phone),
        ("投诉举报方式", row.complaint_way),
        ("也可以向上级法制监督机构反映", above or ""),
    ]
    return [line for line in lines if line[1]]


def kinds_of(row: PublicBody) -> list[dict[str, Any]]:
    """The powers of a body by kind, with how many and where they are listed."""
    return [
        {
            "word": KINDS.get(kind, kind),
            "kind": kind,
            "count": count,
            "url": f"{reverse('portal:powers')}?body={row.key}&kind={kind}",
        }
        for kind, count in public.powers_by_kind(row.key).items()
    ]


def lines_of(answer: Answer) -> list[str]:
    """An answer that is a list, in the words its details give each item."""
    words = {d["item"]: str(d["text"]) for d in answer.details if "item" in d}
    return list(words.values()) or [str(d["text"]) for d in answer.details if "text" in d]


def remedies(pack: Pack, kind: str, procedure: str = "ordinary") -> list[str]:
    """What may be done against an act of this kind, and within how long."""
    return lines_of(pack.ask("remedies", {"kind": kind, "procedure": procedure}))


def remedies_by_kind(pack: Pack, kinds: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The remedies, kinds that have the same ones together."""
    found: dict[tuple[str, ...], list[str]] = {}
    for kind in kinds:
        found.setdefault(tuple(remedies(pack, kind)), []).append(KINDS.get(kind, kind))
    return [("、".join(named), list(lines)) for lines, named in found.items() if lines]


def conduct(pack: Pack, kind: str = "inspection") -> list[dict[str, Any]]:
    """What an officer must do before anything else, and what may be done when it is not done; each with its clause."""
    least = pack.parameter("officers_min")
    rule = pack.ask("identity_rule", {"kind": kind})
    told = pack.parameter("must_tell")
    whole = pack.parameter("identity_whole_course")
    lines = [(f"执法人员应当{GRADE_WORDS[rule.value]}。", rule.because)]
    if whole.value:
        lines.append(("执法全程都应当能看到执法身份。", whole.because))
    if least.value:
        lines.append((f"执法人员不得少于 {least.value} 人。", least.because))
    if told.value:
        lines.append((f"应当告知您：{'、'.join(told.value)}。", told.because))
    refusal = pack.gate("G28", {"kind": "penalty", "identity_shown": False, "rights_told": True}).because
    lines.append(("不出示执法证件的，您有权拒绝接受调查或者检查。", refusal))
    return [{"text": text, "because": _places(pack, because)} for text, because in lines]


def _places(pack: Pack, because: Iterable[Citation]) -> list[dict[str, Any]]:
    """Each place of a text once: the numbers of two clauses may stand in one paragraph."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in law.cites(pack, because):
        found.setdefault((one["source"], one["title"] or one["clause"]), one)
    return list(found.values())


# ---- one power -------------------------------------------------------------------------------------------------------


def procedures(pack: Pack, kind: str) -> list[Act]:
    """The procedures this kind of act may follow, the ordinary one first."""
    found = [act for (of, _), act in pack.merged.acts.items() if of == kind]
    return sorted(found, key=lambda act: act.procedure != "ordinary")


def guide(pack: Pack, act: Act, row: PublicPower, body: PublicBody | None) -> dict[str, Any]:
    """The service guide of a power: the plan's fields, from the law, the register and the plan.

    **Shape** {title, fields, wrong}; `wrong` says what of the register could not be read, and there are no fields then.
    """
    own: dict[str, Any] = {"name": row.name, "code": row.code, "basis": row.basis, "instrument": row.instrument}
    if body is not None:
        own |= {
            "office_hours": body.office_hours,
            "address": body.address,
            "phone": body.phone,
            "complaint_phone": body.complaint_phone,
        }
    try:
        made = guides.guide(pack, act, own | {key: value for key, value in row.guide.items() if value})
    except (UnknownName, WrongFactType) as error:
        return {"title": f"{row.name}服务指南", "fields": [], "missing": "", "wrong": str(error)}
    fields = [
        {
            "label": field.label,
            "lines": _lines(field.value),
            "source": guides.SOURCES.get(field.source, ""),
            "lacking": "、".join(field.lacking),
            "because": law.cites(pack, field.because),
        }
        for field in made.fields
        if field.key not in ("name", "basis", "remedies") and (field.value or field.demanded)
    ]
    return {"title": made.title, "fields": fields, "missing": "、".join(made.missing), "wrong": ""}


def _lines(value: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of a field; `way`: where a step leads, drawn under the step."""
    return [{"text": one.strip("　 "), "way": one.startswith("　")} for one in value]


def benchmark(row: PublicPower) -> list[list[str]]:
    """The discretion benchmark as rows of a table: grade, when, from, to."""
    return [[one["grade"], one["when"], _amount(one)] for one in row.discretion]


def _amount(grade: Mapping[str, Any]) -> str:
    low, high = grade.get("fine_min_fen", 0), grade.get("fine_max_fen", 0)
    if not high:
        return "不予罚款"
    words = [f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}" for fen in (low, high)]
    return f"{words[1]} 元" if low == high else f"{words[0]} 至 {words[1]} 元"


# ---- a certificate ---------------------------------------------------------------------------------------------------

ENDED = {
    "not_yet": "还没有到有效期",
    "expired": "已经过期",
    "suspended": "已被暂扣",
    "revoked": "已被注销",
    "unchecked": "年度审验不合格，已停止使用",
}


def why_not(held: Held) -> str:
    """Why a certificate lets nobody act today, in a sentence."""
    since = f"（自 {held.since} 起）" if held.since and held.standing != "not_yet" else ""
    if held.standing in ENDED:
        return f"证号 {held.number} 的执法证{ENDED[held.standing]}{since}"
    return f"证号 {held.number} 的持证人已经不是{held.body_name}的执法人员"


def held_facts(held: Held) -> list[tuple[str, str]]:
    """What a valid certificate says, as far as the body's plan publishes it."""
    opened = open_fields(pack_of(held.pack))
    lines = [
        ("执法主体", held.body_name, "body"),
        ("姓名", held.name, "name"),
        ("职务", held.post, "post"),
        ("所在机构", held.unit, "unit"),
        ("证号", held.number, "body"),  # the code itself says it
        ("可以实施", scope_words(held.kinds, held.covers), "body"),
        ("有效期至", held.valid_to.isoformat(), "body"),
    ]
    return [(label, value) for label, value, field in lines if value and field in opened]
