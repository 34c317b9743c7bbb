"""Ask that cases be joined or severed; make the severed case; note what one case takes over from the other."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry.models import Officer, Party
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import actions as casework
from .. import queries as cases
from ..models import Case, CaseState, Opening
from . import queries
from .models import JoinderAnswer, JoinderRequest, TakenOver


class NotJoined(Refused):
    """Cases that cannot be joined, or one that cannot be severed.  行政处罚法 art. 22, 29, 54."""


SAME_BODY, SAME_ACT, WHOLE = "CN-PEN-22", "CN-PEN-29", "CN-PEN-54.1"


def cite(case: Case, *codes: str) -> list[Citation]:
    """The clauses as the rules of the case have them, or as they are today where its edition had them not yet."""
    return cases.clauses_of(case, *codes)


def may_regroup(case: Case) -> None:
    """**Raises** NotJoined unless the case is investigated and nothing was decided in it yet."""
    record.not_archived(case.dossier)
    done = CaseState.objects.get(case=case).done
    if case.guided or case.kind != "penalty":
        raise NotJoined(
            "本案不是按普通程序办理的处罚案件，不能并案、分案",
            because=cite(case, WHOLE),
            mend="按本案的程序办理",
        )
    if "open" not in done:
        raise NotJoined("本案还没有立案", because=cite(case, "CN-PEN-54.2"), mend="先由负责人审批立案")
    for mark, words in (
        ("joined", "已经并入其他案件"),
        ("handed_over", "已经移送有管辖权的机关"),
        ("transferred", "已经移送公安机关"),
        ("decide", "已经作出决定"),
        ("exemption", "正在等候不予行政处罚的决定"),
        ("close", "已经结案"),
    ):
        if mark in done:
            raise NotJoined(
                f"《{case.title}》{words}，不能并案、分案",
                because=cite(case, WHOLE),
                mend="只在调查期间、作出决定之前并案或者分案",
                field="other",
            )
    if queries.waiting(case) is not None:
        raise NotJoined("本案已有并案或者分案的意见，等候负责人决定", because=cite(case, WHOLE), mend="等负责人决定")


def may_join(case: Case, other: Case) -> None:
    """**Raises** NotJoined where the two cannot become one."""
    may_regroup(case)
    if other.pk == case.pk:
        raise NotJoined("不能并入本案自己", because=cite(case, SAME_ACT), mend="选择另一件案件", field="other")
    if other.scope != case.scope:
        raise NotJoined(
            f"《{other.title}》是{other.body.name}的案件，不能并案",
            because=cite(case, SAME_BODY, "CN-PEN-25.1"),
            mend="属于管辖问题的，按管辖争议、移送管辖办理",
            field="other",
        )
    may_regroup(other)
    if other.party.key != case.party.key:
        raise NotJoined(
            f"两案的当事人不同：{case.party.name}、{other.party.name}；一份处罚决定只对一个当事人作出",
            because=cite(case, "CN-PEN-59.1", SAME_ACT),
            mend="共同违法的，分别立案、相互引用材料",
            field="other",
        )


def _grounded(case: Case, what: str, ground: str, reason: str) -> None:
    allowed = cases.parameter_of(case, queries.GROUNDS[JoinderRequest.What(what)])
    if ground not in (allowed.value or ()):
        raise NotJoined("没有选择规则所列的情形", because=allowed.because, mend="按实际情况选择一项", field="ground")
    if len(reason.strip()) < 4:
        raise NotJoined("没有写明理由", because=allowed.because, mend="写明事实和理由", field="reason")


def must_be_whole(case: Case) -> None:
    """**Raises** NotJoined while a step of the case that ends lacks a record: once it is closed nothing is added to it."""
    lacking = cases.unrecorded(case)
    if lacking:
        raise NotJoined(
            f"本案并入后即结案，已经办理的环节还缺：{'、'.join(one.title for one in lacking)}",
            because=[c for one in lacking for c in one.because],
            mend="补齐，或者依法说明理由，再提出并案",
        )


@action("casework.request_joinder", milestone=True)
def request_joinder(*, by: Officer, at: datetime, case: Case, other: Case, ground: str, reason: str) -> JoinderRequest:
    """提出并案的意见.  **Clause** 行政处罚法 art. 29, 54(1).  **Raises** NotJoined, NotHandler."""
    casework.must_act(case, by, timezone.localdate(at))
    may_join(case, other)
    must_be_whole(case)
    _grounded(case, queries.JOIN, ground, reason)
    return JoinderRequest.objects.create(
        by=by, at=at, scope=case.scope, case=case, what=queries.JOIN, other=other, ground=ground, reason=reason.strip()
    )


@action("casework.request_severance", milestone=True)
def request_severance(
    *, by: Officer, at: datetime, case: Case, party: Party, cause: str, ground: str, reason: str
) -> JoinderRequest:
    """提出分案的意见.  **Clause** 行政处罚法 art. 54(1).  **Raises** NotJoined, NotHandler."""
    casework.must_act(case, by, timezone.localdate(at))
    may_regroup(case)
    _grounded(case, queries.SEVER, ground, reason)
    if len(cause.strip()) < 2:
        raise NotJoined("没有写明分案后的案由", because=cite(case, WHOLE), mend="写明违法行为", field="cause")
    if party.key == case.party.key and cause.strip() == case.cause:
        raise NotJoined(
            "分出的案件与本案当事人、案由都相同，就是同一案件",
            because=cite(case, SAME_ACT),
            mend="选择另一当事人，或者写明另一违法行为的案由",
            field="cause",
        )
    return JoinderRequest.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        what=queries.SEVER,
        party=party,
        cause=cause.strip(),
        ground=ground,
        reason=reason.strip(),
    )


# ---- parts of the head's answer ------------------------------------------------------------------------------------


@action("casework.sever", part=True)
def sever(*, by: Officer, at: datetime, asked: JoinderRequest) -> Case:
    """分案立案: the new case with its own file, the same two handlers, and the power of the case it comes from."""
    origin, on = asked.case, timezone.localdate(at)
    party = asked.party
    assert party is not None  # the database holds it of a severance
    pack = cases.pack_today(origin)
    handlers = (origin.handler1, origin.handler2)
    case = casework.new_case(
        by=by,
        at=at,
        pack=pack,
        body=origin.body,
        unit=origin.unit,
        handlers=handlers,
        certificates=casework.two_certified(pack, *handlers, origin.power, on),
        party=party,
        cause=asked.cause,
        power=origin.power,
        kind=origin.kind,
        procedure=origin.procedure,
        touches=origin.touches,
        found_on=origin.found_on,
    )
    state = casework.first_state(case)
    casework.move(state, "casework.sever", {}, at)
    state.step = cases.next_step(case, state.done)
    state.save(force_insert=True)
    return case


@action("casework.open_severed", part=True)
def open_severed(*, by: Officer, at: datetime, case: Case, opinion: str) -> Opening:
    """分案的立案审批: approved with the severance itself; the number is the new case's own."""
    return casework.opened(case, "casework.open_severed", by=by, at=at, approved=True, opinion=opinion)


@action("casework.take_over", part=True)
def take_over(*, by: Officer, at: datetime, case: Case, answer: JoinderAnswer, since: date, paper: Item) -> TakenOver:
    """引用另案材料: what was found in the other case stands for this one too, each item named with its digest.

    What the same party said, and where it is served, goes with it; a waiver of statement or hearing is of the decision it
    was told of, and never does.  **Clause** 行政处罚法 art. 44, 45, 63.
    """
    asked, origin = answer.request, answer.case
    severed = asked.what == queries.SEVER
    alike = case.party.key == origin.party.key
    known = (*queries.OF_THE_MATTER, *(queries.OF_THE_PARTY if alike else ())) if severed else ()
    there = {one.step for one in cases.taken(origin)}
    done = TakenOver.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        other=origin,
        answer=answer,
        items=queries.to_take(
            origin, [*cases.evidence_items(origin), *(queries.said_by_the_party(origin) if alike else ())]
        ),
        steps=[code for code in known if code in there],
        since=since,
        paper=paper,
    )
    casework.mark(case, "casework.take_over", {"steps": done.steps}, at)
    return done
