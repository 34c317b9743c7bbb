"""The pages of the law site: what each pack says, who says it, and what comes out for facts one may try."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from yangguang.lawbook import queries as lawbook
from yangguang.policy import charts, inputs
from yangguang.policy.acts import ROLES
from yangguang.policy.errors import CalendarYearMissing, NoRuleInForce, UnknownName, UnknownPack, UnknownQuestion
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

from ..web import public
from . import reading, words
from .forms import ClauseForm, TryForm

SECONDS = 300
ALL = "all"
PORTAL = "portal"  # the connection of the public pages: published rows only
View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """A page of the law: for everybody, kept by caches; a name that does not exist gets a page that says which do."""

    @require_safe
    @public(SECONDS)
    @wraps(view)
    def shown(request: HttpRequest, **named: str) -> HttpResponseBase:
        try:
            return view(request, **named)
        except UnknownName as error:
            given = {
                "what": f"没有这个{error.what}：{error.name[:60]}",
                "accepted": error.nearest(),
                "more": len(error.accepted) - len(error.nearest()),
            }
            return render(request, "portal/law/unknown.html", given, status=404)

    return shown


def _page(request: HttpRequest, name: str, found: Pack | None = None, part: str = "", **given: Any) -> HttpResponse:
    status = given.pop("status", 200)
    if found is not None:
        given |= {"pack": found, "tabs": reading.tabs(found, part), "place": reading.layer_word(found.id)}
    return render(request, f"portal/law/{name}.html", given, status=status)


class UnknownGroup(UnknownName):
    """A group of rows that the comparison does not have."""

    what = "分组"


# ---- all packs ------------------------------------------------------------------------------------------------------


@page
def index(request: HttpRequest) -> HttpResponseBase:
    """法条包: the tree of jurisdictions."""
    return _page(request, "index", tree=reading.tree())


@page
def compare(request: HttpRequest) -> HttpResponseBase:
    """对照表: what each plan says itself, beside the national floor; one group at a time, and what differs first."""
    table, every = reading.comparison(), request.GET.get("rows") == "all"
    names = [group["id"] for group in table["groups"]]
    here = request.GET.get("group") or names[0]
    if here not in (*names, ALL):
        raise UnknownGroup(here, (*names, ALL))
    groups = [{**group, "rows": group["rows"] if every else group["differing"]} for group in table["groups"]]
    rows = ALL if every else ""

    def address(group: str, rows: str) -> str:
        return f"?{urlencode({'group': group, **({'rows': rows} if rows else {})})}"

    views = [
        {"label": "有方案另作规定的", "url": address(here, ""), "current": not every},
        {"label": "全部事项", "url": address(here, ALL), "current": every},
    ]
    parts = [(group["title"], len(group["rows"]), group["id"]) for group in groups]
    return _page(
        request,
        "compare",
        columns=table["columns"],
        groups=[group for group in groups if here in (group["id"], ALL)],
        views=views,
        parts=[
            {"label": label, "count": count, "url": address(group, rows), "current": group == here}
            for label, count, group in (*parts, ("全部列在一页", sum(count for _, count, _ in parts), ALL))
        ],
    )


# ---- one pack -------------------------------------------------------------------------------------------------------


@page
def pack(request: HttpRequest, pack: str) -> HttpResponseBase:
    """One pack: whose it is, what it quotes, what it brings."""
    found = reading.pack(pack)
    own = found.jurisdiction
    about = [
        ("法域", own.name),
        ("层级", reading.LEVELS[own.level]),
        ("机关", own.body),
        ("承办机构", own.handling_unit),
        ("上级法制机构", own.legal_superior),
        ("行政区划代码", own.region),
        ("版本", found.version),
        ("工作日历已录入", "、".join(f"{year}年" for year in found.calendar.covered)),
    ]
    return _page(
        request,
        "pack",
        found,
        "pack",
        about=[row for row in about if row[1]],
        above=[(reading.layer_word(name), reading.url("pack", name)) for name in found.chain[:-1]],
        adds=reading.adds(found),
        sources=reading.quoted(found),
        roles=[
            {
                "title": title.title,
                "usual": ROLES[role],
                "note": title.note,
                "because": reading.cites(found, title.because),
            }
            for role, title in found.merged.roles.items()
        ],
        api=reverse("exchange:pack", args=[found.id]),
    )


@page
def questions(request: HttpRequest, pack: str) -> HttpResponseBase:
    """What can be asked."""
    found = reading.pack(pack)
    return _page(request, "questions", found, "questions", rows=reading.question_rows(found))


@page
def question(request: HttpRequest, pack: str, question: str) -> HttpResponseBase:
    """One question: its rules, the examples, and a form to try it."""
    found = reading.pack(pack)
    if question not in QUESTIONS:
        raise UnknownQuestion(question, QUESTIONS)
    asked = QUESTIONS[question]
    dated = asked.how in ("clock", "computed")
    form = TryForm(request.GET or None, found, inputs.question_facts(found, question), dated=dated)
    result: dict[str, Any] | None = None
    refused: dict[str, str] | None = None
    if form.is_bound and form.is_valid():
        try:
            answer = found.ask(question, form.facts, form.cleaned_data["on"], provisional=form.provisional)
            result = reading.result(found, answer)
        except (CalendarYearMissing, NoRuleInForce, UnknownName) as error:
            refused = _refused(error)
    lines = [reading.line(found, rule, asked) for rule in found.merged.questions.get(question, ())]
    shown = [reading.shown_example(name, e) for name, e in reading.examples(found) if e.ask == question]
    return _page(
        request,
        "question",
        found,
        "questions",
        asked=asked,
        how=words.HOW[asked.how],
        lines=lines,
        own=[one for one in lines if one["own"]],
        own_clock=any(row["own"] for one in lines if one["clock"] for row in one["clock"]["limits"]),
        form=form,
        given=words.given(found, form.facts) if result else [],
        result=result,
        refused=refused,
        examples=shown,
        api=_api(found, question, form),
        status=400 if form.is_bound and not form.is_valid() else 200,
    )


def _api(found: Pack, question: str, form: TryForm) -> str:
    """The same question at the open interface."""
    address = reverse("exchange:ask", args=[found.id, question])
    return (
        address
        if not form.is_bound or not form.is_valid()
        else f"{address}?{urlencode(reading.query(form))}".rstrip("?")
    )


def _refused(error: Exception) -> dict[str, str]:
    if isinstance(error, CalendarYearMissing):
        return {
            "what": f"算不出：{error.year} 年的放假安排还没有发布，或者还没有录入",
            "why": "工作日要按国务院办公厅的放假通知计算。",
            "mend": "只想估算的，勾选“给出暂定的答案”；换一个年份也可以。",
        }
    return {"what": str(error), "why": "", "mend": "核对日期和选项后再试。"}


@page
def deadlines(request: HttpRequest, pack: str) -> HttpResponseBase:
    """Every deadline with the limits of all layers."""
    found = reading.pack(pack)
    today = timezone.localdate()
    rows = [reading.deadline_row(found, rule, today) for rule in found.deadlines.values()]
    return _page(request, "deadlines", found, "deadlines", rows=rows)


@page
def deadline(request: HttpRequest, pack: str, rule: str) -> HttpResponseBase:
    """One deadline: the limit of each layer, the one that decides, and a form to count it."""
    found = reading.pack(pack)
    specs = inputs.deadline_facts(found, rule)
    of = found.deadlines[rule]
    start = "datetime" if any(r.limit and r.limit.unit == "hour" for r in of.lines) else "date"
    form = TryForm(request.GET or None, found, specs, start=start)
    result: dict[str, Any] | None = None
    refused: dict[str, str] | None = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            done = found.deadline(rule, data["start"], data["on"], form.facts, provisional=form.provisional)
            result = reading.counted(found, done)
        except (CalendarYearMissing, NoRuleInForce) as error:
            refused = _refused(error)
    shown = [reading.shown_example(name, e) for name, e in reading.examples(found) if e.deadline == rule]
    return _page(
        request,
        "deadline",
        found,
        "deadlines",
        rule=reading.deadline_row(found, of, timezone.localdate()),
        form=form,
        result=result,
        refused=refused,
        examples=shown,
        asked_by=[
            {"title": QUESTIONS[name].title, "url": reading.url("question", found.id, name)}
            for name, lines in found.merged.questions.items()
            if any(line.clock == rule for line in lines)
        ],
        status=400 if form.is_bound and not form.is_valid() else 200,
    )


@page
def gates(request: HttpRequest, pack: str) -> HttpResponseBase:
    """Every gate."""
    found = reading.pack(pack)
    return _page(request, "gates", found, "gates", rows=reading.gate_rows(found))


@page
def gate(request: HttpRequest, pack: str, gate: str) -> HttpResponseBase:
    """One gate: what it demands, and a form to try it."""
    found = reading.pack(pack)
    specs = inputs.gate_facts(found, gate)
    form = TryForm(request.GET or None, found, specs, dated=False)
    verdict: dict[str, Any] | None = None
    if form.is_bound and form.is_valid():
        verdict = reading.judged(found, found.gate(gate, form.facts, form.cleaned_data["on"]))
    shown = [reading.shown_example(name, e) for name, e in reading.examples(found) if e.gate == gate]
    return _page(
        request,
        "gate",
        found,
        "gates",
        gate=reading.gate(found, found.merged.gates[gate]),
        form=form,
        verdict=verdict,
        examples=shown,
        status=400 if form.is_bound and not form.is_valid() else 200,
    )


@page
def acts(request: HttpRequest, pack: str) -> HttpResponseBase:
    """The procedures by kind of act."""
    found = reading.pack(pack)
    return _page(request, "acts", found, "acts", groups=reading.act_rows(found))


@page
def act(request: HttpRequest, pack: str, kind: str, procedure: str) -> HttpResponseBase:
    """One procedure step by step."""
    found = reading.pack(pack)
    definition = found.act(kind, procedure)
    return _page(
        request,
        "act",
        found,
        "acts",
        act=definition,
        because=reading.cites(found, definition.because),
        steps=reading.step_rows(found, definition),
        api=reverse("exchange:act", args=[found.id, kind, procedure]),
    )


@page
def chart(request: HttpRequest, pack: str, kind: str, procedure: str) -> HttpResponseBase:
    """The flowchart, drawn from the definition."""
    found = reading.pack(pack)
    drawn = charts.svg(found, found.act(kind, procedure))
    response = HttpResponse(drawn, "image/svg+xml; charset=utf-8", headers={"ETag": f'"{found.version}"'})
    return get_conditional_response(request, etag=f'"{found.version}"', response=response) or response


@page
def guide(request: HttpRequest, pack: str, kind: str, procedure: str) -> HttpResponseBase:
    """服务指南: the fields the plan demands, from the law; to be printed."""
    found = reading.pack(pack)
    definition = found.act(kind, procedure)
    return _page(request, "guide", found, "acts", act=definition, guide=reading.guide(found, definition))


@page
def checklist(request: HttpRequest, pack: str, kind: str, procedure: str) -> HttpResponseBase:
    """现场核对清单: what to do, show, tell, record and file at each step; to be printed."""
    found = reading.pack(pack)
    definition = found.act(kind, procedure)
    return _page(request, "checklist", found, "acts", act=definition, checklist=reading.checklist(found, definition))


@page
def parameters(request: HttpRequest, pack: str) -> HttpResponseBase:
    """What this jurisdiction sets for itself."""
    found = reading.pack(pack)
    return _page(request, "parameters", found, "parameters", tables=reading.parameter_tables(found))


@page
def resolutions(request: HttpRequest, pack: str) -> HttpResponseBase:
    """Where the texts contradict each other or leave open, and how they are read here."""
    found = reading.pack(pack)
    return _page(request, "resolutions", found, "resolutions", rows=reading.resolution_rows(found))


@page
def signed(request: HttpRequest, pack: str) -> HttpResponseBase:
    """Which lawyer read which rule, in which words: one query for the layer shown."""
    found = reading.pack(pack)
    layer = request.GET.get("layer") or found.id
    if layer not in found.chain:
        raise UnknownPack(layer, found.chain)
    rows = lawbook.signed(layer, using=PORTAL)
    tally = lawbook.tally(rows)
    states = [{"word": word, "many": tally[state]} for state, word in lawbook.STATES.items()]
    layers = [{"title": reading.layer_word(name), "id": name, "current": name == layer} for name in found.chain[::-1]]
    given = {"rows": [row for row in rows if row.last], "states": states, "layers": layers}
    return _page(request, "signed", found, "signed", **given)


# ---- clauses --------------------------------------------------------------------------------------------------------


@page
def clauses(request: HttpRequest, pack: str) -> HttpResponseBase:
    """The clauses of a pack and its parents, and a search over their words."""
    found = reading.pack(pack)
    sources = [(row["key"], row["source"].title) for row in reading.quoted(found)]
    form = ClauseForm(request.GET, sources)
    given: dict[str, Any] = {"form": form, "rows": [], "total": 0, "first": 1, "prev_url": "", "next_url": ""}
    if not form.is_valid():
        return _page(request, "clauses", found, "clauses", status=400, **given)
    data = form.cleaned_data
    rows = reading.find_clauses(found, data["q"], data["source"], data["own"] == "1")
    last = max((len(rows) - 1) // reading.PAGE + 1, 1)
    number = min(data["page"] or 1, last)

    def address(there: int) -> str:
        kept = {name: data[name] for name in ("q", "source", "own") if data[name]}
        return f"?{urlencode({**kept, 'page': there})}"

    begin = (number - 1) * reading.PAGE
    given |= {
        "rows": rows[begin : begin + reading.PAGE],
        "total": len(rows),
        "first": begin + 1,
        "prev_url": address(number - 1) if number > 1 else "",
        "next_url": address(number + 1) if number < last else "",
    }
    return _page(request, "clauses", found, "clauses", **given)


@page
def clause(request: HttpRequest, pack: str, clause: str) -> HttpResponseBase:
    """One clause: its words, and every rule and example that stands on it."""
    found = reading.pack(pack)
    citation = found.clause(clause)
    quoted = found.clauses[clause]
    source = reading.sources(quoted.pack)[quoted.source]
    return _page(
        request,
        "clause",
        found,
        "clauses",
        clause=quoted,
        source=source,
        layer=reading.layer_word(quoted.pack),
        own_page=reading.url("clause", quoted.pack, clause) if quoted.pack != found.id else "",
        confirm=citation.confirm,
        uses=reading.index(found).get(clause, ()),
        examples=reading.proofs(found).get(clause, ()),
        others=f"{reading.url('clauses', found.id)}?source={quoted.source}",
        api=reverse("exchange:clause", args=[found.id, clause]),
    )
