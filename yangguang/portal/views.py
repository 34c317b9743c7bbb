"""The public's pages.  No account, no session, and of the database only what the portal's own role may read."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from yangguang.disclosure import queries, search
from yangguang.disclosure.models import PublicDecision
from yangguang.registry import keyset
from yangguang.registry.queries import public as register
from yangguang.trail import asking, note
from yangguang.trail import queries as trail
from yangguang.trail.keys import log_verifiers
from yangguang.vault import store
from yangguang.vault.errors import Missing

from . import answers, reading, throttle
from .forms import KINDS, FileForm, NumberForm, SearchForm
from .registers import progress
from .tables import Line, cell
from .web import never_found, portal_page, public

PAGE = 20


# ---- find ---------------------------------------------------------------------------------------------------------


@require_safe
@public(30)
def home(request: HttpRequest) -> HttpResponseBase:
    """门户首页."""
    today = timezone.localdate()
    counts = queries.counts(today)
    year = [
        (f"{today.year} 年作出并公示", f"{counts['this_year']} 件"),
        ("公示中", f"{counts['shown']} 件"),
        ("公示机关", f"{counts['bodies']} 个"),
        ("作过更正", f"{counts['corrected']} 件"),
        ("已撤下", f"{counts['withdrawn']} 件"),
    ]
    return portal_page(request, "home", {"latest": queries.newest(8), "counts": counts, "year": year, "kinds": KINDS})


@require_safe
@public(30)
def decisions(request: HttpRequest) -> HttpResponseBase:
    """查决定."""
    form = SearchForm(request.GET, facets=queries.facets())
    given: dict[str, Any] = {"form": form, "results": [], "page": None, "too_short": False, "export": ""}
    if not form.is_valid():
        return portal_page(request, "decisions", given, status=400)
    wanted = form.wanted
    if wanted["text"] and not search.query(wanted["text"]):
        return portal_page(request, "decisions", {**given, "too_short": True})
    page = keyset.page(queries.find(**wanted), request.GET, queries.NEWEST_FIRST, PAGE)
    asked = request.GET.copy()
    for name in ("after", "before"):
        asked.pop(name, None)
    given |= {
        "page": page,
        "results": [_result(row, wanted["text"]) for row in page.rows],
        "export": f"{reverse('portal:decisions_csv')}?{asked.urlencode()}" if page.total else "",
        "searched": any(wanted.values()),
    }
    return portal_page(request, "decisions", given)


def _result(row: PublicDecision, asked: str) -> dict[str, Any]:
    if row.state == PublicDecision.State.WITHDRAWN:
        gist = [(f"{row.tombstone['kind']}：{row.tombstone['reason']}", False)]
    elif asked:
        gist = search.snippet(row.text, asked)
    else:
        gist = [(row.summary.get("conclusion", ""), False)]
    return {
        "row": row,
        "title": search.highlight(row.title, asked),
        "gist": gist,
        "kind": KINDS.get(row.kind, row.kind),
    }


COLUMNS = [
    *("文书号", "执法机关", "执法类别", "领域", "题名", "执法对象", "执法结论", "罚款（元）", "决定日期", "公开时间"),
    *("状态", "版本", "查验码", "公开版SHA-256", "网址"),
]


@require_safe
@public(30)
def decisions_csv(request: HttpRequest) -> HttpResponseBase:
    """The search's result as open data."""
    form = SearchForm(request.GET, facets=queries.facets())
    if not form.is_valid():
        wrong = [f"{form.fields[name].label}：{'；'.join(map(str, found))}" for name, found in form.errors.items()]
        return HttpResponse("\n".join(wrong), "text/plain; charset=utf-8", 400)
    writer = csv.writer(Line())
    rows = queries.find(**form.wanted)

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in rows.iterator(chunk_size=500):
            url = settings.PUBLIC_URL + reverse("portal:decision", args=[row.code])
            shown = row.state == PublicDecision.State.SHOWN
            values: list[Any] = [
                row.number,
                row.body_name,
                KINDS.get(row.kind, row.kind),
                row.field,
                row.title,
                row.party,
            ]
            values += [row.summary.get("conclusion", ""), f"{row.fine_fen / 100:.2f}" if shown else ""]
            values += [row.decided_on, timezone.localtime(row.published_at).isoformat(timespec="seconds")]
            values += [row.get_state_display(), row.version, row.code, row.digest, url]
            yield writer.writerow([cell(value) for value in values])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('行政执法决定公示.csv')}"
    return response


# ---- read ---------------------------------------------------------------------------------------------------------


def _shown(code: str) -> PublicDecision:
    row = queries.by_code(code)
    if row is None:
        raise Http404("没有公示过这个编号的决定")
    return row


@require_safe
@public(0)
def decision(request: HttpRequest, code: str) -> HttpResponseBase:
    """A decision as it is shown; of one taken down the tombstone."""
    row = queries.by_code(code)
    if row is None:
        if queries.standing(code) is not None:
            return redirect("portal:code", code=code.upper())
        raise Http404("没有公示过这个编号的决定")
    if row.code != code:
        return redirect("portal:decision", code=row.code, permanent=True)
    given = {"row": row, "proof": _proof(row), "history": _history(row), "kind": KINDS.get(row.kind, row.kind)}
    if row.state == PublicDecision.State.WITHDRAWN:
        at = datetime.fromisoformat(row.tombstone["at"])
        given |= {"tombstone": {**row.tombstone, "at": at, "on": date.fromisoformat(row.tombstone["on"])}}
        return never_found(portal_page(request, "tombstone", given))
    return portal_page(request, "decision", {**given, **_reading(row)})


def _reading(row: PublicDecision) -> dict[str, Any]:
    summary = row.summary
    four = [
        ("执法机关", summary.get("body") or row.body_name),
        ("执法对象", summary.get("party") or row.party),
        ("执法类别", KINDS.get(row.kind, row.kind)),
        ("执法结论", summary.get("conclusion", "")),
    ]
    if summary.get("code"):
        four.insert(2, ("统一社会信用代码", summary["code"]))
    more = [("案由", summary.get("cause", "")), ("文书号", row.number), ("决定日期", row.decided_on)]
    lines, grounds = reading.sheet(row.text, row.marks)
    size = store.size_bytes(row.digest) if row.digest and store.has(row.digest) else None
    return {
        "four": four,
        "more": [pair for pair in more if pair[1]],
        "lines": lines,
        "grounds": grounds,
        "basis": [line for line in summary.get("basis", "").split("\n") if line.strip()],
        "size": size,
    }


def _proof(row: PublicDecision) -> dict[str, Any]:
    """What the proof panel shows; the check itself is made on the verify page."""
    entry = trail.entry_of(row.fact_ref, using=queries.PORTAL)
    leaf = trail.leaf_of(entry) if entry else None
    point = queries.checkpoint()
    if entry is None or leaf is None or point is None or leaf.index >= point.size:
        return {"state": "sealing", "word": "存证中，稍后再试"}
    return {
        "state": "sealed",
        "index": leaf.index,
        "sealed_at": entry.recorded_at,
        "size": point.size,
        "root": bytes(point.root).hex(),
        "origin": note.parse_tip(note.split(point.note)[0]).origin,
        "commitment": bytes(entry.commitment).hex(),
        "witnesses": asking.published_signers(),
        "verify_url": f"{reverse('portal:verify')}?no={row.code}#check",
        "download_url": f"{reverse('portal:proof')}?code={row.code}",
    }


def _history(row: PublicDecision) -> list[dict[str, Any]]:
    """The newest first; the version on show is said."""
    found = []
    for line in row.history:
        gone, first = line["what"] == "撤下", line["version"] == 1
        what = "撤下" if gone else f"第 {line['version']} 版：首次公示" if first else f"第 {line['version']} 版：更正"
        detail = "" if gone or first else line["what"]
        found.append(
            {"at": datetime.fromisoformat(line["at"]), "what": what, "detail": detail, "tone": "bad" if gone else ""}
        )
    return found[::-1]


@require_safe
@public(0)
def document(request: HttpRequest, code: str) -> HttpResponseBase:
    """The public version, byte for byte as it was sealed."""
    row = _shown(code)
    if row.state == PublicDecision.State.WITHDRAWN:
        given = {"row": row, "what": "公示已撤下，公开版不再提供", "why": f"理由：{row.tombstone['reason']}"}
        return never_found(portal_page(request, "gone", given, status=410))
    etag = f'"{row.digest}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": etag})
    try:
        stored = store.open(row.digest)
    except Missing:
        given = {
            "row": row,
            "what": "公开版文件暂时取不到",
            "why": "全文仍可在公示页阅读；请稍后再试，或者告知公示机关",
        }
        return portal_page(request, "gone", given, status=503)
    name = f"{row.number}（公开版）.pdf"
    return FileResponse(stored, content_type="application/pdf", filename=name, headers={"ETag": etag})


# ---- verify -------------------------------------------------------------------------------------------------------


@require_safe
@public(0)
def code(request: HttpRequest, code: str) -> HttpResponseBase:
    """Where the QR of a paper leads, and the code a party was handed to follow a matter."""
    if refused := throttle.stopped(request, "code"):
        return refused
    worth = queries.standing(code)
    if worth is None:
        if (moved := queries.progress(code)) is not None:
            given = {"code": code.strip().upper(), "progress": _progress(moved)}
            return never_found(portal_page(request, "registers/progress", given))
        throttle.missed(request, "code")
        form = NumberForm(initial={"no": code[:60]}, auto_id="code_%s")
        return never_found(portal_page(request, "unknown_code", {"code": code[:60], "form": form}, status=404))
    if worth.code != code:
        return redirect("portal:code", code=worth.code, permanent=True)
    moved = queries.progress(worth.code)
    shown = _progress(moved) if moved else None
    return never_found(
        portal_page(request, "code", {"worth": worth, "answer": answers.of_code(worth), "progress": shown})
    )


def _progress(moved: queries.Progress) -> dict[str, Any]:
    return progress.shown(moved, register.body(moved.body_key), register.power(moved.power_key))


# No account and nothing is changed by it: there is no request to forge, and without a token the page can be cached.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public(30)
def verify(request: HttpRequest) -> HttpResponseBase:
    """存证验证: a file, or a number."""
    given: dict[str, Any] = {
        "number": NumberForm(auto_id="number_%s"),
        "form": FileForm(auto_id="file_%s"),
        "answer": None,
        "steps": [],
        "digest": "",
        "size": None,
        "matches": None,
        "asked": None,
        "vkey": next(key.vkey for key in log_verifiers() if key.kind == note.ED25519),
    }
    if request.method == "POST":
        form = given["form"] = FileForm(request.POST, request.FILES, auto_id="file_%s")
        if not form.is_valid():
            return portal_page(request, "verify", given, status=400)
        answer, steps, digest, size = answers.of_upload(form.cleaned_data["file"].chunks())
        response = portal_page(
            request, "verify", {**given, "answer": answer, "steps": steps, "digest": digest, "size": size}
        )
        response.headers["Cache-Control"] = "no-store"
        return response
    if "no" in request.GET:
        return _by_number(request, given)
    return portal_page(request, "verify", given)


def _by_number(request: HttpRequest, given: dict[str, Any]) -> HttpResponseBase:
    form = given["number"] = NumberForm(request.GET, auto_id="number_%s")
    if not form.is_valid():
        return portal_page(request, "verify", given, status=400)
    asked = form.cleaned_data["no"]
    worth = queries.standing(asked)
    if worth is not None:
        return portal_page(request, "verify", {**given, "asked": worth, "answer": answers.of_code(worth)})
    if queries.progress(asked) is not None:
        return redirect("portal:code", code=asked.upper())
    matches = queries.by_number(asked)
    if len(matches) == 1:
        return redirect("portal:code", code=matches[0].code)
    return portal_page(request, "verify", {**given, "matches": matches}, status=200 if matches else 404)


@require_safe
def proof(request: HttpRequest) -> HttpResponseBase:
    """The proof of a file somebody has the digest of, or of what is shown under a code.

    **Shape** ?digest=<sha256>&holds=<sha256 of "yangguang/holds\\n" and the bytes>, or ?code=<查验码>, or ?number=<文号>.
    """
    digest, asked, number = (request.GET.get(name, "").strip() for name in ("digest", "code", "number"))
    status, said = 200, dict[str, Any]()
    if digest:
        if not queries.DIGEST.fullmatch(digest.lower()):
            status, said = 400, {"status": "bad", "text": "digest 应为 SHA-256 摘要：64 位十六进制数字"}
        else:
            answer = answers.about(digest, request.GET.get("holds", "")[:64])
            status, said = {"found": 200, "sealing": 202, "unknown": 404}[answer.status], answer.as_json()
    elif asked:
        status, said = _proof_of_code(asked)
    elif number:
        said = {"status": "found", "matches": [_match(row) for row in queries.by_number(number[:60])]}
    else:
        status, said = 400, {"status": "bad", "text": "请给出 digest、code 或者 number"}
    response = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"  # anybody's page may check; there is no session in it
    return never_found(response)


def _match(row: PublicDecision) -> dict[str, Any]:
    shown = row.state == PublicDecision.State.SHOWN
    return {
        "code": row.code,
        "number": row.number,
        "body": row.body_name,
        "state": row.state,
        "url": reverse("portal:code", args=[row.code]),
        "document": reverse("portal:document", args=[row.code]) if shown else "",
        "digest": row.digest,
    }


def _proof_of_code(asked: str) -> tuple[int, dict[str, Any]]:
    worth = queries.standing(asked)
    if worth is None:
        return 404, {"status": "unknown", "text": "没有哪份文书用过这个查验码"}
    said = answers.of_code(worth).as_json() | {"digest": worth.row.digest if worth.row else ""}
    if worth.row is not None:
        try:
            said["proof"] = queries.proof_of_row(worth.row)
        except trail.NotLogged as waiting:
            return 202, said | {"status": "sealing", "text": f"{waiting.message}。{waiting.mend}。"}
    return 200, said


@require_safe
@public(86400)
def favicon(request: HttpRequest) -> HttpResponseBase:
    """The icon for what asks for it by its old address; pages name the drawing itself."""
    return redirect(static("site/favicon.ico"))


@require_safe
@public(3600)
def robots(request: HttpRequest) -> HttpResponseBase:
    """What search engines may visit: what is published, not single checks and not the officers' pages."""
    hidden = (
        "work",
        "cases",
        "clues",
        "records",
        "review",
        "decision/",
        "disclosure",
        "supervision",
        "registry",
        "login",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: /{name}" for name in hidden),
        "Disallow: /v/",
        "Disallow: /party/",
        "Disallow: /verify/proof.json",
    ]
    return HttpResponse("\n".join([*lines, "Allow: /", ""]), "text/plain; charset=utf-8")
