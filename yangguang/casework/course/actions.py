"""Begin a case of any kind, take its steps, ask for an approval and answer it.  Every refusal names its clause."""

import hashlib
from datetime import date, datetime
from typing import Any

import rfc8785
from django.utils import timezone

from yangguang.lawbook import actions as lawbook
from yangguang.policy import inputs, packs
from yangguang.policy.acts import Step as ActStep
from yangguang.policy.answers import Verdict
from yangguang.policy.errors import UnknownAct, WrongFactType
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer, Party, Power
from yangguang.trail.actions import action
from yangguang.trail.ids import uuid7

from .. import facts as papers
from .. import queries, said_as
from ..actions import first_state, must_handle, two_certified
from ..errors import BadFact, NoPower, NotHead, OutOfOrder
from ..models import Approval, Case, Proposal, Request, Step, is_guided
from ..unit import queries as units
from . import clocks, known, route, told
from .begun import SUPPLIED, numbers_of
from .errors import GateClosed, NotForYou, StillOpen
from .route import Course

OTHERS = {"party", "government", "court", "police", "window", "custodian", "hearing_host", "unit_head"}
ELSEWHERE = {
    "review": "送审后由法制审核人员出具意见",
    "disclose": "由公示专员在公示办理中逐处核对后公示，或者依法登记不予公开",
    "archive": "由档案人员归档",
}  # steps that actions of later stages take
WORDS = {
    "licence": "许申",
    "penalty": "罚简",
    "compulsory_measure": "强措",
    "compulsory_execution": "强执",
    "levy": "征",
    "requisition": "用",
    "charge": "费",
    "inspection": "检",
}  # 文种 of a case's own number; the documents have theirs


@action("casework.begin", milestone=True)
def begin(
    *,
    by: Officer,
    at: datetime,
    second: Officer,
    kind: str,
    procedure: str,
    party: Party,
    power: Power,
    cause: str,
    found_on: date,
    touches: list[str],
) -> Case:
    """开始办理: a case of any kind, under the act of the body's pack that says how it goes.

    **Clause** gates G1, G2, G3 as for a penalty: two certified officers, a covered power, nobody recused.
    **Raises** NotCertified, NoPower, BadFact.
    """
    on = timezone.localdate(at)
    body = registry.body_at(by.scope, on) or by.body
    pack = packs.load(body.pack)
    act = _act(pack, kind, procedure)
    certificate1, certificate2 = two_certified(pack, by, second, power, on)
    if not queries.power_granted(power, body.scope, on) or power.kind != kind:
        raise NoPower(
            f"{body.name}在 {on} 没有“{power.name}”这项{act.title}职权",
            because=pack.gate("G3", {"kind": kind, "power_granted": False, "power_published": True}).because,
            mend="核对权责清单；不属于本机关的，移送有管辖权的机关",
            field="power",
        )
    if found_on > on:
        raise BadFact("日期晚于今天", mend="填写实际收到申请、发现事项的日期", field="found_on")
    lawbook.keep(at=at, scope=body.scope, pack=pack)
    pk = uuid7()
    title = f"{party.name}{cause}"
    dossier = record.open_dossier(by=by, at=at, scope=body.scope, subject=f"case:{pk}", title=title)
    case = Case.objects.create(
        id=pk,
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        unit=by.unit,
        party=party,
        power=power,
        dossier=dossier,
        kind=kind,
        procedure=procedure,
        touches=touches,
        cause=cause,
        title=title,
        pack=pack.id,
        pack_version=pack.version,
        found_on=found_on,
        applied_on=on,
        handler1=by,
        handler2=second,
        handler1_key=by.key,
        handler2_key=second.key,
        certificate1=certificate1,
        certificate2=certificate2,
    )
    word = record.word_of(case.scope, on, WORDS[kind])
    number = record.allot_number(by=by, at=at, scope=case.scope, subject=case.chain, word=word, year=on.year)
    state = first_state(case)
    state.number, state.opened_on = str(number), on
    state.step, state.desk = act.steps[0].code, desk(act.steps[0])
    state.save(force_insert=True)
    return case


def _act(pack: packs.Pack, kind: str, procedure: str) -> Any:
    try:
        act = pack.act(kind, procedure)
    except UnknownAct as error:
        raise BadFact(f"本地区的规则包没有规定“{kind}/{procedure}”这种程序", mend=str(error), field="kind") from error
    if kind not in WORDS or not is_guided(kind, procedure):
        raise BadFact(f"{act.title}另有办理入口，不由此开始", mend="普通程序处罚请从“申请立案”开始", field="kind")
    return act


# ---- taking a step -------------------------------------------------------------------------------------------------


@action("casework.advance", on="case")
def advance(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    step: str,
    given: dict[str, Any],
    documents: dict[str, dict[str, Any]] | None = None,
    request: Request | None = None,
) -> Step:
    """办理程序的一个环节: its facts, its documents, its gates, its clocks, and the way on.

    **Shape** `given`: facts by name, those of the step and those a gate of it asks for; `documents`: form code → what
    was filled in; `request`: what a head approves with this step.
    **Raises** OutOfOrder, NotForYou, BadFact, GateClosed, record.Incomplete.
    """
    course = route.of(case)
    defined = open_step(course, step)
    must_take(course, defined, by, at, request)
    values = check(course, defined, given, by, at)
    must_lead(course, defined, values)
    owed = course.pack.documents_owed(defined, course.given(values), case.applied_on)
    may_make(defined, documents or {})
    said = {one.code for one in owed} | set(documents or {})
    values |= _numbered(course, defined, values, by, at, documents or {}, said, request)
    taking = known.Taking(course, defined, by, at, values)
    must_pass(taking)
    done = Step.objects.create(by=by, at=at, scope=case.scope, case=case, step=step, facts=values)
    after = Course(case, course.act, course.pack, [*course.taken, done])
    if after.now is not None and after.now.code == "review":
        _draft(after, by, at)
    clocks.reconcile(after, by=by, at=at)
    place(after, at)
    return done


def open_step(course: Course, code: str) -> ActStep:
    """The step, when it may be taken now.  **Raises** OutOfOrder naming the one the law wants."""
    record.not_archived(course.case.dossier)
    way = course.way_to(code)
    if way is None:
        wanted = course.now
        known_ = next((one for one in course.act.steps if one.code == code), None)
        raise OutOfOrder(
            f"现在不能办理“{known_.title if known_ else code}”",
            because=wanted.because if wanted else (),
            mend=f"本案现在应当办理：{wanted.title}" if wanted else "本案程序已经结束",
            field="step",
        )
    return way.step


def may_make(step: ActStep, filled: dict[str, Any]) -> None:
    """**Raises** BadFact for a document that the step does not name."""
    named = {one.code for one in step.documents}
    for code in filled:
        if code not in named:
            raise BadFact(
                f"“{step.title}”不制作这种文书：{code}",
                because=step.because,
                mend="只制作本环节列明的文书；其他材料在案卷中另行收存",
                field="documents",
            )


def must_lead(course: Course, step: ActStep, values: dict[str, Any]) -> None:
    """The way to the step holds with what the step says, and a way leads on from it.

    **Raises** OutOfOrder where the way is closed or none leads on, StillOpen where nobody said what decides it.
    """
    must_come(course, step, values)
    must_go_on(course, step, values)


def must_come(course: Course, step: ActStep, values: dict[str, Any]) -> None:
    """**Raises** OutOfOrder where the way to the step is closed, StillOpen where nobody said what decides it."""
    way = course.way_to(step.code)
    decided = course.decided(way, values) if way else None
    if decided is not None and decided.open is False:
        raise OutOfOrder(
            f"按所填的情况，不应办理“{step.title}”" + (f"（{decided.why}的才办理）" if decided.why else ""),
            because=step.because,
            mend="核对所填的情况，或者改办下一步应当办理的环节",
            field="step",
        )
    if decided is not None and decided.open is None:
        names = decided.unknown
        raise StillOpen(
            f"是否应当办理“{step.title}”还取决于：" + "、".join(course.pack.facts[name].label for name in names),
            because=step.because,
            mend="逐项确认后再办理",
            field=names[0] if names else None,
            names=names,
        )


def must_go_on(course: Course, step: ActStep, values: dict[str, Any]) -> None:
    """**Raises** OutOfOrder where no way leads on with what the step says."""
    if step.terminal or course.after(step.code, values, course.case.at).ways():
        return
    raise OutOfOrder(
        f"“{step.title}”所填的情况下，程序没有下一步可走",
        because=step.because,
        mend="符合下列情形之一的才可以办结本环节："
        + "；".join(one.why or course.act.step(one.to).title for one in step.ways),
        field="step",
    )


def must_take(course: Course, step: ActStep, officer: Officer, at: datetime, request: Request | None = None) -> None:
    """**Raises** NotForYou, NotHandler, NotCertified, NotHead: each step belongs to the roles its definition names."""
    case, roles = course.case, set(step.roles)
    if step.code in ELSEWHERE:
        raise NotForYou(
            f"“{step.title}”由{'、'.join(course.pack.role(one) for one in step.roles)}在其工作台办理",
            because=step.because,
            mend=ELSEWHERE[step.code],
        )
    if "head" in roles and (request is not None or roles == {"head"} or not roles & {"officer", *OTHERS}):
        return _must_be_head(course, step, officer)
    if "disclosure" in roles:
        return _must_publish(course, step, officer)
    must_handle(case, officer, timezone.localdate(at))
    if "head" in roles and request is None:
        raise NotForYou(
            f"“{step.title}”须经负责人批准",
            because=step.because,
            mend="填好后提交负责人审批",
        )


def _must_be_head(course: Course, step: ActStep, officer: Officer) -> None:
    """**Raises** NotHead unless the officer holds the role now, in this body, and does not handle the case.  G11."""
    case = course.case
    handles = queries.handles(officer, case)
    heads = officer.scope == case.scope and registry.holds(officer, "head")
    if handles or not heads:
        raise NotHead(
            f"{officer.name}{'是本案承办人' if handles else f'不是{case.body.name}的负责人'}，不得审批本案",
            because=[
                *step.because,
                *queries.cite(course.pack, "G11", approver_is_handler=handles, approver_is_head=heads),
            ],
            mend=f"由{case.body.name}未承办本案的负责人办理",
            field="by",
        )


def _must_publish(course: Course, step: ActStep, officer: Officer) -> None:
    """**Raises** NotForYou unless the officer holds the role of the step now, in this body."""
    case = course.case
    if officer.scope == case.scope and registry.holds(officer, "disclosure"):
        return
    raise NotForYou(
        f"{officer.name}不是{case.body.name}的{course.pack.role('disclosure')}，不得办理“{step.title}”",
        because=step.because,
        mend=f"由{case.body.name}的{course.pack.role('disclosure')}办理",
        field="by",
    )


def must_prepare(course: Course, officer: Officer, at: datetime) -> None:
    """**Raises** NotHandler where the officer may not put a step before the head, OutOfOrder where one waits there."""
    must_handle(course.case, officer, timezone.localdate(at))
    asked = waiting(course.case)
    if asked is not None:
        raise OutOfOrder(
            f"{asked.by.name}已于 {timezone.localtime(asked.at):%m-%d %H:%M} 提请负责人批准，还没有答复",
            because=course.act.step(asked.step).because,
            mend="等待负责人答复",
            field="step",
        )


def asks_approval(step: ActStep) -> bool:
    """Whether handlers prepare this step and a head approves it."""
    roles = set(step.roles)
    return "head" in roles and bool(roles - {"head"})


def check(course: Course, step: ActStep, given: dict[str, Any], by: Officer, at: datetime) -> dict[str, Any]:
    """The facts of a step with their types proven: its own, less what is known, and those its gates ask for."""
    extra = {name for code in step.gates for name in _gate_names(course, code)}
    way = course.way_to(step.code)
    extra |= set(way.unknown) if way else set()
    own = {fact.name for fact in step.facts}
    values = papers.check_all(
        step,
        {name: value for name, value in given.items() if name in own and name not in known.FOUND_OUT},
        known=course.facts,
        later=SUPPLIED | known.FOUND_OUT,
    )
    values |= known.at_step(known.Taking(course, step, by, at, values), own & known.FOUND_OUT)
    for name, value in given.items():
        if name in own or value in (None, "", []):
            continue
        spec = course.pack.facts.get(name)
        if spec is None or name not in extra or name in known.PRODUCERS:
            raise BadFact(
                f"“{step.title}”没有“{spec.label if spec else name}”这一项，或者由系统查明，不由人填报",
                because=step.because,
                mend="重新打开本页后填写",
                field=name,
            )
        try:
            values[name] = papers.plain_value(spec.read(value))
        except WrongFactType as wrong:
            raise BadFact(str(wrong), because=step.because, mend=f"可填：{spec.accepted}", field=name) from wrong
    _in_order(course, step, values)
    return values


def _in_order(course: Course, step: ActStep, values: dict[str, Any]) -> None:
    """**Raises** BadFact for a period that ends before it begins, whichever of its two days this step says."""
    both = {**course.facts, **values}
    for name in values:
        stem, _, side = name.rpartition("_")
        if side not in ("from", "until"):
            continue
        start, end = (told.day(both.get(f"{stem}_{one}")) for one in ("from", "until"))
        if start and end and end < start:
            labels = [course.pack.facts[f"{stem}_{one}"].label for one in ("from", "until")]
            raise BadFact(
                f"“{labels[1]}”（{end}）早于“{labels[0]}”（{start}）",
                because=step.because,
                mend="核对两个日期",
                field=name,
            )


APPROVED = {"approver_is_head": True, "approver_is_handler": False}  # while it is prepared, taken as it will be


def _gate_names(course: Course, code: str) -> set[str]:
    direct = {spec.name for spec in course.pack.gate_facts(code)}
    return direct | {spec.name for spec in inputs.gate_facts(course.pack, code)}


def judge(taking: known.Taking) -> list[Verdict]:
    """The gates of a step, on what is known, what was said and what the system finds out."""
    course, pack = taking.course, taking.course.pack
    verdicts = []
    for code in taking.step.gates:
        names = _gate_names(course, code)
        found = known.at_step(taking, names)
        verdicts.append(pack.gate(code, course.given({**found, **taking.given}), taking.on))
    return verdicts


def must_pass(taking: known.Taking) -> None:
    """**Raises** GateClosed where a gate does not hold, StillOpen where nobody said what it needs to be judged."""
    judged, title, pack = judge(taking), taking.step.title, taking.course.pack
    if closed := [one for one in judged if one.state == "failed"]:
        raise GateClosed(
            f"“{title}”不能办理：" + "；".join(words for one in closed for words in one.failures),
            because=[c for one in closed for c in one.because],
            mend="；".join(dict.fromkeys(one.mend for one in closed if one.mend)),
            field=next((name for one in closed for name in one.facts_used if name in taking.given), None),
        )
    if open_ := [one for one in judged if one.state == "unknown"]:
        names = tuple(dict.fromkeys(name for one in open_ for name in one.unknown))
        raise StillOpen(
            f"“{title}”还有没有确认的事项：" + "、".join(pack.facts[name].label for name in names),
            because=[c for one in open_ for c in one.because],
            mend="逐项确认后再办理；不知道的不等于符合",
            field=names[0] if names else None,
            names=names,
        )


def standing_verdicts(course: Course, reader: Officer) -> list[Verdict]:
    """The gates of the next step as they stand before anything is said: what its page will ask for."""
    if course.now is None:
        return []
    asked = waiting(course.case)
    given = dict(asked.given) if asked is not None and asked.step == course.now.code else {}
    if "head" in course.now.roles:
        given |= APPROVED  # whoever reads: it is a head who will take it, or nobody
    return judge(known.Taking(course, course.now, reader, timezone.now(), given))


def _numbered(
    course: Course,
    step: ActStep,
    values: dict[str, Any],
    by: Officer,
    at: datetime,
    filled: dict[str, dict[str, Any]],
    codes: set[str],
    request: Request | None,
) -> dict[str, Any]:
    """Make the documents of the step; the number one of them is given is the fact the step wants of it."""
    found: dict[str, Any] = {}
    numbers: dict[str, str] = {}
    named = [one.code for one in step.documents if one.code in codes]
    beside = numbers_of(codes)
    for code in [*dict.fromkeys(named), *sorted(codes - set(named))]:
        if code not in documents.catalogue():
            continue
        borne = {name: numbers[other] for (one, name), other in beside.items() if one == code and other in numbers}
        data = papers.for_step(
            course.case, code, {**course.facts, **values, **found}, {**borne, **filled.get(code, {})}
        )
        data = {**heading(step, code), **data}
        try:
            item = record.write(
                by=by,
                at=at,
                dossier=course.case.dossier,
                step=step.code,
                code=code,
                data=papers.merge(data, _opinions(code, course, step, request, by, at)),
                on=timezone.localdate(at),
            )
        except (record.Incomplete, record.BadPaper) as refused:
            asks = [c for one in step.documents if one.code == code for c in one.because]
            refused.because = refused.because or tuple(asks or step.because)
            raise
        numbers[code] = item.number
        for name in SUPPLIED:
            if item.number and name not in found and any(fact.name == name for fact in step.facts):
                found[name] = item.number
    return found


def must_be_whole(course: Course, step: ActStep, values: dict[str, Any], filled: dict[str, dict[str, Any]]) -> None:
    """**Raises** record.Incomplete for a document that a head could not have made by approving: it lacks a field."""
    owed = course.pack.documents_owed(step, course.given(values), course.case.applied_on)
    codes = dict.fromkeys([*(one.code for one in owed), *filled])
    beside, allotted = numbers_of(codes), SUPPLIED & {fact.name for fact in step.facts}
    for code in codes:
        if code not in documents.catalogue():
            continue
        data = papers.for_step(course.case, code, {**course.facts, **values}, filled.get(code, {}))
        later = {"number", "opinions", "heading", *SUPPLIED, *(name for one, name in beside if one == code)}
        absent = [
            one
            for one in documents.missing(code, data)
            if one.name not in later and not set(said_as.facts_of(code, one)) & allotted
        ]
        if absent:
            raise record.Incomplete(
                f"《{documents.template(code).title}》还缺：{'、'.join(one.label for one in absent)}",
                because=[c for one in step.documents if one.code == code for c in one.because] or step.because,
                mend="补填后再提请批准",
                field=absent[0].name,
            )


def heading(step: ActStep, code: str) -> dict[str, Any]:
    """The title the act gives a document, where its form may bear several."""
    field = documents.template(code).field("heading")
    titles = {one.title for one in step.documents if one.code == code}
    found = next((key for key, text in (field.options if field else ()) if text in titles), None)
    return {"heading": found} if found else {}


def _opinions(
    code: str, course: Course, step: ActStep, request: Request | None, by: Officer, at: datetime
) -> dict[str, Any]:
    """The chain of opinions on an approval form: who proposed, the unit, who reviewed, who approved."""
    if documents.template(code).field("opinions") is None or (request is None and "head" not in step.roles):
        return {}
    lines = []
    if request is not None:
        words = request.opinion or "建议批准。"
        lines.append(papers.opinion("承办人意见", words, request.by, timezone.localdate(request.at)))
        lines += units.line(units.opinion(request.case, request.ref))
    elif (drafted := queries.latest_proposal(course.case)) is not None:
        words = "建议按所拟意见办理。"
        lines.append(papers.opinion("承办人意见", words, drafted.by, timezone.localdate(drafted.at)))
    taken = [one for one in course.taken if isinstance(one, Step) and one.step == "review"]
    if taken:
        lines += [] if any(one["role"] == "承办机构意见" for one in lines) else _of_the_unit(course.case)
        words = str(taken[-1].facts.get("review_opinion") or "已经法制审核。")
        lines.append(papers.opinion("法制审核意见", words, taken[-1].by, timezone.localdate(taken[-1].at)))
    answer = getattr(request, "answer", None)
    words = (answer.opinion if answer is not None else "") or "同意。"
    lines.append(papers.opinion("负责人意见", words, by, timezone.localdate(at)))
    return {"opinions": lines}


def _of_the_unit(case: Case) -> list[dict[str, str]]:
    """What the handling unit answered for when it sent the draft to legal review, as that form was filed.  QS-3.3.3b."""
    drafted = queries.latest_proposal(case)
    if drafted is not None and (said := units.line(units.opinion(drafted.case, drafted.ref))):
        return said
    sent = case.dossier.items.filter(code="legal_review_submission").order_by("-at", "-id").first()
    form = sent.data if sent is not None else {}
    if sent is None or not (form.get("unit_opinion") and form.get("unit_head")):
        return []
    on = timezone.localdate(sent.at).isoformat()
    return [{"role": "承办机构意见", "text": form["unit_opinion"], "name": form["unit_head"], "at": on}]


def _draft(course: Course, by: Officer, at: datetime) -> Proposal:
    """The draft a review binds to: everything the case says when it comes before the reviewer."""
    case, earlier = course.case, queries.latest_proposal(course.case)
    body = papers.course_draft(case, course.pack, course.said)
    return Proposal.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        version=earlier.version + 1 if earlier else 1,
        body=body,
        digest=hashlib.sha256(rfc8785.dumps(body)).hexdigest(),
        needs_review=True,
    )


def desk(step: ActStep | None, asked: bool = False) -> str:
    """On whose desk a step lies: whose role takes it, or the head's where handlers asked for approval."""
    if step is None:
        return ""
    if step.code in ("review", "archive"):
        return {"review": "reviewer", "archive": "archivist"}[step.code]
    if asked:
        return "approve"
    roles = set(step.roles)
    return "head" if roles == {"head"} else "disclosure" if "disclosure" in roles else "officer"


def place(course: Course, at: datetime) -> None:
    """Move the projection to where the course stands."""
    state = course.case.state
    settle(state, course, at)
    state.save()


def settle(state: Any, course: Course, at: datetime) -> None:
    """What the steps taken make of the projection.  A rebuild makes it by the same lines."""
    state.done = {step.step: timezone.localtime(step.at).isoformat() for step in course.taken}
    state.step = course.now.code if course.now else ""
    state.desk = desk(course.now)
    state.moved_at = at
    state.decided_on = told.day(course.said.get("decided_on"))
    state.closed_on = told.day(course.said.get("closed_on")) or (timezone.localdate(at) if course.ended else None)


def note(*, by: Officer, at: datetime, case: Case, step: str, facts: dict[str, Any]) -> Step:
    """A step that an action of a later stage takes, such as the review.  Runs inside that action.

    **Raises** OutOfOrder, StillOpen as for a step that its own people take: an undecided way is not taken.  Only the
    review fails closed: where nobody can say that none is due, there is one.
    """
    course = route.of(case)
    defined = open_step(course, step)
    if step != "review":
        must_come(course, defined, facts)
    must_go_on(course, defined, facts)
    return _note(course, by, at, step, facts)


def end(*, by: Officer, at: datetime, case: Case, step: str, facts: dict[str, Any]) -> Step:
    """The last step of a case, taken with the file already bound.  Runs inside the action that binds it."""
    return _note(route.of(case), by, at, step, facts)


def _note(course: Course, by: Officer, at: datetime, step: str, facts: dict[str, Any]) -> Step:
    case = course.case
    done = Step.objects.create(by=by, at=at, scope=case.scope, case=case, step=step, facts=facts)
    after = Course(case, course.act, course.pack, [*course.taken, done])
    clocks.reconcile(after, by=by, at=at)
    place(after, at)
    return done


# ---- approvals -----------------------------------------------------------------------------------------------------


@action("casework.request", on="case")
def request(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    step: str,
    given: dict[str, Any],
    documents: dict[str, dict[str, Any]] | None = None,
    opinion: str = "",
) -> Request:
    """提请负责人批准: a step as its handler prepared it.  **Raises** OutOfOrder, NotHandler, BadFact."""
    course = route.of(case)
    defined = open_step(course, step)
    must_prepare(course, by, at)
    if not asks_approval(defined):
        raise OutOfOrder(f"“{defined.title}”不须提请批准", because=defined.because, mend="直接办理", field="step")
    values = check(course, defined, given, by, at)
    must_lead(course, defined, values)
    may_make(defined, documents or {})
    must_pass(known.Taking(course, defined, by, at, {**values, **APPROVED}))
    must_be_whole(course, defined, values, documents or {})
    asked = Request.objects.create(
        by=by, at=at, scope=case.scope, case=case, step=step, given=values, documents=documents or {}, opinion=opinion
    )
    _lay(case, desk(defined, asked=True), at)
    return asked


@action("casework.answer_request", on="case")
def answer_request(
    *, by: Officer, at: datetime, case: Case, request: Request, approved: bool, opinion: str
) -> Approval:
    """答复提请: the head approves, and the step is taken with it; or returns it with the reason.  G11."""
    if Approval.objects.filter(request=request).exists():
        raise OutOfOrder("这次提请已经答复", mend="重新打开案件查看", field="approved")
    course = route.of(case)
    must_take(course, course.act.step(request.step), by, at, request)
    if units.asked(case, request.step):
        units.must_have_spoken(case, units.of_request(request))
    if not approved and len(opinion.strip()) < 2:
        raise BadFact("没有写明不同意的理由", mend="写明理由和修改意见", field="opinion")
    answer = Approval.objects.create(
        by=by, at=at, scope=case.scope, case=case, request=request, approved=approved, opinion=opinion.strip()
    )
    if approved:
        advance(
            by=by,
            at=at,
            case=case,
            step=request.step,
            given=request.given,
            documents=request.documents,
            request=request,
        )
    else:
        _lay(case, desk(course.now), at)
    return answer


def _lay(case: Case, where: str, at: datetime) -> None:
    """A request moves the case from one desk to another, not along its course."""
    state = case.state
    state.desk, state.moved_at = where, at
    state.save()


def waiting(case: Case) -> Request | None:
    """The request that waits for a head, if one does."""
    return Request.objects.filter(case=case, answer__isnull=True).select_related("by").order_by("-at").first()
