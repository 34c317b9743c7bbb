"""What a change touches, and how far it is dealt with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from yangguang.catalogue.models import ListVersion
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Body, Power

from .. import boards, elements
from ..models import BoardShown, Change, ChangeAnswer, PolicyDocument, PreRelease
from .bodies import kinds_of, within_reach
from .editions import current
from .policies import policies_of

CLOCK = "D10b"  # until when what the public reads is brought up to date after a change


Touched = dict[str, str]  # {ref, sort, title}
_tellers: list[Callable[[Body, str, str, Sequence[str]], list[Touched]]] = []


def tells(
    function: Callable[[Body, str, str, Sequence[str]], list[Touched]],
) -> Callable[[Body, str, str, Sequence[str]], list[Touched]]:
    """A later stage says what of its own a change touches, its open cases: this stage imports none of them.

    **Shape** the function gets (body, what, key, kinds of act concerned).
    """
    _tellers.append(function)
    return function


def changes(caller: Caller) -> QuerySet[Change]:
    return Change.objects.filter(within_reach(caller)).select_related("body", "by").order_by("-at", "-id")


def touched(body: Body, what: str, key: str, on: date) -> list[Touched]:
    """Everything public, printed or pending that a change of this thing makes doubtful.  **Clause** QS-3.1.4a.

    **Shape** [{ref, sort, title}]; `ref` is stable: the list, the kind of act, the power, the board, not their versions.
    """
    pack = packs.load(body.pack)
    powers = list(registry.powers(body.scope, on))
    kinds = _concerned(pack, what, key, powers, on)
    rows: list[Touched] = []
    for kind in kinds:
        if current(body.scope, kind) is not None:
            rows.append(_row(f"pre:{kind}", "事前公开", f"{elements.kind_words(pack, kind)}事前公开"))
    rows += _touched_guides(pack, powers, what, key, kinds)
    rows += _touched_lists(body, what, on)
    rows += _touched_boards(body, what, key, on)
    rows += _touched_papers(body, pack, what, key)
    rows += [one for teller in _tellers for one in teller(body, what, key, kinds)]
    return rows


def _row(ref: str, sort: str, title: str) -> Touched:
    return {"ref": ref, "sort": sort, "title": title}


def _concerned(pack: Pack, what: str, key: str, powers: Sequence[Power], on: date) -> list[str]:
    """The kinds of act of the body a change concerns: of a power its own, of a clause those that cite it."""
    have = kinds_of(pack, powers, on)
    if what == Change.What.POWER:
        found = {power.kind for power in powers if str(power.key) == key}
        return [kind for kind in have if not found or kind in found]
    if what != Change.What.LAW or key == "*":
        return have
    if key in have:
        return [key]
    citing = {kind for kind in have if _cites(pack, kind, key)}
    return [kind for kind in have if not citing or kind in citing]  # cited by no procedure: all may be concerned


def _cites(pack: Pack, kind: str, clause: str) -> bool:
    acts = [pack.act(k, procedure) for k, procedure in pack.act_names if k == kind]
    codes = {code for act in acts for step in act.steps for code in step.deadlines}
    lines = [line for code in codes if code in pack.deadlines for line in pack.deadlines[code].lines]
    cited = [c for act in acts for step in act.steps for c in (*act.because, *step.because)]
    return clause in {c.clause for c in (*cited, *(c for line in lines for c in line.because))}


def _touched_guides(pack: Pack, powers: Sequence[Power], what: str, key: str, kinds: Sequence[str]) -> list[Touched]:
    if what in (Change.What.OFFICER, Change.What.CERTIFICATE):
        return []
    mine = [power for power in powers if power.kind in kinds and (what != Change.What.POWER or str(power.key) == key)]
    return [_row(f"guide:{power.key}", "服务指南", f"{power.name}服务指南") for power in mine] + [
        _row(f"chart:{kind}", "流程图", f"{elements.kind_words(pack, kind)}流程图")
        for kind in kinds
        if what == Change.What.LAW
    ]


# Which lists speak of what; a change of law or of the body may concern any.
LISTED: Mapping[str, frozenset[str]] = {
    Change.What.POWER: frozenset(
        {"list_powers", "list_random_inspection", "list_pre_disclosure", "catalogue_review", "list_decisions_published"}
    ),
    Change.What.OFFICER: frozenset({"list_officers", "list_pre_disclosure"}),
    Change.What.CERTIFICATE: frozenset({"list_officers", "list_pre_disclosure"}),
}


def _touched_lists(body: Body, what: str, on: date) -> list[Touched]:
    approved = ListVersion.objects.filter(scope=body.scope, approval__approved=True, in_force_from__lte=on)
    found = {one.kind: one.title for one in approved.defer("rows").order_by("number")}
    wanted = LISTED.get(what)
    return [_row(f"list:{code}", "清单", title) for code, title in found.items() if wanted is None or code in wanted]


PERSONAL = (Change.What.OFFICER, Change.What.CERTIFICATE)


def _touched_boards(body: Body, what: str, key: str, on: date) -> list[Touched]:
    """Boards that hang now; a person's own change touches that person's only."""
    hung = BoardShown.objects.filter(scope=body.scope).order_by("subject").values_list("subject", flat=True).distinct()
    if what in PERSONAL:
        hung = hung.filter(subject=f"officer:{key}")
    rows = boards.put_up(list(hung))
    titles = {subject: shown[-1].shown["lines"] for subject, shown in rows.items()}
    return [_row(f"board:{subject}", "岗位公示牌", f"{_name(lines)}岗位公示牌") for subject, lines in titles.items()]


def _name(lines: Sequence[Mapping[str, str]]) -> str:
    return next((one["text"] for one in lines if one["label"] == "姓名"), "")


def _touched_papers(body: Body, pack: Pack, what: str, key: str) -> list[Touched]:
    """Policy documents, and the forms of documents where the law itself changed."""
    if what in PERSONAL:
        return []
    latest = {one.kind: one for one in policies_of(body).filter(release__isnull=False).order_by("version")}
    rows = [_row(f"policy:{code}", "制度文件", one.title) for code, one in latest.items()]
    if what != Change.What.LAW:
        return rows
    source = pack.clauses[key].source_title if key in pack.clauses else ""
    forms = [one for one in documents.catalogue().values() if not source or _of_source(one.clause, source)]
    return rows + [_row(f"form:{one.code}", "文书样式", one.title) for one in forms]


def _of_source(clause: str, source: str) -> bool:
    """Whether a form that names 行政处罚法 stands on 中华人民共和国行政处罚法（2021年修订）."""
    law = clause.split(" ")[0].strip("《》")
    return bool(law) and law in source


@dataclass(frozen=True)
class Answered:
    """One touched thing, and how it was dealt with."""

    touched: Touched
    answer: ChangeAnswer | None


def answered(change: Change) -> list[Answered]:
    done = {one.about: one for one in change.answers.select_related("by").order_by("at")}
    return [Answered(one, done.get(one["ref"])) for one in change.touched]


def answered_counts(found: Iterable[Change]) -> dict[Any, int]:
    """How many of the touched things of each change are dealt with: one query for a whole list."""
    rows = ChangeAnswer.objects.filter(change__in=list(found)).values("change").annotate(many=Count("id"))
    return {row["change"]: row["many"] for row in rows}


def clock(change: Change) -> Duty | None:
    return Duty.objects.filter(subject=change.chain, rule=CLOCK).select_related("discharge").first()


def clocks(found: Iterable[Change]) -> dict[str, Duty]:
    """The duty of each change: one query for a whole list."""
    rows = Duty.objects.filter(subject__in=[one.chain for one in found], rule=CLOCK).select_related("discharge")
    return {one.subject: one for one in rows}


def renewed_since(change: Change, ref: str) -> str:
    """What shows that a touched thing was renewed after the change: its newer version, "" where there is none."""
    sort, _, key = ref.partition(":")
    since = change.changed_on
    if sort in ("guide", "chart"):
        kind = key if sort == "chart" else _kind_of_power(change, key)
        found = PreRelease.objects.filter(scope=change.scope, kind=kind, on__gte=since).order_by("number").last()
        if found is None or (sort == "guide" and not any(one["key"] == key for one in found.shown["guides"])):
            return ""
        return found.subject
    if sort == "pre":
        rows: QuerySet[Any] = PreRelease.objects.filter(scope=change.scope, kind=key, on__gte=since).order_by("number")
    elif sort == "list":
        rows = ListVersion.objects.filter(
            scope=change.scope, kind=key, approval__approved=True, approval__on__gte=since
        ).order_by("number")
    elif sort == "policy":
        rows = PolicyDocument.objects.filter(scope=change.scope, kind=key, release__on__gte=since).order_by("version")
    elif sort == "board":
        return _rehung(change, key)
    else:
        return ""
    last = rows.filter(at__gt=change.at).last()
    return last.subject if last is not None else ""


def _rehung(change: Change, subject: str) -> str:
    """A board is renewed when what hangs says what the registers say now."""
    rows = [one for found in boards.put_up([subject]).values() for one in found]
    return f"board:{rows[-1].pk}" if rows and all(one.at > change.at for one in rows) else ""


def _kind_of_power(change: Change, key: str) -> str:
    found = Power.objects.filter(scope=change.scope, key=key).order_by("-valid_from", "-id").first()
    return found.kind if found else ""
