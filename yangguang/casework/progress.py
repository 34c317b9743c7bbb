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
    "casework.begin",
    "casework.advance",
    "review.give",
    "decision.answer_defence",
    "decision.take_statement",
    "decision.ask_hearing",
    "decision.end_hearing",
    "decision.end_remedy",
    "decision.hear_court",
    "decision.transfer_crime",
    "decision.hear_police",
    "decision.request_exemption",
    "decision.answer_exemption",
    "decision.answer_joinder",
    "casework.sever",
    "casework.open_severed",
    "casework.take_over",
    "decision.hand_over",
    "decision.answer_handover",
    "decision.hear_handover",
    "disclosure.withhold",
}
# What is left to a case in which no penalty is given.
EXEMPTED = ("serve", "close", "disclose", "archive")
# What a case transferred to the police no longer goes through, unless the police decline it.
LEFT_OUT = (
    "identify",
    "scene_check",
    "interview",
    "evidence",
    "correct",
    "conclude",
    "propose",
    "review",
    "notice",
    "defence",
    "hearing",
    "deliberate",
    "decide",
    "issue",
    "serve",
    "perform",
    "disclose",
)
# The marks of a case that goes on elsewhere: with the police, in another case, with another body.
LEFT = frozenset({"transferred", "joined", "handed_over"})


def fold(done: dict[str, str], verb: str, row: dict[str, Any], at: str) -> dict[str, str]:
    """The steps done after one more line of the trail."""
    done = dict(done)
    match verb:
        case "casework.sever":
            done["clue"] = at
        case "casework.take_over":
            for code in row["steps"]:
                done.setdefault(code, at)
        case "decision.answer_joinder":
            if row["joined"]:
                done["joined"] = at
                done = dict.fromkeys(LEFT_OUT, at) | done
        case "decision.hand_over":
            done["handed_over"] = at
            done = dict.fromkeys(LEFT_OUT, at) | done
        case "decision.hear_handover" | "decision.answer_handover":
            if not row["accepted"]:
                gone = done.pop("handed_over", "")
                done = {code: when for code, when in done.items() if when != gone}
        case "casework.answer_opening" | "casework.open_severed":
            done["open" if row["approved"] else "declined"] = at
        case "casework.take_step":
            done[row["step"]] = at
        case "casework.propose":
            done["propose"] = at
            # A new draft closes every gate behind it; one that follows a hearing was told and heard already.
            again = ("review", "deliberate")
            for closed in again if "held" in done else (*again, "notice", "defence", "hearing"):
                done.pop(closed, None)
        case "review.give":
            if row["outcome"] == "passed":
                done["review"] = at
            elif row["outcome"] in {"revise", "refused"}:
                done.pop("propose", None)
        case "decision.notify":
            done["notice"] = at
            for closed in ("defence", "hearing", "held"):  # who is told again is heard again
                done.pop(closed, None)
        case "decision.ask_hearing":
            done.pop("hearing", None)
            if row["how"] != "requested":
                done["hearing"] = at
        case "decision.end_hearing":
            done["hearing"] = at
            if row["how"] == "held":  # the draft follows the transcript, and is reviewed again
                done["held"] = at
                for closed in ("propose", "review", "deliberate"):
                    done.pop(closed, None)
        case "decision.end_remedy":
            if row["settled"]:  # nothing is left to be paid under what the decision became
                done.setdefault("perform", at)
        case "decision.hear_court":
            if row["result"] == "ended":  # what is not paid then is not collected
                done["perform"] = at
        case "decision.transfer_crime":
            done["transferred"] = at
            for left in LEFT_OUT if "decide" not in done else ():
                done.setdefault(left, at)
        case "decision.hear_police":
            if row["opened"]:  # after a refusal that was contested it goes to the police once more
                if "transferred" not in done:
                    done = (dict.fromkeys(LEFT_OUT, at) if "decide" not in done else {}) | {"transferred": at} | done
            else:
                gone = done.pop("transferred", "")
                done = {code: when for code, when in done.items() if when != gone}
        case "decision.request_exemption":
            done["exemption"] = at
        case "decision.answer_exemption":
            done.pop("exemption", None)
            if row["approved"]:
                done["exempted"] = done["decide"] = done["issue"] = at
        case "decision.answer_defence":
            done["defence"] = at
        case "decision.take_statement":
            if row["how"] != "stated":
                done["defence"] = at
        case "decision.serve":
            if row["code"] in ("penalty_decision", "no_penalty_decision"):
                done["serve"] = at
        case "decision.close":
            done["close"] = at
            if "exempted" in done:
                return done  # nothing was to be paid
            done.setdefault("perform", at)  # a warning is carried out by being served: no act of its own follows
        case "disclosure.withhold":
            done["disclose"] = done["withheld"] = at  # the step is over, yet nothing was shown
        case _ if step := PASSES.get(verb):
            done[step] = at
    return done
