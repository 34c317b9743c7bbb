"""Form fields and the form every action is submitted through: what was typed is kept, what is wrong is said there."""

import unicodedata
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.errors import PolicyError
from yangguang.trail.actions import AlreadyDone
from yangguang.trail.errors import Refused

LONG = 20_000
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def visible(text: str, lines: bool) -> str:
    """The text with its line ends made one, refused where it holds characters nobody can see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for place, character in enumerate(text, start=1):
        if character == "\n" and lines:
            continue
        if unicodedata.category(character) in INVISIBLE:
            raise ValidationError(
                f"第 {place} 个字是看不见的控制字符（U+{ord(character):04X}），请删去后重新输入", code="control"
            )
    return text


class Text(forms.CharField):
    """One line."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 200)
        options.setdefault(
            "error_messages",
            {"required": "请填写", "max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个字"},
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return visible(super().to_python(value) or "", lines=False)


class Long(forms.CharField):
    """Several lines."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", LONG)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        options.setdefault(
            "error_messages",
            {
                "required": "请填写",
                "max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个字，请精简或者作为附件另附",
            },
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return visible(super().to_python(value) or "", lines=True)


class Suggested(forms.TextInput):
    """A line of text that offers what is known and takes anything else as well."""

    def __init__(self, name: str, options: Iterable[str]):
        super().__init__(attrs={"list": f"known-{name}"})
        self.options = list(options)

    def render(self, *args: Any, **options: Any) -> SafeString:
        lines = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.options))
        field = super().render(*args, **options)
        return format_html('{}<datalist id="{}">{}</datalist>', field, self.attrs["list"], lines)


class Yuan(forms.CharField):
    """An amount typed in yuan, an integer of fen inside."""

    def __init__(self, **options: Any):
        options.setdefault("error_messages", {"required": "请填写金额"})
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) and not isinstance(value, bool) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").replace(",", "").replace("元", "").strip()
        if not text:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(f"“{value}”不是金额，请填写数字，例如 2000.00") from error
        if not amount.is_finite() or abs(amount) > Decimal(10) ** 12:
            raise ValidationError("金额超出范围，请核对")
        if amount < 0:
            raise ValidationError("金额不能小于零")
        fen = amount * 100
        if fen != fen.to_integral_value():
            raise ValidationError(f"金额只能精确到分（两位小数），现为“{value}”")
        return int(fen)


class Day(forms.DateField):
    """A calendar day."""

    def __init__(self, **options: Any):
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault(
            "error_messages", {"required": "请填写日期", "invalid": "日期不存在或者格式不对，应如 2026-09-18"}
        )
        super().__init__(**options)


class Moment(forms.DateTimeField):
    """A moment of local time, to the minute."""

    def __init__(self, **options: Any):
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        options.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        options.setdefault(
            "error_messages", {"required": "请填写时间", "invalid": "时间不存在或者格式不对，应如 2026-09-18 09:30"}
        )
        super().__init__(**options)


class Clock(forms.TimeField):
    """A time of day, to the minute."""

    def __init__(self, **options: Any):
        options.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        options.setdefault("input_formats", ["%H:%M", "%H:%M:%S"])
        options.setdefault("error_messages", {"required": "请填写时间", "invalid": "时间的格式不对，应如 09:30"})
        super().__init__(**options)


class Pick(forms.ChoiceField):
    """One of several."""

    def __init__(self, **options: Any):
        options.setdefault(
            "error_messages", {"required": "请选择", "invalid_choice": "没有“%(value)s”这一选项，请重新选择"}
        )
        super().__init__(**options)


class YesNo(forms.TypedChoiceField):
    """A question that must be answered: no answer is not "no"."""

    def __init__(self, **options: Any):
        options.setdefault("choices", [("yes", "是"), ("no", "否")])
        options.setdefault("widget", forms.RadioSelect)
        options.setdefault("coerce", lambda value: value == "yes")
        options.setdefault("empty_value", None)
        options.setdefault("error_messages", {"required": "请回答是或者否"})
        super().__init__(**options)


class ActionForm(forms.Form):
    """A form that ends in one action.

    `once` makes a second press of the button harmless; `seen` is the line of the trail the person had read.  After
    `run` either the fact is there, or `refused` says why not and the form still holds everything that was typed.
    """

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    refused: Refused | None = None
    repeated = False

    def __init__(self, *args: Any, seen: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
        self.fields["seen"].initial = seen

    def run(self, action: Callable[..., Any], **given: Any) -> Any:
        """The fact the action wrote, the entry of the first submission if this is a second, or None when refused."""
        data = self.cleaned_data
        try:
            return action(once=data.get("once"), seen=data.get("seen"), **given)
        except AlreadyDone as done:
            self.repeated = True
            return done.entry or done
        except Refused as refused:
            self._refuse(refused)
        except PolicyError as error:
            self._refuse(Refused(str(error)))
        except IntegrityError as error:
            self._refuse(said(error))
        return None

    def _refuse(self, refused: Refused) -> None:
        self.refused = refused
        words = f"{refused.message}{'。' + refused.mend if refused.mend else ''}"
        self.add_error(refused.field if refused.field in self.fields else None, words)


def said(error: IntegrityError) -> Refused:
    """What the database itself says, with its hint as the mend: our triggers speak Chinese, its own constraints do not."""
    told = getattr(error.__cause__, "diag", None)
    message = getattr(told, "message_primary", "") or ""
    if any("一" <= c <= "鿿" for c in message):
        mend = getattr(told, "message_hint", "") or "刷新页面查看最新情况后再办理"
        return Refused(message, because=_named(getattr(told, "message_detail", "") or ""), mend=mend)
    return Refused("刚才有他人办理了同一事项，您的这一次没有办理", mend="刷新页面查看最新情况后再办理")


def _named(detail: str) -> list[Citation]:
    """The clauses a trigger names, with the words of the pack."""
    known = packs.load("cn")
    return [known.clause(code) for code in detail.split() if code in known.clauses]


def now() -> Any:
    """The moment an act is recorded at, to the second, in local time: its date is the day the law counts from."""
    return timezone.localtime(timezone.now()).replace(microsecond=0)
