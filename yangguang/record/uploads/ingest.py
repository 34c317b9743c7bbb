"""采集站导入: a folder that a docking station filled, file by file into the trays of the officers whose devices they are of.

What was brought before is said and not brought again, so that the same folder can be given as often as one likes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.db import IntegrityError
from django.utils import timezone

from yangguang.registry import queries as registry
from yangguang.registry.access import within
from yangguang.registry.models import Certificate, Device, Officer
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError
from yangguang.vault.parts import CHUNK, Kept, PartRoot

from ..forms import plain_name
from . import actions, terms
from .models import Received

SIDECARS = {".json", ".xml", ".txt", ".srt", ".nmea", ".gpx"}
MOST_SIDECAR = 2**20
MOST_FIELDS = 40
_NUMBER = re.compile(r"^(.*?)(\d{2,8})$")


class NoDevice(Refused):
    """The device is not registered, or nobody answers for it."""


@dataclass
class Row:
    """What became of one file."""

    file: str
    result: str  # kept | before | refused
    message: str = ""
    mend: str = ""
    digest: str = ""
    officer: str = ""
    taken_at: str = ""
    notes: list[str] = field(default_factory=list)


WORDS = {"kept": "已收存", "before": "以前已收存", "refused": "未收存"}


@dataclass
class Report:
    """Row by row, and what is odd about the whole."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, result: str) -> int:
        return sum(row.result == result for row in self.rows)


# ---- whose device --------------------------------------------------------------------------------------------------


def find_device(serial: str, body_code: str = "") -> Device:
    """The registered device of this number now.  **Raises** NoDevice.  Call inside `within("")`."""
    found = registry.in_force(Device, timezone.localdate()).filter(serial=serial).select_related("body", "keeper")
    if body_code:
        found = found.filter(body__uscc=body_code)
    devices = list(found[:3])
    if not devices:
        raise NoDevice(f"没有登记编号为“{serial[:60]}”的执法装备", mend="先在“执法装备”登记，或者核对 --device")
    if len(devices) > 1:
        raise NoDevice(f"有几个机关登记了编号为“{serial}”的装备", mend="用 --body 写明机关代码")
    return devices[0]


def find_officer(device: Device, certificate: str) -> Officer:
    """Who answers for what the device brings now, or the person named by certificate.  **Raises** NoDevice."""
    if not certificate:
        return keeper_on(device, timezone.now())
    held = Certificate.objects.filter(number=certificate).order_by("-valid_from").first()
    officer = registry.as_of(Officer, held.officer_key, timezone.localdate()) if held else None
    if officer is None or officer.scope != device.scope:
        raise NoDevice(f"{device.body}没有执法证号为“{certificate[:40]}”的人员", mend="核对 --officer")
    return officer


def keeper_on(device: Device, at: datetime) -> Officer:
    """Who kept the device on the day of a recording: the version of the device in force then.  **Raises** NoDevice."""
    on = timezone.localdate(at)
    then = registry.as_of(Device, device.key, on) or device
    officer = registry.as_of(Officer, then.keeper_key, on) if then.keeper_key else None
    if officer is None:
        raise NoDevice(f"{device} 在 {on} 没有登记保管人", mend="登记保管人，或者用 --officer 写明执法证号")
    return officer


# ---- the folder ------------------------------------------------------------------------------------------------------


def run(
    folder: Path, device: Device, *, officer: Officer | None = None, device_clock: datetime | None = None
) -> Report:
    """Bring every file of the folder, the ones below it too.  A file that is refused takes none of the others with it."""
    report = Report()
    moment = timezone.localtime().replace(microsecond=0)
    seen: dict[str, str] = {}
    for path in _files(folder):
        row = _bring(path, folder, device, officer, device_clock, moment)
        if row.digest and row.digest in seen and row.result == "before":
            row.message = f"与 {seen[row.digest]} 内容相同，没有重复收存"
        seen.setdefault(row.digest, row.file)
        report.rows.append(row)
    report.notes += _gaps(report.rows) + _order(report.rows)
    return report


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.is_symlink() or not path.is_file() or _is_sidecar(path):
            continue
        yield path


def _is_sidecar(path: Path) -> bool:
    if path.suffix.lower() not in SIDECARS:
        return False
    return any(
        one != path and one.suffix.lower() not in SIDECARS for one in path.parent.glob(f"{_literal(path.stem)}.*")
    )


def _literal(stem: str) -> str:
    return re.sub(r"([\[*?])", r"[\1]", stem)


def _bring(
    path: Path, folder: Path, device: Device, officer: Officer | None, device_clock: datetime | None, moment: datetime
) -> Row:
    row = Row(str(path.relative_to(folder)), "refused")
    try:
        before = path.stat()
        if not before.st_size:
            raise actions.NotTaken("文件是空的（0 字节）", mend="检查设备；录像中断的用设备自带的修复功能修复")
        kept = _sum(path)
        row.digest = kept.digest
        with within(device.scope):
            earlier = Received.objects.filter(digest=kept.digest, device_key=device.key).select_related("by").first()
        if earlier is not None:
            row.result, row.officer = "before", earlier.by.name
            row.message = f"已于 {timezone.localtime(earlier.at):%Y-%m-%d %H:%M} 收存"
            return row
        name = plain_name(path.name)
        sound = actions.prove(path, name, kept)
        if (path.stat().st_size, path.stat().st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise actions.NotTaken("文件还在变化，可能正在复制", mend="等复制完成后重新导入")
        got = _keep(path, name, sound, device, officer, device_clock, moment)
    except (Refused, VaultError) as refused:
        row.message, row.mend = refused.message, refused.mend
        return row
    except OSError as error:
        row.message, row.mend = f"读不出文件（{error.strerror}）", "检查磁盘和权限后重新导入"
        return row
    row.result, row.officer, row.notes = "kept", got.by.name, list(got.clock.get("notes", []))
    row.taken_at = timezone.localtime(got.taken_at).isoformat() if got.taken_at else ""
    return row


def _keep(
    path: Path,
    name: str,
    sound: actions.Sound,
    device: Device,
    officer: Officer | None,
    device_clock: datetime | None,
    moment: datetime,
) -> Received:
    with within(device.scope):
        by = officer or keeper_on(device, sound.found.taken_at or moment)
        until = terms.locked_until(device.scope, timezone.localdate(moment))
    sidecar = _sidecar(path, until)
    with path.open("rb") as source:
        # The bytes are hashed again as they go in: a file that changes meanwhile is not taken.
        store.put(source, limit=2**63, expected=sound.kept.digest, until=until)
    try:
        with within(device.scope):
            return actions.receive(
                by=by,
                at=moment,
                scope=device.scope,
                name=name,
                sound=sound,
                source=Received.Source.STATION,
                device=device,
                device_clock=device_clock,
                sidecar=sidecar,
            )
    except IntegrityError as error:
        raise actions.NotTaken(f"{by.name}已从别处上传过同一文件", mend="无需再导入") from error


def _sum(path: Path) -> Kept:
    whole, parts, size = sha256(), PartRoot(), 0
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            whole.update(chunk)
            parts.update(chunk)
            size += len(chunk)
    return Kept(whole.hexdigest(), parts.hexdigest(), size)


# ---- what lies beside a file -----------------------------------------------------------------------------------------


def _sidecar(path: Path, until: Any) -> dict[str, Any]:
    """What the device wrote beside the file: kept as it is, and read where it is plain."""
    beside = [one for one in sorted(path.parent.glob(f"{_literal(path.stem)}.*")) if one.suffix.lower() in SIDECARS]
    beside += [one for one in sorted(path.parent.glob(f"{_literal(path.name)}.*")) if one.suffix.lower() in SIDECARS]
    for one in beside:
        if one == path or not 0 < one.stat().st_size <= MOST_SIDECAR:
            continue
        with one.open("rb") as source:
            kept = store.put(source, limit=MOST_SIDECAR, until=until)
        return {"name": one.name, "digest": kept.digest, "fields": _fields(one)}
    return {}


def _fields(path: Path) -> dict[str, str]:
    """The plain values of a sidecar; nothing is guessed of one that cannot be read."""
    raw = path.read_bytes()
    try:
        if path.suffix.lower() == ".json":
            said = json.loads(raw)
            found = (
                {str(k): str(v) for k, v in said.items() if isinstance(v, str | int | bool)}
                if isinstance(said, dict)
                else {}
            )
        elif path.suffix.lower() == ".xml" and b"<!" not in raw.replace(b"<!--", b""):  # no entities of strangers
            found = {e.tag: (e.text or "").strip() for e in ElementTree.fromstring(raw) if (e.text or "").strip()}  # noqa: S314
        else:
            found = {}
    except (ValueError, ElementTree.ParseError, RecursionError):
        return {}
    clean = {plain_name(key)[:60]: plain_name(value)[:200] for key, value in found.items()}
    return dict(list(clean.items())[:MOST_FIELDS])


# ---- what is odd about the whole -------------------------------------------------------------------------------------


def _numbered(rows: list[Row]) -> dict[tuple[str, str], dict[int, Row]]:
    """Segments by folder, name before the number and kind; a number that is a date is none."""
    found: dict[tuple[str, str], dict[int, Row]] = {}
    for row in rows:
        path = Path(row.file)
        match = _NUMBER.match(path.stem)
        if match and len(match[2]) <= 6:
            found.setdefault((str(path.parent / match[1]), path.suffix.lower()), {})[int(match[2])] = row
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def _gaps(rows: list[Row]) -> list[str]:
    said = []
    for (prefix, suffix), numbers in _numbered(rows).items():
        missing = sorted(set(range(min(numbers), max(numbers))) - set(numbers))
        if missing and len(missing) <= 2 * len(numbers):
            width = len(_NUMBER.match(Path(next(iter(numbers.values())).file).stem)[2])  # type: ignore[index]
            names = "、".join(f"{n:0{width}d}" for n in missing[:20])
            said.append(
                f"{prefix.lstrip('./')}…{suffix} 的编号不连续，缺 {names}{' 等' if len(missing) > 20 else ''}：请核对设备中是否还有未导出的分段"
            )
    return said


def _order(rows: list[Row]) -> list[str]:
    said = []
    for numbers in _numbered(rows).values():
        timed = [(n, row.taken_at, row.file) for n, row in sorted(numbers.items()) if row.taken_at]
        for (_, earlier, first), (_, later, second) in pairwise(timed):
            if later < earlier:
                said.append(f"{second} 的自带时间早于 {first}，分段次序与时间不符：请核对设备时钟是否改动过")
    return said
