"""The page of one case: an explicit list of panels, from the top down.

Each panel is a function from the loaded `File` to its template and context.  There is no registry: a new panel is a new
line in `MAIN` or `RAIL`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from yangguang.casework import facts, pages, paper_marks, wording
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.joinder import queries as joinder
from yangguang.casework.models import Case, Proposal
from yangguang.casework.progress import LEFT
from yangguang.casework.rubric import queries as rubric
from yangguang.decision import queries as decisions
from yangguang.decision.party import queries as party
from yangguang.duty.models import Duty
from yangguang.policy.answers import Verdict
from yangguang.record import coverage_pages, documents
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.record.queries import Owed
from yangguang.record.repair import queries as repair
from yangguang.registry.web import address
from yangguang.trail import queries as trail

from . import links
from .case_file import File, goes_out
from .links import Link
from .next_act import now


@dataclass(frozen=True)
class Panel:
    """One part of the page."""

    name: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    link: Link | None = None


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
    if file.case.guided:
        open_ = state == "now" and file.state.desk == "officer" and file.may("officer")
        return address("casework:course", file.case.pk, code) if open_ else ""
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
    rows, forms = [], documents.catalogue()
    said = paper_marks.of(file.case, file.items, file.owed)
    for item in file.items:
        if item.medium != Item.Medium.TEXT:
            continue
        service = file.services.get(item.pk)
        rows.append(
            {
                "item": item,
                "marks": said.get(item.pk, ()),
                "step": titles.get(item.step, LATER.get(item.step, item.step)),
                "pages": item.meta.get("pages"),
                "external": goes_out(item),
                "internal": item.code not in forms or forms[item.code].internal,
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
        if file.may("officer") and (file.opening or file.case.guided)
        else None
    )
    return Panel("evidence", f"照片和音像（{len(rows)}）", "workbench/panels/evidence.html", {"rows": rows}, add)


def _length(seconds: Any) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(int(float(seconds)), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def coverage_panel(file: File) -> Panel | None:
    """What had to be recorded of the steps taken, on lines of time.  **Clause** QD-3.2.2(2)a, QS-3.2.2e."""
    of = record.matter(file.case.dossier)
    if of is None:
        return None
    reached = {*file.state.done, file.state.step} | {item.step for item in file.items if item.medium in record.AV}
    asked = [one for one in coverage_pages.recorded(of, file.owed, file.items) if one.step in reached]
    if not asked:
        return None
    keeps = file.may("officer") and bool(file.opening) and file.state.closed_on is None
    return Panel(
        "coverage",
        "音像记录的覆盖",
        "workbench/panels/coverage.html",
        {
            "rows": coverage_pages.rows(file.case.dossier, of, asked, file.items),
            "dossier": file.case.dossier,
            "keeps": keeps,
            "live": file.page("record:live", file.case.dossier_id) if keeps else "",
        },
        Link("全部记录要求", file.page("record:coverage", file.case.dossier_id)),
    )


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
                "why": _unreviewed(file, proposal),
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


def _unreviewed(file: File, proposal: Proposal) -> str:
    """On what clauses a draft goes without review; "" for one that needs it.  **Clause** QD-3.3.4c."""
    if proposal.needs_review or file.case.guided or proposal != file.proposal:
        return ""
    answer = cases.review_answer(file.case, proposal.body, timezone.localdate(proposal.at))
    return "、".join(dict.fromkeys(facts.named(one) for one in answer.because))


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


def party_panel(file: File) -> Panel | None:
    """What the party handed in and looked at without an account."""
    rows, readings = party.of(file.case), party.readings(file.case)
    if not rows and not readings:
        return None
    waiting = sum(not hasattr(one, "acceptance") and one.kind != "inspect" for one in rows)
    title = f"当事人提交（待收入案卷 {waiting} 件）" if waiting else "当事人提交和查阅"
    return Panel("party", title, "workbench/panels/party.html", {"rows": rows, "readings": readings, "case": file.case})


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
        actions = [Link("公示", links.to_publish(file.issuance))]
    if file.may("head"):
        actions.append(Link("撤销或者变更决定", file.page("decision:revoke")))
    return Panel(
        "publication",
        "公示",
        "workbench/panels/publication.html",
        {
            "issuance": file.issuance,
            "rows": [(one, getattr(one, "takedown", None)) for one in reversed(file.publications)],
            "revocation": decisions.revocation_against(file.issuance),
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


def repair_panel(file: File) -> Panel | None:
    """Orders to mend a record, and the way to give one."""
    rows, may = repair.of(file.case.dossier), file.caller.has(*repair.ORDERERS) and not file.handles
    if not rows and not may:
        return None
    link = Link("责令改正", address("record:order_repair", file.case.dossier_id)) if may else None
    return Panel("repair", "记录改正", "workbench/panels/repair.html", {"rows": rows, "today": file.today}, link)


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


def verdicts_panel(file: File) -> Panel | None:
    if file.decision or "exempted" in file.state.done or LEFT & file.state.done.keys():
        found: list[Verdict] = []
    elif file.case.guided:
        found = course.standing_verdicts(file.course, file.caller.officer) if file.state.step else []
    elif file.proposal and file.opening:
        head = file.caller.officer if file.may("head") else None
        found = decisions.verdicts(file.proposal, head, file.today)
    else:
        found = cases.early_verdicts(file.case, cases.EARLY, file.today)
    pack = cases.pack_of(file.case)
    found = [wording.verdict(pack, one) for one in found]
    order = {"failed": 0, "unknown": 1, "passed": 2}
    found = sorted(found, key=lambda verdict: order[verdict.state])
    if not found and not file.decision:
        return None
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


def rubric_panel(file: File) -> Panel | None:
    """The evaluation of the file as it stands, for who handles, reviews or supervises it, before anything is filed."""
    if not cases.pack_of(file.case).rubric.items or not file.caller.has("officer", "reviewer", "supervisor", "head"):
        return None
    sheet = rubric.sheet(file.case, file.today, owed=file.owed, due=file.duties)
    link = Link("评查表", file.page("casework:rubric"))
    return Panel("rubric", "案卷评查", "workbench/panels/rubric.html", {"sheet": sheet}, link)


def related_panel(file: File) -> Panel | None:
    """The cases this one was joined with, was made of, or gave a part to."""
    rows = joinder.related(file.case)
    if not rows:
        return None
    over = {one.other_id: one for one in joinder.taken(file.case)}
    return Panel(
        "related",
        "相关案件",
        "workbench/panels/related.html",
        {
            "rows": [
                {
                    "words": one.words,
                    "case": one.case,
                    "on": one.on,
                    "url": links.case(one.case.pk),
                    "items": over[one.case.pk].items if one.case.pk in over else (),
                }
                for one in rows
            ]
        },
        Link("并案、分案的办理情况", file.page("decision:joinder")),
    )


MAIN = (
    now_panel,
    owed_panel,
    party_panel,
    drafts_panel,
    documents_panel,
    evidence_panel,
    coverage_panel,
    repair_panel,
    service_panel,
    related_panel,
    publication_panel,
    timeline_panel,
)
RAIL = (duties_panel, verdicts_panel, rubric_panel)


def panels(file: File, which: tuple[Callable[[File], Panel | None], ...]) -> list[Panel]:
    return [panel for make in which if (panel := make(file)) is not None]


def status(file: File) -> tuple[str, str]:
    """The state of the case as a status code and a word."""
    step = file.state.step
    if file.opening is not None and not file.opening.approved:
        return "refused", "不予立案"
    if file.issuance and decisions.revocation_against(file.issuance):
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
