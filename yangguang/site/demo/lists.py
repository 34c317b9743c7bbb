"""Gives every body of the demo its lists: those it can fill are in force, public and filed; what nobody drew up is missing.

They hold from the first day of the story, because they decide which drafts are reviewed and what must be recorded.
"""

from datetime import date, datetime

from yangguang.catalogue import actions, queries
from yangguang.catalogue.lists.drafts import OPT_IN
from yangguang.catalogue.lists.kinds import KINDS
from yangguang.catalogue.models import PORTAL, ListVersion
from yangguang.policy import packs

from . import bodies
from .life import Staff

Typed = dict[str, str]


def fill(staff: Staff, moment: datetime) -> list[ListVersion]:
    """Draft, approve, publish and file what the body's rules ask for, as far as its registry holds the content."""
    on, pack = moment.date(), packs.load(staff.body.pack)
    asked = [one.kind.code for one in queries.required(pack, on) if one.owed]
    # Every body keeps these two: without them each ordinary decision would have to be reviewed.
    wanted = dict.fromkeys([*asked, "list_av", "catalogue_review"])
    made = []
    for code in wanted:
        rows = _rows(staff, code, on)
        if rows:
            made.append(_through(staff, code, rows, moment))
    return made


def _rows(staff: Staff, code: str, on: date) -> list[Typed]:
    """The first draft with what the registry does not hold filled in; nothing where nobody could draw the list up."""
    first = queries.first_rows(KINDS[code], staff.body, on)
    match code:
        case "list_random_inspection":
            # The others have not drawn theirs up: a gap for the supervisor to see.
            return RANDOM if staff.agency is bodies.QINGSHAN else []
        case "list_pre_disclosure":
            return [{**row, "content": row["content"] or f"见{staff.body.name}公示栏"} for row in first]
        case "list_powers":
            return [{**row, "duty": f"依法办理：{row['name']}"} for row in first]
        case "list_officers":
            return [{**row, "matters": "行政执法、投诉举报受理"} for row in first]
        case "catalogue_review":  # no unit of the county chose to have every other decision reviewed too
            return [row for row in first if row["matter"] != OPT_IN]
        case "list_av":
            keeper = staff.unit.name if staff.unit else staff.body.name
            return [{**row, "retention": row["retention"] or "三十年", "keeper": keeper} for row in first]
    return first


RANDOM: list[Typed] = [
    {
        "matter": "沿街经营场所消防通道检查",
        "subject": "青山镇人民政府",
        "basis": "《中华人民共和国消防法》第五十三条",
        "object": "镇区沿街商铺",
        "content": "疏散通道、安全出口是否畅通",
        "ratio": "10%",
        "manner": "现场检查",
        "frequency": "每年 2 次",
    },
    {
        "matter": "秸秆露天焚烧巡查",
        "subject": "青山镇人民政府",
        "basis": "《中华人民共和国大气污染防治法》第七十七条",
        "object": "行政村",
        "content": "是否露天焚烧秸秆",
        "ratio": "20%",
        "manner": "现场检查",
        "frequency": "每季度 1 次",
    },
]


def _through(staff: Staff, code: str, rows: list[Typed], moment: datetime) -> ListVersion:
    drafter = next(iter(staff.officers.values()))
    on = moment.date()
    version = actions.draft(by=drafter, at=moment, kind=code, rows=rows, in_force_from=on, note="首次编制")
    actions.approve(by=staff.head, at=moment, version=version, approved=True, opinion="同意")
    proofs = {one.code: "" if one.code == PORTAL else "公示栏照片" for one in queries.channels(version, on)}
    actions.publish(by=staff.publisher, at=moment, version=version, on=on, proofs=proofs)
    owes = queries.must_file(KINDS[code], packs.load(staff.body.pack), on)
    if owes is not None:
        filing = actions.file(by=staff.publisher, at=moment, version=version, addressee=owes.addressee, on=on)
        actions.receive(
            by=staff.publisher, at=moment, filing=filing, number=f"备〔{on.year}〕{version.number}号", on=on
        )
    return version
