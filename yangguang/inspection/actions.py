"""Take in clues and answer for each: opened or declined with a reason.  **Clause** 行政处罚法 art. 54, 76(2)."""

from datetime import date, datetime

from yangguang.duty import actions as duty
from yangguang.policy import packs
from yangguang.registry.models import Officer, Party, Power
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .models import Clue, Declined


class ImpossibleDate(Refused):
    """A date that cannot be: later than now, or before what it follows."""


@action("inspection.take_clue")
def take_clue(
    *,
    by: Officer,
    at: datetime,
    source: str,
    found_on: date,
    summary: str,
    place: str,
    party: Party | None = None,
    power: Power | None = None,
    informant: str = "",
) -> Clue:
    """登记线索."""
    if found_on > at.date():
        raise ImpossibleDate("发现日期晚于登记日期", mend="填写实际发现的日期", field="found_on")
    clue = Clue.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        source=source,
        found_on=found_on,
        summary=summary,
        place=place,
        party=party,
        power=power,
        informant=informant,
    )
    duty.due(
        by=by,
        at=at,
        scope=by.scope,
        subject=clue.chain,
        rule="D01",
        title="对线索作出立案或者不予立案的决定",
        role="officer",
        pack=packs.load(by.body.pack),
        start_on=at.date(),
        owner_key=by.key,
    )
    return clue


@action("inspection.decline")
def decline(*, by: Officer, at: datetime, clue: Clue, reason: str) -> Declined:
    """不予立案."""
    if not reason.strip():
        raise Refused("不予立案必须写明理由", mend="填写理由", field="reason")
    declined = Declined.objects.create(by=by, at=at, scope=clue.scope, clue=clue, reason=reason)
    duty.fulfil(by=by, at=at, subject=clue.chain, rule="D01", note="不予立案")
    return declined
