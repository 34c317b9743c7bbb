"""Registers the bodies of the demo with their people, powers and sign-ins; through actions, like everything.

`secret` is the hash of the one password of all demo accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stdnum.cn import uscc

from yangguang.policy import packs
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Body, Officer, Power, Role, Unit

from . import bodies, portraits, qingshan
from .bodies import AGENCIES, Agency, Bureau
from .life import Staff
from .qingshan import SINCE, People

ADMINS = (
    ("admin", "丁维", "信息中心系统管理员", Role.ADMIN),
    ("security", "方安", "信息中心安全管理员", Role.SECURITY),
    ("auditor", "史鉴", "信息中心审计管理员", Role.AUDITOR),
)
EXAM, CERTIFIED = date(2023, 9, 20), date(2024, 1, 1)


@dataclass(frozen=True)
class SignIn:
    """A demo account as it is printed."""

    body: str
    username: str
    name: str
    roles: str


def credit_code(region: str, number: int) -> str:
    """The 统一社会信用代码 of an invented body."""
    head = f"11{region}MB{number:07d}"
    return head + uscc.calc_check_digit(head)


def open_bureau(bureau: Bureau, number: int, moment: datetime, secret: str) -> list[SignIn]:
    """A supervising bureau with one supervisor."""
    body = registry.register_body(
        by=None,
        at=moment,
        scope=bureau.scope,
        name=bureau.name,
        kind="supervisor",
        uscc=credit_code(bureau.region, number),
        region=bureau.region,
        pack=bureau.pack,
        sign=bureau.sign,
        valid_from=SINCE,
    )
    county_name = bureau.name.removesuffix("司法局")
    registry.register_region(
        by=None, at=moment, scope=bureau.scope, code=bureau.region, name=county_name, valid_from=SINCE
    )
    officer = registry.register_officer(
        by=None, at=moment, body=body, name=bureau.supervisor, valid_from=SINCE, post="行政执法监督科科长"
    )
    return [_sign_in(f"{bureau.user}-supervisor", officer, [Role.SUPERVISOR], moment, secret)]


# What 青山镇 does besides penalties, so that the other procedures can be tried; fields as 权责清单 has them.
OTHER_KINDS: tuple[dict[str, Any], ...] = (
    {
        "code": "XY-XK-0007",
        "name": "乡村建设规划许可证核发",
        "kind": "licence",
        "field": "城乡规划",
        "basis": [
            {
                "law": "中华人民共和国城乡规划法",
                "article": "第四十一条第一款",
                "text": "在乡、村庄规划区内进行乡镇企业、乡村公共设施和公益事业建设的，建设单位或者个人应当向乡、镇人民政府提出申请",
            }
        ],
    },
    {
        "code": "XY-JC-0021",
        "name": "对消防安全责任制落实情况的检查",
        "kind": "inspection",
        "field": "消防安全",
        "basis": [
            {
                "law": "中华人民共和国消防法",
                "article": "第五十二条第一款",
                "text": "地方各级人民政府应当落实消防工作责任制，对本级人民政府有关部门履行消防安全职责的情况进行监督检查",
            }
        ],
    },
)


def open_qingshan(today: date, moment: datetime, secret: str) -> tuple[People, Staff, list[SignIn]]:
    """青山镇 of the full case, with the people and powers its other cases need; the administrators sit in the county."""
    who, agency = qingshan.people(moment), bodies.QINGSHAN
    made = [
        _sign_in(username, getattr(who, name), [Role(role) for role in roles], moment, secret)
        for username, name, roles in qingshan.ACCOUNTS
    ]
    brigade = qingshan.head_of_unit(who, moment)
    made.append(_sign_in("he", brigade, [Role.UNIT_HEAD], moment, secret, who.unit))
    for username, name, post, role in ADMINS:
        officer = registry.register_officer(by=None, at=moment, body=who.county, name=name, valid_from=SINCE, post=post)
        made.append(_sign_in(username, officer, [role], moment, secret))
    for code, name, parent in (("411521", "罗山县", ""), ("411521105", "青山镇", "411521")):
        registry.register_region(
            by=None, at=moment, scope=qingshan.COUNTY, code=code, name=name, parent=parent, valid_from=SINCE
        )
    officers = {person.name: person for person in (who.zhang, who.li)}
    for number, name in enumerate(agency.officers[2:], start=101):
        officers[name] = registry.register_officer(
            by=None, at=moment, body=who.body, name=name, valid_from=SINCE, post="执法队员", unit=who.unit
        )
        until = bodies.renewal_day(today) if name == agency.renewing else bodies.LONG
        _certify(agency, officers[name], number, until, moment)
    qingshan.taught([one for one in officers.values() if one not in (who.zhang, who.li)], who.chen, moment)
    deputy = registry.register_officer(
        by=None, at=moment, body=who.body, name=agency.deputy, valid_from=SINCE, post="镇党委委员、武装部长"
    )
    powers = {who.power.code: who.power}
    for offence in agency.offences:
        if offence.code not in powers:
            powers[offence.code] = _power(agency, who.body, offence.power(agency.instrument), moment)
    for kind in OTHER_KINDS:
        registry.register_power(
            by=None,
            at=moment,
            body=who.body,
            valid_from=SINCE,
            published_on=SINCE,
            instrument=agency.instrument,
            **kind,
        )
    numbers = {"张卫国": "16152100001", "李敏": "16152100002"}
    numbers |= {name: _certificate(agency, n) for n, name in enumerate(agency.officers[2:], start=101)}
    staff = Staff(agency, who.body, who.unit, officers, who.wang, who.chen, deputy, who.zhou, who.sun, powers, numbers)
    staff.unit_head = brigade
    return who, staff, made


def open_agency(agency: Agency, today: date, moment: datetime, secret: str) -> tuple[Staff, list[SignIn]]:
    """An agency with its unit, officers, certificates, reviewer, head, disclosure officer, archivist and powers."""
    place = agency.place
    body = registry.register_body(
        by=None,
        at=moment,
        scope=agency.scope,
        name=agency.name,
        kind="agency",
        uscc=credit_code(place.region, 100 + AGENCIES.index(agency)),
        region=place.region,
        pack=agency.pack,
        sign=agency.sign,
        reconsideration=agency.reconsideration,
        court=agency.court,
        address=f"{place.address}{place.streets[0]} 1 号",
        phone=agency.phone,
        **bodies.public_face(agency.name, agency.unit, agency.phone),
        bank="中国农业银行代收网点",
        bank_account=f"0000{place.region}{AGENCIES.index(agency):04d}",
        valid_from=SINCE,
    )
    unit = registry.register_unit(
        by=None, at=moment, body=body, name=agency.unit, valid_from=SINCE, duties="承办本机关的检查、处罚案件"
    )
    legal = registry.register_unit(
        by=None, at=moment, body=body, name="法制审核室", valid_from=SINCE, kind="legal", duties="审核重大执法决定"
    )

    def officer(name: str, post: str, inside: bool = False, of: Unit | None = None) -> Officer:
        return registry.register_officer(
            by=None,
            at=moment,
            body=body,
            name=name,
            valid_from=SINCE,
            post=post,
            unit=unit if inside else of,
            kinds=["penalty", "inspection"] if inside else [],
            photo=portraits.keep(name) if inside else "",
        )

    officers = {}
    for number, name in enumerate((*agency.officers, agency.lapsed), start=1):
        officers[name] = officer(name, "执法人员", inside=True)
        until = {agency.renewing: bodies.renewal_day(today), agency.lapsed: bodies.lapse_day(today)}
        _certify(agency, officers[name], number, until.get(name, bodies.LONG), moment)
    reviewer = officer(agency.reviewer, "法制审核人员", of=legal)
    registry.qualify_reviewer(
        by=None,
        at=moment,
        officer=reviewer,
        kind="legal_professional",
        number=f"A2016{place.region}{AGENCIES.index(agency):04d}",
        valid_from=date(2016, 3, 1),
    )
    head, deputy = officer(agency.head, "局长" if "局" in agency.name else "主任"), officer(agency.deputy, "副职负责人")
    publisher, archivist = officer(agency.publisher, "公示专员"), officer(agency.archivist, "档案员")
    if packs.load(agency.pack).parameter("reviewing_body_type").value == "collegial":
        registry.register_leading_group(
            by=None,
            at=moment,
            body=body,
            name="三项制度工作领导小组",
            instrument="关于成立三项制度工作领导小组的通知（演示）",
            members=[
                {"name": one.name, "post": one.post, "role": role}
                for one, role in ((head, "组长"), (deputy, "副组长"), (reviewer, "成员"))
            ],
            valid_from=SINCE,
        )
    made = []
    for suffix, person, role in (
        ("officer1", officers[agency.officers[0]], Role.OFFICER),
        ("officer2", officers[agency.officers[1]], Role.OFFICER),
        ("reviewer", reviewer, Role.REVIEWER),
        ("head", head, Role.HEAD),
        ("disclosure", publisher, Role.DISCLOSURE),
        ("archivist", archivist, Role.ARCHIVIST),
    ):
        made.append(_sign_in(f"{agency.user}-{suffix}", person, [role], moment, secret))
    powers = {one.code: _power(agency, body, one.power(agency.instrument), moment) for one in agency.offences}
    numbers = {name: _certificate(agency, n) for n, name in enumerate(agency.officers, start=1)}
    staff = Staff(agency, body, unit, officers, reviewer, head, deputy, publisher, archivist, powers, numbers)
    return staff, made


def _power(agency: Agency, body: Body, fields: dict[str, Any], moment: datetime) -> Power:
    if registry.township(body):
        fields |= {
            "delegation": bodies.DELEGATION,
            "delegation_published_on": bodies.DELEGATED_ON,
            "delegated_from": agency.delegated_from,
        }
    return registry.register_power(by=None, at=moment, body=body, valid_from=SINCE, published_on=SINCE, **fields)


def _certificate(agency: Agency, number: int) -> str:
    return f"{agency.place.region}{AGENCIES.index(agency)}{number:04d}"


def _certify(agency: Agency, officer: Officer, number: int, until: date, moment: datetime) -> None:
    registry.grant_certificate(
        by=None,
        at=moment,
        exam=qingshan.passed(officer, moment, EXAM),
        number=_certificate(agency, number),
        issuer=agency.issuer,
        valid_from=CERTIFIED,
        valid_to=until,
    )


def _sign_in(
    username: str, officer: Officer, roles: list[Role], moment: datetime, secret: str, unit: Unit | None = None
) -> SignIn:
    # One slow hash for all: the password is printed for everybody, so one salt tells nobody anything.
    account = Account.objects.create(username=username, officer=officer, password=secret)
    for role in roles:
        registry.grant_role(by=None, at=moment, account=account, role=role, unit=unit)
    return SignIn(officer.body.name, username, officer.name, _titles(roles))


def _titles(roles: Iterable[str]) -> str:
    return "、".join(str(Role(role).label) for role in roles)
