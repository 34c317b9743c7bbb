"""What must be hidden before a document is published: proposed from privacy classes and the party's own data.

A person confirms every mark; a mark declined needs a reason; what remains is checked once more before it goes out.
**Clause** 行政处罚法 art. 50, QS-3.1.0d, 个人信息保护法 art. 28.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stdnum.cn import ric

from yangguang.policy import packs
from yangguang.record import documents
from yangguang.registry.models import Party

GROUNDS = {
    "name": "自然人姓名",
    "id": "公民身份号码",
    "phone": "联系方式",
    "address": "自然人住址",
    "account": "银行账号",
    "plate": "机动车号牌",
    "internal": "内部信息，依法不公开",
    "secret": "国家秘密",
    "business": "商业秘密",
    "other": "其他不宜公开的个人信息",
}
CONFIDENTIAL = "CN-PEN-50"  # state secrets, business secrets and privacy alike

ID_NO = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?!\d)")
PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}")
ACCOUNT = re.compile(r"(?<!\d)\d{16,19}(?![0-9Xx])")


@dataclass(frozen=True)
class Mark:
    """One run of words to hide.  `field` is dotted, list rows by index; `source` says who proposed it."""

    field: str
    start: int
    end: int
    original: str
    shown: str
    ground: str
    source: str  # class | party | pattern | person

    @property
    def id(self) -> str:
        return f"{self.field}:{self.start}:{self.end}"

    @property
    def ground_text(self) -> str:
        return GROUNDS[self.ground]

    @property
    def clause(self) -> str:
        found = packs.load("cn").clause(CONFIDENTIAL)
        return f"《{found.source.partition('（')[0]}》{found.title}"


def masked_name(name: str) -> str:
    """赵大勇 → 赵某某; 买买提·艾力 → 买某某: the surname or first character stays (法释〔2016〕19号 art. 8)."""
    return name[:1] + "某" * (1 if len(name) == 2 else 2)


def propose(code: str, data: dict[str, Any], party: Party, others: Sequence[str] = ()) -> list[Mark]:
    """Every run that the privacy classes, the party's own data and the number patterns ask to hide.

    **Shape** `data`: the document's data; `others`: names of other natural persons known in the case.
    """
    found: list[Mark] = []
    own = _own(party, others)
    template = documents.template(code)
    classes = {field.name: field.privacy for field in template.fields}
    inner = {f"{field.name}.{one.name}": one.privacy for field in template.fields for one in field.of}
    for path, value in texts(data):
        plain = re.sub(r"\.\d+\.", ".", path)
        privacy = classes.get(path) or inner.get(plain) or "public"
        found += _in(path, value, own, privacy, party)
    return sorted(_apart(found), key=lambda mark: (mark.field, mark.start))


def texts(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each text of nested data with its dotted path."""
    rows: Any = data.items() if isinstance(data, dict) else enumerate(data)
    for name, value in rows:
        if isinstance(value, str) and value:
            yield f"{prefix}{name}", value
        elif isinstance(value, dict | list):
            yield from texts(value, f"{prefix}{name}.")  # type: ignore[arg-type]


def _own(party: Party, others: Sequence[str]) -> list[tuple[str, str, str]]:
    """(value, ground, shown) of what the case knows about people, the longest first."""
    known: list[tuple[str, str, str]] = []
    if party.kind == Party.Kind.NATURAL:
        known.append((party.name, "name", masked_name(party.name)))
        known.append((party.address, "address", "＊＊＊"))
    if party.legal_rep and party.kind != Party.Kind.LEGAL:
        known.append((party.legal_rep, "name", masked_name(party.legal_rep)))
    known += [(party.id_no, "id", "＊＊＊"), (party.phone, "phone", "＊＊＊")]
    known += [(name, "name", masked_name(name)) for name in others]
    return sorted((row for row in known if len(row[0]) > 1), key=lambda row: -len(row[0]))


def _in(path: str, value: str, own: list[tuple[str, str, str]], privacy: str, party: Party) -> list[Mark]:
    if privacy == "internal":
        return [Mark(path, 0, len(value), value, "（略）", "internal", "class")]
    found = [
        Mark(path, at.start(), at.end(), at.group(), shown, ground, "party")
        for word, ground, shown in own
        for at in re.finditer(re.escape(word), value)
    ]
    for pattern, ground in ((ID_NO, "id"), (PHONE, "phone"), (PLATE, "plate"), (ACCOUNT, "account")):
        for at in pattern.finditer(value):
            if ground == "id" and not ric.is_valid(at.group()):
                ground_here = "account"  # an ID-shaped number with a wrong check digit is still not for the public
            else:
                ground_here = ground
            if not _official(path):
                found.append(Mark(path, at.start(), at.end(), at.group(), "＊＊＊", ground_here, "pattern"))
    if privacy == "redact" and path.startswith("party.") and not found and party.kind == Party.Kind.NATURAL:
        ground = {"party.id_no": "id", "party.phone": "phone", "party.address": "address"}.get(path, "other")
        if path not in {"party.kind"}:
            found.append(Mark(path, 0, len(value), value, "＊＊＊", ground, "class"))
    return found


def _official(path: str) -> bool:
    """The agency's own numbers are meant to be seen."""
    return path.startswith(("body.", "pay.", "officers.", "number", "case."))


def _apart(marks: list[Mark]) -> list[Mark]:
    """Where marks overlap the longest stays."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.start)):
        if not any(mark.field == k.field and mark.start < k.end and k.start < mark.end for k in kept):
            kept.append(mark)
    return kept


def by_hand(data: dict[str, Any], words: str, ground: str) -> list[Mark]:
    """Marks for words a person asks to hide, wherever they stand."""
    return [
        Mark(path, at.start(), at.end(), at.group(), "＊＊＊", ground, "person")
        for path, value in texts(data)
        for at in re.finditer(re.escape(words), value)
    ]


def apply(data: dict[str, Any], marks: list[Mark]) -> dict[str, Any]:
    """The data with each marked run replaced by its mask."""
    by_field: dict[str, list[Mark]] = {}
    for mark in _apart(marks):
        by_field.setdefault(mark.field, []).append(mark)
    return _walk(data, by_field, "")


def _walk(data: Any, by_field: dict[str, list[Mark]], prefix: str) -> Any:
    if isinstance(data, dict):
        return {name: _walk(value, by_field, f"{prefix}{name}.") for name, value in data.items()}
    if isinstance(data, list):
        return [_walk(value, by_field, f"{prefix}{i}.") for i, value in enumerate(data)]
    marks = by_field.get(prefix[:-1])
    if not marks or not isinstance(data, str):
        return data
    for mark in sorted(marks, key=lambda m: -m.start):
        data = data[: mark.start] + documents.mask(mark.shown) + data[mark.end :]
    return data


_FIRST, _END = 0xE000, "\uf8ff"  # private characters that stand around a mask while its place in the text is looked up
_PLACED = re.compile(f"([\ue000-\uf8fe])([^{_END}]*){_END}")


def places(
    code: str, data: dict[str, Any], marks: Sequence[Mark], *, on: date, form: documents.Template | None = None
) -> tuple[str, list[dict[str, Any]]]:
    """The public text of a document and where in it each mask stands, with its ground.

    **Shape** `form`: what the document was made on, where it is not the national form.
    [{start, end, ground, clause}] in the order of the text; a mask printed twice is there twice.
    """
    marks = _apart(list(marks))
    numbered = [replace(mark, shown=f"{chr(_FIRST + n)}{mark.shown}{_END}") for n, mark in enumerate(marks)]
    marked = documents.text(code, apply(data, numbered), on=on, public=True, form=form)
    text, found, at = "", [], 0
    for one in _PLACED.finditer(marked):
        text += marked[at : one.start()]
        mark = marks[ord(one[1]) - _FIRST]
        end = len(text) + len(one[2])
        found.append({"start": len(text), "end": end, "ground": mark.ground_text, "clause": mark.clause})
        text, at = text + one[2], one.end()
    return text + marked[at:], found


def remembered(marks: Sequence[dict[str, Any]]) -> list[Mark]:
    """The marks of a publication as they were settled; the hidden words themselves were never kept."""
    codes = {text: code for code, text in GROUNDS.items()}
    return [
        Mark(one["field"], one["start"], one["end"], "", one["shown"], codes[one["ground"]], one["source"])
        for one in marks
    ]


def leaks(text: str, party: Party, others: Sequence[str] = ()) -> list[str]:
    """Grounds whose values still stand in a text that is about to go out."""
    found = [GROUNDS[ground] for value, ground, _ in _own(party, others) if value in text]
    found += [GROUNDS["id"] for at in ID_NO.finditer(text) if ric.is_valid(at.group())]
    return sorted(set(found))
