"""Take in clues and answer for each: opened or declined with a reason.  **Clause** 行政处罚法 art. 54, 76(2)."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.catalogue import queries as lists
from yangguang.duty import actions as duty
from yangguang.policy import packs
from yangguang.record import actions as record
from yangguang.registry import queries as registry
from yangguang.registry.models import Certificate, Officer, Party, Power
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.trail.ids import uuid7

from . import activity as rules
from .models import ActivityRecord, Clue, Declined, RandomMatter


class ImpossibleDate(Refused):
    """A date that cannot be: later than now, or before what it follows."""


class NotIdentified(Refused):
    """没有按规则表明身份."""


class NotAble(Refused):
    """Two officers with valid certificates are needed."""


class NotListed(Refused):
    """A random inspection of what the list in force does not hold, or without a list."""


class NotTold(Refused):
    """What the plan says must be told was not told, shown or written down."""


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
    matter: str = "",
) -> Clue:
    """登记线索.  **Shape** `matter`: what the random inspection that found it was drawn for; of a random one only.

    **Raises** NotListed, ImpossibleDate.
    """
    if found_on > timezone.localdate(at):
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
    if source == Clue.Source.RANDOM:
        _drawn(by, at, clue.chain, matter, found_on)
    elif matter:
        raise Refused("不是随机抽查发现的，没有抽查事项", mend="来源选“随机抽查”，或者不选抽查事项", field="matter")
    duty.due(
        by=by,
        at=at,
        scope=by.scope,
        subject=clue.chain,
        rule="D01",
        title="对线索作出立案或者不予立案的决定",
        role="officer",
        pack=packs.load(by.body.pack),
        start_on=timezone.localdate(at),
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


@action("inspection.record_activity")
def record_activity(
    *,
    by: Officer,
    at: datetime,
    second: Officer,
    activity: str,
    started_at: datetime,
    ended_at: datetime,
    place: str,
    reason: str,
    basis: str,
    rights: str,
    told: list[str],
    worn: bool,
    shown: bool,
    throughout: bool,
    uniform: str,
    findings: str,
    acknowledged: str,
    acknowledged_note: str = "",
    uniform_note: str = "",
    explained: str = "",
    document: str = "",
    present: str = "",
    party: Party | None = None,
    power: Power | None = None,
    matter: str = "",
) -> ActivityRecord:
    """记录现场执法活动: who came, how they made themselves known, what they told, and what the party answered.

    **Shape** `matter`: what it was drawn for, of a random inspection; "" of any other activity.
    **Clause** QD-3.1.2(1)c, QS-3.1.2b–e, SY-2.1.2a, SY-2.1.2b, DH-2.1.3d, WC-2.1.3.0; QS-3.1.1c, WC-2.1.2(2)a.
    **Raises** NotListed, NotAble, NotIdentified, NotTold, ImpossibleDate, record.Incomplete.
    """
    given: dict[str, Any] = {
        "activity": activity.strip(),
        "started_at": started_at,
        "ended_at": ended_at,
        "place": place.strip(),
        "reason": reason.strip(),
        "basis": basis.strip(),
        "rights": rights.strip(),
        "told": list(told),
        "worn": worn,
        "shown": shown,
        "throughout": throughout,
        "uniform": uniform,
        "uniform_note": uniform_note.strip(),
        "findings": findings.strip(),
        "acknowledged": acknowledged,
        "acknowledged_note": acknowledged_note.strip(),
        "explained": explained.strip(),
        "document": document.strip(),
        "present": present.strip(),
        "party": party,
        "power": power,
    }
    on = timezone.localdate(started_at)
    body = registry.body_at(by.scope, on) or by.body
    asked = rules.demands(body)
    if not started_at <= ended_at <= at:
        raise ImpossibleDate("活动的时间前后不符，或者晚于现在", mend="填写实际的开始和结束时间", field="ended_at")
    certificates = _able(by, second, on, asked)
    _identified(asked, worn, shown, throughout, uniform, given["uniform_note"])
    _told(asked, given)
    pk = uuid7()
    subject = f"activity:{pk}"
    if matter or asked.random_word in given["activity"]:
        _drawn(by, at, subject, matter, on)
    dossier = record.open_dossier(
        by=by, at=at, scope=by.scope, subject=subject, title=f"{given['activity']}：{given['place']}"[:300]
    )
    officers = [
        {"name": one.name, "cert_no": held.number} for one, held in zip((by, second), certificates, strict=True)
    ]
    item = record.write(
        by=by,
        at=at,
        dossier=dossier,
        step="inspect",
        code="activity_record",
        data=rules.paper(body, given, officers, asked),
        on=on,
    )
    return ActivityRecord.objects.create(
        id=pk,
        by=by,
        by_key=by.key,
        at=at,
        scope=by.scope,
        second=second,
        second_key=second.key,
        certificate1=certificates[0],
        certificate2=certificates[1],
        kind=rules.KIND,
        identity_rule=asked.identity.value,
        remedies=list(asked.remedies),
        pack=asked.pack.id,
        pack_version=asked.pack.version,
        item=item,
        **given,
    )


def _drawn(by: Officer, at: datetime, subject: str, matter: str, on: date) -> RandomMatter:
    """The line of the list in force that day.  **Raises** NotListed."""
    body = registry.body_at(by.scope, on) or by.body
    because = lists.asked_for(lists.RANDOM, packs.load(body.pack), on)
    version = lists.random_list(by.scope, on)
    if version is None:
        raise NotListed(
            f"{body.name}在 {on} 没有现行的随机抽查事项清单，不得随机抽查",
            because=because,
            mend="先编制、审核随机抽查事项清单；按线索或者计划检查的，来源选相应的一项",
            field="matter",
        )
    found = next((one for one in lists.random_matters(version) if one.matter == matter.strip()), None)
    if found is None:
        what = (
            f"“{matter.strip()}”不在{version}（{version.in_force_from} 起施行）中"
            if matter.strip()
            else "没有选择抽查事项"
        )
        raise NotListed(f"{what}，不得随机抽查", because=because, mend="从现行清单中选取抽查事项", field="matter")
    return RandomMatter.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        subject=subject,
        version=version,
        line=found.line.number,
        matter=found.matter,
        on=on,
    )


def _able(by: Officer, second: Officer, on: date, asked: rules.Demands) -> tuple[Certificate, Certificate]:
    """The certificates of both.  **Raises** NotAble."""
    because = asked.pack.gate("G1", {"kind": "penalty", "handlers_certified": 1, "power_covered": True}).because
    if by.key == second.key or by.scope != second.scope:
        raise NotAble(
            "执法活动应当由本机关两名以上执法人员进行",
            because=because,
            mend="另选本机关一名持证执法人员",
            field="second",
        )
    held = []
    for officer in (by, second):
        standing = registry.standing(officer, on)
        if not standing.valid or standing.certificate is None:
            raise NotAble(standing.why, because=because, mend="更换持有效执法证的人员", field="second")
        held.append(standing.certificate)
    return held[0], held[1]


def _identified(asked: rules.Demands, worn: bool, shown: bool, throughout: bool, uniform: str, note: str) -> None:
    """**Raises** NotIdentified where the pack's rule is not fulfilled."""
    if not rules.fulfilled(asked.identity.value, worn, shown):
        raise NotIdentified(
            f"没有按规定表明身份：本机关应当{asked.identity_words}",
            because=asked.identity.because,
            mend="没有表明身份的活动不能补记；请重新进行，并在开始时表明身份",
            field="shown" if not shown else "worn",
        )
    if asked.throughout.value and not throughout:
        raise NotIdentified(
            "活动全程应当公示执法身份",
            because=asked.throughout.because,
            mend="说明全程可见后再记录",
            field="throughout",
        )
    if uniform == ActivityRecord.Uniform.NOT_WORN and not note:
        raise NotIdentified(
            "没有着装的，应当写明原因", because=asked.uniform.because, mend="写明原因", field="uniform_note"
        )


def _told(asked: rules.Demands, given: dict[str, Any]) -> None:
    """**Raises** NotTold where something the plan asks for was not told, shown, written or answered."""
    if lacking := [one for one in asked.must_tell if one not in given["told"]]:
        raise NotTold(
            f"还没有告知：{'、'.join(lacking)}", because=asked.told.because, mend="告知后再记录", field="told"
        )
    if asked.document.value and not given["document"]:
        word = "出示" if asked.document.value == "show" else "出具"
        raise NotTold(
            f"没有写明{word}了哪份执法文书", because=asked.document.because, mend="写明文书名称和文号", field="document"
        )
    if asked.explain.value and not given["explained"]:
        raise NotTold("没有写明怎样说明解释", because=asked.explain.because, mend="写明解释的内容", field="explained")
    if not asked.remedies:
        raise NotTold("规则包没有给出救济的权利和程序，不能制作检查文书", because=asked.remedies_because)
    if given["acknowledged"] != ActivityRecord.Acknowledged.SIGNED and not given["acknowledged_note"]:
        raise NotTold(
            "当事人没有签名的，应当写明理由或者见证人",
            mend="拒绝签名的写明理由，不在场的写明见证人",
            field="acknowledged_note",
        )
