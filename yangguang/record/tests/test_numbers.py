"""文书号: per body, word and year, allotted at issue, without a gap however many ask at once and whoever is rolled back."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connections

from tests import story
from tests.story import at
from yangguang.record import actions
from yangguang.record.models import Number
from yangguang.registry import access


class Abandoned(Exception):
    """The work around a number failed: nothing of it may stay."""


@pytest.mark.clause("QS-3.2.1d")
def test_numbers_have_no_gap_under_concurrency_and_rollback(fresh_database):
    with access.within(""):
        who = story.begin().who
    errors: list[Exception] = []
    lost, kept = [], []

    def work(nth: int) -> None:
        chance = random.Random(nth)
        try:
            for turn in range(12):
                word, year = chance.choice(["青执罚决字", "青执罚告字"]), chance.choice([2026, 2027])
                fails = chance.random() < 0.3
                try:
                    with access.within(""):
                        number = actions.allot_number(
                            by=who.zhang,
                            at=at(9, 1) + timedelta(seconds=nth * 100 + turn),
                            scope=story.TOWN,
                            subject=f"case:{nth}-{turn}",
                            word=word,
                            year=year,
                        )
                        if fails:
                            raise Abandoned
                    kept.append(str(number))
                except Abandoned:
                    lost.append(str(number))
        except Exception as error:  # noqa: BLE001  the test reports it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert lost and len(kept) == len(set(kept)) and len(kept) + len(lost) == 96
    with access.within(""):
        rows = Number.objects.filter(scope=story.TOWN, word__startswith="青执罚", year__in=[2026, 2027])
        assert {str(row) for row in rows} == set(kept)
        for word in ("青执罚决字", "青执罚告字"):
            for year in (2026, 2027):
                held = sorted(rows.filter(word=word, year=year).values_list("n", flat=True))
                assert held == list(range(1, len(held) + 1)) and held, (word, year)
