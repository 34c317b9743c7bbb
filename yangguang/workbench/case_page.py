"""The page of one case: an explicit list of panels, from the top down.

Each panel is a function from the loaded `File` to its template and context.  There is no registry: a new panel is a new
line in `MAIN` or `RAIL`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from yangguang.casework import pages, wording
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, CaseState, Opening, Proposal
from yangguang.decision import queries as decisions
from yangguang.decision.models import Decision, Issuance, Notice, Service, Statement
from yangguang.disclosure import queries as disclosure
from yangguang.disclosure.models import Publication
from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.policy.acts import ROLES
from yangguang.policy.answers import Citation, Verdict
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.record.queries import Owed
from yangguang.registry.access import Caller
from yangguang.registry.web import address
from yangguang.review import queries as review
from yangguang.review.models import Review, Submission
from yangguang.trail import queries as trail

from . import links, queries, trail_page
from .links import Link


class File:
    """Everything about one case that its page needs, each part read once."""

    def __init__(self, case: Case, caller: Caller, today: date):
        self.case, self.caller, self.today = case, caller, today

    @cached_property
    def state(self) -> CaseState:
        return self.case.state

    @cached_property
    def opening(self) -> Opening | None:
        return getattr(self.case, "opening", None)

    @cached_property
    def handles(self) -> bool:
        return cases.handles(self.caller.officer, self.case)

    @cached_property
    def items(self) -> list[Item]:
        return list(record.items(self.case.dossier))

    @cached_property
    def owed(self) -> list[Owed]:
        return cases.owed(self.case)

    @cached_property
    def proposals(self) -> list[Proposal]:
        return cases.proposals(self.case)

    @cached_property
    def proposal(self) -> Proposal | None:
        return self.proposals[-1] if self.proposals else None

    @cached_property
    def submissions(self) -> dict[Any, Submission]:
        return {one.proposal_id: one for one in queries.submissions(self.case)}

    @cached_property
    def reviews(self) -> list[Review]:
        return review.given(self.case)

    @cached_property
    def notice(self) -> Notice | None:
        return decisions.notice_of(self.case)

    @cached_property
    def statement(self) -> Statement | None:
        return decisions.statement_of(self.notice) if self.notice else None

    @cached_property
    def services(self) -> dict[Any, Service]:
        return {one.item_id: one for one in queries.services(self.case)}

    @cached_property
    def unserved(self) -> list[Item]:
        return [item for item in self.items if goes_out(item) and item.pk not in self.services]

    @cached_property
    def decision(self) -> Decision | None:
        return decisions.decision_of(self.case)

    @cached_property
    def issuance(self) -> Issuance | None:
        return getattr(self.decision, "issuance", None) if self.decision else None

    @cached_property
    def publications(self) -> list[Publication]:
        return disclosure.versions(self.issuance) if self.issuance else []

    @cached_property
    def duties(self) -> list[Duty]:
        return list(duties.of(self.case.chain))

    @cached_property
    def clue_duty(self) -> Duty | None:
        """The duty to answer the clue the case came of, while it is open."""
        if self.case.clue is None:
            return None
        return next((duty for duty in duties.of(self.case.clue.chain) if not hasattr(duty, "discharge")), None)

    @cached_property
    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.duties if not hasattr(duty, "discharge")]

    @cached_property
    def entries(self) -> list[trail_page.Line]:
        return trail_page.lines(self.case)

    def may(self, *roles: str) -> bool:
        """Whether the reader is the one who acts: a handler where officers act, a head who is not a handler."""
        if roles == ("officer",):
            return self.caller.has("officer") and self.handles
        return self.caller.has(*roles) and not self.handles

    def page(self, name: str, *args: Any) -> str:
        return address(name, *(args or [self.case.pk]))


def goes_out(item: Item) -> bool:
    """Whether a document must be served on the party; its public version must not."""
    return item.code in decisions.SERVED and item.event != "public"


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


@dataclass(frozen=True)
class Panel:
    """One part of the page."""

    name: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    link: Link | None = None


# ---- what comes next -----------------------------------------------------------------------------------------------


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


# ---- the step line -------------------------------------------------------------------------------------------------


def step_line(file: File) -> list[dict[str, Any]]:
    """The steps with who took them and when, what they owe, and the page of those the reader may take."""
    took = {one.step: one.by.name for one in cases.taken(file.case)}
    if file.opening:
        took["open"] = file.opening.by.name
    if file.decision:
        took["decide"] = file.decision.by.name
    for passed in file.reviews:
        took["review"] = passed.by.name
    rows = []
    for one in cases.step_line(file.case, file.state):
        rows.append(
            {
                "code": one.code,
                "title": one.title,
                "state": "next" if one.state == "optional" else one.state,
                "note": "视情况办理" if one.state == "optional" else "",
                "at": one.at[:10] if one.at else "",
                "who": took.get(one.code, "") if one.state == "done" else "",
                "url": _step_url(file, one.code, one.state),
                "records": [
                    {
                        "title": owed.title,
                        "state": "done" if owed.met else "missing" if one.state in ("done", "now") else "optional",
                        "url": _mend(file, owed) if not owed.met else "",
                    }
                    for owed in file.owed
                    if owed.step == one.code and (one.state == "now" or (one.state == "done" and not owed.met))
                ],
            }
        )
    return rows


def _step_url(file: File, code: str, state: str) -> str:
    if file.may("officer") and code in cases.BY_FORM and file.opening and file.opening.approved:
        return address("casework:step", file.case.pk, code)
    if file.may("officer") and code == "propose" and state in ("done", "now") and not file.decision:
        return file.page("casework:propose")
    return ""


def _mend(file: File, owed: Owed) -> str:
    """The page on which a missing document or recording is supplied; "" for who may not."""
    return pages.mend(file.case, owed) if file.may("officer") else ""


# ---- panels --------------------------------------------------------------------------------------------------------


def now_panel(file: File) -> Panel:
    found = now(file)
    missing = [
        {"owed": one, "url": _mend(file, one), "waive_url": pages.waive(file.case, one) if one.may_waive else ""}
        for one in found.missing
    ]
    return Panel("now", "现在", "workbench/panels/now.html", {"now": found, "missing": missing})


def owed_panel(file: File) -> Panel | None:
    said = now(file).missing
    rows = [
        {
            "owed": one,
            "step": step.title,
            "url": _mend(file, one),
            "waive_url": pages.waive(file.case, one) if one.may_waive and file.may("officer") else "",
        }
        for step in cases.act_of(file.case).steps
        for one in file.owed
        if one.step == step.code and not one.met and one not in said
        if step.code in {*file.state.done, file.state.step}
    ]
    if not rows:
        return None
    return Panel("owed", f"还缺的记录和文书（{len(rows)}）", "workbench/panels/owed.html", {"rows": rows})


LATER = {"revoke": "撤销变更"}  # what happens to a decision outside its procedure


def documents_panel(file: File) -> Panel:
    titles = {step.code: step.title for step in cases.act_of(file.case).steps}
    rows = []
    for item in file.items:
        if item.medium != Item.Medium.TEXT:
            continue
        service = file.services.get(item.pk)
        rows.append(
            {
                "item": item,
                "step": titles.get(item.step, LATER.get(item.step, item.step)),
                "pages": item.meta.get("pages"),
                "external": goes_out(item),
                "service": service,
                "url": address("record:item", item.pk),
                "file": address("record:file", item.pk),
                "format": "PDF" if item.mime == "application/pdf" else "原件",
            }
        )
    return Panel("documents", f"文书（{len(rows)}）", "workbench/panels/documents.html", {"rows": rows})


def evidence_panel(file: File) -> Panel:
    satisfied: dict[Any, list[str]] = {}
    for owed in file.owed:
        for item in owed.have:
            satisfied.setdefault(item.pk, []).append(owed.title)
    rows = [
        {
            "kind": item.medium,
            "title": item.title,
            "alt": item.note or item.title,
            "url": address("record:item", item.pk),
            "thumb": address("record:thumb", item.pk) if item.medium != Item.Medium.AUDIO else "",
            "who": item.by.name,
            "at": item.at,
            "place": item.meta.get("place", ""),
            "device": item.meta.get("device", "") or "",
            "digest": item.digest,
            "size": item.size_bytes,
            "length": _length(item.meta.get("seconds") or item.meta.get("duration_s")),
            "demands": satisfied.get(item.pk, []),
            "note": item.note,
        }
        for item in file.items
        if item.medium != Item.Medium.TEXT
    ]
    add = (
        Link("上传照片、录音、录像", address("record:upload", file.case.dossier_id))
        if file.may("officer") and file.opening
        else None
    )
    return Panel("evidence", f"照片和音像（{len(rows)}）", "workbench/panels/evidence.html", {"rows": rows}, add)


def _length(seconds: Any) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(int(float(seconds)), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def drafts_panel(file: File) -> Panel | None:
    if not file.proposals:
        return None
    rows = []
    for proposal in reversed(file.proposals):
        submission = file.submissions.get(proposal.pk)
        rows.append(
            {
                "proposal": proposal,
                "submission": submission,
                "reviews": [one for one in file.reviews if one.proposal_id == proposal.pk],
                "current": proposal == file.proposal,
            }
        )
    before = file.proposals[-2] if len(file.proposals) > 1 else None
    last = file.proposals[-1]
    words = wording.as_text
    return Panel(
        "drafts",
        "处理意见和法制审核",
        "workbench/panels/drafts.html",
        {
            "rows": rows,
            "facts": wording.as_rows(file.case, last.body),
            "last": last,
            "before": before,
            "before_text": words(file.case, before.body) if before else "",
            "after_text": words(file.case, last.body) if before else "",
        },
    )


def service_panel(file: File) -> Panel | None:
    if not file.services and not file.unserved:
        return None
    titles = {item.pk: item for item in file.items}
    rows = [
        {
            "item": titles[one.item_id],
            "service": one,
            "url": address("record:item", one.receipt_id),
        }
        for one in file.services.values()
        if one.item_id in titles
    ]
    waiting = [
        {
            "item": item,
            "url": address("decision:serve", file.case.pk, item.pk) if file.may("officer") else "",
        }
        for item in file.unserved
    ]
    return Panel("service", "送达", "workbench/panels/service.html", {"rows": rows, "waiting": waiting})


def publication_panel(file: File) -> Panel | None:
    if file.issuance is None:
        return None
    publisher = file.caller.has("disclosure")
    latest = file.publications[-1] if file.publications else None
    actions = []
    if publisher and latest and not hasattr(latest, "takedown"):
        actions = [
            Link("登记差错", address("disclosure:error", latest.pk)),
            Link("更正", address("disclosure:correct", latest.pk)),
            Link("撤下", address("disclosure:take_down", latest.pk)),
        ]
    if publisher and latest is None:
        actions = [Link("公示", address("disclosure:publish", file.issuance.pk))]
    if file.may("head") and file.decision:
        actions.append(Link("撤销或者变更决定", file.page("decision:revoke")))
    return Panel(
        "publication",
        "公示",
        "workbench/panels/publication.html",
        {
            "issuance": file.issuance,
            "rows": [(one, getattr(one, "takedown", None)) for one in reversed(file.publications)],
            "revocation": decisions.revocation_of(file.decision) if file.decision else None,
            "public_url": address("portal:decision", file.issuance.code) if latest else "",
            "actions": actions,
        },
    )


def timeline_panel(file: File) -> Panel:
    shown = [line for line in file.entries if not line.minor][-12:][::-1]
    return Panel(
        "timeline",
        "办理记录",
        "workbench/panels/timeline.html",
        {"lines": shown, "total": len(file.entries)},
        Link(f"全部留痕（{len(file.entries)} 条）", address("workbench:case_trail", file.case.pk)),
    )


def duties_panel(file: File) -> Panel:
    me = file.caller

    def mine(duty: Duty) -> bool:
        if duty.role == "officer":
            return file.handles
        return me.has(duty.role)

    subject = {file.case.chain: {"title": "", "url": "", "step": file.state.step}}
    rows = links.duty_rows(file.open_duties, subject, mine)
    done = [duty for duty in file.duties if hasattr(duty, "discharge")]
    return Panel("duties", "时限和职责", "workbench/panels/duties.html", {"rows": rows, "done": done})


def verdicts_panel(file: File) -> Panel:
    if file.decision:
        found: list[Verdict] = []
    elif file.proposal and file.opening:
        head = file.caller.officer if file.may("head") else None
        found = decisions.verdicts(file.proposal, head, file.today)
    else:
        found = cases.early_verdicts(file.case, cases.EARLY, file.today)
    pack = cases.pack_of(file.case)
    found = [wording.verdict(pack, one) for one in found]
    order = {"failed": 0, "unknown": 1, "passed": 2}
    found = sorted(found, key=lambda verdict: order[verdict.state])
    return Panel(
        "verdicts",
        "作出决定的条件" if file.proposal else "办案的条件",
        "workbench/panels/verdicts.html",
        {
            "verdicts": found,
            "passed": sum(verdict.state == "passed" for verdict in found),
            "decided": file.decision,
        },
    )


MAIN = (
    now_panel,
    owed_panel,
    drafts_panel,
    documents_panel,
    evidence_panel,
    service_panel,
    publication_panel,
    timeline_panel,
)
RAIL = (duties_panel, verdicts_panel)


def panels(file: File, which: tuple[Callable[[File], Panel | None], ...]) -> list[Panel]:
    return [panel for make in which if (panel := make(file)) is not None]


def status(file: File) -> tuple[str, str]:
    """The state of the case as a status code and a word."""
    step = file.state.step
    if file.opening is not None and not file.opening.approved:
        return "refused", "不予立案"
    if file.decision and decisions.revocation_of(file.decision):
        return "revoked", ""
    if not step:
        return "archived", ""
    if file.state.closed_on:
        return "closed", "已结案"
    title = next((one.title for one in cases.act_of(file.case).steps if one.code == step), step)
    return "open", f"在办：{title}"


def head(case: Case) -> int:
    """The last line of the case's trail the reader has seen; forms hand it back."""
    return trail.head(case.chain)
