"""The twenty rules in zen-engine and in OpenFisca; run by law.py in an environment of its own.

    python _law_others.py job.json done.json

Both get the rules as law.py read them from the pack: `zen` as expressions of one decision, `OpenFisca` as formulas
over columns of all cases at once.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy
import zen
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

SUFFIXES = ("_has_any", "_has", "_only", "_in", "_not", "_gte", "_gt", "_lte", "_lt")
SIGNS = {"": "==", "_not": "!=", "_gte": ">=", "_gt": ">", "_lte": "<=", "_lt": "<"}


def split(key: str, facts: list[str]) -> tuple[str, str]:
    for suffix in SUFFIXES:
        if key.endswith(suffix) and key[: -len(suffix)] in facts:
            return key[: -len(suffix)], suffix
    return key, ""


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    done = {"zen": by_zen(job), "openfisca": by_openfisca(job)}
    Path(sys.argv[2]).write_text(json.dumps(done), encoding="utf-8")


def timed(rounds: int, call) -> tuple[float, list]:
    found, answers = [], []
    for _ in range(rounds):
        began = time.process_time()
        answers = call()
        found.append(time.process_time() - began)
    return min(found), answers


# ---- zen-engine --------------------------------------------------------------------------------------------------


def by_zen(job: dict) -> dict:
    expressions = [{"id": question, "key": question, "value": any_of(job, question)} for question in job["questions"]]
    place = {"position": {"x": 0, "y": 0}}
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", **place},
            {"id": "law", "name": "law", "type": "expressionNode", "content": {"expressions": expressions}, **place},
            {"id": "out", "name": "out", "type": "outputNode", **place},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "law", "type": "edge"},
            {"id": "b", "sourceId": "law", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def run() -> list:
        results = (decision.evaluate(case)["result"] for case in job["cases"])
        return [[result[question] for question in job["questions"]] for result in results]

    took, answers = timed(job["rounds"], run)
    return {"title": f"zen-engine {version('zen-engine')}", "took": took, "answers": answers, "gives": "答案"}


def any_of(job: dict, question: str) -> str:
    rules = [rule for rule in job["rules"] if rule["question"] == question and rule["value"] is True]
    return " or ".join(
        "(" + " and ".join(zen_part(k, w, job["facts"]) for k, w in r["when"].items()) + ")" for r in rules
    )


def zen_part(key: str, want, facts: list[str]) -> str:
    name, suffix = split(key, facts)
    shown = json.dumps(want).replace('"', "'")
    if suffix == "_has_any":
        return f"some({name}, # in {shown})"
    if suffix == "_has":
        return f"{shown} in {name}"
    if suffix == "_only":
        return f"(len({name}) > 0 and all({name}, # in {shown}))"
    return f"{name} in {shown}" if suffix == "_in" else f"{name} {SIGNS[suffix]} {shown}"


# ---- OpenFisca ---------------------------------------------------------------------------------------------------


def by_openfisca(job: dict) -> dict:
    case_entity = build_entity("case", "cases", "案件", is_person=True)
    system = TaxBenefitSystem([case_entity])
    columns = {}
    texts = {}
    for name in job["facts"]:
        values = [case[name] for case in job["cases"]]
        if isinstance(values[0], list):
            for item in sorted({i for value in values for i in value} | wanted(job, name)):
                columns[f"{name}__{item}"] = numpy.array([item in value for value in values])
            columns[f"{name}__count"] = numpy.array([len(set(value)) for value in values])
        elif isinstance(values[0], str):
            texts[name] = {text: code for code, text in enumerate(sorted(set(values) | wanted(job, name)))}
            columns[name] = numpy.array([texts[name][value] for value in values])
        else:
            columns[name] = numpy.array(values)
    day = periods.DateUnit.DAY
    for name, column in columns.items():
        kind = bool if column.dtype == bool else int
        system.add_variable(
            type(name, (Variable,), {"value_type": kind, "entity": case_entity, "definition_period": day})
        )
    for question in job["questions"]:
        system.add_variable(
            type(
                question,
                (Variable,),
                {
                    "value_type": bool,
                    "entity": case_entity,
                    "definition_period": day,
                    "formula": formula(job, question, texts),
                },
            )
        )

    def run() -> list:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(job["cases"]))
        for name, column in columns.items():
            simulation.set_input(name, "2026-03-02", column)
        found = [simulation.calculate(question, "2026-03-02") for question in job["questions"]]
        return [[bool(value) for value in row] for row in zip(*found, strict=True)]

    took, answers = timed(job["rounds"], run)
    title = f"OpenFisca {version('openfisca-core')}（全部案件一次成列计算）"
    return {"title": title, "took": took, "answers": answers, "gives": "答案"}


def wanted(job: dict, name: str) -> set:
    """Collect the texts that rules compare a fact with."""
    found = set()
    for rule in job["rules"]:
        for key, want in rule["when"].items():
            if split(key, job["facts"])[0] == name:
                found |= set(want) if isinstance(want, list) else {want}
    return found


def formula(job: dict, question: str, texts: dict):
    rules = [rule["when"] for rule in job["rules"] if rule["question"] == question and rule["value"] is True]

    def compute(case, period):
        held = False
        for when in rules:
            good = True
            for key, want in when.items():
                good = good & fisca_part(case, period, *split(key, job["facts"]), want, texts)
            held = held | good
        return held

    return compute


def fisca_part(case, period, name: str, suffix: str, want, texts: dict):
    if suffix in ("_has_any", "_has", "_only"):
        items = want if isinstance(want, list) else [want]
        held = sum(case(f"{name}__{item}", period).astype(int) for item in items)
        if suffix == "_only":
            count = case(f"{name}__count", period)
            return (count > 0) & (held == count)
        return held > 0
    have = case(name, period)
    code = texts.get(name)
    if suffix == "_in":
        return numpy.isin(have, [code[w] for w in want] if code else want)
    value = code[want] if code else want
    return {
        "": lambda: have == value,
        "_not": lambda: have != value,
        "_gte": lambda: have >= value,
        "_gt": lambda: have > value,
        "_lte": lambda: have <= value,
        "_lt": lambda: have < value,
    }[suffix]()


if __name__ == "__main__":
    main()
