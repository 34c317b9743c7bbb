"""What one page asks is asked once; an action asks each time."""

import pytest

from yangguang.trail.reading import forget, held, once, once_until, reading, writing

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


class Letter:
    """Stands for a fact."""

    def __init__(self, seal: str = ""):
        self.seal = seal


@once_until(Letter)
def of_letters(number: int) -> int:
    asked.append((number,))
    return number


@once_until(lambda fact: isinstance(fact, Letter) and fact.seal == "red")
def of_red_letters(number: int) -> int:
    asked.append((number,))
    return number


def test_an_answer_is_kept_until_a_fact_it_hangs_on_is_written():
    with writing():
        for fact in (object(), Letter()):
            of_letters(1), of_red_letters(2), double(3)
            forget(fact)
        of_letters(1), of_red_letters(2)
        forget(Letter("red"))
        of_red_letters(2)
        forget()
        of_red_letters(2)
    assert asked == [(1,), (2,), (3, 2), (3, 2), (1,), (2,), (2,)]


@pytest.mark.django_db
def test_an_action_goes_on_with_what_its_page_read_under_the_lock_and_only_then():
    with reading():
        double(2)
        held.get()["case:1"] = object()
        with writing():
            double(2)
            with writing():  # an action inside it
                double(2)
            double(2)
        double(2)  # and leaves no answer behind
    assert len(asked) == 2


@pytest.mark.django_db
def test_an_action_that_fails_leaves_no_answer_of_what_was_taken_back():
    with reading():
        held.get()["case:1"] = object()
        with pytest.raises(ValueError), writing():
            double(2)
            raise ValueError
        double(2)
    assert len(asked) == 2
