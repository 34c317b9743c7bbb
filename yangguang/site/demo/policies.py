"""The policy documents of the demo: composed of each body's own rules, approved, published and filed where a plan asks."""

from datetime import date, datetime

from yangguang.catalogue.before import actions, policies, queries
from yangguang.policy import packs
from yangguang.registry import queries as registered
from yangguang.registry.models import Body

from . import bodies
from .life import Staff

EVERYONE = ("rules_disclosure",)  # what each body has; 青山镇 has all that its plan asks for, but one
STILL_OWED = "accountability_review"  # drafted and not yet approved: something for its head to answer


def fill(staff: Staff, moment: datetime) -> None:
    on = moment.date()
    body = registered.body_at(staff.body.scope, on) or staff.body
    wanted: tuple[str, ...] = EVERYONE
    if staff.agency is bodies.QINGSHAN:
        owed = [code for code, _, _ in queries.owed_policies(body, on)]
        wanted = tuple(dict.fromkeys(["implementation_plan", *owed]))
    for number, code in enumerate(wanted, start=1):
        if policies.KINDS[code].sections:
            _through(staff, body, code, number, moment)


def _through(staff: Staff, body: Body, code: str, number: int, moment: datetime) -> None:
    on = moment.date()
    document = actions.compose(
        by=staff.publisher,
        at=moment,
        kind=code,
        number=f"{body.sign}政办〔{on.year}〕{number}号",
        issued_on=on,
        in_force=on,
        agreed_by=body.name,
        settled=_settled(body, code, on),
    )
    if code == STILL_OWED:
        return
    actions.approve_policy(by=staff.head, at=moment, document=document, approved=True, opinion="同意印发")
    actions.publish_policy(by=staff.publisher, at=moment, document=document)


def _settled(body: Body, code: str, on: date) -> dict[str, str]:
    """What the body decides itself where its rules leave it to the body."""
    pack = packs.load(body.pack)
    _, gaps, _ = policies.compose(
        policies.KINDS[code],
        pack,
        body,
        on,
        lists=queries.lists_of(body.scope, on),
        devices=queries.devices(body.scope, on),
        kinds=queries.kinds_of(pack, registered.powers(body.scope, on), on),
    )
    return {one["key"]: "由本机关负责人集体讨论确定，确定后三日内在公示平台公布（演示）" for one in gaps}
