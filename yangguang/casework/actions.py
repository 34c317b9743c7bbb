"""Open a case, take its steps, propose.  Every refusal names its clause."""

import hashlib
from datetime import date, datetime
from typing import Any

import rfc8785
from django.utils import timezone

from yangguang.duty import actions as duty
from yangguang.inspection.models import Clue
from yangguang.lawbook import actions as lawbook
from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.models import (
    Body,
    Certificate,
    CertificateChange,
    CertificateCheck,
    Officer,
    Party,
    Power,
    Recusal,
    Unit,
)
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.ids import uuid7
from yangguang.trail.reading import once_until
from yangguang.training import queries as training

from . import bars, facts, file, queries
from .errors import (
    BadFact,
    MissingRecords,
    MustRecuse,
    NoPower,
    NotCertified,
    NotHandler,
    NotHead,
    NotTrained,
    OutOfOrder,
)
from .models import Case, CaseState, HandlerChange, Opening, Proposal, Step
from .progress import fold
from .unit import queries as units


@action("casework.apply", milestone=True)
def apply(
    *,
    by: Officer,
    at: datetime,
    second: Officer,
    party: Party,
    power: Power,
    cause: str,
    found_on: date,
    clue: Clue | None = None,
    unit: Unit | None = None,
    kind: str = "penalty",
    procedure: str = "ordinary",
    touches: list[str],
    ended_on: date | None = None,
) -> Case:
    """申请立案: two certified officers, a covered power, nobody recused.

    **Clause** 行政处罚法 art. 24, 42, 43, 54; gates G1, G2, G3.
    **Raises** NotCertified, NotTrained, MustRecuse, NoPower, TimeBarred, BadFact.
    """
    on, body = timezone.localdate(at), registry.body_at(by.scope, timezone.localdate(at)) or by.body
    pack = packs.load(body.pack)
    certificate1, certificate2 = two_certified(pack, by, second, power, on)
    for officer in (by, second):
        if clue:
            _not_recused(pack, officer, clue.chain)
    if not queries.power_granted(power, body.scope, on) or power.kind != kind:
        raise NoPower(
            f"{body.name}在 {on} 没有“{power.name}”这项执法权",
            because=queries.cite(pack, "G3", power_granted=False, power_published=True),
            mend="核对权责清单；不属于本机关的，移送有管辖权的机关",
            field="power",
        )
    if found_on > on:
        raise BadFact("发现日期晚于申请立案日期", mend="填写实际发现的日期", field="found_on")
    bars.must_be_in_time(pack, ended_on, found_on, touches)
    case = new_case(
        by=by,
        at=at,
        pack=pack,
        body=body,
        unit=unit or by.unit,
        party=party,
        power=power,
        clue=clue,
        kind=kind,
        procedure=procedure,
        touches=touches,
        cause=cause,
        found_on=found_on,
        handlers=(by, second),
        certificates=(certificate1, certificate2),
    )
    if ended_on is not None:
        said = {"violation_ended_on": ended_on.isoformat()}
        Step.objects.create(by=by, at=at, scope=body.scope, case=case, step="open", facts=said)
    state = first_state(case)
    move(state, "casework.apply", {}, at)
    state.step = queries.next_step(case, state.done)
    state.save(force_insert=True)
    return case


def new_case(
    *,
    by: Officer,
    at: datetime,
    pack: Pack,
    body: Body,
    handlers: tuple[Officer, Officer],
    certificates: tuple[Certificate, Certificate],
    party: Party,
    cause: str,
    **also: Any,
) -> Case:
    """The row of a case with its dossier, under the edition of the rules that is in force; runs inside an action."""
    lawbook.keep(at=at, scope=body.scope, pack=pack)
    pk, title = uuid7(), f"{party.name}{cause}案"
    dossier = record.open_dossier(by=by, at=at, scope=body.scope, subject=f"case:{pk}", title=title)
    return Case.objects.create(
        id=pk,
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        party=party,
        cause=cause,
        title=title,
        dossier=dossier,
        pack=pack.id,
        pack_version=pack.version,
        applied_on=timezone.localdate(at),
        handler1=handlers[0],
        handler2=handlers[1],
        handler1_key=handlers[0].key,
        handler2_key=handlers[1].key,
        certificate1=certificates[0],
        certificate2=certificates[1],
        **also,
    )


def opened(case: Case, verb: str, *, by: Officer, at: datetime, approved: bool, opinion: str) -> Opening:
    """The head's answer with its form and, where it is yes, its number; part of the action of that verb."""
    on = timezone.localdate(at)
    number = ""
    if approved:
        word = record.word_of(case.scope, on, "立")
        number = str(record.allot_number(by=by, at=at, scope=case.scope, subject=case.chain, word=word, year=on.year))
    opening = Opening.objects.create(
        by=by, at=at, scope=case.scope, case=case, approved=approved, opinion=opinion, number=number, on=on
    )
    case.opening = opening
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="open",
        code="case_opening_approval",
        data=facts.opening_approval(case, opening),
        on=on,
        number=number,
    )
    mark(case, verb, {"approved": approved}, at, number=number, opened_on=on if approved else None)
    return opening


@action("casework.answer_opening", milestone=True)
def answer_opening(*, by: Officer, at: datetime, case: Case, approved: bool, opinion: str) -> Opening:
    """立案审批.  **Clause** 行政处罚法 art. 54; G4, G11: the approver is a head and not a handler."""
    not_handler_but_head(case, by)
    on = timezone.localdate(at)
    if on < case.applied_on:
        raise BadFact("立案日期早于申请日期", field="on")
    units.must_have_spoken(case, units.of_opening(case))
    opening = opened(case, "casework.answer_opening", by=by, at=at, approved=approved, opinion=opinion)
    if case.clue:
        duty.fulfil(by=by, at=at, subject=case.clue.chain, rule="D01", note="立案" if approved else "不予立案")
    if approved:
        duty.due(
            by=by,
            at=at,
            scope=case.scope,
            subject=case.chain,
            rule="D05",
            title="自立案之日起作出处罚决定",
            role="officer",
            pack=queries.pack_of(case),
            start_on=on,
            owner_key=case.handler1.key,
        )
    return opening


@action("casework.take_step")
def take_step(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    step: str,
    given: dict[str, Any],
    documents: dict[str, dict[str, Any]] | None = None,
) -> Step:
    """办理一个环节: record its facts and make its documents.

    **Shape** `given`: the step's facts by name; `documents`: form code → what the officer filled in.
    **Raises** NotHandler, NotCertified, MustRecuse, OutOfOrder, BadFact, record.Incomplete.
    """
    must_handle(case, by, timezone.localdate(at))
    defined = queries.step_of(case, step)
    if defined is None:
        raise OutOfOrder(f"本案程序没有“{step}”这个环节", field="step")
    _opened(case)
    if at < case.at.replace(second=0, microsecond=0):  # people type minutes
        raise BadFact("办理时间早于申请立案的时间", mend="填写实际办理的时间", field="at")
    values = facts.check(defined, given)
    facts.acknowledged(values)
    done = Step.objects.create(by=by, at=at, scope=case.scope, case=case, step=step, facts=values)
    for code, filled in (documents or {}).items():
        record.write(
            by=by,
            at=at,
            dossier=case.dossier,
            step=step,
            code=code,
            data=facts.for_document(case, code, filled, by=by, at=at),
            on=timezone.localdate(at),
            event=_event(defined, code),
        )
    mark(case, "casework.take_step", {"step": step}, at)
    return done


@action("casework.propose", milestone=True)
def propose(*, by: Officer, at: datetime, case: Case, body: dict[str, Any]) -> Proposal:
    """提出拟处理意见, a new version each time.

    **Clause** QS-3.2.0a (records first), 行政处罚法 art. 34 (benchmark); gates G1, G2, G4, G12.
    **Raises** MissingRecords naming each record owed, OutsideBenchmark, BadFact.
    """
    must_handle(case, by, timezone.localdate(at))
    _opened(case)
    if CaseState.objects.filter(case=case, done__has_any_keys=["exemption", "exempted"]).exists():
        raise OutOfOrder("本案已经提出或者决定不予行政处罚，不能再提出处罚", mend="按不予行政处罚办理")
    if lacking := queries.missing(case, upto="propose"):
        raise MissingRecords(
            "提出处理意见之前还缺：" + "；".join(f"{one.title}" for one in lacking),
            because=[c for one in lacking for c in one.because],
            mend="在对应环节补充制作或者上传；允许以文字记录代替的，写明理由",
            field="records",
        )
    body = facts.proposal(case, body)
    bars.must_be_punishable(
        queries.pack_of(case), queries.draft_facts(case, body, timezone.localdate(at)), timezone.localdate(at)
    )
    earlier = queries.latest_proposal(case)
    proposal = Proposal.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        version=earlier.version + 1 if earlier else 1,
        body=body,
        digest=hashlib.sha256(rfc8785.dumps(body)).hexdigest(),
        needs_review=queries.review_needed(case, body, timezone.localdate(at)),
    )
    mark(case, "casework.propose", {}, at)
    return proposal


# ---- shared by the later stages ----------------------------------------------------------------------------------


@once_until(Officer, Certificate, CertificateChange, CertificateCheck, Recusal, HandlerChange)
def must_handle(case: Case, officer: Officer, on: date) -> None:
    """**Raises** unless the officer handles this case, is certified on the day and not recused."""
    if not queries.handles(officer, case):
        raise NotHandler(
            f"本案由{case.handler1.name}、{case.handler2.name}办理，{officer.name}不是承办人",
            because=queries.cite(queries.pack_of(case), "G1", handlers_certified=1, power_covered=True),
            mend="由承办人办理",
        )
    pack = queries.pack_of(case)
    # Both are named on what is made: the officer who acts, and the other handler beside them.
    other = case.handler2 if officer.key == case.handler1.key else case.handler1
    for standing in registry.standings_as_of((officer, other), on):
        if not standing.valid:
            raise NotCertified(
                standing.why, because=queries.cite(pack, "G1", handlers_certified=1, power_covered=True), mend=CERTIFY
            )
    _not_recused(pack, officer, *case.chains)


def must_act(case: Case, officer: Officer, on: date) -> None:
    """**Raises** unless the officer may act in this case now: as handler, and in a case that was opened."""
    must_handle(case, officer, on)
    _opened(case)


def make_document(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    step: str,
    code: str,
    filled: dict[str, Any],
    once: Any = None,
    seen: int | None = None,
) -> Item:
    """Make one document that stands by itself, such as 送达地址确认书, from what is known and what was filled in."""
    must_act(case, by, timezone.localdate(at))
    return record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step=step,
        code=code,
        data=facts.for_document(case, code, filled, by=by, at=at),
        on=timezone.localdate(at),
        once=once,
        seen=seen,
    )


def not_handler_but_head(case: Case, officer: Officer) -> None:
    """**Raises** NotHead unless the officer holds the role now, in this body, and never handled the case.  G11."""
    if queries.handles(officer, case):
        raise NotHead(
            f"{officer.name}是本案承办人，不得审批本案",
            because=queries.cite(queries.pack_of(case), "G11", approver_is_handler=True, approver_is_head=True),
            mend="由未承办本案的负责人审批",
        )
    if officer.scope != case.scope or not registry.holds(officer, "head"):
        raise NotHead(
            f"{officer.name}不是{case.body.name}的负责人",
            because=queries.cite(queries.pack_of(case), "G11", approver_is_handler=False, approver_is_head=False),
            mend=f"由{case.body.name}负责人审批",
        )


def mark(case: Case, verb: str, row: dict[str, Any], at: datetime, **also: Any) -> None:
    """Move the projection of where the case stands."""
    trail.lock_first(case.chain)
    state = file.state(case)
    move(state, verb, row, at, **also)
    state.step = queries.next_step(case, state.done)
    state.save()


def move(state: CaseState, verb: str, row: dict[str, Any], at: datetime, **also: Any) -> None:
    """What one more line of the trail does to the projection.  A rebuild moves it by the same lines."""
    state.done = fold(state.done, verb, row, timezone.localtime(at).isoformat())
    state.moved_at = at
    for name, value in also.items():
        if value is not None:
            setattr(state, name, value)


def first_state(case: Case) -> CaseState:
    """The projection of a case that was only just applied for."""
    return CaseState(
        case=case,
        scope=case.scope,
        kind=case.kind,
        procedure=case.procedure,
        title=case.title,
        party_name=case.party.name,
        body_name=case.body.name,
        handler1_key=case.handler1_key,
        handler2_key=case.handler2_key,
        step="open",
        moved_at=case.at,
    )


CERTIFY = "更换持有效执法证的人员，或者办理换证、恢复后再办理"


def two_certified(
    pack: Pack, first: Officer, second: Officer, power: Power, on: date
) -> tuple[Certificate, Certificate]:
    """The certificates of the two handlers of a case.  **Raises** NotCertified."""
    because = queries.cite(pack, "G1", handlers_certified=1, power_covered=True)
    if first.key == second.key:
        raise NotCertified(
            "只选了一名执法人员，行政处罚应当由两名以上具有行政执法资格的执法人员实施",
            because=because,
            mend="另选一名持证执法人员",
            field="second",
        )
    certificates = []
    both = zip((first, second), ("by", "second"), registry.standings((first, second), on), strict=True)
    for officer, field, standing in both:
        if officer.scope != first.scope:
            raise NotCertified(
                f"{officer.name}不是本机关的执法人员", because=because, mend="选择本机关执法人员", field=field
            )
        if not standing.valid or standing.certificate is None:
            raise NotCertified(standing.why, because=because, mend=CERTIFY, field=field)
        if not queries.certificate_covers(standing, power):
            raise NotCertified(
                f"{officer.name}的执法证执法领域不含“{power.field}”",
                because=queries.cite(pack, "G1", handlers_certified=2, power_covered=False),
                mend="改派执法领域相符的人员",
                field=field,
            )
        _trained(officer, on, field)
        certificates.append(standing.certificate)
    return certificates[0], certificates[1]


def _trained(officer: Officer, on: date, field: str) -> None:
    """**Raises** NotTrained where the pack asks for 岗前培训 and this person has none on record.  **Clause** QS-4.6a."""
    if (rule := training.untrained(officer, on)) is not None:
        raise NotTrained(
            f"{officer.name}没有岗前培训的记录，不得承办",
            because=rule.because,
            mend="参加岗前培训并登记参训后再派案，或者改派其他人员",
            field=field,
        )


def _not_recused(pack: Pack, officer: Officer, *subjects: str) -> None:
    found = registry.recused(officer.key, *subjects)
    if found:
        raise MustRecuse(
            f"{officer.name}应当回避：{found.get_ground_display()}（{found.note}）",
            because=queries.cite(pack, "G2", recused=True),
            mend="更换承办人员",
            field="second",
        )


def _opened(case: Case) -> None:
    record.not_archived(case.dossier)
    if case.guided:
        return  # its course has no opening to be approved, or has it as a step of its own
    opening = getattr(case, "opening", None)
    if opening is None or not opening.approved:
        raise OutOfOrder(
            "本案尚未批准立案" if opening is None else "本案未获准立案",
            because=queries.cite(queries.pack_of(case), "G4", case_opening_approved=False),
            mend="先由负责人审批立案",
        )


def _event(step: Any, code: str) -> str:
    return next((doc.event for doc in step.documents if doc.code == code and getattr(doc, "event", "")), "")
