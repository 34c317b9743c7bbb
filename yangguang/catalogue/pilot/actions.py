"""Writes of the pilot: the county marks its key units, a unit declares what it pilots."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused

from . import kinds as reading
from .models import KeyUnit, PilotChoice


class AnnexDecides(Refused):
    """The annex of the plan gives this unit its kinds: it has no choice.  **Clause** QD-2.2c."""


class OutsideThePlan(Refused):
    """A kind of act the plan does not cover, or the body has no power of.  **Clause** QD-2.2a."""


class WrongNumber(Refused):
    """Fewer or more kinds than the plan has a unit choose.  **Clause** QD-2.2b."""


class NoSuchUnit(Refused):
    """A unit the plan does not name as a key unit, or that is another body already.  **Clause** QD-5.4a."""


@action("pilot.choose", kind="registry", milestone=True)
def choose(*, by: Officer, at: datetime, kinds: Sequence[str], since: date, note: str = "") -> PilotChoice:
    """选择试点种类.  **Clause** QD-2.2b, QD-2.2c.

    **Raises** AnnexDecides, OutsideThePlan, WrongNumber, Refused (the plan has nobody choose).
    """
    body = registry.body_at(by.scope, timezone.localdate(at)) or by.body
    pack, on = packs.load(body.pack), max(since, timezone.localdate(at))
    asked = pack.parameter("unit_kinds_max")
    if not reading.asked(pack):
        raise Refused(
            "本地方案没有让各单位选择试点种类，三项制度适用于方案规定的全部种类",
            because=pack.parameter("kinds_closure").because,
            mend="不需要选择",
            field="kinds",
        )
    lock(f"pilot:{body.scope}")
    standing = reading.pilot(body, on)
    if standing.source is reading.Source.ANNEX:
        raise AnnexDecides(
            f"{body.name}是重点试点单位“{standing.unit}”，试点种类由方案附件确定，不由本单位选择",
            because=standing.because,
            mend="附件有变动的，由制定方案的机关修订方案",
            field="kinds",
        )
    chosen = reading.whole(pack, kinds)
    _covered(body, chosen, on)
    least, most, many = pack.parameter("unit_kinds_min").value or 1, asked.value, reading.count(pack, chosen)
    if not least <= many <= most:
        raise WrongNumber(
            f"选择了 {many} 类，应当选择 {least} 至 {most} 类", because=asked.because, mend="调整选择", field="kinds"
        )
    return PilotChoice.objects.create(
        by=by, at=at, scope=body.scope, body=body, since=since, note=note.strip(), kinds=chosen
    )


def _covered(body: Body, chosen: Sequence[str], on: date) -> None:
    """**Raises** OutsideThePlan."""
    pack = packs.load(body.pack)
    words = pack.facts["kind"].choices or {}
    have = {power.kind for power in registry.powers(body.scope, on)}
    for kind in chosen:
        answer = pack.ask("covers", {"kind": kind}, on)
        if answer.value is False:
            raise OutsideThePlan(
                f"方案不适用于{words[kind]}",
                because=answer.because or pack.parameter("kinds_closure").because,
                mend=f"可选：{'、'.join(words[one] for one in reading.covered(pack, on))}",
                field="kinds",
            )
    if chosen and not have & set(chosen):
        raise OutsideThePlan(
            f"本机关没有登记{'、'.join(words[kind] for kind in chosen)}事项",
            because=pack.parameter("unit_kinds_max").because,
            mend="先登记执法事项，或者选择本机关实际行使的种类",
            field="kinds",
        )


@action("pilot.mark", kind="registry", milestone=True)
def mark(*, by: Officer, at: datetime, body: Body, unit: str, since: date, note: str = "") -> KeyUnit:
    """标记重点试点单位: by the organ above; an empty name ends it.  **Clause** QD-2.2c, QD-5.4a.

    **Raises** NoSuchUnit, Refused (a body does not mark itself).
    """
    pack, unit = packs.load(body.pack), unit.strip()
    named = pack.parameter("key_units")
    if not body.scope.startswith(by.scope) or body.scope == by.scope:
        raise Refused(
            f"{by.name}不得标记{body.name}", because=named.because, mend="由上级三项制度工作机构标记", field="unit"
        )
    if unit and unit not in (named.value or ()):
        raise NoSuchUnit(
            f"方案没有把“{unit}”列为重点试点单位",
            because=named.because,
            mend=f"可选：{'、'.join(named.value)}" if named.value else "本地方案没有重点试点单位",
            field="unit",
        )
    lock(f"pilot:unit:{unit}")
    if unit and (other := _holder(by.scope, unit, body, since)):
        raise NoSuchUnit(
            f"“{unit}”已经标记为{other.name}",
            because=named.because,
            mend="机构改革后由新机关承接的，先取消原来的标记",
            field="unit",
        )
    return KeyUnit.objects.create(by=by, at=at, scope=body.scope, body=body, unit=unit, since=since, note=note.strip())


def _holder(scope: str, unit: str, body: Body, on: date) -> Body | None:
    """Another body that is the unit on that day."""
    found = list(registry.bodies_below(scope, on).exclude(key=body.key))
    return next((one.body for one in reading.pilots(found, on).values() if one.unit == unit), None)
