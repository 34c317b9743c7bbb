"""A register as the public meets it: one township with officers in every standing, published and unpublished powers."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.story import passed
from yangguang.registry import actions as registry
from yangguang.registry.models import Body, Certificate, Officer, Party, Power, Unit

QINGSHAN = "cn-henan-xinyang-qingshan"
QIDONG = "cn-hunan-hengyang-qidong"
DEHONG = "cn-yunnan-dehong-zjj"
USCC = {"town": "114115210060050422", "county": "11411521006005050W", "bureau": "114115210059900272"}
SINCE = date(2024, 1, 1)
BASIS = [
    {
        "law": "中华人民共和国消防法",
        "article": "第六十条第二款",
        "text": "个人有前款行为之一的，处警告或者五百元以下罚款",
    }
]
SECRETS = ("411521197903122016", "13700001234", "0000-0000-9999", "赵大勇", "没有公布的事项", "周辅助", "内部电话")


def day(offset: int = 0) -> date:
    return timezone.localdate() + timedelta(days=offset)


def now() -> datetime:
    return timezone.localtime().replace(microsecond=0)


def body(scope: str = "41.15.21/qingshan/", **given: Any) -> Body:
    fields: dict[str, Any] = {
        "name": "青山镇人民政府",
        "kind": "agency",
        "uscc": USCC["town"],
        "region": "411521",
        "pack": QINGSHAN,
        "sign": "青",
        "address": "青山镇青山街1号",
        "phone": "0376-2100000",
        "bank_account": "0000-0000-9999",
        "duties": "负责本行政区域内的综合行政执法工作",
        "authority": "行使省人民政府决定交由乡镇行使的行政处罚权",
        "complaint_phone": "0376-2100001",
        "office_hours": "工作日8:30至17:30",
        "reconsideration": "罗山县人民政府",
        "court": "罗山县人民法院",
        "valid_from": SINCE,
    } | given
    return registry.register_body(by=None, at=now(), scope=scope, **fields)


def officer(body: Body, name: str, number: str = "", **given: Any) -> Officer:
    """A person, with a certificate where a number is given."""
    ends = given.pop("valid_to", day(300))
    starts = given.pop("valid_from", SINCE)
    made = registry.register_officer(
        by=None, at=now(), body=body, name=name, valid_from=SINCE, **({"post": "执法队员"} | given)
    )
    if number:
        registry.grant_certificate(
            by=None,
            at=now(),
            exam=passed(made, now(), SINCE - timedelta(days=90)),
            number=number,
            issuer="河南省人民政府",
            valid_from=starts,
            valid_to=ends,
        )
    return made


def certificate(number: str) -> Certificate:
    return Certificate.objects.get(number=number)


def power(body: Body, code: str = "XY-1", **given: Any) -> Power:
    fields: dict[str, Any] = {
        "name": "对占用、堵塞、封闭安全出口的处罚",
        "kind": "penalty",
        "field": "消防安全",
        "basis": BASIS,
        "instrument": "乡镇行政处罚权事项清单",
        "published_on": SINCE,
        "delegation": "省人民政府赋权决定",
        "delegation_published_on": SINCE - timedelta(days=30),
        "discretion": [{"grade": "较轻", "when": "及时改正", "fine_min_fen": 0, "fine_max_fen": 20000}],
        "guide": {"materials": ["申请书示范文本"], "promised_limit": "30个工作日"},
    } | given
    return registry.register_power(by=None, at=now(), body=body, code=code, valid_from=SINCE, **fields)


@dataclass
class Town:
    """青山镇 and its people: 王有效 may act; of the others each may not, or is not an officer at all."""

    body: Body
    unit: Unit
    power: Power
    hidden: Power
    people: dict[str, Officer] = field(default_factory=dict)


def town() -> Town:
    own = body()
    unit = registry.register_unit(by=None, at=now(), body=own, name="行政执法大队", valid_from=SINCE)
    party: Party = registry.register_party(
        by=None,
        at=now(),
        scope=own.scope,
        kind="natural",
        name="赵大勇",
        id_no="411521197903122016",
        phone="13700001234",
    )
    assert party.pk
    people = {
        "valid": officer(own, "王有效", "16150001", unit=unit, kinds=["penalty"]),
        "suspended": officer(own, "李暂扣", "16150002"),
        "expired": officer(own, "吴过期", "16150003", valid_to=day(-1)),
        "revoked": officer(own, "林注销", "16150004"),
        "unchecked": officer(own, "孙审验", "16150005"),
        "restored": officer(own, "钱恢复", "16150006"),
        "not_yet": officer(own, "陈未到", "16150007", valid_from=day(10)),
        "bare": officer(own, "冯无证"),
        "auxiliary": officer(own, "周辅助", auxiliary=True),
    }

    def change(number: str, state: str, offset: int) -> None:
        registry.change_certificate(
            by=None, at=now(), certificate=certificate(number), state=state, on=day(offset), reason="测试"
        )

    change("16150002", "suspended", -3)
    change("16150004", "revoked", -3)
    change("16150006", "suspended", -9)
    change("16150006", "restored", -2)
    registry.check_certificate(
        by=None,
        at=now(),
        certificate=certificate("16150005"),
        year=day(-1).year,
        passed=False,
        on=day(-1),
        note="未参加培训",
    )
    shown = power(own)
    hidden = power(own, "XY-2", name="没有公布的事项", published_on=None)
    return Town(own, unit, shown, hidden, people)
