"""The pages on which a head suspends a case and takes it up again."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from yangguang.casework.models import Case
from yangguang.registry.forms import ActionForm, Day, Long, Text
from yangguang.registry.web import Asked, page

from .. import act, deed
from ..deed import Told
from . import actions, queries


class PauseForm(ActionForm):
    reason = Long(label="中止的理由")
    basis = Text(label="依据", help_text="允许扣除时间的法律、法规、规章条款")
    on = Day(label="中止日期")


class ResumeForm(ActionForm):
    reason = Long(label="恢复的理由")
    on = Day(label="恢复日期")


def past(case: Case) -> list[Told]:
    rows = []
    for one in queries.of(case):
        rows.append(Told(f"{one.on} 中止", f"{one.reason}（{one.basis}）", one.item))
        if hasattr(one, "resumption"):
            rows.append(Told(f"{one.resumption.on} 恢复", one.resumption.reason, one.resumption.item))
    return rows


@page("head")
def pause(request: Asked, pk: UUID) -> HttpResponse:
    """中止、恢复调查."""
    case = act.the_case(request, pk)
    going_on = queries.now(case)
    barred = act.not_head(request, case)
    initial = {"on": timezone.localdate()}
    if going_on is not None:
        shown = deed.Page("恢复调查", "批准恢复", past=past(case), lead="恢复后，办案期限扣除中止的时间重新计算。")
        return deed.run(
            request, case, shown, ResumeForm, actions.resume,
            barred=barred, done="已恢复，期限已重新计算", initial=initial, pause=going_on,
        )  # fmt: skip
    shown = deed.Page(
        "中止调查", "批准中止", past=past(case), lead="中止期间办案期限停止计算；没有依据的时间不得扣除。"
    )
    return deed.run(
        request, case, shown, PauseForm, actions.pause,
        barred=barred, done="已中止，期限停止计算", initial=initial, given={"case": case},
    )  # fmt: skip
