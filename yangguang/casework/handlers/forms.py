"""Hand a case to other officers; decide on a recusal."""

from typing import Any

from yangguang.inspection.forms import not_future
from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo
from yangguang.registry.models import Officer, Recusal
from yangguang.registry.queries import Staff

from ..models import Case
from .models import RecusalDecision


class HandlersForm(ActionForm):
    """变更承办人.  Everybody can be chosen; who is unfit is refused with the clause."""

    first = Pick(label="主办人员")
    second = Pick(label="协办人员")
    reason = Long(
        label="变更理由", max_length=400, help_text="例如：李敏的执法证被暂扣，由林芳接办；已办的环节仍记在原承办人名下"
    )

    def __init__(self, *args: Any, staff: list[Staff], **options: Any):
        super().__init__(*args, **options)
        self.staff = {str(one.officer.key): one for one in staff}
        choices = [("", "请选择"), *[(key, _standing(one)) for key, one in self.staff.items()]]
        for name in ("first", "second"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "first": self.staff[data["first"]].officer,
            "second": self.staff[data["second"]].officer,
            "reason": data["reason"],
        }


def _standing(one: Staff) -> str:
    return f"{one.officer.name}｜{'可办理' if one.standing.valid else '不可办理'}：{one.standing.why}"


class RecusalForm(ActionForm):
    """回避决定."""

    person = Pick(label="被申请回避的人员")
    how = Pick(label="提出方式", choices=[("", "请选择"), *RecusalDecision.How.choices])
    applicant = Text(label="申请人", max_length=100, required=False, help_text="本人自行回避的不填")
    applied_on = Day(label="提出日期")
    reason = Long(label="申请理由", max_length=400)
    granted = YesNo(label="是否回避", choices=[("yes", "决定回避"), ("no", "驳回申请，继续办理")])
    ground = Pick(label="回避事由", choices=[("", "请选择"), *Recusal.Ground.choices], required=False)
    grounds = Long(label="决定的理由", max_length=400)

    def __init__(self, *args: Any, people: list[Officer], case: Case, **options: Any):
        super().__init__(*args, **options)
        self.people = {str(one.key): one for one in people}
        handling = case.handler_keys
        rows = sorted(self.people.items(), key=lambda row: row[1].key not in handling)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *[(key, f"{one.name}{'（承办人）' if one.key in handling else ''}") for key, one in rows],
        ]

    def clean_applied_on(self) -> Any:
        return not_future(self.cleaned_data["applied_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("granted") and not data.get("ground"):
            self.add_error("ground", "决定回避的，选择法定事由（行政处罚法第四十三条第一款）")
        if data.get("how") == RecusalDecision.How.APPLY and not data.get("applicant"):
            self.add_error("applicant", "填写申请回避的当事人")
        return data

    def given(self) -> dict[str, Any]:
        names = ("how", "applicant", "applied_on", "reason", "granted", "ground", "grounds")
        return {"person": self.people[self.cleaned_data["person"]], **{one: self.cleaned_data[one] for one in names}}
