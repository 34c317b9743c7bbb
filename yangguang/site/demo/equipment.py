"""What stands in the other registers of each body of the demo: devices, premises, counsel, the leading group.

The electronic monitoring of 祁东县 has passed both reviews and its place is public; that of 青山镇 still lacks one.
"""

from datetime import date, datetime

from yangguang.registry import actions as registry
from yangguang.registry import queries as registered
from yangguang.registry.models import LeadingGroup

from . import bodies
from .life import Staff

MONITORS = {  # (place, which reviews it passed)
    "青山镇人民政府": ("镇区北街与青山街交叉口", ("legal",)),
    "祁东县城市管理和综合执法局": ("洪桥街道正街 88 号门前", ("legal", "technical")),
}


def fill(staff: Staff, moment: datetime) -> None:
    """Register them from the first day of the story."""
    _devices(staff, moment)
    on, agency, body = moment.date(), staff.agency, staff.body
    for name, kind, address in (
        ("政务服务大厅执法窗口", "window", f"{agency.place.address}政务服务大厅"),
        ("执法办案区", "enforcement", body.address),
    ):
        registry.register_premises(
            by=None, at=moment, body=body, name=f"{agency.name}{name}", kind=kind, address=address, valid_from=on
        )
    registry.register_counsel(
        by=None, at=moment, body=body, name="丁一鸣", kind="external", firm="某某律师事务所（演示）",
        licence_no=f"1{agency.place.region}2015{bodies.AGENCIES.index(agency):06d}", valid_from=on,
    )  # fmt: skip
    if not registered.in_force(LeadingGroup, on).filter(body__key=body.key).exists():
        people = ((staff.head, "组长"), (staff.deputy, "副组长"), (staff.reviewer, "成员"), (staff.publisher, "成员"))
        registry.register_leading_group(
            by=None, at=moment, body=body, name="三项制度工作领导小组", valid_from=on,
            instrument="关于成立三项制度工作领导小组的通知（演示）",
            members=[{"name": one.name, "post": one.post, "role": role} for one, role in people],
        )  # fmt: skip


def _devices(staff: Staff, moment: datetime) -> None:
    on, number = moment.date(), bodies.AGENCIES.index(staff.agency)
    keepers = list(staff.officers.values())[:3]
    for n, keeper in enumerate(keepers, start=1):
        registry.register_device(
            by=None, at=moment, body=staff.body, kind="body_camera", serial=f"JLY-{number}{n:03d}", model="DSJ-A7",
            keeper=keeper, valid_from=on, state="in_use" if n < 3 else "idle",
        )  # fmt: skip
    registry.register_device(
        by=None, at=moment, body=staff.body, kind="station", serial=f"CJZ-{number}001", model="采集工作站 16 口",
        keeper=staff.archivist, valid_from=on, place=staff.unit.name if staff.unit else "",
    )  # fmt: skip
    if staff.agency.name in MONITORS:
        _monitor(staff, moment, on, *MONITORS[staff.agency.name])


def _monitor(staff: Staff, moment: datetime, on: date, place: str, passed: tuple[str, ...]) -> None:
    camera = registry.register_device(
        by=None, at=moment, body=staff.body, kind="e_monitoring", serial=f"JK-{staff.agency.place.region}-01",
        model="固定式监控", place=f"{staff.agency.place.address}{place}", published_on=on, valid_from=on,
    )  # fmt: skip
    for kind in passed:
        registry.review_device(
            by=None, at=moment, device=camera, kind=kind, passed=True, on=on,
            organ="法制审核机构" if kind == "legal" else "计量技术机构（演示）", document_no=f"审〔{on.year}〕{kind[:1].upper()}1 号",
        )  # fmt: skip
