"""Random walks through every procedure: what is legal never ends in a forbidden state, what is not is refused by name."""

import random
from typing import Any

import pytest

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework.course import actions, known
from yangguang.casework.course.errors import StillOpen
from yangguang.casework.course.route import Course
from yangguang.policy import conditions, packs
from yangguang.policy.facts import read_all
from yangguang.policy.packs import Known
from yangguang.record import documents
from yangguang.registry import access
from yangguang.site.demo import qingshan
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db

PACK = packs.load("cn-henan-xinyang-qingshan")
ACTS = [act for act in PACK.act_names if act[0] in actions.WORDS and act != ("penalty", "ordinary")]


@pytest.fixture
def who(monkeypatch):
    """The people; documents are checked as ever but not set in type, for the walks only ask what may be done."""
    blank = documents.Rendered(b"%PDF-1.7\n%%EOF\n", "0" * 64, "0" * 64, {}, "0", 1)

    def render(code, data, **options):
        documents.checked(documents.template(code), data)
        return blank

    monkeypatch.setattr(documents, "render", render)
    with access.within(""):
        yield story.people()


class Wanderer(Walker):
    """A walker that says anything a fact may be, and takes any way that is not closed."""

    dice: random.Random

    def value(self, spec: Any) -> Any:
        match spec.type:
            case "bool":
                return self.dice.random() < 0.4
            case "choice":
                return self.dice.choice(list(spec.choices))
        return super().value(spec)

    def any_way(self) -> str | None:
        ways = [way.step.code for way in self.course.ways() if way.step.code not in ("disclose", "archive")]
        return self.dice.choice(ways) if ways else None


def forbidden(before: Course, after: Course, code: str) -> list[str]:
    """What must not be, said without the engine: a way that was closed, a gate that does not hold, a review left out."""
    found, step = [], after.act.step(code)
    if before.last is not None:
        facts = Known(PACK, read_all(before.given(), PACK.facts), before.case.applied_on)
        held = [conditions.holds(way.when, facts)[0] for way in before.last.ways if way.to == code]
        if not held or all(one is False for one in held):
            found.append(f"no way from {before.last.code} to {code}")
    facts = after.given()
    for gate in step.gates:
        verdict = PACK.gate(gate, facts, before.case.applied_on)
        if verdict.state == "failed" and not set(verdict.facts_used) & known.PRODUCERS.keys():
            found.append(f"{gate} fails: {verdict.failures}")
    if "G9" in step.gates and PACK.ask("review_required", facts=facts).value is True:
        passed = [one.facts.get("review_outcome") for one in before.taken if one.step == "review"]
        if not passed or passed[-1] != "passed":
            found.append(f"{code} without a review that passed")
    return found


@pytest.mark.parametrize(("kind", "procedure"), ACTS, ids=lambda one: one)
def test_random_walks_stay_within_the_law(who, kind, procedure):
    """Model-based: whatever is said and whichever way is taken, a forbidden state is never reached; a step that is not
    on the way, or is taken by somebody else, is refused with its clause."""
    dice = random.Random(f"{kind} {procedure}")
    walker = Wanderer(who, story.at(9, 1, 9))
    walker.dice = dice
    case = walker.begin(kind, procedure, a_power(who.body, kind, qingshan.REGISTERED, qingshan.SINCE))
    taken, tried = [], 0
    while tried < 9 and len(taken) < 7:
        tried += 1
        before = walker.course
        out_of_turn(walker, before, dice)
        code = walker.any_way()
        if code is None:
            break
        try:
            walker.step(code)
        except Refused as refused:
            assert refused.because, (code, refused)
            assert refused.mend, (code, refused)
            assert walker.course.taken == before.taken
            continue
        after = walker.course
        assert forbidden(before, after, code) == []
        taken.append(code)
    assert taken, f"{case} went nowhere"


def out_of_turn(walker: Wanderer, course: Course, dice: random.Random) -> None:
    """Steps that are not next, and the next one by somebody who may not, are refused with a clause and change nothing."""
    open_ = {way.step.code for way in course.ways()}
    others = [code for code in course.act.codes if code not in open_]
    for code in dice.sample(others, min(1, len(others))):
        refused = attempt(walker, course, code, walker.who.zhang)
        assert refused.because, (code, refused)
    for code in sorted(open_)[:1]:
        refused = attempt(walker, course, code, walker.who.wang)
        assert refused.because, (code, refused)


def attempt(walker: Wanderer, course: Course, code: str, by: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        actions.advance(by=by, at=walker.at, case=course.case, step=code, given={})
    assert not isinstance(refused.value, StillOpen)
    assert len(walker.course.taken) == len(course.taken)
    return refused.value
