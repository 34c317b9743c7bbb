"""Take in a clue, decline it, name who must keep away from it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yangguang.catalogue import queries as lists
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, Day, Long, Moment, Pick, Suggested, Text, YesNo
from yangguang.registry.models import Officer, Party, Power, Recusal

from .activity import Demands
from .models import ActivityRecord, Clue

SHOWN = 30  # parties offered at once; the search beside the list finds the others

RECUSAL = "CN-PEN-43.1"  # who must keep away


class ClueForm(ActionForm):
    """线索登记."""

    source = Pick(label="来源", choices=[("", "请选择"), *Clue.Source.choices])
    found_on = Day(label="发现（收到）日期")
    summary = Long(label="线索内容", max_length=4000, help_text="写明何时、何地、何人、何事，以及怎样发现的")
    place = Text(label="发生地点")
    party = Pick(label="涉及的当事人", required=False)
    power = Pick(label="涉及的执法事项", required=False)
    matter = Pick(label="随机抽查的事项", required=False, help_text="来源是随机抽查的，从现行随机抽查事项清单中选取")
    informant = Text(
        label="举报人",
        required=False,
        max_length=100,
        help_text="依法保密：只有本机关办理人员能看到，不参与搜索，不公开",
    )

    def __init__(self, *args: Any, caller: Caller, asked: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.caller = caller
        self.fields["party"].choices = party_choices(self, caller, asked, "不清楚")  # type: ignore[attr-defined]
        self.fields["power"].choices = power_choices(caller, "不清楚")  # type: ignore[attr-defined]
        self.fields["matter"].choices = matter_choices(caller)  # type: ignore[attr-defined]
        places = registry.known_places(caller.scope, timezone.localdate())
        self.fields["place"].widget = Suggested("place", places)

    def clean_found_on(self) -> date:
        return not_future(self.cleaned_data["found_on"])

    def given(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("source", "found_on", "summary", "place", "informant", "matter")},
            "party": party_of(self.caller, data["party"]),
            "power": power_of(self.caller, data["power"]),
        }


class DeclineForm(ActionForm):
    """不予立案."""

    reason = Long(
        label="不予立案的理由",
        max_length=400,
        help_text="写明不符合哪一项立案条件（行政处罚法第五十四条），或者已移送哪个机关",
    )


class RecuseForm(ActionForm):
    """回避."""

    officer = Pick(label="回避人员")
    ground = Pick(label="事由", choices=[("", "请选择"), *Recusal.Ground.choices])
    note = Text(label="具体情况", max_length=400, help_text="例如：当事人的近亲属")

    def __init__(self, *args: Any, people: list[Officer], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *[(pk, f"{one.name}（{one.post or '未登记职务'}）") for pk, one in self.people.items()],
        ]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"officer": self.people[data["officer"]], "ground": data["ground"], "note": data["note"]}


class ClueFilter(forms.Form):
    """What narrows the list of clues, kept in the address."""

    q = forms.CharField(label="内容、地点、当事人", required=False, max_length=100)
    state = forms.ChoiceField(
        label="办理情况",
        required=False,
        choices=[("", "全部"), ("open", "待处理"), ("case", "已申请立案"), ("declined", "不予立案")],
    )
    source = forms.ChoiceField(label="来源", required=False, choices=[("", "全部来源"), *Clue.Source.choices])


# ---- choices that forms of several stages share ------------------------------------------------------------------


def not_future(day: date) -> date:
    """**Raises** ValidationError for a day that has not come yet."""
    if day > timezone.localdate():
        raise forms.ValidationError(f"日期不能晚于今天（{timezone.localdate().isoformat()}）")
    return day


def searched(request: HttpRequest) -> str:
    """What is looked for among the parties."""
    asked = request.POST.get("party_q") or request.GET.get("party_q") or ""
    return asked.replace("\0", "").strip()[:100]


def told(party: Party) -> str:
    """A party in a list: enough to tell two people of one name apart, no more of the number than that needs."""
    code = party.uscc or (f"{party.id_no[:6]}****{party.id_no[-4:]}" if party.id_no else "未登记号码")
    return f"{party.name}（{party.get_kind_display()}，{code}）"


def party_choices(form: forms.Form, caller: Caller, asked: str, empty: str) -> list[tuple[str, str]]:
    """The parties that match the search, each once and none that was merged into another; and always the one chosen."""
    found: list[Party] = list(registry.known_parties(caller, timezone.localdate(), asked)[:SHOWN])
    chosen = str((form.data.get("party") if form.is_bound else form.initial.get("party")) or "")
    if chosen and chosen not in {str(one.pk) for one in found} and (one := party_of(caller, chosen)):
        found.insert(0, one)
    return [("", empty), *[(str(one.pk), told(one)) for one in found]]


def party_of(caller: Caller, pk: str) -> Party | None:
    return _one(registry.parties(caller), pk)


def power_choices(caller: Caller, empty: str) -> list[tuple[str, str]]:
    powers = registry.powers(caller.scope, timezone.localdate(), "penalty")
    return [("", empty), *[(str(one.pk), f"{one.code} {one.name}") for one in powers]]


def matter_choices(caller: Caller) -> list[tuple[str, str]]:
    """The matters of the list in force today; whether the chosen one was in force that day, the action decides."""
    found = lists.random_matters(lists.random_list(caller.scope, timezone.localdate()))
    empty = "不是随机抽查" if found else "本机关没有现行的随机抽查事项清单"
    return [("", empty), *((one.matter, f"{one.line.number}. {one.matter}") for one in found)]


def power_of(caller: Caller, pk: str) -> Power | None:
    return _one(registry.powers_below(caller.scope, timezone.localdate()), pk)


def _one(rows: QuerySet[Any], pk: str) -> Any:
    if not pk:
        return None
    try:
        return rows.filter(pk=pk).first()
    except (ValueError, forms.ValidationError):
        return None


# ---- an activity on the spot -----------------------------------------------------------------------------------------


class ActivityForm(ActionForm):
    """现场执法活动记录: what the body's pack asks is asked here, in its words."""

    second = Pick(label="另一名执法人员")
    activity = Text(label="执法活动", max_length=60, initial="监督检查")
    matter = Pick(label="随机抽查的事项", required=False, help_text="随机抽查只能从现行随机抽查事项清单中选取事项")
    started_at = Moment(label="开始时间")
    ended_at = Moment(label="结束时间")
    place = Text(label="地点")
    party = Pick(label="被检查人", required=False)
    present = Text(label="现场人员", required=False, max_length=100, help_text="在场的是谁，与被检查人是什么关系")
    power = Pick(label="执法事项", required=False)
    reason = Long(label="执法事由", max_length=1000)
    basis = Long(label="执法依据", max_length=1000)
    shown = YesNo(label="主动出示执法证件")
    worn = YesNo(label="佩戴执法证件")
    throughout = YesNo(label="活动全程可以看到执法身份")
    uniform = Pick(label="着装和标识", choices=[("", "请选择"), *ActivityRecord.Uniform.choices])
    uniform_note = Text(label="没有着装的原因", required=False)
    told = forms.MultipleChoiceField(
        label="已经告知",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请逐项勾选已经告知的内容", "invalid_choice": "没有“%(value)s”这一项"},
    )
    rights = Long(label="告知的权利义务", max_length=2000)
    explained = Long(label="说明解释", required=False, max_length=2000)
    document = Text(label="出具或者出示的文书", required=False, help_text="名称和文号")
    findings = Long(label="现场情况", max_length=8000)
    acknowledged = Pick(label="当事人的确认", choices=[("", "请选择"), *ActivityRecord.Acknowledged.choices])
    acknowledged_note = Text(label="拒绝的理由，或者见证人", required=False)

    def __init__(self, *args: Any, caller: Caller, asked: str, rules: Demands, staff: list[Officer], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.caller = caller
        self.people = {str(one.pk): one for one in staff}
        choices: dict[str, Any] = {
            "second": [("", "请选择"), *((pk, one.name) for pk, one in self.people.items())],
            "party": party_choices(self, caller, asked, "没有特定的被检查人"),
            "power": power_choices(caller, "不属于哪一项"),
            "matter": matter_choices(caller),
            "told": [(one, one) for one in rules.must_tell],
        }
        if rules.activities:
            self.fields["activity"] = Pick(
                label="执法活动", choices=[("", "请选择"), *((one, one) for one in rules.activities)]
            )
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields["shown"].help_text = f"本机关的要求：{rules.identity_words}"
        self.fields["explained"].required = bool(rules.explain.value)
        self.fields["document"].required = bool(rules.document.value)
        self.fields["rights"].initial = rules.rights.value

    def given(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("once", "seen")}
        moments = {name: timezone.localtime(data[name]) for name in ("started_at", "ended_at")}
        return (
            data
            | moments
            | {
                "second": self.people[data["second"]],
                "party": party_of(self.caller, data["party"]),
                "power": power_of(self.caller, data["power"]),
            }
        )


class ActivityFilter(forms.Form):
    """What narrows the list of activities, kept in the address."""

    q = forms.CharField(label="地点、事由、被检查人", required=False, max_length=100)
    acknowledged = forms.ChoiceField(
        label="当事人的确认", required=False, choices=[("", "全部"), *ActivityRecord.Acknowledged.choices]
    )
