"""The forms to try a rule: a field for each fact it reads, made from the vocabulary; everything stays in the address.

What is not known is left open, and stays unknown: the form never guesses.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from yangguang.policy.errors import WrongFactType
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack

from ..forms import Words

NONE = "-"  # said explicitly: none of these applies
MOST_PERIODS = 24
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:至|到|~|—|,|，|\s)\s*(\d{4}-\d{2}-\d{2})[\s,，：:]*(.+)")
NOT_KNOWN = ("", "不知道")
DAY_WRONG = "日期应写作 2026-09-18 的形式，且为真实存在的日期"


def _day(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "min": "1900-01-01", "max": "2200-12-31"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, error_messages={"invalid": DAY_WRONG, "required": "请填写日期"}, **options)


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    wrong = {"invalid": "时间应写作 2026-09-18T09:30 的形式", "required": "请填写时间"}
    return forms.DateTimeField(widget=widget, error_messages=wrong, **options)


class Periods(Words):
    """Periods that are not counted, one a line: 2026-09-01 至 2026-09-10 鉴定."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if len(lines) > MOST_PERIODS:
            raise forms.ValidationError(f"最多 {MOST_PERIODS} 段，现有 {len(lines)} 段；相连的请合并")
        found = []
        for number, line in enumerate(lines, start=1):
            part = _PERIOD.fullmatch(line)
            if not part:
                raise forms.ValidationError(f"第 {number} 行看不懂；写作：2026-09-01 至 2026-09-10 鉴定")
            found.append({"from": part[1], "to": part[2], "reason": part[3]})
        return found


class TryForm(forms.Form):
    """A field for each fact, then the day whose rules apply, and whether a provisional answer will do."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        pack: Pack,
        specs: Iterable[FactSpec],
        start: str = "",
        dated: bool = True,
    ):
        """`start`: "date" or "datetime" where a deadline is counted; `dated` false: nothing is counted in days."""
        super().__init__(data)
        self.specs = {self.field_name(spec): spec for spec in specs}
        if start:
            label = "起算日（触发期限的那一天）" if start == "date" else "起算时间"
            self.fields["start"] = (_day if start == "date" else _moment)(label=label)
        for name, spec in self.specs.items():
            self.fields[name] = self._field(pack, spec)
        self.fields["on"] = _day(label="适用哪一天的规则", required=False, help_text="不填，按行为发生之日的规则")
        if dated:
            self.fields["provisional"] = forms.BooleanField(
                label="放假通知还没有发布的年份，也给出暂定的答案", required=False
            )
        for field in self.fields.values():
            field.error_messages |= {"invalid_choice": "没有“%(value)s”这一项，请在列表中选择"}

    @staticmethod
    def field_name(spec: FactSpec) -> str:
        """People write yuan; the fact is in fen."""
        return f"{spec.name.removesuffix('_fen')}_yuan" if spec.type == "money_fen" else spec.name

    def _field(self, pack: Pack, spec: FactSpec) -> forms.Field:
        given: dict[str, Any] = {"label": spec.label, "required": False, "help_text": spec.note}
        if spec.name == "rule":
            rules = [(code, f"{code} {rule.title}") for code, rule in pack.deadlines.items()]
            return forms.ChoiceField(choices=[NOT_KNOWN, *rules], **given)
        if spec.type == "bool":
            return forms.ChoiceField(choices=[NOT_KNOWN, ("true", "是"), ("false", "否")], **given)
        if spec.type == "choice":
            return forms.ChoiceField(choices=[NOT_KNOWN, *(spec.choices or {}).items()], **given)
        if spec.type == "choices":
            choices = [*(spec.choices or {}).items(), (NONE, "以上一项也没有")]
            given["help_text"] = "不知道的，一项也不选" + (f"。{spec.note}" if spec.note else "")
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple(), **given)
        if spec.type == "money_fen":
            given["label"] = f"{spec.label}（元）"
            wrong = {
                "invalid": "金额应写作数字，例如 500 或者 1234.50",
                "max_decimal_places": "金额精确到分，最多两位小数",
                "max_digits": "金额太大，请核对",
                "max_whole_digits": "金额太大，请核对",
                "min_value": "金额不能小于 0",
            }
            number = forms.NumberInput(attrs={"step": "0.01", "min": "0", "inputmode": "decimal"})
            return forms.DecimalField(
                min_value=0, max_digits=15, decimal_places=2, widget=number, error_messages=wrong, **given
            )
        if spec.type == "integer":
            unit = f"（{spec.unit}）" if spec.unit else ""
            given["label"] = f"{spec.label}{unit}"
            wrong = {
                "invalid": "应写整数",
                "min_value": "不能小于 %(limit_value)s",
                "max_value": "不能大于 %(limit_value)s",
            }
            return forms.IntegerField(min_value=spec.min, max_value=spec.max, error_messages=wrong, **given)
        if spec.type in ("date", "datetime"):
            return (_day if spec.type == "date" else _moment)(**given)
        if spec.type == "periods":
            given["help_text"] = "没有就不填；每段一行，例如：2026-09-01 至 2026-09-10 鉴定"
            return Periods(max_length=4000, **given)
        return Words(max_length=200, error_messages={"max_length": "最多 %(limit_value)d 个字"}, **given)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.facts: dict[str, Any] = {}
        for name, spec in self.specs.items():
            value = self._fact(spec, data.get(name))
            if value is None:
                continue
            if spec.type == "choices" and NONE in value:
                if len(value) > 1:
                    self.add_error(name, "“以上一项也没有”不能与其他项同选")
                    continue
                value = []
            try:
                self.facts[spec.name] = spec.read(value)
            except WrongFactType:
                self.add_error(name, f"值不对；可接受的写法：{spec.accepted}")
        return data

    def clean_start(self) -> Any:
        start = self.cleaned_data["start"]
        return timezone.make_naive(start) if isinstance(start, dt.datetime) and timezone.is_aware(start) else start

    @staticmethod
    def _fact(spec: FactSpec, value: Any) -> Any:
        """Give the value as the vocabulary wants it; None where it is not known."""
        if value in (None, "", []):
            return None
        if spec.type == "bool":
            return value == "true"
        if spec.type == "money_fen":
            return int(value * 100)
        if spec.type == "datetime":
            return timezone.make_naive(value) if timezone.is_aware(value) else value
        return value

    @property
    def provisional(self) -> bool:
        return bool(self.cleaned_data.get("provisional"))


class ClauseForm(forms.Form):
    """The search over the clauses of a pack."""

    q = Words(
        label="条款里的词",
        required=False,
        max_length=100,
        error_messages={"max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个字"},
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "placeholder": "原文里的词、第几条、编号"}),
    )
    source = forms.ChoiceField(label="出处", required=False)
    own = forms.ChoiceField(label="范围", required=False, choices=[("", "连同上级"), ("1", "只看本方案")])
    page = forms.IntegerField(required=False, min_value=1, max_value=9999, widget=forms.HiddenInput())

    def __init__(self, data: Mapping[str, Any], sources: Iterable[tuple[str, str]]):
        super().__init__(data)
        self.fields["source"].choices = [("", "全部"), *sources]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages |= {
                "invalid_choice": "没有“%(value)s”这一项，请在列表中选择",
                "invalid": "页码应为整数",
                "min_value": "页码从 1 开始",
                "max_value": "没有这一页",
            }
