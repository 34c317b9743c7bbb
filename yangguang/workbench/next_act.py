"""What the law wants next in a case, who does it, until when, and the page it is done on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yangguang.casework import queries as cases
from yangguang.decision import queries as decisions
from yangguang.decision.models import Statement
from yangguang.duty.models import Duty
from yangguang.policy.acts import ROLES
from yangguang.policy.answers import Citation
from yangguang.record.queries import Owed
from yangguang.registry.web import address

from .case_file import File
from .links import Link


@dataclass(frozen=True)
class Now:
    """Where the case stands and what the law wants next."""

    title: str
    text: str
    who: str
    acts: bool
    link: Link | None = None
    because: tuple[Citation, ...] = ()
    duty: Duty | None = None
    warning: str = ""
    more: tuple[Link, ...] = ()
    again: tuple[Link, ...] = ()  # steps that may be taken besides, or once more
    missing: tuple[Owed, ...] = ()
    ended: bool = False


def now(file: File) -> Now:
    """The next act of the law in this case, who does it, until when, and the page it is done on."""
    code = file.state.step
    if file.opening is not None and not file.opening.approved:
        return Now(
            "不予立案", f"负责人意见：{file.opening.opinion or '不予立案'}", file.opening.by.name, False, ended=True
        )
    if not code:
        return Now("全部环节已办结", "案卷已归档，办理结束。", "", False, ended=True)
    step = cases.step_of(file.case, code)
    if step is None:
        return Now("规则包没有当前环节", f"本案停在“{code}”，规则包中没有这个环节。", "系统管理员", False)
    make = _NEXT.get(code, _by_form)
    return make(file, step)


def _handlers(file: File) -> str:
    return f"承办人 {file.case.handler1.name}、{file.case.handler2.name}"


def _duty(file: File, *rules: str) -> Duty | None:
    return next((duty for duty in file.open_duties if duty.rule in rules), None)


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
        more=_unserved(file),
        again=_again(file),
    )


def _review(file: File, step: Any) -> Now:
    proposal = file.proposal
    submission = file.submissions.get(proposal.pk) if proposal else None
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
    return Now(
        f"等待对{proposal}的法制审核意见",
        step.public,
        "法制审核人员（不得是承办人）",
        file.may("reviewer"),
        Link("审核", address("review:review", submission.pk)) if submission else None,
        step.because,
        _duty(file, "D53"),
        warning=f"{supplement.get_outcome_display()}：{supplement.opinion}" if supplement else "",
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
        return Now(
            "送达事先告知书", "告知书送达之日起，陈述申辩的期限才开始计算。", who, acts, link, step.because, duty
        )
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


def _decide(file: File, step: Any) -> Now:
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
    link = Link("送达决定书", address("decision:serve", file.case.pk, issuance.item_id)) if issuance else None
    return Now(
        "送达行政处罚决定书", step.public, _handlers(file), file.may("officer"), link, step.because, _duty(file, "D06")
    )


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
    link = Link("公示决定", address("disclosure:publish", file.issuance.pk)) if file.issuance else None
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
    "decide": _decide,
    "issue": _simple("印发行政处罚决定书", "印发决定书", "decision:issue", "officer", "D06"),
    "serve": _serve,
    "perform": _simple("登记履行", "登记缴款", "decision:perform", "officer", "D11"),
    "close": _close,
    "disclose": _disclose,
    "archive": _archive,
}
