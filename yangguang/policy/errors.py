"""These are the errors of the law packs; every message is Chinese and says what is wrong, where, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PolicyError(Exception):
    """This is the root of every error a pack can raise; the command line turns it into exit code 2."""


class PackError(PolicyError):
    """This says that a pack file is wrong.

    **Shape** `where` is "file:line", `key` the key path, `accepted` the accepted form, `mend` what to do.
    """

    def __init__(self, message: str, *, where: str = "", key: str = "", accepted: str = "", mend: str = ""):
        self.message, self.where, self.key, self.accepted, self.mend = message, where, key, accepted, mend
        parts = [
            f"{where}：" if where else "",
            f"键“{key}”：" if key else "",
            message,
            f" 可接受的写法：{accepted}。" if accepted else "",
            f" 修改办法：{mend}" if mend else "",
        ]
        super().__init__("".join(parts))


class UnknownName(PolicyError):
    """This says that a pack, question, fact, rule, gate or act was asked for that does not exist."""

    what = "名称"

    def __init__(self, name: str, accepted: Iterable[str], hint: str = ""):
        self.name = name
        self.accepted = tuple(accepted)
        self.said = f"没有这个{self.what}：“{name}”。{hint}"
        super().__init__(f"{self.said}可用的{self.what}：{'、'.join(self.accepted)}。")

    def nearest(self, most: int = 100, best: int = 10) -> tuple[str, ...]:
        """Give all that is accepted; where that is more than `most`, the `best` likest to the name that was asked for."""
        if len(self.accepted) <= most:
            return self.accepted
        return tuple(difflib.get_close_matches(self.name[:100], self.accepted, n=best, cutoff=0.3))


class UnknownPack(UnknownName):
    what = "法条包"


class UnknownQuestion(UnknownName):
    what = "问题"


class UnknownFact(UnknownName):
    what = "事实名"


class UnknownRule(UnknownName):
    what = "期限规则"


class UnknownGate(UnknownName):
    what = "关口"


class UnknownAct(UnknownName):
    what = "执法行为或程序"


class UnknownStep(UnknownName):
    what = "步骤"


class UnknownParameter(UnknownName):
    what = "参数"


class UnknownClause(UnknownName):
    what = "条款"


class WrongFactType(PolicyError):
    """This says that a fact has a value of the wrong type, unit or range."""

    def __init__(self, name: str, label: str, value: object, accepted: str):
        self.name, self.value, self.accepted = name, value, accepted
        super().__init__(f"事实“{name}”（{label}）的值 {value!r} 不对。可接受的写法：{accepted}。")


class NoRuleInForce(PolicyError):
    """This says that a deadline rule exists, but sets no limit on the date asked for (or none at all in this pack)."""


class CalendarYearMissing(PolicyError):
    """This says that the working-day calendar has no State Council notice for the year the count runs into."""

    def __init__(self, year: int, jurisdiction: str, root: str):
        self.year, self.jurisdiction = year, jurisdiction
        super().__init__(
            f"{jurisdiction} 的工作日历没有 {year} 年的数据：国务院办公厅 {year} 年节假日安排通知尚未录入。"
            f"录入办法：在 packs/{root}/calendar/{year}.yaml 写入通知的放假日和调休上班日；"
            "如只需估算，可要求“暂定”（provisional）答案，结果将注明暂定。"
        )
