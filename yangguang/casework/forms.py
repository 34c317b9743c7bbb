"""Apply for opening, answer it, register a party, draft a proposal."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from yangguang.inspection.forms import not_future, party_choices, party_of
from yangguang.inspection.models import Clue
from yangguang.record.models import Item
from yangguang.registry import identifiers
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo, Yuan
from yangguang.registry.models import Party, Power
from yangguang.registry.queries import Staff
from yangguang.trail.errors import Refused

from . import bars, queries
from .facts import ANSWERS
from .models import Case
from .step_form import Cell, cell


class ApplyForm(ActionForm):
    """申请立案.  Everybody and every power can be chosen; who or what is unfit is refused with the clause."""

    second = Pick(label="协办人员", help_text="行政处罚由两名以上持证执法人员实施；您是主办人员")
    party = Pick(label="当事人")
    power = Pick(label="执法事项")
    cause = Text(label="案由", max_length=100, help_text="例如“占用堵塞安全出口”，案件名称由当事人和案由组成")
    found_on = Day(label="发现违法行为的日期")
    ended_on = Day(
        label="违法行为终了的日期",
        required=False,
        help_text="用于核对处罚时效；发现时还在继续的，填发现日期；还不清楚的不填，提出处理意见时再填",
    )
    touches = forms.MultipleChoiceField(
        label="本案执法直接涉及哪些重大权益",
        widget=forms.CheckboxSelectMultiple,
        help_text="涉及的，现场执法应当全程音像记录",
        error_messages={"required": "请选择；都不涉及的，选“都不涉及”", "invalid_choice": "没有“%(value)s”这一选项"},
    )

    def __init__(
        self, *args: Any, caller: Caller, staff: list[Staff], powers: list[Power], asked: str = "", **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.caller = caller
        self.staff = {str(one.officer.pk): one for one in staff}
        self.powers = {str(one.pk): one for one in powers}
        me = caller.officer.key
        self.fields["second"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *[(pk, _standing(one, one.officer.key == me)) for pk, one in self.staff.items()],
        ]
        self.fields["power"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *[(pk, _power(one)) for pk, one in self.powers.items()],
        ]
        self.fields["party"].choices = party_choices(self, caller, asked, "请选择")  # type: ignore[attr-defined]
        self.fields["touches"].choices = queries.interests(caller.body.pack)  # type: ignore[attr-defined]

    def clean_found_on(self) -> date:
        return not_future(self.cleaned_data["found_on"])

    def clean_ended_on(self) -> date | None:
        ended: date | None = self.cleaned_data["ended_on"]
        return None if ended is None else not_future(ended)

    def clean_touches(self) -> list[str]:
        chosen = self.cleaned_data["touches"]
        if "none" in chosen and len(chosen) > 1:
            raise ValidationError("选了“都不涉及”，就不能再选其他项")
        return [one for one in chosen if one != "none"]

    def given(self, clue: Clue | None) -> dict[str, Any]:
        """The fields as the action takes them."""
        data = self.cleaned_data
        return {
            "second": self.staff[data["second"]].officer,
            "party": party_of(self.caller, data["party"]),
            "power": self.powers[data["power"]],
            "clue": clue,
            **{name: data[name] for name in ("cause", "found_on", "touches")},
            **({"ended_on": data["ended_on"]} if "ended_on" in self.fields else {}),
        }


def _standing(one: Staff, me: bool) -> str:
    word = f"可办理，{one.standing.why}" if one.standing.valid else f"不可办理：{one.standing.why}"
    return f"{one.officer.name}{'（您本人）' if me else ''}｜{word}"


def _power(power: Power) -> str:
    ended = power.valid_to is not None and power.valid_to < timezone.localdate()
    return f"{power.code} {power.name}{f'（已于 {power.valid_to} 失效）' if ended else ''}"


class OpeningForm(ActionForm):
    """立案审批."""

    approved = YesNo(label="是否准予立案", choices=[("yes", "准予立案"), ("no", "不予立案")])
    opinion = Long(label="审批意见", max_length=400, required=False, help_text="不予立案的，必须写明理由")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("approved") is False and not (data.get("opinion") or "").strip():
            self.add_error("opinion", "不予立案必须写明理由")
        return data


class PartyForm(ActionForm):
    """登记当事人, with the check digits of its codes proven at the field."""

    kind = Pick(label="类别", choices=[("", "请选择"), *Party.Kind.choices])
    name = Text(label="姓名或者名称", help_text="与身份证件、营业执照一致")
    id_no = Text(
        label="公民身份号码",
        required=False,
        max_length=18,
        help_text="自然人必填；个体工商户、组织填写经营者或者负责人的",
    )
    uscc = Text(label="统一社会信用代码", required=False, max_length=18, help_text="个体工商户、法人和其他组织必填")
    legal_rep = Text(label="法定代表人、负责人或者经营者", required=False, max_length=60)
    trade_name = Text(label="字号", required=False)
    phone = Text(label="联系电话", required=False, max_length=40)
    address = Text(label="住址或者住所", help_text="文书送达用")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        natural = data.get("kind") == Party.Kind.NATURAL
        if data.get("kind") and not natural and not data.get("uscc") and "uscc" not in self.errors:
            self.add_error("uscc", "请填写统一社会信用代码")
        if natural and not data.get("id_no") and "id_no" not in self.errors:
            self.add_error("id_no", "请填写公民身份号码")
        self._code("id_no", identifiers.id_no)
        self._code("uscc", identifiers.uscc_code)
        return data

    def _code(self, name: str, check: Any) -> None:
        value = self.cleaned_data.get(name)
        if not value:
            return
        try:
            self.cleaned_data[name] = check(value)
        except Refused as refused:
            self.add_error(name, f"{refused.message}。{refused.mend}")


@dataclass(frozen=True)
class Evidence:
    """One kept item that a draft may list."""

    item: Item
    chosen: Any
    proves: Cell


class ProposalForm(ActionForm):
    """拟处理意见."""

    facts = Long(label="违法事实", help_text="何时、何地、何人、做了什么、后果如何，每一点都要有证据")
    violated = Long(label="违反的规定", max_length=1000)
    basis = Long(label="处罚依据", max_length=1000)
    grade = Pick(label="裁量档次", required=False)
    penalties = forms.MultipleChoiceField(
        label="处罚种类",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选择一种处罚", "invalid_choice": "没有“%(value)s”这一种类"},
    )
    fine_fen = Yuan(label="罚款金额（元）", required=False)
    confiscation_fen = Yuan(label="没收金额或者价值（元）", required=False)
    discretion = Long(label="裁量理由", max_length=4000, help_text="写明认定为这一档次的情节，以及金额怎样得出")
    deviation = Long(
        label="偏离裁量基准的理由",
        required=False,
        max_length=2000,
        help_text="金额在所选档次之外时必须写明，不少于 10 个字",
    )
    correction = Long(label="违法行为改正情况", required=False, max_length=2000)
    other = Long(label="其他处理", required=False, max_length=2000)

    TRIGGERS = tuple(ANSWERS)

    def __init__(self, *args: Any, case: Case, items: list[Item], sources: dict[str, str] | None = None, **kwargs: Any):
        start = kwargs.pop("start", {})
        super().__init__(*args, initial=start, **kwargs)
        self.case, self.items = case, items
        self.sources = dict.fromkeys((*self.fields, "answers", "bars"), "") | (sources or {})
        words = queries.pack_of(case).facts["penalties"].choices or {}
        self.fields["penalties"].choices = list(words.items())  # type: ignore[attr-defined]
        grades = case.power.discretion
        self.fields["grade"].required = bool(grades)
        self.fields["grade"].choices = [("", "请选择" if grades else "本事项没有裁量基准")] + [  # type: ignore[attr-defined]
            (one["grade"], _band(one)) for one in grades
        ]
        for name, label in ANSWERS.items():
            said = (start.get("answers") or {}).get(name)
            begun = None if said is None else "yes" if said else "no"
            self.fields[f"answer.{name}"] = YesNo(label=label, initial=begun)
        self._ask_bars(start.get("bars") or {})
        listed = {one["item"]: one.get("proves", "") for one in start.get("evidence") or []}
        for item in items:
            pk = str(item.pk)
            self.fields[f"item.{pk}"] = forms.BooleanField(label=item.title, required=False, initial=pk in listed)
            self.fields[f"proves.{pk}"] = Text(
                label=f"{item.title}的证明对象", required=False, max_length=400, initial=listed.get(pk) or item.note
            )

    def _ask_bars(self, said: dict[str, Any]) -> None:
        """What keeps a penalty away or makes it lighter; capacity and age are those of a natural person."""
        pack, label = queries.pack_of(self.case), bars.LABELS
        if not bars.asked(pack):
            return
        natural = self.case.party.kind == Party.Kind.NATURAL
        ended = "有连续或者继续状态的，填行为终了之日；发现时还在继续的，填发现日期"
        asked: dict[str, forms.Field] = {
            "violation_ended_on": Day(label=label["violation_ended_on"], help_text=ended),
            **{name: YesNo(label=label[name]) for name in bars.YES_NO},
        }
        if natural:
            words = pack.facts["capacity"].choices or {}
            asked["capacity"] = Pick(label=label["capacity"], choices=[("", "请选择"), *words.items()])
            asked["mitigation"] = Long(
                label=label["mitigation"],
                required=False,
                max_length=2000,
                help_text="当事人不满十八周岁，或者尚未完全丧失辨认、控制能力的填写；写入告知书和决定书",
            )
        for name, one in asked.items():
            value = said.get(name)
            one.initial = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
            self.fields[f"bar.{name}"] = one

    def bars(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("bar.")]

    def evidence(self) -> list[Evidence]:
        return [Evidence(one, self[f"item.{one.pk}"], cell(self[f"proves.{one.pk}"], "证明对象")) for one in self.items]

    def triggers(self) -> list[Any]:
        return [self[f"answer.{name}"] for name in self.TRIGGERS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = [one for one in self.items if data.get(f"item.{one.pk}")]
        for one in chosen:
            if not data.get(f"proves.{one.pk}") and f"proves.{one.pk}" not in self.errors:
                self.add_error(f"proves.{one.pk}", "写明这份证据证明什么")
        return data

    def body(self) -> dict[str, Any]:
        """The draft in the shape the action takes; what is not known stays out."""
        data = self.cleaned_data
        texts = ("facts", "violated", "basis", "grade", "discretion", "deviation", "correction", "other")
        return {
            **{name: data.get(name) or "" for name in texts},
            "penalties": data.get("penalties") or [],
            "fine_fen": data.get("fine_fen") or 0,
            "confiscation_fen": data.get("confiscation_fen") or 0,
            "answers": {name: data.get(f"answer.{name}") for name in self.TRIGGERS},
            **({"bars": self._bars()} if any(name.startswith("bar.") for name in self.fields) else {}),
            "evidence": [
                {"item": str(one.pk), "proves": data.get(f"proves.{one.pk}") or ""}
                for one in self.items
                if data.get(f"item.{one.pk}")
            ],
        }

    def _bars(self) -> dict[str, Any]:
        return {
            name.removeprefix("bar."): self.cleaned_data.get(name) for name in self.fields if name.startswith("bar.")
        }


def _band(grade: dict[str, Any]) -> str:
    low, high = grade["fine_min_fen"], grade["fine_max_fen"]
    band = f"{low / 100:,.0f} 至 {high / 100:,.0f} 元" if high else "不罚款"
    return f"{grade['grade']}：{grade['when']}（{band}）"
