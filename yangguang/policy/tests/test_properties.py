"""What must hold for all facts and all days: tighter below, monotone in time, fail closed."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yangguang.policy import packs
from yangguang.policy.questions import FORM, IDENTITY, RECORDING, REVIEW_FACTS

CN = packs.load("cn")
CHILDREN = [packs.load(name) for name in packs.names() if name != "cn"]
CALENDAR = CN.calendar
quick = settings(max_examples=60, deadline=None)
slight = settings(max_examples=25, deadline=None)
children = st.sampled_from(CHILDREN)
days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 9, 30))
kinds = st.sampled_from(list(CN.facts["kind"].choices))
flags = st.dictionaries(st.sampled_from([f for f in REVIEW_FACTS if f not in ("kind", "procedure")]), st.booleans())


@quick
@given(children, kinds, flags, st.sampled_from(["summary", "ordinary"]))
def test_a_child_never_drops_a_review_the_nation_asks_for(child, kind, facts, procedure):
    facts = {"kind": kind, "procedure": procedure, **facts}
    national, local = CN.ask("review_required", facts).value, child.ask("review_required", facts).value
    assert national is not True or local is True
    assert national is False or local is not False


@quick
@given(children, kinds, flags, st.sampled_from(list(REVIEW_FACTS[2:])), st.booleans())
def test_one_more_fact_never_turns_review_off(child, kind, facts, extra, value):
    before = {"kind": kind, "procedure": "ordinary", **facts}
    if child.ask("review_required", before).value is True and extra not in before:
        assert child.ask("review_required", {**before, extra: value}).value is True


@quick
@given(
    children,
    kinds,
    st.sampled_from(list(CN.facts["event"].choices)),
    st.lists(st.sampled_from(["liberty", "health", "property"]), unique=True),
    st.booleans(),
)
def test_a_child_never_records_less(child, kind, event, touches, text):
    facts = {"kind": kind, "event": event, "touches": touches, "text_suffices": text}
    national, local = CN.ask("recording", facts).value, child.ask("recording", facts).value
    assert RECORDING.index(local) >= RECORDING.index(national)
    if touches:
        assert local == "whole"


@slight
@given(children, kinds, days)
def test_a_child_never_has_a_later_deadline(child, kind, day):
    for question, start in (("publish_by", "decided_on"), ("take_down_by", "revoked_on"), ("correct_by", "found_on")):
        facts = {"kind": kind, start: day}
        assert child.ask(question, facts).value <= CN.ask(question, facts).value


@slight
@given(children, kinds)
def test_a_child_is_never_looser_in_form_and_identity(child, kind):
    facts = {"kind": kind}
    assert FORM.index(child.ask("publish_form", facts).value) >= FORM.index(CN.ask("publish_form", facts).value)
    if kind in ("penalty", "inspection", "compulsory_measure", "compulsory_execution"):
        order = IDENTITY.index
        assert order(child.ask("identity_rule", facts).value) >= order(CN.ask("identity_rule", facts).value)


@quick
@given(children, st.integers(0, 1_000_000), st.sampled_from(["natural", "legal", "self_employed"]))
def test_a_child_never_permits_what_the_nation_does_not(child, fen, party):
    facts = {"kind": "penalty", "party_kind": party, "penalties": ["fine"], "fine_fen": fen}
    assert not (child.ask("summary_allowed", facts).value and not CN.ask("summary_allowed", facts).value)


@quick
@given(st.sampled_from([code for code, rule in CN.deadlines.items() if rule.lines]), days, st.integers(0, 60))
def test_deadlines_are_monotone(code, start, later):
    first = CN.deadline(code, start, on=dt.date(2026, 1, 5), provisional=True)
    second = CN.deadline(code, start + dt.timedelta(days=later), on=dt.date(2026, 1, 5), provisional=True)
    assert first.due <= second.due
    if first.direction != "before":
        assert first.due > start


@quick
@given(st.data())
def test_a_fact_left_out_never_opens_a_gate(data):
    code = data.draw(st.sampled_from(CN.gate_codes))
    specs = [spec for spec in CN.gate_facts(code) if not spec.derived_from]
    facts = {}
    for spec in specs:
        if spec.type == "bool":
            facts[spec.name] = data.draw(st.booleans())
        elif spec.type == "integer":
            facts[spec.name] = data.draw(st.integers(0, 3))
        elif spec.choices:
            facts[spec.name] = data.draw(st.sampled_from(list(spec.choices)))
    if CN.gate(code, facts).state == "failed":
        for name in facts:
            assert not CN.gate(code, {k: v for k, v in facts.items() if k != name}).passed


def by_hand(start, n):
    """Count working days another way: list the working days of all years and step through the list."""
    return WORKING[sum(day <= start for day in WORKING) + n - 1]


WORKING = sorted(
    day
    for year in CALENDAR.covered
    for day in (dt.date(year, 1, 1) + dt.timedelta(days=i) for i in range(366))
    if day.year == year
    and (day in CALENDAR.years[year].work or (day.weekday() < 5 and day not in CALENDAR.years[year].off))
)


@pytest.mark.parametrize("seed", range(3))
def test_two_ways_of_counting_agree(seed):
    draw = random.Random(seed)
    for _ in range(300):
        start = dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(1000))
        n = draw.randrange(1, 25)
        assert CALENDAR.add(start, n) == by_hand(start, n), (start, n)
