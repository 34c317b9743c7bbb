"""What one page asks is asked once; an action asks each time."""

import pytest

from yangguang.trail.reading import forget, once, reading, writing

asked: list[tuple] = []


@once
def double(number: int, by: int = 2) -> int:
    asked.append((number, by))
    if number < 0:
        raise ValueError(number)
    return number * by


@pytest.fixture(autouse=True)
def _nothing_asked():
    asked.clear()


def test_outside_a_reading_each_question_is_asked():
    assert double(2) == double(2) == 4
    assert len(asked) == 2


def test_within_a_reading_the_same_question_is_asked_once():
    with reading():
        assert [double(2), double(2), double(2, by=3), double(3)] == [4, 4, 6, 6]
    assert asked == [(2, 2), (2, 3), (3, 2)]


def test_the_next_reading_knows_nothing_of_the_one_before():
    for _ in range(2):
        with reading():
            double(2)
    assert len(asked) == 2


def test_a_failure_is_no_answer_and_a_reading_that_fails_leaves_nothing():
    with pytest.raises(ValueError), reading():
        double(-1)
    double(2), double(2)
    assert len(asked) == 3


def test_an_action_neither_knows_what_was_answered_before_nor_leaves_answers():
    with reading():
        double(2)
        with writing():
            double(2), double(2)
        double(2)
    assert len(asked) == 3


def test_what_was_answered_is_forgotten_at_a_lock_or_a_write():
    with writing():
        double(2), double(2)
        forget()
        double(2)
    assert len(asked) == 2
