"""How many cases stand where: the sum of small lines is what the cases themselves say, for whoever asks."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from tests import story
from yangguang.casework import queries
from yangguang.casework.models import CaseState, CaseTally
from yangguang.registry import access, keyset
from yangguang.registry.access import Caller
from yangguang.registry.models import Account
from yangguang.workbench import queries as workbench

pytestmark = pytest.mark.django_db


def test_the_sum_of_the_lines_is_the_number_of_the_cases_for_each_who_asks(monkeypatch):
    with access.within(""):
        first = story.begin("close", with_accounts=True)
        for last in ("apply", "identify", "propose"):
            story.begin_again(first, last)
        accounts = Account.objects.select_related("officer__body").filter(username__in=("zhang", "qian", "sun"))
        callers = [Caller(one, access.roles_of(one)) for one in accounts]
    assert len(callers) == 3
    for caller in callers:
        with access.within(caller.scope, alone=caller.roles.isdisjoint(access.REACHING)):
            for step in {"", "ended", *CaseState.objects.values_list("step", flat=True)}:
                listed = workbench.listed(caller, step=step, today=timezone.localdate())
                assert queries.counted(caller, step) == listed.count(), (caller.account.username, step)
            assert queries.counted(caller) == 4
            rows, keys = list(queries.states(caller)), ("-moved_at", "-case_id")
            for long in (keyset.LONG, 1):  # a long list is read in another way, and is the same
                monkeypatch.setattr(keyset, "LONG", long)
                pages, asked = [], QueryDict()
                for _ in range(4):
                    pages.append(keyset.page(queries.states(caller), asked, keys, 1, queries.counted(caller)))
                    asked = QueryDict(pages[-1].next_url.removeprefix("?"))
                assert [(one.first, one.total, one.rows) for one in pages] == [(n + 1, 4, [rows[n]]) for n in range(4)]
                assert pages[-1].next_url == ""
                back = keyset.page(queries.states(caller), QueryDict(pages[-1].prev_url[1:]), keys, 1, 4)
                assert (back.first, back.rows) == (3, [rows[2]])
            monkeypatch.undo()
    with access.within("41.15.22/"):
        assert not CaseTally.objects.exists()


def test_summing_up_changes_no_count_and_leaves_a_line_for_each_place():
    with access.within(""):
        first = story.begin("propose")
        story.begin_again(first, "apply")
        scope = first.case.scope
        before = dict(_counts(scope))
        lines = CaseTally.objects.filter(scope=scope).count()
        for _ in range(80):  # more moves than go between two sums
            for closed_on in (timezone.localdate(), None):
                CaseState.objects.filter(case=first.case).update(closed_on=closed_on)
        assert dict(_counts(scope)) == before and sum(before.values()) == 2
        assert CaseTally.objects.filter(scope=scope).count() < lines + 2 * 64 + len(before)


@pytest.mark.parametrize("table", ["casework_casetally", "duty_openduty"])
def test_the_lines_are_written_by_the_database_alone(table):
    with access.within(""), connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege('yg_web', %s, p) from unnest(array['insert', 'update', 'delete']) p", [table]
        )
        assert [row[0] for row in cursor.fetchall()] == [False] * 3


def _counts(scope: str) -> list[tuple[str, int]]:
    lines: dict[str, int] = {}
    for step, n in CaseTally.objects.filter(scope=scope).values_list("step", "n"):
        lines[step] = lines.get(step, 0) + n
    return [(step, n) for step, n in lines.items() if n]
