"""Where a case stands, folded from the verbs of its trail.

The same fold runs when an action is taken and when the projection is rebuilt, so the two cannot differ.
"""

from typing import Any

# Verbs of later stages are named as text: a projection reads the trail, it does not import who wrote it.
PASSES = {
    "casework.apply": "clue",
    "decision.notify": "notice",
    "decision.deliberate": "deliberate",
    "decision.decide": "decide",
    "decision.issue": "issue",
    "decision.serve": "",  # depends on which document was served
    "decision.perform": "perform",
    "decision.close": "close",
    "disclosure.publish": "disclose",
    "decision.archive": "archive",
}
# Every verb that moves a case, whether or not it ends a step.
MOVES = frozenset(PASSES) | {
    "casework.answer_opening",
    "casework.take_step",
    "casework.propose",
    "review.give",
    "decision.answer_defence",
    "decision.take_statement",
}


def fold(done: dict[str, str], verb: str, row: dict[str, Any], at: str) -> dict[str, str]:
    """The steps done after one more line of the trail."""
    done = dict(done)
    match verb:
        case "casework.answer_opening":
            done["open" if row["approved"] else "declined"] = at
        case "casework.take_step":
            done[row["step"]] = at
        case "casework.propose":
            done["propose"] = at
            for closed in (
                "review",
                "notice",
                "defence",
                "hearing",
                "deliberate",
            ):  # a new draft closes every gate behind it
                done.pop(closed, None)
        case "review.give":
            if row["outcome"] == "passed":
                done["review"] = at
            elif row["outcome"] in {"revise", "refused"}:
                done.pop("propose", None)
        case "decision.answer_defence":
            done["defence"] = at
        case "decision.take_statement":
            if row["how"] != "stated":
                done["defence"] = at
        case "decision.serve":
            if row["code"] == "penalty_decision":
                done["serve"] = at
        case "decision.close":
            done["close"] = at
            done.setdefault("perform", at)  # a warning is carried out by being served: no act of its own follows
        case _ if step := PASSES.get(verb):
            done[step] = at
    return done
