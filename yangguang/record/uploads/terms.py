"""What the rules say about a file before anybody has looked at it: how long it stays, and whether its clock can be right."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry

PLACED_BY = "D91"  # the deadline rule of what was taken in and is in no file yet
STORED_BY = "D90"  # … and of what is still in a device
YEARS = {
    "years_10": 10,
    "years_30": 30,
    "permanent": 100,
}  # a lock needs a day; “permanent” is renewed by the retention
SLACK = timedelta(minutes=5)  # what a phone and a server may differ without a word
OLD = timedelta(days=365)


def pack_at(scope: str, on: date) -> Pack | None:
    """The rules of a body as they stand on a day; None where no body is registered at the place."""
    body = registry.body_at(scope, on)
    return packs.load(body.pack) if body else None


def locked_until(scope: str, on: date) -> date | None:
    """The day before which a store that can must not let the bytes go: the pack's `retention_default`.

    None where the pack does not say; the store then keeps its own least time.
    """
    pack = pack_at(scope, on)
    if pack is None:
        return None
    years = YEARS.get(str(pack.parameter("retention_default").value))
    return date(on.year + years, on.month, min(on.day, 28)) if years else None


def clock(taken_at: datetime | None, now: datetime, device_clock: datetime | None = None) -> dict[str, Any]:
    """What is known of the clock of the device, in words; nothing is corrected.

    **Shape** {offset_s: device minus now, basis, true_at: what the time would be by our clock, notes: […]}; absent keys
    are unknown.
    """
    found: dict[str, Any] = {}
    notes: list[str] = []
    if device_clock is not None:
        offset = round((device_clock - now).total_seconds())
        found |= {"offset_s": offset, "basis": "采集时读出的设备时钟"}
        if abs(offset) > SLACK.total_seconds():
            notes.append(f"设备时钟比标准时间{'快' if offset > 0 else '慢'} {_span(abs(offset))}")
            if taken_at is not None:
                true_at = timezone.localtime(taken_at - timedelta(seconds=offset))
                found["true_at"] = true_at.isoformat()
                notes.append(f"按标准时间推算拍摄于 {true_at:%Y-%m-%d %H:%M:%S}")
    if taken_at is not None and taken_at > now + SLACK:
        notes.append(f"文件自带时间 {timezone.localtime(taken_at):%Y-%m-%d %H:%M} 晚于收存时间，设备时钟不准")
    elif taken_at is not None and taken_at < now - OLD:
        notes.append(f"文件自带时间 {timezone.localtime(taken_at):%Y-%m-%d %H:%M} 早于收存一年以上，请核对设备时钟")
    return found | ({"notes": notes} if notes else {})


def _span(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    words = [f"{n} {unit}" for n, unit in ((days, "天"), (hours, "小时"), (minutes, "分"), (left, "秒")) if n]
    return " ".join(words[:2])
