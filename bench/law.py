"""The law engine: load time, answer time, and twenty rules over 10 000 cases beside zen-engine and OpenFisca.

    make bench ARGS=law

The other two are installed into a throw-away environment from law-requirements.txt; they are no part of the program.
"""

import datetime as dt
import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from _site import ROOT, environment, machine, throw_away

sys.path.insert(0, str(ROOT))

from yangguang.policy import conditions, packs
from yangguang.policy.packs import Pack

CASES, ROUNDS, SEED = 10_000, 5, 20260302
DAY = dt.date(2026, 3, 2)
# Twenty lines of national law on penalties: as many of each question, in the order of the file.
QUESTIONS = {"hearing_right": 7, "summary_allowed": 4, "on_site_collection_allowed": 3, "review_required": 6}
FACTS = ("kind", "procedure", "party_kind", "penalties", "fine_fen", "confiscation_fen", "hard_to_collect_later",
         "remote_area", "party_asked_on_site", "major_public_interest", "major_rights", "hearing_held", "complex",
         "social_risk")  # fmt: skip


def main() -> int:
    print(f"法律引擎：{machine()}")
    loading()
    answering()
    return beside()


def loading() -> None:
    """Load every pack in a new process, three times; CPU time, since others may use the machine."""
    script = (
        "import time; a=time.process_time(); from yangguang.policy import packs; b=time.process_time();"
        "found=[packs.load(n) for n in packs.names()]; c=time.process_time(); print(b-a, c-b, len(found))"
    )
    rows = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(3)
    ]
    size = sum(p.stat().st_size for p in (ROOT / "packs").rglob("*") if p.suffix in (".yaml", ".tsv"))
    print("\n| 项目 | CPU 毫秒（三次中最小） |\n|---|---:|")
    print(f"| 引入 yangguang.policy.packs | {min(float(r[0]) for r in rows) * 1000:.0f} |")
    print(f"| 装载全部 {rows[0][2]} 个包（{size // 1024} 千字节） | {min(float(r[1]) for r in rows) * 1000:.0f} |")


def answering() -> None:
    """Ask typical questions with the full explanation, as JSON."""
    pack = packs.load("cn-henan-xinyang-qingshan")
    penalty = {"kind": "penalty", "procedure": "ordinary"}
    asked = {
        "是否必须法制审核": lambda: pack.ask("review_required", {**penalty, "hearing_held": False}).as_json(),
        "是否应当告知听证权利": lambda: pack.ask("hearing_right", {**penalty, "fine_fen": 600000}).as_json(),
        "最迟何日公开（逐日说明）": lambda: pack.ask("publish_by", {**penalty, "decided_on": DAY}).as_json(),
        "九十日办案期限（逐日说明）": lambda: pack.deadline("D05", DAY).as_json(),
        "九十日办案期限（只要到期日）": lambda: pack.deadline("D05", DAY).due,
        "一道关口": lambda: pack.gate("G1", {**penalty, "handlers_certified": 2}).as_json(),
    }
    print("\n| 一次回答 | CPU 微秒 |\n|---|---:|")
    for title, ask in asked.items():
        print(f"| {title} | {best(ask, 300):.0f} |")


def best(call, times: int) -> float:
    """Give the microseconds of one call: the best of five rounds."""
    call()
    found = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            call()
        found.append(time.process_time() - began)
    return min(found) / times * 1e6


def twenty() -> tuple[Pack, list[dict]]:
    """Cut the national pack down to the twenty rules, and give them as data for the other two."""
    pack = packs.load("cn")
    kept = {}
    for question, wanted in QUESTIONS.items():
        lines = [
            rule
            for rule in pack.merged.questions[question]
            if rule.in_force(DAY) and set(conditions.names(rule.when)) <= set(FACTS) and about_penalties(rule.when)
        ]
        kept[question] = tuple(lines[:wanted])
    rules = [
        {"question": question, "when": dict(rule.when), "value": rule.value}
        for question, lines in kept.items()
        for rule in lines
    ]
    assert len(rules) == 20, len(rules)
    return Pack(replace(pack.merged, questions=kept)), rules


def about_penalties(when) -> bool:
    return conditions.holds({k: v for k, v in when.items() if k.startswith("kind")}, {"kind": "penalty"})[0] is True


def cases(pack: Pack) -> list[dict]:
    """Draw complete cases; amounts stand often at, just below and just above the numbers of the law."""
    draw = random.Random(SEED)
    fines = [0, 5_000, 10_000, 10_001, 20_000, 20_001, 300_000, 300_001, 999_999, 1_000_000, 10_000_000]
    kinds = list(pack.facts["penalties"].choices)
    found = []
    for _ in range(CASES):
        penalties = draw.sample(kinds, draw.randrange(1, 3))
        case = {
            "kind": "penalty",
            "procedure": draw.choice(["ordinary", "summary"]),
            "party_kind": draw.choice(list(pack.facts["party_kind"].choices)),
            "penalties": penalties,
            "fine_fen": draw.choice(fines) if "fine" in penalties else 0,
            "confiscation_fen": draw.choice(fines) if "confiscation" in penalties else 0,
        }
        case |= {name: draw.random() < 0.3 for name in FACTS if name not in case}
        found.append(case)
    return found


def beside() -> int:
    """Answer the same cases three ways, check that the answers are the same, and compare the times."""
    pack, rules = twenty()
    drawn = cases(pack)
    ours, took = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        ours = [[pack.ask(question, case, DAY).value for question in QUESTIONS] for case in drawn]
        took.append(time.process_time() - began)
    assert all(isinstance(value, bool) for row in ours for value in row)
    with throw_away("yg-law-") as folder:
        python = environment(folder, "law-requirements.txt")
        if python is None:
            return 1
        job = {"rules": rules, "cases": drawn, "facts": FACTS, "questions": list(QUESTIONS), "rounds": ROUNDS}
        (folder / "job.json").write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")
        script = Path(__file__).with_name("_law_others.py")
        subprocess.run([python, script, folder / "job.json", folder / "done.json"], check=True)
        done = json.loads((folder / "done.json").read_text(encoding="utf-8"))
    base = min(took)
    print(f"\n二十条规则，{CASES} 件编造的案件，四个问题，答案逐件相同；CPU 时间取 {ROUNDS} 次中最小，种子 {SEED}。\n")
    print("| 引擎 | 每件（微秒） | 与本系统之比 | 给出什么 |\n|---|---:|---:|---|")
    print(f"| 本系统 | {base / CASES * 1e6:.0f} | 1.0 | 答案、条款原文、说明、未知事实 |")
    same = True
    for name, result in done.items():
        same &= result["answers"] == ours
        print(
            f"| {result['title']} | {result['took'] / CASES * 1e6:.1f} | {result['took'] / base:.3f} | {result['gives']} |"
        )
        if result["answers"] != ours:
            place = next(i for i, row in enumerate(ours) if result["answers"][i] != row)
            print(f"{name} 与本系统不同：{drawn[place]} {ours[place]} {result['answers'][place]}", file=sys.stderr)
    yes = [sum(row[i] for row in ours) for i in range(len(QUESTIONS))]
    print("\n答案为“是”的件数：" + "，".join(f"{q} {n}" for q, n in zip(QUESTIONS, yes, strict=True)))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
