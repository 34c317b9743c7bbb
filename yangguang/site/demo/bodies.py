"""The bodies of the demo: the supervising bureaus and seven agencies of the five jurisdictions, with their people."""

from dataclasses import dataclass
from datetime import date, timedelta

from . import offences as o
from . import qingshan
from .names import DAI, MONGOL, UYGHUR, Place
from .offences import Offence

LONG = date(2028, 12, 31)
DELEGATION = "河南省人民政府关于赋予乡镇人民政府部分县级行政处罚权的决定（演示）"
DELEGATED_ON = date(2023, 5, 1)


@dataclass(frozen=True)
class Bureau:
    """A 司法局 that supervises the agencies below it; 罗山县司法局 belongs to the full case of 青山镇."""

    scope: str
    name: str
    region: str
    pack: str
    sign: str
    user: str
    supervisor: str


@dataclass(frozen=True)
class Agency:
    """An agency: who it is, who works there, what it punishes, and its share of the cases."""

    scope: str
    name: str
    pack: str
    sign: str
    user: str  # prefix of the sign-ins
    place: Place
    issuer: str  # of enforcement certificates
    instrument: str  # what gave it its powers
    reconsideration: str
    court: str
    phone: str
    unit: str
    officers: tuple[str, ...]  # in pairs: each two handle cases together
    renewing: str  # an officer whose certificate ends within a month
    lapsed: str  # an officer whose certificate has ended
    reviewer: str
    head: str
    deputy: str
    publisher: str
    archivist: str
    offences: tuple[Offence, ...]
    share: int
    delegated_from: str = ""  # the department whose powers a township exercises


HENAN = Place("411521", "河南省信阳市罗山县青山镇", ("北街", "南街", "青山街", "河湾村", "刘店村"), "罗山县青山镇")
HUNAN = Place(
    "430426", "湖南省衡阳市祁东县", ("洪桥街道正街", "县正西路", "横马路", "永昌街道人民路", "鼎山路"), "祁东县"
)
NEIMENG = Place(
    "152524",
    "内蒙古自治区锡林郭勒盟苏尼特右旗",
    ("赛汉塔拉镇乌拉街", "赛汉塔拉镇新华路", "朱日和镇东街"),
    "苏尼特右旗",
    tuple(MONGOL),
)
YUNNAN = Place(
    "533103", "云南省德宏傣族景颇族自治州芒市", ("团结大街", "青年路", "勐焕路", "胞波路"), "芒市", tuple(DAI)
)
XINJIANG = Place(
    "650104",
    "新疆维吾尔自治区乌鲁木齐市高新区（新市区）",
    ("北京南路", "长春中路", "天津南路", "河南西路"),
    "乌鲁木齐高新区",
    tuple(UYGHUR),
)

BUREAUS = (
    Bureau("43.04.26/", "祁东县司法局", "430426", "cn-hunan-hengyang-qidong", "祁司", "qidong", "彭正清"),
    Bureau("15.25.24/", "苏尼特右旗司法局", "152524", "cn-neimenggu-xilingol-suniteyouqi", "苏右司", "suyou", "布和"),
    Bureau("53.31/", "德宏州司法局", "533100", "cn-yunnan-dehong-zjj", "德司", "dehong", "刀建平"),
    Bureau(
        "65.01.04/",
        "乌鲁木齐高新区（新市区）司法局",
        "650104",
        "cn-xinjiang-urumqi-gaoxin-wjw",
        "高新司",
        "gaoxin",
        "迪丽努尔",
    ),
)

QINGSHAN = Agency(
    scope=qingshan.TOWN,
    name="青山镇人民政府",
    pack="cn-henan-xinyang-qingshan",
    sign="青",
    user="qingshan",
    place=HENAN,
    issuer="河南省人民政府",
    instrument="信阳市交由乡镇人民政府行使的行政处罚权事项清单",
    reconsideration="罗山县人民政府",
    court="罗山县人民法院",
    phone="0376-2100000",
    unit="行政执法大队",
    officers=("张卫国", "李敏", "何建华", "许文静"),
    renewing="许文静",
    lapsed="吴刚",
    reviewer="王静",
    head="陈立新",
    deputy="高远",
    publisher="周倩",
    archivist="孙平",
    offences=(o.FIRE, o.RUBBISH, o.STRAW),
    share=20,
    delegated_from="罗山县有关行政主管部门",
)
OTHERS = (
    Agency(
        scope="43.04.26/chengguan/",
        name="祁东县城市管理和综合执法局",
        pack="cn-hunan-hengyang-qidong",
        sign="祁城",
        user="qidong",
        place=HUNAN,
        issuer="湖南省人民政府",
        instrument="祁东县城市管理和综合执法局权责清单",
        reconsideration="祁东县人民政府",
        court="祁东县人民法院",
        phone="0734-6200000",
        unit="城市管理执法大队",
        officers=("罗志刚", "肖玲", "周海军", "唐小梅"),
        renewing="唐小梅",
        lapsed="曾凡",
        reviewer="邓慧",
        head="刘振国",
        deputy="谭立",
        publisher="贺婷",
        archivist="雷敏",
        offences=(o.ROAD, o.DUST, o.SMOKE),
        share=19,
    ),
    Agency(
        scope="43.04.26/shichang/",
        name="祁东县市场监督管理局",
        pack="cn-hunan-hengyang-qidong",
        sign="祁市监",
        user="qidong-market",
        place=HUNAN,
        issuer="湖南省人民政府",
        instrument="祁东县市场监督管理局权责清单",
        reconsideration="祁东县人民政府",
        court="祁东县人民法院",
        phone="0734-6210000",
        unit="市场监管综合行政执法大队",
        officers=("陈卫东", "蒋丽", "彭勇", "周敏"),
        renewing="周敏",
        lapsed="匡明",
        reviewer="王湘云",
        head="李国华",
        deputy="申强",
        publisher="刘芳",
        archivist="何静",
        offences=(o.PURCHASE, o.HEALTH, o.PRICE),
        share=12,
    ),
    Agency(
        scope="15.25.24/nongmu/",
        name="苏尼特右旗农牧和科技局",
        pack="cn-neimenggu-xilingol-suniteyouqi",
        sign="苏右农牧",
        user="suyou",
        place=NEIMENG,
        issuer="内蒙古自治区人民政府",
        instrument="苏尼特右旗农牧和科技局权责清单",
        reconsideration="苏尼特右旗人民政府",
        court="苏尼特右旗人民法院",
        phone="0479-7220000",
        unit="农牧业综合行政执法大队",
        officers=("巴特尔", "其木格", "王海龙", "娜仁花"),
        renewing="娜仁花",
        lapsed="苏和",
        reviewer="萨仁",
        head="额尔敦",
        deputy="张志远",
        publisher="乌兰",
        archivist="高娃",
        offences=(o.VACCINE, o.DOGS),
        share=12,
    ),
    Agency(
        scope="15.25.24/shichang/",
        name="苏尼特右旗市场监督管理局",
        pack="cn-neimenggu-xilingol-suniteyouqi",
        sign="苏右市监",
        user="suyou-market",
        place=NEIMENG,
        issuer="内蒙古自治区人民政府",
        instrument="苏尼特右旗市场监督管理局权责清单",
        reconsideration="苏尼特右旗人民政府",
        court="苏尼特右旗人民法院",
        phone="0479-7230000",
        unit="市场监管综合行政执法大队",
        officers=("赵永胜", "斯琴", "刘建军", "托娅"),
        renewing="托娅",
        lapsed="包文",
        reviewer="阿荣",
        head="宝音",
        deputy="孙国栋",
        publisher="李娜",
        archivist="图雅",
        offences=(o.PRICE, o.HEALTH),
        share=9,
    ),
    Agency(
        scope="53.31/zjj/",
        name="德宏州住房和城乡建设局",
        pack="cn-yunnan-dehong-zjj",
        sign="德住建",
        user="dehong",
        place=YUNNAN,
        issuer="云南省人民政府",
        instrument="德宏州住房和城乡建设局权责清单",
        reconsideration="德宏州人民政府",
        court="芒市人民法院",
        phone="0692-2120000",
        unit="城乡建设执法管理监督科",
        officers=("刀志强", "赵云霞", "尹光明", "线小芳"),
        renewing="线小芳",
        lapsed="孟华",
        reviewer="杨丽萍",
        head="岳文生",
        deputy="段国平",
        publisher="金小玉",
        archivist="番晓燕",
        offences=(o.DUST, o.SALES, o.SIGNS),
        share=14,
    ),
    Agency(
        scope="65.01.04/wjw/",
        name="乌鲁木齐高新区（新市区）卫生健康委员会",
        pack="cn-xinjiang-urumqi-gaoxin-wjw",
        sign="高新卫",
        user="gaoxin",
        place=XINJIANG,
        issuer="新疆维吾尔自治区人民政府",
        instrument="高新区（新市区）卫生健康委员会行政执法事项清单",
        reconsideration="乌鲁木齐高新区（新市区）管理委员会（人民政府）",
        court="乌鲁木齐市新市区人民法院",
        phone="0991-3660000",
        unit="卫生健康综合行政执法大队",
        officers=("马俊", "阿依努尔", "周新江", "古丽扎尔"),
        renewing="古丽扎尔",
        lapsed="田军",
        reviewer="王慧琴",
        head="吐尔洪",
        deputy="李新民",
        publisher="赵雪",
        archivist="热娜",
        offences=(o.TOWELS, o.STAFF, o.WASTE),
        share=14,
    ),
)
AGENCIES = (QINGSHAN, *OTHERS)


def public_face(name: str, unit: str, phone: str) -> dict[str, str]:
    """What a body of the demo tells everybody of itself; the addresses lead nowhere."""
    return {
        "duties": f"{name}依照法律、法规、规章和公布的权责清单，在本行政区域内履行行政检查、行政处罚职责。",
        "authority": f"以{name}的名义实施行政检查、行政处罚；具体由{unit}承办。",
        "office_hours": "工作日 8:30—12:00，14:30—17:30",
        "complaint_phone": f"{phone[:-1]}9",
        "complaint_way": "拨打投诉举报电话或者 12345，或者到政务服务大厅投诉举报窗口",
        "website": "https://www.example.cn/",
    }


def renewal_day(today: date) -> date:
    """When the certificates about to expire end."""
    return today + timedelta(days=20)


def lapse_day(today: date) -> date:
    """When the expired certificates ended."""
    return today - timedelta(days=45)
