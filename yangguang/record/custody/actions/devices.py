"""Hand a device out and take it back.  **Clause** QD-3.2.2(1)c, SY-2.2.2c, DH-2.2.3d."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.registry import access
from yangguang.registry import queries as registry
from yangguang.registry.models import Device, Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import DeviceIssue, DeviceReturn

KEEPERS = access.WRITERS["device"].roles
OUT_OF_USE = (Device.State.REPAIR, Device.State.LOST, Device.State.RETIRED)


class NotHere(Refused):
    """A device that is with somebody else, or that cannot be handed out."""


class NotOut(Refused):
    """A return of what was returned, or that leaves out what it must say."""


@action("record.issue_device", kind="registry", on="device")
def issue_device(
    *, by: Officer, at: datetime, device: Device, holder: Officer, purpose: str, back_by: date | None = None
) -> DeviceIssue:
    """领用设备.  **Raises** NotHere."""
    day = timezone.localdate(at)
    if device.scope != by.scope or holder.scope != device.scope:
        raise NotHere("设备只能由本机关发给本机关的人员", mend="其他机关的设备由其自己管理")
    if device.state in OUT_OF_USE or (device.valid_to and device.valid_to < day):
        state = device.get_state_display()
        raise NotHere(f"{device}现在的状态是“{state}”，不能领用", mend="恢复在用后，在设备登记中变更状态")
    if out := held(device):
        raise NotHere(
            f"{device}现由{out.holder.name}领用（{timezone.localtime(out.at):%Y-%m-%d %H:%M}），还没有归还",
            mend="先登记归还",
            field="device",
        )
    if not purpose.strip():
        raise NotHere("没有写明用途", mend="写明用于什么执法活动", field="purpose")
    if back_by is not None and back_by < day:
        raise NotHere(f"约定归还日期 {back_by} 早于领用日期", mend="核对日期", field="back_by")
    if holder.key not in {one.key for one in registry.officers(device.scope, day)}:
        raise NotHere(f"{holder.name}不是本机关现任人员", mend="选择现任人员", field="holder")
    return DeviceIssue.objects.create(
        by=by,
        at=at,
        scope=device.scope,
        device=device,
        device_key=device.key,
        holder=holder,
        holder_key=holder.key,
        purpose=purpose.strip(),
        back_by=back_by,
    )


@action("record.return_device", kind="registry", on="issue")
def return_device(
    *, by: Officer, at: datetime, issue: DeviceIssue, state: str, uploaded: bool, note: str = ""
) -> DeviceReturn:
    """归还设备.  **Raises** NotOut."""
    if issue.scope != by.scope:
        raise NotOut("设备只能由所属机关收回", mend="转交所属机关办理")
    if DeviceReturn.objects.filter(issue=issue).exists():
        raise NotOut(f"{issue.device}已经归还", mend="刷新页面查看")
    if at < issue.at:
        raise NotOut("归还时间早于领用时间", mend="核对时间")
    if (state != DeviceReturn.State.SOUND or not uploaded) and len(note.strip()) < 4:
        raise NotOut(
            "设备不完好，或者记录没有全部收存的，须写明情况", mend="写明故障、遗失或者未收存的原因和处理", field="note"
        )
    return DeviceReturn.objects.create(
        by=by, at=at, scope=issue.scope, issue=issue, state=state, uploaded=uploaded, note=note.strip()
    )


def held(device: Device) -> DeviceIssue | None:
    """Who has a device now."""
    out = DeviceIssue.objects.filter(device_key=device.key, returned__isnull=True)
    return out.select_related("holder").order_by("-at").first()
