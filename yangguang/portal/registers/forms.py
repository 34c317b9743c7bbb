"""What narrows the public's lists; everything is in the address."""

from typing import Any
from uuid import UUID

from django import forms

from yangguang.registry.models import Body

from ..forms import KINDS, Words

LONGEST = 60
STANDINGS = {"valid": "现在有效", "suspended": "暂扣", "expired": "已过期", "unchecked": "年度审验不合格"}


class Lookup(forms.Form):
    """One line of words and choices; a choice nobody offered is said, not guessed at."""

    q = Words(
        label="关键词",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个字"},
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "没有“%(value)s”这一项，请在列表中选择"

    @property
    def wanted(self) -> dict[str, Any]:
        """The arguments of the query."""
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "body" in found:
            found["body"] = UUID(found["body"])
        return found


class OfBody(Lookup):
    """A list of what belongs to bodies."""

    body = forms.ChoiceField(label="执法主体", required=False)

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["body"].choices = [("", "全部"), *bodies]  # type: ignore[attr-defined]


class BodyLookup(Lookup):
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Body.Kind.choices])

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["q"].label = "名称、地址、统一社会信用代码"


class OfficerLookup(OfBody):
    standing = forms.ChoiceField(label="证件", required=False, choices=[("", "全部"), *STANDINGS.items()])

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["q"].label = "姓名，或者完整的执法证号"


class PowerLookup(OfBody):
    kind = forms.ChoiceField(label="执法类别", required=False)

    def __init__(self, *args: Any, kinds: list[str], **options: Any):
        super().__init__(*args, **options)
        self.fields["q"].label = "事项名称、编码、领域"
        self.fields["kind"].choices = [("", "全部"), *((k, KINDS.get(k, k)) for k in kinds)]  # type: ignore[attr-defined]
