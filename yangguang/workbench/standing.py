"""Where a case stands, as its page says it; what another body has yet to answer before it can go on."""

from dataclasses import dataclass
from typing import Any

from yangguang.decision.jurisdiction import queries as jurisdiction
from yangguang.decision.transfer import queries as crime
from yangguang.duty.models import Duty
from yangguang.policy.answers import Citation
from yangguang.record.queries import Owed

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


def handlers(file: File) -> str:
    return f"承办人 {file.case.handler1.name}、{file.case.handler2.name}"


def duty(file: File, *rules: str) -> Duty | None:
    return next((duty for duty in file.open_duties if duty.rule in rules), None)


def awaited(file: File, step: Any) -> Now | None:
    """What another body has yet to answer before a case that went to it can be closed here."""
    done, case = file.state.done, file.case
    if file.case.guided or step.code != "close" or file.decision:
        return None
    acts, who = file.may("officer"), handlers(file)
    if "transferred" in done and crime.taken_over(case) is None and (sent := crime.transfer_of(case)) is not None:
        reply = crime.reply_of(case)
        if reply is None:
            link = Link("登记公安机关的答复", file.page("decision:crime_reply"))
            return Now(f"等候{sent.organ}答复", "案件在公安机关，办案期限不计算。", who, acts, link, step.because)
        link = Link("登记移送后的办理", file.page("decision:crime_follow"))
        text = "公安机关已经立案，移交涉案物品和材料以后审批结案。"
        return Now("移交涉案物品和材料", text, who, acts, link, step.because, duty(file, "D22"))
    if "handed_over" in done and (gone := jurisdiction.gone(case)) is not None and not hasattr(gone, "reply"):
        if hasattr(gone, "handed"):
            text = "该机关使用本系统，在本系统查阅案卷并答复；接受以后审批结案，不接受的恢复办理。"
            return Now(f"等候{gone.organ}答复", text, gone.organ, False, None, step.because)
        link = Link("登记接受移送的机关的答复", file.page("decision:handover_reply"))
        return Now(f"等候{gone.organ}答复", "接受以后审批结案，不接受的恢复办理。", who, acts, link, step.because)
    return None
