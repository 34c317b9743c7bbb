"""What the law wants next in a case, who does it, until when, and the page it is done on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.unit import queries as units
from yangguang.decision import queries as decisions
from yangguang.decision.hearing import queries as hearings
from yangguang.decision.models import Statement
from yangguang.decision.outward import actions as announcements
from yangguang.policy.acts import ROLES
from yangguang.record.queries import Owed
from yangguang.registry.web import address
from yangguang.review import rules
from yangguang.review.dissent import queries as dissent
from yangguang.review.models import Review

from . import besides
from .case_file import File
from .links import Link, to_publish
from .standing import Now, awaited
from .standing import duty as _duty
from .standing import handlers as _handlers


def now(file: File) -> Now:
    """The next act of the law in this case, who does it, until when, and the page it is done on."""
    code = file.state.step
    if file.opening is not None and not file.opening.approved:
        return Now(
            "不予立案", f"负责人意见：{file.opening.opinion or '不予立案'}", file.opening.by.name, False, ended=True
        )
    if not code:
        more = (*besides.contested(file), *(besides.people(file) if file.caller.has("supervisor") else ()))
        return Now("全部环节已办结", "案卷已归档，办理结束。", "", False, ended=True, more=more)
    step = cases.step_of(file.case, code)
    if step is None:
        return Now("规则包没有当前环节", f"本案停在“{code}”，规则包中没有这个环节。", "系统管理员", False)
    if (waits := awaited(file, step)) is not None:
        return replace(waits, more=(*waits.more, *besides.besides(file), *besides.people(file)))
    if (before := units.pending(file.case)) is not None:
        return _unit(file, before)
    if file.case.guided:
        found = _course(file, step)
        more = (*besides.contested(file), *besides.people(file))
    else:
        found = _NEXT.get(code, _by_form)(file, step)
        more = (*_after_hearing(file), *besides.besides(file), *besides.people(file))
    warning = "；".join(one for one in (besides.elsewhere(file), found.warning) if one)
    acts = found.acts and file.caller.officer.key not in {one.key for one in besides.recused(file)}
    return replace(found, warning=warning, acts=acts, more=(*found.more, *more))


def _unit(file: File, before: units.Subject) -> Now:
    """What waits for the head of the handling unit."""
    names = "、".join(one.name for one in units.speakers(file.case))
    acts = file.caller.has("unit_head") and file.caller.officer.key in {one.key for one in units.speakers(file.case)}
    more = (
        (Link("修改处理意见", file.page("casework:propose")),)
        if before.step == "propose" and not file.case.guided
        else ()
    )
    return Now(
        f"等待承办机构对{before}签署意见",
        "承办机构负责人用本人账号签署后，再送法制审核或者负责人审批。",
        f"{units.title(file.case)} {names}",
        acts,
        Link("签署机构意见", file.page("casework:unit")),
        units.because(file.case, before.step),
        _duty(file, "D05"),
        more=(*(more if file.may("officer") else ()), *besides.people(file)),
    )


def _course(file: File, step: Any) -> Now:
    """The next step of a case that is walked by the definition of its act."""
    pk, desk = file.case.pk, file.state.desk
    if desk == "reviewer":
        return _review(file, step)
    if desk == "archivist":
        return _archive(file, step)
    here = Link(f"办理“{step.title}”", address("casework:course", pk, step.code))
    others = tuple(
        Link(way.step.title, address("casework:course", pk, way.step.code))
        for way in file.course.ways()
        if way.step.code != step.code
    )
    common: dict[str, Any] = {
        "because": step.because,
        "duty": next(iter(file.open_duties), None),
        "missing": _missing(file, step.code),
    }
    if desk == "approve":
        link = Link("审批", address("casework:answer", pk))
        who = f"{file.case.body.name}负责人（不得是承办人）"
        return Now(f"等待负责人批准：{step.title}", step.public, who, file.may("head"), link, **common)
    if desk in ("head", "disclosure"):
        who = _roles(step) if desk == "disclosure" else f"{file.case.body.name}负责人（不得是承办人）"
        acts = file.caller.has("disclosure") if desk == "disclosure" else file.may("head")
        if step.code == "disclose":
            here = Link("去公示", address("disclosure:publish_case", pk))
        return Now(f"下一步：{step.title}", step.public, who, acts, here, **common)
    back = file.returned
    warning = f"负责人退回（{back.by.name}）：{back.opinion}" if back else ""
    return Now(
        f"下一步：{step.title}",
        step.public,
        _handlers(file),
        file.may("officer"),
        here,
        warning=warning,
        again=others if file.may("officer") else (),
        **common,
    )


def _missing(file: File, code: str) -> tuple[Owed, ...]:
    return tuple(one for one in file.owed if one.step == code and not one.met)


def _unserved(file: File) -> tuple[Link, ...]:
    if not file.may("officer"):
        return ()
    return tuple(
        Link(f"送达《{item.title}》", address("decision:serve", file.case.pk, item.pk)) for item in file.unserved
    )


def _again(file: File, but: str = "") -> tuple[Link, ...]:
    """The investigation's steps the reader may take besides the next one: those open to choice, and those done before."""
    if not file.may("officer"):
        return ()
    return tuple(
        Link(one.title, address("casework:step", file.case.pk, one.code))
        for one in cases.act_of(file.case).steps
        if one.code in cases.BY_FORM and one.code != but and (not one.required or one.code in file.state.done)
    )


def _open(file: File, step: Any) -> Now:
    return Now(
        "等待负责人审批立案",
        step.public,
        f"{file.case.body.name}负责人（不得是承办人）",
        file.may("head"),
        Link("审批立案", file.page("casework:opening")),
        step.because,
        file.clue_duty,
    )


def _by_form(file: File, step: Any) -> Now:
    acts = file.may("officer")
    link = Link(f"办理“{step.title}”", address("casework:step", file.case.pk, step.code))
    if step.code not in cases.BY_FORM:
        return Now(f"下一步：{step.title}", step.public, _roles(step), False, None, step.because)
    return Now(
        f"下一步：{step.title}",
        step.public,
        _handlers(file),
        acts,
        link,
        step.because,
        _duty(file, "D05"),
        missing=_missing(file, step.code),
        more=_unserved(file),
        again=_again(file, step.code),
    )


def _roles(step: Any) -> str:
    return "、".join(ROLES.get(role, role) for role in step.roles)


def _propose(file: File, step: Any) -> Now:
    lacking = tuple(one for one in file.owed if not one.met and one.step in cases.INVESTIGATION)
    last = file.reviews[-1] if file.reviews else None
    returned = last if last and file.proposal and last.proposal_id == file.proposal.pk and not last.passed else None
    if (waiting := _objected(file, step)) is not None:
        return waiting
    return Now(
        "修改处理意见，再次送审" if returned else "提出处理意见",
        step.public,
        _handlers(file),
        file.may("officer"),
        Link("修改处理意见" if returned else "提出处理意见", file.page("casework:propose")),
        step.because,
        _duty(file, "D05"),
        warning=f"法制审核{returned.get_outcome_display()}（{returned.by.name}）：{returned.opinion}"
        if returned
        else "",
        missing=lacking,
        more=(*_against(file, returned), *_unserved(file)),
        again=_again(file),
    )


def _objected(file: File, step: Any) -> Now | None:
    """What waits while an objection to the opinion is not coordinated: nothing is sent to review before."""
    objection = dissent.open_objection(file.case)
    if objection is None:
        return None
    return Now(
        f"等待协调对{objection.review.proposal}审核意见的异议",
        "承办人不同意审核意见，由未承办本案的负责人主持协调；协调以后提出新的一稿再送审。",
        "未承办本案的负责人",
        file.may("head"),
        Link("协调", address("review:coordinate", objection.pk)),
        rules.clauses(file.case, "coordinate") or step.because,
        _duty(file, "D05"),
        warning=f"{objection.by.name}的异议：{objection.text}",
    )


def _against(file: File, returned: Review | None) -> tuple[Link, ...]:
    """The page where a handler may object to the opinion that returned the draft."""
    if returned is None or not file.may("officer") or dissent.of_review(file.case, returned) is not None:
        return ()
    return (Link("对审核意见提出异议", address("review:object", returned.pk)),)


def _review(file: File, step: Any) -> Now:
    proposal = file.proposal
    submission = file.submissions.get(proposal.pk) if proposal else None
    if (waiting := _objected(file, step)) is not None:
        return waiting
    if submission is None and proposal is not None:
        return Now(
            f"把{proposal}送法制审核",
            step.public,
            _handlers(file),
            file.may("officer"),
            Link("送法制审核", address("review:submit", proposal.pk)),
            step.because,
            _duty(file, "D05"),
            more=(Link("修改处理意见", file.page("casework:propose")),) if file.may("officer") else (),
        )
    supplement = next((r for r in reversed(file.reviews) if r.proposal_id == getattr(proposal, "pk", None)), None)
    if supplement and supplement.outcome == Review.Outcome.TRANSFER:
        return Now(
            "法制审核认为应当移送",
            step.public,
            _handlers(file),
            file.may("officer"),
            Link("移送涉嫌犯罪案件", file.page("decision:crime")),
            step.because,
            _duty(file, "D05"),
            warning=f"移送（{supplement.by.name}）：{supplement.opinion}",
            more=(Link("修改处理意见", file.page("casework:propose")),) if file.may("officer") else (),
        )
    if supplement and supplement.outcome == Review.Outcome.SUPPLEMENT:
        return Now(
            "按审核意见补充材料，再次送审",
            "材料补齐入卷以后提出新的一稿再送审，审核期限从那时起算；内容不变的照原稿提出。",
            _handlers(file),
            file.may("officer"),
            Link("补充后提出新的一稿", file.page("casework:propose")),
            step.because,
            _duty(file, "D05"),
            warning=f"补充材料（{supplement.by.name}）：{supplement.opinion}",
            missing=tuple(one for one in file.owed if not one.met and one.step in cases.INVESTIGATION),
            again=_again(file),
        )
    return Now(
        f"等待对{proposal}的法制审核意见",
        step.public,
        "法制审核人员（不得是承办人）",
        file.may("reviewer"),
        Link("审核", address("review:review", submission.pk)) if submission else None,
        step.because,
        _duty(file, "D53"),
    )


def _notice(file: File, step: Any) -> Now:
    return Now(
        "向当事人事先告知",
        step.public,
        _handlers(file),
        file.may("officer"),
        Link("制作事先告知书", file.page("decision:notify")),
        step.because,
        _duty(file, "D05"),
        missing=_missing(file, "notice"),
        more=_unserved(file),
    )


def _defence(file: File, step: Any) -> Now:
    notice, said = file.notice, file.statement
    acts, who = file.may("officer"), _handlers(file)
    duty = _duty(file, "D05")
    if notice and notice.item_id not in file.services:
        link = Link("送达事先告知书", address("decision:serve", file.case.pk, notice.item_id))
        text = "告知书送达之日起，陈述申辩的期限才开始计算。"
        return _announced(file, Now("送达事先告知书", text, who, acts, link, step.because, duty))
    if said is None or (said.how == Statement.How.STATED and hasattr(said, "answer")):
        due = decisions.statement_due(notice) if notice else None
        return Now(
            "听取陈述申辩",
            step.public,
            who,
            acts,
            Link("记录陈述申辩", file.page("decision:statement")),
            step.because,
            duty,
            warning=f"陈述申辩期限到 {due} 届满；届满前只有当事人陈述或者明确放弃，才能往下办。" if due else "",
            missing=_missing(file, "notice"),
        )
    return Now(
        "复核陈述申辩",
        "对当事人提出的事实、理由和证据逐点复核，不得因申辩加重处罚。",
        who,
        acts,
        Link("复核陈述申辩", file.page("decision:answer")),
        step.because,
        duty,
    )


def _hearing(file: File, step: Any) -> Now:
    """Whether a hearing is asked for, its arrangement, its notice, and the hearing itself."""
    said = hearings.request_of(file.notice)
    hearing = hearings.hearing_of(said)
    duty = _duty(file, "D04") or _duty(file, "D05")
    acts, who = file.may("officer"), _handlers(file)
    if file.notice is None or said is None or said.how != "requested":
        due = hearings.asking(file.notice) if file.notice else None
        link = Link("登记是否要求听证", file.page("decision:hearing_ask"))
        warning = f"要求听证的期限到 {due.due} 届满。" if due else ""
        return Now("当事人是否要求听证", step.public, who, acts, link, step.because, duty, warning=warning)
    arrange = Link("组织听证", file.page("decision:hearing_arrange"))
    if hearing is None:
        head = f"{file.case.body.name}负责人（不得是承办人）"
        text = "指定非本案调查人员主持，制作听证通知书。"
        return Now("等待组织听证", text, head, file.may("head"), arrange, step.because, duty)
    again = (Link("另行安排", arrange.url),) if file.may("head") else ()
    if hearing.item_id not in file.services:
        link = Link("送达听证通知书", address("decision:serve", file.case.pk, hearing.item_id))
        text = f"最迟在 {hearings.telling(file.case, hearing.opens_at).due} 送达。"
        return Now("送达听证通知书", text, who, acts, link, step.because, duty, more=again)
    presides = file.caller.officer.key == hearing.host.key
    link = Link("登记听证情况", file.page("decision:hearing_end"))
    text = f"听证定于 {timezone.localtime(hearing.opens_at):%Y-%m-%d %H:%M} 在{hearing.place}举行。"
    return Now("听证", text, f"听证主持人 {hearing.host.name}", presides, link, step.because, duty, more=again)


def _after_hearing(file: File) -> tuple[Link, ...]:
    """What a hearing that was held still asks for: the report of its host, the answer of the draft."""
    held = hearings.held(file.case) if "held" in file.state.done else None
    if held is None:
        return ()
    more = []
    if held.hearing.host.key == file.caller.officer.key and not hasattr(held, "report"):
        more.append(Link("提出听证报告", file.page("decision:hearing_report")))
    if file.may("officer") and file.proposal and file.proposal.at > held.at and not hearings.reply_of(file.proposal):
        more.append(Link("回应听证笔录", file.page("decision:hearing_answer")))
    return tuple(more)


def _exempt(file: File, step: Any) -> Now:
    return Now(
        "等待负责人决定是否不予行政处罚",
        "承办人提出了不予行政处罚的意见，由负责人审查决定。",
        f"{file.case.body.name}负责人（不得是承办人）",
        file.may("head"),
        Link("决定是否不予行政处罚", file.page("decision:exemption_answer")),
        step.because,
        _duty(file, "D05"),
    )


def _decide(file: File, step: Any) -> Now:
    if "exemption" in file.state.done:
        return _exempt(file, step)
    more = (Link("记录集体讨论", file.page("decision:deliberate")),) if file.may("head") else ()
    return Now(
        "等待负责人作出决定",
        step.public,
        f"{file.case.body.name}负责人（不得是承办人）",
        file.may("head"),
        Link("作出决定", file.page("decision:decide")),
        step.because,
        _duty(file, "D05"),
        missing=_missing(file, "notice") + _missing(file, "defence"),
        more=more,
    )


def _simple(title: str, word: str, name: str, role: str, *rules: str) -> Callable[[File, Any], Now]:
    def make(file: File, step: Any) -> Now:
        who = _handlers(file) if role == "officer" else f"{file.case.body.name}负责人（不得是承办人）"
        return Now(
            title,
            step.public,
            who,
            file.may(role),
            Link(word, file.page(name)),
            step.because,
            _duty(file, *rules),
            missing=_missing(file, step.code),
            more=_unserved(file),
        )

    return make


def _serve(file: File, step: Any) -> Now:
    issuance = file.issuance
    exempt = next((one for one in file.unserved if one.code == "no_penalty_decision"), None)
    item = exempt.pk if exempt else issuance.item_id if issuance else None
    link = Link("送达决定书", address("decision:serve", file.case.pk, item)) if item else None
    found = Now(
        "送达不予行政处罚决定书" if exempt else "送达行政处罚决定书",
        step.public,
        _handlers(file),
        file.may("officer"),
        link,
        step.because,
        _duty(file, "D06"),
    )
    return _announced(file, found)


def _announced(file: File, found: Now) -> Now:
    """A service that runs by announcement: it is registered on the day the term has run out."""
    runs = _duty(file, announcements.TERM)
    if runs is None:
        return found
    text = f"已经发出送达公告，{runs.due_on} 公告期满，视为送达；期满以后登记送达。"
    return replace(found, title=f"{found.title}：公告期间", text=text, duty=runs)


def _perform(file: File, step: Any) -> Now:
    made = file.decision
    if made is None or made.fine_fen + made.confiscation_fen:
        return _simple("登记履行", "登记缴款", "decision:perform", "officer", "D11")(file, step)
    text = "决定没有罚没款，不需要登记缴款；处罚内容履行以后，由未承办本案的负责人审批结案。"
    return replace(_close(file, step), title="等待履行，批准结案", text=text)


def _close(file: File, step: Any) -> Now:
    lacking = tuple(one for one in file.owed if not one.met and one.step not in ("close", "disclose", "archive"))
    return Now(
        "等待负责人批准结案",
        step.public,
        f"{file.case.body.name}负责人（不得是承办人）",
        file.may("head"),
        Link("审批结案", file.page("decision:close")),
        step.because,
        None,
        missing=lacking,
        more=_unserved(file),
    )


def _archive(file: File, step: Any) -> Now:
    return Now(
        "等待归档",
        step.public,
        "档案员",
        file.caller.has("archivist"),
        Link("归档", file.page("decision:archive")),
        step.because,
        missing=tuple(one for one in file.owed if not one.met),
    )


def _disclose(file: File, step: Any) -> Now:
    link = Link("公示决定", to_publish(file.issuance)) if file.issuance else None
    return Now(
        "等待公示",
        step.public,
        "公示专员",
        file.caller.has("disclosure"),
        link,
        step.because,
        _duty(file, "D07"),
    )


_NEXT: dict[str, Callable[[File, Any], Now]] = {
    "open": _open,
    "propose": _propose,
    "review": _review,
    "notice": _notice,
    "defence": _defence,
    "hearing": _hearing,
    "decide": _decide,
    "issue": _simple("印发行政处罚决定书", "印发决定书", "decision:issue", "officer", "D06"),
    "serve": _serve,
    "perform": _perform,
    "close": _close,
    "disclose": _disclose,
    "archive": _archive,
}
