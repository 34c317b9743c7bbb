"""The components as tags, and the filters of the words.

Each tag makes the whole context of one partial in `components/`, so a partial never meets an undefined variable and
takes dataclasses, model rows and plain dicts alike.  The gallery (/gallery/) shows every one in its states.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yangguang.site import wording
from yangguang.site.templatetags import ui_forms, ui_lists, ui_shell
from yangguang.site.wording import each, get

register = template.Library()
# One library for the pages: `load ui`.
register.tags.update(ui_forms.register.tags | ui_lists.register.tags | ui_shell.register.tags)

register.filter("yuan", wording.yuan)
register.filter("date_cn", wording.date_cn)
register.filter("moment_cn", wording.moment_cn)
register.filter("weekday_cn", wording.weekday_cn)
register.filter("bytes_cn", wording.bytes_cn)
register.filter("short_hash", wording.short_hash)
register.filter("mask", wording.mask)
register.filter("clause_name", wording.clause_name)
register.filter("plainly", wording.plainly)

# What a status is called, its tone and its sign.  Red only for what is refused, overdue or revoked.
STATUS: dict[str, tuple[str, str, str]] = {
    "passed": ("通过", "ok", "check"),
    "failed": ("不通过", "bad", "cross"),
    "unknown": ("尚不能判断", "unknown", "question"),
    "draft": ("草稿", "quiet", "edit"),
    "open": ("在办", "info", "clock"),
    "pending": ("待办", "info", "clock"),
    "in_review": ("法制审核中", "info", "book"),
    "returned": ("退回修改", "warn", "back"),
    "refused": ("不予通过", "bad", "cross"),
    "due_soon": ("即将到期", "warn", "clock"),
    "overdue": ("逾期", "bad", "warn"),
    "done": ("已完成", "ok", "check"),
    "decided": ("已决定", "info", "stamp"),
    "served": ("已送达", "ok", "check"),
    "not_served": ("未送达", "quiet", "clock"),
    "performed": ("已履行", "ok", "check"),
    "closed": ("已结案", "quiet", "check"),
    "archived": ("已归档", "quiet", "folder"),
    "published": ("已公示", "ok", "horn"),
    "unpublished": ("未公示", "quiet", "hidden"),
    "corrected": ("已更正", "warn", "edit"),
    "revoked": ("已撤销", "bad", "stop"),
    "taken_down": ("已撤下", "bad", "stop"),
    "expired": ("已失效", "bad", "stop"),
    "valid": ("有效", "ok", "check"),
    "superseded": ("已被新版本替代", "quiet", "back"),
    "waived": ("不需要", "quiet", "minus"),
    "missing": ("缺", "bad", "cross"),
    "optional": ("可选", "quiet", "minus"),
    "sealed": ("已存证", "ok", "seal"),
    "sealing": ("存证中", "unknown", "clock"),
}
STEP_WORDS = {"done": "已完成", "now": "正在办理", "next": "未开始", "skipped": "不需要"}
EVIDENCE_KINDS = {
    "photo": ("照片", "camera"),
    "video": ("视频", "video"),
    "audio": ("录音", "audio"),
    "document": ("书证", "doc"),
    "electronic": ("电子数据", "doc"),
    "object": ("物证", "folder"),
}


def _today(context: Mapping[str, Any], today: date | None) -> date:
    return today or (context["today"] if isinstance(context.get("today"), date) else timezone.localdate())


def _citations(because: Any) -> list[dict[str, Any]]:
    found = because if isinstance(because, (list, tuple)) else [because] if because else []
    return [
        {"clause": c, "name": c, "text": "", "source": "", "url": "", "confirm": False}
        if isinstance(c, str)
        else {
            "clause": get(c, "clause", ""),
            "name": get(c, "name", "") or wording.clause_name(c),
            "text": get(c, "text", ""),
            "source": get(c, "source", ""),
            "url": get(c, "url", ""),
            "confirm": bool(get(c, "confirm", False)),
        }
        for c in found
    ]


def _said(value: Any) -> Any:
    if value is None or value == "":
        return "（未知）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(str(_said(v)) for v in value) or "（无）"
    return value


def _facts(facts: Any) -> list[dict[str, Any]]:
    """A mapping, pairs, triples with the source, or dicts {label, value, source, url}."""
    if not facts:
        return []
    if isinstance(facts, Mapping):
        facts = facts.items()
    rows = []
    for fact in facts:
        if isinstance(fact, str):
            rows.append({"label": "", "value": fact, "source": "", "url": ""})
        elif isinstance(fact, (tuple, list)):
            label, value, *rest = fact
            rows.append({"label": label, "value": _said(value), "source": rest[0] if rest else "", "url": ""})
        else:
            row = {k: get(fact, k, "") for k in ("label", "source", "url")}
            rows.append({**row, "value": _said(get(fact, "value"))})
    return rows


# ---- signs ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def ui_icon(name: str, label: str = "", large: bool = False) -> SafeString:
    """This is a drawn sign; without a label it is decoration beside a word."""
    size = " yg-icon-lg" if large else ""
    href = static("site/icons.svg") + "#" + name
    if label:
        return format_html(
            '<svg class="yg-icon{}" role="img" aria-label="{}"><use href="{}"></use></svg>', size, label, href
        )
    return format_html('<svg class="yg-icon{}" aria-hidden="true"><use href="{}"></use></svg>', size, href)


@register.simple_tag
def ui_badge(word: str, tone: str = "quiet", icon: str = "", solid: bool = False) -> SafeString:
    """This is a word with a sign on a ground. Tones: ok bad warn info quiet unknown."""
    sign = ui_icon(icon) if icon else ""
    return format_html('<span class="yg-badge yg-{}{}">{}{}</span>', tone, " yg-solid" if solid else "", sign, word)


@register.simple_tag
def ui_status(code: Any, word: str = "") -> SafeString:
    """This is a known status (see STATUS) as a badge; `word` replaces its name. An unknown code is shown as it is."""
    name, tone, icon = STATUS.get(str(code), (str(code), "quiet", ""))
    return ui_badge(word or name, tone, icon)


# ---- the law ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/citations.html")
def ui_citations(because: Any, label: str = "") -> dict[str, Any]:
    return {"citations": _citations(because), "label": label}


@register.inclusion_tag("components/facts.html")
def ui_facts(facts: Any, label: str = "", wide: bool = False) -> dict[str, Any]:
    return {"facts": _facts(facts), "label": label, "wide": wide}


@register.inclusion_tag("components/verdict.html")
def ui_verdict(
    verdict: Any, url: str = "", action: str = "", compact: bool = False, open: bool | None = None
) -> dict[str, Any]:
    state = str(get(verdict, "state", "unknown"))
    if state not in ("passed", "failed", "unknown"):
        raise ValueError(f"判断结果 {state!r} 不可识别：应为 passed、failed 或 unknown。")
    word, tone, icon = STATUS[state]
    return {
        "code": get(verdict, "code", ""),
        "title": get(verdict, "title", ""),
        "state": state,
        "word": word,
        "tone": tone,
        "icon": icon,
        "citations": _citations(get(verdict, "because")),
        "facts": _facts(get(verdict, "facts_used")),
        "failures": list(get(verdict, "failures", ()) or ()),
        "unknown": [wording.plainly(one) for one in get(verdict, "unknown", ()) or ()],
        "explain": wording.plainly(get(verdict, "explain", "")),
        "mend": get(verdict, "mend", "") if state != "passed" else "",
        "url": url or get(verdict, "url", ""),
        "action": action or get(verdict, "action", "") or "前往办理",
        "compact": compact,
        "open": (state != "passed") if open is None else open,
    }


@register.inclusion_tag("components/deadline.html", takes_context=True)
def ui_deadline(
    context: Mapping[str, Any],
    deadline: Any,
    today: date | None = None,
    done_on: date | None = None,
    label: str = "",
) -> dict[str, Any]:
    if deadline is None or deadline == "":
        return {"due": None, "label": label}
    due = wording.due_words(deadline, _today(context, today), done_on)
    return {
        "due": due,
        "label": label,
        "tone": wording.TONES[due.tone],
        "icon": wording.SIGNS[due.tone],
        "citations": _citations(due.because),
        "outvoted": _citations(
            _outvoted(get(deadline, "outvoted", ()) if not isinstance(deadline, (date, str)) else ())
        ),
        "proof": bool(due.weeks or due.notes or due.because or due.explain),
        "weekdays": wording.WEEKDAYS,
        "shown_weekday": wording.weekday_cn(due.due),
    }


def _outvoted(rows: Any) -> list[Any]:
    """Policy keeps the losing rules with their citations inside; a stored duty keeps the citations flat."""
    return [c for row in rows or [] for c in (get(row, "because") or ([row] if get(row, "clause") else []))]


# ---- work -------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/step_line.html", takes_context=True)
def ui_steps(
    context: Mapping[str, Any],
    steps: Iterable[Any],
    flow: bool = False,
    legend: bool = False,
    today: date | None = None,
) -> dict[str, Any]:
    rows = each(
        steps, code="", title="", state="next", who="", at=None, note="", url="", records=(), due=None, clause=""
    )
    icons = {"done": "check", "now": "arrow", "skipped": "minus", "next": ""}
    for number, row in enumerate(rows, start=1):
        if row["state"] not in STEP_WORDS:
            raise ValueError(f"步骤状态 {row['state']!r} 不可识别：应为 {'、'.join(STEP_WORDS)}。")
        row |= {"number": number, "word": STEP_WORDS[row["state"]], "icon": icons[row["state"]]}
        row["records"] = [
            {"title": r, "state": "done", "url": ""}
            if isinstance(r, str)
            else {"title": get(r, "title", ""), "state": get(r, "state", "done"), "url": get(r, "url", "")}
            for r in row["records"] or ()
        ]
    return {"steps": rows, "flow": flow, "legend": legend, "today": _today(context, today)}


@register.inclusion_tag("components/duty_rows.html", takes_context=True)
def ui_duties(
    context: Mapping[str, Any],
    duties: Iterable[Any],
    tight: bool = False,
    today: date | None = None,
    empty: str = "目前没有待办的职责",
) -> dict[str, Any]:
    """Takes rows of duty.Duty or dicts; see components/duty_rows.html."""
    day = _today(context, today)
    rows = []
    for duty in duties or []:
        due = wording.due_words(duty, day, get(duty, "done_on"))
        rows.append(
            {
                "title": get(duty, "title", "") or get(duty, "what", ""),
                "subject": get(duty, "subject_title", "") or get(duty, "for_whom", ""),
                "subject_url": get(duty, "subject_url", ""),
                "who": get(duty, "who", ""),
                "because": _citations(get(duty, "because")),
                "deadline": duty,
                "done_on": get(duty, "done_on"),
                "tone": due.tone,
                "url": get(duty, "url", ""),
                "action": get(duty, "action", "") or "去办理",
            }
        )
    return {"duties": rows, "tight": tight, "today": day, "empty": empty}


@register.inclusion_tag("components/proof.html")
def ui_proof(proof: Any, title: str = "存证证明") -> dict[str, Any]:
    """`state`: sealed | sealing | verified | broken. See components/proof.html."""
    words = {
        "sealed": ("已写入防篡改日志", "", "seal"),
        "sealing": ("正在写入防篡改日志，通常不超过 1 秒", "yg-sealed-wait", "clock"),
        "verified": ("验证通过：未被改动", "yg-sealed-ok", "check"),
        "broken": ("验证不通过", "yg-sealed-bad", "warn"),
    }
    state = get(proof, "state", "sealed" if get(proof, "index") is not None else "sealing")
    word, style, icon = words[state]
    fields = {
        k: get(proof, k, d)
        for k, d in {
            "index": None,
            "sealed_at": None,
            "size": None,
            "root": "",
            "origin": "",
            "commitment": "",
            "witnesses": (),
            "verify_url": "",
            "download_url": "",
            "explain": "",
        }.items()
    }
    return {
        **fields,
        "title": title,
        "state": state,
        "word": get(proof, "word", "") or word,
        "style": style,
        "icon": icon,
    }


@register.inclusion_tag("components/document.html")
def ui_document(document: Any) -> dict[str, Any]:
    fields = {
        k: get(document, k, d)
        for k, d in {
            "title": "",
            "number": "",
            "image": "",
            "pages": None,
            "at": None,
            "by": "",
            "status": "",
            "status_word": "",
            "served": "",
            "note": "",
            "qr": "",
            "url": "",
        }.items()
    }
    files = each(get(document, "files"), label="PDF", url="", size=None)
    return {
        **fields,
        "files": files,
        "versions": each(get(document, "versions"), label="", at=None, by="", url="", note=""),
    }


@register.inclusion_tag("components/evidence_tile.html")
def ui_evidence(evidence: Any) -> dict[str, Any]:
    kind = str(get(evidence, "kind", "photo"))
    word, icon = EVIDENCE_KINDS.get(kind, (kind, "doc"))
    peaks = list(get(evidence, "peaks", ()) or ())
    wave = [{"x": n * 4 + 1, "y": round(60 - p * 50, 1), "h": max(round(p * 100, 1), 1)} for n, p in enumerate(peaks)]
    fields = {
        k: get(evidence, k, d)
        for k, d in {
            "title": "",
            "url": "",
            "thumb": "",
            "alt": "",
            "who": "",
            "at": None,
            "place": "",
            "device": "",
            "digest": "",
            "custody": None,
            "custody_url": "",
            "size": None,
            "length": "",
            "demands": (),
            "note": "",
        }.items()
    }
    return {**fields, "kind": kind, "kind_word": word, "icon": icon, "wave": wave, "wave_width": len(wave) * 4 + 1}


@register.inclusion_tag("components/timeline.html")
def ui_timeline(entries: Iterable[Any], empty: str = "还没有记录") -> dict[str, Any]:
    rows = each(entries, at=None, who="", what="", detail="", url="", tone="", index=None, proof_url="", clause="")
    return {"entries": rows, "empty": empty}


@register.inclusion_tag("components/diff.html")
def ui_diff(before: str, after: str, before_label: str = "上一稿", after_label: str = "本稿") -> dict[str, Any]:
    lines = wording.diff(before or "", after or "")
    return {
        "lines": lines,
        "before_label": before_label,
        "after_label": after_label,
        "changed": sum(line.kind not in ("same", "skip") for line in lines),
    }


@register.inclusion_tag("components/masked_text.html")
def ui_masked(
    text: str, marks: Iterable[Any], show: bool = False, name: str = "m", grounds: bool = True
) -> dict[str, Any]:
    """`marks`: {start, end, ground, clause, cover, confirmed}; `show` leaves the original visible under its mark.

    **Why** the original never reaches the page unless `show`: what is hidden by style alone is published.
    """
    rows = sorted(
        each(marks, start=0, end=0, ground="", clause="", cover="", confirmed=False), key=lambda m: m["start"]
    )
    segments: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    at = 0
    for mark in rows:
        if mark["start"] < at or mark["end"] > len(text):
            raise ValueError(f"遮盖标记 {mark['start']}–{mark['end']} 重叠或超出全文（{len(text)} 字）。")
        key = (mark["ground"], mark["clause"])
        number = next((n for n, r in enumerate(reasons, 1) if (r["ground"], r["clause"]) == key), 0)
        if not number:
            reasons.append({"ground": mark["ground"], "clause": mark["clause"]})
            number = len(reasons)
        original = text[mark["start"] : mark["end"]]
        segments.append({"text": text[at : mark["start"]], "mask": False})
        segments.append(
            {
                "text": original if show else (mark["cover"] or "×" * min(len(original), 8)),
                "mask": True,
                "number": number,
                "ground": mark["ground"],
                "sure": bool(mark["confirmed"]),
            }
        )
        at = mark["end"]
    segments.append({"text": text[at:], "mask": False})
    return {"segments": segments, "reasons": reasons, "show": show, "name": name, "grounds": grounds}


# ---- states of a page -------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/empty.html")
def ui_empty(title: str, text: str = "", url: str = "", action: str = "", icon: str = "empty") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "action": action, "icon": icon}


@register.inclusion_tag("components/error_panel.html")
def ui_error(error: Any) -> dict[str, Any]:
    """`error`: {what, why, where, because, mend, url, action} or a text."""
    if isinstance(error, str):
        error = {"what": error}
    where = get(error, "where", "")
    fields = {k: get(error, k, "") for k in ("what", "why", "mend", "url", "action", "reference")}
    return {
        **fields,
        "where": [where] if isinstance(where, str) and where else list(where or []),
        "citations": _citations(get(error, "because")),
    }


@register.inclusion_tag("components/refusal.html")
def ui_refusal(refused: Any, url: str = "", action: str = "", facts: Any = None) -> dict[str, Any]:
    """`refused`: trail.errors.Refused, a failed Verdict, or {message, because, facts_used, mend, url, action}."""
    return {
        "message": get(refused, "message", "") or get(refused, "title", "") or str(refused),
        "citations": _citations(get(refused, "because")),
        "facts": _facts(facts if facts is not None else get(refused, "facts_used")),
        "failures": list(get(refused, "failures", ()) or ()),
        "mend": get(refused, "mend", ""),
        "url": url or get(refused, "url", ""),
        "action": action or get(refused, "action", "") or "去补办",
    }


@register.inclusion_tag("components/progress.html")
def ui_progress(label: str, done: int = 0, total: int | None = None, note: str = "", poll: str = "") -> dict[str, Any]:
    percent = int(done * 100 / total) if total else None
    return {"label": label, "done": done, "total": total, "percent": percent, "note": note, "poll": poll}


@register.inclusion_tag("components/messages.html")
def ui_messages(messages: Any) -> dict[str, Any]:
    tones = {"success": ("ok", "check"), "error": ("bad", "warn"), "warning": ("warn", "warn")}
    rows = []
    for message in messages or []:
        tone, icon = tones.get(get(message, "level_tag", ""), ("info", "info"))
        rows.append(
            {
                "tone": tone,
                "icon": icon,
                "text": message if isinstance(message, str) else get(message, "message", message),
            }
        )
    return {"messages": rows}
