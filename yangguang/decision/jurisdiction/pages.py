"""The pages of a dispute over jurisdiction and of a handover."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework.models import Case
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import act, deed
from ..deed import Told
from . import actions, queries
from .forms import DesignateForm, DisputeForm, HandOverForm, HearForm, ReferForm, ReplyForm, TalkForm
from .models import JurisdictionDispute

READERS = ("officer", "reviewer", "head", "supervisor", "archivist")
SUPERIOR = ("head", "supervisor")


def past(case: Case) -> list[Told]:
    """What was disputed, said, designated and handed over, in order."""
    done: list[tuple[Any, Told]] = []
    for one in JurisdictionDispute.objects.filter(case=case).select_related("referral__item", "designation__item"):
        done.append((one.at, Told(f"{one.on} 与{one.other}{one.get_kind_display()}", one.facts)))
        done += [(talk.at, Told(f"{talk.on} {talk.get_result_display()}", talk.text)) for talk in queries.talks(one)]
        asked, named = getattr(one, "referral", None), getattr(one, "designation", None)
        if asked is not None:
            done.append((asked.at, Told(f"报请{asked.superior}指定管辖", asked.opinion, asked.item)))
        if named is not None:
            words = f"{named.on} 指定{named.organ}管辖（{named.instrument}）"
            done.append((named.at, Told(words, named.reason, named.item)))
    for gone in case.casehandovers.select_related("reply", "item"):
        done.append(
            (gone.at, Told(f"{gone.on} 移送{gone.organ}", f"{gone.reason}材料 {len(gone.materials)} 件", gone.item))
        )
        reply = getattr(gone, "reply", None)
        if reply is not None:
            words = "接受移送" if reply.accepted else "不接受移送"
            done.append((reply.at, Told(f"{reply.on} {gone.organ}{words}", f"{reply.instrument} {reply.reason}")))
    return [told for _, told in sorted(done, key=lambda row: row[0])]


def rules(case: Case) -> list[tuple[str, Any]]:
    """Who is competent, and what happens to the clock meanwhile, each with its clause."""
    rows: list[tuple[str, Any]] = [
        (facts.named(one), one.text) for one in actions.cite(case, actions.PLACE, actions.FIRST, actions.DISPUTE)
    ]
    rows.append(("办案期限", "法律没有规定管辖争议期间可以扣除，办案期限继续计算；协商、报请和指定也没有法定的天数。"))
    return rows


def _then(case: Case) -> str:
    return reverse("decision:jurisdiction", args=[case.pk])


def _may(request: Asked, case: Case) -> Refused | None:
    return act.not_handler(request, case) or act.barred(actions.may_move, case)


def _heads(request: Asked, case: Case) -> Refused | None:
    return act.not_head(request, case) or act.barred(actions.may_move, case)


def _steps(request: Asked, case: Case) -> list[tuple[str, str]]:
    found, gone = queries.dispute_of(case), queries.handover_of(case)
    going = queries.open_dispute(case)
    referred = going is not None and hasattr(going, "referral")
    handles, heads = _may(request, case) is None, _heads(request, case) is None
    there = going is not None and referred and not going.referral.superior_scope
    ours = found is not None and queries.result(found) == "ours"
    waits = gone is not None and not hasattr(gone, "reply") and not hasattr(gone, "handed")
    offered = [
        (handles and going is None, "登记管辖争议", "dispute_open"),
        (handles and going is not None and not referred, "登记协商", "dispute_talk"),
        (heads and going is not None and not referred, "报请指定管辖", "dispute_refer"),
        (handles and there, "登记收到的指定管辖通知书", "dispute_hear"),
        (referred and going and act.barred(actions.must_be_superior, going, request.caller.officer) is None,
         "指定管辖", "dispute_designate"),
        (heads and going is None and not ours, "移送有管辖权的机关", "handover"),
        (waits and act.not_handler(request, case) is None, "登记接受移送的机关的答复", "handover_reply"),
    ]  # fmt: skip
    return [(words, reverse(f"decision:{name}", args=[case.pk])) for may, words, name in offered if may]


def _page(case: Case, heading: str, label: str, lead: str = "", **more: Any) -> deed.Page:
    return deed.Page(heading, label, lead=lead, past=past(case), **more)


@page(*READERS)
def overview(request: Asked, pk: UUID) -> HttpResponse:
    """管辖争议和移送管辖的办理情况."""
    case = act.the_case(request, pk)
    return deed.run(
        request, case, _page(case, "管辖争议、移送管辖", "", rows=rules(case), steps=_steps(request, case)), None
    )


def _bodies(case: Case) -> dict[str, str]:
    """The other bodies registered here, by their places."""
    return {place: name for place, name in queries.places(timezone.localdate()).items() if place != case.scope}


def _chosen(data: dict[str, Any], case: Case, place: str, name: str, label: str) -> dict[str, Any]:
    """A body that was chosen or named, and not both."""
    chosen, typed = data[place] or "", (data[name] or "").strip()
    if bool(chosen) == bool(typed):
        raise Refused(
            f"{label}应当选择或者填写，二者取一",
            because=actions.cite(case, actions.DISPUTE),
            mend="已登记的选择，没有登记的填全称",
            field=name,
        )
    return {**data, place: chosen, name: typed}


@page("officer")
def open_dispute(request: Asked, pk: UUID) -> HttpResponse:
    """登记管辖争议."""
    case = act.the_case(request, pk)
    barred, others = _may(request, case), _bodies(case)
    return deed.run(
        request,
        case,
        _page(case, "登记管辖争议", "登记", rows=rules(case)),
        DisputeForm,
        actions.open_dispute,
        barred=barred,
        done="已登记；争议解决之前不能作出决定",
        then=_then(case),
        initial={"on": timezone.localdate()},
        choices={"other_scope": [("", "没有登记，另填"), *others.items()]},
        read=lambda data: _chosen(data, case, "other_scope", "other", "对方机关"),
        given={"case": case},
    )


def _going(case: Case, barred: Refused | None) -> tuple[JurisdictionDispute | None, Refused | None]:
    found = queries.open_dispute(case)
    if barred is None and found is None:
        barred = act.not_yet("本案没有正在进行的管辖争议", "先登记管辖争议")
    return found, barred


@page("officer")
def talk(request: Asked, pk: UUID) -> HttpResponse:
    """登记管辖争议的协商."""
    case = act.the_case(request, pk)
    found, barred = _going(case, _may(request, case))
    return deed.run(
        request, case, _page(case, "登记协商", "登记"), TalkForm, actions.talk_over,
        barred=barred, done="已登记协商的结果", then=_then(case), initial={"on": timezone.localdate()}, dispute=found,
    )  # fmt: skip


@page("head")
def refer(request: Asked, pk: UUID) -> HttpResponse:
    """报请指定管辖."""
    case = act.the_case(request, pk)
    found, barred = _going(case, _heads(request, case))
    superior = queries.common_superior(found, timezone.localdate()) if found else None
    sources = {"superior": "登记的机关之间的隶属关系"} if superior else {}
    return deed.run(
        request, case, _page(case, "报请指定管辖", "报请", sources=sources), ReferForm, actions.refer,
        barred=barred, done="已报请，报请书已入卷", then=_then(case),
        initial={"superior": superior[1] if superior else ""}, dispute=found,
    )  # fmt: skip


@page(*SUPERIOR)
def designate(request: Asked, pk: UUID) -> HttpResponse:
    """指定管辖, by the common superior's own people."""
    case = act.the_case(request, pk)
    found, barred = _going(case, None)
    if barred is None:
        barred = act.barred(actions.must_be_superior, found, request.caller.officer)
    rows: list[tuple[str, Any]] = []
    if found is not None:
        rows = [("本案机关", case.body.name), ("对方机关", found.other), ("争议", found.get_kind_display())]
        rows += [("本案立案日期", case.opening.on), *rules(case)[:3]]
    return deed.run(
        request, case, _page(case, "指定管辖", "作出指定", rows=rows), DesignateForm, actions.designate,
        barred=barred, done="已指定，指定管辖通知书已入卷", then=_then(case), dispute=found,
    )  # fmt: skip


@page("officer")
def hear(request: Asked, pk: UUID) -> HttpResponse:
    """登记收到的指定管辖通知书."""
    case = act.the_case(request, pk)
    found, barred = _going(case, _may(request, case))
    return deed.run(
        request, case, _page(case, "登记收到的指定管辖通知书", "登记"), HearForm, actions.hear_designation,
        barred=barred, done="已登记", then=_then(case), initial={"on": timezone.localdate()}, dispute=found,
    )  # fmt: skip


@page("head")
def hand_over(request: Asked, pk: UUID) -> HttpResponse:
    """移送有管辖权的机关."""
    case = act.the_case(request, pk)
    barred = act.not_head(request, case) or act.barred(actions.may_hand_over, case)
    settled = queries.elsewhere(case)
    goes, stays = actions.split(case)
    rows = [(f"移送的材料（{len(goes)} 件）", "、".join(f"{one.title}{one.number}" for one in goes))]
    if stays:
        held = actions.withheld(case)
        named = "、".join(facts.named(one) for one in held.because)
        rows.append((f"不移送的内部文书（{len(stays)} 件）", f"{'、'.join(one.title for one in stays)}（{named}）"))
    return deed.run(
        request,
        case,
        _page(
            case,
            "移送有管辖权的机关",
            "批准移送",
            "移送后，本机关不再办理本案，办案期限和其他职责随之了结；对方不接受的，本案恢复办理，期限自原立案之日起计算。",
            rows=rows,
            sources={"organ_scope" if settled.other_scope else "organ": "管辖争议的结果"} if settled else {},
        ),
        HandOverForm,
        actions.hand_over,
        barred=barred,
        done="已移送，案件移送函已入卷",
        then=_then(case),
        initial={
            "organ_scope": settled.other_scope if settled else "",
            "organ": settled.other if settled and not settled.other_scope else "",
        },
        choices={"organ_scope": [("", "没有登记，另填"), *_bodies(case).items()]},
        read=lambda data: data if settled else _chosen(data, case, "organ_scope", "organ", "接受移送的机关"),
        given={"case": case},
    )


@page("officer")
def reply(request: Asked, pk: UUID) -> HttpResponse:
    """登记接受移送的机关的答复."""
    case = act.the_case(request, pk)
    gone = queries.handover_of(case)
    barred = act.not_handler(request, case)
    if barred is None and (gone is None or hasattr(gone, "reply")):
        barred = act.not_yet("没有等候答复的移送", "查看移送的情况")
    if barred is None and gone is not None:
        barred = act.barred(actions.not_answered_there, gone)
    return deed.run(
        request, case, _page(case, "登记接受移送的机关的答复", "登记"), ReplyForm, actions.hear_handover,
        barred=barred, done="已登记", then=_then(case), initial={"on": timezone.localdate()}, handover=gone,
    )  # fmt: skip
