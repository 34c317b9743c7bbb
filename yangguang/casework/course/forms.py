"""The form of one step of a course: its facts, what its gates ask, its documents; less all that is already known."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from yangguang.inspection.forms import not_future
from yangguang.policy.errors import WrongFactType
from yangguang.policy.facts import FactSpec
from yangguang.record import documents
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, Long, Text, YesNo
from yangguang.registry.models import Power
from yangguang.registry.queries import Staff

from .. import facts as papers
from .. import prefill, said_as
from ..forms import ApplyForm
from ..prefill import Given, Start
from ..step_form import DocumentsForm, Part, Section, form_field
from ..wording import in_words
from . import begun, known, told
from .actions import heading
from .begun import SUPPLIED
from .route import Course

EARLIER = "前面环节已填"


class BeginForm(ApplyForm):
    """开始办理 a case of any kind."""

    cause = Text(label="事由", max_length=100, help_text="接在当事人名称后面成为案件名称，例如“申请食品经营许可”")

    def __init__(self, *args: Any, caller: Caller, staff: list[Staff], powers: list[Power], title: str, **options: Any):
        super().__init__(*args, caller=caller, staff=staff, powers=powers, **options)
        self.fields["second"].help_text = "由两名以上持证执法人员办理；您是主办人员"
        self.fields["found_on"].label = "收到申请或者发现事项的日期"
        del self.fields["ended_on"]
        self.fields["touches"].label = f"本次{title}直接涉及哪些重大权益"

    def clean_found_on(self) -> Any:
        return not_future(self.cleaned_data["found_on"])


def asked(course: Course, step: Any) -> list[FactSpec]:
    """The facts of a step a person says: all but those known for certain and those a document will bear."""
    fixed = told.registered(course.case, course.pack)
    never = SUPPLIED | known.FOUND_OUT
    return [
        one
        for one in step.facts
        if one.name not in never
        and fixed.get(one.name) in (None, "", [])
        and (one.required or one.name not in told.PARTY)  # what a party need not have is said where it is registered
    ]


class CourseForm(DocumentsForm):
    """One step.  Fields: `at`, `fact.<name>`, `gate.<name>`, and those of the documents."""

    def __init__(
        self, *args: Any, course: Course, step: Any, codes: list[str], gates: Iterable[str] = (), **options: Any
    ):
        self.course, self.step = course, step
        self.begun = begun.of(course, codes)
        self.numbers = begun.numbers_of(codes)
        self.twins: dict[tuple[str, str], str] = {}
        self.spec = asked(course, step)
        self.gates = [course.pack.facts[name] for name in gates]
        super().__init__(*args, case=course.case, codes=codes, **options)
        own = {one.name for one in self.spec}
        self.says = {name: place for name, place in begun.says(codes, self.asked).items() if name in own}
        self.spec = [one for one in self.spec if one.name not in self.says]
        known_ = {name for name, value in course.facts.items() if value not in (None, "", [])}
        wanted = begun.needed(codes, known_)
        for one in self.spec:
            self._fact(f"fact.{one.name}", one, one.required or one.name in wanted)
            self._start(f"fact.{one.name}", self._begun(one))
        for one in self.gates:
            self._fact(f"gate.{one.name}", one, True)
            self._start(f"gate.{one.name}", self.begun.gate(one.name))

    def _fact(self, name: str, one: FactSpec, required: bool) -> None:
        if one.type == "periods":
            self.fields[name] = Periods(label=one.label, required=required)
        else:
            choices = [
                (key, words)
                for key, words in (one.choices or {}).items()
                if one.type != "choice" or self.course.leads_on(self.step, one.name, key)
            ]
            self.fields[name] = form_field(one.type, one.label, required, choices, 2000, one.note)

    def _begun(self, one: FactSpec) -> Start | None:
        value = self.course.said.get(one.name)
        return self.begun.fact(one) if value in (None, "", []) else Start(_typed(one, value), EARLIER)

    def _starts(self, code: str) -> Mapping[str, Start]:
        return {**dict(self.begun.document(code)), **super()._starts(code)}

    def _asked(self, template: Any) -> tuple[list[Any], list[Given]]:
        """The fields of a document nobody said yet; a fact of this step is asked for once, above."""
        own = {one.name for one in self.spec}
        have = papers.for_step(self.case, template.code, self.course.facts, {})
        ask, known = prefill.split(template, have, EARLIER)
        given = [replace(one, source=prefill.in_words_of(True, one.source)) for one in known]
        titled = heading(self.step, template.code)
        answers = {one.name: one.required for one in self.spec}
        never = own | SUPPLIED | titled.keys()
        ask = [
            one
            for one in ask
            if one.name not in never
            and (template.code, one.name) not in self.numbers
            and not said_as.will_be_said(template.code, one, answers)
        ]
        found = begun.twins(self.codes[: self.codes.index(template.code) + 1], {**self.asked, template.code: ask})
        self.twins |= found
        return [one for one in ask if (template.code, one.name) not in found], given

    # ---- reading -----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for prefix, specs in (("fact", self.spec), ("gate", self.gates)):
            for one in specs:
                name = f"{prefix}.{one.name}"
                if data.get(name) in (None, "", []):
                    continue
                try:
                    one.read(papers.plain_value(data[name]))
                except WrongFactType:
                    self.add_error(name, f"“{one.label}”填写的内容不能用。可填：{one.accepted}")
        return data

    def said(self) -> dict[str, Any]:
        """The facts said, and the answers to what the gates ask, by name."""
        found = {}
        for prefix, specs in (("fact", self.spec), ("gate", self.gates)):
            for one in specs:
                value = self.cleaned_data.get(f"{prefix}.{one.name}")
                if value not in (None, "", []):
                    found[one.name] = papers.plain_value(value)
        for name, (code, field) in self.says.items():
            told = self._list(code, field) if field.type == "list" else self.cleaned_data.get(f"{code}.{field.name}")
            value = begun.as_fact(self.course.pack.facts[name], told)
            if value not in (None, "", []):
                found[name] = papers.plain_value(value)
        return found

    def filled(self) -> dict[str, dict[str, Any]]:
        """What was filled in; what two documents ask for was filled in once."""
        found = super().filled()
        for (code, name), first in self.twins.items():
            value = prefill.look(found.get(first, {}), name)
            if value not in (None, "", []):
                prefill.put(found[code], name, value)
        return found

    # ---- showing -----------------------------------------------------------------------------------------------

    def sections(self) -> list[Section]:
        own = [
            Part(bound=self[f"fact.{one.name}"], source=self.sources.get(f"fact.{one.name}", "")) for one in self.spec
        ]
        made = [Section("本环节的情况", "", self._known(), own)] if own or self._known() else []
        if self.gates:
            names = [f"gate.{one.name}" for one in self.gates]
            parts = [Part(bound=self[name], source=self.sources.get(name, "")) for name in names]
            made.append(Section("须逐项确认的条件", "不知道的不等于符合", [], parts))
        return made + [self._folded(code, one) for code, one in zip(self.codes, super().sections(), strict=True)]

    def _folded(self, code: str, section: Section) -> Section:
        """The signature of a paper that is handed over comes after it was made; a transcript is signed on the spot."""
        if documents.template(code).field("started_at") is not None:
            return section
        section.later = [
            one for one in section.parts if one.bound is not None and one.bound.name.startswith(f"{code}.signature.")
        ]
        section.parts = [one for one in section.parts if one not in section.later]
        return section

    def _known(self) -> list[Given]:
        fixed = told.registered(self.case, self.course.pack)
        names = [one for one in self.step.facts if fixed.get(one.name) not in (None, "", [])]
        return [
            Given(one.label, in_words(one, fixed[one.name]), told.SOURCES.get(one.name, "登记信息")) for one in names
        ]


class Periods(Long):
    """Periods, one a line: 开始日期 结束日期 原因."""

    def __init__(self, **options: Any):
        options.setdefault("help_text", "每行一段：开始日期 结束日期 原因，例如 2026-03-02 2026-03-12 检测")
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        rows = []
        for n, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            parts = line.split(maxsplit=2)
            if len(parts) != 3:
                raise ValidationError(f"第 {n} 行应为“开始日期 结束日期 原因”，例如 2026-03-02 2026-03-12 检测")
            rows.append({"from": parts[0], "to": parts[1], "reason": parts[2]})
        return rows


def _typed(spec: FactSpec, value: Any) -> Any:
    read = spec.read(value)
    return timezone.localtime(read) if spec.type == "datetime" and read.tzinfo else read


class RequestForm(ActionForm):
    """What a handler adds when a head must approve."""

    opinion = Text(label="承办意见", max_length=400, required=False, help_text="不填写的，记为“建议批准。”")


class AnswerForm(ActionForm):
    """答复提请."""

    approved = YesNo(label="是否批准", choices=[("yes", "批准"), ("no", "不批准，退回")])
    opinion = Long(label="意见", max_length=400, required=False, help_text="退回的，必须写明理由")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("approved") is False and not (data.get("opinion") or "").strip():
            self.add_error("opinion", "退回必须写明理由")
        return data


def shown(course: Course, facts: Mapping[str, Any], but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Facts with their labels, in the order they were said."""
    vocabulary = course.pack.facts
    return [
        (vocabulary[name].label, in_words(vocabulary[name], value))
        for name, value in facts.items()
        if name in vocabulary and name not in but
    ]
