"""Hand a device out and take it back.  **Clause** QD-3.2.2(1)c, SY-2.2.2c, DH-2.2.3d."""

from datetime import date, datetime, time

from django.utils import timezone

from yangguang.duty import actions as duties
from yangguang.duty.models import Duty
from yangguang.registry import access
from yangguang.registry import queries as registry
from yangguang.registry.models import Device, Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ...uploads import terms
from ..models import DeviceDocking, DeviceIssue, DeviceReturn

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
    made = DeviceIssue.objects.create(
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
    until = timezone.make_aware(datetime.combine(back_by, time.max)).replace(microsecond=0) if back_by else at
    _owe(by, at, made, until)
    return made


def _owe(by: Officer, at: datetime, issue: DeviceIssue, start: datetime) -> None:
    """What lies on the device has to come into the system.  **Clause** QD-3.2.2(2)b, SY-2.2.2d."""
    if pack := terms.pack_at(issue.scope, timezone.localdate(at)):
        duties.due(
            by=by, at=at, scope=issue.scope, subject=issue.chain, rule=terms.STORED_BY, pack=pack, role="officer",
            title=f"把{issue.device}里的记录全部存入系统"[:200], owner_key=issue.holder_key,
            start_on=timezone.localdate(start), moment=start,
        )  # fmt: skip


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
    if uploaded:
        _stored(by, at, issue, "", {"at__lte": at})
    return DeviceReturn.objects.create(
        by=by, at=at, scope=issue.scope, issue=issue, state=state, uploaded=uploaded, note=note.strip()
    )


@action("record.dock_device", kind="registry", on="issue")
def dock_device(*, by: Officer, at: datetime, issue: DeviceIssue, whole: bool, note: str) -> DeviceDocking:
    """补存设备里的记录: after a return that left something on the device, or while it is still out.

    **Shape** `whole`: everything is in the system; else what is lost is said, and why, for the supervisor to read.
    **Clause** QD-3.2.2(2)b, SY-2.2.2d.  **Raises** NotOut.
    """
    if issue.scope != by.scope:
        raise NotOut("只能由设备所属机关登记", mend="转交所属机关办理")
    if not waits(issue):
        raise NotOut(f"{issue.device}的记录已登记全部存入", mend="刷新页面查看")
    if len(note.strip()) < 4:
        raise NotOut("没有写明存入了什么", mend="写明记录的日期和件数；不能恢复的，写明原因和处理", field="note")
    _stored(by, at, issue, "已补存" if whole else "不能恢复，原因已登记", {"at": issue.at})
    return DeviceDocking.objects.create(by=by, at=at, scope=issue.scope, issue=issue, whole=whole, note=note.strip())


def _stored(by: Officer, at: datetime, issue: DeviceIssue, note: str, which: dict[str, datetime]) -> None:
    """A device that comes back empty ends everything that was owed of it; a later docking only its own handing out."""
    owed = Duty.objects.filter(subject=issue.chain, rule=terms.STORED_BY, discharge__isnull=True, **which)
    for duty in owed.order_by("id"):
        duties.discharge(by=by, at=at, duty=duty, note=note)


def waits(issue: DeviceIssue) -> bool:
    """Whether what lies on the device is not all in the system, as far as anybody said."""
    back = getattr(issue, "returned", None)
    return not (back and back.uploaded) and not DeviceDocking.objects.filter(issue=issue).exists()


def held(device: Device) -> DeviceIssue | None:
    """Who has a device now."""
    out = DeviceIssue.objects.filter(device_key=device.key, returned__isnull=True)
    return out.select_related("holder").order_by("-at").first()
