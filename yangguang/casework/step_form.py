"""The form of one step: its facts, and the fields of the documents it owes, less all that is already known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from yangguang.policy.acts import Step as ActStep
from yangguang.policy.facts import FactSpec
from yangguang.record import documents
from yangguang.record.documents import Field, Template
from yangguang.registry.forms import ActionForm, Day, Long, Moment, Pick, Text, YesNo
from yangguang.registry.forms import Yuan as YuanField
from yangguang.trail.errors import Refused

from . import prefill
from .models import Case
from .prefill import Given, Start

FUTURE = ("started_at", "ended_at", "taken_at", "signature.at", "closed_on", "confirmed_on")  # cannot lie ahead
MOST_ROWS = 40


@dataclass
class Cell:
    """One field of a row, drawn without its own label: the head of the column is the label."""

    label: str
    widget: Any
    errors: list[str]


@dataclass
class Rows:
    """A list in the form: a table of blank rows, more of them by a button."""

    key: str
    label: str
    heads: list[str]
    count: int
    source: str
    lines: list[list[Cell]] = field(default_factory=list)
    most: int = MOST_ROWS

    @property
    def anchor(self) -> str:
        return "rows-" + self.key.replace(".", "-")


@dataclass
class Part:
    """One entry of a section: a field with its source, or rows."""

    bound: Any = None
    source: str = ""
    rows: Rows | None = None
    lines: int | None = None


@dataclass
class Section:
    """The facts of the step, or one document."""

    title: str
    clause: str
    given: list[Given]
    parts: list[Part]
    later: list[Part] = field(default_factory=list)  # what a person fills in after the paper was signed

    @property
    def unfolded(self) -> bool:
        """Whether what comes later is shown at once: something was typed there, or is wrong."""
        return any(part.bound.errors or part.bound.value() not in (None, "") for part in self.later)


def form_field(
    kind: str, label: str, required: bool, choices: Any = (), most: int = 200, help_text: str = ""
) -> forms.Field:
    """The form field of a type, of a document's field or of a fact."""
    common: dict[str, Any] = {"label": label, "required": required, "help_text": help_text}
    match kind:
        case "long" | "long_text":
            return Long(max_length=min(most, 20_000) if most > 200 else 20_000, **common)
        case "date":
            return Day(**common)
        case "datetime":
            return Moment(**common)
        case "fen" | "money_fen":
            return YuanField(**{**common, "help_text": help_text or "单位：元，最多两位小数"})
        case "int" | "integer":
            messages = {
                "required": "请填写",
                "invalid": "请填写整数",
                "min_value": "不能小于 0",
                "max_value": "数值过大",
            }
            return forms.IntegerField(min_value=0, max_value=10**9 - 1, error_messages=messages, **common)
        case "flag" | "bool":
            return YesNo(**common)
        case "choice":
            return Pick(choices=[("", "请选择"), *choices], **common)
        case "choices":
            return forms.MultipleChoiceField(
                choices=list(choices),
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": "请至少选择一项", "invalid_choice": "没有“%(value)s”这一选项"},
                **common,
            )
    return Text(max_length=most, **common)


def _begins(field: forms.Field, value: Any) -> None:
    """What a field shows at first, also where an answer called for it only after the page was sent without it."""
    sent = field.bound_data
    field.initial = value
    field.bound_data = lambda data, initial: initial if data is None else sent(data, initial)  # type: ignore[method-assign]


class DocumentsForm(ActionForm):
    """Fields of documents, named `<code>.<field>`; rows of lists `<code>.<list>.<n>.<field>`."""

    def __init__(
        self, *args: Any, case: Case, codes: list[str], counts: Mapping[str, int] | None = None, **options: Any
    ):
        super().__init__(*args, **options)
        self.case, self.codes = case, codes
        self.counts = counts or {}
        self.sources: dict[str, str] = {}
        self.rows: dict[str, tuple[Field, int]] = {}
        self.asked: dict[str, list[Field]] = {}
        self.given: dict[str, list[Given]] = {}
        for code in codes:
            self._document(code)

    # ---- building ----------------------------------------------------------------------------------------------

    def _document(self, code: str) -> None:
        template = documents.template(code)
        self.asked[code], self.given[code] = self._asked(template)
        starts = self._starts(code)
        for one in self.asked[code]:
            start = starts.get(one.name)
            name = f"{code}.{one.name}"
            if one.type == "list":
                self._rows(code, one, start)
                continue
            choices = self._choices(code, one)
            kind = "choice" if choices and one.type == "text" else one.type
            required = one.required or (code, one.name) in ALWAYS
            self.fields[name] = form_field(
                kind, one.label, required, choices, one.max, HELP.get((code, one.name), HELP.get(("", one.name), ""))
            )
            self._start(name, start)

    def _asked(self, template: Template) -> tuple[list[Field], list[Given]]:
        return prefill.asked(self.case, template)

    def _starts(self, code: str) -> Mapping[str, Start]:
        return prefill.document_starts(self.case, code, self.codes)

    def _choices(self, code: str, one: Field) -> list[tuple[str, str]]:
        if one.name == "discretion_grade" and self.case.power.discretion:
            return [(g["grade"], f"{g['grade']}：{g['when']}") for g in self.case.power.discretion]
        return list(one.options)

    def _start(self, name: str, start: Start | None) -> None:
        if start is not None and start.value not in (None, ""):
            _begins(self.fields[name], start.value)
            self.sources[name] = start.source

    def _rows(self, code: str, one: Field, start: Start | None) -> None:
        key = f"{code}.{one.name}"
        begun = list(start.value) if start else []
        blank = prefill.ROWS.get(one.name, 3)
        count = self._count(key, max(len(begun) + (1 if begun else 0), blank))
        count = min(count, one.max, MOST_ROWS)
        self.rows[key] = (one, count)
        if begun and start:
            self.sources[key] = start.source
        self.fields[f"{key}.count"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=count, min_value=0, max_value=MOST_ROWS, required=False
        )
        if self.is_bound and not self.data.get(f"{key}.count"):  # a document that what was typed called for
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[f"{key}.count"] = str(count)  # type: ignore[index]
        for n in range(count):
            for inner in one.of:
                made = form_field(inner.type, f"{inner.label}（第 {n + 1} 行）", False, inner.options, inner.max)
                if isinstance(made.widget, forms.Textarea):
                    made.widget.attrs["rows"] = 2
                _begins(made, begun[n].get(inner.name) if n < len(begun) else None)
                self.fields[f"{key}.{n}.{inner.name}"] = made

    def _count(self, key: str, at_least: int) -> int:
        if key in self.counts:
            return self.counts[key]
        posted = str(self.data.get(f"{key}.count", "")) if self.is_bound else ""
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 4 else at_least

    # ---- reading -----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        now = timezone.now()
        for name, value in list(data.items()):
            late = (isinstance(value, datetime) and value > now) or (
                isinstance(value, date) and not isinstance(value, datetime) and value > timezone.localdate()
            )
            if late and any(name.endswith(f".{end}") for end in FUTURE):
                self.add_error(name, "时间晚于现在，请填写实际的时间")
        for code in self.codes:
            self._in_order(code, data)
            for one in self.asked[code]:
                if one.type == "list":
                    self._whole_rows(code, one, data)
        return data

    def _in_order(self, code: str, data: dict[str, Any]) -> None:
        first, last = data.get(f"{code}.started_at"), data.get(f"{code}.ended_at")
        if first and last and last < first:
            self.add_error(f"{code}.ended_at", "结束时间早于开始时间，请核对")
        if first and first < minute(self.case.at):
            self.add_error(
                f"{code}.started_at", f"早于申请立案的时间（{timezone.localtime(self.case.at):%Y-%m-%d %H:%M}）"
            )

    def _whole_rows(self, code: str, one: Field, data: dict[str, Any]) -> None:
        key, filled = f"{code}.{one.name}", 0
        for n in range(self.rows[key][1]):
            row = {inner.name: data.get(f"{key}.{n}.{inner.name}") for inner in one.of}
            if all(value in (None, "") for value in row.values()):
                continue
            filled += 1
            for inner in one.of:
                place = f"{key}.{n}.{inner.name}"
                if inner.required and row[inner.name] in (None, "") and place not in self.errors:
                    self.add_error(place, f"第 {n + 1} 行的“{inner.label}”没有填写")
        least = max(one.min, 1 if one.required else 0)
        if filled < least and one.of:
            self.add_error(f"{key}.0.{one.of[0].name}", f"“{one.label}”至少填写 {least} 行")

    def filled(self) -> dict[str, dict[str, Any]]:
        """What was filled in, document by document, in the shape the templates take."""
        found: dict[str, dict[str, Any]] = {}
        for code in self.codes:
            made: dict[str, Any] = {}
            for one in self.asked[code]:
                value = self._list(code, one) if one.type == "list" else self.cleaned_data.get(f"{code}.{one.name}")
                if value not in (None, "", []):
                    prefill.put(made, one.name, written(value))
            found[code] = made
        return found

    def _list(self, code: str, one: Field) -> list[dict[str, Any]]:
        key, rows = f"{code}.{one.name}", []
        for n in range(self.rows[key][1]):
            row = {inner.name: self.cleaned_data.get(f"{key}.{n}.{inner.name}") for inner in one.of}
            kept = {name: written(value) for name, value in row.items() if value not in (None, "")}
            if kept:
                rows.append(kept)
        return rows

    # ---- showing -----------------------------------------------------------------------------------------------

    def sections(self) -> list[Section]:
        return [self._section(code) for code in self.codes]

    def _section(self, code: str) -> Section:
        template = documents.template(code)
        parts = []
        for one in sorted(self.asked[code], key=lambda one: one.name.startswith("signature.")):  # signed at the end
            name = f"{code}.{one.name}"
            if one.type == "list":
                parts.append(Part(rows=self._shown(name, one)))
            else:
                parts.append(Part(bound=self[name], source=self.sources.get(name, "")))
        return Section(f"《{template.title}》", template.clause, self.given[code], parts)

    def _shown(self, key: str, one: Field) -> Rows:
        count = self.rows[key][1]
        heads = [inner.label for inner in one.of]
        rows = Rows(key, one.label, heads, count, self.sources.get(key, ""))
        rows.lines = [[cell(self[f"{key}.{n}.{inner.name}"], inner.label) for inner in one.of] for n in range(count)]
        return rows

    def counters(self) -> Iterator[Any]:
        for key in self.rows:
            yield self[f"{key}.count"]

    def _refuse(self, refused: Refused) -> None:
        """A refusal names a document's field or a fact by its own name; here it has a longer one."""
        if refused.field and refused.field not in self.fields:
            refused.field = next((name for name in self.fields if name.endswith(f".{refused.field}")), None)
        super()._refuse(refused)


ALWAYS = {("correction_order", "until")}  # the step's own fact asks for it
HELP = {
    ("correction_order", "until"): "要求立即改正的，填写当日",
    ("", "signature.name"): "当事人在纸质文书上签名后填写；拒绝签名的，填写下面的情况说明",
}


class StepForm(DocumentsForm):
    """One step of the investigation."""

    def __init__(self, *args: Any, case: Case, step: ActStep, codes: list[str], **options: Any):
        super().__init__(*args, case=case, codes=codes, **options)
        self.step = step
        self.spec = prefill.facts_asked(step, codes)
        starts = prefill.fact_starts(case, step.code)
        self.when = prefill.WHEN.get(step.code, "")
        if self.when.startswith(tuple(f"{code}." for code in codes)) or self.when in {f.name for f in self.spec}:
            self.own_moment = True
        else:
            self.own_moment = False
            self.fields["at"] = Moment(
                label="办理时间", initial=timezone.localtime, help_text="实际办理的时间，不能晚于现在"
            )
        for fact in self.spec:
            self.fields[f"fact.{fact.name}"] = form_field(
                fact.type, fact.label, fact.required, (fact.choices or {}).items(), 2000, fact.note
            )
            self._start(f"fact.{fact.name}", starts.get(fact.name))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        name = "at" if not self.own_moment else self._moment_name()
        moment = data.get(name)
        if isinstance(moment, datetime):
            if moment > timezone.now():
                self._say(name, "时间晚于现在，请填写实际办理的时间")
            elif moment < minute(self.case.at):
                first = timezone.localtime(self.case.at)
                self._say(name, f"早于申请立案的时间（{first:%Y-%m-%d %H:%M}），请核对")
        return data

    def _say(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)

    def _moment_name(self) -> str:
        return self.when if "." in self.when else f"fact.{self.when}"

    @property
    def moment(self) -> datetime:
        """When the step was taken, in local time."""
        at = self.cleaned_data["at" if not self.own_moment else self._moment_name()]
        return timezone.localtime(at)

    def facts(self, filled: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """The step's facts: those asked for, and those its documents say."""
        asked = {fact.name for fact in self.spec}
        found = {}
        for fact in self.step.facts:
            if fact.name in asked:
                value = self.cleaned_data.get(f"fact.{fact.name}")
            else:
                value = prefill.said_by(self.step.code, fact.name, filled)
            if value not in (None, "", []):
                found[fact.name] = timezone.localtime(value) if isinstance(value, datetime) else value
        return found

    def sections(self) -> list[Section]:
        parts = [] if self.own_moment else [Part(bound=self["at"])]
        parts += [self._fact_part(fact) for fact in self.spec]
        own = [Section("本环节的情况", "", [], parts)] if parts else []
        return own + super().sections()

    def _fact_part(self, fact: FactSpec) -> Part:
        name = f"fact.{fact.name}"
        return Part(bound=self[name], source=self.sources.get(name, ""))


def minute(at: datetime) -> datetime:
    """The moment as a form can say it: people type minutes, not seconds."""
    return at.replace(second=0, microsecond=0)


def cell(bound: Any, label: str) -> Cell:
    """A field inside a table: named for a screen reader, marked where it is wrong."""
    style = "form-select" if isinstance(bound.field.widget, forms.Select) else "form-control"
    attrs = {"class": f"{style}{' is-invalid' if bound.errors else ''}", "aria-label": bound.label}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return Cell(label, bound.as_widget(attrs=attrs), list(bound.errors))


def written(value: Any) -> Any:
    """A value as a document's data holds it: JSON, moments with their zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
