"""Invented people, shops and companies with codes whose check digits hold.  The same draw gives the same people."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import ric, uscc

HAN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
    "叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武"
)
GIVEN = [
    "建国",
    "志强",
    "桂英",
    "秀兰",
    "海燕",
    "国庆",
    "丽华",
    "玉梅",
    "文斌",
    "晓东",
    "春生",
    "小红",
    "永福",
    "德胜",
    "美玲",
    "家明",
    "雪梅",
    "长青",
    "立军",
    "红霞",
    "少华",
    "金凤",
    "新民",
    "宝山",
    "翠兰",
    "广平",
    "云飞",
    "慧敏",
    "宏伟",
    "凤仙",
    "启明",
    "月娥",
    "振华",
    "素芳",
    "大勇",
    "彩云",
    "根生",
    "爱民",
    "秋菊",
    "光辉",
]
MONGOL = [
    "巴特尔",
    "其其格",
    "乌云",
    "布和",
    "格日勒",
    "阿木古楞",
    "萨仁",
    "朝鲁",
    "娜仁",
    "呼格吉勒",
    "斯琴",
    "额尔德尼",
    "苏日娜",
    "特木尔",
]
UYGHUR = [
    "艾力",
    "阿依古丽",
    "买买提",
    "热孜万",
    "库尔班",
    "古丽娜",
    "吐尔逊",
    "帕提古丽",
    "阿不都",
    "玛依拉",
    "木拉提",
    "迪丽娜",
]
DAI = [
    "岩温",
    "岩罕",
    "玉香",
    "玉波",
    "岩三",
    "玉罕",
    "岩龙",
    "玉应",
    "刀志明",
    "方美兰",
    "排早东",
    "麻干",
    "勒排用",
    "何木南",
]


@dataclass(frozen=True)
class Place:
    """A jurisdiction as its addresses and codes show it."""

    region: str  # six digits, as in 公民身份号码
    address: str
    streets: tuple[str, ...]
    town: str  # what shops and companies put before their own word
    people: tuple[str, ...] = ()  # given besides Han names


def person(draw: random.Random, place: Place) -> str:
    """A name; where other peoples live, a third of the names are theirs."""
    if place.people and draw.random() < 0.34:
        return draw.choice(place.people)
    return draw.choice(HAN) + draw.choice(GIVEN)


def id_no(draw: random.Random, place: Place) -> str:
    """A 公民身份号码 of an adult of the place."""
    born = date(1962, 1, 1) + timedelta(days=draw.randrange(15_000))
    head = f"{place.region}{born:%Y%m%d}{draw.randrange(1, 999):03d}"
    return head + ric.calc_check_digit(head + "0")


def credit_code(draw: random.Random, place: Place, kind: str) -> str:
    """A 统一社会信用代码: 91 a company, 92 a 个体工商户."""
    head = {"legal": "91", "self_employed": "92"}[kind] + place.region
    head += "MA" + "".join(draw.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return head + uscc.calc_check_digit(head)


def phone(draw: random.Random) -> str:
    return f"1{draw.choice(('38', '39', '37', '58', '86'))}0000{draw.randrange(10_000):04d}"


def address(draw: random.Random, place: Place) -> str:
    return f"{place.address}{draw.choice(place.streets)} {draw.randrange(1, 199)} 号"


WORDS = [
    "鑫源",
    "惠民",
    "顺达",
    "宏兴",
    "永盛",
    "福满",
    "百顺",
    "金穗",
    "同心",
    "聚丰",
    "兴隆",
    "瑞祥",
    "友谊",
    "天成",
    "广源",
    "和顺",
    "众诚",
    "恒信",
    "长乐",
    "新旺",
]


@dataclass(frozen=True)
class Someone:
    """A party before it is registered."""

    kind: str
    name: str
    id_no: str
    uscc: str
    legal_rep: str
    phone: str
    address: str
    trade_name: str = ""

    @property
    def speaker(self) -> str:
        """Who speaks and signs for the party."""
        return self.legal_rep or self.name

    @property
    def relation(self) -> str:
        return {"natural": "本人", "self_employed": "经营者", "legal": "法定代表人"}[self.kind]


def party(draw: random.Random, place: Place, kind: str, trade: str) -> Someone:
    """A person, a shop or a company; `trade` is what it is called after its own word: 百货店, 建筑工程有限公司."""
    who, where = person(draw, place), address(draw, place)
    if kind == "natural":
        return Someone(kind, who, id_no(draw, place), "", "", phone(draw), where)
    named = place.town + draw.choice(WORDS) + draw.choice(("", "", "源", "隆")) + trade
    code = credit_code(draw, place, kind)
    return Someone(
        kind, named, id_no(draw, place), code, who, phone(draw), where, named if kind == "self_employed" else ""
    )
