"""A process that works while others are killed: it writes through actions, and says what was acknowledged.

    python -m tests.writer begin <home> <step>    the people and the main case, as far as that step
    python -m tests.writer write <home>           case after case, until it is ended
    python -m tests.writer finish <home>          the main case to its last step

Each line it prints is one JSON list of the references of facts an action had returned for.  Whoever reads the line may
rely on the facts, whatever is killed afterwards.
"""

import functools
import json
import pickle
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from unittest import mock

import django

django.setup()

from django.db import InterfaceError, OperationalError, connections  # noqa: E402

from tests import story  # noqa: E402
from yangguang.inspection import actions as inspection  # noqa: E402
from yangguang.registry import access  # noqa: E402
from yangguang.site import demo_media  # noqa: E402
from yangguang.trail import actions as trail  # noqa: E402
from yangguang.trail.actions import AlreadyDone  # noqa: E402

LOST = (OperationalError, InterfaceError)  # the database went away; a person would try again
LAST = "interview"  # of a case in the loop: the main case has done these steps in peace


def say(facts: list[str]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def written(act: Any) -> Any:
    """One transaction; its facts are said as soon as it has committed, never earlier."""
    facts: list[str] = []
    write = trail._write

    def noted(verb: str, kind: Any, fact: Any, *more: Any) -> None:
        write(verb, kind, fact, *more)
        facts.append(fact.ref)

    with mock.patch.object(trail, "_write", noted), access.within(story.COUNTY):
        result = act()
    say(facts)
    return result


def begin(home: Path, last: str) -> None:
    with access.within(""):
        who = story.people()
        story.accounts(who)
    main = story.Story(who)
    for step in story.STEPS[: story.STEPS.index(last) + 1]:
        written(getattr(main, step))
    (home / "main.pickle").write_bytes(pickle.dumps(main))
    (home / "main.step").write_text(last, encoding="utf-8")


def write(home: Path) -> None:
    main: story.Story = pickle.loads((home / "main.pickle").read_bytes())
    n = 0
    while True:
        n += 1
        try:
            clue_again(main, n)
            other = story.Story(main.who)
            for step in story.STEPS[: story.STEPS.index(LAST) + 1]:
                written(functools.partial(photograph, other) if step == "film" else getattr(other, step))
        except LOST:
            connections.close_all()
            time.sleep(0.2)


def clue_again(main: story.Story, n: int) -> None:
    """As the browser does: the same submission is sent until it is answered; the fact is there once."""
    once = uuid.uuid4()
    while True:
        try:
            written(
                lambda: inspection.take_clue(
                    by=main.who.zhang,
                    at=story.at(10, 8),
                    source="inspection",
                    found_on=story.at(10, 8).date(),
                    summary=f"反复提交的线索 {once}",
                    place=f"北街 {n} 号",
                    once=once,
                )
            )
            return
        except AlreadyDone:
            return
        except LOST:
            connections.close_all()
            time.sleep(0.2)


def photograph(other: story.Story) -> None:
    """Two recordings, as the story's film; but bytes nobody kept before, so that the vault is written too."""
    for _ in range(2):
        words = uuid.uuid4().hex[:8]
        other.upload(
            demo_media.photo(7, words, at=story.at(8, 26), scene="shelf"),
            name=f"{words}.jpg",
            title=f"现场照片 {words}",
            step="scene_check",
            event="onsite_check",
            moment=story.at(8, 26, 11),
            note="证明现场情况",
        )


def finish(home: Path) -> None:
    main: story.Story = pickle.loads((home / "main.pickle").read_bytes())
    done = (home / "main.step").read_text(encoding="utf-8")
    for step in story.STEPS[story.STEPS.index(done) + 1 :]:
        written(getattr(main, step))


if __name__ == "__main__":
    {"begin": begin, "write": write, "finish": finish}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
