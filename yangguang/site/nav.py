"""The entries of the two navigations.  An entry appears as soon as its URL name exists and the role may go there."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    label: str
    names: tuple[str, ...]  # the first URL name that exists is taken
    icon: str = ""
    roles: frozenset[str] = frozenset()  # empty: every role


def _e(label: str, names: str, icon: str, roles: str = "") -> Entry:
    return Entry(label, tuple(names.split()), icon, frozenset(roles.split()))


WORK: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "办案",
        (
            _e("办案首页", "workbench:inbox", "home"),
            _e("线索", "workbench:clues inspection:clues", "empty", "officer head supervisor"),
            _e("移送来的案卷", "workbench:handed", "folder", "officer unit_head head reviewer supervisor archivist"),
            _e("现场活动记录", "inspection:activities", "doc", "officer head supervisor"),
            _e("亮证", "workbench:my_card", "seal", "officer"),
            _e("音像待归入", "record:tray", "camera", "officer"),
            _e(
                "案件",
                "workbench:cases casework:cases casework:list",
                "folder",
                "officer reviewer head unit_head disclosure supervisor archivist",
            ),
        ),
    ),
    (
        "审核",
        (
            _e("承办机构意见", "casework:unit_desk", "edit", "unit_head"),
            _e("法制审核", "review:desk review:list workbench:reviews", "book", "reviewer head supervisor"),
            _e("审核监督", "review:oversight", "eye", "supervisor head"),
        ),
    ),
    ("决定", (_e("待决定", "decision:desk decision:list workbench:decisions", "stamp", "head officer supervisor"),)),
    (
        "公示",
        (
            _e(
                "公示办理",
                "disclosure:desk disclosure:list workbench:disclosures",
                "horn",
                "disclosure head supervisor",
            ),
            _e("事前公开", "catalogue:before:home", "eye"),
            _e("制度文件", "catalogue:before:policies", "book"),
            _e("文书样式汇编", "record:forms", "doc", "officer reviewer head unit_head supervisor admin"),
            _e("清单", "catalogue:lists", "list", "officer reviewer head disclosure supervisor"),
        ),
    ),
    (
        "归档",
        (
            _e("案卷归档", "decision:archive_desk", "folder", "archivist head supervisor"),
            _e("保管期限", "record:retention", "clock", "archivist head supervisor"),
            _e("案卷借阅", "record:loans", "folder", "officer reviewer head unit_head disclosure supervisor archivist"),
        ),
    ),
    (
        "记录使用",
        (
            _e("调阅", "record:callup", "folder", "officer reviewer head unit_head disclosure supervisor archivist"),
            _e("记录责任", "record:responsible", "users", "officer unit_head head supervisor archivist admin"),
            _e("记录改正", "record:repairs", "edit", "officer head supervisor"),
            _e("对外提供", "record:releases", "upload", "officer head disclosure supervisor archivist"),
            _e("设备领用", "record:devices", "camera", "officer head supervisor admin archivist"),
            _e(
                "通行密钥", "record:passkeys", "seal", "officer reviewer head unit_head disclosure supervisor archivist"
            ),
        ),
    ),
    (
        "监督",
        (
            _e("监督看板", "supervision:board workbench:board", "eye", "supervisor"),
            _e("职责与时限", "supervision:duties workbench:duties duty:list", "clock", "supervisor head"),
            _e("音像记录纪律", "supervision:discipline", "camera", "supervisor head"),
            _e("调阅监督", "record:callups", "eye", "supervisor head"),
            _e("留痕", "workbench:trail trail:list supervision:trail", "seal", "supervisor auditor"),
            _e("存证巡检", "record:vault", "seal", "supervisor auditor admin"),
            _e("清除留痕原文", "record:erasures", "seal", "supervisor head"),
        ),
    ),
    ("学习", (_e("培训考试", "training:mine", "edit"),)),
    (
        "登记",
        (
            _e("执法主体", "registry:bodies workbench:bodies", "building"),
            _e("执法人员", "registry:officers workbench:officers", "users"),
            _e("证件有效性", "registry:certificates", "seal", "supervisor head admin"),
            _e("审核力量", "registry:staffing", "users", "reviewer head supervisor admin"),
            _e("执法事项", "registry:powers workbench:powers", "list"),
            _e("执法装备", "registry:devices", "camera"),
            _e("场所", "registry:premises", "home", "officer head supervisor admin"),
            _e("相对人", "registry:parties", "users", "officer head supervisor"),
            _e("承办机构", "registry:units", "building", "admin supervisor head"),
            _e("顾问和律师", "registry:counsels", "users", "reviewer head supervisor admin"),
            _e("领导小组", "registry:groups", "users", "head supervisor admin"),
            _e("行政区划", "registry:regions", "list", "admin"),
            _e("导入导出", "registry:tables", "upload", "officer head supervisor admin"),
            _e("法规库", "lawbook:home", "book", "officer reviewer head supervisor auditor"),
            _e("账号", "registry:accounts", "gear", "admin security auditor"),
        ),
    ),
)

PORTAL: tuple[Entry, ...] = (
    _e("首页", "portal:home", ""),
    _e("搜索", "portal:search", ""),
    _e("查决定", "portal:decisions", ""),
    _e("查主体", "portal:bodies", ""),
    _e("查人员", "portal:officers", ""),
    _e("查事项", "portal:powers", ""),
    _e("查法条", "portal:law:index", ""),
    _e("存证验证", "portal:verify", ""),
)


def address(names: tuple[str, ...]) -> str | None:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return None


def _current(url: str, path: str, urls: list[str]) -> bool:
    """An entry is current on its own page and on the pages below it, unless a longer entry fits better."""
    fitting = [u for u in urls if path == u or (u != "/" and path.startswith(u))]
    return bool(fitting) and max(fitting, key=len) == url


def work_groups(roles: frozenset[str] | set[str], path: str, counts: dict[str, Any] | None = None) -> list[dict]:
    """This is the left navigation: groups with the entries these roles may use. `counts` is by URL name."""
    found = [
        (title, [(e, url) for e in entries if (not e.roles or e.roles & roles) and (url := address(e.names))])
        for title, entries in WORK
    ]
    urls = [url for _, entries in found for _, url in entries]
    return [
        {
            "title": title,
            "items": [
                {
                    "label": e.label,
                    "url": url,
                    "icon": e.icon,
                    "current": _current(url, path, urls),
                    "count": next(((counts or {})[n] for n in e.names if n in (counts or {})), None),
                }
                for e, url in entries
            ],
        }
        for title, entries in found
        if entries
    ]


def portal_items(path: str) -> list[dict[str, Any]]:
    found = [(e, url) for e in PORTAL if (url := address(e.names))]
    urls = [url for _, url in found]
    return [{"label": e.label, "url": url, "current": _current(url, path, urls)} for e, url in found]
