"""Where each thing printed in a document of a case comes from: read out of the file, typed by nobody a second time."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from yangguang.record import documents
from yangguang.record import queries as record
from yangguang.record.documents import Field
from yangguang.record.models import Dossier, Item

from . import facts, pages, prefill, queries
from .models import Case, Proposal, Step

ALLOTTED = {"number": "按机关、文种、年度依次编发", "opinions": "各人签署的意见"}
SHORTEST = 2  # a shorter word may stand in two places by chance


@record.traces
def of_item(item: Item) -> list[record.Trace]:
    """The fields of one document with what is printed and its source; none for what no case made."""
    case = _case_of(item.dossier)
    if case is None or not item.code or not item.data or item.code not in documents.catalogue():
        return []
    form = documents.template(item.code)
    words = dict(pages.in_words(form, item.data))
    file = _File(case, item)
    return [
        record.Trace(field.label, words[field.label], file.source(field))
        for field in form.fields
        if field.label in words
    ]


def _case_of(dossier: Dossier) -> Case | None:
    kind, _, pk = dossier.subject.partition(":")
    if kind != "case":
        return None
    found: Case | None = Case.objects.select_related(*queries.CASE, "state").filter(pk=pk).first()
    return found


class _File:
    """What was in the file when a document was made."""

    def __init__(self, case: Case, item: Item):
        self.item, self.known = item, facts.known(case)
        self.guided: bool = case.guided
        self.registers = _registers(case)
        self.titles = {step.code: step.title for step in queries.act_of(case).steps}
        self.steps: list[Step] = [one for one in queries.taken(case) if one.at <= item.at]
        self.drafts: list[Proposal] = [one for one in queries.proposals(case) if one.at <= item.at]
        self.papers: list[Item] = [
            one
            for one in record.items(case.dossier)
            if one.code and one.data and one.pk != item.pk and one.at < item.at
        ]

    def source(self, field: Field) -> str:
        """Where it comes from, in the words of the procedure: what begins without 立案 has no 立案申请."""
        return prefill.in_words_of(self.guided, self._source(field))

    def _source(self, field: Field) -> str:
        value = prefill.look(self.item.data, field.name)
        if field.name in ALLOTTED:
            return ALLOTTED[field.name]
        if value == prefill.look(self.known, field.name):
            return prefill.source_of(field.name, "案件登记")
        if _telling(value) and (register := self.registers.get(str(value))):
            return register
        if self.item.event == "public" and documents.MASK_OPEN in str(value):
            return "文书原件，公开时依法隐去"
        title = self.titles.get(self.item.step)
        where = f"（“{title}”环节）" if title else ""
        made = f"{self.item.by.name}办理时填写{where}，或者由系统按案卷算出"
        return next(self._earlier(field, value), made)

    def _earlier(self, field: Field, value: Any) -> Iterator[str]:
        for step in reversed(self.steps):
            if _said(step.facts.items(), field.name, value):
                title = self.titles.get(step.step, step.step)
                yield f"“{title}”环节，{step.by.name} {timezone.localdate(step.at)} 填写"
        for draft in reversed(self.drafts):
            if _said(draft.body.items(), field.name, value):
                yield f"处理意见{draft}，{draft.by.name}提出"
        for paper in reversed(self.papers):
            if prefill.look(paper.data, field.name) == value and _telling(value):
                yield f"《{paper.title}》（{paper.on}）"


def _registers(case: Case) -> dict[str, str]:
    """What the registers and the clue say word for word, and which of them."""
    clue, power, party = case.clue, case.power, case.party
    found = {f"{power.code} {power.name}": "权责清单", power.name: "权责清单"}
    found |= {f"《{law['law']}》{law['article']}": "权责清单" for law in power.basis}
    found |= {one: "当事人登记" for one in (party.name, party.id_no, party.uscc, party.phone, party.address) if one}
    if case.unit:
        found[case.unit.name] = "立案申请中的承办机构"
    if clue is not None:
        found |= {one: "线索登记" for one in (clue.summary, clue.place, clue.found_on.isoformat()) if one}
    return found | {case.handler1.name: "立案申请中的主办人员", case.handler2.name: "立案申请中的协办人员"}


def _said(rows: Iterable[tuple[str, Any]], name: str, value: Any) -> bool:
    """Whether the same was said there: under the same name, or in words too long to be the same by chance."""
    return any(held == value and (key == name or _telling(value)) for key, held in rows)


def _telling(value: Any) -> bool:
    return isinstance(value, str | list) and len(value) >= SHORTEST
