"""The party's case in words: what was served, which periods run, what may be done against it and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from yangguang.decision.models import Service
from yangguang.decision.party.inspection.models import InspectionAnswer, Way
from yangguang.decision.party.models import Kind
from yangguang.disclosure.queries import Progress
from yangguang.policy import packs
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import PolicyError
from yangguang.policy.packs import Pack
from yangguang.record import documents
from yangguang.registry.queries import public as register

from ..registers import progress

READ = (Way.ORIGINAL, Way.COPY)  # through the door
HOW = {"stated": "已陈述申辩", "waived": "明确放弃", "lapsed": "逾期未提出"}


@dataclass(frozen=True)
class Day:
    """One day of the party's calendar."""

    code: str
    title: str
    what: str
    deadline: Deadline
    since: str

    @property
    def on(self) -> date:
        return self.deadline.due

    def over(self, today: date) -> bool:
        return self.on < today


def served(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The documents served on the party; an internal one never, whatever the register of services says."""
    forms = documents.catalogue()
    methods = dict(Service.Method.choices)
    return [
        {**row, "served_on": _day(row["served_on"]), "way": methods.get(row["method"], row["method"])}
        for row in case["served"]
        if row["code"] in forms and not forms[row["code"]].internal
    ]


def _day(value: str) -> date:
    return date.fromisoformat(value[:10])


def calendar(case: Mapping[str, Any]) -> list[Day]:
    """The periods that run for the party, each from the service that started it, by the rules of the body's plan."""
    pack, days = packs.load(case["pack"]), list[Day]()
    notice = next(iter(case["notices"]), None)
    if notice is not None and not case["decided_on"]:
        told = f"告知书 {_day(notice['served_on'])} 送达"
        title = "陈述申辩、要求听证的最后一天" if notice["hearing"] else "陈述申辩的最后一天"
        days += _days(pack, case, "D03", title, "向本机关提出", _day(notice["served_on"]), told)
    decisions = [row for row in case["served"] if row["code"].endswith("_decision")]
    # A correction that is served later starts no period anew: the first service of the same document counts.
    decision = next((row for row in reversed(decisions) if row["number"] == decisions[0]["number"]), None)
    if decision is not None:
        on = _day(decision["served_on"])
        since = f"决定书 {on} 送达"
        if case["fine_fen"]:
            days += _days(pack, case, "D11", "缴纳罚款的最后一天", "到指定银行或者通过电子支付系统缴纳", on, since)
        days += _days(
            pack, case, "D14", "申请行政复议的最后一天", f"向{case['reconsideration'] or '复议机关'}提出", on, since
        )
        if not _first(pack, case):
            days += _days(
                pack, case, "D15", "提起行政诉讼的最后一天", f"向{case['court'] or '人民法院'}起诉", on, since
            )
    return sorted(days, key=lambda day: day.on)


def _first(pack: Pack, case: Mapping[str, Any]) -> bool:
    """Whether reconsideration has to come before the court (行政复议法 art. 23)."""
    return "reconsideration_first" in (_remedies(pack, case).value or ())


def _remedies(pack: Pack, case: Mapping[str, Any]) -> Any:
    return pack.ask("remedies", {"kind": case["kind"], "procedure": case["procedure"]})


def _days(pack: Pack, case: Mapping[str, Any], rule: str, title: str, what: str, start: date, since: str) -> list[Day]:
    facts = {"kind": case["kind"], "procedure": case["procedure"], "party_kind": case["party_kind"]}
    try:
        found = pack.deadline(rule, start=start, on=start, facts=facts, provisional=True)
    except PolicyError:  # the plan gives no number: no date is shown rather than an invented one
        return []
    return [Day(rule, title, what, found, since)]


def remedies(case: Mapping[str, Any]) -> dict[str, Any]:
    """What may be done against the act, in the words of the rules, and at which offices: of this body, this procedure."""
    pack = packs.load(case["pack"])
    found = _remedies(pack, case)
    words = {d.get("item") or d.get("key"): str(d["text"]) for d in found.details if "text" in d}
    lines = []
    for item in found.value or ():
        where = case["reconsideration"] if item.startswith("reconsideration") else ""
        where = case["court"] if item == "litigation" else where
        lines.append({"text": words.get(item, item), "where": where})
    return {"lines": lines, "because": found.because, "first": _first(pack, case)}


def letters(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the party handed in, the newest first, with its receipt."""
    kinds = dict(Kind.choices)
    return [
        {
            **row,
            "title": kinds.get(row["kind"], row["kind"]),
            "at": timezone.localtime(datetime.fromisoformat(row["at"])),
            "due": _day(row["due"]) if row.get("due") else None,
            "accepted": timezone.localtime(datetime.fromisoformat(row["accepted"])) if row.get("accepted") else None,
            "url": reverse("portal:party_receipt", args=[row["id"]]),
        }
        for row in case["letters"]
    ]


def may(case: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the party may hand in now, and until when it is in time."""
    days = {day.code: day for day in calendar(case)}
    open_ = not case["decided_on"] and not case["closed_on"] and bool(case["step"])
    found = []
    if open_:
        until = f"{days['D03'].on} 及以前提出为按时" if "D03" in days else "作出决定以前都可以提出"
        found.append({"kind": "statement", "title": "陈述申辩", "note": until})
        notice = next(iter(case["notices"]), None)
        if notice is not None and notice["hearing"]:
            found.append({"kind": "hearing", "title": "要求听证", "note": until})
    if case["step"] and not case["closed_on"]:
        found.append({"kind": "address", "title": "确认送达地址", "note": "以后的文书送到这里；可以选择电子送达"})
    if not waits(case):
        note = "查阅本案案卷；机关逐件答复，不提供的写明理由"
        found.append({"kind": "inspect", "title": Kind.INSPECT.label, "note": note})
    return [{**one, "url": reverse("portal:party_letter", args=[one["kind"]])} for one in found]


def waits(case: Mapping[str, Any]) -> bool:
    """Whether a request to inspect the file was handed in and is not answered yet."""
    answered = {one["submission"] for one in case["inspections"] if one["answered"]}
    return any(one["kind"] == Kind.INSPECT and one["id"] not in answered for one in case["letters"])


def inspections(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the party asked to read of its file, until when it is answered, and the answer item by item."""
    ways, outcomes = dict(Way.choices), dict(InspectionAnswer.Outcome.choices)
    return [
        {
            **one,
            "at": timezone.localtime(datetime.fromisoformat(one["at"])),
            "due": _day(one["due"]) if one["due"] else None,
            "answered": timezone.localtime(datetime.fromisoformat(one["answered"])) if one["answered"] else None,
            "words": {"granted": "同意查阅"}.get(one["outcome"], outcomes.get(one["outcome"], "")),
            "url": reverse("portal:party_receipt", args=[one["submission"]]),
            "rows": [
                {
                    **row,
                    "words": ways[row["way"]],
                    "url": reverse("portal:party_inspect", args=[row["item"]]) if row["way"] in READ else "",
                }
                for row in one["rows"]
            ],
        }
        for one in case["inspections"]
    ]


def shown(case: Mapping[str, Any]) -> dict[str, Any]:
    """The page of the case."""
    moved = Progress(
        kind=case["kind"],
        procedure=case["procedure"],
        pack=case["pack"],
        body_key=case["body_key"],
        body_name=case["body_name"],
        power_key=case["power_key"],
        done=case["done"],
        step=case["step"],
    )
    today = timezone.localdate()
    said = case["said"]
    return {
        "progress": progress.shown(moved, register.body(moved.body_key), register.power(moved.power_key)),
        "served": served(case),
        "days": [{"day": day, "over": day.over(today)} for day in calendar(case)],
        "may": may(case),
        "letters": letters(case),
        "inspections": inspections(case),
        "remedies": remedies(case),
        "said": {"how": HOW.get(said["how"], said["how"]), "on": _day(said["on"])} if said else None,
    }


def ics(case: Mapping[str, Any], stamp: datetime) -> str:
    """The calendar as RFC 5545, all-day events with a reminder two days before; lines are folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yangguang//party//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for day in calendar(case):
        clauses = "；".join(f"{one.source}{one.title}" for one in day.deadline.because)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.code}-{day.on:%Y%m%d}-{case['codes'][0]['code'] if case['codes'] else case['power_key']}@yangguang",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
            f"SUMMARY:{_escaped(day.title)}",
            f"DESCRIPTION:{_escaped(f'{day.what}。{day.since}。依据：{clauses}')}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P2D",
            f"DESCRIPTION:{_escaped(day.title)}",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    parts, now = list[str](), ""
    for character in line:
        if len((now + character).encode()) > (75 if not parts else 74):
            parts.append(now)
            now = ""
        now += character
    return "\r\n ".join([*parts, now]) + "\r\n"
