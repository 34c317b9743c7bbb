"""岗位信息公示牌: what the pack asks a board to say, from the registers, and whether what hangs there is still true.

**Clause** QS-3.1.2f, QD-3.1.2(2)a, QD-A3.公示.3(②), SY-2.1.1e, DH-2.1.3e, WC-2.1.3(3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer, Power

from .elements import kind_words
from .models import BoardShown

# What a plan that only says “岗位工作信息” is read as, and what a board says where a plan names nothing.
POST = ("单位", "姓名", "职务", "岗位职责", "执法种类", "服务事项")
WIDER: Mapping[str, tuple[str, ...]] = {"工作人员岗位工作信息": POST, "岗位工作信息": POST}


@dataclass(frozen=True)
class Line:
    """One field of a board.  **Shape** `text` "" is missing; `mend` then says where it is filled in."""

    label: str
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Board:
    """The board of one person, as the registers stand on a day."""

    officer: Officer
    body: Body
    title: str
    lines: tuple[Line, ...]
    because: tuple[Citation, ...]
    put_up: tuple[BoardShown, ...] = ()

    @property
    def subject(self) -> str:
        return f"officer:{self.officer.key}"

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if not line.text]

    @property
    def content(self) -> dict[str, Any]:
        return {
            "body": self.body.name,
            "title": self.title,
            "lines": [{"label": line.label, "text": line.text} for line in self.lines],
        }

    @property
    def digest(self) -> str:
        return hashlib.sha256(rfc8785.dumps(self.content)).hexdigest()

    @property
    def stale(self) -> list[BoardShown]:
        """The places where another content still hangs: the registers changed since."""
        return [one for one in self.put_up if one.digest != self.digest]


def fields(pack: Pack) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """The fields of a board in the plan's words, with who it is always said, and the clauses."""
    asked = pack.parameter("window_board_fields")
    wanted = [label for one in asked.value or ("岗位工作信息",) for label in WIDER.get(one, (one,))]
    named = [label for label in ("姓名", "职务") if label not in wanted]
    return tuple(dict.fromkeys([*named, *wanted])), asked.because


def boards(body: Body, people: Sequence[Officer], on: date) -> list[Board]:
    """The boards of these people of one body: three queries, however many."""
    pack = packs.load(body.pack)
    labels, because = fields(pack)
    powers = list(registry.powers(body.scope, on))
    hung = put_up([f"officer:{one.key}" for one in people])
    return [
        Board(
            one,
            body,
            f"{body.name}{one.unit.name if one.unit else ''}",
            tuple(_line(label, one, body, powers, pack) for label in labels),
            because,
            tuple(hung.get(f"officer:{one.key}", ())),
        )
        for one in people
    ]


def put_up(subjects: Sequence[str]) -> dict[str, list[BoardShown]]:
    """What hangs where now: for each board and place the latest row counts."""
    latest: dict[tuple[str, str], BoardShown] = {}
    for row in BoardShown.objects.filter(subject__in=list(subjects)).order_by("at", "id"):
        latest[row.subject, row.place] = row
    found: dict[str, list[BoardShown]] = {}
    for row in latest.values():
        found.setdefault(row.subject, []).append(row)
    return found


def _line(label: str, officer: Officer, body: Body, powers: Sequence[Power], pack: Pack) -> Line:
    makers: Mapping[str, Callable[[], tuple[str, str]]] = {
        "单位": lambda: (f"{body.name}{'　' + officer.unit.name if officer.unit else ''}", ""),
        "姓名": lambda: (officer.name, ""),
        "职务": lambda: (officer.post, "在人员登记中补填职务"),
        "执法种类": lambda: ("、".join(kind_words(pack, kind) for kind in officer.kinds), "在人员登记中选择执法种类"),
        "服务事项": lambda: (officer.service_matters, "在人员登记中补填服务事项"),
        "岗位职责": lambda: (_duties(officer, body), "在承办机构或者执法主体登记中补填职责"),
        "申请材料示范文本": lambda: (_materials(officer, powers), "在事项登记的服务指南中补填申请材料"),
        "办理进度查询": lambda: (_progress(body, pack), "在执法主体登记中补填电话或者网址"),
        "咨询服务": lambda: (_contact(body), "在执法主体登记中补填电话、地址、办公时间"),
        "投诉举报": lambda: (_complaint(body), "在执法主体登记中补填投诉举报电话、方式"),
    }
    text, mend = makers[label]() if label in makers else ("", "登记中没有这一栏，请在服务事项中写明")
    return Line(label, text.strip(), "" if text.strip() else mend)


def _duties(officer: Officer, body: Body) -> str:
    own = officer.unit.duties if officer.unit else ""
    return own or body.duties


def _materials(officer: Officer, powers: Sequence[Power]) -> str:
    """The materials of the matters this person serves; acts of the body's own motion ask for none."""
    mine = [power for power in powers if not officer.kinds or power.kind in officer.kinds]
    said = []
    for power in mine:
        given = power.guide.get("materials") or ()
        lines = [given] if isinstance(given, str) else list(given)
        if lines:
            said.append(f"{power.name}：{'；'.join(lines)}")
    if not said and mine and not any(power.kind == "licence" for power in mine):
        return "本岗位办理的事项依职权实施，不需要当事人提交申请材料。"
    return "\n".join(said)


def _progress(body: Body, pack: Pack) -> str:
    where = pack.parameter("progress_query").value
    return "　".join(text for text in (where, body.website, f"电话 {body.phone}" if body.phone else "") if text)


def _contact(body: Body) -> str:
    given = (("电话", body.phone), ("地址", body.address), ("办公时间", body.office_hours))
    return "　".join(f"{label} {text}" for label, text in given if text) if body.phone else ""


def _complaint(body: Body) -> str:
    return "　".join(text for text in (body.complaint_phone, body.complaint_way) if text)
