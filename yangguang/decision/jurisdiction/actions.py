"""Note a dispute over jurisdiction, talk it over, put it before the common superior, settle it; hand a case over."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, CaseState
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy.answers import Answer, Citation
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import clock
from ..errors import BadDate, NotYet
from ..handed import actions as handing
from ..handed import queries as handed
from . import papers, queries
from .models import (
    CaseHandover,
    HandoverReply,
    JurisdictionDesignation,
    JurisdictionDispute,
    JurisdictionReferral,
    JurisdictionTalk,
)

FIRST, DISPUTE, PLACE = "CN-PEN-25.1", "CN-PEN-25.2", "CN-PEN-22"


class NotDisputed(Refused):
    """A case over whose jurisdiction nothing of this kind can be done now.  行政处罚法 art. 22, 25."""


class NotSuperior(Refused):
    """Somebody who does not act for the common superior of the two bodies.  行政处罚法 art. 25(2)."""


def cite(case: Case, *codes: str) -> list[Citation]:
    return cases.clauses_of(case, *codes)


def may_move(case: Case) -> None:
    """**Raises** NotDisputed unless the case is open, undecided and still with this body."""
    record.not_archived(case.dossier)
    done = CaseState.objects.get(case=case).done
    if case.guided or case.kind != "penalty":
        raise NotDisputed(
            "本案不是按普通程序办理的处罚案件", because=cite(case, DISPUTE), mend="按本案的程序和有关法律办理"
        )
    if "open" not in done:
        raise NotDisputed("本案还没有立案", because=cite(case, FIRST), mend="先由负责人审批立案，或者不予立案")
    for mark, words in (
        ("joined", "已经并入其他案件"),
        ("handed_over", "已经移送有管辖权的机关"),
        ("transferred", "已经移送公安机关"),
        ("decide", "已经作出决定"),
        ("close", "已经结案"),
    ):
        if mark in done:
            raise NotDisputed(f"本案{words}", because=cite(case, DISPUTE), mend="管辖问题应当在作出决定之前解决")


def _said(case: Case, *asked: tuple[str, str, str], least: int = 4) -> None:
    for name, value, label in asked:
        if len(value.strip()) < least:
            raise NotYet(f"“{label}”没有写明", because=cite(case, DISPUTE), mend="如实写明", field=name)


def _not_future(case: Case, on: date, at: datetime, since: date, what: str) -> None:
    if not since <= on <= timezone.localdate(at):
        because = cite(case, DISPUTE)
        raise BadDate(f"{what}应在 {since} 与今天之间", because=because, mend="填写实际的日期", field="on")


@action("decision.open_dispute", milestone=True)
def open_dispute(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    other: str,
    other_scope: str = "",
    kind: str,
    facts: str,
    on: date,
) -> JurisdictionDispute:
    """登记管辖争议: from then on nothing is decided until it is settled; the clock of the case runs on.

    **Clause** 行政处罚法 art. 25(2).  **Raises** NotDisputed, NotYet, BadDate, NotHandler.
    """
    casework.must_act(case, by, timezone.localdate(at))
    may_move(case)
    if queries.open_dispute(case) is not None:
        raise NotDisputed("本案的管辖争议还没有解决", because=cite(case, DISPUTE), mend="先登记协商或者指定管辖的结果")
    name = queries.places(on).get(other_scope, "") if other_scope else other.strip()
    _said(case, ("other", name, "对方机关"), ("facts", facts, "争议情况"))
    if name == case.body.name:
        raise NotDisputed("对方机关就是本机关", because=cite(case, DISPUTE), mend="填写另一机关的全称", field="other")
    _not_future(case, on, at, case.found_on, "争议发生的日期")
    return JurisdictionDispute.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        other=name,
        other_scope=other_scope,
        kind=kind,
        facts=facts.strip(),
        on=on,
    )


def _unsettled(dispute: JurisdictionDispute) -> None:
    if queries.result(dispute):
        raise NotDisputed("管辖争议已经解决", because=cite(dispute.case, DISPUTE), mend="查看协商或者指定管辖的结果")


@action("decision.talk_over", milestone=True)
def talk_over(
    *, by: Officer, at: datetime, dispute: JurisdictionDispute, result: str, text: str, on: date
) -> JurisdictionTalk:
    """登记管辖争议的协商.  **Clause** 行政处罚法 art. 25(2)."""
    case = dispute.case
    casework.must_act(case, by, timezone.localdate(at))
    _unsettled(dispute)
    if hasattr(dispute, "referral"):
        raise NotDisputed("已经报请指定管辖", because=cite(case, DISPUTE), mend="等候上级指定")
    if result not in JurisdictionTalk.Result.values:
        raise NotYet("没有选择协商的结果", mend="按协商的情况选择", field="result")
    _said(case, ("text", text, "协商情况"))
    _not_future(case, on, at, dispute.on, "协商日期")
    return JurisdictionTalk.objects.create(
        by=by, at=at, scope=case.scope, case=case, dispute=dispute, result=result, text=text.strip(), on=on
    )


@action("decision.refer_dispute", milestone=True)
def refer(
    *, by: Officer, at: datetime, dispute: JurisdictionDispute, superior: str = "", opinion: str
) -> JurisdictionReferral:
    """报请指定管辖: to the nearest registered body above both, else to the one that is named.

    **Clause** 行政处罚法 art. 25(2): after talks that failed, or straight away.  **Raises** NotHead, NotDisputed, NotYet.
    """
    case, on = dispute.case, timezone.localdate(at)
    casework.not_handler_but_head(case, by)
    may_move(case)
    _unsettled(dispute)
    if hasattr(dispute, "referral"):
        raise NotDisputed("已经报请指定管辖", because=cite(case, DISPUTE), mend="等候上级指定")
    place, name = queries.common_superior(dispute, on) or ("", superior.strip())
    _said(case, ("superior", name, "共同的上一级行政机关"), ("opinion", opinion, "本机关的意见"))
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="open",
        code="jurisdiction_request",
        data=papers.request(dispute, name, opinion.strip()),
        on=on,
    )
    return JurisdictionReferral.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        dispute=dispute,
        superior=name,
        superior_scope=place,
        opinion=opinion.strip(),
        item=item,
    )


def must_be_superior(dispute: JurisdictionDispute, by: Officer) -> Body:
    """The superior the person acts for.  **Raises** NotSuperior, NotDisputed."""
    case = dispute.case
    asked = getattr(dispute, "referral", None)
    if asked is None:
        raise NotDisputed("还没有报请指定管辖", because=cite(case, DISPUTE), mend="由负责人报请共同的上一级行政机关")
    acts = by.scope == asked.superior_scope and (registry.holds(by, "head") or registry.holds(by, "supervisor"))
    body = registry.body_at(by.scope, timezone.localdate()) or by.body
    if not acts or body is None:
        raise NotSuperior(
            f"{by.name}不代表两机关共同的上一级行政机关（{asked.superior}）",
            because=cite(case, DISPUTE),
            mend=f"由{asked.superior}的负责人办理；该机关不使用本系统的，由承办人登记收到的指定管辖通知书",
        )
    return body


@action("decision.designate", milestone=True)
def designate(
    *, by: Officer, at: datetime, dispute: JurisdictionDispute, ours: bool, reason: str
) -> JurisdictionDesignation:
    """指定管辖: the superior's own answer, with its notice under its own number.

    **Clause** 行政处罚法 art. 25(2).  **Raises** NotSuperior, NotDisputed, NotYet.
    """
    case, on = dispute.case, timezone.localdate(at)
    superior = must_be_superior(dispute, by)
    _unsettled(dispute)
    _said(case, ("reason", reason, "指定的理由"))
    organ = case.body.name if ours else dispute.other
    word = record.word_of(superior.scope, on, "指管")
    number = record.allot_number(by=by, at=at, scope=superior.scope, subject=case.chain, word=word, year=on.year)
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="open",
        code="jurisdiction_designation",
        data=papers.designation(dispute, superior, organ, ours, reason.strip(), by),
        on=on,
        number=str(number),
    )
    return JurisdictionDesignation.objects.create(
        by=by, at=at, scope=case.scope, case=case, dispute=dispute, ours=ours, organ=organ, instrument=str(number),
        reason=reason.strip(), on=on, item=item,
    )  # fmt: skip


@action("decision.hear_designation", milestone=True)
def hear_designation(
    *, by: Officer, at: datetime, dispute: JurisdictionDispute, ours: bool, instrument: str, reason: str, on: date
) -> JurisdictionDesignation:
    """登记收到的指定管辖通知书: of a superior that does not work here.  **Clause** 行政处罚法 art. 25(2)."""
    case = dispute.case
    casework.must_act(case, by, timezone.localdate(at))
    asked = getattr(dispute, "referral", None)
    if asked is None:
        raise NotDisputed("还没有报请指定管辖", because=cite(case, DISPUTE), mend="由负责人报请共同的上一级行政机关")
    if asked.superior_scope:
        raise NotSuperior(
            f"{asked.superior}使用本系统，由其自己指定", because=cite(case, DISPUTE), mend="请该机关在本系统办理"
        )
    _unsettled(dispute)
    _said(case, ("instrument", instrument, "通知书文号"), ("reason", reason, "指定的理由"))
    _not_future(case, on, at, dispute.on, "通知书日期")
    return JurisdictionDesignation.objects.create(
        by=by, at=at, scope=case.scope, case=case, dispute=dispute, ours=ours,
        organ=case.body.name if ours else dispute.other, instrument=instrument.strip(), reason=reason.strip(), on=on,
    )  # fmt: skip


# ---- 移送管辖 --------------------------------------------------------------------------------------------------------


def materials(case: Case) -> list[dict[str, Any]]:
    """What goes with the case, as it is listed in the letter."""
    return _listed(split(case)[0])


def split(case: Case) -> tuple[list[Item], list[Item]]:
    """What of the file goes with the case, and which papers of this house stay, by the rules of the case."""
    return handed.split(case, withheld(case))


def withheld(case: Case) -> Answer:
    return cases.parameter_of(case, "handover_withheld")


def _listed(items: list[Item]) -> list[dict[str, Any]]:
    return [
        {"item": str(one.pk), "name": f"{one.title}{one.number}", "pages": str(one.meta.get("pages") or "")}
        for one in items
    ]


def may_hand_over(case: Case) -> None:
    """**Raises** NotDisputed while jurisdiction is disputed, or after it was settled for this body."""
    may_move(case)
    if queries.open_dispute(case) is not None:
        raise NotDisputed("管辖争议还没有解决，不能移送", because=cite(case, DISPUTE), mend="先协商或者报请指定管辖")
    found = queries.dispute_of(case)
    if found is not None and queries.result(found) == "ours":
        raise NotDisputed("本案已经确定由本机关管辖", because=cite(case, DISPUTE), mend="由本机关依法办理")


@action("decision.hand_over", milestone=True)
def hand_over(
    *, by: Officer, at: datetime, case: Case, organ: str = "", organ_scope: str = "", reason: str
) -> CaseHandover:
    """移送管辖: the case goes with its file; what this body still owed in it is owed no more.

    A body that works here reads the file here and answers here; any other gets the letter.

    **Clause** 行政处罚法 art. 22, 25.  **Raises** NotHead, NotDisputed, NotYet.
    """
    casework.not_handler_but_head(case, by)
    may_hand_over(case)
    on, found = timezone.localdate(at), queries.elsewhere(case)
    known = queries.places(on)
    if found is not None:  # nobody types it again
        organ, organ_scope = found.other, found.other_scope
    organ = known.get(organ_scope, organ)
    organ_scope = organ_scope or next((place for place, name in known.items() if name == organ.strip()), "")
    _said(case, ("organ", organ, "接受移送的机关"), ("reason", reason, "移送的理由和依据"))
    if organ.strip() == case.body.name or organ_scope == case.scope:
        raise NotDisputed("不能移送本机关", because=cite(case, PLACE), mend="填写有管辖权的机关", field="organ")
    goes, stays = split(case)
    listed = _listed(goes)
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="open",
        code="transfer_letter",
        data=papers.letter(case, organ.strip(), reason.strip(), listed),
        on=on,
    )
    done = CaseHandover.objects.create(
        by=by, at=at, scope=case.scope, case=case, organ=organ.strip(), reason=reason.strip(), materials=listed,
        on=on, item=item,
    )  # fmt: skip
    if organ_scope and handed.answers_here(organ_scope):
        handing.hand(by=by, at=at, handover=done, receiver=organ_scope, items=goes, withheld=stays)
    for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True).order_by("id"):
        duty.discharge(by=by, at=at, duty=one, how="void", note=f"移送{organ.strip()}管辖"[:200])
    casework.mark(case, "decision.hand_over", {}, at)
    return done


def not_answered_there(handover: CaseHandover) -> None:
    """**Raises** NotDisputed where the receiving body works here and answers for itself."""
    if hasattr(handover, "handed"):
        raise NotDisputed(
            f"{handover.organ}使用本系统，由该机关自己答复",
            because=cite(handover.case, DISPUTE),
            mend="等候该机关答复",
        )


@action("decision.hear_handover", milestone=True)
def hear_handover(
    *, by: Officer, at: datetime, handover: CaseHandover, accepted: bool, instrument: str, on: date, reason: str = ""
) -> HandoverReply:
    """登记接受移送的机关的答复: one that declines gives the case back, with the clock it had.

    **Clause** 行政处罚法 art. 25(2), 60.  **Raises** NotDisputed, NotYet, BadDate, NotHandler.
    """
    case = handover.case
    casework.must_handle(case, by, timezone.localdate(at))
    if hasattr(handover, "reply"):
        raise NotDisputed("答复已经登记", because=cite(case, DISPUTE), mend="查看登记的答复")
    not_answered_there(handover)
    _said(case, ("instrument", instrument, "回执或者文书"), least=2)
    if not accepted:
        _said(case, ("reason", reason, "不接受的理由"))
    _not_future(case, on, at, handover.on, "收到日期")
    done = HandoverReply.objects.create(
        by=by, at=at, scope=case.scope, case=case, handover=handover, accepted=accepted, instrument=instrument.strip(),
        on=on, reason=reason.strip(),
    )  # fmt: skip
    casework.mark(case, "decision.hear_handover", {"accepted": accepted}, at)
    if not accepted:
        since = case.opening.on
        why = f"移送未被接受，自 {since} 立案之日起"
        clock.go_on(by=by, at=at, case=case, why=why, since=since)
    return done


def must_be_ours(case: Case) -> None:
    """**Raises** NotDisputed while jurisdiction is disputed, or after it was settled for another body."""
    if queries.open_dispute(case) is not None:
        raise NotDisputed(
            "本案的管辖争议还没有解决，不能作出决定", because=cite(case, DISPUTE), mend="协商，或者报请指定管辖"
        )
    if (found := queries.elsewhere(case)) is not None:
        raise NotDisputed(f"本案已经确定由{found.other}管辖", because=cite(case, DISPUTE), mend="移送该机关")
