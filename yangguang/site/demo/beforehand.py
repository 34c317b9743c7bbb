"""What the bodies of the demo show beforehand: one complete, one whose register still lacks something, the rest as they are.

青山镇 completes its register, publishes and hangs its boards; the others publish what they have, so that a missing
element is to be seen.
Two units of 祁东县 are marked as the key pilot units of the plan: one the annex gives its kinds, one it forgot.
"""

from datetime import date, datetime

from yangguang.catalogue.before import actions, queries
from yangguang.catalogue.pilot import actions as pilot
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as registered
from yangguang.registry.models import Body, Officer

from . import bodies, portraits
from .life import Staff

SITE = "https://www.example.cn/gongshi"
KEY_UNITS = {"祁东县城市管理和综合执法局": "城管执法局", "祁东县市场监督管理局": "食品药品工商质量监督管理局"}
LICENCE_GUIDE = {
    "conditions": ["建设用地在乡、村庄规划区内", "符合乡、村庄规划"],
    "materials": [
        "乡村建设规划许可证申请表（示范文本在窗口领取）",
        "申请人身份证明",
        "村民委员会签署的意见",
        "建设工程设计方案",
    ],
    "promised_limit": "自受理之日起十个工作日",
    "fee": "不收费",
    "preferential_policy": "无",
    "responsible": "镇村镇建设窗口工作人员",
    "accountability": "超过时限没有办结的，可以向镇司法所或者 12345 投诉",
}
NOT_YET = ("苏尼特右旗农牧和科技局",)  # has published nothing: a gap for the supervisor to see


def fill(staff: Staff, moment: datetime) -> None:
    """Name who answers, then draft, approve, publish and prove every kind of act of a body."""
    if staff.agency is bodies.QINGSHAN:
        _complete(staff, moment)
    if staff.agency.name in NOT_YET:
        return
    on = moment.date()
    body = registered.body_at(staff.body.scope, on) or staff.body
    actions.name(by=staff.head, at=moment, matter=queries.PRE, person=staff.publisher, since=on, note="演示")
    for held in queries.holdings([body], on)[body.scope]:
        made = actions.draft(by=staff.publisher, at=moment, kind=held.kind)
        actions.approve(by=staff.head, at=moment, draft=made, approved=True, opinion="同意公开")
        shown = actions.publish(by=staff.publisher, at=moment, draft=made)
        channels = queries.channels(packs.load(body.pack), on)
        for channel in channels if staff.agency is bodies.QINGSHAN else channels[:1]:
            actions.prove(by=staff.publisher, at=moment, of=shown, channel=channel, on=on, link=SITE)
    if staff.agency is bodies.QINGSHAN:
        _hang(staff, body, moment)


def _hang(staff: Staff, body: Body, moment: datetime) -> None:
    """The boards of those who serve, on the wall of the hall; one is still to be put up."""
    on = moment.date()
    for board in queries.boards_of(body, on)[:-1]:
        if not board.missing:
            actions.put_up(by=staff.publisher, at=moment, board=board, place="政务服务大厅执法窗口", on=on)


def _complete(staff: Staff, moment: datetime) -> None:
    """What the case of 青山镇 did without: duties, powers, and the ways to complain."""
    body = registered.body_at(staff.body.scope, moment.date()) or staff.body
    face = bodies.public_face(body.name, staff.agency.unit, body.phone)
    registry.change_body(by=None, at=moment, body=body, valid_from=moment.date(), reason="补全登记", **face)
    registry.change_unit(
        by=None,
        at=moment,
        unit=staff.unit,
        valid_from=moment.date(),
        reason="补全登记",
        duties="承办本镇的检查、处罚案件",
    )
    legal = registry.register_unit(
        by=None, at=moment, body=body, name="司法所", kind="legal", duties="审核重大执法决定", valid_from=moment.date()
    )
    registry.change_officer(
        by=None, at=moment, officer=staff.reviewer, valid_from=moment.date(), reason="补登所在机构", unit=legal
    )
    for officer in staff.officers.values():
        registry.change_officer(
            by=None,
            at=moment,
            officer=officer,
            valid_from=moment.date(),
            reason="补登照片和执法种类",
            photo=portraits.keep(officer.name),
            kinds=["licence", "penalty", "inspection"],
        )
    for power in registered.powers(body.scope, moment.date()).filter(kind="licence"):
        registry.change_power(
            by=None, at=moment, power=power, valid_from=moment.date(), reason="补填服务指南", guide=LICENCE_GUIDE
        )


def mark_key_units(moment: datetime) -> None:
    """The county marks the key pilot units its plan names, once all bodies are there."""
    on = moment.date()
    for bureau in bodies.BUREAUS:
        with access.within(bureau.scope):
            found = list(registered.bodies_below(bureau.scope, on).filter(name__in=KEY_UNITS))
            by = _supervisor(bureau.scope, on)
            for body in found if by else ():
                pilot.mark(
                    by=by, at=moment, body=body, unit=KEY_UNITS[body.name], since=on, note="机构改革后由本机关承接"
                )


def _supervisor(scope: str, on: date) -> Officer | None:
    return registered.officers(scope, on).order_by("id").first()
