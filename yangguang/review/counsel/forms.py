"""Engage counsel; keep an opinion."""

from collections.abc import Iterable
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, YesNo
from yangguang.registry.forms import Text as Line
from yangguang.registry.models import Counsel, Officer


def _counsels(found: Iterable[Counsel]) -> list[tuple[str, str]]:
    return [(str(one.key), f"{one.name}（{one.get_kind_display()} {one.licence_no}）") for one in found]


class EngageForm(ActionForm):
    """聘请参加审核."""

    counsel = Pick(label="法律顾问、公职律师")
    officer = Pick(label="本人的人员登记", help_text="先登记为本机关人员、登记审核资格并开通账号")
    valid_from = Day(label="聘期自")
    valid_to = Day(label="聘期至", help_text="含当日")
    terms = Line(label="聘请的范围", max_length=400, help_text="例如：参与重大执法决定法制审核，出具书面意见")

    def __init__(self, *args: Any, counsels: Iterable[Counsel], people: Iterable[Officer], **options: Any):
        super().__init__(*args, **options)
        self.counsels = {str(one.key): one for one in counsels}
        self.people = {str(one.key): one for one in people}
        self.fields["counsel"].choices = [("", "请选择"), *_counsels(self.counsels.values())]  # type: ignore[attr-defined]
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((key, f"{one.name}（{one.post}）" if one.post else one.name) for key, one in self.people.items()),
        ]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "counsel": self.counsels[data["counsel"]],
            "officer": self.people[data["officer"]],
            **{name: data[name] for name in ("valid_from", "valid_to", "terms")},
        }


class AdviseForm(ActionForm):
    """法律顾问、公职律师的意见."""

    counsel = Pick(label="法律顾问、公职律师")
    asked_on = Day(label="征询日期")
    given_on = Day(label="出具日期")
    agrees = YesNo(label="是否同意拟作出的决定")
    opinion = Long(label="意见", max_length=4000)
    disinterested = forms.BooleanField(
        label="该法律顾问、公职律师声明与本案当事人没有利害关系",
        error_messages={"required": "没有声明的，不能参与审核"},
    )

    def __init__(self, *args: Any, counsels: Iterable[Counsel], **options: Any):
        super().__init__(*args, **options)
        self.counsels = {str(one.key): one for one in counsels}
        self.fields["counsel"].choices = [("", "请选择"), *_counsels(self.counsels.values())]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "counsel": self.counsels[data["counsel"]],
            **{name: data[name] for name in ("asked_on", "given_on", "agrees", "opinion", "disinterested")},
        }
