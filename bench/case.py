"""A whole ordinary penalty case, form by form, through the real middleware on a database that flushes to disk.

    make bench ARGS=case         every form of the case from the clue to the archive: questions and milliseconds a step
    BENCH_CASES=1000000 …        beside so many other cases of 200 bodies, and the list of all of them
    BENCH_PROFILE=作出决定 …      also where the time of that step goes (全部: of all steps together)
    BENCH_QUERIES=作出决定 …      also each question of that step and who asks it (全部: of all steps)
    BENCH_STEPS=1 …              and the same steps kept by SpiffWorkflow in the same database, which knows no law
    BENCH_FAST=1 …               without flushing, when only the questions are counted

The second case is measured; the first one warms what a worker keeps.  Beside it stands an empty page of the same
middleware and a bare flushed insert: the ratios are what may be compared between machines.
"""

import cProfile
import json
import os
import pstats
import re
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from _site import ROOT, environment, machine

HOME = Path(tempfile.mkdtemp(prefix="yg-case-", dir="/tmp"))
os.environ |= {
    "YANGGUANG_HOME": str(HOME),
    "YANGGUANG_POOL": "0",
    "DJANGO_SETTINGS_MODULE": "yangguang.site.settings",
}
sys.path.insert(0, str(ROOT))

from tests import migrated  # noqa: E402

MIGRATED = migrated.Cache(ROOT, HOME)  # the tests' migrated cluster, where there is one
MIGRATED.secrets()

import shutil  # noqa: E402

import django  # noqa: E402

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests import story  # noqa: E402
from yangguang.casework.models import Case  # noqa: E402
from yangguang.decision.models import Issuance  # noqa: E402
from yangguang.registry import access  # noqa: E402
from yangguang.registry import actions as registry  # noqa: E402
from yangguang.registry.models import Account  # noqa: E402
from yangguang.review.models import Submission  # noqa: E402
from yangguang.site import database, demo_media, embedded  # noqa: E402

MANY = int(os.environ.get("BENCH_CASES", "0"))
PROFILED = os.environ.get("BENCH_PROFILE", "")
ASKED = os.environ.get("BENCH_QUERIES", "")
TODAY = timezone.localdate()


class Form(HTMLParser):
    """The fields of the form that is posted on a page, as a browser would send them untouched."""

    def __init__(self, html: str):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.offered: dict[str, list[tuple[str, str]]] = {}  # choices: value and words
        self._inside = self._main = False
        self._select = self._area = self._option = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._main = self._main or tag == "main"
        if tag == "form":
            self._inside = self._main and given.get("method", "").lower() == "post" and "inline" not in given
        name = given.get("name", "")
        if not self._inside:
            return
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("radio", "checkbox"):
                self.offered.setdefault(name, []).append((given.get("value", "on"), ""))
                if "checked" in given:
                    self.fields.setdefault(name, []).append(given.get("value", "on"))
            elif kind not in ("file", "submit", "button"):
                self.fields[name] = [given.get("value", "")]
        elif tag == "select":
            self._select = name
            self.offered[name] = []
        elif tag == "option" and self._select:
            self._option = given.get("value", "")
            self.offered[self._select].append((self._option, ""))
            if "selected" in given:
                self.fields.setdefault(self._select, []).append(self._option)
        elif tag == "textarea" and name:
            self._area = name
            self.fields[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data.lstrip("\n") if not self.fields[self._area][0] else data
        elif self._select and self.offered[self._select]:
            value, words = self.offered[self._select][-1]
            self.offered[self._select][-1] = (value, words + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def pick(self, name: str, words: str) -> str:
        return next(value for value, said in self.offered[name] if words in said)


@dataclass
class Step:
    name: str
    queries: int
    milliseconds: float
    shown: float  # the form itself, before it is sent
    entered: dict[str, str]


@dataclass
class Walk:
    """One case by its forms; each post is measured."""

    people: dict[str, Client]
    steps: list[Step] = field(default_factory=list)
    case: Case | None = None
    profile: cProfile.Profile = field(default_factory=cProfile.Profile)

    def send(self, name: str, who: str, path: str, values: dict, files: dict | None = None) -> str:
        client = self.people[who]
        began = time.perf_counter()
        page = client.get(path)
        shown = (time.perf_counter() - began) * 1000
        if page.status_code != 200:
            raise SystemExit(f"{name}：{path} → {page.status_code}")
        html = page.content.decode()
        form = Form(html)
        if not form.fields:
            raise SystemExit(f"{name}：{path} 没有可以办理的表单：{_words(html)}")
        data = {**form.fields}
        for key, value in (values(form) if callable(values) else values).items():
            data[key] = value if isinstance(value, list) else [value]
        profile = self.profile if PROFILED == "全部" else cProfile.Profile() if name == PROFILED else None
        askers: list[tuple[list[str], str]] = []

        def heard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            askers.append(
                (
                    [
                        f"{Path(one.filename).parent.name}/{Path(one.filename).stem}.{one.name}"
                        for one in traceback.extract_stack()[::-1]
                        if "/yangguang/" in one.filename
                    ],
                    sql,
                )
            )
            return execute(sql, params, many, context)

        listening = connection.execute_wrapper(heard) if ASKED in (name, "全部") else nullcontext()
        with CaptureQueriesContext(connection) as asked, listening:
            if profile:
                profile.enable()
            began = time.perf_counter()
            answer = client.post(path, {**data, **(files or {})})
            took = (time.perf_counter() - began) * 1000
            if profile:
                profile.disable()
                if name == PROFILED:
                    pstats.Stats(profile).sort_stats("cumtime").print_stats(60)
        if answer.status_code != 302:
            raise SystemExit(f"{name}：{path} 没有办成（{answer.status_code}）：{_words(answer.content.decode())}")
        for asker, sql in askers:
            print(f"    {name}\t{' < '.join(asker[:5])}\t{str(sql)[:180]}".replace("\n", " "))
        entered = {key: "，".join(map(str, value)) for key, value in data.items()}
        self.steps.append(Step(name, len(asked), took, shown, entered))
        return answer.headers["Location"]


def _words(html: str) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", html.partition("<main")[2])[:3000]


def moment() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def walk(people: dict[str, Client], number: int) -> Walk:
    """From the clue to the archive, as the people of 青山镇 fill it in."""
    it = Walk(people)
    today = TODAY.isoformat()
    power = {"power": lambda form: form.pick("power", "安全出口"), "party": lambda form: form.pick("party", "赵大勇")}

    def picked(values: dict):
        return lambda form: {k: v(form) if callable(v) else v for k, v in values.items()}

    went = it.send(
        "线索",
        "zhang",
        "/clues/new/",
        picked(
            {
                "source": "inspection",
                "found_on": today,
                "summary": f"巡查发现安全出口被货物堵塞（第 {number} 次）。",
                "place": "青山镇北街 27 号",
                **power,
            }
        ),
    )
    clue = re.search(r"/clues/([0-9a-f-]{36})", went)[1]
    given = {
        "cause": "占用堵塞安全出口",
        "found_on": today,
        "touches": "none",
        "second": lambda f: f.pick("second", "李敏"),
    }
    went = it.send("立案申请", "zhang", f"/cases/new/?clue={clue}", picked({**given, **power}))
    with access.within(""):
        case = it.case = Case.objects.order_by("-at").first()
    it.send("立案审批", "chen", f"/cases/{case.pk}/opening/", {"approved": "yes", "opinion": "同意立案"})
    steps = f"/cases/{case.pk}/steps"
    it.send(
        "表明身份",
        "zhang",
        f"{steps}/identify/",
        {
            "fact.identified_at": moment(),
            "fact.identity_shown": "yes",
            "fact.rights_told": "yes",
            "fact.acknowledged": "signed",
        },
    )
    it.send(
        "现场检查",
        "zhang",
        f"{steps}/scene_check/",
        {
            "scene_record.started_at": moment(),
            "scene_record.ended_at": moment(),
            "scene_record.findings": "后门安全出口内侧堆放饮料、纸箱共 38 件，出口不能打开。",
            "scene_record.identity_shown": "yes",
            "scene_record.rights_told": "yes",
            "scene_record.signature.name": "赵大勇",
        },
    )
    upload(it, case, number)
    it.send(
        "询问",
        "zhang",
        f"{steps}/interview/",
        {
            "interview_record.started_at": moment(),
            "interview_record.ended_at": moment(),
            "interview_record.place": "青山镇行政执法大队询问室",
            "interview_record.identity_shown": "yes",
            "interview_record.rights_told": "yes",
            "interview_record.questions.0.q": "安全出口处的货物是谁堆放的？",
            "interview_record.questions.0.a": "是我让人堆的，有一个星期左右。",
            "interview_record.signature.name": "赵大勇",
        },
    )
    it.send(
        "免予录像",
        "zhang",
        f"/records/{case.dossier_id}/waive/",
        lambda form: {
            "demand": next(v for v, w in form.offered["demand"] if "调查取证" in w),
            "reason": "询问笔录逐问逐答、逐页签名，文字记录能够全面有效记录。",
        },
    )
    it.send(
        "收集证据",
        "zhang",
        f"{steps}/evidence/",
        {
            "evidence_sheet.taken_at": moment(),
            "evidence_sheet.items.0.no": "1",
            "evidence_sheet.items.0.name": "现场照片",
            "evidence_sheet.items.0.kind": "audiovisual",
            "evidence_sheet.items.0.form": "电子照片",
            "evidence_sheet.items.0.quantity": "1 张",
            "evidence_sheet.items.0.source": "执法记录仪拍摄",
            "evidence_sheet.note": "以上材料与案件事实有关，由当事人核对确认。",
        },
    )
    it.send(
        "责令改正",
        "zhang",
        f"{steps}/correct/",
        {
            "correction_order.violation": "将货物堆放在后门安全出口处，堵塞安全出口。",
            "correction_order.requirement": "清理安全出口处的货物，保持畅通。",
            "correction_order.immediately": "no",
            "correction_order.until": today,
        },
    )
    asked = ("major_public_interest", "social_risk", "major_rights", "complex", "catalogue_hit", "crime_suspected")
    it.send(
        "调查终结",
        "zhang",
        f"{steps}/conclude/",
        {
            "investigation_report.process": "立案后经现场检查、责令改正、询问当事人和复查。",
            "investigation_report.facts": "当事人将货物堆放在安全出口处，致使出口不能打开，现已清理。",
            "investigation_report.discretion_grade": "一般",
            "investigation_report.discretion": "首次发现，限期内改正，未造成危害后果。",
            "investigation_report.proposal": "建议处罚款二百元。",
            "fact.violation_nature": "首次发现，在责令限期内改正，未造成危害后果。",
            **{f"fact.{name}": "no" for name in asked},
        },
    )
    it.send("拟处罚", "zhang", f"/cases/{case.pk}/proposal/", draft)
    with access.within(""):
        proposal = case.proposals.order_by("-version").first()
    it.send("送审", "zhang", f"/review/submit/{proposal.pk}/", {"declared": "on"})
    with access.within(""):
        submission = Submission.objects.filter(proposal=proposal).first()
    it.send("法制审核", "wang", f"/review/{submission.pk}/", opinion)
    page = f"/decision/{case.pk}"
    it.send("告知", "zhang", f"{page}/notify/", {})
    it.send(
        "确认送达地址",
        "zhang",
        f"/cases/{case.pk}/documents/notice/service_address_confirmation/",
        {"service_address_confirmation.electronic": "no", "service_address_confirmation.signature.name": "赵大勇"},
    )
    it.send("送达告知书", "zhang", f"{page}/serve/{item(case, 'prior_notice')}/", SERVED)
    it.send(
        "陈述申辩", "zhang", f"{page}/statement/", {"how": "stated", "text": "小本经营，请求减少罚款。", "on": today}
    )
    it.send("复核", "zhang", f"{page}/answer/", {"adopted": "none", "reason": "拟处罚时已经考虑，不再减轻。"})
    it.send("作出决定", "chen", f"{page}/decide/", {"opinion": "同意"})
    it.send("制发决定书", "zhang", f"{page}/issue/", {})
    it.send("送达决定书", "zhang", f"{page}/serve/{item(case, 'penalty_decision')}/", SERVED)
    with access.within(""):
        issuance = Issuance.objects.filter(case=case).first()
    it.send(
        "公示",
        "zhou",
        f"/disclosure/{issuance.pk}/publish/",
        lambda form: {**{name: "on" for name in form.offered if name.startswith("hide_")}, "secrecy_checked": "on"},
    )
    it.send("缴款", "zhang", f"{page}/perform/", {"amount_fen": "200", "on": today, "receipt_no": f"4115260{number}"})
    it.send("结案", "chen", f"{page}/close/", lambda form: {"how": form.offered["how"][0][0]})
    return it


SERVED = {
    "method": "direct",
    "on": TODAY.isoformat(),
    "place": "青山镇北街 27 号",
    "recipient": "赵大勇",
    "relation": "本人",
}


def item(case: Case, code: str) -> str:
    with access.within(""):
        return str(case.dossier.items.filter(code=code).exclude(event="public").order_by("-at").first().pk)


def upload(it: Walk, case: Case, number: int) -> None:
    photo = SimpleUploadedFile("现场.jpg", demo_media.photo(7 + number, "北街27号", scene="shelf"), "image/jpeg")
    video = SimpleUploadedFile("现场.mp4", demo_media.video(7 + number, 4, caption="北街27号"), "video/mp4")
    it.send(
        "上传照片录像",
        "zhang",
        f"/records/{case.dossier_id}/upload/",
        lambda form: {
            "demand": next(v for v, w in form.offered["demand"] if "现场检查" in w),
            "title": "现场照片和录像",
            "note": "证明安全出口被堵塞",
            "taken_at": moment(),
            "place": "青山镇北街 27 号",
        },
        {"files": [photo, video]},
    )


def draft(form: Form) -> dict:
    boxes = {name: choices[0][0] for name, choices in form.offered.items() if name.startswith("item.")}
    proves = {name: "安全出口被堵塞的事实" for name in form.fields if name.startswith("proves.")}
    no = {name: "no" for name, choices in form.offered.items() if "no" in dict(choices)}
    return {
        **boxes,
        **proves,
        **no,
        "bar.violation_ended_on": TODAY.isoformat(),
        "bar.capacity": form.pick("bar.capacity", "正常"),
        "facts": "当事人赵大勇将货物堆放在后门安全出口内侧，致使出口不能打开，现已清理。",
        "grade": "一般",
        "penalties": "fine",
        "fine_fen": "200",
        "discretion": "首次发现，限期内改正，未造成危害后果。",
        "correction": "已改正",
    }


def opinion(form: Form) -> dict:
    found = {name: "pass" for name in form.offered if name.startswith("finding_")}
    return {**found, "outcome": "passed", "opinion": "主体适格，事实清楚，证据确凿，程序合法，裁量适当，同意。"}


def town() -> dict[str, Client]:
    with access.within(""):
        who = story.people()
        story.accounts(who)
        for n, officer in enumerate((who.zhang, who.li), start=1):
            registry.grant_certificate(
                by=None,
                at=timezone.now(),
                exam=story.passed(officer, timezone.now(), date(2024, 1, 2)),
                number=f"1615219{n:04d}",
                issuer="河南省人民政府",
                valid_from=TODAY - timedelta(days=30),
                valid_to=TODAY + timedelta(days=1800),
            )
    people = {}
    for name in ("zhang", "chen", "wang", "zhou", "sun", "qian"):
        people[name] = Client()
        with access.within(""):
            account = Account.objects.get(username=name)
        people[name].force_login(account, backend="yangguang.registry.access.Accounts")
    return people


def crowd(server: embedded.Cluster, of: Case) -> None:
    """So many other cases, of 200 bodies of the county: copies of the first in the two tables of cases."""
    given = {
        "id": "gen_random_uuid()",
        "dossier_id": "gen_random_uuid()",
        "clue_id": "null",
        "scope": "'41.15.21/b' || lpad((n % 200)::text, 3, '0') || '/'",
    }
    moved = {
        "case_id": "c.id",
        "scope": "c.scope",
        "number": "'刷立字〔2026〕' || c.n || '号'",
        "moved_at": "now() - c.n * interval '1 minute'",
        "step": "(array['decide', 'investigation', 'serve', 'close', ''])[1 + c.n %% 5]",
        "opened_on": "current_date - (c.n %% 365)::int",
    }
    with server.connect(embedded.DATABASE) as made:
        made.execute("set session_replication_role = replica")  # copies of rows that were checked
        made.execute(
            f"create temporary table many as select n, {given['id']} as id, {given['scope']} as scope"
            f" from generate_series(1, {MANY}) n"
        )
        case, state = (_columns(made, name) for name in ("casework_case", "casework_casestate"))
        chosen = ", ".join(
            {"id": "m.id", "scope": "m.scope", "dossier_id": given["dossier_id"], "clue_id": "null"}.get(
                name, f't."{name}"'
            )
            for name in case
        )
        made.execute(f"insert into casework_case select {chosen} from casework_case t, many m where t.id = %s", [of.pk])
        chosen = ", ".join(moved.get(name, f't."{name}"') for name in state)
        made.execute(
            f"insert into casework_casestate select {chosen} from casework_casestate t, many c where t.case_id = %s",
            [of.pk],
        )
        made.execute(
            "insert into casework_casetally (scope, kind, step, ended, n) select scope, kind, step, closed_on is not null,"
            " count(*) from casework_casestate where case_id in (select id from many) group by 1, 2, 3, 4"
        )
        _duties(made, of)
        made.execute("drop index casework_words_pieces")
        made.execute(
            "insert into casework_words select s.case_id, s.scope, k.pieces || casework_pieces(casework_folded(s.number), 1)"
            " from casework_casestate s, casework_words k where k.case_id = %s on conflict do nothing",
            [of.pk],
        )
        made.execute("create index casework_words_pieces on casework_words using gin (pieces)")
        made.execute("reset session_replication_role")
        made.commit()
        made.autocommit = True
        made.execute(
            "vacuum analyze casework_case, casework_casestate, casework_casetally, casework_words, duty_duty, duty_discharge, duty_openduty"
        )


def _duties(made: Any, of: Case) -> None:
    """Two duties a case: one in a hundred of the cases is late with one of them, all others are done."""
    duty, discharge = (_columns(made, name) for name in ("duty_duty", "duty_discharge"))
    given = {
        "id": "gen_random_uuid()",
        "scope": "m.scope",
        "subject": "'case:' || m.id",
        "due_on": "current_date - 1",
        "days": "'[]'::jsonb",
        "because": "'[]'::jsonb",
        "explain": "''",
    }
    chosen = ", ".join(given.get(name, f't."{name}"') for name in duty)
    made.execute(
        f"insert into duty_duty select {chosen} from many m, generate_series(1, 2),"
        " (select * from duty_duty where subject = %s limit 1) t",
        [of.chain],
    )
    given = {"id": "gen_random_uuid()", "scope": "d.scope", "duty_id": "d.id"}
    chosen = ", ".join(given.get(name, f't."{name}"') for name in discharge)
    made.execute(
        f"insert into duty_discharge select {chosen} from (select * from duty_discharge limit 1) t, duty_duty d"
        " join (select *, row_number() over (partition by subject) as nth from duty_duty) k on k.id = d.id"
        " join many m on d.subject = 'case:' || m.id where not (m.n % 100 = 0 and k.nth = 1)"
    )
    made.execute(
        "insert into duty_openduty (duty_id, scope, rule, subject, due_on) select id, scope, rule, subject, due_on"
        " from duty_duty d where not exists (select 1 from duty_discharge e where e.duty_id = d.id)"
        " on conflict do nothing"
    )


def _columns(made: Any, table: str) -> list[str]:
    asked = "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER' order by ordinal_position"
    return [name for (name,) in made.execute(asked, [table])]


def lists(people: dict[str, Client]) -> None:
    """The list of cases as an officer of one body and as the supervisor above all of them see it."""
    print(f"\n| 案件列表（共 {MANY} 件） | 看得到 | p50（毫秒） | p95（毫秒） |\n|---|---:|---:|---:|")
    month = f"?month={TODAY:%Y-%m}"
    for who, path in (
        ("zhang", ""), ("qian", ""), ("qian", "?step=decide"), ("qian", "?kind=penalty"), ("qian", month),
        ("qian", "?overdue=1"), ("qian", "?q=刷立字〔2026〕4321号"), ("qian", "?q=赵大勇"), ("qian", "?q=赵大勇 4321"),
        ("zhang", "?q=赵大勇"),
    ):  # fmt: skip
        took = []
        for _ in range(25):
            began = time.perf_counter()
            page = people[who].get(f"/work/cases/{path}")
            took.append((time.perf_counter() - began) * 1000)
            if page.status_code != 200:
                raise SystemExit(f"/work/cases/{path} → {page.status_code}")
        took = sorted(took[3:])
        total = re.search(r'共 <strong class="yg-num">([\d,]+)', page.content.decode())[1]
        print(f"| {who} {path} | {total} | {statistics.median(took):.0f} | {took[int(len(took) * 0.95)]:.0f} |")


def measure(server: embedded.Cluster) -> None:
    people = town()
    first = walk(people, 1)
    if MANY:
        crowd(server, first.case)
        lists(people)
    it = walk(people, 2)
    if PROFILED == "全部":
        pstats.Stats(it.profile).sort_stats("tottime").print_stats(50).sort_stats("cumtime").print_stats(140)
    print("| 步骤 | 查询 | 办理（毫秒） | 打开表单（毫秒） |\n|---|---:|---:|---:|")
    for one in it.steps:
        print(f"| {one.name} | {one.queries} | {one.milliseconds:.1f} | {one.shown:.1f} |")
    whole, worst = sum(one.milliseconds for one in it.steps), max(it.steps, key=lambda one: one.queries)
    print(f"| 合计 {len(it.steps)} 次提交 | {sum(one.queries for one in it.steps)} | {whole:.0f} | |")
    if os.environ.get("BENCH_STEPS"):
        beside(server, it, whole)
    print(f"查询最多：{worst.name} {worst.queries}；中位 {statistics.median(one.queries for one in it.steps):.0f}")


def beside(server: embedded.Cluster, it: Walk, whole: float) -> None:
    """The same steps with what was entered in them, kept by SpiffWorkflow: its state read, moved and written, flushed."""
    folder = HOME / "others"
    python = environment(folder, "steps-requirements.txt")
    if python is None:
        return
    job = folder / "job.json"
    job.write_text(json.dumps([(one.name, one.entered) for one in it.steps]), encoding="utf-8")
    program = ROOT / "bench" / "_steps_others.py"
    ran = subprocess.run([python, program, server.url("postgres"), job], capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told = json.loads(ran.stdout)
    theirs = sum(told["took"])
    print(f"| SpiffWorkflow {told['version']} 只记步骤 | | {theirs:.0f} | |")
    print(f"本系统（法条、门禁、文书、期限、留痕、权限、页面）与它之比：{whole / theirs:.1f}")


def main() -> int:
    print(f"一件普通程序案件：{machine()}")
    server = embedded.Cluster(HOME, durable=not os.environ.get("BENCH_FAST"))

    def make() -> None:
        server.start()
        database.migrate()
        server.stop()

    try:
        with embedded.owning(HOME, "bench"):
            if MIGRATED.kept.exists():
                MIGRATED.fetch(make)
            else:
                make()
            server.start()
            try:
                measure(server)
            finally:
                connections.close_all()
                server.stop()
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
