"""What the one search is asked; everything is in the address."""

from typing import Any

from django import forms

from yangguang.disclosure import search

from ..forms import Words
from ..registers.forms import Lookup
from .queries import KINDS


class FindForm(Lookup):
    q = Words(
        label="关键词",
        required=False,
        max_length=search.LONGEST,
        error_messages={"max_length": "关键词最多 %(limit_value)d 个字，现有 %(show_value)d 个字"},
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )
    body = forms.ChoiceField(label="机关", required=False)
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *KINDS.items()])

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        names = dict.fromkeys(name for _, name in bodies)
        self.fields["body"].choices = [("", "全部"), *((name, name) for name in names)]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("q", "body", "kind")}
