"""Take in a clue, decline it, name who must keep away from it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text
from yangguang.registry.models import Officer, Party, Power, Recusal

from .models import Clue

SHOWN = 30  # parties offered at once; the search beside the list finds the others


class ClueForm(ActionForm):
    """线索登记."""

    source = Pick(label="来源", choices=[("", "请选择"), *Clue.Source.choices])
    found_on = Day(label="发现（收到）日期")
    summary = Long(label="线索内容", max_length=4000, help_text="写明何时、何地、何人、何事，以及怎样发现的")
    place = Text(label="发生地点")
    party = Pick(label="涉及的当事人", required=False)
    power = Pick(label="涉及的执法事项", required=False)
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

    def clean_found_on(self) -> date:
        return not_future(self.cleaned_data["found_on"])

    def given(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("source", "found_on", "summary", "place", "informant")},
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
    """The parties that match the search, and always the one already chosen."""
    found: list[Party] = list(registry.parties(caller, asked)[:SHOWN])
    chosen = str((form.data.get("party") if form.is_bound else form.initial.get("party")) or "")
    if chosen and chosen not in {str(one.pk) for one in found} and (one := party_of(caller, chosen)):
        found.insert(0, one)
    return [("", empty), *[(str(one.pk), told(one)) for one in found]]


def party_of(caller: Caller, pk: str) -> Party | None:
    return _one(registry.parties(caller), pk)


def power_choices(caller: Caller, empty: str) -> list[tuple[str, str]]:
    powers = registry.powers(caller.scope, timezone.localdate(), "penalty")
    return [("", empty), *[(str(one.pk), f"{one.code} {one.name}") for one in powers]]


def power_of(caller: Caller, pk: str) -> Power | None:
    return _one(registry.powers_below(caller.scope, timezone.localdate()), pk)


def _one(rows: QuerySet[Any], pk: str) -> Any:
    if not pk:
        return None
    try:
        return rows.filter(pk=pk).first()
    except (ValueError, forms.ValidationError):
        return None
