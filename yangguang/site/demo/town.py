"""青山镇 and the county's justice bureau as their registers hold them: invented people, powers, certificates and sign-ins."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yangguang.casework.models import Case
from yangguang.casework.unit import actions as unit
from yangguang.casework.unit import queries as units
from yangguang.policy import packs
from yangguang.registry import actions as registry
from yangguang.registry.models import Body, Exam, Officer, Party, Power, Unit
from yangguang.training import actions as training

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTY = "41.15.21/"
TOWN = "41.15.21/qingshan/"
SINCE = date(2024, 1, 1)
PASSWORD = "yangguang-demo-2026"  # noqa: S105 - printed for everybody on the demo's own sign-in page

FIRE = "《中华人民共和国消防法》"


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    """A moment of the story, in Beijing time."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


REGISTERED = at(1, 5)


@dataclass
class People:
    """Who acts: 张 and 李 handle, 王 reviews, 陈 decides, 周 publishes, 钱 supervises, 赵 is the party."""

    county: Body
    body: Body
    unit: Unit
    zhang: Officer
    li: Officer
    wu: Officer  # certificate expired
    lin: Officer  # recused
    wang: Officer
    chen: Officer
    zhou: Officer
    qian: Officer
    sun: Officer  # archivist
    power: Power
    other_power: Power
    party: Party
    accounts: dict[str, str] = field(default_factory=dict)  # username → role


def people(moment: datetime = REGISTERED) -> People:
    """Register the county's justice bureau, 青山镇 and its people."""

    def body(scope: str, **fields: Any) -> Body:
        return registry.register_body(by=None, at=moment, scope=scope, valid_from=SINCE, **fields)

    county = body(
        COUNTY,
        name="罗山县司法局",
        kind="supervisor",
        uscc="114115210059900272",
        region="411521",
        pack="cn",
        sign="罗司",
    )
    town = body(
        TOWN,
        name="青山镇人民政府",
        kind="agency",
        uscc="114115210060050422",
        region="411521",
        pack="cn-henan-xinyang-qingshan",
        sign="青",
        reconsideration="罗山县人民政府",
        court="罗山县人民法院",
        address="河南省信阳市罗山县青山镇青山街 1 号",
        phone="0376-2100000",
        office_hours="工作日 8:30—12:00，14:30—17:30",
        complaint_phone="0376-2100009",
        bank="罗山县农村商业银行青山支行",
        bank_account="00000123456789",
    )
    brigade = registry.register_unit(by=None, at=moment, body=town, name="行政执法大队", valid_from=SINCE)

    def officer(name: str, post: str, body: Body = town, unit: Unit | None = None) -> Officer:
        return registry.register_officer(
            by=None, at=moment, body=body, name=name, valid_from=SINCE, post=post, unit=unit
        )

    made = People(
        county=county,
        body=town,
        unit=brigade,
        zhang=officer("张卫国", "执法大队副队长", unit=brigade),
        li=officer("李敏", "执法队员", unit=brigade),
        wu=officer("吴刚", "执法队员", unit=brigade),
        lin=officer("林芳", "执法队员", unit=brigade),
        wang=officer("王静", "司法所所长、法制审核员"),
        chen=officer("陈立新", "副镇长"),
        zhou=officer("周倩", "公示专员"),
        qian=officer("钱正", "行政执法监督股股长", body=county),
        sun=officer("孙平", "档案员"),
        power=_power(town, moment),
        other_power=_other_power(county, moment),
        party=registry.register_party(
            by=None,
            at=moment,
            scope=TOWN,
            kind="natural",
            name="赵大勇",
            id_no="411521197903122016",
            phone="13700001234",
            address="河南省信阳市罗山县青山镇北街 27 号",
            trade_name="大勇百货店",
        ),
    )
    _certificates(made, moment)
    taught([made.zhang, made.li, made.wu, made.lin], made.chen, moment)
    registry.qualify_reviewer(
        by=None,
        at=moment,
        officer=made.wang,
        kind="legal_professional",
        number="A20154115210001",
        valid_from=date(2015, 3, 1),
    )
    return made


def head_of_unit(made: People, moment: datetime = REGISTERED) -> Officer:
    """何建军, who heads the brigade; without him the handlers declare what the unit says on a signed paper."""
    return registry.register_officer(
        by=None,
        at=moment,
        body=made.body,
        name="何建军",
        valid_from=SINCE,
        post="行政执法大队大队长",
        unit=made.unit,
    )


def unit_says(case: Case, moment: datetime) -> None:
    """The word of the unit's head on what is put before the unit now, where such a head signs in."""
    said = units.pending(case := Case.objects.select_related("unit", "state").get(pk=case.pk))
    if said is not None:
        words = "同意。" if said.what == "closing" else "事实清楚，材料齐全，同意。"
        unit.speak(by=units.speakers(case)[0], at=moment, case=case, subject=said, agreed=True, opinion=words)


def _power(body: Body, moment: datetime) -> Power:
    return registry.register_power(
        by=None,
        at=moment,
        body=body,
        valid_from=SINCE,
        published_on=SINCE,
        code="XY-XZ-0132",
        name="对占用、堵塞、封闭疏散通道、安全出口的处罚",
        kind="penalty",
        field="消防安全",
        instrument="信阳市交由乡镇人民政府行使的行政处罚权事项清单",
        delegation="河南省人民政府关于赋予乡镇人民政府部分县级行政处罚权的决定（演示）",
        delegation_published_on=date(2023, 5, 1),
        delegated_from="罗山县应急管理局",
        basis=[
            {
                "law": "中华人民共和国消防法",
                "article": "第二十八条",
                "text": "任何单位、个人不得占用、堵塞、封闭疏散通道、安全出口、消防车通道",
            },
            {
                "law": "中华人民共和国消防法",
                "article": "第六十条第二款",
                "text": "个人有前款第二项、第三项、第四项、第五项行为之一的，处警告或者五百元以下罚款",
            },
        ],
        discretion=[
            {"grade": "轻微", "when": "首次发现，当场改正", "fine_min_fen": 0, "fine_max_fen": 0},
            {"grade": "一般", "when": "首次发现，限期内改正", "fine_min_fen": 10000, "fine_max_fen": 30000},
            {"grade": "较重", "when": "逾期不改正或者再次违法", "fine_min_fen": 30000, "fine_max_fen": 50000},
        ],
    )


def _other_power(body: Body, moment: datetime) -> Power:
    """A power the township does not have: to be refused."""
    return registry.register_power(
        by=None,
        at=moment,
        body=body,
        valid_from=SINCE,
        published_on=SINCE,
        code="LS-SF-0001",
        name="对公证机构违法执业的处罚",
        kind="penalty",
        field="司法行政",
        instrument="罗山县司法局权责清单",
        basis=[
            {
                "law": "中华人民共和国公证法",
                "article": "第四十一条",
                "text": "由省、自治区、直辖市或者设区的市人民政府司法行政部门给予警告",
            }
        ],
    )


def _certificates(made: People, moment: datetime) -> None:
    for n, (officer, until) in enumerate(
        [
            (made.zhang, date(2028, 12, 31)),
            (made.li, date(2027, 6, 30)),
            (made.wu, date(2026, 5, 31)),
            (made.lin, date(2028, 12, 31)),
        ],
        start=1,
    ):
        registry.grant_certificate(
            by=None,
            at=moment,
            exam=passed(officer, moment),
            number=f"1615210{n:04d}",
            issuer="河南省人民政府",
            valid_from=date(2024, 1, 1),
            valid_to=until,
        )


def passed(officer: Officer, moment: datetime, on: date = date(2023, 9, 20)) -> Exam:
    """The provincial exam an officer passed, on record with its proof."""
    regimes = packs.load(officer.body.pack).parameter("exam_regimes").value or ("",)
    return registry.record_exam(
        by=None,
        at=moment,
        officer=officer,
        regime=regimes[0],
        title=regimes[0] or "行政执法人员资格考试",
        organiser="省司法厅",
        on=on,
        score=86,
        total=100,
        pass_mark=60,
        proof=f"ZG{on:%Y%m}-{officer.key.hex[-8:]}",
    )


def taught(officers: list[Officer], by: Officer, moment: datetime) -> None:
    """Officers were trained before they took the post; the office keeps the list."""
    lesson = training.hold(
        by=by,
        at=moment,
        plan_key=None,
        title="新进执法人员岗前培训",
        kind="pre_post",
        form="class",
        topic="行政处罚法、行政强制法和三项制度",
        teacher="县司法局讲师",
        place="镇政府会议室",
        starts_at=at(12, 5, 9, year=2023),
        ends_at=at(12, 5, 15, year=2023),
        minutes=270,
    )
    for officer in officers:
        training.attend(by=by, at=moment, session=lesson, officer=officer)


ACCOUNTS = (
    ("zhang", "zhang", ("officer",)),
    ("li", "li", ("officer",)),
    ("wu", "wu", ("officer",)),
    ("lin", "lin", ("officer",)),
    ("wang", "wang", ("reviewer",)),
    ("chen", "chen", ("head",)),
    ("zhou", "zhou", ("disclosure",)),
    ("qian", "qian", ("supervisor",)),
    ("sun", "sun", ("archivist",)),
)


def accounts(made: People, moment: datetime = REGISTERED, password: str = PASSWORD) -> dict[str, str]:
    """A sign-in for each person, named by surname; once."""
    if made.accounts:
        return made.accounts
    for username, attribute, roles in ACCOUNTS:
        account = registry.open_account(username=username, officer=getattr(made, attribute), password=password)
        for role in roles:
            registry.grant_role(by=None, at=moment, account=account, role=role)
        made.accounts[username] = "、".join(roles)
    return made.accounts
