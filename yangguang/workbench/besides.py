"""What stands beside the next step of a case: what holds its decision, and what may be needed at any time."""

from yangguang.casework.joinder import queries as joinder
from yangguang.casework.pages import ASSISTANCE
from yangguang.casework.progress import LEFT
from yangguang.decision.jurisdiction import queries as jurisdiction
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.registry.web import address

from .case_file import File
from .links import Link


def recused(file: File) -> list[Officer]:
    """The handlers who must keep away, until a head hands the case to others."""
    case = file.case
    return [one for one in (case.handler1, case.handler2) if registry.recused(one.key, *case.chains) is not None]


def elsewhere(file: File) -> str:
    """What holds the decision of a case that otherwise goes on: a dispute over jurisdiction, an answer that is awaited."""
    if away := recused(file):
        return f"承办人{'、'.join(one.name for one in away)}应当回避，由负责人变更承办人以后继续办理"
    if file.case.guided or not file.opening:
        return ""
    if LEFT & file.state.done.keys():
        return ""
    if (going := jurisdiction.open_dispute(file.case)) is not None:
        asked = (
            f"，已报请{going.referral.superior}指定管辖" if hasattr(going, "referral") else "，先协商或者报请指定管辖"
        )
        return f"与{going.other}的管辖争议还没有解决，解决之前不能作出决定{asked}"
    if (found := jurisdiction.elsewhere(file.case)) is not None:
        return f"已经确定由{found.other}管辖，应当移送该机关"
    if (waits := joinder.waiting(file.case)) is not None:
        return f"已提出{waits.get_what_display()}的意见，等候负责人决定"
    return ""


def people(file: File) -> tuple[Link, ...]:
    """Whom a head may replace or keep away while the case is open; what a supervisor may call to account."""
    unreviewed = file.state.decided_on and not {"review", "exempted"} & file.state.done.keys()
    if file.caller.has("supervisor") and unreviewed:
        return (Link("没有审核就决定：责任追究", address("review:skipped", file.case.pk)),)
    if not file.may("head"):
        return ()
    return (
        Link("变更承办人", file.page("casework:handlers")),
        Link("决定是否回避", file.page("casework:decide_recusal")),
    )


def contested(file: File) -> tuple[Link, ...]:
    """What the party may bring against the decision after the procedure: of other kinds as soon as it was served."""
    if not (file.may("officer") or file.may("head")) or "declined" in file.state.done:
        return ()
    decided = file.course.said.get("decided_on") if file.case.guided else file.state.decided_on
    return (Link("行政复议、行政诉讼", file.page("decision:remedies")),) if decided else ()


def besides(file: File) -> tuple[Link, ...]:
    """What may be needed at any time beside the next step: payment, remedies, a transfer, a suspension."""
    if not (file.may("officer") or file.may("head")) or not file.opening:
        return ()
    remedies = Link("行政复议、行政诉讼", file.page("decision:remedies"))
    if "exempted" in file.state.done:
        return (remedies,) if "serve" in file.state.done else ()
    if file.issuance and file.issuance.item_id in file.services:
        return (
            Link("缴纳、催告和强制执行", file.page("decision:payment")),
            remedies,
            Link("重大处罚备案", file.page("decision:filing")),
        )
    if LEFT & file.state.done.keys() or file.state.closed_on:
        return left(file)
    links = [Link("移送涉嫌犯罪案件", file.page("decision:crime"))]
    if file.may("officer") and not file.decision:
        links.append(Link("请其他机关协助调查", address("casework:document", file.case.pk, *ASSISTANCE)))
    if file.may("head") and not file.decision:
        links.append(Link("中止、恢复调查", file.page("decision:pause")))
    if not file.decision:
        links.append(Link("并案、分案", file.page("decision:joinder")))
        links.append(Link("管辖争议、移送管辖", file.page("decision:jurisdiction")))
    if "conclude" in file.state.done and not file.decision:
        links.append(Link("不予行政处罚", file.page("decision:exemption")))
    return tuple(links)


def left(file: File) -> tuple[Link, ...]:
    """Where a case that goes on elsewhere can be followed: with the police, in another case, with another body."""
    pages = {"transferred": ("移送涉嫌犯罪案件", "crime"), "joined": ("并案、分案", "joinder")}
    pages["handed_over"] = ("管辖争议、移送管辖", "jurisdiction")
    return tuple(
        Link(words, file.page(f"decision:{name}")) for mark, (words, name) in pages.items() if mark in file.state.done
    )
