"""Hand a file to a body that works here; the body answers, and makes a case of its own of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.inspection import actions as inspection
from yangguang.inspection.models import Clue
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry import queries as people
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import clock
from ..jurisdiction.models import CaseHandover, HandoverReply
from . import queries
from .models import HandedAnswer, HandedFile

PLACE, DISPUTE = "CN-PEN-22", "CN-PEN-25.2"


class NotHanded(Refused):
    """A file that was not handed to this body, or over which nothing more can be done.  行政处罚法 art. 22, 25."""


@action("decision.hand_file", part=True)
def hand(
    *, by: Officer, at: datetime, handover: CaseHandover, receiver: str, items: list[Item], withheld: list[Item]
) -> HandedFile:
    """移送案卷: the receiving body reads from now on what the letter lists.  **Clause** 行政处罚法 art. 22, 25."""
    case = handover.case
    return HandedFile.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        handover=handover,
        receiver=receiver,
        title=case.title,
        items=[str(one.pk) for one in (*items, handover.item)],
        withheld=[{"name": one.title} for one in withheld],
    )


@action("decision.answer_handover", milestone=True, part=True)
def _reply(
    *, by: Officer, at: datetime, handover: CaseHandover, accepted: bool, instrument: str, reason: str
) -> HandoverReply:
    """接受移送的机关的答复: in the file of the case, by the receiving body itself.  **Clause** 行政处罚法 art. 25(2), 60."""
    case = Case.objects.select_related(*cases.CASE, "state").get(pk=handover.case_id)
    done = HandoverReply.objects.create(
        by=by, at=at, scope=case.scope, case=case, handover=handover, accepted=accepted, instrument=instrument,
        on=timezone.localdate(at), reason=reason,
    )  # fmt: skip
    casework.mark(case, "decision.answer_handover", {"accepted": accepted}, at)
    if not accepted:
        since = case.opening.on
        clock.go_on(by=by, at=at, case=case, why=f"移送未被接受，自 {since} 立案之日起", since=since)
    return done


def may_answer(handed: HandedFile, by: Officer) -> None:
    """**Raises** NotHanded unless the person answers for the body it was handed to, and nobody has."""
    because = [queries.pack_of(by).clause(DISPUTE)]
    if by.scope != handed.receiver or not people.holds(by, "head"):
        raise NotHanded("接受或者不接受移送，由接受移送的机关的负责人决定", because=because, mend="转交负责人")
    if HandedAnswer.objects.filter(handed=handed).exists():
        raise NotHanded("这项移送已经答复", because=because, mend="查看答复")


@action("decision.answer_handed", on="handed", milestone=True)
def answer(*, by: Officer, at: datetime, handed: HandedFile, accepted: bool, reason: str = "") -> HandedAnswer:
    """接受或者不接受移送: what was taken over becomes a clue here, with its party and power; nothing is typed again.

    **Clause** 行政处罚法 art. 22, 25(2), 54(2).  **Raises** NotHanded.
    """
    may_answer(handed, by)
    because = [queries.pack_of(by).clause(DISPUTE)]
    reason = reason.strip()
    if not accepted and len(reason) < 4:
        raise NotHanded("没有写明不接受移送的理由", because=because, mend="写明为什么不属于本机关管辖", field="reason")
    case = queries.case_of(handed)
    if case is None:
        raise NotHanded("这件案卷已经不能查阅，不能答复", because=because, mend="与移送的机关联系")
    instrument = f"{by.body.name}在本系统的答复"
    with access.answering(handed.scope):
        _reply(by=by, at=at, handover=handed.handover, accepted=accepted, instrument=instrument, reason=reason)
    clue = _clue(by, at, handed, case) if accepted else None
    return HandedAnswer.objects.create(
        by=by, at=at, scope=by.scope, handed=handed, accepted=accepted, reason=reason, clue=clue
    )


def _clue(by: Officer, at: datetime, handed: HandedFile, case: Case) -> Clue:
    """The clue of the receiving body, with what the file says."""
    theirs, on = case.party, timezone.localdate(at)
    party = queries.known_party(by.scope, theirs)
    if party is None:
        names = ("kind", "name", "id_no", "uscc", "legal_rep", "phone", "address", "trade_name")
        told: dict[str, Any] = {name: getattr(theirs, name) for name in names}
        party = registry.register_party(by=by, at=at, scope=by.scope, **told)
    letter = handed.handover.item.data
    return inspection.take_clue(
        by=by,
        at=at,
        source=Clue.Source.TRANSFER,
        found_on=case.found_on,
        summary=f"{case.body.name}移送《{case.title}》：{letter.get('facts') or case.cause}",
        place=queries.place(handed) or case.body.name,
        party=party,
        power=queries.same_power(people.powers(by.scope, on), case.power),
    )


def open_case(
    *,
    by: Officer,
    at: datetime,
    handed: HandedFile,
    clue: Clue,
    once: Any = None,
    seen: int | None = None,
    **given: Any,
) -> Case:
    """Apply for a case of one's own; the materials that came are taken into its file, each as it was, with where it is from.

    **Clause** 行政处罚法 art. 25, 46, 54.  **Shape** `given`: as `casework.apply` takes it.  **Raises** NotHanded, and
    whatever `casework.apply` raises.
    """
    answer = HandedAnswer.objects.filter(handed=handed, accepted=True).first()
    if answer is None or answer.clue_id != clue.pk:
        raise NotHanded(
            "本机关还没有接受这件移送的案件",
            because=[queries.pack_of(by).clause(PLACE)],
            mend="先由负责人答复是否接受移送",
        )
    with transaction.atomic():
        case: Case = casework.apply(by=by, at=at, clue=clue, once=once, seen=seen, **given)
        for item in queries.items(handed):
            record.take_in(by=by, at=at, dossier=case.dossier, item=item, sender=queries.sender_of(handed))
    return case
