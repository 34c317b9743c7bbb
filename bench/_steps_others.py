"""The steps of one case kept by SpiffWorkflow; run by case.py in an environment of its own.

    python _steps_others.py DSN job.json

Each step reads the state of the process from PostgreSQL, does the task that is ready with what was entered, and writes
the state back in a transaction that is flushed: what a workflow engine does, and nothing of the law.
"""

import json
import sys
import time
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import psycopg
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

MODEL = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def process(names: list[str]) -> bytes:
    """A process of these tasks, one after the other."""
    tasks = {f"t{n}": name for n, name in enumerate(names)}
    parts = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    parts += [f"<manualTask id={quoteattr(place)} name={quoteattr(name)}/>" for place, name in tasks.items()]
    parts += [
        f'<sequenceFlow id="f-{a}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(["start", *tasks, "end"])
    ]
    return (
        f'<definitions {MODEL}><process id="case" isExecutable="true">{"".join(parts)}</process></definitions>'.encode()
    )


def main() -> None:
    dsn, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    parser = BpmnParser()
    parser.add_bpmn_str(process([name for name, _ in job]))
    keeper = BpmnWorkflowSerializer()
    begun = BpmnWorkflow(parser.get_spec("case"))
    begun.do_engine_steps()
    with psycopg.connect(dsn) as db:
        db.execute("create table bench_steps (id int primary key, state text not null)")
        db.execute("insert into bench_steps values (1, %s)", [keeper.serialize_json(begun)])
        db.commit()
        took = []
        for name, entered in job:
            began = time.perf_counter()
            (state,) = db.execute("select state from bench_steps where id = 1 for update").fetchone()
            case = keeper.deserialize_json(state)
            task = next(one for one in case.get_tasks(state=TaskState.READY))
            if task.task_spec.bpmn_name != name:
                raise SystemExit(f"{task.task_spec.bpmn_name} ≠ {name}")
            task.data.update(entered)
            task.run()
            case.do_engine_steps()
            db.execute("update bench_steps set state = %s where id = 1", [keeper.serialize_json(case)])
            db.commit()
            took.append((time.perf_counter() - began) * 1000)
        if not case.is_completed():
            raise SystemExit("the process did not end")
    print(json.dumps({"version": version("SpiffWorkflow"), "took": took}))


if __name__ == "__main__":
    main()
