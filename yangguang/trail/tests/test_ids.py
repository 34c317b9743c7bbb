import threading
import time

from yangguang.trail.ids import uuid7


def test_is_version_7_of_now():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_each_is_greater_than_the_one_before_even_when_the_clock_stands_still_or_goes_back(monkeypatch):
    ticks = iter([2_000_000_000_000_000_000] * 50 + [1_900_000_000_000_000_000] * 50)
    monkeypatch.setattr("yangguang.trail.ids._last", 0)
    monkeypatch.setattr(time, "time_ns", lambda: next(ticks))
    made = [uuid7() for _ in range(100)]
    assert made == sorted(set(made))


def test_threads_never_make_the_same():
    made: list = []
    threads = [threading.Thread(target=lambda: made.extend(uuid7() for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000
